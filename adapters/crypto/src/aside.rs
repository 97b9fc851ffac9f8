//! Work that makes way for everything else.
//!
//! A hash of a password keeps a processor busy for a third of a second. However many are asked for at once, they take
//! turns on half of the processors, each on a thread of the lowest priority: whoever wakes up to answer a request goes
//! first. So whoever tries passwords slows down sign-ins and nothing else.
//!
//! Where a machine is so busy that such a thread gets next to nothing, its work is done once more on the thread that
//! waits for it, so that nobody who signs in waits for ever. The first thread cannot be stopped; while it lasts, no other
//! is begun in its place.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, mpsc},
    thread::{self, available_parallelism},
    time::Duration,
};

/// How long a thread of the lowest priority has for its work: many times what a hash takes on a small board.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs work when it is its turn, aside if possible. Blocks.
pub(crate) fn run<T: Send + 'static>(work: impl FnOnce() -> T + Clone + Send + 'static) -> T {
    static ALL: OnceLock<Arc<Lanes>> = OnceLock::new();
    let lanes = ALL.get_or_init(|| {
        let processors = available_parallelism().map_or(1, usize::from);
        Arc::new(Lanes::new((processors / 2).max(1), PATIENCE))
    });
    lanes.run(work)
}

/// Where work runs, in this process.
struct Lanes {
    free: Mutex<Free>,
    turn_came_free: Condvar,
    patience: Duration,
}

struct Free {
    /// How much work may still begin.
    turns: usize,
    /// How many threads of the lowest priority may still begin.
    threads: usize,
}

/// Work under way.
struct Turn<'a>(&'a Lanes);

/// A thread under way.
struct Place(Arc<Lanes>);

impl Lanes {
    fn new(count: usize, patience: Duration) -> Self {
        let free = Free { turns: count, threads: count };
        Self { free: Mutex::new(free), turn_came_free: Condvar::new(), patience }
    }

    fn free(&self) -> MutexGuard<'_, Free> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run<T: Send + 'static>(self: &Arc<Self>, work: impl FnOnce() -> T + Clone + Send + 'static) -> T {
        let _turn = self.turn();
        self.aside(work.clone()).unwrap_or_else(work)
    }

    fn turn(&self) -> Turn<'_> {
        let none = |free: &mut Free| free.turns == 0;
        let mut free =
            self.turn_came_free.wait_while(self.free(), none).unwrap_or_else(PoisonError::into_inner);
        free.turns -= 1;
        Turn(self)
    }

    /// Runs work on a thread of its own; `None` where there is none to be had, or where it takes too long.
    fn aside<T: Send + 'static>(self: &Arc<Self>, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = self.place()?;
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new().name("password-hash".to_owned()).spawn(move || {
            give_way();
            let result = work();
            // Before the result, or the next in turn would find no place.
            drop(place);
            // Nobody listens any more where it took too long.
            let _ = tell.send(result);
        });
        thread.ok()?;
        told.recv_timeout(self.patience).ok()
    }

    fn place(self: &Arc<Self>) -> Option<Place> {
        let mut free = self.free();
        free.threads = free.threads.checked_sub(1)?;
        Some(Place(Arc::clone(self)))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.free().turns += 1;
        self.0.turn_came_free.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.free().threads += 1;
    }
}

/// Gives the calling thread, and no other, the lowest priority. Where the system does not let it, it goes on as it is.
fn give_way() {
    // Only Linux counts niceness by thread; elsewhere this would slow the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::Instant;

    use super::*;

    fn is_aside() -> bool {
        thread::current().name() == Some("password-hash")
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_has_the_lowest_priority_and_whoever_waits_keeps_theirs() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        assert_eq!(run(niceness), 19);
        assert_eq!(niceness(), before);
    }

    #[test]
    fn no_more_runs_at_a_time_than_there_are_turns() {
        let lanes = Arc::new(Lanes::new(2, PATIENCE));
        let running = Arc::new(Mutex::new((0, 0)));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let running = Arc::clone(&running);
                    lanes.run(move || {
                        {
                            let mut running = running.lock().unwrap();
                            running.0 += 1;
                            running.1 = running.0.max(running.1);
                        }
                        thread::sleep(Duration::from_millis(20));
                        running.lock().unwrap().0 -= 1;
                    });
                });
            }
        });
        assert_eq!(*running.lock().unwrap(), (0, 2));
    }

    #[test]
    fn work_that_gets_no_time_is_done_by_whoever_waits() {
        let lanes = Arc::new(Lanes::new(1, Duration::from_millis(50)));
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let starved = move || {
            // Ends when the sender is dropped.
            is_aside() && released.lock().unwrap().recv().is_err()
        };
        assert!(!lanes.run(starved.clone()), "done by the caller");
        let began = Instant::now();
        assert!(!lanes.run(starved), "no further thread is begun");
        assert!(began.elapsed() < Duration::from_millis(50), "nor waited for");
        drop(release);
        while lanes.free().threads == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(lanes.run(is_aside), "a thread that ended makes room for the next");
    }

    #[test]
    fn work_that_panics_takes_no_turn_and_no_thread_with_it() {
        let lanes = Arc::new(Lanes::new(1, PATIENCE));
        let work = || if is_aside() { std::panic::resume_unwind(Box::new("")) } else { 1 };
        assert_eq!(lanes.run(work), 1);
        assert!(lanes.run(is_aside));
    }
}
