//! Starts that go well and yet not as their owner thinks: the log says so.

use std::fs;

use crate::{
    house::{House, route},
    support::{
        eventually,
        manager::{Manager, ManagerOptions},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_named_with_its_remedy() {
    let house = House::open_with(&[("CONFIG_DIR", "{}/no-folder")]).await;
    assert!(house.manager.log().contains("no-folder is not a folder; create it"), "{}", house.manager.log());
    let list = house.key.get("/api/routes").await.json();
    let error = list["configErrors"][0]["error"].as_str().unwrap_or_default().to_owned();
    assert!(error.contains("there is no such folder; create it"), "{list}");
    let fields = route(&[]);
    let answer = house.key.post_form("/save", &fields).await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.text());
    assert!(answer.text().contains("folder"), "{}", answer.text());
    // Once it is there, nothing has to be started again.
    fs::create_dir(house.path("no-folder")).unwrap();
    let answer = house.key.post_form("/save", &fields).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_is_shown_that_would_not_be_taken() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = ManagerOptions::new(folder.path()).variable("ADMIN_PASSWORD", "one-of-their-own");
    let manager = Manager::start(options).await;
    let (_, log) = manager.stop().await;
    assert!(!log.contains("Password") && !log.contains("one-of-their-own"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_signs_in_no_password_is_shown_but_how_to_get_one() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = ManagerOptions::new(folder.path()).variable("AUTH_ENABLED", "false");
    let (_, log) = Manager::start(options).await.stop().await;
    assert!(!log.contains("Password:") && !log.contains("Sign in at"), "{log}");
    assert!(log.contains("get a password with reset-password"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_key_that_can_be_guessed_is_named_but_not_shown() {
    for (key, is_short) in [("fifteen-letters", true), ("sixteen-letters!", false)] {
        let folder = tempfile::TempDir::new().unwrap();
        let options = ManagerOptions::new(folder.path()).variable("SECRET_KEY", key);
        let (_, log) = Manager::start(options).await.stop().await;
        assert_eq!(log.contains("SECRET_KEY has fewer than 16 characters"), is_short, "{log}");
        assert!(!log.contains(key), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_traefik_that_is_none_is_refused_before_anything_is_made() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = ManagerOptions::new(folder.path()).variable("TRAEFIK_API_URL", "traefik:8080");
    let (status, log) = options.run().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("TRAEFIK_API_URL") && log.contains("must begin with http:// or https://"), "{log}");
    assert!(!folder.path().join("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_without_a_password_are_named() {
    let folder = tempfile::TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("data/config")).unwrap();
    fs::write(folder.path().join("data/config/manager.yml"), "domains: [a.test]\n").unwrap();
    let manager = Manager::start(ManagerOptions::new(folder.path())).await;
    let (_, log) = manager.stop().await;
    assert!(log.contains("hold no password") && log.contains("reset-password"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_who_asked_for_a_change_and_what_came_of_it() {
    let house = House::open().await;
    house.manager.visitor().post_form("/login", &[("password", "a guess")]).await;
    // The line is written when the answer has been sent.
    let line = eventually("the line of the refused sign-in", async || {
        let log = house.manager.log();
        let is_it = |line: &&str| line.contains("path=\"/login\"") && line.contains("status=403");
        log.lines().find(is_it).map(str::to_owned)
    })
    .await;
    assert!(line.contains("client=127.0.0.1") && line.contains("INFO"), "{line}");
    let log = house.manager.log();
    assert!(!log.contains("a guess") && !log.contains(&house.secret), "{log}");
}
