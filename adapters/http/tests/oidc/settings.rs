//! The settings of single sign-on: who changes them, what is whole, what ends with a change.

use hyper::{Method, StatusCode};
use serde_json::json;
use traefik_manager_core::{
    audit::{AuditLog as _, Outcome},
    settings::OidcSettings,
    test_support::FakeIdentityProvider,
};

use crate::{begin, house_with, oidc, sign_in, support::PASSWORD, way_back};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_with_the_password_and_by_no_key() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let device = house.device(false).await;
    let body = |password: &str| {
        format!(
            r#"{{"oidc_enabled":true,"oidc_provider_url":"https://login.example.com","oidc_client_id":"tm",
            "oidc_client_secret":"hush","oidc_allowed_emails":"ann@example.com","current_password":"{password}"}}"#
        )
    };
    let kind = [("content-type", "application/json")];
    let by_key = device.send(Method::POST, "/api/auth/oidc", &kind, &body(PASSWORD)).await;
    assert_eq!(by_key.status, StatusCode::FORBIDDEN);
    let tried = device.send(Method::POST, "/api/auth/oidc/test", &kind, "{}").await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    for (password, status) in [("wrong", StatusCode::FORBIDDEN), ("", StatusCode::BAD_REQUEST)] {
        let answer = owner.post_json("/api/auth/oidc", &body(password)).await;
        assert_eq!((answer.status, &answer.json()["field"]), (status, &"current_password".into()));
    }
    assert!(!house.settings.stored().unwrap().oidc.enabled);
    let answer = owner.post_json("/api/auth/oidc", &body(PASSWORD)).await;
    assert_eq!((answer.status, &answer.json()["ok"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    let stored = house.settings.stored().unwrap();
    assert!(stored.oidc.enabled);
    assert!(stored.oidc.client_secret.starts_with("sealed:"), "sealed at rest");
    let entries = house.audit.newest(None, 2).unwrap().entries;
    assert_eq!(entries[0].entry.action, "change identity provider");
    assert_eq!(entries[0].entry.object.as_ref().unwrap().name, "switched on");
    assert!(matches!(entries[1].entry.outcome, Outcome::Refused { .. }), "a wrong password is written down");

    let shown = device.send(Method::GET, "/api/auth/oidc", &[], "").await;
    assert_eq!(shown.json()["oidc_client_secret_set"], true);
    assert_eq!(shown.json()["oidc_groups_claim"], "groups");
    for secret in ["hush", "68757368", "sealed"] {
        assert!(!shown.text().contains(secret));
    }
    let keep =
        format!(r#"{{"oidc_display_name":"Home","oidc_client_secret":"","current_password":"{PASSWORD}"}}"#);
    assert_eq!(owner.post_json("/api/auth/oidc", &keep).await.status, StatusCode::OK);
    let after = house.settings.stored().unwrap();
    assert_eq!(after.oidc, OidcSettings { display_name: "Home".to_owned(), ..stored.oidc.clone() });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_secret_follows_to_no_other_provider() {
    let house = house_with(oidc());
    let owner = house.owner().await;
    let save = async |fields: serde_json::Value| {
        let mut body = fields;
        body["current_password"] = json!(PASSWORD);
        let answer = owner.post_json("/api/auth/oidc", &body.to_string()).await;
        house.clock.advance(60);
        (answer.status.as_u16(), answer.json()["field"].clone())
    };
    let secret = || house.settings.stored().unwrap().oidc.client_secret.clone();
    let refused = (400, json!("oidc_client_secret"));
    for url in
        ["https://evil.example", "https://login.example.com:8443/", "https://login.example.com.evil.example"]
    {
        assert_eq!(save(json!({ "oidc_provider_url": url })).await, refused, "{url}");
        assert_eq!(
            save(json!({ "oidc_provider_url": url, "oidc_client_secret": "" })).await,
            refused,
            "{url}"
        );
        assert_eq!(save(json!({ "oidc_provider_url": url, "oidc_enabled": false })).await, refused, "{url}");
    }
    let emptied = save(json!({ "oidc_provider_url": "", "oidc_enabled": false })).await;
    assert_eq!(emptied, (200, json!(null)));
    assert_eq!(save(json!({ "oidc_provider_url": "https://evil.example" })).await, refused, "in two steps");
    let same =
        format!("{}/realms/home", FakeIdentityProvider::ISSUER.to_uppercase().replace("HTTPS", "https"));
    assert_eq!(secret(), oidc().client_secret);
    let house_of_old = house_with(oidc());
    let body = json!({ "oidc_provider_url": same, "current_password": PASSWORD }).to_string();
    let answer = house_of_old.owner().await.post_json("/api/auth/oidc", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "the same server: {}", answer.text());
    let other = json!({ "oidc_provider_url": "https://other.example", "oidc_client_secret": "new" });
    assert_eq!(save(other).await, (200, json!(null)));
    assert_ne!(secret(), oidc().client_secret);
    let without = json!({ "oidc_provider_url": "https://third.example", "oidc_remove_client_secret": true });
    assert_eq!((save(without).await, secret()), ((200, json!(null)), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_on_must_be_whole() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let whole = [
        ("oidc_enabled", "true"),
        ("oidc_provider_url", "\"https://login.example.com\""),
        ("oidc_client_id", "\"tm\""),
        ("oidc_any_account", "true"),
    ];
    for (field, value) in [
        ("oidc_provider_url", "\"\""),
        ("oidc_provider_url", "\"http://login.example.com\""),
        ("oidc_provider_url", "\"https://me:pw@login.example.com\""),
        ("oidc_provider_url", "\"javascript:alert(1)\""),
        ("oidc_client_id", "\" \""),
        ("oidc_any_account", "false"),
        ("oidc_public_url", "\"manager.example.com\""),
        ("oidc_public_url", "\"https://manager.example.com/path\""),
        ("oidc_display_name", "\"two\\nlines\""),
        ("oidc_enabled", "\"perhaps\""),
        ("oidc_allowed_emails", "7"),
    ] {
        let kept = whole.iter().filter(|(name, _)| *name != field).copied();
        let fields: Vec<String> =
            kept.chain([(field, value)]).map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let body = format!(r#"{{{},"current_password":"{PASSWORD}"}}"#, fields.join(","));
        let answer = owner.post_json("/api/auth/oidc", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["field"]),
            (StatusCode::BAD_REQUEST, &field.into()),
            "{field}: {}",
            answer.text()
        );
        house.clock.advance(60);
    }
    assert_eq!(house.settings.stored().unwrap().oidc, OidcSettings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_what_came_of_the_provider() {
    let house = house_with(oidc());
    for change in [r#""oidc_enabled":false"#, r#""oidc_enabled":true,"oidc_allowed_groups":"admins""#] {
        house.settings.edit_behind_the_back(|settings| settings.oidc = oidc());
        house.manager.settings().refresh();
        let owner = house.owner().await;
        let (ann, _) = sign_in(&house, "/").await;
        let mut under_way = house.stranger();
        let to = begin(&mut under_way, "/").await;
        let renamed = format!(r#"{{"oidc_display_name":"Other","current_password":"{PASSWORD}"}}"#);
        assert_eq!(owner.post_json("/api/auth/oidc", &renamed).await.status, StatusCode::OK);
        assert_eq!(
            ann.send(Method::GET, "/api/routes", &[], "").await.status,
            StatusCode::OK,
            "a name is only a name"
        );
        let body = format!(r#"{{{change},"current_password":"{PASSWORD}"}}"#);
        assert_eq!(owner.post_json("/api/auth/oidc", &body).await.status, StatusCode::OK);
        assert_eq!(ann.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(owner.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::OK);
        let late = under_way.get(&way_back(&house, to.location())).await;
        assert_eq!(late.status, StatusCode::BAD_REQUEST, "{}", late.text());
        house.clock.advance(60);
    }
    house.settings.edit_behind_the_back(|settings| settings.oidc = oidc());
    house.manager.settings().refresh();
    let (ann, _) = sign_in(&house, "/").await;
    let mut under_way = house.stranger();
    let to = begin(&mut under_way, "/").await;
    house.settings.edit_behind_the_back(|settings| settings.oidc.enabled = false);
    let answer = ann.send(Method::GET, "/api/routes", &[], "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "also where the file was edited by hand");
    let late = under_way.get(&way_back(&house, to.location())).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_saves_tries_and_keeps_what_was_typed() {
    let house = house_with(OidcSettings::default());
    let mut owner = house.owner().await;
    assert!(owner.get("/keys").await.text().contains("href=\"/settings/oidc\""));
    let page = owner.get("/settings/oidc").await;
    assert_eq!(page.status, StatusCode::OK);
    let typed = [
        ("oidc_enabled", "false"),
        ("oidc_enabled", "true"),
        ("oidc_provider_url", FakeIdentityProvider::ISSUER),
        ("oidc_client_id", "tm"),
        ("oidc_client_secret", "hush"),
        ("oidc_public_url", "https://manager.example.com"),
        ("oidc_any_account", "false"),
    ];
    let tried = owner.submit("/settings/oidc/test", &typed).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text());
    assert!(tried.text().contains("It calls itself <code>https://login.example.com</code>"));
    assert!(tried.text().contains("https://manager.example.com/auth/oidc/callback"));
    assert!(!tried.text().contains("hush"), "a secret is never shown again");
    let other = [("oidc_provider_url", "https://nobody.example.com")];
    let tried = owner.submit("/settings/oidc/test", &other).await;
    assert_eq!(tried.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(tried.text().contains("there is nobody"), "{}", tried.text());
    // What cannot be a provider's address is the client's mistake, and nothing is asked.
    for wrong in ["", "login", "file:///etc/passwd", "http://login.example.com", "https://169.254.169.254/x"]
    {
        let tried = owner.submit("/settings/oidc/test", &[("oidc_provider_url", wrong)]).await;
        assert_eq!(tried.status, StatusCode::BAD_REQUEST, "{wrong}");
        let body = json!({"provider_url": wrong}).to_string();
        let tried = owner.post_json("/api/auth/oidc/test", &body).await;
        assert_eq!(tried.json()["field"], "oidc_provider_url", "{wrong}: {}", tried.text());
        house.clock.advance(60);
    }

    let with_password = [&typed[..], &[("current_password", PASSWORD)]].concat();
    let refused = owner.submit("/settings/oidc", &with_password).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("Say who may come in") && refused.text().contains("value=\"tm\""));
    let whole = [&with_password[..], &[("oidc_allowed_emails", "ann@example.com")]].concat();
    let saved = owner.submit("/settings/oidc", &whole).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, "/settings/oidc?done=oidc"));
    let page = owner.get(saved.location()).await;
    assert!(
        page.text().contains("Single sign-on is saved") && page.text().contains("leave empty to keep it")
    );
    let removed = owner
        .submit("/settings/oidc", &[("oidc_remove_client_secret", "true"), ("current_password", PASSWORD)])
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(house.settings.stored().unwrap().oidc.client_secret, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_endpoint_answers_as_it_always_has() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let good =
        owner.post_json("/api/auth/oidc/test", r#"{"provider_url":"https://login.example.com"}"#).await;
    assert_eq!((good.status, &good.json()["issuer"]), (StatusCode::OK, &"https://login.example.com".into()));
    let bad =
        owner.post_json("/api/auth/oidc/test", r#"{"provider_url":"https://nobody.example.com"}"#).await;
    assert_eq!((bad.status, &bad.json()["ok"]), (StatusCode::OK, &false.into()));
}
