//! What every way to restart Traefik promises.

use async_trait::async_trait;

use crate::restart::{Outcome, RestartError, Restarter, Withdrawal};

/// What may stand between a restarter and Traefik.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The engine is gone.
    Gone,
    /// There is no such container.
    NoContainer,
    /// Permission is refused.
    Refused,
    /// The engine takes the question and never answers.
    Hangs,
}

/// The world around a restarter under test.
#[async_trait]
pub trait RestarterWorld: Send + Sync {
    /// The restarter.
    fn restarter(&self) -> &dyn Restarter;

    /// How often Traefik was restarted.
    fn restarts(&self) -> usize;

    /// Takes an outstanding request up, as a health check would; `false` where there is none.
    async fn take_up(&self) -> bool;

    /// Makes trouble, or ends it; `false` where this kind cannot come up.
    async fn trouble(&self, trouble: Option<Trouble>) -> bool;
}

/// The promises of [`Restarter`], on a world that is in order.
///
/// # Panics
/// Where a promise is broken.
pub async fn restarter(world: &dyn RestarterWorld) {
    let restarter = world.restarter();
    assert!(!restarter.target().is_empty());
    assert_eq!(restarter.withdraw().await, Ok(Withdrawal::Nothing), "nothing was requested");
    let start = world.restarts();

    let before = restarter.container().await;
    match restarter.restart().await {
        Ok(Outcome::Completed) => {
            assert_eq!(world.restarts(), start + 1);
            assert!(!world.take_up().await, "what is completed is not requested");
            if let (Ok(Some(before)), Ok(Some(after))) = (before, restarter.container().await) {
                assert_ne!(before.started_at, after.started_at, "another start is another time");
                assert_eq!(before.name, after.name);
            }
            assert_eq!(restarter.restart().await, Ok(Outcome::Completed));
            assert_eq!(world.restarts(), start + 2, "a second restart is another one");
        }
        Ok(Outcome::Requested) => {
            assert_eq!(world.restarts(), start, "nobody has taken it up");
            assert_eq!(restarter.restart().await, Ok(Outcome::Requested));
            assert!(world.take_up().await);
            assert!(!world.take_up().await, "two requests that nobody took up are one");
            assert_eq!(world.restarts(), start + 1);
            assert_eq!(restarter.withdraw().await, Ok(Withdrawal::Nothing), "it was taken up");

            assert_eq!(restarter.restart().await, Ok(Outcome::Requested));
            assert_eq!(restarter.withdraw().await, Ok(Withdrawal::TakenBack));
            assert!(!world.take_up().await, "what was taken back is not taken up");
            assert_eq!(world.restarts(), start + 1);
        }
        Err(error) => panic_with(&error),
    }
    assert_eq!(restarter.withdraw().await, Ok(Withdrawal::Nothing));

    for trouble in [Trouble::Gone, Trouble::NoContainer, Trouble::Refused, Trouble::Hangs] {
        if !world.trouble(Some(trouble)).await {
            continue;
        }
        let restarts = world.restarts();
        let error = restarter.restart().await.err();
        let is_told = match (trouble, &error) {
            (Trouble::Gone, Some(error)) => matches!(error, RestartError::Unreachable { .. }),
            (Trouble::NoContainer, Some(error)) => matches!(error, RestartError::NoSuchContainer { .. }),
            (Trouble::Refused, Some(error)) => matches!(error, RestartError::Refused { .. }),
            (Trouble::Hangs, Some(error)) => matches!(error, RestartError::Timeout { .. }),
            (_, None) => false,
        };
        assert!(is_told, "{trouble:?}: {error:?}");
        assert!(!matches!(restarter.container().await, Ok(Some(_))), "{trouble:?}");
        assert_eq!(world.restarts(), restarts, "{trouble:?}");
        assert!(world.trouble(None).await);
    }
    assert!(restarter.restart().await.is_ok(), "it goes on after trouble");
    restarter.withdraw().await.ok();
}

#[expect(clippy::panic, reason = "that is how a suite tells")]
fn panic_with(error: &RestartError) {
    panic!("a restart without trouble failed: {error}");
}
