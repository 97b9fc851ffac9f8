//! A static configuration in TOML: judged and edited as a text.

use std::fs;

use serde_json::json;

use crate::{
    starts,
    support::{
        edge::first_key,
        free_tcp_port,
        http::Client,
        manager::{Manager, ManagerOptions},
        require_real,
    },
};

/// A file in TOML, and whether Traefik starts with it.
fn toml(api: u16, more: &str) -> String {
    format!(
        "# by hand\n[global]\ncheckNewVersion = false\nsendAnonymousUsage = false\n[api]\ninsecure = true\n\
         [entryPoints.traefik]\naddress = \"127.0.0.1:{api}\"\n{more}"
    )
}

#[tokio::test]
async fn a_file_in_toml_is_judged_as_traefik_judges_it_and_edited_as_a_text() {
    let Some(program) = require_real("traefik") else { return };
    let home = tempfile::tempdir().unwrap();
    let [api, web] = std::array::from_fn(|_| free_tcp_port());
    let file = home.path().join("traefik.toml");
    let old = toml(api, "");
    fs::write(&file, &old).unwrap();
    let options = ManagerOptions::new(home.path())
        .variable("TRAEFIK_API_URL", format!("http://127.0.0.1:{api}"))
        .variable("STATIC_CONFIG_PATH", file.display().to_string());
    let manager = Manager::start(options).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    let read = client.get_json("/api/static/config").await;
    assert_eq!((read["raw"].as_str(), &read["parsed"]["api"]), (Some(&*old), &json!({"insecure": true})));

    let save = async |text: &str| {
        let answer = client.post_json("/api/static/config", &json!({ "content": text })).await;
        (answer.status.as_u16(), answer.json())
    };
    for (more, line) in [
        (format!("[entryPoints.web]\naddress = \"{web}\"\n"), 10),
        ("[entryPoints.web]\naddress = \":0\"\nnoSuchThing = true\n".to_owned(), 11),
        ("[providers.nosuch]\n".to_owned(), 9),
        ("[log]\nlevel = INFO\n".to_owned(), 10),
        ("[log]\n[log]\n".to_owned(), 10),
        ("[accessLog]\nbufferingSize = \"many\"\n".to_owned(), 10),
    ] {
        let text = toml(api, &more);
        let (status, answer) = save(&text).await;
        assert!(status == 400 || status == 422, "{more}: {answer}");
        assert_eq!(answer["line"], line, "{more}: {answer}");
        assert!(!starts(&program, "toml", &text, api).await, "Traefik takes it: {more}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), old, "nothing is written");

    let good = toml(api, &format!("[entryPoints.web]\naddress = \"127.0.0.1:{web}\"   # plain\n"));
    assert!(starts(&program, "toml", &good, api).await);
    let (status, answer) = save(&good).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fs::read_to_string(&file).unwrap(), good, "byte for byte");
    let history = client.get_json("/api/history?show=changes").await;
    let saved = &history["entries"][0];
    assert_eq!((&saved["action"], &saved["kind"]), (&json!("save"), &json!("static file")));
    // A form would have to edit single fields.
    let section =
        json!({"action": "edit", "section": "entrypoints", "name": "web", "data": {"address": ":1"}});
    let refused = client.post_json("/api/static/section", &section).await;
    assert!(refused.text().contains("edited as a text"), "{}", refused.text());
    pages(&client, &good).await;
    let undone = client.post_json(&format!("/api/history/{}/undo", saved["change"]), &json!({})).await;
    assert_eq!(undone.status.as_u16(), 200, "{}", undone.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    // Restored from the copy that the undoing has made.
    let backups = client.get_json("/api/backups").await;
    let name = backups[0]["name"].as_str().unwrap();
    assert_eq!(backups[0]["kind"], "static", "{backups}");
    let restored = client.post_json(&format!("/api/restore/{name}"), &json!({})).await;
    assert_eq!(restored.status.as_u16(), 200, "{}", restored.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), good);
}

/// What the pages show of it: everything that it says, and no form that would be refused.
async fn pages(client: &Client, text: &str) {
    let page = client.get("/static").await.text();
    assert!(page.contains("written in TOML") && page.contains("Edit as TOML"), "{page}");
    assert!(!page.contains("/static/edit?") && !page.contains("/static/remove?"), "{page}");
    assert!(!page.contains("Add an entry point") && !page.contains("as YAML"), "{page}");
    for said in [">web</a>", ">traefik</a>", "/static/raw?line=9", "/static/raw?line=5"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let raw = client.get("/static/raw").await.text();
    assert!(raw.contains(">TOML</label>") && raw.contains("data-schema=\"\""), "{raw}");
    assert!(!raw.contains("YAML"), "{raw}");
    let form = client.get("/static/edit?section=api").await;
    assert_eq!((form.status.as_u16(), form.location()), (303, "/static/raw?line=5"));
    for (path, fields) in [
        ("/static/edit", [("section", "api"), ("dashboard", "true")]),
        ("/static/remove", [("section", "api"), ("name", "")]),
        ("/static/paste", [("yaml", "x: {moduleName: a, version: v1}"), ("section", "")]),
    ] {
        let refused = client.post_form(path, &fields).await;
        assert!(refused.text().contains("edited as a text"), "{path}: {}", refused.text());
    }
    let plugin = json!({"static_yaml": "experimental: {plugins: {geo: {moduleName: github.com/a/b, version: v1.0.0}}}"});
    let refused = client.post_json("/api/plugins/install", &plugin).await;
    assert!(refused.text().contains("edited as a text"), "{}", refused.text());
    // A mistake is kept in the text with its line, and is not applied.
    let seen = raw.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let bad = format!("{text}tls = true\n");
    let kept = client.post_form("/static/raw", &[("seen", seen), ("content", &bad)]).await;
    assert!(kept.status.is_success(), "{}", kept.text());
    let raw = client.get("/static/raw").await.text();
    assert!(raw.contains("data-mark=\"11\"") && raw.contains("with the pending changes"), "{raw}");
    let review = client.get("/static/review").await.text();
    assert!(review.contains("would not start") && review.contains("+tls = true"), "{review}");
    let discarded = client.post_form("/static/discard", &[]).await;
    assert!(discarded.status.is_success(), "{}", discarded.text());
}
