//! Ten thousand routes are as usable as ten.

use std::fmt::Write as _;

use crate::{site::Site, support::eventually, table, weight::weigh};

/// A file with so many routes.
pub(crate) fn file(routes: usize) -> String {
    let mut text = "http:\n  routers:\n".to_owned();
    for number in 0..routes {
        write!(
            text,
            "    app-{number:05}:\n      rule: Host(`app-{number:05}.example.com`)\n      entryPoints: [web]\n      service: app-{number:05}-service\n"
        )
        .unwrap();
    }
    text.push_str("  services:\n");
    for number in 0..routes {
        write!(
            text,
            "    app-{number:05}-service:\n      loadBalancer:\n        servers:\n          - url: http://10.0.{}.{}:8080\n",
            number / 250,
            number % 250 + 1
        )
        .unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_routes_are_searched_paged_and_switched() {
    let text = file(10_000);
    let Some(site) = Site::open_without_traefik(&[("many.yml", &text)]).await else { return };
    site.sign_in_for_the_first_time().await;
    let mut addresses = table::named(&site).await;
    let more = [
        "/dashboard/edit",
        "/backups",
        "/history",
        "/routes/new",
        "/map?q=app-07",
        "/?view=cards",
        "/?q=app",
    ];
    addresses.extend(more.into_iter().chain(["/?page=200"]).map(Into::into));
    weigh(&site, &addresses).await;
    for address in &addresses {
        site.goto(address).await;
        let elements = site.browser.script("return document.querySelectorAll('*').length", &[]).await;
        assert!(elements.as_u64().unwrap() < 5_000, "{address} has {elements} elements");
    }
    site.says(".pager", &["Page 200 of 200"]).await;
    site.browser.find("a[rel=prev]").await.click().await;
    site.browser.wait_for_url("page=199").await;
    site.browser.find("input[type=search]").await.fill("app-07777.").await;
    site.says(".counts", &["1 of 10000 routes"]).await;
    site.browser.find("button.switch[value='many.yml::app-07777']").await.click().await;
    site.says("tr.is-off", &["app-07777", "Off"]).await;
    assert!(!site.text("many.yml").contains("app-07777.example.com"));
    site.browser.find("button.switch[value='many.yml::app-07777']").await.click().await;
    eventually("the route again", async || (site.text("many.yml") == text).then_some(())).await;
    site.nothing_went_wrong().await;
}
