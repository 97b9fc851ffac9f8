//! Objects of every kind: listed, edited as text, renamed with their references, moved.

use traefik_manager_core::{
    config::{
        object::{ObjectKind, ObjectRef},
        value::Value,
    },
    routes::{ChangeError, Object, ObjectContent, ObjectForm, ObjectId, Users},
    settings::{DisabledRoute, Settings},
    test_support::{MemoryConfigStore, sample_settings},
    traefik::Protocol,
};

use crate::world::{World, terms};

/// Every field of Traefik 3.7, once.
const REFERENCE: &str = include_str!("../../../fixtures/yaml/reference-3.7.yml");

/// Two files that refer to each other, written in many ways.
pub(crate) const EDGE: &str = "\
# The edge.
http:
  routers:
    shop:
      rule: Host(`shop.test`)
      service: split@file        # by weight
      middlewares: [safe, office@file]   # in this order
      tls: {options: strict}
    admin:
      rule: Host(`admin.test`)
      middlewares: safe, slow
      service: plain
  services:
    split:                 # nine to one
      weighted:
        services:
          - name: plain    # the old one
            weight: 9
          - {name: new, weight: 1}
    mirror:
      mirroring:
        service: plain
        mirrors:
          - name: new
            percent: 10
    either: {failover: {service: plain, fallback: new}}   # or the other
";

pub(crate) const BASE: &str = "\
http:
  services:
    # The plain one.
    plain:
      loadBalancer:
        serversTransport: inside
        servers:
          - url: http://10.0.0.1

    new: {loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}}
  middlewares:
    safe:
      headers:
        frameDeny: true
    office:
      ipAllowList:
        sourceRange: [10.0.0.0/8]
    slow:
      rateLimit:
        average: 10
    both:
      chain:
        middlewares:
          - safe      # first
          - office
    sorry:
      errors:
        status: [500-599]
        service: plain
        query: /{status}
  serversTransports:
    inside:
      insecureSkipVerify: true
tls:
  options:
    strict:
      minVersion: VersionTLS13
    default:
      minVersion: VersionTLS12
  stores:
    default:
      defaultCertificate: {certFile: a.pem, keyFile: a.key}
  certificates:
    - certFile: a.pem   # the first
      keyFile: a.key
    - certFile: b.pem
      keyFile: b.key
      stores: [default]
";

pub(crate) fn edge() -> World {
    World::new([("a-edge.yml", EDGE), ("b-base.yml", BASE)])
}

pub(crate) fn http(kind: ObjectKind, name: &str) -> ObjectRef {
    ObjectRef::new(Some(Protocol::Http), kind, name)
}

fn renamed(old: ObjectRef, name: &str) -> ObjectForm {
    let object = ObjectRef { name: name.to_owned(), ..old.clone() };
    ObjectForm { edit_of: Some(ObjectId::anywhere(old)), ..ObjectForm::new(object, ObjectContent::AsWritten) }
}

pub(crate) fn as_text(object: &Object<'_>, text: &str) -> ObjectForm {
    let id = ObjectId { object: object.to_ref(), file: Some(object.file().to_string()) };
    ObjectForm {
        edit_of: Some(id),
        version: Some(object.version()),
        ..ObjectForm::new(object.to_ref(), ObjectContent::Text(text.to_owned()))
    }
}

fn all(world: &World) -> Vec<(ObjectKind, usize)> {
    let snapshot = world.configuration.snapshot();
    ObjectKind::ALL.into_iter().map(|kind| (kind, snapshot.objects(kind).count())).collect()
}

#[test]
fn every_object_of_the_reference_file_is_listed() {
    let world = World::new([("reference.yml", REFERENCE)]);
    assert_eq!(
        all(&world),
        [
            (ObjectKind::Router, 6),
            (ObjectKind::Service, 9),
            (ObjectKind::Middleware, 28),
            (ObjectKind::ServersTransport, 4),
            (ObjectKind::TlsOptions, 2),
            (ObjectKind::TlsStore, 2),
            (ObjectKind::TlsCertificate, 2),
        ]
    );
    let snapshot = world.configuration.snapshot();
    let options = snapshot.objects(ObjectKind::TlsOptions).next().unwrap();
    assert_eq!((options.name(), options.position().line), ("Options0", 661));
}

#[test]
fn saving_what_is_written_writes_nothing_whatever_the_object() {
    for files in [vec![("reference.yml", REFERENCE)], vec![("a-edge.yml", EDGE), ("b-base.yml", BASE)]] {
        for windows in [false, true] {
            let texts: Vec<(&str, String)> = files
                .iter()
                .map(|(name, text)| {
                    (*name, if windows { text.replace('\n', "\r\n") } else { (*text).to_owned() })
                })
                .collect();
            let world = World::new(texts.iter().map(|(name, text)| (*name, text.as_str())));
            let snapshot = world.configuration.snapshot();
            let mut count = 0;
            for object in ObjectKind::ALL.into_iter().flat_map(|kind| snapshot.objects(kind)) {
                let text = world.configuration.object_text(&object).unwrap();
                for text in [text.clone(), text.replace('\n', "\r\n")] {
                    let changed =
                        world.configuration.save_object(&terms(), &as_text(&object, &text)).unwrap();
                    assert!(changed.files.is_empty(), "{}", object.to_ref());
                }
                count += 1;
            }
            assert!(count > 15);
            assert_eq!(world.backup_count(), 0);
        }
    }
}

/// The first of these in an object's text is replaced by the other.
const CHANGES: [(&str, &str); 6] = [
    ("foobar", "changed"),
    ("42", "43"),
    ("true", "false"),
    ("10.0.0.", "10.9.0."),
    ("VersionTLS1", "VersionTLS1x"),
    ("plain", "new"),
];

#[test]
fn an_edit_of_any_object_changes_its_own_bytes_alone() {
    for (file, text) in [("reference.yml", REFERENCE), ("b-base.yml", BASE), ("a-edge.yml", EDGE)] {
        for windows in [false, true] {
            let text = if windows { text.replace('\n', "\r\n") } else { text.to_owned() };
            let paths: Vec<(ObjectRef, usize, String, usize)> = {
                let world = World::new([(file, text.as_str())]);
                let snapshot = world.configuration.snapshot();
                let objects = ObjectKind::ALL.into_iter().flat_map(|kind| snapshot.objects(kind));
                objects
                    .map(|object| {
                        let content = world.configuration.object_text(&object).unwrap();
                        let entry = object.node().span();
                        (object.to_ref(), entry.start, content, entry.end)
                    })
                    .collect()
            };
            for (number, (object, start, content, end)) in paths.into_iter().enumerate() {
                let Some((old, new)) = CHANGES.into_iter().find(|(old, _)| text[start..end].contains(old))
                else {
                    continue;
                };
                let world = World::new([(file, text.as_str())]);
                let snapshot = world.configuration.snapshot();
                let found =
                    ObjectKind::ALL.into_iter().flat_map(|kind| snapshot.objects(kind)).nth(number).unwrap();
                let form = as_text(&found, &content.replacen(old, new, 1));
                world
                    .configuration
                    .save_object(&terms(), &form)
                    .unwrap_or_else(|error| panic!("{object}: {error}"));
                let expected = format!("{}{}", &text[..start], text[start..].replacen(old, new, 1));
                assert_eq!(world.text(file), expected, "{object}");
            }
        }
    }
}

#[test]
fn comments_above_and_beside_a_name_outlive_an_edit_of_what_stands_below() {
    let world = edge();
    let snapshot = world.configuration.snapshot();
    let id = |name: &str| ObjectId::anywhere(http(ObjectKind::Service, name));
    let plain = snapshot.object(&id("plain"), None).unwrap();
    world
        .configuration
        .save_object(&terms(), &as_text(&plain, "loadBalancer:\n  servers:\n    - url: http://10.0.0.9\n"))
        .unwrap();
    assert_eq!(
        world.text("b-base.yml"),
        BASE.replace(
            "        serversTransport: inside\n        servers:\n          - url: http://10.0.0.1\n",
            "        servers:\n          - url: http://10.0.0.9\n"
        ),
    );
    let snapshot = world.configuration.snapshot();
    let either = snapshot.object(&id("either"), None).unwrap();
    let text = world.configuration.object_text(&either).unwrap();
    assert_eq!(text, "{failover: {service: plain, fallback: new}}\n");
    world
        .configuration
        .save_object(&terms(), &as_text(&either, "failover:\n  service: new\n  fallback: plain\n"))
        .unwrap();
    let split = world.configuration.snapshot();
    let split = split.object(&id("split"), None).unwrap();
    world
        .configuration
        .save_object(&terms(), &as_text(&split, "{weighted: {services: [{name: new}]}}"))
        .unwrap();
    let text = world.text("a-edge.yml");
    assert!(
        text.ends_with(
            "    either:   # or the other\n      failover:\n        service: new\n        fallback: plain\n"
        ),
        "{text}"
    );
    assert!(text.contains("    split:                 # nine to one\n      {weighted: {services: [{name: new}]}}\n    mirror"), "{text}");
}

#[test]
fn a_renamed_service_is_found_by_its_new_name_everywhere() {
    let world = edge();
    world.configuration.save_object(&terms(), &renamed(http(ObjectKind::Service, "plain"), "basic")).unwrap();
    let edge = EDGE.replace("service: plain", "service: basic").replace("name: plain ", "name: basic ");
    assert_eq!(world.text("a-edge.yml"), edge);
    let base = BASE.replace("    plain:", "    basic:").replace("service: plain", "service: basic");
    assert_eq!(world.text("b-base.yml"), base);
    world
        .configuration
        .save_object(&terms(), &renamed(http(ObjectKind::Service, "split"), "both ways"))
        .unwrap();
    let edge = edge.replace("split@file", "both ways@file").replace("    split:", "    both ways:");
    assert_eq!(world.text("a-edge.yml").replace("\"both ways\":", "both ways:"), edge);
}

#[test]
fn renamed_middlewares_transports_and_options_take_their_references_along() {
    let world = edge();
    for (kind, old, new) in
        [(ObjectKind::Middleware, "safe", "sound"), (ObjectKind::ServersTransport, "inside", "lan")]
    {
        world.configuration.save_object(&terms(), &renamed(http(kind, old), new)).unwrap();
    }
    let strict = ObjectRef::new(None, ObjectKind::TlsOptions, "strict");
    world.configuration.save_object(&terms(), &renamed(strict, "modern")).unwrap();
    let edge = EDGE
        .replace("[safe,", "[sound,")
        .replace("safe, slow", "sound, slow")
        .replace("options: strict", "options: modern");
    assert_eq!(world.text("a-edge.yml"), edge);
    let base = BASE
        .replace("    safe:", "    sound:")
        .replace("- safe ", "- sound ")
        .replace("    inside:", "    lan:")
        .replace("serversTransport: inside", "serversTransport: lan")
        .replace("    strict:", "    modern:");
    assert_eq!(world.text("b-base.yml"), base);
}

#[test]
fn content_and_name_change_together_with_a_move_to_another_file() {
    let world = edge();
    let form = ObjectForm {
        content: ObjectContent::Text("rateLimit:\n  average: 20   # more\n".to_owned()),
        file: Some("a-edge.yml".to_owned()),
        ..renamed(http(ObjectKind::Middleware, "slow"), "slower")
    };
    world.configuration.save_object(&terms(), &form).unwrap();
    let added = "  middlewares:\n    slower:\n      rateLimit:\n        average: 20   # more\n";
    assert_eq!(world.text("a-edge.yml"), format!("{}{added}", EDGE.replace("safe, slow", "safe, slower")));
    assert_eq!(
        world.text("b-base.yml"),
        BASE.replace("    slow:\n      rateLimit:\n        average: 10\n", "")
    );
}

#[test]
fn a_switched_off_route_learns_the_new_name_too() {
    let world = edge();
    world.configuration.set_enabled(&terms(), "a-edge.yml::shop", false).unwrap();
    world.configuration.set_enabled(&terms(), "a-edge.yml::admin", false).unwrap();
    for (kind, old, new) in [
        (ObjectKind::Service, "split", "parts"),
        (ObjectKind::Middleware, "safe", "sound"),
        (ObjectKind::Service, "new", "next"),
    ] {
        world.configuration.save_object(&terms(), &renamed(http(kind, old), new)).unwrap();
    }
    let snapshot = world.configuration.snapshot();
    let users = Users::of(&snapshot);
    let named: Vec<String> =
        users.get(&http(ObjectKind::Middleware, "sound")).iter().map(ToString::to_string).collect();
    assert_eq!(named, ["route `shop`", "route `admin`", "middleware `both`"]);
    world.configuration.set_enabled(&terms(), "a-edge.yml::admin", true).unwrap();
    world.configuration.set_enabled(&terms(), "a-edge.yml::shop", true).unwrap();
    let expected = EDGE
        .replace("split", "parts")
        .replace("safe", "sound")
        .replace("name: new", "name: next")
        .replace("fallback: new", "fallback: next");
    assert_eq!(world.text("a-edge.yml"), expected);
}

#[test]
fn a_service_that_only_a_record_holds_has_its_references_renamed() {
    let record = DisabledRoute {
        id: "old".to_owned(),
        protocol: Protocol::Http,
        router: Value::map([
            ("rule", Value::text("Host(`old.test`)")),
            ("service", Value::text("old-service")),
        ]),
        service: Some(Value::map([(
            "loadBalancer",
            Value::map([("serversTransport", Value::text("inside"))]),
        )])),
        config_file: "b-base.yml".to_owned(),
        service_config_file: String::new(),
        entry: None,
        before: None,
        section: None,
        cut: None,
    };
    let settings = Settings { disabled_routes: vec![record], ..sample_settings() };
    let world = World::with(MemoryConfigStore::directory([("b-base.yml", BASE)]), settings);
    world
        .configuration
        .save_object(&terms(), &renamed(http(ObjectKind::ServersTransport, "inside"), "lan"))
        .unwrap();
    world.configuration.set_enabled(&terms(), "old", true).unwrap();
    assert_eq!(world.text("b-base.yml").matches("serversTransport: lan").count(), 2);
}

#[test]
fn of_two_files_with_one_name_the_references_mean_the_first() {
    let first = "http:\n  routers:\n    r:\n      rule: Host(`a`)\n      service: s\n  services:\n    s:\n      loadBalancer: {servers: [{url: 'http://a'}]}\n";
    let second = "http:\n  services:\n    s:\n      loadBalancer: {servers: [{url: 'http://b'}]}\n";
    let world = World::new([("a.yml", first), ("b.yml", second)]);
    let id = |file: &str| ObjectId { object: http(ObjectKind::Service, "s"), file: Some(file.to_owned()) };
    let form = ObjectForm { edit_of: Some(id("b.yml")), ..renamed(http(ObjectKind::Service, "s"), "t") };
    world.configuration.save_object(&terms(), &form).unwrap();
    assert_eq!(world.text("a.yml"), first);
    assert_eq!(world.text("b.yml"), second.replace("    s:", "    t:"));
}

#[test]
fn what_is_shared_through_an_anchor_is_not_renamed_by_halves() {
    let text = "\
http:
  routers:
    a: &base
      rule: Host(`a`)
      service: s
      middlewares: [m]
    b:
      <<: *base
      rule: Host(`b`)
  services:
    s:
      loadBalancer: {servers: [{url: 'http://a'}]}
  middlewares:
    m:
      compress: {}
";
    let world = World::new([("a.yml", text)]);
    for (kind, name) in [(ObjectKind::Service, "s"), (ObjectKind::Middleware, "m")] {
        let error = world.configuration.save_object(&terms(), &renamed(http(kind, name), "x")).unwrap_err();
        assert!(matches!(error, ChangeError::NotEditable { .. }), "{error}");
        let error = world
            .configuration
            .delete_cascading(&terms(), &ObjectId::anywhere(http(ObjectKind::Middleware, "m")), None, None)
            .unwrap_err();
        assert!(matches!(error, ChangeError::NotEditable { .. }), "{error}");
    }
    assert_eq!(world.text("a.yml"), text);
}

#[test]
fn a_stale_form_is_refused_with_the_present_text() {
    let world = edge();
    let snapshot = world.configuration.snapshot();
    let slow = snapshot.object(&ObjectId::anywhere(http(ObjectKind::Middleware, "slow")), None).unwrap();
    let form = as_text(&slow, "rateLimit:\n  average: 1\n");
    world.configuration.save_object(&terms(), &form).unwrap();
    match world.configuration.save_object(&terms(), &form).unwrap_err() {
        ChangeError::Conflict { theirs, .. } => assert_eq!(theirs, "rateLimit:\n  average: 1\n"),
        other => panic!("{other}"),
    }
}

#[test]
fn bad_content_and_bad_names_are_refused_and_nothing_is_written() {
    let world = edge();
    for (kind, content) in [
        (ObjectKind::Service, ""),
        (ObjectKind::Service, "servers: []"),
        (ObjectKind::Service, "loadBalancer: {}\nweighted: {}"),
        (ObjectKind::Service, "- a"),
        (ObjectKind::ServersTransport, "insecure"),
        (ObjectKind::Router, "{}"),
    ] {
        let form = ObjectForm::new(http(kind, "x"), ObjectContent::Text(content.to_owned()));
        let error = world.configuration.save_object(&terms(), &form).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "content", .. }), "{content:?}: {error}");
    }
    let text = ObjectContent::Text("minVersion: VersionTLS12".to_owned());
    for (object, field) in [
        (ObjectRef::new(Some(Protocol::Udp), ObjectKind::ServersTransport, "x"), "protocol"),
        (ObjectRef::new(Some(Protocol::Http), ObjectKind::TlsOptions, "x"), "protocol"),
        (ObjectRef::new(None, ObjectKind::TlsOptions, "a@b"), "name"),
    ] {
        let error =
            world.configuration.save_object(&terms(), &ObjectForm::new(object, text.clone())).unwrap_err();
        assert!(matches!(&error, ChangeError::Invalid { field: is, .. } if *is == field), "{error}");
    }
    let taken = ObjectForm::new(
        http(ObjectKind::Service, "plain"),
        ObjectContent::Text("loadBalancer: {}".to_owned()),
    );
    assert!(matches!(world.configuration.save_object(&terms(), &taken), Err(ChangeError::Exists { .. })));
    let default = ObjectRef::new(None, ObjectKind::TlsOptions, "default");
    let error = world.configuration.save_object(&terms(), &renamed(default, "other")).unwrap_err();
    assert!(matches!(error, ChangeError::Invalid { field: "name", .. }), "{error}");
    assert_eq!((world.text("a-edge.yml"), world.text("b-base.yml")), (EDGE.to_owned(), BASE.to_owned()));
    assert_eq!(world.backup_count(), 0);
}
