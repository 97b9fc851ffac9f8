//! The listening socket: who may connect, for how long, and how it ends.

use std::{
    fmt, io,
    net::SocketAddr,
    ops::RangeInclusive,
    sync::{
        Arc, Once,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use traefik_manager_core::manager::Manager;

use crate::{
    app::{App, HttpPolicy},
    presence::{Connections, Seat},
    trials,
};

/// Connections that are open at once. A process may usually have 1,024 files open, and the files that are read and
/// written need some of them.
const MAX_CONNECTIONS: usize = 512;
/// For a request's head, and for the next request on a connection that is kept alive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// The largest request head, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// Request heads with more headers than this are refused with 431.
const MAX_HEADERS: usize = 64;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 64;
/// From 1970 to 9999: hyper ends a connection in a panic where the clock says anything else, and nothing that ends by the
/// clock could be trusted: sessions, codes, limits.
const YEARS: RangeInclusive<i64> = 1..=253_402_300_799;
/// What everybody is told then.
const WRONG_CLOCK: &str =
    "The clock of this machine is wrong by years, so nobody is let in; set it and try again.\n";
/// How long a shutdown waits for requests that are being answered.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Prepares a [`Server`].
#[derive(Debug)]
pub struct ServerBuilder {
    app: App,
    head_timeout: Duration,
    grace: Duration,
    max_connections: usize,
}

impl ServerBuilder {
    /// A server for this manager.
    pub fn new(manager: Arc<Manager>, policy: HttpPolicy) -> Self {
        Self {
            app: App::new(manager, policy),
            head_timeout: HEAD_TIMEOUT,
            grace: SHUTDOWN_GRACE,
            max_connections: MAX_CONNECTIONS,
        }
    }

    /// How many connections may be open at once (512). One more closes the one that has been without a request
    /// for longest.
    #[must_use]
    pub fn max_connections(mut self, limit: usize) -> Self {
        self.max_connections = limit.max(1);
        self
    }

    /// How long a client may take to send a request's head (20 s).
    #[must_use]
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// How long [`Server::close`] waits for requests that are being answered (10 s).
    #[must_use]
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Listens, and answers from now on.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn bind(self, address: SocketAddr) -> io::Result<Server> {
        self.serve(TcpListener::bind(address).await?)
    }

    /// Answers on a socket that is listening already.
    ///
    /// # Errors
    /// When the socket has no address.
    pub fn serve(self, listener: TcpListener) -> io::Result<Server> {
        let local_addr = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(trials::resume(self.app.clone()));
        let accepting = tokio::spawn(self.accept(listener, stopping));
        Ok(Server { local_addr, stop, accepting })
    }

    async fn accept(self, listener: TcpListener, mut stopping: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let connections = Connections::new(self.max_connections);
        let http = Arc::new(self.protocol());
        loop {
            let accepted = tokio::select! {
                accepted = next(&listener, &connections) => accepted,
                _ = stopping.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok((stream, peer, seat)) => {
                    let connection = Connection {
                        app: self.app.clone(),
                        http: Arc::clone(&http),
                        head_timeout: self.head_timeout,
                    };
                    let watcher = graceful.watcher();
                    tokio::spawn(async move {
                        connection.serve(stream, peer, Arc::new(seat), watcher).await;
                    });
                }
                Err(error) => {
                    // Out of file descriptors, most likely: the next attempt must not spin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        self.app.streams().close();
        let finished = async {
            graceful.shutdown().await;
            self.app.finish_changes().await;
        };
        if tokio::time::timeout(self.grace, finished).await.is_err() {
            tracing::warn!("some requests were still being answered when the server stopped");
        }
    }

    fn protocol(&self) -> auto::Builder<TokioExecutor> {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_timeout)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(self.head_timeout)
            .keep_alive_timeout(self.head_timeout)
            .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
            .max_concurrent_streams(MAX_STREAMS);
        http
    }
}

async fn next(
    listener: &TcpListener,
    connections: &Arc<Connections>,
) -> io::Result<(TcpStream, SocketAddr, Seat)> {
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, connections.seat().await))
}

struct Connection {
    app: App,
    http: Arc<auto::Builder<TokioExecutor>>,
    head_timeout: Duration,
}

impl Connection {
    async fn serve(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        seat: Arc<Seat>,
        watcher: hyper_util::server::graceful::Watcher,
    ) {
        if !YEARS.contains(&self.app.manager().configuration().now().0) {
            return refuse(stream).await;
        }
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was answered");
            return;
        }
        let spoke = Arc::new(AtomicBool::new(false));
        let service = {
            let (app, spoke, seat) = (self.app, Arc::clone(&spoke), Arc::clone(&seat));
            hyper::service::service_fn(move |request: Request<Incoming>| {
                spoke.store(true, Ordering::Relaxed);
                let app = app.clone();
                let (head, body) = request.into_parts();
                let (body, busy) = seat.request(body);
                async move {
                    let reply = app.answer(peer.ip(), Request::from_parts(head, body)).await;
                    drop(busy);
                    Ok::<_, std::convert::Infallible>(reply)
                }
            })
        };
        let serving = self.http.serve_connection(TokioIo::new(stream), service).into_owned();
        let mut serving = std::pin::pin!(watcher.watch(serving));
        // Until it knows the protocol, hyper waits without a limit for the bytes that tell it.
        let silent = tokio::time::sleep(self.head_timeout);
        tokio::select! {
            result = &mut serving => { log_end(result); return; }
            () = seat.asked_to_leave() => return,
            () = silent => if !spoke.load(Ordering::Relaxed) { return },
        }
        tokio::select! {
            result = serving => log_end(result),
            () = seat.asked_to_leave() => {}
        }
    }
}

/// Answers without hyper, once the client has said something.
async fn refuse(mut stream: TcpStream) {
    static TOLD: Once = Once::new();
    // Somebody who asks every second must not fill the disk with it.
    TOLD.call_once(|| {
        tracing::error!(
            "the clock of this machine is before 1970 or after 9999; nobody is answered until it is set"
        );
    });
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n{WRONG_CLOCK}",
        WRONG_CLOCK.len()
    );
    let answered = async {
        if stream.read(&mut [0; 4096]).await? > 0 {
            stream.write_all(answer.as_bytes()).await?;
        }
        stream.shutdown().await
    };
    // Who does not listen misses nothing.
    let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
}

/// Clients hang up all the time; that is worth a look only when something else is being looked for.
fn log_end(result: Result<(), impl fmt::Display>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A server that is listening. Dropping it stops it at once; [`close`](Self::close) lets it finish.
#[derive(Debug)]
pub struct Server {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Takes no new connection, lets requests and changes in flight finish for a bounded time, and returns.
    ///
    /// # Cancel safety
    /// Dropping the future stops the server at once; a change that has begun is finished all the same, as long as the
    /// runtime lives.
    pub async fn close(mut self) {
        self.stop.send_replace(true);
        // An error would mean that the task is gone already.
        let _ = (&mut self.accepting).await;
    }

    /// Returns when the server has stopped, which it does only when its runtime ends.
    pub async fn wait(&mut self) {
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
