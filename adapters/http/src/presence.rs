//! Which connections may be closed when there are too many.
//!
//! Connections cost a client nothing, so whoever holds all of them must not keep everybody else out. A connection is
//! busy from the end of a request to the end of its answer; one that is not, be it idle, slow or silent, makes room
//! for a new one, the one that has waited longest first.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How often a new connection looks again for one that may go, while all are busy.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The connections of a server.
#[derive(Debug)]
pub(crate) struct Connections {
    slots: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Arc<Presence>>>,
    count: AtomicU64,
    started: Instant,
}

/// What is known of a connection.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    busy: AtomicUsize,
    /// Since when it is not busy, in microseconds of the server's life.
    since: AtomicU64,
    leave: Notify,
}

/// An open connection; dropping it makes room.
#[derive(Debug)]
pub(crate) struct Seat {
    number: u64,
    presence: Arc<Presence>,
    connections: Arc<Connections>,
    _slot: OwnedSemaphorePermit,
}

impl Connections {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(limit)),
            open: Mutex::default(),
            count: AtomicU64::new(0),
            started: Instant::now(),
        })
    }

    /// Room for one more, which another connection may have to make.
    pub(crate) async fn seat(self: &Arc<Self>) -> Seat {
        let slot = loop {
            match Arc::clone(&self.slots).try_acquire_owned() {
                Ok(slot) => break slot,
                Err(_) => self.ask_one_to_leave(),
            }
            // The permit is taken above, in the next round.
            drop(tokio::time::timeout(LOOK_AGAIN, self.slots.acquire()).await);
        };
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let presence = Arc::new(Presence { since: AtomicU64::new(self.now()), ..Presence::default() });
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::clone(&presence));
        Seat { number, presence, connections: Arc::clone(self), _slot: slot }
    }

    fn ask_one_to_leave(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = open.values().filter(|presence| presence.busy.load(Ordering::Relaxed) == 0);
        if let Some(presence) = idle.min_by_key(|presence| presence.since.load(Ordering::Relaxed)) {
            presence.leave.notify_one();
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Seat {
    /// Returns when the connection has to make room.
    pub(crate) async fn asked_to_leave(&self) {
        self.presence.leave.notified().await;
    }

    /// Follows a request of this connection; drop what it returns when the request is answered.
    pub(crate) fn request(self: &Arc<Self>, body: Incoming) -> (Arriving, Arc<Busy>) {
        let busy = Arc::new(Busy { seat: Arc::clone(self), begun: AtomicUsize::new(0) });
        if body.is_end_stream() {
            busy.begin();
        }
        (Arriving { body, busy: Arc::clone(&busy) }, busy)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}

/// A request that is being answered once it has arrived.
#[derive(Debug)]
pub(crate) struct Busy {
    seat: Arc<Seat>,
    begun: AtomicUsize,
}

impl Busy {
    fn begin(&self) {
        if self.begun.swap(1, Ordering::Relaxed) == 0 {
            self.seat.presence.busy.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.begun.load(Ordering::Relaxed) == 1 {
            self.seat.presence.since.store(self.seat.connections.now(), Ordering::Relaxed);
            self.seat.presence.busy.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A request's body that tells when it is complete.
#[derive(Debug)]
pub(crate) struct Arriving {
    body: Incoming,
    busy: Arc<Busy>,
}

impl Body for Arriving {
    type Data = <Incoming as Body>::Data;
    type Error = <Incoming as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.busy.begin();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
