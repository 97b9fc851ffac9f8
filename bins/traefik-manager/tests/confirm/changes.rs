//! Changes that the real Traefik takes, refuses, disables, or does not live to see.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use traefik_manager_core::{
    config::{
        confirm::{BUDGET, Confirmation, Expectation, confirm, note_statuses},
        object::ObjectKind,
    },
    traefik::{
        Protocol,
        live::{LiveError, LiveStatus, TraefikApi as _},
    },
};
use traefik_manager_traefik_api::{HttpTraefikApi, TokioTimer};

use crate::{address, change, object, objects, support::traefik::Traefik, tree};

/// A Traefik on a folder, the way a writer sees it.
struct World {
    traefik: Traefik,
    folder: tempfile::TempDir,
    api: HttpTraefikApi,
}

impl World {
    /// Starts it with `a.yml`, and waits until that is served; `None` where Traefik is not installed.
    async fn start(text: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yml"), text).unwrap();
        let traefik = Traefik::start(folder.path()).await?;
        let world = Self { traefik, folder, api: HttpTraefikApi::new().unwrap() };
        assert_eq!(world.confirm(&change("", text), BUDGET).await, CONFIRMED);
        Some(world)
    }

    /// Replaces a file as this program does, by a rename.
    fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
    }

    async fn confirm(&self, expected: &[Expectation], budget: Duration) -> Confirmation {
        confirm(&self.api, &TokioTimer::start(), &address(&self.traefik), expected, budget).await
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let temporary = folder.join(".new");
    fs::write(&temporary, text).unwrap();
    fs::rename(temporary, folder.join(name)).unwrap();
}

const CONFIRMED: Confirmation = Confirmation::Confirmed { unseen: Vec::new() };

const APP: &str = "
http:
  routers:
    app: {rule: 'Host(`app.test`)', service: app, entryPoints: [web], middlewares: [strip]}
  middlewares:
    strip: {stripPrefix: {prefixes: [/x]}}
  services:
    app: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}
";

#[tokio::test]
async fn good_changes_are_seen() {
    let Some(world) = World::start(APP).await else { return };
    let mut before = APP.to_owned();
    for (from, to) in [
        ("app.test", "new.test"),
        ("url: 'http://127.0.0.1:9'", "url: 'http://127.0.0.1:10', weight: 0"),
        (", middlewares: [strip]", ""),
        ("entryPoints: [web]", "entryPoints: web, priority: 7"),
        (", priority: 7", ""),
        ("    strip: {stripPrefix: {prefixes: [/x]}}", "    strip: {addPrefix: {prefix: /y}}"),
        ("  middlewares:\n    strip: {addPrefix: {prefix: /y}}\n", ""),
    ] {
        let after = before.replace(from, to);
        assert_ne!(after, before);
        let expected = change(&before, &after);
        world.write("a.yml", &after);
        let start = Instant::now();
        assert_eq!(world.confirm(&expected, BUDGET).await, CONFIRMED, "{to}");
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
        before = after;
    }
}

#[tokio::test]
async fn a_refused_file_is_still_old() {
    let Some(world) = World::start(APP).await else { return };
    let after = APP.replace("app.test", "new.test").replace("url:", "uri:");
    let expected = change(APP, &after);
    world.write("a.yml", &after);
    let start = Instant::now();
    let found = world.confirm(&expected, Duration::from_secs(4)).await;
    let Confirmation::StillOld { objects } = found else { panic!("{found:?}") };
    let router = object(Protocol::Http, ObjectKind::Router, "app");
    assert!(
        objects.iter().any(|(object, path)| *object == router && path.to_string() == "rule"),
        "{objects:?}"
    );
    assert!((4..6).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    // The old text is what Traefik serves, so putting it back is confirmed at once.
    world.write("a.yml", APP);
    assert_eq!(world.confirm(&change(&after, APP), BUDGET).await, CONFIRMED);
}

#[tokio::test]
async fn a_removal_that_traefik_refuses_is_still_old() {
    let Some(world) = World::start(APP).await else { return };
    let after = APP.replace(", middlewares: [strip]", "");
    // A mistake that somebody else made in another file keeps Traefik from loading anything.
    world.write("b.yml", "http: {routers: {}}");
    let expected = change(APP, &after);
    world.write("a.yml", &after);
    let found = world.confirm(&expected, Duration::from_secs(4)).await;
    assert!(
        matches!(&found, Confirmation::StillOld { objects } if objects[0].1.to_string() == "middlewares"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_disabled_router_is_in_error_in_traefiks_words() {
    let Some(world) = World::start(APP).await else { return };
    for (from, to, words) in [
        ("Host(", "Hots(", "Hots"),
        ("service: app,", "service: gone,", "gone"),
        ("[strip]", "[gone]", "gone"),
        ("entryPoints: [web]", "entryPoints: [web, nope]", "nope"),
    ] {
        let after = APP.replace(from, to);
        let expected = change(APP, &after);
        world.write("a.yml", &after);
        let start = Instant::now();
        let found = world.confirm(&expected, BUDGET).await;
        let Confirmation::InError { object: failing, errors } = found else { panic!("{to}: {found:?}") };
        assert_eq!(failing, object(Protocol::Http, ObjectKind::Router, "app"));
        assert!(errors.concat().contains(words), "{errors:?}");
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
        world.write("a.yml", APP);
        assert_eq!(world.confirm(&change(&after, APP), BUDGET).await, CONFIRMED);
    }
}

#[tokio::test]
async fn breaking_what_a_router_needs_is_this_changes_fault() {
    let Some(world) = World::start(APP).await else { return };
    let after = APP.replace("prefixes: [/x]", "prefixes: [/x]}, addPrefix: {prefix: /y");
    let mut expected = change(APP, &after);
    let (router, file) = (object(Protocol::Http, ObjectKind::Router, "app"), tree(APP));
    let node = objects(&file).into_iter().find(|(name, _)| *name == router).unwrap().1;
    expected.push(Expectation::kept(router.clone(), node));
    world.write("a.yml", &after);
    let found = world.confirm(&expected, BUDGET).await;
    assert!(matches!(&found, Confirmation::InError { errors, .. } if !errors.is_empty()), "{found:?}");
}

#[tokio::test]
async fn an_earlier_error_does_not_stop_a_change() {
    let broken = APP.replace("service: app,", "service: gone,");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yml"), &broken).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("http", "app@file").await;
    let world = World { traefik, folder, api: HttpTraefikApi::new().unwrap() };
    let after = broken.replace("app.test", "new.test");
    let mut expected = change(&broken, &after);
    note_statuses(&world.api, &address(&world.traefik), &mut expected).await.unwrap();
    world.write("a.yml", &after);
    assert_eq!(world.confirm(&expected, BUDGET).await, CONFIRMED);
}

/// Traefik loads the folder when the first file changes, and again two seconds later.
#[tokio::test]
async fn a_change_of_two_files_is_no_error_while_half_of_it_is_loaded() {
    let Some(world) = World::start(APP).await else { return };
    let router = APP.replace("service: app,", "service: other,");
    let service = "http: {services: {other: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}}}";
    let mut expected = change(APP, &router);
    expected.extend(change("", service));
    world.write("a.yml", &router);
    world.traefik.wait_for("/api/http/routers/app@file", |live| live["status"] == "disabled").await;
    world.write("b.yml", service);
    assert_eq!(world.confirm(&expected, BUDGET).await, CONFIRMED);
}

#[tokio::test]
async fn a_traefik_that_is_not_there_is_known_at_once() {
    let Some(mut world) = World::start(APP).await else { return };
    let after = APP.replace("app.test", "new.test");
    let expected = change(APP, &after);
    world.traefik.stop();
    for _ in 0..3 {
        let start = Instant::now();
        let found = world.confirm(&expected, BUDGET).await;
        let took = start.elapsed();
        assert!(matches!(&found, Confirmation::Unreachable(LiveError::Refused { .. })), "{found:?}");
        assert!(took < Duration::from_millis(100), "{took:?}");
    }
}

#[tokio::test]
async fn a_traefik_that_dies_in_the_middle_has_vanished_unless_it_comes_back() {
    let Some(mut world) = World::start(APP).await else { return };
    let after = APP.replace("app.test", "new.test").replace("url:", "uri:");
    let expected = change(APP, &after);
    let (at, api) = (address(&world.traefik), HttpTraefikApi::new().unwrap());
    world.write("a.yml", &after);
    let asking = tokio::spawn({
        let (at, expected) = (at.clone(), expected.clone());
        async move { confirm(&api, &TokioTimer::start(), &at, &expected, Duration::from_secs(4)).await }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    world.traefik.stop();
    let found = asking.await.unwrap();
    assert!(matches!(&found, Confirmation::Vanished(LiveError::Refused { .. })), "{found:?}");

    let good = APP.replace("app.test", "new.test");
    world.traefik.restart().await;
    world.write("a.yml", &good);
    world.traefik.wait_for_router("http", "app@file").await;
    let next = good.replace("new.test", "next.test");
    let expected = change(&good, &next);
    let api = HttpTraefikApi::new().unwrap();
    let asking =
        tokio::spawn(async move { confirm(&api, &TokioTimer::start(), &at, &expected, BUDGET).await });
    tokio::time::sleep(Duration::from_millis(700)).await;
    world.traefik.stop();
    world.write("a.yml", &next);
    world.traefik.restart().await;
    assert_eq!(asking.await.unwrap(), CONFIRMED);
}

/// An entry point with TLS or middlewares of its own makes a router of its own of every router on it.
#[tokio::test]
async fn routers_that_traefik_splits_by_entry_point_are_found() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.yml", APP);
    let Some(mut traefik) = Traefik::start(folder.path()).await else { return };
    let with_tls = fs::read_to_string(traefik.static_file())
        .unwrap()
        .replace("  tcp:\n", "    http: {tls: {}, middlewares: ['strip@file']}\n  tcp:\n");
    fs::write(traefik.static_file(), with_tls).unwrap();
    traefik.restart().await;
    traefik.wait_for_router("http", "app@file").await;
    let world = World { traefik, folder, api: HttpTraefikApi::new().unwrap() };
    let mut before = APP.to_owned();
    for (from, to, is_seen) in [
        ("[web]", "[web, websecure]", true),
        ("app.test", "new.test", true),
        ("[web, websecure]", "[websecure]", true),
        ("middlewares: [strip]", "tls: {}", true),
        // The entry point's TLS stays, and the router's own cannot be told from it.
        (", tls: {}", "", false),
        (", entryPoints: [websecure]", "", true),
        ("new.test", "next.test", true),
        ("    app: {rule", "    other: {rule", true),
    ] {
        let after = before.replacen(from, to, 1);
        assert_ne!(after, before);
        let expected = change(&before, &after);
        world.write("a.yml", &after);
        let found = world.confirm(&expected, BUDGET).await;
        let wanted = if is_seen { CONFIRMED } else { Confirmation::NotVisible };
        assert_eq!(found, wanted, "{from} to {to}");
        before = after;
    }
}

#[tokio::test]
async fn any_name_can_be_asked_for() {
    let names = [
        "a/b c",
        "ü@docker",
        "q?x=1&y#z%41+",
        "..",
        ".",
        "a/../b",
        "//x//",
        "ナ",
        "n\nl",
        "`{}`|\\^~",
        "a:b;c,d",
    ];
    let mut text = String::from("http:\n  middlewares:\n");
    for (index, name) in names.iter().enumerate() {
        writeln!(text, "    {name:?}: {{addPrefix: {{prefix: /{index}}}}}").unwrap();
    }
    let Some(world) = World::start(&text).await else { return };
    let at = address(&world.traefik);
    for (index, name) in names.iter().enumerate() {
        let asked = object(Protocol::Http, ObjectKind::Middleware, name);
        let live = world.api.object(&at, &asked).await.unwrap().unwrap();
        assert_eq!((live.name.as_str(), live.status), (*name, LiveStatus::Enabled));
        let prefix = live.value.get("addPrefix").unwrap().get("prefix").unwrap();
        assert_eq!(prefix.as_str(), Some(format!("/{index}").as_str()));
        let nearly = object(Protocol::Http, ObjectKind::Middleware, &format!("{name}x"));
        assert_eq!(world.api.object(&at, &nearly).await.unwrap(), None);
    }
    let unseen = object(Protocol::Http, ObjectKind::ServersTransport, "x");
    let error = world.api.object(&at, &unseen).await.unwrap_err();
    assert!(matches!(error, LiveError::Unexpected { .. }), "{error}");
    // An address without the API says 404 as well, and that is not the same as having no such object.
    let elsewhere =
        traefik_manager_core::traefik::live::ApiAddress { url: format!("{}/no", at.url), credentials: None };
    let asked = object(Protocol::Http, ObjectKind::Middleware, names[0]);
    assert!(world.api.object(&elsewhere, &asked).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_changes_at_once_are_all_seen() {
    let mut before = String::from("http:\n  routers:\n");
    for index in 0..2000 {
        let rule = format!("Host(`r{index}.test`)");
        writeln!(before, "    r{index}: {{rule: '{rule}', service: noop@internal, entryPoints: [web]}}")
            .unwrap();
    }
    let Some(world) = World::start(&before).await else { return };
    let after = before.replace("`r1", "`new1");
    let at = address(&world.traefik);
    let expected = change(&before, &after);
    world.write("a.yml", &after);
    let start = Instant::now();
    let api = std::sync::Arc::new(HttpTraefikApi::new().unwrap());
    let asking: Vec<_> = expected
        .chunks(expected.len().div_ceil(64))
        .map(|part| {
            let (api, at, part) = (std::sync::Arc::clone(&api), at.clone(), part.to_vec());
            tokio::spawn(async move { confirm(&*api, &TokioTimer::start(), &at, &part, BUDGET).await })
        })
        .collect();
    assert!(asking.len() >= 60, "{}", asking.len());
    for asked in asking {
        assert_eq!(asked.await.unwrap(), CONFIRMED);
    }
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}
