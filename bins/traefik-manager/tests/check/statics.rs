//! The static configuration.

use std::sync::Arc;

use traefik_manager_core::{
    check::{Effect, File, FileKind, TraefikVersion, check_static, kind_of},
    config::{
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
};
use traefik_manager_yaml::PlainYaml;

use super::STATIC;

fn told(text: &str, minor: u8) -> Vec<String> {
    let id = FileId::new("traefik.yml");
    let tree = PlainYaml.parse(Arc::from(text)).map_err(|error| Problem::syntax(&id, error));
    check_static(File::new(&id, text, tree.as_ref()), TraefikVersion::v3(minor))
        .iter()
        .map(super::line)
        .collect()
}

#[test]
fn what_keeps_traefik_from_starting() {
    assert_eq!(told(STATIC, 7), [""; 0]);
    for (text, code) in [
        ("", "nothing-configured"),
        ("htttp: {}", "nothing-configured"),
        ("entryPoints: {web: {adress: \":80\"}}", "unknown-field"),
        ("entryPoints: {web: {address: localhost}}", "bad-address"),
        ("entryPoints: {a: {address: \":80\"}, b: {address: \":80\"}}", "duplicate-address"),
        ("entryPoints: {a: {address: \":80\"}, b: {address: \"127.0.0.1:80\"}}", "duplicate-address"),
        (
            "entryPoints: {a: {address: \"localhost:80\"}, b: {address: \"127.0.0.1:80\"}}",
            "duplicate-address",
        ),
        ("entryPoints: {a: {address: \":http\"}, b: {address: \":80\"}}", "duplicate-address"),
        ("entryPoints: {a: {address: \":80\", reusePort: true}, b: {address: \":80\"}}", "duplicate-address"),
        ("entryPoints: {a: {address: \":443\", http3: {}}, b: {address: \":443/udp\"}}", "duplicate-address"),
        ("api: {insecure: true}\nentryPoints: {a: {address: \":8080\"}}", "duplicate-address"),
        ("ping: {}\nentryPoints: {a: {address: \"127.0.0.1:8080\"}}", "duplicate-address"),
        ("metrics: {prometheus: {}}\nentryPoints: {a: {address: \":8080\"}}", "duplicate-address"),
        ("providers: {rest: {insecure: true}}\nentryPoints: {a: {address: \":8080\"}}", "duplicate-address"),
        ("entryPoints: {a: {address: \":99999\"}}", "bad-address"),
        ("entryPoints: {a: {address: \":80\", http2: {maxConcurrentStreams: -1}}}", "bad-value"),
        ("entryPoints: {a: {address: \":80/sctp\"}}", "bad-address"),
        ("pilot: {token: x}\napi: {}", "unknown-field"),
        ("entryPoints: {a: {address: \":80\", http: {}}}", "empty-element"),
        ("entryPoints: {a: {address: \":80\", proxyProtocol: {}}}", "missing-value"),
        ("entryPoints: {a: {address: \":80\", forwardedHeaders: {trustedIPs: [x]}}}", "bad-address"),
        ("api: {basePath: x}", "bad-value"),
        ("core: {defaultRuleSyntax: v4}", "bad-value"),
        ("log: {otlp: {}}", "missing-value"),
        ("tracing: {otlp: {grpc: {insecure: true, tls: {ca: x}}}}", "exclusive-fields"),
        ("certificatesResolvers: {a: {acme: {storage: \"\"}}}", "missing-value"),
        ("certificatesResolvers: {a: {acme: {email: x}, tailscale: {}}}", "several-kinds"),
    ] {
        let told = told(text, 7);
        assert!(
            told.iter().any(|line| line.starts_with(&format!("error refuses-start {code}"))),
            "{text}: {told:?}"
        );
    }
    for (text, minor) in [
        ("entryPoints: {\"\": {address: \":80\"}}", 7),
        ("accessLog: {bufferingSize: -1}", 7),
        ("tracing: {}", 0),
        ("certificatesResolvers: {\"\": {acme: {email: x}}}", 7),
    ] {
        let told = told(text, minor);
        assert!(
            told.iter().any(|line| line.starts_with(&format!("error {}", Effect::Kills.as_str()))),
            "{text}: {told:?}"
        );
    }
    for text in [
        "api: {}",
        "ping: true",
        "log:\n  level: DEBUG\napi:",
        "entryPoints: {a: {address: \":53/udp\"}, b: {address: \":53\"}}",
        "entryPoints: {a: {address: \":0\"}, b: {address: \":0\"}}",
        "entryPoints: {a: {address: \"127.0.0.1:80\"}, b: {address: \"127.0.0.2:80\"}}",
        "entryPoints: {a: {address: \":80\", reusePort: true}, b: {address: \":80\", reusePort: true}}",
        "api: {}\nentryPoints: {a: {address: \":8080\"}}",
        "api: {insecure: true}\nentryPoints: {a: {address: \":8080\"}, traefik: {address: \":8081\"}}",
        "ping: {manualRouting: true}\nentryPoints: {a: {address: \":8080\"}}",
        "ping: {entryPoint: a}\nentryPoints: {a: {address: \":8080\"}}",
    ] {
        assert_eq!(told(text, 7), [""; 0], "{text}");
    }
}

#[test]
fn files_are_told_apart_by_what_they_say() {
    for (text, kind) in [
        ("http: {routers: {}}", FileKind::Dynamic),
        ("tls: {}", FileKind::Dynamic),
        ("", FileKind::Dynamic),
        ("banana: 1", FileKind::Dynamic),
        ("entryPoints: {}", FileKind::Static),
        ("log: {level: INFO}", FileKind::Static),
        ("PROVIDERS: {file: {directory: x}}\nhttp: {}", FileKind::Static),
    ] {
        assert_eq!(kind_of(&PlainYaml.parse(Arc::from(text)).unwrap()), kind, "{text}");
    }
}
