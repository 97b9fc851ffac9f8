//! What programs get to read, and what they can change.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::json;
use support::{House, Plan, traefik::live_router};
use traefik_manager_core::traefik::{Protocol, live::LiveStatus};

const FILE: &str = include_str!("../examples/media.yml");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_routes_has_the_contract_s_shape() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
    let app =
        |name: &str| list["apps"].as_array().unwrap().iter().find(|app| app["name"] == name).unwrap().clone();
    assert_eq!(
        app("jellyfin"),
        json!({
            "id": "media.yml::jellyfin", "name": "jellyfin", "protocol": "http", "enabled": true,
            "rule": "Host(`media.example.com`) || Host(`tv.example.com`)", "service_name": "jellyfin-service",
            "serviceType": "loadBalancer", "target": "http://192.168.1.20:8096",
            "servers": ["http://192.168.1.20:8096", "http://192.168.1.21:8096"],
            "middlewares": ["secure-headers"], "entryPoints": ["websecure"], "entrypointMiddlewares": [],
            "tls": true, "certResolver": "cloudflare", "tlsOptionsProfile": "", "tlsDomains": [],
            "insecureSkipVerify": false, "passHostHeader": true, "stickyEnabled": false, "streaming": false,
            "headersPreset": {"owned": false, "exists": false, "state": "off", "toggles": {
                "perms": {}, "hsts": true, "nosniff": true, "frameDeny": true,
                "referrer": "strict-origin-when-cross-origin"}},
            "configFile": "media.yml", "provider": "file"
        })
    );
    assert_eq!(app("wiki")["tls"], true, "an empty tls section is TLS");
    assert_eq!(app("wiki")["target"], "N/A");
    assert_eq!(app("postgres")["tls"], json!({"passthrough": true, "certResolver": ""}));
    assert_eq!(app("dns")["rule"], "");
    assert_eq!(list["services"]["tcp"], json!(["postgres-service"]));
    assert_eq!(
        list["middlewares"][0],
        json!({"name": "secure-headers", "type": "http", "kind": "headers", "configFile": "media.yml",
               "yaml": "headers:\n  stsSeconds: 31536000\n  contentTypeNosniff: true\n"})
    );
    assert_eq!(list["configErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_are_reported_with_their_place_and_hide_nothing_else() {
    let house = House::with_files(&[
        ("a.yml", "http:\n  routers: [\n"),
        ("media.yml", FILE),
        ("null.yml", "http:\n"),
    ]);
    let device = house.device(true).await;
    let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
    assert_eq!(list["apps"].as_array().unwrap().len(), 6);
    assert_eq!(list["configErrors"][0]["file"], "a.yml");
    assert!(list["configErrors"][0]["line"].is_number());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_has_from_elsewhere_is_added_on_request() {
    let house = House::with_files(&[("media.yml", FILE)]);
    *house.traefik.routers.lock().unwrap() = vec![
        live_router(Protocol::Http, "jellyfin", "file", LiveStatus::Enabled),
        live_router(Protocol::Http, "whoami", "docker", LiveStatus::Disabled),
    ];
    let device = house.device(true).await;
    let all = device.send(Method::GET, "/api/routes/all", &[], "").await.json();
    let apps = all["apps"].as_array().unwrap();
    assert_eq!(apps.len(), 7);
    let foreign = apps.last().unwrap();
    assert_eq!((&foreign["id"], &foreign["provider"]), (&json!("whoami@docker"), &json!("docker")));
    assert_eq!(foreign["configFile"], "");
    assert_eq!(
        device.send(Method::GET, "/api/routes", &[], "").await.json()["apps"].as_array().unwrap().len(),
        6
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_small_answers_have_the_contract_s_shape() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    for (path, expected) in [
        ("/api/health", json!({"ok": true, "success": true})),
        (
            "/api/configs",
            json!({"ok": true, "success": true, "files": [{"label": "media.yml", "path": "/etc/traefik/dynamic/media.yml"}], "configDirSet": true}),
        ),
        (
            "/api/manager/version",
            json!({"ok": true, "success": true, "version": "1.2.3", "repo": "", "static_config_configured": true}),
        ),
        (
            "/api/traefik/version",
            json!({"ok": true, "success": true, "Version": "3.7.9", "Codename": "brie", "reachable": true}),
        ),
        ("/api/backups", json!([])),
        ("/api/manager/router-names", json!(["jellyfin", "photos", "wiki", "intranet", "postgres", "dns"])),
    ] {
        assert_eq!(device.send(Method::GET, path, &[], "").await.json(), expected, "{path}");
    }
    let status = device.send(Method::GET, "/api/auth/apikey/status", &[], "").await.json();
    assert_eq!(
        (&status["enabled"], &status["count"], &status["keys"][0]["name"]),
        (&json!(true), &json!(1), &json!("phone"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_by_hand_is_seen_at_once() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let before = device.send(Method::GET, "/api/routes", &[], "").await;
    house.files.edit_behind_the_back("media.yml", &FILE.replace("192.168.1.5", "192.168.1.6"));
    let after = device.send(Method::GET, "/api/routes", &[], "").await;
    assert!(
        before.text().contains("http://192.168.1.5:8080") && after.text().contains("http://192.168.1.6:8080")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_as_200_to_the_phone_and_with_their_status_to_others() {
    let house = House::with_files(&[("media.yml", FILE)]);
    for (fetch, expected) in [(true, StatusCode::OK), (false, StatusCode::NOT_FOUND)] {
        let device = house.device(fetch).await;
        for (path, body) in [
            ("/api/routes/nothing/toggle", "{}"),
            ("/api/routes/nothing/raw", r#"{"content":"http: {}"}"#),
            ("/delete/nothing", ""),
            ("/delete-middleware/nothing", ""),
            ("/api/restore/nothing.yml.20260101_000000.bak", ""),
            ("/api/backup/delete/nothing.yml.20260101_000000.bak", ""),
            ("/api/auth/apikey/revoke", r#"{"preview":"nothing"}"#),
        ] {
            let answer = device.send(Method::POST, path, &[], body).await;
            assert_eq!(answer.status, expected, "{path}: {}", answer.text());
            assert_eq!(answer.json()["ok"], false, "{path}");
        }
        device.send(Method::POST, "/api/auth/apikey/revoke", &[], r#"{"name":"phone"}"#).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_that_there_are_not_never_mean_this_host() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(false).await;
    for (path, body) in [
        ("/save", "agent_id=x&serviceName=new&targetIp=1.2.3.4&targetPort=80&domains=a.example.com"),
        ("/delete/jellyfin", "agent_id=x"),
        ("/save-middleware", "agent_id=x&middlewareName=m&middlewareContent=compress%3A+%7B%7D"),
        ("/delete-middleware/limit", "agent_id=x"),
        ("/api/routes/jellyfin/toggle?agent_id=x", ""),
    ] {
        assert_eq!(
            device.send(Method::POST, path, &[FORM], body).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_switched_off_and_on_again_byte_for_byte() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let path = "/api/routes/media.yml%3A%3Aphotos/toggle";
    let answer = device.send(Method::POST, path, &[], r#"{"enable":false}"#).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
    let photos = list["apps"].as_array().unwrap().iter().find(|app| app["name"] == "photos").unwrap();
    assert_eq!((&photos["enabled"], &photos["target"]), (&json!(false), &json!("http://192.168.1.20:2283")));
    assert!(!house.files.text("media.yml").unwrap().contains("photos.example.com"));
    assert_eq!(device.send(Method::POST, path, &[], "{}").await.json()["ok"], true, "absent means on");
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_route_that_is_off_is_said_to_be_saved() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let toggle = "/api/routes/media.yml%3A%3Aphotos/toggle";
    device.send(Method::POST, toggle, &[], r#"{"enable":false}"#).await;
    let form =
        "serviceName=photos&isEdit=true&originalId=media.yml%3A%3Aphotos&httpRule=Host(`new.example.com`)";
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = device.send(Method::POST, "/save", &headers, form).await;
    assert_eq!(answer.json()["message"], "route `photos` is saved");
    device.send(Method::POST, toggle, &[], "{}").await;
    assert!(house.files.text("media.yml").unwrap().contains("new.example.com"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_in_braces_with_comments_comes_on_again() {
    let text = "http: {\n  routers: {\n    a: {\n      rule: Host(`a`), # mine\n      service: s\n    },\n    \
                b: {rule: Host(`b`), service: s}\n  },\n  services: {s: {loadBalancer: {servers: [{url: \
                \"http://10.0.0.5\"}]}}}\n}\n";
    let house = House::with_files(&[("a.yml", text)]);
    let device = house.device(true).await;
    for body in [r#"{"enable":false}"#, r#"{"enable":true}"#] {
        let answer = device.send(Method::POST, "/api/routes/a.yml%3A%3Aa/toggle", &[], body).await;
        assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    }
    assert_eq!(house.files.text("a.yml").unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_s_form_adds_edits_renames_and_deletes_a_route() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let new = "serviceName=blog&protocol=http&isEdit=false&originalId=&configFile=media.yml&agent_id=&subdomain=blog&domains=example.com&targetIp=10.0.0.9&targetIp=&targetIp=&targetPort=8080&targetPort=&targetPort=&entryPoints=websecure&entryPoints=&certResolver=cloudflare&certResolver=__none__&middlewares=limit%2C+secure-headers&scheme=http&passHostHeader=true&insecureSkipVerify=false&tlsOptionsProfile=";
    let answer = device.send(Method::POST, "/save", &[FORM], new).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    let find = async |name: &str| {
        let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
        list["apps"].as_array().unwrap().iter().find(|app| app["name"] == name).cloned()
    };
    let blog = find("blog").await.unwrap();
    assert_eq!(blog["rule"], "Host(`blog.example.com`)");
    assert_eq!(blog["target"], "http://10.0.0.9:8080");
    assert_eq!(blog["middlewares"], json!(["limit", "secure-headers"]));
    assert_eq!((&blog["entryPoints"], &blog["certResolver"]), (&json!(["websecure"]), &json!("cloudflare")));
    let text = house.files.text("media.yml").unwrap();
    let again = new.replace("isEdit=false&originalId=", "isEdit=true&originalId=media.yml%3A%3Ablog");
    assert_eq!(device.send(Method::POST, "/save", &[FORM], &again).await.json()["ok"], true);
    assert_eq!(house.files.text("media.yml").unwrap(), text, "saving without a change changes nothing");
    let renamed = again.replace("serviceName=blog", "serviceName=journal");
    assert_eq!(device.send(Method::POST, "/save", &[FORM], &renamed).await.json()["ok"], true);
    assert!(find("blog").await.is_none() && find("journal").await.is_some());
    let answer =
        device.send(Method::POST, "/delete/journal", &[FORM], "configFile=media.yml&agent_id=").await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    assert_eq!(house.files.text("media.yml").unwrap(), FILE, "nothing is left of it");
    let backups = device.send(Method::GET, "/api/backups", &[], "").await.json();
    assert_eq!(backups.as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn tcp_and_udp_routes_take_single_fields_and_positional_ones() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    for (body, name, target) in [
        (
            "serviceName=mail&protocol=tcp&targetIp=10.0.0.1&targetPort=993&tcpRule=HostSNI(%60*%60)&useTls=false",
            "mail",
            "10.0.0.1:993",
        ),
        (
            "serviceName=ssh&protocol=tcp&targetIp=&targetIp=10.0.0.2&targetIp=&targetPort=&targetPort=22&targetPort=&tcpRule=HostSNI(%60*%60)",
            "ssh",
            "10.0.0.2:22",
        ),
        (
            "serviceName=syslog&protocol=udp&targetIp=&targetIp=&targetIp=10.0.0.3&targetPort=&targetPort=&targetPort=514&udpEntryPoint=syslog",
            "syslog",
            "10.0.0.3:514",
        ),
        (
            "serviceName=lb&protocol=tcp&tcpRule=HostSNI(%60*%60)&backendsJsonTcp=%7B%22servers%22%3A%5B%7B%22host%22%3A%22a%22%2C%22port%22%3A%221%22%7D%2C%7B%22host%22%3A%22b%22%2C%22port%22%3A%222%22%7D%5D%7D",
            "lb",
            "a:1",
        ),
    ] {
        let answer = device.send(Method::POST, "/save", &[FORM], body).await;
        assert_eq!(answer.json()["ok"], true, "{name}: {}", answer.text());
        let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
        let app = list["apps"].as_array().unwrap().iter().find(|app| app["name"] == name).unwrap().clone();
        assert_eq!(app["target"], target, "{name}");
    }
}

/// As scripts for 1.5.2 make one: a rule is only needed to tell names apart.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_tcp_route_without_a_name_takes_every_connection() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let rule = async |name: &str| {
        let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
        let apps = list["apps"].as_array().unwrap().clone();
        apps.into_iter().find(|app| app["name"] == name).map_or(json!(null), |app| app["rule"].clone())
    };
    for (name, more, expected) in [
        ("bare", "", "HostSNI(`*`)"),
        ("empty", "&tcpRule=&subdomain=", "HostSNI(`*`)"),
        ("of-a-form", "&subdomain=&domain=example.com&domains=example.com", "HostSNI(`*`)"),
        ("named", "&subdomain=db&domain=example.com&useTls=true", "HostSNI(`db.example.com`)"),
    ] {
        let body = format!("serviceName={name}&protocol=tcp&targetIp=10.0.0.1&targetPort=5432{more}");
        let answer = device.send(Method::POST, "/save", &[FORM], &body).await;
        assert_eq!(answer.json()["ok"], true, "{name}: {}", answer.text());
        assert_eq!(rule(name).await, expected, "{name}");
    }
    // An edit that says nothing of the rule changes none.
    let body = "serviceName=named&protocol=tcp&isEdit=true&originalId=named&targetIp=10.0.0.2&targetPort=1&subdomain=&domain=example.com";
    let answer = device.send(Method::POST, "/save", &[FORM], body).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    assert_eq!(rule("named").await, "HostSNI(`db.example.com`)");
    // A page whose rule was left empty gets it back.
    let body = "serviceName=blank&protocol=tcp&ruleMode=rule&tcpRule=&targetIp=10.0.0.1&targetPort=1";
    let answer = device.send(Method::POST, "/save", &[FORM], body).await.json();
    assert_eq!((&answer["ok"], &answer["field"]), (&json!(false), &json!("tcpRule")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_read_and_written_as_yaml() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let raw = device.send(Method::GET, "/api/routes/media.yml%3A%3Aintranet/raw", &[], "").await.json();
    assert_eq!((&raw["configFile"], &raw["proto"]), (&json!("media.yml"), &json!("http")));
    let text = raw["raw"].as_str().unwrap();
    assert!(text.contains("intranet:") && text.contains("intranet-service:"));
    let changed = json!({"content": text.replace("8080", "9090")}).to_string();
    let answer = device.send(Method::POST, "/api/routes/media.yml%3A%3Aintranet/raw", &[], &changed).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    assert_eq!(house.files.text("media.yml").unwrap(), FILE.replace("192.168.1.5:8080", "192.168.1.5:9090"));
    let broken = json!({"content": "http:\n  routers: [\n"}).to_string();
    let answer =
        device.send(Method::POST, "/api/routes/media.yml%3A%3Aintranet/raw", &[], &broken).await.json();
    assert_eq!(answer["ok"], false);
    assert!(answer["line"].is_number() && answer["column"].is_number(), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn middlewares_are_saved_and_those_in_use_stay() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(false).await;
    let new = "middlewareName=gzip&middlewareContent=compress%3A%0A++minResponseBodyBytes%3A+1024%0A&mwProtocol=http&isMwEdit=false&originalMwId=&configFile=&agent_id=";
    let answer = device.send(Method::POST, "/save-middleware", &[FORM], new).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    assert!(house.files.text("media.yml").unwrap().contains("gzip:"));
    let answer = device.send(Method::POST, "/delete-middleware/limit", &[FORM], "").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json()["message"].as_str().unwrap().contains("photos"), "it names who uses it");
    let answer = device.send(Method::POST, "/delete-middleware/gzip", &[FORM], "").await;
    assert_eq!(answer.json()["ok"], true);
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
    let answer = device
        .send(Method::POST, "/save-middleware", &[FORM], "middlewareName=x&middlewareContent=a%3A+%5B")
        .await;
    assert_eq!(
        (answer.status, &answer.json()["field"]),
        (StatusCode::BAD_REQUEST, &json!("middlewareContent"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_script_keeps_what_was_typed() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let fields = [
        ("serviceName", "bad/name"),
        ("protocol", "http"),
        ("ruleMode", "hosts"),
        ("hosts", "one.example.com\r\ntwo.example.com"),
        ("server", "http://10.0.0.1:81"),
        ("server", "http://10.0.0.2:81"),
        ("certResolver", "__none__"),
        ("passHostHeader", "false"),
    ];
    let page = owner.submit("/save", &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    for typed in [
        "value=\"bad/name\"",
        "two.example.com",
        "http://10.0.0.2:81",
        "value=\"__none__\" selected",
        "class=\"wrong\"",
    ] {
        assert!(page.text().contains(typed), "{typed}");
    }
    assert!(
        !page.text().contains(
            "id=\"passHostHeader\" type=\"checkbox\" name=\"passHostHeader\" value=\"true\" checked"
        )
    );
    let mut fields = fields;
    fields[0].1 = "good";
    let answer = owner.submit("/save", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/?q=good&done=saved"));
    let page = owner.get("/?q=good&done=saved").await;
    assert!(page.text().contains("Saved.") && page.text().contains("two.example.com"));
    let edit = owner.get("/routes/edit?id=media.yml%3A%3Agood").await;
    let (version, before) = (edit.field("version"), house.files.text("media.yml").unwrap());
    house.files.edit_behind_the_back("media.yml", &before.replace("10.0.0.1:81", "10.0.0.1:82"));
    let mut late = fields.to_vec();
    late.extend([("isEdit", "true"), ("originalId", "media.yml::good"), ("version", version.as_str())]);
    let page = owner.submit("/save", &late).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text().contains("10.0.0.1:82"), "it shows what somebody else has made of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_is_finished_when_its_client_is_gone() {
    let house = House::build(Plan { files: &[("media.yml", FILE)], held: true, ..Plan::default() });
    let device = house.device(true).await;
    {
        let path = "/api/routes/media.yml%3A%3Aphotos/toggle";
        let request = std::pin::pin!(device.send(Method::POST, path, &[], r#"{"enable":false}"#));
        tokio::select! {
            _ = request => panic!("the write is held"),
            () = house.held.write_began() => {}
        }
    }
    assert_eq!(house.files.text("media.yml").unwrap(), FILE, "not written yet, and nobody waits any more");
    house.held.let_go();
    house.app.finish_changes().await;
    assert!(!house.files.text("media.yml").unwrap().contains("photos.example.com"));
    assert_eq!(house.settings.stored().unwrap().disabled_routes.len(), 1);
}
