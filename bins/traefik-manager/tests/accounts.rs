//! Two processes on one installation: what one has counted, used up or ended is so for the other, and after a restart.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use serde_json::{Value, json};
use support::{
    code, eventually,
    http::{Answer, Client},
    manager::{Manager, ManagerOptions},
};
use tempfile::TempDir;

const PASSWORD: &str = "a long enough passphrase 7";

fn token(page: &str) -> String {
    let (_, after) = page.split_once(r#"name="csrf_token" value=""#).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// Signs in as far as the password goes, from an address that a proxy tells of.
async fn password(manager: &Manager, from: &str, password: &str) -> (Client, Answer) {
    let visitor = manager.visitor().with_header("x-forwarded-for", from);
    let form = token(&visitor.get("/login").await.text());
    let answer = visitor.post_form("/login", &[("csrf_token", &form), ("password", password)]).await;
    (visitor, answer)
}

async fn send_code(visitor: &Client, code: &str) -> Answer {
    let form = token(&visitor.get("/login/otp").await.text());
    visitor.post_form("/login/otp", &[("csrf_token", &form), ("code", code)]).await
}

/// A JSON change by somebody who is signed in.
async fn post(owner: &Client, path: &str, mut body: Value) -> Answer {
    let page = owner.get("/keys").await.text();
    body["csrf_token"] = Value::from(token(&page));
    owner.post_json(path, &body).await
}

/// An installation with a password, and two processes on it.
async fn two(place: &TempDir) -> (Manager, Manager, Client) {
    let options = || ManagerOptions::new(place.path());
    let first = Manager::start(options()).await;
    let temporary = first.password.clone().unwrap();
    let (owner, _) = password(&first, "192.0.2.250", &temporary).await;
    let form = token(&owner.get("/force-change-password").await.text());
    let fields = [("csrf_token", form.as_str()), ("new_password", PASSWORD), ("confirm_password", PASSWORD)];
    let changed = owner.post_form("/force-change-password", &fields).await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    let second = Manager::start(options()).await;
    (first, second, owner)
}

/// Switches the second factor on; its secret and the recovery codes.
async fn enrol(owner: &Client) -> (String, Vec<String>) {
    let setup = post(owner, "/api/auth/otp/setup", json!({})).await.json();
    let secret = setup["secret"].as_str().unwrap().to_owned();
    let enabled = post(owner, "/api/auth/otp/enable", json!({ "code": code(&secret, 0) })).await.json();
    let codes = enabled["recovery_codes"].as_array().unwrap_or_else(|| panic!("{enabled}"));
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_count_in_every_process_and_after_a_restart() {
    let place = TempDir::new().unwrap();
    let (first, second, _) = two(&place).await;
    for manager in [&first, &second, &first] {
        assert_eq!(password(manager, "198.51.100.1", "wrong").await.1.status, 401);
    }
    let first = first.restart().await;
    for manager in [&first, &second] {
        let refused = password(manager, "198.51.100.1", PASSWORD).await.1;
        assert_eq!(refused.status, 429, "{}", refused.text());
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=30).contains(&seconds), "{seconds}");
        assert_eq!(password(manager, "198.51.100.2", PASSWORD).await.1.status, 303, "others come in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_code_in_two_processes_one_counts() {
    let place = TempDir::new().unwrap();
    let (first, second, owner) = two(&place).await;
    let (secret, recovery) = enrol(&owner).await;
    // A time step that was not used to enrol, and that is good for half a minute at least.
    let once = code(&secret, 1);
    let (one, _) = password(&first, "198.51.100.1", PASSWORD).await;
    let (other, _) = password(&second, "198.51.100.2", PASSWORD).await;
    let (a, b) = tokio::join!(send_code(&one, &once), send_code(&other, &once));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 401], "one comes in, the other one is told that the code is not valid");

    let (one, _) = password(&first, "198.51.100.3", PASSWORD).await;
    let (other, _) = password(&second, "198.51.100.4", PASSWORD).await;
    let (a, b) = tokio::join!(send_code(&one, &recovery[0]), send_code(&other, &recovery[0]));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 401], "a recovery code too");
    let second = second.restart().await;
    let (late, _) = password(&second, "198.51.100.5", PASSWORD).await;
    assert_eq!(send_code(&late, &recovery[0]).await.status, 401, "and not after a restart");
    assert_eq!(send_code(&late, &recovery[1]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_one_process_ends_is_over_in_the_other() {
    let place = TempDir::new().unwrap();
    let (first, second, owner) = two(&place).await;
    let (stolen, answer) = password(&first, "198.51.100.1", PASSWORD).await;
    assert_eq!(answer.status, 303);
    let there = second.visitor();
    there.set_cookie("session", &stolen.cookie("session").unwrap());
    eventually("the session in the other process", async || {
        (there.get("/api/routes").await.status == 200).then_some(())
    })
    .await;
    let listed = owner.get_json("/api/auth/sessions").await;
    let listed = listed["sessions"].as_array().unwrap();
    let other = listed.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["address"], "198.51.100.1");
    let path = format!("/api/auth/sessions/{}/revoke", other["id"].as_str().unwrap());
    assert_eq!(post(&owner, &path, json!({})).await.status, 200);
    assert_eq!(stolen.get("/api/routes").await.status, 401, "at once");
    eventually("the end of the session in the other process", async || {
        (there.get("/api/routes").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_lost_everything_comes_back_in_from_the_host() {
    let place = TempDir::new().unwrap();
    let (first, second, owner) = two(&place).await;
    drop(second);
    enrol(&owner).await;
    let reset = ManagerOptions::new(place.path()).argument("reset-password").argument("--disable-otp");
    let (status, text) = reset.run().await;
    assert!(status.success() && text.contains("Two-factor authentication has been DISABLED."), "{text}");
    let (_, after) = text.split_once("New temporary password: ").unwrap();
    let temporary = after.lines().next().unwrap().trim().to_owned();
    eventually("the end of the old session", async || {
        (owner.get("/api/routes").await.status == 401).then_some(())
    })
    .await;
    let (_, answer) = password(&first, "198.51.100.1", &temporary).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/force-change-password"));
    let settings = std::fs::read_to_string(place.path().join("data/config/manager.yml")).unwrap();
    assert!(!settings.contains("otp_recovery_codes") && !settings.contains("otp_last_step"), "{settings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_keeps_its_scope_and_its_last_use_over_a_restart() {
    let place = TempDir::new().unwrap();
    let (first, _second, owner) = two(&place).await;
    let wanted = json!({"device_name": "nightly", "scopes": ["backup"], "expires_days": 30});
    let issued = post(&owner, "/api/auth/apikey/generate", wanted).await.json();
    let key = issued["key"].as_str().unwrap_or_else(|| panic!("{issued}")).to_owned();
    let device = |manager: &Manager| manager.client().with_api_key(&key);
    assert_eq!(device(&first).post_json("/api/backup/create", &json!({})).await.status, 200);
    assert_eq!(device(&first).get("/api/routes").await.status, 403);
    let first = first.restart().await;
    assert_eq!(device(&first).get("/api/routes").await.status, 403);
    let listed = owner_of(&first, &owner).get_json("/api/auth/apikey/status").await;
    let nightly = &listed["keys"][0];
    assert_eq!(nightly["scopes"], json!(["backup"]));
    assert_eq!(nightly["last_used_from"], "127.0.0.1");
    assert!(nightly["expires_at"].is_string() && nightly["last_used_at"].is_string(), "{nightly}");
    let state = std::fs::read_to_string(place.path().join("data/config/state/key-uses.json")).unwrap();
    assert!(!state.contains(&key), "its digest is kept");
}

/// The same browser at the same installation, which listens somewhere else now.
fn owner_of(manager: &Manager, before: &Client) -> Client {
    let now = manager.visitor();
    now.set_cookie("session", &before.cookie("session").unwrap());
    now
}
