//! Servers that do what they should not, and letters that have to wait.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::{Instant, timeout},
};
use traefik_manager_core::{
    clock::Timestamp,
    notices::{Letter, Notice, Postman as _, Rank, letter},
    secret::Secret,
    settings::{WebhookKind, WebhookSettings},
};
use traefik_manager_webhook::HttpPostman;

/// A server that answers each request with the next of these, and then with the last; it counts requests.
async fn server(
    answers: &'static [&'static str],
) -> (SocketAddr, Arc<AtomicUsize>, Arc<std::sync::Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (count, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(String::new())));
    let (counted, kept) = (Arc::clone(&count), Arc::clone(&heard));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 * 1024];
            let read = stream.read(&mut bytes).await.unwrap_or(0);
            *kept.lock().unwrap() = String::from_utf8_lossy(bytes.get(..read).unwrap()).into_owned();
            let at = counted.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            match answers.get(at).copied().unwrap_or_default() {
                "hang" => tokio::time::sleep(Duration::from_hours(1)).await,
                answer => {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        }
    });
    (address, count, heard)
}

fn to(url: &str) -> Letter {
    let webhook = WebhookSettings {
        url: url.to_owned(),
        kind: WebhookKind::Ntfy,
        username: "bot".to_owned(),
        ..WebhookSettings::default()
    };
    let notice = Notice { at: Timestamp(0), rank: Rank::Error, text: "über".to_owned() };
    letter(&webhook, Some(Secret::new("hunter2")), &notice)
}

#[tokio::test]
async fn a_letter_arrives_whole() {
    let (address, _, heard) = server(&["HTTP/1.1 204 No Content\r\n\r\n"]).await;
    let postman = HttpPostman::start().unwrap();
    postman.deliver(&to(&format!("http://{address}/topic?x=1"))).await.unwrap();
    let heard = heard.lock().unwrap().clone();
    assert!(heard.starts_with("POST /topic?x=1 HTTP/1.1\r\n") && heard.ends_with("über"), "{heard}");
    for line in ["x-title: Traefik Manager\r\n", "authorization: Basic Ym90Omh1bnRlcjI=\r\n"] {
        assert!(heard.contains(line), "{heard}");
    }
}

#[tokio::test]
async fn nothing_is_followed_and_nothing_of_an_answer_is_told() {
    let (other, followed, _) = server(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let location: &'static str = Box::leak(
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{other}/s3cret\r\ncontent-length: 6\r\n\r\ns3cret")
            .into_boxed_str(),
    );
    let answers: &'static [&'static str] = Box::leak(Box::new([location]));
    let (address, _, _) = server(answers).await;
    let postman = HttpPostman::start().unwrap();
    let why = postman.deliver(&to(&format!("http://{address}/in-the-path"))).await.unwrap_err();
    assert!(why.contains("points elsewhere"), "{why}");
    let (address, _, _) = server(&["HTTP/1.1 403 s3cret\r\ncontent-length: 6\r\n\r\ns3cret"]).await;
    let refused = postman.deliver(&to(&format!("http://{address}/in-the-path"))).await.unwrap_err();
    assert_eq!(refused, format!("{address} answers 403"));
    assert!(!why.contains("s3cret") && !why.contains("in-the-path"));
    assert_eq!(followed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_hangs_or_is_not_there_costs_a_bounded_time() {
    let (address, _, _) = server(&["hang"]).await;
    let postman = HttpPostman::start().unwrap();
    let begun = Instant::now();
    let why = postman.deliver(&to(&format!("http://{address}/"))).await.unwrap_err();
    assert!(
        why.contains("did not answer within 5 seconds") && begun.elapsed() < Duration::from_secs(7),
        "{why}"
    );
    let why = postman.deliver(&to("http://127.0.0.1:9/")).await.unwrap_err();
    assert!(why.contains("127.0.0.1:9 is not reachable"), "{why}");
    assert!(postman.deliver(&to("http://no such host/")).await.is_err());
}

#[tokio::test]
async fn a_letter_that_does_not_arrive_is_tried_again_and_one_that_is_refused_is_not() {
    let (address, count, _) = server(&[
        "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ])
    .await;
    let (strict, refused, _) = server(&["HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n"]).await;
    let postman = HttpPostman::start().unwrap();
    assert!(
        postman.post(to(&format!("http://{strict}/"))) && postman.post(to(&format!("http://{address}/")))
    );
    let twice = async {
        while count.load(Ordering::SeqCst) < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(10), twice).await.unwrap();
    assert_eq!(refused.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_queue_has_an_end_and_posting_never_waits() {
    let (address, _, _) = server(&["hang"]).await;
    let postman = HttpPostman::start().unwrap();
    let begun = Instant::now();
    let taken = (0..500).filter(|_| postman.post(to(&format!("http://{address}/")))).count();
    assert!((100..=101).contains(&taken), "{taken}");
    assert!(begun.elapsed() < Duration::from_secs(1));
}
