use traefik_manager_core::{routes::NoSuchRoute, traefik::Protocol};

use crate::world::{World, http};

#[test]
fn a_broken_file_is_a_problem_and_the_others_go_on() {
    let good = "http:\n  routers:\n    a:\n      rule: Host(`a.test`)\n      service: s@docker\n";
    let world = World::new([("bad.yml", "http:\n  routers:\n    x: [\n"), ("good.yml", good)]);
    let snapshot = world.configuration.snapshot();
    assert_eq!(world.ids(), [("good.yml::a".to_owned(), true)]);
    let problem = snapshot.problems().next().unwrap();
    assert_eq!(problem.file.as_str(), "bad.yml");
    assert!(problem.position.is_some(), "{problem}");
}

#[test]
fn a_file_shaped_by_templates_is_shown_as_such() {
    let text =
        "http:\n  routers:\n{{ range $i := until 3 }}\n    r{{ $i }}:\n      rule: Host(`x`)\n{{ end }}\n";
    let world = World::new([("gen.yml", text)]);
    let snapshot = world.configuration.snapshot();
    let problem = snapshot.problems().next().unwrap();
    assert!(problem.shaped_by_templates, "{problem}");
    assert!(world.configuration.raw_file("gen.yml").unwrap().text.contains("range"));
    let error = world.save(&http("a", "a.test", "10.0.0.5:80")).unwrap_err();
    assert!(error.to_string().contains("gen.yml"), "{error}");
}

#[test]
fn new_and_vanished_files_are_noticed() {
    let world = World::new([("a.yml", "")]);
    assert!(world.configuration.is_fresh());
    let text = "udp:\n  routers:\n    dns: {entryPoints: dns, service: dns-service}\n";
    world.files.edit_behind_the_back("sub/b.yml", text);
    assert!(!world.configuration.is_fresh());
    world.configuration.refresh();
    let snapshot = world.configuration.snapshot();
    let route = snapshot.route("sub/b.yml::dns").unwrap();
    assert_eq!((route.protocol(), route.entry_points()), (Protocol::Udp, vec!["dns"]));
    assert_eq!(snapshot.route("b.yml::dns").unwrap().id(), route.id(), "the base name will do");
    world.files.remove_behind_the_back("sub/b.yml");
    world.configuration.refresh();
    assert_eq!(world.configuration.snapshot().route("dns").unwrap_err(), NoSuchRoute::Unknown);
}

#[test]
fn a_refresh_without_changes_keeps_the_snapshot() {
    let world = World::new([("a.yml", "")]);
    let before = world.configuration.snapshot();
    world.files.edit_behind_the_back("a.yml", "# new\n");
    world.configuration.refresh();
    let after = world.configuration.snapshot();
    assert_ne!(before.id(), after.id());
    world.configuration.refresh();
    assert_eq!(after.id(), world.configuration.snapshot().id());
}

#[test]
fn fields_are_read_with_traefiks_leniency() {
    let text = "\
HTTP:
  Routers:
    a:
      RULE: Host(`a.test`)
      EntryPoints: web, websecure
      service: a-service
      tls: true
    b:
      rule: Host(`b.test`)
      service: b-service
      tls: foo
    c:
    d: ~
  services:
    a-service:
      LoadBalancer:
        Servers:
          - URL: http://10.0.0.1
  middlewares:
";
    let world = World::new([("a.yml", text)]);
    let snapshot = world.configuration.snapshot();
    let a = snapshot.route("a").unwrap();
    assert_eq!(
        (a.rule(), a.entry_points(), a.target().as_deref(), a.tls().is_some()),
        ("Host(`a.test`)", vec!["web", "websecure"], Some("http://10.0.0.1"), true)
    );
    assert!(snapshot.route("b").unwrap().tls().is_none(), "`tls: foo` is no TLS to Traefik");
    assert_eq!(snapshot.route("c").unwrap().target(), None);
    let form = traefik_manager_core::routes::RouteForm {
        priority: Some(Some(5)),
        ..crate::world::edit("a", "a", Protocol::Http)
    };
    world.save(&form).unwrap();
    assert!(
        world.text("a.yml").starts_with("HTTP:\n  Routers:\n    a:\n      RULE:"),
        "the spelling is kept"
    );
    assert_eq!(world.configuration.snapshot().route("a").unwrap().router().unwrap().priority(), Some(5));
}
