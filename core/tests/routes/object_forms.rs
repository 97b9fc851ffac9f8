//! Services and TLS options through forms that know a part of their fields.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{
        BalancerInput, ChangeError, ChildInput, HealthCheckInput, ObjectContent, ObjectForm, ObjectId,
        ServiceForm, StickyInput, TlsOptionsForm, WeightInput, WeightedServer,
    },
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

fn server(at: Option<usize>, address: &str, weight: Option<i64>) -> WeightedServer {
    WeightedServer {
        at,
        address: address.to_owned(),
        weight: weight.map_or(WeightInput::None, WeightInput::Is),
    }
}

fn servers() -> Vec<WeightedServer> {
    vec![
        server(Some(0), "http://10.0.0.1", Some(2)),
        server(Some(1), "http://10.0.0.2", None),
        server(Some(2), "http://10.0.0.3", Some(1)),
    ]
}

fn unchanged() -> BalancerInput {
    BalancerInput {
        servers: servers(),
        sticky: Some(Some(StickyInput { name: "app".to_owned(), secure: false, http_only: false })),
        health_check: Some(None),
        pass_host_header: Some(true),
        servers_transport: Some(String::new()),
    }
}

fn save(world: &World, name: &str, form: ServiceForm) -> Result<bool, ChangeError> {
    let form = ObjectForm::edit(http(ObjectKind::Service, name), ObjectContent::Service(form));
    world.configuration.save_object(&terms(), &form).map(|changed| !changed.files.is_empty())
}

#[test]
fn a_form_that_nobody_changed_writes_nothing() {
    let world = world();
    assert!(!save(&world, "app", ServiceForm::Balancer(unchanged())).unwrap());
    let without_places: Vec<_> =
        servers().into_iter().map(|server| WeightedServer { at: None, ..server }).collect();
    let form = BalancerInput { servers: without_places, ..unchanged() };
    assert!(!save(&world, "app", ServiceForm::Balancer(form)).unwrap());
    let children = vec![
        ChildInput { at: Some(0), name: "app@file".to_owned(), weight: WeightInput::Is(3) },
        ChildInput { at: Some(1), name: "far@docker".to_owned(), weight: WeightInput::None },
    ];
    assert!(!save(&world, "split", ServiceForm::Weighted(children)).unwrap());
    assert_eq!(world.text("a.yml"), FILE);
    assert_eq!(world.backup_count(), 0);
}

#[test]
fn servers_change_leaf_by_leaf() {
    let world = world();
    let servers = vec![
        server(Some(0), "http://10.0.0.9:81", Some(5)),
        server(Some(2), "http://10.0.0.3", None),
        server(None, "10.0.0.4:8080", Some(4)),
    ];
    let form = BalancerInput { servers, ..unchanged() };
    assert!(save(&world, "app", ServiceForm::Balancer(form)).unwrap());
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
    let form = BalancerInput { servers, ..unchanged() };
    assert!(save(&world, "app", ServiceForm::Balancer(form)).unwrap());
    let text = world.text("a.yml");
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in {text}"));
    assert!(at("10.0.0.2") < at("10.0.0.3") && at("10.0.0.3") < at("10.0.0.1"), "{text}");
    assert!(at("10.0.0.1") < at("preservePath") && at("preservePath") < at("sticky"), "{text}");
}

#[test]
fn sticky_health_and_transport_come_and_go() {
    let world = world();
    let form = BalancerInput {
        sticky: Some(None),
        health_check: Some(Some(HealthCheckInput {
            path: "/up".to_owned(),
            interval: "10s".to_owned(),
            timeout: String::new(),
        })),
        pass_host_header: Some(false),
        servers_transport: Some("lan".to_owned()),
        ..unchanged()
    };
    assert!(save(&world, "app", ServiceForm::Balancer(form)).unwrap());
    let text = world.text("a.yml");
    for part in
        ["path: /up", "interval: 10s", "passHostHeader: false", "serversTransport: lan", "strategy: p2c"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("sticky"), "{text}");
}

#[test]
fn a_form_takes_a_service_to_another_file_with_every_line() {
    let world = World::new([("a.yml", FILE), ("b.yml", "# other\n")]);
    let servers = vec![
        server(Some(0), "http://10.0.0.1", Some(2)),
        server(Some(1), "http://10.0.0.2", Some(7)),
        server(Some(2), "http://10.0.0.3", Some(1)),
    ];
    let form = ServiceForm::Balancer(BalancerInput { servers, ..unchanged() });
    let form = ObjectForm {
        file: Some("b.yml".to_owned()),
        ..ObjectForm::edit(http(ObjectKind::Service, "app"), ObjectContent::Service(form))
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
    let servers = vec![server(None, "10.0.0.1:5432", None)];
    let form = ServiceForm::Balancer(BalancerInput { servers, ..BalancerInput::default() });
    world.configuration.save_object(&terms(), &ObjectForm::new(tcp, ObjectContent::Service(form))).unwrap();
    let children = vec![ChildInput { at: None, name: "app".to_owned(), weight: WeightInput::Is(1) }];
    let form = ObjectForm::new(
        http(ObjectKind::Service, "half"),
        ObjectContent::Service(ServiceForm::Weighted(children)),
    );
    world.configuration.save_object(&terms(), &form).unwrap();
    let half =
        "    half:\n      weighted:\n        services:\n          - name: app\n            weight: 1\n";
    let tcp = "tcp:\n  services:\n    db:\n      loadBalancer:\n        servers:\n          - address: 10.0.0.1:5432\n";
    assert_eq!(world.text("a.yml"), format!("{FILE}{half}{tcp}"));
}

#[test]
fn a_form_does_not_turn_one_kind_into_another() {
    let world = world();
    let form = || ServiceForm::Balancer(unchanged());
    for name in ["split", "copy"] {
        let error = save(&world, name, form()).unwrap_err();
        assert!(matches!(error, ChangeError::Invalid { field: "kind", .. }), "{error}");
    }
    let bad = BalancerInput { servers: vec![server(None, "http://a b", None)], ..unchanged() };
    let error = save(&world, "app", ServiceForm::Balancer(bad)).unwrap_err();
    assert!(matches!(error, ChangeError::Invalid { field: "server", .. }), "{error}");
    let none = BalancerInput { servers: Vec::new(), ..unchanged() };
    let error = save(&world, "app", ServiceForm::Balancer(none)).unwrap_err();
    assert!(matches!(error, ChangeError::Invalid { field: "server", .. }), "{error}");
    assert_eq!(world.text("a.yml"), FILE);
}

#[test]
fn tls_options_keep_what_their_form_does_not_know() {
    let text = "tls:\n  options:\n    a:\n      minVersion: VersionTLS12   # enough\n      disableSessionTickets: true\n      cipherSuites:\n        - TLS_A   # good\n        - TLS_B\n";
    let world = World::new([("a.yml", text)]);
    let options = |name: &str| ObjectRef::new(None, ObjectKind::TlsOptions, name);
    let form = TlsOptionsForm {
        min_version: Some("VersionTLS13".to_owned()),
        sni_strict: Some(true),
        cipher_suites: Some(vec!["TLS_A".to_owned()]),
        client_auth_type: Some("NoClientCert".to_owned()),
        ..TlsOptionsForm::default()
    };
    let form = ObjectForm::edit(options("a"), ObjectContent::TlsOptions(form));
    world.configuration.save_object(&terms(), &form).unwrap();
    let expected =
        text.replace("TLS12 ", "TLS13 ").replace("        - TLS_B\n", "") + "      sniStrict: true\n";
    assert_eq!(world.text("a.yml"), expected);
    assert!(world.configuration.save_object(&terms(), &form).unwrap().files.is_empty());
    let new = ObjectForm {
        edit_of: None::<ObjectId>,
        ..ObjectForm::new(
            options("b"),
            ObjectContent::TlsOptions(TlsOptionsForm {
                client_auth_type: Some("RequireAndVerifyClientCert".to_owned()),
                client_auth_ca_files: Some(vec!["ca.pem".to_owned()]),
                ..TlsOptionsForm::default()
            }),
        )
    };
    world.configuration.save_object(&terms(), &new).unwrap();
    assert!(world.text("a.yml").contains("clientAuthType: RequireAndVerifyClientCert"));
}
