//! A request that has passed the gate, as a handler sees it.

use std::net::IpAddr;

use hyper::{HeaderMap, Method, header};
use traefik_manager_core::{
    auth::{Client, Principal},
    companion::Companions,
    manager::Manager,
    session::{Session, SignInMethod},
};

use crate::{
    app::App,
    endpoint::Needs,
    failure::Failure,
    fields::Fields,
    theme::Theme,
    words::{self, Language},
};

/// How a client wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A browser that shows what it gets.
    Page,
    /// The phone app or our own scripts: refusals come as 200 with `ok: false`.
    Fetch,
    /// Any other program: refusals come with their status.
    Json,
}

impl Dialect {
    pub(crate) fn of(path: &str, headers: &HeaderMap) -> Self {
        let says = |name: &str, value: &str| {
            headers.get(name).is_some_and(|text| text.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
        };
        let mentions = |name: header::HeaderName, value: &str| {
            headers.get(name).and_then(|text| text.to_str().ok()).is_some_and(|text| text.contains(value))
        };
        if says("x-requested-with", "fetch") {
            Self::Fetch
        } else if path.starts_with("/api/")
            || headers.contains_key(API_KEY)
            || mentions(header::CONTENT_TYPE, "application/json")
            || (mentions(header::ACCEPT, "application/json") && !mentions(header::ACCEPT, "text/html"))
        {
            Self::Json
        } else {
            Self::Page
        }
    }

    /// The language of an answer: pages and their scripts are in that of their reader, programs are told everything in
    /// English.
    pub(crate) fn language(self, headers: &HeaderMap, secure: bool) -> Language {
        if self == Self::Json || headers.contains_key(API_KEY) {
            Language::english()
        } else {
            Language::read(headers, secure)
        }
    }
}

/// The header that carries an API key.
pub(crate) const API_KEY: &str = "x-api-key";

/// What a request says of where it comes from, believed or not; each at most 300 characters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forwarded {
    pub(crate) client: Option<String>,
    pub(crate) proto: Option<String>,
    pub(crate) host: Option<String>,
}

impl Forwarded {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let said = |name: &str| {
            let values: Vec<_> =
                headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            (!values.is_empty()).then(|| values.join(", ").chars().take(300).collect())
        };
        Self {
            client: said("x-forwarded-for"),
            proto: said("x-forwarded-proto"),
            host: said("x-forwarded-host"),
        }
    }
}

/// On whose behalf a request is done.
#[derive(Debug)]
pub(crate) enum Caller {
    /// Nobody has signed in.
    Nobody,
    /// Somebody with a session, or a program with a valid API key.
    Known(Principal),
}

/// A request that may be done.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) app: App,
    pub(crate) client: Client,
    /// The other end of the connection, and what it says of where the request comes from.
    pub(crate) peer: IpAddr,
    pub(crate) forwarded: Forwarded,
    pub(crate) caller: Caller,
    pub(crate) dialect: Dialect,
    /// The path, as it was asked for.
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The host that the page was asked for through a trusted proxy; `None` for one that was asked directly.
    pub(crate) host: Option<String>,
    /// The host, with its port where it has one, by which the client knows this server.
    pub(crate) public_host: String,
    /// Scheme and host by which the page was asked for, as a trusted proxy says; `None` where none says so.
    pub(crate) origin: Option<String>,
    /// Whether a page of another site has made the browser ask, as far as browsers say so.
    pub(crate) is_led_here: bool,
    /// What the client has seen of what it changes (RFC 9110, section 13.1.1), without quotes.
    pub(crate) if_match: Option<String>,
    /// The part of the path that is an id or a name, decoded once.
    pub(crate) id: String,
    pub(crate) query: Fields,
    pub(crate) fields: Fields,
    /// The cookie that binds the sign-in form to its browser.
    pub(crate) login_cookie: Option<String>,
    /// The cookie of a sign-in that waits for its one-time code.
    pub(crate) pending_cookie: Option<String>,
    /// Whether the client takes answers that are compressed by gzip.
    pub(crate) takes_gzip: bool,
    /// How this browser wants pages to be coloured.
    pub(crate) theme: Theme,
    /// The path and what was asked of it.
    pub(crate) address: String,
}

impl Call {
    /// Who asks, for handlers that nobody reaches unknown.
    ///
    /// # Errors
    /// 401 for somebody unknown.
    pub(crate) fn principal(&self) -> Result<&Principal, Failure> {
        match &self.caller {
            Caller::Known(principal) => Ok(principal),
            Caller::Nobody => Err(Failure::unauthorized("sign in first")),
        }
    }

    /// The session of whoever asks.
    ///
    /// # Errors
    /// 403 for an API key.
    pub(crate) fn session(&self) -> Result<&Session, Failure> {
        match self.principal()? {
            Principal::Session(session) => Ok(session),
            Principal::Key(_) => {
                Err(Failure::forbidden("this needs somebody who is signed in, not an API key"))
            }
        }
    }

    /// Whether a key may do what needs this; whoever is signed in may.
    pub(crate) fn may(&self, needs: Needs) -> bool {
        match self.principal() {
            Ok(Principal::Key(holder)) => needs.check(holder.scopes).is_ok(),
            answer => answer.is_ok(),
        }
    }

    /// Refuses a key that may not do what turns out to need this as well, and takes note of it as the gate does.
    ///
    /// # Errors
    /// 403, naming the scope that it lacks.
    pub(crate) async fn require(&self, needs: Needs) -> Result<(), Failure> {
        let Principal::Key(holder) = self.principal()? else { return Ok(()) };
        let Err(failure) = needs.check(holder.scopes) else { return Ok(()) };
        let (holder, client) = (holder.clone(), self.client.clone());
        let (what, why) = (format!("{} {}", self.method, self.path), failure.message().to_owned());
        self.block(move |manager| manager.access().not_permitted(&holder, &what, &why, &client)).await?;
        Err(failure)
    }

    /// The token that forms of this session carry; empty for an API key, which needs none.
    pub(crate) fn csrf_token(&self) -> String {
        match &self.caller {
            Caller::Known(Principal::Session(session)) => self.app.manager().access().csrf_token(session),
            _ => String::new(),
        }
    }

    /// Whether there is a session of this program's own to sign out of.
    pub(crate) fn signed_in(&self) -> bool {
        self.session().is_ok_and(|session| session.method() != SignInMethod::External)
    }

    /// Does something that blocks, on a thread for that; it is finished even when nobody waits any more.
    pub(crate) async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Manager) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (manager, language) = (std::sync::Arc::clone(self.app.manager()), Language::spoken());
        tokio::task::spawn_blocking(move || words::speaking_there(language, || work(&manager)))
            .await
            .map_err(|error| Failure::internal(&error))
    }

    /// The same, with what is kept beside the settings.
    ///
    /// # Errors
    /// 404 in a host that keeps nothing there; what the work refuses.
    pub(crate) async fn beside<T: Send + 'static, E: Send + 'static>(
        &self,
        work: impl FnOnce(&Companions) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let done = self.block(move |manager| manager.companions().map(work)).await?;
        Ok(done.ok_or_else(|| Failure::not_found("there is nothing at this address").by_status())??)
    }

    /// Refuses a request that is meant for another server than this one.
    pub(crate) fn for_this_host(&self) -> Result<(), Failure> {
        let agent = match self.fields.trimmed("agent_id")? {
            "" => self.query.trimmed("agent_id")?,
            agent => agent,
        };
        if agent.is_empty() { Ok(()) } else { Err(Failure::not_found("there is no agent of that id")) }
    }
}
