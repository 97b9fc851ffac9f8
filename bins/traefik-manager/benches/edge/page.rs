//! The first page in a real browser: what it transfers, and when it answers to a person.

use serde_json::json;

use crate::{
    ROUNDS,
    installation::{Installation, PASSWORD},
    median,
    support::browser::{Browser, ENTER},
};

/// Until scripts have run and the page answers, in milliseconds, and the bytes of everything that it took.
const FIGURES: &str = "const [page] = performance.getEntriesByType('navigation'); \
    return [page.domContentLoadedEventEnd, page.responseEnd, [page, ...performance.getEntriesByType('resource')] \
    .reduce((sum, entry) => sum + entry.transferSize, 0)]";

/// The list of routes with an empty cache, as somebody sees it who comes for the first time.
pub(crate) async fn page() {
    println!("\nGET / in Chromium with an empty cache: all bytes of the page, and until it is interactive");
    println!(
        "{:>9} {:>12} {:>14} {:>16} {:>18}",
        "routers", "bytes", "HTML after ms", "interactive ms", "to reach"
    );
    for (count, to_reach) in [(10, ""), (1_000, "200 KB, 300 ms"), (10_000, "")] {
        let running = Installation::new(count).start();
        let url = format!("http://{}", running.address());
        let Some(browser) = Browser::start().await else { return };
        browser.goto(&format!("{url}/login")).await;
        browser.find("#password").await.type_text(PASSWORD).await;
        browser.press(ENTER).await;
        browser.find("#routes").await;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            browser.cdp("Network.clearBrowserCache", json!({})).await;
            browser.goto(&format!("{url}/")).await;
            let figures = browser.script(FIGURES, &[]).await;
            let figure = |at: usize| figures[at].as_f64().unwrap();
            rounds.push((figure(0), figure(1), figure(2)));
        }
        let (interactive, html, bytes) = median(rounds);
        println!("{count:>9} {bytes:>12.0} {html:>14.1} {interactive:>16.1} {to_reach:>18}");
    }
}
