//! What the running program must not give away: its own files, and its secrets in logs and to other users of the host.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use support::{
    http::Client,
    manager::{Manager, ManagerOptions},
};
use tempfile::TempDir;

const PASSWORD: &str = "a long enough passphrase 7";

fn token(page: &str) -> String {
    let (_, after) = page.split_once(r#"name="csrf_token" value=""#).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// Signs in and chooses a password.
async fn owner(manager: &Manager) -> Client {
    let visitor = manager.visitor();
    let form = token(&visitor.get("/login").await.text());
    let temporary = manager.password.clone().unwrap();
    visitor.post_form("/login", &[("csrf_token", &form), ("password", &temporary)]).await;
    let form = token(&visitor.get("/force-change-password").await.text());
    let fields = [("csrf_token", form.as_str()), ("new_password", PASSWORD), ("confirm_password", PASSWORD)];
    assert_eq!(visitor.post_form("/force-change-password", &fields).await.status, 303);
    visitor
}

#[tokio::test]
async fn the_settings_are_no_configuration_even_in_the_same_folder() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("config");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("app.yml"), "# mine\n").unwrap();
    symlink(folder.join("manager.yml"), folder.join("link.yml")).unwrap();
    symlink(folder.join(".secret_key"), folder.join("key.yml")).unwrap();
    symlink(folder.join("sessions.json"), folder.join("sessions.yml")).unwrap();
    let options = ManagerOptions::new(place.path())
        .variable("CONFIG_DIR", folder.display().to_string())
        .variable("SETTINGS_PATH", folder.join("manager.yml").display().to_string());
    let manager = Manager::start(options).await;
    let owner = owner(&manager).await;
    let listed = owner.get_json("/api/configs").await;
    assert_eq!(listed["files"].as_array().unwrap().len(), 1, "{listed}");
    for name in ["manager.yml", "link.yml", "key.yml", "sessions.yml", ".secret_key"] {
        assert_eq!(owner.get(&format!("/files/edit?file={name}")).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn neither_logs_nor_other_users_get_to_know_secrets() {
    let place = TempDir::new().unwrap();
    let manager = Manager::start(ManagerOptions::new(place.path()).variable("LOG_LEVEL", "TRACE")).await;
    let owner = owner(&manager).await;
    let form = token(&owner.get("/password").await.text());
    let issued = owner
        .post_form("/api/auth/apikey/generate", &[("csrf_token", &form), ("device_name", "phone")])
        .await;
    let key = issued.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(manager.client().with_api_key(&key).get("/api/routes").await.status, 200);
    let cookie = owner.cookie("session").unwrap();
    let temporary = manager.password.clone().unwrap();
    owner.post_form("/api/backup/create", &[("csrf_token", &form)]).await;
    manager.client().with_api_key("a-wrong-key-that-somebody-types").get("/api/routes").await;
    let (_, log) = manager.stop().await;
    let banner = format!("Password: {temporary}");
    let log = log.replacen(&banner, "", 1);
    assert!(log.contains("DEBUG"), "{log}");
    let hash = fs::read_to_string(place.path().join("data/config/manager.yml")).unwrap();
    let hash = hash.lines().find(|line| line.starts_with("password_hash")).unwrap();
    for secret in [
        PASSWORD,
        &temporary,
        &key,
        &cookie,
        &form,
        "a-wrong-key",
        hash.rsplit('$').next().unwrap().trim_matches('"'),
    ] {
        assert!(secret.len() > 10 && !log.contains(secret), "{secret} in {log}");
    }
    private_below(&place.path().join("data/config"));
    private_below(&place.path().join("data/backups"));
}

/// Nothing in the folder can be looked into by others than the owner.
fn private_below(folder: &Path) {
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o077, 0, "{}", folder.display());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            private_below(&path);
        } else {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o177, 0, "{}", path.display());
        }
    }
}

/// An event must reach the writer in one piece for its line breaks to be told from its end.
#[tokio::test]
async fn a_file_name_forges_no_line_of_the_log() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("dynamic\nERROR forged");
    // It is not there, which the start warns of.
    let options = ManagerOptions::new(place.path()).variable("CONFIG_DIR", folder.display().to_string());
    let manager = Manager::start(options).await;
    let (_, log) = manager.stop().await;
    assert!(log.contains("\\nERROR forged"), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("ERROR forged")), "{log}");
}
