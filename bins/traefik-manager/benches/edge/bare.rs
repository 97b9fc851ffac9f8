//! The limit: a hyper server that knows nothing and sends the same bytes, head and body, for every request.

use std::{
    convert::Infallible,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Response,
    header::{self, HeaderName, HeaderValue},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;

/// The server in a process of its own, as the program under test is.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
    _body: NamedTempFile,
}

impl Process {
    pub(crate) fn start(answer: &Response<Bytes>) -> Self {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(answer.body()).unwrap();
        // hyper adds these two by itself.
        let own = [header::DATE, header::CONTENT_LENGTH];
        let headers = answer.headers().iter().filter(|(name, _)| !own.contains(name));
        let headers: Vec<String> =
            headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("bare-server")
            .arg(file.path())
            .arg(headers.join("\n"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap(), _body: file }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the content of a file for every request, for ever.
pub(crate) fn serve(body: &Path, head: &str) {
    let body = Bytes::from(std::fs::read(body).unwrap());
    let headers: HeaderMap = head
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()))
        .collect();
    let headers = Arc::new(headers);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (body, headers) = (body.clone(), Arc::clone(&headers));
            tokio::spawn(async move {
                stream.set_nodelay(true).unwrap();
                let service = service_fn(move |_| {
                    let mut response = Response::new(Full::new(body.clone()));
                    response.headers_mut().clone_from(&headers);
                    async move { Ok::<_, Infallible>(response) }
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
}
