//! The sections of the static configuration as forms, and what is collected of them before it is written.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod old;
#[path = "../support/mod.rs"]
mod support;

use std::collections::HashSet;

use hyper::StatusCode;
use support::{Answer, House, Visitor};
use traefik_manager_core::{auth::TrustedProxies, companion::SmallFile as _, static_config::SECTIONS};
use traefik_manager_http::{App, HttpPolicy};

const REFERENCE: &str = include_str!("../../../../fixtures/yaml/static-reference-3.7.yml");

const GOOD: &str = "\
# the edge
entryPoints:
  web:
    address: ':80'   # plain
  websecure: {address: ':443', http: {tls: {certResolver: le}}}
certificatesResolvers:
  le:
    acme: {storage: acme.json, httpChallenge: {entryPoint: web}}
providers:
  docker: {network: edge}
";

const ROUTES: &str = "http:\n  routers:\n    app: {rule: Host(`a.example.com`), service: app, entryPoints: [websecure]}\n  services:\n    app: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}\n";

fn house(text: &str) -> House {
    let house = House::with_files(&[("app.yml", ROUTES)]);
    house.static_file.edit_behind_the_back("traefik.yml", text);
    house
}

fn text(house: &House) -> String {
    house.static_file.text("traefik.yml").unwrap()
}

/// The addresses of the forms that a page leads to.
fn forms_on(page: &Answer) -> Vec<String> {
    let mut found: Vec<String> = page
        .text()
        .split("href=\"/static/edit?")
        .skip(1)
        .map(|rest| format!("/static/edit?{}", rest.split('"').next().unwrap().replace("&amp;", "&")))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Sends a form as it is shown, but for these fields.
async fn send(visitor: &mut Visitor<'_>, address: &str, changed: &[(&str, &str)]) -> Answer {
    let page = visitor.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
    let mut fields = page.form_fields("/static/edit");
    for (name, _) in changed {
        fields.retain(|(other, _)| other != name);
    }
    let all: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(changed.iter().copied())
        .collect();
    visitor.send_form("/static/edit", &all).await
}

async fn apply(visitor: &mut Visitor<'_>) -> Answer {
    let review = visitor.get("/static/review").await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.text());
    let seen = review.field("seen");
    visitor.submit("/static/apply", &[("seen", &seen)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_nobody_changed_changes_nothing_for_every_section_of_the_reference() {
    let house = house(REFERENCE);
    let mut owner = house.owner().await;
    let overview = owner.get("/static").await;
    let forms = forms_on(&overview);
    let (mut sent, mut shown) = (0, HashSet::new());
    for address in forms {
        let is_new = SECTIONS
            .iter()
            .any(|section| section.noun().is_some() && address.ends_with(&format!("section={section}")));
        let page = owner.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
        for (name, _) in page.form_fields("/static/edit") {
            shown.extend(name.split('.').map(str::to_owned));
        }
        let is_missing = page.text().contains("Not there yet");
        if is_new || is_missing {
            continue;
        }
        let answer = send(&mut owner, &address, &[]).await;
        assert_eq!(answer.location(), "/static?done=unchanged", "{address}: {}", answer.text());
        sent += 1;
    }
    assert!(sent > 30, "{sent} forms");
    assert_eq!((text(&house).as_str(), house.static_file.writes()), (REFERENCE, 0));
    let sections = ["fastProxy", "otlplogs"];
    let skipped = [
        // Sections and names, and plugins that are providers.
        "entryPoints",
        "certificatesResolvers",
        "plugins",
        "localPlugins",
        "providers",
        "plugin",
        // Fields that 3.7.15 does not know.
        "addXForwardedSchemeHeaders",
    ];
    for line in REFERENCE.lines() {
        let Some((key, _)) = line.trim().trim_start_matches("- ").split_once(':') else { continue };
        let is_section = SECTIONS.iter().any(|section| section.way().contains(&key));
        let is_own =
            key.chars().any(|c| c.is_ascii_digit()) && !["http2", "http3", "influxDB2"].contains(&key);
        if is_section || is_own || skipped.contains(&key) || sections.contains(&key) || key.starts_with('#') {
            continue;
        }
        assert!(shown.contains(key), "no form shows {key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_several_sections_are_collected_reviewed_and_written_at_once() {
    let house = house(GOOD);
    let mut owner = house.owner().await;
    let web = "/static/edit?section=entryPoints&name=web";
    let answer =
        send(&mut owner, web, &[("http3", "true"), ("http.redirections.entryPoint.to", "websecure")]).await;
    assert_eq!(answer.location(), "/static?done=pending", "{}", answer.text());
    let docker = "/static/edit?section=providers.docker";
    let answer = send(&mut owner, docker, &[("network", "inner"), ("dry_run", "true")]).await;
    assert_eq!(answer.location(), "/static/review", "{}", answer.text());
    let new = "/static/edit?section=entryPoints";
    let answer = send(&mut owner, new, &[("name", "metrics"), ("address", "127.0.0.1:9100")]).await;
    assert_eq!(answer.location(), "/static?done=pending", "{}", answer.text());
    assert_eq!((text(&house).as_str(), house.static_file.writes()), (GOOD, 0));

    // Loaded again, by a browser of the same person that has signed in anew, everything is still there.
    let mut other = house.owner().await;
    let overview = other.get("/static").await;
    for said in ["Entry point web", "<li>Docker</li>", "Entry point metrics", "redirects to websecure"] {
        assert!(overview.text().contains(said), "{said}: {}", overview.text());
    }
    let review = other.get("/static/review").await;
    for said in ["network: inner, exposedByDefault: true", "127.0.0.1:9100"] {
        assert!(review.text().contains(said), "{said}: {}", review.text());
    }
    let saved = apply(&mut other).await;
    assert_eq!(saved.location(), "/static?done=static-saved", "{}", saved.text());
    let expected = "\
# the edge
entryPoints:
  web:
    address: ':80'   # plain
    http3: {}
    http:
      redirections:
        entryPoint:
          to: websecure
  websecure: {address: ':443', http: {tls: {certResolver: le}}}
  metrics:
    address: 127.0.0.1:9100
certificatesResolvers:
  le:
    acme: {storage: acme.json, httpChallenge: {entryPoint: web}}
providers:
  docker: {network: inner, exposedByDefault: true, watch: true}
";
    let written = text(&house);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&written), sorted(expected), "{written}");
    assert_eq!(house.static_file.writes(), 1);
    assert_eq!(owner.get("/static/review").await.location(), "/static?done=unchanged");
    let discarded = owner.submit("/static/discard", &[]).await;
    assert_eq!(discarded.location(), "/static?done=discarded");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_would_not_start_with_is_shown_beside_its_field_and_at_its_line() {
    let house = house(&GOOD.replace("':80'", "'80'"));
    let mut owner = house.owner().await;
    let overview = owner.get("/static").await;
    assert!(overview.text().contains("has no port") && overview.text().contains("/static/raw?line=4"));
    let form = owner.get("/static/edit?section=entryPoints&name=web").await;
    assert!(form.text().contains("<p class=\"wrong\">The address `80` has no port"), "{}", form.text());
    let raw = owner.get("/static/raw").await;
    assert!(
        raw.text().contains("data-mark=\"4\"") && raw.text().contains("data-line=\"4\""),
        "{}",
        raw.text()
    );
    assert!(raw.text().contains("of=static"), "names are offered");

    let secure = "/static/edit?section=entryPoints&name=websecure";
    for (field, typed, said) in [
        ("address", "443", "has no port"),
        ("transport.respondingTimeouts.readTimeout", "soon", "is not a duration"),
        ("http.maxHeaderBytes", "many", "is not a whole number"),
        ("forwardedHeaders.trustedIPs", "10.0.0.300", "no IP address"),
    ] {
        let answer = send(&mut owner, secure, &[(field, typed)]).await;
        assert!(answer.status.is_client_error(), "{field}: {}", answer.status);
        let wrong = answer.text().split("<p class=\"wrong\">").nth(1).unwrap_or_default();
        assert!(wrong.split("</p>").next().unwrap().contains(said), "{field}: {}", answer.text());
        assert!(
            answer.text().contains(&format!("{typed}</textarea>"))
                || answer.text().contains(&format!("value=\"{typed}\""))
        );
    }
    assert_eq!(owner.get("/static/review").await.location(), "/static?done=unchanged", "nothing is pending");

    // A text may hold it, but it cannot be applied.
    let seen = raw.field("seen");
    let bad = GOOD.replace("address: ':80'", "adress: ':80'");
    let kept = owner.submit("/static/raw", &[("seen", &seen), ("content", &bad), ("dry_run", "true")]).await;
    assert_eq!(kept.location(), "/static/review", "{}", kept.text());
    let review = owner.get("/static/review").await;
    assert!(
        review.text().contains("would not start") && !review.text().contains(">Apply</button>"),
        "{}",
        review.text()
    );
    let mark = owner.get("/static/raw").await.field("seen");
    let refused = owner.submit("/static/apply", &[("seen", &mark)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    assert_eq!(house.static_file.writes(), 0);
    let broken = owner.submit("/static/raw", &[("seen", &seen), ("content", "a: [")]).await;
    assert!(broken.status.is_client_error(), "{}", broken.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_else_has_changed_is_a_conflict_with_both_versions() {
    let house = house(GOOD);
    let mut owner = house.owner().await;
    let docker = "/static/edit?section=providers.docker";
    assert_eq!(send(&mut owner, docker, &[("network", "inner")]).await.location(), "/static?done=pending");
    let theirs = GOOD.replace("':80'", "':8080'");
    house.static_file.edit_behind_the_back("traefik.yml", &theirs);
    assert!(owner.get("/static").await.text().contains("Somebody else has changed the file"));
    let review = owner.get("/static/review").await;
    assert_eq!(review.status, StatusCode::CONFLICT);
    assert!(review.text().contains(":8080") && review.text().contains("network: inner"), "{}", review.text());
    let seen = owner.get("/static/raw").await.field("seen");
    let refused = owner.submit("/static/apply", &[("seen", &seen)]).await;
    assert_eq!((refused.status, text(&house)), (StatusCode::CONFLICT, theirs.clone()));
    let carried = owner.submit("/static/carry-over", &[]).await;
    assert_eq!(carried.location(), "/static/review", "{}", carried.text());
    let saved = apply(&mut owner).await;
    assert_eq!(saved.location(), "/static?done=static-saved", "{}", saved.text());
    let expected = theirs.replace("network: edge", "network: inner, exposedByDefault: true, watch: true");
    assert_eq!(text(&house), expected);

    // A form that is older than what is pending in its own section.
    let form = owner.get(docker).await.form_fields("/static/edit");
    assert_eq!(send(&mut owner, docker, &[("network", "third")]).await.location(), "/static?done=pending");
    let old: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = owner.send_form("/static/edit", &old).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("network: third"), "{}", refused.text());
    // A review that is older than what is pending.
    let review = owner.get("/static/review").await;
    assert_eq!(send(&mut owner, docker, &[("network", "fourth")]).await.location(), "/static?done=pending");
    let refused = owner.submit("/static/apply", &[("seen", &review.field("seen"))]).await;
    assert_eq!((refused.status, text(&house)), (StatusCode::CONFLICT, expected));
}

/// An update of the program, or a crash, costs nobody an afternoon.
#[tokio::test(flavor = "multi_thread")]
async fn pending_changes_outlive_the_program_but_not_for_ever() {
    let mut house = house(GOOD);
    let docker = "/static/edit?section=providers.docker";
    {
        let mut owner = house.owner().await;
        assert_eq!(
            send(&mut owner, docker, &[("network", "inner")]).await.location(),
            "/static?done=pending"
        );
    }
    let policy = HttpPolicy {
        secure_cookies: false,
        trusted_proxies: TrustedProxies::default(),
        version: "1.2.3".to_owned(),
        static_config: true,
    };
    house.app = App::new(house.manager.clone(), policy);
    let mut owner = house.owner().await;
    let page = owner.get("/static").await;
    assert!(page.text().contains("Collected, and not written yet"), "{}", page.text());
    let kept = house.beside.drafts.text();
    assert!(owner.get("/static/review").await.text().contains("network: inner"));
    assert_eq!(house.beside.drafts.text(), kept, "looking at it writes nothing");
    // Nobody else has it, and the file is what it was.
    assert!(!house.device(false).await.get("/static").await.text().contains("Collected"));
    assert_eq!((text(&house).as_str(), house.static_file.writes()), (GOOD, 0));
    assert_eq!(apply(&mut owner).await.location(), "/static?done=static-saved");
    assert_eq!(house.beside.drafts.text(), "{}", "what is applied is kept no longer");

    let mut owner = house.owner().await;
    assert_eq!(send(&mut owner, docker, &[("network", "third")]).await.location(), "/static?done=pending");
    house.clock.advance(31 * 24 * 60 * 60);
    let mut owner = house.owner().await;
    assert_eq!(owner.get("/static/review").await.location(), "/static?done=unchanged");
    // What cannot be read is told and kept aside, and pages go on.
    assert_eq!(send(&mut owner, docker, &[("network", "fourth")]).await.location(), "/static?done=pending");
    house.beside.drafts.update(&mut |_| Some("{\"torn".to_owned())).unwrap();
    let told = owner.get("/static").await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.text());
    assert!(
        told.text().contains("kept in <code>small.yml.broken</code>")
            || told.text().contains("kept in `small.yml.broken`"),
        "{}",
        told.text()
    );
    assert_eq!(house.beside.drafts.aside(), ["{\"torn"]);
    assert_eq!(owner.get("/static").await.status, StatusCode::OK);
    assert_eq!(send(&mut owner, docker, &[("network", "fifth")]).await.location(), "/static?done=pending");
    assert!(house.beside.drafts.text().contains("fifth"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_goes_only_when_that_is_accepted() {
    let house = house(GOOD);
    let mut owner = house.owner().await;
    let question = owner.get("/static/remove?section=entryPoints&name=websecure").await;
    assert!(
        question.text().contains("route `app`") && question.text().contains("is in use"),
        "{}",
        question.text()
    );
    let entry_point = [("section", "entryPoints"), ("name", "websecure")];
    let refused = owner.submit("/static/remove", &entry_point).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    let web = "/static/edit?section=entryPoints&name=websecure";
    let renamed = send(&mut owner, web, &[("name", "https")]).await;
    assert_eq!(renamed.status, StatusCode::CONFLICT);
    assert!(renamed.text().contains("name=\"accept_used\""), "{}", renamed.text());
    let renamed = send(&mut owner, web, &[("name", "https"), ("accept_used", "true")]).await;
    assert_eq!(renamed.location(), "/static?done=pending", "{}", renamed.text());
    let removed = owner.submit("/static/remove", &[("section", "providers.docker")]).await;
    assert_eq!(removed.location(), "/static?done=pending", "{}", removed.text());
    let whole = owner.submit("/static/remove", &[("section", "providers")]).await;
    assert_eq!(whole.status, StatusCode::BAD_REQUEST);
    // It is said once more before it is written, with everybody who loses something.
    let refused = apply(&mut owner).await;
    assert_eq!((refused.status, text(&house).as_str()), (StatusCode::UNPROCESSABLE_ENTITY, GOOD));
    let page = refused.text();
    assert!(page.contains("Entry point `websecure` is taken away, and route `app` needs it"), "{page}");
    assert!(page.contains("traefik.yml:2:1") && page.contains("name=\"accept_disabled\""), "{page}");
    assert!(!page.contains("would not start") && page.contains(">Apply</button>"), "{page}");
    let seen = refused.field("seen");
    owner.submit("/static/apply", &[("seen", &seen), ("accept_disabled", "true")]).await;
    let expected =
        GOOD.replace("  websecure:", "  https:").replace("providers:\n  docker: {network: edge}\n", "");
    assert_eq!(text(&house), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_are_pasted_from_the_catalogue() {
    let house = house(GOOD);
    let mut owner = house.owner().await;
    let yaml =
        "experimental:\n  plugins:\n    geo:\n      moduleName: github.com/a/geo\n      version: v1.0.0\n";
    let pasted = owner.submit("/static/paste", &[("yaml", yaml)]).await;
    assert_eq!(pasted.location(), "/static?done=pending", "{}", pasted.text());
    assert!(owner.get("/static").await.text().contains("github.com/a/geo"));
    for bad in ["", "geo: [", "experimental: {plugins: {geo: {modulename: 1, bad: 2}}}"] {
        let refused = owner.submit("/static/paste", &[("yaml", bad)]).await;
        assert!(refused.status.is_client_error(), "{bad}: {}", refused.status);
    }
    apply(&mut owner).await;
    assert_eq!(text(&house), format!("{GOOD}{yaml}"));
}
