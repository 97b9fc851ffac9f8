//! Files that Go templates make up: nobody but Traefik can judge them, and while it refuses one it takes no change of any.

use std::fs;

use hyper::Method;
use serde_json::{Value as Json, json};

use crate::{
    Engine,
    support::{eventually, http::Client},
};

/// A file that templates shape, with a line in each of its routers.
pub(crate) fn shaped(line: &str) -> String {
    format!(
        "http:\n  routers:\n{{{{ range $i, $e := until 2 }}}}\n    g{{{{ $i }}}}:\n      rule: Host(`g{{{{ $i }}}}.test`)\n      \
         service: noop@internal\n      {line}\n{{{{ end }}}}\n"
    )
}

/// Puts such a file there by hand, and waits until Traefik serves it.
pub(crate) async fn generated(engine: &Engine, text: &str) {
    fs::write(engine.edge.dynamic().join("generated.yml"), text).unwrap();
    engine.traefik.wait_for_router("http", "g1@file").await;
}

/// Writes such a file as the editor of whole files does.
pub(crate) async fn write_generated(key: &Client, text: &str) -> (u16, Json) {
    let accept = [("accept", "text/html")];
    let page =
        key.send(hyper::Method::GET, "/files/edit?file=generated.yml", &accept, "".into()).await.text();
    let (_, after) = page.split_once("name=\"revision\" value=\"").unwrap_or_else(|| panic!("{page}"));
    let revision = after.split_once('"').unwrap().0;
    let fields = [("file", "generated.yml"), ("content", text), ("revision", revision)];
    let answer = key.post_form("/files/edit", &fields).await;
    (answer.status.as_u16(), answer.json())
}

/// The words about a change, the newest first.
async fn words(key: &Client, change: &Json) -> Vec<String> {
    let history = key.get_json("/api/history").await;
    let entries = history["entries"].as_array().unwrap().clone();
    let about = entries.into_iter().filter(|entry| entry["regarding"] == *change);
    about
        .map(|entry| format!("{}: {}", entry["action"].as_str().unwrap(), entry["outcome"].as_str().unwrap()))
        .collect()
}

fn text(engine: &Engine) -> String {
    fs::read_to_string(engine.edge.dynamic().join("generated.yml")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_a_sign_and_a_remark_needs_none() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    generated(&engine, &shaped("priority: 1")).await;
    let (status, answer) = write_generated(key, &shaped("middlewares: [nowhere]")).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "it shows: {answer}");
    let remark = shaped("middlewares: [nowhere]") + "# a word that changes nothing\n";
    let (status, answer) = write_generated(key, &remark).await;
    assert_eq!((status, &answer["reverts_in"]), (200, &Json::Null), "{answer}");
    assert_eq!(text(&engine), remark);
}

/// What Traefik refuses shows nowhere, and goes back unless somebody answers for it.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_sign_it_goes_back_and_the_edge_takes_changes_again() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let good = shaped("priority: 1");
    generated(&engine, &good).await;
    let (status, answer) = write_generated(key, &shaped("nonsense: 1")).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(false)), "{answer}");
    assert!(answer["note"].as_str().unwrap().contains("only its log tells"), "{answer}");
    assert!(answer["reverts_in"].as_u64().is_some_and(|left| left > 30 && left <= 60), "{answer}");
    let change = answer["change"].clone();
    let path = format!("/history/trial?change={change}");
    let page = key.send(Method::GET, &path, &[("accept", "text/html")], "".into()).await.text();
    assert!(page.contains("takes no change of any other") && page.contains("data-countdown"), "{page}");
    for _ in 0..80 {
        if text(&engine) == good {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    assert_eq!(text(&engine), good);
    let words = words(key, &change).await;
    assert!(words.iter().any(|word| word == "confirm: put back: nobody kept it in time"), "{words:?}");
    let (status, answer) = engine.save("", "app", &[]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
}

/// A value that only Traefik knows, in a file that can be read around it; a function that it does not have is known.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_fails_needs_a_sign_as_well_and_an_unknown_one_is_refused() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let file = |value: &str| {
        format!(
            "http:\n  routers:\n    g1: {{rule: Host(`g1.test`), service: noop@internal, priority: {value}}}\n"
        )
    };
    generated(&engine, &file("1")).await;
    for unknown in
        [file("'{{ nosuch }}'"), file("1") + "# {{ nosuch }}\n", shaped("priority: '{{ nosuch }}'")]
    {
        let (status, answer) = write_generated(key, &unknown).await;
        assert_eq!(status, 422, "{unknown}: {answer}");
        assert!(
            answer.to_string().contains("calls `nosuch`, a function that Traefik does not have"),
            "{answer}"
        );
        assert_eq!(text(&engine), file("1"));
    }
    let (status, answer) = write_generated(key, &file("'{{ fail `x` }}'")).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(false)), "{answer}");
    assert!(answer["reverts_in"].is_u64(), "{answer}");
    // Undoing it needs no sign: nothing of it was ever there.
    let undone = key.post_json(&format!("/api/history/{}/undo", answer["change"]), &json!({})).await.json();
    assert_eq!((&undone["ok"], &undone["reverts_in"]), (&json!(true), &Json::Null), "{undone}");
    assert_eq!(text(&engine), file("1"));
    let (status, answer) = write_generated(key, &file("'{{ add 1 1 }}'")).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
}

/// What changes nothing that could show is kept by whoever answers for it, or by a later change that Traefik takes.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_show_is_kept_by_hand_or_by_a_later_change() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let with = |text: &str| shaped("priority: 1") + text;
    generated(&engine, &with("")).await;
    let options = |version: &str| with(&format!("tls:\n  options:\n    new:\n      minVersion: {version}\n"));
    let (_, answer) = write_generated(key, &options("VersionTLS12")).await;
    assert!(answer["reverts_in"].is_u64(), "{answer}");
    let kept = answer["change"].clone();
    let answer = key.post_json(&format!("/api/history/{kept}/keep"), &json!({})).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let (_, answer) = write_generated(key, &options("VersionTLS13")).await;
    assert!(answer["reverts_in"].is_u64(), "{answer}");
    let proven = answer["change"].clone();
    let (_, answer) = engine.save("", "app", &[]).await;
    assert_eq!(answer["confirmed"], json!(true), "{answer}");
    eventually("the later change to speak for the earlier", async || {
        let words = words(key, &proven).await;
        words.first().is_some_and(|word| word == "confirm: confirmed").then_some(())
    })
    .await;
    let late = key.post_json(&format!("/api/history/{proven}/keep"), &json!({})).await;
    assert_eq!(late.status.as_u16(), 404, "it is on trial no longer: {}", late.text());
    assert_eq!(words(key, &kept).await.first().unwrap().split(':').next(), Some("confirm"));
    assert_eq!(text(&engine), options("VersionTLS13"));
}

/// A later change that Traefik does not take shows at once who is to blame.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_change_finds_the_guilty() {
    let Some(engine) = Engine::start().await else { return };
    let key = &engine.edge.key;
    let good = shaped("priority: 1");
    generated(&engine, &good).await;
    let (_, answer) = write_generated(key, &shaped("nonsense: 1")).await;
    let guilty = answer["change"].clone();
    let (status, answer) = engine.save("", "next", &[]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
    assert_eq!(text(&engine), good);
    let words = words(key, &guilty).await;
    assert!(words.iter().any(|word| word.contains("put back: Traefik took no change any more")), "{words:?}");
}
