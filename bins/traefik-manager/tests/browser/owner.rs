//! What an owner does with the pages, from the first sign-in to signing out, and what Traefik serves then.

use std::fs;

use serde_json::{Value, json};

use crate::{
    site::{FILES, Site},
    support::{
        backend::{self, ask_tcp},
        eventually,
        http::Client,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_sign_in_to_signing_out() {
    let Some(site) = Site::open(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    sees_every_route(&site).await;
    searches_and_filters(&site).await;
    let backends = [backend::Http::start("first").await, backend::Http::start("second").await];
    routes_http(&site, &backends).await;
    routes_tcp_and_udp(&site).await;
    makes_middlewares(&site, &backends[0]).await;
    edits_yaml(&site, &backends).await;
    edits_a_whole_file(&site).await;
    issues_and_revokes_a_key(&site).await;
    backs_up_and_restores(&site).await;
    for name in ["network.yml", "media.yml"] {
        let (_, text) = FILES.iter().find(|(other, _)| *other == name).unwrap();
        assert_eq!(site.text(name), *text, "what the owner has not touched is what it was");
    }
    site.nothing_went_wrong().await;
    signs_out(&site).await;
}

async fn sees_every_route(site: &Site) {
    site.goto("/").await;
    for (name, words) in [
        (
            "home-assistant",
            &["home.yml", "home.example.com", "192.168.1.10:8123", "websecure", "lan-only"][..],
        ),
        ("jellyfin", &["media.yml", "media.example.com", "tv.example.com", "192.168.1.30:8096", "+1"]),
        ("photos-share", &["PathPrefix(`/share`)", "login-rate"]),
        ("postgres", &["TCP", "network.yml", "192.168.1.40:5432", "db.example.com", "on tcp"]),
        ("dns", &["UDP", "network.yml", "192.168.1.2:53", "udp"]),
    ] {
        let row = row(site, name).await;
        assert!(words.iter().all(|word| row.contains(word)), "{name}: {row}");
    }
    assert!(site.browser.source().await.contains("tenants.yml"), "a file of templates is listed too");
    if let Some(traefik) = &site.traefik {
        traefik.wait_for_router("http", "photos@file").await;
        eventually("Traefik's verdicts", async || {
            site.goto("/").await;
            let (good, bad) = (row(site, "photos").await, row(site, "intranet").await);
            (good.contains("Loaded")
                && bad.contains("company-login@docker")
                && bad.contains("does not exist"))
            .then_some(())
        })
        .await;
    }
    site.goto("/?view=cards").await;
    let card = site.says("article.card", &["dns"]).await;
    assert!(card.contains("192.168.1.2:53"), "{card}");
    let cards = site.browser.find_all("article.card").await.len();
    assert_eq!(cards, 11);
    site.nothing_went_wrong().await;
}

/// The visible text of a route's row.
async fn row(site: &Site, name: &str) -> String {
    let find = "return [...document.querySelectorAll('table.routes tbody tr')]\
        .find((row) => row.querySelector('a.name').textContent === arguments[0])?.innerText ?? ''";
    let text = site.browser.script(find, &[json!(name)]).await;
    text.as_str().unwrap().to_owned()
}

async fn names(site: &Site) -> Vec<String> {
    let find = "return [...document.querySelectorAll('#routes a.name')].map((name) => name.textContent)";
    let found = site.browser.script(find, &[]).await;
    found.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

async fn lists(site: &Site, wanted: &[&str]) {
    eventually(&format!("{wanted:?}"), async || (names(site).await == wanted).then_some(())).await;
}

async fn searches_and_filters(site: &Site) {
    site.goto("/").await;
    for (typed, wanted) in [
        ("photos", &["photos", "photos-share"][..]),
        ("192.168.1.40", &["postgres"]),
        ("tv.example.com", &["jellyfin"]),
        ("lan-only", &["home-assistant"]),
    ] {
        site.browser.find("input[type=search]").await.fill(typed).await;
        lists(site, wanted).await;
    }
    site.browser.find("input[type=search]").await.fill("nobody").await;
    site.says("#routes", &["Nothing matches"]).await;
    site.goto("/").await;
    pick(site, "protocol", "TCP").await;
    lists(site, &["git-ssh", "postgres"]).await;
    pick(site, "file", "home.yml").await;
    site.says("#routes", &["Nothing matches"]).await;
    pick(site, "protocol", "All protocols").await;
    lists(site, &["home-assistant", "nextcloud", "recipes", "vaultwarden"]).await;
    site.browser.reload().await;
    lists(site, &["home-assistant", "nextcloud", "recipes", "vaultwarden"]).await;
}

/// Chooses in a list by typing, as the driver's click on an option tells the page nothing of it.
async fn pick(site: &Site, name: &str, option: &str) {
    site.browser
        .script("document.querySelector(`select[name=${arguments[0]}]`).focus()", &[json!(name)])
        .await;
    site.browser.press(option).await;
}

/// Fills the fields of a form, sends it and waits for the word that it was done.
async fn send(site: &Site, fields: &[(&str, &str)]) {
    for (css, text) in fields {
        site.browser.find(css).await.fill(text).await;
    }
    let what = format!("{fields:?}");
    site.save().await;
    eventually(&what, async || {
        let refused = site
            .browser
            .script("return document.querySelector('.note.bad[role=alert]:not(:has(a))')?.innerText", &[])
            .await;
        assert!(refused.is_null(), "{what}: {refused}");
        let done = site.browser.script("return document.querySelector('.note.good')?.textContent", &[]).await;
        done.as_str().is_some_and(|done| done.contains("Saved.")).then_some(())
    })
    .await;
}

async fn choose(site: &Site, css: &str) {
    site.browser.find(css).await.click().await;
}

/// Clicks in a list, in one step of the page's own: the list may be renewed between finding something in it and
/// clicking it.
async fn choose_in_list(site: &Site, css: &str) {
    site.browser.find(css).await;
    site.browser.script("document.querySelector(arguments[0]).click()", &[json!(css)]).await;
}

/// What a visitor gets, if Traefik is here.
async fn serves(site: &Site, host: &str, wanted: &str) {
    let Some(traefik) = &site.traefik else { return };
    let visitor: Client = traefik.visitor(host);
    eventually(&format!("{wanted} at {host}"), async || {
        let answer = visitor.get("/").await;
        let got = if answer.status.is_success() { answer.text() } else { answer.status.as_str().to_owned() };
        (got == wanted).then_some(())
    })
    .await;
}

async fn switch(site: &Site, id: &str, on: bool) {
    choose_in_list(site, &format!("button.switch[value='{id}']")).await;
    site.browser.find(&format!("button.switch[value='{id}'][aria-checked={on}]")).await;
}

/// Deletes by the list, with the dialog that asks.
async fn delete(site: &Site, link: &str) {
    choose_in_list(site, link).await;
    let dialog = site.browser.find("dialog button.danger").await;
    dialog.click().await;
    site.says("#messages", &["Deleted."]).await;
}

async fn routes_http(site: &Site, [first, second]: &[backend::Http; 2]) {
    site.goto("/").await;
    choose(site, "a[href='/routes/new']").await;
    site.browser.wait_for_url("/routes/new").await;
    choose(site, "#file option[value='home.yml']").await;
    send(
        site,
        &[
            ("#name", "blog"),
            ("#hosts", "blog.test"),
            ("input[name=server]", &first.url),
            ("#entry-points", "web"),
        ],
    )
    .await;
    if site.traefik.is_some() {
        let shown = row(site, "blog").await;
        assert!(shown.contains("Loaded"), "a save waits for Traefik, so the list knows: {shown}");
    }
    serves(site, "blog.test", "first").await;
    switch(site, "home.yml::blog", false).await;
    assert!(!site.text("home.yml").contains("blog.test"));
    serves(site, "blog.test", "404").await;
    switch(site, "home.yml::blog", true).await;
    serves(site, "blog.test", "first").await;

    choose_in_list(site, "a.name[href*='blog']").await;
    send(site, &[("#name", "journal"), ("#hosts", "journal.test"), ("input[name=server]", &second.url)])
        .await;
    serves(site, "journal.test", "second").await;
    serves(site, "blog.test", "404").await;
    let text = site.text("home.yml");
    assert!(!text.contains("blog") && text.contains("journal-service:"), "{text}");

    site.goto("/").await;
    delete(site, "a[href^='/routes/delete'][href*='journal']").await;
    serves(site, "journal.test", "404").await;
    assert_eq!(site.text("home.yml"), FILES[0].1, "nothing is left of it, and nothing else has changed");
    site.nothing_went_wrong().await;
}

async fn routes_tcp_and_udp(site: &Site) {
    let echo = backend::TcpEcho::start("tcp").await;
    site.goto("/routes/new?protocol=tcp").await;
    choose(site, "#by-rule").await;
    let server = echo.address.to_string();
    send(
        site,
        &[
            ("#name", "echo"),
            ("input[name=newFile]", "streams"),
            ("#rule", "HostSNI(`*`) && ClientIP(`127.0.0.1`)"),
            ("input[name=server]", &server),
            ("#entry-points", "tcp"),
        ],
    )
    .await;
    assert!(site.text("streams.yml").contains(&server), "it is in a new file");
    if let Some(traefik) = &site.traefik {
        eventually("the echo", async || {
            ask_tcp(traefik.tcp, "?").await.filter(|answer| answer.contains("tcp"))
        })
        .await;
    }
    site.goto("/routes/new?protocol=udp").await;
    choose(site, "#file option[value='streams.yml']").await;
    send(site, &[("#name", "time"), ("input[name=server]", "127.0.0.1:123"), ("#entry-points", "udp")]).await;
    if let Some(traefik) = &site.traefik {
        traefik.wait_for_router("udp", "time@file").await;
    }
    for (name, text) in [("echo", "ClientIP"), ("time", "127.0.0.1:123")] {
        site.goto("/").await;
        let id = format!("streams.yml::{name}");
        switch(site, &id, false).await;
        assert!(row(site, name).await.contains("Off"));
        switch(site, &id, true).await;
        assert!(site.text("streams.yml").contains(text));
        choose_in_list(site, &format!("a.name[href*='{name}']")).await;
        send(site, &[("#name", &format!("{name}2"))]).await;
    }
    for name in ["echo2", "time2"] {
        site.goto("/").await;
        delete(site, &format!("a[href^='/routes/delete'][href*='{name}']")).await;
    }
    let left = site.text("streams.yml");
    assert!(!left.contains("echo") && !left.contains("time"), "{left}");
    fs::remove_file(site.file("streams.yml")).unwrap();
}

async fn makes_middlewares(site: &Site, backend: &backend::Http) {
    site.goto("/middlewares").await;
    choose(site, "a[href='/middlewares/new']").await;
    choose(site, "a[href*='from=compress&']").await;
    site.browser.wait_for_url("from=compress").await;
    send(site, &[]).await;
    site.goto("/middlewares/new").await;
    let yaml = "headers:\n  customResponseHeaders:\n    X-Edge: \"yes\"   # seen by everybody\n";
    set_text(site, "#yaml", yaml).await;
    send(site, &[("#name", "mark")]).await;
    assert!(site.text("home.yml").contains("X-Edge: \"yes\"   # seen by everybody"));

    site.goto("/routes/new").await;
    send(
        site,
        &[
            ("#name", "marked"),
            ("#hosts", "marked.test"),
            ("input[name=server]", &backend.url),
            ("#entry-points", "web"),
            ("#middlewares", "mark, compress"),
        ],
    )
    .await;
    serves(site, "marked.test", "first").await;
    if let Some(traefik) = &site.traefik {
        assert_eq!(traefik.visitor("marked.test").get("/").await.header("x-edge"), "yes");
    }
    site.goto("/middlewares").await;
    choose(site, "a[href^='/middlewares/delete'][href*='mark']").await;
    site.says("dialog", &["mark is in use", "marked"]).await;
    site.goto("/").await;
    delete(site, "a[href^='/routes/delete'][href*='marked']").await;
    for name in ["mark", "compress"] {
        site.goto("/middlewares").await;
        delete(site, &format!("a[href^='/middlewares/delete'][href*='name={name}']")).await;
    }
    assert_eq!(site.text("home.yml"), FILES[0].1);
    site.nothing_went_wrong().await;
}

/// Puts a text into a text area as it is; keys would be typed one by one.
async fn set_text(site: &Site, css: &str, text: &str) {
    site.browser.find(css).await;
    let set = "const area = document.querySelector(arguments[0]); area.value = arguments[1]; \
        area.dispatchEvent(new Event('input', { bubbles: true }));";
    site.browser.script(set, &[json!(css), json!(text)]).await;
}

async fn value(site: &Site, css: &str) -> String {
    site.browser.find(css).await.property("value").await.as_str().unwrap().to_owned()
}

async fn edits_yaml(site: &Site, [first, second]: &[backend::Http; 2]) {
    site.goto("/routes/new").await;
    let fields = [
        ("#name", "wiki"),
        ("#hosts", "wiki.test"),
        ("input[name=server]", first.url.as_str()),
        ("#entry-points", "web"),
    ];
    send(site, &fields).await;
    site.goto("/routes/raw?id=home.yml::wiki").await;
    let text = value(site, "#text").await;
    let before = site.text("home.yml");
    let broken = text.replace("    wiki:", "    wiki:\n\tbroken: [");
    set_text(site, "#text", &broken).await;
    site.submit().await;
    site.says("#messages", &["Line 4"]).await;
    assert_eq!(value(site, "#text").await, broken, "what was typed is still there");
    let selected = site
        .browser
        .script("const area = document.querySelector('#text'); return area.value.slice(area.selectionStart, area.selectionEnd)", &[])
        .await;
    assert_eq!(selected, json!("\tbroken: ["), "the line at fault is shown");
    assert_eq!(site.text("home.yml"), before, "nothing was written");
    set_text(site, "#text", &text.replace(&first.url, &second.url).replace("wiki.test", "raw.test")).await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    serves(site, "raw.test", "second").await;
    site.goto("/").await;
    delete(site, "a[href^='/routes/delete'][href*='wiki']").await;
    assert_eq!(site.text("home.yml"), FILES[0].1);
    site.nothing_went_wrong().await;
}

async fn edits_a_whole_file(site: &Site) {
    site.goto("/files").await;
    site.says("main", &["tenants.yml", "Shaped by templates", "3 routers"]).await;
    choose_in_list(site, "a.name[href*='tenants.yml']").await;
    let text = value(site, "#text").await;
    assert_eq!(text, FILES[3].1);
    let more = text.replace("\"south\"", "\"south\" \"west\"");
    set_text(site, "#text", &more).await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    assert_eq!(site.text("tenants.yml"), more);
    if let Some(traefik) = &site.traefik {
        traefik.wait_for_router("http", "tenant-west@file").await;
    }
}

async fn issues_and_revokes_a_key(site: &Site) {
    site.goto("/keys").await;
    site.browser.find("input[name=device_name]").await.type_text("phone").await;
    site.submit().await;
    let secret = site.browser.find("#key").await.text().await;
    let key = site.manager.client().with_api_key(&secret);
    assert_eq!(key.get("/api/routes").await.status.as_u16(), 200);
    site.goto("/keys").await;
    let page = site.browser.source().await;
    assert!(page.contains("phone") && !page.contains(&secret), "a key is shown once");
    choose(site, "a[href^='/keys/revoke']").await;
    site.browser.find("dialog button.danger").await.click().await;
    site.says("#messages", &["revoked"]).await;
    assert_eq!(key.get("/api/routes").await.status.as_u16(), 401);
    site.says("main", &["There are no keys"]).await;
}

async fn backs_up_and_restores(site: &Site) {
    let before = site.text("home.yml");
    site.goto("/backups").await;
    choose(site, "form[action='/backups/create'] button").await;
    site.says("#messages", &["backed up"]).await;
    fs::write(site.file("home.yml"), before.replace("home.example.com", "oops.example.com")).unwrap();
    site.goto("/").await;
    site.says("#routes", &["oops.example.com"]).await;
    site.goto("/backups").await;
    choose(site, "a[href^='/backups/restore'][href*='home.yml']").await;
    site.browser.find("dialog button.primary").await.click().await;
    site.says("main", &["oops.example.com", "home.example.com"]).await;
    choose(site, "form[data-review] button.primary").await;
    site.says("#messages", &["restored"]).await;
    assert_eq!(site.text("home.yml"), before);
}

async fn signs_out(site: &Site) {
    site.goto("/files").await;
    let cookies: Value = site.browser.cdp("Network.getCookies", json!({})).await;
    let session =
        cookies["cookies"].as_array().unwrap().iter().find(|cookie| cookie["name"] == "session").unwrap();
    assert_eq!((&session["httpOnly"], &session["sameSite"]), (&json!(true), &json!("Lax")));
    let copy = site.manager.visitor();
    copy.set_cookie("session", session["value"].as_str().unwrap());
    assert_eq!(copy.get("/api/routes").await.status.as_u16(), 200);
    choose(site, "form[action='/logout'] button").await;
    site.browser.wait_for_url("/login").await;
    site.browser.script("history.back()", &[]).await;
    eventually("the sign-in page again", async || {
        site.browser.find_all("#password").await.first().map(|_| ())
    })
    .await;
    assert!(!site.browser.source().await.contains("tenants.yml"), "the back button shows nothing");
    assert_eq!(copy.get("/api/routes").await.status.as_u16(), 401, "a copied cookie is dead");
}
