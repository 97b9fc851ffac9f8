//! Restarting a container over an engine's API.

use std::time::Duration;

use async_trait::async_trait;
use hyper::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use traefik_manager_core::restart::{
    Container, ContainerName, Labels, Method, Outcome, ROLE_LABEL, RestartError, Restarter, Withdrawal,
};

use crate::{
    connection::{self, Answer},
    endpoint::Endpoint,
    inspect,
};

/// How long Traefik may take to end by itself before the engine ends it. Traefik gives requests that are under way ten
/// seconds, where nobody says otherwise.
const GRACE: Duration = Duration::from_secs(12);
/// How long the engine may take for a restart, the grace included.
const RESTART: Duration = Duration::from_secs(45);
/// How long the engine may take for anything else.
const QUICK: Duration = Duration::from_secs(5);
/// How many of Traefik's last lines are asked for.
const LINES: u32 = 20;

/// Restarts a container through the Docker Engine API.
///
/// The version of the API is the engine's own, as its `/_ping` tells; where that is refused, no version is named, and
/// the engine takes its own too.
#[derive(Debug, Clone)]
pub struct EngineRestarter {
    method: Method,
    endpoint: Endpoint,
    container: Option<ContainerName>,
}

impl EngineRestarter {
    /// Through a proxy that lets only a little of the API through. With a name it looks at that container and restarts
    /// it; without, it looks for the one with [`ROLE_LABEL`], and takes `traefik` where it may not.
    pub fn proxy(endpoint: Endpoint, container: Option<ContainerName>) -> Self {
        Self { method: Method::Proxy, endpoint, container }
    }

    /// Through the engine's own socket; as [`proxy`](Self::proxy), and it reads Traefik's last lines.
    pub fn socket(endpoint: Endpoint, container: Option<ContainerName>) -> Self {
        Self { method: Method::Socket, endpoint, container }
    }

    /// `/v1.41`, or nothing.
    async fn version(&self) -> Result<String, RestartError> {
        let answer = connection::ask(&self.endpoint, hyper::Method::GET, "/_ping", QUICK).await?;
        Ok(answer.api_version.map(|version| format!("/v{version}")).unwrap_or_default())
    }

    /// The container to restart.
    async fn name(&self, version: &str) -> Result<ContainerName, RestartError> {
        if let Some(name) = &self.container {
            return Ok(name.clone());
        }
        let marked = self.marked(version).await?.unwrap_or_default();
        let names: Vec<ContainerName> = marked.into_iter().map(|labels| labels.container).collect();
        match names.as_slice() {
            [] => Ok(ContainerName::default()),
            [one] => Ok(one.clone()),
            _ => Err(RestartError::Ambiguous { names: names.iter().map(ToString::to_string).collect() }),
        }
    }

    /// What the labels of Traefik's container say; `None` where there is no such container.
    ///
    /// Believed is the one container of the given name; without a name the one with [`ROLE_LABEL`], and where there is
    /// none, the one that is called `traefik`. Nothing else of the engine is asked.
    ///
    /// # Errors
    /// [`RestartError`]; [`Ambiguous`](RestartError::Ambiguous) where several have [`ROLE_LABEL`] and say anything more.
    pub async fn labels(&self) -> Result<Option<Labels>, RestartError> {
        if self.container.is_none() {
            let mut marked = self.marked("").await?.unwrap_or_default();
            match marked.as_slice() {
                [] => {}
                [_] => return Ok(marked.pop()),
                several if several.iter().all(Labels::is_silent) => return Ok(None),
                several => {
                    let names = several.iter().map(|labels| labels.container.to_string()).collect();
                    return Err(RestartError::Ambiguous { names });
                }
            }
        }
        let name = self.container.clone().unwrap_or_default();
        let path = format!("/containers/{name}/json");
        let answer = connection::ask(&self.endpoint, hyper::Method::GET, &path, QUICK).await?;
        match answer.status {
            StatusCode::OK => Ok(inspect::labels(&answer.body).filter(|labels| labels.container == name)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(self.refusal(&name, &answer)),
        }
    }

    /// The containers with [`ROLE_LABEL`]; `None` where it is not allowed to ask for them.
    async fn marked(&self, version: &str) -> Result<Option<Vec<Labels>>, RestartError> {
        let filters = format!(r#"{{"label":["{ROLE_LABEL}"]}}"#);
        let filters = utf8_percent_encode(&filters, NON_ALPHANUMERIC);
        let path = format!("{version}/containers/json?all=1&filters={filters}");
        let answer = connection::ask(&self.endpoint, hyper::Method::GET, &path, QUICK).await?;
        if answer.status == StatusCode::FORBIDDEN {
            return Ok(None);
        }
        let unexpected = || RestartError::Unexpected {
            at: self.endpoint.to_string(),
            reason: format!("asked for its containers it says {}", answer.status),
        };
        let found = Some(&answer.body)
            .filter(|_| answer.status == StatusCode::OK)
            .and_then(|body| inspect::marked(body));
        found.map(Some).ok_or_else(unexpected)
    }

    /// What an answer that is no success means.
    fn refusal(&self, name: &ContainerName, answer: &Answer) -> RestartError {
        let (at, reason) = (self.endpoint.to_string(), inspect::message(&answer.body));
        match answer.status.as_u16() {
            401 | 403 => RestartError::Refused { at, reason: or_status(reason, answer.status) },
            404 => RestartError::NoSuchContainer { at, wanted: name.to_string() },
            // A proxy without the engine behind it.
            503 => RestartError::Unreachable { at, reason: or_status(reason, answer.status) },
            500 => RestartError::Failed { at, reason: or_status(reason, answer.status) },
            _ => RestartError::Unexpected { at, reason: format!("it says {}: {reason}", answer.status) },
        }
    }
}

fn or_status(reason: String, status: StatusCode) -> String {
    if reason.is_empty() { format!("it says {status}") } else { reason }
}

#[async_trait]
impl Restarter for EngineRestarter {
    fn method(&self) -> Method {
        self.method
    }

    fn container_name(&self) -> Option<String> {
        self.container.as_ref().map(ToString::to_string)
    }

    fn target(&self) -> String {
        match &self.container {
            Some(name) => format!("container {name} through {}", self.endpoint),
            None => {
                format!("the container with the label {ROLE_LABEL}, or traefik, through {}", self.endpoint)
            }
        }
    }

    async fn container(&self) -> Result<Option<Container>, RestartError> {
        let version = self.version().await?;
        let name = self.name(&version).await?;
        let path = format!("{version}/containers/{name}/json");
        let answer = connection::ask(&self.endpoint, hyper::Method::GET, &path, QUICK).await?;
        match (answer.status, inspect::container(&answer.body)) {
            (StatusCode::OK, Some(container)) => Ok(Some(container)),
            (StatusCode::OK, None) => Err(RestartError::Unexpected {
                at: self.endpoint.to_string(),
                reason: "what it says of the container is not to be understood".to_owned(),
            }),
            _ => match self.refusal(&name, &answer) {
                RestartError::Refused { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    async fn restart(&self) -> Result<Outcome, RestartError> {
        let version = self.version().await?;
        let name = self.name(&version).await?;
        let path = format!("{version}/containers/{name}/restart?t={}", GRACE.as_secs());
        let answer = connection::ask(&self.endpoint, hyper::Method::POST, &path, RESTART).await?;
        if answer.status == StatusCode::NO_CONTENT {
            Ok(Outcome::Completed)
        } else {
            Err(self.refusal(&name, &answer))
        }
    }

    async fn withdraw(&self) -> Result<Withdrawal, RestartError> {
        Ok(Withdrawal::Nothing)
    }

    async fn last_words(&self) -> Option<String> {
        if self.method != Method::Socket {
            return None;
        }
        let version = self.version().await.ok()?;
        let name = self.name(&version).await.ok()?;
        let path = format!("{version}/containers/{name}/logs?stdout=1&stderr=1&tail={LINES}");
        let answer = connection::ask(&self.endpoint, hyper::Method::GET, &path, QUICK).await.ok()?;
        let text = inspect::log(&answer.body);
        (answer.status == StatusCode::OK && !text.is_empty()).then_some(text)
    }
}
