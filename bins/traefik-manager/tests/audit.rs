//! The audit trail on the command line.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{fs, path::Path, process::ExitStatus};

use support::manager::ManagerOptions;
use tempfile::TempDir;
use traefik_manager_core::{
    audit::{Actor, AuditLog as _, Entry, Object, Outcome},
    clock::Timestamp,
    traefik::Protocol,
};
use traefik_manager_storage_fs::FsAuditLog;

fn write_trail(place: &Path, entries: i64) {
    let settings = place.join("data/config");
    let log = FsAuditLog::open(&settings.join("audit"), &settings.join("state")).unwrap();
    for number in 1..=entries {
        let entry = Entry {
            at: Timestamp(1_795_251_600 + number),
            actor: Actor::ApiKey("phone\u{1b}[2J".to_owned()),
            address: Some("192.0.2.7".parse().unwrap()),
            action: "save".to_owned(),
            object: Some(Object {
                kind: "router".to_owned(),
                protocol: Some(Protocol::Http),
                name: format!("r{number}"),
                file: None,
            }),
            regarding: None,
            files: Vec::new(),
            outcome: Outcome::RolledBack { why: "no\nsuch entry point".to_owned() },
        };
        log.append(&entry).unwrap();
    }
}

async fn audit(place: &Path, arguments: &[&str]) -> (ExitStatus, String) {
    let options = ManagerOptions::new(place).argument("audit");
    arguments.iter().fold(options, |options, argument| options.argument(argument)).run().await
}

#[tokio::test]
async fn it_is_verified_with_an_exit_status_for_each_answer() {
    let place = TempDir::new().unwrap();
    let (status, log) = audit(place.path(), &["verify"]).await;
    assert_eq!(status.code(), Some(2), "{log}");
    assert!(log.contains("there is no audit trail at"), "{log}");
    assert!(!place.path().join("data").exists(), "whoever looks makes nothing");

    write_trail(place.path(), 5);
    let (status, log) = audit(place.path(), &["verify"]).await;
    assert_eq!((status.code(), log.trim()), (Some(0), "5 entries, each in its place"));

    let file = place.path().join("data/config/audit/audit-2026-11.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("r3", "r9")).unwrap();
    let (status, log) = audit(place.path(), &["verify"]).await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("audit-2026-11.jsonl:3: the line was changed after it was written"), "{log}");

    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let (status, log) = audit(place.path(), &["verify"]).await;
    assert_eq!(status.code(), Some(2), "{log}");
}

#[tokio::test]
async fn the_newest_entries_are_listed_in_one_line_each() {
    let place = TempDir::new().unwrap();
    write_trail(place.path(), 250);
    let (status, log) = audit(place.path(), &["list", "--last", "2"]).await;
    assert_eq!(status.code(), Some(0), "{log}");
    let lines: Vec<&str> = log.trim_end().lines().collect();
    assert_eq!(
        lines,
        [
            r"   250  2026-11-21 09:04:10  API key `phone\u{1b}[2J` from 192.0.2.7  save http router `r250`: rolled back: no\nsuch entry point",
            r"   249  2026-11-21 09:04:09  API key `phone\u{1b}[2J` from 192.0.2.7  save http router `r249`: rolled back: no\nsuch entry point",
        ]
    );
    let (_, log) = audit(place.path(), &["list", "--last", "1000"]).await;
    assert_eq!(log.trim_end().lines().count(), 250);
}
