//! Permission is refused, for each way of restarting Traefik and for the file itself: it is said by whom and why, and
//! nothing is changed.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, net::UnixListener},
    path::Path,
    thread,
};

use serde_json::{Value, json};

use crate::{
    Scene, configuration, options,
    support::{
        edge::first_key,
        free_tcp_port,
        manager::{Manager, ManagerOptions},
    },
};

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Answers everything as a proxy does that lets nothing through.
fn refusing_proxy() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let body = r#"{"message":"this call is not let through"}"#;
            let length = body.len();
            let head = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: application/json";
            write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").ok();
        }
    });
    port
}

#[tokio::test]
async fn who_may_not_restart_traefik_is_told_by_whom_and_traefik_goes_on() {
    let Some(mut scene) = Scene::start().await else { return };
    let home = scene.home.path().to_owned();
    let socket = home.join("docker.sock");
    let _engine = UnixListener::bind(&socket).unwrap();
    chmod(&socket, 0o000);
    let signals = home.join("signals");
    fs::create_dir(&signals).unwrap();
    chmod(&signals, 0o555);
    let proxy = format!("tcp://127.0.0.1:{}", refusing_proxy());
    let started = async |scene: &Scene| scene.traefik.get_json("/api/version").await["startDate"].clone();
    let before = started(&scene).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;

    let ways: [(&str, &str, String, &[&str]); 3] = [
        (
            "socket",
            "DOCKER_HOST",
            format!("unix://{}", socket.display()),
            &["docker.sock does not allow it", "Permission denied", "run this program in the group"],
        ),
        ("proxy", "DOCKER_HOST", proxy.clone(), &[&proxy, "does not allow it: this call is not let through"]),
        (
            "poison-pill",
            "SIGNAL_FILE_PATH",
            signals.join("restart.sig").display().to_string(),
            &["signals/restart.sig does not allow it", "Permission denied"],
        ),
    ];
    for (number, (way, variable, value, words)) in ways.into_iter().enumerate() {
        scene.manager.crash();
        let options = options(&home, scene.api)
            .variable("RESTART_METHOD", way)
            .variable("TRAEFIK_CONTAINER", "traefik")
            .variable(variable, value)
            .bound_by_permissions();
        scene.manager = Manager::start(options).await;
        scene.client = scene.manager.client().with_api_key(&scene.secret);
        let new = format!("{}# waits, {number}\n", scene.file());
        assert_eq!(scene.save(&new).await["ok"], true, "{way}");
        let refused = scene.client.post_json("/api/static/restart", &json!({})).await;
        assert_eq!(refused.status.as_u16(), 409, "{way}: {}", refused.text());
        let told = refused.json();
        let page = scene.client.get("/static").await.text().replace("&#39;", "'");
        for word in words {
            assert!(told["error"].as_str().unwrap().contains(word), "{way}: {told}");
            assert!(page.contains(word), "{way}: the page tells it too: {page}");
        }
        let status = scene.client.get_json("/api/static/status").await;
        assert_eq!(
            (&status["restart"]["state"], &status["unread"]),
            (&json!("failed"), &json!(true)),
            "{way}"
        );
        assert_eq!(scene.file(), new, "{way}: it waits for the next start");
        assert_eq!(started(&scene).await, before, "{way}: Traefik goes on");
        assert_eq!(fs::read_dir(&signals).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_named_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("traefik");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("traefik.yml");
    let old = configuration(home.path(), free_tcp_port(), free_tcp_port());
    fs::write(&file, &old).unwrap();
    chmod(&file, 0o444);
    chmod(&folder, 0o555);
    let options = ManagerOptions::new(home.path())
        .variable("STATIC_CONFIG_PATH", file.display().to_string())
        .bound_by_permissions();
    let manager = Manager::start(options).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    let answer = client.post_json("/api/static/config", &json!({"content": format!("{old}# new\n")})).await;
    let told: Value = answer.json();
    assert_eq!((answer.status.as_u16(), &told["ok"]), (409, &json!(false)), "{told}");
    let message = told["message"].as_str().unwrap();
    for word in ["traefik.yml", "Permission denied", "allow this program to write the file and its folder"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    // It is shown all the same.
    assert!(client.get("/static").await.text().contains("Entry points"));
    chmod(&folder, 0o755);
}
