use proptest::prelude::*;
use traefik_manager_core::{
    auth::{AccessPolicy, NewSession},
    secret::Secret,
    session::{SessionStore, SignInMethod},
};

use crate::world::{DAY, World, from, session_of};

#[test]
fn a_cookie_is_worth_nothing_after_signing_out() {
    let mut world = World::new();
    let new = world.sign_in(false);
    let other = world.sign_in(false);
    assert!(world.is_open(&new), "a copied cookie is as good as the first, until");
    world.access.sign_out(&new.session, &from("192.0.2.250")).unwrap();
    assert!(!world.is_open(&new));
    assert!(world.is_open(&other), "somebody else's session goes on");
    assert!(world.another_process().open_session(new.cookie.expose()).is_none());
    world.restart();
    assert!(!world.is_open(&new));
    assert!(world.is_open(&other), "a session survives a restart");
    assert!(
        world.access.sign_out(&new.session, &from("192.0.2.250")).is_ok(),
        "signing out twice does no harm"
    );
}

#[test]
fn each_sign_in_has_an_id_of_its_own() {
    let world = World::new();
    let (first, second) = (world.sign_in(false), world.sign_in(false));
    assert_ne!(first.session.key(), second.session.key());
    assert!(!first.cookie.matches(second.cookie.expose()));
    assert_ne!(world.access.csrf_token(&first.session), world.access.csrf_token(&second.session));
}

#[test]
fn the_store_never_sees_what_the_cookie_says() {
    let world = World::new();
    let new = world.sign_in(false);
    let id = new.cookie.expose().split('.').nth(1).unwrap();
    assert_eq!(id.len(), 43, "256 bits");
    let record = world.sessions.list().unwrap().pop().unwrap();
    let stored = traefik_manager_core::crypto::url_safe(&record.key.0);
    assert!(!new.cookie.expose().contains(&stored));
}

#[test]
fn a_cookie_that_was_changed_opens_nothing() {
    let world = World::new();
    let new = world.sign_in(false);
    let cookie = new.cookie.expose();
    for end in 0..cookie.len() {
        assert!(world.access.open_session(&cookie[..end]).is_none(), "cut at {end}");
    }
    for at in 0..cookie.len() {
        for replacement in [b'A', b'B', b'.', b'=', b'+'] {
            let mut changed = cookie.as_bytes().to_vec();
            if changed[at] == replacement {
                continue;
            }
            changed[at] = replacement;
            let changed = String::from_utf8(changed).unwrap();
            assert!(world.access.open_session(&changed).is_none(), "changed at {at}");
        }
    }
    for around in [format!(" {cookie}"), format!("{cookie}="), format!("{cookie}.x"), cookie.to_uppercase()] {
        assert!(world.access.open_session(&around).is_none());
    }
    let [version, id, mac]: [&str; 3] = cookie.split('.').collect::<Vec<_>>().try_into().unwrap();
    let other = world.sign_in(false);
    let other_mac = other.cookie.expose().split('.').nth(2).unwrap();
    assert!(world.access.open_session(&format!("{version}.{id}.{other_mac}")).is_none());
    assert!(world.access.open_session(&format!("v2.{id}.{mac}")).is_none());
    assert!(world.is_open(&new));
}

#[test]
fn a_cookie_under_another_key_opens_nothing() {
    let world = World::new();
    let new = world.sign_in(false);
    assert!(world.with_foreign_key().open_session(new.cookie.expose()).is_none());
}

#[test]
fn another_admin_password_ends_the_sessions_that_the_last_one_opened() {
    let world = World::with_admin_password("from the environment");
    let new = session_of(world.try_password("from the environment", "192.0.2.1").unwrap());
    let opens = |admin_password: Option<&str>| {
        let admin_password = admin_password.map(Secret::new);
        let access = world.another_process_with(AccessPolicy { admin_password, ..AccessPolicy::default() });
        access.open_session(new.cookie.expose()).is_some()
    };
    assert!(opens(Some("from the environment")));
    assert!(!opens(Some("another one")));
    assert!(!opens(None));
}

#[test]
fn the_cookie_of_one_step_is_not_valid_for_another() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    let form = world.access.login_form().unwrap();
    assert!(world.access.open_session(&pending).is_none());
    assert!(world.access.open_session(form.cookie.expose()).is_none());
    assert!(world.access.login_token(&pending).is_none());
    assert!(!world.access.awaits_code(form.cookie.expose()));
    assert!(world.access.awaits_code(&pending));
}

#[test]
fn any_cookie_at_all_is_only_a_cookie_that_opens_nothing() {
    let world = World::new();
    for cookie in ["", ".", "..", "v1..", "é", "v1.\u{0}.\u{0}", &"A".repeat(100_000), &"v1.".repeat(50_000)]
    {
        assert!(world.access.open_session(cookie).is_none());
        assert!(world.access.login_token(cookie).is_none());
        assert!(!world.access.awaits_code(cookie));
        assert!(!world.access.login_token_matches(cookie, cookie));
    }
}

proptest! {
    #[test]
    fn no_text_is_taken_for_a_cookie(text in r"(v1\.)?\PC{0,60}(\.\PC{0,60})?") {
        let world = World::new();
        let new = world.sign_in(false);
        prop_assert!(world.access.open_session(&text).is_none());
        prop_assert!(world.access.login_token(&text).is_none());
        prop_assert!(!world.access.csrf_matches(&new.session, &text));
        prop_assert!(world.access.recognise_key(&text, &from("192.0.2.1")).is_none());
    }

    #[test]
    fn no_43_characters_are_taken_for_an_id(id in "[A-Za-z0-9_-]{43}", mac in "[A-Za-z0-9_-]{43}") {
        let world = World::new();
        let cookie = format!("v1.{id}.{mac}");
        prop_assert!(world.access.open_session(&cookie).is_none());
    }
}

/// Until `seconds` after signing in, with a request every `every` seconds: the last second, and the one after
/// it.
fn lasts_exactly(world: &World, new: &NewSession, seconds: i64) {
    world.clock.advance(seconds - 1);
    let still = world.sessions.find(&new.session.key()).unwrap().unwrap();
    assert!(world.is_open(new), "one second before the end");
    // That look at it was a request; the end must be measured without it.
    world.sessions.remove(&|_| true).unwrap();
    world.sessions.add(still, &|_| false).unwrap();
    world.clock.advance(1);
    assert!(!world.is_open(new), "at the end");
}

#[test]
fn a_session_rests_for_120_minutes() {
    let world = World::new();
    let new = world.sign_in(false);
    lasts_exactly(&world, &new, 120 * 60);
}

#[test]
fn a_remembered_session_rests_for_24_hours() {
    let world = World::new();
    let new = world.sign_in(true);
    lasts_exactly(&world, &new, DAY);
}

#[test]
fn the_environment_sets_how_long_a_session_rests_but_not_a_remembered_one() {
    let policy = AccessPolicy { idle_minutes: 15, ..AccessPolicy::default() };
    let world = World::with(|_| {}, policy);
    let (new, remembered) = (world.sign_in(false), world.sign_in(true));
    lasts_exactly(&world, &new, 15 * 60);
    world.clock.advance(-1);
    assert!(!world.is_open(&remembered), "the helper above has removed it");
    let remembered = world.sign_in(true);
    world.clock.advance(DAY - 1);
    assert!(world.is_open(&remembered));
}

#[test]
fn a_session_in_use_ends_after_seven_days_all_the_same() {
    for remember in [false, true] {
        let world = World::new();
        let new = world.sign_in(remember);
        for _ in 0..7 * 24 - 1 {
            world.clock.advance(3_600);
            assert!(world.is_open(&new));
        }
        world.clock.advance(3_599);
        assert!(world.is_open(&new), "one second before the end");
        world.clock.advance(1);
        assert!(!world.is_open(&new), "at the end");
    }
}

#[test]
fn a_request_starts_the_rest_again() {
    let world = World::new();
    let new = world.sign_in(false);
    for _ in 0..5 {
        world.clock.advance(119 * 60);
        assert!(world.is_open(&new));
    }
    world.clock.advance(120 * 60);
    assert!(!world.is_open(&new));
}

#[test]
fn setting_the_clock_back_keeps_no_session_alive() {
    let world = World::new();
    let new = world.sign_in(true);
    world.clock.advance(12 * 3_600);
    assert!(world.is_open(&new));
    world.clock.advance(-60);
    assert!(world.is_open(&new), "what a time service corrects in passing");
    world.clock.advance(-1);
    assert!(!world.is_open(&new), "its age can no longer be told");
    world.clock.advance(-DAY);
    assert!(!world.is_open(&new), "before its beginning");
}

#[test]
fn small_steps_back_do_not_add_up() {
    let world = World::new();
    let new = world.sign_in(true);
    let began = world.now();
    for _ in 0..100 {
        world.clock.advance(59);
        assert!(world.is_open(&new));
        world.clock.advance(-59);
        assert!(world.is_open(&new));
    }
    world.clock.set(began.plus(DAY as u64 + 59));
    assert!(!world.is_open(&new), "24 hours after the latest moment that was seen");
}

#[test]
fn a_csrf_token_belongs_to_one_session() {
    let mut world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    let token = world.access.csrf_token(&mine.session);
    assert!(world.access.csrf_matches(&mine.session, &token));
    assert!(!world.access.csrf_matches(&other.session, &token));
    for wrong in ["", "é", &token[1..], &format!("{token}="), &"A".repeat(100_000)] {
        assert!(!world.access.csrf_matches(&mine.session, wrong));
    }
    assert!(!world.with_foreign_key().csrf_matches(&mine.session, &token));
    world.restart();
    assert!(world.access.csrf_matches(&mine.session, &token), "an open page survives a restart");
}

#[test]
fn the_sign_in_form_has_a_token_that_follows_from_its_cookie() {
    let world = World::new();
    let (mine, other) = (world.access.login_form().unwrap(), world.access.login_form().unwrap());
    let access = world.another_process();
    assert_eq!(access.login_token(mine.cookie.expose()).as_ref(), Some(&mine.token));
    assert!(access.login_token_matches(mine.cookie.expose(), &mine.token));
    assert!(!access.login_token_matches(other.cookie.expose(), &mine.token));
    assert!(!access.login_token_matches(mine.cookie.expose(), ""));
    assert!(!access.login_token_matches("", &mine.token));
    assert!(!world.with_foreign_key().login_token_matches(mine.cookie.expose(), &mine.token));
}

#[test]
fn a_long_or_odd_user_agent_is_cut() {
    let world = World::with(|settings| settings.auth_enabled = false, AccessPolicy::default());
    let mut client = from("::ffff:192.0.2.1");
    client.user_agent = format!("\n\u{1b}[31m{}", "é".repeat(10_000));
    world.access.begin_external_session(&client).unwrap();
    let record = world.sessions.list().unwrap().pop().unwrap();
    assert_eq!(record.user_agent.chars().count(), 200);
    assert!(record.user_agent.starts_with("[31mé"));
    assert_eq!(record.address, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(record.method, SignInMethod::External);
}
