use traefik_manager_core::{
    config::store::StorageError,
    routes::{
        ChangeError, HealthCheckInput, ResolverInput, RouteForm, RuleInput, StickyInput, TargetInput,
        TlsInput,
    },
    traefik::Protocol,
};

use crate::world::{World, changed_lines, edit, http, server, terms};

/// A file as people write them.
pub(crate) const HAND_WRITTEN: &str = "\
# Media stack, edited by hand
http:
  routers:
    plex:            # keep the TV happy
      rule: \"Host(`plex.acme.test`)\"
      priority: 10   # above the wildcard
      entryPoints: [https]
      service: plex-service
      middlewares:
        - secure-headers   # always
        - compress
      tls:
        certResolver: cloudflare
      observability:
        accessLogs: false
    app:
      rule: Host(`app.acme.test`)
      service: shared
    app2:
      rule: Host(`app2.acme.test`)
      service: shared

  services:
    plex-service:
      loadBalancer:
        sticky:
          cookie:
            name: plex
            sameSite: strict
        healthCheck:
          path: /identity
          interval: 10s
          headers:
            X-Probe: '1'
        servers:
          - url: \"http://10.0.0.10:32400\"
            weight: 3
          - url: http://10.0.0.11:32400/base
    shared:
      loadBalancer:
        servers:
          - url: http://10.0.0.40:80
";

pub(crate) fn media() -> World {
    World::new([("media.yml", HAND_WRITTEN)])
}

fn message(error: &ChangeError) -> String {
    error.to_string()
}

#[test]
fn a_new_route_stands_in_the_file_with_its_service() {
    let world = World::new([("media.yml", HAND_WRITTEN)]);
    world.save(&http("wiki", "wiki.acme.test", "10.0.0.5:3000")).unwrap();
    let (gone, new) = changed_lines(HAND_WRITTEN, &world.text("media.yml"));
    assert_eq!(gone, Vec::<String>::new());
    assert_eq!(
        new,
        [
            "    wiki:",
            "      rule: Host(`wiki.acme.test`)",
            "      entryPoints:",
            "        - web",
            "      service: wiki-service",
            "    wiki-service:",
            "      loadBalancer:",
            "        servers:",
            "          - url: http://10.0.0.5:3000",
        ]
    );
    assert_eq!(world.backup_count(), 1, "the file was backed up before it was written");
    let snapshot = world.configuration.snapshot();
    assert_eq!(snapshot.route("media.yml::wiki").unwrap().target().as_deref(), Some("http://10.0.0.5:3000"));
}

#[test]
fn the_first_route_makes_the_first_file() {
    let world = World::new([]);
    let form =
        RouteForm { file: Some("media".to_owned()), ..http("wiki", "wiki.acme.test", "10.0.0.5:3000") };
    world.save(&form).unwrap();
    assert!(world.text("media.yml").starts_with("http:\n"), "{}", world.text("media.yml"));
    assert_eq!(world.ids(), [("media.yml::wiki".to_owned(), true)]);
    assert_eq!(world.backup_count(), 0, "there was nothing to back up");
}

#[test]
fn tcp_and_udp_routes_have_addresses() {
    let world = World::new([("l4.yml", "")]);
    let tcp = RouteForm {
        rule: Some(RuleInput::Text("HostSNI(`*`)".to_owned())),
        entry_points: Some(vec!["postgres".to_owned()]),
        target: Some(TargetInput::First(server("10.0.0.20", "5432"))),
        ..RouteForm::new("db", Protocol::Tcp)
    };
    world.save(&tcp).unwrap();
    let udp = RouteForm {
        entry_points: Some(vec!["dns".to_owned()]),
        target: Some(TargetInput::First(server("::1", "53"))),
        ..RouteForm::new("dns", Protocol::Udp)
    };
    world.save(&udp).unwrap();
    assert_eq!(
        world.text("l4.yml"),
        "\
tcp:
  routers:
    db:
      rule: HostSNI(`*`)
      entryPoints:
        - postgres
      service: db-service
  services:
    db-service:
      loadBalancer:
        servers:
          - address: 10.0.0.20:5432
udp:
  routers:
    dns:
      entryPoints:
        - dns
      service: dns-service
  services:
    dns-service:
      loadBalancer:
        servers:
          - address: '[::1]:53'
"
        .replace('\'', "\"")
    );
}

#[test]
fn saving_what_is_there_already_writes_nothing() {
    let world = media();
    let form = RouteForm {
        rule: Some(RuleInput::Hosts(vec!["plex.acme.test".to_owned()])),
        entry_points: Some(vec!["https".to_owned()]),
        middlewares: Some(vec!["secure-headers".to_owned(), "compress".to_owned()]),
        tls: Some(TlsInput::On {
            resolver: Some(ResolverInput::Named("cloudflare".to_owned())),
            options: Some(String::new()),
            domain: Some(None),
            passthrough: None,
        }),
        target: Some(TargetInput::Servers(vec![server("10.0.0.10", "32400"), server("10.0.0.11", "32400")])),
        pass_host_header: Some(true),
        skip_tls_verify: Some(false),
        sticky: Some(Some(StickyInput { name: "plex".to_owned(), secure: false, http_only: false })),
        health_check: Some(Some(HealthCheckInput {
            path: "/identity".to_owned(),
            interval: "10s".to_owned(),
            timeout: String::new(),
        })),
        priority: Some(Some(10)),
        streaming: Some(false),
        file: Some("media.yml".to_owned()),
        ..edit("media.yml::plex", "plex", Protocol::Http)
    };
    let changed = world.save(&form).unwrap();
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
    assert!(changed.files.is_empty());
    assert_eq!((world.files.writes(), world.backup_count()), (0, 0));
}

#[test]
fn an_edit_changes_the_leaves_it_names_and_nothing_else() {
    let world = media();
    let form = RouteForm {
        rule: Some(RuleInput::Hosts(vec!["tv.acme.test".to_owned()])),
        target: Some(TargetInput::First(server("10.9.9.9", "32400"))),
        middlewares: Some(vec!["secure-headers".to_owned(), "gzip".to_owned()]),
        ..edit("media.yml::plex", "plex", Protocol::Http)
    };
    world.save(&form).unwrap();
    let (gone, new) = changed_lines(HAND_WRITTEN, &world.text("media.yml"));
    assert_eq!(
        gone,
        [
            "      rule: \"Host(`plex.acme.test`)\"",
            "        - compress",
            "          - url: \"http://10.0.0.10:32400\"",
        ]
    );
    assert_eq!(
        new,
        [
            "      rule: \"Host(`tv.acme.test`)\"",
            "        - gzip",
            "          - url: \"http://10.9.9.9:32400\"",
        ]
    );
}

#[test]
fn servers_are_added_and_removed_one_by_one() {
    let world = media();
    let form = |servers| RouteForm {
        target: Some(TargetInput::Servers(servers)),
        ..edit("media.yml::plex", "plex", Protocol::Http)
    };
    world
        .save(&form(vec![
            server("10.0.0.10", "32400"),
            server("10.0.0.11", "32400"),
            server("10.0.0.12", "80"),
        ]))
        .unwrap();
    let (gone, new) = changed_lines(HAND_WRITTEN, &world.text("media.yml"));
    assert_eq!((gone.len(), new), (0, vec!["          - url: http://10.0.0.12:80".to_owned()]));
    world.save(&form(vec![server("10.0.0.10", "32400")])).unwrap();
    let (gone, new) = changed_lines(HAND_WRITTEN, &world.text("media.yml"));
    assert_eq!((gone, new.len()), (vec!["          - url: http://10.0.0.11:32400/base".to_owned()], 0));
}

#[test]
fn a_shared_service_is_never_changed_through_one_of_its_routes() {
    let world = media();
    let form = RouteForm {
        target: Some(TargetInput::First(server("10.0.0.99", "80"))),
        ..edit("media.yml::app", "app", Protocol::Http)
    };
    world.save(&form).unwrap();
    let snapshot = world.configuration.snapshot();
    assert_eq!(snapshot.route("app").unwrap().service_name(), "app-service");
    assert_eq!(snapshot.route("app").unwrap().target().as_deref(), Some("http://10.0.0.99:80"));
    assert_eq!(snapshot.route("app2").unwrap().target().as_deref(), Some("http://10.0.0.40:80"));
}

#[test]
fn an_unchanged_save_leaves_a_shared_service_alone() {
    let world = media();
    let form = RouteForm {
        target: Some(TargetInput::First(server("10.0.0.40", "80"))),
        ..edit("media.yml::app", "app", Protocol::Http)
    };
    world.save(&form).unwrap();
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
}

#[test]
fn a_rename_takes_the_own_service_along() {
    let world = media();
    world.save(&edit("media.yml::plex", "tv", Protocol::Http)).unwrap();
    let (gone, new) = changed_lines(HAND_WRITTEN, &world.text("media.yml"));
    assert_eq!(
        gone,
        ["    plex:            # keep the TV happy", "      service: plex-service", "    plex-service:"]
    );
    assert_eq!(
        new,
        ["    tv:            # keep the TV happy", "      service: tv-service", "    tv-service:"]
    );
}

#[test]
fn a_move_to_another_file_keeps_every_line_and_leaves_nothing_behind() {
    let world = World::new([("media.yml", HAND_WRITTEN), ("tv.yml", "# for the TV\n")]);
    let form =
        RouteForm { file: Some("tv.yml".to_owned()), ..edit("media.yml::plex", "plex", Protocol::Http) };
    world.save(&form).unwrap();
    let moved = world.text("tv.yml");
    for line in HAND_WRITTEN.lines().skip(3).take(12).chain(HAND_WRITTEN.lines().skip(23).take(15)) {
        assert!(moved.lines().any(|other| other == line), "{line:?} is missing in\n{moved}");
    }
    assert!(moved.starts_with("# for the TV\n"));
    assert!(!world.text("media.yml").contains("plex"), "{}", world.text("media.yml"));
    assert_eq!(world.backup_count(), 2, "both files were backed up");
}

#[test]
fn a_move_that_fails_half_way_leaves_both_files_as_they_were() {
    let world = World::new([("media.yml", HAND_WRITTEN), ("tv.yml", "# for the TV\n")]);
    let form =
        RouteForm { file: Some("tv.yml".to_owned()), ..edit("media.yml::plex", "plex", Protocol::Http) };
    world.files.fail_next_write(StorageError::NoSpace { name: "tv.yml".to_owned() });
    assert!(matches!(world.save(&form), Err(ChangeError::Storage(StorageError::NoSpace { .. }))));
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
    assert_eq!(world.text("tv.yml"), "# for the TV\n");
}

#[test]
fn without_a_backup_nothing_is_written() {
    let world = media();
    world.backups.fail_next_keep(StorageError::NoSpace { name: "backups".to_owned() });
    assert!(world.save(&http("wiki", "wiki.acme.test", "10.0.0.5:3000")).is_err());
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
}

#[test]
fn a_change_of_protocol_leaves_no_orphan() {
    let world = media();
    let form = RouteForm {
        rule: Some(RuleInput::Text("HostSNI(`*`)".to_owned())),
        target: Some(TargetInput::First(server("10.0.0.10", "32400"))),
        ..edit("media.yml::plex", "plex", Protocol::Tcp)
    };
    world.save(&form).unwrap();
    let text = world.text("media.yml");
    assert_eq!(text.matches("plex-service").count(), 2, "{text}");
    assert_eq!(world.configuration.snapshot().route("plex").unwrap().protocol(), Protocol::Tcp);
}

#[test]
fn tls_is_edited_leaf_by_leaf_and_never_lost_by_accident() {
    let text =
        "http:\n  routers:\n    a:\n      rule: Host(`a.test`)\n      service: s@docker\n      tls: {}\n";
    let world = World::new([("a.yml", text)]);
    let save = |tls| world.save(&RouteForm { tls: Some(tls), ..edit("a", "a", Protocol::Http) }).unwrap();
    let on =
        |resolver| TlsInput::On { resolver: Some(resolver), options: None, domain: None, passthrough: None };
    save(on(ResolverInput::None));
    assert_eq!(world.text("a.yml"), text, "`tls: {{}}` is TLS without a resolver");
    save(on(ResolverInput::Named("le".to_owned())));
    assert!(world.text("a.yml").contains("certResolver: le"), "{}", world.text("a.yml"));
    save(on(ResolverInput::None));
    assert!(world.configuration.snapshot().route("a").unwrap().tls().is_some(), "{}", world.text("a.yml"));
    assert!(!world.text("a.yml").contains("certResolver"));
    save(TlsInput::Off);
    assert!(!world.text("a.yml").contains("tls"));
}

#[test]
fn a_servers_transport_comes_and_goes_with_its_switch() {
    let world = media();
    let save = |skip| {
        let form =
            RouteForm { skip_tls_verify: Some(skip), ..edit("media.yml::plex", "plex", Protocol::Http) };
        world.save(&form).unwrap();
    };
    save(true);
    assert!(
        world.configuration.snapshot().route("plex").unwrap().skips_tls_verify(),
        "{}",
        world.text("media.yml")
    );
    save(false);
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
}

#[test]
fn the_lines_of_a_rule_are_written_as_the_file_has_them() {
    let world = media();
    let text = "Host(`a.acme.test`) ||\r\nHost(`b.acme.test`)".to_owned();
    let form =
        RouteForm { rule: Some(RuleInput::Text(text)), ..http("wiki", "wiki.acme.test", "10.0.0.5:3000") };
    world.save(&form).unwrap();
    let snapshot = world.configuration.snapshot();
    let route = snapshot.routes().find(|route| route.name() == "wiki").unwrap();
    assert_eq!(route.rule(), "Host(`a.acme.test`) ||\nHost(`b.acme.test`)");
}

#[test]
fn bad_input_is_refused_with_field_and_remedy_and_nothing_is_written() {
    let world = media();
    let base = || http("wiki", "wiki.acme.test", "10.0.0.5:3000");
    let named = |name: &str| RouteForm { name: name.to_owned(), ..base() };
    let target =
        |host: &str, port: &str| RouteForm { target: Some(TargetInput::First(server(host, port))), ..base() };
    let rule = |text: &str| RouteForm { rule: Some(RuleInput::Text(text.to_owned())), ..base() };
    let hosts = |host: &str| RouteForm { rule: Some(RuleInput::Hosts(vec![host.to_owned()])), ..base() };
    let file = |file: &str| RouteForm { file: Some(file.to_owned()), ..base() };
    let tls = |resolver: &str, options: &str| {
        let resolver = Some(ResolverInput::Named(resolver.to_owned()));
        let tls =
            TlsInput::On { resolver, options: Some(options.to_owned()), domain: None, passthrough: None };
        RouteForm { tls: Some(tls), ..base() }
    };
    for (form, field) in [
        (named(""), "serviceName"),
        (named("a/b"), "serviceName"),
        (named("x::y"), "serviceName"),
        (named("foo@docker"), "serviceName"),
        (named("two\nlines"), "serviceName"),
        (target("10.0.0.5", "0"), "targetPort"),
        (target("10.0.0.5", "70000"), "targetPort"),
        (target("10.0.0.5", "abc\n evil"), "targetPort"),
        (target("", "80"), "targetIp"),
        (target("a`b", "80"), "targetIp"),
        (hosts("x`) || PathPrefix(`/"), "domains"),
        (hosts(""), "domains"),
        (rule("Hots(`a`)"), "rule"),
        (rule("Host(`a`"), "rule"),
        (rule("Host(``)"), "rule"),
        (rule(""), "rule"),
        (file("../x.yml"), "configFile"),
        (file("/etc/x.yml"), "configFile"),
        (file("sub/a.yml"), "configFile"),
        (file(".."), "configFile"),
        (tls("two\nlines", ""), "certResolver"),
        (tls("le,other", ""), "certResolver"),
        (tls("le", "a`b"), "tlsOptionsProfile"),
    ] {
        match world.save(&form) {
            Err(ChangeError::Invalid { field: found, message }) => {
                assert_eq!(found, field, "{form:?}: {message}");
                assert!(message.len() > 15, "{message}");
            }
            other => panic!("{form:?}: {other:?}"),
        }
    }
    assert_eq!(world.text("media.yml"), HAND_WRITTEN);
    assert_eq!((world.files.writes(), world.backup_count()), (0, 0));
}

#[test]
fn ipv6_and_whole_urls_are_targets() {
    for (host, port, url) in [
        ("::1", "8080", "http://[::1]:8080"),
        ("[fd00::2]", "80", "http://[fd00::2]:80"),
        ("https://10.0.0.5:8443", "", "https://10.0.0.5:8443"),
        ("httpbin.local", "80", "http://httpbin.local:80"),
    ] {
        let world = World::new([]);
        let form =
            RouteForm { target: Some(TargetInput::First(server(host, port))), ..http("a", "a.test", "x:1") };
        world.save(&form).unwrap();
        assert_eq!(world.configuration.snapshot().route("a").unwrap().target().as_deref(), Some(url));
    }
}

#[test]
fn an_existing_name_is_refused_in_any_file_live_or_switched_off() {
    let world = World::new([("media.yml", HAND_WRITTEN), ("b.yml", "")]);
    let form = RouteForm { file: Some("b.yml".to_owned()), ..http("plex", "p.test", "10.0.0.5:80") };
    let error = world.save(&form).unwrap_err();
    assert!(matches!(&error, ChangeError::Exists { .. }) && message(&error).contains("media.yml"), "{error}");
    world.configuration.set_enabled(&terms(), "media.yml::plex", false).unwrap();
    assert!(matches!(world.save(&form), Err(ChangeError::Exists { .. })));
    let rename = edit("media.yml::app", "app2", Protocol::Http);
    assert!(matches!(world.save(&rename), Err(ChangeError::Exists { .. })));
}

#[test]
fn further_udp_entry_points_survive_a_form_with_room_for_one() {
    let text = "udp:\n  routers:\n    dns:\n      entryPoints: [dns, dns-lan]\n      service: dns-service\n";
    let world = World::new([("a.yml", text)]);
    let form = |entry_point: &str| RouteForm {
        entry_points: Some(vec![entry_point.to_owned()]),
        ..edit("dns", "dns", Protocol::Udp)
    };
    world.save(&form("dns")).unwrap();
    assert_eq!(world.text("a.yml"), text);
    world.save(&form("other")).unwrap();
    assert_eq!(world.configuration.snapshot().route("dns").unwrap().entry_points(), ["other"]);
}

#[test]
fn a_new_route_with_a_transport_of_its_own_goes_behind_a_flow_service() {
    let text = "http:\n  routers:\n    a: {rule: Host(`a`), service: a-service}\n  services:\n    a-service: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}   # nobody\n\n";
    let world = World::new([("a.yml", text)]);
    let form = RouteForm { skip_tls_verify: Some(true), ..http("b", "b.test", "10.0.0.5:443") };
    world.save(&form).unwrap();
    assert!(world.configuration.snapshot().route("b").unwrap().skips_tls_verify(), "{}", world.text("a.yml"));
    world.configuration.delete_route(&terms(), "b", None).unwrap();
    assert_eq!(world.text("a.yml"), text);
}
