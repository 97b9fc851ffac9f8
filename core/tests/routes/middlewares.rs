use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, ObjectContent, ObjectForm, ObjectId},
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

fn middleware(name: &str) -> ObjectRef {
    ObjectRef::new(Some(Protocol::Http), ObjectKind::Middleware, name)
}

fn form(name: &str, content: &str) -> ObjectForm {
    ObjectForm::new(middleware(name), ObjectContent::Text(content.to_owned()))
}

fn edit(old: &str, name: &str, content: &str) -> ObjectForm {
    ObjectForm { edit_of: Some(ObjectId::anywhere(middleware(old))), ..form(name, content) }
}

fn world() -> World {
    World::new([("a.yml", FILE)])
}

#[test]
fn a_new_middleware_is_written_as_it_was_typed() {
    let world = world();
    let content = "# squeeze\ncompress:\n  excludedContentTypes: [text/event-stream]\n";
    world.configuration.save_object(&terms(), &form("gzip", content)).unwrap();
    let added =
        "    gzip:\n      # squeeze\n      compress:\n        excludedContentTypes: [text/event-stream]\n";
    assert_eq!(world.text("a.yml"), format!("{FILE}{added}"));
}

#[test]
fn what_was_read_can_be_saved_back_without_a_change() {
    let world = world();
    let snapshot = world.configuration.snapshot();
    for middleware in snapshot.objects(ObjectKind::Middleware) {
        let content = world.configuration.object_text(&middleware).unwrap();
        let name = middleware.name();
        let changed = world.configuration.save_object(&terms(), &edit(name, name, &content)).unwrap();
        assert!(changed.files.is_empty(), "{name}");
    }
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn a_rename_is_carried_into_routers_and_chains() {
    let world = world();
    let content = "ipAllowList:\n  sourceRange: [10.0.0.0/8]\n";
    world.configuration.save_object(&terms(), &edit("office", "lan", content)).unwrap();
    let expected = FILE
        .replace("office@file", "lan@file")
        .replace("    office:", "    lan:")
        .replace("          - office", "          - lan");
    assert_eq!(world.text("a.yml"), expected);
}

#[test]
fn one_in_use_is_not_deleted_and_its_users_are_named() {
    let world = world();
    let delete =
        |name: &str| world.configuration.delete_object(&terms(), &ObjectId::anywhere(middleware(name)), None);
    match delete("secure") {
        Err(ChangeError::InUse { users, .. }) => assert_eq!(users, ["route `a`", "middleware `both`"]),
        other => panic!("{other:?}"),
    }
    delete("both").unwrap();
    assert!(!world.text("a.yml").contains("both"));
    let unknown = delete("both");
    assert!(matches!(unknown, Err(ChangeError::NotFound { .. })));
}

#[test]
fn bad_content_is_refused() {
    let world = world();
    for content in ["", "# nothing\n", "compress", "- a\n", "compress: {}\nretry:\n  attempts: 2\n"] {
        let error = world.configuration.save_object(&terms(), &form("x", content)).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "content", .. }), "{content:?}: {error}");
    }
    for content in ["a: [", "\tcompress: {}", "compress: {}\ncompress: {}\n"] {
        let error = world.configuration.save_object(&terms(), &form("x", content)).unwrap_err();
        assert!(
            matches!(&error, ChangeError::Text(_)) && error.to_string().contains("line"),
            "{content:?}: {error}"
        );
    }
    for name in ["", "a/b", "a@file"] {
        let error = world.configuration.save_object(&terms(), &form(name, "compress: {}")).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "name", .. }), "{name:?}: {error}");
    }
    let taken = world.configuration.save_object(&terms(), &form("secure", "compress: {}")).unwrap_err();
    assert!(matches!(taken, ChangeError::Exists { .. }));
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn names_that_yaml_would_take_for_something_else_are_quoted() {
    for name in ["1", "true", "a b", "1.5", "null"] {
        let world = World::new([("a.yml", "")]);
        match world.configuration.save_object(&terms(), &form(name, "compress: {}")) {
            Ok(_) => {
                let snapshot = world.configuration.snapshot();
                assert_eq!(snapshot.middlewares().next().unwrap().name(), name);
                assert!(world.text("a.yml").contains(&format!("\"{name}\":")), "{}", world.text("a.yml"));
            }
            Err(error) => assert!(matches!(error, ChangeError::Invalid { .. }), "{error}"),
        }
    }
}
