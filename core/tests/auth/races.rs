//! What happens when somebody else is at it in the same moment.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use traefik_manager_core::{
    api_key::KeyRequest,
    auth::{Access, AccessPolicy, AccessPorts, PasswordChange, Refusal, ReturnPath, SignIn, SignedIn},
    crypto::{CryptoError, PasswordHasher},
    secret::Secret,
    session::SessionStore,
    test_support::FakePasswords,
};

use crate::world::{PASSWORD, World, cell, from, session_of};

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
    assert!(matches!(refusal, Refusal::Conflict { .. }));
    assert!(world.store.stored().unwrap().must_change_password);
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
