//! The copy in a git repository, over HTTP.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::{Value as Json, json};
use support::{House, Plan, Visitor};
use traefik_manager_core::{
    config::store::ConfigStore as _, crypto::SecretCipher as _, git::CopiedFile, secret::Secret,
    test_support::FakeCipher,
};

const FILE: &str = "http:\n  routers:\n    app: {rule: Host(`a.test`), service: app}\n  services:\n    app: {loadBalancer: {servers: [{url: http://10.0.0.1}]}}\n";

fn house() -> House {
    let mut plan = Plan { files: &[("media.yml", FILE), ("sub.yml", "# nothing\n")], ..Plan::default() };
    plan.settings.git.enabled = true;
    plan.settings.git.repo = "https://git.example/edge.git".to_owned();
    plan.settings.git.token = FakeCipher::default().seal(&Secret::new("s3cret")).unwrap();
    House::build(plan)
}

async fn post(visitor: &Visitor<'_>, path: &str, body: &Json) -> Json {
    visitor.post_json(path, &body.to_string()).await.json()
}

async fn get(visitor: &Visitor<'_>, path: &str) -> Json {
    visitor.send(Method::GET, path, &[], "").await.json()
}

fn text_of(house: &House, file: &str) -> String {
    let entry = house.files.list().unwrap().into_iter().find(|entry| entry.id.as_str() == file).unwrap();
    house.files.read(&entry.id).unwrap().unwrap().text.to_string()
}

#[tokio::test]
async fn the_configuration_is_copied_and_listed_as_the_app_reads_it() {
    let house = house();
    let phone = house.device(true).await;
    let status = get(&phone, "/api/backup/git/status").await;
    let expected = json!({"ok": true, "success": true, "enabled": true, "configured": true, "branch": "main", "last_sha": null, "last_push": null});
    assert_eq!(status, expected);
    for path in ["status", "commits", "commit/0000000/diff"] {
        let answer = get(&phone, &format!("/api/backup/git/{path}?agent_id=other")).await;
        assert_eq!(answer["error"], "there is no agent of that id", "{path}");
    }
    // The app leaves out what is a default.
    assert_eq!(post(&phone, "/api/backup/git/push", &json!({})).await["ok"], true);
    assert_eq!(
        post(&phone, "/api/backup/git/push", &json!({"message": "x"})).await["ok"],
        true,
        "nothing to do is fine"
    );
    let commits = get(&phone, "/api/backup/git/commits").await;
    let commit = &commits.as_array().unwrap()[0];
    let sha = commit["sha"].as_str().unwrap();
    assert_eq!(commit["sha_short"], sha[..8]);
    assert!(commit["message"].as_str().unwrap().starts_with("traefik-manager: backup at 20"), "{commit}");
    let diff = get(&phone, &format!("/api/backup/git/commit/{sha}/diff")).await;
    let names: Vec<&str> =
        diff["files"].as_array().unwrap().iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names, ["dynamic/media.yml", "dynamic/sub.yml", "static/traefik.yml"]);
    let asked = house.beside.git.asked();
    let (user, token) = asked[0].credentials.as_ref().unwrap();
    assert_eq!((user.as_str(), token.expose()), ("git", "s3cret"));
    assert_eq!(phone.send(Method::DELETE, "/api/backup/git/repo", &[], "").await.json()["ok"], true);
    assert_eq!(get(&phone, "/api/backup/git/status").await["last_sha"], Json::Null);
}

#[tokio::test]
async fn a_commit_comes_back_as_one_change_with_backup_and_check() {
    let house = house();
    let phone = house.device(true).await;
    let old = FILE.replace("a.test", "old.test");
    let file = |path: &str, text: &str| CopiedFile { path: path.to_owned(), text: text.to_owned() };
    house.beside.git.put(
        "aaaaaaaa1",
        vec![
            file("dynamic/media.yml", &old),
            file("dynamic/new.yml", "# new\n"),
            file("static/traefik.yml", "x: 1\n"),
            file("README.md", "x"),
        ],
    );
    let planned = post(&phone, "/api/backup/git/restore/aaaaaaaa", &json!({"dry_run": true})).await;
    assert_eq!((&planned["ok"], text_of(&house, "media.yml").as_str()), (&json!(true), FILE), "{planned}");
    let answer = post(&phone, "/api/backup/git/restore/aaaaaaaa", &json!({})).await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!((text_of(&house, "media.yml"), text_of(&house, "new.yml")), (old, "# new\n".to_owned()));
    assert_eq!(text_of(&house, "sub.yml"), "# nothing\n", "what is not in it stays");
    let entry = house.audit.entries().into_iter().rfind(|entry| entry.action == "restore").unwrap();
    assert!(entry.files.iter().any(|file| file.backup.is_some()), "{entry:?}");
    // What Traefik would not take does not come back, and nothing of it.
    house.beside.git.put(
        "bbbbbbbb1",
        vec![
            file("dynamic/media.yml", "http: {routers: {app: {rules: x}}}\n"),
            file("dynamic/sub.yml", "# other\n"),
        ],
    );
    let refused = post(&phone, "/api/backup/git/restore/bbbbbbbb", &json!({})).await;
    assert_eq!(
        (&refused["ok"], text_of(&house, "sub.yml").as_str()),
        (&json!(false), "# nothing\n"),
        "{refused}"
    );
    for sha in ["ccccccccc", "--help", "..%2f..", "HEAD"] {
        let answer = post(&phone, &format!("/api/backup/git/restore/{sha}"), &json!({})).await;
        assert_eq!(answer["ok"], false, "{sha}");
    }
    house.beside.git.put("ddddddd1", vec![file("media.yml", "x")]);
    let answer = post(&phone, "/api/backup/git/restore/ddddddd1", &json!({})).await;
    assert_eq!(answer["ok"], false, "what restores nothing is no success");
}

#[tokio::test]
async fn the_stored_token_goes_to_the_stored_repository_alone() {
    let house = house();
    let owner = house.owner().await;
    let tried = |body: Json| {
        let owner = &owner;
        async move { owner.post_json("/api/backup/git/test", &body.to_string()).await }
    };
    assert_eq!(tried(json!({})).await.status, StatusCode::OK);
    assert!(house.beside.git.asked()[0].credentials.is_some());
    for body in [
        json!({"repo_url": "https://evil.example/x.git"}),
        json!({"repo_url": "https://evil.example/x.git", "token": "***"}),
        json!({"repo_url": "https://git.example:444/edge.git"}),
        json!({"repo_url": "ext::sh -c id"}),
        json!({"repo_url": "file:///etc"}),
        json!({"repo_url": "http://169.254.169.254/x.git"}),
        json!({"repo_url": "https://ann:pw@git.example/edge.git"}),
    ] {
        let answer = tried(body.clone()).await;
        assert_eq!((answer.status, &answer.json()["ok"]), (StatusCode::BAD_REQUEST, &json!(false)), "{body}");
    }
    assert_eq!(house.beside.git.asked().len(), 1);
    tried(json!({"username": "somebody"})).await;
    assert!(house.beside.git.asked()[1].credentials.is_none(), "the token is not for another user");
    house.beside.git.refuse("the repository refuses user and token");
    let answer = tried(json!({"token": "typed"})).await;
    assert_eq!(answer.json()["error"], "the repository refuses user and token");
    assert!(!answer.text().contains("typed"));
}

#[tokio::test]
async fn what_is_switched_off_pushes_nothing() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let phone = house.device(true).await;
    let answer = post(&phone, "/api/backup/git/push", &json!({})).await;
    assert_eq!((&answer["ok"], house.beside.git.asked().len()), (&json!(false), 0));
    assert_eq!(get(&phone, "/api/backup/git/commits").await, json!([]));
}
