//! The pages of the table of endpoints, and what each is opened with: whoever walks the pages walks all of them.
//!
//! They come from the table, so that none can be forgotten; one that cannot be opened by its path alone needs a row in
//! [`OPENED_WITH`], one that only sends on a row in [`SENDS_ON`].

use std::collections::BTreeSet;

use hyper::Method;
use serde_json::{Value, json};
use traefik_manager_http::{Door, endpoints};

use crate::{site::Site, static_config};

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

/// Addresses that only send on to a page of the table, and to which.
const SENDS_ON: [(&str, &str); 5] = [
    ("/account/otp/setup", "/account/otp"),
    ("/account/otp/enable", "/account/otp"),
    ("/account/otp/disable", "/account/otp"),
    ("/account/otp/recovery", "/account/otp"),
    ("/force-change-password", "/"),
];

/// Only there where something is configured that is not here.
const MAY_BE_MISSING: [&str; 1] = ["/backups/git/commit"];

/// The addresses of the pages behind a kind of door.
pub(crate) fn pages(is_wanted: fn(Door) -> bool) -> Vec<String> {
    let all = endpoints().into_iter();
    let is_page = |path: &str| !path.contains('{') && !path.starts_with("/api/") && !path.contains('.');
    let wanted = all.filter(|it| it.method == Method::GET && is_page(it.path) && is_wanted(it.door));
    wanted.map(|endpoint| endpoint.path.to_owned()).collect()
}

/// Every page that somebody sees who is in, with something to show on it.
///
/// # Panics
/// When the table or the navigation has a page that is not among them, or one that does not open.
pub(crate) async fn opened(site: &Site) -> Vec<String> {
    let backup = get_ready(site).await;
    let key = key(site).await;
    let mut addresses = Vec::new();
    let mut paths = BTreeSet::new();
    for path in pages(|door| matches!(door, Door::Inside | Door::Account)) {
        let with = OPENED_WITH.iter().find(|(of, _)| *of == path).map(|(_, with)| *with);
        let address = match (path.as_str(), with) {
            ("/backups/restore" | "/backups/delete", _) => format!("{path}?name={backup}"),
            ("/keys/revoke", _) => format!("{path}?preview={key}"),
            (_, Some(with)) => format!("{path}?{with}"),
            (_, None) => path.clone(),
        };
        let answer = site.browser.script(ANSWER, &[json!(address)]).await;
        // What goes on and on, such as events, and data are no pages.
        if !answer["kind"].as_str().is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        if answer["path"] != json!(path) {
            let sent = SENDS_ON.iter().find(|(of, _)| *of == path);
            assert!(sent.is_some_and(|(_, to)| answer["path"] == json!(to)), "{path} sends on: {answer}");
            continue;
        }
        let may_be_missing = MAY_BE_MISSING.contains(&path.as_str())
            || (path.starts_with("/static") && site.traefik.is_none());
        if may_be_missing && answer["status"] == 404 {
            continue;
        }
        assert_eq!(answer["status"], 200, "{address}; say in `OPENED_WITH` how it is opened");
        addresses.push(address);
        paths.insert(path);
    }
    for path in named(site).await {
        assert!(paths.contains(&path), "{path} is in the navigation and not among {paths:?}");
    }
    // The browser notes each refusal that it hears of.
    site.browser.console().await;
    addresses
}

/// The addresses that the navigation names.
pub(crate) async fn named(site: &Site) -> Vec<String> {
    site.goto("/overview").await;
    let named = site.browser.script(NAMED, &[]).await;
    let named: Vec<_> = named.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(named.len() > 10, "{named:?}");
    named.into_iter().map(str::to_owned).collect()
}

/// A switched-off route, a key, a backup and pending changes, so that their pages show something; the name of the backup.
async fn get_ready(site: &Site) -> String {
    site.goto("/?q=recipes").await;
    site.browser.find("button.switch[value='home.yml::recipes']").await.click().await;
    site.says("tr.is-off", &["recipes"]).await;
    site.goto("/keys").await;
    site.browser.find("input[name=device_name]").await.type_text("Phone").await;
    site.submit().await;
    site.browser.find("#key").await;
    if site.traefik.is_some() {
        static_config::collect_something(site).await;
    }
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

const ANSWER: &str = "const over = new AbortController(); \
    return fetch(arguments[0], { signal: over.signal, headers: { Accept: 'text/html' } }).then((answer) => { over.abort(); \
    return { kind: answer.headers.get('content-type'), status: answer.status, path: new URL(answer.url).pathname }; })";
const NAMED: &str =
    "return [...document.querySelectorAll('nav.side a')].map((link) => link.getAttribute('href'))";
