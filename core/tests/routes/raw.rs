use traefik_manager_core::{config::store::Revision, routes::ChangeError};

use crate::world::{World, terms};

const FILE: &str = "\
http:
  routers:
    # the television
    plex:   # keep
      rule: \"Host(`plex.test`)\"
      service: plex-service
  services:
    plex-service:
      loadBalancer:
        servers: [{url: 'http://10.0.0.1'}]
";

#[test]
fn a_route_is_shown_as_it_is_written() {
    let world = World::new([("a.yml", FILE)]);
    assert_eq!(world.configuration.raw_route("plex").unwrap().text, FILE);
}

#[test]
fn saving_the_shown_text_changes_nothing() {
    let world = World::new([("a.yml", FILE)]);
    world.configuration.save_raw_route(&terms(), "plex", FILE, None).unwrap();
    assert_eq!((world.text("a.yml").as_str(), world.files.writes()), (FILE, 0));
}

#[test]
fn everything_in_the_text_is_saved() {
    let world = World::new([("a.yml", FILE)]);
    let text = format!(
        "{}  middlewares:\n    gzip:\n      compress: {{}}\n  serversTransports:\n    slow:\n      forwardingTimeouts:\n        dialTimeout: 60s\n",
        FILE.replace("plex.test", "tv.test")
    );
    world.configuration.save_raw_route(&terms(), "plex", &text, None).unwrap();
    let written = world.text("a.yml");
    for part in ["tv.test", "gzip", "dialTimeout: 60s", "# the television", "# keep"] {
        assert!(written.contains(part), "{part} is missing in\n{written}");
    }
}

#[test]
fn text_that_would_be_dropped_or_delete_the_route_is_refused() {
    let world = World::new([("a.yml", FILE)]);
    for text in [
        "http:\n  routers:\n    other:\n      rule: Host(`x`)\n      service: s\n",
        "http: {}\n",
        "",
        "# only a comment\n",
        &format!("{FILE}tls:\n  options: {{}}\n"),
        &format!("{FILE}  models:\n    x: {{}}\n"),
    ] {
        let error = world.configuration.save_raw_route(&terms(), "plex", text, None).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "content", .. }), "{text:?}: {error}");
    }
    let error =
        world.configuration.save_raw_route(&terms(), "plex", "http:\n\trouters: 1\n", None).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn a_router_that_traefik_could_not_use_is_refused_with_its_line() {
    for enabled in [true, false] {
        let world = World::new([("a.yml", FILE)]);
        world.configuration.set_enabled(&terms(), "plex", enabled).unwrap();
        let before = world.text("a.yml");
        for (text, line) in [
            (FILE.replace("Host(", "Hos("), 5),
            (FILE.replace("plex.test", "plex.test` && `"), 5),
            ("http:\n  routers:\n    plex:\n".to_owned(), 3),
            ("http:\n  routers:\n    plex: Host(`plex.test`)\n".to_owned(), 3),
            (
                FILE.replace(
                    "  services:",
                    "    two: {rule: Path(`x`) &&, service: plex-service}\n  services:",
                ),
                7,
            ),
        ] {
            match world.configuration.save_raw_route(&terms(), "plex", &text, None).unwrap_err() {
                ChangeError::Text(error) => assert_eq!(error.position.line, line, "{error}\n{text}"),
                error => panic!("{error}\n{text}"),
            }
        }
        assert_eq!((world.text("a.yml"), world.backup_count()), (before, usize::from(!enabled)));
    }
    // A rule that stands there already does not stop a change of something else.
    let odd = FILE.replace("Host(", "Hos(");
    let world = World::new([("a.yml", odd.as_str())]);
    world.configuration.save_raw_route(&terms(), "plex", &odd.replace("10.0.0.1", "10.0.0.2"), None).unwrap();
    assert!(world.text("a.yml").contains("10.0.0.2"));
}

#[test]
fn a_switched_off_route_is_edited_as_text_too() {
    let world = World::new([("a.yml", FILE)]);
    world.configuration.set_enabled(&terms(), "plex", false).unwrap();
    assert_eq!(world.configuration.raw_route("plex").unwrap().text, FILE);
    world
        .configuration
        .save_raw_route(&terms(), "plex", &FILE.replace("plex.test", "tv.test"), None)
        .unwrap();
    world.configuration.set_enabled(&terms(), "plex", true).unwrap();
    let (old, new) = (FILE.replace("plex.test", "tv.test"), world.text("a.yml"));
    assert_eq!(new.lines().count(), old.lines().count(), "{new}");
    assert!(new.contains("tv.test") && new.contains("# the television"), "{new}");
}

#[test]
fn a_whole_file_is_saved_only_over_what_was_read() {
    let world = World::new([("a.yml", FILE)]);
    let raw = world.configuration.raw_file("a.yml").unwrap();
    world.files.edit_behind_the_back("a.yml", "# somebody else\n");
    match world.configuration.save_raw_file(&terms(), "a.yml", "# mine\n", &raw.revision) {
        Err(ChangeError::Conflict { theirs, .. }) => assert_eq!(theirs, "# somebody else\n"),
        other => panic!("{other:?}"),
    }
    let raw = world.configuration.raw_file("a.yml").unwrap();
    for broken in ["a: [", "- list\n", "a: 1\na: 2\n"] {
        assert!(
            world.configuration.save_raw_file(&terms(), "a.yml", broken, &raw.revision).is_err(),
            "{broken}"
        );
    }
    world.configuration.save_raw_file(&terms(), "a.yml", "# mine\n", &raw.revision).unwrap();
    assert_eq!((world.text("a.yml").as_str(), world.backup_count()), ("# mine\n", 2));
    let unknown = world.configuration.save_raw_file(&terms(), "b.yml", "", &Revision::new("x"));
    assert!(matches!(unknown, Err(ChangeError::NotFound { .. })));
}
