//! `manager.yml`: what is read from it, what a save changes, and what it never does.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use tempfile::TempDir;
use traefik_manager_core::{
    api_key::ApiKey,
    config::{
        store::{StorageError, WriteCondition},
        value::Value,
    },
    settings::{DisabledRoute, Settings, SettingsCell, SettingsError, SettingsStore},
    test_support::{conformance, sample_settings},
    traefik::Protocol,
};
use traefik_manager_storage_fs::FsSettingsStore;
use traefik_manager_yaml::PlainYaml;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn with(text: &str) -> Self {
        let place = Self::new();
        fs::write(place.file(), text).unwrap();
        place
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("manager.yml")
    }

    fn store(&self) -> FsSettingsStore {
        open(&self.file(), &self.0.path().join("state"))
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn load(&self) -> Arc<Settings> {
        self.store().load().unwrap().unwrap().settings
    }

    /// Saves a change as the program does.
    fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), SettingsError> {
        let store = self.store();
        let stored = store.load()?.expect("the file is there");
        let mut settings = Settings::clone(&stored.settings);
        change(&mut settings);
        store.save(&settings, &WriteCondition::Matches(stored.revision)).map(drop)
    }
}

fn open(file: &Path, state: &Path) -> FsSettingsStore {
    FsSettingsStore::open(file, Arc::new(PlainYaml), state, sample_settings()).unwrap()
}

/// The lines of `new` that are not in `old` at the same place from either end.
fn changed_lines<'t>(old: &str, new: &'t str) -> Vec<&'t str> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    new[start..(new.len() - end).max(start)].to_vec()
}

#[test]
fn the_promises_of_the_port() {
    let place = Place::new();
    let good = std::cell::RefCell::new(String::new());
    let break_file = || {
        good.replace(place.text());
        fs::write(place.file(), "domains: [\nauth_enabled: false\n").unwrap();
    };
    let mend_file = || fs::write(place.file(), good.take()).unwrap();
    conformance::settings_store(&place.store(), &break_file, &mend_file);
    assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o7777, 0o600);
}

const BY_HAND: &str = "\
---
# Our manager
domains:
  - acme.test   # public
  - lan.acme.test

cert_resolver: 'cloudflare , internal'   # the first is the default
auth_enabled: True
password_hash: $2b$12$abc
unknown_thing: {keep: me}
must_change_password: false
otp_enabled: false
disabled_routes:
  # the old wiki, back in spring
  media.yml::old-wiki:
    protocol: http
    router: {rule: 'Host(`wiki.acme.test`)', priority: 42}
    service: null
    note: unknown to the program
api_keys:
  - name: Pixel 8      # mine
    hash: sha256:aa
    preview: f9-N7utj...ljdQ
    created_at: 2026-11-20 15:29
    colour: blue
  - {name: script, hash: 'sha256:bb', preview: p, created_at: ''}
api_key_enabled: true
...
";

#[test]
fn a_file_by_hand_is_read() {
    let settings = Place::with(BY_HAND).load();
    assert_eq!(settings.domains, ["acme.test", "lan.acme.test"]);
    assert_eq!(settings.cert_resolvers, ["cloudflare", "internal"]);
    assert!(settings.auth_enabled && !settings.setup_complete);
    assert_eq!(settings.traefik_api_url, sample_settings().traefik_api_url, "absent, so the default");
    assert_eq!(settings.api_keys.len(), 2);
    assert_eq!(settings.api_keys[0].created_at, "2026-11-20 15:29");
    let [route] = &settings.disabled_routes[..] else { unreachable!("one route is disabled") };
    assert_eq!((route.id.as_str(), route.protocol), ("media.yml::old-wiki", Protocol::Http));
    let router = Value::map([("rule", Value::text("Host(`wiki.acme.test`)")), ("priority", Value::Int(42))]);
    assert_eq!((&route.router, &route.service), (&router, &None));
}

#[test]
fn a_save_changes_what_differs_and_no_other_byte() {
    type Case<'c> = (&'c str, &'c dyn Fn(&mut Settings), &'c [&'c str]);
    let cases: [Case<'_>; 7] = [
        ("password", &|s| s.password_hash = "$2b$12$new".to_owned(), &["password_hash: $2b$12$new"]),
        ("flag", &|s| s.must_change_password = true, &["must_change_password: true"]),
        ("nothing", &|_| (), &[]),
        ("domain added", &|s| s.domains.push("third.test".to_owned()), &["  - third.test"]),
        ("domain removed", &|s| s.domains.truncate(1), &[]),
        ("key renamed", &|s| s.api_keys[0].preview = "x".to_owned(), &["    preview: x"]),
        ("key removed", &|s| s.api_keys.truncate(1), &[]),
    ];
    for (name, change, expected) in cases {
        let place = Place::with(BY_HAND);
        place.change(change).unwrap();
        assert_eq!(changed_lines(BY_HAND, &place.text()), expected, "{name}:\n{}", place.text());
    }

    // Two in one save, an added key of the list, and one that the file did not have.
    let place = Place::with(BY_HAND);
    place
        .change(|settings| {
            settings.api_keys.remove(1);
            let hash = "sha256:cc".to_owned();
            settings.api_keys.push(ApiKey { name: "new".to_owned(), hash, ..settings.api_keys[0].clone() });
            settings.traefik_api_user = "manager".to_owned();
            settings.disabled_routes[0].before = Some("plex".to_owned());
        })
        .unwrap();
    let text = place.text();
    for kept in [
        "# Our manager",
        "acme.test   # public",
        "unknown_thing: {keep: me}",
        "# the old wiki, back in spring",
        "note: unknown to the program",
        "name: Pixel 8      # mine",
        "colour: blue",
        "api_key_enabled: true",
        "'cloudflare , internal'   # the first is the default",
    ] {
        assert!(text.contains(kept), "lost: {kept}\n{text}");
    }
    let settings = place.load();
    assert_eq!(settings.api_keys[1].name, "new");
    assert_eq!(settings.disabled_routes[0].before.as_deref(), Some("plex"));
}

#[test]
fn a_new_file_tells_everything_and_is_private() {
    let place = Place::new();
    let settings = conformance::full_settings();
    place.store().save(&settings, &WriteCondition::CreateNew).unwrap();
    assert!(*place.load() == settings);
    let text = place.text();
    assert!(text.starts_with("# The settings of Traefik Manager."), "{text}");
    let places = ["domains:", "password_hash:", "setup_complete:", "otp_enabled:", "api_keys:"]
        .map(|key| text.find(&format!("\n{key}")).expect(key));
    assert!(places.is_sorted(), "in the order that 1.5.2 writes");
    assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o7777, 0o600);
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_never_becomes_a_default() {
    let cases = [
        ("auth_enabled: maybe\n", "line 1, column 15: `auth_enabled` must be `true` or `false`"),
        ("otp_enabled: 'true'\n", "line 1, column 14: `otp_enabled` must be"),
        ("otp_enabled: [true]\n", "line 1, column 14: `otp_enabled` must be"),
        ("a: 1\ndomains: secret.test\n", "line 2, column 10: `domains` must be a list"),
        ("domains:\n  - a.test\n  - {b: secret}\n", "line 3, column 5: `domains` must be a text"),
        ("password_hash: {a: secret}\n", "line 1, column 16: `password_hash` must be a text"),
        ("otp_last_step: -1\n", "`otp_last_step` must be a whole number"),
        ("api_keys: {name: secret}\n", "line 1, column 11: `api_keys` must be a list"),
        ("api_keys: [secret]\n", "an entry of `api_keys` must be keys and values"),
        ("api_keys:\n  - hash: [1]\n", "`hash` of an entry of `api_keys` must be a text"),
        ("disabled_routes: [1]\n", "`disabled_routes` must be keys and values"),
        (
            "disabled_routes:\n  x:\n    protocol: smtp\n",
            "`protocol` of `x` of `disabled_routes` must be `http`",
        ),
        ("disabled_routes:\n  x:\n    protocol: udp\n", "`router` of `x` of `disabled_routes` must be"),
        ("domains: [\nauth_enabled: false\n", "line 2"),
        ("auth_enabled: true\nauth_enabled: false\n", "line 2"),
        ("- a list\n", "the file must be keys and values"),
        ("", "it holds no settings"),
        ("# nothing but a remark\n", "it holds no settings"),
    ];
    for (text, expected) in cases {
        let place = Place::with(text);
        let store = place.store();
        let Err(error) = store.load() else { unreachable!("{text:?} was read") };
        let told = error.to_string();
        assert!(matches!(error, SettingsError::Broken { .. }), "{text:?}: {told}");
        assert!(told.contains(expected), "{text:?}: {told}");
        assert!(told.contains("manager.yml"), "{told}");
        assert!(!told.contains("secret"), "no value is told: {told}");
        assert!(store.save(&sample_settings(), &WriteCondition::CreateNew).is_err());
        assert_eq!(place.text(), text, "it is not written over");
    }
    let place = Place::new();
    fs::write(place.file(), b"domains: [caf\xe9]\n").unwrap();
    let loaded = place.store().load().map(drop);
    assert!(matches!(loaded, Err(SettingsError::Storage(StorageError::Unreadable { .. }))), "{loaded:?}");
}

#[test]
fn absent_keys_and_null_mean_their_defaults() {
    let place =
        Place::with("domains:\nauth_enabled: ~\npassword_hash: null\napi_keys:\ndisabled_routes: {}\n");
    assert!(*place.load() == sample_settings());
    // Nothing was set, so nothing is written.
    place.change(|_| ()).unwrap();
    assert!(place.text().starts_with("domains:\n"));
    place.change(|settings| settings.domains = vec!["a.test".to_owned()]).unwrap();
    place.change(|settings| settings.otp_last_step = Some(59_841_720)).unwrap();
    assert_eq!(place.load().domains, ["a.test"]);
    place.change(|settings| settings.otp_last_step = None).unwrap();
    assert!(!place.text().contains("otp_last_step"));
}

#[test]
fn a_set_up_from_before_there_was_one_stays_complete() {
    let place = Place::with("password_hash: $2b$12$abc\n");
    assert!(place.load().setup_complete);
    place
        .change(|settings| {
            settings.otp_secret = "sealed".to_owned();
            settings.otp_enabled = true;
        })
        .unwrap();
    assert!(place.load().setup_complete, "{}", place.text());
    let place = Place::with("password_hash: $2b$12$abc\notp_enabled: false\n");
    assert!(!place.load().setup_complete);
    let place = Place::with("password_hash: ''\n");
    assert!(!place.load().setup_complete);
}

/// A file that was cut off in front of the switch must not open the door to the password alone.
#[test]
fn a_secret_whose_switch_is_missing_is_asked_for() {
    for (text, is_on) in [
        ("password_hash: $2b$12$abc\notp_secret: sealed\n", true),
        ("password_hash: $2b$12$abc\notp_secret: sealed\notp_enabled: ~\n", true),
        ("password_hash: $2b$12$abc\notp_secret: sealed\notp_enabled: false\n", false),
        ("password_hash: $2b$12$abc\notp_secret: ''\n", false),
    ] {
        let place = Place::with(text);
        assert_eq!(place.load().otp_enabled, is_on, "{text}");
        place.change(|settings| settings.otp_enabled = false).unwrap();
        assert!(!place.load().otp_enabled, "it can be switched off: {}", place.text());
    }
}

#[test]
fn the_one_key_of_old_files_can_be_revoked() {
    let old = "password_hash: $2b$12$abc\napi_key_hash: $2b$12$key\napi_key_preview: abcdefgh...wxyz\n";
    let place = Place::with(old);
    let settings = place.load();
    let [key] = &settings.api_keys[..] else { unreachable!("there is one key") };
    assert_eq!((key.name.as_str(), key.hash.as_str()), ("Default", "$2b$12$key"));
    place.change(|settings| settings.domains = vec!["a.test".to_owned()]).unwrap();
    assert_eq!(place.load().api_keys, settings.api_keys);
    let mut second = key.clone();
    second.hash = "sha256:2".to_owned();
    place.change(|settings| settings.api_keys.push(second)).unwrap();
    assert_eq!(place.load().api_keys.len(), 2);
    let place = Place::with(old);
    place.change(|settings| settings.api_keys.clear()).unwrap();
    assert!(place.load().api_keys.is_empty(), "it does not come back:\n{}", place.text());
}

#[test]
fn what_was_disabled_is_kept_to_the_byte() {
    let entry = "# {{ keep }} # this\n\"my app\":   # spaces  \n  rule: \"Host(`{{ env \"DOMAIN\" }}`)\"\n\n  tls: {}\n";
    let route = DisabledRoute {
        id: "a: b # {{ c }}".to_owned(),
        protocol: Protocol::Tcp,
        router: Value::map([
            ("rule", Value::Verbatim("Host(`plain`)".to_owned())),
            ("weight", Value::Verbatim("1.50".to_owned())),
            ("domain", Value::Verbatim("{{ env \"DOMAIN\" }}".to_owned())),
            ("on", Value::Verbatim("True".to_owned())),
        ]),
        service: Some(Value::map([("s", Value::List(vec![Value::Null, Value::text("8080")]))])),
        config_file: "a.yml".to_owned(),
        service_config_file: String::new(),
        entry: Some(entry.to_owned()),
        before: None,
        section: None,
        cut: None,
    };
    let place = Place::with(BY_HAND);
    place.change(|settings| settings.disabled_routes.push(route.clone())).unwrap();
    let settings = place.load();
    let stored = &settings.disabled_routes[1];
    assert_eq!(stored.entry.as_deref(), Some(entry));
    assert_eq!((&stored.id, &stored.service), (&route.id, &route.service));
    let router = Value::map([
        ("rule", Value::text("Host(`plain`)")),
        ("weight", Value::Verbatim("1.50".to_owned())),
        ("domain", Value::text("{{ env \"DOMAIN\" }}")),
        ("on", Value::Verbatim("True".to_owned())),
    ]);
    assert_eq!(stored.router, router);
    place.change(|settings| drop(settings.disabled_routes.remove(1))).unwrap();
    assert_eq!(place.text(), BY_HAND, "as if it had never been there");
}

#[test]
fn several_programs_at_once_lose_no_change() {
    let place = Place::with(BY_HAND);
    thread::scope(|scope| {
        for program in 0..4 {
            let store = Arc::new(place.store());
            scope.spawn(move || {
                let cell = SettingsCell::open(store, || unreachable!("the file is there")).unwrap();
                for round in 0..5 {
                    let added = format!("{program}.{round}.test");
                    let change = || -> Result<(), SettingsError> {
                        cell.update(|settings| {
                            settings.domains.push(added.clone());
                            Ok(())
                        })
                    };
                    // A cell gives up after some conflicts; a person would press the button again.
                    let saved = (0..50).any(|_| match change() {
                        Err(SettingsError::Storage(StorageError::Conflict { .. })) => false,
                        other => other.map(|()| true).unwrap(),
                    });
                    assert!(saved, "{added} was never saved");
                }
            });
        }
    });
    assert_eq!(place.load().domains.len(), 2 + 4 * 5, "{}", place.text());
    assert!(place.text().contains("# Our manager"));
}

#[test]
fn the_file_of_1_5_2_changes_in_one_line() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tm-1.5.2/config/manager.yml");
    let original = fs::read_to_string(fixture).unwrap();
    let place = Place::with(&original);
    place.change(|settings| settings.password_hash = "$2b$12$another".to_owned()).unwrap();
    assert_eq!(changed_lines(&original, &place.text()), ["password_hash: $2b$12$another"]);
    assert_eq!(place.text().lines().count(), original.lines().count());
    let place = Place::with(&original);
    place.change(|settings| drop(settings.api_keys.remove(0))).unwrap();
    assert_eq!(place.text().lines().count(), original.lines().count() - 4);
    assert_eq!(place.load().api_keys[0].name, "backup script");
}
