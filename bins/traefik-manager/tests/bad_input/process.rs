//! Clients that hang up, a process that is told to stop, and two processes at once.

use std::{fs, net::SocketAddr};

use hyper::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    house::{HAND_WRITTEN, House},
    support::{eventually, http::Client, manager::Manager},
};

fn body(name: &str) -> String {
    let rule = format!("Host(`{name}.test`)");
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("serviceName", name),
            ("protocol", "http"),
            ("httpRule", &rule),
            ("targetIp", "10.0.0.1"),
            ("targetPort", "80"),
        ])
        .finish()
}

fn request(house: &House, name: &str) -> String {
    let body = body(name);
    format!(
        "POST /save HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        house.secret,
        body.len()
    )
}

async fn connect(house: &House) -> TcpStream {
    let address: SocketAddr = house.manager.url.trim_start_matches("http://").parse().unwrap();
    TcpStream::connect(address).await.unwrap()
}

async fn save(client: &Client, name: &str) -> bool {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = client.try_send(Method::POST, "/save", &headers, body(name).into()).await;
    answer.is_ok_and(|answer| answer.status.is_success() && answer.json()["ok"] == true)
}

/// The text is YAML, begins as it was written by hand, and has each route whole or not at all.
fn is_whole(text: &str) {
    let tree: serde_yaml::Value =
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(text.starts_with("# By hand.\nhttp:\n  routers:\n    wild:   # last resort\n"), "{text}");
    let routers = tree["http"]["routers"].as_mapping().unwrap();
    for (name, router) in routers {
        let service = router["service"].as_str().unwrap();
        let server = &tree["http"]["services"][service]["loadBalancer"]["servers"][0]["url"];
        assert!(server.is_string(), "{name:?} has no server\n{text}");
    }
    let count = routers.len();
    assert_eq!(tree["http"]["services"].as_mapping().unwrap().len(), count, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_has_saved_all_or_nothing() {
    let house = House::open().await;
    for number in 0..12 {
        let text = request(&house, &format!("part{number}"));
        let mut stream = connect(&house).await;
        let end = text.len() * (number + 1) / 13;
        stream.write_all(&text.as_bytes()[..end]).await.unwrap();
        if number % 2 == 0 {
            stream.shutdown().await.ok();
        }
    }
    assert_eq!(house.text(), HAND_WRITTEN, "half a request does nothing");
    for number in 0..12 {
        let mut stream = connect(&house).await;
        stream.write_all(request(&house, &format!("whole{number}")).as_bytes()).await.unwrap();
        // Some hang up at once, some with the answer on its way; some do not even say goodbye.
        match number % 3 {
            0 => drop(stream),
            1 => stream.shutdown().await.unwrap(),
            _ => {
                stream.set_zero_linger().unwrap();
            }
        }
    }
    assert!(save(&house.key, "last").await);
    is_whole(&house.text());
    is_whole(&house.text());
    assert!(!house.text().contains("part"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_does_not_hold_up_the_others() {
    let house = House::open().await;
    let mut slow = Vec::new();
    for number in 0..50 {
        let mut stream = connect(&house).await;
        let text = request(&house, &format!("slow{number}"));
        stream.write_all(&text.as_bytes()[..text.len() - 1]).await.unwrap();
        slow.push((stream, text));
    }
    assert!(save(&house.key, "quick").await);
    for (stream, text) in &mut slow {
        stream.write_all(&text.as_bytes()[text.len() - 1..]).await.unwrap();
    }
    for (stream, text) in &mut slow {
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, b"HTTP/1.1 200", "{text}");
    }
    is_whole(&house.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_the_end_is_kept_and_the_end_is_clean() {
    let mut house = House::open().await;
    for round in 0..3 {
        let clients: Vec<_> = (0..8)
            .map(|number| {
                let key = house.manager.client().with_api_key(&house.secret);
                let name = format!("r{round}-{number}");
                tokio::spawn(async move { save(&key, &name).await.then_some(name) })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(5 + 20 * round)).await;
        let options = house.options.clone();
        let (status, log) = house.manager.stop().await;
        assert!(status.success(), "{status}\n{log}");
        let mut acknowledged = Vec::new();
        for client in clients {
            acknowledged.extend(client.await.unwrap());
        }
        let text = fs::read_to_string(house.folder.path().join("dynamic/edge.yml")).unwrap();
        is_whole(&text);
        for name in acknowledged {
            assert!(text.contains(&format!("{name}-service")), "{name} was acknowledged and is lost");
        }
        house.manager = Manager::start(options).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_folder_lose_nothing() {
    let house = House::open().await;
    let second = Manager::start(house.options.clone()).await;
    assert!(second.password.is_none(), "the second finds the settings of the first");
    let clients: Vec<_> = (0..20)
        .map(|number| {
            let manager = if number % 2 == 0 { &house.manager } else { &second };
            let key = manager.client().with_api_key(&house.secret);
            tokio::spawn(async move {
                let name = format!("n{number}");
                let saved = save(&key, &name).await;
                let path = format!("/api/routes/edge.yml::{name}/toggle");
                let off = key.post_json(&path, &serde_json::json!({ "enable": false })).await;
                (name, saved, off.json()["ok"] == true)
            })
        })
        .collect();
    let mut names = Vec::new();
    for client in clients {
        let (name, saved, off) = client.await.unwrap();
        assert!(saved && off, "{name}: saved {saved}, switched off {off}");
        names.push(name);
    }
    let text = house.text();
    for name in &names {
        assert!(!text.contains(&format!("    {name}:")), "{name} is switched off\n{text}");
        assert!(text.contains(&format!("    {name}-service:")), "{name} keeps its service\n{text}");
    }
    for manager in [&house.manager, &second] {
        let key = manager.client().with_api_key(&house.secret);
        // What the other process has written is noticed, not told.
        eventually("both to know of all", async || {
            let list = key.get_json("/api/routes").await;
            let off = list["apps"].as_array().unwrap().iter().filter(|app| app["enabled"] == false).count();
            (off == names.len()).then_some(())
        })
        .await;
    }
    let keys = [&house.manager, &second].map(|manager| manager.client().with_api_key(&house.secret));
    for (number, name) in names.iter().enumerate() {
        let [one, other] = if number % 3 == 0 { [&keys[0], &keys[1]] } else { [&keys[1], &keys[0]] };
        let id = format!("edge.yml::{name}");
        let on =
            one.post_json(&format!("/api/routes/{id}/toggle"), &serde_json::json!({ "enable": true })).await;
        assert_eq!(on.json()["ok"], true, "{}", on.text());
        let gone = other.post_form(&format!("/delete/{id}"), &[]).await;
        assert_eq!(gone.json()["ok"], true, "{}", gone.text());
    }
    assert_eq!(house.text(), HAND_WRITTEN, "on and deleted, the file is what it was");
    let (owner, csrf) = house.owner().await;
    let session = owner.cookie("session").unwrap();
    let there = second.visitor();
    there.set_cookie("session", &session);
    assert_eq!(there.get("/api/routes").await.status.as_u16(), 200, "a session counts in both");
    owner.post_form("/logout", &[("csrf_token", &csrf)]).await;
    assert_eq!(there.get("/api/routes").await.status.as_u16(), 401, "and ends in both");
}
