//! The real programs that other tests lean on do what those tests take for granted.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;

use support::{
    backend::{self, ask_tcp, ask_udp},
    browser::Browser,
    traefik::Traefik,
};

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>
<style>body { background: rgb(255, 255, 255) } @media (prefers-color-scheme: dark) { body { background: rgb(0, 0, 0) } }</style>
<h1 id="head">Hello</h1><form><input name="word" value="old"><button type="button">Go</button></form>
<p id="out"></p><script>
console.error("a complaint");
document.querySelector("button").onclick = () => { out.textContent = document.querySelector("input").value; };
</script>"#;

#[tokio::test]
async fn traefik_serves_http_tcp_and_udp_and_follows_its_file() {
    let (first, second) = (backend::Http::start("first").await, backend::Http::start("second").await);
    let (tcp, udp) = (backend::TcpEcho::start("tcp:").await, backend::UdpEcho::start("udp:").await);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yml");
    let text = format!(
        "http:\n  routers:\n    app: {{rule: 'Host(`app.example`)', service: app, entryPoints: [web]}}\n  \
         services:\n    app: {{loadBalancer: {{servers: [{{url: '{}'}}]}}}}\n\
         tcp:\n  routers:\n    t: {{rule: 'HostSNI(`*`)', service: t, entryPoints: [tcp]}}\n  \
         services:\n    t: {{loadBalancer: {{servers: [{{address: '{}'}}]}}}}\n\
         udp:\n  routers:\n    u: {{service: u, entryPoints: [udp]}}\n  \
         services:\n    u: {{loadBalancer: {{servers: [{{address: '{}'}}]}}}}\n",
        first.url, tcp.address, udp.address
    );
    fs::write(&file, &text).unwrap();
    let Some(mut traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("udp", "u@file").await;

    let visitor = traefik.visitor("app.example");
    assert_eq!(visitor.get("/").await.text(), "first");
    assert!(first.seen().concat().contains("app.example"));
    assert_eq!(traefik.visitor("other.example").get("/").await.status, 404);
    assert_eq!(ask_tcp(traefik.tcp, "hello").await.as_deref(), Some("tcp:hello"));
    assert_eq!(ask_udp(traefik.udp, "hello").await.as_deref(), Some("udp:hello"));

    fs::write(&file, text.replace(&first.url, &second.url)).unwrap();
    traefik
        .wait_for("/api/http/services/app@file", |service| service.to_string().contains(&second.url))
        .await;
    assert_eq!(visitor.get("/").await.text(), "second");

    traefik.restart().await;
    traefik.wait_for_router("http", "app@file").await;
    assert_eq!(traefik.visitor("app.example").get("/").await.text(), "second");
}

#[tokio::test]
async fn the_browser_clicks_types_and_tells_what_it_sees() {
    let page = backend::Http::start(PAGE).await;
    let Some(browser) = Browser::start().await else { return };
    browser.goto(&page.url).await;
    assert_eq!(browser.title().await, "A page");
    assert_eq!(browser.find("#head").await.text().await, "Hello");

    let input = browser.find("input").await;
    assert_eq!(input.attribute("value").await.as_deref(), Some("old"));
    input.fill("typed").await;
    browser.find("button").await.click().await;
    assert_eq!(browser.find("#out").await.text().await, "typed");
    assert_eq!(input.property("value").await, "typed");
    assert!(browser.find_all(".none").await.is_empty());
    assert!(browser.console().await.concat().contains("a complaint"));

    let body = browser.find("body").await;
    browser.prefer_dark(true).await;
    assert_eq!(body.css("background-color").await, "rgba(0, 0, 0, 1)");
    browser.prefer_dark(false).await;
    assert_eq!(body.css("background-color").await, "rgba(255, 255, 255, 1)");

    browser.resize(390, 844).await;
    assert_eq!(browser.script("return window.innerWidth", &[]).await, 390);
    assert!(browser.screenshot_bytes().await.starts_with(b"\x89PNG"));

    browser.switch_scripts(false).await;
    browser.goto(&page.url).await;
    browser.find("button").await.click().await;
    assert_eq!(browser.find("#out").await.text().await, "");
}
