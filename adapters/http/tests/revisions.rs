//! Nobody writes over what he has not seen: `If-Match`, and the field of the pages' forms that says the same.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::collections::BTreeSet;

use hyper::{Method, StatusCode};
use serde_json::{Value as Json, json};
use support::{Answer, House, PASSWORD, Visitor};
use traefik_manager_http::{Door, endpoints};

const FILE: &str = "http:
  routers:
    media: {rule: Host(`media.example.com`), service: media}
  services:
    media: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}
";

/// What writes configuration of Traefik's: `tests/engine/dry_run.rs` of the program sends each of them a wrong
/// `If-Match`, and the right one.
const CONFIGURATION: &[&str] = &[
    "/api/history/{*id}/undo",
    "/api/middlewares",
    "/api/middlewares/{*id}",
    "/api/plugins/install",
    "/api/plugins/{*id}/remove",
    "/api/restore/{*id}",
    "/api/routes/{*id}/raw",
    "/api/routes/{*id}/toggle",
    "/api/services",
    "/api/services/{*id}",
    "/api/settings/self-route",
    "/api/static/config",
    "/api/tls-certificates",
    "/api/tls-certificates/{*id}",
    "/api/tls-options",
    "/api/tls-options/{*id}",
    "/api/tls-stores",
    "/api/tls-stores/{*id}",
    "/api/transports",
    "/api/transports/{*id}",
    "/backups/restore",
    "/delete-middleware/{*id}",
    "/delete/{*id}",
    "/files/edit",
    "/history/undo",
    "/middlewares/delete",
    "/middlewares/save",
    "/routes/raw",
    "/routes/toggle",
    "/save",
    "/save-middleware",
    "/services/delete",
    "/services/save",
    "/settings/self-route",
    "/tls/delete",
    "/tls/save",
    "/transports/delete",
    "/transports/save",
];

/// Where a revision has no meaning, and why.
const NO_REVISION: &[(&[&str], &str)] = &[
    (&["/login", "/login/otp", "/logout"], "somebody comes or goes; nothing is edited"),
    (
        &["/api/auth/change-password", "/force-change-password", "/password"],
        "whoever sets another password shows the present one, which is what he has seen",
    ),
    (
        &[
            "/account/otp/disable",
            "/account/otp/enable",
            "/account/otp/recovery",
            "/account/otp/setup",
            "/api/auth/otp/disable",
            "/api/auth/otp/enable",
            "/api/auth/otp/recovery",
            "/api/auth/otp/setup",
        ],
        "steps that are bound to the session, the password and a code of the secret in question",
    ),
    (
        &["/api/auth/toggle", "/settings/auth"],
        "one switch, set to what is named, by somebody who shows the password",
    ),
    (
        &[
            "/api/auth/sessions/revoke-others",
            "/api/auth/sessions/{*id}/revoke",
            "/sessions/end",
            "/sessions/end-others",
        ],
        "sessions end, whatever has become of them meanwhile",
    ),
    (
        &["/api/auth/apikey/generate", "/api/auth/apikey/revoke", "/keys", "/keys/revoke"],
        "a key is made or ends; none is ever changed",
    ),
    (&["/language", "/theme"], "a choice of this browser's, kept in its cookie"),
    (&["/setup"], "it answers until somebody has done it, and never again"),
    (
        &[
            "/api/auth/oidc/test",
            "/api/backup/git/test",
            "/api/settings/test-connection",
            "/api/settings/webhook-test",
            "/api/setup/test-connection",
            "/api/static/section",
            "/api/tools/digestauth",
            "/api/tools/htpasswd",
            "/settings/oidc/test",
            "/tools",
        ],
        "nothing is written",
    ),
    (&["/api/notifications/add", "/api/notifications/update"], "a notice is added to whatever there is"),
    (
        &[
            "/api/backup/create",
            "/api/backup/delete/{*id}",
            "/api/backup/static/create",
            "/api/static/backup/create",
            "/backups/create",
            "/backups/delete",
        ],
        "a copy never changes; it is made, or it goes",
    ),
    (
        &["/api/backup/git/push", "/api/backup/git/repo", "/backups/git/push"],
        "the copy elsewhere becomes what is here, or is forgotten here",
    ),
    (
        &["/api/backup/git/restore/{*id}", "/backups/git/restore"],
        "they honour the revisions of the files; `tests/git.rs` has a repository to try it with",
    ),
    (
        &["/api/history/{*id}/keep", "/history/keep"],
        "the number names a change that is on trial, and once it is kept or over, no other",
    ),
    (
        &[
            "/static/apply",
            "/static/carry-over",
            "/static/discard",
            "/static/edit",
            "/static/paste",
            "/static/raw",
            "/static/remove",
        ],
        "a session's own pending changes; they carry the revision of the file that they were begun from",
    ),
    (&["/api/static/restart", "/static/restart"], "Traefik is restarted with what is there"),
];

fn template(house: &House) -> String {
    let text = house.beside.templates.text();
    text.split_once("id: ").unwrap().1.lines().next().unwrap().trim().trim_matches('\'').to_owned()
}

/// Where what an endpoint changes is read, and a request that changes it; another one each round.
fn request(house: &House, path: &str, round: usize) -> Option<(&'static str, String, Json)> {
    let text = format!("round{round}");
    let at = |path: &str| path.to_owned();
    let settings = house.settings.stored().unwrap();
    let (read, path, body) = match path {
        "/settings" | "/api/settings" => {
            ("/api/settings", at(path), json!({ "domains": format!("{text}.test") }))
        }
        "/api/settings/tabs" => {
            ("/api/settings", at(path), json!({ "logs": !settings.visible_tabs.shows("logs") }))
        }
        "/settings/interface" => {
            ("/api/settings/ui", at(path), json!({ "logs": !settings.visible_tabs.shows("logs") }))
        }
        "/api/settings/ui" => (
            "/api/settings/ui",
            at(path),
            json!({ "ui_prefs": { "dashPodDensity": if settings.ui_prefs.density.as_deref() == Some("icons") { "list" } else { "icons" } } }),
        ),
        "/settings/backups" => ("/api/settings", at(path), json!({ "git_backup_branch": text })),
        "/settings/notifications" => {
            ("/api/settings", at(path), json!({ "webhook_url": format!("https://{text}.test/") }))
        }
        "/settings/oidc" | "/api/auth/oidc" => {
            ("/api/auth/oidc", at(path), json!({ "oidc_display_name": text, "current_password": PASSWORD }))
        }
        "/dashboard/groups" => ("/api/dashboard/config", at(path), json!({ "groups": text })),
        "/dashboard/tile" => (
            "/api/dashboard/config",
            at(path),
            json!({ "route": "media.yml::media", "display_name": text, "group": text }),
        ),
        "/api/dashboard/config" => (
            "/api/dashboard/config",
            at(path),
            json!({ "custom_groups": [{ "name": text }], "route_overrides": {} }),
        ),
        "/middlewares/templates" | "/api/mw/templates" => {
            ("/api/mw/templates", at(path), json!({ "name": text, "yaml": "compress: {}\n" }))
        }
        "/middlewares/templates/delete" => ("/api/mw/templates", at(path), json!({ "id": template(house) })),
        "/api/mw/templates/{*id}" => {
            let body = json!({ "name": text, "yaml": "compress: {}\n" });
            ("/api/mw/templates", path.replace("{*id}", &template(house)), body)
        }
        "/notifications/delete" | "/api/notifications/delete" => {
            let text = house.beside.notices.text();
            let at_line = text.lines().next().unwrap().split_once("ts: '").unwrap().1;
            ("/api/notifications", at(path), json!({ "ts": at_line.split_once('\'').unwrap().0 }))
        }
        "/notifications/clear" | "/api/notifications/clear" => ("/api/notifications", at(path), json!({})),
        _ => return None,
    };
    Some((read, path, body))
}

/// A script whose variable is empty has seen nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_tag_is_not_none() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let owner = house.owner().await;
    let body = json!({ "domains": ["two.test"] });
    for empty in ["\"\"", "", " "] {
        let refused = send(&owner, &Method::POST, "/api/settings", Some(empty), &body).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{empty:?}: {}", refused.text());
    }
    let saved = send(&owner, &Method::POST, "/api/settings", Some("*"), &body).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
}

async fn send(owner: &Visitor<'_>, method: &Method, path: &str, tag: Option<&str>, body: &Json) -> Answer {
    let mut headers = vec![("content-type", "application/json"), ("x-csrf-token", owner.token.as_str())];
    headers.extend(tag.map(|tag| ("if-match", tag)));
    owner.send(method.clone(), path, &headers, &body.to_string()).await
}

async fn tag(owner: &mut Visitor<'_>, path: &str) -> String {
    let answer = owner.send(Method::GET, path, &[("accept", "application/json")], "").await;
    let tag = answer.headers.get("etag").unwrap_or_else(|| panic!("{path} tells no ETag"));
    tag.to_str().unwrap().to_owned()
}

/// Everything that these endpoints may change.
fn state(house: &House) -> (String, [String; 3]) {
    let settings = house.settings.stored().unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        settings.domains,
        settings.visible_tabs,
        settings.ui_prefs,
        settings.git.branch,
        settings.webhook.url,
        settings.oidc.display_name,
        settings.agent_api_rate_limit
    );
    (shown, [&house.beside.dashboard, &house.beside.templates, &house.beside.notices].map(|file| file.text()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_that_writes_honours_what_was_seen_or_says_why_not() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let mut known: BTreeSet<&str> = CONFIGURATION.iter().copied().collect();
    for (paths, _) in NO_REVISION {
        known.extend(*paths);
    }
    let (mut unknown, mut wrong) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (round, endpoint) in endpoints().into_iter().enumerate() {
        if endpoint.method == Method::GET || endpoint.door == Door::Public {
            continue;
        }
        if known.contains(endpoint.path) {
            seen.insert(endpoint.path);
            continue;
        }
        // There is something to change and to take away.
        let filled = json!({ "name": "mine", "yaml": "compress: {}\n" });
        send(&owner, &Method::POST, "/api/mw/templates", None, &filled).await;
        send(&owner, &Method::POST, "/api/notifications/add", None, &json!({ "message": "hello" })).await;
        let Some((read, path, body)) = request(&house, endpoint.path, round) else {
            unknown.push(format!("{} {}", endpoint.method, endpoint.path));
            continue;
        };
        let what = format!("{} {path}", endpoint.method);
        let before = state(&house);
        let stale = send(&owner, &endpoint.method, &path, Some("\"0123456789abcdef\""), &body).await;
        if stale.status != StatusCode::CONFLICT || state(&house) != before {
            wrong.push(format!("{what} ignores what was seen: {} {}", stale.status, stale.text()));
            continue;
        }
        let right = tag(&mut owner, read).await;
        let saved = send(&owner, &endpoint.method, &path, Some(&right), &body).await;
        assert!(saved.status.is_success(), "{what} {right}: {} {}", saved.status, saved.text());
        assert_ne!(state(&house), before, "{what} changed nothing");
        assert_ne!(tag(&mut owner, read).await, right, "{what}: {read} tells the same as before");
        let late = send(&owner, &endpoint.method, &path, Some(&right), &body).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{what}: {}", late.text());
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(unknown, Vec::<String>::new(), "they honour `If-Match`, or it has no meaning there; say why");
    assert_eq!(
        known.difference(&seen).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "there are no such endpoints"
    );
}

/// What a form sends.
type Sent = &'static [(&'static str, &'static str)];
/// A page, where its form goes, and what two people send.
type Form = (&'static str, &'static str, [Sent; 2]);

/// The pages say what they were made of, so the second of two tabs is told that there was a first.
#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_do_not_write_over_each_other() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let tile = "/dashboard/tile?route=media.yml::media";
    let forms: [Form; 7] = [
        ("/settings", "/settings", [&[("domains", "one.test")], &[("domains", "two.test")]]),
        ("/settings/interface", "/settings/interface", [&[("logs", "false")], &[("logs", "true")]]),
        (
            "/settings/backups",
            "/settings/backups",
            [&[("git_backup_branch", "one")], &[("git_backup_branch", "two")]],
        ),
        (
            "/settings/notifications",
            "/settings/notifications",
            [&[("webhook_url", "https://one.test/")], &[("webhook_url", "https://two.test/")]],
        ),
        (
            "/settings/oidc",
            "/settings/oidc",
            [
                &[("oidc_display_name", "one"), ("current_password", PASSWORD)],
                &[("oidc_display_name", "two"), ("current_password", PASSWORD)],
            ],
        ),
        ("/dashboard/edit", "/dashboard/groups", [&[("groups", "one")], &[("groups", "two")]]),
        (
            tile,
            "/dashboard/tile",
            [
                &[("route", "media.yml::media"), ("display_name", "one")],
                &[("route", "media.yml::media"), ("display_name", "two")],
            ],
        ),
    ];
    for (page, form, [one, two]) in forms {
        let version = owner.get(page).await.field("version");
        let with = |fields: &[(&'static str, &'static str)], version: &str| {
            let mut fields: Vec<(String, String)> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            fields.push(("version".to_owned(), version.to_owned()));
            fields
        };
        let first = submit(&mut owner, form, &with(two, &version)).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{form}: {}", first.text());
        let saved = state(&house);
        let second = submit(&mut owner, form, &with(one, &version)).await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{form}: {}", second.text());
        assert!(second.text().contains("was changed by somebody else"), "{form}: {}", second.text());
        assert_eq!(state(&house), saved, "{form}: nothing is written");
        let present = owner.get(page).await.field("version");
        let again = submit(&mut owner, form, &with(one, &present)).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{form}: {}", again.text());
        assert_ne!(state(&house), saved, "{form}");
    }
    // Pages of other settings do not stand in each other's way, nor does whatever else `manager.yml` keeps.
    let version = owner.get("/settings/backups").await.field("version");
    let other = owner.submit("/settings", &[("domains", "three.test")]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text());
    house.device(false).await;
    let fields = [("git_backup_branch", "three"), ("version", version.as_str())];
    let saved = owner.submit("/settings/backups", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // Whoever is told keeps what was typed, and has still not seen what is there: the page must be opened again.
    let fields = [("git_backup_branch", "four"), ("version", version.as_str())];
    let told = owner.submit("/settings/backups", &fields).await;
    assert!(told.text().contains("value=\"four\""), "what was typed is still there: {}", told.text());
    let fields = [("git_backup_branch", "four"), ("version", &told.field("version"))];
    assert_eq!(owner.submit("/settings/backups", &fields).await.status, StatusCode::CONFLICT);
    let present = owner.get("/settings/backups").await.field("version");
    let fields = [("git_backup_branch", "four"), ("version", &present)];
    assert_eq!(owner.submit("/settings/backups", &fields).await.status, StatusCode::SEE_OTHER);
}

/// What is tested, or refused for another reason, comes back with what was typed, and with what was seen: whoever saves
/// it then has still not seen what the other tab wrote meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_or_a_refusal_in_between_is_no_look_at_what_is_there() {
    /// A page, where its form goes, what the other tab saves, and what this one sends first and then.
    type Between = (&'static str, &'static str, Sent, (&'static str, Sent), Sent);
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let forms: [Between; 7] = [
        (
            "/settings",
            "/settings",
            &[("domains", "two.test")],
            (
                "/settings",
                &[("domains", "one.test"), ("traefik_api_url", "http://traefik:8080"), ("test", "true")],
            ),
            &[("domains", "one.test")],
        ),
        (
            "/settings",
            "/settings",
            &[("domains", "three.test")],
            ("/settings", &[("domains", "one.test"), ("acme_json_path", "/etc/passwd")]),
            &[("domains", "one.test")],
        ),
        (
            "/settings/backups",
            "/settings/backups",
            &[("git_backup_branch", "two")],
            (
                "/settings/backups",
                &[
                    ("git_backup_branch", "one"),
                    ("git_backup_repo", "https://git.test/a.git"),
                    ("test", "true"),
                ],
            ),
            &[("git_backup_branch", "one")],
        ),
        (
            "/settings/notifications",
            "/settings/notifications",
            &[("webhook_url", "https://two.test/")],
            ("/settings/notifications", &[("webhook_url", "https://one.test/"), ("test", "true")]),
            &[("webhook_url", "https://one.test/")],
        ),
        (
            "/settings/oidc",
            "/settings/oidc",
            &[("oidc_display_name", "two"), ("current_password", PASSWORD)],
            (
                "/settings/oidc/test",
                &[("oidc_display_name", "one"), ("oidc_provider_url", "https://id.test")],
            ),
            &[("oidc_display_name", "one"), ("current_password", PASSWORD)],
        ),
        (
            "/settings/oidc",
            "/settings/oidc",
            &[("oidc_display_name", "three"), ("current_password", PASSWORD)],
            ("/settings/oidc", &[("oidc_display_name", "one"), ("current_password", "wrong")]),
            &[("oidc_display_name", "one"), ("current_password", PASSWORD)],
        ),
        (
            "/middlewares/templates",
            "/middlewares/templates",
            &[("name", "two"), ("yaml", "compress: {}")],
            ("/middlewares/templates", &[("name", ""), ("yaml", "compress: {}")]),
            &[("name", "one"), ("yaml", "compress: {}")],
        ),
    ];
    for (page, form, theirs, (first, between), mine) in forms {
        let version = owner.get(page).await.field("version");
        assert_eq!(owner.submit(form, theirs).await.status, StatusCode::SEE_OTHER, "{form}");
        let saved = state(&house);
        let with = |fields: Sent, version: &str| {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            fields.chain([("version".to_owned(), version.to_owned())]).collect::<Vec<_>>()
        };
        let shown = submit(&mut owner, first, &with(between, &version)).await;
        assert_ne!(shown.status, StatusCode::CONFLICT, "{first}: {}", shown.text());
        let late = submit(&mut owner, form, &with(mine, &shown.field("version"))).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{form} after {between:?}: {}", late.text());
        assert_eq!(state(&house), saved, "{form}: nothing is written");
        let present = owner.get(page).await.field("version");
        let again = submit(&mut owner, form, &with(mine, &present)).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{form}: {}", again.text());
    }
}

async fn submit(owner: &mut Visitor<'_>, form: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    owner.submit(form, &fields).await
}
