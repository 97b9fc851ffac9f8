use traefik_manager_core::{
    routes::{ChangeError, MiddlewareForm},
    traefik::Protocol,
};

use crate::world::{World, terms};

const FILE: &str = "\
http:
  routers:
    a:
      rule: Host(`a.test`)
      service: s@docker
      middlewares: [secure, office@file]   # in this order
  middlewares:
    secure:
      headers:
        stsSeconds: 31536000   # a year
    office:
      ipAllowList:
        sourceRange: [10.0.0.0/8]
    both:
      chain:
        middlewares:
          - secure
          - office
";

fn form(name: &str, content: &str) -> MiddlewareForm {
    MiddlewareForm {
        name: name.to_owned(),
        protocol: Protocol::Http,
        content: content.to_owned(),
        edit_of: None,
        file: None,
        version: None,
    }
}

fn world() -> World {
    World::new([("a.yml", FILE)])
}

#[test]
fn a_new_middleware_is_written_as_it_was_typed() {
    let world = world();
    let content = "# squeeze\ncompress:\n  excludedContentTypes: [text/event-stream]\n";
    world.configuration.save_middleware(&terms(), &form("gzip", content)).unwrap();
    let added =
        "    gzip:\n      # squeeze\n      compress:\n        excludedContentTypes: [text/event-stream]\n";
    assert_eq!(world.text("a.yml"), format!("{FILE}{added}"));
}

#[test]
fn what_was_read_can_be_saved_back_without_a_change() {
    let world = world();
    let snapshot = world.configuration.snapshot();
    for middleware in snapshot.middlewares() {
        let content = world.configuration.middleware_text(&middleware).unwrap();
        let name = middleware.name();
        let form =
            MiddlewareForm { edit_of: Some((name.to_owned(), Protocol::Http)), ..form(name, &content) };
        world.configuration.save_middleware(&terms(), &form).unwrap();
    }
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn a_rename_is_carried_into_routers_and_chains() {
    let world = world();
    let content = "ipAllowList:\n  sourceRange: [10.0.0.0/8]\n";
    let form =
        MiddlewareForm { edit_of: Some(("office".to_owned(), Protocol::Http)), ..form("lan", content) };
    world.configuration.save_middleware(&terms(), &form).unwrap();
    let expected = FILE
        .replace("office@file", "lan@file")
        .replace("    office:", "    lan:")
        .replace("          - office", "          - lan");
    assert_eq!(world.text("a.yml"), expected);
}

#[test]
fn one_in_use_is_not_deleted_and_its_users_are_named() {
    let world = world();
    match world.configuration.delete_middleware(&terms(), "secure", None, None) {
        Err(ChangeError::InUse { users, .. }) => assert_eq!(users, ["route `a`", "middleware `both`"]),
        other => panic!("{other:?}"),
    }
    world.configuration.delete_middleware(&terms(), "both", None, None).unwrap();
    assert!(!world.text("a.yml").contains("both"));
    let unknown = world.configuration.delete_middleware(&terms(), "both", None, None);
    assert!(matches!(unknown, Err(ChangeError::NotFound { .. })));
}

#[test]
fn bad_content_is_refused() {
    let world = world();
    for content in ["", "# nothing\n", "compress", "- a\n", "compress: {}\nretry:\n  attempts: 2\n"] {
        let error = world.configuration.save_middleware(&terms(), &form("x", content)).unwrap_err();
        assert!(
            matches!(error, ChangeError::Invalid { field: "middlewareContent", .. }),
            "{content:?}: {error}"
        );
    }
    for content in ["a: [", "\tcompress: {}", "compress: {}\ncompress: {}\n"] {
        let error = world.configuration.save_middleware(&terms(), &form("x", content)).unwrap_err();
        assert!(
            matches!(&error, ChangeError::Text(_)) && error.to_string().contains("line"),
            "{content:?}: {error}"
        );
    }
    for name in ["", "a/b", "a@file"] {
        let error = world.configuration.save_middleware(&terms(), &form(name, "compress: {}")).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "middlewareName", .. }), "{name:?}: {error}");
    }
    let taken = world.configuration.save_middleware(&terms(), &form("secure", "compress: {}")).unwrap_err();
    assert!(matches!(taken, ChangeError::Exists { .. }));
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn names_that_yaml_would_take_for_something_else_are_quoted() {
    for name in ["1", "true", "a b", "1.5", "null"] {
        let world = World::new([("a.yml", "")]);
        match world.configuration.save_middleware(&terms(), &form(name, "compress: {}")) {
            Ok(_) => {
                let snapshot = world.configuration.snapshot();
                assert_eq!(snapshot.middlewares().next().unwrap().name(), name);
                assert!(world.text("a.yml").contains(&format!("\"{name}\":")), "{}", world.text("a.yml"));
            }
            Err(error) => assert!(matches!(error, ChangeError::Invalid { .. }), "{error}"),
        }
    }
}
