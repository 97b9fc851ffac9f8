//! Traefik's certificates and access log, and who may be knocked at: with files and a Traefik of one's own.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    backend, edge::Edge, eventually, free_tcp_port, manager::ManagerOptions, traefik::Traefik,
};

const CERTIFICATE: &str = include_str!("../../../../adapters/traefik-files/tests/certificates/example.pem");
/// Two that have ended in 2021.
const ENDED: [&str; 2] = [include_str!("ended.pem"), include_str!("ended-too.pem")];

async fn with_files(variables: &[(&str, &Path)], dynamic: &str) -> Edge {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("dynamic")).unwrap();
    fs::write(folder.path().join("dynamic/edge.yml"), dynamic).unwrap();
    let variables: Vec<(&str, String)> =
        variables.iter().map(|(name, path)| (*name, path.display().to_string())).collect();
    let borrowed: Vec<(&str, &str)> = variables.iter().map(|(name, path)| (*name, path.as_str())).collect();
    Edge::start_in(folder, &borrowed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_of_authorities_and_of_files_are_told_without_their_keys() {
    use base64::Engine as _;
    let disk = TempDir::new().unwrap();
    let acme = disk.path().join("acme.json");
    let chain = base64::engine::general_purpose::STANDARD.encode(CERTIFICATE);
    let kept = json!({"le": {"Account": {"PrivateKey": "HIDE-ME"}, "Certificates": [
        {"domain": {"main": "example.com", "sans": ["*.example.com"]}, "certificate": chain, "key": "HIDE-ME"}
    ]}});
    fs::write(&acme, kept.to_string()).unwrap();
    let pem = disk.path().join("own.pem");
    fs::write(&pem, CERTIFICATE).unwrap();
    let text = format!(
        "tls:\n  certificates:\n    - {{certFile: {}, keyFile: /nowhere}}\n    - {{certFile: /etc/passwd, keyFile: /nowhere}}\n",
        pem.display()
    );
    let edge = with_files(&[("ACME_JSON_PATH", &acme)], &text).await;
    let said = edge.key.get_json("/api/traefik/certs").await;
    assert_eq!((&said["ok"], &said["success"], said.get("error")), (&json!(true), &json!(true), None));
    let certs = said["certs"].as_array().unwrap();
    assert_eq!(certs.len(), 3);
    let of = |resolver: &str, with_end: bool| {
        let found =
            certs.iter().find(|one| one["resolver"] == resolver && one["not_after"].is_string() == with_end);
        found.unwrap().clone()
    };
    let le = of("le", true);
    assert_eq!(
        (&le["main"], &le["sans"], &le["source"]),
        (&json!("example.com"), &json!(["*.example.com"]), &json!("acme"))
    );
    assert!(
        le["not_after"].as_str().unwrap().starts_with("2036-11-24T")
            && le["not_after"].as_str().unwrap().ends_with('Z')
    );
    let own = of("file", true);
    assert_eq!((&own["certFile"], &own["source"]), (&json!(pem.display().to_string()), &json!("edge.yml")));
    let foreign = of("file", false);
    assert_eq!(foreign["error"], json!("/etc/passwd: no certificate can be read there from here"));
    assert!(!said.to_string().contains("HIDE-ME") && !edge.manager.log().contains("HIDE-ME"));

    fs::write(&acme, "{\"le\": {\"Certificates\": \"HIDE-ME\"}}").unwrap();
    let said = edge.key.get_json("/api/traefik/certs").await;
    assert!(said["error"].as_str().unwrap().contains("not what Traefik writes"), "{said}");
    assert_eq!(
        (said["ok"].clone(), said["certs"].as_array().unwrap().len()),
        (json!(false), 2),
        "the rest stays"
    );
    assert!(!said.to_string().contains("HIDE-ME"));
}

/// The clock is real here; what is told when is tested where it is not.
#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_once_of_certificates_that_end_also_after_a_restart() {
    use base64::Engine as _;
    let disk = TempDir::new().unwrap();
    let (acme, pem) = (disk.path().join("acme.json"), disk.path().join("own.pem"));
    let write = |names: &[&str]| {
        let all: Vec<_> = names
            .iter()
            .zip([CERTIFICATE, ENDED[0]])
            .map(|(name, text)| {
                let chain = base64::engine::general_purpose::STANDARD.encode(text);
                json!({"domain": {"main": name}, "certificate": chain})
            })
            .collect();
        fs::write(&acme, json!({"le": {"Certificates": all}}).to_string()).unwrap();
    };
    write(&["fine.example.com"]);
    fs::write(&pem, ENDED[1]).unwrap();
    let text = format!("tls:\n  certificates:\n    - {{certFile: {}, keyFile: /nowhere}}\n", pem.display());
    let mut edge = with_files(&[("ACME_JSON_PATH", &acme)], &text).await;
    let about = async |edge: &Edge| -> Vec<String> {
        let all = edge.key.get_json("/api/notifications").await;
        let texts = all.as_array().unwrap().iter().map(|notice| notice["msg"].as_str().unwrap().to_owned());
        texts.filter(|text| text.contains("ertificate")).collect()
    };
    let told = eventually("a word about the file", async || {
        Some(about(&edge).await).filter(|told| !told.is_empty())
    })
    .await;
    assert_eq!(told, ["The certificate of too.example.com ended at 2021-02-01 00:00 UTC"]);
    write(&["fine.example.com", "late.example.com"]);
    edge.crash_and_start().await;
    let told = eventually("a word about the other one", async || {
        Some(about(&edge).await).filter(|told| told.len() > 1)
    })
    .await;
    assert_eq!(
        told,
        [
            "The certificate of late.example.com ended at 2021-01-01 00:00 UTC",
            "The certificate of too.example.com ended at 2021-02-01 00:00 UTC"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_this_program_is_shown_as_a_log_or_as_certificates() {
    for name in ["ACCESS_LOG_PATH", "ACME_JSON_PATH"] {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("data/config")).unwrap();
        let key = folder.path().join("data/config/.secret_key");
        fs::write(&key, "0".repeat(64)).unwrap();
        let link = folder.path().join("looks-harmless.log");
        std::os::unix::fs::symlink(&key, &link).unwrap();
        for path in [&key, &link] {
            let options = ManagerOptions::new(folder.path()).variable(name, path.display().to_string());
            let (status, log) = options.run().await;
            assert!(!status.success(), "{log}");
            assert!(log.contains(name) && log.contains("a file of this program"), "{log}");
        }
    }
}

/// What the settings name counts from the next request on, over what the environment names; nothing is started again.
#[tokio::test(flavor = "multi_thread")]
async fn where_files_are_is_asked_of_the_settings_each_time() {
    let disk = TempDir::new().unwrap();
    let line = |path: &str| {
        format!(
            "10.0.0.9 - - [27/Nov/2026:10:00:00 +0000] \"GET {path} HTTP/1.1\" 200 5 \"-\" \"-\" 1 \"app@file\" \"http://10.0.0.1\" 1ms\n"
        )
    };
    let (old, new) = (disk.path().join("old.log"), disk.path().join("new.log"));
    fs::write(&old, line("/old")).unwrap();
    fs::write(&new, line("/new")).unwrap();
    let acme = disk.path().join("acme.json");
    fs::write(
        &acme,
        "{\"le\": {\"Certificates\": [{\"domain\": {\"main\": \"named.test\"}, \"certificate\": \"\"}]}}",
    )
    .unwrap();
    let edge = with_files(&[("ACCESS_LOG_PATH", &old)], "http: {}\n").await;
    let says = async |path: &str, wanted: &str| {
        eventually(&format!("{wanted} in {path}"), async || {
            let said = edge.key.get_json(path).await.to_string();
            said.contains(wanted).then_some(said)
        })
        .await
    };
    says("/api/traefik/logs", "/old").await;
    assert!(!edge.key.get_json("/api/traefik/certs").await.to_string().contains("named.test"));

    let settings = edge.folder.path().join("data/config/manager.yml");
    let before = fs::read_to_string(&settings).unwrap();
    let is_kept = |line: &&str| !line.starts_with("access_log_path") && !line.starts_with("acme_json_path");
    let unnamed = before.lines().filter(is_kept).collect::<Vec<_>>().join("\n");
    let name = |log: &Path| {
        let paths = [("access_log_path", log), ("acme_json_path", &acme)];
        let lines = paths.map(|(key, path)| format!("\n{key}: {}", path.display())).concat();
        fs::write(&settings, format!("{unnamed}{lines}\n")).unwrap();
    };
    name(&new);
    let said = says("/api/traefik/logs", "/new").await;
    assert!(!said.contains("/old"), "{said}");
    says("/api/traefik/certs", "named.test").await;

    let key = settings.with_file_name(".secret_key");
    name(&key);
    let said = says("/api/traefik/logs", "a file of this program").await;
    assert!(!said.contains(fs::read_to_string(&key).unwrap().trim()), "{said}");
    fs::write(&settings, &unnamed).unwrap();
    says("/api/traefik/logs", "/old").await;
}

/// The lines as the real Traefik writes them, in both of its formats, while it writes them.
#[tokio::test(flavor = "multi_thread")]
async fn the_access_log_of_a_running_traefik_is_read_as_it_grows() {
    for format in ["common", "json"] {
        let folder = TempDir::new().unwrap();
        let dynamic = folder.path().join("dynamic");
        fs::create_dir(&dynamic).unwrap();
        let app = backend::Http::start("hello").await;
        let text = format!(
            "http:\n  routers:\n    app: {{rule: 'Host(`app.test`)', service: app, entryPoints: [web]}}\n  services:\n    app: {{loadBalancer: {{servers: [{{url: '{}'}}]}}}}\n",
            app.url
        );
        fs::write(dynamic.join("edge.yml"), text).unwrap();
        let Some(mut traefik) = Traefik::start(&dynamic).await else { return };
        let log = folder.path().join("access.log");
        let mut own = fs::read_to_string(traefik.static_file()).unwrap();
        write!(own, "accessLog:\n  filePath: {}\n  format: {format}\n", log.display()).unwrap();
        fs::write(traefik.static_file(), own).unwrap();
        traefik.restart().await;
        traefik.wait_for_router("http", "app@file").await;
        let path = log.display().to_string();
        let edge = Edge::start_in(folder, &[("ACCESS_LOG_PATH", &path)]).await;
        let visitor = traefik.visitor("app.test");
        visitor.get("/first?token=hunter2&page=3").await;
        let said = eventually("the first line", async || {
            let said = edge.key.get_json("/api/traefik/logs?q=/first").await;
            (said["lines"].as_array().unwrap().len() == 1).then_some(said)
        })
        .await;
        let line = said["lines"][0].as_str().unwrap();
        assert!(line.contains("token=…") && line.contains("page=3") && !line.contains("hunter2"), "{line}");
        traefik.visitor("nobody.test").get("/nothing").await;
        for number in 0..5 {
            visitor.get(&format!("/n{number}")).await;
        }
        eventually("all lines", async || {
            let said = edge.key.get_json("/api/traefik/logs?q=/n4").await;
            (said["lines"].as_array().unwrap().len() == 1).then_some(())
        })
        .await;
        let count = async |query: &str| {
            let said = edge.key.get_json(&format!("/api/traefik/logs?lines=1000&{query}")).await;
            assert_eq!((&said["ok"], &said["success"]), (&json!(true), &json!(true)), "{said}");
            said["lines"].as_array().unwrap().len()
        };
        assert_eq!(count("status=404").await, 1, "{format}");
        assert_eq!(count("status=4xx&method=get").await, 1, "{format}");
        assert_eq!(count("router=app@file").await, 6, "{format}");
        assert_eq!(count("q=hunter2").await, 0, "{format}: what is hidden cannot be found");
        if format == "json" {
            assert_eq!(count("host=nobody.test").await, 1);
        }
        let newest = edge.key.get_json("/api/traefik/logs?lines=2").await;
        let lines: Vec<&str> =
            newest["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        assert!(lines[0].contains("/n3") && lines[1].contains("/n4"), "the oldest first: {lines:?}");
        let before = newest["before"].as_u64().unwrap();
        let older = edge.key.get_json(&format!("/api/traefik/logs?lines=1&before={before}")).await;
        assert!(older["lines"][0].as_str().unwrap().contains("/n2"), "{older}");
        assert_eq!(edge.key.get("/api/traefik/logs?lines=abc").await.status.as_u16(), 400);
        assert_eq!(edge.key.get("/api/traefik/logs?status=haha").await.status.as_u16(), 400);

        fs::rename(&log, log.with_extension("1")).unwrap();
        let said = edge.key.get_json("/api/traefik/logs").await;
        assert!(said["error"].as_str().unwrap().contains("is not there"), "{said}");
        assert_eq!((&said["ok"], &said["lines"]), (&json!(false), &json!([])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_configuration_names_is_knocked_at() {
    let app = backend::Http::start("hello").await;
    let dead = free_tcp_port();
    let text = format!(
        "http:\n  routers:\n    app: {{rule: 'Host(`app.example.com`)', service: app}}\n    lo: {{rule: 'Host(`127.0.0.1`)', service: app}}\n    meta: {{rule: 'Host(`169.254.169.254`)', service: app}}\n  services:\n    app: {{loadBalancer: {{servers: [{{url: '{}'}}, {{url: 'http://127.0.0.1:{dead}'}}]}}}}\n",
        app.url
    );
    let edge = with_files(&[], &text).await;
    let ping = async |url: &str, fallback: &str| {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("url", url)
            .append_pair("fallback", fallback)
            .finish();
        let answer = edge.key.get(&format!("/api/ping?{query}")).await;
        (answer.status.as_u16(), answer.json())
    };
    let (status, said) = ping(&app.url, "").await;
    assert_eq!((status, &said["ok"], &said["status_code"]), (200, &json!(true), &json!(200)), "{said}");
    assert!(said["latency_ms"].is_number());
    let (_, said) = ping(&format!("http://127.0.0.1:{dead}"), &app.url).await;
    assert_eq!((&said["ok"], &said["via_target"]), (&json!(true), &json!(true)), "{said}");
    let (status, said) = ping(&format!("http://127.0.0.1:{dead}/x"), "").await;
    assert_eq!((status, &said["ok"], &said["latency_ms"]), (200, &json!(false), &json!(null)));
    assert!(said["error"].as_str().unwrap().contains("refused"), "{said}");
    let (status, said) = ping(&edge.manager.url, "").await;
    let itself = json!({"ok": true, "success": true, "latency_ms": 0, "status_code": 200, "self": true});
    assert_eq!((status, said), (200, itself), "nobody asks himself");
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/",
        "http://example.com",
        "http://127.0.0.1:22",
        "http://evil@127.0.0.1",
        "http://2852039166/",
    ] {
        let (status, said) = ping(url, "").await;
        assert_eq!(
            (status, &said["ok"], &said["success"]),
            (403, &json!(false), &json!(false)),
            "{url}: {said}"
        );
    }
    for url in ["", "ftp://app.example.com", "file:///etc/passwd", "app.example.com"] {
        assert_eq!(ping(url, "").await.0, 400, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_not_is_said_as_the_phone_app_understands_it() {
    let edge = Edge::start().await;
    assert_eq!(edge.key.get_json("/api/agents").await, json!({"ok": true, "success": true, "agents": []}));
    let geoip = edge.key.get_json("/api/geoip/status").await;
    assert_eq!((&geoip["enabled"], &geoip["available"]), (&json!(false), &json!(false)));
    let phone = edge.manager.client().with_api_key(&edge.secret).with_header("X-Requested-With", "fetch");
    for path in ["/api/crowdsec/decisions", "/api/crowdsec/alerts"] {
        let answer = phone.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].is_string()), (404, true), "{path}");
    }
    let client = edge.key.get_json("/api/diagnostics/client-ip").await;
    assert_eq!(
        (&client["effective_ip"], &client["effective_class"], &client["proxy_hops"]),
        (&json!("127.0.0.1"), &json!("loopback"), &json!(0))
    );
    let version = edge.key.get_json("/api/manager/version").await;
    assert_eq!((&version["ok"], version["version"].is_string()), (&json!(true), true));
}
