//! What every page has: the search, and the choice of colours.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use support::{House, Plan};

const FILE: &str = include_str!("../examples/media.yml");

#[tokio::test(flavor = "multi_thread")]
async fn the_search_finds_routes_objects_files_and_pages() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let phone = house.device(false).await;
    for (text, kind, name, address) in [
        ("WIKI", "Route", "wiki", "/routes/edit?id="),
        ("example docs", "Route", "wiki", "/routes/edit?id="),
        (
            "192.168.1.21",
            "Service",
            "jellyfin-service",
            "/services/edit?name=jellyfin-service&protocol=http&file=media.yml",
        ),
        ("ratelimit", "Middleware", "limit", "/middlewares/edit?name=limit"),
        ("media.yml", "File", "media.yml", "/files/edit?file=media.yml"),
        ("settings", "Page", "Settings", "/settings"),
    ] {
        let answer =
            phone.send(Method::GET, &format!("/api/search?q={}", text.replace(' ', "+")), &[], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{text}");
        let json = answer.json();
        assert!(json["ok"] == true && json["success"] == true, "{text}");
        let hits = json["results"].as_array().unwrap().clone();
        let hit = hits.iter().find(|hit| hit["kind"] == kind && hit["name"] == name);
        let hit = hit.unwrap_or_else(|| panic!("{text}: {hits:?}"));
        assert!(hit["address"].as_str().unwrap().starts_with(address), "{text}: {hit}");
    }
    for (text, status) in [("", 200), ("nothing+of+the+kind", 200), (&*"x".repeat(201), 400)] {
        let answer = phone.send(Method::GET, &format!("/api/search?q={text}"), &[], "").await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(status == 400 || answer.json()["results"].as_array().unwrap().is_empty(), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_that_is_found_is_a_page() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let answer = owner.send(Method::GET, "/api/search?q=e", &[], "").await;
    let hits = answer.json()["results"].as_array().unwrap().clone();
    assert!(hits.len() > 10, "{hits:?}");
    for hit in hits {
        let address = hit["address"].as_str().unwrap();
        assert_eq!(owner.get(address).await.status, StatusCode::OK, "{hit}");
    }
    let page = owner.get("/search?q=%3Cb%3Ewiki").await;
    assert!(page.text().contains("Nothing matches") && !page.text().contains("<b>wiki"));
    assert!(owner.get("/search?q=wiki").await.text().contains("Host(`wiki.example.com`)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_are_kept_in_the_browser_and_hold_on_every_page() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    assert!(!owner.get("/").await.text().contains("data-theme"));
    let answer = owner.submit("/theme", &[("theme", "dark"), ("back", "/services?q=a")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/services?q=a"));
    for path in ["/", "/services", "/nowhere", "/routes/edit?id=gone"] {
        assert!(owner.get(path).await.text().contains("data-theme=\"dark\""), "{path}");
    }
    let answer = owner.submit("/theme", &[("theme", "system"), ("back", "//evil.example")]).await;
    assert_eq!(answer.location(), "/");
    assert!(!owner.get("/").await.text().contains("data-theme"));
    let answer = owner.submit("/theme", &[("theme", "\"><script>")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_language_that_is_chosen_else_the_browsers() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let german = |page: &str| page.contains("<html lang=\"de\"") && page.contains(">Abmelden<");
    let english = |page: &str| page.contains("<html lang=\"en\"") && page.contains(">Sign out<");
    assert!(english(owner.get("/").await.text()));
    let answer = owner.submit("/language", &[("language", "de"), ("back", "/services?q=a")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/services?q=a"));
    assert!(german(owner.get("/").await.text()));
    // A form that is refused comes out of a task of its own.
    let refused = owner.submit("/password", &[("current_password", ""), ("new_password", "x")]).await;
    assert!(german(refused.text()), "{}", refused.text());
    // Programs that name no language are answered in English, whatever a browser has chosen.
    let kind = |answer: support::Answer| answer.json()["results"][0]["kind"].as_str().unwrap().to_owned();
    assert_eq!(kind(owner.get("/api/search?q=wiki").await), "Route");
    assert_eq!(kind(owner.get("/api/search?q=media.yml").await), "Service");
    assert_eq!(kind(owner.get("/api/search?q=media.yml&language=de").await), "Dienst");
    assert_eq!(owner.get("/api/search?q=a&language=xx").await.status, StatusCode::BAD_REQUEST);
    let answer = owner.submit("/language", &[("language", "\"><script>")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = owner.submit("/language", &[("language", ""), ("back", "//evil.example")]).await;
    assert_eq!(answer.location(), "/");
    assert!(english(owner.get("/").await.text()));
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_that_are_none_are_the_systems() {
    let house = House::build(Plan { secure_cookies: true, ..Plan::default() });
    let mut visitor = house.stranger();
    for (cookie, value) in [("theme", "dark"), ("__Host-theme", "purple"), ("__Host-theme", "\"><b>")] {
        visitor.cookies.clear();
        visitor.cookies.insert(cookie.to_owned(), value.to_owned());
        assert!(!visitor.get("/login").await.text().contains("data-theme"), "{cookie}={value}");
    }
    visitor.cookies.insert("__Host-theme".to_owned(), "light".to_owned());
    assert!(visitor.get("/login").await.text().contains("data-theme=\"light\""));
}

/// However much is wrong, nobody waits for a page: each is weighed as it comes, and these tell of hundreds of findings.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_heavy_with_hundreds_of_findings() {
    let lines = |line: &str| -> String {
        (0..300).map(|n| line.replace("{n}", &n.to_string())).collect::<Vec<_>>().concat()
    };
    let router = "    the-router-number-{n}-that-a-machine-wrote: {service: gone-{n}, unknown-{n}: true}\n";
    let wrong = format!("http:\n  routers:\n{}", lines(router));
    let point = "entryPoints:\n  web:\n    address: ':80'\n    forwardedHeaders:\n      trustedIPs:\n";
    let odd = format!("{point}{}", lines("        - nowhere-{n}\n"));
    let house = House::with_files(&[("home.yml", FILE)]);
    let mut owner = house.owner().await;
    owner.headers.insert("accept-language", "de".parse().unwrap());
    let revision = owner.get("/files/edit?file=home.yml").await.field("revision");
    let fields = [("file", "home.yml"), ("revision", &revision), ("content", &wrong)];
    let refused = owner.submit("/files/edit", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = owner.get("/static/raw").await.field("seen");
    let kept = owner.submit("/static/raw", &[("seen", &seen), ("content", &odd)]).await;
    assert_eq!(kept.location(), "/static?done=pending");
    let (overview, review) = (owner.get("/static").await, owner.get("/static/review").await);
    for (page, more) in [(refused, 850), (overview, 250), (review, 252)] {
        let text = page.text();
        assert!(text.contains(&format!("und {more} weitere")), "{more}: {text}");
        assert_eq!(text.matches("<li class=\"note ").count(), 50, "{text}");
        assert!(text.len() < 100_000, "{more}: {}", text.len());
    }
    owner.headers.insert("x-requested-with", "fetch".parse().unwrap());
    let told = owner.submit("/files/edit", &fields).await.json();
    assert_eq!(told["findings"].as_array().unwrap().len(), 200);
}
