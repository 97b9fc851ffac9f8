//! Letters that wait, and those that are tried again.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::sleep,
};
use traefik_manager_core::notices::Letter;

use crate::client::Client;

/// The most letters that wait.
const MAX_WAITING: usize = 100;
/// Before the second attempt, and before the third, which is the last.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(20)];

#[derive(Debug)]
pub(crate) struct Queue(Sender<Letter>);

impl Queue {
    pub(crate) fn start(client: Arc<Client>) -> Self {
        let (sender, waiting) = channel(MAX_WAITING);
        tokio::spawn(work_off(client, waiting));
        Self(sender)
    }

    pub(crate) fn put(&self, letter: Letter) -> bool {
        let is_taken = self.0.try_send(letter).is_ok();
        if !is_taken {
            tracing::warn!(
                "a notice is not sent: {MAX_WAITING} wait already for a webhook that does not answer"
            );
        }
        is_taken
    }
}

/// One letter after the other, so that they arrive in order and never burden a service.
async fn work_off(client: Arc<Client>, mut waiting: Receiver<Letter>) {
    while let Some(letter) = waiting.recv().await {
        if let Err(why) = insist(&client, &letter).await {
            tracing::warn!(%why, "a notice was not sent");
        }
    }
}

async fn insist(client: &Client, letter: &Letter) -> Result<(), String> {
    for pause in PAUSES {
        match client.deliver(letter).await {
            Ok(()) => return Ok(()),
            Err(failure) if failure.may_pass => sleep(pause).await,
            Err(failure) => return Err(failure.to_string()),
        }
    }
    client.deliver(letter).await.map_err(|failure| failure.to_string())
}
