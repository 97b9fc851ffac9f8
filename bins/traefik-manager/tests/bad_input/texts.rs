//! YAML that is broken, hostile or too much, and texts that somebody else has changed meanwhile.

use std::fs;

use bytes::Bytes;
use hyper::Method;
use serde_json::json;

use crate::house::{Body, HAND_WRITTEN, House, Rude};

/// Nine lists of nine aliases each of the one before: 9⁹ values if somebody writes them out.
fn bomb() -> String {
    let mut text =
        "http:\n  routers:\n    wild:\n      rule: Host(`a`)\n      service: s\nx-0: &x0 [lol]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*x{}", level - 1); 9].join(", ");
        text = format!("{text}x-{level}: &x{level} [{aliases}]\n");
    }
    text
}

fn levels(number: usize) -> String {
    format!("http: {}{}\n", "{a: ".repeat(number), "}".repeat(number))
}

fn hostile() -> Vec<(&'static str, String, &'static [&'static str])> {
    let router = "http:\n  routers:\n    wild:\n      rule: Host(`a`)\n";
    vec![
        ("two of one key", format!("{router}      rule: Host(`b`)\n      service: s\n"), &["line 5", "rule"]),
        ("a tab", format!("{router}\t  service: s\n"), &["line 5"]),
        ("an open bracket", "http:\n  routers: [\n".to_owned(), &["line"]),
        ("an open quote", format!("{router}      service: \"s\n"), &["line"]),
        ("an alias of nothing", format!("{router}      service: *nobody\n"), &["line 5"]),
        ("aliases that explode", bomb(), &[]),
        ("1,000 levels", levels(1_000), &["line 1"]),
        ("50,000 levels", levels(50_000), &["line 1"]),
        ("a null character", format!("{router}      service: \"\0\"\n"), &["line 5"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_text_that_is_not_yaml_or_too_much_of_it() {
    let house = House::open().await;
    let path = "/api/routes/edge.yml::wild/raw";
    for (what, text, words) in hostile() {
        let rude =
            Rude { what, path, body: Body::Json(json!({ "content": text })), status: 400, field: "", words };
        if let Err(reason) = house.refuses(&rude).await {
            panic!("{what}: {reason}");
        }
    }
    let other = "http:\n  routers:\n    other:\n      rule: Host(`a`)\n      service: s\n";
    for (what, text, words) in [
        ("nothing", "", &["YAML"][..]),
        ("only a comment", "# nothing\n", &["empty", "route"]),
        ("another route", other, &["wild", "http.routers"]),
        ("a list", "- a\n", &[]),
    ] {
        let body = Body::Json(json!({ "content": text }));
        let rude = Rude { what, path, body, status: 400, field: "content", words };
        if let Err(reason) = house.refuses(&rude).await {
            panic!("{what}: {reason}");
        }
    }
    assert_eq!(house.text(), HAND_WRITTEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_file_that_is_not_yaml_is_shown_again_with_its_line() {
    let house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let page = owner.get("/files/edit?file=edge.yml").await.text();
    let revision = value_of(&page, "revision");
    let before = house.everything();
    for (what, text, words) in hostile() {
        let fields = [
            ("csrf_token", csrf.as_str()),
            ("file", "edge.yml"),
            ("revision", &revision),
            ("content", &text),
        ];
        let answer = owner.post_form("/files/edit", &fields).await;
        assert_eq!(answer.status.as_u16(), 400, "{what}: {}", answer.text());
        let page = answer.text();
        for word in words {
            assert!(page.to_lowercase().contains(word), "{what}: no word of `{word}`");
        }
        assert!(page.contains("data-line=\""), "{what}: the line is not marked");
        assert!(page.contains("value=\"edge.yml\""), "{what}");
    }
    assert_eq!(house.everything(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_beyond_a_mebibyte() {
    let house = House::open().await;
    let before = house.everything();
    for path in ["/save", "/api/routes/edge.yml::wild/raw", "/save-middleware", "/login", "/files/edit"] {
        // A whole file may be as large as Traefik's largest.
        let sizes = if path == "/files/edit" { [9, 10] } else { [2, 10] };
        for megabytes in sizes {
            for headers in [&[][..], &[("x-requested-with", "fetch")][..]] {
                let body = Bytes::from(vec![b'x'; megabytes * 1_000_000]);
                let answer = house.key.send(Method::POST, path, headers, body).await;
                assert_eq!(answer.status.as_u16(), 413, "{path}");
                assert_eq!(answer.json()["ok"], false, "{path}");
                assert_eq!(answer.json()["message"], answer.json()["error"], "{path}");
            }
        }
    }
    let large = json!({ "content": format!("# {}\n", "x".repeat(1_100_000)) }).to_string();
    let answer = house.key.send(Method::POST, "/api/routes/edge.yml::wild/raw", &[], large.into()).await;
    assert_eq!(answer.status.as_u16(), 413, "{}", answer.text());
    assert!(answer.text().contains("larger than 1 MiB"), "{}", answer.text());
    assert_eq!(house.everything(), before);
    assert_eq!(house.key.get("/api/routes").await.status.as_u16(), 200);
}

fn value_of(page: &str, field: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{field}\"")).unwrap();
    after.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_has_changed_meanwhile_is_not_overwritten() {
    let house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let theirs = HAND_WRITTEN.replace("wild.test", "theirs.test");
    let mine = "mine.test";

    let file = value_of(&owner.get("/files/edit?file=edge.yml").await.text(), "revision");
    let route = value_of(&owner.get("/routes/edit?id=edge.yml::wild").await.text(), "version");
    let raw_page = value_of(&owner.get("/routes/raw?id=edge.yml::wild").await.text(), "version");
    let raw = house.key.get_json("/api/routes/edge.yml::wild/raw").await;
    fs::write(house.path("dynamic/edge.yml"), &theirs).unwrap();

    let text = HAND_WRITTEN.replace("wild.test", mine);
    let raw_text = raw["raw"].as_str().unwrap().replace("wild.test", mine);
    let rule = format!("Host(`{mine}`)");
    let common = ("csrf_token", csrf.as_str());
    let forms: [(&str, Vec<(&str, &str)>); 3] = [
        ("/files/edit", vec![common, ("file", "edge.yml"), ("revision", &file), ("content", &text)]),
        (
            "/routes/raw",
            vec![common, ("id", "edge.yml::wild"), ("version", &raw_page), ("content", &raw_text)],
        ),
        (
            "/save",
            vec![
                common,
                ("isEdit", "true"),
                ("originalId", "edge.yml::wild"),
                ("version", &route),
                ("serviceName", "wild"),
                ("protocol", "http"),
                ("ruleMode", "rule"),
                ("httpRule", &rule),
            ],
        ),
    ];
    for (path, fields) in &forms {
        let answer = owner.post_form(path, fields).await;
        assert_eq!(answer.status.as_u16(), 409, "{path}");
        let page = answer.text();
        assert!(page.contains("theirs.test") && page.contains(mine), "{path}: both versions are in the page");
        assert_eq!(house.text(), theirs, "{path}");
    }
    let body = Body::Json(json!({ "content": raw_text, "version": raw["version"] }));
    let rude = Rude {
        what: "a stale raw text",
        path: "/api/routes/edge.yml::wild/raw",
        body,
        status: 409,
        field: "",
        words: &["wild", "changed by somebody else"],
    };
    if let Err(reason) = house.refuses(&rude).await {
        panic!("{reason}");
    }

    // The page has shown what is there now, so saving again is a decision and is carried out.
    let again = owner.post_form("/files/edit", &forms[0].1).await.text();
    let mut fields = forms[0].1.clone();
    let revision = value_of(&again, "revision");
    fields[2].1 = &revision;
    assert_eq!(owner.post_form("/files/edit", &fields).await.status.as_u16(), 303);
    assert_eq!(house.text(), text);
    let backups = house.everything().into_values().filter(|bytes| *bytes == theirs.as_bytes()).count();
    assert_eq!(backups, 1, "what somebody else wrote is kept");
}
