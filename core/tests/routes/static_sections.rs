//! Sections of the static configuration: a change keeps every sibling, comment and order.

use traefik_manager_core::static_config::{Challenge, Section, SectionChange};

use crate::world::World;

const FILE: &str = "\
# the edge
entrypoints:
  web:
    address: ':80'   # plain
  websecure:
    address: \":443\"
    http:
      tls: {certResolver: le}
      middlewares: [secure@file]
    transport:
      respondingTimeouts: {readTimeout: 30s}
certificatesResolvers:
  le:
    acme:
      email: a@example.org
      caServer: https://acme.example.org   # staging
      httpChallenge: {entryPoint: web}
log:
  filePath: /var/log/traefik.log
accessLog:
  format: json
providers:
  docker:
    network: edge
    exposedByDefault: false
";

fn after(change: &SectionChange) -> String {
    World::with_static(FILE).configuration.with_section(None, change).unwrap().text().to_owned()
}

fn entry_point(old: Option<&str>, name: &str) -> SectionChange {
    SectionChange::EntryPoint {
        old_name: old.map(str::to_owned),
        name: name.to_owned(),
        address: Some(":8443".to_owned()),
        redirect_to: None,
        http3: Some(true),
    }
}

#[test]
fn an_entry_point_keeps_what_the_form_does_not_know() {
    let text = after(&entry_point(Some("websecure"), "tls"));
    let expected = FILE
        .replace("  websecure:\n    address: \":443\"", "  tls:\n    address: \":8443\"")
        .replace("{readTimeout: 30s}\n", "{readTimeout: 30s}\n    http3: {}\n");
    assert_eq!(text, expected);
    let redirect = SectionChange::EntryPoint {
        old_name: None,
        name: "web".to_owned(),
        address: None,
        redirect_to: Some("websecure".to_owned()),
        http3: Some(false),
    };
    let text = after(&redirect);
    assert!(text.contains("address: ':80'   # plain\n    http:\n      redirections:\n        entryPoint:\n          to: websecure"), "{text}");
    let added = after(&entry_point(None, "quic"));
    assert!(added.contains("entrypoints:\n") && !added.contains("entryPoints:"), "{added}");
    assert!(added.contains("  quic:\n    address: \":8443\"\n"), "{added}");
}

#[test]
fn a_resolver_keeps_its_authority_when_its_challenge_changes() {
    let change = SectionChange::Resolver {
        old_name: None,
        name: "le".to_owned(),
        email: None,
        storage: Some("/acme.json".to_owned()),
        challenge: Some(Challenge::Dns("cloudflare".to_owned())),
    };
    let text = after(&change);
    assert!(text.contains("caServer: https://acme.example.org   # staging\n"), "{text}");
    assert!(text.contains("provider: cloudflare") && text.contains("storage: /acme.json"), "{text}");
    assert!(!text.contains("httpChallenge") && text.contains("email: a@example.org"), "{text}");
}

#[test]
fn exposure_is_written_whichever_way_it_is() {
    let providers = |exposed| SectionChange::Providers {
        docker: Some(true),
        docker_endpoint: None,
        docker_exposed_by_default: exposed,
        docker_watch: Some(true),
        file: None,
        file_directory: None,
        file_watch: None,
    };
    let text = after(&providers(Some(false)));
    assert!(text.contains("network: edge\n    exposedByDefault: false\n    watch: true\n"), "{text}");
    assert!(after(&providers(None)).contains("exposedByDefault: false"));
    assert!(after(&providers(Some(true))).contains("exposedByDefault: true"));
    let bare = World::with_static("api: {}\n").configuration;
    let text = bare.with_section(None, &providers(Some(false))).unwrap().text().to_owned();
    assert!(text.contains("exposedByDefault: false"), "{text}");
}

#[test]
fn logs_keep_their_other_fields_and_what_is_as_asked_is_not_touched() {
    let change = SectionChange::Log {
        level: Some("DEBUG".to_owned()),
        access_log: Some(true),
        access_log_path: Some("/var/log/access.log".to_owned()),
    };
    let text = after(&change);
    assert!(text.contains("filePath: /var/log/traefik.log\n  level: DEBUG\n"), "{text}");
    assert!(text.contains("format: json\n  filePath: /var/log/access.log\n"), "{text}");
    let nothing =
        SectionChange::Log { level: None, access_log: Some(true), access_log_path: Some(" ".to_owned()) };
    assert_eq!(after(&nothing), FILE);
    let none = SectionChange::Log { level: None, access_log: Some(false), access_log_path: None };
    assert_eq!(after(&none), FILE.replace("accessLog:\n  format: json\n", ""));
}

#[test]
fn what_is_taken_away_takes_nothing_else_with_it() {
    let remove = |section, name: &str| SectionChange::Remove { section, name: name.to_owned() };
    let text = after(&remove(Section::EntryPoints, "web"));
    assert_eq!(text, FILE.replace("  web:\n    address: ':80'   # plain\n", ""));
    assert_eq!(after(&remove(Section::Plugins, "nosuch")), FILE);
    assert!(!after(&remove(Section::Providers, "docker")).contains("providers"), "an empty parent goes too");
    let plugin = SectionChange::Plugin {
        old_name: None,
        name: "geo".to_owned(),
        module: Some("github.com/a/geo".to_owned()),
        version: Some("v1.0.0".to_owned()),
    };
    assert!(after(&plugin).contains(
        "experimental:\n  plugins:\n    geo:\n      moduleName: github.com/a/geo\n      version: v1.0.0\n"
    ));
}
