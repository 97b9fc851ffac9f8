//! What Traefik's API says in its own words, for the JSON API: asked once for all who want it within a second, on a task
//! that needs no client. Nothing is kept longer, because the lists of ten thousand routers are megabytes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;
use traefik_manager_core::{
    manager::Manager,
    traefik::live::{Asked, LiveError},
};

/// How long an answer counts as the present.
const FRESH: Duration = Duration::from_secs(1);

/// What Traefik said, and how long it took.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// `None` where it has no such object.
    pub(crate) text: Result<Option<Bytes>, LiveError>,
    pub(crate) took: Duration,
}

type Slot = Arc<tokio::sync::Mutex<Option<(Instant, Said)>>>;

/// The answers of the last second.
#[derive(Debug, Default)]
pub(crate) struct Wire(Arc<Mutex<HashMap<Asked, Slot>>>);

impl Wire {
    /// What Traefik says now. Ends within three seconds.
    ///
    /// # Cancel safety
    /// Dropping the future ends the waiting; the answer is there for the next one who asks.
    pub(crate) async fn get(&self, manager: &Arc<Manager>, asked: Asked) -> Said {
        let slot = Arc::clone(lock(&self.0).entry(asked.clone()).or_default());
        let (slots, manager) = (Arc::clone(&self.0), Arc::clone(manager));
        let url = manager.settings().current().traefik_api_url.clone();
        let asking = tokio::spawn(async move {
            let mut last = slot.lock().await;
            if let Some((when, said)) = &*last
                && when.elapsed() < FRESH
            {
                return said.clone();
            }
            let begun = Instant::now();
            let text = ask(&manager, &asked).await;
            let said = Said { text, took: begun.elapsed() };
            *last = Some((Instant::now(), said.clone()));
            drop(last);
            tokio::spawn(async move {
                tokio::time::sleep(FRESH).await;
                let mut slots = lock(&slots);
                if slots.get(&asked).is_some_and(|now| Arc::ptr_eq(now, &slot)) {
                    slots.remove(&asked);
                }
            });
            said
        });
        asking.await.unwrap_or_else(|error| Said {
            text: Err(LiveError::Unreachable {
                url: traefik_manager_core::settings::shown_address(&url),
                reason: error.to_string(),
            }),
            took: Duration::ZERO,
        })
    }
}

async fn ask(manager: &Manager, asked: &Asked) -> Result<Option<Bytes>, LiveError> {
    let at = manager.traefik_address().map_err(|error| LiveError::Unreachable {
        url: traefik_manager_core::settings::shown_address(&manager.settings().current().traefik_api_url),
        reason: error.to_string(),
    })?;
    manager.traefik().json(&at, asked).await.map(|said| said.map(Bytes::from))
}

fn lock(slots: &Mutex<HashMap<Asked, Slot>>) -> std::sync::MutexGuard<'_, HashMap<Asked, Slot>> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}
