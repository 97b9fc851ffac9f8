//! The promises of [`AuditLog`].
#![expect(clippy::expect_used, reason = "a suite reports by panicking")]

use std::{collections::BTreeSet, net::IpAddr, thread};

use crate::{
    audit::{Actor, AuditLog, Cursor, Entry, FileChange, Object, Outcome},
    clock::Timestamp,
    config::store::{FileId, Revision, StorageError},
    traefik::Protocol,
};

/// An entry that uses every field; entries of different numbers differ.
pub fn sample_entry(number: u64) -> Entry {
    let revision = |text: &str| Revision::new(format!("{text}{number}"));
    let (old, new) = (revision("old"), revision("new"));
    let change = FileChange::between(
        FileId::new("media.yml"),
        Some(("http:\n  routers: {}  # \"Ä\" \u{2028} \t\n", &old)),
        Some((&format!("http:\n  routers: {{r{number}: {{rule: a\\b}}}}\n"), &new)),
        Some("20261121_090000_media.yml".to_owned()),
    );
    let made = FileChange::between(FileId::new("new.yml"), None, Some(("# new\n", &new)), None);
    let actors = [
        Actor::Session("admin".to_owned()),
        Actor::ApiKey("phone\n{}".to_owned()),
        Actor::Oidc("auth0|7".to_owned()),
        Actor::CommandLine,
        Actor::OnDisk,
        Actor::Program,
    ];
    let why = "it says: \"no\"\r\nand\0more".to_owned();
    let outcomes = [
        Outcome::Done,
        Outcome::Confirmed,
        Outcome::Unconfirmed,
        Outcome::NotVisible,
        Outcome::NotServed { why: why.clone() },
        Outcome::OnTrial { until: Timestamp(1_795_251_660) },
        Outcome::RolledBack { why: why.clone() },
        Outcome::Refused { why },
    ];
    let pick = |length: usize| usize::try_from(number).unwrap_or_default() % length;
    Entry {
        at: Timestamp(1_795_251_600 + i64::try_from(number).unwrap_or_default()),
        actor: actors[pick(actors.len())].clone(),
        address: [
            None,
            Some(IpAddr::from([192, 0, 2, 7])),
            Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])),
        ][pick(3)],
        action: "save".to_owned(),
        object: (!number.is_multiple_of(4)).then(|| Object {
            kind: "router".to_owned(),
            protocol: [None, Some(Protocol::Http), Some(Protocol::Tcp), Some(Protocol::Udp)][pick(4)],
            name: format!("r{number}"),
            file: (number % 2 == 1).then(|| FileId::new("media.yml")),
        }),
        regarding: number.is_multiple_of(3).then_some(number / 2),
        files: if number.is_multiple_of(5) { Vec::new() } else { vec![change, made] },
        outcome: outcomes[pick(outcomes.len())].clone(),
    }
}

/// Checks a log that is empty.
///
/// # Panics
/// Where the log breaks a promise.
pub fn audit_log(log: &dyn AuditLog) {
    let empty = log.newest(None, 10).expect("readable");
    assert_eq!((empty.entries.len(), empty.next), (0, None));
    assert_eq!(log.find(1).expect("readable"), None);

    for number in 1..=24 {
        assert_eq!(log.append(&sample_entry(number)).expect("appended"), number, "counted from 1");
    }
    for number in [1, 2, 13, 24] {
        let found = log.find(number).expect("readable").expect("there");
        assert_eq!((found.number, found.entry), (number, sample_entry(number)), "as it was appended");
    }
    assert_eq!(log.find(0).expect("readable"), None);
    assert_eq!(log.find(25).expect("readable"), None);
    pages(log);

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..4).for_each(|_| assert!(log.append(&sample_entry(1)).expect("appended") > 24));
            });
        }
    });
    let all = log.newest(None, 100).expect("readable").entries;
    let numbers: BTreeSet<u64> = all.iter().map(|recorded| recorded.number).collect();
    assert_eq!((all.len(), numbers.last().copied()), (56, Some(56)), "none is lost, none counted twice");
    let verdict = log.verify().expect("readable");
    assert_eq!((verdict.lines, verdict.findings, verdict.unfinished), (56, Vec::new(), None));
}

fn pages(log: &dyn AuditLog) {
    let mut seen = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = log.newest(cursor.as_ref(), 7).expect("readable");
        assert!(page.entries.len() == 7 || page.next.is_none(), "a page is full unless it is the last");
        assert_eq!(page.unreadable, 0);
        for recorded in page.entries {
            assert_eq!(recorded.entry, sample_entry(recorded.number));
            seen.push(recorded.number);
        }
        match page.next {
            // What comes meanwhile moves nothing.
            Some(next) => cursor = Some(Cursor::new(next.as_str())),
            None => break,
        }
    }
    assert_eq!(seen, (1..=24).rev().collect::<Vec<u64>>(), "newest first, each once");
    let exact = log.newest(None, 24).expect("readable");
    assert_eq!((exact.entries.len(), exact.next), (24, None));
    for bad in ["", "x", "../1", "999999999", "-1", "1:2:3"] {
        let refused = log.newest(Some(&Cursor::new(bad)), 1);
        assert!(matches!(refused, Err(StorageError::BadName { .. })), "{bad:?}: {refused:?}");
    }
}
