//! People who want in, or want somebody who is in to do something for them.

use hyper::Method;

use crate::{
    house::{House, PASSWORD},
    support::edge::token,
    support::http::{Answer, Client},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Everything that changes something, with a body that would be carried out.
const MUTATING: [(&str, &str); 24] = [
    ("/logout", ""),
    ("/force-change-password", "new_password=another-password&confirm_password=another-password"),
    (
        "/password",
        "current_password=a+long+enough+password&new_password=another-password&confirm_password=another-password",
    ),
    ("/routes/toggle", "off=edge.yml%3A%3Awild"),
    ("/routes/raw", "id=edge.yml%3A%3Awild&content=http%3A"),
    ("/files/edit", "file=edge.yml&content=http%3A"),
    ("/backups/create", ""),
    ("/backups/restore", "name=x"),
    ("/backups/delete", "name=x"),
    ("/keys", "device_name=evil"),
    ("/keys/revoke", "preview=x"),
    ("/save", "serviceName=evil&httpRule=Host(%60evil%60)&targetIp=10.6.6.6&targetPort=80"),
    ("/delete/edge.yml::wild", ""),
    ("/save-middleware", "middlewareName=evil&middlewareContent=compress%3A+%7B%7D"),
    ("/delete-middleware/x", ""),
    (
        "/api/auth/change-password",
        "current_password=a+long+enough+password&new_password=another-password&confirm_password=another-password",
    ),
    ("/api/auth/apikey/generate", "device_name=evil"),
    ("/api/auth/apikey/revoke", "name=test"),
    ("/api/routes/edge.yml::wild/toggle", "enable=false"),
    ("/api/routes/edge.yml::wild/raw", "content=http%3A"),
    ("/api/backup/create", ""),
    ("/api/restore/x", ""),
    ("/api/backup/delete/x", ""),
    ("/login", "password=a+long+enough+password"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_somebody_else_makes_the_owner_do_nothing() {
    let house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let before = house.everything();
    let host = house.manager.url.trim_start_matches("http://").to_owned();
    let with_token = |body: &str| format!("{body}&csrf_token={}", csrf.replace('+', "%2B"));
    for (path, body) in MUTATING {
        for (what, headers, body) in [
            ("no token", vec![FORM], body.to_owned()),
            ("a wrong token", vec![FORM, ("x-csrf-token", "guess")], body.to_owned()),
            ("an empty token", vec![FORM], format!("{body}&csrf_token=")),
            ("a token in the address only", vec![FORM], body.to_owned()),
            ("another site", vec![FORM, ("origin", "https://evil.test")], with_token(body)),
            ("a site without an origin", vec![FORM, ("origin", "null")], with_token(body)),
            ("a neighbour on another port", vec![FORM, ("origin", "http://127.0.0.1:1")], with_token(body)),
            ("a neighbour by metadata", vec![FORM, ("sec-fetch-site", "same-site")], with_token(body)),
            ("another site by metadata", vec![FORM, ("sec-fetch-site", "cross-site")], with_token(body)),
            ("a form as text", vec![("content-type", "text/plain")], "{}".to_owned()),
            (
                "an origin that begins like ours",
                vec![FORM, ("origin", &format!("http://{host}.evil.test"))],
                with_token(body),
            ),
        ] {
            let address =
                if what.contains("address") { format!("{path}?csrf_token={csrf}") } else { path.to_owned() };
            let answer = owner.send(Method::POST, &address, &headers, body.into()).await;
            assert_eq!(answer.status.as_u16(), 403, "{path}, {what}: {}", answer.text());
        }
    }
    assert_eq!(house.everything(), before);
    assert_eq!(
        owner.get("/api/routes").await.status.as_u16(),
        200,
        "still signed in, with the same password"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_needs_no_token_wherever_it_comes_from() {
    let house = House::open().await;
    for origin in ["https://evil.test", "null", "capacitor://localhost"] {
        let headers =
            [("origin", origin), ("sec-fetch-site", "cross-site"), ("content-type", "application/json")];
        let path = "/api/routes/edge.yml::wild/toggle";
        let answer = house.key.send(Method::POST, path, &headers, r#"{"enable":true}"#.into()).await;
        assert_eq!(answer.json()["ok"], true, "{origin}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_gets_a_refusal_and_no_way_in() {
    let house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let before = house.everything();
    for key in ["", "wrong", "null", "Bearer x", &"x".repeat(5_000)] {
        for (client, what) in [(&owner, "with a cookie"), (&house.manager.client(), "alone")] {
            for fetch in [false, true] {
                let mut headers = vec![("x-api-key", key), ("x-csrf-token", &csrf), FORM];
                if fetch {
                    headers.push(("x-requested-with", "fetch"));
                }
                let body = "serviceName=evil&httpRule=Host(%60evil%60)&targetIp=10.6.6.6&targetPort=80";
                let answer = client.send(Method::POST, "/save", &headers, body.into()).await;
                assert!(matches!(answer.status.as_u16(), 401 | 429), "{key:.9} {what}: {}", answer.status);
                assert!(
                    answer.location().is_empty() && answer.header("set-cookie").is_empty(),
                    "{key:.9} {what}"
                );
                assert_eq!(answer.json()["ok"], false, "{key:.9} {what}");
            }
        }
    }
    assert_eq!(house.everything(), before);
    let log = house.manager.log();
    assert!(!log.contains(&house.secret) && !log.contains("Bearer x"), "no key is in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_cookie_dies_with_its_session() {
    let mut house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let stolen = owner.cookie("session").unwrap();
    let thief = |manager: &crate::support::manager::Manager| {
        let client = manager.visitor();
        client.set_cookie("session", &stolen);
        client
    };
    assert_eq!(thief(&house.manager).get("/api/routes").await.status.as_u16(), 200, "until then it works");
    let out = owner.post_form("/logout", &[("csrf_token", &csrf)]).await;
    assert_eq!(out.location(), "/login");
    assert_eq!(thief(&house.manager).get("/api/routes").await.status.as_u16(), 401);
    assert_eq!(thief(&house.manager).get("/").await.location(), "/login");
    house.manager = house.manager.restart().await;
    assert_eq!(thief(&house.manager).get("/api/routes").await.status.as_u16(), 401, "also after a restart");

    let (victim, csrf) = house.owner().await;
    let (changer, _) = house.owner().await;
    let fields = [
        ("csrf_token", csrf.as_str()),
        ("current_password", PASSWORD),
        ("new_password", "another long password"),
        ("confirm_password", "another long password"),
    ];
    assert_eq!(victim.post_form("/password", &fields).await.status.as_u16(), 303);
    assert_eq!(changer.get("/api/routes").await.status.as_u16(), 401, "a new password ends the others");
    assert_eq!(victim.get("/api/routes").await.status.as_u16(), 200);
    let key = house.manager.client().with_api_key(&house.secret);
    assert_eq!(key.get("/api/routes").await.status.as_u16(), 200, "keys stay valid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_tampered_with_is_none() {
    let house = House::open().await;
    let (owner, _) = house.owner().await;
    let good = owner.cookie("session").unwrap();
    let mut bad = vec![String::new(), "x".to_owned(), ".".repeat(10), good.repeat(2), good.to_uppercase()];
    bad.extend((1..good.len()).step_by(7).map(|end| good[..end].to_owned()));
    for (at, letter) in good.char_indices().step_by(5) {
        let other = if letter == 'A' { "B" } else { "A" };
        bad.push(format!("{}{other}{}", &good[..at], &good[at + letter.len_utf8()..]));
    }
    for cookie in bad {
        let client = house.manager.client().with_header("cookie", &format!("session={cookie}"));
        let status = client.get("/api/routes").await.status.as_u16();
        assert_eq!(status, 401, "{cookie}");
    }
}

async fn guess(client: &Client, password: &str, from: &[(&str, &str)]) -> Answer {
    let csrf = token(&client.get("/login").await.text());
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("csrf_token", csrf.as_str()), ("password", password)])
        .finish();
    let headers = [from, &[FORM]].concat();
    client.send(Method::POST, "/login", &headers, body.into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_wrong_password_has_to_wait() {
    let house = House::open_with(&[("TRUSTED_PROXIES", "192.0.2.0/24")]).await;
    let visitor = house.manager.visitor();
    for number in 1..=5 {
        let answer = guess(&visitor, "wrong", &[]).await;
        assert!(matches!(answer.status.as_u16(), 401 | 429), "{number}: {}", answer.status);
    }
    // Whoever asks is not a trusted proxy, so no header makes them somebody else.
    for (number, name) in ["x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip"].into_iter().enumerate()
    {
        let from = [(name, format!("203.0.113.{number}"))];
        let answer = guess(&visitor, "wrong", &[(from[0].0, &from[0].1)]).await;
        assert_eq!(answer.status.as_u16(), 429, "{name}");
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&seconds), "{seconds}");
        assert!(answer.text().contains("<form"), "a browser gets a page");
    }
    let answer = guess(&visitor, PASSWORD, &[]).await;
    assert_eq!(answer.status.as_u16(), 429, "the right one has to wait as well");
    let fetched = guess(&visitor, "wrong", &[("x-requested-with", "fetch")]).await;
    assert_eq!((fetched.status.as_u16(), &fetched.json()["ok"]), (429, &serde_json::json!(false)));
    assert_eq!(house.key.get("/api/routes").await.status.as_u16(), 200, "keys are not held up");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_visitor_is_counted_alone() {
    let house = House::open().await;
    let visitor = house.manager.visitor();
    let spoofed = |client: &str| format!("198.51.100.99, {client}");
    let mut last = 0;
    for _ in 0..6 {
        // What the visitor says of itself stands on the left; only what the proxy has added counts.
        let from = spoofed("203.0.113.1");
        last = guess(&visitor, "wrong", &[("x-forwarded-for", &from)]).await.status.as_u16();
    }
    assert_eq!(last, 429);
    for number in 0..3 {
        let from = format!("198.51.100.{number}, 203.0.113.1");
        let answer = guess(&visitor, PASSWORD, &[("x-forwarded-for", &from)]).await;
        assert_eq!(answer.status.as_u16(), 429, "another first address is no other visitor");
    }
    let from = spoofed("203.0.113.2");
    let answer = guess(&house.manager.visitor(), PASSWORD, &[("x-forwarded-for", &from)]).await;
    assert_eq!(answer.status.as_u16(), 303, "somebody else may sign in: {}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_nowhere_but_here() {
    let house = House::open().await;
    for (number, (next, wanted)) in [
        ("/files", "/files"),
        ("/?q=a%20b&view=cards", "/?q=a%20b&view=cards"),
        ("//evil.test", "/"),
        ("///evil.test", "/"),
        ("/\\evil.test", "/"),
        ("\\\\evil.test", "/"),
        ("https://evil.test", "/"),
        ("https:evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("data:text/html,x", "/"),
        ("/\t/evil.test", "/"),
        ("/\n/evil.test", "/"),
        ("/.//evil.test", "/"),
        ("/%2e//evil.test", "/"),
        ("/..//evil.test", "/"),
        ("evil.test", "/"),
        ("@evil.test", "/"),
        (" //evil.test", "/"),
        ("/x\r\nSet-Cookie: session=evil", "/"),
        ("", "/"),
    ]
    .into_iter()
    .enumerate()
    {
        // Each from another address, so that nobody has to wait.
        let visitor = house.manager.visitor().with_header("x-forwarded-for", &format!("203.0.113.{number}"));
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let page = visitor.get(&format!("/login?{query}")).await.text();
        let csrf = token(&page);
        let shown = page.split_once("name=\"next\" value=\"").unwrap().1.split_once('"').unwrap().0;
        assert_eq!(shown.replace("&amp;", "&"), wanted, "{next:?} in the form");
        let fields = [("csrf_token", csrf.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = visitor.post_form("/login", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, wanted), "{next:?}");
        let again = visitor.get(&format!("/login?{query}")).await;
        assert_eq!(again.location(), wanted, "{next:?} for somebody who is in");
    }
}
