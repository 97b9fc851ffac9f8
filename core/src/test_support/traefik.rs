//! A Traefik in memory, and a timer that makes time pass without waiting.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;

use super::lock;
use crate::{
    clock::Timer,
    config::{
        object::{ObjectKind, ObjectRef},
        value::Value,
    },
    traefik::{
        Protocol,
        live::{
            ApiAddress, Asked, LiveEntryPoint, LiveError, LiveMiddleware, LiveObject, LiveRouter,
            LiveService, LiveStatus, TraefikApi, Version,
        },
    },
};

/// A [`TraefikApi`] that serves the objects that it was given. It lists no routers and services of other providers.
#[derive(Debug, Default)]
pub struct MemoryTraefik {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    objects: HashMap<ObjectRef, LiveObject>,
    entry_points: Vec<LiveEntryPoint>,
    started_at: Option<String>,
    error: Option<LiveError>,
    asked: Vec<String>,
}

impl MemoryTraefik {
    /// Serves an object from now on, or otherwise than before.
    pub fn serve(&self, object: &ObjectRef, value: Value, status: LiveStatus, errors: &[&str]) {
        let live = LiveObject {
            name: object.name.clone(),
            status,
            errors: errors.iter().map(|&error| error.to_owned()).collect(),
            value,
        };
        lock(&self.state).objects.insert(object.clone(), live);
    }

    /// Serves an object no longer.
    pub fn forget(&self, object: &ObjectRef) {
        lock(&self.state).objects.remove(object);
    }

    /// Has these entry points from now on.
    pub fn set_entry_points(&self, entry_points: Vec<LiveEntryPoint>) {
        lock(&self.state).entry_points = entry_points;
    }

    /// Is another process from now on, which started then.
    pub fn start(&self, at: &str) {
        lock(&self.state).started_at = Some(at.to_owned());
    }

    /// Answers everything with this error from now on, or properly again.
    pub fn fail(&self, error: Option<LiveError>) {
        lock(&self.state).error = error;
    }

    /// What it was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.state).asked.clone()
    }

    fn ask(&self, what: String) -> Result<MutexGuard<'_, State>, LiveError> {
        let mut state = lock(&self.state);
        state.asked.push(what);
        match &state.error {
            Some(error) => Err(error.clone()),
            None => Ok(state),
        }
    }
}

#[async_trait]
impl TraefikApi for MemoryTraefik {
    async fn version(&self, _: &ApiAddress) -> Result<Version, LiveError> {
        self.ask("version".to_owned()).map(|state| Version {
            number: "3.7.15".to_owned(),
            codename: "langres".to_owned(),
            started_at: state.started_at.clone(),
        })
    }

    async fn routers(&self, _: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError> {
        self.ask("routers".to_owned()).map(|_| Vec::new())
    }

    async fn services(&self, _: &ApiAddress) -> Result<Vec<LiveService>, LiveError> {
        self.ask("services".to_owned()).map(|_| Vec::new())
    }

    async fn middlewares(&self, _: &ApiAddress) -> Result<Vec<LiveMiddleware>, LiveError> {
        self.ask("middlewares".to_owned()).map(|_| Vec::new())
    }

    async fn object(&self, _: &ApiAddress, object: &ObjectRef) -> Result<Option<LiveObject>, LiveError> {
        self.ask(object.name.clone()).map(|state| state.objects.get(object).cloned())
    }

    async fn objects(
        &self,
        _: &ApiAddress,
        protocol: Protocol,
        kind: ObjectKind,
    ) -> Result<Arc<Vec<LiveObject>>, LiveError> {
        let state = self.ask(format!("all {protocol} {}", kind.section()))?;
        let of_kind = |object: &ObjectRef| object.protocol == Some(protocol) && object.kind == kind;
        let found = state.objects.iter().filter(|(object, _)| of_kind(object)).map(|(_, live)| live.clone());
        Ok(Arc::new(found.collect()))
    }

    async fn json(&self, _: &ApiAddress, asked: &Asked) -> Result<Option<Vec<u8>>, LiveError> {
        self.ask(format!("{asked:?}")).map(|_| match asked {
            Asked::Overview | Asked::Version => Some(b"{}".to_vec()),
            Asked::EntryPoints | Asked::List(..) => Some(b"[]".to_vec()),
            Asked::Object(..) => None,
        })
    }

    async fn entry_points(&self, _: &ApiAddress) -> Result<Vec<LiveEntryPoint>, LiveError> {
        self.ask("entry points".to_owned()).map(|state| state.entry_points.clone())
    }
}

type Event = Box<dyn FnOnce() + Send>;

/// A [`Timer`] whose time passes only in sleep, and at once.
#[derive(Default)]
pub struct FakeTimer {
    now: Mutex<Duration>,
    events: Mutex<Vec<(Duration, Event)>>,
}

impl fmt::Debug for FakeTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTimer").field("now", &*lock(&self.now)).finish_non_exhaustive()
    }
}

impl FakeTimer {
    /// Lets something happen when so much time has passed since the start.
    pub fn at(&self, when: Duration, event: impl FnOnce() + Send + 'static) {
        lock(&self.events).push((when, Box::new(event)));
    }
}

#[async_trait]
impl Timer for FakeTimer {
    fn elapsed(&self) -> Duration {
        *lock(&self.now)
    }

    async fn sleep(&self, duration: Duration) {
        let now = {
            let mut now = lock(&self.now);
            *now += duration;
            *now
        };
        let due: Vec<_> = lock(&self.events).extract_if(.., |(when, _)| *when <= now).collect();
        for (_, event) in due {
            event();
        }
    }
}
