//! Server-sent events: an answer that goes on while something happens.
//!
//! Nobody holds one for ever: there are so many at once, each ends after a while, when there is nothing more to tell, when
//! the client is gone, and when the server stops. Whoever finds no room asks now and then instead.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::{
    Response,
    body::Frame,
    header::{self, HeaderValue},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
    time::{Instant, timeout_at},
};

use crate::reply::{Reply, ReplyBody};

/// How many there are at once.
const SEATS: usize = 32;
/// How long one lasts at most; browsers connect again by themselves.
const LONGEST: Duration = Duration::from_mins(10);
/// How often something is written where there is nothing to tell, so that a client that is gone is noticed.
const PULSE: Duration = Duration::from_secs(15);
/// How many events may wait for a slow client before whoever tells them waits too.
const WAITING: usize = 4;
/// What every stream begins with: how soon to connect again when it breaks.
const HELLO: Bytes = Bytes::from_static(b"retry: 1000\n\n");
const NOTHING_NEW: Bytes = Bytes::from_static(b":\n\n");

/// Room for streams of events.
#[derive(Debug)]
pub(crate) struct Streams {
    seats: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { seats: Arc::new(Semaphore::new(SEATS)), stop: watch::Sender::new(false) }
    }
}

impl Streams {
    /// Ends all streams; none begins after that.
    pub(crate) fn close(&self) {
        self.seats.close();
        self.stop.send_replace(true);
    }

    /// A stream of what `tell` makes of the newest value of a channel, until that says that it is the last; `None` where
    /// there is no room.
    pub(crate) fn follow<T: Send + Sync + 'static>(
        &self,
        mut values: watch::Receiver<T>,
        tell: impl Fn(&T) -> Told + Send + Sync + 'static,
    ) -> Option<Reply> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().ok()?;
        let (events, receiver) = mpsc::channel(WAITING);
        let mut stop = self.stop.subscribe();
        tokio::spawn(async move {
            let told = async {
                let end = Instant::now() + LONGEST;
                events.send(HELLO).await.ok()?;
                let mut last = String::new();
                loop {
                    let Told { data, is_last } = tell(&values.borrow_and_update());
                    if data != last {
                        events.send(format!("data: {data}\n\n").into()).await.ok()?;
                        last = data;
                    }
                    if is_last || Instant::now() >= end {
                        return Some(());
                    }
                    match timeout_at(end.min(Instant::now() + PULSE), values.changed()).await {
                        Ok(changed) => changed.ok()?,
                        Err(_) => events.send(NOTHING_NEW).await.ok()?,
                    }
                }
            };
            tokio::select! {
                _ = told => {}
                () = events.closed() => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        let mut reply = Response::new(ReplyBody::events(Events { receiver, _seat: seat }));
        let kind = HeaderValue::from_static("text/event-stream");
        reply.headers_mut().insert(header::CONTENT_TYPE, kind);
        Some(reply)
    }
}

/// One event.
#[derive(Debug)]
pub(crate) struct Told {
    /// One line.
    pub(crate) data: String,
    /// Whether nothing comes after it.
    pub(crate) is_last: bool,
}

/// The body of such an answer.
#[derive(Debug)]
pub(crate) struct Events {
    receiver: mpsc::Receiver<Bytes>,
    _seat: OwnedSemaphorePermit,
}

impl Events {
    pub(crate) fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        Pin::new(&mut self.receiver).poll_recv(context).map(|bytes| bytes.map(Frame::data))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use http_body_util::BodyExt as _;

    use super::*;

    fn numbers(streams: &Streams, values: &watch::Sender<u32>) -> Option<Reply> {
        streams.follow(values.subscribe(), |number| Told { data: number.to_string(), is_last: *number == 9 })
    }

    async fn next(reply: &mut Reply) -> Option<String> {
        let frame = reply.body_mut().frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn it_tells_what_is_new_and_ends_with_the_last() {
        let (streams, values) = (Streams::default(), watch::Sender::new(1));
        let mut reply = numbers(&streams, &values).unwrap();
        assert_eq!(next(&mut reply).await.as_deref(), Some("retry: 1000\n\n"));
        assert_eq!(next(&mut reply).await.as_deref(), Some("data: 1\n\n"));
        values.send_replace(1);
        assert_eq!(next(&mut reply).await.as_deref(), Some(":\n\n"), "it is said once");
        values.send_replace(9);
        assert_eq!(next(&mut reply).await.as_deref(), Some("data: 9\n\n"));
        assert_eq!(next(&mut reply).await, None);
        assert_eq!(streams.seats.available_permits(), SEATS - 1);
        drop(reply);
        assert_eq!(streams.seats.available_permits(), SEATS);
    }

    #[tokio::test(start_paused = true)]
    async fn none_lasts_for_ever_and_a_slow_client_is_waited_for() {
        let (streams, values) = (Streams::default(), watch::Sender::new(1));
        let mut reply = numbers(&streams, &values).unwrap();
        let start = Instant::now();
        let mut count = 0;
        while next(&mut reply).await.is_some() {
            count += 1;
        }
        assert!(start.elapsed() >= LONGEST && start.elapsed() < LONGEST + PULSE, "{:?}", start.elapsed());
        assert!(count <= 2 + LONGEST.as_secs() / PULSE.as_secs(), "{count}");
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_so_many_and_those_who_hang_up_make_room() {
        let (streams, values) = (Streams::default(), watch::Sender::new(1));
        let mut held: Vec<_> = (0..SEATS).map(|_| numbers(&streams, &values).unwrap()).collect();
        assert!(numbers(&streams, &values).is_none());
        held.pop();
        assert!(numbers(&streams, &values).is_some());
        held.clear();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(streams.seats.available_permits(), SEATS);
        assert_eq!(values.receiver_count(), 0, "their tasks are gone too");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_ends_them() {
        let (streams, values) = (Streams::default(), watch::Sender::new(1));
        let mut reply = numbers(&streams, &values).unwrap();
        next(&mut reply).await;
        next(&mut reply).await;
        streams.close();
        assert_eq!(next(&mut reply).await, None);
        assert!(numbers(&streams, &values).is_none());
    }
}
