//! Every page of the table of endpoints, in a real Chromium: nothing is missing, blocked or thrown, nothing comes from
//! elsewhere, no page is heavy, and nobody is shut out (WCAG 2.2 AA, by axe-core).

use std::fs;

use serde_json::{Value, json};
use traefik_manager_http::Door;

use crate::{
    site::{FILES, Site},
    support::{browser::Browser, npm},
    table,
    weight::{HEAVIEST, weight},
};

/// Phone, tablet, wide screen.
const WIDTHS: [(u32, u32); 3] = [(390, 844), (1024, 768), (1920, 1080)];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_table_is_whole_light_and_open_to_everybody() {
    let Some(axe) = npm::installed("axe-core", "tests/browser/axe", &["package.json", "package-lock.json"])
    else {
        return;
    };
    let axe = fs::read_to_string(axe.join("node_modules/axe-core/axe.min.js")).unwrap();
    let Some(site) = Site::open(&FILES).await else { return };
    let mut walk = Walk { site: &site, axe, complaints: Vec::new() };
    // Without single sign-on its two addresses only send on.
    for path in table::pages(|door| door == Door::SignIn) {
        walk.visit(&path).await;
    }
    site.sign_in_for_the_first_time().await;
    for address in table::opened(&site).await {
        walk.visit(&address).await;
    }
    // What stands where there is no page.
    walk.visit("/no-such-page").await;
    assert!(walk.complaints.is_empty(), "{}", walk.complaints.join("\n"));
}

struct Walk<'s> {
    site: &'s Site,
    /// The source of axe-core.
    axe: String,
    complaints: Vec<String>,
}

impl Walk<'_> {
    async fn visit(&mut self, address: &str) {
        let browser = &self.site.browser;
        for (width, height) in WIDTHS {
            browser.resize(width, height).await;
            self.site.goto(address).await;
            browser.script(&self.axe, &[]).await;
            for dark in [false, true] {
                browser.prefer_dark(dark).await;
                let theme = if dark { "dark" } else { "light" };
                let what = format!("{address}, {width} wide, {theme}");
                self.look(&what).await;
                self.axe(&what).await;
            }
        }
        browser.prefer_dark(false).await;
        let bytes = weight(self.site).await;
        if bytes > HEAVIEST {
            self.complaints.push(format!("{address} weighs {bytes} bytes"));
        }
    }

    /// What the browser has to say of the page.
    async fn look(&mut self, what: &str) {
        let browser: &Browser = &self.site.browser;
        let url = &self.site.manager.url;
        for line in browser.console().await {
            // A refusal that the walk has asked for, and hints about good style.
            let is_fine =
                line.starts_with("DEBUG") || line.contains("the server responded with a status of 4");
            if !is_fine {
                self.complaints.push(format!("{what}: {line}"));
            }
        }
        let loaded = browser.script(LOADED, &[]).await;
        for address in loaded.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !address.starts_with(url.as_str()) {
                self.complaints.push(format!("{what}: {address} is not ours"));
            }
        }
        let title = browser.script(TITLE, &[]).await;
        let is_page = title.as_str().is_some_and(|title| title.contains("Traefik Manager"));
        if !is_page {
            self.complaints.push(format!("{what}: no page, but {title}"));
        }
    }

    /// What stands in the way of somebody.
    async fn axe(&mut self, what: &str) {
        let found = self.site.browser.script(AXE, &[json!(TAGS)]).await;
        let violations = found.as_array().unwrap_or_else(|| panic!("{what}: {found}"));
        self.complaints.extend(violations.iter().map(|violation| format!("{what}: {violation}")));
    }
}

/// What axe-core calls WCAG 2.2 AA.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const AXE: &str = r"
return axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] }).then((found) =>
  found.violations.map((it) => `${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map((node) =>
    node.target.join(' ') + ' ' + node.html.slice(0, 120) + ' ' + node.any.map((one) => one.message).join(' ')).join(' | ')}`));
";

const LOADED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
const TITLE: &str = "return document.title";
