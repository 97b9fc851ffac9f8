#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn place(number: u32) -> Place {
    Place::V4(Ipv4Addr::from_bits(number))
}

#[test]
fn any_number_of_addresses_is_remembered_up_to_a_bound() {
    let throttle = Throttle::new();
    let now = Timestamp(1_000_000);
    for number in 0..120_000 {
        throttle.admit(Action::WrongKey, place(number), now).unwrap();
        drop(throttle.begin(Action::SignIn, place(number), true, now).unwrap());
    }
    assert_eq!(throttle.remembered(), MAX_CLIENTS);
    throttle.admit(Action::Restore, place(0), now.plus(3_600)).unwrap();
    assert_eq!(throttle.state().windows.len(), 1, "an hour later all are forgotten");
}

#[test]
fn at_the_bound_the_one_used_the_longest_ago_is_forgotten() {
    let mut table: Table<u32, u32> = Table::with_capacity(3);
    let now = Timestamp(0);
    for key in [1, 2, 3, 1] {
        *table.used(key, now) += 1;
    }
    table.used(4, now);
    assert!(table.holds(1) && !table.holds(2) && table.holds(3) && table.holds(4));
    assert_eq!(table.get_mut(1), Some(&mut 2));
    table.remove(1);
    table.used(5, now);
    table.used(6, now);
    assert_eq!(table.len(), 3);
    assert!(!table.holds(3) && table.holds(4));
}

/// Otherwise somebody with many addresses could push out the entries that hold him up.
#[test]
fn attempts_that_are_refused_leave_no_trace() {
    let throttle = Throttle::new();
    let now = Timestamp(1_000_000);
    for number in 0..30 {
        throttle.begin(Action::SignIn, place(number), false, now).unwrap().failed();
    }
    throttle.begin(Action::SignIn, place(1_000), false, now).unwrap().failed();
    let before = throttle.remembered();
    for number in 2_000..3_000 {
        assert!(throttle.begin(Action::SignIn, place(number), false, now).is_err());
    }
    assert_eq!(throttle.remembered(), before);
}

#[test]
fn attempts_under_way_count_against_the_budget_of_all() {
    let throttle = Throttle::new();
    let now = Timestamp(1_000_000);
    let under_way: Vec<_> = (0..200)
        .filter_map(|number| throttle.begin(Action::SignIn, place(number), false, now).ok())
        .collect();
    assert_eq!(under_way.len(), 31, "the budget, and one more");
    drop(under_way);
    assert!(!throttle.is_strained(now));
}
