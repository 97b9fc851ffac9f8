//! What somebody has seen of the settings.

use traefik_manager_core::{
    auth::{Access, InterfacePatch, Principal, Refusal, SettingsPart, SettingsPatch},
    settings::Settings,
    test_support::MemorySettingsStore,
};

use crate::world::{World, from};

const PARTS: [SettingsPart; 7] = [
    SettingsPart::All,
    SettingsPart::Traefik,
    SettingsPart::Interface,
    SettingsPart::Webhook,
    SettingsPart::Crowdsec,
    SettingsPart::Git,
    SettingsPart::Oidc,
];

fn revisions(access: &Access, settings: &Settings) -> Vec<String> {
    PARTS.iter().map(|part| access.settings_revision(*part, settings)).collect()
}

fn stored(store: &MemorySettingsStore) -> Settings {
    Settings::clone(&store.stored().unwrap())
}

/// The place of the part that a change is of, and the change.
type Change = (usize, fn(&mut Settings));

/// Secrets count, and what else the file keeps does not: somebody who signs in has changed nothing that a page shows.
#[test]
fn a_revision_goes_by_what_its_part_says_and_nothing_else() {
    let world = World::new();
    let before = stored(&world.store);
    let same = revisions(&world.access, &before);
    let mut other = before.clone();
    other.otp_last_step = Some(7);
    other.setup_complete = !other.setup_complete;
    other.password_hash.push('x');
    other.disabled_routes.clear();
    assert_eq!(revisions(&world.access, &other), same);
    let changes: [Change; 11] = [
        (1, |settings| settings.traefik_api_password.push('x')),
        (1, |settings| settings.domains = vec!["a,b".to_owned()]),
        (1, |settings| settings.domains = vec!["a".to_owned(), "b".to_owned()]),
        (2, |settings| settings.agent_api_rate_limit += 1),
        (2, |settings| {
            let shown = settings.visible_tabs.shows("logs");
            settings.visible_tabs.set("logs", !shown);
        }),
        (3, |settings| settings.webhook.password.push('x')),
        (4, |settings| settings.crowdsec.api_key.push('x')),
        (5, |settings| settings.git.token.push('x')),
        (5, |settings| settings.git.auto_push = !settings.git.auto_push),
        (6, |settings| settings.oidc.client_secret.push('x')),
        (6, |settings| settings.oidc.allow_http = !settings.oidc.allow_http),
    ];
    for (number, (part, change)) in changes.into_iter().enumerate() {
        let mut other = before.clone();
        change(&mut other);
        for (at, (old, new)) in same.iter().zip(revisions(&world.access, &other)).enumerate() {
            assert_eq!(*old != new, at == 0 || at == part, "change {number} and {:?}", PARTS[at]);
        }
    }
    assert_ne!(revisions(&world.with_foreign_key(), &before), same, "nobody works one out without the key");
}

#[test]
fn who_has_seen_something_else_changes_nothing() {
    let world = World::new();
    let by = Principal::Session(world.sign_in(false).session);
    let change = |rate: u64, seen: Option<String>| {
        let interface = InterfacePatch { agent_rate: Some(rate), ..InterfacePatch::default() };
        let patch = SettingsPatch { interface, seen, ..SettingsPatch::default() };
        world.access.change_settings(&patch, &by, &from("192.0.2.1"))
    };
    let revision = |part| Some(world.access.settings_revision(part, &stored(&world.store)));
    let (all, own, other) =
        (revision(SettingsPart::All), revision(SettingsPart::Interface), revision(SettingsPart::Git));
    change(40, own.clone()).unwrap();
    let entries = world.audit.entries().len();
    for seen in [own, all, Some("interface-".to_owned()), Some("nonsense".to_owned()), Some(String::new())] {
        let refused = change(50, seen.clone());
        assert!(matches!(refused, Err(Refusal::Conflict { .. })), "{seen:?}: {refused:?}");
    }
    assert_eq!((stored(&world.store).agent_api_rate_limit, world.audit.entries().len()), (40, entries));
    change(50, other).unwrap();
    change(60, revision(SettingsPart::All)).unwrap();
    change(70, None).unwrap();
    assert_eq!(stored(&world.store).agent_api_rate_limit, 70);
}
