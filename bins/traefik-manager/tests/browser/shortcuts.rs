//! The keys that work on every page, and those who do not want them.

use serde_json::{Value, json};

use crate::{
    keyboard::{focus_comes_to, press, tab_to},
    site::{FILES, Site},
    support::{
        browser::{CONTROL, ESCAPE},
        eventually,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_two_keys_away_and_a_list_tells_which() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/").await;
    press(&site, "?").await;
    let said = site.says("dialog[open]", &["Keyboard shortcuts", "Services", "Access log"]).await;
    assert!(said.contains('g') && said.contains("Ctrl"), "{said}");
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        for (width, dark) in [(1280, false), (1280, true), (390, false)] {
            site.browser.resize(width, 860).await;
            site.browser.prefer_dark(dark).await;
            let name = format!("shortcuts-{}-{width}.png", if dark { "dark" } else { "light" });
            site.browser.screenshot(&std::path::Path::new(&folder).join(name)).await;
        }
        site.browser.resize(1280, 860).await;
        site.browser.prefer_dark(false).await;
    }
    // Behind a dialog no key does anything.
    press(&site, "gs").await;
    press(&site, ESCAPE).await;
    no_dialog(&site).await;
    assert_eq!(site.browser.url().await, format!("{}/", site.manager.url));

    let pages = site.browser.script(PAGES, &[]).await;
    let pages = pages.as_array().unwrap();
    assert!(pages.len() > 10, "{pages:?}");
    for page in pages {
        let (key, address) = (page[0].as_str().unwrap(), page[1].as_str().unwrap());
        press(&site, &format!("g{key}")).await;
        let url = format!("{}{address}", site.manager.url);
        eventually(&url, async || (site.browser.url().await == url && is_ready(&site).await).then_some(()))
            .await;
    }
    for (list, form) in [("/", "/routes/new"), ("/services", "/services/new"), ("/tls", "/tls/new")] {
        site.goto(list).await;
        press(&site, "n").await;
        site.browser.wait_for_url(form).await;
    }
    site.goto("/settings").await;
    press(&site, "n").await;
    press(&site, "/").await;
    site.browser.find("dialog.palette[open]").await;
    assert!(site.browser.url().await.ends_with("/settings"), "there is nothing to add");
    site.nothing_went_wrong().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_taken_from_whoever_types_or_has_switched_them_off() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/services").await;
    press(&site, "/").await;
    focus_comes_to(&site, "q").await;
    press(&site, "gr?n/").await;
    let typed = site.browser.script("return document.activeElement.value", &[]).await;
    assert_eq!(typed, json!("gr?n/"));
    assert!(site.browser.url().await.ends_with("/services"));

    site.goto("/services").await;
    tab_to(&site, "Keyboard shortcuts ?").await;
    press(&site, " ").await;
    site.browser.find("dialog.shortcuts[open]").await;
    tab_to(&site, "single-keys").await;
    press(&site, " ").await;
    press(&site, ESCAPE).await;
    no_dialog(&site).await;
    focus_comes_to(&site, "Keyboard shortcuts ?").await;
    for page in ["/services", "/"] {
        site.goto(page).await;
        press(&site, "?n/gs").await;
        no_dialog(&site).await;
        assert_eq!(site.browser.url().await, format!("{}{page}", site.manager.url));
        let focus = site.browser.script("return document.activeElement === document.body", &[]).await;
        assert_eq!(focus, json!(true), "a single key does nothing on {page}");
    }
    let hints = site.browser.find(".search kbd").await;
    assert!(!hints.is_displayed().await, "nothing tells of a key that does not work");
    site.browser.press_with(CONTROL, "k").await;
    site.browser.find("dialog.palette[open]").await;
    press(&site, ESCAPE).await;

    site.browser.find("[data-shortcuts]").await.click().await;
    site.browser.find("dialog[open] input[type=checkbox]").await.click().await;
    press(&site, ESCAPE).await;
    no_dialog(&site).await;
    press(&site, "gs").await;
    site.browser.wait_for_url("/services").await;
    site.nothing_went_wrong().await;
}

async fn no_dialog(site: &Site) {
    eventually("no dialog", async || site.browser.find_all("dialog").await.is_empty().then_some(())).await;
}

/// Whether the scripts of the page have begun to listen.
async fn is_ready(site: &Site) -> bool {
    let ready =
        "return document.readyState === 'complete' && document.documentElement.classList.contains('js')";
    site.browser.script(ready, &[]).await == Value::Bool(true)
}

const PAGES: &str = "return [...document.querySelectorAll('nav [data-key]')] \
    .map((link) => [link.dataset.key, link.getAttribute('href')])";
