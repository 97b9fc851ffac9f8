//! What becomes of a change is known in the end, whoever was killed or did not answer in between.

use std::fs;

use serde_json::{Value as Json, json};

use crate::{
    Engine, as_written,
    support::{edge::HAND_WRITTEN, eventually, http::Client},
};

/// The outcome of the newest word about a change, as the history tells it.
async fn outcome(key: &Client, change: &Json) -> String {
    let history = key.get_json("/api/history").await;
    let entries = history["entries"].as_array().unwrap();
    let word = entries.iter().find(|entry| entry["regarding"] == *change && entry["action"] == "confirm");
    let own = entries.iter().find(|entry| entry["change"] == *change);
    word.or(own).map_or_else(String::new, |entry| entry["outcome"].as_str().unwrap().to_owned())
}

async fn comes_to(key: &Client, change: &Json, expected: &str) {
    eventually(&format!("change {change} to be {expected}"), async || {
        outcome(key, change).await.starts_with(expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_while_traefik_was_away_is_confirmed_when_it_is_back() {
    let Some(mut engine) = Engine::start().await else { return };
    engine.traefik.stop();
    let (status, first) = engine.save("", "first", &[]).await;
    assert_eq!((status, &first["confirmed"]), (200, &json!(false)), "{first}");
    let (_, second) = engine.save("", "second", &[]).await;
    let browser = engine.edge.key.send(hyper::Method::GET, "/", &[("accept", "text/html")], "".into());
    let page = browser.await.text();
    assert!(page.contains("Written, not confirmed") && page.contains("the last 2 changes"), "{page}");
    assert_eq!(outcome(&engine.edge.key, &first["change"]).await, "not confirmed");

    // One that is killed meanwhile forgets none of them.
    engine.edge.crash_and_start().await;
    engine.traefik.restart().await;
    let key = &engine.edge.key;
    comes_to(key, &first["change"], "confirmed").await;
    comes_to(key, &second["change"], "confirmed").await;
    eventually("the note to go", async || {
        let page = key.send(hyper::Method::GET, "/", &[("accept", "text/html")], "".into()).await.text();
        (!page.contains("Written, not confirmed")).then_some(())
    })
    .await;
}

/// Killed after the write and before Traefik's word, which is that it does not take the change.
#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_did_not_take_goes_back_also_after_a_crash() {
    let Some(mut engine) = Engine::start().await else { return };
    let body = json!({ "name": "plug", "yaml": "plugin:\n  nobody:\n    a: b\n", "configFile": "plug" });
    let made = engine.edge.key.post_json("/api/middlewares", &body).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let saving = {
        let key = engine.edge.manager.client().with_api_key(&engine.edge.secret);
        tokio::spawn(async move {
            let fields = [
                ("serviceName", "app"),
                ("httpRule", "Host(`app.test`)"),
                ("targetIp", "127.0.0.1"),
                ("targetPort", "9"),
                ("certResolver", "__disabled__"),
                ("middlewares", "plug"),
            ];
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let headers = [("content-type", "application/x-www-form-urlencoded")];
            key.try_send(hyper::Method::POST, "/save", &headers, body.into()).await.is_ok()
        })
    };
    let mut number = Json::Null;
    eventually("the entry", async || {
        let history = engine.edge.key.get_json("/api/history").await;
        let mine = history["entries"].as_array()?.iter().find(|entry| entry["name"] == "app")?.clone();
        number = mine["change"].clone();
        Some(())
    })
    .await;
    engine.edge.crash_and_start().await;
    assert!(!saving.await.unwrap(), "it was not answered");
    as_written(&engine.edge).await;
    comes_to(&engine.edge.key, &number, "put back: Traefik does not serve").await;
    let (is_whole, log) = engine.edge.verify_audit().await;
    assert!(is_whole, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_trial_is_confirmed_with_traefik() {
    let Some(engine) = Engine::start().await else { return };
    let (status, lost) = engine.save("?try=5", "lost", &[]).await;
    assert_eq!(status, 200, "{lost}");
    as_written(&engine.edge).await;
    comes_to(&engine.edge.key, &lost["change"], "put back: nobody kept it").await;
    let history = engine.edge.key.get_json("/api/history").await;
    let entries = history["entries"].as_array().unwrap();
    let undo = entries.iter().find(|entry| entry["action"] == "undo").unwrap();
    assert_eq!((&undo["regarding"], &undo["actor"]), (&lost["change"], &json!("by itself")), "{history}");
    comes_to(&engine.edge.key, &undo["change"], "confirmed").await;
    assert!(engine.traefik.ask("/api/http/routers/lost@file").await.is_none());
}

/// What was done to the files while no manager was running, and what a killed one has written without an entry.
#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_the_files_while_it_was_not_running_is_in_the_history() {
    let Some(mut engine) = Engine::start().await else { return };
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!(status, 200, "{answer}");
    engine.edge.manager.crash();
    fs::write(engine.edge.dynamic().join("edge.yml"), HAND_WRITTEN).unwrap();
    fs::remove_file(engine.edge.dynamic().join("steady.yml")).unwrap();
    fs::write(engine.edge.dynamic().join("new.yml"), "# by hand\n").unwrap();
    for _ in 0..2 {
        engine.edge.crash_and_start().await;
        let key = &engine.edge.key;
        let edits = eventually("three edits in the history", async || {
            let history = key.get_json("/api/history").await;
            let entries = history["entries"].as_array()?.clone();
            let edits = entries.into_iter().filter(|entry| entry["actor"] == "edited on disk");
            Some(edits.collect::<Vec<_>>()).filter(|edits| edits.len() == 3)
        })
        .await;
        let mut names: Vec<_> = edits.iter().map(|edit| edit["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["edge.yml", "new.yml", "steady.yml"]);
    }
}
