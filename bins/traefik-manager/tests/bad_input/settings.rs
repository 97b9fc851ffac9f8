//! A `manager.yml` that cannot be understood.

use std::fs;

use serde_json::json;

use crate::{
    house::{Body, HAND_WRITTEN, House, PASSWORD, Rude},
    support::edge::token,
    support::manager::ManagerOptions,
};

#[tokio::test(flavor = "multi_thread")]
async fn broken_at_the_start_the_program_refuses_and_says_where() {
    for (what, text, place) in [
        ("an open bracket", "domains: [a\npassword_hash: x\n", "(line "),
        ("two of one key", "auth_enabled: true\nauth_enabled: false\n", "(line 2, column 1)"),
        ("a list", "- a\n", "line 1, column 1"),
        ("a tab", "domains:\n\t- a\n", "(line 2, "),
        (
            "a word for a truth",
            "password_hash: $2b$12$9b3iV1s7PzfV0wxCLnlKZe\nauth_enabled: perhaps\n",
            "`auth_enabled`",
        ),
        ("nothing at all", "", "manager.yml"),
    ] {
        let folder = tempfile::TempDir::new().unwrap();
        let settings = folder.path().join("data/config/manager.yml");
        fs::create_dir_all(settings.parent().unwrap()).unwrap();
        fs::write(&settings, text).unwrap();
        let (status, log) = ManagerOptions::new(folder.path()).run().await;
        assert_eq!(status.code(), Some(1), "{what}: {log}");
        for word in ["manager.yml", place, "correct the file or restore a backup"] {
            assert!(log.contains(word), "{what}: no word of {word} in {log}");
        }
        assert!(!log.contains("PASSWORD"), "{what}: no new password is made: {log}");
        assert_eq!(fs::read_to_string(&settings).unwrap(), text, "{what}");
        let (status, log) = ManagerOptions::new(folder.path()).argument("reset-password").run().await;
        assert_eq!(status.code(), Some(1), "{what}: {log}");
        assert_eq!(fs::read_to_string(&settings).unwrap(), text, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_while_running_it_goes_on_with_what_it_had_and_lets_nobody_in() {
    let mut house = House::open().await;
    let (owner, _) = house.owner().await;
    let settings = house.path("data/config/manager.yml");
    let sound = fs::read_to_string(&settings).unwrap();
    for broken in ["", "auth_enabled: false\nauth_enabled: [\n", "- auth_enabled: false\n", "\0\0"] {
        fs::write(&settings, broken).unwrap();
        let stranger = house.manager.visitor();
        assert_eq!(stranger.get("/").await.location(), "/login");
        assert_eq!(stranger.get("/api/routes").await.status.as_u16(), 401);
        for setup in ["/setup", "/force-change-password"] {
            let answer = stranger.get(setup).await;
            assert!(answer.status.as_u16() == 404 || answer.location().starts_with("/login"), "{setup}");
        }
        let csrf = token(&stranger.get("/login").await.text());
        for guess in ["", "admin"] {
            let answer = stranger.post_form("/login", &[("csrf_token", &csrf), ("password", guess)]).await;
            assert!(matches!(answer.status.as_u16(), 400 | 401 | 429 | 503), "{guess}: {}", answer.status);
            assert!(answer.header("set-cookie").is_empty(), "{guess}");
        }
        assert_eq!(house.key.get("/api/routes").await.status.as_u16(), 200, "keys go on");
        assert_eq!(owner.get("/api/routes").await.status.as_u16(), 200, "sessions go on");
        for (path, body) in [
            ("/api/routes/edge.yml::wild/toggle", json!({ "enable": false })),
            ("/api/auth/apikey/generate", json!({ "device_name": "new" })),
        ] {
            let answer = house.key.post_json(path, &body).await;
            assert!(!answer.status.is_success(), "{path}: {}", answer.text());
            assert_eq!(answer.json()["ok"], false, "{path}");
            assert_eq!(answer.json()["message"], answer.json()["error"], "{path}");
        }
        assert_eq!(fs::read_to_string(&settings).unwrap(), broken, "it is never written over");
        assert_eq!(house.text(), HAND_WRITTEN);
    }
    let fields = [
        ("serviceName", "new"),
        ("httpRule", "Host(`new.test`)"),
        ("targetIp", "10.0.0.1"),
        ("targetPort", "80"),
    ];
    let saved = house.key.post_form("/save", &fields).await;
    assert_eq!(saved.json()["ok"], true, "routes need no settings: {}", saved.text());

    fs::write(&settings, &sound).unwrap();
    let answer = house.key.post_json("/api/routes/edge.yml::new/toggle", &json!({ "enable": false })).await;
    assert_eq!(answer.json()["ok"], true, "mended, it works again: {}", answer.text());
    house.manager = house.manager.restart().await;
    let again = house.manager.client().with_api_key(&house.secret);
    assert_eq!(again.get("/api/routes").await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_of_settings_has_its_status_and_its_words() {
    let house = House::open().await;
    fs::write(house.path("data/config/manager.yml"), "domains: [\n").unwrap();
    let rude = Rude {
        what: "a toggle",
        path: "/api/routes/edge.yml::wild/toggle",
        body: Body::Json(json!({ "enable": false })),
        status: 409,
        field: "",
        words: &["manager.yml"],
    };
    if let Err(reason) = house.refuses(&rude).await {
        panic!("{reason}");
    }
}

/// Somebody who deletes the settings of a running program has not made it theirs.
#[tokio::test(flavor = "multi_thread")]
async fn deleted_while_running_nobody_is_let_in_either() {
    let house = House::open().await;
    fs::remove_file(house.path("data/config/manager.yml")).unwrap();
    let stranger = house.manager.visitor();
    assert_eq!(stranger.get("/").await.location(), "/login");
    assert_eq!(stranger.get("/api/routes").await.status.as_u16(), 401);
    let csrf = token(&stranger.get("/login").await.text());
    let answer = stranger.post_form("/login", &[("csrf_token", &csrf), ("password", "")]).await;
    assert!(matches!(answer.status.as_u16(), 400 | 401 | 503), "{}", answer.status);
    assert_eq!(house.key.get("/api/routes").await.status.as_u16(), 200);
    let answer = stranger.post_form("/login", &[("csrf_token", &csrf), ("password", PASSWORD)]).await;
    assert_ne!(answer.location(), "/force-change-password", "{}", answer.status);
}
