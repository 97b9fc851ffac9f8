//! One run of `git`: its environment, its time, its words.

use std::{
    io::{self, Read, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustix::process::{Pid, Signal, kill_process_group};
use traefik_manager_core::{
    git::{GitError, Remote},
    settings::api_origin,
};
use zeroize::Zeroizing;

/// The most bytes of what a run says.
const MAX_OUTPUT: u64 = 32 * 1024 * 1024;
const MAX_WORDS: u64 = 16 * 1024;
/// Between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// What counts instead of anybody's configuration.
const CONFIGURATION: [(&str, &str); 15] = [
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.quotePath", "false"),
    ("protocol.allow", "never"),
    ("protocol.http.allow", "always"),
    ("protocol.https.allow", "always"),
    ("http.followRedirects", "false"),
    // What crawls is given up also by the helper, which outlives its parent.
    ("http.lowSpeedLimit", "500"),
    ("http.lowSpeedTime", "15"),
    ("credential.helper", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("transfer.fsckObjects", "true"),
    ("commit.gpgSign", "false"),
];

/// What is passed on of this program's own environment.
const PASSED_ON: [&str; 8] = [
    "PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "https_proxy",
    "http_proxy",
    "NO_PROXY",
];

/// Runs of `git` in one repository, which all together have until the same moment.
pub(crate) struct Git<'g> {
    repository: &'g Path,
    until: Instant,
    index: Option<&'g Path>,
    remote: Option<&'g Remote>,
}

impl<'g> Git<'g> {
    pub(crate) fn new(repository: &'g Path, budget: Duration) -> Self {
        Self { repository, until: Instant::now() + budget, index: None, remote: None }
    }

    /// The same, which may speak to a repository elsewhere.
    pub(crate) fn at(self, remote: &'g Remote) -> Self {
        Self { remote: Some(remote), ..self }
    }

    /// The same, with this index.
    pub(crate) fn with_index(&self, index: &'g Path) -> Self {
        Self { index: Some(index), ..*self }
    }

    /// What a run says that went well.
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                GitError::Failed("there is no git here; install it beside this program".to_owned())
            }
            _ => GitError::Failed(format!("git cannot be started: {error}")),
        })?;
        let stdin = child.stdin.take();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (output, words, is_in_time) = thread::scope(|scope| {
            scope.spawn(move || {
                // Who does not want to hear it all says why in his own words.
                let _ = stdin.map(|mut stdin| stdin.write_all(input));
            });
            let output = scope.spawn(move || collect(stdout, MAX_OUTPUT));
            let words = scope.spawn(move || collect(stderr, MAX_WORDS));
            let is_in_time = self.wait(&mut child);
            (output.join().unwrap_or_default(), words.join().unwrap_or_default(), is_in_time)
        });
        if !is_in_time {
            return Err(GitError::Failed("git did not come to an end in time".to_owned()));
        }
        let is_good = child.wait().is_ok_and(|status| status.success());
        if is_good && output.len() as u64 <= MAX_OUTPUT {
            return Ok(output);
        }
        Err(GitError::Failed(self.told(&String::from_utf8_lossy(&words))))
    }

    /// The same, as text.
    pub(crate) fn text(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitError> {
        let output = self.run(arguments, input)?;
        Ok(String::from_utf8_lossy(&output).trim_end().to_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.env_clear().current_dir(self.repository.parent().unwrap_or(Path::new("/")));
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("GIT_DIR", self.repository)
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ALLOW_PROTOCOL", "http:https")
            .env("GIT_PROTOCOL_FROM_USER", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_ADVICE", "0");
        for person in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{person}_NAME"), "Traefik Manager")
                .env(format!("GIT_{person}_EMAIL"), "traefik-manager@localhost");
        }
        if let Some(index) = self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        let mut count = 0;
        let mut say = |key: &str, value: &str| {
            command
                .env(format!("GIT_CONFIG_KEY_{count}"), key)
                .env(format!("GIT_CONFIG_VALUE_{count}"), value);
            count += 1;
        };
        for (key, value) in CONFIGURATION {
            say(key, value);
        }
        if let Some(remote) = self.remote
            && let Some((user, token)) = &remote.credentials
            && let Some(origin) = api_origin(&remote.url)
        {
            let pair = Zeroizing::new(format!("{user}:{}", token.expose()));
            let header = Zeroizing::new(format!("Authorization: Basic {}", STANDARD.encode(pair.as_bytes())));
            say(&format!("http.{origin}/.extraHeader"), &header);
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
        command.args(arguments);
        command
    }

    /// Waits for the end; whatever goes on too long is ended, with all that it has started.
    fn wait(&self, child: &mut Child) -> bool {
        loop {
            match child.try_wait() {
                Ok(Some(_)) => return true,
                Ok(None) if Instant::now() < self.until => thread::sleep(LOOK),
                Ok(None) | Err(_) => break,
            }
        }
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.kill();
        let _ = child.wait();
        false
    }

    /// Git's own words for people: its last complaint, without address, user or token.
    fn told(&self, words: &str) -> String {
        let complaint = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
        let line =
            words.lines().rfind(complaint).or_else(|| words.lines().next_back()).unwrap_or("it said nothing");
        let mut text = line.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned();
        if let Some(remote) = self.remote {
            text = text.replace(&remote.url, "the repository");
            if let Some((_, token)) =
                remote.credentials.as_ref().filter(|(_, token)| !token.expose().is_empty())
            {
                text = text.replace(token.expose(), "***");
            }
        }
        let text: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
        if text.contains("could not read Username") || text.contains("Authentication failed") {
            return "the repository refuses user and token".to_owned();
        }
        format!("git: {text}")
    }
}

/// What a run says, up to one byte more than it may.
fn collect(stream: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        let _ = (&mut stream).take(most + 1).read_to_end(&mut bytes);
        // Nobody writes into a pipe that is full for ever.
        let _ = io::copy(&mut stream, &mut io::sink());
    }
    bytes
}
