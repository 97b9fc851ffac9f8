//! A client that keeps its connections and reads every byte.

use std::{
    io::{Read as _, Write as _},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, Response, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How many connections ask at once.
const CONNECTIONS: usize = 8;

#[derive(Clone)]
pub(crate) struct LoginForm {
    cookie: String,
    token: String,
}

pub(crate) struct Client {
    sender: http1::SendRequest<Full<Bytes>>,
    key: Option<String>,
}

impl Client {
    /// Connects, and goes on trying while nobody listens yet.
    pub(crate) async fn connect(address: SocketAddr, key: Option<&str>) -> Self {
        let stream = loop {
            match TcpStream::connect(address).await {
                Ok(stream) => break stream,
                Err(_) => tokio::time::sleep(Duration::from_micros(200)).await,
            }
        };
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, key: key.map(str::to_owned) }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request.body(Full::new(body)).unwrap()
    }

    /// The body of a successful answer.
    pub(crate) async fn get(&mut self, path: &str) -> Bytes {
        self.get_whole(path).await.into_body()
    }

    /// A successful answer, headers and body.
    pub(crate) async fn get_whole(&mut self, path: &str) -> Response<Bytes> {
        let request = self.request(Method::GET, path, Bytes::new());
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        let (head, body) = response.into_parts();
        Response::from_parts(head, body.collect().await.unwrap().to_bytes())
    }

    /// Reads an answer without keeping it and says how long it was.
    async fn drain(&mut self, path: &str) -> usize {
        self.sender.ready().await.unwrap();
        let request = self.request(Method::GET, path, Bytes::new());
        let mut body = self.sender.send_request(request).await.unwrap().into_body();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame.unwrap().data_ref().map_or(0, Bytes::len);
        }
        length
    }

    /// Sends a sign-in form, from an address that a proxy tells of; says the status and the cookies.
    pub(crate) async fn sign_in(&mut self, form: &LoginForm, from: &str, password: &str) -> u16 {
        let body = format!("csrf_token={}&password={}", form.token, password.replace(' ', "+"));
        let mut request = self.request(Method::POST, "/login", Bytes::from(body));
        let headers = request.headers_mut();
        headers.insert("x-forwarded-for", from.parse().unwrap());
        headers.insert(header::COOKIE, form.cookie.parse().unwrap());
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let status = response.status().as_u16();
        response.into_body().collect().await.unwrap();
        status
    }

    /// The sign-in form and the cookie that belongs to it.
    pub(crate) async fn login_form(&mut self) -> LoginForm {
        let page = self.get_whole("/login").await;
        let cookie = page.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let text = String::from_utf8(page.body().to_vec()).unwrap();
        let (_, after) = text.split_once("name=\"csrf_token\" value=\"").unwrap();
        LoginForm { cookie, token: after.split('"').next().unwrap().to_owned() }
    }

    /// Gives one route another target, as the phone app's form does.
    pub(crate) async fn save_route(&mut self, route: usize, round: usize) {
        self.send_route("/save", route, round).await;
    }

    /// Plans, checks and shows the same, and writes nothing.
    pub(crate) async fn plan_route(&mut self, route: usize, round: usize) {
        self.send_route("/save?dry_run=1", route, round).await;
    }

    async fn send_route(&mut self, path: &str, route: usize, round: usize) {
        let form = format!(
            "serviceName=app-{route}&protocol=http&isEdit=true&originalId=app-{route}\
             &httpRule=Host(`app-{route}.example.com`)&targetIp=10.200.0.{}&targetPort=8080",
            round + 1
        );
        self.post(path, form.replace('`', "%60")).await;
    }

    /// Gives a middleware another name, in every router that uses it too.
    pub(crate) async fn rename_middleware(&mut self, name: &str, to: &str) {
        let form =
            format!("name={to}&originalName={name}&protocol=http&yaml=headers:%0A++stsSeconds:+31536000");
        self.post("/api/middlewares", form).await;
    }

    /// Keeps a copy of the file and returns its name.
    pub(crate) async fn back_up(&mut self) -> String {
        let answer = self.post("/api/backup/create", String::new()).await;
        answer["names"][0].as_str().unwrap().to_owned()
    }

    /// Puts a backup back.
    pub(crate) async fn restore(&mut self, backup: &str) {
        self.post(&format!("/api/restore/{backup}"), String::new()).await;
    }

    /// The answer to a form, which must say that it is done.
    async fn post(&mut self, path: &str, form: String) -> serde_json::Value {
        let mut request = self.request(Method::POST, path, Bytes::from(form));
        request.headers_mut().insert("x-requested-with", header::HeaderValue::from_static("fetch"));
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        answer
    }
}

/// Requests per second over some connections.
pub(crate) async fn throughput(address: SocketAddr, key: Option<&str>, window: Duration) -> f64 {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = Client::connect(address, key).await;
        client.drain("/api/routes").await;
        clients.push(client);
    }
    let began = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            tokio::spawn(async move {
                let mut count = 0_usize;
                while began.elapsed() < window {
                    client.drain("/api/routes").await;
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut total = 0;
    for task in tasks {
        total += task.await.unwrap();
    }
    total as f64 / began.elapsed().as_secs_f64()
}

/// A client that waits in the system for each answer, so that what is measured is the server's time and not that of a
/// runtime of the client's.
pub(crate) struct Asker {
    stream: std::net::TcpStream,
    key: String,
    buffer: Vec<u8>,
}

impl Asker {
    pub(crate) fn connect(address: SocketAddr, key: &str) -> Self {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, key: key.to_owned(), buffer: vec![0; 1 << 20] }
    }

    /// Reads a whole answer, which must be a success with a length.
    pub(crate) fn get(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\r\n", self.key);
        self.stream.write_all(request.as_bytes()).unwrap();
        let (mut filled, mut whole) = (0, None);
        while whole.is_none_or(|whole| filled < whole) {
            let count = self.stream.read(&mut self.buffer[filled..]).unwrap();
            assert!(count > 0, "the server hung up");
            filled += count;
            whole = whole.or_else(|| whole_length(&self.buffer[..filled]));
        }
        assert!(self.buffer.starts_with(b"HTTP/1.1 200 "));
    }
}

/// How long an answer is of which this is the beginning, once its head is there.
fn whole_length(beginning: &[u8]) -> Option<usize> {
    let head = beginning.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&beginning[..head]).unwrap();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    Some(head + length.parse::<usize>().unwrap())
}
