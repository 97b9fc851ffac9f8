//! Changes on trial whose end does not come as it should: the disk is full, or the clock was wrong.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use support::{House, Plan, traefik::REFUSED};
use traefik_manager_core::{auth::TrustedProxies, clock::Timestamp, config::store::StorageError};
use traefik_manager_http::{HttpPolicy, ServerBuilder};

const FILE: &str = "http:\n  middlewares:\n    first: {compress: {}}\n";

fn house() -> House {
    House::build(Plan { files: &[("a.yml", FILE)], takes_time: true, ..Plan::default() })
}

fn no_space() -> StorageError {
    StorageError::NoSpace { name: "a.yml".into() }
}

async fn save(house: &House, name: &str, more: &str) -> support::Answer {
    let body = json!({ "name": name, "yaml": "headers:\n  frameDeny: true\n" });
    house.device(false).await.post_json(&format!("/api/middlewares{more}"), &body.to_string()).await
}

fn is_there(house: &House, name: &str) -> bool {
    house.files.text("a.yml").unwrap().contains(name)
}

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_put_back_is_tried_again() {
    let house = house();
    let saved = save(&house, "tried", "?try=5").await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    house.files.fail_next_write(no_space());
    seconds(6).await;
    assert!(is_there(&house, "tried"), "the disk was full when its time came");
    seconds(20).await;
    assert!(!is_there(&house, "tried"), "there is room again");
}

#[tokio::test(start_paused = true)]
async fn what_traefik_refused_is_taken_back_as_soon_as_there_is_room() {
    let house = house();
    let refused = async {
        let refused = save(&house, REFUSED, "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        assert!(!refused.text().contains("nothing was changed"), "{}", refused.text());
        assert!(is_there(&house, REFUSED));
    };
    let fill = async {
        while !is_there(&house, REFUSED) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        house.files.fail_next_write(no_space());
    };
    tokio::join!(refused, fill);
    seconds(20).await;
    assert!(!is_there(&house, REFUSED), "there is room again");
}

/// A small computer without a clock of its own starts in another year, and learns of the right one soon after.
#[tokio::test(start_paused = true)]
async fn a_clock_that_was_wrong_at_the_start_keeps_no_trial_alive() {
    for is_put_right in [true, false] {
        let house = house();
        // Put on trial by a process that is gone.
        let number = save(&house, "tried", "").await.json()["change"].as_u64().unwrap();
        let configuration = house.manager.configuration();
        let until = Timestamp(configuration.now().0 + 600);
        configuration.try_until(number, until).unwrap();
        house.clock.advance(-1_000_000);
        let policy = HttpPolicy {
            secure_cookies: false,
            trusted_proxies: TrustedProxies::default(),
            version: "1.2.3".to_owned(),
            static_config: false,
        };
        let server = ServerBuilder::new(house.manager.clone(), policy);
        let server = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        seconds(10).await;
        assert!(is_there(&house, "tried"));
        if is_put_right {
            house.clock.advance(1_000_000 + 601);
            seconds(10).await;
            assert!(!is_there(&house, "tried"), "its time is over");
        } else {
            seconds(620).await;
            assert!(!is_there(&house, "tried"), "no trial is longer than ten minutes");
        }
        drop(server);
    }
}
