//! Changes that are asked to put themselves back.

use serde_json::json;

use crate::{
    Engine, as_written,
    support::{edge::HAND_WRITTEN, eventually},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_stays_and_what_is_not_goes_back() {
    let Some(engine) = Engine::start().await else { return };
    let (status, lost) = engine.save("?try=5", "lost", &[]).await;
    assert_eq!((status, &lost["confirmed"]), (200, &json!(true)), "{lost}");
    let left = lost["reverts_in"].as_u64().unwrap();
    assert!(left <= 5, "{lost}");
    as_written(&engine.edge).await;
    let late = engine.edge.key.post_json(&format!("/api/history/{}/keep", lost["change"]), &json!({})).await;
    assert_eq!(late.status.as_u16(), 404, "{}", late.text());
    eventually("Traefik to forget it", async || {
        engine.traefik.ask("/api/http/routers/lost@file").await.is_none().then_some(())
    })
    .await;

    // The kept one is made first and on trial for as long as the other, which shows when that time is over.
    let (_, kept) = engine.save("?try=5", "kept", &[]).await;
    let path = format!("/api/history/{}/keep", kept["change"]);
    let answer = engine.edge.key.post_json(&path, &json!({})).await;
    assert_eq!(answer.status.as_u16(), 200, "{kept}: {}", answer.text());
    let (_, lost) = engine.save("?try=5", "lost", &[]).await;
    assert!(lost["change"].as_u64() > kept["change"].as_u64(), "{lost}");
    eventually("the other to go", async || (!engine.edge.text().contains("lost.test")).then_some(())).await;
    assert!(engine.edge.text().contains("kept.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_forgets_no_trial() {
    let Some(mut engine) = Engine::start().await else { return };
    let (status, answer) = engine.save("?try=5", "lost", &[]).await;
    assert_eq!(status, 200, "{answer}");
    engine.edge.crash_and_start().await;
    as_written(&engine.edge).await;
    let (is_whole, log) = engine.edge.verify_audit().await;
    assert!(is_whole, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_time_is_refused_before_anything_is_written() {
    let Some(engine) = Engine::start().await else { return };
    for query in ["?try=4", "?try=601", "?try=soon", "?try=", "?try=-5"] {
        let (status, answer) = engine.save(query, "app", &[]).await;
        assert_eq!(status, 400, "{query}: {answer}");
        assert_eq!(engine.edge.text(), HAND_WRITTEN, "{query}");
    }
    let history = engine.edge.key.get_json("/api/history?show=changes").await;
    assert_eq!(history["entries"], json!([]));
}
