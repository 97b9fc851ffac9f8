//! Changes that wait for Traefik at the same time, one of which makes it take nothing any more.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use support::{Answer, House, Plan, Visitor, traefik::REFUSED};

const FILE: &str = "http:\n  middlewares:\n    first: {compress: {}}\n";

async fn save(device: &Visitor<'_>, name: &str) -> Answer {
    let body = json!({ "name": name, "yaml": "headers:\n  frameDeny: true\n" });
    device.post_json("/api/middlewares", &body.to_string()).await
}

async fn written(house: &House, name: &str) {
    while !house.files.text("a.yml").unwrap().contains(name) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whichever came first: the innocent one stays, or comes back, and the other goes.
#[tokio::test(start_paused = true)]
async fn the_one_that_is_to_blame_goes_and_the_other_stays() {
    for bad_is_first in [true, false] {
        let house = House::build(Plan { files: &[("a.yml", FILE)], takes_time: true, ..Plan::default() });
        let device = house.device(false).await;
        let (one, other) = if bad_is_first { (REFUSED, "good") } else { ("good", REFUSED) };
        let (first, second) = tokio::join!(save(&device, one), async {
            written(&house, one).await;
            save(&device, other).await
        });
        let (bad, good) = if bad_is_first { (first, second) } else { (second, first) };
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "bad first: {bad_is_first}: {}", bad.text());
        assert_eq!(good.status, StatusCode::OK, "bad first: {bad_is_first}: {}", good.text());
        assert_eq!(good.json()["confirmed"], true, "{}", good.text());
        let text = house.files.text("a.yml").unwrap();
        assert!(text.contains("good:") && !text.contains(REFUSED), "bad first: {bad_is_first}: {text}");
    }
}
