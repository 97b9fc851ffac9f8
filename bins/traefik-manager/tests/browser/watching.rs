//! Pages that answer while one watches: the route map under the pointer and the keys, the log that is followed.

use std::{fs, io::Write as _, time::Duration};

use serde_json::Value;

use crate::{
    keyboard::{press, tab_to},
    site::{FILES, Site},
    support::{
        backend,
        browser::{ENTER, TAB},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_way_stands_out_on_the_map_under_the_pointer_and_with_the_focus() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    site.goto("/map").await;
    assert_eq!(lit(&site).await, (Vec::<String>::new(), 0), "nothing stands out by itself");
    let wanted = ["websecure", "jellyfin", "secure-headers"];
    site.browser.find(".map a[href*='jellyfin']").await.hover().await;
    let (by_pointer, dim) = lit(&site).await;
    assert!(wanted.iter().all(|name| by_pointer.iter().any(|one| one.contains(name))), "{by_pointer:?}");
    assert!(dim > by_pointer.len(), "the others step back: {dim}");
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        site.browser.screenshot(&std::path::Path::new(&folder).join("map-hover.png")).await;
    }
    site.browser.find("h1").await.hover().await;
    assert_eq!(lit(&site).await, (Vec::new(), 0), "away from it all are alike again");

    // The keys reach the same nodes, in their order, and show the same.
    let mut by_keys = Vec::new();
    for _ in 0..80 {
        press(&site, TAB).await;
        if site
            .browser
            .script(FOCUS, &[])
            .await
            .as_str()
            .is_some_and(|href| href.contains("routes/edit?id=media.yml%3A%3Ajellyfin"))
        {
            by_keys = lit(&site).await.0;
            break;
        }
    }
    assert_eq!(by_keys, by_pointer);
    press(&site, ENTER).await;
    site.browser.wait_for_url("/routes/edit").await;
    site.nothing_went_wrong().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_followed_as_long_as_somebody_wants_it() {
    let Some(site) = Site::open_without_traefik(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    let log = site.home().join("access.log");
    let ask = |path: &str| {
        let line = format!(
            "10.0.0.9 - - [27/Nov/2026:10:00:00 +0000] \"GET {path} HTTP/1.1\" 200 5 \"-\" \"-\" 1 \"app@file\" \"http://10.0.0.1\" 1ms\n"
        );
        fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(line.as_bytes()).unwrap();
    };
    site.goto("/logs").await;
    ask("/before-anybody-follows");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(!shows(&site, "/before-anybody-follows").await, "nobody has asked for it");
    tab_to(&site, "Follow").await;
    press(&site, " ").await;
    site.says("#log", &["/before-anybody-follows"]).await;
    for path in ["/first-of-all", "/second-of-all"] {
        ask(path);
        site.says("#log", &[path]).await;
    }
    press(&site, " ").await;
    ask("/after-all");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(!shows(&site, "/after-all").await, "it stands still");

    // What a search leaves out is not followed either.
    site.goto("/logs?q=wanted").await;
    site.browser.find("[data-follow]").await.click().await;
    ask("/other");
    ask("/wanted");
    site.says("#log", &["/wanted"]).await;
    assert!(!shows(&site, "/other").await);
    site.nothing_went_wrong().await;
}

/// What the real Traefik has from another provider is seen as it comes and goes, and nobody can change it here.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_of_another_provider_comes_into_the_list_without_a_way_to_change_it() {
    let Some(mut site) = Site::open(&FILES).await else { return };
    let Some(traefik) = &mut site.traefik else { return };
    let given = backend::Http::start(
        r#"{"http": {"routers": {"shop": {"rule": "Host(`shop.test`)", "service": "shop", "entryPoints": ["web"]}},
        "services": {"shop": {"loadBalancer": {"servers": [{"url": "http://10.0.0.9:80"}]}}}}}"#,
    )
    .await;
    let own = fs::read_to_string(traefik.static_file()).unwrap();
    let more = format!("providers:\n  http: {{endpoint: '{}', pollInterval: 1s}}\n", given.url);
    fs::write(traefik.static_file(), own.replace("providers:\n", &more)).unwrap();
    traefik.restart().await;
    traefik.wait_for_router("http", "shop@http").await;
    site.sign_in_for_the_first_time().await;
    site.goto("/").await;
    let row =
        site.says("tr:has(.name):not(:has(.switch))", &["shop", "from http", "10.0.0.9", "Loaded"]).await;
    assert!(!row.contains("Edit"), "{row}");
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        for (width, dark) in [(1280, false), (1280, true), (390, false)] {
            site.browser.resize(width, 1_400).await;
            site.browser.prefer_dark(dark).await;
            let name = format!("routes-foreign-{}-{width}.png", if dark { "dark" } else { "light" });
            site.browser.screenshot(&std::path::Path::new(&folder).join(name)).await;
        }
        site.browser.resize(1280, 860).await;
    }
    site.browser.script(CHOOSE, &[]).await;
    site.says(".counts", &["1 of 12 routes"]).await;
    assert!(site.browser.url().await.contains("provider=http"));
    site.nothing_went_wrong().await;
}

async fn shows(site: &Site, text: &str) -> bool {
    site.browser
        .script("return document.getElementById('log').innerText", &[])
        .await
        .as_str()
        .unwrap()
        .contains(text)
}

/// What stands out on the map, in order, and how many parts step back.
async fn lit(site: &Site) -> (Vec<String>, usize) {
    let said = site.browser.script(LIT, &[]).await;
    let names = said[0].as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned);
    (names.collect(), usize::try_from(said[1].as_u64().unwrap()).unwrap())
}

const LIT: &str = "const map = document.querySelector('.map svg'); \
    return [[...map.querySelectorAll('a.lit')].map((node) => node.textContent), map.querySelectorAll('.dim').length]";
const CHOOSE: &str = "const box = document.querySelector('select[name=provider]'); box.value = 'http'; \
    box.dispatchEvent(new Event('input', { bubbles: true }))";
const FOCUS: &str =
    "return document.activeElement.closest('.map svg') ? document.activeElement.getAttribute('href') : ''";
