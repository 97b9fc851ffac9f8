//! The running Traefik.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

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
            ApiAddress, Asked, LiveEntryPoint, LiveError, LiveMiddleware, LiveObject, LiveRouter,
            LiveService, LiveStatus, TraefikApi, Version,
        },
    },
};
use traefik_manager_yaml::Yaml;

/// What makes it refuse a file, and with it all changes, for a reason that nobody else knows.
pub(crate) const REFUSED: &str = "nobody-knows-why";

/// A Traefik that serves the files at once, and has the routers that it is told to have.
#[derive(Debug)]
pub(crate) struct FakeTraefik {
    pub(crate) routers: Mutex<Vec<LiveRouter>>,
    pub(crate) services: Mutex<Vec<LiveService>>,
    pub(crate) middlewares: Mutex<Vec<LiveMiddleware>>,
    /// The texts that it took last.
    taken: Mutex<Vec<Arc<str>>>,
    /// Whether it takes connections and never answers.
    pub(crate) hangs: AtomicBool,
    pub(crate) entry_points: Mutex<Vec<LiveEntryPoint>>,
    files: Arc<MemoryConfigStore>,
}

impl FakeTraefik {
    pub(crate) fn new(files: Arc<MemoryConfigStore>) -> Self {
        let services =
            ["api", "dashboard", "noop"].map(|name| live_service(Protocol::Http, name, "internal"));
        Self {
            routers: Mutex::default(),
            services: Mutex::new(services.into()),
            middlewares: Mutex::default(),
            taken: Mutex::default(),
            hangs: AtomicBool::new(false),
            entry_points: Mutex::default(),
            files,
        }
    }

    fn served(&self, object: &ObjectRef) -> Option<LiveObject> {
        let root = object.protocol.map_or("tls", Protocol::as_str);
        let value = self.texts().into_iter().find_map(|text| {
            let tree = Yaml.parse(text).ok()?;
            let section = tree.root()?.value_of(root)?.value_of(object.kind.section())?;
            section.get(&object.name).map(Value::from)
        })?;
        let value = with_lists(value);
        let (name, status) = (object.name.clone(), LiveStatus::Enabled);
        Some(LiveObject { name, status, errors: Vec::new(), value })
    }
}

impl FakeTraefik {
    /// The texts that it serves: those of the files, unless one of them is what it refuses.
    fn texts(&self) -> Vec<Arc<str>> {
        let entries = self.files.list().unwrap();
        let texts: Vec<_> =
            entries.iter().filter_map(|entry| Some(self.files.read(&entry.id).unwrap()?.text)).collect();
        let mut taken = self.taken.lock().unwrap();
        if texts.iter().all(|text| !text.contains(REFUSED)) {
            *taken = texts;
        }
        taken.clone()
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
        if self.hangs.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_secs(3)).await;
            let url = "http://traefik:8080".to_owned();
            return Err(LiveError::Unreachable { url, reason: "it did not answer".to_owned() });
        }
        Ok(Version { number: "3.7.9".to_owned(), codename: "brie".to_owned(), started_at: None })
    }

    async fn routers(&self, _: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError> {
        Ok(self.routers.lock().unwrap().clone())
    }

    async fn services(&self, _: &ApiAddress) -> Result<Vec<LiveService>, LiveError> {
        Ok(self.services.lock().unwrap().clone())
    }

    async fn middlewares(&self, _: &ApiAddress) -> Result<Vec<LiveMiddleware>, LiveError> {
        Ok(self.middlewares.lock().unwrap().clone())
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

    async fn json(&self, _: &ApiAddress, _: &Asked) -> Result<Option<Vec<u8>>, LiveError> {
        let url = "http://traefik:8080".to_owned();
        Err(LiveError::Unexpected { url, reason: "it says nothing in its own words".to_owned() })
    }

    async fn entry_points(&self, _: &ApiAddress) -> Result<Vec<LiveEntryPoint>, LiveError> {
        Ok(self.entry_points.lock().unwrap().clone())
    }
}

/// A service as Traefik has it.
pub(crate) fn live_service(protocol: Protocol, name: &str, provider: &str) -> LiveService {
    LiveService {
        protocol,
        name: name.to_owned(),
        provider: provider.to_owned(),
        status: LiveStatus::Enabled,
        errors: Vec::new(),
        kind: "loadbalancer".to_owned(),
        servers: Vec::new(),
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
