//! The sections, the phone app's looks, and the settings that lead to other servers.

use hyper::{Method, StatusCode};
use serde_json::{Value as Json, json};
use traefik_manager_core::settings::Settings;

use super::{sealed, secretive, with};
use crate::support::House;

/// What a document of settings holds where the app's encoder leaves out what is a default.
fn without_defaults(told: &Json) -> Json {
    let kept = told.as_object().unwrap().iter().filter(|(_, value)| {
        let is_default =
            value.is_null() || [json!(""), json!(false), json!(0), json!([]), json!({})].contains(value);
        !is_default
    });
    Json::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[tokio::test]
async fn the_phone_sends_everything_back_and_nothing_is_lost() {
    let house = secretive();
    let phone = house.device(true).await;
    let before = house.settings.stored().unwrap();
    let told = phone.send(Method::GET, "/api/settings", &[], "").await.json();
    for sent in [told.clone(), without_defaults(&told)] {
        let answer = phone.post_json("/api/settings", &sent.to_string()).await;
        assert_eq!(answer.json()["success"], true, "{}", answer.text());
        assert_eq!(house.settings.stored().unwrap(), before);
    }
    // It overlays one field and leaves every secret out.
    let mut sent = without_defaults(&told);
    sent["webhook_type"] = json!("generic");
    let answer = phone.post_json("/api/settings", &sent.to_string()).await;
    assert_eq!(answer.json()["settings"]["webhook_type"], "generic", "{}", answer.text());
    let after = house.settings.stored().unwrap();
    let mut expected = Settings::clone(&before);
    expected.webhook.kind = after.webhook.kind.clone();
    assert_eq!((*after).clone(), expected);
}

#[tokio::test]
async fn what_stands_for_a_secret_keeps_it() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    let masked = json!({
        "traefik_api_password": "***", "webhook_password": "***", "git_backup_token": "••••••••",
        "crowdsec_api_key": "", "crowdsec_machine_password": "********",
    });
    let answer = owner.post_json("/api/settings", &masked.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(house.settings.stored().unwrap(), before);
    owner.post_json("/api/settings", r#"{"git_backup_token":"new-one"}"#).await;
    assert_eq!(house.settings.stored().unwrap().git.token, sealed("new-one"));
}

#[tokio::test]
async fn a_secret_follows_to_no_other_server() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    for (field, secret, url) in [
        ("webhook_url", "webhook_password", "https://evil.example/hook"),
        ("git_backup_repo", "git_backup_token", "https://evil.example/edge.git"),
        ("crowdsec_lapi_url", "crowdsec_api_key", "http://evil.example:8080"),
    ] {
        let answer = owner.post_json("/api/settings", &json!({ field: url }).to_string()).await;
        assert_eq!((answer.status, &answer.json()["field"]), (StatusCode::BAD_REQUEST, &json!(secret)));
    }
    assert_eq!(house.settings.stored().unwrap(), before);
    let answer = owner.post_json("/api/settings", r#"{"webhook_url":""}"#).await;
    assert_eq!(answer.json()["settings"]["webhook_password_set"], false);
    let webhook = house.settings.stored().unwrap().webhook.clone();
    assert!(
        webhook.username.is_empty() && webhook.password.is_empty(),
        "nothing is left to be sent elsewhere"
    );
}

#[tokio::test]
async fn addresses_and_names_that_are_none_are_refused() {
    let house = House::build(with(|_| {}));
    let owner = house.owner().await;
    for (field, value) in [
        ("webhook_url", "file:///etc/passwd"),
        ("webhook_url", "http://169.254.169.254/latest"),
        ("webhook_url", "https://ann:pw@hooks.example"),
        ("webhook_url", "https://hooks.example/***"),
        ("webhook_type", "carrier pigeon"),
        ("git_backup_repo", "ext::sh -c id"),
        ("git_backup_repo", "--upload-pack=id"),
        ("git_backup_repo", "file:///srv/git"),
        ("git_backup_branch", "--upload-pack=id>x;false"),
        ("git_backup_branch", "a..b"),
        ("git_backup_branch", "HEAD"),
        ("git_backup_commit_message", "one\ntwo"),
        ("acme_json_path", "/etc/shadow"),
        ("access_log_path", "/app/config/.secret_key"),
        ("static_config_path", "/app/config/manager.yml"),
        ("agent_api_rate_limit", "0"),
    ] {
        let answer = owner.post_json("/api/settings", &json!({ field: value }).to_string()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}: {value}: {}", answer.text());
        assert_eq!(answer.json()["field"], field);
    }
    assert_eq!(house.settings.saves(), 0);
}

#[tokio::test]
async fn sections_are_shown_and_hidden_one_by_one() {
    let house = House::build(with(|settings| assert!(settings.visible_tabs.set("certs", true))));
    let phone = house.device(true).await;
    let sent = r#"{"logs":true,"certs":false,"nonsense":true,"plugins":"maybe"}"#;
    let answer = phone.post_json("/api/settings/tabs", sent).await.json();
    assert_eq!((&answer["ok"], &answer["success"]), (&json!(true), &json!(true)));
    let tabs = answer["visible_tabs"].as_object().unwrap();
    assert_eq!(tabs.len(), 19);
    let shown: Vec<_> = tabs.iter().filter(|(_, shown)| **shown == json!(true)).collect();
    assert_eq!(shown, [(&"logs".to_owned(), &json!(true))]);
}

#[tokio::test]
async fn the_looks_of_the_phone_app_are_merged() {
    let house = House::build(with(|_| {}));
    let phone = house.device(true).await;
    let told = phone.send(Method::GET, "/api/settings/ui", &[], "").await.json();
    assert_eq!(told["ui_prefs"], json!({"showRouteIcons": false, "dashPodDensity": "list"}));
    for (sent, told) in [
        (json!({"showRouteIcons": true}), json!({"showRouteIcons": true, "dashPodDensity": "list"})),
        (json!({"dashPodDensity": "icons"}), json!({"showRouteIcons": true, "dashPodDensity": "icons"})),
        (json!({}), json!({"showRouteIcons": true, "dashPodDensity": "icons"})),
    ] {
        let answer = phone.post_json("/api/settings/ui", &json!({ "ui_prefs": sent }).to_string()).await;
        assert_eq!(answer.json()["ui_prefs"], told);
    }
    let answer = phone.post_json("/api/settings/ui", r#"{"ui_prefs":{"dashPodDensity":"<b>"}}"#).await;
    assert_eq!(answer.json()["ok"], false);
}
