//! What happens when somebody else is at it in the same moment.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use traefik_manager_core::{
    api_key::KeyRequest,
    auth::{
        Access, AccessPolicy, AccessPorts, PasswordChange, Reauthentication, Refusal, ReturnPath, SignIn,
        SignedIn, oidc::OidcPatch,
    },
    crypto::{CryptoError, Entropy, PasswordHasher},
    secret::Secret,
    session::SessionStore,
    test_support::{FakeEntropy, FakePasswords},
};

use crate::world::{PASSWORD, World, cell, from, session_of};

const ME: &str = "192.0.2.250";

type Meanwhile = Box<dyn FnOnce() + Send>;

/// bcrypt is slow: something happens right after the comparison.
#[derive(Default)]
struct Slow {
    inner: FakePasswords,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}

impl PasswordHasher for Slow {
    fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        self.inner.hash(password)
    }

    fn verify(&self, password: &Secret, hash: &str) -> bool {
        let is_right = self.inner.verify(password, hash);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(happens) = meanwhile {
            happens();
        }
        is_right
    }
}

fn with_meanwhile(world: &World, happens: impl FnOnce() + Send + 'static) -> Access {
    let slow = Slow { meanwhile: Mutex::new(Some(Box::new(happens))), ..Slow::default() };
    let ports = AccessPorts { passwords: Arc::new(slow), ..world.ports.clone() };
    Access::new(ports, cell(&world.store), AccessPolicy::default())
}

/// Something happens while the cookie of a new session is made.
#[derive(Default)]
struct SlowEntropy {
    inner: FakeEntropy,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl fmt::Debug for SlowEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlowEntropy")
    }
}

impl Entropy for SlowEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(happens) = meanwhile {
            happens();
        }
        self.inner.fill(bytes)
    }
}

fn sign_in(access: &Access) -> Result<SignedIn, Refusal> {
    let next = ReturnPath::default();
    access.sign_in(SignIn {
        password: Secret::new(PASSWORD),
        remember: true,
        client: from("192.0.2.1"),
        next,
    })
}

fn reset(world: &World) -> impl FnOnce() + Send + 'static {
    let command_line = world.another_process();
    move || drop(command_line.reset_password(false).unwrap())
}

#[test]
fn a_sign_in_that_a_reset_overtakes_opens_nothing() {
    let world = World::new();
    let access = with_meanwhile(&world, reset(&world));
    assert_eq!(sign_in(&access).unwrap_err(), Refusal::PendingGone);
    assert!(world.sessions.list().unwrap().is_empty());
}

#[test]
fn a_pending_step_that_a_reset_overtakes_opens_nothing() {
    let world = World::with_second_factor();
    let access = with_meanwhile(&world, reset(&world));
    let SignedIn::NeedsCode { pending } = sign_in(&access).unwrap() else { panic!("a code is owed") };
    let refusal = access.complete_second_factor(&pending, &world.code(), &from("192.0.2.1")).unwrap_err();
    assert_eq!(refusal, Refusal::PendingGone);
    assert!(world.sessions.list().unwrap().is_empty());
}

#[test]
fn a_change_that_a_reset_overtakes_does_not_undo_it() {
    let world = World::new();
    let mine = world.sign_in(false);
    let access = with_meanwhile(&world, reset(&world));
    let change = PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    let refusal = access.change_password(&mine.session, change, &from("192.0.2.1")).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }), "{refusal:?}");
    assert!(world.store.stored().unwrap().must_change_password);
    assert!(world.sessions.list().unwrap().is_empty());
}

/// Whoever shows an old password keeps neither a session nor a way around the second factor.
#[test]
fn a_second_factor_is_not_switched_off_by_a_password_that_a_reset_overtakes() {
    let world = World::with_second_factor();
    let mine = session_of(
        world.access.complete_second_factor(&world.pending(ME), &world.code(), &from(ME)).unwrap(),
    );
    let before = world.store.stored().unwrap();
    let right = Secret::new(PASSWORD);
    let access = with_meanwhile(&world, reset(&world));
    let refusal = access.disable_second_factor(&mine.session, Some(&right), &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. } | Refusal::Conflict { .. }), "{refusal:?}");
    let after = world.store.stored().unwrap();
    assert!(after.otp_enabled && after.otp_secret == before.otp_secret);
    assert!(world.sessions.list().unwrap().is_empty());
}

#[test]
fn what_needs_the_password_again_is_not_done_by_one_that_a_reset_overtakes() {
    let proof = || Reauthentication { password: Secret::new(PASSWORD), code: String::new() };
    let world = World::new();
    let mine = world.sign_in(false);
    let access = with_meanwhile(&world, reset(&world));
    access.ask_to_sign_in(false, &mine.session, &proof(), &from(ME)).unwrap_err();
    assert!(world.store.stored().unwrap().auth_enabled);

    let world = World::new();
    let mine = world.sign_in(false);
    let access = with_meanwhile(&world, reset(&world));
    let patch = OidcPatch { display_name: Some("Evil".to_owned()), ..OidcPatch::default() };
    access.change_oidc(&mine.session, &proof(), &patch, &from(ME)).unwrap_err();
    assert_ne!(world.store.stored().unwrap().oidc.display_name, "Evil");
}

#[test]
fn a_session_that_is_ended_during_a_change_changes_nothing_and_does_not_come_back() {
    let world = World::new();
    let (stolen, mine) = (world.sign_in(false), world.sign_in(false));
    let command_line = world.another_process();
    let owner = mine.session.clone();
    let access = with_meanwhile(&world, move || {
        assert_eq!(command_line.end_other_sessions(&owner, &from(ME)).unwrap(), 1);
    });
    let change = PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    let refusal = access.change_password(&stolen.session, change, &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }), "{refusal:?}");
    assert_eq!(world.store.stored().unwrap().password_hash, format!("fake${PASSWORD}"));
    assert!(!world.is_open(&stolen) && world.is_open(&mine), "and it ends nobody else's session");
}

#[test]
fn a_reset_right_after_a_change_leaves_its_new_session_closed() {
    let world = World::new();
    let mine = world.sign_in(false);
    let slow = SlowEntropy { meanwhile: Mutex::new(Some(Box::new(reset(&world)))), ..SlowEntropy::default() };
    let ports = AccessPorts { entropy: Arc::new(slow), ..world.ports.clone() };
    let access = Access::new(ports, cell(&world.store), AccessPolicy::default());
    let change = PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    let refusal = access.change_password(&mine.session, change, &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }), "{refusal:?}");
    assert!(world.store.stored().unwrap().must_change_password, "the reset came last");
    assert!(world.sessions.list().unwrap().is_empty());
}

#[test]
fn of_many_equal_codes_sent_at_once_one_is_accepted() {
    let world = World::with_second_factor();
    let code = world.code();
    let pending: Vec<_> = (1..=16).map(|net| world.pending(&format!("2001:db8:0:{net:x}::1"))).collect();
    let accepted = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..)
            .zip(&pending)
            .map(|(net, pending)| {
                let (world, code) = (&world, &code);
                let client = from(&format!("2001:db8:0:{net:x}::1"));
                scope.spawn(move || world.access.complete_second_factor(pending, code, &client).is_ok())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|ok| *ok).count()
    });
    assert_eq!(accepted, 1);
    assert_eq!(world.sessions.list().unwrap().len(), 1);
}

#[test]
fn keys_made_at_once_keep_to_ten() {
    let world = World::new();
    let by = traefik_manager_core::auth::Principal::Session(world.sign_in(false).session);
    std::thread::scope(|scope| {
        for number in 0..40 {
            let (world, by) = (&world, &by);
            let client = from(&format!("198.51.100.{number}"));
            scope.spawn(move || {
                world
                    .access
                    .issue_key(&KeyRequest::for_device(&format!("device {number}")), by, &client)
                    .is_ok()
            });
        }
    });
    assert_eq!(world.access.keys().len(), 10);
    session_of(sign_in(&world.access).unwrap());
}
