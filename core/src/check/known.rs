//! What a static configuration tells about the dynamic one.

use std::{borrow::Cow, collections::HashSet};

use super::{
    context::{Context, EntryPoint, Others},
    nodes::{entries, section, text_of, texts, value_of},
    scalar::Scalar,
    version::TraefikVersion,
};
use crate::{
    config::value::parse_bool,
    tree::{NodeRef, Tree},
};

impl Context {
    /// What a static configuration tells.
    ///
    /// Options that stand on Traefik's command line or in its environment are not in the file; who uses them should
    /// clear what they may add to.
    pub fn from_static(tree: &Tree, version: TraefikVersion) -> Self {
        let mut context = Self::for_version(version);
        let Some(root) = tree.root() else { return context };
        context.entry_points = Some(entry_points(root));
        context.resolvers = Some(names(value_of(root, "certificatesResolvers")));
        let experimental = section(root, "experimental");
        context.plugins = Some(
            ["plugins", "localPlugins"]
                .into_iter()
                .flat_map(|field| names(experimental.and_then(|node| value_of(node, field))))
                .collect(),
        );
        context.providers = Some(providers(root));
        context.default_syntax_is_v2 = section(root, "core")
            .and_then(|core| text_of(core, "defaultRuleSyntax"))
            .is_some_and(|s| s == "v2");
        context.internals = Some(internals(root));
        context
    }
}

fn names(node: Option<NodeRef<'_>>) -> HashSet<String> {
    let all = node.into_iter().flat_map(entries).filter(|(key, value)| !key.is_null() && !value.is_null());
    all.map(|(key, _)| key.text().to_owned()).collect()
}

fn entry_points(root: NodeRef<'_>) -> Vec<EntryPoint> {
    let list = value_of(root, "entryPoints");
    let mut points: Vec<EntryPoint> = list
        .into_iter()
        .flat_map(entries)
        .filter(|(key, point)| !point.is_null() && !key.is_null())
        .map(|(key, point)| EntryPoint {
            name: Scalar::of(key).into_name().unwrap_or_default().into_owned(),
            is_udp: text_of(point, "address")
                .is_some_and(|address| address.to_ascii_lowercase().ends_with("/udp")),
            is_default: text_of(point, "asDefault").and_then(|flag| parse_bool(&flag)) == Some(true),
            middlewares: section(point, "http")
                .into_iter()
                .flat_map(|http| texts(http, "middlewares"))
                .filter_map(|element| element.text.map(Cow::into_owned))
                .collect(),
        })
        .collect();
    // Without any, Traefik listens on `http`; what it needs for its own API it makes itself.
    if points.is_empty() {
        points.push(EntryPoint {
            name: "http".into(),
            is_udp: false,
            is_default: true,
            middlewares: Vec::new(),
        });
    }
    let is_insecure =
        section(root, "api").and_then(|api| text_of(api, "insecure")).and_then(|flag| parse_bool(&flag));
    let has_ping = section(root, "ping").is_some_and(|ping| text_of(ping, "entryPoint").is_none());
    if (is_insecure == Some(true) || has_ping) && !points.iter().any(|point| point.name == "traefik") {
        points.push(EntryPoint {
            name: "traefik".into(),
            is_udp: false,
            is_default: false,
            middlewares: Vec::new(),
        });
    }
    if !points.iter().any(|point| point.is_default) {
        for point in &mut points {
            point.is_default = point.name != "traefik";
        }
    }
    points
}

/// The providers as they stand behind an `@`.
fn providers(root: NodeRef<'_>) -> HashSet<String> {
    let mut found = HashSet::new();
    for (key, value) in value_of(root, "providers").into_iter().flat_map(entries) {
        if value.is_null() {
            continue;
        }
        let name = key.text().to_ascii_lowercase();
        match name.as_str() {
            "file" | "providersthrottleduration" | "precedence" => {}
            "kubernetesingress" => {
                found.insert("kubernetes".to_owned());
            }
            "plugin" => {
                found.extend(entries(value).map(|(plugin, _)| format!("plugin-{}", plugin.text())));
            }
            _ => {
                found.insert(name);
            }
        }
    }
    found
}

/// Traefik's own objects.
fn internals(root: NodeRef<'_>) -> Others {
    let mut others = Others::default();
    let [services, ..] = &mut others.services;
    let [middlewares, ..] = &mut others.middlewares;
    let mut service = |name: &str| services.insert(format!("{name}@internal"));
    if let Some(api) = section(root, "api") {
        service("api");
        if text_of(api, "dashboard").and_then(|flag| parse_bool(&flag)) != Some(false) {
            service("dashboard");
        }
        if text_of(api, "insecure").and_then(|flag| parse_bool(&flag)) == Some(true) {
            for name in ["dashboard_redirect", "dashboard_stripprefix"] {
                middlewares.insert(format!("{name}@internal"));
            }
        }
    }
    if section(root, "ping").is_some() {
        service("ping");
    }
    if section(root, "metrics").is_some_and(|metrics| section(metrics, "prometheus").is_some()) {
        service("prometheus");
    }
    if value_of(root, "providers").is_some_and(|providers| section(providers, "rest").is_some()) {
        service("rest");
    }
    let resolvers = value_of(root, "certificatesResolvers").into_iter().flat_map(entries);
    if resolvers
        .into_iter()
        .filter_map(|(_, node)| value_of(node, "acme"))
        .any(|acme| section(acme, "httpChallenge").is_some())
    {
        service("acme-http");
    }
    for point in value_of(root, "entryPoints").into_iter().flat_map(entries) {
        let redirection = section(point.1, "http")
            .and_then(|http| section(http, "redirections"))
            .and_then(|redirections| section(redirections, "entryPoint"));
        if let Some(to) = redirection.and_then(|entry_point| text_of(entry_point, "to")) {
            middlewares
                .insert(format!("redirect-{}@internal", plain(&format!("{}-to-{to}", point.0.text()))));
        }
    }
    others
}

/// A name as Traefik makes its own ones: letters and digits with single dashes between.
fn plain(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
