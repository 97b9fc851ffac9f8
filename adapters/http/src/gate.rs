//! What every request passes before anything looks at it: is it well formed, from whom is it, may it come in.

use std::{borrow::Cow, net::IpAddr, sync::Arc};

use hyper::{
    HeaderMap, StatusCode, Version, header,
    header::{HeaderName, HeaderValue},
    http::{request::Parts, uri::Authority},
};
use traefik_manager_core::{
    api_key::KeyHolder,
    audit::Proof,
    auth::{Access, Client, Principal, Refusal, TrustedProxies},
    session::SignInMethod,
};

use crate::{
    app::App,
    call::{API_KEY, Caller, Dialect},
    cookies::Jar,
    endpoint::{Door, Needs},
    failure::Failure,
    fields::Fields,
    pages::encoded,
    reply::{self, Reply},
};

/// The header in which browsers say whose page has made them ask.
const FETCH_SITE: &str = "sec-fetch-site";
/// The header in which scripts send the form token.
const CSRF_HEADER: &str = "x-csrf-token";

/// A request's head that is well formed.
pub(crate) struct Gate<'r> {
    app: &'r App,
    head: &'r Parts,
    client: Client,
    host: String,
    is_forwarded: bool,
}

/// What the gate says.
pub(crate) enum Verdict {
    /// The request may go on.
    Admitted(Admitted),
    /// The browser has to go somewhere else first.
    Elsewhere(Reply),
}

/// Somebody who may come in.
pub(crate) struct Admitted {
    pub(crate) client: Client,
    pub(crate) caller: Caller,
    pub(crate) login_cookie: Option<String>,
    pub(crate) pending_cookie: Option<String>,
    /// The cookie of a session that began with this request.
    pub(crate) minted: Option<HeaderValue>,
}

impl<'r> Gate<'r> {
    /// Checks what no later code should have to think about.
    ///
    /// # Errors
    /// 400 for a request without a host, with several, or with two ideas of its own length (RFC 9112, sections 3.2
    /// and 6.1).
    pub(crate) fn new(app: &'r App, peer: IpAddr, head: &'r Parts) -> Result<Self, Failure> {
        let headers = &head.headers;
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok(),
            (None, _) if head.version >= Version::HTTP_2 => head.uri.authority().map(Authority::as_str),
            _ => None,
        };
        let host = host
            .filter(|host| !host.is_empty())
            .ok_or_else(|| Failure::bad_request("the request must name exactly one host"))?;
        // Over HTTP/1 hyper has dropped the length already; see `App::answer`.
        if headers.contains_key(header::CONTENT_LENGTH) && headers.contains_key(header::TRANSFER_ENCODING) {
            return Err(Failure::bad_request("the request states its length in two ways"));
        }
        let proxies = &app.policy().trusted_proxies;
        let agent = headers.get(header::USER_AGENT).and_then(|text| text.to_str().ok()).unwrap_or_default();
        let address = client_address(proxies, peer, headers);
        let client = Client { address: Some(address), user_agent: agent.to_owned() };
        Ok(Self { app, head, client, host: host.to_owned(), is_forwarded: proxies.trusts(peer) })
    }

    /// The host that the client has asked a trusted proxy for, in lower case and without a port.
    pub(crate) fn host_through_proxy(&self) -> Option<String> {
        let headers = &self.head.headers;
        if !self.is_forwarded || !headers.contains_key("x-forwarded-for") {
            return None;
        }
        let host = headers.get("x-forwarded-host").and_then(|host| host.to_str().ok()).unwrap_or(&self.host);
        let host = host.split(',').next().unwrap_or_default().trim();
        let bare = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        Some(bare.map_or(host, |(name, _)| name).to_ascii_lowercase())
    }

    /// Scheme and host by which browsers know this server, where a trusted proxy tells both.
    pub(crate) fn origin_through_proxy(&self) -> Option<String> {
        let said = |name: &str| {
            let value = self.head.headers.get_all(name).iter().next_back()?.to_str().ok()?;
            value.rsplit(',').next().map(str::trim)
        };
        let (scheme, host) = (said("x-forwarded-proto")?, said("x-forwarded-host")?);
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        let is_plain = matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(is_host);
        (self.is_forwarded && is_plain).then(|| format!("{scheme}://{host}"))
    }

    /// Decides who asks, and whether they may.
    ///
    /// A key that is sent decides alone: a wrong one is not followed by a look at the cookie.
    pub(crate) async fn admit(&self, door: Door, needs: Needs, dialect: Dialect) -> Result<Verdict, Failure> {
        let (headers, secure) = (&self.head.headers, self.app.policy().secure_cookies);
        let access = self.app.manager().access();
        let mut admitted = Admitted {
            client: self.client.clone(),
            caller: Caller::Nobody,
            login_cookie: None,
            pending_cookie: None,
            minted: None,
        };
        if door == Door::Public {
            return Ok(Verdict::Admitted(admitted));
        }
        if door == Door::SignIn {
            admitted.login_cookie = Jar::Login.read(headers, secure);
            admitted.pending_cookie = Jar::Pending.read(headers, secure);
        }
        if let Some(key) = headers.get(API_KEY) {
            admitted.caller = Caller::Known(self.holder(key).await?);
        } else {
            let session = Jar::Session.read(headers, secure);
            if let Some(session) = session.and_then(|cookie| access.open_session(&cookie)) {
                admitted.caller = Caller::Known(Principal::Session(session));
            }
        }
        if let Caller::Known(Principal::Key(holder)) = &admitted.caller
            && let Err(failure) = needs.check(holder.scopes)
        {
            return Err(self.not_permitted(holder.clone(), failure).await);
        }
        if self.changes_something()
            && !matches!(admitted.caller, Caller::Known(Principal::Key(_)))
            && let Err(failure) = self.check_origin()
        {
            return Err(self.forged(failure).await);
        }
        if door == Door::SignIn {
            return Ok(Verdict::Admitted(admitted));
        }
        match &admitted.caller {
            Caller::Nobody => self.stranger(admitted, dialect).await,
            Caller::Known(Principal::Session(session))
                if door == Door::Inside
                    && session.method() != SignInMethod::External
                    && access.must_change_password() =>
            {
                match dialect {
                    Dialect::Page => Ok(Verdict::Elsewhere(reply::see_other("/force-change-password"))),
                    _ => Err(Failure::forbidden("change the temporary password first")),
                }
            }
            Caller::Known(_) => Ok(Verdict::Admitted(admitted)),
        }
    }

    /// Nobody in particular asks for something that not everybody may have.
    async fn stranger(&self, mut admitted: Admitted, dialect: Dialect) -> Result<Verdict, Failure> {
        let is_page = dialect == Dialect::Page && !self.changes_something();
        if !self.app.manager().access().asks_to_sign_in() {
            if !is_page {
                return Err(Failure::unauthorized(
                    "open a page of this program first, or send an API key in X-Api-Key",
                ));
            }
            let (manager, client) = (Arc::clone(self.app.manager()), admitted.client.clone());
            let new = tokio::task::spawn_blocking(move || manager.access().begin_external_session(&client))
                .await
                .map_err(|error| Failure::internal(&error))??;
            let secure = self.app.policy().secure_cookies;
            admitted.minted = Jar::Session.set(new.cookie.expose(), new.max_age_seconds, secure);
            admitted.caller = Caller::Known(Principal::Session(new.session));
            return Ok(Verdict::Admitted(admitted));
        }
        if dialect != Dialect::Page {
            return Err(Failure::unauthorized("sign in, or send an API key in X-Api-Key"));
        }
        // After signing in only a page can be shown again, not a form be sent again.
        let next = self.head.uri.path_and_query().map_or("/", |path| path.as_str());
        let to = if is_page && next != "/" {
            format!("/login?next={}", encoded(next))
        } else {
            "/login".to_owned()
        };
        Ok(Verdict::Elsewhere(reply::see_other(&to)))
    }

    /// Whose key this is. A good key is recognised at once; anything else may take a slow hash.
    async fn holder(&self, key: &HeaderValue) -> Result<Principal, Failure> {
        let key = key.to_str().unwrap_or_default();
        if let Some(holder) = self.app.manager().access().recognise_key(key, &self.client) {
            return Ok(Principal::Key(holder));
        }
        let (manager, client, key) = (Arc::clone(self.app.manager()), self.client.clone(), key.to_owned());
        let holder = tokio::task::spawn_blocking(move || manager.access().authenticate_key(&key, &client))
            .await
            .map_err(|error| Failure::internal(&error))??;
        Ok(Principal::Key(holder))
    }

    fn changes_something(&self) -> bool {
        !self.head.method.is_safe()
    }

    /// Refuses a change that a page of another site asks for (ASVS 3.5.1; Fetch Metadata, else `Origin`).
    fn check_origin(&self) -> Result<(), Failure> {
        let headers = &self.head.headers;
        if headers.contains_key(FETCH_SITE) {
            return if self.is_from_another_site() { Err(other_site()) } else { Ok(()) };
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let origin = origin.to_str().map_err(|_| other_site())?;
        let (scheme, host) = origin.split_once("://").ok_or_else(other_site)?;
        let port = if scheme == "https" { ":443" } else { ":80" };
        let plain = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
        if plain(host) == plain(self.public_host()) { Ok(()) } else { Err(other_site()) }
    }

    /// Whether a page of another site has made the browser ask, as far as the browser says so (Fetch Metadata).
    pub(crate) fn is_from_another_site(&self) -> bool {
        let site = self.head.headers.get(FETCH_SITE);
        site.is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
    }

    /// The host by which browsers know this server.
    pub(crate) fn public_host(&self) -> &str {
        self.head
            .headers
            .get(HeaderName::from_static("x-forwarded-host"))
            .filter(|_| self.is_forwarded)
            .and_then(|host| host.to_str().ok()?.rsplit(',').next())
            .map_or(&self.host, str::trim)
    }

    /// Refuses a change without the token that only our own pages hold; the only exception is a valid API key.
    ///
    /// # Errors
    /// 403.
    pub(crate) async fn check_token(
        &self,
        door: Door,
        admitted: &Admitted,
        fields: &Fields,
    ) -> Result<(), Failure> {
        match self.compare_token(door, admitted, fields) {
            Err(failure) if failure.status() == StatusCode::FORBIDDEN => Err(self.forged(failure).await),
            result => result,
        }
    }

    /// Records, or counts, a change that no page of ours has asked for.
    async fn forged(&self, failure: Failure) -> Failure {
        let refusal = Refusal::Forbidden { message: failure.message().to_owned() };
        self.record(move |access, client| access.turned_away(Proof::Form, &refusal, client)).await;
        failure
    }

    /// Records, or counts, what a key has asked for and may not do.
    async fn not_permitted(&self, holder: KeyHolder, failure: Failure) -> Failure {
        let what = format!("{} {}", self.head.method, self.head.uri.path());
        let why = failure.message().to_owned();
        self.record(move |access, client| access.not_permitted(&holder, &what, &why, client)).await;
        failure
    }

    async fn record(&self, note: impl FnOnce(&Access, &Client) + Send + 'static) {
        let (manager, client) = (Arc::clone(self.app.manager()), self.client.clone());
        let noted = tokio::task::spawn_blocking(move || note(manager.access(), &client));
        if let Err(error) = noted.await {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }

    fn compare_token(&self, door: Door, admitted: &Admitted, fields: &Fields) -> Result<(), Failure> {
        let access: &Access = self.app.manager().access();
        let in_header = self.head.headers.get(CSRF_HEADER).and_then(|text| text.to_str().ok());
        let token = match in_header {
            Some(token) => token,
            None => fields.text("csrf_token")?.unwrap_or_default(),
        };
        let is_ours = match (&admitted.caller, door) {
            (_, Door::Public) | (Caller::Known(Principal::Key(_)), _) => true,
            (_, Door::SignIn) => admitted
                .login_cookie
                .as_deref()
                .is_some_and(|cookie| access.login_token_matches(cookie, token)),
            (Caller::Known(Principal::Session(session)), _) => access.csrf_matches(session, token),
            (Caller::Nobody, _) => false,
        };
        if is_ours {
            return Ok(());
        }
        Err(Failure::new(
            StatusCode::FORBIDDEN,
            "this page is out of date: load it again and repeat the step",
        ))
    }
}

/// Whose request this is, as far as trusted proxies tell.
pub(crate) fn client_address(proxies: &TrustedProxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    // Read loosely: what a client put in front must not hide the address that a proxy has added behind it.
    let forwarded: Vec<Cow<'_, str>> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    proxies.resolve(peer, forwarded.iter().map(|value| &**value))
}

fn other_site() -> Failure {
    Failure::forbidden("the request comes from a page of another site")
}
