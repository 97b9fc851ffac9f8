//! Every page, light and dark, on a wide screen and on a phone: nothing sticks out, nothing is missing.
//!
//! With `SCREENSHOTS=folder` each of them is kept as a picture.

use std::{env, fs, path::PathBuf};

use serde_json::json;

use crate::{
    site::{FILES, Site},
    static_config,
    support::eventually,
};

/// Addresses and names of the pages of somebody who is in.
const PAGES: &[(&str, &str)] = &[
    ("/overview", "overview"),
    ("/map", "map"),
    ("/map?q=jelly", "map-one"),
    ("/certificates", "certificates"),
    ("/logs", "logs"),
    ("/logs?status=4xx", "logs-filtered"),
    ("/logs?q=nothing-of-that-kind", "logs-none-found"),
    ("/", "routes"),
    ("/?view=cards", "routes-cards"),
    ("/?q=nothing-of-that-name", "routes-none-found"),
    ("/?status=off", "routes-off"),
    ("/routes/new", "route-new"),
    ("/routes/new?protocol=tcp", "route-new-tcp"),
    ("/routes/new?protocol=udp", "route-new-udp"),
    ("/routes/edit?id=media.yml::jellyfin", "route-edit"),
    ("/routes/raw?id=media.yml::photos-share", "route-raw"),
    ("/routes/delete?id=media.yml::photos", "route-delete"),
    ("/middlewares", "middlewares"),
    ("/middlewares/new", "middleware-new"),
    ("/middlewares/new?from=secure-headers", "middleware-new-headers"),
    ("/middlewares/new?from=basic-auth", "middleware-new-auth"),
    ("/middlewares/new?from=rate-limit", "middleware-new-rate"),
    ("/middlewares/edit?name=secure-headers&as=yaml", "middleware-yaml"),
    ("/middlewares/delete?name=secure-headers", "middleware-delete"),
    ("/services", "services"),
    ("/services/new", "service-new"),
    ("/services/new?from=weighted", "service-new-weighted"),
    ("/services/edit?name=shop-old", "service-edit"),
    ("/services/edit?name=rehearsal", "service-edit-mirroring"),
    ("/services/edit?name=rehearsal&as=yaml", "service-edit-yaml"),
    ("/services/edit?name=photos", "service-edit-servers"),
    ("/services/delete?name=shop-old", "service-delete"),
    ("/transports", "transports"),
    ("/transports/edit?name=private-ca", "transport-edit"),
    ("/tls", "tls"),
    ("/tls/new?kind=options", "tls-options-new"),
    ("/files", "files"),
    ("/files/edit?file=tenants.yml", "file-edit"),
    ("/backups", "backups"),
    ("/history", "history"),
    ("/history?show=access", "history-access"),
    ("/search?q=photos", "search"),
    ("/setup", "setup-traefik"),
    ("/setup?step=access", "setup-access"),
    ("/setup?step=route", "setup-route"),
    ("/settings", "settings"),
    ("/settings/auth", "settings-authentication"),
    ("/settings/oidc", "single-sign-on"),
    ("/dashboard", "dashboard"),
    ("/dashboard/edit", "dashboard-edit"),
    ("/dashboard/tile?route=media.yml::jellyfin", "dashboard-tile"),
    ("/notifications", "notifications"),
    ("/middlewares/templates", "templates"),
    ("/tools", "tools"),
    ("/backups/git", "git"),
    ("/settings/interface", "settings-interface"),
    ("/settings/files", "settings-files"),
    ("/settings/backups", "settings-backups"),
    ("/settings/notifications", "settings-notifications"),
    ("/settings/about", "settings-about"),
    ("/password", "password"),
    ("/sessions", "sessions"),
    ("/account/otp", "second-factor"),
    ("/api", "api"),
    ("/api?operation=saveRoute", "api-operation"),
];

/// Those of the static configuration.
const STATIC_PAGES: [(&str, &str); 12] = [
    ("/static", "static"),
    ("/static/raw", "static-raw"),
    ("/static/edit?section=entryPoints", "static-entry-point-new"),
    ("/static/edit?section=entryPoints&name=websecure", "static-entry-point"),
    ("/static/edit?section=certificatesResolvers&name=letsencrypt", "static-resolver"),
    ("/static/edit?section=experimental.plugins", "static-plugins"),
    ("/static/edit?section=providers.docker", "static-docker"),
    ("/static/edit?section=api", "static-api"),
    ("/static/edit?section=accessLog", "static-access-log"),
    ("/static/edit?section=metrics", "static-metrics"),
    ("/static/remove?section=entryPoints&name=web", "static-remove"),
    ("/static/restart", "static-restart"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_wider_than_its_window_and_all_text_can_be_read() {
    let Some(site) = Site::open(&FILES).await else { return };
    let album = Album::of(&site);
    site.goto("/login").await;
    album.page("sign-in").await;
    site.browser.find("#password").await.type_text(&site.manager.password.clone().unwrap()).await;
    site.submit().await;
    site.browser.wait_for_url("/force-change-password").await;
    album.page("first-password").await;
    site.browser.find("#new").await.type_text(crate::site::PASSWORD).await;
    site.browser.find("#confirm").await.type_text(crate::site::PASSWORD).await;
    site.submit().await;
    site.says("#messages", &["password is changed"]).await;
    site.goto("/").await;

    site.browser.find("button.switch[value='home.yml::recipes']").await.click().await;
    site.says("tr.is-off", &["recipes", "Off"]).await;
    if let Some(traefik) = &site.traefik {
        traefik.wait_for_router("http", "jellyfin@file").await;
        eventually("Traefik's verdict in the list", async || {
            site.goto("/").await;
            site.browser.source().await.contains("Loaded").then_some(())
        })
        .await;
    }
    album.pages(PAGES).await;
    album.in_german(PAGES).await;
    site.goto("/keys").await;
    site.browser.find("input[name=device_name]").await.type_text("Phone").await;
    site.submit().await;
    site.browser.find("#key").await;
    album.page("access").await;
    site.goto("/account/otp").await;
    site.submit().await;
    site.browser.find("svg.qr").await;
    album.page("second-factor-set-up").await;
    site.goto("/routes/new").await;
    site.browser.find("#name").await.type_text("bad/name").await;
    site.browser.find("#hosts").await.type_text("x.example.com").await;
    site.browser.find("input[name=server]").await.type_text("http://10.0.0.1:80").await;
    site.submit().await;
    site.browser.find(".wrong").await;
    album.page("route-refused").await;
    site.enrol().await;
    album.page("recovery-codes").await;
    site.browser.find("form[action='/logout'] button").await.click().await;
    site.browser.wait_for_url("/login").await;
    site.browser.find("#password").await.type_text(crate::site::PASSWORD).await;
    site.submit().await;
    site.browser.wait_for_url("/login/otp").await;
    album.page("sign-in-code").await;
    let fresh = Site::open_without_traefik(&[]).await.unwrap();
    let album = Album::of(&fresh);
    fresh.sign_in_for_the_first_time().await;
    album
        .pages(&[
            ("/", "empty-routes"),
            ("/overview", "empty-overview"),
            ("/map", "empty-map"),
            ("/certificates", "empty-certificates"),
            ("/logs", "empty-logs"),
            ("/middlewares", "empty-middlewares"),
            ("/services", "empty-services"),
            ("/tls", "empty-tls"),
            ("/files", "empty-files"),
            ("/backups", "empty-backups"),
            ("/dashboard", "empty-dashboard"),
            ("/notifications", "empty-notifications"),
            ("/transports", "empty-transports"),
            ("/middlewares/templates", "empty-templates"),
        ])
        .await;
    fs::write(fresh.file("broken.yml"), "http:\n  routers:\n    x: [\n").unwrap();
    eventually("the broken file", async || {
        fresh.goto("/").await;
        fresh.browser.source().await.contains("broken.yml").then_some(())
    })
    .await;
    album.page("broken-file").await;
    // Neither text nor a file.
    fs::write(fresh.file("broken.yml"), b"http: \xff\xfe").unwrap();
    fs::create_dir(fresh.file("folder.yml")).unwrap();
    for (name, text) in FILES {
        fs::write(fresh.file(name), text).unwrap();
    }
    eventually("routes beside a file that cannot be read", async || {
        fresh.goto("/").await;
        fresh.browser.source().await.contains("jellyfin").then_some(())
    })
    .await;
    album
        .pages(&[
            ("/", "offline-routes"),
            ("/overview", "offline-overview"),
            ("/services", "offline-services"),
            ("/files", "offline-files"),
        ])
        .await;
    fresh.nothing_went_wrong().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_static_configuration_too() {
    let Some(site) = Site::open(&FILES).await else { return };
    // Without Traefik there is no static configuration here, and no page for it.
    let Some(traefik) = &site.traefik else { return };
    let album = Album::of(&site);
    site.sign_in_for_the_first_time().await;
    static_config::say_more(&traefik.static_file());
    album.pages(&STATIC_PAGES).await;
    album.in_german(&STATIC_PAGES).await;
    static_config::collect_something(&site).await;
    album.pages(&[("/static", "static-pending"), ("/static/review", "static-review")]).await;
}

/// Looks at pages in all sizes and colours.
struct Album<'s> {
    site: &'s Site,
    folder: Option<PathBuf>,
}

impl<'s> Album<'s> {
    fn of(site: &'s Site) -> Self {
        Self { site, folder: env::var_os("SCREENSHOTS").map(PathBuf::from) }
    }

    /// Goes to pages, and looks at each.
    async fn pages(&self, pages: &[(&str, &str)]) {
        for (address, name) in pages {
            self.site.goto(address).await;
            self.page(name).await;
        }
    }

    async fn page(&self, name: &str) {
        let browser = &self.site.browser;
        for (width, height) in [(1280, 860), (390, 844)] {
            browser.resize(width, height).await;
            for dark in [false, true] {
                browser.prefer_dark(dark).await;
                let theme = if dark { "dark" } else { "light" };
                if let Some(folder) = &self.folder {
                    browser.screenshot(&folder.join(format!("{name}-{theme}-{width}.png"))).await;
                }
                let wide = browser.script(WIDTHS, &[]).await;
                assert!(wide.as_u64() <= Some(u64::from(width)), "{name} is {wide} wide at {width}");
                let cut = browser.script(CUT, &[]).await;
                assert_eq!(cut, json!([]), "{name}, {width}: bars that do not show all their entries");
                let faint = browser.script(FAINT, &[json!(4.5)]).await;
                assert_eq!(faint, json!([]), "{name}, {theme}, {width}: too faint");
                let unnamed = browser.script(UNNAMED, &[]).await;
                assert_eq!(unnamed, json!([]), "{name}: without a name for screen readers");
            }
        }
        browser.prefer_dark(false).await;
        browser.resize(1280, 860).await;
        assert_ne!(browser.title().await, "", "{name}");
        let headings = browser.script("return document.querySelectorAll('h1').length", &[]).await;
        assert_eq!(headings, json!(1), "{name} has one heading");
        assert_eq!(browser.script(TWICE, &[]).await, json!([]), "{name}: ids that are there twice");
        self.site.nothing_went_wrong().await;
    }

    /// Pages on a phone, where longer words than English ones have the least room.
    async fn in_german(&self, pages: &[(&str, &str)]) {
        let browser = &self.site.browser;
        let (width, height) = (390, 844);
        browser.resize(width, height).await;
        browser.script("document.cookie = 'language=de; path=/'", &[]).await;
        for (address, name) in pages {
            self.site.goto(address).await;
            if let Some(folder) = &self.folder {
                browser.screenshot(&folder.join(format!("{name}-german-{width}.png"))).await;
            }
            assert!(browser.source().await.contains("<html lang=\"de\""), "{name}");
            let wide = browser.script(WIDTHS, &[]).await;
            assert!(wide.as_u64() <= Some(u64::from(width)), "{name} is {wide} wide in German");
            assert_eq!(
                browser.script(CUT, &[]).await,
                json!([]),
                "{name}: bars that do not show all in German"
            );
        }
        browser.script("document.cookie = 'language=; path=/; max-age=0'", &[]).await;
        browser.resize(1280, 860).await;
        self.site.nothing_went_wrong().await;
    }
}

/// Not compared with the window's own width: where a page is too wide, a phone zooms out until it fits.
const WIDTHS: &str = "return document.scrollingElement.scrollWidth";

const CUT: &str = "return [...document.querySelectorAll('nav')].filter((e) => e.scrollWidth > e.clientWidth) \
    .map((e) => e.ariaLabel)";

/// Texts whose contrast with what is behind them is too small (WCAG 2, 1.4.3).
const FAINT: &str = r"
const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
const light = ([r, g, b]) => [r, g, b].map((c) => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; })
  .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
const ground = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const faint = [];
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest('.sr, .is-off, [disabled], option')) continue;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < arguments[0]) faint.push(element.outerHTML.slice(0, 90) + ' ' + ratio.toFixed(2));
}
return faint;
";

const TWICE: &str = "const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); \
    return ids.filter((id, at) => ids.indexOf(id) !== at)";

/// Things to click or fill in that say nothing about themselves.
const UNNAMED: &str = r"
const named = (e) => e.innerText?.trim() || e.textContent.trim() || e.ariaLabel || e.getAttribute('aria-labelledby')
  || e.labels?.length;
return [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
  .filter((e) => e.checkVisibility() && !named(e)).map((e) => e.outerHTML.slice(0, 90));
";
