//! A whole program in memory, and visitors who look at each of its answers with suspicion.

mod answer;
mod held;
pub(crate) mod traefik;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request, StatusCode, header};
use tokio::time::Instant;
use traefik_manager_core::{
    auth::{Access, AccessPolicy, AccessPorts, TrustedProxies},
    clock::Timer,
    companion::{Companions, DashboardFile, TemplateFile},
    config::store::ConfigStore,
    git::GitBackups,
    manager::Manager,
    notices::{Endings, NoticeBoard},
    restart::{BUDGET, Method as RestartMethod},
    routes::{Configuration, ConfigurationPorts},
    settings::{Settings, SettingsCell},
    test_support::{
        FakeCipher, FakeClock, FakeCommonPasswords, FakeDigests, FakeEntropy, FakeIdentityProvider,
        FakeOneTimePasswords, FakePasswords, FakeTimer, MemoryAttemptStore, MemoryAuditLog,
        MemoryBackupStore, MemoryConfigStore, MemoryGit, MemoryIcons, MemoryKeyUses, MemoryPostman,
        MemoryRestarter, MemorySessionStore, MemorySettingsStore, MemorySmallFile, sample_settings,
    },
    tools::UserTools,
    traefik::live::{MockTraefikApi, TraefikApi},
};
use traefik_manager_http::{App, HttpPolicy};
use traefik_manager_yaml::{PlainYaml, Yaml};

pub(crate) use self::answer::Answer;
use self::held::HeldStore;
use self::traefik::FakeTraefik;

/// The password of every house.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The program, and the fakes that it stands on.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) manager: Arc<Manager>,
    pub(crate) files: Arc<MemoryConfigStore>,
    pub(crate) settings: Arc<MemorySettingsStore>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) traefik: Arc<FakeTraefik>,
    pub(crate) held: Arc<HeldStore>,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) provider: Arc<FakeIdentityProvider>,
    pub(crate) static_file: Arc<MemoryConfigStore>,
    pub(crate) restarter: Arc<MemoryRestarter>,
    pub(crate) beside: Beside,
}

/// What is kept beside the settings.
#[derive(Clone, Default)]
pub(crate) struct Beside {
    pub(crate) templates: Arc<MemorySmallFile>,
    pub(crate) dashboard: Arc<MemorySmallFile>,
    pub(crate) notices: Arc<MemorySmallFile>,
    pub(crate) drafts: Arc<MemorySmallFile>,
    pub(crate) icons: Arc<MemoryIcons>,
    pub(crate) postman: Arc<MemoryPostman>,
    pub(crate) git: Arc<MemoryGit>,
}

/// Time as tokio tells it, which a test may have paused.
#[derive(Debug)]
struct TokioTime(Instant);

#[async_trait]
impl Timer for TokioTime {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// How a house is built.
pub(crate) struct Plan<'p> {
    pub(crate) files: &'p [(&'p str, &'p str)],
    pub(crate) settings: Settings,
    pub(crate) access: AccessPolicy,
    pub(crate) secure_cookies: bool,
    /// Makes every write wait until it is let go.
    pub(crate) held: bool,
    /// Whether time passes as that of tokio does, and not at once.
    pub(crate) takes_time: bool,
    /// Stands in for the Traefik that says what it is told to.
    pub(crate) api: Option<MockTraefikApi>,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        let settings =
            Settings { password_hash: format!("fake${PASSWORD}"), setup_complete: true, ..sample_settings() };
        Self {
            files: &[],
            settings,
            access: AccessPolicy::default(),
            secure_cookies: false,
            held: false,
            takes_time: false,
            api: None,
        }
    }
}

impl House {
    /// Somebody has set this up and chosen a password.
    pub(crate) fn with_files(files: &[(&str, &str)]) -> Self {
        Self::build(Plan { files, ..Plan::default() })
    }

    pub(crate) fn build(plan: Plan<'_>) -> Self {
        let clock = Arc::new(FakeClock::default());
        let settings = Arc::new(MemorySettingsStore::with(plan.settings));
        let cell =
            Arc::new(SettingsCell::open(settings.clone(), || unreachable!("there are settings")).unwrap());
        let cipher = Arc::new(FakeCipher::default());
        let audit = Arc::new(MemoryAuditLog::default());
        let ports = AccessPorts {
            clock: clock.clone(),
            entropy: Arc::new(FakeEntropy::default()),
            passwords: Arc::new(FakePasswords::default()),
            common_passwords: Arc::new(FakeCommonPasswords),
            digests: Arc::new(FakeDigests::default()),
            cipher: cipher.clone(),
            one_time: Arc::new(FakeOneTimePasswords),
            sessions: Arc::new(MemorySessionStore::default()),
            audit: audit.clone(),
            key_uses: Arc::new(MemoryKeyUses::default()),
            attempts: Arc::new(MemoryAttemptStore::default()),
        };
        let access = Access::new(ports, cell.clone(), plan.access);
        let files = Arc::new(MemoryConfigStore::directory(plan.files.iter().copied()));
        let provider = Arc::new(FakeIdentityProvider::default());
        let held = Arc::new(HeldStore::new(files.clone(), plan.held));
        let static_file = Arc::new(MemoryConfigStore::files([(
            "traefik.yml",
            "entryPoints:\n  web:\n    address: :80\n  websecure:\n    address: :443\n  https:\n    address: :8443\n  dns:\n    address: :53/udp\n  syslog:\n    address: :514/udp\nproviders:\n  docker: {}\n",
        )]));
        let configuration = Configuration::open(
            ConfigurationPorts {
                files: held.clone(),
                static_file: Some(static_file.clone() as Arc<dyn ConfigStore>),
                backups: Arc::new(MemoryBackupStore::new(clock.clone(), 20)),
                syntax: Arc::new(Yaml),
                static_syntax: Arc::new(Yaml),
                neighbours: None,
                audit: audit.clone(),
                clock: clock.clone(),
            },
            cell.clone(),
        );
        let traefik = Arc::new(FakeTraefik::new(files.clone()));
        let api: Arc<dyn TraefikApi> = match plan.api {
            Some(api) => Arc::new(api),
            None => traefik.clone(),
        };
        let timer: Arc<dyn Timer> = if plan.takes_time {
            Arc::new(TokioTime(Instant::now()))
        } else {
            Arc::new(FakeTimer::default())
        };
        let beside = Beside::default();
        let notices = Arc::new(NoticeBoard::new(
            beside.notices.clone(),
            Arc::new(PlainYaml),
            clock.clone(),
            cell.clone(),
            cipher.clone(),
            beside.postman.clone(),
        ));
        let companions = Companions {
            drafts: beside.drafts.clone(),
            templates: TemplateFile::new(
                beside.templates.clone(),
                Arc::new(PlainYaml),
                Arc::new(FakeEntropy::default()),
            ),
            dashboard: DashboardFile::new(beside.dashboard.clone(), Arc::new(PlainYaml)),
            icons: beside.icons.clone(),
            endings: Endings::new(Arc::new(MemorySmallFile::default()), clock.clone(), notices.clone()),
            notices,
            git: GitBackups::new(beside.git.clone(), cell.clone(), cipher.clone(), clock.clone()),
            users: UserTools::new(Arc::new(FakePasswords::default()), Arc::new(FakeDigests::default())),
        };
        let manager =
            Manager::new(access, configuration, cell, api, timer, cipher).with_companions(companions);
        let restarter = Arc::new(MemoryRestarter::new(RestartMethod::Socket));
        let manager =
            manager.with_identity_provider(provider.clone()).with_restarter(restarter.clone(), BUDGET);
        let manager = Arc::new(manager);
        let policy = HttpPolicy {
            secure_cookies: plan.secure_cookies,
            trusted_proxies: TrustedProxies::default(),
            version: "1.2.3".to_owned(),
            static_config: true,
        };
        let app = App::new(manager.clone(), policy);
        Self {
            app,
            manager,
            files,
            settings,
            clock,
            traefik,
            held,
            audit,
            provider,
            static_file,
            restarter,
            beside,
        }
    }

    /// Somebody who has never been here.
    pub(crate) fn stranger(&self) -> Visitor<'_> {
        Visitor { house: self, cookies: BTreeMap::new(), headers: HeaderMap::new(), token: String::new() }
    }

    /// Somebody who has signed in with a browser.
    pub(crate) async fn owner(&self) -> Visitor<'_> {
        let mut owner = self.stranger();
        let form = owner.get("/login").await;
        let token = form.field("csrf_token");
        let answer = owner.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        owner.token = owner.get("/").await.meta_token();
        owner
    }

    /// The phone app, or a script with `fetch: false`.
    pub(crate) async fn device(&self, fetch: bool) -> Visitor<'_> {
        let owner = self.owner().await;
        let body = r#"{"device_name":"phone"}"#;
        let answer = owner
            .send(Method::POST, "/api/auth/apikey/generate", &[("x-csrf-token", &owner.token)], body)
            .await;
        let key = answer.json()["key"].as_str().unwrap().to_owned();
        let mut device = self.stranger();
        device.headers.insert("x-api-key", key.parse().unwrap());
        if fetch {
            device.headers.insert("x-requested-with", "fetch".parse().unwrap());
        }
        device
    }
}

/// Somebody with cookies, or with a key.
pub(crate) struct Visitor<'h> {
    house: &'h House,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: HeaderMap,
    /// The token of the pages' forms.
    pub(crate) token: String,
}

impl Visitor<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.send(Method::GET, path, &[("accept", "text/html,*/*")], "").await;
        self.keep_cookies(&answer);
        answer
    }

    /// A form, with exactly these fields.
    pub(crate) async fn send_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html,*/*")];
        let answer = self.send(Method::POST, path, &kind, &body).await;
        self.keep_cookies(&answer);
        answer
    }

    /// A form of a page, with its token.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        self.send_form(path, &all).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("x-csrf-token", self.token.as_str())];
        self.send(Method::POST, path, &headers, body).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request =
            Request::builder().method(method.clone()).uri(path).header("host", "tm.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        self.raw(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await
    }

    /// Any request at all.
    pub(crate) async fn raw(&self, request: Request<Full<Bytes>>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().to_string());
        let reply = self.house.app.answer(IpAddr::V4(Ipv4Addr::LOCALHOST), request).await;
        let (head, body) = reply.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let answer = Answer { status: head.status, headers: head.headers, bytes };
        answer.inspect(&method, &path);
        answer
    }

    pub(crate) fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
