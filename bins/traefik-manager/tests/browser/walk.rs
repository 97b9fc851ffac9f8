//! Every page of the table of endpoints, in a real Chromium: nothing is missing, blocked or thrown, nothing comes from
//! elsewhere, no page is heavy, and nobody is shut out (WCAG 2.2 AA, by axe-core).
//!
//! The pages come from the table, so that none can be forgotten; one that cannot be opened by its path alone needs a row
//! in [`OPENED_WITH`].

use std::fs;

use hyper::Method;
use serde_json::{Value, json};
use traefik_manager_http::{Door, endpoints};

use crate::{
    site::{FILES, Site},
    support::{browser::Browser, npm},
};

/// What pages of one thing are opened with, by path.
const OPENED_WITH: [(&str, &str); 20] = [
    ("/static/edit", "section=entryPoints"),
    ("/static/remove", "section=entryPoints&name=websecure"),
    ("/dashboard/tile", "route=media.yml::jellyfin"),
    ("/routes/edit", "id=media.yml::jellyfin"),
    ("/routes/delete", "id=media.yml::photos"),
    ("/routes/raw", "id=media.yml::photos-share"),
    ("/middlewares/edit", "name=secure-headers"),
    ("/middlewares/delete", "name=secure-headers"),
    ("/services/edit", "name=shop-old"),
    ("/services/delete", "name=shop-old"),
    ("/transports/edit", "name=private-ca"),
    ("/transports/delete", "name=private-ca"),
    ("/tls/new", "kind=options"),
    ("/tls/edit", "kind=options&name=modern"),
    ("/tls/delete", "kind=options&name=modern"),
    ("/files/edit", "file=tenants.yml"),
    ("/backups/restore", ""),
    ("/backups/delete", ""),
    ("/history/trial", "change=1"),
    ("/keys/revoke", ""),
];

/// The most that a page may weigh with its style, scripts and pictures, in bytes as they are read, not compressed.
const HEAVIEST: u64 = 150_000;

/// Phone, tablet, wide screen.
const WIDTHS: [(u32, u32); 3] = [(390, 844), (1024, 768), (1920, 1080)];

/// The addresses of the pages behind a kind of door.
fn pages(is_wanted: fn(Door) -> bool) -> Vec<String> {
    let all = endpoints().into_iter();
    let is_page = |path: &str| !path.contains('{') && !path.starts_with("/api/") && !path.contains('.');
    let wanted = all.filter(|it| it.method == Method::GET && is_page(it.path) && is_wanted(it.door));
    wanted.map(|endpoint| endpoint.path.to_owned()).collect()
}

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
    for path in pages(|door| door == Door::SignIn) {
        walk.visit(&path).await;
    }
    site.sign_in_for_the_first_time().await;
    let backup = get_ready(&site).await;
    let mut opened = 0;
    for path in pages(|door| matches!(door, Door::Inside | Door::Account)) {
        if !is_html(&site, &path).await {
            continue;
        }
        let with = OPENED_WITH.iter().find(|(of, _)| *of == path).map(|(_, with)| *with);
        let query = match (path.as_str(), with) {
            ("/backups/restore" | "/backups/delete", _) => format!("?name={backup}"),
            ("/keys/revoke", _) => format!("?preview={}", key(&site).await),
            (_, Some(with)) => format!("?{with}"),
            (_, None) => String::new(),
        };
        walk.visit(&format!("{path}{query}")).await;
        opened += 1;
    }
    assert!(opened > 30, "the table has more pages than {opened}");
    // What stands where there is no page.
    walk.visit("/no-such-page").await;
    assert!(walk.complaints.is_empty(), "{}", walk.complaints.join("\n"));
}

/// What goes on and on, such as events, and data are no pages.
async fn is_html(site: &Site, path: &str) -> bool {
    let kind = site.browser.script(KIND, &[json!(path)]).await;
    // The browser notes each refusal that it hears of.
    site.browser.console().await;
    kind.as_str().is_some_and(|kind| kind.starts_with("text/html"))
}

/// A switched-off route, a backup and a key, so that their pages show something; the name of the backup.
async fn get_ready(site: &Site) -> String {
    site.browser.find("button.switch[value='home.yml::recipes']").await.click().await;
    site.says("tr.is-off", &["recipes"]).await;
    site.goto("/keys").await;
    site.browser.find("input[name=device_name]").await.type_text("Phone").await;
    site.submit().await;
    site.browser.find("#key").await;
    let backups =
        site.browser.script("return fetch('/api/backups').then((answer) => answer.json())", &[]).await;
    backups[0]["name"].as_str().unwrap_or_else(|| panic!("{backups}")).to_owned()
}

/// The handle of a key.
async fn key(site: &Site) -> String {
    let ask = "return fetch('/api/auth/apikey/status').then((answer) => answer.json())";
    let keys = site.browser.script(ask, &[]).await;
    keys["keys"][0]["preview"].as_str().unwrap_or_else(|| panic!("{keys}")).to_owned()
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
            for dark in [false, true] {
                browser.prefer_dark(dark).await;
                self.site.goto(address).await;
                let theme = if dark { "dark" } else { "light" };
                let what = format!("{address}, {width} wide, {theme}");
                self.look(&what).await;
                // The layouts for a tablet and for a wide screen hold the same things.
                if width < 1900 {
                    self.axe(&what).await;
                }
            }
        }
        browser.prefer_dark(false).await;
        let sizes = browser.script(WEIGHT, &[]).await;
        if sizes.as_u64().is_none_or(|bytes| bytes > HEAVIEST) {
            self.complaints.push(format!("{address} weighs {sizes} bytes"));
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
        let is_missing = browser.source().await.contains("<h1>Not Found</h1>");
        let may_be_missing = ["/no-such-page", "/auth/oidc", "/backups/git/commit"];
        if is_missing && !may_be_missing.iter().any(|path| what.starts_with(path)) {
            self.complaints.push(format!("{what}: it is not there; say in `OPENED_WITH` how it is opened"));
        }
    }

    /// What stands in the way of somebody.
    async fn axe(&mut self, what: &str) {
        let script = format!("{}\n{AXE}", self.axe);
        let found = self.site.browser.script(&script, &[json!(TAGS)]).await;
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

const KIND: &str = "const over = new AbortController(); \
    return fetch(arguments[0], { signal: over.signal, headers: { Accept: 'text/html' } }) \
    .then((answer) => { over.abort(); return answer.headers.get('content-type'); })";
const LOADED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
const TITLE: &str = "return document.title";

/// HTML, style, scripts and pictures; data that a script fetches is no part of the page.
const WEIGHT: &str = "return performance.getEntries() \
    .filter((entry) => entry.entryType === 'navigation' || (entry.entryType === 'resource' && entry.initiatorType !== 'fetch')) \
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0)";
