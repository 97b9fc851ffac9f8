//! A manager to be rude to, and what every refusal must look like.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    edge::{first_key, token},
    http::{Answer, Client},
    manager::{Manager, ManagerOptions},
};

/// The password that [`first_key`] chooses.
pub(crate) const PASSWORD: &str = "a long enough password";

pub(crate) const HAND_WRITTEN: &str = "\
# By hand.
http:
  routers:
    wild:   # last resort
      rule: \"Host(`wild.test`)\"
      service: wild-service
  services:
    wild-service: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}
tcp:
  routers:
    db:
      rule: HostSNI(`*`)
      service: db-service
  services:
    db-service: {loadBalancer: {servers: [{address: '127.0.0.1:5432'}]}}
";

/// A manager on a folder with hand-written files, and an API key for it.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) options: ManagerOptions,
    pub(crate) manager: Manager,
    pub(crate) secret: String,
    pub(crate) key: Client,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// With more variables; `{}` in a value stands for the folder.
    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("dynamic")).unwrap();
        fs::write(folder.path().join("dynamic/edge.yml"), HAND_WRITTEN).unwrap();
        let place = folder.path().display().to_string();
        let mut options = ManagerOptions::new(folder.path());
        if !variables.iter().any(|(name, _)| name.starts_with("CONFIG_")) {
            options = options.variable("CONFIG_DIR", format!("{place}/dynamic"));
        }
        for (name, value) in variables {
            options = options.variable(name, value.replace("{}", &place));
        }
        let manager = Manager::start(options.clone()).await;
        let secret = first_key(&manager).await;
        let key = manager.client().with_api_key(&secret);
        Self { folder, options, manager, secret, key }
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.path("dynamic/edge.yml")).unwrap()
    }

    /// Everything that a refused request must not touch: the files, the settings, the copies.
    pub(crate) fn everything(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for place in ["dynamic", "data/backups", "data/config/manager.yml"] {
            collect(&self.path(place), &mut all);
        }
        all
    }

    /// Sends a request as a script and as the phone app, and checks the whole of both refusals: the status, the
    /// body, and that nothing was written.
    pub(crate) async fn refuses(&self, rude: &Rude<'_>) -> Result<(), String> {
        let before = self.everything();
        let (kind, body) = rude.body.encode();
        let headers = [("content-type", kind)];
        let plain = self.key.try_send(Method::POST, rude.path, &headers, body.clone()).await?;
        let headers = [("content-type", kind), ("x-requested-with", "fetch")];
        let fetched = self.key.try_send(Method::POST, rude.path, &headers, body).await?;
        check(rude, &plain, rude.status)?;
        let told_by_status = matches!(rude.status, 401 | 413 | 429);
        check(rude, &fetched, if told_by_status { rude.status } else { 200 })?;
        same("the two bodies", &plain.json(), &fetched.json())?;
        if self.everything() != before {
            return Err("something was written".to_owned());
        }
        Ok(())
    }

    /// Checks a whole table and reports every line of it that fails.
    pub(crate) async fn refuses_all(&self, table: &[Rude<'_>]) {
        let mut failures = Vec::new();
        for rude in table {
            if let Err(reason) = self.refuses(rude).await {
                failures.push(format!("{}: {reason}", rude.what));
            }
        }
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    }

    /// A browser that has signed in, and the token of its pages.
    pub(crate) async fn owner(&self) -> (Client, String) {
        let client = self.manager.visitor();
        let csrf = token(&client.get("/login").await.text());
        let answer = client.post_form("/login", &[("csrf_token", &csrf), ("password", PASSWORD)]).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        let csrf = token(&client.get("/").await.text());
        (client, csrf)
    }
}

fn collect(place: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
    if let Ok(entries) = fs::read_dir(place) {
        for entry in entries {
            collect(&entry.unwrap().path(), all);
        }
    } else if let Ok(bytes) = fs::read(place) {
        all.insert(place.display().to_string(), bytes);
    }
}

/// A request that must be refused.
pub(crate) struct Rude<'a> {
    pub(crate) what: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: Body<'a>,
    pub(crate) status: u16,
    /// The `field` of the refusal, or nothing to check.
    pub(crate) field: &'a str,
    /// What the message must mention.
    pub(crate) words: &'a [&'a str],
}

pub(crate) enum Body<'a> {
    Form(Vec<(&'a str, &'a str)>),
    Json(Value),
    Text(String),
}

impl Body<'_> {
    fn encode(&self) -> (&'static str, Bytes) {
        match self {
            Self::Form(fields) => {
                let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                ("application/x-www-form-urlencoded", text.into())
            }
            Self::Json(value) => ("application/json", value.to_string().into()),
            Self::Text(text) => ("application/json", text.clone().into()),
        }
    }
}

fn check(rude: &Rude<'_>, answer: &Answer, status: u16) -> Result<(), String> {
    same("status", &answer.status.as_u16(), &status)
        .map_err(|error| format!("{error}: {}", answer.text()))?;
    let body = answer.json();
    same("ok", &body["ok"], &json!(false))?;
    same("success", &body["success"], &json!(false))?;
    same("error", &body["error"], &body["message"])?;
    let message = body["message"].as_str().unwrap_or_default();
    if message.is_empty() {
        return Err(format!("no message: {body}"));
    }
    if let Some(word) = rude.words.iter().find(|word| !message.contains(*word)) {
        return Err(format!("no word of `{word}`: {message}"));
    }
    if rude.field.is_empty() { Ok(()) } else { same("field", &body["field"], &json!(rude.field)) }
}

fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what} is {found:?}, not {wanted:?}")) }
}

/// The fields of a good new route, with some of them changed.
pub(crate) fn route<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("serviceName", "new"),
        ("protocol", "http"),
        ("httpRule", "Host(`new.test`)"),
        ("tcpRule", "HostSNI(`*`)"),
        ("targetIp", "10.0.0.9"),
        ("targetPort", "8080"),
    ];
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        fields.push((name, value));
    }
    fields
}
