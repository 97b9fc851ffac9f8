//! Takes notices to webhooks, over HTTP or HTTPS.
//!
//! A letter goes where an administrator says, and nowhere else: nothing is followed, link-local addresses are not
//! asked even where a name leads there, and of an answer nothing but the status is looked at, and never told to anybody
//! in more words than that. One letter takes five seconds at most. Those that are posted wait in a bounded queue, and
//! one that did not arrive is tried three times in all.

#![warn(missing_docs)]

mod client;
mod queue;
mod resolver;

pub use client::TlsError;

use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use traefik_manager_core::notices::{Letter, Postman};

use crate::{client::Client, queue::Queue};

/// For a letter to arrive and to be answered.
const BUDGET: Duration = Duration::from_secs(5);

/// Takes letters over HTTP. Keeps no connection open between them.
#[derive(Debug)]
pub struct HttpPostman {
    client: Arc<Client>,
    queue: Queue,
}

impl HttpPostman {
    /// A postman with an empty queue, which is worked off on the present tokio runtime until he is dropped.
    ///
    /// # Errors
    /// [`TlsError`] when the TLS library refuses its own defaults.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start() -> Result<Self, TlsError> {
        let client = Arc::new(Client::new()?);
        let queue = Queue::start(Arc::clone(&client));
        Ok(Self { client, queue })
    }
}

#[async_trait]
impl Postman for HttpPostman {
    async fn deliver(&self, letter: &Letter) -> Result<(), String> {
        self.client.deliver(letter).await.map_err(|failure| failure.to_string())
    }

    fn post(&self, letter: Letter) -> bool {
        self.queue.put(letter)
    }
}
