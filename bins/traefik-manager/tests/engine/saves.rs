//! Traefik's word on what was saved.

use std::{
    fs,
    time::{Duration, Instant},
};

use hyper::Method;
use serde_json::json;

use crate::{
    Engine, Load, as_written, bytes_below,
    support::{edge::HAND_WRITTEN, eventually, http::Client},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_serves_is_confirmed() {
    let Some(engine) = Engine::start().await else { return };
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!((status, &answer["ok"], &answer["confirmed"]), (200, &json!(true), &json!(true)), "{answer}");
    let router = engine.traefik.ask("/api/http/routers/app@file").await.unwrap();
    assert_eq!(router["status"], "enabled", "it is there when the answer is: {router}");
    let history = engine.edge.key.get_json("/api/history").await;
    assert_eq!(history["entries"][0]["outcome"], "confirmed", "{history}");
}

/// What only Traefik can know: whether a plugin is loaded, whether a file is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_does_not_take_goes_back_with_its_own_words() {
    let Some(engine) = Engine::start().await else { return };
    let load = Load::on(&engine.traefik);
    let yaml = [
        ("plug", "plugin:\n  nobody:\n    a: b\n", "nobody"),
        ("door", "basicAuth:\n  usersFile: /nowhere/users\n", "/nowhere/users"),
    ];
    for (name, content, words) in yaml {
        let body = json!({ "name": name, "yaml": content });
        let made = engine.edge.key.post_json("/api/middlewares", &body).await;
        assert_eq!(made.status.as_u16(), 200, "nothing uses it yet: {}", made.text());
        let before = bytes_below(&engine.edge.dynamic());
        let started = Instant::now();
        let (status, answer) = engine.save("", "app", &[("middlewares", name)]).await;
        assert_eq!(status, 422, "{answer}");
        let error = answer["error"].as_str().or(answer["message"].as_str()).unwrap().to_owned();
        assert!(error.contains(words) && error.contains("the files are as they were"), "{error}");
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
        assert_eq!(bytes_below(&engine.edge.dynamic()), before);
        let gone = engine.traefik.ask("/api/http/routers/app@file").await;
        assert!(gone.is_none(), "Traefik serves what was before when the answer is there: {gone:?}");
    }
    let history = engine.edge.key.get_json("/api/history").await;
    let outcomes: Vec<&str> =
        history["entries"].as_array().unwrap().iter().filter_map(|entry| entry["outcome"].as_str()).collect();
    assert_eq!(outcomes[0], "confirmed", "Traefik serves what was put back: {history}");
    assert!(outcomes[1].starts_with("put back: ") && outcomes[1].contains("/nowhere/users"), "{history}");
    // Nobody undoes what took it back: Traefik would refuse it once more.
    let entries = history["entries"].as_array().unwrap();
    let undo = entries.iter().find(|entry| entry["action"] == "undo").unwrap();
    let before = bytes_below(&engine.edge.dynamic());
    for query in ["", "?dry_run=1"] {
        let path = format!("/api/history/{}/undo{query}", undo["change"]);
        let refused = engine.edge.key.post_json(&path, &json!({})).await;
        let told = format!("it took back change {}, which did not stay", undo["regarding"]);
        assert_eq!(refused.status.as_u16(), 409, "{path}: {}", refused.text());
        assert!(refused.text().contains(&told), "{path}: {}", refused.text());
    }
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);
    let page =
        engine.edge.key.send(Method::GET, "/history", &[("accept", "text/html")], "".into()).await.text();
    assert!(page.contains("/nowhere/users"), "what became of it stands with the change: {page}");
    let offered = format!("name=\"change\" value=\"{}\"", undo["change"]);
    assert!(!page.contains(&offered), "undoing it is offered: {page}");
    load.never_failed().await;
}

/// Not only who has nothing to do with it: neither a route in the very file that is changed and put back, again and again,
/// nor, where Traefik refuses the file, the route itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_goes_back_is_not_felt_at_the_edge() {
    let Some(engine) = Engine::start().await else { return };
    let port = engine.steady.url.rsplit(':').next().unwrap().to_owned();
    let (status, answer) = engine.save("", "live", &[("targetPort", port.as_str())]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
    let body = json!({ "name": "plug", "yaml": "plugin:\n  nobody:\n    a: b\n" });
    let made = engine.edge.key.post_json("/api/middlewares", &body).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let before = bytes_below(&engine.edge.dynamic());
    assert!(engine.edge.text().contains("live.test"), "the same file as that of the changes");

    let load = Load::on_hosts(&engine.traefik, &["steady.test", "live.test"]);
    for round in 0..3 {
        let (status, answer) = engine.save("", &format!("app{round}"), &[("middlewares", "plug")]).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(bytes_below(&engine.edge.dynamic()), before);
    }
    let broken =
        "http:\n  routers:\n{{ range $i, $e := until 2 }}\n    r{{ $i }}:\n      nonsense: 1\n{{ end }}\n";
    fs::write(engine.edge.dynamic().join("generated.yml"), broken).unwrap();
    eventually("Traefik to refuse the file", async || {
        engine.traefik.log().contains("nonsense").then_some(())
    })
    .await;
    let before = bytes_below(&engine.edge.dynamic());
    let more = [("isEdit", "true"), ("originalId", "edge.yml::live"), ("targetPort", "9")];
    let (status, answer) = engine.save("", "live", &more).await;
    assert_eq!(status, 422, "{answer}");
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);
    load.never_failed().await;
}

/// A file that nobody but Traefik can judge is broken, so Traefik takes no change at all.
#[tokio::test(flavor = "multi_thread")]
async fn when_traefik_loads_nothing_any_more_the_change_goes_back() {
    let Some(engine) = Engine::start().await else { return };
    let load = Load::on(&engine.traefik);
    let broken = "http:\n  routers:\n{{ range $i, $e := until 2 }}\n    r{{ $i }}:\n      rule: Host(`r`)\n      nonsense: 1\n{{ end }}\n";
    fs::write(engine.edge.dynamic().join("generated.yml"), broken).unwrap();
    eventually("Traefik to refuse the file", async || {
        engine.traefik.log().contains("nonsense").then_some(())
    })
    .await;
    let before = bytes_below(&engine.edge.dynamic());
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!(status, 422, "{answer}");
    assert!(answer.to_string().contains("still serves the old configuration"), "{answer}");
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);
    load.never_failed().await;
    fs::remove_file(engine.edge.dynamic().join("generated.yml")).unwrap();
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
}

/// What others than files define: Traefik itself, and a provider of its own.
#[tokio::test(flavor = "multi_thread")]
async fn what_other_providers_serve_is_asked_of_traefik() {
    let Some(mut engine) = Engine::start().await else { return };
    let text = fs::read_to_string(engine.traefik.static_file()).unwrap();
    let text = text.replace("providers:\n", "providers:\n  rest: {insecure: true}\n");
    fs::write(engine.traefik.static_file(), text).unwrap();
    engine.traefik.restart().await;
    let rest = json!({ "http": { "middlewares": { "door": { "headers": { "frameDeny": true } } },
        "routers": { "r": { "rule": "Host(`r.test`)", "service": "noop@internal", "middlewares": ["door"] } } } });
    let api = Client::new(&engine.traefik.api);
    let put = api.send_json(hyper::Method::PUT, "/api/providers/rest", &rest).await;
    assert_eq!(put.status.as_u16(), 200, "{}", put.text());
    engine.traefik.wait_for("/api/http/middlewares/door@rest", |_| true).await;
    // What Traefik said last counts for a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;

    let (status, answer) = engine.save("", "app", &[("middlewares", "door@rest")]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
    for name in ["gate@rest", "door@docker", "redirect@internal"] {
        let (status, answer) = engine.save("", "app2", &[("middlewares", name)]).await;
        assert_eq!(status, 422, "{name}: {answer}");
        assert!(answer.to_string().contains(&format!("there is no middleware `{name}`")), "{answer}");
    }
    engine.traefik.stop();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let (status, answer) = engine.save("", "app2", &[("middlewares", "gate@rest")]).await;
    assert_eq!(status, 200, "nobody can know: {answer}");
    assert!(answer["findings"].to_string().contains("unknown-reference"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_traefik_it_is_written_and_said_to_be_unconfirmed_at_once() {
    let Some(mut engine) = Engine::start().await else { return };
    engine.traefik.stop();
    let started = Instant::now();
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!((status, &answer["ok"], &answer["confirmed"]), (200, &json!(true), &json!(false)), "{answer}");
    assert!(answer["note"].as_str().unwrap().starts_with("written, not confirmed"), "{answer}");
    assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
    assert!(engine.edge.text().contains("app.test"));
}

/// A client that has gone away is no reason to leave behind what Traefik does not take.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_changes_nothing_about_that() {
    let Some(engine) = Engine::start().await else { return };
    let body = json!({ "name": "plug", "yaml": "plugin:\n  nobody:\n    a: b\n", "configFile": "plug" });
    let made = engine.edge.key.post_json("/api/middlewares", &body).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let saving = {
        let key = engine.edge.manager.client().with_api_key(&engine.edge.secret);
        tokio::spawn(async move { crate::save(&key, "", "app", &[("middlewares", "plug")]).await })
    };
    eventually("the change", async || engine.edge.text().contains("app.test").then_some(())).await;
    saving.abort();
    as_written(&engine.edge).await;
    assert_eq!(engine.edge.text(), HAND_WRITTEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_if_match_is_a_conflict_and_the_right_one_is_not() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let (_, saved) = engine.save("", "app", &[]).await;
    assert_eq!(saved["confirmed"], true, "{saved}");
    let made = key
        .post_json("/api/middlewares", &json!({ "name": "calm", "yaml": "rateLimit:\n  average: 10\n" }))
        .await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let version_of = async |path: &str| key.get_json(path).await["version"].as_str().unwrap().to_owned();
    let route = version_of("/api/routes/edge.yml::app/raw").await;
    let middleware = version_of("/api/middlewares/calm").await;
    let form = "serviceName=app&protocol=http&isEdit=true&originalId=edge.yml::app&priority=7";
    let raw = json!({ "content": key.get_json("/api/routes/edge.yml::app/raw").await["raw"] }).to_string();
    let (json_kind, form_kind) = ("application/json", "application/x-www-form-urlencoded");
    let object = json!({ "originalName": "calm", "name": "calm", "yaml": "rateLimit:\n  average: 20\n" });
    let requests = [
        ("POST", "/save", form_kind, form.to_owned(), &route),
        ("POST", "/api/routes/edge.yml::app/raw", json_kind, raw, &route),
        ("POST", "/api/routes/edge.yml::app/toggle", json_kind, r#"{"enable":false}"#.to_owned(), &route),
        ("POST", "/delete/edge.yml::app", form_kind, String::new(), &route),
        ("POST", "/api/middlewares", json_kind, object.to_string(), &middleware),
        ("DELETE", "/api/middlewares/calm", json_kind, String::new(), &middleware),
    ];
    let before = bytes_below(&engine.edge.dynamic());
    for (method, path, kind, body, right) in requests {
        let method: hyper::Method = method.parse().unwrap();
        let send = async |tag: &str| {
            let headers = [("content-type", kind), ("if-match", tag)];
            let path = format!("{path}?dry_run=1");
            let answer = key.send(method.clone(), &path, &headers, body.clone().into()).await;
            (answer.status.as_u16(), answer.text())
        };
        let (status, text) = send("\"0000000000000000\"").await;
        assert_eq!(status, 409, "{method} {path}: {text}");
        let (status, text) = send(&format!("\"{right}\"")).await;
        assert_eq!(status, 200, "{method} {path}: {text}");
    }
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);
}

/// A link to nothing, as some editors leave beside a file, keeps Traefik from taking anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_traefik_from_taking_anything_is_named_by_every_save_and_page() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let odd = engine.edge.dynamic().join(".#edge.yml");
    std::os::unix::fs::symlink("/nowhere", &odd).unwrap();
    let reason = "it is a link to nothing, and Traefik takes no file while it is there; remove it";
    let (status, answer) = engine.save("", "app", &[]).await;
    let words = answer.to_string();
    assert_eq!(status, 409, "{answer}");
    assert!(words.contains(".#edge.yml") && words.contains(reason), "{answer}");
    let page = key.send(hyper::Method::GET, "/", &[("accept", "text/html")], "".into()).await.text();
    assert!(page.contains(".#edge.yml") && page.contains(reason), "{page}");
    assert!(engine.traefik.log().contains(".#edge.yml"), "Traefik says so too");
    fs::remove_file(odd).unwrap();
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
}
