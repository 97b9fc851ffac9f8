//! Restarts that are on trial, and those that a process did not see the end of.

use std::sync::Arc;

use traefik_manager_core::{
    audit::{AuditLog as _, Outcome},
    clock::{Clock as _, Timestamp},
    config::store::BackupStore as _,
    restart::{Attempt, BUDGET, PutBack, Report},
    routes::{Author, BegunRestart, ChangeError, Terms, Tries, Unread},
    test_support::MemoryConfigStore,
};

use crate::world::{World, terms};

const OLD: &str = "# ours\nentryPoints:\n  web: {address: ':80'}\n  dns: {address: ':53'}\nproviders:\n  file: {directory: /etc}\n";

const ROUTES: &str = "http:\n  routers:\n    manager:\n      rule: Host(`tm.example`)\n      entryPoints: [web]\n      service: app\n  services:\n    app:\n      loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}\n";

fn world() -> World {
    World::with_static_and(OLD, [("edge.yml", ROUTES)])
}

fn asked(seconds: u64) -> Tries {
    Tries { asked: Some(seconds), way: None }
}

fn from_the_page() -> Tries {
    Tries { asked: None, way: Some("tm.example".to_owned()) }
}

fn report(attempt: Attempt, put_back: Option<PutBack>) -> Report {
    Report { attempt, last_words: None, put_back }
}

fn good() -> Report {
    report(Attempt::Confirmed { version: "3.7.15".into() }, None)
}

fn not_kept() -> Report {
    report(Attempt::NotKept, Some(PutBack::Done(good().attempt)))
}

impl World {
    fn edit_static(&self, from: &str, to: &str) {
        let text = self.text_of_static().replace(from, to);
        let accepting = Terms { accepts_disabled: true, ..terms() };
        self.configuration.save_static_file(&accepting, &text, None).unwrap();
    }

    fn text_of_static(&self) -> String {
        self.static_file.as_ref().unwrap().text("traefik.yml").unwrap()
    }

    fn restart(&self, tries: &Tries) -> BegunRestart {
        self.configuration.begin_restart(&Author::program(), tries, BUDGET).unwrap()
    }

    /// A restart that went well with a file that is on trial from now on.
    fn on_trial(&self, to: &str) -> u64 {
        let at = self.configuration.snapshot().entry_points()[0].1.to_owned();
        self.edit_static(&at, to);
        let begun = self.restart(&asked(60));
        let trial = self.configuration.end_restart(&begun, &good()).unwrap().unwrap();
        assert!(trial.is_restart && trial.number == begun.number);
        assert_eq!(trial.until, self.configuration.now().plus(60));
        trial.number
    }
}

#[test]
fn what_may_stand_in_the_way_of_the_page_is_on_trial_unasked() {
    for (from, to, because) in [
        ("web: {address: ':80'}", "web: {address: ':81'}", Some("entryPoints.web")),
        ("':80'}", "':80', forwardedHeaders: {insecure: true}}", Some("entryPoints.web")),
        ("  web: {address: ':80'}\n", "", Some("entryPoints.web")),
        ("':53'", "':54'", None),
        ("directory: /etc", "directory: /srv", Some("providers.file")),
        ("providers:\n  file: {directory: /etc}\n", "", Some("providers.file")),
        ("# ours\n", "log: {level: DEBUG}\n", None),
        ("# ours\n", "serversTransport: {insecureSkipVerify: true}\n", Some("serversTransport")),
    ] {
        let world = world();
        world.edit_static(from, to);
        let begun = world.restart(&from_the_page());
        assert_eq!(begun.because, Vec::from_iter(because), "{to}");
        assert_eq!(begun.tries, because.map(|_| Tries::USUAL), "{to}");
        let outcome = world.audit.entries().last().unwrap().outcome.clone();
        assert_eq!(matches!(outcome, Outcome::OnTrial { .. }), because.is_some(), "{to}: {outcome:?}");
        // For who has come directly nothing is in the way.
        let direct = self::world();
        direct.edit_static(from, to);
        assert_eq!(direct.restart(&Tries::default()).tries, None, "{to}");
    }
}

#[test]
fn who_comes_on_a_way_that_no_file_tells_of_has_every_change_on_trial_that_may_matter() {
    let world = world();
    world.edit_static("':53'", "':54'");
    let stranger = Tries { asked: None, way: Some("elsewhere.example".to_owned()) };
    assert_eq!(world.restart(&stranger).because, ["entryPoints.dns"]);
}

#[test]
fn what_cannot_be_watched_is_on_trial_for_everybody() {
    let world = World::with_static_and(&format!("api: {{insecure: true}}\n{OLD}"), []);
    let without = world.text_of_static().replace("api: {insecure: true}\n", "");
    let dry = Terms { dry_run: true, ..terms() };
    let planned = world.configuration.save_static_file(&dry, &without, None).unwrap();
    assert_eq!(planned.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["no-api-to-ask"]);
    world.edit_static("api: {insecure: true}\n", "");
    let begun = world.restart(&Tries::default());
    assert_eq!(begun.tries, Some(Tries::USUAL));
    assert_eq!(begun.expected.api_loss.as_deref(), Some("the new file switches Traefik's API off"));
    assert_eq!(begun.because, Vec::from_iter(begun.expected.api_loss));
}

#[test]
fn what_nobody_keeps_goes_back_and_what_is_kept_is_good() {
    let world = world();
    let number = world.on_trial(":81");
    let begun = world.configuration.begin_revert(&Author::program(), number).unwrap().unwrap();
    assert_eq!((world.text_of_static(), begun.reverts), (OLD.to_owned(), Some(number)));
    assert_eq!(begun.expected.entry_points[0].1, ":80");
    world.configuration.end_revert(&begun, &not_kept()).unwrap();
    assert_eq!(world.configuration.trials().unwrap(), []);
    let late = world.configuration.keep(Author::program(), number);
    assert!(matches!(late, Err(ChangeError::NotFound { .. })), "{late:?}");
    assert_eq!(world.configuration.begin_revert(&Author::program(), number).unwrap(), None);

    let number = world.on_trial(":81");
    // What is saved meanwhile is not what was tried.
    world.edit_static(":81", ":82");
    world.configuration.keep(Author::program(), number).unwrap();
    assert_eq!(world.configuration.begin_revert(&Author::program(), number).unwrap(), None);
    assert_eq!(world.configuration.put_back_static().unwrap().unwrap().entry_points[0].1, ":81");
}

#[test]
fn while_one_is_on_trial_there_is_no_other_and_its_file_is_not_taken_for_good() {
    let world = world();
    let number = world.on_trial(":81");
    let second = world.configuration.begin_restart(&Author::program(), &Tries::default(), BUDGET);
    assert!(matches!(second, Err(ChangeError::OnTrial { number: first }) if first == number), "{second:?}");
    world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(world.text_of_static(), OLD, "the file on trial is not the one to go back to");
}

#[test]
fn another_process_finds_the_trial_also_where_the_first_saw_no_end_of_the_restart() {
    let world = world();
    world.edit_static(":80", ":81");
    let begun = world.restart(&asked(30));
    let later = world.restarted();
    let [trial] = later.trials().unwrap()[..] else { panic!("it is forgotten") };
    assert_eq!((trial.number, trial.is_restart), (begun.number, true));
    assert_eq!(trial.until, begun.at.plus(30 + BUDGET.as_secs()));
    assert_eq!(later.open_restart().unwrap(), None, "the trial tells");
    assert_eq!(later.unconfirmed().unwrap(), []);
    world.clock.advance(100);
    assert!(later.end_trials().unwrap().is_empty(), "it takes a restart");
    later.begin_revert(&Author::program(), trial.number).unwrap().unwrap();
    assert_eq!(world.text_of_static(), OLD);
}

#[test]
fn a_restart_whose_end_nobody_saw_is_found_once() {
    let world = world();
    assert_eq!(world.configuration.open_restart().unwrap(), None);
    world.edit_static(":80", ":81");
    let begun = world.restart(&Tries::default());
    let found = world.restarted().open_restart().unwrap().unwrap();
    assert_eq!(found, begun);
    world.configuration.end_restart(&found, &good()).unwrap();
    assert_eq!(world.restarted().open_restart().unwrap(), None);

    // Also one that puts back what nobody has kept.
    let number = world.on_trial(":82");
    let begun = world.configuration.begin_revert(&Author::program(), number).unwrap().unwrap();
    let found = world.restarted().open_restart().unwrap().unwrap();
    assert_eq!((found.number, found.reverts), (begun.number, Some(number)));
    assert_eq!(world.configuration.trials().unwrap(), [], "it is being put back");
}

#[test]
fn a_trial_without_its_backup_ends_and_says_why() {
    let world = world();
    let number = world.on_trial(":81");
    for backup in world.backups.list().unwrap() {
        world.backups.remove(&backup.name).unwrap();
    }
    let failed = world.configuration.begin_revert(&Author::program(), number);
    assert!(matches!(failed, Err(ChangeError::NotUndoable { .. })), "{failed:?}");
    assert_eq!(world.configuration.trials().unwrap(), [], "later restarts are possible");
    let last = world.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert!(matches!(last.outcome, Outcome::Refused { why } if why.contains("is gone")));
}

#[test]
fn a_restart_that_went_wrong_is_on_no_trial() {
    let world = world();
    world.edit_static(":80", ":81");
    let begun = world.restart(&asked(60));
    world.configuration.put_back_static().unwrap();
    let bad = report(Attempt::NotRestarted, Some(PutBack::Done(good().attempt)));
    assert_eq!(world.configuration.end_restart(&begun, &bad).unwrap(), None);
    assert_eq!(world.configuration.trials().unwrap(), []);
    let refused = world.restart(&asked(60));
    assert_eq!(refused.tries, None, "nothing differs any more");
}

/// Nobody waits for a restart before he saves.
#[test]
fn what_is_saved_while_traefik_is_restarted_is_not_what_it_was_restarted_with() {
    let world = world();
    world.edit_static(":80", ":81");
    let begun = world.restart(&Tries::default());
    world.edit_static(":81", ":82");
    world.configuration.end_restart(&begun, &good()).unwrap();
    assert!(world.configuration.unread_static(None).unwrap().is_some());
    let expected = world.configuration.put_back_static().unwrap().unwrap();
    assert_eq!(expected.entry_points[0], ("web".to_owned(), ":81".to_owned()));
}

/// When Traefik started is what its API says, where it says that; otherwise the trail tells what is known.
#[test]
fn what_traefik_has_not_read_is_said_until_it_was_restarted() {
    let world = world();
    let unread = |started: Option<Timestamp>| world.configuration.unread_static(started).unwrap();
    let start = world.clock.now();
    assert_eq!((unread(None), unread(Some(start))), (None, None), "nothing was changed yet");
    world.clock.advance(10);
    world.edit_static(":80", ":81");
    let since = world.clock.now();
    world.clock.advance(10);
    world.edit_static(":81", ":82");
    assert_eq!(unread(None), Some(Unread { since, is_certain: false }));
    assert_eq!(unread(Some(start)), Some(Unread { since, is_certain: true }));
    // Somebody else has restarted it, between the two and after both.
    let between = Unread { since: since.plus(10), is_certain: true };
    assert_eq!(unread(Some(since)), Some(between));
    assert_eq!(unread(Some(since.plus(10))), None);
    // A restart that could not be had, or went wrong before anything was put back, has read nothing.
    let begun = world.restart(&Tries::default());
    world.configuration.end_restart(&begun, &report(Attempt::NotTakenUp, None)).unwrap();
    assert!(unread(None).is_some());
    let begun = world.restart(&Tries::default());
    world.configuration.end_restart(&begun, &good()).unwrap();
    assert_eq!((unread(None), unread(Some(start))), (None, None));
    // Changed and changed back.
    world.edit_static(":82", ":83");
    assert!(unread(None).is_some());
    world.edit_static(":83", ":82");
    assert_eq!(unread(None), None);

    world.clock.advance(10);
    let number = world.on_trial(":84");
    assert_eq!(unread(None), None, "it runs it, be it on trial");
    world.clock.advance(10);
    world.edit_static(":84", ":85");
    let since = world.clock.now();
    world.configuration.keep(Author::program(), number).unwrap();
    assert_eq!(unread(None), Some(Unread { since, is_certain: false }));
    // What goes back after a restart that went wrong is what Traefik runs.
    let begun = world.restart(&Tries::default());
    world.configuration.put_back_static().unwrap();
    let bad = report(Attempt::NotRestarted, Some(PutBack::Done(good().attempt)));
    world.configuration.end_restart(&begun, &bad).unwrap();
    assert_eq!((unread(None), world.restarted().unread_static(None).unwrap()), (None, None));
    // Another process knows it as well.
    world.edit_static(":84", ":86");
    let later = world.restarted();
    later.refresh();
    assert!(later.unread_static(None).unwrap().is_some());
    let number = world.configuration.begin_restart(&Author::program(), &asked(60), BUDGET).unwrap();
    world.configuration.end_restart(&number, &good()).unwrap();
    let back = world.configuration.begin_revert(&Author::program(), number.number).unwrap().unwrap();
    world.configuration.end_revert(&back, &not_kept()).unwrap();
    assert_eq!((unread(None), later.unread_static(None).unwrap()), (None, None));
}

/// `STATIC_CONFIG_PATH` may have named another file before.
#[test]
fn what_became_of_another_file_says_nothing_of_this_one() {
    let world = world();
    world.edit_static(":80", ":81");
    assert!(world.configuration.unread_static(None).unwrap().is_some());
    let other = Arc::new(MemoryConfigStore::directory([("edge.yml", OLD)]));
    let later = world.restarted_with_static(&other);
    later.refresh();
    assert_eq!(later.unread_static(None).unwrap(), None);
    assert_eq!(later.put_back_static().unwrap(), None, "there is no way back to another file");
    assert_eq!(other.text("edge.yml").as_deref(), Some(OLD));
}

#[test]
fn an_edit_on_the_disk_waits_for_a_restart_as_well() {
    let world = world();
    world.configuration.catch_up().unwrap();
    let started = world.clock.now();
    world.clock.advance(10);
    world.static_file.as_ref().unwrap().edit_behind_the_back("traefik.yml", &OLD.replace(":80", ":90"));
    world.configuration.refresh();
    let expected = Unread { since: world.clock.now(), is_certain: true };
    assert_eq!(world.configuration.unread_static(Some(started)).unwrap(), Some(expected));
}
