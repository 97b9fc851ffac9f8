//! A data folder that 1.5.2 has written opens as it is.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use traefik_manager_core::{
    config::store::{BackupStore, ConfigStore, FileId, WriteCondition},
    crypto::hex,
    settings::SettingsStore,
    test_support::{FakeClock, FakeEntropy, sample_settings},
    traefik::Protocol,
};
use traefik_manager_storage_fs::{
    ConfigLocation, FsBackupStore, FsConfigStore, FsSettingsStore, check_permissions, otp_key, session_key,
};
use traefik_manager_yaml::PlainYaml;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::write(to.join(entry.file_name()), fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

fn data() -> (TempDir, PathBuf, serde_json::Value) {
    let folder = TempDir::new().unwrap();
    let root = folder.path().to_owned();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tm-1.5.2"), &root);
    let expected = serde_json::from_slice(&fs::read(root.join("EXPECT.json")).unwrap()).unwrap();
    (folder, root, expected)
}

#[test]
fn settings_and_keys() {
    let (_folder, root, expected) = data();
    let config = root.join("config");
    let store = FsSettingsStore::open(
        &config.join("manager.yml"),
        Arc::new(PlainYaml),
        &root.join("state"),
        sample_settings(),
    )
    .unwrap();
    let settings = store.load().unwrap().unwrap().settings;
    assert_eq!(settings.domains, ["acme.test", "lan.acme.test"]);
    assert_eq!(settings.cert_resolvers, ["cloudflare"]);
    assert_eq!(settings.traefik_api_url, "http://127.0.0.1:8080");
    assert!(settings.auth_enabled && settings.setup_complete && settings.otp_enabled);
    assert!(!settings.must_change_password);
    assert!(settings.password_hash.starts_with("$2b$12$") && settings.otp_secret.starts_with("gAAAAA"));
    assert_eq!((settings.traefik_api_user.as_str(), settings.otp_last_step), ("", None));

    let keys = expected["api_keys"].as_object().unwrap();
    assert_eq!(settings.api_keys.len(), keys.len());
    for key in &settings.api_keys {
        let plain = keys[&key.name].as_str().unwrap();
        assert_eq!(key.hash, format!("sha256:{}", hex(&Sha256::digest(plain))));
        assert_eq!(key.preview, format!("{}...{}", &plain[..8], &plain[plain.len() - 4..]));
        assert_eq!(key.created_at, "2026-11-20 15:29");
    }
    let [route] = &settings.disabled_routes[..] else { unreachable!("one route is disabled") };
    assert_eq!(route.id, expected["disabled_routes"][0].as_str().unwrap());
    assert_eq!((route.protocol, route.config_file.as_str()), (Protocol::Http, "media.yml"));
    assert_eq!(route.router.get("rule").unwrap().as_str(), Some("Host(`wiki.acme.test`)"));
    assert!(route.service.as_ref().unwrap().get("loadBalancer").is_some());
    assert_eq!((&route.entry, &route.before), (&None, &None));

    let key = session_key(&config, None, &FakeEntropy::default()).unwrap();
    assert_eq!(**key, fs::read(config.join(".secret_key")).unwrap());
    assert_eq!(otp_key(&config).unwrap().unwrap().expose().len(), 44);
    let loose = check_permissions(&[".secret_key", ".otp_key", "manager.yml"].map(|name| config.join(name)));
    assert_eq!(loose.len(), 3, "1.5.2 leaves them open to all");
}

#[test]
fn configuration_and_backups() {
    let (_folder, root, _) = data();
    let location = ConfigLocation::Directory(root.join("dynamic"));
    let files = Arc::new(FsConfigStore::open(location, &root.join("state")).unwrap());
    let names: Vec<String> = files.list().unwrap().into_iter().map(|entry| entry.id.to_string()).collect();
    assert_eq!(names, ["media.yml", "tcp.yml"]);
    let backups =
        FsBackupStore::open(&root.join("backups"), files.clone(), None, 50, Arc::new(FakeClock::default()))
            .unwrap();
    let listed = backups.list().unwrap();
    let names: Vec<&str> = listed.iter().map(|backup| backup.name.as_str()).collect();
    assert_eq!(names, ["media.yml.20261120_152903.bak", "media.yml.20261120_152902.bak"]);
    let media = FileId::new("media.yml");
    assert!(listed.iter().all(|backup| backup.origin.as_ref() == Some(&media)));

    // Restored as the program does it, byte for byte.
    let (_, text) = backups.read(names[1]).unwrap().unwrap();
    let condition = WriteCondition::Matches(files.read(&media).unwrap().unwrap().revision);
    files.write(&media, &text, &condition).unwrap();
    let restored = fs::read(root.join("dynamic/media.yml")).unwrap();
    assert_eq!(restored, fs::read(root.join("backups").join(names[1])).unwrap());
}
