//! The running Traefik.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    traefik::{
        Protocol,
        live::{
            ApiAddress, LiveEntryPoint, LiveError, LiveObject, LiveRouter, LiveService, LiveStatus,
            TraefikApi, Version,
        },
    },
};

/// A Traefik that says what it is told to.
#[derive(Debug, Default)]
pub(crate) struct FakeTraefik {
    pub(crate) routers: Mutex<Vec<LiveRouter>>,
}

#[async_trait]
impl TraefikApi for FakeTraefik {
    async fn version(&self, _: &ApiAddress) -> Result<Version, LiveError> {
        Ok(Version { number: "3.7.9".to_owned(), codename: "brie".to_owned() })
    }

    async fn routers(&self, _: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError> {
        Ok(self.routers.lock().unwrap().clone())
    }

    async fn services(&self, _: &ApiAddress) -> Result<Vec<LiveService>, LiveError> {
        Ok(Vec::new())
    }

    async fn object(&self, _: &ApiAddress, _: &ObjectRef) -> Result<Option<LiveObject>, LiveError> {
        Ok(None)
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
        Ok(Vec::new())
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
