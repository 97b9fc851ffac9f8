use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use traefik_manager_core::{
    audit::{Actor, AuditLog, Entry, IdentityEvent, Object, Outcome},
    clock::Timestamp,
    companion::CompanionError,
    crypto::SecretCipher as _,
    notices::{Notice, NoticeBoard, Overheard, Rank, letter, notice_of},
    routes::STATIC_FILE,
    secret::Secret,
    session::SignInMethod,
    settings::{Settings, SettingsCell, WebhookKind, WebhookSettings},
    test_support::{
        FakeCipher, FakeClock, MemoryAuditLog, MemoryPostman, MemorySettingsStore, MemorySmallFile,
        sample_settings,
    },
};
use traefik_manager_yaml::PlainYaml;

/// The file as 1.5.2 writes it.
const FILE: &str = "\
- {msg: Login from 127.0.0.1, ts: '2026-11-20 15:29:01', type: info}
- {msg: Route grafana created, ts: '2026-11-20 15:29:03', type: success}
";

/// What a future that waits for nobody gives.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nobody is waited for"),
    }
}

struct World {
    file: Arc<MemorySmallFile>,
    postman: Arc<MemoryPostman>,
    board: NoticeBoard,
}

fn world(text: &str, change: impl FnOnce(&mut Settings)) -> World {
    let mut settings = sample_settings();
    change(&mut settings);
    let file = Arc::new(MemorySmallFile::with(text));
    let (postman, clock) = (Arc::new(MemoryPostman::default()), Arc::new(FakeClock::default()));
    let store = Arc::new(MemorySettingsStore::with(settings));
    let cell = Arc::new(SettingsCell::open(store, || unreachable!("there are settings")).unwrap());
    let cipher = Arc::new(FakeCipher::default());
    let board =
        NoticeBoard::new(file.clone(), Arc::new(PlainYaml), clock.clone(), cell, cipher, postman.clone());
    World { file, postman, board }
}

fn discord(settings: &mut Settings) {
    settings.webhook = WebhookSettings {
        url: "https://discord.com/api/webhooks/1/s3cret".to_owned(),
        username: "bot".to_owned(),
        password: FakeCipher::default().seal(&Secret::new("hunter2")).unwrap(),
        ..WebhookSettings::default()
    };
}

#[test]
fn the_file_of_1_5_2_is_read_and_goes_on() {
    let world = world(FILE, |_| {});
    let notices = world.board.newest_first().unwrap();
    assert_eq!((notices.len(), notices[0].text.as_str()), (2, "Route grafana created"));
    world.board.tell(Rank::Warning, "odd \"quotes\" \\ and\nlines: {{ x }} \u{202e}é").unwrap();
    let notices = world.board.newest_first().unwrap();
    assert_eq!(notices[0].text, "odd \"quotes\" \\ and lines: {{ x }} é");
    assert_eq!(notices[2].text, "Login from 127.0.0.1");
    assert!(world.file.text().starts_with(FILE), "{}", world.file.text());
}

#[test]
fn a_moment_names_one_notice_even_within_a_second() {
    let world = world("", |_| {});
    for text in ["one", "two", "three"] {
        world.board.tell(Rank::Info, text).unwrap();
    }
    let notices = world.board.newest_first().unwrap();
    assert!(notices[0].at > notices[1].at && notices[1].at > notices[2].at);
    world.board.remove(&notices[1].at.to_seconds_text(), None).unwrap();
    let left: Vec<String> =
        world.board.newest_first().unwrap().into_iter().map(|notice| notice.text).collect();
    assert_eq!(left, ["three", "one"]);
    assert!(matches!(world.board.remove("2026-01-01 00:00:00", None), Err(CompanionError::NotFound(_))));
    world.board.clear(None).unwrap();
    assert_eq!((world.file.text().as_str(), world.board.newest_first().unwrap().len()), ("[]\n", 0));
    world.board.tell(Rank::Info, "again").unwrap();
    assert_eq!(world.board.newest_first().unwrap().len(), 1);
}

#[test]
fn the_board_never_grows_beyond_its_size_and_a_broken_file_is_left_alone() {
    let world = world("", |_| {});
    for number in 0..205 {
        world.board.tell(Rank::Info, &number.to_string()).unwrap();
    }
    let notices = world.board.newest_first().unwrap();
    assert_eq!((notices.len(), notices[0].text.as_str(), notices[199].text.as_str()), (200, "204", "5"));
    for broken in ["a: b\n", "- [\n"] {
        let world = self::world(broken, discord);
        assert!(matches!(world.board.tell(Rank::Error, "x"), Err(CompanionError::Broken { .. })));
        assert_eq!(world.file.text(), broken);
        assert_eq!(world.postman.letters().len(), 1, "it is posted in any case");
    }
}

#[test]
fn a_notice_is_posted_in_the_words_of_the_service() {
    let notice = Notice { at: Timestamp(0), rank: Rank::Error, text: "a \"b\" <!here> & \\".to_owned() };
    let body = |kind: &str| {
        let webhook = WebhookSettings { kind: WebhookKind::parse(kind), ..WebhookSettings::default() };
        letter(&webhook, None, &notice).body
    };
    let embed = r#"{"embeds":[{"title":"a \"b\" <!here> & \\","color":16273737,"footer":{"text":"Traefik Manager - 1970-01-01 00:00:00 UTC"}}],"allowed_mentions":{"parse":[]}}"#;
    assert_eq!(body("discord"), embed);
    assert_eq!(body("slack"), r#"{"text":":x: *Traefik Manager* - a \"b\" &lt;!here&gt; &amp; \\"}"#);
    assert_eq!(body("ntfy"), notice.text);
    assert_eq!(
        body("gotify"),
        r#"{"title":"Traefik Manager","message":"a \"b\" <!here> & \\","priority":7}"#
    );
    let generic = r#"{"event":"error","message":"a \"b\" <!here> & \\","timestamp":"1970-01-01 00:00:00"}"#;
    assert_eq!((body("generic").as_str(), body("teams").as_str()), (generic, generic));
    let ntfy = WebhookSettings { kind: WebhookKind::Ntfy, ..WebhookSettings::default() };
    let headers = letter(&ntfy, None, &notice).headers;
    let said: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.expose())).collect();
    assert!(
        said.contains(&("x-priority", "4")) && said.contains(&("x-title", "Traefik Manager")),
        "{said:?}"
    );
}

#[test]
fn user_and_password_go_with_it_and_into_no_log() {
    let world = world("", discord);
    world.board.tell(Rank::Info, "x").unwrap();
    let letter = &world.postman.letters()[0];
    let (_, pair) = letter.headers.iter().find(|(name, _)| *name == "authorization").unwrap();
    assert_eq!(pair.expose(), "Basic Ym90Omh1bnRlcjI=");
    assert_eq!(letter.host(), "discord.com");
    assert!(!format!("{letter:?}").contains("s3cret") && !format!("{letter:?}").contains("Ym90"));
}

#[test]
fn a_test_sends_the_stored_password_to_the_stored_server_and_user_alone() {
    let world = world("", discord);
    let auth = |at: usize| {
        let letters = world.postman.letters();
        letters[at].headers.iter().any(|(name, _)| *name == "authorization")
    };
    let stored = "https://discord.com/api/webhooks/1/***";
    ready(world.board.try_address(stored, "discord", "bot", None)).unwrap();
    assert_eq!(world.postman.letters()[0].url.expose(), "https://discord.com/api/webhooks/1/s3cret");
    assert!(auth(0));
    ready(world.board.try_address(stored, "discord", "somebody", None)).unwrap();
    assert!(!auth(1), "the password is not for another user");
    for elsewhere in ["https://evil.example/hook", "http://discord.com/x"] {
        assert!(ready(world.board.try_address(elsewhere, "slack", "bot", None)).is_err(), "{elsewhere}");
        assert!(ready(world.board.try_address(elsewhere, "slack", "bot", Some(Secret::new("***")))).is_err());
    }
    for wrong in ["", "file:///etc/passwd", "http://169.254.169.254/", "https://a@b/"] {
        assert!(ready(world.board.try_address(wrong, "slack", "", None)).is_err(), "{wrong}");
    }
    assert_eq!(world.postman.letters().len(), 2, "nothing else was sent");
    world.postman.refuse("discord.com answers 404");
    let told = ready(world.board.try_address(stored, "discord", "bot", None));
    assert_eq!(told, Err("discord.com answers 404".to_owned()));
    assert!(world.file.text().is_empty(), "a test is not kept");
}

fn entry(action: &str, kind: &str, outcome: Outcome) -> Entry {
    let object = Object { kind: kind.to_owned(), protocol: None, name: "plex".to_owned(), file: None };
    Entry {
        at: Timestamp(0),
        actor: Actor::admin(),
        address: None,
        action: action.to_owned(),
        object: Some(object),
        regarding: None,
        files: Vec::new(),
        outcome,
    }
}

#[test]
fn what_went_wrong_is_worth_a_notice_and_what_is_routine_is_told_once() {
    let why = || "unknown entry point".to_owned();
    let told = |action: &str, outcome| notice_of(&entry(action, "router", outcome));
    assert_eq!(told("save", Outcome::Unconfirmed), Some((Rank::Success, "Route plex was saved".to_owned())));
    assert_eq!(told("confirm", Outcome::Confirmed), None);
    assert_eq!(told("save", Outcome::Refused { why: why() }), None);
    let (rank, text) = told("confirm", Outcome::RolledBack { why: why() }).unwrap();
    assert_eq!((rank, text.contains("put back: unknown entry point")), (Rank::Error, true));
    let of_restart = |action: &str, outcome| notice_of(&entry(action, STATIC_FILE, outcome));
    assert_eq!(of_restart("restart", Outcome::Unconfirmed), None, "nobody knows yet how it ends");
    let restarted = Some((Rank::Success, "Traefik was restarted".to_owned()));
    assert_eq!(of_restart("confirm", Outcome::Confirmed), restarted);
    assert_eq!(of_restart("confirm", Outcome::OnTrial { until: Timestamp(60) }), restarted);
    let (rank, text) = of_restart("confirm", Outcome::Refused { why: why() }).unwrap();
    assert_eq!((rank, text.as_str()), (Rank::Error, "Traefik's restart failed: unknown entry point"));
    let blocked = IdentityEvent::Blocked(30).entry(Timestamp(0), Actor::Stranger, None, Outcome::Done);
    assert_eq!(notice_of(&blocked).unwrap().0, Rank::Error);
    let event = IdentityEvent::SignedIn {
        method: SignInMethod::Password,
        account: String::new(),
        user_agent: "curl".to_owned(),
    };
    let address = "192.0.2.7".parse().ok();
    let sign_in = event.entry(Timestamp(0), Actor::admin(), address, Outcome::Done);
    assert_eq!(notice_of(&sign_in), Some((Rank::Info, "Login from 192.0.2.7".to_owned())));
}

#[test]
fn a_listener_hears_of_what_was_kept_and_of_nothing_else() {
    let log = Arc::new(MemoryAuditLog::default());
    let heard = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&heard);
    let overheard = Overheard::new(log.clone() as Arc<dyn AuditLog>, move |_| *counted.lock().unwrap() += 1);
    overheard.append(&entry("save", "router", Outcome::Done)).unwrap();
    log.fail_next_append(traefik_manager_core::config::store::StorageError::NoSpace {
        name: "audit".to_owned(),
    });
    assert!(overheard.append(&entry("save", "router", Outcome::Done)).is_err());
    assert_eq!((*heard.lock().unwrap(), overheard.newest(None, 9).unwrap().entries.len()), (1, 1));
}
