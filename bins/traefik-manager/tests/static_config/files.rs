//! Files that are no static configuration, or hold what Traefik would not start with: there is a reason, a line and a
//! remedy, and nothing is written.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::MetadataExt as _,
    path::Path,
    thread,
};

use serde_json::{Value, json};

use crate::{
    configuration, field, starts,
    support::{
        edge::first_key,
        eventually, free_tcp_port,
        http::Client,
        manager::{Manager, ManagerOptions},
        mount::Mount,
        require_real,
    },
};

/// A manager with this static file, and nobody to restart.
async fn open(file: &Path, variables: &[(&str, String)]) -> (Manager, Client) {
    let home = file.parent().unwrap().parent().unwrap();
    let options = ManagerOptions::new(home)
        .variable("STATIC_CONFIG_PATH", file.display().to_string())
        .variable("RESTART_METHOD", "poison-pill")
        .variable("SIGNAL_FILE_PATH", home.join("restart.sig").display().to_string());
    let options = variables.iter().fold(options, |options, (name, value)| options.variable(name, value));
    let manager = Manager::start(options).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    (manager, client)
}

async fn save(client: &Client, text: &str) -> (u16, Value) {
    let answer = client.post_json("/api/static/config", &json!({ "content": text })).await;
    (answer.status.as_u16(), answer.json())
}

/// A folder for the static file, beside one for everything else.
fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("traefik");
    fs::create_dir(&folder).unwrap();
    (home, folder)
}

#[tokio::test]
async fn mistakes_that_keep_traefik_from_starting_have_a_line_and_a_remedy_and_write_nothing() {
    let Some(program) = require_real("traefik") else { return };
    let (home, folder) = folder();
    fs::create_dir(home.path().join("dynamic")).unwrap();
    let [api, web, other] = std::array::from_fn(|_| free_tcp_port());
    let old = configuration(home.path(), api, web);
    let file = folder.join("traefik.yml");
    fs::write(&file, &old).unwrap();
    let (_manager, client) = open(&file, &[]).await;
    let address = format!("127.0.0.1:{web}   # plain");
    let more = |yaml: &str| format!("{old}{yaml}");
    let without_own = old.replace(&format!("  traefik:\n    address: 127.0.0.1:{api}\n"), "");
    for (what, text, line, words) in [
        ("no port", old.replace(&address, "127.0.0.1"), 11, "has no port"),
        ("no port but a name", old.replace(&address, "localhost"), 11, "has no port"),
        ("no such port", old.replace(&address, "\":99999\""), 11, "port"),
        ("two on one port", more(&format!("  twin:\n    address: :{web}\n")), 13, "web"),
        ("two on one address", more(&format!("  twin:\n    address: 127.0.0.1:{web}\n")), 13, "web"),
        ("where Traefik's own pages are", without_own.replace(&address, ":8080"), 9, "own pages"),
        ("no such provider", old.replace("providers:\n", "providers:\n  marathon: {}\n"), 6, "marathon"),
        ("a field of nobody", more(&format!("  x:\n    address: :{other}\n    tls: {{}}\n")), 14, "tls"),
    ] {
        let (status, answer) = save(&client, &text).await;
        assert_eq!((status, &answer["ok"]), (422, &json!(false)), "{what}: {answer}");
        assert_eq!(answer["line"], line, "{what}: {answer}");
        let told = &answer["findings"][0];
        assert!(told["message"].as_str().unwrap().contains(words), "{what}: {answer}");
        assert!(told["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{what}: {answer}");
        assert!(!starts(&program, "yml", &text, api).await, "Traefik takes it: {what}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    assert_eq!(client.get_json("/api/backups").await, json!([]));
    assert!(starts(&program, "yml", &old, api).await);
}

/// A Traefik of that version, as far as its API goes.
fn pretends_to_be(version: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let is_version = head[..read].starts_with(b"GET /api/version");
            let body = if is_version { format!("{{\"Version\":\"{version}\"}}") } else { "[]".to_owned() };
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json";
            write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").ok();
        }
    });
    port
}

#[tokio::test]
async fn a_provider_that_the_running_version_does_not_have_is_refused() {
    for (version, knows_it) in [("3.0.4", false), ("3.7.15", true)] {
        let (_home, folder) = folder();
        let file = folder.join("traefik.yml");
        let old = "entryPoints:\n  web:\n    address: ':0'\n";
        fs::write(&file, old).unwrap();
        let api = format!("http://127.0.0.1:{}", pretends_to_be(version));
        let (_manager, client) = open(&file, &[("TRAEFIK_API_URL", api)]).await;
        eventually("the version to be known", async || {
            let page = client.get("/static").await.text();
            (page.contains("section=providers.knative") == knows_it).then_some(())
        })
        .await;
        let new = format!("{old}providers:\n  knative: {{}}\n");
        let (status, answer) = save(&client, &new).await;
        assert_eq!(status, if knows_it { 200 } else { 422 }, "{version}: {answer}");
        if !knows_it {
            assert_eq!(answer["line"], 5, "{answer}");
            assert!(answer["findings"][0]["message"].as_str().unwrap().contains("knative"), "{answer}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), if knows_it { &new } else { old });
    }
}

/// A backup goes back to where it came from, whichever of the two endings that has.
#[tokio::test]
async fn backups_of_a_file_with_the_long_ending_are_restored_and_deleted() {
    let (home, folder) = folder();
    let (file, dynamic) = (folder.join("traefik.yaml"), home.path().join("dynamic.yml"));
    let old = "entryPoints:\n  web:\n    address: ':0'   # by hand\n";
    fs::write(&file, old).unwrap();
    fs::write(&dynamic, "# nothing\n").unwrap();
    let (_manager, client) = open(&file, &[("CONFIG_PATH", dynamic.display().to_string())]).await;
    let made = client.post_json("/api/backup/static/create", &json!({})).await.json();
    let name = made["name"].as_str().unwrap().to_owned();
    let new = old.replace(":0'", ":1'");
    assert_eq!(save(&client, &new).await.0, 200);
    let restored = client.post_json(&format!("/api/restore/{name}"), &json!({})).await;
    assert_eq!(restored.status.as_u16(), 200, "{}", restored.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    assert_eq!(fs::read_to_string(&dynamic).unwrap(), "# nothing\n", "the other file is not touched");
    let deleted = client.post_json(&format!("/api/backup/delete/{name}"), &json!({})).await;
    assert_eq!(deleted.status.as_u16(), 200, "{}", deleted.text());
    let left = client.get_json("/api/backups").await.to_string();
    assert!(!left.contains(&name), "{left}");
}

/// From the route that needs it to the file that has it.
#[tokio::test]
async fn a_resolver_that_a_route_uses_is_taken_away_only_when_that_is_accepted() {
    let (home, folder) = folder();
    let file = folder.join("traefik.yml");
    let old = "entryPoints:\n  web:\n    address: ':0'\ncertificatesResolvers:\n  le:\n    acme: {storage: a.json, tlsChallenge: {}}\n  spare:\n    acme: {storage: b.json, tlsChallenge: {}}\n";
    fs::write(&file, old).unwrap();
    let dynamic = home.path().join("dynamic.yml");
    let route = "http:\n  routers:\n    shop: {rule: Host(`shop.test`), service: shop, tls: {certResolver: le}}\n  services:\n    shop: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}\n";
    fs::write(&dynamic, route).unwrap();
    let (_manager, client) = open(&file, &[("CONFIG_PATH", dynamic.display().to_string())]).await;
    let without = old.replace("  le:\n    acme: {storage: a.json, tlsChallenge: {}}\n", "");
    let (status, answer) = save(&client, &without).await;
    assert_eq!((status, &answer["line"]), (422, &json!(4)), "{answer}");
    let told = &answer["findings"][0];
    assert_eq!(told["message"], "certificate resolver `le` is taken away, and route `shop` needs it");
    assert_eq!(told["remedy"], "keep it, or change those first");
    let section = json!({"action": "remove", "section": "resolvers", "name": "le"});
    let refused = client.post_json("/api/static/section", &section).await;
    assert!(refused.text().contains("route `shop`"), "{}", refused.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    // Once nobody needs it any more it goes without a word.
    fs::write(&dynamic, route.replace("le}", "spare}")).unwrap();
    let gone = async || (save(&client, &without).await.0 == 200).then_some(());
    eventually("the route to be read again", gone).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), without);
}

/// A mount that may only be read names itself; one of a single file is written in place, where its other name shows it.
#[tokio::test]
async fn mounts_of_a_file_and_of_its_folder() {
    let old = "entryPoints:\n  web:\n    address: ':0'   # by hand\n";
    let new = old.replace(":0'", ":1'");
    // What does not fit costs nothing that was there.
    let (_home, small) = folder();
    let Some(_disk) = Mount::new(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], &small) else { return };
    let file = small.join("traefik.yml");
    fs::write(&file, old).unwrap();
    let (_manager, client) = open(&file, &[]).await;
    let (status, answer) = save(&client, &format!("{old}{}", "# filler\n".repeat(20_000))).await;
    assert_eq!((status, fs::read_to_string(&file).unwrap().as_str()), (507, old), "{answer}");
    assert_eq!(fs::read_dir(&small).unwrap().count(), 1, "nothing half is left");
    assert_eq!(save(&client, &new).await.0, 200);

    for (is_file, may_be_written) in [(false, false), (true, false), (true, true)] {
        let (home, folder) = folder();
        let (host, file) = (home.path().join("host.yml"), folder.join("traefik.yml"));
        fs::write(&host, old).unwrap();
        fs::write(&file, if is_file { "" } else { old }).unwrap();
        let mount = if is_file { Mount::bind(&host, &file) } else { Mount::bind(&folder, &folder) };
        let mount = mount.map(|mount| if may_be_written { mount } else { mount.made_read_only() });
        let Some(_mount) = mount else { return };
        let inode = fs::metadata(&file).unwrap().ino();
        let (_manager, client) = open(&file, &[]).await;
        let (status, answer) = save(&client, &new).await;
        let present = fs::read_to_string(&file).unwrap();
        if may_be_written {
            assert_eq!((status, present.as_str()), (200, new.as_str()), "{answer}");
            assert_eq!(fs::read_to_string(&host).unwrap(), new, "whoever knows it by the other name sees it");
            assert_eq!(fs::metadata(&file).unwrap().ino(), inode);
            let history = client.get_json("/api/history?show=changes").await;
            let undo = format!("/api/history/{}/undo", history["entries"][0]["change"]);
            assert_eq!(client.post_json(&undo, &json!({})).await.status.as_u16(), 200);
            assert_eq!(fs::read_to_string(&host).unwrap(), old);
        } else {
            assert_eq!((status, present.as_str()), (409, old), "{answer}");
            let message = answer["message"].as_str().unwrap();
            assert!(
                message.contains("traefik.yml") && message.contains("Read-only file system"),
                "{message}"
            );
            assert!(message.contains("allow this program to write"), "{message}");
            assert_eq!(client.get_json("/api/static/status").await["unread"], false);
        }
    }
}

#[tokio::test]
async fn no_file_of_this_program_is_taken_for_a_static_configuration() {
    for file in ["data/config/manager.yml", "data/config/.secret_key", "data/config/nested/../manager.yml"] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(file).display().to_string();
        let (status, log) = ManagerOptions::new(home.path()).variable("STATIC_CONFIG_PATH", path).run().await;
        assert_eq!(status.code(), Some(1), "{file}: {log}");
        assert!(log.contains("which is a file of this program"), "{file}: {log}");
    }
}

/// Whatever the file is like, there is a reason, a way to mend it where it is a text, and nothing is lost.
#[tokio::test]
async fn files_that_are_no_static_configuration_are_named_and_mended_or_left_alone() {
    let good = "entryPoints:\n  web:\n    address: ':0'\n";
    let large = format!("{good}#{}\n", "x".repeat(5 << 20));
    for (name, text, can_be_mended) in [
        ("broken", Some("entryPoints: [\n"), true),
        ("empty", Some(""), true),
        ("list", Some("- a\n- b\n"), true),
        ("scalar", Some("this is not a traefik config\n"), true),
        ("large", Some(large.as_str()), true),
        ("folder", None, false),
    ] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("traefik.yml");
        match text {
            Some(text) => fs::write(&file, text).unwrap(),
            None => fs::create_dir(&file).unwrap(),
        }
        let options = ManagerOptions::new(home.path())
            .variable("STATIC_CONFIG_PATH", file.display().to_string())
            .variable("RESTART_METHOD", "poison-pill")
            .variable("SIGNAL_FILE_PATH", home.path().join("restart.sig").display().to_string());
        let manager = Manager::start(options).await;
        let client = manager.client().with_api_key(&first_key(&manager).await);
        let page = client.get("/static").await;
        let raw = client.get("/static/raw").await;
        assert!(
            if can_be_mended { raw.status.is_success() } else { raw.text().contains("traefik.yml") },
            "{name}: {}",
            raw.text()
        );
        assert!(page.status.as_u16() < 500 || !can_be_mended, "{name}: {}", page.text());
        let bad = client
            .post_json("/api/static/config", &json!({"content": "entryPoints: {w: {address: x}}"}))
            .await;
        assert!(bad.status.is_client_error(), "{name}: {}", bad.text());
        let section = json!({"action": "set", "section": "log", "data": {"level": "DEBUG"}});
        let edited = client.post_json("/api/static/section", &section).await;
        let saved = client.post_json("/api/static/config", &json!({ "content": good })).await;
        if can_be_mended {
            assert_eq!(
                edited.status.is_success(),
                name == "empty" || name == "large",
                "{name}: {}",
                edited.text()
            );
            assert_eq!(saved.json()["ok"], true, "{name}: {}", saved.text());
            assert_eq!(fs::read_to_string(&file).unwrap(), good, "{name}");
            let backups = client.get_json("/api/backups").await;
            assert_eq!(
                backups.as_array().map(Vec::len),
                Some(1),
                "{name}: a copy of what was there: {backups}"
            );
        } else {
            assert_eq!(saved.json()["ok"], false, "{name}: {}", saved.text());
            assert!(file.is_dir() && !home.path().join("restart.sig").exists(), "{name}");
        }
    }
}

/// Five megabytes that somebody has, in either file, can be edited as a text.
#[tokio::test]
async fn files_of_five_megabytes_are_edited_as_texts() {
    let (home, folder) = folder();
    let file = folder.join("traefik.yml");
    // Lines with what takes more room on its way: quotes, colons, umlauts.
    let line = format!("# {}\n", "\"web\": Anschl\u{fc}sse, wie sie sind; ".repeat(12));
    let notes = line.repeat((5 << 20) / line.len());
    let text = |port: u16| format!("{notes}entryPoints:\n  web:\n    address: ':{port}'\n");
    fs::write(&file, text(0)).unwrap();
    let dynamic = home.path().join("dynamic");
    fs::create_dir(&dynamic).unwrap();
    let route = |host: &str| {
        format!("{notes}http:\n  routers:\n    a: {{rule: Host(`{host}`), service: noop@internal}}\n")
    };
    fs::write(dynamic.join("large.yml"), route("a.test")).unwrap();
    assert!(text(0).len() > 5_000_000);
    let (_manager, client) = open(&file, &[("CONFIG_DIR", dynamic.display().to_string())]).await;

    let (status, saved) = save(&client, &text(81)).await;
    assert_eq!((status, &saved["ok"]), (200, &json!(true)), "{saved}");
    let page = client.get("/static/raw").await.text();
    assert!(page.contains("enctype=\"multipart/form-data\""));
    let seen = field(&page, "seen");
    // Browsers send lines with both ends.
    let typed = text(82).replace('\n', "\r\n");
    let kept = client.post_parts("/static/raw", &[("content", &typed), ("seen", &seen)]).await;
    assert!(!kept.status.is_client_error() && !kept.status.is_server_error(), "{}", kept.text());
    let review = client.get("/static/review").await.text();
    assert!(review.len() < 100_000, "a review shows what differs");
    let applied = client.post_form("/static/apply", &[("seen", &field(&review, "seen"))]).await;
    assert!(!applied.status.is_client_error(), "{}", applied.text());
    assert!(fs::read_to_string(&file).unwrap() == text(82));

    let revision = field(&client.get("/files/edit?file=large.yml").await.text(), "revision");
    let typed = route("b.test").replace('\n', "\r\n");
    let fields = [("file", "large.yml"), ("content", typed.as_str()), ("revision", &revision)];
    let saved = client.post_parts("/files/edit", &fields).await;
    assert!(!saved.status.is_client_error() && !saved.status.is_server_error(), "{}", saved.text());
    assert!(fs::read_to_string(dynamic.join("large.yml")).unwrap() == route("b.test"));

    // What is wrong with very much is told in little.
    let mut wrong = text(83);
    for number in 0..30_000 {
        writeln!(wrong, "  e{number}:\n    address: x").unwrap();
    }
    let (status, refused) = save(&client, &wrong).await;
    assert_eq!((status, &refused["ok"]), (422, &json!(false)));
    let findings = refused["findings"].as_array().unwrap();
    assert!(findings.len() == 200 && findings.iter().all(|finding| finding["level"] == "error"));
    assert!(refused.to_string().len() < 100_000, "{}", refused.to_string().len());
    let larger = "x".repeat(8 << 20);
    assert_eq!(save(&client, &larger).await.0, 413);
    assert!(fs::read_to_string(&file).unwrap() == text(82));
}

/// The variable alone is not enough: the file has to be there, and may come and go.
#[tokio::test]
async fn without_the_file_there_is_no_page_no_endpoint_and_no_restart_until_it_is_there() {
    let (home, folder) = folder();
    let file = folder.join("traefik.yml");
    let (_manager, client) = open(&file, &[]).await;
    let text = "entryPoints:\n  web:\n    address: ':0'\n";
    for is_there in [false, true, false] {
        if is_there {
            fs::write(&file, text).unwrap();
        } else {
            fs::remove_file(&file).ok();
        }
        eventually("the file to be noticed", async || {
            let said = client.get_json("/api/static/available").await["available"].as_bool();
            (said == Some(is_there)).then_some(())
        })
        .await;
        for path in [
            "/static",
            "/static/raw",
            "/static/restart",
            "/api/static/config",
            "/api/static/status",
            "/api/traefik/runtime",
        ] {
            let answer = client.get(path).await;
            assert_eq!(answer.status.as_u16(), if is_there { 200 } else { 404 }, "{path}: {}", answer.text());
        }
        if !is_there {
            let section = json!({"action": "set", "section": "log", "data": {"level": "DEBUG"}});
            for (path, body) in [
                ("/api/static/config", json!({ "content": text })),
                ("/api/static/section", section),
                ("/api/static/restart", json!({})),
                ("/api/backup/static/create", json!({})),
                ("/api/plugins/install", json!({"static_yaml": "geo: {moduleName: a/b, version: v1.0.0}"})),
            ] {
                let answer = client.post_json(path, &body).await;
                assert!([400, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.text());
                assert_eq!(answer.json()["ok"], false, "{path}");
            }
            assert!(!file.exists() && !home.path().join("restart.sig").exists());
        }
        let menu = client.get("/").await.text();
        assert_eq!(menu.contains("href=\"/static\""), is_there, "{menu}");
    }
}

#[tokio::test]
async fn what_is_collected_outlives_the_program_and_nobody_else_may_read_it() {
    let (home, folder) = folder();
    let file = folder.join("traefik.yml");
    let old = "entryPoints:\n  web:\n    address: ':0'\n";
    fs::write(&file, old).unwrap();
    let options = ManagerOptions::new(home.path()).variable("STATIC_CONFIG_PATH", file.display().to_string());
    let mut manager = Manager::start(options).await;
    let secret = first_key(&manager).await;
    let client = manager.client().with_api_key(&secret);
    let section = [("section", "api"), ("dashboard", "true")];
    let kept = client.post_form("/static/edit", &section).await;
    assert!(kept.status.is_success(), "{}", kept.text());
    let state = home.path().join("data/config/state/static-drafts.json");
    assert_eq!(fs::metadata(&state).unwrap().mode() & 0o777, 0o600);
    manager.crash();
    manager.start_again().await;
    let review = manager.client().with_api_key(&secret).get("/static/review").await.text();
    assert!(review.contains("+api:"), "{review}");
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
}
