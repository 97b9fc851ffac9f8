//! How long Traefik is asked, and what the answer is in the end.

use std::{sync::Arc, time::Duration};

use traefik_manager_core::{
    clock::Timer as _,
    config::{
        confirm::{BUDGET, Confirmation, Expectation, SETTLED, confirm, note_statuses},
        edit::Path,
        object::{ObjectKind, ObjectRef},
    },
    test_support::{FakeTimer, MemoryTraefik},
    traefik::live::{ApiAddress, LiveEntryPoint, LiveError, LiveStatus},
    tree::Tree,
};

use super::{ready, router, service, tree, value};

const OLD: &str = "{rule: x, service: old}";
const NEW: &str = "{rule: x, service: new}";

struct World {
    traefik: Arc<MemoryTraefik>,
    timer: FakeTimer,
    at: ApiAddress,
}

impl World {
    fn new() -> Self {
        let at = ApiAddress { url: "http://traefik:8080".to_owned(), credentials: None };
        Self { traefik: Arc::default(), timer: FakeTimer::default(), at }
    }

    /// Serves it from now on.
    fn serve(&self, object: &ObjectRef, text: &str) {
        self.traefik.serve(object, value(text), LiveStatus::Enabled, &[]);
    }

    /// Lets Traefik change after so many milliseconds.
    fn later(&self, milliseconds: u64, event: impl FnOnce(&MemoryTraefik) + Send + 'static) {
        let traefik = Arc::clone(&self.traefik);
        self.timer.at(Duration::from_millis(milliseconds), move || event(&traefik));
    }

    fn confirm(&self, expected: &[Expectation]) -> Confirmation {
        ready(confirm(&*self.traefik, &self.timer, &self.at, expected, BUDGET))
    }

    fn passed(&self) -> Duration {
        self.timer.elapsed()
    }
}

fn changed(object: &ObjectRef, before: Option<&str>, after: Option<&str>) -> Expectation {
    let (before, after) = (before.map(tree), after.map(tree));
    Expectation::changed(
        object.clone(),
        before.as_ref().and_then(Tree::root),
        after.as_ref().and_then(Tree::root),
    )
}

fn confirmed() -> Confirmation {
    Confirmation::Confirmed { unseen: Vec::new() }
}

fn refused() -> LiveError {
    LiveError::Refused { url: "http://traefik:8080".to_owned(), reason: "connection refused".to_owned() }
}

fn silent() -> LiveError {
    LiveError::Unreachable { url: "http://traefik:8080".to_owned(), reason: "timed out".to_owned() }
}

#[test]
fn a_change_is_confirmed_as_soon_as_it_is_there() {
    let world = World::new();
    world.serve(&router("a"), OLD);
    world.later(2000, |traefik| traefik.serve(&router("a"), value(NEW), LiveStatus::Enabled, &[]));
    assert_eq!(world.confirm(&[changed(&router("a"), Some(OLD), Some(NEW))]), confirmed());
    assert!(world.passed() < Duration::from_millis(2600), "{:?}", world.passed());
    assert!(world.traefik.asked().len() < 12, "pauses grow: {:?}", world.traefik.asked());
}

#[test]
fn an_old_value_is_a_verdict_only_at_the_end() {
    let world = World::new();
    world.serve(&router("a"), OLD);
    let found =
        world.confirm(&[changed(&router("a"), Some(OLD), Some(NEW)), changed(&router("b"), None, Some(NEW))]);
    let objects = vec![(router("a"), Path::keys(["service"])), (router("b"), Path::root())];
    assert_eq!(found, Confirmation::StillOld { objects });
    assert_eq!(world.passed(), BUDGET);
}

#[test]
fn what_is_taken_away_must_be_gone() {
    let world = World::new();
    world.serve(&router("a"), OLD);
    let gone = [changed(&router("a"), Some(OLD), None)];
    assert!(matches!(world.confirm(&gone), Confirmation::StillOld { .. }));
    world.traefik.forget(&router("a"));
    assert_eq!(world.confirm(&gone), confirmed());
}

#[test]
fn an_error_counts_once_the_whole_change_is_there() {
    let world = World::new();
    world.serve(&router("a"), OLD);
    let change = [
        changed(&router("a"), Some(OLD), Some(NEW)),
        changed(&service("new"), None, Some("{loadBalancer: {}}")),
    ];
    // The file with the router is loaded first, and two seconds later the one with its service.
    world.later(100, |traefik| {
        traefik.serve(&router("a"), value(NEW), LiveStatus::Disabled, &["the service does not exist"]);
    });
    world.later(2100, |traefik| {
        traefik.serve(&router("a"), value(NEW), LiveStatus::Enabled, &[]);
        traefik.serve(&service("new"), value("{loadBalancer: {}}"), LiveStatus::Enabled, &[]);
    });
    assert_eq!(world.confirm(&change), confirmed());

    let world = World::new();
    world.traefik.serve(&router("a"), value(NEW), LiveStatus::Disabled, &["no such service"]);
    world.serve(&service("new"), "{loadBalancer: {}}");
    let found = world.confirm(&change);
    assert_eq!(
        found,
        Confirmation::InError { object: router("a"), errors: vec!["no such service".to_owned()] }
    );
    assert!(world.passed() < Duration::from_millis(200), "{:?}", world.passed());
}

#[test]
fn an_error_that_an_unseen_part_may_still_mend_is_waited_for() {
    let options = ObjectRef { protocol: None, kind: ObjectKind::TlsOptions, name: "modern".to_owned() };
    let change =
        [changed(&router("a"), Some(OLD), Some(NEW)), changed(&options, None, Some("{sniStrict: true}"))];
    let world = World::new();
    world.traefik.serve(&router("a"), value(NEW), LiveStatus::Disabled, &["unknown TLS options"]);
    world.later(2200, |traefik| traefik.serve(&router("a"), value(NEW), LiveStatus::Enabled, &[]));
    assert_eq!(world.confirm(&change), Confirmation::Confirmed { unseen: vec![options] });

    let world = World::new();
    world.traefik.serve(&router("a"), value(NEW), LiveStatus::Disabled, &["unknown TLS options"]);
    assert!(matches!(world.confirm(&change), Confirmation::InError { .. }));
    assert!(world.passed() >= SETTLED && world.passed() < SETTLED + Duration::from_secs(1));
}

#[test]
fn an_earlier_error_is_not_this_changes_fault_but_a_worse_one_is() {
    for (before, now, is_fault) in [
        (Some(LiveStatus::Disabled), LiveStatus::Disabled, false),
        (Some(LiveStatus::Warning), LiveStatus::Warning, false),
        (Some(LiveStatus::Warning), LiveStatus::Disabled, true),
        (Some(LiveStatus::Enabled), LiveStatus::Warning, true),
        (None, LiveStatus::Warning, true),
    ] {
        let world = World::new();
        world.traefik.serve(&router("a"), value(NEW), now, &["words"]);
        let found = world.confirm(&[changed(&router("a"), Some(OLD), Some(NEW)).after_status(before)]);
        assert_eq!(matches!(found, Confirmation::InError { .. }), is_fault, "{before:?} {now:?} {found:?}");
    }
}

#[test]
fn statuses_are_noted_before_the_change() {
    let world = World::new();
    world.traefik.serve(&router("a"), value(OLD), LiveStatus::Disabled, &["earlier"]);
    let mut change = [changed(&router("a"), Some(OLD), Some(NEW))];
    ready(note_statuses(&*world.traefik, &world.at, &mut change)).unwrap();
    world.traefik.serve(&router("a"), value(NEW), LiveStatus::Disabled, &["earlier"]);
    assert_eq!(world.confirm(&change), confirmed());
    world.traefik.fail(Some(refused()));
    assert_eq!(ready(note_statuses(&*world.traefik, &world.at, &mut change)), Err(refused()));
}

#[test]
fn what_needs_the_change_may_not_become_worse() {
    let kept = tree(OLD);
    let kept = Expectation::kept(router("user"), kept.root().unwrap());
    let change = [changed(&service("s"), Some("{loadBalancer: {}}"), Some("{weighted: {}}")), kept];
    let world = World::new();
    world.serve(&service("s"), "{weighted: {}}");
    world.serve(&router("user"), "{rule: shadowed}");
    assert_eq!(world.confirm(&change), confirmed());
    world.traefik.serve(&router("user"), value(OLD), LiveStatus::Disabled, &["empty"]);
    let found = world.confirm(&change);
    assert_eq!(found, Confirmation::InError { object: router("user"), errors: vec!["empty".to_owned()] });
}

#[test]
fn a_refused_connection_is_known_at_once() {
    let world = World::new();
    world.traefik.fail(Some(refused()));
    let found = world.confirm(&[changed(&router("a"), None, Some(NEW))]);
    assert_eq!(found, Confirmation::Unreachable(refused()));
    assert_eq!((world.traefik.asked().len(), world.passed()), (1, Duration::ZERO));
}

#[test]
fn only_the_end_counts_for_a_traefik_that_comes_or_goes() {
    let change = [changed(&router("a"), None, Some(NEW))];
    // Silent at first.
    let world = World::new();
    world.traefik.fail(Some(silent()));
    world.later(4000, |traefik| {
        traefik.fail(None);
        traefik.serve(&router("a"), value(NEW), LiveStatus::Enabled, &[]);
    });
    assert_eq!(world.confirm(&change), confirmed());
    // Silent all the time.
    let world = World::new();
    world.traefik.fail(Some(silent()));
    assert_eq!(world.confirm(&change), Confirmation::Unreachable(silent()));
    assert_eq!(world.passed(), BUDGET);
    // Gone in the middle, and back.
    let world = World::new();
    world.later(500, |traefik| traefik.fail(Some(refused())));
    world.later(5000, |traefik| {
        traefik.fail(None);
        traefik.serve(&router("a"), value(NEW), LiveStatus::Enabled, &[]);
    });
    assert_eq!(world.confirm(&change), confirmed());
    // Gone for good.
    let world = World::new();
    world.later(500, |traefik| traefik.fail(Some(refused())));
    assert_eq!(world.confirm(&change), Confirmation::Vanished(refused()));
    assert_eq!(world.passed(), BUDGET);
}

#[test]
fn what_cannot_be_seen_is_not_called_confirmed() {
    let options = ObjectRef { protocol: None, kind: ObjectKind::TlsOptions, name: "modern".to_owned() };
    let world = World::new();
    assert_eq!(
        world.confirm(&[changed(&options, None, Some("{sniStrict: true}"))]),
        Confirmation::NotVisible
    );
    assert!(world.traefik.asked().is_empty());
    // The same for Traefik as before.
    world.serve(&router("a"), OLD);
    let same = [changed(&router("a"), Some(OLD), Some("{rule: 'x', SERVICE: old@file}"))];
    assert_eq!(world.confirm(&same), Confirmation::NotVisible);
    assert!(world.passed() >= SETTLED && world.passed() < SETTLED + Duration::from_secs(1));
    // A default that was written out, and is not any more.
    let world = World::new();
    let (with, without) = ("{mirroring: {service: a, mirrorBody: true}}", "{mirroring: {service: a}}");
    world.serve(&service("s"), with);
    assert_eq!(world.confirm(&[changed(&service("s"), Some(with), Some(without))]), Confirmation::NotVisible);
}

fn entry_points(world: &World) {
    let entry_point = |name: &str, middlewares, tls| LiveEntryPoint {
        name: name.to_owned(),
        address: String::new(),
        middlewares,
        tls,
    };
    world.traefik.set_entry_points(vec![
        entry_point("web", 0, false),
        entry_point("sec", 1, true),
        entry_point("alt", 0, true),
    ]);
}

#[test]
fn a_router_is_all_its_parts() {
    let file = "{rule: x, service: s, middlewares: [m], entryPoints: [web, sec]}";
    let change = [changed(&router("a"), None, Some(file))];
    let part = "{rule: x, service: s, middlewares: [e@file, m@file], tls: {}, entryPoints: [sec]}";
    let world = World::new();
    entry_points(&world);
    world.serve(&router("a"), "{rule: x, service: s, middlewares: [m@file], entryPoints: [web]}");
    let missing = Confirmation::StillOld { objects: vec![(router("a"), Path::keys(["entryPoints"]))] };
    assert_eq!(world.confirm(&change), missing);
    world.serve(&router("sec-a"), "{rule: other, service: s, entryPoints: [web]}");
    assert_eq!(world.confirm(&change), missing, "another router of that name");
    world.serve(&router("sec-a"), part);
    assert_eq!(world.confirm(&change), confirmed());
    world.traefik.serve(&router("sec-a"), value(part), LiveStatus::Disabled, &["no"]);
    assert!(matches!(world.confirm(&change), Confirmation::InError { .. }));
}

#[test]
fn a_router_may_be_there_only_in_parts() {
    for (file, parts) in [
        ("{rule: x, entryPoints: [sec, alt]}", ["sec", "alt"]),
        ("{rule: x}", ["sec", "alt"]),
        ("{rule: x, tls: {options: o}}", ["sec", "alt"]),
    ] {
        let world = World::new();
        entry_points(&world);
        for name in parts {
            let own = if file.contains("tls") { "options: o" } else { "options: default" };
            let live = format!("{{rule: x, tls: {{{own}}}, entryPoints: [{name}]}}");
            world
                .serve(&router(&format!("{name}-a")), &live.replace("sec]}", "sec], middlewares: [e@file]}"));
        }
        assert_eq!(world.confirm(&[changed(&router("a"), None, Some(file))]), confirmed(), "{file}");
        let gone = [changed(&router("a"), Some(file), None)];
        assert!(matches!(world.confirm(&gone), Confirmation::StillOld { .. }), "{file}");
        for name in parts {
            world.traefik.forget(&router(&format!("{name}-a")));
        }
        assert_eq!(world.confirm(&gone), confirmed());
    }
}

#[test]
fn many_objects_are_asked_for_in_lists_and_one_until_the_change_is_there() {
    let world = World::new();
    let names: Vec<String> = (0..200).map(|index| format!("s{index}")).collect();
    let new = "{loadBalancer: {servers: [{url: new}]}}";
    let change: Vec<_> = names.iter().map(|name| changed(&service(name), None, Some(new))).collect();
    let all = names.clone();
    world.later(2000, move |traefik| {
        for name in all {
            traefik.serve(&service(&name), value(new), LiveStatus::Enabled, &[]);
        }
    });
    assert_eq!(world.confirm(&change), confirmed());
    let asked = world.traefik.asked();
    assert_eq!(asked.iter().filter(|what| *what == "all http services").count(), 1, "{asked:?}");
    assert!(asked.len() < 15 && asked.iter().filter(|what| *what == "s0").count() == asked.len() - 1);
}
