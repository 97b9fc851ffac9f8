//! What every change has in common: tried without writing, refused where it would break, recorded, taken back where
//! that fails; and edits that others make on disk.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use traefik_manager_core::{
    audit::{Actor, AuditLog as _, Entry, Outcome},
    check::Effect,
    config::{
        object::{ObjectKind, ObjectRef},
        store::{FileId, Revision, StorageError},
    },
    routes::{
        Author, ChangeError, Changed, ObjectContent, ObjectForm, ObjectId, RouteForm, RuleInput, Terms,
    },
    traefik::Protocol,
};

use crate::world::{World, edit, http, terms};

pub(crate) const EDGE: &str = "\
# by hand
http:
  routers:
    app:  # the shop
      rule: Host(`app.test`)
      service: web
      middlewares: [calm]
    other:
      rule: Host(`other.test`)
      service: web
  services:
    web:
      loadBalancer:
        servers:
          - url: http://10.0.0.1
  middlewares:
    calm:
      rateLimit:
        average: 10
";

pub(crate) fn edge() -> World {
    World::new([("edge.yml", EDGE)])
}

/// Replaces a file's text as the editor of whole files does.
pub(crate) fn write(world: &World, terms: &Terms, file: &str, text: &str) -> Result<Changed, ChangeError> {
    let revision = world.configuration.raw_file(file)?.revision;
    world.configuration.save_raw_file(terms, file, text, &revision)
}

/// The same, with one text for another.
pub(crate) fn replace(world: &World, from: &str, to: &str) -> Result<Changed, ChangeError> {
    let text = world.text("edge.yml");
    assert!(text.contains(from), "{from} is not in {text}");
    write(world, &terms(), "edge.yml", &text.replace(from, to))
}

pub(crate) fn last(world: &World) -> Entry {
    world.audit.entries().last().cloned().unwrap()
}

fn untouched(world: &World) {
    assert_eq!(
        (world.files.writes(), world.backup_count(), world.audit.entries().len()),
        (0, 0, 0),
        "nothing is written, copied or recorded"
    );
}

fn trial_run() -> Terms {
    Terms { dry_run: true, ..terms() }
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let world = edge();
    let text = EDGE.replace("average: 10", "average: 20").replace("Host(`other.test`)", "Host(`app.test`)");
    let changed = write(&world, &trial_run(), "edge.yml", &text).unwrap();
    untouched(&world);
    assert_eq!(changed.number, None);
    let diff = &changed.diffs.first().unwrap().text;
    assert!(diff.contains("-        average: 10\n+        average: 20"), "{diff}");
    assert_eq!(changed.affected, ["http.routers.other", "http.routers.app"], "the limit is on `app` only");

    let id = ObjectId::anywhere(ObjectRef::new(Some(Protocol::Http), ObjectKind::Middleware, "calm"));
    let planned = [
        world.configuration.set_enabled(&trial_run(), "edge.yml::app", false),
        world.configuration.save_route(&trial_run(), &http("new", "new.test", "10.0.0.9:80")),
        world.configuration.delete_route(&trial_run(), "edge.yml::app", None),
        world.configuration.delete_cascading(&trial_run(), &id, None, None),
        world.configuration.save_raw_route(
            &trial_run(),
            "edge.yml::other",
            "http:\n  routers:\n    other:\n      rule: Host(`b.test`)\n      service: web\n",
            None,
        ),
    ];
    for planned in planned {
        let planned = planned.unwrap();
        assert!(!planned.diffs.is_empty() && planned.number.is_none(), "{planned:?}");
    }
    untouched(&world);
    assert!(world.ids().iter().all(|(_, enabled)| *enabled), "and no route is switched off in the settings");
}

/// What has no version of its own goes by the files that it writes.
#[test]
fn a_file_that_was_seen_otherwise_is_not_written() {
    let world = World::new([("a.yml", EDGE), ("b.yml", "http:\n  middlewares:\n    x: {compress: {}}\n")]);
    let b = world.files.text("b.yml").unwrap();
    let texts: Vec<(FileId, Arc<str>)> = vec![
        (FileId::new("a.yml"), Arc::from(EDGE.replace("average: 10", "average: 20"))),
        (FileId::new("b.yml"), Arc::from(b.replace("x:", "y:"))),
    ];
    let restore = |terms: &Terms| world.configuration.restore_texts(terms, "commit", &texts);
    let planned = restore(&trial_run()).unwrap();
    let revisions: Vec<Revision> = planned.diffs.into_iter().map(|diff| diff.revision.unwrap()).collect();
    assert_eq!(revisions.len(), 2);
    let seeing = |seen: &[Revision]| Terms { seen: seen.to_vec(), ..terms() };
    for seen in [&revisions[..1], &[Revision::new("0000000000000000")]] {
        let refused = restore(&seeing(seen));
        assert!(matches!(refused, Err(ChangeError::Conflict { .. })), "{seen:?}: {refused:?}");
    }
    let new = http("new", "new.test", "10.0.0.9:80");
    let new = RouteForm { file: Some("c.yml".to_owned()), ..new };
    let refused = world.configuration.save_route(&seeing(&revisions), &new);
    assert!(matches!(refused, Err(ChangeError::Conflict { .. })), "nobody has seen it: {refused:?}");
    assert_eq!((world.text("a.yml"), world.text("b.yml")), (EDGE.to_owned(), b));
    let changed = restore(&seeing(&revisions)).unwrap();
    assert_eq!(changed.files.len(), 2);
}

/// Whoever comes in on a router with TLS may be cut off by a certificate as well as by the router.
#[test]
fn certificates_stores_and_default_options_reach_every_router_with_tls() {
    let text =
        EDGE.replace("service: web\n      middlewares", "service: web\n      tls: {}\n      middlewares");
    for (tls, reached) in [
        ("tls:\n  certificates: [{certFile: a.pem, keyFile: a.key}]\n", true),
        ("tls:\n  stores: {default: {defaultCertificate: {certFile: a.pem, keyFile: a.key}}}\n", true),
        ("tls:\n  options: {default: {minVersion: VersionTLS13}}\n", true),
        ("tls:\n  options: {other: {minVersion: VersionTLS13}}\n", false),
    ] {
        let world = World::new([("edge.yml", text.as_str()), ("tls.yml", "# nothing yet\n")]);
        let changed = write(&world, &trial_run(), "tls.yml", tls).unwrap();
        let expected: &[&str] = if reached { &["http.routers.app"] } else { &[] };
        assert_eq!(changed.affected, expected, "{tls}");
    }
}

#[test]
fn what_would_break_is_refused_and_leaves_no_trace() {
    let world = edge();
    for (from, to, effect) in [
        ("average: 10", "avarage: 10", Effect::RefusesFile),
        ("service: web\n      middlewares", "service: wep\n      middlewares", Effect::DisablesObject),
    ] {
        match replace(&world, from, to) {
            Err(ChangeError::WouldBreak { findings }) => {
                assert!(findings.iter().any(|finding| finding.effect == effect), "{findings:?}");
            }
            other => panic!("{to}: {other:?}"),
        }
        let text = EDGE.replace(from, to);
        assert!(matches!(
            write(&world, &trial_run(), "edge.yml", &text),
            Err(ChangeError::WouldBreak { .. })
        ));
        untouched(&world);
        assert_eq!(world.text("edge.yml"), EDGE);
    }
}

#[test]
fn what_was_wrong_before_forbids_nothing() {
    let broken = "http:\n  routers:\n    lost:\n      rule: Host(`lost.test`)\n      service: nowhere\n      nonsense: 1\n";
    let world = World::new([("broken.yml", broken), ("edge.yml", EDGE)]);
    replace(&world, "average: 10", "average: 20").unwrap();
    // In the broken file itself too, and the broken object may get another name.
    write(&world, &terms(), "broken.yml", &broken.replace("lost.test", "found.test")).unwrap();
    write(
        &world,
        &terms(),
        "broken.yml",
        &broken.replace("      nonsense: 1\n", "").replace("lost:", "again:"),
    )
    .unwrap();
    assert!(world.text("broken.yml").contains("again:"));
}

#[test]
fn accepting_lets_disabled_objects_through_and_nothing_fatal() {
    let world = edge();
    let accepting = Terms { accepts_disabled: true, ..terms() };
    let fatal = EDGE.replace("average: 10", "avarage: 10");
    let refused = write(&world, &accepting, "edge.yml", &fatal);
    assert!(matches!(refused, Err(ChangeError::WouldBreak { .. })), "{refused:?}");
    untouched(&world);
    let disabling = EDGE.replace("[calm]", "[quiet]");
    let changed = write(&world, &accepting, "edge.yml", &disabling).unwrap();
    assert!(
        changed.findings.iter().any(|finding| finding.disables == ["http.routers.app"]),
        "what it costs is told: {:?}",
        changed.findings
    );
    assert_eq!(world.text("edge.yml"), disabling);
}

type Change<'c> = Box<dyn Fn() -> Result<Changed, ChangeError> + 'c>;

#[test]
fn every_kind_of_change_leaves_one_entry_that_says_who_and_what() {
    let world = edge();
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    let author = Author { actor: Actor::ApiKey("phone".to_owned()), address };
    let terms = Terms::of(author);
    let middleware = ObjectRef::new(Some(Protocol::Http), ObjectKind::Middleware, "door");
    let users = "basicAuth:\n  users:\n    - 'ann:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'\n";
    let form = ObjectForm::new(middleware.clone(), ObjectContent::Text(users.to_owned()));
    let configuration = &world.configuration;
    let raw = "http:\n  routers:\n    new:\n      rule: Host(`raw.test`)\n      service: new-service\n";
    let changes: [(&str, &str, Change<'_>); 9] = [
        ("save", "new", Box::new(|| configuration.save_route(&terms, &http("new", "n.test", "10.0.0.9:80")))),
        ("save", "new", Box::new(|| configuration.save_raw_route(&terms, "edge.yml::new", raw, None))),
        ("disable", "new", Box::new(|| configuration.set_enabled(&terms, "edge.yml::new", false))),
        ("enable", "new", Box::new(|| configuration.set_enabled(&terms, "edge.yml::new", true))),
        ("delete", "new", Box::new(|| configuration.delete_route(&terms, "edge.yml::new", None))),
        ("save", "door", Box::new(|| configuration.save_object(&terms, &form))),
        (
            "delete",
            "door",
            Box::new(|| configuration.delete_object(&terms, &ObjectId::anywhere(middleware.clone()), None)),
        ),
        ("save", "edge.yml", Box::new(|| write(&world, &terms, "edge.yml", "# empty\n"))),
        (
            "restore",
            "edge.yml",
            Box::new(|| {
                let newest = configuration.backups()?.first().map(|backup| backup.name.clone());
                configuration.restore(&terms, &newest.unwrap_or_default())
            }),
        ),
    ];
    for (number, (action, name, change)) in (1..).zip(changes) {
        let changed = change().unwrap();
        let entries = world.audit.entries();
        assert_eq!(
            (changed.number, entries.len()),
            (Some(number), usize::try_from(number).unwrap()),
            "{action}"
        );
        let entry = last(&world);
        assert_eq!(
            (entry.action.as_str(), &entry.actor, entry.address),
            (action, &terms.author.actor, address)
        );
        assert_eq!(entry.object.as_ref().unwrap().name, name);
        assert_eq!(entry.outcome, Outcome::Unconfirmed);
        let [file] = entry.files.as_slice() else { panic!("{entry:?}") };
        assert!(file.old != file.new && file.backup.is_some(), "{action}: {file:?}");
        assert_ne!(file.before.text, file.after.text, "{action}");
        assert!(!format!("{entry:?}").contains("IgXLP6ew"), "a secret is in the trail: {entry:?}");
    }
    let same = configuration.save_route(&terms, &edit("edge.yml::app", "app", Protocol::Http)).unwrap();
    assert_eq!((same.number, world.audit.entries().len()), (None, 9), "nothing changed, nothing recorded");
    assert!(world.audit.verify().unwrap().findings.is_empty());
}

#[test]
fn what_cannot_be_recorded_is_taken_back() {
    let full = || StorageError::NoSpace { name: "audit".to_owned() };
    let world = edge();
    world.audit.fail_next_append(full());
    assert!(matches!(replace(&world, "average: 10", "average: 20"), Err(ChangeError::Storage(_))));
    world.audit.fail_next_append(full());
    let new = RouteForm { file: Some("new".to_owned()), ..http("new", "n.test", "10.0.0.9:80") };
    assert!(matches!(world.save(&new), Err(ChangeError::Storage(_))));
    world.audit.fail_next_append(full());
    let switched = world.configuration.set_enabled(&terms(), "edge.yml::app", false);
    assert!(matches!(switched, Err(ChangeError::Storage(_))));
    assert_eq!(world.text("edge.yml"), EDGE);
    assert_eq!(world.files.text("new.yml"), None, "a file that was made is gone again");
    let expected = [("edge.yml::app".to_owned(), true), ("edge.yml::other".to_owned(), true)];
    assert_eq!(world.ids(), expected);
    assert_eq!(world.audit.entries().len(), 0, "taking it back is nobody's edit on disk: {:?}", last(&world));
    replace(&world, "average: 10", "average: 20").unwrap();
}

#[test]
fn edits_on_disk_are_recorded_once_with_a_copy() {
    let world = edge();
    let edited = EDGE.replace("average: 10", "average: 30");
    world.files.edit_behind_the_back("edge.yml", &edited);
    for _ in 0..3 {
        world.configuration.refresh();
    }
    // Another process of this program sees the same edit.
    let other = world.restarted();
    other.refresh();
    world.files.edit_behind_the_back("edge.yml", EDGE);
    other.refresh();
    world.configuration.refresh();
    let entries = world.audit.entries();
    assert_eq!(entries.len(), 2, "{entries:#?}");
    for (entry, old, new) in [(&entries[0], EDGE, &*edited), (&entries[1], &*edited, EDGE)] {
        assert_eq!((&entry.actor, entry.action.as_str()), (&Actor::OnDisk, "edit"));
        let kept = world.configuration.backups().unwrap();
        let name = entry.files[0].backup.as_deref().unwrap();
        assert!(kept.iter().any(|backup| backup.name == name));
        assert_ne!(old, new);
        assert_ne!(entry.files[0].before.text, entry.files[0].after.text);
    }
    world.files.edit_behind_the_back("new.yml", "# new\n");
    world.configuration.refresh();
    world.files.remove_behind_the_back("new.yml");
    world.configuration.refresh();
    let [made, gone] = [&world.audit.entries()[2], &world.audit.entries()[3]];
    assert!(made.files[0].old.is_none() && made.files[0].new.is_some());
    assert!(gone.files[0].new.is_none() && gone.files[0].backup.is_some());
    assert_eq!(world.audit.entries().len(), 4);
}

/// Whoever reads between the write and its entry must not take the change for somebody else's.
#[test]
fn readers_beside_writers_see_no_edit_on_disk_that_nobody_made() {
    let world = edge();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    world.configuration.refresh();
                }
            });
        }
        for number in 0..150 {
            let rule = RuleInput::Text(format!("Host(`r{number}.test`)"));
            let form = RouteForm { rule: Some(rule), ..edit("edge.yml::app", "app", Protocol::Http) };
            world.save(&form).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let strangers: Vec<Entry> =
        world.audit.entries().into_iter().filter(|entry| entry.actor == Actor::OnDisk).collect();
    assert!(strangers.is_empty(), "{} of them: {:#?}", strangers.len(), strangers.first());
    assert_eq!(world.audit.entries().len(), 150);
}

/// A file of ten thousand routers becomes quite another one, or is turned around, and back.
#[test]
fn a_huge_difference_is_shown_written_and_undone() {
    let file = |names: &mut dyn Iterator<Item = usize>, word: &str| {
        let routers = names.fold(String::new(), |mut text, name| {
            let _ = write!(
                text,
                "    {word}{name}:\n      rule: Host(`{word}{name}.test`)\n      service: all\n"
            );
            text
        });
        format!(
            "http:\n  routers:\n{routers}  services:\n    all: {{loadBalancer: {{servers: [{{url: 'http://10.0.0.1'}}]}}}}\n"
        )
    };
    let old = file(&mut (0..10_000), "old");
    let world = World::new([("edge.yml", old.as_str())]);
    for text in [file(&mut (0..10_000), "new"), file(&mut (0..10_000).rev(), "old")] {
        let planned = write(&world, &trial_run(), "edge.yml", &text).unwrap();
        let diff = &planned.diffs.first().unwrap().text;
        let added = diff.lines().filter(|line| line.starts_with('+')).count();
        assert!(added > 19_000, "{added}");
        let changed = write(&world, &terms(), "edge.yml", &text).unwrap();
        world.configuration.undo(&terms(), changed.number.unwrap()).unwrap();
        assert_eq!(world.text("edge.yml"), old);
    }
}
