//! The running Traefik.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use traefik_manager_core::{
    config::{
        object::{ObjectKind, ObjectRef},
        store::{ConfigStore as _, ConfigSyntax as _},
        value::Value,
    },
    test_support::MemoryConfigStore,
    traefik::{
        Protocol,
        live::{
            ApiAddress, LiveEntryPoint, LiveError, LiveObject, LiveRouter, LiveService, LiveStatus,
            TraefikApi, Version,
        },
    },
};
use traefik_manager_yaml::Yaml;

/// A Traefik that serves the files at once, and has the routers that it is told to have.
#[derive(Debug)]
pub(crate) struct FakeTraefik {
    pub(crate) routers: Mutex<Vec<LiveRouter>>,
    pub(crate) entry_points: Mutex<Vec<LiveEntryPoint>>,
    files: Arc<MemoryConfigStore>,
}

impl FakeTraefik {
    pub(crate) fn new(files: Arc<MemoryConfigStore>) -> Self {
        Self { routers: Mutex::default(), entry_points: Mutex::default(), files }
    }

    fn served(&self, object: &ObjectRef) -> Option<LiveObject> {
        let root = object.protocol.map_or("tls", Protocol::as_str);
        let value = self.files.list().unwrap().iter().find_map(|entry| {
            let text = self.files.read(&entry.id).unwrap()?.text;
            let tree = Yaml.parse(text).ok()?;
            let section = tree.root()?.value_of(root)?.value_of(object.kind.section())?;
            section.get(&object.name).map(Value::from)
        })?;
        let value = with_lists(value);
        let (name, status) = (object.name.clone(), LiveStatus::Enabled);
        Some(LiveObject { name, status, errors: Vec::new(), value })
    }
}

/// The value with lists where Traefik takes a lone text for one.
fn with_lists(value: Value) -> Value {
    let Value::Map(fields) = value else { return value };
    let listed = |(key, value): (String, Value)| match &value {
        Value::Text(text) | Value::Verbatim(text) if key == "entryPoints" || key == "middlewares" => {
            (key, Value::texts(text.split(',').map(str::trim)))
        }
        _ => (key, value),
    };
    Value::Map(fields.into_iter().map(listed).collect())
}

#[async_trait]
impl TraefikApi for FakeTraefik {
    async fn version(&self, _: &ApiAddress) -> Result<Version, LiveError> {
        Ok(Version { number: "3.7.9".to_owned(), codename: "brie".to_owned(), started_at: None })
    }

    async fn routers(&self, _: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError> {
        Ok(self.routers.lock().unwrap().clone())
    }

    async fn services(&self, _: &ApiAddress) -> Result<Vec<LiveService>, LiveError> {
        Ok(Vec::new())
    }

    async fn object(&self, _: &ApiAddress, object: &ObjectRef) -> Result<Option<LiveObject>, LiveError> {
        Ok(self.served(object))
    }

    async fn objects(
        &self,
        _: &ApiAddress,
        _: Protocol,
        _: ObjectKind,
    ) -> Result<Arc<Vec<LiveObject>>, LiveError> {
        Ok(Arc::default())
    }

    async fn entry_points(&self, _: &ApiAddress) -> Result<Vec<LiveEntryPoint>, LiveError> {
        Ok(self.entry_points.lock().unwrap().clone())
    }
}

/// A router as Traefik has it.
pub(crate) fn live_router(protocol: Protocol, name: &str, provider: &str, status: LiveStatus) -> LiveRouter {
    LiveRouter {
        protocol,
        name: name.to_owned(),
        provider: provider.to_owned(),
        status,
        errors: match status {
            LiveStatus::Enabled => Vec::new(),
            _ => vec!["the service \"gone@file\" does not exist".to_owned()],
        },
        rule: format!("Host(`{name}.example.com`)"),
        service: format!("{name}-service"),
        entry_points: vec!["websecure".to_owned()],
        middlewares: Vec::new(),
        tls: true,
    }
}
