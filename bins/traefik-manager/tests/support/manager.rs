//! The manager itself: the built program, started as an operator would start it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::{Running, eventually, http::Client};

/// How to start the manager.
#[derive(Debug, Clone)]
pub struct ManagerOptions {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
    is_bound_by_permissions: bool,
}

impl ManagerOptions {
    /// With nothing in its environment but `HOME` and `LISTEN`, in a folder where its state goes.
    pub fn new(folder: &Path) -> Self {
        let options = Self {
            folder: folder.to_owned(),
            variables: Vec::new(),
            arguments: Vec::new(),
            is_bound_by_permissions: false,
        };
        options.variable("HOME", folder.display().to_string()).variable("LISTEN", "127.0.0.1:0")
    }

    /// One more environment variable; the last one of a name counts.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// One more argument on the command line.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// The permissions of files hold for it also where the tests are run by root, whom they do not bind.
    #[must_use]
    pub fn bound_by_permissions(mut self) -> Self {
        self.is_bound_by_permissions = true;
        self
    }

    fn sets(&self, name: &str) -> bool {
        self.variables.iter().any(|(set, _)| set == name)
    }

    /// The settings file that it will use.
    fn settings(&self) -> PathBuf {
        let named = self.variables.iter().rev().find(|(name, _)| name == "SETTINGS_PATH");
        self.folder.join(named.map_or("data/config/manager.yml", |(_, path)| path.as_str()))
    }

    fn spawn(&self) -> Child {
        let program = env!("CARGO_BIN_EXE_traefik-manager");
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        let mut command = if self.is_bound_by_permissions && is_root {
            let without = "-dac_override,-dac_read_search";
            let mut command = Command::new("setpriv");
            command.args(["--bounding-set", without, "--inh-caps", without, program]);
            command
        } else {
            Command::new(program)
        };
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs it to its end, as for a command line tool, and returns its exit status and all it wrote.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn run(&self) -> (ExitStatus, String) {
        let mut running = Running(self.spawn());
        let log = capture(&mut running.0);
        let status = eventually("the end of the manager", async || running.0.try_wait().unwrap()).await;
        log.join_all();
        (status, log.text())
    }
}

/// A running manager. It is asked to end when this is dropped, and made to if it does not.
#[derive(Debug)]
pub struct Manager {
    process: Running,
    log: Log,
    options: ManagerOptions,
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// The temporary password, when this start made one.
    pub password: Option<String>,
}

impl Manager {
    /// Starts it and waits until it listens.
    ///
    /// # Panics
    /// With everything it wrote, when it ends or does not listen in time.
    pub async fn start(options: ManagerOptions) -> Self {
        let is_silent = options.sets("ADMIN_PASSWORD") || options.sets("AUTH_ENABLED");
        let shows_password = !options.settings().exists() && !is_silent;
        let mut process = Running(options.spawn());
        let log = capture(&mut process.0);
        let url = eventually("the manager to listen", async || {
            let ended = process.0.try_wait().unwrap();
            assert!(ended.is_none(), "the manager ended: {ended:?}\n{}", log.text());
            log.find("listening on ").map(|url| url.trim_end_matches('/').to_owned())
        })
        .await;
        // The banner goes to another stream than the address, so it may be read a moment later.
        let password = if shows_password {
            Some(eventually("the temporary password", async || log.find("Password: ")).await)
        } else {
            None
        };
        Self { process, log, options, url, password }
    }

    /// All it has written so far, stdout and stderr.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// A client without cookies, as a script with an API key.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// A client that keeps cookies, as a browser.
    pub fn visitor(&self) -> Client {
        Client::new(&self.url).with_cookies()
    }

    /// Asks it to end (SIGTERM) and waits; returns its exit status and all it wrote.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn stop(mut self) -> (ExitStatus, String) {
        signal(&self.process.0, "-TERM");
        let status = eventually("the manager to end", async || self.process.0.try_wait().unwrap()).await;
        self.log.join_all();
        (status, self.log.text())
    }

    /// Ends it without warning, as a power cut would.
    pub fn crash(&mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
    }

    /// Starts it anew with the same options, after it has ended.
    pub async fn start_again(&mut self) {
        *self = Self::start(self.options.clone()).await;
    }

    /// Asks it to end, and starts it anew with another value of a variable.
    pub async fn restart_with(self, name: &str, value: &str) -> Self {
        let options = self.options.clone().variable(name, value);
        self.stop().await;
        Self::start(options).await
    }

    /// Asks it to end, and starts it anew with the same options.
    pub async fn restart(self) -> Self {
        let options = self.options.clone();
        self.stop().await;
        Self::start(options).await
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        signal(&self.process.0, "-TERM");
        let deadline = Instant::now() + Duration::from_secs(3);
        while matches!(self.process.0.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn signal(child: &Child, signal: &str) {
    Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status().ok();
}

/// What a program writes, collected by two threads.
#[derive(Debug, Clone)]
struct Log {
    text: Arc<Mutex<String>>,
    readers: Arc<Mutex<Vec<thread::JoinHandle<()>>>>,
}

fn capture(child: &mut Child) -> Log {
    let text = Arc::new(Mutex::new(String::new()));
    let streams: [Box<dyn Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    let readers = streams.map(|stream| {
        let text = text.clone();
        thread::spawn(move || {
            let mut lines = BufReader::new(stream);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                text.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        })
    });
    Log { text, readers: Arc::new(Mutex::new(readers.into())) }
}

impl Log {
    fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// The word that follows a text.
    fn find(&self, before: &str) -> Option<String> {
        let text = self.text();
        let (_, after) = text.split_once(before)?;
        // Only a finished line holds the whole word.
        let (line, _) = after.split_once('\n')?;
        let end = line
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\u{1b}' | '}'))
            .unwrap_or(line.len());
        line.get(..end).map(str::to_owned)
    }

    /// Waits until everything that was written has been read.
    fn join_all(&self) {
        for reader in self.readers.lock().unwrap().drain(..) {
            reader.join().ok();
        }
    }
}
