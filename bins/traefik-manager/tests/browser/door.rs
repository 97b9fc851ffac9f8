//! The second factor and the sessions, from setting up to signing out.

use crate::{
    site::{PASSWORD, Site},
    support::{code, eventually, http::Client},
};

#[tokio::test(flavor = "multi_thread")]
async fn with_a_second_factor_and_a_list_of_sessions_in_and_out_again() {
    let Some(site) = Site::open_without_traefik(&[]).await else { return };
    site.sign_in_for_the_first_time().await;
    let browser = &site.browser;

    // Somebody else is in, with another browser, until the owner ends it.
    let other = elsewhere(&site).await;
    assert_eq!(other.get("/sessions").await.status.as_u16(), 200);
    site.goto("/sessions").await;
    site.says("table.list", &["this one", "Firefox on Linux", "127.0.0.1", "password"]).await;
    browser.find("form[action='/sessions/end'] button").await.click().await;
    site.says("#messages", &["ended"]).await;
    assert_eq!(browser.find_all("table.list tbody tr").await.len(), 1);
    assert!(other.get("/sessions").await.location().starts_with("/login"));

    let (secret, used) = site.enrol().await;
    site.says("#codes", &["-"]).await;
    browser.find("form[action='/logout'] button").await.click().await;
    browser.wait_for_url("/login").await;
    browser.find("#password").await.type_text(PASSWORD).await;
    site.submit().await;
    browser.wait_for_url("/login/otp").await;
    for path in ["/", "/sessions", "/settings"] {
        site.goto(path).await;
        assert!(browser.url().await.contains("/login"), "{path} answers after the password alone");
    }
    site.goto("/login/otp").await;
    // The code that has switched it on is used up.
    browser.find("#code").await.type_text(&used).await;
    site.submit().await;
    site.says("[role=alert]", &["code"]).await;
    browser.find("#code").await.type_text(&code(&secret, 1)).await;
    site.submit().await;
    eventually("the first page", async || (!browser.url().await.contains("/login")).then_some(())).await;
    site.goto("/sessions").await;
    site.says("table.list", &["this one", "password and code"]).await;

    browser.find("form[action='/logout'] button").await.click().await;
    browser.wait_for_url("/login").await;
    site.goto("/sessions").await;
    browser.wait_for_url("/login").await;
    site.nothing_went_wrong().await;
}

/// A browser of somebody who has signed in elsewhere.
async fn elsewhere(site: &Site) -> Client {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let visitor = site.manager.visitor().with_header("user-agent", agent);
    let form = crate::support::edge::token(&visitor.get("/login").await.text());
    let answer = visitor.post_form("/login", &[("csrf_token", &form), ("password", PASSWORD)]).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    visitor
}
