//! The pages by keyboard alone.

use serde_json::json;

use crate::{
    site::{FILES, Site},
    support::{
        browser::{CONTROL, DOWN, ENTER, ESCAPE, TAB, UP},
        eventually,
    },
};

/// It needs no script: the browser opens and closes it.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_a_menu_where_a_bar_has_no_room() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    assert!(site.browser.find("#menu").await.is_displayed().await, "a bar at the side");
    site.browser.resize(390, 844).await;
    site.browser.switch_scripts(false).await;
    site.goto("/").await;
    let menu = site.browser.find("#menu").await;
    assert!(!menu.is_displayed().await);
    tab_to(&site, "Menu").await;
    press(&site, ENTER).await;
    assert!(menu.is_displayed().await);
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        site.browser.screenshot(&std::path::Path::new(&folder).join("menu-390.png")).await;
    }
    press(&site, ESCAPE).await;
    assert!(!menu.is_displayed().await);
    focus_comes_to(&site, "Menu").await;
    press(&site, ENTER).await;
    tab_to(&site, "Services").await;
    press(&site, ENTER).await;
    site.browser.wait_for_url("/services").await;
    assert!(!site.browser.find("#menu").await.is_displayed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_found_from_anywhere() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/settings").await;
    site.browser.press_with(CONTROL, "k").await;
    site.browser.find("dialog[open] input").await;
    press(&site, "jellyfin").await;
    site.says("dialog .hits", &["Route", "Service"]).await;
    let chosen = "return document.querySelector('[aria-selected=true]')?.dataset.address ?? ''";
    let first = site.browser.script(chosen, &[]).await;
    assert_eq!(first, json!("/routes/edit?id=media.yml%3A%3Ajellyfin"));
    press(&site, DOWN).await;
    let second = site.browser.script(chosen, &[]).await;
    assert_ne!(second, first);
    let active = "return document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.dataset.address";
    assert_eq!(site.browser.script(active, &[]).await, second, "those who listen are told the same");
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        site.browser.screenshot(&std::path::Path::new(&folder).join("search-everything.png")).await;
    }
    press(&site, UP).await;
    press(&site, ENTER).await;
    site.browser.wait_for_url("/routes/edit").await;

    site.goto("/settings").await;
    tab_to(&site, "Search everything").await;
    press(&site, ENTER).await;
    site.browser.find("dialog[open] input").await;
    press(&site, "nothing of that name").await;
    site.says("dialog [aria-live]", &["Nothing matches."]).await;
    press(&site, ESCAPE).await;
    focus_comes_to(&site, "Search everything").await;
    site.browser.switch_scripts(false).await;
    site.goto("/settings").await;
    tab_to(&site, "Search everything").await;
    press(&site, ENTER).await;
    site.browser.wait_for_url("/search").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_found_added_and_deleted_without_a_mouse() {
    let Some(site) = Site::open(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/").await;
    press(&site, "/").await;
    focus_comes_to(&site, "q").await;
    press(&site, "jelly").await;
    site.says(".counts", &["1 of 11 routes"]).await;

    site.goto("/").await;
    press(&site, TAB).await;
    focus_comes_to(&site, "Skip to the content").await;
    tab_to(&site, "Add route").await;
    let outline = "return getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(site.browser.script(outline, &[]).await, json!("solid"), "one sees where one is");
    press(&site, ENTER).await;
    site.browser.wait_for_url("/routes/new").await;
    site.browser.find("#name").await;
    focus_comes_to(&site, "serviceName").await;
    press(&site, "keys").await;
    tab_to(&site, "hosts").await;
    press(&site, "keys.test").await;
    tab_to(&site, "server").await;
    press(&site, "http://10.0.0.9:80").await;
    press(&site, ENTER).await;
    site.says("h1", &["Review"]).await;
    tab_to(&site, "Apply").await;
    press(&site, ENTER).await;
    site.says("#messages", &["Saved."]).await;
    assert!(site.text("home.yml").contains("keys.test"));

    tab_to(&site, "keys").await;
    press(&site, " ").await;
    site.browser.find("button.switch[value='home.yml::keys'][aria-checked=false]").await;
    site.says("tr.is-off", &["keys"]).await;
    focus_comes_to(&site, "keys").await;
    tab_to(&site, "Delete keys").await;
    press(&site, ENTER).await;
    site.browser.find("dialog[open]").await;
    press(&site, ESCAPE).await;
    eventually("the dialog to go, and nothing with it", async || {
        site.browser.find_all("dialog").await.is_empty().then_some(())
    })
    .await;
    assert!(site.text("home.yml").contains("keys-service"), "Escape takes nothing away");
    focus_comes_to(&site, "Delete keys").await;
    press(&site, ENTER).await;
    site.browser.find("dialog[open]").await;
    tab_to(&site, "Delete").await;
    press(&site, ENTER).await;
    site.says("#messages", &["Deleted."]).await;
    assert_eq!(site.text("home.yml"), FILES[0].1);
    site.nothing_went_wrong().await;
}

/// The list brings itself up to date while a question is open; what asked is still there when it is closed.
#[tokio::test(flavor = "multi_thread")]
async fn the_focus_comes_back_from_a_question_over_which_the_list_was_brought_up_to_date() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/?q=jelly&done=saved").await;
    tab_to(&site, "Delete jellyfin").await;
    press(&site, ENTER).await;
    site.browser.find("dialog[open]").await;
    let again = "return performance.getEntriesByType('resource').filter((one) => \
                 one.initiatorType === 'fetch' && one.name === location.href).length > 0";
    eventually("the list to be asked for again", async || {
        (site.browser.script(again, &[]).await == json!(true)).then_some(())
    })
    .await;
    press(&site, ESCAPE).await;
    focus_comes_to(&site, "Delete jellyfin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_added_renamed_and_deleted_with_its_users_without_a_mouse() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/services").await;
    press(&site, "/").await;
    focus_comes_to(&site, "q").await;
    press(&site, "rehearsal").await;
    press(&site, ENTER).await;
    site.browser.wait_for_url("q=rehearsal").await;
    site.says("table.list tbody", &["rehearsal", "mirroring"]).await;

    site.goto("/services").await;
    tab_to(&site, "Add service").await;
    press(&site, ENTER).await;
    site.browser.wait_for_url("/services/new").await;
    focus_comes_to(&site, "name").await;
    press(&site, "pair").await;
    tab_to(&site, "loadBalancer.servers.url").await;
    press(&site, "http://10.0.0.8:80").await;
    tab_to(&site, "Add").await;
    press(&site, ENTER).await;
    focus_comes_to(&site, "loadBalancer.servers.url").await;
    press(&site, "http://10.0.0.9:80").await;
    press(&site, TAB).await;
    focus_comes_to(&site, "loadBalancer.servers.weight").await;
    press(&site, "3").await;
    press(&site, ENTER).await;
    site.says("h1", &["Review"]).await;
    tab_to(&site, "Apply").await;
    press(&site, ENTER).await;
    site.says("#messages", &["Saved."]).await;
    let written = "    pair:\n      loadBalancer:\n        servers:\n          - url: http://10.0.0.8:80\n          - url: http://10.0.0.9:80\n            weight: 3\n";
    assert!(site.text("home.yml").contains(written), "{}", site.text("home.yml"));

    site.goto("/services/edit?name=shop-old").await;
    site.browser.find("#name").await;
    tab_to(&site, "name").await;
    press(&site, "shop-old-2").await;
    press(&site, ENTER).await;
    site.says("h1", &["Review"]).await;
    tab_to(&site, "Apply").await;
    press(&site, ENTER).await;
    site.says("#messages", &["Saved."]).await;
    let text = site.text("network.yml");
    let names = ["name: shop-old-2", "    shop-old-2:", "service: shop-old-2"];
    assert!(names.iter().all(|name| text.contains(name)), "{text}");

    tab_to(&site, "Delete shop-old-2").await;
    press(&site, ENTER).await;
    site.browser.find("dialog[open]").await;
    site.says("dialog", &["rehearsal", "deleted too", "stay"]).await;
    press(&site, ESCAPE).await;
    focus_comes_to(&site, "Delete shop-old-2").await;
    assert_eq!(site.text("network.yml"), text, "Escape takes nothing away");
    press(&site, ENTER).await;
    site.browser.find("dialog[open]").await;
    tab_to(&site, "Delete it and 1 more").await;
    press(&site, ENTER).await;
    site.says("#messages", &["Deleted."]).await;
    let text = site.text("network.yml");
    assert!(
        !text.contains("shop-old") && !text.contains("rehearsal") && text.contains("- name: shop-new"),
        "{text}"
    );
    site.nothing_went_wrong().await;
}

/// Sends keys to whatever has the focus.
pub(crate) async fn press(site: &Site, keys: &str) {
    site.browser.press(keys).await;
}

/// What has the focus, by its name in the form or by what it says.
async fn focus(site: &Site) -> String {
    let name = "const e = document.activeElement; return e.name && e.type !== 'submit' ? e.name : (e.labels?.[0] ?? e).textContent.trim()";
    site.browser.script(name, &[]).await.as_str().unwrap_or_default().to_owned()
}

/// Waits until something has the focus: a script may move it a moment after a key.
pub(crate) async fn focus_comes_to(site: &Site, wanted: &str) {
    eventually(&format!("the focus on {wanted}"), async || (focus(site).await == wanted).then_some(())).await;
}

pub(crate) async fn tab_to(site: &Site, wanted: &str) {
    let mut seen = Vec::new();
    for _ in 0..150 {
        press(site, TAB).await;
        let name = focus(site).await;
        if name == wanted {
            return;
        }
        seen.push(name);
    }
    panic!("{wanted} is not among {seen:?}");
}
