//! What signing in costs, and what it costs others.

use std::{
    hint::black_box,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tempfile::TempDir;
use tokio::task::JoinHandle;
use traefik_manager_core::{
    api_key::KeyRequest,
    auth::{
        Access, AccessPolicy, AccessPorts, Client as Place, Principal, Refusal, ReturnPath, SignIn, SignedIn,
    },
    clock::{Clock, Timestamp},
    secret::Secret,
    settings::{Settings, SettingsCell},
    test_support::sample_settings,
};
use traefik_manager_crypto::{Bcrypt, FernetCipher, HmacDigests, LeakedPasswords, OsEntropy, Totp};
use traefik_manager_storage_fs::{FsAttemptStore, FsAuditLog, FsKeyUses, FsSessionStore, FsSettingsStore};
use traefik_manager_yaml::PlainYaml;

use crate::{
    client::{Asker, Client, LoginForm},
    installation::{Installation, PASSWORD},
    median,
};

#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        Timestamp(i64::try_from(seconds).unwrap())
    }
}

/// Access on real files.
fn access(folder: &Path, password_hash: &str) -> Access {
    let settings =
        Settings { password_hash: password_hash.to_owned(), setup_complete: true, ..sample_settings() };
    let state = folder.join("state");
    let store =
        FsSettingsStore::open(&folder.join("manager.yml"), Arc::new(PlainYaml), &state, settings.clone())
            .unwrap();
    let settings = Arc::new(SettingsCell::open(Arc::new(store), || Ok(settings)).unwrap());
    let ports = AccessPorts {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        passwords: Arc::new(Bcrypt::default()),
        common_passwords: Arc::new(LeakedPasswords),
        digests: Arc::new(HmacDigests::new(b"bench").unwrap()),
        cipher: Arc::new(FernetCipher::derived(b"bench").unwrap()),
        one_time: Arc::new(Totp),
        sessions: Arc::new(FsSessionStore::open(&folder.join("sessions.json"), &state).unwrap()),
        key_uses: Arc::new(FsKeyUses::open(&state).unwrap()),
        attempts: Arc::new(FsAttemptStore::open(&state).unwrap()),
        audit: Arc::new(FsAuditLog::open(&folder.join("audit"), &state).unwrap()),
    };
    Access::new(ports, settings, AccessPolicy::default())
}

fn place(number: u32) -> Place {
    Place {
        address: Some(std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).into()),
        user_agent: String::new(),
    }
}

fn attempt(access: &Access, password: &str, number: u32) -> Result<SignedIn, Refusal> {
    access.sign_in(SignIn {
        password: Secret::new(password),
        remember: false,
        client: place(number),
        next: ReturnPath::default(),
    })
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64() * 1e3
}

pub(crate) fn in_process() {
    password();
    verifying();
}

/// The whole check of a password, with its counts and settings on disk, against bcrypt alone.
fn password() {
    const TIMES: u32 = 15;
    let hash = bcrypt::hash(PASSWORD, 12).unwrap();
    let (with, without) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (set, unset) = (access(with.path(), &hash), access(without.path(), ""));
    let mut figures = Vec::new();
    let mut same = Vec::new();
    for number in 0..TIMES {
        let wrong = |access: &Access| {
            milliseconds(|| assert_eq!(attempt(access, "wrong", number).unwrap_err(), Refusal::WrongPassword))
        };
        let limit = milliseconds(|| assert!(!bcrypt::verify("wrong", &hash).unwrap()));
        let (ours, none) = (wrong(&set), wrong(&unset));
        figures.push((ours / limit, ours, limit));
        same.push((ours / none, ours, none));
    }
    println!(
        "\nA wrong password, with its counts on disk, against bcrypt alone; and where no password is set"
    );
    println!("{:>24} {:>12} {:>12} {:>8} {:>14}", "", "ms", "against ms", "ratio", "to reach");
    let (ratio, ours, limit) = median(figures);
    println!("{:>24} {ours:>12.1} {limit:>12.1} {ratio:>8.3} {:>14}", "against bcrypt", "≤ 1.05");
    let (ratio, ours, none) = median(same);
    println!("{:>24} {ours:>12.1} {none:>12.1} {ratio:>8.3} {:>14}", "against no password", "0.95 to 1.05");
}

/// A cookie and an API key, quiet and while somebody signs in again and again.
fn verifying() {
    let hash = bcrypt::hash(PASSWORD, 12).unwrap();
    let folder = TempDir::new().unwrap();
    let access = access(folder.path(), &hash);
    let Ok(SignedIn::Session { new, .. }) = attempt(&access, PASSWORD, 0) else { unreachable!("signed in") };
    let by = Principal::Session(new.session.clone());
    let mut key = Secret::new("");
    for number in 0..10 {
        let wanted = KeyRequest::for_device(&format!("device {number}"));
        key = access.issue_key(&wanted, &by, &place(100 + number)).unwrap().key;
    }
    println!("\nVerifying, of ten keys the last; µs, median and 99th percentile of batches of 100");
    println!("{:>24} {:>12} {:>12} {:>14}", "", "median", "p99", "to reach");
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        for busy in [false, true] {
            if busy {
                scope.spawn(|| {
                    for number in 1.. {
                        if ends.load(Ordering::Relaxed) {
                            break;
                        }
                        drop(attempt(&access, PASSWORD, number));
                    }
                });
            }
            let while_what = if busy { ", signing in" } else { "" };
            let cookie = || assert!(black_box(access.open_session(new.cookie.expose())).is_some());
            show(&format!("cookie{while_what}"), &cookie);
            let key = || assert!(black_box(access.recognise_key(key.expose(), &place(7))).is_some());
            show(&format!("API key{while_what}"), &key);
        }
        ends.store(true, Ordering::Relaxed);
    });
}

fn show(what: &str, verify: &dyn Fn()) {
    const BATCH: u32 = 100;
    let end = Instant::now() + Duration::from_secs(2);
    let mut batches = Vec::new();
    while Instant::now() < end {
        let began = Instant::now();
        for _ in 0..BATCH {
            verify();
        }
        batches.push(began.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH));
    }
    let (median, p99) = (quantile(&mut batches, 50), quantile(&mut batches, 99));
    println!("{what:>24} {median:>12.2} {p99:>12.2} {:>14}", "median < 5");
}

fn quantile(figures: &mut [f64], hundredths: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[(figures.len() - 1) * hundredths / 100]
}

/// Times of answers, in milliseconds, one kind after the other.
#[derive(Default)]
struct Times([Vec<f64>; 2]);

const ASKED: [&str; 2] = ["/api/health", "/api/routes"];

impl Times {
    /// Asks for each in turn while `goes_on` says so, with a rest after each answer.
    fn take(&mut self, asker: &mut Asker, goes_on: &dyn Fn(usize) -> bool) {
        while goes_on(self.0[1].len()) {
            for (path, times) in ASKED.iter().zip(&mut self.0) {
                let began = Instant::now();
                asker.get(path);
                times.push(began.elapsed().as_secs_f64() * 1e3);
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// Answers to others, idle and while many sign in; as many of both, taken in turn.
pub(crate) async fn others() {
    const LOGINS: usize = 64;
    const ROUNDS: usize = 5;
    println!("\nAnswers to others in ms: idle, and while {LOGINS} sign-ins hash");
    println!(
        "{:>12} {:>5} {:>9} {:>9} {:>9} {:>7} {:>9}",
        "", "", "answers", "idle", "hashing", "ratio", "to reach"
    );
    let running = Installation::new(100).start();
    let mut visitor = Client::connect(running.address(), None).await;
    let form = visitor.login_form().await;
    // Whoever has signed in lately is not slowed down by the many.
    for number in 0..LOGINS {
        assert_eq!(visitor.sign_in(&form, &format!("10.1.0.{number}"), PASSWORD).await, 303);
    }
    let (mut idle, mut busy) = (Times::default(), Times::default());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let logins: Vec<_> =
            (0..LOGINS).map(|number| tokio::spawn(one(running.address(), form.clone(), number))).collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (address, key) = (running.address(), running.key.clone());
        (idle, busy) = tokio::task::spawn_blocking(move || {
            let mut asker = Asker::connect(address, &key);
            // They take turns, so as long as one has not come to its end there is one that hashes.
            busy.take(&mut asker, &|_| logins.iter().any(|login| !login.is_finished()));
            assert!(logins.iter().all(JoinHandle::is_finished));
            let count = busy.0[1].len();
            idle.take(&mut asker, &|taken| taken < count);
            (idle, busy)
        })
        .await
        .unwrap();
        // An address may try five times a minute.
        tokio::time::sleep(Duration::from_secs(15).saturating_sub(began.elapsed())).await;
    }
    for ((path, idle), busy) in ASKED.iter().zip(&mut idle.0).zip(&mut busy.0) {
        let count = busy.len();
        for (name, hundredths, to_reach) in [("p50", 50, ""), ("p99", 99, "≤ 2")] {
            let (idle, busy) = (quantile(idle, hundredths), quantile(busy, hundredths));
            println!(
                "{path:>12} {name:>5} {count:>9} {idle:>9.2} {busy:>9.2} {:>7.2} {to_reach:>9}",
                busy / idle
            );
        }
    }
}

async fn one(address: SocketAddr, form: LoginForm, number: usize) -> u16 {
    let mut client = Client::connect(address, None).await;
    client.sign_in(&form, &format!("10.1.0.{number}"), PASSWORD).await
}

/// A million wrong passwords from a million addresses.
pub(crate) async fn flood() {
    const ATTEMPTS: usize = 1_000_000;
    const CONNECTIONS: usize = 8;
    let running = Installation::new(10).start();
    let mut client = Client::connect(running.address(), Some(&running.key)).await;
    client.get("/api/routes").await;
    let form = Client::connect(running.address(), None).await.login_form().await;
    let idle = running.resident_megabytes();
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|share| {
            let (address, form) = (running.address(), form.clone());
            tokio::spawn(async move {
                let mut client = Client::connect(address, None).await;
                let mut looked_at = 0;
                for number in (share..ATTEMPTS).step_by(CONNECTIONS) {
                    let [_, a, b, c] = u32::try_from(number).unwrap().to_be_bytes();
                    let status = client.sign_in(&form, &format!("11.{a}.{b}.{c}"), "wrong").await;
                    assert!(status == 401 || status == 429, "{status}");
                    looked_at += usize::from(status == 401);
                }
                looked_at
            })
        })
        .collect();
    let mut looked_at = 0;
    for task in tasks {
        looked_at += task.await.unwrap();
    }
    let after = running.resident_megabytes();
    println!("\nA million wrong passwords from a million addresses; resident memory in MB");
    println!(
        "{:>12} {:>12} {:>12} {:>12} {:>10} {:>10}",
        "idle", "after", "more", "looked at", "seconds", "to reach"
    );
    println!(
        "{idle:>12.1} {after:>12.1} {:>12.1} {looked_at:>12} {:>10.0} {:>10}",
        after - idle,
        began.elapsed().as_secs_f64(),
        "< 32 more"
    );
}
