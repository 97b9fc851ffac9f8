//! Many at once, some of whom mean no good, and power cuts.

use std::{fmt::Write as _, fs};

use serde_json::json;

use crate::{
    Engine, Load, save,
    shaped::{generated, shaped, write_generated},
    support::{eventually, http::Client},
};

/// Of sixteen who save at once some ask for what Traefik does not take, and one for what makes it refuse a whole file,
/// and with it whatever all others write. What was confirmed is served, what was refused is gone, and what is on the
/// disk is what Traefik would start with.
#[tokio::test(flavor = "multi_thread")]
async fn many_writers_and_a_bad_one() {
    let Some(engine) = Engine::start().await else { return };
    let load = Load::on(&engine.traefik);
    let body = json!({ "name": "plug", "yaml": "plugin:\n  nobody:\n    a: b\n" });
    let made = engine.edge.key.post_json("/api/middlewares", &body).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    generated(&engine, &shaped("priority: 1")).await;
    let breaker = {
        let key = engine.edge.manager.client().with_api_key(&engine.edge.secret);
        tokio::spawn(async move { write_generated(&key, &shaped("nonsense: 1")).await })
    };
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let key = engine.edge.manager.client().with_api_key(&engine.edge.secret);
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                for round in 0..2 {
                    let name = format!("w{number}-{round}");
                    let bad: &[(&str, &str)] = if number % 8 == 0 { &[("middlewares", "plug")] } else { &[] };
                    let (status, answer) = save(&key, "", &name, bad).await;
                    outcomes.push((name, !bad.is_empty(), status, answer));
                }
                outcomes
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for writer in writers {
        outcomes.extend(writer.await.unwrap());
    }
    let (_, answer) = breaker.await.unwrap();
    let path = engine.edge.dynamic().join("generated.yml");
    assert_eq!(fs::read_to_string(path).unwrap(), shaped("priority: 1"), "{answer}");
    let text = engine.edge.text();
    for (name, is_bad, status, answer) in &outcomes {
        let there = text.contains(&format!("`{name}.test`"));
        if *is_bad {
            assert_eq!((*status, there), (422, false), "{name}: {answer}");
        } else {
            assert_eq!((*status, there, &answer["confirmed"]), (200, true, &json!(true)), "{name}: {answer}");
        }
    }
    load.never_failed().await;
    let (is_whole, log) = engine.edge.verify_audit().await;
    assert!(is_whole, "{log}");
    let mut engine = engine;
    engine.traefik.restart().await;
    for (name, is_bad, ..) in outcomes {
        if !is_bad {
            let router = engine.traefik.wait_for_router("http", &format!("{name}@file")).await;
            assert_eq!(router["status"], "enabled", "{router}");
        }
    }
}

/// A power cut between the write and Traefik's word: the file is whole, the trail too, and it says what is not known.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_write_and_the_word_of_traefik() {
    let Some(mut engine) = Engine::start().await else { return };
    for round in 0..4 {
        let name = format!("cut{round}");
        let saving = {
            let key = engine.edge.manager.client().with_api_key(&engine.edge.secret);
            let name = name.clone();
            tokio::spawn(async move {
                let fields =
                    [("serviceName", name.as_str()), ("protocol", "http"), ("targetIp", "127.0.0.1")];
                try_save(&key, &fields).await
            })
        };
        eventually("the write", async || {
            engine.edge.text().contains(&format!("`{name}.test`")).then_some(())
        })
        .await;
        engine.edge.crash_and_start().await;
        let answered = saving.await.unwrap();
        let (is_whole, log) = engine.edge.verify_audit().await;
        assert!(is_whole, "{log}");
        let history = engine.edge.key.get_json("/api/history").await;
        let entries = history["entries"].as_array().unwrap();
        let mine = entries.iter().filter(|entry| entry["name"] == name.as_str()).count();
        if mine == 0 {
            // Killed before the entry: nobody was told, and the next start has found what it wrote.
            assert!(!answered, "{history}");
            let key = &engine.edge.key;
            eventually("the write to be found", async || {
                key.get("/api/history").await.text().contains("edited on disk").then_some(())
            })
            .await;
        } else {
            assert_eq!(mine, 1, "whether or not it was answered ({answered}): {history}");
        }
    }
    // And everything goes on.
    let (status, answer) = engine.save("", "after", &[]).await;
    assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
}

async fn try_save(key: &Client, fields: &[(&str, &str)]) -> bool {
    let name = fields[0].1;
    let rule = format!("Host(`{name}.test`)");
    let mut fields = fields.to_vec();
    fields.extend([("httpRule", rule.as_str()), ("targetPort", "9"), ("certResolver", "__disabled__")]);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    key.try_send(hyper::Method::POST, "/save", &headers, body.into()).await.is_ok()
}

/// A file of ten thousand routers that becomes quite another one: shown, written, undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_huge_difference_is_no_standstill() {
    let Some(mut engine) = Engine::start().await else { return };
    engine.traefik.stop();
    let routers = |word: &str| {
        let routers = (0..10_000).fold(String::new(), |mut text, number| {
            let _ = write!(
                text,
                "    {word}{number}:\n      rule: Host(`{word}{number}.test`)\n      service: {word}\n"
            );
            text
        });
        format!(
            "http:\n  routers:\n{routers}  services:\n    {word}: {{loadBalancer: {{servers: [{{url: 'http://127.0.0.1:9'}}]}}}}\n"
        )
    };
    fs::write(engine.edge.dynamic().join("huge.yml"), routers("old")).unwrap();
    let key = &engine.edge.key;
    let page = key
        .send(hyper::Method::GET, "/files/edit?file=huge.yml", &[("accept", "text/html")], "".into())
        .await;
    let page = page.text();
    let (_, after) =
        page.split_once("name=\"revision\" value=\"").unwrap_or_else(|| panic!("{}", &page[..500]));
    let revision = after.split_once('"').unwrap().0.to_owned();
    let text = routers("new");
    for query in ["?dry_run=1", ""] {
        let fields = [("file", "huge.yml"), ("content", text.as_str()), ("revision", revision.as_str())];
        let answer = key.post_form(&format!("/files/edit{query}"), &fields).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", &answer.text()[..500.min(answer.body.len())]);
    }
    let history = key.get_json("/api/history").await;
    let number = history["entries"][0]["change"].as_u64().unwrap();
    let undone = key.post_json(&format!("/api/history/{number}/undo"), &json!({})).await;
    assert_eq!(undone.status.as_u16(), 200, "{}", undone.text());
    assert_eq!(fs::read_to_string(engine.edge.dynamic().join("huge.yml")).unwrap(), routers("old"));
}
