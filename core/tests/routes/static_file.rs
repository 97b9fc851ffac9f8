//! The static configuration: written as a transaction, and the way back after a restart that went wrong.

use traefik_manager_core::{
    audit::{Actor, AuditLog as _, Outcome},
    check::{self, TraefikVersion},
    config::{
        source::Problem,
        store::{BackupKind, BackupStore as _, Revision},
        value::Value,
    },
    restart::{Attempt, BUDGET, PutBack, Report},
    routes::{Author, BegunRestart, ChangeError, Terms, Tries},
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

    /// A restart that ended like this; whatever is put back is put back in between.
    fn record(&self, attempt: Attempt, put_back: Option<PutBack>) {
        let report = Report { attempt, last_words: None, put_back };
        let begun = self.begin(&Tries::default());
        if matches!(report.put_back, Some(PutBack::Done(_))) {
            self.configuration.put_back_static().unwrap();
        }
        self.configuration.end_restart(&begun, &report).unwrap();
    }

    fn begin(&self, tries: &Tries) -> BegunRestart {
        self.configuration.begin_restart(&Author::program(), tries, BUDGET).unwrap()
    }
}

#[test]
fn what_is_no_mapping_is_told_what_a_static_file_holds() {
    let world = World::with_static(GOOD);
    let refused = world.configuration.save_static_file(&terms(), "- a\n", None);
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("keys such as `entryPoints` or `providers`"), "{said}");
    let world = World::with_static("this is not a traefik config\n");
    let Err(ChangeError::Broken(Problem { message, .. })) = world.configuration.static_tree(None) else {
        panic!("it is no mapping");
    };
    assert!(message.contains("`entryPoints`"), "{message}");
    let id = world.configuration.snapshot().static_file().unwrap().id().clone();
    let tree = Value::text("nothing").to_tree();
    let file = check::File::of_tree(&id, &tree);
    let findings = check::check_static(file, TraefikVersion::NEWEST);
    assert!(findings.iter().any(|finding| finding.message.contains("`entryPoints`")), "{findings:?}");
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
    let expected = world.begin(&Tries::default()).expected;
    assert_eq!((expected.entry_points, expected.api_loss), (vec![("web".into(), ":81".into())], None));
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

/// Traefik starts without them, and so much the later it shows.
#[test]
fn what_the_dynamic_files_need_is_taken_away_only_when_that_is_accepted() {
    const DYNAMIC: &str = "http:\n  routers:\n    app: {rule: Host(`a.b`), service: app@docker, entryPoints: [tls], middlewares: [geo], tls: {certResolver: le}}\n  middlewares:\n    geo: {plugin: {geo: {a: b}}}\n";
    const FIXED: &str = "\
entryPoints:
  web: {address: ':80'}
  tls: {address: ':443'}
certificatesResolvers:
  le: {acme: {storage: /acme.json, tlsChallenge: {}}}
  other: {acme: {storage: /other.json, tlsChallenge: {}}}
providers:
  docker: {}
  file: {directory: /etc/traefik}
experimental:
  plugins:
    geo: {moduleName: github.com/a/geo, version: v1.0.0}
";
    for (gone, put, message, line) in [
        (
            "  le: {acme: {storage: /acme.json, tlsChallenge: {}}}\n",
            "",
            "certificate resolver `le` is taken away, and route `app` needs it",
            4,
        ),
        (
            "  tls: {address",
            "  secure: {address",
            "entry point `tls` is taken away, and route `app` needs it",
            1,
        ),
        ("  docker: {}\n", "", "`providers.docker` is taken away, and router `app` needs it", 7),
        (
            "  file: {directory: /etc/traefik}\n",
            "",
            "`providers.file` is taken away, and route `app` needs it",
            7,
        ),
        (
            "  plugins:\n    geo:",
            "  plugins:\n    geo2:",
            "plugin `geo` is taken away, and middleware `geo` needs it",
            11,
        ),
    ] {
        let world = World::with_both(FIXED, [("app.yml", DYNAMIC)]);
        let text = FIXED.replace(gone, put);
        match world.configuration.save_static_file(&terms(), &text, None) {
            Err(ChangeError::WouldBreak { findings }) => {
                let told: Vec<_> = findings.iter().map(|one| (&*one.message, one.position.line)).collect();
                assert_eq!(told, [(message, line)]);
                assert_eq!(findings[0].remedy, "keep it, or change those first");
            }
            other => panic!("{gone}: {other:?}"),
        }
        assert_eq!((world.static_text().as_str(), world.backup_count()), (FIXED, 0), "{gone}");
        let accepting = Terms { accepts_disabled: true, ..terms() };
        let changed = world.configuration.save_static_file(&accepting, &text, None).unwrap();
        assert_eq!((changed.findings.len(), world.static_text()), (1, text), "{gone}");
    }
    // What nobody names goes, and a plugin may become a local one.
    for (gone, put) in [
        ("  other: {acme: {storage: /other.json, tlsChallenge: {}}}\n", ""),
        ("  web: {address: ':80'}\n", ""),
        (
            "  plugins:\n    geo: {moduleName: github.com/a/geo, version: v1.0.0}",
            "  localPlugins:\n    geo: {moduleName: github.com/a/geo}",
        ),
    ] {
        let world = World::with_both(FIXED, [("app.yml", DYNAMIC)]);
        let changed = world.configuration.save_static_file(&terms(), &FIXED.replace(gone, put), None);
        assert_eq!(changed.unwrap().findings, [], "{gone}");
    }
    // No acceptance makes Traefik start.
    let world = World::with_both(FIXED, [("app.yml", DYNAMIC)]);
    let accepting = Terms { accepts_disabled: true, ..terms() };
    let fatal = world.configuration.save_static_file(&accepting, &FIXED.replace("':80'", "'80'"), None);
    assert!(matches!(fatal, Err(ChangeError::WouldBreak { .. })), "{fatal:?}");
}

#[test]
fn the_way_back_is_to_what_the_last_good_restart_found() {
    let world = World::with_static(GOOD);
    assert_eq!(world.configuration.put_back_static().unwrap(), None, "nothing was changed yet");
    world.save_static(&with_port(81));
    world.save_static(&with_port(82));
    world.record(bad(), Some(PutBack::Done(good())));
    assert_eq!(world.static_text(), GOOD);

    world.save_static(&with_port(83));
    world.record(good(), None);
    world.save_static(&with_port(84));
    world.save_static(&with_port(85));
    // One that was not asked for says of no file that it is good.
    world.record(Attempt::NotTakenUp, None);
    let expected = world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(expected.entry_points, [("web".to_owned(), ":83".to_owned())]);
    assert_eq!(world.static_text(), with_port(83));
    let entries = world.audit.entries();
    let ends = entries.iter().filter(|entry| entry.action == "confirm").map(|entry| &entry.outcome);
    let kinds: Vec<_> = ends.collect();
    assert!(
        matches!(kinds[..], [Outcome::RolledBack { .. }, Outcome::Confirmed, Outcome::Refused { .. }]),
        "{kinds:?}"
    );
}

#[test]
fn an_edit_on_the_disk_is_recorded_with_a_copy_and_goes_back() {
    let world = World::with_static(GOOD);
    world.configuration.catch_up().unwrap();
    world.record(good(), None);
    let file = world.static_file.as_ref().unwrap();
    file.edit_behind_the_back("traefik.yml", &with_port(90));
    world.configuration.refresh();
    let entry = world.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert_eq!((entry.action.as_str(), &entry.actor), ("edit", &Actor::OnDisk));
    assert_eq!(entry.object.as_ref().unwrap().kind, "static file");
    assert!(entry.files[0].before.text.contains(":80") && entry.files[0].after.text.contains(":90"));
    let count = world.audit.entries().len();
    world.configuration.refresh();
    world.save_static(&with_port(91));
    assert_eq!(world.audit.entries().len(), count + 1, "what is written here is no edit by others");
    world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(world.static_text(), GOOD);

    // Made while nothing was running, it is found at the next start.
    file.edit_behind_the_back("traefik.yml", &with_port(92));
    let later = world.restarted();
    later.catch_up().unwrap();
    let entry = world.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert_eq!((entry.action.as_str(), &entry.actor), ("edit", &Actor::OnDisk));
    assert!(entry.files[0].before.text.is_empty() || entry.files[0].after.text.contains(":92"), "{entry:?}");
    let count = world.audit.entries().len();
    world.restarted().catch_up().unwrap();
    assert_eq!(world.audit.entries().len(), count, "once");
}

/// A folder may hold a file of the same name as the static configuration.
#[test]
fn the_static_file_is_not_taken_for_another_of_its_name() {
    let world = World::with_static_and(GOOD, [("traefik.yml", "http: {}\n")]);
    world.configuration.catch_up().unwrap();
    let count = world.audit.entries().len();
    world.restarted().catch_up().unwrap();
    assert_eq!(world.audit.entries().len(), count);
    world.static_file.as_ref().unwrap().edit_behind_the_back("traefik.yml", &with_port(90));
    world.restarted().catch_up().unwrap();
    let kinds: Vec<_> =
        world.audit.entries().split_off(count).into_iter().map(|entry| entry.object).collect();
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    assert_eq!(kinds[0].as_ref().unwrap().kind, "static file");
}
