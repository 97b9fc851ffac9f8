//! The static configuration: written as a transaction, and the way back after a restart that went wrong.

use traefik_manager_core::{
    audit::{AuditLog as _, Outcome},
    config::{
        source::Problem,
        store::{BackupKind, BackupStore as _, Revision},
    },
    restart::{Attempt, Expected, PutBack, Report},
    routes::{Author, ChangeError, Terms},
    traefik::live::LiveError,
};

use crate::world::{World, terms};

const GOOD: &str = "# ours\nentryPoints:\n  web: {address: ':80'}   # plain\nlog: {level: INFO}\n";

fn with_port(port: u16) -> String {
    GOOD.replace("':80'", &format!("':{port}'"))
}

impl World {
    fn static_text(&self) -> String {
        self.static_file.as_ref().unwrap().text("traefik.yml").unwrap()
    }

    fn save_static(&self, text: &str) {
        self.configuration.save_static_file(&terms(), text, None).unwrap();
    }

    fn record(&self, attempt: Attempt, put_back: Option<PutBack>) {
        let report = Report { attempt, last_words: None, put_back };
        self.configuration.record_restart(&Author::program(), &report).unwrap();
    }
}

fn good() -> Attempt {
    Attempt::Confirmed { version: "3.7.15".into() }
}

fn bad() -> Attempt {
    Attempt::Silent(LiveError::Refused { url: "http://traefik:8080".into(), reason: "refused".into() })
}

#[test]
fn it_is_saved_with_a_copy_and_an_entry_and_only_over_what_was_seen() {
    let world = World::with_static(GOOD);
    let seen = world.configuration.static_file().unwrap().revision;
    let dry = Terms { dry_run: true, ..terms() };
    let planned = world.configuration.save_static_file(&dry, &with_port(81), Some(&seen)).unwrap();
    assert!(planned.diffs[0].text.contains("+  web: {address: ':81'}   # plain"));
    assert_eq!((world.static_text(), world.backup_count()), (GOOD.to_owned(), 0));

    world.configuration.save_static_file(&terms(), &with_port(81), Some(&seen)).unwrap();
    assert_eq!(world.static_text(), with_port(81));
    let backups = world.backups.list().unwrap();
    assert_eq!((backups.len(), backups[0].kind), (1, BackupKind::Static));
    let entry = world.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert_eq!((entry.action.as_str(), entry.outcome), ("save", Outcome::Done));
    assert_eq!(entry.object.unwrap().kind, "static file");

    let late = world.configuration.save_static_file(&terms(), &with_port(82), Some(&seen));
    assert!(matches!(late, Err(ChangeError::Conflict { theirs, .. }) if theirs == with_port(81)));
    let other = Revision::new("other");
    assert!(world.configuration.save_static_file(&terms(), GOOD, Some(&other)).is_err());
    assert_eq!(world.static_text(), with_port(81));
    let expected = world.configuration.expected_of_static();
    assert_eq!(expected, Expected { entry_points: vec![("web".into(), ":81".into())] });
}

#[test]
fn what_traefik_would_not_start_with_is_not_written() {
    let world = World::with_static(GOOD);
    let save = |text: &str| world.configuration.save_static_file(&terms(), text, None);
    for text in ["- a\n- list\n", "a scalar\n", "this is not a traefik config"] {
        let outcome = save(text);
        assert!(matches!(outcome, Err(ChangeError::Broken(Problem { .. }))), "{text}: {outcome:?}");
    }
    for text in ["entryPoints: [\n", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n"] {
        assert!(matches!(save(text), Err(ChangeError::Text(_))), "{text}");
    }
    for text in [
        "entryPoints:\n  web: {address: '80'}\n",
        "entryPoints:\n  web: {address: ':80', tls: {}}\n",
        "providers:\n  nosuch: {}\n",
    ] {
        let outcome = save(text);
        let told = match &outcome {
            Err(ChangeError::WouldBreak { findings }) => {
                findings.iter().all(|finding| !finding.remedy.is_empty())
            }
            _ => false,
        };
        assert!(told, "{text}: {outcome:?}");
    }
    assert_eq!((world.static_text(), world.backup_count()), (GOOD.to_owned(), 0));
}

#[test]
fn the_way_back_is_to_what_the_last_good_restart_found() {
    let world = World::with_static(GOOD);
    assert_eq!(world.configuration.put_back_static().unwrap(), None, "nothing was changed yet");
    world.save_static(&with_port(81));
    world.save_static(&with_port(82));
    let expected = world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(expected.entry_points, [("web".to_owned(), ":80".to_owned())]);
    assert_eq!(world.static_text(), GOOD);
    world.record(bad(), Some(PutBack::Done(good())));

    world.save_static(&with_port(83));
    world.record(good(), None);
    world.save_static(&with_port(84));
    world.save_static(&with_port(85));
    // One that went wrong altogether says of no file that it is good.
    world.record(bad(), Some(PutBack::Done(bad())));
    world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(world.static_text(), with_port(83));
    let outcomes: Vec<_> = world.audit.newest(None, 100).unwrap().entries;
    let restarts = outcomes.iter().filter(|recorded| recorded.entry.action == "restart");
    let kinds: Vec<_> = restarts.map(|recorded| &recorded.entry.outcome).collect();
    assert!(
        matches!(kinds[..], [Outcome::Refused { .. }, Outcome::Confirmed, Outcome::RolledBack { .. }]),
        "{kinds:?}"
    );
}

#[test]
fn an_edit_on_the_disk_goes_back_to_the_newest_copy() {
    let world = World::with_static(GOOD);
    world.configuration.create_static_backup().unwrap();
    world.record(good(), None);
    world.static_file.as_ref().unwrap().edit_behind_the_back("traefik.yml", &with_port(90));
    world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(world.static_text(), GOOD);
    assert_eq!(world.backup_count(), 2, "the edit is kept too");
}
