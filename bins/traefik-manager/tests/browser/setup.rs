//! A new installation, from its temporary password to its own route, and out again.

use crate::site::{FILES, PASSWORD, Site};

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_password_through_the_set_up_to_signing_out() {
    let Some(site) = Site::open(&FILES).await else { return };
    site.sign_in_for_the_first_time().await;
    let browser = &site.browser;
    site.goto("/setup").await;
    site.says(".steps [aria-current]", &["1", "Traefik"]).await;

    if site.traefik.is_some() {
        browser.find("button[name=test]").await.click().await;
        site.says(".note.good[role=status]", &["answers", "Nothing is saved yet"]).await;
    }
    site.submit().await;
    site.says(".steps [aria-current]", &["2", "Sign-in"]).await;
    site.submit().await;
    site.says(".steps [aria-current]", &["3", "Own route"]).await;
    browser.find("#domain").await.type_text("tm.example.com").await;
    site.submit().await;
    site.says("h1", &["Keep this change?"]).await;
    site.submit().await;
    site.says("#messages", &["The change is kept"]).await;
    assert!(site.text("traefik-manager-self.yml").contains("Host(`tm.example.com`)"));

    site.goto("/setup").await;
    assert!(browser.url().await.ends_with("/settings"), "the set-up is open once");
    site.says("form[action='/settings/self-route']", &["Route to this program", "Save the route"]).await;
    site.goto("/settings/auth").await;
    site.says("main", &["Sign-in", "Asked of everybody", "Signed in with password"]).await;
    site.goto("/history?show=access").await;
    site.says(".history", &["Finish set-up", "Change password", "Sign in with password"]).await;

    browser.find("form[action='/logout'] button").await.click().await;
    browser.wait_for_url("/login").await;
    site.goto("/settings/auth").await;
    browser.wait_for_url("/login").await;
    browser.find("#password").await.type_text("not the password").await;
    site.submit().await;
    site.says("[role=alert]", &["That password is not right"]).await;
    browser.find("#password").await.type_text(PASSWORD).await;
    site.submit().await;
    browser.wait_for_url("/settings/auth").await;
    site.says("main", &["Refused", "Signed in"]).await;
    site.nothing_went_wrong().await;
}
