//! The page of the API: what it finds, and what is tried on it.

use serde_json::json;

use crate::{
    site::{FILES, Site},
    support::browser::ENTER,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_found_and_tried_with_the_session_and_with_a_key_that_is_not_kept() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/api").await;
    let browser = &site.browser;
    browser.press("/").await;
    browser.press("routes toggle").await;
    site.says("#api-found", &["1 of "]).await;
    browser.find("#toggleRoute > summary").await.click().await;
    browser.find("#toggleRoute-id").await.fill("media.yml::jellyfin").await;
    let before = site.text("media.yml");
    browser.find("#toggleRoute button").await.click().await;
    site.says("#toggleRoute .answer", &["200", "nothing was", "dry_run"]).await;
    assert_eq!(site.text("media.yml"), before, "what is tried is only shown, unless somebody wants it done");
    browser.script("document.getElementById('toggleRoute-dry_run').value = 'false'", &[]).await;
    browser.find("#toggleRoute-id").await.type_text(ENTER).await;
    site.says("#toggleRoute .answer", &["200", "disabled"]).await;
    assert_ne!(site.text("media.yml"), before);

    browser.find("#api-key").await.type_text("no-such-key").await;
    browser.find("#toggleRoute button").await.click().await;
    site.says("#toggleRoute .answer", &["401", "\"ok\": false"]).await;
    let kept =
        browser.script("return [localStorage.length, sessionStorage.length, document.cookie]", &[]).await;
    assert_eq!(kept, json!([0, 0, ""]));
    site.nothing_went_wrong().await;
    browser.reload().await;
    assert_eq!(browser.find("#api-key").await.property("value").await, json!(""), "not after a reload");

    // A link to one operation shows it.
    site.goto("/").await;
    site.goto("/api#listRoutes").await;
    assert!(browser.find("#listRoutes button").await.is_displayed().await);
    if let Some(folder) = std::env::var_os("SCREENSHOTS").map(std::path::PathBuf::from) {
        for (width, dark) in [(1280, false), (390, true)] {
            browser.resize(width, 860).await;
            browser.prefer_dark(dark).await;
            browser.script("document.getElementById('saveRoute').open = true; document.getElementById('saveRoute').scrollIntoView()", &[]).await;
            browser.find("#saveRoute button").await.click().await;
            site.says("#saveRoute .answer", &["40"]).await;
            browser.screenshot(&folder.join(format!("api-open-{width}.png"))).await;
            browser.script("scrollTo(0, 0)", &[]).await;
            browser.screenshot(&folder.join(format!("api-top-{width}.png"))).await;
        }
    }
}
