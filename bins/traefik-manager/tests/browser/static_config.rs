//! The static configuration in a browser: its forms, and a restart through the very page that asks for it.

use std::{fs, path::Path, time::Duration};

use crate::{
    keyboard::tab_to,
    site::{FILES, Site},
    support::{
        browser::{CONTROL, ENTER},
        eventually, free_tcp_port,
        http::Client,
        manager::ManagerOptions,
        require_real,
        supervisor::Supervisor,
    },
};

/// Adds to a static configuration what people have, so that there is something to look at.
pub(crate) fn say_more(file: &Path) {
    let text = fs::read_to_string(file).unwrap();
    let text = text.replace(
        "  websecure:\n",
        "  websecure:\n    asDefault: true\n    http3: {}\n    http: {tls: {certResolver: letsencrypt}}\n",
    ) + "  docker:\n    endpoint: tcp://socket-proxy:2375\n    exposedByDefault: false\n    network: edge\n\
           certificatesResolvers:\n  letsencrypt:\n    acme:\n      email: you@example.com\n      storage: /letsencrypt/acme.json\n      \
           dnsChallenge: {provider: cloudflare}\n  internal:\n    acme: {storage: /letsencrypt/internal.json, httpChallenge: {entryPoint: wbe}}\n\
           experimental:\n  plugins:\n    geoblock:\n      moduleName: github.com/PascalMinder/geoblock\n      version: v0.3.3\n\
           log: {level: INFO}\naccessLog: {}\nmetrics: {prometheus: {}}\n";
    fs::write(file, text).unwrap();
}

/// Changes two sections, and writes neither.
pub(crate) async fn collect_something(site: &Site) {
    site.goto("/static/edit?section=providers.docker").await;
    site.browser.find("#network").await.fill("inner").await;
    keep(site).await;
    site.goto("/static/edit?section=entryPoints").await;
    site.browser.find("#name").await.type_text("metrics").await;
    site.browser.find("#address").await.type_text("127.0.0.1:9100").await;
    keep(site).await;
}

/// Keeps what stands in the form among what is pending.
async fn keep(site: &Site) {
    site.browser.find("form[action='/static/edit'] button[type=submit]:not(.primary)").await.click().await;
    site.says("#messages", &["Kept among the pending changes"]).await;
}

/// A static configuration with these ports.
fn configuration(api: u16, web: u16) -> String {
    format!(
        "# by hand\nglobal: {{checkNewVersion: false, sendAnonymousUsage: false}}\napi:\n  insecure: true\n\
         entryPoints:\n  traefik:\n    address: 127.0.0.1:{api}\n  web:\n    address: 127.0.0.1:{web}   # plain\n\
         providers:\n  file:\n    directory: FOLDER/data/dynamic\n    watch: true\n"
    )
}

/// The page comes through the Traefik that it restarts.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_point_is_added_applied_and_served_after_a_restart_that_takes_this_page_away() {
    let Some(program) = require_real("traefik") else { return };
    let [api, web, new] = std::array::from_fn(|_| free_tcp_port());
    let options = |options: ManagerOptions, home: &Path| {
        options
            .variable("TRAEFIK_API_URL", format!("http://127.0.0.1:{api}"))
            .variable("RESTART_METHOD", "poison-pill")
            .variable("RESTART_TIMEOUT", "25")
            .variable("SIGNAL_FILE_PATH", home.join("restart.sig").display().to_string())
    };
    let Some(site) = Site::open_with(&[], &configuration(api, web), options).await else { return };
    let route = format!(
        "http:\n  routers:\n    manager:\n      rule: PathPrefix(`/`)\n      service: manager\n  services:\n    \
         manager:\n      loadBalancer:\n        servers:\n          - url: {}\n",
        site.manager.url
    );
    fs::write(site.file("manager.yml"), route).unwrap();
    let _supervisor = Supervisor::start(program, site.home().to_owned());
    let edge = format!("http://127.0.0.1:{web}");
    answers(&edge).await;
    let browser = &site.browser;
    site.sign_in_for_the_first_time().await;

    browser.goto(&format!("{edge}/static")).await;
    // Cookies know no ports: whoever is in is in here too.
    browser.find("a[href='/static/edit?section=entryPoints']").await.click().await;
    browser.find("#name").await.type_text("extra").await;
    browser.find("#address").await.type_text(&format!("127.0.0.1:{new}")).await;
    browser.find("form[action='/static/edit'] button.primary").await.click().await;
    site.says("h1", &["Review"]).await;
    site.says(".diff", &[&format!("+    address: 127.0.0.1:{new}")]).await;
    site.nothing_went_wrong_at(&edge).await;
    browser.find("button[name=restart]").await.click().await;
    let mut told = Vec::new();
    patiently("the end of the restart", async || {
        let text = browser.script(TOLD, &[]).await;
        let text = text.as_str()?.to_owned();
        let is_end = text.contains("was restarted and runs the configuration in the file");
        if told.last() != Some(&text) {
            told.push(text);
        }
        is_end.then_some(())
    })
    .await;
    let says = |words: &str| told.iter().any(|text| text.contains(words));
    assert!(says("The restart is being asked for") || says("Waiting for Traefik"), "{told:?}");
    assert!(says("Nothing answers at the moment"), "Traefik is away, and this page is not: {told:?}");
    assert!(browser.url().await.ends_with("/static/restart"), "{}", browser.url().await);
    assert!(browser.url().await.starts_with(&edge), "the same page, through the same Traefik");
    assert_eq!(browser.find_all("[data-restart]").await.len(), 0, "nothing is waited for any more");
    // What was asked while Traefik was away could not be answered; nothing else went wrong.
    let lines = browser.console().await;
    let bad: Vec<_> = lines
        .iter()
        .filter(|line| {
            !line.starts_with("DEBUG")
                && !line.contains("net::ERR_")
                && !line.contains("status of 502")
                && !line.contains("status of 404")
        })
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
    answers(&format!("http://127.0.0.1:{new}")).await;
    let text = fs::read_to_string(site.home().join("traefik.yml")).unwrap();
    let added = format!("  extra:\n    address: 127.0.0.1:{new}\n");
    let old = configuration(api, web).replace("FOLDER", &site.home().display().to_string());
    assert_eq!(text.replace(&added, ""), old, "nothing else is touched");
    assert!(text.contains(&added), "{text}");
}

/// What is told of a restart.
const TOLD: &str = "return document.querySelector('dialog [role=status], [data-state]')?.innerText";

/// Waits until a page of this program comes from an address.
async fn answers(address: &str) {
    let client = Client::new(address);
    eventually(address, async || {
        let answer = client.try_send(hyper::Method::GET, "/login", &[], bytes::Bytes::new()).await.ok()?;
        answer.status.is_success().then_some(())
    })
    .await;
}

/// As `eventually`, for what takes as long as a restart.
async fn patiently<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let found = tokio::time::timeout(Duration::from_mins(1), async {
        loop {
            if let Some(found) = check().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    found.await.unwrap_or_else(|_| panic!("{what} did not come"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sections_are_changed_and_applied_without_scripts() {
    let Some(site) = Site::open(&FILES).await else { return };
    let Some(traefik) = &site.traefik else { return };
    say_more(&traefik.static_file());
    let before = fs::read_to_string(traefik.static_file()).unwrap();
    let browser = &site.browser;
    browser.switch_scripts(false).await;
    site.sign_in_for_the_first_time().await;
    collect_something(&site).await;
    browser.reload().await;
    site.says(".pending", &["Docker", "Entry point metrics"]).await;
    assert_eq!(fs::read_to_string(traefik.static_file()).unwrap(), before);
    browser.find(".pending a.primary").await.click().await;
    site.says(".diff", &["+    network: inner", "+    address: 127.0.0.1:9100"]).await;
    browser.find("form[data-review] button.primary").await.click().await;
    site.says("#messages", &["Traefik reads it when it is restarted"]).await;
    let after = fs::read_to_string(traefik.static_file()).unwrap();
    assert!(
        after.contains("network: inner") && after.contains("  metrics:\n    address: 127.0.0.1:9100\n"),
        "{after}"
    );
    assert_eq!(browser.find_all(".pending").await.len(), 0);

    browser.find("a[href='/static/remove?section=entryPoints&name=metrics']").await.click().await;
    site.says("form[data-confirmation]", &["Remove metrics?"]).await;
    browser.find("button.danger").await.click().await;
    site.says("#messages", &["Kept among the pending changes"]).await;
    browser.find(".pending a.danger").await.click().await;
    site.says("form[data-confirmation]", &["Entry point metrics removed"]).await;
    browser.find("button.danger").await.click().await;
    site.says("#messages", &["discarded"]).await;
    assert_eq!(fs::read_to_string(traefik.static_file()).unwrap(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone_with_names_that_come_as_one_types() {
    let Some(site) = Site::open(&FILES).await else { return };
    let Some(traefik) = &site.traefik else { return };
    say_more(&traefik.static_file());
    let browser = &site.browser;
    site.sign_in_for_the_first_time().await;
    site.goto("/static").await;
    site.says(".findings", &["There is no entry point `wbe`", "Line "]).await;
    tab_to(&site, "Add a certificate resolver").await;
    browser.press(ENTER).await;
    browser.find("input#name").await;
    tab_to(&site, "name").await;
    browser.press("wild").await;
    tab_to(&site, "acme.storage").await;
    browser.press("/letsencrypt/wild.json").await;
    tab_to(&site, "acme.dnsChallenge").await;
    browser.press(" ").await;
    tab_to(&site, "acme.dnsChallenge.provider").await;
    browser.press("hetzner").await;
    site.says("[data-chosen]", &["Hetzner", "HETZNER_API_TOKEN"]).await;
    tab_to(&site, "Keep and review").await;
    browser.press(ENTER).await;
    site.says(".diff", &["provider: hetzner"]).await;
    tab_to(&site, "Apply").await;
    browser.press(ENTER).await;
    site.says("#messages", &["Traefik reads it when it is restarted"]).await;
    let text = fs::read_to_string(traefik.static_file()).unwrap();
    assert!(text.contains("  wild:\n    acme:\n"), "{text}");

    site.goto("/static/raw").await;
    browser.find("ul.marks li[data-mark]").await;
    browser.find(".gutter .faulty").await;
    browser.find("#text").await;
    browser.script("const area = document.querySelector('#text'); area.focus(); area.setSelectionRange(area.value.length, area.value.length);", &[]).await;
    browser.press("tracing:").await;
    browser.press(ENTER).await;
    browser.press_with(CONTROL, " ").await;
    let list = site.says("ul.completion", &["serviceName", "sampleRate"]).await;
    assert!(!list.contains("rule"), "{list}");
    browser.press("sampl").await;
    site.says("ul.completion", &["sampleRate"]).await;
    browser.press(ENTER).await;
    browser.press("0.5").await;
    browser.press_with(CONTROL, "s").await;
    site.says("#messages", &["Kept among the pending changes"]).await;
    tab_to(&site, "Review").await;
    browser.press(ENTER).await;
    site.says(".diff", &["+tracing:", "+  sampleRate: 0.5"]).await;
    site.nothing_went_wrong().await;
}
