//! The pages of templates, tools, notices, the dashboard, the git repository and the rest of the settings.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::StatusCode;
use support::{House, Plan};
use traefik_manager_core::{companion::Icon, git::CopiedFile, notices::Rank};

const FILE: &str = "http:\n  routers:\n    plex: {rule: Host(`plex.test`), service: app, tls: {}}\n    wiki: {rule: Host(`wiki.test`), service: app}\n    any: {rule: PathPrefix(`/x`), service: app}\n  services:\n    app: {loadBalancer: {servers: [{url: http://10.0.0.1}]}}\n";

fn house() -> House {
    let mut plan = Plan { files: &[("media.yml", FILE)], ..Plan::default() };
    plan.settings.git.enabled = true;
    plan.settings.git.repo = "https://git.example/edge.git".to_owned();
    House::build(plan)
}

#[tokio::test]
async fn each_route_with_a_host_has_a_tile_and_people_arrange_them() {
    let house = house();
    let mut owner = house.owner().await;
    house.beside.icons.put("plex", Icon { kind: "image/png", bytes: Vec::new() });
    let page = owner.get("/dashboard").await;
    let text = page.text();
    assert!(
        text.contains(r#"href="https://plex.test""#) && text.contains(r#"href="http://wiki.test""#),
        "{text}"
    );
    assert!(
        text.contains("/api/dashboard/icon/plex") && !text.contains("/api/dashboard/icon/wiki"),
        "{text}"
    );
    assert!(!text.contains("any"), "a route without a host leads nowhere");
    assert!(owner.get("/dashboard/edit").await.text().contains("media.yml::plex"));
    let form = owner.get("/dashboard/tile?route=media.yml%3A%3Aplex").await;
    assert!(form.text().contains(r#"placeholder="plex""#), "{}", form.text());
    let answer = owner
        .submit(
            "/dashboard/tile",
            &[
                ("route", "media.yml::plex"),
                ("display_name", "Films <b>"),
                ("group", "Media"),
                ("hidden", "false"),
                ("link_disabled", "false"),
                ("link_disabled", "true"),
            ],
        )
        .await;
    assert_eq!(answer.location(), "/dashboard/edit?done=saved");
    let text = owner.get("/dashboard").await.text().to_owned();
    assert!(
        text.contains("Films &lt;b&gt;")
            && text.contains("<h2>Media</h2>")
            && !text.contains("https://plex.test"),
        "{text}"
    );
    let refused =
        owner.submit("/dashboard/tile", &[("route", "media.yml::plex"), ("url", "gopher://x")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("class=\"wrong\""));
    let unknown = owner.submit("/dashboard/tile", &[("route", "nothing")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    owner.submit("/dashboard/groups", &[("groups", "B\r\n\r\nMedia\r\n")]).await;
    assert!(house.beside.dashboard.text().contains("name: B"), "{}", house.beside.dashboard.text());
}

#[tokio::test]
async fn of_very_many_tiles_a_page_is_shown_and_one_is_found_by_its_name() {
    let routes =
        |number| format!("    app-{number:04}: {{rule: Host(`app-{number:04}.test`), service: app}}\n");
    let routes: String = (0..450).map(routes).collect();
    let file = format!(
        "http:\n  routers:\n{routes}  services:\n    app: {{loadBalancer: {{servers: [{{url: http://10.0.0.1}}]}}}}\n"
    );
    let house = House::with_files(&[("media.yml", file.leak())]);
    let mut owner = house.owner().await;
    for (path, first, last, marks) in [
        ("/dashboard", "app-0000", "app-0199", 200),
        ("/dashboard?page=3", "app-0400", "app-0449", 50),
        ("/dashboard?q=TEST+app-04&page=1", "app-0400", "app-0449", 50),
        ("/dashboard/edit?page=2", "app-0050", "app-0099", 50),
        ("/dashboard/edit?q=app-0007.test", "app-0007", "app-0007", 1),
        ("/dashboard/edit?page=99", "app-0400", "app-0449", 50),
    ] {
        let page = owner.get(path).await;
        let text = page.text();
        assert!(text.contains(first) && text.contains(last), "{path}");
        let shown = text.matches("class=\"tile\"").count() + text.matches("/dashboard/tile?route=").count();
        assert_eq!(shown, marks, "{path}");
    }
    assert!(owner.get("/dashboard").await.text().contains("Page 1 of 3"));
    let nothing = owner.get("/dashboard?q=nothing-of-that-name").await;
    assert!(nothing.text().contains("Nothing matches."), "{}", nothing.text());
}

#[tokio::test]
async fn what_the_settings_hide_is_not_in_the_navigation_and_still_there() {
    let house = house();
    let mut owner = house.owner().await;
    let hidden = [
        ("dashboard", "/dashboard"),
        ("routemap", "/map"),
        ("certs", "/certificates"),
        ("tls", "/tls"),
        ("logs", "/logs"),
    ];
    let links = async |owner: &mut support::Visitor<'_>| {
        let page = owner.get("/settings/about").await;
        hidden.map(|(_, address)| page.text().contains(&format!("href=\"{address}\" data-key")))
    };
    assert_eq!(links(&mut owner).await, [false; 5]);
    for at in 0..hidden.len() {
        let mut wanted = [false; 5];
        wanted[at] = true;
        let fields: Vec<_> = hidden
            .iter()
            .zip(wanted)
            .map(|((name, _), shown)| (*name, if shown { "true" } else { "false" }))
            .collect();
        let answer = owner.submit("/settings/interface", &fields).await;
        assert_eq!(answer.location(), "/settings/interface?done=saved");
        assert_eq!(links(&mut owner).await, wanted, "{}", hidden[at].0);
        let page = owner.get("/settings/interface").await;
        let ticked = format!(r#"id="tab-{0}" name="{0}" value="true" checked"#, hidden[at].0);
        assert!(page.text().contains(&ticked), "{ticked}");
        let found = owner.get("/search?q=dashboard").await;
        assert_eq!(found.text().contains("<li><a href=\"/dashboard\""), wanted[0], "{}", found.text());
    }
    for (_, address) in hidden {
        assert_ne!(owner.get(address).await.status, StatusCode::NOT_FOUND, "{address} is at its address");
    }
}

#[tokio::test]
async fn a_template_of_ones_own_is_where_a_middleware_begins() {
    let house = house();
    let mut owner = house.owner().await;
    let kept = owner
        .submit(
            "/middlewares/templates",
            &[
                ("id", ""),
                ("name", "Office"),
                ("yaml", "ipAllowList:\r\n  sourceRange:\r\n    - 10.7.0.0/16\r\n"),
            ],
        )
        .await;
    assert_eq!(kept.location(), "/middlewares/templates?done=saved");
    let page = owner.get("/middlewares/new").await;
    let at = page.text().find("from=own%3A").unwrap_or_else(|| panic!("{}", page.text()));
    let id = &page.text()[at + "from=own%3A".len()..at + "from=own%3A".len() + 36];
    let begun = owner.get(&format!("/middlewares/new?from=own%3A{id}")).await;
    assert!(begun.text().contains("10.7.0.0/16"), "{}", begun.text());
    let as_yaml = owner.get(&format!("/middlewares/new?from=own%3A{id}&as=yaml")).await;
    assert!(as_yaml.area().starts_with("ipAllowList:"), "{}", as_yaml.text());
    let refused =
        owner.submit("/middlewares/templates", &[("id", id), ("name", "Office"), ("yaml", "a: [")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("a: ["), "what was typed is not lost");
    let gone = owner.submit("/middlewares/templates/delete", &[("id", id)]).await;
    assert_eq!(gone.location(), "/middlewares/templates?done=deleted");
}

#[tokio::test]
async fn an_entry_is_shown_once_and_its_password_never() {
    let house = house();
    let mut owner = house.owner().await;
    let form = owner.get("/middlewares/new?from=basic-auth").await;
    assert!(form.text().contains("href=\"/tools?for=basicAuth\""), "{}", form.text());
    let made = owner
        .submit(
            "/tools",
            &[("scheme", "digest"), ("username", "ann"), ("password", "open-sesame"), ("realm", "edge")],
        )
        .await;
    assert!(made.text().contains("ann:edge:") && !made.text().contains("open-sesame"), "{}", made.text());
    let refused = owner
        .submit("/tools", &[("scheme", "basic"), ("username", "a:b"), ("password", "open-sesame")])
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(!refused.text().contains("open-sesame"));
}

#[tokio::test]
async fn notices_are_listed_cleared_and_sent_on() {
    let house = house();
    let mut owner = house.owner().await;
    house.manager.companions().unwrap().notices.tell(Rank::Error, "<b>broken</b>").unwrap();
    let page = owner.get("/notifications").await;
    assert!(page.text().contains("&lt;b&gt;broken&lt;/b&gt;"), "{}", page.text());
    assert_eq!(owner.submit("/notifications/clear", &[]).await.location(), "/notifications?done=deleted");
    assert!(owner.get("/notifications").await.text().contains("Nothing new"));
    let fields = [("webhook_type", "slack"), ("webhook_url", "https://hooks.example/T/s3cret")];
    let tried = owner.submit("/settings/notifications", &[fields[0], fields[1], ("test", "true")]).await;
    assert!(tried.text().contains("It has arrived"), "{}", tried.text());
    assert_eq!(
        owner.submit("/settings/notifications", &fields).await.location(),
        "/settings/notifications?done=saved"
    );
    let page = owner.get("/settings/notifications").await;
    assert!(
        page.text().contains("https://hooks.example/T/***") && !page.text().contains("s3cret"),
        "{}",
        page.text()
    );
    let refused = owner.submit("/settings/notifications", &[("webhook_url", "ftp://x")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_git_repository_is_set_up_shown_and_restored_from() {
    let house = house();
    let mut owner = house.owner().await;
    let tried =
        owner.submit("/settings/backups", &[("git_backup_token", "typed-token"), ("test", "true")]).await;
    assert!(
        tried.text().contains("The repository answers") && !tried.text().contains("typed-token"),
        "{}",
        tried.text()
    );
    let saved = owner
        .submit(
            "/settings/backups",
            &[("git_backup_enabled", "false"), ("git_backup_enabled", "true"), ("git_backup_branch", "edge")],
        )
        .await;
    assert_eq!(saved.location(), "/settings/backups?done=saved");
    let refused = owner.submit("/settings/backups", &[("git_backup_branch", "--x")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(owner.submit("/backups/git/push", &[]).await.location(), "/backups/git?done=pushed");
    let old =
        CopiedFile { path: "dynamic/media.yml".to_owned(), text: FILE.replace("wiki.test", "old.test") };
    house.beside.git.put("abcdef0123", vec![old]);
    let list = owner.get("/backups/git").await;
    assert!(list.text().contains("abcdef01") && list.text().contains("by hand"), "{}", list.text());
    let commit = owner.get("/backups/git/commit?sha=abcdef0123").await;
    assert!(commit.text().contains("+    wiki: {rule: Host(`old.test`)"), "{}", commit.text());
    let review = owner.submit("/backups/git/restore", &[("sha", "abcdef0123"), ("dry_run", "true")]).await;
    assert!(review.status.is_success() && review.text().contains("old.test"), "{}", review.text());
    let restored = owner.submit("/backups/git/restore", &[("sha", "abcdef0123")]).await;
    assert!(restored.location().starts_with("/backups?done=restored"), "{}", restored.text());
    assert_eq!(owner.get("/backups/git/commit?sha=--help").await.status, StatusCode::NOT_FOUND);
    house.beside.git.refuse("git: no route to host");
    let failed = owner.submit("/backups/git/push", &[]).await;
    assert!(failed.text().contains("no route to host"), "{}", failed.text());
}

#[tokio::test]
async fn files_and_the_program_tell_what_they_are() {
    let house = house();
    let mut owner = house.owner().await;
    assert!(owner.get("/settings/files").await.text().contains("media.yml"));
    assert!(owner.get("/settings/about").await.text().contains("1.2.3"));
}
