//! What was: backups, and what comes back from them; what the history tells of changes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::json;
use support::House;

const FILE: &str = include_str!("../examples/media.yml");

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_made_restored_and_deleted() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(true).await;
    let made = device.send(Method::POST, "/api/backup/create", &[], "").await.json();
    assert_eq!((&made["ok"], &made["count"]), (&json!(true), &json!(1)));
    let name = made["names"][0].as_str().unwrap();
    house.files.edit_behind_the_back(
        "media.yml",
        "http:\n  routers:\n    x:\n      rule: Host(`x`)\n      service: y\n",
    );
    let answer = device.send(Method::POST, &format!("/api/restore/{name}"), &[], "").await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
    let list = device.send(Method::GET, "/api/backups", &[], "").await.json();
    assert_eq!(list.as_array().unwrap().len(), 3, "what the editor and the restore replaced is kept too");
    assert_eq!(list[0]["kind"], "routes");
    let answer = device.send(Method::POST, &format!("/api/backup/delete/{name}"), &[], "").await;
    assert_eq!(answer.json(), json!({"ok": true, "success": true}));
    for _ in 0..10 {
        device.send(Method::POST, "/api/restore/no.yml.20260101_000000.bak", &[], "").await;
    }
    let answer = device.send(Method::POST, "/api/restore/no.yml.20260101_000000.bak", &[], "").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "also for the phone");
}

/// What was reviewed is what is applied: a file that has become another since is not written over.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_is_applied_to_the_file_that_its_review_has_shown() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let device = house.device(true).await;
    let made = device.send(Method::POST, "/api/backup/create", &[], "").await.json();
    let name = made["names"][0].as_str().unwrap();
    house.files.edit_behind_the_back("media.yml", &FILE.replace("media.example.com", "one.example.com"));
    let question = owner.get(&format!("/backups/restore?name={name}")).await.field("revisions");
    let review = owner.submit("/backups/restore", &[("name", name), ("dry_run", "true")]).await;
    let seen = review.field("revisions");
    assert_eq!(question, seen, "whoever is only asked has seen the same");
    let fields = [("name", name), ("revisions", seen.as_str())];
    let since = FILE.replace("media.example.com", "two.example.com");
    house.files.edit_behind_the_back("media.yml", &since);
    let refused = owner.submit("/backups/restore", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert_eq!(house.files.text("media.yml").unwrap(), since);
    house.files.edit_behind_the_back("media.yml", &FILE.replace("media.example.com", "one.example.com"));
    assert_eq!(owner.submit("/backups/restore", &fields).await.location(), "/backups?done=restored");
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

/// Nobody has to make an empty file first, and nobody's new file is written over.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_removed_comes_back_from_its_backups() {
    let house = House::with_files(&[("media.yml", FILE), ("other.yml", "# other\n")]);
    let mut owner = house.owner().await;
    let device = house.device(false).await;
    device.send(Method::POST, "/api/backup/create", &[], "").await;
    house.files.remove_behind_the_back("media.yml");
    let files = owner.get("/files").await.text().to_owned();
    assert!(files.contains("media.yml") && files.contains("Removed"), "{files}");
    assert!(owner.get("/backups").await.text().contains("The file is not there any more"));
    let list = device.send(Method::GET, "/api/backups", &[], "").await.json();
    let of =
        |file: &str| list.as_array().unwrap().iter().find(|backup| backup["file"] == file).unwrap().clone();
    let backup = of("media.yml");
    assert_eq!((&backup["removed"], &of("other.yml")["removed"]), (&json!(true), &json!(false)));
    let name = backup["name"].as_str().unwrap();
    let restore = format!("/api/restore/{name}");

    // Planned: it tells by what it would be known that there is still no such file.
    let planned = device.send(Method::POST, &format!("{restore}?dry_run=1"), &[], "").await.json();
    assert_eq!(planned["files"][0]["revision"], "absent", "{planned}");
    assert!(planned["diff"].as_str().unwrap().contains("/dev/null"), "{planned}");
    assert_eq!(house.files.text("media.yml"), None);
    let stale = device.send(Method::POST, &restore, &[("if-match", "\"0123\"")], "").await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());

    // Somebody makes one after the page has asked.
    let seen = owner.get(&format!("/backups/restore?name={name}")).await.field("revisions");
    let review = owner.submit("/backups/restore", &[("name", name), ("dry_run", "true")]).await;
    assert_eq!((seen.as_str(), review.field("revisions").as_str()), ("absent", "absent"));
    house.files.edit_behind_the_back("media.yml", "# theirs\n");
    let refused = owner.submit("/backups/restore", &[("name", name), ("revisions", &seen)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    let refused = device.send(Method::POST, &restore, &[("if-match", "\"absent\"")], "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert_eq!(house.files.text("media.yml").unwrap(), "# theirs\n");

    house.files.remove_behind_the_back("media.yml");
    let restored = device.send(Method::POST, &restore, &[("if-match", "\"absent\"")], "").await.json();
    assert_eq!(restored["ok"], true, "{restored}");
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
    let undone = format!("/api/history/{}/undo", restored["change"]);
    assert_eq!(device.send(Method::POST, &undone, &[], "").await.json()["ok"], true);
    assert_eq!(house.files.text("media.yml"), None, "undone, it is not there again");
    let restored = owner.submit("/backups/restore", &[("name", name), ("revisions", "absent")]).await;
    assert_eq!(restored.location(), "/backups?done=restored");
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

/// What became of a change is told a moment later, or much later, and then on another page of the history.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_history_knows_what_became_of_its_changes() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let device = house.device(false).await;
    let save = async |average: usize| {
        let body = json!({ "name": "calm", "originalName": if average > 1 { "calm" } else { "" }, "yaml": format!("rateLimit: {{average: {average}}}\n") });
        let saved = device.post_json("/api/middlewares", &body.to_string()).await.json();
        assert_eq!(saved["ok"], true, "{saved}");
        saved["change"].as_u64().unwrap()
    };
    let first = save(1).await;
    let undone = device.send(Method::POST, &format!("/api/history/{first}/undo"), &[], "").await.json();
    assert_eq!(undone["ok"], true, "{undone}");
    for average in 1..=60 {
        save(average).await;
    }
    let mut address = "/history?show=changes".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = owner.get(&address).await.text().to_owned();
        let next = page
            .split("rel=\"next\" href=\"")
            .nth(1)
            .map(|rest| rest.split_once('"').unwrap().0.replace("&amp;", "&"));
        assert_eq!(page.contains(">Newest</a>"), !pages.is_empty(), "{address}");
        pages.push(page);
        match next {
            Some(next) => address = next,
            None => break,
        }
    }
    assert!(pages.len() > 2, "{}", pages.len());
    let all = pages.concat();
    let offered = |number: u64| all.contains(&format!("name=\"change\" value=\"{number}\""));
    assert!(!offered(first), "undone long ago, on a newer page");
    assert!(offered(undone["change"].as_u64().unwrap()), "that may be undone in its turn");
    assert_eq!(all.matches("Undone").count(), 1);
}
