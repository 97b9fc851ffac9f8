//! The shapes of objects in the JSON API.

use serde::Serialize;
use traefik_manager_core::{
    config::object::ObjectKind,
    manager::Manager,
    routes::{Deletion, Object, User, Users},
    traefik::{listed, service::Service},
    tree::NodeRef,
};

/// An object in a list, or alone with its YAML. What it has not is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    config_file: &'a str,
    line: usize,
    column: usize,
    used: bool,
    users: Vec<UserJson<'a>>,
    version: String,
    #[serde(flatten)]
    service: Option<ServiceJson<'a>>,
    #[serde(flatten)]
    options: Option<TlsOptionsJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    yaml: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceJson<'a> {
    servers: Vec<&'a str>,
    services: Vec<&'a str>,
    servers_transport: &'a str,
}

/// The fields of 1.5.2.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsOptionsJson<'a> {
    config_file_path: &'a str,
    min_version: &'a str,
    max_version: &'a str,
    sni_strict: bool,
    cipher_suites: Vec<&'a str>,
    curve_preferences: Vec<&'a str>,
    alpn_protocols: Vec<&'a str>,
    client_auth_type: &'a str,
    #[serde(rename = "clientAuthCAs")]
    client_auth_ca_files: Vec<&'a str>,
}

/// Something that names an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserJson<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'static str>,
    name: std::borrow::Cow<'a, str>,
    config_file: std::borrow::Cow<'a, str>,
    enabled: bool,
}

impl<'a> UserJson<'a> {
    fn new(user: &'a User) -> Self {
        Self {
            kind: user.noun(),
            protocol: user.object.protocol.map(traefik_manager_core::traefik::Protocol::as_str),
            name: user.object.name.as_str().into(),
            config_file: user.file.as_str().into(),
            enabled: user.is_enabled,
        }
    }

    fn owned(user: &User) -> UserJson<'static> {
        let UserJson { kind, protocol, name, config_file, enabled } = UserJson::new(user);
        UserJson {
            kind,
            protocol,
            name: name.into_owned().into(),
            config_file: config_file.into_owned().into(),
            enabled,
        }
    }
}

/// What stands in the way of a deletion, and what a cascade would take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DeletionJson {
    users: Vec<UserJson<'static>>,
    goes: Vec<UserJson<'static>>,
    loses: Vec<LossJson>,
    mark: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct LossJson {
    #[serde(flatten)]
    user: UserJson<'static>,
    names: Vec<String>,
}

impl From<&Deletion> for DeletionJson {
    fn from(deletion: &Deletion) -> Self {
        Self {
            users: deletion.users.iter().map(UserJson::owned).collect(),
            goes: deletion.goes.iter().map(UserJson::owned).collect(),
            loses: deletion
                .loses
                .iter()
                .map(|loss| LossJson { user: UserJson::owned(&loss.user), names: loss.names.clone() })
                .collect(),
            mark: deletion.mark.clone(),
        }
    }
}

impl<'a> ObjectJson<'a> {
    /// An object in a list.
    pub(crate) fn new(object: &Object<'a>, users: &'a Users) -> Self {
        let users = users.get(&object.to_ref());
        let position = object.position();
        let service = (object.kind() == ObjectKind::Service)
            .then(|| object.protocol().map(|protocol| Service::new(protocol, object.node())))
            .flatten();
        Self {
            name: object.name(),
            protocol: object.protocol().map(traefik_manager_core::traefik::Protocol::as_str),
            kind: object.variety(),
            config_file: object.file().as_str(),
            line: position.line,
            column: position.column,
            used: !users.is_empty() || object.is_default(),
            users: users.iter().map(UserJson::new).collect(),
            version: object.version(),
            service: service.map(|service| ServiceJson {
                servers: service.servers().collect(),
                services: service.children(),
                servers_transport: service.servers_transport(),
            }),
            options: (object.kind() == ObjectKind::TlsOptions).then(|| TlsOptionsJson::new(object)),
            yaml: None,
        }
    }

    /// The same with its YAML.
    pub(crate) fn with_text(self, manager: &Manager, object: &Object<'a>) -> Self {
        Self { yaml: Some(manager.configuration().object_text(object).unwrap_or_default()), ..self }
    }
}

impl<'a> TlsOptionsJson<'a> {
    fn new(object: &Object<'a>) -> Self {
        let node: NodeRef<'a> = object.node();
        let list = |field: &str| listed(node.value_of(field));
        let client_auth = node.value_of("clientAuth");
        let strict = node.text_of("sniStrict");
        Self {
            config_file_path: object.source().path(),
            min_version: node.text_of("minVersion"),
            max_version: node.text_of("maxVersion"),
            sni_strict: traefik_manager_core::config::value::parse_bool(strict) == Some(true),
            cipher_suites: list("cipherSuites"),
            curve_preferences: list("curvePreferences"),
            alpn_protocols: list("alpnProtocols"),
            client_auth_type: client_auth.map(|node| node.text_of("clientAuthType")).unwrap_or_default(),
            client_auth_ca_files: client_auth
                .map(|node| listed(node.value_of("caFiles")))
                .unwrap_or_default(),
        }
    }
}
