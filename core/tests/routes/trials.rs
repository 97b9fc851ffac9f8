//! Changes that put themselves back unless somebody keeps them.

use traefik_manager_core::{
    audit::{Actor, Outcome},
    clock::Timestamp,
    routes::{Author, ChangeError},
};

use crate::{
    transaction::{EDGE, edge, last, replace},
    world::World,
};

/// Past for the clock of the world.
const UNTIL: Timestamp = Timestamp(1_000_000_000);

fn author() -> Author {
    Author { actor: Actor::Session("admin".to_owned()), address: None }
}

/// Makes a change and puts it on trial.
fn on_trial(world: &World, from: &str, to: &str) -> u64 {
    let number = replace(world, from, to).unwrap().number.unwrap();
    world.configuration.try_until(number, UNTIL).unwrap();
    number
}

#[test]
fn what_is_kept_stays() {
    let world = edge();
    let number = on_trial(&world, "average: 10", "average: 20");
    world.configuration.conclude(number, Outcome::Confirmed).unwrap();
    let [trial] = world.configuration.trials().unwrap()[..] else { panic!("Traefik's word ends no trial") };
    assert_eq!((trial.number, trial.until), (number, UNTIL));
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
    world.configuration.undo(&crate::world::terms(), number).unwrap();
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
    let ended = world.configuration.end_trials().unwrap();
    let numbers: Vec<u64> = ended.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [second, first]);
    assert!(ended.iter().all(|(_, undone)| matches!(undone, Ok(Some(_)))), "{ended:?}");
    assert_eq!(world.text("edge.yml"), EDGE);
}
