//! The set-up, from the first password to the own route.

use hyper::StatusCode;
use traefik_manager_core::{config::store::StorageError, settings::SelfRoute};

use crate::{
    own_route::OWN,
    support::{House, PASSWORD, Plan, Visitor},
    with,
};

const NEW: &str = "battery staple horse";

/// Somebody in a house where a new password was chosen and nothing was set up.
async fn newcomer(house: &House) -> Visitor<'_> {
    let mut visitor = house.stranger();
    let token = visitor.get("/login").await.field("csrf_token");
    visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    let token = visitor.get("/force-change-password").await.field("csrf_token");
    let fields = [("csrf_token", token.as_str()), ("new_password", NEW), ("confirm_password", NEW)];
    let answer = visitor.send_form("/force-change-password", &fields).await;
    assert_eq!(answer.location(), "/setup?done=password");
    visitor.token = visitor.get("/setup").await.meta_token();
    visitor
}

fn fresh() -> House {
    House::build(with(|settings| {
        settings.must_change_password = true;
        settings.setup_complete = false;
    }))
}

/// As 1.5.2 sends it: every field at once, and the sections as JSON in the text of one.
#[tokio::test]
async fn a_form_with_everything_finishes_the_set_up() {
    let house = fresh();
    let mut visitor = newcomer(&house).await;
    for (tabs, is_done) in [
        ("[true]", false),
        ("{\"docker\":true", false),
        ("docker", false),
        ("{\"docker\": true, \"logs\": false, \"x\": 1}", true),
    ] {
        let fields = [
            ("domains", "home.example, lab.example"),
            ("cert_resolver", "none"),
            ("traefik_api_url", "http://traefik:8080"),
            ("traefik_api_user", ""),
            ("traefik_api_password", ""),
            ("visible_tabs", tabs),
            ("password", ""),
            ("confirm", ""),
            ("self_route_domain", ""),
            ("self_route_service", "http://traefik-manager:5000"),
            ("self_route_entry_point", "websecure"),
        ];
        let answer = visitor.submit("/setup", &fields).await;
        let status = if is_done { StatusCode::SEE_OTHER } else { StatusCode::BAD_REQUEST };
        assert_eq!(answer.status, status, "{tabs}: {}", answer.text());
        assert_eq!(house.settings.stored().unwrap().setup_complete, is_done, "{tabs}");
    }
    let settings = house.settings.stored().unwrap();
    assert_eq!(settings.domains, ["home.example", "lab.example"]);
    assert!(settings.visible_tabs.shows("docker") && !settings.visible_tabs.shows("logs"));
}

#[tokio::test]
async fn the_set_up_goes_from_step_to_step_and_is_open_once() {
    let house = fresh();
    let mut visitor = newcomer(&house).await;
    let fields = [
        ("step", "connection"),
        ("domains", "home.example, lab.example"),
        ("cert_resolver", "letsencrypt"),
        ("traefik_api_url", "http://traefik:8080"),
        ("traefik_api_user", ""),
        ("traefik_api_password", ""),
    ];
    assert_eq!(visitor.submit("/setup", &fields).await.location(), "/setup?step=access");
    assert!(visitor.get("/setup?step=access").await.text().contains("How people come in"));
    assert_eq!(visitor.submit("/setup", &[("step", "access")]).await.location(), "/setup?step=route");
    assert!(visitor.get("/setup?step=route").await.text().contains("on trial"));
    assert!(!house.settings.stored().unwrap().setup_complete);
    assert!(visitor.get("/settings").await.text().contains("The set-up is not finished"));
    assert_eq!(
        visitor.submit("/setup", &[("step", "route"), ("skip", "true")]).await.location(),
        "/?done=ready"
    );

    let settings = house.settings.stored().unwrap();
    assert!(settings.setup_complete);
    assert!(!visitor.get("/settings").await.text().contains("The set-up is not finished"));
    assert_eq!(settings.domains, ["home.example", "lab.example"]);
    assert_eq!(house.audit.entries().pop().unwrap().action, "finish set-up");
    assert_eq!(visitor.get("/setup").await.location(), "/settings");
    assert_eq!(visitor.submit("/setup", &fields).await.location(), "/settings");
    let test = visitor.post_json("/api/setup/test-connection", r#"{"url":"http://traefik:8080"}"#).await;
    assert_eq!(test.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_set_up_ends_with_the_own_route_and_not_with_a_look_at_it() {
    let house = fresh();
    let visitor = newcomer(&house).await;
    let body = |more: &str| format!(r#"{{"step":"route","domain":"tm.example.com"{more}}}"#);
    let answer = visitor.post_json("/setup", &body(r#","dry_run":true"#)).await;
    assert_eq!(
        (answer.status, &answer.json()["dry_run"]),
        (StatusCode::OK, &true.into()),
        "{}",
        answer.text()
    );
    assert!(!house.settings.stored().unwrap().setup_complete);
    assert!(house.files.text("traefik-manager-self.yml").is_none());
    let answer = visitor.post_json("/setup", &body("")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(house.settings.stored().unwrap().setup_complete);
    assert!(house.files.text("traefik-manager-self.yml").unwrap().contains("tm.example.com"));
}

/// Its form says which route it has shown, and that is no version of the settings.
#[tokio::test]
async fn the_set_up_ends_with_a_route_that_was_there_already() {
    // The note which route it is cannot be written, or is there already and the end of the set-up cannot.
    for (is_known, settings_fail) in [(false, false), (false, true), (true, true)] {
        let house = House::build(Plan {
            files: &[("own.yml", OWN)],
            ..with(|settings| {
                settings.must_change_password = true;
                settings.setup_complete = false;
                if is_known {
                    settings.self_route = SelfRoute {
                        domain: "b.test".to_owned(),
                        service_url: "http://10.0.0.9:5000".to_owned(),
                        router_name: "traefik-manager".to_owned(),
                        entry_point: "websecure".to_owned(),
                    };
                }
            })
        });
        let mut visitor = newcomer(&house).await;
        let mut fields = visitor.get("/setup?step=route").await.form_fields("/setup");
        assert!(fields.iter().any(|(name, value)| name == "version" && !value.is_empty()), "{fields:?}");
        for (_, value) in fields.iter_mut().filter(|(name, _)| name == "domain") {
            "b.test".clone_into(value);
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if settings_fail {
            house.settings.fail_next_save(StorageError::NoSpace { name: "manager.yml".into() }.into());
        }
        let answer = visitor.send_form("/setup", &fields).await;
        assert!(house.files.text("own.yml").unwrap().contains("b.test"), "{}", answer.text());
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(answer.location().contains("trial"), "it is on trial: {}", answer.location());
        let settings = house.settings.stored().unwrap();
        assert_eq!(settings.self_route.domain.is_empty(), !is_known && settings_fail);
        assert_eq!(settings.setup_complete, !is_known, "{}", answer.text());
    }
}

#[tokio::test]
async fn the_set_up_refuses_nonsense_on_its_page() {
    let house = fresh();
    let mut visitor = newcomer(&house).await;
    let fields = [("step", "connection"), ("domains", ""), ("traefik_api_url", "http://traefik:8080")];
    let answer = visitor.submit("/setup", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("Enter at least one domain."));
    let fields = [("step", "connection"), ("domains", "a.example"), ("traefik_api_url", "traefik")];
    assert!(visitor.submit("/setup", &fields).await.text().contains("must begin with http:// or https://"));
    assert_eq!(visitor.submit("/setup", &[("step", "nonsense")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(visitor.get("/setup?step=nonsense").await.status, StatusCode::NOT_FOUND);
    assert!(!house.settings.stored().unwrap().setup_complete);
}

#[tokio::test]
async fn the_set_up_is_open_to_nobody_who_has_not_come_in() {
    let house = fresh();
    assert_eq!(house.stranger().get("/setup").await.location(), "/login?next=%2Fsetup");
    let form = [("step", "route"), ("skip", "true")];
    assert!(house.stranger().send_form("/setup", &form).await.location().starts_with("/login"));
    assert!(!house.settings.stored().unwrap().setup_complete);

    // Nor does a file that cannot be read open it, to a stranger or to anybody else.
    let house = House::build(Plan::default());
    let mut owner = house.owner().await;
    house.settings.break_file("line 3: did not find expected key");
    assert_eq!(house.stranger().get("/setup").await.location(), "/login?next=%2Fsetup");
    assert_eq!(owner.get("/setup").await.location(), "/settings");
    assert_eq!(owner.submit("/setup", &form).await.location(), "/settings");
}

#[tokio::test]
async fn a_file_that_breaks_during_the_set_up_finishes_nothing() {
    let house = fresh();
    let mut visitor = newcomer(&house).await;
    house.settings.break_file("line 3: did not find expected key");
    assert_eq!(
        visitor.submit("/setup", &[("step", "route"), ("skip", "true")]).await.location(),
        "/settings"
    );
    house.settings.mend_file();
    assert!(!house.settings.stored().unwrap().setup_complete);
}
