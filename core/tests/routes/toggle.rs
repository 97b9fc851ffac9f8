use traefik_manager_core::{
    config::{store::StorageError, value::Value},
    routes::{ChangeError, RouteForm, RuleInput, TargetInput, Terms},
    settings::{DisabledRoute, SettingsError},
    test_support::{MemoryConfigStore, sample_settings},
    traefik::Protocol,
};

use crate::world::{World, edit, server, terms};

const TWO: &str = "\
# before
http:
  routers:
    # the first
    one:   # yes
      rule: Host(`{{ env \"ONE\" }}`)
      service: one-service

    two:
      rule: \"Host(`two.test`)\"
      service: two-service
  services:
    one-service: {loadBalancer: {servers: [{url: \"{{ env \"URL\" }}\"}]}}
    two-service:
      loadBalancer:
        servers:
          - url: http://10.0.0.2:80
";

#[test]
fn off_and_on_again_gives_back_the_very_bytes() {
    for (id, by_entry) in
        [("a.yml::one", false), ("a.yml::one", true), ("a.yml::two", false), ("a.yml::two", true)]
    {
        let world = World::new([("a.yml", TWO)]);
        world.configuration.set_enabled(&terms(), id, false).unwrap();
        assert_ne!(world.text("a.yml"), TWO);
        let snapshot = world.configuration.snapshot();
        assert!(!snapshot.route(id).unwrap().is_enabled());
        if by_entry {
            world.forget_cuts();
        }
        world.configuration.set_enabled(&terms(), id, true).unwrap();
        assert_eq!(world.text("a.yml"), TWO, "{id}");
        assert!(world.settings.stored().unwrap().disabled_routes.is_empty());
    }
}

/// Layouts in which an entry by itself does not say all of its bytes.
const ODD: [(&str, &[&str]); 8] = [
    (
        "http:\r\n  routers:\n    a:\r\n      rule: Host(`a`)\n      service: s@docker\r\n    b:\n      rule: Host(`b`)\r\n      service: s@docker\n",
        &["a", "b"],
    ),
    (
        "http:\n  routers: {\n    a: {rule: Host(`a`), service: s@docker}, # c1\n    b: {rule: Host(`b`), service: s@docker}, # c2\n    c: {rule: Host(`c`), service: s@docker} # c3\n  }\n",
        &["a", "b", "c"],
    ),
    (
        "http:\n  routers: {\n      a: {rule: Host(`a`),\n        service: s@docker}\n    }\n  middlewares:\n    m: {compress: {}}\n",
        &["a"],
    ),
    (
        "{\"http\":{\"routers\":{\"a\":{\"rule\":\"Host(`a`)\",\"service\":\"s@docker\"},\"b\":{\"rule\":\"Host(`b`)\",\"service\":\"s@docker\"}}}}\n",
        &["a", "b"],
    ),
    (
        "http:\n  routers:\n    a:\n      rule: Host(`a`)\n# at the edge\n      service: s@docker\n    b:\n      rule: Host(`b`)\n      service: s@docker\n",
        &["a", "b"],
    ),
    (
        "http:\n  routers:\n    a:\n      # {{ now }} is not {{ env \"NAME\" }}\n      rule: Host(`a`) # {{ upper `x` }}\n      service: s@docker\n    # {{ lower `y` }}\n    b:\n      rule: Host(`b`)\n      service: s@docker\n",
        &["a", "b"],
    ),
    (
        "http:\n  routers:\n\n    a:\n\n      rule: Host(`a`)   \n      service: s@docker\n\n\n    b:\n      rule: Host(`b`)\n      service: s@docker",
        &["a", "b"],
    ),
    ("# only\nhttp: {routers: {a: {rule: Host(`a`), service: s@docker}}} # all\n# end", &["a"]),
];

#[test]
fn any_layout_gives_back_the_very_bytes() {
    for (text, names) in ODD {
        for name in names {
            let world = World::new([("a.yml", text)]);
            world.configuration.set_enabled(&terms(), name, false).unwrap();
            assert_ne!(world.text("a.yml"), text, "{name}");
            world.restarted().set_enabled(&terms(), name, true).unwrap();
            assert_eq!(world.text("a.yml"), text, "{name}");
        }
        // All of them, and in the other order on again.
        let world = World::new([("a.yml", text)]);
        for name in names {
            world.configuration.set_enabled(&terms(), name, false).unwrap();
        }
        for name in names.iter().rev() {
            world.configuration.set_enabled(&terms(), name, true).unwrap();
        }
        assert_eq!(world.text("a.yml"), text);
    }
}

#[test]
fn what_was_written_meanwhile_above_or_below_does_not_matter() {
    let (text, _) = ODD[0];
    for (above, below) in [("# new\n", ""), ("", "tls: {}\n"), ("# ünicode\r\n", "")] {
        let world = World::new([("a.yml", text)]);
        world.configuration.set_enabled(&terms(), "a", false).unwrap();
        let now = [above, &world.text("a.yml"), below].concat();
        world.files.edit_behind_the_back("a.yml", &now);
        world.configuration.set_enabled(&terms(), "a", true).unwrap();
        assert_eq!(world.text("a.yml"), [above, text, below].concat());
    }
    // On both sides: it comes back with its own lines, in front of its sibling.
    let world = World::new([("a.yml", TWO)]);
    world.configuration.set_enabled(&terms(), "one", false).unwrap();
    let now = ["# above\n", &world.text("a.yml"), "# below\n"].concat();
    world.files.edit_behind_the_back("a.yml", &now);
    world.configuration.set_enabled(&terms(), "one", true).unwrap();
    let back = world.text("a.yml");
    assert!(
        back.contains("    # the first\n    one:   # yes\n      rule: Host(`{{ env \"ONE\" }}`)\n"),
        "{back}"
    );
}

#[test]
fn old_bytes_are_not_put_back_over_an_edit() {
    let (text, _) = ODD[1];
    let world = World::new([("a.yml", text)]);
    world.configuration.set_enabled(&terms(), "b", false).unwrap();
    let form = RouteForm {
        rule: Some(RuleInput::Hosts(vec!["new.test".to_owned()])),
        ..edit("b", "b", Protocol::Http)
    };
    world.save(&form).unwrap();
    world.configuration.set_enabled(&terms(), "b", true).unwrap();
    let back = world.text("a.yml");
    assert!(back.contains("Host(`new.test`)") && !back.contains("Host(`b`)"), "{back}");

    // And not over a router of that name that somebody has written meanwhile.
    let world = World::new([("a.yml", text)]);
    world.configuration.set_enabled(&terms(), "c", false).unwrap();
    let now = world.text("a.yml").replace("    b:", "    c:");
    world.files.edit_behind_the_back("a.yml", &now);
    assert!(world.configuration.set_enabled(&terms(), "c", true).is_ok());
    assert_eq!(world.text("a.yml"), now, "the live one counts");
}

#[test]
fn a_switched_off_route_reads_like_any_other_also_after_a_restart() {
    let world = World::new([("a.yml", TWO)]);
    world.configuration.set_enabled(&terms(), "a.yml::two", false).unwrap();
    let snapshot = world.restarted().snapshot();
    let route = snapshot.route("a.yml::two").unwrap();
    assert_eq!(
        (route.is_enabled(), route.rule(), route.service_name(), route.target().as_deref()),
        (false, "Host(`two.test`)", "two-service", Some("http://10.0.0.2:80"))
    );
}

#[test]
fn a_switched_off_route_can_be_edited_enabled_and_deleted() {
    let world = World::new([("a.yml", TWO)]);
    world.configuration.set_enabled(&terms(), "a.yml::two", false).unwrap();
    let form = RouteForm {
        rule: Some(RuleInput::Hosts(vec!["three.test".to_owned()])),
        target: Some(TargetInput::First(server("10.0.0.3", "80"))),
        ..edit("a.yml::two", "three", Protocol::Http)
    };
    world.save_and_check(&form);
    world.configuration.set_enabled(&terms(), "a.yml::three", true).unwrap();
    let text = world.text("a.yml");
    assert!(
        text.contains("    three:\n      rule: \"Host(`three.test`)\"\n      service: three-service\n"),
        "{text}"
    );
    assert!(text.contains("    three-service:\n"), "{text}");
    assert!(!text.contains("two"), "{text}");
    world.configuration.set_enabled(&terms(), "a.yml::three", false).unwrap();
    world.configuration.delete_route(&terms(), "a.yml::three", None).unwrap();
    assert!(!world.text("a.yml").contains("three"));
    assert!(world.settings.stored().unwrap().disabled_routes.is_empty());
}

impl World {
    /// Leaves the records their entries alone, as if the file had changed on both sides of them.
    fn forget_cuts(&self) {
        self.settings.edit_behind_the_back(|settings| {
            settings.disabled_routes.iter_mut().for_each(|record| record.cut = None);
        });
    }

    fn save_and_check(&self, form: &RouteForm) {
        self.save(form).unwrap();
        let snapshot = self.configuration.snapshot();
        let route = snapshot.route(&format!("a.yml::{}", form.name)).unwrap();
        assert!(!route.is_enabled());
        assert_eq!(route.target().as_deref(), Some("http://10.0.0.3:80"));
    }
}

/// A record as 1.5.2 writes it: the service is inside, the text is not.
fn old_record(id: &str, file: &str) -> DisabledRoute {
    DisabledRoute {
        id: id.to_owned(),
        protocol: Protocol::Http,
        router: Value::map([
            ("rule", Value::text("Host(`wiki.acme.test`)")),
            ("entryPoints", Value::texts(["https"])),
            ("service", Value::text("old-wiki-service")),
        ]),
        service: Some(Value::map([(
            "loadBalancer",
            Value::map([(
                "servers",
                Value::List(vec![Value::map([("url", Value::text("http://10.0.0.11:3000"))])]),
            )]),
        )])),
        config_file: file.to_owned(),
        service_config_file: file.to_owned(),
        entry: None,
        before: None,
        section: None,
        cut: None,
    }
}

#[test]
fn records_of_old_come_back_with_their_service() {
    for (id, file) in [("media.yml::old-wiki", "media.yml"), ("old-wiki", "")] {
        let settings = traefik_manager_core::settings::Settings {
            disabled_routes: vec![old_record(id, file)],
            ..sample_settings()
        };
        let world = World::with(MemoryConfigStore::directory([("media.yml", "# mine\n")]), settings);
        assert_eq!(world.ids(), [("media.yml::old-wiki".to_owned(), false)]);
        let snapshot = world.configuration.snapshot();
        assert_eq!(snapshot.route(id).unwrap().target().as_deref(), Some("http://10.0.0.11:3000"));
        let form = RouteForm {
            target: Some(TargetInput::First(server("10.0.0.12", "3000"))),
            ..edit(id, "old-wiki", Protocol::Http)
        };
        world.save(&form).unwrap();
        world.configuration.set_enabled(&terms(), "media.yml::old-wiki", true).unwrap();
        assert_eq!(
            world.text("media.yml"),
            "\
# mine
http:
  routers:
    old-wiki:
      rule: Host(`wiki.acme.test`)
      entryPoints:
        - https
      service: old-wiki-service
  services:
    old-wiki-service:
      loadBalancer:
        servers:
          - url: http://10.0.0.12:3000
"
        );
        assert!(world.settings.stored().unwrap().disabled_routes.is_empty());
    }
}

#[test]
fn a_failed_write_switches_nothing_off() {
    let world = World::new([("a.yml", TWO)]);
    world.files.fail_next_write(StorageError::NoSpace { name: "a.yml".to_owned() });
    assert!(world.configuration.set_enabled(&terms(), "a.yml::two", false).is_err());
    assert_eq!(world.text("a.yml"), TWO);
    assert!(world.settings.stored().unwrap().disabled_routes.is_empty());
    assert!(world.configuration.snapshot().route("a.yml::two").unwrap().is_enabled());
}

#[test]
fn a_failed_save_of_the_settings_leaves_the_route_live() {
    let world = World::new([("a.yml", TWO)]);
    let full = SettingsError::Storage(StorageError::NoSpace { name: "manager.yml".to_owned() });
    world.settings.fail_next_save(full);
    assert!(world.configuration.set_enabled(&terms(), "a.yml::two", false).is_err());
    assert_eq!(world.text("a.yml"), TWO);
}

#[test]
fn a_crash_between_the_two_writes_loses_nothing() {
    let world = World::new([("a.yml", TWO)]);
    world.configuration.set_enabled(&terms(), "a.yml::two", false).unwrap();
    // The record is written, the file is as it was before: what a crash in between leaves.
    world.files.edit_behind_the_back("a.yml", TWO);
    let configuration = world.restarted();
    let snapshot = configuration.snapshot();
    assert!(snapshot.route("a.yml::two").unwrap().is_enabled(), "a live route counts as live");
    configuration.set_enabled(&terms(), "a.yml::two", false).unwrap();
    configuration.set_enabled(&terms(), "a.yml::two", true).unwrap();
    assert_eq!(world.text("a.yml"), TWO);
}

#[test]
fn the_route_of_the_named_file_is_meant() {
    let router = |host: &str| {
        format!("http:\n  routers:\n    app:\n      rule: Host(`{host}`)\n      service: s@docker\n")
    };
    let (a, b) = (router("a.test"), router("b.test"));
    let world = World::new([("a.yml", a.as_str()), ("b.yml", b.as_str())]);
    world.configuration.set_enabled(&terms(), "b.yml::app", false).unwrap();
    assert_eq!(world.text("a.yml"), a);
    assert_eq!(world.text("b.yml"), "");
    let error = world.configuration.set_enabled(&terms(), "b.yml::app", true).unwrap_err();
    assert!(
        matches!(error, ChangeError::Exists { .. }),
        "two live routers of one name shadow each other: {error}"
    );
}

#[test]
fn a_bare_name_of_two_routes_is_refused() {
    let text = "http:\n  routers:\n    app:\n      rule: Host(`a.test`)\n      service: s@docker\n";
    let world = World::new([("a.yml", text), ("b.yml", text)]);
    match world.configuration.set_enabled(&terms(), "app", false) {
        Err(ChangeError::Ambiguous { ids, .. }) => assert_eq!(ids, ["a.yml::app", "b.yml::app"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn http_and_tcp_routes_of_one_name_have_ids_of_their_own() {
    let text = "\
http:
  routers:
    db: {rule: Host(`a.test`), service: s@docker}
tcp:
  routers:
    db: {rule: HostSNI(`*`), service: s@docker}
";
    let world = World::new([("a.yml", text)]);
    assert_eq!(world.ids(), [("a.yml::db".to_owned(), true), ("a.yml::tcp::db".to_owned(), true)]);
    world.configuration.set_enabled(&terms(), "a.yml::tcp::db", false).unwrap();
    assert!(world.text("a.yml").contains("http:") && !world.text("a.yml").contains("tcp:"));
    world.configuration.set_enabled(&terms(), "a.yml::tcp::db", true).unwrap();
    assert_eq!(world.ids().len(), 2);
}

#[test]
fn an_unknown_route_is_not_found() {
    let world = World::new([("a.yml", TWO)]);
    assert!(matches!(
        world.configuration.set_enabled(&terms(), "nope", false),
        Err(ChangeError::NotFound { .. })
    ));
}

#[test]
fn the_last_router_of_a_section_comes_back_where_it_was() {
    let only = "# one file an app\nhttp:   # http\n\n  # who\n  routers:   # one\n    # the app\n    app: {rule: Host(`a.test`), service: app-service}\n\n  services:\n    app-service: {loadBalancer: {servers: [{url: 'http://a'}]}}\n";
    let alone = "# udp\nudp:   # all of it\n  routers:\n    dns:\n      service: s@docker\n\ntcp:\n  routers:\n    db: {rule: HostSNI(`*`), service: s@docker}\n";
    let last = "tls:\n  options: {}\nhttp:\n  services: {s: {loadBalancer: {servers: [{url: 'http://a'}]}}}\n  routers:\n    app:\n      rule: Host(`a.test`)\n      service: s\n# the end\n";
    for (text, id) in [(only, "app"), (alone, "dns"), (alone, "db"), (last, "app")] {
        let world = World::new([("a.yml", text)]);
        world.configuration.set_enabled(&terms(), id, false).unwrap();
        world.forget_cuts();
        assert!(!world.text("a.yml").contains(&format!("    {id}:")), "{}", world.text("a.yml"));
        world.restarted().set_enabled(&terms(), id, true).unwrap();
        assert_eq!(world.text("a.yml"), text, "{id}");
    }
}

#[test]
fn an_edit_meanwhile_goes_back_into_the_kept_section() {
    let text = "http:\n  routers:   # one\n    app:   # it\n      rule: Host(`a.test`)\n      service: s@docker\n  middlewares:\n    m: {compress: {}}\n";
    let world = World::new([("a.yml", text)]);
    world.configuration.set_enabled(&terms(), "app", false).unwrap();
    let form = RouteForm {
        rule: Some(RuleInput::Hosts(vec!["b.test".to_owned()])),
        ..edit("app", "other", Protocol::Http)
    };
    world.save(&form).unwrap();
    world.configuration.set_enabled(&terms(), "other", true).unwrap();
    assert_eq!(world.text("a.yml"), text.replace("a.test", "b.test").replace("app:", "other:"));
}

#[test]
fn all_routers_off_and_on_again_in_any_order_lose_nothing() {
    let text = "http:\n  routers:\n    a: {rule: Host(`a`), service: s@docker}\n    b: {rule: Host(`b`), service: s@docker}\n  middlewares:\n    m: {compress: {}}\n";
    for (off, on) in [
        (["a", "b"], ["a", "b"]),
        (["b", "a"], ["a", "b"]),
        (["a", "b"], ["b", "a"]),
        (["b", "a"], ["b", "a"]),
    ] {
        let world = World::new([("a.yml", text)]);
        for id in off {
            world.configuration.set_enabled(&terms(), id, false).unwrap();
        }
        assert!(!world.text("a.yml").contains("routers"), "{}", world.text("a.yml"));
        for id in on {
            world.configuration.set_enabled(&terms(), id, true).unwrap();
        }
        let mut lines: Vec<String> = world.text("a.yml").lines().map(str::to_owned).collect();
        let mut wanted: Vec<String> = text.lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "  routers:");
        lines.sort();
        wanted.sort();
        assert_eq!(lines, wanted);
    }
}

#[test]
fn what_is_no_mapping_is_not_filed_as_one() {
    let text = "http:\n  routers:\n    bare:\n    list: [x]\n    half: {rule: Host(`a.test`), service: half}\n  services:\n    half:\n";
    let world = World::new([("a.yml", text)]);
    let terms = || Terms { accepts_disabled: true, ..terms() };
    for id in ["a.yml::bare", "a.yml::list"] {
        assert!(
            matches!(world.configuration.set_enabled(&terms(), id, false), Err(ChangeError::Invalid { .. })),
            "{id}"
        );
    }
    assert_eq!(world.text("a.yml"), text);
    world.configuration.set_enabled(&terms(), "a.yml::half", false).unwrap();
    assert_eq!(world.settings.stored().unwrap().disabled_routes[0].service, None);
    world.configuration.set_enabled(&terms(), "a.yml::half", true).unwrap();
    assert_eq!(world.text("a.yml"), text);
}

#[test]
fn nothing_that_was_broken_before_is_blamed_on_what_follows_a_change_of_records() {
    let good = "http:\n  routers:\n    a:\n      rule: Host(`a.test`)\n      service: a-service\n    b:\n      rule: Host(`b.test`)\n      service: a-service\n  services:\n    a-service: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}\n";
    let world = World::new([("a.yml", good), ("broken.yml", "a: [\n")]);
    for id in ["a", "b"] {
        world.configuration.set_enabled(&terms(), id, false).unwrap();
    }
    // Only its record goes, and no file is written.
    world.configuration.delete_route(&terms(), "b", None).unwrap();
    world.configuration.set_enabled(&terms(), "a", true).unwrap();
    assert!(world.text("a.yml").contains("a.test"), "{}", world.text("a.yml"));
}
