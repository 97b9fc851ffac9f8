//! What a page weighs: however many routes there are, none takes long on a slow line.

use std::fs;

use crate::{
    many,
    site::{FILES, Site},
    support::eventually,
    table,
};

/// The most that a page may weigh with all that it loads, in bytes as they are sent.
pub(crate) const HEAVIEST: u64 = 150_000;

/// What the page that is open weighs, to somebody who comes for the first time: HTML, style, scripts, pictures, what its
/// scripts have fetched, and the heads of all these.
pub(crate) async fn weight(site: &Site) -> u64 {
    let bytes = site.browser.script(WEIGHT, &[]).await;
    bytes.as_u64().unwrap_or_else(|| panic!("no weight, but {bytes}"))
}

/// Weighs these pages.
///
/// # Panics
/// With those that weigh too much.
pub(crate) async fn weigh(site: &Site, addresses: &[String]) {
    let mut heavy = Vec::new();
    for address in addresses {
        site.goto(address).await;
        let bytes = weight(site).await;
        if bytes > HEAVIEST {
            heavy.push(format!("{address}: {bytes}"));
        }
    }
    assert!(heavy.is_empty(), "{heavy:#?}");
}

/// An editor holds the text of its file, which is as long as it is; the one here is of a short file.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_heavy_with_a_thousand_routes() {
    let Some(site) = Site::open(&FILES).await else { return };
    fs::write(site.file("many.yml"), many::file(1_000)).unwrap();
    site.sign_in_for_the_first_time().await;
    if let Some(traefik) = &site.traefik {
        traefik.wait_for_router("http", "app-00999@file").await;
    }
    eventually("a thousand routes", async || {
        site.goto("/").await;
        site.browser.source().await.contains("Page 1 of 21").then_some(())
    })
    .await;
    let mut addresses = table::opened(&site).await;
    let more = ["/?view=cards", "/?q=app", "/map?q=app-0", "/services?q=app", "/search?q=app"];
    addresses.extend(more.map(Into::into));
    weigh(&site, &addresses).await;
    site.nothing_went_wrong().await;
}

/// What is read from a cache has no `transferSize`; what an answer has beside its body Chromium counts as 300 bytes.
const WEIGHT: &str = "return performance.getEntries() \
    .filter((entry) => entry.entryType === 'navigation' || entry.entryType === 'resource') \
    .reduce((sum, entry) => sum + entry.encodedBodySize + 300, 0)";
