#![expect(clippy::unwrap_used, reason = "tests")]

use std::{iter::repeat_n, sync::Mutex};

use super::*;
use crate::config::store::StorageError;

/// A store in memory that counts what is written.
#[derive(Debug, Default)]
struct Text(Mutex<(String, usize)>);

impl AttemptStore for Text {
    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        let mut held = self.0.lock().unwrap();
        if let Some(new) = change(&held.0) {
            *held = (new, held.1 + 1);
        }
        Ok(())
    }
}

impl Text {
    fn text(&self) -> String {
        self.0.lock().unwrap().0.clone()
    }
}

fn throttle() -> (Arc<Text>, Throttle) {
    let text = Arc::new(Text::default());
    (Arc::clone(&text), Throttle::new(text))
}

fn place(number: u32) -> Place {
    Place::V4(Ipv4Addr::from_bits(number))
}

fn is_strained(throttle: &Throttle, now: Timestamp) -> bool {
    throttle.kept.lock().unwrap().attempts.budget.spacing(now) > 0
}

#[test]
fn any_number_of_addresses_is_remembered_up_to_a_bound() {
    let (_, throttle) = throttle();
    let now = Timestamp(1_000_000);
    for number in 0..25_000 {
        throttle.admit(Action::ExternalSession, place(number), now).unwrap();
    }
    assert_eq!(throttle.windows.lock().unwrap().len(), MAX_CLIENTS);
    throttle.admit(Action::OidcStart, place(0), now.plus(3_600)).unwrap();
    assert_eq!(throttle.windows.lock().unwrap().len(), 1, "an hour later all are forgotten");
}

#[test]
fn what_is_kept_has_a_bound_too() {
    let mut attempts = Attempts::default();
    let now = Timestamp(1_795_251_600);
    for number in 0..5_000 {
        for _ in 0..5 {
            attempts.begin(Action::SignIn, place(number), &|| true, now).ok();
            attempts.end(place(number), now, Outcome::Failed, now);
        }
    }
    assert_eq!(attempts.clients.len(), attempts::MAX_PLACES);
    assert!(attempts.to_text().len() < 1 << 20, "{}", attempts.to_text().len());
    attempts.admit(Action::KeyIssue, place(0), now.plus(3_600)).unwrap();
    assert_eq!(attempts.clients.len(), 1, "an hour later all are forgotten");
}

#[test]
fn at_the_bound_the_one_used_the_longest_ago_is_forgotten() {
    let mut table: Table<u32, u32> = Table::with_capacity(3);
    let now = Timestamp(0);
    for key in [1, 2, 3, 1] {
        *table.used(key, now) += 1;
    }
    let mut fourth = || *table.used(4, now);
    assert_eq!(fourth(), 0);
    assert_eq!(*table.used(1, now), 2, "the one used last is still there");
    table.used(5, now);
    table.used(6, now);
    assert_eq!(table.len(), 3);
    assert_eq!(*table.used(3, now), 0, "this one went");
}

/// Otherwise somebody with many addresses could push out the entries that hold him up.
#[test]
fn attempts_that_are_refused_leave_no_trace() {
    let (text, throttle) = throttle();
    let now = Timestamp(1_000_000);
    for number in 0..30 {
        throttle.begin(Action::SignIn, place(number), || false, now).unwrap().failed();
    }
    throttle.begin(Action::SignIn, place(1_000), || false, now).unwrap().failed();
    let before = text.0.lock().unwrap().clone();
    for number in 2_000..3_000 {
        assert!(throttle.begin(Action::SignIn, place(number), || false, now).is_err());
    }
    assert_eq!(*text.0.lock().unwrap(), before, "and nothing is written for them");
}

#[test]
fn a_flood_of_wrong_keys_is_written_down_a_few_times_only() {
    let (text, throttle) = throttle();
    let now = Timestamp(1_000_000);
    let admitted = (0..3_000).filter(|number| throttle.admit_wrong_key(place(*number), now).is_ok()).count();
    assert_eq!((admitted, text.0.lock().unwrap().1), (31, 31));
    for _ in 0..100 {
        throttle.admit_slow_key(Some(place(9_000)), now).ok();
    }
    assert_eq!(text.0.lock().unwrap().1, 31 + 20, "one client");
    for number in 10_000..10_100 {
        throttle.admit_slow_key(Some(place(number)), now).ok();
    }
    assert_eq!(text.0.lock().unwrap().1, 31 + 30, "everybody");
    throttle.forget_wrong_keys(place(9_999), now);
    assert_eq!(text.0.lock().unwrap().1, 61, "there is nothing to forget");
}

#[test]
fn attempts_under_way_count_against_the_budget_of_all() {
    let (_, throttle) = throttle();
    let now = Timestamp(1_000_000);
    let under_way: Vec<_> = (0..200)
        .filter_map(|number| throttle.begin(Action::SignIn, place(number), || false, now).ok())
        .collect();
    assert_eq!(under_way.len(), 31, "the budget, and one more");
    drop(under_way);
    assert!(!is_strained(&throttle, now));
}

/// A process that was killed ends no attempt; they must not lock anybody out for good.
#[test]
fn attempts_of_a_process_that_died_are_over_in_two_minutes() {
    let (text, throttle) = throttle();
    let now = Timestamp(1_000_000);
    for _ in 0..3 {
        std::mem::forget(throttle.begin(Action::SignIn, place(1), || false, now).unwrap());
    }
    let other = Throttle::new(text);
    assert!(other.begin(Action::SignIn, place(1), || false, now.plus(119)).is_err());
    assert!(other.begin(Action::SignIn, place(1), || false, now.plus(120)).is_ok());
}

#[test]
fn what_is_written_is_read_again_as_it_was() {
    let (text, throttle) = throttle();
    let now = Timestamp(1_795_251_600);
    for address in ["192.0.2.1", "2001:db8:1:2::7"] {
        let place = Place::of(Some(address.parse().unwrap()));
        throttle.begin(Action::SignIn, place, || false, now).unwrap().succeeded();
        for _ in 0..3 {
            throttle.begin(Action::SecondFactor, place, || false, now).unwrap().failed();
        }
    }
    throttle.admit(Action::KeyIssue, Place::Unknown, now).unwrap();
    std::mem::forget(throttle.begin(Action::PasswordChange, Place::Unknown, || true, now).unwrap());
    let written = text.text();
    assert_eq!(Attempts::parse(&written).unwrap().to_text(), written);
    assert!(written.contains("2001:db8:1:2:: "), "{written}");
}

#[test]
fn what_cannot_be_read_slows_strangers_instead_of_freeing_them() {
    for broken in
        ["x", "attempts 2\n\n", "attempts 1\nfailures=soon\n", "attempts 1\n\n192.0.2.1 x=1\n", "\0"]
    {
        let (text, throttle) = throttle();
        text.0.lock().unwrap().0 = broken.to_owned();
        let now = Timestamp(1_000_000);
        throttle.begin(Action::SignIn, place(1), || false, now).unwrap().failed();
        assert!(throttle.begin(Action::SignIn, place(2), || false, now).is_err(), "{broken:?}");
        assert!(Attempts::parse(&text.text()).is_some(), "and it is mended");
    }
    assert_eq!(
        Attempts::strained(Timestamp(7)).budget.failures,
        repeat_n(Timestamp(7), 30).collect::<std::collections::VecDeque<_>>()
    );
}
