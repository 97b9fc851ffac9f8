//! Services, middlewares, servers transports and TLS: their endpoints, and in `forms` their pages.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod forms;
#[path = "../support/mod.rs"]
mod support;

use hyper::{Method, StatusCode};
use serde_json::{Value as Json, json};
use support::House;

const FILE: &str = "\
# by hand
http:
  routers:
    shop:
      rule: Host(`shop.test`)
      service: split          # by weight
      middlewares: [safe]
      tls: {options: strict}
  services:
    split:
      weighted:
        services:
          - name: old   # the old one
            weight: 9
          - name: new
            weight: 1
    old:
      loadBalancer:
        serversTransport: inside
        passHostHeader: false
        servers:
          - url: http://10.0.0.1
            preservePath: true
          - url: http://10.0.0.3
            weight: 2
        sticky:
          cookie: {name: pin, sameSite: lax}
        healthCheck: {path: /up, interval: 10s, mode: http}
    new: {loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}}
    copy:
      mirroring:
        service: old
        mirrors:
          - name: new
            percent: 5
  middlewares:
    safe:
      headers: {frameDeny: true}
  serversTransports:
    inside:
      insecureSkipVerify: true   # our own
tcp:
  services:
    db:
      loadBalancer:
        servers:
          - address: 10.0.0.4:5432
tls:
  options:
    strict:
      minVersion: VersionTLS13
      cipherSuites: [TLS_A, TLS_B]
      clientAuth:
        caFiles: [ca.pem]
        clientAuthType: RequireAndVerifyClientCert
    default:
      minVersion: VersionTLS12
  stores:
    default:
      defaultCertificate: {certFile: a.pem, keyFile: a.key}
  certificates:
    - certFile: /certs/a.pem   # the first
      keyFile: /certs/a.key
";

fn house() -> House {
    House::with_files(&[("edge.yml", FILE), ("more.yml", "")])
}

fn names(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|object| object["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_listed_with_its_users() {
    let house = house();
    let device = house.device(false).await;
    for (path, key, expected) in [
        ("/api/services", "services", vec!["split", "old", "new", "copy", "db"]),
        ("/api/middlewares", "middlewares", vec!["safe"]),
        ("/api/transports", "transports", vec!["inside"]),
        ("/api/tls-stores", "stores", vec!["default"]),
        ("/api/tls-certificates", "certificates", vec!["/certs/a.pem"]),
    ] {
        let answer = device.send(Method::GET, path, &[], "").await.json();
        assert_eq!((&answer["ok"], names(&answer[key])), (&json!(true), expected), "{path}");
    }
    let services = device.send(Method::GET, "/api/services", &[], "").await.json();
    let old = &services["services"][1];
    assert_eq!((&old["protocol"], &old["kind"]), (&json!("http"), &json!("loadBalancer")));
    assert_eq!((&old["configFile"], &old["line"]), (&json!("edge.yml"), &json!(17)));
    assert_eq!(old["servers"], json!(["http://10.0.0.1", "http://10.0.0.3"]));
    assert_eq!((names(&old["users"]), &old["used"]), (vec!["split", "copy"], &json!(true)));
    assert_eq!(services["services"][3]["used"], false);
    assert_eq!(services["services"][0]["services"], json!(["old", "new"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_options_have_the_fields_that_they_had() {
    let house = house();
    let device = house.device(true).await;
    let list = device.send(Method::GET, "/api/tls-options", &[], "").await.json();
    let strict = &list.as_array().unwrap()[0];
    for (field, value) in [
        ("name", json!("strict")),
        ("configFile", json!("edge.yml")),
        ("configFilePath", json!("/etc/traefik/dynamic/edge.yml")),
        ("minVersion", json!("VersionTLS13")),
        ("maxVersion", json!("")),
        ("sniStrict", json!(false)),
        ("cipherSuites", json!(["TLS_A", "TLS_B"])),
        ("curvePreferences", json!([])),
        ("alpnProtocols", json!([])),
        ("clientAuthType", json!("RequireAndVerifyClientCert")),
        ("clientAuthCAs", json!(["ca.pem"])),
    ] {
        assert_eq!(strict[field], value, "{field}");
    }
    assert!(strict["yaml"].as_str().unwrap().starts_with("minVersion: VersionTLS13\n"));
    let body = json!({"name": "strict", "minVersion": "VersionTLS12", "sniStrict": true});
    let answer = device.post_json("/api/tls-options", &body.to_string()).await.json();
    assert_eq!(answer["ok"], true, "{answer}");
    let expected = FILE.replace("minVersion: VersionTLS13", "minVersion: VersionTLS12").replace(
        "        clientAuthType: RequireAndVerifyClientCert\n",
        "        clientAuthType: RequireAndVerifyClientCert\n      sniStrict: true\n",
    );
    assert_eq!(house.files.text("edge.yml").unwrap(), expected, "what was not sent stays");
    let body = json!({"name": "modern", "configFile": "more.yml", "minVersion": "VersionTLS13", "alpnProtocols": ["h2"]});
    device.post_json("/api/tls-options", &body.to_string()).await;
    let answer =
        device.send(Method::DELETE, "/api/tls-options/modern?configFile=more.yml", &[], "").await.json();
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(house.files.text("more.yml").unwrap(), "", "no empty section is left");
    let elsewhere = device.send(Method::DELETE, "/api/tls-options/modern?server=other", &[], "").await.json();
    assert_eq!(
        elsewhere["error"], "there is no agent of that id",
        "what is meant for another server is not done here"
    );
    let refused = device.send(Method::DELETE, "/api/tls-options/nothing", &[], "").await.json();
    assert_eq!(refused["ok"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_read_edited_renamed_and_deleted() {
    let house = house();
    let device = house.device(false).await;
    let answer = device.send(Method::GET, "/api/services/copy?configFile=edge.yml", &[], "").await;
    let read = answer.json();
    let tag = format!("\"{}\"", read["version"].as_str().unwrap());
    assert_eq!(answer.headers["etag"], tag.as_str());
    let yaml = read["yaml"].as_str().unwrap();
    assert_eq!(yaml, "mirroring:\n  service: old\n  mirrors:\n    - name: new\n      percent: 5\n");
    let mut body = json!({
        "originalName": "copy", "name": "copy", "version": read["version"], "yaml": yaml,
    });
    let saved = device.post_json("/api/services", &body.to_string()).await;
    assert_eq!((saved.status, &saved.json()["version"]), (StatusCode::OK, &read["version"]));
    assert_eq!(house.files.text("edge.yml").unwrap(), FILE);

    body["yaml"] = json!(yaml.replace('5', "50"));
    let saved = device.post_json("/api/services", &body.to_string()).await.json();
    assert_eq!(saved["ok"], true, "{saved}");
    let edited = FILE.replace("percent: 5", "percent: 50");
    assert_eq!(house.files.text("edge.yml").unwrap(), edited);
    let stale = device.post_json("/api/services", &body.to_string()).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);

    let rename = json!({"originalName": "old", "name": "first"}).to_string();
    assert_eq!(device.post_json("/api/services", &rename).await.json()["ok"], true);
    let renamed = edited
        .replace("    old:", "    first:")
        .replace("name: old ", "name: first ")
        .replace("service: old\n", "service: first\n");
    assert_eq!(house.files.text("edge.yml").unwrap(), renamed);

    let refused = device.send(Method::DELETE, "/api/services/first", &[], "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let refused = refused.json();
    assert_eq!((names(&refused["users"]), names(&refused["goes"])), (vec!["split", "copy"], vec!["copy"]));
    assert_eq!(names(&refused["loses"]), ["split"]);
    let stale = device.send(Method::DELETE, "/api/services/first?cascade=true&mark=x", &[], "").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(house.files.text("edge.yml").unwrap(), renamed);
    let path = format!("/api/services/first?cascade=true&mark={}", refused["mark"].as_str().unwrap());
    assert_eq!(device.send(Method::DELETE, &path, &[], "").await.json()["ok"], true);
    let text = house.files.text("edge.yml").unwrap();
    assert!(!text.contains("first:") && !text.contains("copy") && text.contains("- name: new"), "{text}");
}

/// What a deletion says may stand in the query, in the body, or in both.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_read_from_its_query_and_its_body() {
    let json_kind = [("content-type", "application/json")];
    let query = "/api/services/new?cascade=1&protocol=http";
    for (path, body, status, reason) in [
        (
            "/api/services/new?protocol=http",
            json!({ "version": "0" }),
            StatusCode::CONFLICT,
            "the body's version",
        ),
        (
            "/api/services/new?protocol=http",
            json!({ "dry_run": true, "cascade": true }),
            StatusCode::OK,
            "cascade",
        ),
        (query, json!({ "cascade": true, "dry_run": true }), StatusCode::OK, "both say the same"),
        (query, json!({ "cascade": false }), StatusCode::BAD_REQUEST, "which of them?"),
        (query, json!({ "protocol": "tcp" }), StatusCode::BAD_REQUEST, "which of them?"),
        (query, json!({ "configFile": "more.yml" }), StatusCode::NOT_FOUND, "the body's file"),
    ] {
        let house = house();
        let device = house.device(false).await;
        let answer = device.send(Method::DELETE, path, &json_kind, &body.to_string()).await;
        assert_eq!(answer.status, status, "{reason}: {path} {body}: {}", answer.text());
        assert_eq!(house.files.text("edge.yml").unwrap(), FILE, "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_its_field() {
    let house = house();
    let device = house.device(false).await;
    for (path, body, field) in [
        ("/api/services", json!({"yaml": "loadBalancer: {}"}), "name"),
        ("/api/services", json!({"name": "x"}), "yaml"),
        ("/api/services", json!({"name": "x", "yaml": "loadBalancer: ["}), "yaml"),
        ("/api/services", json!({"name": "x", "yaml": "servers: []"}), "yaml"),
        (
            "/api/services",
            json!({"name": "x", "loadBalancer.servers.url": ["http://a b"]}),
            "loadBalancer.servers",
        ),
        (
            "/api/services",
            json!({"name": "x", "loadBalancer.servers.url": "http://a", "loadBalancer.servers.weight": "many"}),
            "loadBalancer.servers",
        ),
        ("/api/services", json!({"name": "x", "loadBalancer.servers.url": []}), "loadBalancer.servers"),
        ("/api/middlewares", json!({"name": "x", "retry.attempts": "many"}), "retry.attempts"),
        ("/api/middlewares", json!({"name": "x", "retry.initialInterval": "soon"}), "retry.initialInterval"),
        ("/api/services", json!({"name": "a@b", "yaml": "loadBalancer: {}"}), "name"),
        ("/api/services", json!({"name": "x", "protocol": "sctp", "yaml": "a: b"}), "protocol"),
        ("/api/transports", json!({"name": "x", "protocol": "udp", "yaml": "a: b"}), "protocol"),
        ("/api/transports", json!({"name": "x", "configFile": "../x", "yaml": "a: b"}), "configFile"),
        ("/api/tls-certificates", json!({"yaml": "- a"}), "yaml"),
    ] {
        let answer = device.post_json(path, &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
        assert_eq!(answer.json()["field"], field, "{body}: {}", answer.text());
    }
    let taken = json!({"name": "old", "yaml": "loadBalancer: {servers: []}"});
    assert_eq!(device.post_json("/api/services", &taken.to_string()).await.status, StatusCode::CONFLICT);
    for path in ["/api/services/nothing", "/api/transports/nothing", "/api/tls-stores/nothing"] {
        assert_eq!(device.send(Method::GET, path, &[], "").await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(device.send(Method::DELETE, path, &[], "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(house.files.text("edge.yml").unwrap(), FILE);
}
