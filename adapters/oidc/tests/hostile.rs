//! A provider that lies, breaks, hangs and floods: nobody gets in by it, and what is said of it holds no secret.
#![expect(clippy::unwrap_used, reason = "tests")]

mod issuer;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use issuer::{CLIENT_ID, CLIENT_SECRET, Issuer, Lie};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use traefik_manager_core::{
    auth::oidc::{
        Account, Answer, Email, IdentityProvider, ProviderAddress, ProviderError, Registration, Request,
    },
    clock::{Clock, Timestamp},
    secret::Secret,
    test_support::{
        FakeClock,
        conformance::{ProviderStage, identity_provider},
    },
};
use traefik_manager_oidc::OpenIdProvider;

/// An issuer and somebody who asks it.
struct Stage {
    issuer: Issuer,
    provider: OpenIdProvider,
    clock: Arc<FakeClock>,
}

impl Stage {
    async fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let clock = Arc::new(FakeClock::at(Timestamp(i64::try_from(now).unwrap())));
        let provider =
            OpenIdProvider::new(clock.clone() as Arc<dyn Clock>).with_timeout(Duration::from_millis(700));
        Self { issuer: Issuer::start().await, provider, clock }
    }

    fn request() -> Request {
        let long = |word: &str| Secret::new(format!("{word}-0123456789012345678901234567890123456789"));
        let redirect_uri = "https://manager.example.com/auth/oidc/callback".to_owned();
        Request { redirect_uri, nonce: long("nonce"), verifier: long("verifier") }
    }

    async fn address(&self) -> Result<String, ProviderError> {
        self.provider.address(&self.registration(), &Self::request(), &Secret::new("state-1")).await
    }

    /// Goes all the way.
    async fn sign_in(&self) -> Result<Account, ProviderError> {
        let answer = self.approve(&self.address().await?).await;
        self.provider.account(&self.registration(), &Self::request(), &answer).await
    }

    /// Goes all the way, with a lie that begins when the browser is at the provider.
    async fn sign_in_with(&self, lie: Lie) -> Result<Account, ProviderError> {
        self.issuer.lie(Lie::Nothing);
        let answer = self.approve(&self.address().await?).await;
        self.issuer.lie(lie);
        let account = self.provider.account(&self.registration(), &Self::request(), &answer).await;
        self.issuer.lie(Lie::Nothing);
        account
    }
}

#[async_trait]
impl ProviderStage for Stage {
    fn provider(&self) -> &dyn IdentityProvider {
        &self.provider
    }

    fn registration(&self) -> Registration {
        Registration {
            at: ProviderAddress { issuer: self.issuer.url.clone(), ca_file: None, allow_http: false },
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(Secret::new(CLIENT_SECRET)),
            groups_claim: "groups".to_owned(),
            asks_for_groups: true,
        }
    }

    fn account(&self) -> Account {
        Account {
            subject: "subject-of-ann".to_owned(),
            email: Some(Email { address: "ann@example.com".to_owned(), verified: true }),
            groups: vec!["admins".to_owned()],
        }
    }

    async fn approve(&self, address: &str) -> Answer {
        let code = Secret::new(self.issuer.approve(address));
        Answer { code, issuer: Some(self.issuer.url.clone()) }
    }
}

#[tokio::test]
async fn it_keeps_the_promises_of_the_port() {
    identity_provider(&Stage::new().await).await;
}

/// What no message may hold: whatever a token, a code or a secret looks like here.
fn tells_nothing(error: &ProviderError) {
    let text = format!("{error} {error:?}");
    for secret in ["code-", "eyJ", "access-token", CLIENT_SECRET, "hunter2", "verifier-", "nonce-"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.len() < 1_000, "{text}");
}

#[tokio::test]
async fn no_lie_of_an_id_token_is_believed() {
    let stage = Stage::new().await;
    assert_eq!(stage.sign_in().await.unwrap(), stage.account());
    for (lie, words) in [
        (Lie::WrongSignature, "signature"),
        (Lie::ChangedClaims, "signature"),
        (Lie::AlgorithmNone, "not signed"),
        (Lie::HmacWithPublicKey, "not accepted"),
        (Lie::HmacWithClientSecret, "not accepted"),
        (Lie::UnknownKey, "does not publish"),
        (Lie::KeyInToken, "does not publish"),
        (Lie::Issuer, "another provider"),
        (Lie::NoIssuer, ""),
        (Lie::Audience, "another program"),
        (Lie::MoreAudiences, "another program"),
        (Lie::NoAudience, "another program"),
        (Lie::AuthorizedParty, "another program"),
        (Lie::Expired, "too old"),
        (Lie::IssuedLongAgo, "too old"),
        (Lie::IssuedInTheFuture, "in the future"),
        (Lie::Nonce, "another sign-in"),
        (Lie::NoNonce, "another sign-in"),
        (Lie::EmptySubject, ""),
        (Lie::AccessTokenHash, "access token"),
        (Lie::NoIdToken, "no ID token"),
        (Lie::GarbageIdToken, "cannot be read"),
        (Lie::UserinfoSubject, "different accounts"),
    ] {
        let error = stage.sign_in_with(lie).await.unwrap_err();
        assert!(error.to_string().contains(words), "{lie:?}: {error}");
        tells_nothing(&error);
    }
    assert_eq!(stage.sign_in().await.unwrap(), stage.account(), "and then the truth again");
}

#[tokio::test]
async fn answers_that_are_none_end_soon_and_small() {
    let stage = Stage::new().await;
    for (lie, words) in [
        (Lie::TokenGarbage, "cannot be read"),
        (Lie::TokenHuge, "larger than 1 MiB"),
        (Lie::TokenSlow, "within 0.7 seconds"),
        (Lie::TokenRedirects, "redirects"),
        (Lie::TokenError, "invalid_client"),
        (Lie::UserinfoGarbage, "userinfo cannot be read"),
        (Lie::UserinfoHuge, "larger than 1 MiB"),
        (Lie::UserinfoRedirects, "redirects"),
        (Lie::UserinfoRefuses, "answers 403"),
        (Lie::BrokenAccessToken, "access token"),
    ] {
        let begun = Instant::now();
        let error = stage.sign_in_with(lie).await.unwrap_err();
        assert!(error.to_string().contains(words), "{lie:?}: {error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{lie:?} took {:?}", begun.elapsed());
        tells_nothing(&error);
    }
    assert_eq!(stage.issuer.count("/elsewhere"), 0, "nothing is followed");
}

/// There clouds keep their secrets. The addresses are reserved ones (RFC 3927, section 2.1), where nobody is.
#[tokio::test]
async fn addresses_that_only_machines_have_are_not_asked() {
    let provider =
        OpenIdProvider::new(Arc::new(FakeClock::default())).with_timeout(Duration::from_millis(700));
    for issuer in
        ["http://169.254.0.1", "https://[fe80::1]", "http://[::ffff:169.254.0.1]", "http://0xa9fe0001"]
    {
        let at = ProviderAddress { issuer: issuer.to_owned(), ca_file: None, allow_http: true };
        let error = provider.discover(&at).await.unwrap_err();
        assert!(error.to_string().contains("link-local"), "{issuer}: {error}");
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_one_is_not_asked_further() {
    for (lie, words) in [
        (Lie::DiscoveryGarbage, "no description"),
        (Lie::DiscoveryHuge, "larger than 1 MiB"),
        (Lie::DiscoverySlow, "did not answer within"),
        (Lie::DiscoveryRedirects, "not followed"),
        (Lie::DiscoveryMissing, "answers 404"),
        (Lie::DiscoveryOtherIssuer, "calls itself"),
        (Lie::KeysGarbage, "keys cannot be read"),
        (Lie::KeysHuge, "larger than 1 MiB"),
        (Lie::InsecureEndpoint, "https:// only"),
        (Lie::LinkLocalEndpoint, "link-local"),
        (Lie::ScriptEndpoint, "neither https:// nor http://"),
        (Lie::OnlyJwtClientAuth, "client secret"),
    ] {
        let stage = Stage::new().await;
        stage.issuer.lie(lie);
        let error = stage.address().await.unwrap_err();
        assert!(error.to_string().contains(words), "{lie:?}: {error}");
        tells_nothing(&error);
        assert_eq!(stage.issuer.count("/elsewhere"), 0, "{lie:?}: nothing is followed");
    }
}

#[tokio::test]
async fn a_crowd_before_a_dead_provider_asks_once() {
    let stage = Stage::new().await;
    stage.issuer.lie(Lie::DiscoverySlow);
    let begun = Instant::now();
    let crowd = futures(20, || stage.address()).await;
    assert!(crowd.iter().all(Result::is_err));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(stage.issuer.count("/.well-known/openid-configuration"), 1);
}

async fn futures<T, F: Future<Output = T>>(count: usize, make: impl Fn() -> F) -> Vec<T> {
    let mut running: Vec<_> = (0..count).map(|_| Box::pin(make())).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

#[tokio::test]
async fn keys_that_have_changed_are_fetched_once_and_not_for_every_bad_token() {
    let stage = Stage::new().await;
    stage.sign_in().await.unwrap();
    assert_eq!(stage.issuer.count("/jwks"), 1);
    stage.issuer.state().key = ("second".to_owned(), 2);
    assert_eq!(stage.sign_in().await.unwrap(), stage.account());
    assert_eq!(stage.issuer.count("/jwks"), 2, "the new key is known");
    stage.sign_in().await.unwrap();
    for _ in 0..5 {
        stage.sign_in_with(Lie::UnknownKey).await.unwrap_err();
    }
    assert_eq!(stage.issuer.count("/jwks"), 2, "a stream of bad tokens is no stream of requests");
    assert_eq!(stage.issuer.count("/.well-known/openid-configuration"), 1, "what is known is kept");
}

#[tokio::test]
async fn keys_that_were_swapped_open_nothing() {
    let stage = Stage::new().await;
    stage.issuer.lie(Lie::SwappedKeys);
    let error = stage.sign_in().await.unwrap_err();
    assert!(error.to_string().contains("signature"), "{error}");
}

#[tokio::test]
async fn the_clock_may_be_a_minute_off_and_no_more() {
    let stage = Stage::new().await;
    for (seconds, holds) in [(-59, true), (-65, false), (355, true), (365, false)] {
        stage.clock.advance(seconds);
        let account = stage.sign_in().await;
        assert_eq!(account.is_ok(), holds, "{seconds} s: {account:?}");
        stage.clock.advance(-seconds);
    }
}

#[tokio::test]
async fn the_secret_is_shown_as_the_provider_wants_it() {
    for (methods, way) in [
        (None, "basic"),
        (Some(json!(["client_secret_basic", "client_secret_post"])), "basic"),
        (Some(json!(["client_secret_post", "private_key_jwt"])), "post"),
    ] {
        let stage = Stage::new().await;
        stage.issuer.state().auth_methods = methods;
        stage.sign_in().await.unwrap();
        assert_eq!(stage.issuer.state().shown_secret, way);
    }
}

#[tokio::test]
async fn the_browser_must_come_from_the_provider_where_that_says_so() {
    let stage = Stage::new().await;
    let (registration, request) = (stage.registration(), Stage::request());
    for (issuer, says_who, holds) in [
        (Some(stage.issuer.url.clone()), true, true),
        (None, true, false),
        (Some(format!("{}/", stage.issuer.url)), true, false),
        (Some("https://login.example.com".to_owned()), false, false),
        (None, false, true),
    ] {
        stage.issuer.state().says_who = says_who;
        let provider = OpenIdProvider::new(stage.clock.clone());
        let address = provider.address(&registration, &request, &Secret::new("state")).await.unwrap();
        let answer = Answer { issuer, ..stage.approve(&address).await };
        let asked = stage.issuer.count("/token");
        let account = provider.account(&registration, &request, &answer).await;
        assert_eq!(account.is_ok(), holds, "{answer:?} {account:?}");
        assert_eq!(
            stage.issuer.count("/token") > asked,
            holds,
            "a code of another provider is shown to nobody"
        );
    }
}

#[tokio::test]
async fn an_address_may_have_a_slash_more_or_the_whole_document() {
    let stage = Stage::new().await;
    for end in ["", "/", "/.well-known/openid-configuration"] {
        let at = ProviderAddress {
            issuer: format!(" {}{end}", stage.issuer.url),
            ca_file: None,
            allow_http: false,
        };
        assert_eq!(stage.provider.discover(&at).await.unwrap(), stage.issuer.url, "{end}");
    }
    for address in ["", "x", "ftp://127.0.0.1", "https://", "javascript:alert(1)", "http://login.example.com"]
    {
        let at = ProviderAddress { issuer: address.to_owned(), ca_file: None, allow_http: false };
        let refused = stage.provider.discover(&at).await;
        assert!(
            matches!(refused, Err(ProviderError::NotAllowed(_) | ProviderError::Strange(_))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn without_an_address_it_is_asked_for() {
    let stage = Stage::new().await;
    for issuer in ["", " ", "/.well-known/openid-configuration"] {
        let at = ProviderAddress { issuer: issuer.to_owned(), ca_file: None, allow_http: false };
        let refused = stage.provider.discover(&at).await;
        let asked = "Enter the provider's address.".to_owned();
        assert_eq!(refused, Err(ProviderError::NotAllowed(asked)), "{issuer:?}");
    }
}

#[tokio::test]
async fn what_an_id_token_lacks_is_taken_from_userinfo() {
    let stage = Stage::new().await;
    {
        let mut state = stage.issuer.state();
        state.claims = json!({});
        let said = json!({"email": "ann@example.com", "email_verified": "true", "groups": "admins"});
        state.userinfo = Some(said);
    }
    assert_eq!(stage.sign_in().await.unwrap(), stage.account());
    stage.issuer.state().claims = json!({"email": "ann@example.com", "email_verified": false, "groups": []});
    let account = stage.sign_in().await.unwrap();
    assert!(!account.email.unwrap().verified && account.groups.is_empty(), "the signed word goes first");
}

#[tokio::test]
async fn a_file_of_authorities_that_is_none_is_named() {
    let stage = Stage::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (empty, broken) = (folder.path().join("empty.pem"), folder.path().join("broken.pem"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").unwrap();
    for path in [empty, broken, folder.path().join("absent.pem")] {
        let ca_file = Some(path.display().to_string());
        let at = ProviderAddress { issuer: stage.issuer.url.clone(), ca_file, allow_http: false };
        let error = stage.provider.discover(&at).await.unwrap_err();
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    // What may never end is not read to its end.
    let large = folder.path().join("large.pem");
    std::fs::File::create(&large).unwrap().set_len(2 * 1024 * 1024).unwrap();
    for path in [large, "/dev/null".into(), folder.path().to_owned()] {
        let ca_file = Some(path.display().to_string());
        let at = ProviderAddress { issuer: stage.issuer.url.clone(), ca_file, allow_http: false };
        let error = stage.provider.discover(&at).await.unwrap_err().to_string();
        assert!(error.ends_with("cannot be read."), "{error}");
    }
}

/// Takes TLS off, in front of an issuer.
async fn behind_tls() -> Issuer {
    let tls = |name: &str| format!("{}/tests/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let chain = CertificateDer::pem_file_iter(tls("server.pem")).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(tls("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let back = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, plain) = (format!("https://{}", front.local_addr().unwrap()), back.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = front.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut secured) = acceptor.accept(stream).await else { return };
                let mut plain = TcpStream::connect(plain).await.unwrap();
                tokio::io::copy_bidirectional(&mut secured, &mut plain).await.ok();
            });
        }
    });
    Issuer::start_on(back, url)
}

#[tokio::test]
async fn a_private_authority_counts_where_its_file_is_named_and_nowhere_else() {
    let stage = Stage { issuer: behind_tls().await, ..Stage::new().await };
    let refused = stage.address().await.unwrap_err();
    assert!(
        matches!(&refused, ProviderError::Unreachable(reason) if reason.contains("UnknownIssuer")),
        "{refused}"
    );
    let file = format!("{}/tests/tls/authority.pem", env!("CARGO_MANIFEST_DIR"));
    let at = ProviderAddress { ca_file: Some(file), ..stage.registration().at };
    let registration = Registration { at, ..stage.registration() };
    let provider = &stage.provider;
    let address = provider.address(&registration, &Stage::request(), &Secret::new("state")).await.unwrap();
    let answer = stage.approve(&address).await;
    let account = provider.account(&registration, &Stage::request(), &answer).await;
    assert_eq!(account.unwrap(), stage.account());
}
