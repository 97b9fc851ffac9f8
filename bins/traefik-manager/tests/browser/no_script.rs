//! Everything that is a form works with scripts switched off.

use crate::site::{FILES, Site};

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_work_without_scripts() {
    let Some(site) = Site::open(&FILES).await else { return };
    let browser = &site.browser;
    browser.switch_scripts(false).await;
    site.sign_in_for_the_first_time().await;
    assert!(!browser.source().await.contains("<html lang=\"en\" class=\"js\">"), "scripts are off");

    browser.find("a[href='/routes/new']").await.click().await;
    browser.find("#name").await.type_text("plain").await;
    browser.find("#hosts").await.type_text("plain.test").await;
    browser.find("input[name=server]").await.type_text("http://10.0.0.9:80").await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    assert!(site.text("home.yml").contains("http://10.0.0.9:80"));

    let switch = "button.switch[value='home.yml::plain']";
    browser.find(switch).await.click().await;
    site.says("#messages", &["switched off"]).await;
    assert_eq!(browser.find(switch).await.attribute("aria-checked").await.as_deref(), Some("false"));
    assert!(!site.text("home.yml").contains("plain.test"));
    browser.find(switch).await.click().await;
    site.says("#messages", &["switched on"]).await;
    assert!(site.text("home.yml").contains("plain.test"));

    site.goto("/").await;
    browser.find("input[type=search]").await.type_text("plain").await;
    browser.find("form.filters button[type=submit]").await.click().await;
    browser.wait_for_url("q=plain").await;
    assert_eq!(browser.find_all("#routes a.name").await.len(), 1);
    browser.find("a.name").await.click().await;
    let servers = browser.find_all("input[name=server]").await;
    assert_eq!(servers.len(), 2, "there is room for another server");
    servers[1].type_text("http://10.0.0.10:80").await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    assert!(site.text("home.yml").contains("http://10.0.0.10:80"));

    browser.find("a[href^='/routes/delete']").await.click().await;
    browser.wait_for_url("/routes/delete").await;
    browser.find("button.danger").await.click().await;
    site.says("#messages", &["Deleted."]).await;
    assert_eq!(site.text("home.yml"), FILES[0].1);

    site.goto("/middlewares/new?from=compress").await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;

    site.goto("/services/edit?name=shop").await;
    let children = browser.find_all("input[name='weighted.services.name']").await;
    assert_eq!(children.len(), 4, "there is room for two more");
    children[2].type_text("photos").await;
    browser.find_all("input[name='weighted.services.weight']").await[2].type_text("5").await;
    site.save().await;
    site.says("#messages", &["Saved."]).await;
    let added = "          - name: shop-new\n            weight: 1\n          - name: photos\n            weight: 5\n";
    assert_eq!(
        site.text("network.yml"),
        FILES[2].1.replace("          - name: shop-new\n            weight: 1\n", added)
    );
    site.goto("/services").await;
    browser.find("a[href^='/services/delete'][href*='name=photos']").await.click().await;
    site.says("form[data-confirmation]", &["photos is in use", "route photos", "service shop"]).await;
    browser.find("button.danger").await.click().await;
    site.says("#messages", &["Deleted."]).await;
    assert_eq!(site.text("network.yml"), FILES[2].1);
    browser.find("form[action='/logout'] button").await.click().await;
    browser.wait_for_url("/login").await;
}
