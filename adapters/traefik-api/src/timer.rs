//! Time for those who wait for Traefik.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use traefik_manager_core::clock::Timer;

/// The runtime's own timer. Needs a tokio runtime with time.
#[derive(Debug, Clone, Copy)]
pub struct TokioTimer(Instant);

impl TokioTimer {
    /// A timer that counts from now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

#[async_trait]
impl Timer for TokioTimer {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_passes_in_sleep() {
        let timer = TokioTimer::start();
        timer.sleep(Duration::from_secs(7)).await;
        assert!(timer.elapsed() >= Duration::from_secs(7) && timer.elapsed() < Duration::from_secs(8));
    }
}
