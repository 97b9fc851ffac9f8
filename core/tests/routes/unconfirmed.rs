//! Changes about which Traefik has not spoken yet.

use traefik_manager_core::{
    audit::Outcome,
    routes::{ChangeError, Unconfirmed},
};

use crate::{
    transaction::{EDGE, edge, last, replace},
    world::{World, terms},
};

fn numbers(world: &World) -> Vec<u64> {
    world.configuration.unconfirmed().unwrap().iter().map(|change| change.number).collect()
}

/// The places of the objects that Traefik is asked about.
fn asked(world: &World, number: u64) -> Vec<String> {
    let expected = world.restarted().expected_of(number).unwrap();
    expected.iter().map(|expectation| expectation.object().place()).collect()
}

#[test]
fn what_has_no_word_of_traefik_is_found_until_it_has_one() {
    let world = edge();
    for (count, outcome) in [
        Outcome::Confirmed,
        Outcome::NotVisible,
        Outcome::NotServed { why: "no".to_owned() },
        Outcome::RolledBack { why: "no".to_owned() },
    ]
    .into_iter()
    .enumerate()
    {
        let (from, to) = (format!("average: {}", 10 + count), format!("average: {}", 11 + count));
        let number = replace(&world, &from, &to).unwrap().number.unwrap();
        assert_eq!(numbers(&world), [number], "{outcome:?}");
        world.configuration.conclude_late(number, outcome.clone()).unwrap();
        assert_eq!(numbers(&world), [0; 0], "{outcome:?}");
        let again = world.configuration.conclude_late(number, outcome);
        assert!(matches!(again, Err(ChangeError::NotFound { .. })), "it is concluded once: {again:?}");
    }
}

#[test]
fn keeping_is_no_word_of_traefik_and_an_undo_ends_the_waiting() {
    let world = edge();
    let number = replace(&world, "average: 10", "average: 20").unwrap().number.unwrap();
    world.configuration.try_until(number, world.configuration.now()).unwrap();
    world.configuration.keep(terms().author, number).unwrap();
    assert_eq!(numbers(&world), [number]);
    let undone = world.configuration.put_back_late(number, "Traefik did not take it".to_owned()).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
    let again = world.configuration.put_back_late(number, String::new());
    assert!(matches!(again, Err(ChangeError::NotFound { .. })), "{again:?}");
    let waiting = world.configuration.unconfirmed().unwrap();
    let [Unconfirmed { number, puts_back, .. }] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((Some(*number), puts_back), (undone.number, &true), "the way back waits for a word as well");
    assert!(matches!(last(&world).outcome, Outcome::RolledBack { .. }));
}

#[test]
fn a_restart_knows_what_to_ask_about() {
    let world = edge();
    let limit = replace(&world, "average: 10", "average: 20").unwrap().number.unwrap();
    assert_eq!(
        asked(&world, limit),
        ["http.middlewares.calm", "http.routers.app"],
        "what it is and who needs it"
    );
    let both =
        world.text("edge.yml").replace("average: 20", "average: 30").replace("other.test", "third.test");
    let both = crate::transaction::write(&world, &terms(), "edge.yml", &both).unwrap().number.unwrap();
    assert_eq!(asked(&world, limit), [""; 0], "a later change has the last word on the limit");
    assert_eq!(asked(&world, both), ["http.routers.other", "http.middlewares.calm", "http.routers.app"]);
    let rest = replace(&world, "average: 30", "average: 40").unwrap().number.unwrap();
    assert_eq!(asked(&world, both), ["http.routers.other"]);
    // A route that was taken away is expected to be gone.
    let gone = world.configuration.delete_route(&terms(), "edge.yml::other", None).unwrap().number.unwrap();
    assert_eq!(asked(&world, gone), ["http.routers.other"]);
    assert_eq!(asked(&world, both), [""; 0]);
    assert_eq!(asked(&world, rest), ["http.middlewares.calm", "http.routers.app"]);
}
