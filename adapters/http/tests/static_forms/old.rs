//! The sections of the static configuration in the words of 1.5.2's JSON, and the schema that editors ask for.

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::{GOOD, house};

#[tokio::test]
async fn the_sections_of_old_merge_and_do_not_replace() {
    let house = house(GOOD);
    let phone = house.device(false).await;
    let ask = async |body: serde_json::Value| phone.post_json("/api/static/section", &body.to_string()).await;
    let edit = |name: &str, data: serde_json::Value| json!({"action": "edit", "section": "providers", "name": name, "data": data});
    let answer = ask(edit("docker", json!({"yaml_config": "exposedByDefault: false\n"}))).await.json();
    let raw = answer["raw"].as_str().unwrap();
    assert_eq!(raw, GOOD.replace("{network: edge}", "{network: edge, exposedByDefault: false}"));
    let nomad = "nomad:\n  endpoint:\n    address: http://nomad:4646\n";
    let answer = ask(
        json!({"action": "add", "section": "providers", "name": "nomad", "data": {"yaml_config": nomad}}),
    )
    .await;
    assert!(
        answer.json()["raw"]
            .as_str()
            .unwrap()
            .ends_with("  nomad:\n    endpoint:\n      address: http://nomad:4646\n"),
        "{}",
        answer.text()
    );
    let unknown = ask(edit("marathon", json!({"yaml_config": "a: b"}))).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST, "{}", unknown.text());
    let renamed = json!({"action": "edit", "section": "entrypoints", "name": "http", "old_name": "web",
        "data": {"address": ":8080", "redirect_to": "websecure", "http3": false}});
    let answer = ask(renamed).await.json();
    assert_eq!(
        answer["parsed"]["certificatesResolvers"]["le"]["acme"]["httpChallenge"]["entryPoint"], "http",
        "{answer}"
    );
    assert!(answer["raw"].as_str().unwrap().contains("address: ':8080'   # plain"), "{answer}");
    let remove = json!({"action": "remove", "section": "entrypoints", "name": "websecure"});
    let refused = ask(remove.clone()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.json()["error"].as_str().unwrap().contains("route `app`"), "{}", refused.text());
    let mut accepted = remove;
    accepted["accept_used"] = json!(true);
    assert!(ask(accepted).await.json()["parsed"]["entryPoints"].get("websecure").is_none());
    assert_eq!(house.static_file.writes(), 0);
}

/// Every section and action of 1.5.2, in its words.
#[tokio::test]
async fn every_action_of_old_does_what_it_did_and_keeps_the_rest() {
    let house = house(GOOD);
    let phone = house.device(true).await;
    for (body, at, expected) in [
        (
            json!({"action": "add", "section": "entrypoints", "name": "metrics", "data": {"address": ":9100"}}),
            "/entryPoints/metrics",
            json!({"address": ":9100"}),
        ),
        (
            json!({"action": "add", "section": "resolvers", "name": "dns", "data": {"email": "a@b.c",
                "storage": "dns.json", "challenge_type": "dnsChallenge", "provider": "cloudflare"}}),
            "/certificatesResolvers/dns/acme",
            json!({"email": "a@b.c", "storage": "dns.json", "dnsChallenge": {"provider": "cloudflare"}}),
        ),
        (
            json!({"action": "edit", "section": "resolvers", "name": "le", "data": {"challenge_type": "tlsChallenge"}}),
            "/certificatesResolvers/le/acme",
            json!({"storage": "acme.json", "tlsChallenge": {}}),
        ),
        (
            json!({"action": "add", "section": "plugins", "name": "geo",
                "data": {"moduleName": "github.com/a/geo", "version": "v1.0.0"}}),
            "/experimental/plugins/geo",
            json!({"moduleName": "github.com/a/geo", "version": "v1.0.0"}),
        ),
        (
            json!({"action": "set", "section": "api", "data": {"enabled": true, "dashboard": false, "debug": false}}),
            "/api",
            json!({"dashboard": false, "debug": false}),
        ),
        (
            json!({"action": "set", "section": "log",
                "data": {"level": "WARN", "accessLog": true, "accessLogPath": "/l"}}),
            "/accessLog",
            json!({"filePath": "/l"}),
        ),
        (
            json!({"action": "set", "section": "providers",
                "data": {"file": true, "fileDirectory": "/d", "fileWatch": true}}),
            "/providers",
            json!({"docker": {"network": "edge"}, "file": {"directory": "/d", "watch": true}}),
        ),
        (
            json!({"action": "set", "section": "providers", "data": {"docker": true, "dockerWatch": false}}),
            "/providers/docker",
            json!({"network": "edge", "watch": false}),
        ),
        (
            json!({"action": "remove", "section": "providers", "name": "docker"}),
            "/providers",
            serde_json::Value::Null,
        ),
        (
            json!({"action": "remove", "section": "resolvers", "name": "le", "accept_used": true}),
            "/certificatesResolvers",
            serde_json::Value::Null,
        ),
    ] {
        let answer = phone.post_json("/api/static/section", &body.to_string()).await.json();
        assert_eq!(answer["ok"], true, "{body}: {answer}");
        let found = answer["parsed"].pointer(at).cloned().unwrap_or_default();
        assert_eq!(found, expected, "{body}: {}", answer["raw"]);
        assert!(answer["raw"].as_str().unwrap().contains("address: ':80'   # plain\n"), "{answer}");
    }
    assert_eq!(house.static_file.writes(), 0);
}

#[tokio::test]
async fn the_schema_of_the_static_configuration_can_be_had() {
    let house = house(GOOD);
    let device = house.device(false).await;
    let schema = device.send(Method::GET, "/api/schema?version=3.7&of=static", &[], "").await.json();
    let names: Vec<&str> = schema["mappings"][0]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"entryPoints") && names.contains(&"providers"), "{names:?}");
    let bad = device.send(Method::GET, "/api/schema?of=else", &[], "").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}
