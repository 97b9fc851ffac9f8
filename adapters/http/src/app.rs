//! From a request to its answer.

use std::{
    fmt,
    future::Future,
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use hyper::{
    HeaderMap, Method, Request, StatusCode, Version, body::Body, header, header::HeaderValue,
    http::request::Parts,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use traefik_manager_core::{auth::TrustedProxies, manager::Manager};

use crate::{
    aftermath::Waiting,
    assets, body,
    call::{Call, Caller, Dialect, Forwarded},
    drafts::DraftStore,
    endpoint::{Door, Router},
    events::Streams,
    failure::Failure,
    fields::Fields,
    flights::Flights,
    gate::{self, Gate},
    live::LiveCell,
    reply::{self, Reply},
    restarts::Restarts,
    theme::Theme,
    view::Views,
    wire::Wire,
    words::{self, Language},
};

/// The one entity tag of `If-Match`, without its quotes; what is no tag matches nothing, and an empty one is none: a
/// script whose variable is empty has not seen anything.
fn if_match(headers: &HeaderMap) -> Option<String> {
    let tag = headers.get(header::IF_MATCH)?.to_str().unwrap_or("?").trim();
    let tag = Some(tag.trim_matches('"')).filter(|tag| !tag.is_empty()).unwrap_or("?");
    (tag != "*").then(|| tag.to_owned())
}

/// Changes that are made at once; more wait.
const MAX_CHANGES: u32 = 64;

/// What the host decides about the HTTP side.
#[derive(Debug, Clone)]
pub struct HttpPolicy {
    /// `Secure` and `__Host-` cookies, and HSTS (`COOKIE_SECURE`).
    pub secure_cookies: bool,
    /// Whose `X-Forwarded-*` headers count (`TRUSTED_PROXIES`).
    pub trusted_proxies: TrustedProxies,
    /// This program's version.
    pub version: String,
    /// Whether there is a static configuration to edit.
    pub static_config: bool,
}

/// The pages and the JSON API, without a socket: what a host mounts in a server of its own.
///
/// Cloning is cheap; clones share everything. It needs a multi-threaded tokio runtime with time.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    manager: Arc<Manager>,
    policy: HttpPolicy,
    router: Router,
    views: Views,
    live: Arc<LiveCell>,
    wire: Wire,
    changes: Arc<Semaphore>,
    /// Places for large bodies.
    large: Arc<Semaphore>,
    waiting: Waiting,
    flights: Flights,
    restarts: Restarts,
    streams: Streams,
    drafts: DraftStore,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("policy", &self.0.policy).finish_non_exhaustive()
    }
}

impl App {
    /// Answers for this manager.
    pub fn new(manager: Arc<Manager>, policy: HttpPolicy) -> Self {
        let drafts = DraftStore::new(manager.companions().map(|beside| Arc::clone(&beside.drafts)));
        Self(Arc::new(Inner {
            manager,
            policy,
            router: Router::new(),
            views: Views::default(),
            live: Arc::default(),
            wire: Wire::default(),
            changes: Arc::new(Semaphore::new(MAX_CHANGES as usize)),
            large: Arc::new(Semaphore::new(body::MAX_LARGE)),
            waiting: Waiting::default(),
            flights: Flights::default(),
            restarts: Restarts::default(),
            streams: Streams::default(),
            drafts,
        }))
    }

    /// Whether a browser finds a page at this address once somebody is signed in.
    pub(crate) fn has_page(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let found = self.0.router.find(&Method::GET, path);
        found.is_ok_and(|(endpoint, _)| endpoint.door == Door::Inside || endpoint.door == Door::Account)
    }

    /// Answers a request that came from `peer`, the other end of the connection.
    ///
    /// # Cancel safety
    /// Dropping the future stops a read; a change that has begun is finished.
    pub async fn answer<B>(&self, peer: IpAddr, request: Request<B>) -> Reply
    where
        B: Body<Data: Send, Error: fmt::Display + Send> + Send,
    {
        let (head, body) = request.into_parts();
        let dialect = Dialect::of(head.uri.path(), &head.headers);
        let language = dialect.language(&head.headers, self.0.policy.secure_cookies);
        words::speaking(language, self.answer_with(peer, head, body, dialect)).await
    }

    async fn answer_with<B>(&self, peer: IpAddr, head: Parts, body: B, dialect: Dialect) -> Reply
    where
        B: Body<Data: Send, Error: fmt::Display + Send> + Send,
    {
        let theme = Theme::read(&head.headers, self.0.policy.secure_cookies);
        let mut body = Some(body);
        let result = Caught(pin!(self.handle(peer, &head, &mut body, dialect, theme))).await;
        let mut reply = match result {
            Ok(Ok(reply)) => reply,
            Ok(Err(failure)) => failure.reply(dialect, theme),
            Err(Panicked) => Failure::internal(&"a handler panicked").reply(dialect, theme),
        };
        self.note(peer, &head, reply.status());
        reply::protect(reply.headers_mut(), self.0.policy.secure_cookies);
        let has_arrived = match body {
            Some(unread) => body::discard(&head.headers, unread).await,
            None => true,
        };
        // hyper does not tell whether a Content-Length contradicted the encoding; what follows on the connection may
        // then be part of this request to a proxy and another one to us (RFC 9112, section 6.1).
        let is_ambiguous = head.headers.contains_key(header::TRANSFER_ENCODING);
        if head.version == Version::HTTP_11 && (is_ambiguous || !has_arrived) {
            reply.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if head.method == Method::HEAD {
            if let Some(length) = reply.body().size_hint().exact() {
                reply.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            }
            *reply.body_mut() = reply::full(bytes::Bytes::new());
        }
        reply
    }

    /// Writes down who asked for what. Reading is for those who look closely, or nobody would find the changes and
    /// the sign-ins.
    fn note(&self, peer: IpAddr, head: &Parts, status: StatusCode) {
        let (method, path, status) = (&head.method, head.uri.path(), status.as_u16());
        if method.is_safe() {
            tracing::debug!(%method, path, status, "answered");
        } else {
            let client = gate::client_address(&self.0.policy.trusted_proxies, peer, &head.headers);
            tracing::info!(%client, %method, path, status, "answered");
        }
    }

    async fn handle<B>(
        &self,
        peer: IpAddr,
        head: &Parts,
        body: &mut Option<B>,
        dialect: Dialect,
        theme: Theme,
    ) -> Result<Reply, Failure>
    where
        B: Body<Data: Send, Error: fmt::Display + Send> + Send,
    {
        let gate = Gate::new(self, peer, head)?;
        let (endpoint, id) = self.0.router.find(&head.method, head.uri.path()).map_err(Failure::by_status)?;
        let (door, needs, handler) = (endpoint.door, endpoint.needs, endpoint.handler);
        let limit = endpoint.body_limit();
        let manager = self.manager();
        if door != Door::Public && !manager.settings().is_fresh() {
            self.catch_up(|manager| manager.settings().refresh_unless_busy()).await;
        }
        let admitted = match gate.admit(door, needs, dialect).await? {
            gate::Verdict::Elsewhere(reply) => return Ok(reply),
            gate::Verdict::Admitted(admitted) => admitted,
        };
        // No stranger makes this program read files, and none has to wait for it.
        if door == Door::Inside && !manager.configuration().is_fresh() {
            self.catch_up(|manager| manager.configuration().refresh()).await;
        }
        let changes = !matches!(head.method, Method::GET | Method::HEAD);
        let limit = match admitted.caller {
            Caller::Known(_) => limit,
            Caller::Nobody => body::MAX_STRANGERS_BODY,
        };
        let (fields, place) = match body.take_if(|_| changes) {
            Some(body) => body::read(&head.headers, body, limit, &self.0.large).await?,
            None => (Fields::default(), None),
        };
        if changes {
            gate.check_token(door, &admitted, &fields).await?;
        }
        let call = Call {
            app: self.clone(),
            client: admitted.client,
            peer,
            forwarded: Forwarded::of(&head.headers),
            caller: admitted.caller,
            dialect,
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            host: gate.host_through_proxy(),
            public_host: gate.public_host().to_owned(),
            origin: gate.origin_through_proxy(),
            is_led_here: gate.is_from_another_site(),
            if_match: if_match(&head.headers),
            id,
            query: Fields::urlencoded(head.uri.query().unwrap_or_default().as_bytes())?,
            fields,
            login_cookie: admitted.login_cookie,
            pending_cookie: admitted.pending_cookie,
            takes_gzip: assets::takes_gzip(&head.headers),
            theme,
            address: head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        };
        let work = handler(call);
        // What was sent is there for as long as somebody works on it.
        let work = async move {
            let reply = work.await;
            drop(place);
            reply
        };
        let mut reply = if changes { self.see_through(Box::pin(work)).await } else { work.await }
            .unwrap_or_else(|failure| failure.reply(dialect, theme));
        if let Some(minted) = admitted.minted {
            reply.headers_mut().append(header::SET_COOKIE, minted);
        }
        Ok(reply)
    }

    /// Reads again what somebody has touched.
    async fn catch_up(&self, read: fn(&Manager)) {
        let manager = Arc::clone(&self.0.manager);
        if let Err(error) = tokio::task::spawn_blocking(move || read(&manager)).await {
            tracing::error!(%error, "files could not be read again");
        }
    }

    /// Runs a change to its end, whether or not its client stays.
    async fn see_through(
        &self,
        change: Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>,
    ) -> Result<Reply, Failure> {
        let permit =
            Arc::clone(&self.0.changes).acquire_owned().await.map_err(|error| Failure::internal(&error))?;
        let running = tokio::spawn(words::speaking(Language::spoken(), async move {
            let result = change.await;
            drop(permit);
            result
        }));
        running.await.map_err(|error| Failure::internal(&error))?
    }

    /// Returns once no change is being made any more; none can begin after that.
    ///
    /// # Cancel safety
    /// Dropping the future ends the waiting and nothing else: changes go on, and can begin.
    pub async fn finish_changes(&self) {
        // An error means that this was called before.
        if let Ok(all) = self.0.changes.acquire_many(MAX_CHANGES).await {
            self.0.changes.close();
            drop(all);
        }
    }

    /// What people have collected of changes of the static configuration.
    pub(crate) fn drafts(&self) -> &DraftStore {
        &self.0.drafts
    }

    /// Makes whoever stops this program wait, for a bounded time, until it is dropped; `None` when it is stopping.
    pub(crate) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.changes).acquire_owned().await.ok()
    }

    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    pub(crate) fn restarts(&self) -> &Restarts {
        &self.0.restarts
    }

    /// Whether there is a static configuration to edit.
    pub(crate) fn has_static_file(&self) -> bool {
        self.0.policy.static_config && self.0.manager.configuration().has_static_file()
    }

    pub(crate) fn manager(&self) -> &Arc<Manager> {
        &self.0.manager
    }

    pub(crate) fn policy(&self) -> &HttpPolicy {
        &self.0.policy
    }

    pub(crate) fn live(&self) -> &Arc<LiveCell> {
        &self.0.live
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.0.wire
    }

    pub(crate) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.0.flights
    }

    pub(crate) fn views(&self) -> &Views {
        &self.0.views
    }
}

/// A handler panicked; the panic hook has said where.
struct Panicked;

/// Turns a panic into an error, so that a mistake in one page costs that page and not the connection.
struct Caught<'f, F>(Pin<&'f mut F>);

impl<F: Future> Future for Caught<'_, F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_panic_is_caught_also_after_waiting() {
        let handler = async {
            tokio::task::yield_now().await;
            panic!("a mistake in a page");
        };
        let result: Result<(), Panicked> = Caught(pin!(handler)).await;
        assert!(result.is_err());
    }

    #[test]
    fn every_endpoint_of_the_table_is_found() {
        let router = Router::new();
        for endpoint in crate::endpoints() {
            let path = endpoint.path.replace("{*id}", "a%2Fb/c::d");
            let found = router.find(&endpoint.method, &path).map(|(found, id)| (found.path, id));
            let id = if path == endpoint.path { "" } else { "a/b/c::d" };
            assert_eq!(found, Ok((endpoint.path, id.to_owned())));
        }
    }
}
