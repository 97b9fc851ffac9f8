//! A real identity provider: `oidc-provider` from the npm registry, on Node.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::support::{Running, eventually, free_tcp_port, http::Client, npm, require_real};

/// What the provider knows of the manager.
pub(crate) const CLIENT_ID: &str = "traefik-manager";
pub(crate) const CLIENT_SECRET: &str = "a client secret: +/%&";

/// A running provider; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) url: String,
    process: Running,
}

impl Provider {
    /// Starts one that sends browsers back to this address; `auth` is how it takes the client secret.
    ///
    /// `None` where Node or the package is not there and need not be; that has been said on stderr.
    pub(crate) async fn start(redirect_uri: &str, auth: &str) -> Option<Self> {
        let (node, folder) = installed()?;
        let port = free_tcp_port();
        let process = Command::new(node)
            .arg(folder.join("server.mjs"))
            .env("PORT", port.to_string())
            .env("REDIRECT_URI", redirect_uri)
            .env("CLIENT_ID", CLIENT_ID)
            .env("CLIENT_SECRET", CLIENT_SECRET)
            .env("CLIENT_AUTH", auth)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let provider = Self { url: format!("http://127.0.0.1:{port}"), process: Running(process) };
        let client = Client::new(&provider.url);
        eventually("the identity provider", async || {
            let path = "/.well-known/openid-configuration";
            let answer = client.try_send(hyper::Method::GET, path, &[], bytes::Bytes::new()).await.ok()?;
            (answer.status.as_u16() == 200).then_some(())
        })
        .await;
        Some(provider)
    }

    /// Signs in at the address that a browser was sent to, as somebody without script would; gives where the browser is
    /// sent back to.
    pub(crate) async fn sign_in(&self, address: &str, account: &str) -> String {
        let browser = Client::new(&self.url).with_cookies();
        let mut at = address.to_owned();
        for _ in 0..12 {
            let Some(path) = at.strip_prefix(&self.url) else { return at };
            let mut answer = browser.get(path).await;
            if answer.status.as_u16() == 200 {
                let page = answer.text();
                let prompt = if page.contains("name=\"login\"") { "login" } else { "consent" };
                let fields = [("prompt", prompt), ("login", account), ("password", "any")];
                answer = browser.post_form(path, &fields).await;
            }
            assert!(answer.status.is_redirection(), "{path}: {} {}", answer.status, answer.text());
            let to = answer.location();
            at = if to.starts_with('/') { format!("{}{to}", self.url) } else { to.to_owned() };
        }
        panic!("the provider asks without end: {at}")
    }

    /// Ends it.
    pub(crate) fn stop(mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
    }
}

/// Node, and the folder with the package, which is installed where it is missing.
fn installed() -> Option<(PathBuf, PathBuf)> {
    let own = ["package.json", "package-lock.json", "server.mjs"];
    Some((require_real("node")?, npm::installed("oidc-provider", "tests/oidc/provider", &own)?))
}
