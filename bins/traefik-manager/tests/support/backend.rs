//! Servers to route to: each answers so that a test knows who answered.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinHandle,
};

/// A task that ends with its value.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Answers every HTTP request with the same text, and keeps the heads of the requests.
#[derive(Debug)]
pub struct Http {
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: Task,
}

impl Http {
    /// Starts it; `content` beginning with `<` is sent as HTML.
    pub async fn start(content: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kind = if content.starts_with('<') { "text/html" } else { "text/plain" };
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{content}",
            content.len()
        );
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer_http(stream, answer.clone(), log.clone()));
            }
        });
        Self { url: format!("http://{address}"), address, seen, task: Task(task) }
    }

    /// The heads of all requests so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answer_http(mut stream: TcpStream, answer: String, log: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    log.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
    stream.write_all(answer.as_bytes()).await.ok();
}

/// A service for `forwardAuth`: it lets requests through that carry its cookie, and answers 401 to all others.
#[derive(Debug)]
pub struct Guard {
    /// `http://127.0.0.1:port`.
    pub url: String,
    task: Task,
}

impl Guard {
    /// Starts it; `cookie` is a name and a value, as in a request.
    pub async fn start(cookie: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let is_known = String::from_utf8_lossy(&head).contains(cookie);
                    let status = if is_known { "200 OK" } else { "401 Unauthorized" };
                    let answer =
                        format!("HTTP/1.1 {status}\r\ncontent-length: 7\r\nconnection: close\r\n\r\nguarded");
                    stream.write_all(answer.as_bytes()).await.ok();
                });
            }
        });
        Self { url, task: Task(task) }
    }
}

/// Sends back what it gets, with a word in front.
#[derive(Debug)]
pub struct TcpEcho {
    /// Where it listens.
    pub address: SocketAddr,
    task: Task,
}

impl TcpEcho {
    /// Starts it.
    pub async fn start(word: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = [0; 1024];
                    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                        let answer = [word.as_bytes(), &buffer[..length]].concat();
                        stream.write_all(&answer).await.ok();
                    }
                });
            }
        });
        Self { address, task: Task(task) }
    }
}

/// Sends back each datagram, with a word in front.
#[derive(Debug)]
pub struct UdpEcho {
    /// Where it listens.
    pub address: SocketAddr,
    task: Task,
}

impl UdpEcho {
    /// Starts it.
    pub async fn start(word: &'static str) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1024];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let answer = [word.as_bytes(), &buffer[..length]].concat();
                socket.send_to(&answer, from).await.ok();
            }
        });
        Self { address, task: Task(task) }
    }
}

/// Says something to a TCP server and returns what comes back; `None` when nothing does.
pub async fn ask_tcp(server: SocketAddr, question: &str) -> Option<String> {
    let exchange = async {
        let mut stream = TcpStream::connect(server).await.ok()?;
        stream.write_all(question.as_bytes()).await.ok()?;
        let mut buffer = [0; 1024];
        let length = stream.read(&mut buffer).await.ok().filter(|&length| length > 0)?;
        Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
    };
    tokio::time::timeout(super::PATIENCE / 5, exchange).await.ok().flatten()
}

/// Says something to a UDP server and returns what comes back; `None` when nothing does.
pub async fn ask_udp(server: SocketAddr, question: &str) -> Option<String> {
    let exchange = async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.ok()?;
        socket.send_to(question.as_bytes(), server).await.ok()?;
        let mut buffer = [0; 1024];
        let length = socket.recv(&mut buffer).await.ok()?;
        Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
    };
    tokio::time::timeout(super::PATIENCE / 5, exchange).await.ok().flatten()
}
