//! Somebody who restarts a Traefik in memory.

use std::{fmt, sync::Mutex};

use async_trait::async_trait;

use super::lock;
use crate::restart::{Container, ContainerState, Method, Outcome, RestartError, Restarter, Withdrawal};

type Event = Box<dyn FnMut(usize) + Send>;

/// A [`Restarter`] whose restarts are whatever a test says that they are.
pub struct MemoryRestarter {
    method: Method,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    restarts: usize,
    is_requested: bool,
    error: Option<RestartError>,
    container: Option<Container>,
    last_words: Option<String>,
    event: Option<Event>,
}

impl fmt::Debug for MemoryRestarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRestarter").field("method", &self.method).finish_non_exhaustive()
    }
}

impl MemoryRestarter {
    /// One that goes this way; with [`Method::PoisonPill`] it only requests.
    pub fn new(method: Method) -> Self {
        let container = (method != Method::PoisonPill).then(|| Container {
            name: "traefik".to_owned(),
            started_at: "0".to_owned(),
            state: ContainerState::Running,
            error: String::new(),
        });
        Self { method, state: Mutex::new(State { container, ..State::default() }) }
    }

    /// Lets this happen at each restart, with its number from 1 on.
    pub fn at_restart(&self, event: impl FnMut(usize) + Send + 'static) {
        lock(&self.state).event = Some(Box::new(event));
    }

    /// Refuses everything with this error from now on, or goes on again.
    pub fn fail(&self, error: Option<RestartError>) {
        lock(&self.state).error = error;
    }

    /// Shows the container so from now on.
    pub fn show(&self, container: Option<Container>) {
        lock(&self.state).container = container;
    }

    /// Gives these as Traefik's last lines.
    pub fn say(&self, words: &str) {
        lock(&self.state).last_words = Some(words.to_owned());
    }

    /// Takes a request up; `false` where there is none.
    pub fn take_up(&self) -> bool {
        let was_requested = std::mem::take(&mut lock(&self.state).is_requested);
        if was_requested {
            self.happen();
        }
        was_requested
    }

    /// How often Traefik was restarted.
    pub fn restarts(&self) -> usize {
        lock(&self.state).restarts
    }

    fn happen(&self) {
        let (number, event) = {
            let mut state = lock(&self.state);
            state.restarts += 1;
            let number = state.restarts;
            if let Some(container) = &mut state.container {
                container.started_at = number.to_string();
                container.state = ContainerState::Running;
            }
            (number, state.event.take())
        };
        if let Some(mut event) = event {
            event(number);
            lock(&self.state).event.get_or_insert(event);
        }
    }
}

#[async_trait]
impl Restarter for MemoryRestarter {
    fn method(&self) -> Method {
        self.method
    }

    fn target(&self) -> String {
        "a Traefik in memory".to_owned()
    }

    async fn container(&self) -> Result<Option<Container>, RestartError> {
        let state = lock(&self.state);
        match &state.error {
            Some(RestartError::Refused { .. }) => Ok(None),
            Some(error) => Err(error.clone()),
            None => Ok(state.container.clone()),
        }
    }

    async fn restart(&self) -> Result<Outcome, RestartError> {
        {
            let mut state = lock(&self.state);
            if let Some(error) = &state.error {
                return Err(error.clone());
            }
            if self.method == Method::PoisonPill {
                state.is_requested = true;
                return Ok(Outcome::Requested);
            }
        }
        self.happen();
        Ok(Outcome::Completed)
    }

    async fn withdraw(&self) -> Result<Withdrawal, RestartError> {
        let was_requested = std::mem::take(&mut lock(&self.state).is_requested);
        Ok(if was_requested { Withdrawal::TakenBack } else { Withdrawal::Nothing })
    }

    async fn last_words(&self) -> Option<String> {
        lock(&self.state).last_words.clone()
    }
}
