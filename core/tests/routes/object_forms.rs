//! Objects through forms that know a part of their fields.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, FieldInput, FieldsForm, ObjectContent, ObjectForm, RowInput, Typed, Written},
    traefik::Protocol,
};

use crate::{
    objects::http,
    world::{World, terms},
};

const FILE: &str = "\
http:
  services:
    app:
      loadBalancer:
        servers:               # three of them
          - url: http://10.0.0.1   # old
            weight: 2
            preservePath: true
          - url: http://10.0.0.2
          - {url: 'http://10.0.0.3', weight: 1}
        sticky:
          cookie:
            name: app
            maxAge: 60
        strategy: p2c
    split:
      weighted:
        services:
          - name: app@file   # ours
            weight: 3
          - name: far@docker
        healthCheck: {}
    copy:
      mirroring: {service: app}
";

fn world() -> World {
    World::new([("a.yml", FILE)])
}

fn row(at: Option<usize>, name: (&'static str, &str), weight: &str) -> RowInput {
    RowInput { at, cells: vec![(name.0, name.1.to_owned()), ("weight", weight.to_owned())] }
}

fn server(at: Option<usize>, address: &str, weight: &str) -> RowInput {
    row(at, ("url", address), weight)
}

fn servers() -> Vec<RowInput> {
    vec![
        server(Some(0), "http://10.0.0.1", "2"),
        server(Some(1), "http://10.0.0.2", ""),
        server(Some(2), "http://10.0.0.3", "1"),
    ]
}

fn rows(way: &[&'static str], rows: Vec<RowInput>) -> FieldInput {
    FieldInput { way: way.to_vec(), typed: Typed::Rows(rows) }
}

fn text(way: &[&'static str], typed: &str) -> FieldInput {
    FieldInput { way: way.to_vec(), typed: Typed::Text(typed.to_owned()) }
}

fn flag(way: &[&'static str], on: bool, by_default: bool) -> FieldInput {
    FieldInput { way: way.to_vec(), typed: Typed::Flag { on, by_default, written: Written::WhereItDiffers } }
}

/// The form of `app` with these servers, and otherwise as it is unless a field comes after it.
fn balancer(servers: Vec<RowInput>, more: &[FieldInput]) -> FieldsForm {
    let mut fields = more.to_vec();
    let usual = [
        rows(&["loadBalancer", "servers"], servers),
        flag(&["loadBalancer", "sticky", "cookie"], true, false),
        text(&["loadBalancer", "sticky", "cookie", "name"], "app"),
        text(&["loadBalancer", "healthCheck", "path"], ""),
        flag(&["loadBalancer", "passHostHeader"], true, true),
        text(&["loadBalancer", "serversTransport"], ""),
    ];
    fields.extend(usual.into_iter().filter(|field| !more.iter().any(|other| other.way == field.way)));
    FieldsForm { variety: Some("loadBalancer"), fields }
}

fn weighted(children: Vec<RowInput>) -> FieldsForm {
    FieldsForm { variety: Some("weighted"), fields: vec![rows(&["weighted", "services"], children)] }
}

fn save_as(world: &World, object: ObjectRef, form: FieldsForm) -> Result<bool, ChangeError> {
    let form = ObjectForm::edit(object, ObjectContent::Fields(form));
    world.configuration.save_object(&terms(), &form).map(|changed| !changed.files.is_empty())
}

fn save(world: &World, name: &str, form: FieldsForm) -> Result<bool, ChangeError> {
    save_as(world, http(ObjectKind::Service, name), form)
}

#[test]
fn a_form_that_nobody_changed_writes_nothing() {
    let world = world();
    assert!(!save(&world, "app", balancer(servers(), &[])).unwrap());
    let without_places: Vec<_> =
        servers().into_iter().map(|server| RowInput { at: None, ..server }).collect();
    assert!(!save(&world, "app", balancer(without_places, &[])).unwrap());
    let children = vec![row(Some(0), ("name", "app@file"), "3"), row(Some(1), ("name", "far@docker"), "")];
    assert!(!save(&world, "split", weighted(children)).unwrap());
    assert_eq!(world.text("a.yml"), FILE);
    assert_eq!(world.backup_count(), 0);
}

#[test]
fn servers_change_leaf_by_leaf() {
    let world = world();
    let servers = vec![
        server(Some(0), "http://10.0.0.9:81", "5"),
        server(Some(2), "http://10.0.0.3", ""),
        server(None, "10.0.0.4:8080", "4"),
        server(None, " ", ""),
    ];
    assert!(save(&world, "app", balancer(servers, &[])).unwrap());
    let expected = FILE
        .replace(
            "- url: http://10.0.0.1   # old\n            weight: 2",
            "- url: http://10.0.0.9:81   # old\n            weight: 5",
        )
        .replace("          - url: http://10.0.0.2\n", "")
        .replace(
            "{url: 'http://10.0.0.3', weight: 1}\n",
            "{url: 'http://10.0.0.3'}\n          - url: http://10.0.0.4:8080\n            weight: 4\n",
        );
    assert_eq!(world.text("a.yml"), expected);
}

#[test]
fn another_order_keeps_what_each_server_says() {
    let world = world();
    let mut servers = servers();
    servers.rotate_left(1);
    assert!(save(&world, "app", balancer(servers, &[])).unwrap());
    let text = world.text("a.yml");
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in {text}"));
    assert!(at("10.0.0.2") < at("10.0.0.3") && at("10.0.0.3") < at("10.0.0.1"), "{text}");
    assert!(at("10.0.0.1") < at("preservePath") && at("preservePath") < at("sticky"), "{text}");
}

#[test]
fn sticky_health_and_transport_come_and_go() {
    let world = world();
    let more = [
        flag(&["loadBalancer", "sticky", "cookie"], false, false),
        text(&["loadBalancer", "healthCheck", "path"], "/up"),
        text(&["loadBalancer", "healthCheck", "interval"], "10s"),
        flag(&["loadBalancer", "passHostHeader"], false, true),
        text(&["loadBalancer", "serversTransport"], "lan"),
    ];
    assert!(save(&world, "app", balancer(servers(), &more)).unwrap());
    let text = world.text("a.yml");
    for part in
        ["path: /up", "interval: 10s", "passHostHeader: false", "serversTransport: lan", "strategy: p2c"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("sticky"), "{text}");
    assert!(
        save(&world, "app", balancer(servers(), &[flag(&["loadBalancer", "passHostHeader"], true, true)]))
            .is_ok()
    );
    assert!(!world.text("a.yml").contains("passHostHeader"), "the default is not written");
}

#[test]
fn what_may_be_empty_stays_and_what_may_not_asks_for_something() {
    let world = World::new([(
        "a.yml",
        "http:\n  middlewares:\n    # small\n    c:\n      compress:   # ours\n        minResponseBodyBytes: 10\n    p:\n      addPrefix:\n        prefix: /a\n",
    )]);
    let middleware = |name: &str| http(ObjectKind::Middleware, name);
    let form = FieldsForm {
        variety: Some("compress"),
        fields: vec![text(&["compress", "minResponseBodyBytes"], "")],
    };
    assert!(save_as(&world, middleware("c"), form).unwrap());
    let written = world.text("a.yml");
    assert!(written.contains("    # small\n    c:\n      compress: {}"), "{written}");
    let form = FieldsForm { variety: Some("addPrefix"), fields: vec![text(&["addPrefix", "prefix"], " ")] };
    let error = save_as(&world, middleware("p"), form.clone()).unwrap_err();
    assert!(matches!(&error, ChangeError::Field { path, .. } if path == "addPrefix"), "{error}");
    let new = ObjectForm::new(middleware("q"), ObjectContent::Fields(form));
    let error = world.configuration.save_object(&terms(), &new).unwrap_err();
    assert!(matches!(&error, ChangeError::Field { path, .. } if path == "addPrefix"), "{error}");
    assert_eq!(world.text("a.yml"), written);
    let form = FieldsForm { variety: Some("compress"), fields: Vec::new() };
    let new = ObjectForm::new(middleware("r"), ObjectContent::Fields(form));
    world.configuration.save_object(&terms(), &new).unwrap();
    assert_eq!(world.text("a.yml"), format!("{written}    r:\n      compress: {{}}\n"));

    let cleared = [
        text(&["loadBalancer", "sticky", "cookie", "name"], ""),
        text(&["loadBalancer", "sticky", "cookie", "maxAge"], ""),
    ];
    let world = self::world();
    assert!(save(&world, "app", balancer(servers(), &cleared)).unwrap());
    assert!(
        world.text("a.yml").contains("        sticky:\n          cookie: {}\n"),
        "{}",
        world.text("a.yml")
    );
}

#[test]
fn pairs_and_lists_change_line_by_line() {
    const HEADERS: &str = "http:\n  middlewares:\n    h:\n      headers:\n        customRequestHeaders:\n          X-A: \"1\"   # first\n          X-B: two\n          X-C: ''\n        allowedHosts:\n          - a.test   # here\n          - b.test\n        stsSeconds: 10\n";
    let world = World::new([("a.yml", HEADERS)]);
    let form = |pairs: &str, hosts: &str, seconds: &str| FieldsForm {
        variety: Some("headers"),
        fields: vec![
            text(&["headers", "customRequestHeaders"], pairs),
            text(&["headers", "allowedHosts"], hosts),
            text(&["headers", "stsSeconds"], seconds),
        ],
    };
    let save = |form| save_as(&world, http(ObjectKind::Middleware, "h"), form);
    assert!(!save(form("X-A: 1\nX-B: two\nX-C:", "a.test\nb.test", "10")).unwrap());
    assert!(save(form("X-A: 1\n X-C:\nX-D: a: b", "a.test\nc.test", "20")).unwrap());
    let expected = HEADERS
        .replace("          X-B: two\n", "")
        .replace("X-C: ''\n", "X-C: ''\n          X-D: \"a: b\"\n")
        .replace("b.test", "c.test")
        .replace("stsSeconds: 10", "stsSeconds: 20");
    assert_eq!(world.text("a.yml").replace("'a: b'", "\"a: b\""), expected);
    for (bad, path) in [
        (form("X-A", "", ""), "headers.customRequestHeaders"),
        (form("X-A: 1\nX-A: 2", "", ""), "headers.customRequestHeaders"),
        (form("", "", "many"), "headers.stsSeconds"),
    ] {
        let error = save(bad).unwrap_err();
        assert!(matches!(&error, ChangeError::Field { path: found, .. } if found == path), "{error}");
    }
}

#[test]
fn what_a_form_cannot_show_it_does_not_touch() {
    const ODD: &str = "http:\n  middlewares:\n    r:\n      rateLimit:\n        average: [1, 2]\n        period: '{{ .Period }}'\n";
    let world = World::new([("a.yml", ODD)]);
    let form = |average: &str| FieldsForm {
        variety: Some("rateLimit"),
        fields: vec![
            text(&["rateLimit", "period"], "{{ .Period }}"),
            text(&["rateLimit", "average"], average),
        ],
    };
    let error = save_as(&world, http(ObjectKind::Middleware, "r"), form("1")).unwrap_err();
    assert!(matches!(&error, ChangeError::Field { path, .. } if path == "rateLimit.average"), "{error}");
    let unchanged = FieldsForm { fields: form("").fields[..1].to_vec(), ..form("") };
    assert!(!save_as(&world, http(ObjectKind::Middleware, "r"), unchanged).unwrap());
    assert_eq!(world.text("a.yml"), ODD);
}

#[test]
fn a_form_takes_a_service_to_another_file_with_every_line() {
    let world = World::new([("a.yml", FILE), ("b.yml", "# other\n")]);
    let servers = vec![
        server(Some(0), "http://10.0.0.1", "2"),
        server(Some(1), "http://10.0.0.2", "7"),
        server(Some(2), "http://10.0.0.3", "1"),
    ];
    let content = ObjectContent::Fields(balancer(servers, &[]));
    let form = ObjectForm {
        file: Some("b.yml".to_owned()),
        ..ObjectForm::edit(http(ObjectKind::Service, "app"), content)
    };
    world.configuration.save_object(&terms(), &form).unwrap();
    let (start, end) = (FILE.find("    app:").unwrap(), FILE.find("    split:").unwrap());
    let app = FILE[start..end]
        .replace("- url: http://10.0.0.2\n", "- url: http://10.0.0.2\n            weight: 7\n");
    assert_eq!(world.text("b.yml"), format!("# other\nhttp:\n  services:\n{app}"));
    assert_eq!(world.text("a.yml"), format!("{}{}", &FILE[..start], &FILE[end..]));
}

#[test]
fn a_new_service_is_written_from_its_form() {
    let world = world();
    let tcp = ObjectRef::new(Some(Protocol::Tcp), ObjectKind::Service, "db");
    let servers = vec![RowInput { at: None, cells: vec![("address", "10.0.0.1:5432".to_owned())] }];
    let form = FieldsForm {
        variety: Some("loadBalancer"),
        fields: vec![rows(&["loadBalancer", "servers"], servers)],
    };
    world.configuration.save_object(&terms(), &ObjectForm::new(tcp, ObjectContent::Fields(form))).unwrap();
    let form = weighted(vec![row(None, ("name", "app"), "1")]);
    let form = ObjectForm::new(http(ObjectKind::Service, "half"), ObjectContent::Fields(form));
    world.configuration.save_object(&terms(), &form).unwrap();
    let half =
        "    half:\n      weighted:\n        services:\n          - name: app\n            weight: 1\n";
    let tcp = "tcp:\n  services:\n    db:\n      loadBalancer:\n        servers:\n          - address: 10.0.0.1:5432\n";
    assert_eq!(world.text("a.yml"), format!("{FILE}{half}{tcp}"));
}

#[test]
fn a_form_does_not_turn_one_kind_into_another() {
    let world = world();
    for name in ["split", "copy"] {
        let error = save(&world, name, balancer(servers(), &[])).unwrap_err();
        assert!(matches!(&error, ChangeError::Field { path, .. } if path == "loadBalancer"), "{error}");
    }
    for servers in [vec![server(None, "http://a b", "")], vec![server(None, "http://a", "many")], Vec::new()]
    {
        let error = save(&world, "app", balancer(servers, &[])).unwrap_err();
        assert!(
            matches!(&error, ChangeError::Field { path, .. } if path == "loadBalancer.servers"),
            "{error}"
        );
    }
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn tls_options_keep_what_their_form_does_not_know() {
    let file = "tls:\n  options:\n    a:\n      minVersion: VersionTLS12   # enough\n      disableSessionTickets: true\n      cipherSuites:\n        - TLS_A   # good\n        - TLS_B\n";
    let world = World::new([("a.yml", file)]);
    let options = |name: &str| ObjectRef::new(None, ObjectKind::TlsOptions, name);
    let form = FieldsForm {
        variety: None,
        fields: vec![
            text(&["minVersion"], "VersionTLS13"),
            flag(&["sniStrict"], true, false),
            text(&["cipherSuites"], "TLS_A"),
            flag(&["clientAuth"], false, false),
        ],
    };
    assert!(save_as(&world, options("a"), form.clone()).unwrap());
    let expected =
        file.replace("TLS12 ", "TLS13 ").replace("        - TLS_B\n", "") + "      sniStrict: true\n";
    assert_eq!(world.text("a.yml"), expected);
    assert!(!save_as(&world, options("a"), form).unwrap());
}

#[test]
fn certificates_have_a_form_too() {
    let world = World::new([(
        "a.yml",
        "tls:\n  certificates:\n    - certFile: a.pem   # ours\n      keyFile: a.key\n",
    )]);
    let certificate = |name: &str| ObjectRef::new(None, ObjectKind::TlsCertificate, name);
    let form = |key: &str| FieldsForm {
        variety: None,
        fields: vec![text(&["certFile"], "a.pem"), text(&["keyFile"], key), text(&["stores"], "")],
    };
    assert!(!save_as(&world, certificate("a.pem"), form("a.key")).unwrap());
    assert!(save_as(&world, certificate("a.pem"), form("b.key")).unwrap());
    let new = FieldsForm {
        variety: None,
        fields: vec![text(&["certFile"], "c.pem"), text(&["stores"], "default\n")],
    };
    let new = ObjectForm::new(certificate(""), ObjectContent::Fields(new));
    world.configuration.save_object(&terms(), &new).unwrap();
    let expected = "tls:\n  certificates:\n    - certFile: a.pem   # ours\n      keyFile: b.key\n    - certFile: c.pem\n      stores:\n        - default\n";
    assert_eq!(world.text("a.yml"), expected);
    let empty = ObjectForm::new(certificate(""), ObjectContent::Fields(FieldsForm::default()));
    assert!(world.configuration.save_object(&terms(), &empty).is_err());
}
