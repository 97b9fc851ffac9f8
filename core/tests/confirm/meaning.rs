//! One thing in many spellings, and many things that differ.

use traefik_manager_core::{
    check::{Meaning, Setting, Verdict},
    config::object::{ObjectKind, ObjectRef},
    traefik::Protocol,
};

use super::{middleware, object, router, service, tree, value};

fn of_file(object: &ObjectRef, text: &str) -> Meaning {
    Meaning::of_file(object, tree(text).root().unwrap()).unwrap()
}

/// The verdict on what the API says, with what the file said before.
fn verdict(object: &ObjectRef, before: Option<&str>, file: &str, api: &str, setting: Setting) -> Verdict {
    let before = before.map(|text| of_file(object, text));
    let live = Meaning::of_api(object, &value(api)).unwrap();
    of_file(object, file).served(before.as_ref(), &live, setting)
}

fn compare(object: &ObjectRef, file: &str, api: &str) -> Verdict {
    verdict(object, None, file, api, Setting::default())
}

/// The place of the first difference.
fn differs(object: &ObjectRef, file: &str, api: &str) -> String {
    match compare(object, file, api) {
        Verdict::Other(path) => path.to_string(),
        verdict => format!("{verdict:?}"),
    }
}

#[test]
fn spellings_of_one_thing_are_served() {
    for (object, file, api) in [
        (router("a"), "{RULE: 'Host(`a`)', Service: app@file}", "{rule: 'Host(`a`)', service: app}"),
        (router("a"), "{middlewares: 'x, y'}", "{middlewares: [x@file, y@file]}"),
        (router("a"), "{tls: true}", "{tls: {options: default}}"),
        (router("a"), "{tls: foo}", "{}"),
        (router("a"), "{priority: 0, ruleSyntax: ''}", "{priority: 9}"),
        (router("a"), "{entryPoints: [b, a]}", "{entryPoints: [a, b]}"),
        (router("a"), "{rule: 'Host(`{{ env \"X\" }}`)', service: x}", "{rule: 'Host(`a`)', service: x}"),
        (router("a"), "{rule: x, <<: {service: s}}", "{rule: x, service: s}"),
        (
            service("a"),
            "{loadBalancer: {healthCheck: {port: 0x1F, interval: 90}}}",
            "{loadBalancer: {healthCheck: {port: 31, interval: 1m30s, mode: http}, strategy: wrr}}",
        ),
        (
            service("a"),
            "{loadBalancer: {healthCheck: {interval: 1.5s}}}",
            "{loadBalancer: {healthCheck: {interval: 1500000000}}}",
        ),
        (
            service("a"),
            "{loadBalancer: {healthCheck: {headers: {a: 1.50, b: true, c: 010}}}}",
            "{loadBalancer: {healthCheck: {headers: {a: '1.500000', b: 'true', c: '8'}}}}",
        ),
        (
            service("a"),
            "{loadBalancer: {servers: [{url: x, preservePath: false}], sticky: {}}}",
            "{loadBalancer: {servers: [{url: x}], sticky: {}}}",
        ),
        (
            service("a"),
            "{weighted: {services: [{name: x}]}}",
            "{weighted: {services: [{name: x, weight: 1}]}}",
        ),
        (middleware("a"), "{compress: true}", "{compress: {encodings: [gzip, br, zstd]}}"),
        (
            middleware("a"),
            "{rateLimit: {average: '100', period: 1m}}",
            "{rateLimit: {average: 100, period: 1m0s, burst: 1}}",
        ),
        (middleware("a"), "{buffering: {maxRequestBodyBytes: 0}}", "{buffering: {}}"),
        (middleware("a"), "{stripPrefix: {prefixes: /a, snippet: ~}}", "{stripPrefix: {prefixes: [/a]}}"),
        (
            middleware("a"),
            "{plugin: {Foo: {Bar: 1, l: [1, true, {A: b}], n: ~, d: {e: ''}}}}",
            "{plugin: {Foo: {Bar: '1', l: [{A: b}], d: {e: ''}}}}",
        ),
        (
            object(Protocol::Tcp, ObjectKind::Service, "a"),
            "{loadBalancer: {terminationDelay: '42'}}",
            "{loadBalancer: {terminationDelay: 42}}",
        ),
    ] {
        assert_eq!(compare(&object, file, api), Verdict::Serves, "{file}");
    }
    let anchored = tree("x: &s {url: h}\ny: {loadBalancer: {servers: [*s]}}");
    let node = anchored.root().unwrap().get("y").unwrap();
    let live = Meaning::of_api(&service("a"), &value("{loadBalancer: {servers: [{url: h}]}}")).unwrap();
    let file = Meaning::of_file(&service("a"), node).unwrap();
    assert_eq!(file.served(None, &live, Setting::default()), Verdict::Serves);
}

#[test]
fn differences_are_found_and_named() {
    for (object, file, api, place) in [
        (router("a"), "{rule: x, service: b}", "{rule: x, service: a}", "service"),
        (router("a"), "{service: a@docker}", "{service: a}", "service"),
        (router("a"), "{middlewares: [a, b]}", "{middlewares: [b@file, a@file]}", "middlewares"),
        (router("a"), "{middlewares: [a]}", "{}", "middlewares"),
        (router("a"), "{tls: {}}", "{}", "tls"),
        (
            router("a"),
            "{tls: {domains: [{main: a, sans: [b]}]}}",
            "{tls: {domains: [{main: a, sans: [c]}]}}",
            "tls.domains[0].sans",
        ),
        (
            service("a"),
            "{loadBalancer: {servers: [{url: a}, {url: b}]}}",
            "{loadBalancer: {servers: [{url: a}]}}",
            "loadBalancer.servers",
        ),
        (
            service("a"),
            "{loadBalancer: {healthCheck: {interval: 10}}}",
            "{loadBalancer: {healthCheck: {interval: 10ms}}}",
            "loadBalancer.healthCheck.interval",
        ),
        (
            service("a"),
            "{weighted: {services: [{name: x, weight: 0}]}}",
            "{weighted: {services: [{name: x, weight: 1}]}}",
            "weighted.services[0].weight",
        ),
        (service("a"), "{weighted: {services: [{name: x}]}}", "{loadBalancer: {}}", "weighted"),
        (
            middleware("a"),
            "{headers: {customRequestHeaders: {X-A: b}}}",
            "{headers: {customRequestHeaders: {x-a: b}}}",
            "headers.customRequestHeaders.x-a",
        ),
        (
            middleware("a"),
            "{headers: {customRequestHeaders: {a: b}}}",
            "{headers: {customRequestHeaders: {a: b, c: d}}}",
            "headers.customRequestHeaders.c",
        ),
        (middleware("a"), "{plugin: {foo: {a: [x]}}}", "{plugin: {foo: {a: [y]}}}", "plugin.foo.a[0]"),
        (
            middleware("a"),
            "{headers: {customRequestHeaders: {a: 10s}}}",
            "{headers: {customRequestHeaders: {a: '10'}}}",
            "headers.customRequestHeaders.a",
        ),
    ] {
        assert_eq!(differs(&object, file, api), place, "{file}");
    }
}

#[test]
fn what_was_taken_out_must_be_gone_unless_traefik_fills_it_in() {
    let asks = |object: &ObjectRef, before: &str, file: &str, api: &str| {
        verdict(object, Some(before), file, api, Setting::default())
    };
    let old = |object: &ObjectRef, before: &str, file: &str, api: &str| {
        matches!(asks(object, before, file, api), Verdict::Other(_))
    };
    let (r, s) = (router("a"), service("a"));
    assert!(old(&r, "{rule: x, middlewares: [a]}", "{rule: x}", "{rule: x, middlewares: [a@file]}"));
    assert!(old(&r, "{rule: x, tls: {certResolver: r}}", "{rule: x}", "{rule: x, tls: {certResolver: r}}"));
    assert!(old(&r, "{rule: x, priority: 42}", "{rule: x}", "{rule: x, priority: 42}"));
    assert!(old(&r, "{tls: {options: o}}", "{tls: {}}", "{tls: {options: o}}"));
    assert!(old(
        &s,
        "{loadBalancer: {passHostHeader: false}}",
        "{loadBalancer: {servers: []}}",
        "{loadBalancer: {passHostHeader: false}}"
    ));
    // Traefik's own choice is no old value, and neither is a value that was never there.
    assert_eq!(
        asks(&r, "{rule: xyz, priority: 3}", "{rule: xyz}", "{rule: xyz, priority: 3}"),
        Verdict::Serves
    );
    assert_eq!(
        asks(&r, "{rule: x, tls: {options: o}}", "{rule: x, tls: {}}", "{rule: x, tls: {options: default}}"),
        Verdict::Serves
    );
    // Where the old value is Traefik's own choice too, nobody can tell.
    let explicit = "{loadBalancer: {passHostHeader: true, servers: [{url: a}]}}";
    let implied = "{loadBalancer: {servers: [{url: a}]}}";
    assert_eq!(asks(&s, explicit, implied, explicit), Verdict::Undecided);
    assert_eq!(asks(&s, explicit, implied, implied), Verdict::Serves);
}

#[test]
fn an_entry_point_adds_middlewares_and_tls() {
    let secure = Setting { middlewares: 1, tls: true };
    let asks = |before: &str, file: &str, api: &str| verdict(&router("a"), Some(before), file, api, secure);
    let live = "{middlewares: [s@file, a@file], tls: {certResolver: le}}";
    assert_eq!(asks("{rule: x}", "{middlewares: [a]}", live), Verdict::Serves);
    assert!(matches!(asks("{rule: x}", "{middlewares: [s, a]}", live), Verdict::Other(_)));
    // The same middleware and the same TLS as the entry point's are taken out, and cannot be told from these.
    let one = "{middlewares: [s@file], tls: {certResolver: le}}";
    assert_eq!(asks("{middlewares: [s]}", "{rule: ''}", one), Verdict::Serves);
    assert_eq!(asks("{tls: {certResolver: le}}", "{rule: ''}", one), Verdict::Undecided);
    assert_eq!(asks("{tls: {certResolver: other}}", "{rule: ''}", one), Verdict::Serves);
}

#[test]
fn what_the_api_does_not_show_has_no_meaning() {
    for (protocol, kind) in [
        (None, ObjectKind::TlsOptions),
        (None, ObjectKind::TlsStore),
        (None, ObjectKind::TlsCertificate),
        (Some(Protocol::Http), ObjectKind::ServersTransport),
        (Some(Protocol::Tcp), ObjectKind::ServersTransport),
    ] {
        let object = ObjectRef { protocol, kind, name: "x".to_owned() };
        assert!(!Meaning::is_shown(&object));
        assert!(Meaning::of_file(&object, tree("{minVersion: x}").root().unwrap()).is_none());
    }
}

#[test]
fn a_meaning_prints_no_values() {
    let meaning = of_file(&middleware("a"), "{basicAuth: {users: ['ann:hunter2']}}");
    assert_eq!(format!("{meaning:?}"), "[\"basicAuth\"]");
}
