//! The static configuration: what Traefik does not start with, what it dies of, and what it only logs.
//!
//! Here every question is a start; those that are refused end at once.

use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use traefik_manager_core::{
    check::{File, TraefikVersion, check_static},
    config::{
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
};
use traefik_manager_yaml::PlainYaml;

use crate::{
    support::{free_tcp_port, require_real, traefik::launch_with_log},
    table::line,
};

/// How long a Traefik must live to count as started: those that are refused end in a fraction of it.
const LIFE: Duration = Duration::from_secs(3);

fn said(text: &str, minor: u8) -> Vec<String> {
    let id = FileId::new("traefik.yml");
    let tree = PlainYaml.parse(Arc::from(text)).map_err(|error| Problem::syntax(&id, error));
    check_static(File::new(&id, text, tree.as_ref()), TraefikVersion::v3(minor)).iter().map(line).collect()
}

/// How Traefik ends with a file, and what it says then; `None` where it goes on.
fn end(program: &Path, text: &str) -> Option<(i32, String)> {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("traefik.yml"), text).unwrap();
    let log = fs::File::create(home.path().join("log")).unwrap();
    let mut process = launch_with_log(program, home.path(), log);
    let start = Instant::now();
    while start.elapsed() < LIFE {
        if let Some(status) = process.0.try_wait().unwrap() {
            return Some((status.code().unwrap_or(-1), fs::read_to_string(home.path().join("log")).unwrap()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}

/// With a good entry point, because Traefik needs something to start with.
fn web(more: &str) -> String {
    format!("entryPoints: {{web: {{address: \"127.0.0.1:PORT\"}}}}\n{more}\n")
}

fn point(more: &str) -> String {
    format!("entryPoints: {{web: {{address: \"127.0.0.1:PORT\", {more}}}}}\n")
}

/// Files, what we say, and words of Traefik's own.
fn refused() -> Vec<(String, &'static str, &'static str)> {
    let acme =
        |fields: &str| web(&format!("certificatesResolvers: {{le: {{acme: {{email: a@b.c, {fields}}}}}}}"));
    vec![
        (
            String::new(),
            "error refuses-start nothing-configured",
            "Deprecated install configuration options analysis failed",
        ),
        ("# nothing\n".to_owned(), "error refuses-start nothing-configured", "analysis failed"),
        ("{}\n".to_owned(), "error refuses-start nothing-configured", "analysis failed"),
        (
            "htttp: {a: b}\n".to_owned(),
            "error refuses-start nothing-configured",
            "no valid configuration found in file",
        ),
        (point("foo: 1"), "error refuses-start unknown-field", "field not found, node: foo"),
        (
            "entryPoints: {a: {address: \"127.0.0.1:PORT\"}, b: {address: \"127.0.0.1:PORT\"}}\n".to_owned(),
            "error refuses-start duplicate-address",
            "address already in use",
        ),
        (
            "entryPoints: {a: {address: localhost}}\n".to_owned(),
            "error refuses-start bad-address",
            "missing port in address",
        ),
        (point("proxyProtocol: {}"), "error refuses-start missing-value", "no trusted IPs provided"),
        (
            point("forwardedHeaders: {trustedIPs: [x]}"),
            "error refuses-start bad-address",
            "invalid CIDR address: x",
        ),
        (point("udp: {}"), "error refuses-start empty-element", "udp cannot be a standalone element"),
        (point("http: {}"), "error refuses-start empty-element", "http cannot be a standalone element"),
        (
            web("providers: {file: {}}"),
            "error refuses-start empty-element",
            "file cannot be a standalone element",
        ),
        (
            web("providers: {plugin: {}}"),
            "error refuses-start empty-element",
            "plugin cannot be a standalone element",
        ),
        (web("pilot: {token: x}"), "error refuses-start unknown-field", "please read the migration guide"),
        (
            web("providers: {docker: {swarmMode: true}}"),
            "error refuses-start unknown-field",
            "please read the migration guide",
        ),
        (
            web("experimental: {http3: true}"),
            "error refuses-start unknown-field",
            "please read the migration guide",
        ),
        (
            web("tracing: {jaeger: {}}"),
            "error refuses-start unknown-field",
            "please read the migration guide",
        ),
        (
            web("api: {basePath: x}"),
            "error refuses-start bad-value",
            "API basePath must be a valid absolute URL path",
        ),
        (acme("storage: \"\""), "error refuses-start missing-value", "no storage location"),
        (
            acme("storage: acme.json}, tailscale: {"),
            "error refuses-start several-kinds",
            "mutually exclusive",
        ),
        (
            web("tracing: {otlp: {grpc: {insecure: true, tls: {ca: x}}}}"),
            "error refuses-start exclusive-fields",
            "mutually exclusive",
        ),
        (web("core: {defaultRuleSyntax: v4}"), "error refuses-start bad-value", "migration guide"),
        (web("log: {otlp: {}}"), "error refuses-start missing-value", "OTLPLogs feature must be enabled"),
        // Deaths, of which each end is quick as well.
        (
            "entryPoints: {\"\": {address: \"127.0.0.1:PORT\"}}\n".to_owned(),
            "error kills kills-at-start",
            "panic: ",
        ),
        (
            web("certificatesResolvers: {\"\": {acme: {email: a@b.c, storage: acme.json}}}"),
            "error kills kills-at-start",
            "panic: ",
        ),
        (
            web("experimental: {localPlugins: {\"\": {moduleName: x}}}"),
            "error kills kills-at-start",
            "panic: ",
        ),
        (
            web("experimental: {plugins: {\"\": {moduleName: x, version: v1}}}"),
            "error kills kills-at-start",
            "panic: ",
        ),
        (web("accessLog: {bufferingSize: -1}"), "error kills kills-at-start", "panic: "),
    ]
}

/// What Traefik starts with and only logs, and what it swallows; all of it in one file.
const TAKEN: &str = "\
entryPoints:
  web:
    address: \"127.0.0.1:PORT\"
    http: {tls: {}, redirections: {entryPoint: {to: nope}}}
    http3: {}
providers:
  file: {directory: /nope}
  docker: {endpoint: \"tcp://127.0.0.1:1\", defaultRule: \"nope(\"}
certificatesResolvers:
  dns: {acme: {email: a@b.c, storage: acme.json, dnsChallenge: {provider: nope}}}
  http: {acme: {email: a@b.c, storage: other.json, httpChallenge: {entryPoint: nope}}}
api: false
ping: foo
log: {level: nope, format: nope}
accessLog: {format: nope}
tracing: {}
hostResolver: {}
ocsp: {}
http: {routers: {}}
";

#[test]
fn a_static_file_is_refused_or_taken_as_traefik_does() {
    let Some(program) = require_real("traefik") else { return };
    let port = free_tcp_port().to_string();
    let mut wrong = Vec::new();
    for (text, says, reason) in refused() {
        let text = text.replace("PORT", &port);
        let found = said(&text, 7);
        if !found.iter().any(|line| line.starts_with(says)) {
            wrong.push(format!("{text}  check must say {says:?}, and says {found:?}"));
        }
        match end(&program, &text) {
            Some((status, log)) if status != 0 && log.contains(reason) => {}
            other => wrong.push(format!("{text}  Traefik must end with {reason:?}: {other:?}")),
        }
    }
    let text = TAKEN.replace("PORT", &port);
    let mut found = said(&text, 7);
    found.sort();
    assert_eq!(
        found,
        [
            "lint scalar-for-section 12",
            "lint scalar-for-section 13",
            "lint unknown-entry-point 11",
            "lint unknown-entry-point 4",
            "lint unknown-section 19",
            "lint unknown-value 14",
            "lint unknown-value 14",
            "lint unknown-value 15",
        ]
    );
    if let Some((status, log)) = end(&program, &text) {
        wrong.push(format!("Traefik must start, and ends with {status}: {log}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tracing_alone_kills_the_first_version_only() {
    let text = web("tracing: {}").replace("PORT", "80");
    assert_eq!(said(&text, 0), ["error kills kills-at-start 2"]);
    assert_eq!(said(&text, 2), [""; 0]);
}
