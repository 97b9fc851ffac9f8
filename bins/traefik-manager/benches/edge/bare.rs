//! The limit: a hyper server that knows nothing and sends fixed bytes.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, header, service::service_fn};
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
    pub(crate) fn start(body: &[u8]) -> Self {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(body).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("bare-server")
            .arg(file.path())
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
pub(crate) fn serve(body: &Path) {
    let body = Bytes::from(std::fs::read(body).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let body = body.clone();
            tokio::spawn(async move {
                stream.set_nodelay(true).unwrap();
                let service = service_fn(move |_| {
                    let response = Response::builder()
                        .header(header::CONTENT_TYPE, "application/json")
                        .body(Full::new(body.clone()));
                    async move { response }
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
}
