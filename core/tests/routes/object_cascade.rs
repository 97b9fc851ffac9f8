//! Deleting objects: refused while somebody needs them, or with all that follows.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, Deletion, ObjectId, RouteForm, User},
    traefik::Protocol,
};

use crate::{
    objects::{edge, http},
    world::{World, terms},
};

fn id(kind: ObjectKind, name: &str) -> ObjectId {
    ObjectId::anywhere(http(kind, name))
}

fn names(users: &[User]) -> Vec<String> {
    users.iter().map(ToString::to_string).collect()
}

fn losses(deletion: &Deletion) -> Vec<String> {
    deletion.loses.iter().map(|loss| format!("{}: {}", loss.user, loss.names.join(" "))).collect()
}

#[test]
fn what_is_in_use_is_not_deleted_and_its_users_are_named() {
    let world = edge();
    let before = (world.text("a-edge.yml"), world.text("b-base.yml"));
    for (id, users) in [
        (
            id(ObjectKind::Service, "plain"),
            vec![
                "route `admin`",
                "service `split`",
                "service `mirror`",
                "service `either`",
                "middleware `sorry`",
            ],
        ),
        (id(ObjectKind::Middleware, "safe"), vec!["route `shop`", "route `admin`", "middleware `both`"]),
        (id(ObjectKind::ServersTransport, "inside"), vec!["service `plain`"]),
        (ObjectId::anywhere(ObjectRef::new(None, ObjectKind::TlsOptions, "strict")), vec!["route `shop`"]),
    ] {
        match world.configuration.delete_object(&terms(), &id, None).unwrap_err() {
            ChangeError::InUse { users: named, .. } => assert_eq!(named, users),
            other => panic!("{other}"),
        }
        let deletion = world.configuration.deletion(&id, None).unwrap();
        assert_eq!(names(&deletion.users), users);
    }
    assert_eq!((world.text("a-edge.yml"), world.text("b-base.yml")), before);
    assert_eq!(world.backup_count(), 0);
}

#[test]
fn a_middleware_is_taken_out_of_every_list_and_nothing_else_goes() {
    let world = edge();
    let (edge, base) = (world.text("a-edge.yml"), world.text("b-base.yml"));
    let id = id(ObjectKind::Middleware, "safe");
    let deletion = world.configuration.deletion(&id, None).unwrap();
    assert_eq!(names(&deletion.goes), Vec::<String>::new());
    assert_eq!(losses(&deletion), ["route `shop`: safe", "route `admin`: safe", "middleware `both`: safe"]);
    world.configuration.delete_cascading(&terms(), &id, None, Some(&deletion.mark)).unwrap();
    let edge = edge.replace("[safe, office@file]", "[office@file]").replace("safe, slow", "slow");
    assert_eq!(world.text("a-edge.yml"), edge);
    let base = base
        .replace("    safe:\n      headers:\n        frameDeny: true\n", "")
        .replace("          - safe      # first\n", "");
    assert_eq!(world.text("b-base.yml"), base);
}

#[test]
fn a_chain_with_nothing_left_goes_and_is_taken_out_of_its_routes() {
    let text = "\
http:
  routers:
    r:
      rule: Host(`r`)
      middlewares:
        - both
      service: s@docker
  middlewares:
    one:
      compress: {}
    both:
      chain:
        middlewares: [one, one@file]
";
    let world = World::new([("a.yml", text)]);
    let id = id(ObjectKind::Middleware, "one");
    let deletion = world.configuration.deletion(&id, None).unwrap();
    assert_eq!(names(&deletion.goes), ["middleware `both`"]);
    assert_eq!(losses(&deletion), ["route `r`: both"]);
    world.configuration.delete_cascading(&terms(), &id, None, None).unwrap();
    assert_eq!(
        world.text("a.yml"),
        "http:\n  routers:\n    r:\n      rule: Host(`r`)\n      service: s@docker\n"
    );
}

#[test]
fn routers_that_would_be_left_without_a_service_go_with_it() {
    let world = edge();
    let id = id(ObjectKind::Service, "plain");
    let deletion = world.configuration.deletion(&id, None).unwrap();
    assert_eq!(
        names(&deletion.goes),
        ["route `admin`", "service `mirror`", "service `either`", "middleware `sorry`"]
    );
    assert_eq!(losses(&deletion), ["service `split`: plain"]);
    world.configuration.delete_cascading(&terms(), &id, None, None).unwrap();
    let text = world.text("a-edge.yml");
    assert!(
        text.ends_with("  services:\n    split:                 # nine to one\n      weighted:\n        services:\n          - {name: new, weight: 1}\n"),
        "{text}"
    );
    assert!(text.contains("shop:") && !text.contains("admin:"), "{text}");
    let base = world.text("b-base.yml");
    assert!(!base.contains("plain") && !base.contains("sorry"), "{base}");
    let id = ObjectId::anywhere(http(ObjectKind::Service, "new"));
    let deletion = world.configuration.deletion(&id, None).unwrap();
    assert_eq!(names(&deletion.goes), ["service `split`", "route `shop`"], "all the way up");
}

#[test]
fn tls_stays_on_when_its_options_go() {
    let world = edge();
    let id = ObjectId::anywhere(ObjectRef::new(None, ObjectKind::TlsOptions, "strict"));
    let before = world.text("a-edge.yml");
    world.configuration.delete_cascading(&terms(), &id, None, None).unwrap();
    assert_eq!(world.text("a-edge.yml"), before.replace("tls: {options: strict}", "tls: {}"));
}

#[test]
fn routes_that_are_switched_off_count_and_follow() {
    let world = edge();
    world.configuration.set_enabled(&terms(), "a-edge.yml::shop", false).unwrap();
    world.configuration.set_enabled(&terms(), "a-edge.yml::admin", false).unwrap();
    let slow = id(ObjectKind::Middleware, "slow");
    let error = world.configuration.delete_object(&terms(), &slow, None).unwrap_err();
    assert!(matches!(error, ChangeError::InUse { .. }), "{error}");
    world.configuration.delete_cascading(&terms(), &slow, None, None).unwrap();
    let split = id(ObjectKind::Service, "split");
    let deletion = world.configuration.deletion(&split, None).unwrap();
    assert_eq!(names(&deletion.goes), ["route `shop`"]);
    assert!(!deletion.goes[0].is_enabled);
    world.configuration.delete_cascading(&terms(), &split, None, None).unwrap();
    assert_eq!(world.ids(), [("a-edge.yml::admin".to_owned(), false)]);
    world.configuration.set_enabled(&terms(), "a-edge.yml::admin", true).unwrap();
    let text = world.text("a-edge.yml");
    assert!(text.contains("middlewares: safe\n") && !text.contains("shop"), "{text}");
}

#[test]
fn nothing_goes_that_was_not_shown() {
    let world = edge();
    let id = id(ObjectKind::Middleware, "slow");
    let deletion = world.configuration.deletion(&id, None).unwrap();
    let more = world.text("a-edge.yml").replace("[safe, office@file]", "[slow, office@file]");
    world.files.edit_behind_the_back("a-edge.yml", &more);
    let error = world.configuration.delete_cascading(&terms(), &id, None, Some(&deletion.mark)).unwrap_err();
    assert!(matches!(error, ChangeError::Conflict { .. }), "{error}");
    assert_eq!(world.text("a-edge.yml"), more);
}

#[test]
fn one_of_two_with_the_same_name_goes_without_a_word() {
    let first = "http:\n  routers:\n    r:\n      rule: Host(`a`)\n      service: s\n  services:\n    s:\n      loadBalancer: {servers: [{url: 'http://a'}]}\n";
    let second = "http:\n  services:\n    s:\n      loadBalancer: {servers: [{url: 'http://b'}]}\n    t:\n      loadBalancer: {servers: [{url: 'http://b'}]}\n";
    let world = World::new([("a.yml", first), ("b.yml", second)]);
    let id = ObjectId {
        object: ObjectRef::new(Some(Protocol::Http), ObjectKind::Service, "s"),
        file: Some("a.yml".to_owned()),
    };
    world.configuration.delete_object(&terms(), &id, None).unwrap();
    assert_eq!(world.text("b.yml"), second);
    assert!(!world.text("a.yml").contains("services"));
}

const LAYERS: &str = "\
http:
  routers:
    parent:
      rule: Host(`a`)
    other:
      rule: Host(`b`)
    child:
      rule: PathPrefix(`/x`)
      parentRefs: [parent, other]
      service: s@docker
";

#[test]
fn a_layered_route_goes_with_the_last_of_its_parents() {
    let world = World::new([("a.yml", LAYERS)]);
    let cascade = |name: &str| {
        let id = id(ObjectKind::Router, name);
        world.configuration.delete_cascading(&terms(), &id, None, None).unwrap();
        world.text("a.yml")
    };
    assert!(cascade("parent").contains("parentRefs: [other]"));
    assert_eq!(cascade("other"), "");
}

#[test]
fn a_route_with_others_below_it_is_renamed_with_them_and_not_deleted_under_them() {
    let world = World::new([("a.yml", LAYERS)]);
    let form =
        RouteForm { edit_of: Some("a.yml::parent".to_owned()), ..RouteForm::new("top", Protocol::Http) };
    world.save(&form).unwrap();
    assert_eq!(world.text("a.yml"), LAYERS.replace("parent:", "top:").replace("[parent,", "[top,"));
    let error = world.configuration.delete_route(&terms(), "a.yml::top", None).unwrap_err();
    assert!(matches!(&error, ChangeError::InUse { users, .. } if users == &["route `child`"]), "{error}");
}

#[test]
fn a_route_s_own_service_stays_where_an_error_page_needs_it() {
    let text = "\
http:
  routers:
    app:
      rule: Host(`a`)
      service: app-service
  services:
    app-service:
      loadBalancer: {servers: [{url: 'http://a'}]}
  middlewares:
    sorry:
      errors:
        status: [500]
        service: app-service
        query: /
";
    let world = World::new([("a.yml", text)]);
    world.configuration.delete_route(&terms(), "a.yml::app", None).unwrap();
    assert!(world.text("a.yml").contains("    app-service:"), "{}", world.text("a.yml"));
}
