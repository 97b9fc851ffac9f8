//! The static configuration and the restarts of Traefik, as pages and as JSON.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::json;
use support::{Answer, House, Visitor};
use traefik_manager_core::{auth::TrustedProxies, restart::RestartError, traefik::live::LiveEntryPoint};
use traefik_manager_http::{App, HttpPolicy};

const GOOD: &str = "entryPoints:\n  web: {address: ':80'}   # plain\n";

fn house() -> House {
    let house = House::with_files(&[]);
    house.static_file.edit_behind_the_back("traefik.yml", GOOD);
    serve(&house, ":80");
    house
}

/// Lets Traefik have this entry point.
fn serve(house: &House, address: &str) {
    let point = LiveEntryPoint { name: "web".into(), address: address.into(), middlewares: 0, tls: false };
    *house.traefik.entry_points.lock().unwrap() = vec![point];
}

async fn json_of(visitor: &Visitor<'_>, path: &str) -> Answer {
    visitor.send(Method::GET, path, &[], "").await
}

/// Asks until the restart has ended.
async fn end_of_restart(visitor: &Visitor<'_>) -> serde_json::Value {
    for _ in 0..1_000 {
        let answer = json_of(visitor, "/api/static/status").await.json();
        assert_eq!(answer["up"], true);
        let restart = answer["restart"].clone();
        if ["done", "put-back", "failed"].contains(&restart["state"].as_str().unwrap()) {
            return restart;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    json!("it never ended")
}

fn text(house: &House) -> String {
    house.static_file.text("traefik.yml").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_shown_reviewed_saved_and_restarted() {
    let house = house();
    let mut owner = house.owner().await;
    let page = owner.get("/static").await;
    assert!(page.text().contains("Restart Traefik") && page.text().contains("root on the host"));
    assert!(owner.get("/").await.text().contains("href=\"/static\""));

    let page = owner.get("/static/raw").await;
    assert_eq!(page.area(), GOOD);
    let seen = page.field("seen");
    let new = GOOD.replace("80", "81");
    let fields = [("seen", seen.as_str()), ("content", new.as_str())];
    let kept = owner.submit("/static/raw", &[fields[0], fields[1], ("dry_run", "true")]).await;
    assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, "/static/review"));
    assert_eq!(text(&house), GOOD);
    let again = owner.submit("/static/raw", &[fields[0], ("content", GOOD)]).await;
    assert_eq!((again.status, again.area().as_str()), (StatusCode::CONFLICT, GOOD));
    let review = owner.get("/static/review").await;
    assert!(review.text().contains(":81"), "{}", review.text());
    let saved = owner.submit("/static/apply", &[("seen", &review.field("seen"))]).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, "/static?done=static-saved"));
    assert_eq!(text(&house), new);

    serve(&house, ":81");
    let begun = owner.submit("/static/restart", &[]).await;
    assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, "/static/restart"));
    let end = end_of_restart(&owner).await;
    assert_eq!(end["state"], "done", "{end}");
    assert_eq!(house.restarter.restarts(), 1);
    let events = owner.get("/static/restart/events").await;
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert!(events.text().starts_with("retry: 1000\n\ndata: {\"state\":\"done\","), "{}", events.text());
    assert!(events.text().ends_with("}\n\n"));
    let shown = owner.get("/static/restart").await;
    assert!(
        shown.text().contains("was restarted and runs the configuration in the file"),
        "{}",
        shown.text()
    );
    let history = owner.get("/history").await;
    assert!(history.text().contains("static file"), "{}", history.text());
}

/// One restart serves many edits; until it was seen, every page says that Traefik does not run the file.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_and_not_restarted_with_is_said_on_every_page() {
    let house = house();
    let mut owner = house.owner().await;
    let pages =
        ["/static", "/static/raw", "/static/edit?section=entryPoints&name=web", "/static/edit?section=api"];
    let said = async |owner: &mut Visitor<'_>| {
        let mut said = Vec::new();
        for path in pages {
            let page = owner.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            said.push(page.text().contains("data-unread"));
        }
        let status = json_of(&*owner, "/api/static/status").await.json();
        said.push(status["unread"].as_bool().unwrap());
        said
    };
    assert_eq!(said(&mut owner).await, [false; 5]);
    let body = json!({"content": GOOD.replace("80", "81")}).to_string();
    assert_eq!(owner.post_json("/api/static/config", &body).await.json()["ok"], true);
    assert_eq!(said(&mut owner).await, [true; 5]);
    let page = owner.get("/static").await;
    assert!(
        page.text().contains("no restart was seen"),
        "Traefik has not said when it started: {}",
        page.text()
    );
    // A restart that nobody can have changes nothing about it.
    house.restarter.fail(Some(RestartError::Refused { at: "tcp://p".into(), reason: "403".into() }));
    let refused = owner.submit("/static/restart", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("403") && refused.text().contains("data-unread"), "{}", refused.text());
    house.restarter.fail(None);
    serve(&house, ":81");
    owner.submit("/static/restart", &[]).await;
    assert_eq!(end_of_restart(&owner).await["state"], "done");
    assert_eq!(said(&mut owner).await, [false; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_not_see_it_does_not_find_it_in_the_history() {
    let house = house();
    let owner = house.owner().await;
    let body = json!({"content": GOOD.replace("80", "81")}).to_string();
    assert_eq!(owner.post_json("/api/static/config", &body).await.json()["ok"], true);
    for (scopes, sees) in [(["read"].as_slice(), false), (&["read", "static"], true), (&["app"], true)] {
        let body = json!({"device_name": scopes.join(" "), "scopes": scopes}).to_string();
        let issued = owner.post_json("/api/auth/apikey/generate", &body).await;
        let mut device = house.stranger();
        device.headers.insert("x-api-key", issued.json()["key"].as_str().unwrap().parse().unwrap());
        for path in ["/history", "/api/history", "/history?show=changes", "/api/history?show=changes"] {
            let told = device.get(path).await;
            assert!(told.status == StatusCode::OK && told.text().contains("static file"), "{}", told.text());
            assert_eq!(told.text().contains(":81"), sees, "{path} {scopes:?}: {}", told.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_does_not_run_is_put_back() {
    let house = house();
    let owner = house.owner().await;
    let body = json!({"content": GOOD.replace("80", "81")}).to_string();
    let saved = owner.post_json("/api/static/config", &body).await;
    assert_eq!(saved.json()["ok"], true, "{}", saved.text());
    house.restarter.say("ERR cannot listen");
    let begun = owner.post_json("/api/static/restart", "").await.json();
    assert_eq!(begun["ok"], true, "{begun}");
    // Traefik still has the old entry point.
    let end = end_of_restart(&owner).await;
    assert_eq!(
        (&end["state"], &end["last_words"]),
        (&json!("put-back"), &json!("ERR cannot listen")),
        "{end}"
    );
    assert_eq!(
        end["message"],
        "Traefik was restarted, but runs something else than the file says: entry point web is :80 and not :81; \
         the last good file was put back, and Traefik runs with it"
    );
    // Traefik's own lines may say what stands in the file, so who may not see that is not told them.
    for (scopes, sees) in
        [(["read"].as_slice(), false), (&["read", "restart"], false), (&["read", "static"], true)]
    {
        let body = json!({"device_name": scopes.join(" "), "scopes": scopes}).to_string();
        let issued = owner.post_json("/api/auth/apikey/generate", &body).await;
        let mut device = house.stranger();
        device.headers.insert("x-api-key", issued.json()["key"].as_str().unwrap().parse().unwrap());
        for path in ["/api/static/status", "/static/restart", "/static/restart/events"] {
            let told = device.get(path).await;
            assert!(told.text().contains("put back"), "{path}: {}", told.text());
            assert_eq!(told.text().contains("cannot listen"), sees, "{path} {scopes:?}: {}", told.text());
        }
    }
    assert_eq!((text(&house).as_str(), house.restarter.restarts()), (GOOD, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_of_old_and_refusals_in_both_ways_of_telling() {
    let house = house();
    let owner = house.owner().await;
    let phone = house.device(true).await;
    assert_eq!(
        json_of(&phone, "/api/static/available").await.json(),
        json!({"ok": true, "success": true, "available": true})
    );
    let read = json_of(&phone, "/api/static/config").await.json();
    assert_eq!(read["raw"], GOOD);
    assert_eq!(read["parsed"], json!({"entryPoints": {"web": {"address": ":80"}}}));
    assert!(read["path"].as_str().unwrap().ends_with("traefik.yml"));
    let runtime = json_of(&owner, "/api/traefik/runtime").await.json();
    assert_eq!((&runtime["restart_method"], &runtime["up"]), (&json!("socket"), &json!(true)));
    assert_eq!(
        (&runtime["method"], &runtime["runtime"]),
        (&json!("socket"), &json!("docker")),
        "as 1.5.2 says it"
    );

    for (body, status) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({"content": "  "}), StatusCode::BAD_REQUEST),
        (json!({"raw": "entryPoints: ["}), StatusCode::BAD_REQUEST),
        (json!({"yaml": "just text"}), StatusCode::CONFLICT),
        (json!({"content": "entryPoints:\n  web: {address: '80'}\n"}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let body = body.to_string();
        let answer = owner.post_json("/api/static/config", &body).await;
        assert_eq!((answer.status, &answer.json()["ok"]), (status, &json!(false)), "{body}");
        let answer = phone.post_json("/api/static/config", &body).await;
        assert_eq!((answer.status, &answer.json()["ok"]), (StatusCode::OK, &json!(false)), "{body}");
    }
    assert_eq!(text(&house), GOOD);

    let at = "tcp://socket-proxy:2375".to_owned();
    house.restarter.fail(Some(RestartError::Refused { at, reason: "403 Forbidden".into() }));
    let answer = owner.post_json("/api/static/restart", "").await;
    let told = "Traefik was not restarted: tcp://socket-proxy:2375 does not allow it: 403 Forbidden";
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::CONFLICT, &json!(told)));
    let answer = phone.post_json("/api/static/restart", "").await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::OK, &json!(told)));
    house.restarter.fail(None);
    assert_eq!(phone.post_json("/api/static/restart", "").await.json()["ok"], true);
}

#[tokio::test]
async fn a_section_is_changed_in_the_text_and_nothing_is_written() {
    let house = house();
    let phone = house.device(true).await;
    let ask = async |body: serde_json::Value| {
        phone.post_json("/api/static/section", &body.to_string()).await.json()
    };
    let edit =
        json!({"action": "edit", "section": "entrypoints", "name": "web", "data": {"address": ":8080"}});
    let answer = ask(edit).await;
    assert_eq!(answer["raw"], GOOD.replace("80", "8080"), "{answer}");
    assert_eq!(answer["parsed"], json!({"entryPoints": {"web": {"address": ":8080"}}}));
    let current = "log: {level: INFO}  # quiet\n";
    let set = json!({"action": "set", "section": "log", "data": {"level": "DEBUG"}, "current_raw": current});
    assert_eq!(ask(set).await["raw"], "log: {level: DEBUG}  # quiet\n");
    let docker = json!({"docker": true, "dockerExposedByDefault": false});
    let set = json!({"action": "set", "section": "providers", "data": docker});
    assert_eq!(ask(set).await["parsed"]["providers"], json!({"docker": {"exposedByDefault": false}}));
    for bad in [
        json!({}),
        json!({"action": "edit", "section": "entrypoints"}),
        json!({"action": "set", "section": "entrypoints", "name": "web"}),
        json!({"action": "edit", "section": "nosuch", "name": "web"}),
        json!({"action": "edit", "section": "entrypoints", "name": "web", "data": [1]}),
        json!({"action": "set", "section": "log", "current_raw": "a: ["}),
        json!({"action": "edit", "section": "resolvers", "name": "le", "data": {"challenge_type": "magic"}}),
    ] {
        assert_eq!(ask(bad.clone()).await["ok"], false, "{bad}");
    }
    assert_eq!(text(&house), GOOD);
}

#[tokio::test]
async fn without_a_static_file_there_is_no_page_no_endpoint_and_no_restart() {
    let mut house = House::with_files(&[]);
    let policy = HttpPolicy {
        secure_cookies: false,
        trusted_proxies: TrustedProxies::default(),
        version: "1.2.3".to_owned(),
        static_config: false,
    };
    house.app = App::new(house.manager.clone(), policy);
    let mut owner = house.owner().await;
    assert!(!owner.get("/").await.text().contains("href=\"/static\""));
    for path in [
        "/static",
        "/static/restart",
        "/static/restart/events",
        "/static/raw",
        "/static/edit?section=api",
        "/static/review",
        "/api/static/config",
        "/api/static/status",
        "/api/traefik/runtime",
    ] {
        assert_eq!(owner.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        json_of(&owner, "/api/static/available").await.json(),
        json!({"ok": true, "success": true, "available": false})
    );
    for path in ["/static/raw", "/static/edit", "/static/apply", "/static/discard", "/static/restart"] {
        assert_eq!(owner.submit(path, &[("content", GOOD)]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let saved = owner.post_json("/api/static/config", &json!({"content": GOOD}).to_string()).await;
    assert_eq!(saved.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.post_json("/api/static/restart", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.restarter.restarts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_the_way_to_the_page_is_kept_or_put_back_by_hand() {
    let house = house();
    let mut owner = house.owner().await;
    owner.headers.insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
    owner.headers.insert("x-forwarded-host", "tm.example".parse().unwrap());
    for keeps in [true, false] {
        let old = text(&house);
        let (port, new) = if keeps { ("80", "81") } else { ("81", "82") };
        let body = json!({"content": old.replace(port, new)}).to_string();
        assert_eq!(owner.post_json("/api/static/config", &body).await.json()["ok"], true);
        serve(&house, &format!(":{new}"));
        owner.submit("/static/restart", &[]).await;
        let end = end_of_restart(&owner).await;
        assert_eq!(end["state"], "done", "{end}");
        let change = end["change"].as_u64().unwrap().to_string();
        assert!(end["message"].as_str().unwrap().contains("it is on trial"), "{end}");
        let page = owner.get("/static/restart").await;
        assert!(page.text().contains("data-countdown"), "{}", page.text());
        assert!(page.text().contains("It is on trial for this: entryPoints.web."), "{}", page.text());
        assert_eq!(page.field("change"), change);
        let second = owner.post_json("/api/static/restart", "").await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.text());

        if keeps {
            let kept = owner.submit("/history/keep", &[("change", &change)]).await;
            assert_eq!(kept.location(), "/history?done=kept");
            assert!(!owner.get("/static/restart").await.text().contains("data-countdown"));
            assert_eq!(text(&house), GOOD.replace("80", "81"));
        } else {
            serve(&house, ":81");
            let back = owner.submit("/history/undo", &[("change", &change)]).await;
            assert_eq!(back.location(), "/static/restart");
            let end = loop {
                let end = end_of_restart(&owner).await;
                if end["state"] != "done" {
                    break end;
                }
            };
            assert_eq!(end["state"], "put-back", "{end}");
            assert_eq!(text(&house), old);
        }
    }
    let history = owner.get("/history").await;
    let history = history.text();
    assert!(history.contains("Put back") && !history.contains("Keep or revert"), "{history}");
    // A change that is no restart on trial is undone as ever.
    let again = owner.submit("/history/undo", &[("change", "999")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_directly_is_asked_only_where_that_was_asked_for() {
    let house = house();
    let owner = house.owner().await;
    for (query, trial) in [("", false), ("?try=30", true)] {
        let old = text(&house);
        let port = if trial { ("81", "82") } else { ("80", "81") };
        let body = json!({"content": old.replace(port.0, port.1)}).to_string();
        assert_eq!(owner.post_json("/api/static/config", &body).await.json()["ok"], true);
        serve(&house, &format!(":{}", port.1));
        assert_eq!(owner.post_json(&format!("/api/static/restart{query}"), "").await.json()["ok"], true);
        let end = end_of_restart(&owner).await;
        assert_eq!((end["state"].as_str(), end["reverts_in"].is_u64()), (Some("done"), trial), "{end}");
    }
    for query in ["?try=4", "?try=601", "?try=x"] {
        let answer = owner.post_json(&format!("/api/static/restart{query}"), "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_are_pasted_from_the_catalogue_and_taken_out() {
    let house = house();
    let owner = house.owner().await;
    let phone = house.device(true).await;
    let fixed = "experimental:\n  plugins:\n    demo:\n      moduleName: github.com/traefik/plugindemo\n      version: v0.2.2\n";
    let behind = "http:\n  middlewares:\n    my-demo:\n      plugin:\n        demo:\n          headers:\n            Foo: Bar\n";
    let paste = json!({"static_yaml": fixed, "middleware_yaml": behind}).to_string();
    let planned = owner.post_json("/api/plugins/install?dry_run=true", &paste).await.json();
    assert_eq!(planned["files"].as_array().unwrap().len(), 2, "{planned}");
    assert_eq!(text(&house), GOOD);

    let installed = phone.post_json("/api/plugins/install", &paste).await.json();
    let plugin = json!({"name": "demo", "moduleName": "github.com/traefik/plugindemo", "version": "v0.2.2",
        "settings": {}, "used_by": ["http.middlewares.my-demo (plugin-middlewares.yml)"]});
    assert_eq!((&installed["ok"], &installed["plugins"]), (&json!(true), &json!([plugin])), "{installed}");
    assert_eq!(text(&house), format!("{GOOD}{fixed}"));
    assert_eq!(house.files.text("plugin-middlewares.yml").as_deref(), Some(behind));
    assert_eq!(
        json_of(&phone, "/api/traefik/plugins").await.json(),
        json!({"ok": true, "success": true, "plugins": [plugin]})
    );

    let used = owner.post_json("/api/plugins/demo/remove", "").await;
    assert_eq!(used.status, StatusCode::CONFLICT);
    assert!(used.text().contains("http.middlewares.my-demo"), "{}", used.text());
    for (static_yaml, middleware_yaml) in [("", ""), (fixed, "{{ x }}"), ("log: {}", "")] {
        let bad = json!({"static_yaml": static_yaml, "middleware_yaml": middleware_yaml}).to_string();
        let answer = owner.post_json("/api/plugins/install", &bad).await;
        assert_eq!((answer.status, &answer.json()["ok"]), (StatusCode::BAD_REQUEST, &json!(false)), "{bad}");
        assert_eq!(phone.post_json("/api/plugins/install", &bad).await.status, StatusCode::OK);
    }
    house.files.remove_behind_the_back("plugin-middlewares.yml");
    let removed = owner.post_json("/api/plugins/demo/remove", "").await;
    assert_eq!(removed.json()["ok"], true, "{}", removed.text());
    assert!(!text(&house).contains("demo"));
    assert_eq!(owner.post_json("/api/plugins/demo/remove", "").await.status, StatusCode::NOT_FOUND);

    // A key for the static configuration alone writes no middleware.
    let body = json!({"device_name": "static", "scopes": ["read", "static"]}).to_string();
    let issued = owner.post_json("/api/auth/apikey/generate", &body).await;
    let mut key = house.stranger();
    key.headers.insert("x-api-key", issued.json()["key"].as_str().unwrap().parse().unwrap());
    assert_eq!(key.post_json("/api/plugins/install", &paste).await.status, StatusCode::FORBIDDEN);
    assert!(!text(&house).contains("demo"));
}

/// Traefik has the last word about the middleware, and the static file goes back with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_whose_middleware_traefik_does_not_take_is_not_installed() {
    let house = house();
    let owner = house.owner().await;
    let paste = json!({
        "static_yaml": "experimental: {plugins: {demo: {moduleName: a/b, version: v1.0.0}}}\n",
        "middleware_yaml": "http: {middlewares: {my-demo: {plugin: {demo: {a: nobody-knows-why}}}}}\n",
    });
    let answer = owner.post_json("/api/plugins/install", &paste.to_string()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert_eq!((text(&house).as_str(), house.files.text("plugin-middlewares.yml")), (GOOD, None));
}
