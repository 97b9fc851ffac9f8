//! How many clients are served at the same time, and who makes room where all places are taken.
//!
//! A client that is waited for, until it has said what it wants or has taken its answer, gives its place to whoever comes
//! next; one whom the engine is answering keeps it. So nobody keeps others out by saying nothing.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

/// How many clients are served at the same time.
const CLIENTS: usize = 32;

/// The places.
#[derive(Debug)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    waited_for: Mutex<Queue>,
    /// Told when a client comes to be waited for.
    one_more: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    /// Those that are waited for, the one that came first in front, and how each is told to leave.
    clients: VecDeque<(u64, oneshot::Sender<()>)>,
}

/// A client that is waited for, as long as this lives.
#[derive(Debug)]
pub(crate) struct WaitedFor<'p> {
    places: &'p Places,
    number: u64,
    left: oneshot::Receiver<()>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            free: Arc::new(Semaphore::new(CLIENTS)),
            waited_for: Mutex::default(),
            one_more: Notify::new(),
        }
    }
}

impl Places {
    /// A place, once there is one; where none is free, the client that is waited for the longest makes room.
    pub(crate) async fn take(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(place);
        }
        let mut place = pin!(Arc::clone(&self.free).acquire_owned());
        loop {
            let makes_room = self.queue().clients.pop_front();
            if makes_room.is_some() {
                drop(makes_room);
                return place.await.ok();
            }
            tokio::select! {
                place = &mut place => return place.ok(),
                () = self.one_more.notified() => {}
            }
        }
    }

    /// Says that a client is waited for.
    pub(crate) fn wait_for(&self) -> WaitedFor<'_> {
        let (leave, left) = oneshot::channel();
        let mut queue = self.queue();
        let number = queue.next;
        queue.next += 1;
        queue.clients.push_back((number, leave));
        drop(queue);
        self.one_more.notify_one();
        WaitedFor { places: self, number, left }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.waited_for.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitedFor<'_> {
    /// Waits for what the client does; `None` where it has to make room before.
    pub(crate) async fn until<T>(mut self, done: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            // Whoever is told to leave leaves: somebody waits for this very place.
            biased;
            _ = &mut self.left => None,
            outcome = done => Some(outcome),
        }
    }
}

impl Drop for WaitedFor<'_> {
    fn drop(&mut self) {
        let number = self.number;
        self.places.queue().clients.retain(|(other, _)| *other != number);
    }
}
