//! Changes that put themselves back unless somebody keeps them.

use traefik_manager_core::{
    audit::{Actor, Outcome},
    clock::Timestamp,
    routes::{Author, ChangeError, Terms, Tries},
};

use crate::{
    transaction::{EDGE, edge, last, replace, write},
    world::{World, terms},
};

/// How long a trial of these tests lasts.
const SECONDS: u64 = 60;

fn author() -> Author {
    Author { actor: Actor::Session("admin".to_owned()), address: None }
}

/// Makes a change that is on trial.
fn on_trial(world: &World, from: &str, to: &str) -> u64 {
    let terms = Terms { tries: Tries { asked: Some(SECONDS), way: None }, ..terms() };
    let text = world.text("edge.yml").replace(from, to);
    let changed = write(world, &terms, "edge.yml", &text).unwrap();
    changed.trial.unwrap().number
}

fn until(world: &World) -> Timestamp {
    world.configuration.now().plus(SECONDS)
}

#[test]
fn what_is_kept_stays() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    world.configuration.conclude(number, Outcome::Confirmed).unwrap();
    let [trial] = world.configuration.trials().unwrap()[..] else { panic!("Traefik's word ends no trial") };
    assert_eq!((trial.number, trial.until), (number, until(&world)));
    world.configuration.keep(author(), number).unwrap();
    assert_eq!((last(&world).action.as_str(), last(&world).actor), ("keep", author().actor));
    assert!(world.configuration.end_trial(number).unwrap().is_none());
    assert!(world.text("edge.yml").contains("average: 20"));
    let again = world.configuration.keep(author(), number);
    assert!(matches!(again, Err(ChangeError::NotFound { .. })), "{again:?}");
}

#[test]
fn what_nobody_keeps_goes_back_and_cannot_be_kept_then() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    world.configuration.end_trial(number).unwrap().unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
    assert!(matches!(last(&world).outcome, Outcome::RolledBack { .. }));
    let late = world.configuration.keep(author(), number);
    assert!(matches!(late, Err(ChangeError::NotFound { .. })), "{late:?}");
    assert!(world.configuration.end_trial(number).unwrap().is_none(), "it ends once");
    assert_eq!(world.configuration.trials().unwrap(), []);
}

/// Whatever comes after the entry may not come: a crash forgets no trial.
#[test]
fn the_entry_of_a_change_itself_says_that_it_is_on_trial() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    let entries = world.audit.entries();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((&entry.outcome, number), (&Outcome::OnTrial { until: until(&world) }, 1));
}

#[test]
fn only_what_reaches_the_way_of_the_page_is_on_trial_unasked() {
    for (from, to, is_way) in [
        ("average: 10", "average: 20", true),
        ("http://10.0.0.1", "http://10.0.0.2", true),
        ("Host(`app.test`)", "Host(`gone.test`)", true),
        ("Host(`other.test`)", "Host(`app.test`)", true),
        ("Host(`other.test`)", "HostRegexp(`.`)", true),
        ("Host(`other.test`)", "Host(\"app.test\")", true),
        ("Host(`other.test`)", "Host(`APP.test.`)", true),
        ("Host(`other.test`)", "Host(`*.test`)", true),
        ("Host(`other.test`)", "Host(`other.test`) || PathPrefix(`/x`)", true),
        ("Host(`other.test`)", "(!Host(`other.test`))", true),
        ("Host(`other.test`)", "Host(`third.test`)", false),
        ("Host(`other.test`)", "Host(`third.test`) && PathPrefix(`/x`)", false),
        ("Host(`other.test`)", "Host(`third.test`) && !Host(`app.test`)", false),
    ] {
        let world = edge();
        let way = Tries { asked: None, way: Some("app.test".to_owned()) };
        let text = EDGE.replace(from, to);
        let changed = write(&world, &Terms { tries: way, ..terms() }, "edge.yml", &text).unwrap();
        let left = changed.trial.map(|trial| trial.until.since(world.configuration.now()));
        assert_eq!(left, is_way.then_some(Tries::USUAL), "{to}");
    }
}

#[test]
fn what_serves_the_page_beside_its_router_is_on_trial_as_well() {
    let tcp = |rule: &str, more: &str| {
        format!(
            "tcp: {{routers: {{t: {{rule: '{rule}', service: t, tls: {{}}{more}}}}}, services: {{t: {{loadBalancer: {{servers: [{{address: '10.0.0.1:1'}}]}}}}}}}}\n"
        )
    };
    for (more, is_way) in [
        ("tls: {certificates: [{certFile: /a.pem, keyFile: /a.key}]}\n".to_owned(), true),
        (
            "tls: {stores: {default: {defaultCertificate: {certFile: /a.pem, keyFile: /a.key}}}}\n"
                .to_owned(),
            true,
        ),
        ("tls: {options: {default: {minVersion: VersionTLS12}}}\n".to_owned(), true),
        ("tls: {options: {of-an-entry-point: {minVersion: VersionTLS12}}}\n".to_owned(), true),
        (tcp("HostSNI(`app.test`)", ""), true),
        (tcp("HostSNI(`*`)", ""), true),
        (tcp("HostSNI(\"app.test\")", ""), true),
        (tcp("HostSNI(`db.test`)", ""), false),
        // Whichever name it takes, it comes before what takes all; Traefik knows matchers in three spellings.
        (tcp("HostSNIRegexp(`.+`)", ", entryPoints: [web]"), true),
        (tcp("hostsniregexp(`.+`)", ", entryPoints: [web]"), true),
        (tcp("HOSTSNIREGEXP(`.+`)", ", entryPoints: [web]"), true),
    ] {
        let world = edge();
        let way = Tries { asked: None, way: Some("app.test".to_owned()) };
        let text = format!("{EDGE}{more}");
        let changed = write(&world, &Terms { tries: way, ..terms() }, "edge.yml", &text).unwrap();
        assert_eq!(changed.trial.is_some(), is_way, "{more}");
        let world = edge();
        let changed = write(&world, &terms(), "edge.yml", &text).unwrap();
        assert_eq!(changed.trial, None, "whoever comes on no way through Traefik cannot cut it: {more}");
    }
}

/// Without TLS a TCP router takes every connection of its entry points, whatever HTTP router there is.
#[test]
fn a_stream_that_takes_all_of_the_page_s_entry_point_is_on_trial() {
    for (own, other, is_way) in [
        ("", "web", true),
        ("      entryPoints: [web, websecure]\n", "web", true),
        ("      entryPoints: [web]\n", "postgres", false),
    ] {
        let text = EDGE.replacen("      service: web\n", &format!("      service: web\n{own}"), 1);
        let world = World::new([("edge.yml", text.as_str())]);
        let way = Tries { asked: None, way: Some("app.test".to_owned()) };
        let more = format!(
            "tcp: {{routers: {{t: {{rule: 'HostSNI(`*`)', service: t, entryPoints: [{other}]}}}}, services: {{t: {{loadBalancer: {{servers: [{{address: '10.0.0.1:1'}}]}}}}}}}}\n"
        );
        let changed =
            write(&world, &Terms { tries: way, ..terms() }, "edge.yml", &format!("{text}{more}")).unwrap();
        assert_eq!(changed.trial.is_some(), is_way, "{own:?} {other}");
    }
}

#[test]
fn without_a_sign_a_change_waits_for_one_or_for_somebody_who_knows() {
    for is_taken in [true, false] {
        let world = edge();
        let text = EDGE.replace("average: 10", "average: 20");
        let number = write(&world, &terms(), "edge.yml", &text).unwrap().number.unwrap();
        let trial = world.configuration.wait_for_sign(number, 60).unwrap();
        assert_eq!((trial.is_unseen, world.configuration.trials().unwrap()), (true, vec![trial]));
        assert_eq!(world.configuration.unconfirmed().unwrap(), [], "nobody asks again");
        if is_taken {
            world.configuration.was_taken(number).unwrap();
            assert_eq!(world.configuration.trials().unwrap(), [trial], "it does not speak for itself");
            world.configuration.was_taken(number + 1).unwrap();
        } else {
            world.configuration.keep(terms().author, number).unwrap();
        }
        assert_eq!(world.configuration.trials().unwrap(), []);
        assert!(world.configuration.end_trial(number).unwrap().is_none());
        assert_eq!(world.text("edge.yml"), text);
    }
    let world = edge();
    let asked = on_trial(&world, "average: 10", "average: 20");
    world.configuration.was_taken(asked + 1).unwrap();
    assert_eq!(world.configuration.trials().unwrap().len(), 1, "one that was asked for goes on");
}

/// However many changes are made meanwhile, and whatever is undone.
#[test]
fn many_changes_push_no_trial_out_of_sight() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    for count in 0..700 {
        world.configuration.conclude(1_000 + count, Outcome::Confirmed).unwrap();
    }
    assert_eq!(world.configuration.trials().unwrap().len(), 1);
    world.configuration.end_trial(number).unwrap().unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
}

#[test]
fn an_undo_may_be_on_trial_too() {
    let world = edge();
    replace(&world, "average: 10", "average: 20").unwrap();
    let terms = Terms { tries: Tries { asked: Some(SECONDS), way: None }, ..terms() };
    let undone = world.configuration.undo(&terms, 1).unwrap();
    assert_eq!(world.configuration.trials().unwrap().len(), 1);
    world.configuration.end_trial(undone.number.unwrap()).unwrap().unwrap();
    assert!(world.text("edge.yml").contains("average: 20"));
}

#[test]
fn a_restart_forgets_no_trial() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    let later = world.restarted();
    assert_eq!(later.trials().unwrap().first().map(|trial| trial.number), Some(number));
    later.end_trial(number).unwrap().unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
    assert!(matches!(later.keep(author(), number), Err(ChangeError::NotFound { .. })));
}

#[test]
fn a_trial_that_is_undone_by_hand_is_over() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    world.configuration.undo(&terms(), number).unwrap();
    assert_eq!(world.configuration.trials().unwrap(), []);
    assert!(world.configuration.end_trial(number).unwrap().is_none());
}

/// Who keeps in the last moment and is told that it is kept must find it kept, and who is told that it is too late
/// must find it put back.
#[test]
fn keeping_and_ending_at_the_same_moment_agree() {
    for _ in 0..200 {
        let world = edge();
        let number = on_trial(&world, "average: 10", "average: 20");
        let together = std::sync::Barrier::new(2);
        let (kept, ended) = std::thread::scope(|scope| {
            let keep = scope.spawn(|| {
                together.wait();
                world.configuration.keep(author(), number).is_ok()
            });
            let end = scope.spawn(|| {
                together.wait();
                world.configuration.end_trial(number).unwrap().is_some()
            });
            (keep.join().unwrap(), end.join().unwrap())
        });
        assert_ne!(kept, ended);
        assert_eq!(world.text("edge.yml").contains("average: 20"), kept);
    }
}

/// The way to the page is changed twice, and nobody keeps either: it must not stay at the first.
#[test]
fn trials_of_the_same_object_end_in_any_order() {
    let world = edge();
    let first = on_trial(&world, "Host(`app.test`)", "Host(`one.test`)");
    let second = on_trial(&world, "Host(`one.test`)", "Host(`two.test`)");
    // Its time comes first, and the second is in its way.
    let early = world.configuration.end_trial(first);
    assert!(matches!(early, Err(ChangeError::Overtaken { .. })), "{early:?}");
    assert!(world.configuration.end_trials().unwrap().is_empty(), "their time has not come");
    world.clock.advance(60);
    let ended = world.configuration.end_trials().unwrap();
    let numbers: Vec<u64> = ended.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [second, first]);
    assert!(ended.iter().all(|(_, undone)| matches!(undone, Ok(Some(_)))), "{ended:?}");
    assert_eq!(world.text("edge.yml"), EDGE);
}
