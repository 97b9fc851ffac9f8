//! No page is forgotten when texts are put into other languages: every page that there is, and every one that a link leads
//! to, is fetched in English and in each other language, and what is the same in both must be a name, a value, or one of
//! few words that are.
//!
//! Refusals and findings are recognised and said in the language of the page; what is not recognised stands in an element
//! of its own, [`UNSAID`], and there must be none. What is English on purpose, such as the description of the API, stands
//! in an element that says so with `lang`; what is code stands in one of [`CODE`].

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hyper::{Method, StatusCode};
use support::{House, PASSWORD, Plan, Visitor};
use traefik_manager_core::{
    git::CopiedFile, notices::Rank, settings::Settings, test_support::sample_settings,
};
use traefik_manager_http::{Door, endpoints};

/// All names begin with `zz`, so that they are told from words.
const FILE: &str = include_str!("languages/zz-home.yml");

/// Elements that hold code, or what somebody has written.
const CODE: [&str; 8] = ["code", "pre", "kbd", "textarea", "output", "script", "datalist", "samp"];
/// Around what the program says in English and nobody has recognised.
const UNSAID: &str = "<span lang=\"en\">";
/// Words that only English sentences have.
const OF_ENGLISH: [&str; 6] = ["and", "is", "of", "that", "the", "which"];
/// Elements without an end.
const VOID: [&str; 7] = ["meta", "link", "input", "br", "hr", "img", "wbr"];
/// Attributes that people are told.
const TOLD: [&str; 7] =
    ["placeholder", "aria-label", "title", "alt", "data-label", "data-nothing", "data-failed"];

/// Pages that only send on, are there for others, or tell what happens as it does.
const ELSEWHERE: [&str; 11] = [
    "/login",
    "/login/otp",
    "/auth/oidc/login",
    "/auth/oidc/callback",
    "/force-change-password",
    "/account/otp/setup",
    "/account/otp/enable",
    "/account/otp/recovery",
    "/account/otp/disable",
    "/setup",
    "/static/restart/events",
];

/// Names; values of this program, of Traefik and of examples; and words that are the same in other languages.
const SAME: &str = "
    Amazon Anywhere Authelia Authentik Catalog Connect Consul CrowdSec Datadog Deutsch Discord Docker English Firefox
    Gateway Git Gotify Ingress Knative Kubernetes Manager Nomad Prometheus Redis Sentinel Slack Swarm Tailscale Traefik
    bcrypt etcd
    admin blog dns git http https main syslog tcp traefik traefik-manager traefik-manager-service udp web websecure
    weighted
    Branch Bucket Bytes Codes Commit Commits Cookie Dashboard Domain Domains Engine Format Global Hash Host Master
    Megabytes Middlewares Name Namespaces Null Organisation Ping Plugins Port Provider Realm Region Repository Route
    Router Routing Status System Token Tracing Version Webhook
";

/// Texts that are the same as a whole: examples of what is entered.
const SAME_AS_A_WHOLE: [&str; 7] = [
    "Host(`{{ normalize .Name }}.example.com`)",
    "In X-Forwarded-Tls-Client-Cert.",
    "IsNetworkError() && Attempts() < 2",
    "Label(`edge`, `yes`)",
    "X-Content-Type-Options: nosniff.",
    "camera=(), microphone=()",
    "default-src 'self'",
];
/// Fields and kinds that go by their own names, as a whole text too.
const OWN_NAMES: &str = "another-service api app-next buffering burst cache chain cloudflare compress country dashboard \
    debug default depth errors headers hostname ids info internal ip issuer knative letsencrypt locality name namespace \
    noop organization province proxy qps retry sans service shortlived spiffe stale subject";

/// What a page says, text by text.
fn texts(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // The elements around, with whether they are to be left out.
    let mut around: Vec<(String, bool)> = Vec::new();
    let mut value = String::new();
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("a tag without an end: {part}"));
        if let Some(name) = tag.strip_prefix('/') {
            let (begun, _) = around.pop().unwrap_or_else(|| panic!("nothing to end with {tag}"));
            assert_eq!(begun, name, "an element ends where another one has begun");
        } else if !tag.starts_with('!') {
            let name = tag.split([' ', '\n']).next().unwrap_or_default();
            let is_english = name != "html" && attribute(tag, "lang").is_some();
            let is_left_out =
                is_english || CODE.contains(&name) || around.last().is_some_and(|(_, left_out)| *left_out);
            if !is_left_out {
                found.extend(TOLD.iter().filter_map(|name| attribute(tag, name)).map(|text| plain(&text)));
            }
            value =
                if name == "option" { attribute(tag, "value").unwrap_or_default() } else { String::new() };
            if !VOID.contains(&name) {
                around.push((name.to_owned(), is_left_out));
            }
        }
        let text = plain(text);
        if !around.last().is_some_and(|(_, left_out)| *left_out) && text != plain(&value) {
            found.insert(text);
        }
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    Some(after.split_once('"')?.0.to_owned())
}

fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text may be the same in every language: nothing of it is a word, but a name, a number, an abbreviation, a
/// field or an address.
fn may_be_the_same(text: &str) -> bool {
    let is_known =
        |part: &str| SAME_AS_A_WHOLE.contains(&part) || OWN_NAMES.split(' ').any(|name| name == part);
    is_known(text)
        // What a commit says.
        || text.starts_with("traefik-manager: ")
        || text.trim_start_matches("· ").split([',', '·']).map(str::trim).all(|part| {
            is_known(part) || part.split([' ', '(', ')', '[', ']', '“', '”', '„', '"']).all(is_no_word)
        })
}

fn is_no_word(word: &str) -> bool {
    if word.starts_with(['/', '^']) || word.starts_with("X-") {
        return true;
    }
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let mut neighbours = word.chars().zip(word.chars().skip(1));
    word.chars().filter(|c| c.is_alphabetic()).count() < 2
        || SAME.split_whitespace().any(|same| same == word)
        || word.contains("zz")
        || word.contains(|c: char| c.is_ascii_digit() || "./:@`=_\\*".contains(c))
        || word.chars().all(|c| !c.is_lowercase())
        || neighbours.any(|(one, next)| one.is_lowercase() && next.is_uppercase())
}

/// The pages that links lead to, as they are in English.
struct Walk<'v, 'h> {
    visitor: &'v mut Visitor<'h>,
    seen: BTreeSet<String>,
    waiting: VecDeque<String>,
    /// By path: how many pages there were.
    opened: BTreeMap<String, usize>,
    /// What is the same, and where.
    same: BTreeMap<String, String>,
    /// What is not recognised, and where.
    unsaid: BTreeMap<String, String>,
    compared: usize,
}

impl<'v, 'h> Walk<'v, 'h> {
    fn new(visitor: &'v mut Visitor<'h>) -> Self {
        Self {
            visitor,
            seen: BTreeSet::new(),
            waiting: VecDeque::new(),
            opened: BTreeMap::new(),
            same: BTreeMap::new(),
            unsaid: BTreeMap::new(),
            compared: 0,
        }
    }

    fn want(&mut self, address: &str) {
        let address = address.split('#').next().unwrap_or_default();
        if self.seen.insert(address.to_owned()) {
            self.waiting.push_back(address.to_owned());
        }
    }

    async fn page(&mut self, address: &str, language: &str) -> Option<String> {
        self.visitor.headers.insert("accept-language", language.parse().unwrap());
        let answer = self.visitor.get(address).await;
        let is_html =
            answer.headers.get("content-type").is_some_and(|kind| kind == "text/html; charset=utf-8");
        (is_html && answer.status == StatusCode::OK).then(|| answer.text().to_owned())
    }

    async fn go(&mut self) {
        while let Some(address) = self.waiting.pop_front() {
            let Some(english) = self.page(&address, "en").await else { continue };
            let path = address.split('?').next().unwrap_or_default().to_owned();
            *self.opened.entry(path).or_default() += 1;
            for link in english.split(" href=\"/").skip(1) {
                let link = plain(&format!("/{}", link.split('"').next().unwrap_or_default()));
                if !link.starts_with("/assets/") && !link.starts_with("/api/") {
                    self.want(&link);
                }
            }
            let german =
                self.page(&address, "de").await.unwrap_or_else(|| panic!("{address} is not there in German"));
            self.compare(&address, &english, &german);
        }
    }

    /// Compares a page with itself in German.
    fn compare(&mut self, address: &str, english: &str, german: &str) {
        assert!(german.contains("<html lang=\"de\""), "{address}");
        if !address.starts_with("/api?") && address != "/api" {
            for unsaid in german.split(UNSAID).skip(1) {
                let unsaid = plain(unsaid.split('<').next().unwrap_or_default());
                if !may_be_the_same(&unsaid) {
                    self.unsaid.entry(unsaid).or_insert_with(|| address.to_owned());
                }
            }
        }
        let (mut english, german) = (texts(english), texts(german));
        if address.starts_with("/api?operation=") {
            // An operation's page is called by what the description of the API says.
            english.retain(|text| !text.ends_with("· Traefik Manager"));
        }
        // A sentence of which only a part is recognised.
        let is_half = |text: &&String| text.split(' ').any(|word| OF_ENGLISH.contains(&word));
        for half in german.iter().filter(is_half).filter(|_| !address.starts_with("/api")) {
            self.unsaid.entry(half.clone()).or_insert_with(|| address.to_owned());
        }
        self.compared += english.len();
        for text in english.intersection(&german).filter(|text| !may_be_the_same(text)) {
            self.same.entry(text.clone()).or_insert_with(|| address.to_owned());
        }
    }

    /// Compares a single page.
    async fn look(&mut self, address: &str) {
        let english = self.page(address, "en").await.unwrap();
        let german = self.page(address, "de").await.unwrap();
        self.compare(address, &english, &german);
    }

    /// Compares what a form is refused with.
    async fn refused(&mut self, address: &str, fields: &[(&str, &str)]) {
        let mut answers = Vec::new();
        for language in ["en", "de"] {
            self.visitor.headers.insert("accept-language", language.parse().unwrap());
            let answer = self.visitor.submit(address, fields).await;
            assert!(answer.status.is_client_error(), "{address}: {}", answer.status);
            answers.push(answer.text().to_owned());
        }
        self.compare(address, &answers[0], &answers[1]);
    }

    fn tell(&self) {
        let lines: Vec<String> = self.same.iter().map(|(text, at)| format!("{at}: {text}")).collect();
        assert!(lines.is_empty(), "{} texts are the same:\n{}", lines.len(), lines.join("\n"));
        assert!(self.unsaid.is_empty(), "nobody has recognised {:#?}", self.unsaid);
    }
}

/// The pages of the table, by their paths.
fn pages() -> Vec<&'static str> {
    let is_page = |path: &str| !path.contains('{') && !path.starts_with("/api/") && !path.contains('.');
    let all = endpoints().into_iter();
    let wanted = all.filter(|it| it.method == Method::GET && it.door != Door::Public && is_page(it.path));
    wanted.map(|endpoint| endpoint.path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_said_in_every_language() {
    let house = House::with_files(&[("zz-home.yml", FILE)]);
    let mut owner = house.owner().await;
    fill(&house, &mut owner).await;
    let mut walk = Walk::new(&mut owner);
    for path in pages() {
        walk.want(path);
    }
    walk.want("/history/trial?change=1");
    walk.go().await;
    let nothing_leads = |path: &&str| !walk.opened.contains_key(*path) && !ELSEWHERE.contains(path);
    let missing: Vec<&str> = pages().into_iter().filter(nothing_leads).collect();
    assert!(missing.is_empty(), "nothing leads to {missing:?}");
    assert!(walk.opened.len() > 40 && walk.compared > 5_000, "{} pages", walk.opened.len());
    walk.tell();
}

/// Makes sure that every page has something to show.
async fn fill(house: &House, owner: &mut Visitor<'_>) {
    // What a key may not do is in the history.
    let body = r#"{"device_name":"zz-wall","scopes":["read"]}"#;
    let key = owner.post_json("/api/auth/apikey/generate", body).await.json()["key"].clone();
    let mut device = house.stranger();
    device.headers.insert("x-api-key", key.as_str().unwrap().parse().unwrap());
    assert_eq!(device.send(Method::POST, "/save", &[], "").await.status, StatusCode::FORBIDDEN);
    owner
        .headers
        .insert("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0".parse().unwrap());
    house
        .beside
        .git
        .put("abcdef0123", vec![CopiedFile { path: "dynamic/zz-home.yml".into(), text: FILE.into() }]);
    house.manager.companions().unwrap().notices.tell(Rank::Warning, "zz").unwrap();
    let text = owner.get("/static/raw").await;
    let (seen, static_text) = (text.field("seen"), text.area().replace(":80", ":81"));
    let git = [("git_backup_enabled", "true"), ("git_backup_repo", "https://zz.example.com/zz.git")];
    let template = [("id", ""), ("name", "zz-office"), ("yaml", "compress: {}")];
    let own = [("domain", "zz.example.com"), ("service_url", "http://zz:5000"), ("entry_point", "websecure")];
    let draft = [("seen", seen.as_str()), ("content", static_text.as_str()), ("dry_run", "true")];
    for (path, fields) in [
        ("/keys", [("device_name", "zz-phone"), ("scopes", "read"), ("expires_days", "30")].as_slice()),
        ("/backups/create", &[]),
        ("/routes/toggle", &[("off", "zz-home.yml::zz-wiki")]),
        ("/settings/backups", &git),
        ("/backups/git/push", &[]),
        ("/middlewares/templates", &template),
        ("/dashboard/groups", &[("groups", "zz-group")]),
        ("/dashboard/tile", &[("route", "zz-home.yml::zz-films"), ("hidden", "true")]),
        ("/settings/self-route", &own),
        ("/static/raw", &draft),
    ] {
        let answer = owner.submit(path, fields).await;
        let is_done = matches!(answer.status, StatusCode::SEE_OTHER | StatusCode::OK);
        let why = answer.text().split("role=\"alert\"").nth(1).unwrap_or_default();
        assert!(is_done, "{path}: {}", why.chars().take(500).collect::<String>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_without_anything_is_said_in_every_language() {
    let settings = Settings { setup_complete: false, ..sample_settings() };
    let settings = Settings { password_hash: format!("fake${PASSWORD}"), ..settings };
    let house = House::build(Plan { settings, ..Plan::default() });
    let mut stranger = house.stranger();
    let mut walk = Walk::new(&mut stranger);
    walk.want("/login");
    walk.go().await;
    assert_eq!(walk.opened.len(), 1);
    walk.tell();
    let mut owner = house.owner().await;
    let mut walk = Walk::new(&mut owner);
    for path in pages() {
        walk.want(path);
    }
    walk.go().await;
    assert_eq!(walk.opened["/setup"], 4, "the set-up and its three steps");
    walk.tell();
    house.settings.edit_behind_the_back(|settings| settings.must_change_password = true);
    let mut walk = Walk::new(&mut owner);
    walk.want("/force-change-password");
    walk.go().await;
    assert_eq!(walk.opened.len(), 1);
    walk.tell();
}

/// What a machine may write that has never seen Traefik.
const WRONG: &str = "http:\n  routers:\n    zz-a:\n      rule: Hos(`zz`)\n      service: zz-gone\n      entryPoints: [zz-none]\n      \
    middlewares: [zz-gone]\n      priority: zz\n    zz-b:\n      rule: Host(`zz`) &&\n      tls: {options: zz-gone}\n  services:\n    \
    zz-c:\n      loadBalancer:\n        servers: [{zzurl: zz}]\n  middlewares:\n    zz-d: {addPrefix: {prefix: zz}, chain: {}}\n";

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_findings_are_said_in_every_language() {
    let broken = "http:\n  routers: [\n";
    let house =
        House::with_files(&[("zz-home.yml", FILE), ("zz-wrong.yml", WRONG), ("zz-broken.yml", broken)]);
    let mut owner = house.owner().await;
    let mut walk = Walk::new(&mut owner);
    for path in [
        "/",
        "/overview",
        "/files",
        "/files/edit?file=zz-broken.yml",
        "/files/edit?file=zz-wrong.yml",
        "/services",
    ] {
        walk.look(path).await;
    }
    let revision = walk.visitor.get("/files/edit?file=zz-home.yml").await.field("revision");
    let seen = walk.visitor.get("/static/raw").await.field("seen");
    for (path, fields) in [
        (
            "/files/edit",
            [("file", "zz-home.yml"), ("revision", revision.as_str()), ("content", WRONG)].as_slice(),
        ),
        ("/files/edit", &[("file", "zz-home.yml"), ("revision", revision.as_str()), ("content", "http: [")]),
        ("/files/edit", &[("file", "zz-home.yml"), ("content", "http: [")]),
        ("/files/edit", &[("file", "../zz"), ("content", "")]),
        ("/save", &[]),
        ("/save", &[("serviceName", "zz"), ("domains", "zz zz"), ("targetIp", ""), ("targetPort", "zz")]),
        ("/routes/toggle", &[("off", "zz-nowhere")]),
        ("/routes/raw", &[("id", "zz-home.yml::zz-wiki"), ("content", "zz")]),
        ("/backups/restore", &[("name", "zz")]),
        ("/history/undo", &[("change", "999")]),
        ("/history/keep", &[("change", "zz")]),
        ("/keys", &[("device_name", ""), ("scopes", "read")]),
        ("/keys/revoke", &[("preview", "zz")]),
        (
            "/force-change-password",
            &[("current_password", "zz"), ("new_password", "zz"), ("confirm_password", "zz")],
        ),
        ("/settings", &[("domains", ""), ("traefik_api_url", "zz")]),
        ("/settings/self-route", &[("domain", "")]),
        ("/settings/backups", &[("git_backup_enabled", "true"), ("git_backup_repo", "zz")]),
        ("/settings/notifications", &[("webhook_enabled", "true"), ("webhook_url", "zz")]),
        ("/settings/oidc", &[("oidc_enabled", "true"), ("oidc_provider_url", "zz")]),
        ("/middlewares/templates", &[("id", ""), ("name", ""), ("yaml", "")]),
        ("/tools", &[("username", ""), ("password", "")]),
        ("/static/raw", &[("content", "entryPoints: {}")]),
        ("/static/raw", &[("seen", seen.as_str()), ("content", "entryPoints: [")]),
        ("/save-middleware", &[("middlewareName", "")]),
        ("/account/otp/enable", &[("code", "1")]),
        ("/nowhere", &[]),
    ] {
        walk.refused(path, fields).await;
    }
    let draft = "entryPoints: {zz: {address: zz}, zy: {}}\n";
    walk.visitor.submit("/static/raw", &[("seen", seen.as_str()), ("content", draft)]).await;
    walk.look("/static/review").await;
    walk.tell();
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_pages_are_told_in_their_language_and_programs_in_english() {
    let house = House::with_files(&[("zz-home.yml", FILE)]);
    let mut owner = house.owner().await;
    owner.headers.insert("accept-language", "de".parse().unwrap());
    let body = r#"{"enabled":true}"#;
    let said = |answer: support::Answer| answer.json()["message"].as_str().unwrap().to_owned();
    let english = "route `zz-nowhere` not found";
    assert_eq!(said(owner.post_json("/api/routes/zz-nowhere/toggle", body).await), english);
    owner.headers.insert("x-requested-with", "fetch".parse().unwrap());
    let german = said(owner.post_json("/api/routes/zz-nowhere/toggle", body).await);
    assert_eq!(german, "nicht gefunden: Route `zz-nowhere`");
    let mut device = house.device(true).await;
    device.headers.insert("accept-language", "de".parse().unwrap());
    assert_eq!(said(device.post_json("/api/routes/zz-nowhere/toggle", body).await), english);
}
