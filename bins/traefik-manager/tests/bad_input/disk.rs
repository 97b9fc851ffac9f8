//! Disks that are full or may only be read. The mounts are real.

use std::{fs, io::Write as _};

use serde_json::json;

use crate::{
    house::{Body, HAND_WRITTEN, House, PASSWORD, Rude, route},
    support::{edge::token, mount::Mount},
};

fn changes() -> Vec<(&'static str, Body<'static>)> {
    vec![
        ("/save", Body::Form(route(&[]))),
        ("/delete/edge.yml::wild", Body::Form(Vec::new())),
        ("/api/routes/edge.yml::wild/toggle", Body::Text(r#"{"enable":false}"#.to_owned())),
        (
            "/save-middleware",
            Body::Form(vec![("middlewareName", "gzip"), ("middlewareContent", "compress: {}\n")]),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_only_be_read() {
    let house = House::open().await;
    let Some(_mount) = Mount::read_only(&house.path("dynamic")) else { return };
    for (path, body) in changes() {
        let rude = Rude {
            what: path,
            path,
            body,
            status: 409,
            field: "",
            words: &["edge.yml", "Read-only file system", "allow"],
        };
        if let Err(reason) = house.refuses(&rude).await {
            panic!("{path}: {reason}");
        }
    }
    assert_eq!(house.text(), HAND_WRITTEN);
    let list = house.key.get_json("/api/routes").await;
    assert!(list["apps"].as_array().unwrap().iter().all(|app| app["enabled"] == true), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_space() {
    let folder = tempfile::TempDir::new().unwrap();
    let Some(_mount) = Mount::new(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], folder.path()) else { return };
    fs::write(folder.path().join("edge.yml"), HAND_WRITTEN).unwrap();
    let place = folder.path().display().to_string();
    let house = House::open_with(&[("CONFIG_DIR", &place)]).await;
    let mut filler = fs::File::create(folder.path().join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    filler.sync_all().ok();
    let before = fs::read_to_string(folder.path().join("edge.yml")).unwrap();
    assert_eq!(before, HAND_WRITTEN);
    for (path, body) in changes() {
        // A smaller file may fit where a larger one does not, so only what grows must fail.
        if path.starts_with("/delete") || path.contains("toggle") {
            continue;
        }
        let rude = Rude {
            what: path,
            path,
            body,
            status: 507,
            field: "",
            words: &["edge.yml", "no space", "free some"],
        };
        if let Err(reason) = house.refuses(&rude).await {
            panic!("{path}: {reason}");
        }
        assert_eq!(fs::read_to_string(folder.path().join("edge.yml")).unwrap(), HAND_WRITTEN, "{path}");
    }
    drop(filler);
    fs::remove_file(folder.path().join("filler")).unwrap();
    let saved = house.key.post_form("/save", &route(&[])).await;
    assert_eq!(saved.json()["ok"], true, "with space again it works: {}", saved.text());
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["edge.yml"], "nothing is left lying about");
}

/// Who is in is told the file and the remedy, who is not the least that can be said; and signing out signs out.
#[tokio::test(flavor = "multi_thread")]
async fn settings_without_space() {
    let folder = tempfile::TempDir::new().unwrap();
    let Some(_mount) = Mount::new(&["-t", "tmpfs", "-o", "size=256k", "tmpfs"], folder.path()) else {
        return;
    };
    let settings = folder.path().join("config/manager.yml").display().to_string();
    let house = House::open_with(&[("SETTINGS_PATH", &settings)]).await;
    let (owner, csrf) = house.owner().await;
    let session = owner.cookie("session").unwrap();
    let mut filler = fs::File::create(folder.path().join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    filler.sync_all().ok();

    let preview = house.key.get_json("/api/auth/apikey/status").await["keys"][0]["preview"].clone();
    for (path, body) in [
        ("/api/auth/apikey/generate", json!({"device_name": "one more", "csrf_token": csrf})),
        ("/api/auth/apikey/revoke", json!({"preview": preview, "csrf_token": csrf})),
        ("/logout", json!({"csrf_token": csrf})),
    ] {
        let answer = owner.post_json(path, &body).await;
        assert_eq!(answer.status.as_u16(), 507, "{path}: {}", answer.text());
        let message = answer.json()["message"].to_string();
        let file = match path {
            "/logout" => "sessions.json",
            "/api/auth/apikey/revoke" => "manager.yml",
            _ => "attempts",
        };
        for word in ["no space", file, "free some"] {
            assert!(message.contains(word), "{path}: {message}");
        }
    }
    owner.set_cookie("session", &session);
    assert_eq!(owner.get("/").await.status.as_u16(), 303, "the session is over");
    assert_eq!(house.key.get_json("/api/auth/apikey/status").await["count"], 1);

    let stranger = house.manager.visitor();
    let csrf = token(&stranger.get("/login").await.text());
    let answer = stranger.post_json("/login", &json!({"csrf_token": csrf, "password": PASSWORD})).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text());
    assert!(!answer.text().contains("sessions.json"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_without_space_stop_the_change() {
    let house = House::open().await;
    fs::create_dir_all(house.path("data/backups")).unwrap();
    let Some(_mount) = Mount::new(&["-t", "tmpfs", "-o", "size=4k", "tmpfs"], &house.path("data/backups"))
    else {
        return;
    };
    let mut filler = fs::File::create(house.path("data/backups/filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    for (path, body) in changes() {
        let rude = Rude {
            what: path,
            path,
            body,
            status: 507,
            field: "",
            words: &["edge.yml", "no space", "free some"],
        };
        if let Err(reason) = house.refuses(&rude).await {
            panic!("{path}: {reason}");
        }
    }
    assert_eq!(house.text(), HAND_WRITTEN, "no copy, no write");
}
