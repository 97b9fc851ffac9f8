//! Who calls what, and what comes of it.

use serde_json::{Value, json};

use crate::{
    document::{Document, Operation},
    support::http::{Answer, Client},
    world::{World, form_token, ready},
};

/// Calls an operation as somebody; a form token is sent where there is one.
async fn call(client: &Client, operation: &Operation, known: &Value, token: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(token.map(|token| ("x-csrf-token", token)));
    let body = operation.body.as_ref().map(|_| operation.filled_body(known).to_string());
    let address = operation.address(known);
    client.send(operation.method.clone(), &address, &headers, body.unwrap_or_default().into()).await
}

/// What must be so of every answer, whoever gets it.
fn headers_of(operation: &Operation, answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    let mut is = |name: &str, wanted: &str| {
        if answer.header(name) != wanted {
            faults.push(format!("{name} is `{}` and not `{wanted}`", answer.header(name)));
        }
    };
    is("x-content-type-options", "nosniff");
    is("x-frame-options", "DENY");
    is("referrer-policy", "same-origin");
    is("cross-origin-opener-policy", "same-origin");
    is("cross-origin-resource-policy", "same-origin");
    is("access-control-allow-origin", "");
    is("location", "");
    if answer.header("content-type") == "application/json" {
        is("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    }
    let cache = answer.header("cache-control");
    // What is no secret of this installation may say of itself that it can be kept.
    let may_be_kept = operation.scope == "any" && answer.status.is_success();
    let is_picture = answer.header("content-type").starts_with("image/") && cache.starts_with("private");
    if cache != "no-store" && !(may_be_kept && cache == "no-cache") && !is_picture {
        faults.push(format!("cache-control is `{cache}`"));
    }
    if answer.status.as_u16() == 429 && answer.header("retry-after").is_empty() {
        faults.push("no retry-after".to_owned());
    }
    faults
}

/// The status that somebody gets who may do it; `is_up` is whether Traefik answers.
fn status_when_done(operation: &Operation, is_up: bool) -> &'static [u16] {
    match operation.id.as_str() {
        "traefikRouter" if !is_up => &[502],
        "traefikPing" if !is_up => &[503],
        _ => &[200],
    }
}

/// What is wrong, of all operations.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn judge(&mut self, document: &Document, operation: &Operation, answer: &Answer, wanted: &[u16]) {
        let status = answer.status.as_u16();
        let mut faults = document.faults(operation, answer);
        faults.extend(headers_of(operation, answer));
        if !wanted.contains(&status) {
            faults.push(format!("the status is {status} and not one of {wanted:?}"));
        }
        if !faults.is_empty() {
            let what = format!("{} {} ({})", operation.method, operation.path, operation.id);
            self.0.push(format!("{what}: {faults:#?}\n{}", answer.text()));
        }
    }

    fn none(self, who: &str) {
        assert!(self.0.is_empty(), "{who}: {} operations\n{}", self.0.len(), self.0.join("\n\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_has_not_come_in_gets_anything_but_what_is_public() {
    let Some(world) = World::build(false).await else { return };
    let before = world.files();
    let (nobody, wrong) = (world.manager.client(), world.manager.client().with_api_key("tm_no-such-key"));
    let session = world.signed_in().await;
    for (who, client) in [("a stranger", &nobody), ("a wrong key", &wrong)] {
        let mut complaints = Complaints::default();
        let mut refused = 0;
        for operation in world.document.operations() {
            let answer = call(client, &operation, &json!({}), None).await;
            refused += u32::from(answer.status.as_u16() == 401);
            // Whoever guesses keys is slowed, and that is no way in either.
            let wanted: &[u16] = match (operation.is_public, who) {
                (true, _) => &[200],
                (false, "a stranger") => &[401],
                (false, _) => &[401, 429],
            };
            complaints.judge(&world.document, &operation, &answer, wanted);
            if !answer.headers.get_all("set-cookie").iter().collect::<Vec<_>>().is_empty() {
                complaints.0.push(format!("{}: a cookie for {who}", operation.id));
            }
        }
        complaints.none(who);
        assert!(refused > 2, "{who} is told that it is wrong before it is told to wait");
    }
    let mut complaints = Complaints::default();
    for operation in world.document.operations() {
        let known =
            if operation.method.is_safe() { world.known(&operation, &session).await } else { json!({}) };
        let answer = call(&session, &operation, &known, None).await;
        let wanted = if operation.method.is_safe() { status_when_done(&operation, false) } else { &[403] };
        complaints.judge(&world.document, &operation, &answer, wanted);
    }
    complaints.none("a session without the token of a page");
    assert_eq!(world.files(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_it_is_good_for_and_traefik_takes_it() {
    let Some(world) = World::build(true).await else { return };
    let key = world.owner();
    ready(&key).await;
    let mut complaints = Complaints::default();
    for operation in world.document.operations() {
        let known = world.known(&operation, &key).await;
        let answer = call(&key, &operation, &known, None).await;
        let done = status_when_done(&operation, world.has_traefik());
        let wanted = if operation.scope == "person" { &[403] } else { done };
        complaints.judge(&world.document, &operation, &answer, wanted);
    }
    complaints.none("a key");
    let media = world.files().into_iter().find(|(path, _)| path.ends_with("media.yml"));
    assert!(world.asked_for_copies() > 3, "the repository was asked");
    assert_eq!(world.owner().post_json("/api/backup/git/push", &json!({})).await.json()["ok"], true);
    assert_eq!(
        Some(world.copied("dynamic/media.yml")),
        media.map(|(_, text)| text),
        "it has what the files say"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_signed_in_does_everything_also_while_traefik_is_away() {
    let Some(world) = World::build(false).await else { return };
    ready(&world.owner()).await;
    let visitor = world.signed_in().await;
    let mut complaints = Complaints::default();
    for operation in world.document.operations() {
        let known = world.known(&operation, &visitor).await;
        let token = if operation.method.is_safe() { None } else { Some(form_token(&visitor).await) };
        let answer = call(&visitor, &operation, &known, token.as_deref()).await;
        complaints.judge(&world.document, &operation, &answer, status_when_done(&operation, false));
    }
    complaints.none("a session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_good_for_little_gets_no_further() {
    let Some(world) = World::build(false).await else { return };
    for scope in ["read", "config", "static", "restart", "backup"] {
        let key = world.key_for(&[scope]).await;
        let mut complaints = Complaints::default();
        // What such a key may do has been done by others; what it may not changes nothing.
        for operation in world.document.operations() {
            if [scope, "any"].contains(&operation.scope.as_str()) {
                continue;
            }
            let answer = call(&key, &operation, &json!({}), None).await;
            complaints.judge(&world.document, &operation, &answer, &[403]);
        }
        complaints.none(scope);
    }
}
