use std::time::Duration;

use super::{InFlight, Inquiry, Lookout, Step};
use crate::config::confirm::{BUDGET, Confirmation};

const AGAIN: Duration = Duration::from_secs(5);

fn old() -> Confirmation {
    Confirmation::StillOld { objects: Vec::new() }
}

fn served() -> Confirmation {
    Confirmation::Confirmed { unseen: Vec::new() }
}

/// An inquiry about change 5, of which Traefik has said that it serves the old configuration.
fn refused(others: &InFlight) -> Inquiry {
    let mut inquiry = Inquiry::new(5, others);
    assert_eq!(inquiry.step(others), Step::Ask(BUDGET));
    inquiry.answered(old());
    assert_eq!(inquiry.step(others), Step::TakeTurn);
    inquiry
}

#[test]
fn any_other_word_is_the_word() {
    let others = InFlight::default();
    for found in [served(), Confirmation::NotVisible] {
        let mut inquiry = Inquiry::new(5, &others);
        assert_eq!(inquiry.step(&others), Step::Ask(BUDGET));
        inquiry.answered(found.clone());
        assert_eq!(inquiry.step(&others), Step::Is(found));
    }
}

#[test]
fn the_one_without_which_it_is_taken_is_to_blame() {
    let others = InFlight::default();
    let mut inquiry = refused(&others);
    assert_eq!(inquiry.step(&others), Step::Suspect);
    inquiry.suspected([5, 4, 3]);
    assert_eq!(inquiry.step(&others), Step::Without(4, AGAIN), "nobody suspects the change itself");
    inquiry.answered(old());
    assert_eq!(inquiry.step(&others), Step::Without(3, AGAIN));
    inquiry.answered(served());
    assert_eq!(inquiry.step(&others), Step::Is(served()));
}

#[test]
fn where_nobody_is_to_blame_it_is_refused_itself() {
    let others = InFlight::default();
    let mut inquiry = refused(&others);
    assert_eq!(inquiry.step(&others), Step::Suspect);
    inquiry.suspected([9, 8, 7, 6]);
    for suspect in [9, 8, 7] {
        assert_eq!(inquiry.step(&others), Step::Without(suspect, AGAIN));
        if suspect == 8 { inquiry.could_not() } else { inquiry.answered(old()) }
    }
    assert_eq!(inquiry.step(&others), Step::LeaveTurn, "three are enough");
    assert_eq!(inquiry.step(&others), Step::Is(old()));
}

#[test]
fn it_is_asked_about_again_when_another_went_back_meanwhile() {
    let mut others = InFlight::default();
    let mut inquiry = refused(&others);
    for _ in 0..2 {
        others.went_back(4);
        assert_eq!(inquiry.step(&others), Step::LeaveTurn);
        assert_eq!(inquiry.step(&others), Step::Ask(AGAIN));
        inquiry.answered(old());
        assert_eq!(inquiry.step(&others), Step::TakeTurn);
    }
    others.went_back(3);
    assert_eq!(inquiry.step(&others), Step::LeaveTurn);
    assert_eq!(inquiry.step(&others), Step::Ask(AGAIN));
    inquiry.answered(old());
    assert_eq!(inquiry.step(&others), Step::Is(old()), "not for ever");
}

#[test]
fn the_newest_goes_back_first() {
    let mut others = InFlight::default();
    for number in [4, 5, 6, 7] {
        others.board(number);
    }
    let mut inquiry = refused(&others);
    assert_eq!(inquiry.step(&others), Step::Suspect);
    inquiry.suspected([]);
    assert_eq!(inquiry.step(&others), Step::LeaveTurn);
    assert_eq!(inquiry.step(&others), Step::WaitFor([6, 7].into()));
    assert_eq!(inquiry.step(&others), Step::TakeTurn);
    assert_eq!(inquiry.step(&others), Step::Ask(AGAIN));
    inquiry.answered(served());
    assert_eq!(inquiry.step(&others), Step::Is(served()));
}

#[test]
fn what_went_back_is_known_to_who_waits_for_it() {
    let mut others = InFlight::default();
    others.board(5);
    others.went_back(5);
    others.went_back(1);
    assert!(others.is_gone(5) && !others.is_gone(1), "nobody waits for 1");
    assert_eq!(others.gone(), 2);
    assert!(!others.have_landed(&[5, 6].into()));
    others.land(5);
    assert!(others.have_landed(&[5, 6].into()) && !others.is_gone(5));
}

#[test]
fn a_difference_is_a_sign_for_who_is_alone_and_a_later_change_for_all_before() {
    let mut others = InFlight::default();
    others.board(5);
    assert!(!Lookout::new(5).is_sign(false, &others));
    let mut lookout = Lookout::new(5);
    assert!(lookout.is_sign(true, &others));

    others.board(6);
    assert!(!lookout.is_sign(true, &others), "it may be the other's");
    others.land(6);
    assert!(!lookout.is_sign(true, &others), "also afterwards");
    others.was_taken(5);
    assert!(!lookout.is_sign(false, &others));
    others.was_taken(6);
    others.was_taken(1);
    assert!(lookout.is_sign(false, &others));
}
