//! The names of fields as one types, in the editors for YAML.

use serde_json::json;

use crate::{
    site::{FILES, Site},
    support::{
        browser::{CONTROL, DOWN, ENTER, ESCAPE, TAB},
        eventually,
    },
};

/// Texts with a `|` where the caret is, and the fields that are offered first; nothing where names are one's own.
const PLACES: [(&str, &[&str]); 35] = [
    ("|", &["http", "tcp", "udp", "tls"]),
    ("http:\n  |", &["routers", "services", "middlewares"]),
    ("http:\n  routers:\n  |", &["services", "middlewares"]),
    ("http:\n  routers:\n    |", &[]),
    ("http:\n  routers:\n    app:\n      |", &["entryPoints", "middlewares", "service", "rule"]),
    (
        "http:\n  routers:\n    app:\n      rule: Host(`a`)\n      |\n      service: b",
        &["entryPoints", "middlewares", "ruleSyntax"],
    ),
    ("http:\n  routers:\n    app:\n      rule: x\n    b:\n      tls:\n        op|", &["options"]),
    (
        "http:\n    routers:\n        'a b':\n            tls:\n                domains:\n                - ma|",
        &["main"],
    ),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n          - |",
        &["url", "weight"],
    ),
    ("http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n        - |", &["url", "weight"]),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n          - url: http://a\n            |",
        &["weight"],
    ),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n        - url: http://a\n        - weight: 1\n          |",
        &["url", "preservePath"],
    ),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n          - url: http://a\n        |",
        &["sticky", "healthCheck"],
    ),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        sticky:\n          cookie:   # ours\n            # and\n\n            na|",
        &["name"],
    ),
    ("http:\n  services:\n    app: &app\n      lo|", &["loadBalancer"]),
    ("http:\n  middlewares:\n    h:\n      headers:\n        customRequestHeaders:\n          |", &[]),
    ("http:\n  middlewares:\n    h:\n      plugin:\n        mine:\n          |", &[]),
    (
        "http:\n  middlewares:\n    h:\n      rateLimit:\n        sourceCriterion:\n          ipStrategy:\n            de|",
        &["depth"],
    ),
    ("http:\n  middlewares:\n    h:\n      redirectScheme:\n        scheme: ht|", &["https", "http"]),
    ("http:\n  middlewares:\n    h:\n      redirectScheme:\n        permanent: |", &["true", "false"]),
    ("http:\n  middlewares:\n    h:\n      redirectScheme:\n        port: |", &[]),
    ("http:\n  middlewares:\n    h:\n      redirectScheme: {|", &["scheme", "port", "permanent"]),
    ("http:\n  middlewares:\n    h:\n      redirectScheme: {scheme: 'a,b', | }", &["port", "permanent"]),
    ("http:\n  middlewares:\n    h:\n      redirectScheme: { permanent: f|}", &["false"]),
    ("http:\n  middlewares:\n    h: {redirectScheme: {scheme: https, pe|", &["permanent"]),
    ("http:\n  routers: {a: {rule: x, tls: {}, |", &["entryPoints", "middlewares", "service"]),
    ("http:\n  routers: {a: {rule: x}, |", &[]),
    ("http:\n  services:\n    app:\n      loadBalancer: {servers: [{url: a}, {|", &["url", "weight"]),
    (
        "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n          - {url: a, |",
        &["weight"],
    ),
    ("http:\n  routers:\n    a: {rule: \"Host(`x`) && {|", &[]),
    ("http:\n  middlewares:\n    h:\n      unknown:\n        |", &[]),
    ("tcp:\n  middlewares:\n    h:\n      |", &["inFlightConn", "ipWhiteList", "ipAllowList"]),
    ("udp:\n  |", &["routers", "services"]),
    ("tls:\n  certificates:\n    - certFile: a\n      |", &["keyFile", "stores"]),
    (
        "tls:\n  stores:\n    default:\n      defaultGeneratedCert:\n        domain:\n          |",
        &["main", "sans"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_caret_is_found_wherever_it_stands() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/files/edit?file=home.yml").await;
    for (text, expected) in PLACES {
        site.browser.script(PUT, &[json!(text)]).await;
        site.browser.press_with(CONTROL, " ").await;
        // The schema comes once, and before the list opens.
        eventually(&format!("{expected:?} at {text:?}"), async || {
            let names = site.browser.script(OFFERED, &[]).await;
            let names: Vec<&str> = names.as_array()?.iter().filter_map(|name| name.as_str()).collect();
            (names.len() >= expected.len()
                && names.starts_with(expected)
                && names.is_empty() == expected.is_empty())
            .then_some(())
        })
        .await;
        site.browser.press(ESCAPE).await;
    }
    site.nothing_went_wrong().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_middleware_is_written_with_the_names_that_are_offered() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/middlewares/new?from=yaml").await;
    site.browser.find("#name").await.type_text("to-https").await;
    site.browser.find("#yaml").await.click().await;
    site.browser.script(PUT, &[json!("|")]).await;
    wait_for_the_schema(&site).await;
    let browser = &site.browser;
    browser.press("redir").await;
    site.says(".completion", &["redirectRegex", "redirectScheme", "mapping"]).await;
    browser.press(DOWN).await;
    let said = browser.script(ACTIVE, &[]).await;
    assert!(said.as_str().unwrap_or_default().starts_with("redirectScheme"), "screen readers hear {said}");
    browser.press(ENTER).await;
    site.says(".completion", &["scheme", "permanent"]).await;
    browser.press("sch").await;
    browser.press(TAB).await;
    browser.press("https").await;
    browser.press(ENTER).await;
    browser.press("per").await;
    browser.press(ENTER).await;
    browser.press("true").await;
    let text = "redirectScheme:\n  scheme: https\n  permanent: true";
    assert_eq!(browser.find("#yaml").await.property("value").await, json!(text));

    // Nobody is held by the editor.
    browser.press(ENTER).await;
    browser.press("po").await;
    site.says(".completion", &["port"]).await;
    browser.press(ESCAPE).await;
    browser.press(TAB).await;
    let focus = browser.script("return document.activeElement.id", &[]).await;
    assert_ne!(focus, json!("yaml"), "Escape, then Tab leaves");
    browser.find("#yaml").await.click().await;
    browser.script(PUT, &[json!(format!("{text}\n|"))]).await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    let written = "    to-https:\n      redirectScheme:\n        scheme: https\n        permanent: true\n";
    assert!(site.text("home.yml").contains(written), "{}", site.text("home.yml"));

    site.goto("/middlewares/new?from=yaml").await;
    browser.script("document.querySelector('#protocol').value = 'tcp'", &[]).await;
    browser.resize(390, 844).await;
    browser.find("#yaml").await.click().await;
    browser.script(PUT, &[json!("|")]).await;
    wait_for_the_schema(&site).await;
    browser.press("in").await;
    site.says(".completion", &["inFlightConn"]).await;
    assert!(!site.says(".completion", &["inFlight"]).await.contains("inFlightReq"), "TCP has none");
    browser.find(".completion li").await.click().await;
    assert_eq!(browser.find("#yaml").await.property("value").await, json!("inFlightConn:\n  "));
    site.nothing_went_wrong().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_moved_and_those_at_fault_are_marked() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/middlewares/edit?name=secure-headers&as=yaml").await;
    let browser = &site.browser;
    browser.find("#yaml").await.click().await;
    browser.script(PUT, &[json!("a:\n  b: 1\n|")]).await;
    browser.press(TAB).await;
    browser.press("c: 2").await;
    browser.press_with("\u{e008}", TAB).await;
    assert_eq!(browser.find("#yaml").await.property("value").await, json!("a:\n  b: 1\nc: 2"));
    browser.press_with(CONTROL, "a").await;
    browser.press(TAB).await;
    assert_eq!(browser.find("#yaml").await.property("value").await, json!("  a:\n    b: 1\n  c: 2"));
    browser.press_with(CONTROL, "z").await;
    assert_eq!(
        browser.find("#yaml").await.property("value").await,
        json!("a:\n  b: 1\nc: 2"),
        "it can be undone"
    );

    browser.script(PUT, &[json!("headers:\n  frameDeny: true\n  framDeny: true\n|")]).await;
    site.submit().await;
    site.says(".marks", &["Line 3", "Did you mean `frameDeny`"]).await;
    assert_eq!(browser.find(".gutter .faulty").await.text().await, "3");
    let chosen = "const e = document.activeElement; return e.value.slice(e.selectionStart, e.selectionEnd)";
    assert_eq!(browser.script(chosen, &[]).await, json!("  framDeny: true"));
}

async fn wait_for_the_schema(site: &Site) {
    site.browser.press_with(CONTROL, " ").await;
    site.browser.find(".completion:not([hidden])").await;
    site.browser.press(ESCAPE).await;
}

const PUT: &str = "const area = document.querySelector('textarea.code'); const at = arguments[0].indexOf('|'); \
    area.focus(); area.value = arguments[0].replace('|', ''); area.setSelectionRange(at, at)";
const OFFERED: &str = "const list = document.querySelector('.completion'); \
    return list.hidden ? [] : [...list.querySelectorAll('b')].map((name) => name.textContent)";
const ACTIVE: &str = "return document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent";
