//! An issuer that can lie in every way.
//!
//! It runs on loopback, signs with Ed25519, and is honest until it is told which [`Lie`] to tell.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test uses its own part of this, and a test that cannot go on must stop"
)]

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use openidconnect::{
    PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _,
    core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm as Algorithm},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the issuer knows of this program.
pub const CLIENT_ID: &str = "traefik-manager";
/// With what has to be escaped before it goes into a header (RFC 6749, section 2.3.1).
pub const CLIENT_SECRET: &str = "s3cret:+/% ü";

/// One way of being wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    Nothing,
    // The ID token
    WrongSignature,
    ChangedClaims,
    AlgorithmNone,
    HmacWithPublicKey,
    HmacWithClientSecret,
    UnknownKey,
    KeyInToken,
    SwappedKeys,
    Issuer,
    NoIssuer,
    Audience,
    MoreAudiences,
    NoAudience,
    AuthorizedParty,
    Expired,
    IssuedLongAgo,
    IssuedInTheFuture,
    Nonce,
    NoNonce,
    EmptySubject,
    AccessTokenHash,
    NoIdToken,
    GarbageIdToken,
    // Other answers
    UserinfoSubject,
    UserinfoGarbage,
    UserinfoHuge,
    UserinfoRedirects,
    UserinfoRefuses,
    BrokenAccessToken,
    TokenGarbage,
    TokenHuge,
    TokenSlow,
    TokenRedirects,
    TokenError,
    KeysGarbage,
    KeysHuge,
    DiscoveryGarbage,
    DiscoveryHuge,
    DiscoverySlow,
    DiscoveryRedirects,
    DiscoveryMissing,
    DiscoveryOtherIssuer,
    InsecureEndpoint,
    LinkLocalEndpoint,
    ScriptEndpoint,
    OnlyJwtClientAuth,
}

/// A running issuer. It ends with the runtime.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// Its own name.
    pub url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub struct State {
    pub lie: Lie,
    /// Claims beside those that every ID token has.
    pub claims: Value,
    /// What userinfo says beside `sub`; nothing for no such endpoint.
    pub userinfo: Option<Value>,
    /// The kid, and the seed, of the key that signs.
    pub key: (String, u8),
    pub says_who: bool,
    pub auth_methods: Option<Value>,
    /// The paths that were asked for.
    pub asked: Vec<String>,
    /// The way in which the client showed its secret last.
    pub shown_secret: String,
    codes: HashMap<String, HashMap<String, String>>,
    counter: usize,
}

impl Issuer {
    /// Starts one at which `ann@example.com` of the group `admins` signs in.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self::start_on(listener, url)
    }

    /// The same on a socket of one's own, under another name.
    pub fn start_on(listener: TcpListener, url: String) -> Self {
        let state = State {
            lie: Lie::Nothing,
            claims: json!({"email": "ann@example.com", "email_verified": true, "groups": ["admins"]}),
            userinfo: Some(json!({})),
            key: ("first".to_owned(), 1),
            says_who: true,
            auth_methods: None,
            asked: Vec::new(),
            shown_secret: String::new(),
            codes: HashMap::new(),
            counter: 0,
        };
        let issuer = Self { url, state: Arc::new(Mutex::new(state)) };
        let serving = issuer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let issuer = serving.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let issuer = issuer.clone();
                        async move { Ok::<_, Infallible>(issuer.answer(request).await) }
                    });
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                        .ok();
                });
            }
        });
        issuer
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Tells this lie from now on.
    pub fn lie(&self, lie: Lie) {
        self.state().lie = lie;
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.state().asked.iter().filter(|asked| *asked == path).count()
    }

    /// Signs in at the address that a browser was sent to; gives the code.
    pub fn approve(&self, address: &str) -> String {
        let query = address.split_once('?').unwrap().1;
        let parameters: HashMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(parameters["response_type"], "code");
        assert_eq!(parameters["code_challenge_method"], "S256");
        assert_eq!(parameters["client_id"], CLIENT_ID);
        let mut state = self.state();
        state.counter += 1;
        let code = format!("code-{}-{}", state.counter, "x".repeat(20));
        state.codes.insert(code.clone(), parameters);
        code
    }

    /// Where the browser goes back to from the address that it was sent to.
    pub fn way_back(&self, address: &str) -> String {
        let code = self.approve(address);
        let parameters = self.state().codes[&code].clone();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code).append_pair("state", &parameters["state"]);
        query.append_pair("iss", &self.url);
        format!("{}?{}", parameters["redirect_uri"], query.finish())
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        let lie = {
            let mut state = self.state();
            state.asked.push(path.clone());
            state.lie
        };
        let uri = request.uri().to_string();
        let authorization =
            request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        let authorization = authorization.unwrap_or_default();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        match (path.as_str(), lie) {
            (CONFIGURATION, Lie::DiscoverySlow) | ("/token", Lie::TokenSlow) => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                reply(200, &json!({}))
            }
            (CONFIGURATION, Lie::DiscoveryMissing) => reply(404, &json!({})),
            (CONFIGURATION, Lie::DiscoveryRedirects)
            | ("/token", Lie::TokenRedirects)
            | ("/userinfo", Lie::UserinfoRedirects) => self.elsewhere(),
            (CONFIGURATION, Lie::DiscoveryGarbage)
            | ("/jwks", Lie::KeysGarbage)
            | ("/token", Lie::TokenGarbage)
            | ("/userinfo", Lie::UserinfoGarbage) => raw(200, "<html>\u{0}{{{ not json".into()),
            (CONFIGURATION, Lie::DiscoveryHuge)
            | ("/jwks", Lie::KeysHuge)
            | ("/token", Lie::TokenHuge)
            | ("/userinfo", Lie::UserinfoHuge) => raw(200, vec![b' '; 50 * 1024 * 1024].into()),
            (CONFIGURATION, _) => reply(200, &self.configuration(lie)),
            ("/jwks", _) => reply(200, &self.jwks(lie)),
            ("/authorize", _) => redirect(&self.way_back(&uri)),
            ("/token", Lie::TokenError) => reply(
                400,
                &json!({"error": "invalid_client", "error_description": "<b>secret leaked: hunter2</b>"}),
            ),
            ("/token", _) => self.token(&authorization, &body, lie),
            ("/userinfo", Lie::UserinfoRefuses) => reply(403, &json!({})),
            ("/userinfo", _) => self.userinfo(&authorization, lie),
            _ => reply(404, &json!({})),
        }
    }

    fn elsewhere(&self) -> Response<Full<Bytes>> {
        redirect(&format!("{}/elsewhere", self.url))
    }

    fn configuration(&self, lie: Lie) -> Value {
        let state = self.state();
        let at = |path: &str| format!("{}{path}", self.url);
        let token = match lie {
            Lie::InsecureEndpoint => "http://login.example.com/token".to_owned(),
            // The number is 169.254.0.1.
            Lie::LinkLocalEndpoint => "https://2851995649/token".to_owned(),
            _ => at("/token"),
        };
        let authorize = match lie {
            Lie::ScriptEndpoint => "javascript:alert(1)".to_owned(),
            _ => at("/authorize"),
        };
        let issuer = if lie == Lie::DiscoveryOtherIssuer { at("/other") } else { self.url.clone() };
        let mut configuration = json!({
            "issuer": issuer,
            "authorization_endpoint": authorize,
            "token_endpoint": token,
            "jwks_uri": at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "email", "profile", "groups"],
            "id_token_signing_alg_values_supported": ["RS256", "EdDSA", "HS256", "none"],
            "authorization_response_iss_parameter_supported": state.says_who,
        });
        if state.userinfo.is_some() {
            configuration["userinfo_endpoint"] = at("/userinfo").into();
        }
        if let Some(methods) = &state.auth_methods {
            configuration["token_endpoint_auth_methods_supported"] = methods.clone();
        }
        if lie == Lie::OnlyJwtClientAuth {
            configuration["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]);
        }
        configuration
    }

    fn jwks(&self, lie: Lie) -> Value {
        let (kid, seed) = self.state().key.clone();
        let seed = if lie == Lie::SwappedKeys { 99 } else { seed };
        let public = serde_json::to_value(signing_key(&kid, seed).as_verification_key()).unwrap();
        // A key of a kind that nobody knows stands in no one's way.
        json!({"keys": [{"kty": "moon", "kid": "odd"}, public]})
    }

    fn token(&self, authorization: &str, body: &Bytes, lie: Lie) -> Response<Full<Bytes>> {
        let form: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let said = |name: &str| form.get(name).cloned().unwrap_or_default();
        let error = |code: &str| reply(400, &json!({ "error": code }));
        let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = format!("{}:{}", escaped(CLIENT_ID), escaped(CLIENT_SECRET));
        if authorization == format!("Basic {}", STANDARD.encode(basic)) {
            "basic".clone_into(&mut self.state().shown_secret);
        } else if said("client_id") == CLIENT_ID && said("client_secret") == CLIENT_SECRET {
            "post".clone_into(&mut self.state().shown_secret);
        } else {
            return error("invalid_client");
        }
        let Some(asked) = self.state().codes.remove(&said("code")) else { return error("invalid_grant") };
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(said("code_verifier")));
        if challenge.as_str() != asked["code_challenge"] || said("redirect_uri") != asked["redirect_uri"] {
            return error("invalid_grant");
        }
        let access_token = if lie == Lie::BrokenAccessToken { "a\nb: c" } else { "access-token" };
        let mut answer = json!({"access_token": access_token, "token_type": "Bearer", "expires_in": 60});
        match lie {
            Lie::NoIdToken => {}
            Lie::GarbageIdToken => answer["id_token"] = "xx.yy.zz".into(),
            _ => answer["id_token"] = self.id_token(&asked["nonce"], lie).into(),
        }
        reply(200, &answer)
    }

    fn id_token(&self, nonce: &str, lie: Lie) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = self.state().claims.clone();
        let fields = claims.as_object_mut().unwrap();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("iss", self.url.as_str().into());
        put("sub", "subject-of-ann".into());
        put("aud", CLIENT_ID.into());
        put("exp", (now + 300).into());
        put("iat", now.into());
        put("nonce", nonce.into());
        match lie {
            Lie::Issuer => put("iss", format!("{}/", self.url).into()),
            Lie::NoIssuer => drop(fields.remove("iss")),
            Lie::Audience => put("aud", "somebody-else".into()),
            Lie::MoreAudiences => put("aud", json!([CLIENT_ID, "somebody-else"])),
            Lie::NoAudience => put("aud", json!([])),
            Lie::AuthorizedParty => put("azp", "somebody-else".into()),
            Lie::Expired => put("exp", (now - 120).into()),
            Lie::IssuedLongAgo => put("iat", (now - 3_600).into()),
            Lie::IssuedInTheFuture => put("iat", (now + 600).into()),
            Lie::Nonce => put("nonce", "of-another-sign-in".into()),
            Lie::NoNonce => drop(fields.remove("nonce")),
            Lie::EmptySubject => put("sub", "".into()),
            Lie::AccessTokenHash => put("at_hash", "AAAAAAAAAAAAAAAAAAAAAA".into()),
            _ => {}
        }
        let (kid, seed) = self.state().key.clone();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = |alg: &str, kid: &str| part(&json!({"alg": alg, "kid": kid, "typ": "JWT"}));
        let payload = part(&claims);
        let with = |head: String, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
            let signed = format!("{head}.{payload}");
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(sign(signed.as_bytes())))
        };
        let ed25519 = |kid: &str, seed: u8| {
            let key = signing_key(kid, seed);
            with(head("EdDSA", kid), &|bytes| key.sign(&Algorithm::EdDsa, bytes).unwrap())
        };
        let hmac = |key: Vec<u8>| {
            let key = CoreHmacKey::new(key);
            with(head("HS256", &kid), &|bytes| key.sign(&Algorithm::HmacSha256, bytes).unwrap())
        };
        match lie {
            Lie::AlgorithmNone => with(head("none", &kid), &|_| Vec::new()),
            Lie::HmacWithPublicKey => hmac(public_key(&kid, seed)),
            Lie::HmacWithClientSecret => hmac(CLIENT_SECRET.as_bytes().to_vec()),
            Lie::WrongSignature => ed25519(&kid, 77),
            Lie::UnknownKey => ed25519("never-published", 77),
            Lie::KeyInToken => {
                let key = signing_key("brought-along", 77);
                let jwk = serde_json::to_value(key.as_verification_key()).unwrap();
                let keys = format!("{}/elsewhere", self.url);
                let head =
                    json!({"alg": "EdDSA", "kid": "brought-along", "jwk": jwk, "jku": keys, "x5u": keys});
                with(part(&head), &|bytes| key.sign(&Algorithm::EdDsa, bytes).unwrap())
            }
            Lie::ChangedClaims => {
                let token = ed25519(&kid, seed);
                let parts: Vec<&str> = token.split('.').collect();
                claims["sub"] = "subject-of-eve".into();
                [parts[0], &part(&claims), parts[2]].join(".")
            }
            _ => ed25519(&kid, seed),
        }
    }

    fn userinfo(&self, authorization: &str, lie: Lie) -> Response<Full<Bytes>> {
        if authorization != "Bearer access-token" {
            return reply(401, &json!({"error": "invalid_token"}));
        }
        let mut claims = self.state().userinfo.clone().unwrap_or_default();
        let subject = if lie == Lie::UserinfoSubject { "subject-of-eve" } else { "subject-of-ann" };
        claims["sub"] = subject.into();
        reply(200, &claims)
    }
}

const CONFIGURATION: &str = "/.well-known/openid-configuration";

/// An Ed25519 key from a seed (RFC 8410, section 7).
fn signing_key(kid: &str, seed: u8) -> CoreEdDsaPrivateSigningKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(openidconnect::JsonWebKeyId::new(kid.to_owned())))
        .unwrap()
}

fn public_key(kid: &str, seed: u8) -> Vec<u8> {
    let public = serde_json::to_value(signing_key(kid, seed).as_verification_key()).unwrap();
    URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap()
}

fn reply(status: u16, value: &Value) -> Response<Full<Bytes>> {
    raw(status, value.to_string().into())
}

fn raw(status: u16, body: Bytes) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::new(body))
        .unwrap()
}

fn redirect(to: &str) -> Response<Full<Bytes>> {
    Response::builder().status(302).header("location", to).body(Full::default()).unwrap()
}
