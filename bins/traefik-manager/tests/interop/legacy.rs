//! A copy of the data folder, and a program running on it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    http::{Answer, Client},
    manager::{Manager, ManagerOptions},
};

/// The password of the folder.
pub(crate) const PASSWORD: &str = "Shared-fixture-pass-1";

pub(crate) struct Legacy {
    folder: TempDir,
    options: ManagerOptions,
    expected: Value,
    pub(crate) manager: Manager,
}

impl Legacy {
    pub(crate) async fn start() -> Self {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tm-1.5.2");
        let folder = TempDir::new().unwrap();
        for part in ["config", "dynamic", "backups"] {
            copy(&fixture.join(part), &folder.path().join(part));
        }
        let settings = folder.path().join("config/manager.yml");
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(&settings, format!("# kept by hand\n{text}my_own_key: {{a: 1}}   # and this\n")).unwrap();
        let options = ManagerOptions::new(folder.path())
            .variable("SETTINGS_PATH", settings.display().to_string())
            .variable("BACKUP_DIR", folder.path().join("backups").display().to_string())
            .variable("CONFIG_DIR", folder.path().join("dynamic").display().to_string());
        let manager = Manager::start(options.clone()).await;
        assert!(manager.password.is_none(), "it is an installation already");
        let expected = serde_json::from_slice(&fs::read(fixture.join("EXPECT.json")).unwrap()).unwrap();
        Self { folder, options, expected, manager }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The files that came with the folder.
    pub(crate) fn written_by_1_5_2(&self) -> BTreeMap<String, Vec<u8>> {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tm-1.5.2");
        let mut files = BTreeMap::new();
        for part in ["config", "dynamic", "backups"] {
            for entry in fs::read_dir(fixture.join(part)).unwrap() {
                let name = format!("{part}/{}", entry.unwrap().file_name().to_str().unwrap());
                files.insert(name.clone(), fs::read(self.path(&name)).unwrap());
            }
        }
        files
    }

    /// The key of a device.
    pub(crate) fn expect(&self, device: &str) -> String {
        self.expected["api_keys"][device].as_str().unwrap().to_owned()
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.expected["api_keys"].as_object().unwrap().keys().map(|name| self.expect(name)).collect()
    }

    pub(crate) fn device(&self, key: &str) -> Client {
        self.manager.client().with_api_key(key)
    }

    /// Sends a password; the answer, and the browser that got it.
    pub(crate) async fn password(&self, password: &str) -> (Client, Answer) {
        let visitor = self.manager.visitor();
        let csrf = token(&visitor.get("/login").await.text());
        let answer = visitor.post_form("/login", &[("csrf_token", &csrf), ("password", password)]).await;
        (visitor, answer)
    }

    /// Sends a one-time code.
    pub(crate) async fn code(&self, visitor: &Client, code: &str) -> Answer {
        let csrf = token(&visitor.get("/login/otp").await.text());
        visitor.post_form("/login/otp", &[("csrf_token", &csrf), ("code", code)]).await
    }

    /// The code so many steps of thirty seconds from now.
    pub(crate) fn code_at(&self, steps: u64) -> String {
        let secret = self.expected["totp_secret"].as_str().unwrap();
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        totp.generate(now + 30 * steps).to_string()
    }

    /// Signs in with password and code.
    pub(crate) async fn sign_in(&self, steps: u64) -> Client {
        let (visitor, _) = self.password(PASSWORD).await;
        let answer = self.code(&visitor, &self.code_at(steps)).await;
        assert_eq!(answer.location(), "/", "{}", answer.text());
        visitor
    }

    /// `reset-password` on the command line; returns the temporary password.
    pub(crate) async fn reset(&self, arguments: &[&str]) -> String {
        let command = self.options.clone().argument("reset-password");
        let command = arguments.iter().fold(command, |command, argument| command.argument(argument));
        let (status, text) = command.run().await;
        assert!(status.success(), "{text}");
        let (_, after) = text.split_once("New temporary password: ").unwrap();
        after.lines().next().unwrap().trim().to_owned()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The form's token.
pub(crate) fn token(page: &str) -> String {
    let (_, after) = page.split_once("name=\"csrf_token\"").unwrap_or_else(|| panic!("no token in {page}"));
    after.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}
