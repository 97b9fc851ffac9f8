//! Pages that come through the Traefik that they change.

use serde_json::json;

use crate::{
    Engine, as_written, bytes_below,
    support::{edge::token, eventually, http::Client},
};

/// A route to the manager itself, and a browser that has signed in on it.
async fn browser_through(engine: &Engine) -> Client {
    let port = engine.edge.manager.url.rsplit(':').next().unwrap().to_owned();
    let more = [("targetPort", port.as_str()), ("configFile", "manager"), ("passHostHeader", "true")];
    let (status, answer) = engine.save("", "manager", &more).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
    let browser = engine.traefik.visitor("manager.test").with_cookies();
    let page = browser.get("/login").await.text();
    let fields = [("csrf_token", token(&page)), ("password", "a long enough password".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post_form("/login", &fields).await;
    assert_eq!(answer.location(), "/", "{}", answer.text());
    browser
}

async fn save(browser: &Client, id: &str, more: &[(&str, &str)]) -> crate::support::http::Answer {
    let page = browser.get(&format!("/routes/edit?id={id}")).await.text();
    let csrf = token(&page);
    let name = id.rsplit("::").next().unwrap();
    let mut fields = vec![
        ("csrf_token", csrf.as_str()),
        ("serviceName", name),
        ("protocol", "http"),
        ("isEdit", "true"),
        ("originalId", id),
    ];
    fields.extend(more);
    browser.post_form("/save", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_himself_out() {
    let Some(engine) = Engine::start().await else { return };
    let browser = browser_through(&engine).await;
    let before = bytes_below(&engine.edge.dynamic());
    let away = ("httpRule", "Host(`manager.test`) && PathPrefix(`/nowhere`)");

    // Unasked: the page knows by which route it came.
    let answer = save(&browser, "manager.yml::manager", &[away]).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    let place = answer.location().to_owned();
    let number = place.strip_prefix("/history/trial?change=").unwrap_or_else(|| panic!("{place}"));
    assert_eq!(browser.get(&place).await.status.as_u16(), 404, "the way is cut off");
    let trials = engine.edge.key.get_json("/api/history").await;
    assert!(trials.to_string().contains("on trial until"), "{trials}");
    let undone = engine.edge.key.post_json(&format!("/api/history/{number}/undo"), &json!({})).await;
    assert_eq!(undone.status.as_u16(), 200, "{}", undone.text());
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);
    eventually("the way back", async || (browser.get("/history").await.status.as_u16() == 200).then_some(()))
        .await;

    // And by itself: nobody can press anything.
    let answer = save(&browser, "manager.yml::manager", &[away, ("try", "5")]).await;
    let place = answer.location().to_owned();
    assert!(place.starts_with("/history/trial?change="), "{} {}", answer.status, answer.text());
    assert_eq!(browser.get(&place).await.status.as_u16(), 404, "the way is cut off");
    eventually("the way back by itself", async || {
        (browser.get("/history").await.status.as_u16() == 200).then_some(())
    })
    .await;
    assert_eq!(bytes_below(&engine.edge.dynamic()), before);

    // What keeps the way open can be kept.
    let answer = save(&browser, "manager.yml::manager", &[("priority", "7")]).await;
    let place = answer.location().to_owned();
    let page = browser.get(&place).await.text();
    assert!(page.contains("data-countdown"), "{place}: {page}");
    let number = place.rsplit('=').next().unwrap();
    let answer =
        browser.post_form("/history/keep", &[("csrf_token", &token(&page)), ("change", number)]).await;
    assert_eq!(answer.location(), "/history?done=kept", "{}", answer.text());

    // Another route is no trial.
    let answer = save(&browser, "steady.yml::steady", &[("priority", "7")]).await;
    assert!(answer.location().contains("done=saved"), "{} {}", answer.location(), answer.text());
}

/// What somebody writes into a rule is text on every page.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_with_markup_in_it_is_shown_as_text() {
    let Some(engine) = Engine::start().await else { return };
    let browser = browser_through(&engine).await;
    let nasty = "Host(`x.test`) && Path(`/</pre><script>alert(1)</script>\"'>`)";
    let page = save(&browser, "steady.yml::steady", &[("httpRule", nasty), ("dry_run", "true")]).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text());
    let review = page.text();
    assert!(review.contains("&lt;/pre&gt;&lt;script&gt;"), "{review}");
    let (status, answer) = engine.save("", "app", &[("httpRule", nasty)]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
    let change = answer["change"].to_string();
    let history = browser.get("/history").await.text();
    let fields = [("csrf_token", token(&history)), ("change", change), ("dry_run", "true".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let undo = browser.post_form("/history/undo", &fields).await;
    assert_eq!(undo.status.as_u16(), 200, "{}", undo.text());
    for page in [review, history, undo.text(), browser.get("/").await.text()] {
        assert!(page.contains("alert(1)"), "{page}");
        assert!(!page.contains("<script>alert"), "{page}");
        assert_eq!(page.matches("<pre>").count(), page.matches("</pre>").count());
    }
    let answer = engine.edge.key.post_form("/delete/edge.yml::app", &[]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    as_written(&engine.edge).await;
}
