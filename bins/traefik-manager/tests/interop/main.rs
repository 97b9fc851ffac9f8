//! A data folder that the real Traefik Manager 1.5.2 has written opens as it is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod legacy;
#[path = "../support/mod.rs"]
mod support;

use std::{collections::BTreeSet, fs};

use legacy::{Legacy, PASSWORD};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn starting_and_reading_changes_no_file() {
    let legacy = Legacy::start().await;
    let before = legacy.written_by_1_5_2();
    for key in legacy.keys() {
        for path in [
            "/api/routes",
            "/api/routes/all",
            "/api/configs",
            "/api/backups",
            "/api/auth/apikey/status",
            "/api/routes/media.yml::old-wiki/raw",
            "/api/manager/router-names",
            "/api/settings",
            "/api/mw/templates",
            "/api/notifications",
            "/api/dashboard/config",
        ] {
            let answer = legacy.device(&key).get(path).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
        }
    }
    let owner = legacy.sign_in(0).await;
    for path in
        ["/", "/?view=cards", "/middlewares", "/files", "/files/edit?file=media.yml", "/backups", "/keys"]
    {
        assert_eq!(owner.get(path).await.status.as_u16(), 200, "{path}");
    }
    let after = legacy.written_by_1_5_2();
    for (name, bytes) in before {
        // Signing in notes the time step of the code, so that it works only once.
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        if name.ends_with("manager.yml") {
            let kept: Vec<_> = text(&after[&name])
                .lines()
                .filter(|line| !line.starts_with("otp_last_step"))
                .map(str::to_owned)
                .collect();
            assert_eq!(kept, text(&bytes).lines().collect::<Vec<_>>(), "{name}");
        } else if name.ends_with("notifications.yml") {
            // As 1.5.2 did, a sign-in is told of.
            assert!(text(&after[&name]).starts_with(&text(&bytes)), "{}", text(&after[&name]));
        } else {
            assert_eq!(text(&after[&name]), text(&bytes), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_templates_notifications_and_dashboard_are_told() {
    let legacy = Legacy::start().await;
    let device = legacy.device(&legacy.expect("Pixel 8"));
    let templates = device.get_json("/api/mw/templates").await;
    assert_eq!(templates["templates"][0]["name"], "Office only", "{templates}");
    let notices = device.get_json("/api/notifications").await;
    let first = notices.as_array().unwrap().last().unwrap();
    assert_eq!(*first, json!({"ts": "2026-11-20 15:29:01", "type": "info", "msg": "Login from 127.0.0.1"}));
    let dashboard = device.get_json("/api/dashboard/config").await;
    assert_eq!(dashboard["custom_groups"], json!([{"name": "Media"}]));
    let plex = &dashboard["route_overrides"]["media.yml::plex"];
    assert_eq!((&plex["icon_slug"], &plex["group"]), (&json!("plex"), &json!("Media")));
    let settings = device.get_json("/api/settings").await;
    assert_eq!(
        (&settings["oidc_display_name"], &settings["git_backup_auto_push"]),
        (&json!("Keycloak"), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn its_password_signs_in_and_a_code_counts_once_also_after_a_restart() {
    let mut legacy = Legacy::start().await;
    let refused = legacy.password("not the password").await;
    assert_eq!(refused.1.status.as_u16(), 401);
    let (visitor, answer) = legacy.password(PASSWORD).await;
    assert!(answer.location().ends_with("/login/otp"), "{}", answer.text());
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 401, "the password alone is not enough");
    let wrong = legacy.code(&visitor, "000000").await;
    assert_eq!(wrong.status.as_u16(), 401, "{}", wrong.text());
    let code = legacy.code_at(0);
    let right = legacy.code(&visitor, &code).await;
    assert_eq!((right.status.as_u16(), right.location()), (303, "/"), "{}", right.text());
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 200);

    let (second, _) = legacy.password(PASSWORD).await;
    assert_eq!(legacy.code(&second, &code).await.status.as_u16(), 401, "the same code once more");
    legacy.manager = legacy.manager.restart().await;
    let (third, _) = legacy.password(PASSWORD).await;
    assert_eq!(legacy.code(&third, &code).await.status.as_u16(), 401, "and after a restart");
    let next = legacy.code_at(1);
    assert_eq!(legacy.code(&third, &next).await.status.as_u16(), 303, "the next code is a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_keys_work_and_are_listed_without_their_secret() {
    let legacy = Legacy::start().await;
    let keys = legacy.keys();
    assert_eq!(keys.len(), 2);
    for key in &keys {
        let status = legacy.device(key).get_json("/api/auth/apikey/status").await;
        assert_eq!(status["count"], 2, "{status}");
        let names: BTreeSet<_> =
            status["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
        assert_eq!(names, BTreeSet::from(["Pixel 8", "backup script"]));
        assert!(!status.to_string().contains(key.as_str()));
    }
    let revoked =
        legacy.device(&keys[0]).post_json("/api/auth/apikey/revoke", &json!({"name": "backup script"})).await;
    assert_eq!(revoked.json()["ok"], true, "{}", revoked.text());
    let statuses: Vec<_> = [legacy.expect("Pixel 8"), legacy.expect("backup script")].into();
    assert_eq!(legacy.device(&statuses[0]).get("/api/routes").await.status.as_u16(), 200);
    assert_eq!(legacy.device(&statuses[1]).get("/api/routes").await.status.as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_disabled_route_is_shown_edited_enabled_and_deleted() {
    let legacy = Legacy::start().await;
    let device = legacy.device(&legacy.expect("Pixel 8"));
    let (media, settings) = (legacy.read("dynamic/media.yml"), legacy.read("config/manager.yml"));
    let find = async |name: &str| {
        let list = device.get_json("/api/routes").await;
        list["apps"].as_array().unwrap().iter().find(|app| app["name"] == name).cloned()
    };
    let wiki = find("old-wiki").await.unwrap();
    assert_eq!(
        (
            &wiki["id"],
            &wiki["enabled"],
            &wiki["target"],
            &wiki["rule"],
            &wiki["entryPoints"],
            &wiki["configFile"]
        ),
        (
            &json!("media.yml::old-wiki"),
            &json!(false),
            &json!("http://10.0.0.11:3000"),
            &json!("Host(`wiki.acme.test`)"),
            &json!(["https"]),
            &json!("media.yml")
        )
    );

    let edit = [
        ("serviceName", "old-wiki"),
        ("protocol", "http"),
        ("isEdit", "true"),
        ("originalId", "media.yml::old-wiki"),
        ("targetIp", "10.0.0.12"),
        ("targetPort", "3001"),
    ];
    accepted(&device.post_form("/save", &edit).await.json());
    let wiki = find("old-wiki").await.unwrap();
    assert_eq!((&wiki["enabled"], &wiki["target"]), (&json!(false), &json!("http://10.0.0.12:3001")));
    assert_eq!(legacy.read("dynamic/media.yml"), media, "a disabled route is not in the file");

    let toggle = "/api/routes/media.yml::old-wiki/toggle";
    accepted(&device.post_json(toggle, &json!({"enable": true})).await.json());
    let wiki = find("old-wiki").await.unwrap();
    assert_eq!((&wiki["enabled"], &wiki["target"]), (&json!(true), &json!("http://10.0.0.12:3001")));
    let text = legacy.read("dynamic/media.yml");
    let tree: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(tree["http"]["routers"]["old-wiki"]["rule"], "Host(`wiki.acme.test`)");
    let service = tree["http"]["routers"]["old-wiki"]["service"].as_str().unwrap();
    let server = &tree["http"]["services"][service]["loadBalancer"]["servers"][0]["url"];
    assert_eq!(server, "http://10.0.0.12:3001");
    let lines: BTreeSet<&str> = text.lines().collect();
    for line in media.lines() {
        assert!(lines.contains(line), "{line:?} is gone\n{text}");
    }

    // The record is gone; every other line of the settings, whatever it says, is what it was.
    let record = |line: &&str| line.starts_with("disabled_routes") || line.starts_with("  media.yml::");
    let below = settings.split_once("disabled_routes:\n").unwrap().1;
    let block: Vec<&str> = below.lines().take_while(|line| line.starts_with(' ')).collect();
    let kept: Vec<&str> = settings.lines().filter(|line| !block.contains(line) && !record(line)).collect();
    let now = legacy.read("config/manager.yml");
    assert_eq!(now.lines().filter(|line| !record(line)).collect::<Vec<_>>(), kept);
    for line in ["# kept by hand", "my_own_key: {a: 1}   # and this"] {
        assert!(now.lines().any(|other| other == line), "{line}");
    }

    accepted(&device.post_form("/delete/media.yml::old-wiki", &[]).await.json());
    assert!(find("old-wiki").await.is_none());
    assert_eq!(legacy.read("dynamic/media.yml"), media, "nothing is left of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_disabled_route_can_be_deleted_as_it_is() {
    let legacy = Legacy::start().await;
    let device = legacy.device(&legacy.expect("backup script"));
    let media = legacy.read("dynamic/media.yml");
    accepted(&device.post_form("/delete/media.yml::old-wiki", &[]).await.json());
    let list = device.get_json("/api/routes").await;
    assert!(list["apps"].as_array().unwrap().iter().all(|app| app["name"] != "old-wiki"));
    assert_eq!(legacy.read("dynamic/media.yml"), media);
    assert!(!legacy.read("config/manager.yml").contains("old-wiki"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_of_its_files_keeps_its_comments_through_off_and_on() {
    let legacy = Legacy::start().await;
    let device = legacy.device(&legacy.expect("Pixel 8"));
    let before = [legacy.read("dynamic/media.yml"), legacy.read("dynamic/tcp.yml")];
    for id in ["media.yml::plex", "media.yml::grafana", "tcp.yml::db"] {
        for enable in [false, true] {
            let answer =
                device.post_json(&format!("/api/routes/{id}/toggle"), &json!({ "enable": enable })).await;
            accepted(&answer.json());
        }
        assert_eq!([legacy.read("dynamic/media.yml"), legacy.read("dynamic/tcp.yml")], before, "{id}");
    }
    let edit = [
        ("serviceName", "grafana"),
        ("protocol", "http"),
        ("isEdit", "true"),
        ("originalId", "media.yml::grafana"),
        ("targetIp", "10.0.0.31"),
        ("targetPort", "3000"),
    ];
    accepted(&device.post_form("/save", &edit).await.json());
    assert_eq!(legacy.read("dynamic/media.yml"), before[0].replace("10.0.0.30", "10.0.0.31"));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_backups_are_listed_and_restored() {
    let legacy = Legacy::start().await;
    let device = legacy.device(&legacy.expect("Pixel 8"));
    let name = "media.yml.20261120_152903.bak";
    let old = legacy.read(&format!("backups/{name}"));
    let list = device.get_json("/api/backups").await;
    let names: BTreeSet<_> =
        list.as_array().unwrap().iter().map(|backup| backup["name"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from([name, "media.yml.20261120_152902.bak"]));
    let present = legacy.read("dynamic/media.yml");
    accepted(&device.post_form(&format!("/api/restore/{name}"), &[]).await.json());
    assert_eq!(legacy.read("dynamic/media.yml"), old);
    assert_eq!(legacy.read(&format!("backups/{name}")), old, "the backup is still there");
    let list = device.get_json("/api/backups").await;
    let newer = list
        .as_array()
        .unwrap()
        .iter()
        .map(|backup| backup["name"].as_str().unwrap())
        .find(|other| !names.contains(other));
    let newer = newer.unwrap().to_owned();
    assert_eq!(legacy.read(&format!("backups/{newer}")), present, "what was replaced is kept");
    accepted(&device.post_form(&format!("/api/restore/{newer}"), &[]).await.json());
    assert_eq!(legacy.read("dynamic/media.yml"), present);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_on_the_command_line_ends_the_sessions_of_the_running_server() {
    let legacy = Legacy::start().await;
    let owner = legacy.sign_in(0).await;
    let temporary = legacy.reset(&[]).await;
    assert_eq!(owner.get("/api/routes").await.status.as_u16(), 401, "at once");
    assert!(owner.get("/").await.location().starts_with("/login"));
    assert_eq!(legacy.device(&legacy.expect("Pixel 8")).get("/api/routes").await.status.as_u16(), 200);
    assert_eq!(legacy.password(PASSWORD).await.1.status.as_u16(), 401, "the old password is gone");
    let (visitor, answer) = legacy.password(&temporary).await;
    assert!(answer.location().ends_with("/login/otp"), "the second factor stays: {}", answer.text());
    let answer = legacy.code(&visitor, &legacy.code_at(1)).await;
    assert_eq!(answer.location(), "/force-change-password");
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 403, "only after a password of one's own");

    let temporary = legacy.reset(&["--disable-otp"]).await;
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 401);
    let (visitor, answer) = legacy.password(&temporary).await;
    assert_eq!(answer.location(), "/force-change-password", "no code is asked for");
    let page = visitor.get("/force-change-password").await.text();
    let csrf = legacy::token(&page);
    let fields = [
        ("csrf_token", csrf.as_str()),
        ("new_password", "mine alone 1"),
        ("confirm_password", "mine alone 1"),
    ];
    assert_eq!(visitor.post_form("/force-change-password", &fields).await.status.as_u16(), 303);
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 200);
    let text = fs::read_to_string(legacy.path("config/manager.yml")).unwrap();
    assert!(text.contains("oidc_display_name: Keycloak") && text.contains("# kept by hand"), "{text}");
    assert!(!legacy.manager.log().contains(&temporary), "the server never learns of it in words");
}

fn accepted(body: &Value) {
    assert_eq!((&body["ok"], &body["success"]), (&json!(true), &json!(true)), "{body}");
}
