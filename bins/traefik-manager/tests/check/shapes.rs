//! What refuses a whole file.

use super::{context, findings_in, told};

/// A router with one more line, in YAML's flow style.
fn router(more: &str) -> String {
    format!("http: {{routers: {{a: {{rule: Host(`a`), service: noop@internal, {more}}}}}}}")
}

fn middleware(kind: &str) -> String {
    format!(
        "http: {{routers: {{a: {{rule: Host(`a`), service: noop@internal, middlewares: [m]}}}}, middlewares: {{m: {{{kind}}}}}}}"
    )
}

#[test]
fn unknown_and_future_fields_refuse_the_file() {
    for (text, minor, code) in [
        (router("rulee: x"), 7, "unknown-field"),
        (router("entry-points: [web]"), 7, "unknown-field"),
        (router("observability: {tracing: true}"), 2, "future-field"),
        (router("observability: {traceVerbosity: minimal}"), 4, "future-field"),
        (router("parentRefs: [a]"), 5, "future-field"),
        (middleware("compress: {encodings: [gzip]}"), 0, "future-field"),
        (middleware("encodedCharacters: {allowEncodedSlash: true}"), 6, "future-field"),
        (
            middleware("errors: {status: [\"500\"], service: noop@internal, statusRewrites: {\"500\": 404}}"),
            3,
            "future-field",
        ),
    ] {
        let told = told(&text, minor);
        assert!(
            told.iter().any(|line| line.contains(&format!("error refuses-file {code} "))),
            "{text}: {told:?}"
        );
    }
    for (text, minor) in [
        (router("ENTRYPOINTS: [web]"), 7),
        (router("observability: {tracing: true}"), 3),
        (router("observability: {traceVerbosity: minimal}"), 5),
        (middleware("compress: {encodings: [gzip]}"), 2),
    ] {
        assert_eq!(told(&text, minor), [""; 0], "{text}");
    }
}

#[test]
fn the_words_say_what_is_meant() {
    let found = findings_in(
        &["http:\n  routers:\n    app:\n      rulee: Host(`a`)\n      service: noop@internal\n"],
        &context(7),
    );
    let [unknown, no_rule] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(unknown.to_string(), "0.yml:4:7: error: there is no field `rulee` here [unknown-field]");
    assert_eq!(unknown.remedy, "did you mean `rule`?");
    assert_eq!(unknown.path.to_string(), "http.routers.app.rulee");
    assert_eq!(
        (no_rule.code, no_rule.disables.as_slice()),
        ("no-rule", &["http.routers.app".to_owned()][..])
    );
}

#[test]
fn wrong_values_refuse_the_file() {
    for (more, code) in [
        ("priority: 4.5", "wrong-type"),
        ("priority: \"\"", "wrong-type"),
        ("priority: \" 7\"", "wrong-type"),
        ("priority: 9223372036854775808", "wrong-type"),
        ("priority: [1]", "wrong-type"),
        ("observability: {metrics: yes}", "wrong-type"),
        ("observability: {}", "empty-element"),
        ("observability: foo", "empty-element"),
        ("observability: {metrics: null}", "empty-element"),
        ("entryPoints: [null]", "null-in-list"),
        ("entryPoints: [[web]]", "nested-list"),
        ("entryPoints: [{a: b}]", "wrong-type"),
        ("ruleSyntax: 2001-01-01", "date"),
        ("ruleSyntax: {a: b}", "wrong-type"),
        ("tls: [{options: default}]", "list-for-mapping"),
        ("ruleSyntax: !!int x", "bad-tag"),
    ] {
        let told = told(&router(more), 7);
        assert!(
            told.iter().any(|line| line.starts_with(&format!("error refuses-file {code} "))),
            "{more}: {told:?}"
        );
    }
    for duration in ["1d", "10 s", "1.5", "\"\"", "{}"] {
        let text = middleware(&format!("rateLimit: {{average: 1, period: {duration}}}"));
        let told = told(&text, 7);
        assert!(
            told.iter().any(|line| line.starts_with("error refuses-file wrong-type")),
            "{duration}: {told:?}"
        );
    }
    for text in [
        "http: {}",
        "http: {routers: {}}",
        "http: {routers: null}",
        "tcp: foo",
        "[a]",
        "http: {services: {a: {loadBalancer: {}}}}",
    ] {
        let told = told(text, 7);
        assert!(told.iter().any(|line| line.starts_with("error refuses-file")), "{text}: {told:?}");
    }
}

#[test]
fn what_go_reads_is_taken() {
    for more in [
        "priority: \"42\"",
        "priority: 010",
        "priority: 1_000",
        "priority: 1e2",
        "priority: +7",
        "observability: {metrics: TRUE, tracing: \"f\", accessLogs: 1}",
        "entryPoints: \"web, websecure\"",
        "entryPoints: []",
        "tls: {}",
        "tls: true",
        "middlewares: ~",
        "priority: {{ env `P` }}",
    ] {
        assert_eq!(told(&router(more), 7), [""; 0], "{more}");
    }
    for text in ["", "# nothing", "http:", "~", "x-anchors: {a: 1}"] {
        assert_eq!(told(text, 7), [""; 0], "{text}");
    }
}

#[test]
fn what_traefik_swallows_is_a_lint() {
    for (text, code) in [
        (router("tls: foo"), "scalar-for-section"),
        (router("tls: false"), "scalar-for-section"),
        (router("entryPoints: {x: y}"), "lost-value"),
        (router("tls: {domains: foo}"), "lost-value"),
        (router("tls: {domains: [foo]}"), "lost-value"),
        (router("defaultRule: x"), "ignored-field"),
        ("htttp: {routers: {}}".to_owned(), "unknown-section"),
        ("http: {services: {1: {loadBalancer: {passHostHeader: true}}}}".to_owned(), "name-not-text"),
    ] {
        let told = told(&text, 7);
        assert_eq!(told.len(), 1, "{text}: {told:?}");
        assert!(told[0].starts_with(&format!("lint ignores {code} ")), "{text}: {told:?}");
    }
}

#[test]
fn files_of_templates_are_not_judged() {
    let shaped = "http:\n  routers:\n{{ range $i, $e := until 3 }}\n    r{{ $e }}: {rule: Host(`a`), service: s}\n{{ end }}\n";
    assert_eq!(told(shaped, 7), ["lint ignores shaped-by-templates "]);
    // What it may define cannot be known.
    let other = "http: {routers: {a: {rule: Host(`a`), service: s}}}";
    let told: Vec<String> = findings_in(&[shaped, other], &context(7)).iter().map(super::line).collect();
    assert_eq!(
        told,
        [
            "lint ignores shaped-by-templates ",
            "warning disables-object unknown-reference http.routers.a.service"
        ]
    );
}

#[test]
fn every_field_of_the_reference_is_known() {
    let text = include_str!("../../../../fixtures/yaml/reference-3.7.yml");
    let found = findings_in(&[text], &context(7));
    let refusals: Vec<String> =
        found.iter().filter(|finding| finding.effect.is_fatal()).map(ToString::to_string).collect();
    assert_eq!(refusals, [""; 0]);
    // An older one lacks some of them, and each is told with its version.
    let older = findings_in(&[text], &context(0));
    let future = older.iter().filter(|finding| finding.code == "future-field").count();
    assert!(future > 20, "{future}");
    assert!(
        older
            .iter()
            .filter(|finding| finding.effect.is_fatal())
            .all(|finding| finding.code == "future-field")
    );
}
