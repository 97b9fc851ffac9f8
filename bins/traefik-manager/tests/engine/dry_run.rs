//! Every endpoint that writes configuration shows what it would do, and does nothing.

use std::{collections::BTreeSet, fs};

use hyper::Method;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use traefik_manager_http::{Door, endpoints};

use crate::{
    bytes_below,
    support::{
        edge::{Edge, HAND_WRITTEN},
        eventually, free_tcp_port,
    },
};

const OBJECTS: &str = "
http:
  services:
    spare: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}
  middlewares:
    calm: {rateLimit: {average: 10}}
  serversTransports:
    slow: {disableHTTP2: true}
tls:
  options:
    strict: {minVersion: VersionTLS12}
  stores:
    default: {defaultCertificate: {certFile: a.pem, keyFile: a.key}}
  certificates:
    - {certFile: b.pem, keyFile: b.key}
";

/// A plugin that nothing uses.
const SPARE: &str =
    "experimental:\n  plugins:\n    spare:\n      moduleName: github.com/a/spare\n      version: v1.0.0\n";

/// What writes no configuration: accounts, keys, copies, and the word that a change stays.
const OTHERS: &[&str] = &[
    "/account/otp/disable",
    "/account/otp/enable",
    "/account/otp/recovery",
    "/account/otp/setup",
    "/api/auth/otp/disable",
    "/api/auth/otp/enable",
    "/api/auth/otp/recovery",
    "/api/auth/otp/setup",
    "/api/auth/sessions/revoke-others",
    "/api/auth/sessions/{*id}/revoke",
    "/sessions/end",
    "/sessions/end-others",
    "/static/restart",
    "/api/static/restart",
    // Shows a text, and writes nothing.
    "/api/static/section",
    "/backups/create",
    "/backups/delete",
    "/history/keep",
    "/keys",
    "/keys/revoke",
    "/setup",
    "/settings",
    "/api/settings",
    "/api/settings/test-connection",
    "/api/setup/test-connection",
    "/api/auth/apikey/generate",
    "/api/auth/apikey/revoke",
    "/api/backup/create",
    "/api/backup/static/create",
    "/api/static/backup/create",
    "/api/history/{*id}/keep",
    "/api/backup/delete/{*id}",
    // Pending changes collect; `/static/review` shows what applying them would do.
    "/static/raw",
    "/static/edit",
    "/static/paste",
    "/static/remove",
    "/static/carry-over",
    "/static/discard",
    "/static/apply",
    // There is no repository here; `adapters/http/tests/git.rs` tries a restore from one.
    "/backups/git/push",
    "/backups/git/restore",
    "/api/backup/git/push",
    "/api/backup/git/test",
    "/api/backup/git/restore/{*id}",
    "/api/backup/git/repo",
    "/settings/interface",
    "/settings/backups",
    "/settings/notifications",
    "/api/settings/tabs",
    "/api/settings/ui",
    "/api/settings/webhook-test",
    "/dashboard/groups",
    "/dashboard/tile",
    "/api/dashboard/config",
    "/notifications/delete",
    "/notifications/clear",
    "/api/notifications/add",
    "/api/notifications/clear",
    "/api/notifications/delete",
    "/api/notifications/update",
    "/middlewares/templates",
    "/middlewares/templates/delete",
    "/api/mw/templates",
    "/api/mw/templates/{*id}",
    "/tools",
    "/api/tools/htpasswd",
    "/api/tools/digestauth",
];

/// What has no version of its own: their `If-Match` names the revisions of the files that a dry run has told of.
const GO_BY_FILES: &[&str] = &[
    "/api/history/",
    "/api/plugins/",
    "/api/restore/",
    "/history/undo",
    "/middlewares/save",
    "/save-middleware",
    "/services/save",
    "/tls/save",
    "/transports/save",
];

/// A request to an endpoint that would change something, were it meant in earnest.
fn request(
    path: &str,
    change: &str,
    backup: &str,
    static_backup: &str,
    [revision, static_revision]: [&str; 2],
) -> Option<Vec<(String, Json)>> {
    let at = |id: &str| path.replace("{*id}", id);
    let tls = json!({ "name": "other", "yaml": "minVersion: VersionTLS13\n", "kind": "options" });
    let raw = HAND_WRITTEN.replace("priority: 1", "priority: 2");
    let route = json!({
        "serviceName": "app", "protocol": "http", "httpRule": "Host(`app.test`)", "targetIp": "10.0.0.1", "targetPort": "80",
        "entryPoints": ["web"], "certResolver": "__disabled__"
    });
    let content =
        "http:\n  routers:\n    wild:\n      rule: Host(`wild.test`)\n      service: wild-service\n"
            .to_owned();
    Some(match path {
        "/save" => vec![(at(""), route)],
        "/delete/{*id}" => vec![(at("edge.yml::wild"), json!({}))],
        "/save-middleware" => {
            vec![(at(""), json!({ "middlewareName": "new", "middlewareContent": "compress: {}\n" }))]
        }
        "/delete-middleware/{*id}" => vec![(at("calm"), json!({}))],
        "/routes/toggle" => vec![(at(""), json!({ "off": "edge.yml::wild" }))],
        "/api/routes/{*id}/toggle" => vec![(at("edge.yml::wild"), json!({ "enable": false }))],
        "/routes/raw" => vec![(at(""), json!({ "id": "edge.yml::wild", "content": content }))],
        "/api/routes/{*id}/raw" => vec![(at("edge.yml::wild"), json!({ "content": content }))],
        "/files/edit" => {
            vec![(at(""), json!({ "file": "edge.yml", "content": raw, "revision": revision }))]
        }
        "/backups/restore" => {
            vec![(at(""), json!({ "name": backup })), (at(""), json!({ "name": static_backup }))]
        }
        "/api/restore/{*id}" => vec![(at(backup), json!({})), (at(static_backup), json!({}))],
        "/history/undo" => vec![(at(""), json!({ "change": change }))],
        "/api/history/{*id}/undo" => vec![(at(change), json!({}))],
        "/services/save" | "/api/services" => {
            vec![(at(""), json!({ "name": "new", "loadBalancer.servers.url": ["http://127.0.0.1:9"] }))]
        }
        "/services/delete" | "/api/services/{*id}" => vec![(at("spare"), json!({ "name": "spare" }))],
        "/middlewares/save" | "/api/middlewares" => {
            vec![(at(""), json!({ "name": "new", "yaml": "compress: {}\n" }))]
        }
        "/middlewares/delete" | "/api/middlewares/{*id}" => vec![(at("calm"), json!({ "name": "calm" }))],
        "/transports/save" | "/api/transports" => {
            vec![(at(""), json!({ "name": "new", "yaml": "disableHTTP2: true\n" }))]
        }
        "/transports/delete" | "/api/transports/{*id}" => vec![(at("slow"), json!({ "name": "slow" }))],
        "/tls/save" | "/api/tls-options" => vec![(at(""), tls)],
        "/api/plugins/install" => vec![(
            at(""),
            json!({ "static_yaml": "experimental: {plugins: {demo: {moduleName: github.com/a/demo, version: v1.0.0}}}" }),
        )],
        "/api/plugins/{*id}/remove" => vec![(at("spare"), json!({}))],
        "/api/static/config" => {
            let content = "entryPoints:\n  web:\n    address: ':81'\n";
            vec![(at(""), json!({ "content": content, "revision": static_revision }))]
        }
        "/tls/delete" | "/api/tls-options/{*id}" => {
            vec![(at("strict"), json!({ "name": "strict", "kind": "options" }))]
        }
        "/settings/self-route" | "/api/settings/self-route" => vec![(at(""), json!({ "domain": "tm.test" }))],
        "/api/tls-stores" => vec![(
            at(""),
            json!({ "name": "default", "originalName": "default", "yaml": "defaultCertificate: {certFile: c.pem, keyFile: c.key}\n" }),
        )],
        "/api/tls-stores/{*id}" => vec![(at("default"), json!({}))],
        "/api/tls-certificates" => vec![(at(""), json!({ "yaml": "certFile: c.pem\nkeyFile: c.key\n" }))],
        "/api/tls-certificates/{*id}" => vec![(at("b.pem"), json!({}))],
        _ => return None,
    })
}

/// What a page says that it was made from.
async fn revision_on(edge: &Edge, path: &str) -> String {
    let page = edge.key.send(Method::GET, path, &[("accept", "text/html")], "".into()).await.text();
    let (_, after) = page.split_once("name=\"revision\" value=\"").unwrap_or_else(|| panic!("{page}"));
    after.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_that_writes_can_be_tried() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("dynamic")).unwrap();
    fs::write(folder.path().join("dynamic/edge.yml"), HAND_WRITTEN).unwrap();
    fs::write(folder.path().join("dynamic/objects.yml"), OBJECTS).unwrap();
    let fixed = folder.path().join("traefik.yml");
    fs::write(&fixed, format!("entryPoints:\n  web:\n    address: ':80'\n{SPARE}")).unwrap();
    let (silent, file) = (format!("http://127.0.0.1:{}", free_tcp_port()), fixed.display().to_string());
    let edge = Edge::start_in(folder, &[("TRAEFIK_API_URL", &silent), ("STATIC_CONFIG_PATH", &file)]).await;
    // A change that can be undone, and copies that differ from what is there.
    let static_backup =
        edge.key.post_json("/api/static/backup/create", &json!({})).await.json()["name"].clone();
    let wild = json!({ "content": "http:\n  routers:\n    wild:\n      rule: Host(`a.test`)\n      service: wild-service\n" });
    let changed = edge.key.post_json("/api/routes/edge.yml::wild/raw", &wild).await;
    assert_eq!(changed.status.as_u16(), 200, "{}", changed.text());
    fs::write(&fixed, format!("entryPoints:\n  web:\n    address: ':8080'\n{SPARE}")).unwrap();
    let change = changed.json()["change"].to_string();
    let backups = edge.key.get_json("/api/backups").await;
    let backup = backups.as_array().unwrap().iter().find(|backup| backup["kind"] != "static").unwrap();
    let (backup, static_backup) = (backup["name"].as_str().unwrap(), static_backup.as_str().unwrap());
    let revision = revision_on(&edge, "/files/edit?file=edge.yml").await;
    let fixed = edge.key.get("/api/static/config").await;
    let static_revision = fixed.header("etag").trim_matches('"').to_owned();

    let notices = edge.folder.path().join("data/config/notifications.yml");
    eventually("the notice of the edit on disk", async || {
        fs::read_to_string(&notices).ok().filter(|text| text.contains("traefik.yml was changed on disk"))
    })
    .await;
    let before = bytes_below(edge.folder.path());
    let (mut unknown, mut ignoring) = (BTreeSet::new(), Vec::new());
    for endpoint in endpoints() {
        if endpoint.method == Method::GET || endpoint.door != Door::Inside || OTHERS.contains(&endpoint.path)
        {
            continue;
        }
        let Some(requests) =
            request(endpoint.path, &change, backup, static_backup, [&revision, &static_revision])
        else {
            unknown.insert(endpoint.path);
            continue;
        };
        for (path, body) in requests {
            let answer =
                edge.key.send_json(endpoint.method.clone(), &format!("{path}?dry_run=1"), &body).await;
            let text = answer.text();
            assert_eq!(answer.status.as_u16(), 200, "{} {path} {body}: {text}", endpoint.method);
            let shown = answer.json();
            let seen = shown["files"].as_array().unwrap().iter().filter_map(|file| file["revision"].as_str());
            let seen = seen.map(|revision| format!("\"{revision}\"")).collect::<Vec<_>>().join(", ");
            ignoring.extend(ignores_if_match(&edge, &endpoint.method, &path, &body, &seen).await);
            assert_eq!(shown["dry_run"], true, "{path}: {text}");
            assert_ne!(shown["diff"], "", "{path}: it would change something: {text}");
            let now = bytes_below(edge.folder.path());
            let differs: Vec<&String> = now
                .iter()
                // How often somebody asks for a restore is counted however it is meant.
                .filter(|(name, bytes)| {
                    before.get(*name) != Some(bytes) && !name.ends_with("/state/attempts")
                })
                .map(|(name, _)| name)
                .collect();
            assert!(
                differs.is_empty() && before.keys().all(|name| now.contains_key(name)),
                "{path}: {differs:?}"
            );
        }
    }
    assert!(unknown.is_empty(), "say what they would change, or that they change nothing: {unknown:?}");
    assert!(
        ignoring.is_empty(),
        "they change what they were told to have been seen otherwise: {ignoring:#?}"
    );
}

/// What an endpoint says where it should say that somebody else has been there since, or that nobody has.
async fn ignores_if_match(
    edge: &Edge,
    method: &Method,
    path: &str,
    body: &Json,
    seen: &str,
) -> Option<String> {
    let mut body = body.clone();
    // A form's own word on it counts before the header does.
    body.as_object_mut().unwrap().remove("revision");
    let ask = async |tag: &str| {
        let headers = [("content-type", "application/json"), ("if-match", tag)];
        let address = format!("{path}?dry_run=1");
        edge.key.send(method.clone(), &address, &headers, body.to_string().into()).await
    };
    let stale = ask("\"0000000000000000\"").await;
    if stale.status.as_u16() != 409 {
        return Some(format!("{method} {path}: {} {}", stale.status, stale.text()));
    }
    // What has a version of its own goes by that, and a file that is not there yet was seen by nobody.
    let goes_by_files = GO_BY_FILES.iter().any(|known| path.starts_with(known)) && !seen.is_empty();
    if goes_by_files {
        let right = ask(seen).await;
        return (right.status.as_u16() != 200).then(|| format!("{method} {path}: {seen} {}", right.text()));
    }
    None
}
