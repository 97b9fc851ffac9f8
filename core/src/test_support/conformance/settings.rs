//! The promises of [`SettingsStore`].
#![expect(clippy::expect_used, reason = "a suite reports by panicking")]

use crate::{
    api_key::{ApiKey, Scope, Scopes},
    clock::Timestamp,
    config::{
        store::{Revision, StorageError, WriteCondition},
        value::Value,
    },
    settings::{
        CrowdsecSettings, Cut, DisabledRoute, DisabledSection, FilePaths, GitSettings, InterfacePrefs,
        OidcSettings, SelfRoute, Settings, SettingsError, SettingsStore, VisibleTabs, WebhookKind,
        WebhookSettings,
    },
    test_support::sample_settings,
    traefik::Protocol,
};

/// Settings in which every field differs from [`sample_settings`], with text that is hard to write down.
pub fn full_settings() -> Settings {
    Settings {
        domains: vec!["acme.test".to_owned(), "# not a comment".to_owned()],
        cert_resolvers: vec!["cloudflare".to_owned(), "dns 2".to_owned()],
        traefik_api_url: "https://[2001:db8::1]:8080/x?y=1#z".to_owned(),
        traefik_api_user: "null".to_owned(),
        traefik_api_password: "gAAAAABr+/=:".to_owned(),
        auth_enabled: false,
        password_hash: "$2b$12$'\"\\{{ .x }}: #%@`".to_owned(),
        must_change_password: true,
        setup_complete: true,
        otp_secret: "yes".to_owned(),
        otp_enabled: true,
        otp_last_step: Some(59_841_720),
        otp_recovery: vec!["sha256:a".to_owned(), "true".to_owned()],
        disabled_routes: vec![
            disabled("media.yml::old: wiki"),
            DisabledRoute {
                id: "tcp".to_owned(),
                protocol: Protocol::Tcp,
                service: None,
                entry: None,
                before: None,
                section: None,
                cut: None,
                ..disabled("")
            },
        ],
        api_keys: vec![
            key("Pixel 8 – Küche"),
            key("true"),
            ApiKey {
                scopes: [Scope::Read, Scope::Backup].into_iter().collect(),
                expires_at: Timestamp::from_minutes_text("2027-01-31 23:59"),
                ..key("nightly")
            },
        ],
        oidc: OidcSettings {
            enabled: true,
            provider_url: "https://login.acme.test/realms/a b#c".to_owned(),
            client_id: "null".to_owned(),
            client_secret: "gAAAAABr: #".to_owned(),
            display_name: "Schlüssel & Co".to_owned(),
            allowed_emails: "a@acme.test, b@acme.test".to_owned(),
            allowed_groups: "yes,*admins".to_owned(),
            groups_claim: "realm_access.roles".to_owned(),
            any_account: true,
            allow_unverified_email: true,
            allow_http: true,
            ca_file: "/etc/ssl/own ca.pem".to_owned(),
            public_url: "https://manager.acme.test".to_owned(),
        },
        visible_tabs: {
            let mut tabs = VisibleTabs::default();
            for (name, shown) in [("logs", true), ("certs", false), ("else", true)] {
                tabs.set(name, shown);
            }
            tabs
        },
        ui_prefs: InterfacePrefs { route_icons: Some(true), density: Some("icons".to_owned()) },
        self_route: SelfRoute {
            domain: "tm.acme.test".to_owned(),
            service_url: "http://10.0.0.9:5000/#".to_owned(),
            router_name: "no".to_owned(),
            entry_point: "443".to_owned(),
        },
        paths: FilePaths {
            acme_json: "/etc/traefik/acme: 1.json".to_owned(),
            access_log: "~".to_owned(),
            static_config: "null".to_owned(),
        },
        webhook: WebhookSettings {
            url: "https://hooks.acme.test/a#b?c=d".to_owned(),
            kind: WebhookKind::parse("teams: new"),
            username: "yes".to_owned(),
            password: "gAAAAABq".to_owned(),
        },
        crowdsec: CrowdsecSettings {
            lapi_url: "http://crowdsec:8080".to_owned(),
            machine_id: "0x10".to_owned(),
            api_key: "gAAAAABs".to_owned(),
            machine_password: "gAAAAABt".to_owned(),
        },
        git: GitSettings {
            enabled: true,
            repo: "https://git.acme.test/edge.git".to_owned(),
            branch: "1.0".to_owned(),
            username: "true".to_owned(),
            token: "gAAAAABu".to_owned(),
            commit_message: "{action}: # {{ x }}".to_owned(),
            auto_push: false,
        },
        agent_api_rate_limit: 300,
    }
}

fn key(name: &str) -> ApiKey {
    ApiKey {
        name: name.to_owned(),
        hash: format!("sha256:{name}"),
        preview: "f9-N7utj...ljdQ".to_owned(),
        created_at: "2026-11-20 15:29".to_owned(),
        scopes: Scopes::default(),
        expires_at: None,
    }
}

fn disabled(id: &str) -> DisabledRoute {
    DisabledRoute {
        id: id.to_owned(),
        protocol: Protocol::Http,
        router: Value::map([
            ("rule", Value::text("Host(`wiki.acme.test`)")),
            ("priority", Value::Int(42)),
            ("tls", Value::map([("options", Value::text("no"))])),
        ]),
        service: Some(Value::map([("mirroring", Value::map([("mirrorBody", Value::Bool(false))]))])),
        config_file: "media.yml".to_owned(),
        service_config_file: "other.yml".to_owned(),
        entry: Some("# keep\nold-wiki:   # the old one\n  rule: \"Host(`wiki.acme.test`)\"\n\n".to_owned()),
        before: Some("plex".to_owned()),
        section: Some(DisabledSection { entry: "routers:\n  wiki: {}\n".to_owned(), before: None }),
        cut: Some(Cut {
            ahead: 12,
            behind: 0,
            old: "\u{feff}  wiki: {} # {{ a }}\r\n\n\t'é' \"x\" ".to_owned(),
            new: "\r\n".to_owned(),
        }),
    }
}

/// Checks a store without a file.
///
/// `break_file` makes the file one that cannot be understood, `mend_file` makes it readable again.
///
/// # Panics
/// Where the store breaks a promise.
pub fn settings_store(store: &dyn SettingsStore, break_file: &dyn Fn(), mend_file: &dyn Fn()) {
    assert!(store.load().expect("no file is no error").is_none());
    let sample = sample_settings();
    conflicts(&store.save(&sample, &WriteCondition::Matches(Revision::new("0"))));

    let generation = store.generation();
    let first = store.save(&sample, &WriteCondition::CreateNew).expect("created");
    assert_ne!(store.generation(), generation, "an own save counts as a change");
    holds(store, &sample, &first);
    conflicts(&store.save(&full_settings(), &WriteCondition::CreateNew));
    holds(store, &sample, &first);

    let mut present = Present { settings: sample.clone(), revision: first.clone() };
    field_by_field(store, &mut present);
    conflicts(&store.save(&sample, &WriteCondition::Matches(first)));
    holds(store, &present.settings, &present.revision);
    lists_shrink_and_grow(store, &mut present);
    fails_closed(store, &mut present, break_file, mend_file);
}

struct Present {
    settings: Settings,
    revision: Revision,
}

impl Present {
    fn change(&mut self, store: &dyn SettingsStore, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        let condition = WriteCondition::Matches(self.revision.clone());
        self.revision = store.save(&self.settings, &condition).expect("saved");
        holds(store, &self.settings, &self.revision);
    }
}

fn field_by_field(store: &dyn SettingsStore, present: &mut Present) {
    let full = full_settings();
    present.change(store, |s| s.domains.clone_from(&full.domains));
    present.change(store, |s| s.cert_resolvers.clone_from(&full.cert_resolvers));
    present.change(store, |s| s.traefik_api_url.clone_from(&full.traefik_api_url));
    present.change(store, |s| s.traefik_api_user.clone_from(&full.traefik_api_user));
    present.change(store, |s| s.traefik_api_password.clone_from(&full.traefik_api_password));
    present.change(store, |s| s.auth_enabled = full.auth_enabled);
    present.change(store, |s| s.password_hash.clone_from(&full.password_hash));
    present.change(store, |s| s.must_change_password = full.must_change_password);
    present.change(store, |s| s.setup_complete = full.setup_complete);
    present.change(store, |s| s.otp_secret.clone_from(&full.otp_secret));
    present.change(store, |s| s.otp_enabled = full.otp_enabled);
    present.change(store, |s| s.otp_last_step = full.otp_last_step);
    present.change(store, |s| s.oidc.enabled = true);
    present.change(store, |s| s.oidc.any_account = true);
    present.change(store, |s| s.oidc.public_url.clone_from(&full.oidc.public_url));
    present.change(store, |s| s.oidc.clone_from(&full.oidc));
    present.change(store, |s| s.otp_recovery.clone_from(&full.otp_recovery));
    present.change(store, |s| s.disabled_routes.clone_from(&full.disabled_routes));
    present.change(store, |s| s.api_keys.clone_from(&full.api_keys));
    present.change(store, |s| s.visible_tabs.clone_from(&full.visible_tabs));
    present.change(store, |s| assert!(s.visible_tabs.set("logs", false)));
    present.change(store, |s| s.visible_tabs.clone_from(&full.visible_tabs));
    present.change(store, |s| s.ui_prefs.clone_from(&full.ui_prefs));
    present.change(store, |s| s.self_route.clone_from(&full.self_route));
    present.change(store, |s| s.paths.clone_from(&full.paths));
    present.change(store, |s| s.webhook.clone_from(&full.webhook));
    present.change(store, |s| s.crowdsec.clone_from(&full.crowdsec));
    present.change(store, |s| s.git.clone_from(&full.git));
    present.change(store, |s| s.agent_api_rate_limit = full.agent_api_rate_limit);
    assert!(present.settings == full, "no field was left out");
    present.change(store, |s| *s = sample_settings());
    present.change(store, |s| *s = full);
}

fn lists_shrink_and_grow(store: &dyn SettingsStore, present: &mut Present) {
    present.change(store, |s| drop(s.api_keys.remove(0)));
    present.change(store, |s| s.api_keys.push(key("third")));
    present.change(store, |s| s.api_keys.reverse());
    present.change(store, |s| s.api_keys.iter_mut().for_each(|key| key.preview.push('x')));
    present.change(store, |s| s.api_keys.clear());
    present.change(store, |s| s.api_keys.push(key("again")));
    present.change(store, |s| drop(s.disabled_routes.remove(0)));
    present.change(store, |s| s.disabled_routes.push(disabled("third")));
    present.change(store, |s| s.disabled_routes.iter_mut().for_each(|route| route.before = None));
    present.change(store, |s| s.disabled_routes.clear());
    present.change(store, |s| s.disabled_routes.push(disabled("again")));
    present.change(store, |s| s.domains.clear());
    present.change(store, |s| s.domains.push("again.test".to_owned()));
    present.change(store, |s| s.cert_resolvers.clear());
}

fn fails_closed(
    store: &dyn SettingsStore,
    present: &mut Present,
    break_file: &dyn Fn(),
    mend_file: &dyn Fn(),
) {
    let generation = store.generation();
    break_file();
    super::eventually("another's write changes the generation", || store.generation() != generation);
    let loaded = store.load();
    assert!(
        matches!(loaded, Err(SettingsError::Broken { .. })),
        "a broken file is never defaults: {loaded:?}"
    );
    for condition in [WriteCondition::CreateNew, WriteCondition::Matches(present.revision.clone())] {
        assert!(store.save(&sample_settings(), &condition).is_err(), "a broken file is not written over");
    }
    assert!(matches!(store.load(), Err(SettingsError::Broken { .. })), "it is as it was");
    mend_file();
    let mended = store.load().expect("readable again").expect("there");
    *present = Present { settings: Settings::clone(&mended.settings), revision: mended.revision };
    present.change(store, |s| s.domains = vec!["after.test".to_owned()]);
}

fn holds(store: &dyn SettingsStore, settings: &Settings, revision: &Revision) {
    let stored = store.load().expect("readable").expect("there");
    assert!(*stored.settings == *settings, "what was saved is what is loaded");
    assert_eq!(stored.revision, *revision);
}

fn conflicts(result: &Result<Revision, SettingsError>) {
    assert!(
        matches!(result, Err(SettingsError::Storage(StorageError::Conflict { .. }))),
        "expected a conflict, got {result:?}"
    );
}
