//! Whether Traefik serves a change: what its API says, held against the files, and how long to wait for it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod meaning;
mod polling;

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use traefik_manager_core::{
    config::{
        object::{ObjectKind, ObjectRef},
        store::ConfigSyntax as _,
        value::Value,
    },
    traefik::Protocol,
    tree::Tree,
};
use traefik_manager_yaml::Yaml;

fn tree(text: &str) -> Tree {
    Yaml.parse(Arc::from(text)).unwrap()
}

/// What Traefik's API would say, written in YAML.
fn value(text: &str) -> Value {
    Value::from(tree(text).root().unwrap())
}

fn object(protocol: Protocol, kind: ObjectKind, name: &str) -> ObjectRef {
    ObjectRef { protocol: Some(protocol), kind, name: name.to_owned() }
}

fn router(name: &str) -> ObjectRef {
    object(Protocol::Http, ObjectKind::Router, name)
}

fn service(name: &str) -> ObjectRef {
    object(Protocol::Http, ObjectKind::Service, name)
}

fn middleware(name: &str) -> ObjectRef {
    object(Protocol::Http, ObjectKind::Middleware, name)
}

/// Runs a future whose every part is ready: nothing in these tests waits for the world.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}
