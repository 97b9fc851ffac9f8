//! Services that the API makes, renames and deletes, as visitors of the edge notice it.

use serde_json::{Value as Json, json};

use crate::support::{
    backend,
    edge::{Edge, HAND_WRITTEN},
    eventually,
    http::Client,
    traefik::Traefik,
};

async fn post(edge: &Edge, path: &str, body: Json) {
    let answer = edge.key.post_json(path, &body).await;
    assert_eq!(answer.json()["ok"], true, "{path} {body}: {}", answer.text());
}

/// Asks until both servers have answered, and not one request went wrong.
async fn both_serve(visitor: &Client, what: &str) {
    let (mut first, mut second) = (false, false);
    for _ in 0..40 {
        let answer = visitor.get("/").await;
        assert_eq!(answer.status.as_u16(), 200, "{what}: {}", answer.text());
        first |= answer.text() == "first";
        second |= answer.text() == "second";
    }
    assert!(first && second, "{what}: first {first}, second {second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weighted_service_serves_goes_on_under_new_names_and_goes_with_its_route() {
    let edge = Edge::start().await;
    let Some(traefik) = Traefik::start(&edge.dynamic()).await else { return };
    let (first, second) = (backend::Http::start("first").await, backend::Http::start("second").await);
    for (name, server) in [("one", &first), ("two", &second)] {
        let body = json!({"name": name, "loadBalancer.servers.url": [format!("http://{}", server.address)]});
        post(&edge, "/api/services", body).await;
    }
    let yaml = "rateLimit:\n  average: 10000\n  burst: 10000\n";
    post(&edge, "/api/middlewares", json!({"name": "calm", "yaml": yaml})).await;
    let body = json!({"name": "both", "weighted.services.name": ["one", "two"], "weighted.services.weight": ["3", "1"]});
    post(&edge, "/api/services", body).await;
    edge.save(&[
        ("serviceName", "app"),
        ("protocol", "http"),
        ("httpRule", "Host(`app.test`)"),
        ("entryPoints", "web"),
        ("certResolver", "__disabled__"),
        ("middlewares", "calm"),
        ("serviceRef", "both"),
    ])
    .await;
    let visitor = traefik.visitor("app.test");
    eventually("the route", async || (visitor.get("/").await.status.as_u16() == 200).then_some(())).await;
    both_serve(&visitor, "new").await;

    for (path, old, new) in [
        ("/api/services", "both", "mixed"),
        ("/api/services", "one", "left"),
        ("/api/middlewares", "calm", "quiet"),
    ] {
        post(&edge, path, json!({"originalName": old, "name": new})).await;
    }
    eventually("the new names", async || {
        let service = traefik.ask("/api/http/services/mixed@file").await?;
        let middleware = traefik.ask("/api/http/middlewares/quiet@file").await?;
        let is_whole = service.to_string().contains("left") && middleware["status"] == "enabled";
        (is_whole && traefik.ask("/api/http/services/one@file").await.is_none()).then_some(())
    })
    .await;
    both_serve(&visitor, "renamed").await;

    let refused = edge.key.send(hyper::Method::DELETE, "/api/services/mixed", &[], "".into()).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text());
    assert_eq!(refused.json()["goes"][0]["name"], "app");
    both_serve(&visitor, "refused").await;
    let mark = refused.json()["mark"].as_str().unwrap().to_owned();
    let path = format!("/api/services/mixed?cascade=true&mark={mark}");
    let answer = edge.key.send(hyper::Method::DELETE, &path, &[], "".into()).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    eventually("404 after the deletion", async || {
        (visitor.get("/").await.status.as_u16() == 404).then_some(())
    })
    .await;
    for path in ["/api/services/left", "/api/services/two", "/api/middlewares/quiet"] {
        let answer = edge.key.send(hyper::Method::DELETE, path, &[], "".into()).await;
        assert_eq!(answer.json()["ok"], true, "{path}: {}", answer.text());
    }
    assert_eq!(edge.text(), HAND_WRITTEN, "what was written by hand is what it was");
}
