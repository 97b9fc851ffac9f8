//! An installation with a password, in memory.

use std::sync::Arc;

use traefik_manager_core::{
    auth::{Access, AccessPolicy, AccessPorts, Client, NewSession, Refusal, ReturnPath, SignIn, SignedIn},
    clock::{Clock, Timestamp},
    crypto::SecretCipher,
    secret::Secret,
    settings::{Settings, SettingsCell},
    test_support::{
        FakeCipher, FakeClock, FakeCommonPasswords, FakeDigests, FakeEntropy, FakeOneTimePasswords,
        FakePasswords, MemoryAttemptStore, MemoryAuditLog, MemoryKeyUses, MemorySessionStore,
        MemorySettingsStore, sample_settings,
    },
};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const OTP_SECRET: &str = "E7YWV5AK5GTTOOXDX5BHXKME7LFFVGAC";
pub(crate) const DAY: i64 = 24 * 3_600;

pub(crate) struct World {
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) entropy: Arc<FakeEntropy>,
    pub(crate) passwords: Arc<FakePasswords>,
    pub(crate) sessions: Arc<MemorySessionStore>,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) store: Arc<MemorySettingsStore>,
    pub(crate) attempts: Arc<MemoryAttemptStore>,
    pub(crate) access: Access,
    /// What a process on these files is made of.
    pub(crate) ports: AccessPorts,
    policy: AccessPolicy,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {}, AccessPolicy::default())
    }

    pub(crate) fn with(change: impl FnOnce(&mut Settings), policy: AccessPolicy) -> Self {
        let mut settings =
            Settings { password_hash: format!("fake${PASSWORD}"), setup_complete: true, ..sample_settings() };
        change(&mut settings);
        let store = Arc::new(MemorySettingsStore::with(settings));
        let (clock, entropy, passwords, sessions): (
            Arc<FakeClock>,
            Arc<FakeEntropy>,
            Arc<FakePasswords>,
            Arc<MemorySessionStore>,
        ) = Default::default();
        let audit = Arc::new(MemoryAuditLog::default());
        let attempts = Arc::new(MemoryAttemptStore::default());
        let ports = AccessPorts {
            clock: clock.clone(),
            entropy: entropy.clone(),
            passwords: passwords.clone(),
            common_passwords: Arc::new(FakeCommonPasswords),
            digests: Arc::new(FakeDigests::default()),
            cipher: Arc::new(FakeCipher::default()),
            one_time: Arc::new(FakeOneTimePasswords),
            sessions: sessions.clone(),
            audit: audit.clone(),
            key_uses: Arc::new(MemoryKeyUses::default()),
            attempts: attempts.clone(),
        };
        let access = Access::new(ports.clone(), cell(&store), policy.clone());
        Self { clock, entropy, passwords, sessions, audit, store, attempts, access, ports, policy }
    }

    pub(crate) fn with_second_factor() -> Self {
        Self::with(enrolled, AccessPolicy::default())
    }

    pub(crate) fn with_admin_password(password: &str) -> Self {
        let admin_password = Some(Secret::new(password));
        Self::with(|_| {}, AccessPolicy { admin_password, ..AccessPolicy::default() })
    }

    /// Another process on the same files: after a restart, or the command line beside the server.
    pub(crate) fn another_process(&self) -> Access {
        self.another_process_with(self.policy.clone())
    }

    pub(crate) fn another_process_with(&self, policy: AccessPolicy) -> Access {
        Access::new(self.ports.clone(), cell(&self.store), policy)
    }

    /// The same files under another session key.
    pub(crate) fn with_foreign_key(&self) -> Access {
        let ports =
            AccessPorts { digests: Arc::new(FakeDigests::with_key(b"foreign")), ..self.ports.clone() };
        Access::new(ports, cell(&self.store), self.policy.clone())
    }

    pub(crate) fn restart(&mut self) {
        self.access = self.another_process();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn try_password(&self, password: &str, address: &str) -> Result<SignedIn, Refusal> {
        self.access.sign_in(SignIn {
            password: Secret::new(password),
            remember: false,
            client: from(address),
            next: ReturnPath::parse("/routes?tab=tcp"),
        })
    }

    /// Signs in from a place where nobody else does anything.
    pub(crate) fn sign_in(&self, remember: bool) -> NewSession {
        let attempt = SignIn {
            password: Secret::new(PASSWORD),
            remember,
            client: from("192.0.2.250"),
            next: ReturnPath::default(),
        };
        session_of(self.access.sign_in(attempt).unwrap())
    }

    pub(crate) fn is_open(&self, session: &NewSession) -> bool {
        self.access.open_session(session.cookie.expose()).is_some()
    }

    /// The right password, and the cookie for the next step.
    pub(crate) fn pending(&self, address: &str) -> String {
        match self.try_password(PASSWORD, address).unwrap() {
            SignedIn::NeedsCode { pending } => pending,
            SignedIn::Session { .. } => panic!("no code was asked for"),
        }
    }

    pub(crate) fn code(&self) -> String {
        FakeOneTimePasswords::code_at(u64::try_from(self.now().0).unwrap())
    }
}

pub(crate) fn enrolled(settings: &mut Settings) {
    settings.otp_enabled = true;
    settings.otp_secret = FakeCipher::default().seal(&Secret::new(OTP_SECRET)).unwrap();
}

pub(crate) fn cell(store: &Arc<MemorySettingsStore>) -> Arc<SettingsCell> {
    Arc::new(SettingsCell::open(store.clone(), || panic!("there are settings already")).unwrap())
}

pub(crate) fn from(address: &str) -> Client {
    Client { address: Some(address.parse().unwrap()), user_agent: "Firefox".to_owned() }
}

pub(crate) fn session_of(signed_in: SignedIn) -> NewSession {
    match signed_in {
        SignedIn::Session { new, .. } => new,
        SignedIn::NeedsCode { .. } => panic!("a code is asked for"),
    }
}

pub(crate) fn retry_after(refusal: Refusal) -> u64 {
    match refusal {
        Refusal::TooMany { retry_after_seconds } => retry_after_seconds,
        other => panic!("not a limit: {other}"),
    }
}
