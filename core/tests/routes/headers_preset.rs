use traefik_manager_core::{
    routes::{ChangeError, FeatureAccess, HeadersPreset, HeadersPresetInput, PresetState, RouteForm},
    traefik::Protocol,
};

use crate::world::{World, http, terms};

const MADE: &str = "\
http:
  routers:
    a:
      rule: Host(`a.test`)
      service: api@internal
      middlewares:
        - auth # first
        - a-headers
        - limit # last
  middlewares:
    a-headers: # for the audit
      headers:
        frameDeny: true # no frames
        contentTypeNosniff: true
";

/// A form that says nothing but this about an existing route.
fn about(route: &str, input: HeadersPresetInput) -> RouteForm {
    let mut form = RouteForm::new(route, Protocol::Http);
    form.edit_of = Some(route.to_owned());
    form.headers_preset = Some(input);
    form
}

fn on(preset: HeadersPreset) -> HeadersPresetInput {
    HeadersPresetInput::On(preset)
}

fn made() -> HeadersPreset {
    HeadersPreset { nosniff: true, frame_deny: true, ..HeadersPreset::default() }
}

fn state(world: &World, route: &str) -> PresetState {
    world.configuration.snapshot().route(route).unwrap().headers_preset()
}

#[test]
fn all_choices_come_back_as_they_were_made() {
    let world = World::new([("a.yml", "")]);
    let preset = HeadersPreset {
        permissions: vec![
            ("geolocation", FeatureAccess::Own),
            ("camera", FeatureAccess::Nobody),
            ("magnetometer", FeatureAccess::All),
        ],
        hsts: true,
        nosniff: true,
        frame_deny: true,
        referrer: Some("same-origin"),
    };
    let mut form = http("new", "new.test", "10.0.0.1:80");
    form.headers_preset = Some(on(preset.clone()));
    world.save(&form).unwrap();
    assert_eq!(state(&world, "new"), PresetState::On(preset));
    let text = world.text("a.yml");
    for line in [
        "      middlewares:\n        - new-headers\n",
        "    new-headers:\n      headers:\n        stsSeconds: 31536000\n        stsIncludeSubdomains: true\n",
        "        permissionsPolicy: geolocation=(self), camera=(), magnetometer=*\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn one_choice_more_is_one_line_more() {
    let world = World::new([("a.yml", MADE)]);
    assert_eq!(state(&world, "a"), PresetState::On(made()));
    assert!(world.save(&about("a", on(made()))).unwrap().files.is_empty());
    let more = HeadersPreset { referrer: Some("origin"), ..made() };
    world.save(&about("a", on(more))).unwrap();
    assert_eq!(world.text("a.yml"), format!("{MADE}        referrerPolicy: origin\n"));
    world.save(&about("a", on(made()))).unwrap();
    assert_eq!(world.text("a.yml"), MADE);
}

/// A list that leaves the headers out does not take them away; the form's own word on them counts.
#[test]
fn the_reference_keeps_its_place() {
    let world = World::new([("a.yml", MADE)]);
    for input in [on(made()), HeadersPresetInput::AsWritten] {
        let mut form = about("a", input);
        form.middlewares = Some(vec!["auth".to_owned(), "limit".to_owned()]);
        world.save(&form).unwrap();
        assert_eq!(world.text("a.yml"), MADE);
    }
}

#[test]
fn switched_off_the_middleware_goes_unless_it_is_used_or_written_by_hand() {
    let world = World::new([("a.yml", MADE)]);
    let (before, _) = MADE.split_once("  middlewares:\n    a-headers").unwrap();
    world.save(&about("a", HeadersPresetInput::Off)).unwrap();
    assert_eq!(world.text("a.yml"), before.replace("        - a-headers\n", ""));

    // Nothing to set is the same as off: Traefik takes no `headers` without content.
    let world = World::new([("a.yml", MADE)]);
    world.save(&about("a", on(HeadersPreset::default()))).unwrap();
    assert_eq!(world.text("a.yml"), before.replace("        - a-headers\n", ""));

    let chain = format!("{MADE}    all:\n      chain:\n        middlewares: [a-headers]\n");
    let custom = MADE.replace("frameDeny: true", "sslProxyHeaders: {X-Forwarded-Proto: https}");
    for text in [chain, custom] {
        let world = World::new([("a.yml", text.as_str())]);
        world.save(&about("a", HeadersPresetInput::Off)).unwrap();
        assert_eq!(world.text("a.yml"), text.replacen("        - a-headers\n", "", 1));
    }
}

#[test]
fn a_middleware_of_somebody_else_is_not_taken_over() {
    let by_hand = MADE.replace("        - a-headers\n", "").replace("frameDeny: true", "frameDeny: false");
    let world = World::new([("a.yml", by_hand.as_str())]);
    let error = world.save(&about("a", on(made()))).unwrap_err();
    assert!(matches!(&error, ChangeError::Exists { .. }), "{error}");
    assert_eq!(world.text("a.yml"), by_hand);

    let shared = MADE.replace(
        "  middlewares:\n    a-headers",
        "    b:\n      rule: Host(`b.test`)\n      service: api@internal\n      middlewares: [a-headers]\n  middlewares:\n    a-headers",
    );
    let world = World::new([("a.yml", shared.as_str())]);
    let more = HeadersPreset { hsts: true, ..made() };
    let error = world.save(&about("a", on(more))).unwrap_err();
    assert!(matches!(&error, ChangeError::InUse { users, .. } if users.join(",") == "route `b`"), "{error}");
    assert_eq!(world.text("a.yml"), shared);
}

/// What the route uses already is replaced, in the file in which it stands.
#[test]
fn choices_replace_what_was_written_by_hand_when_the_form_says_so() {
    let (router, rest) = MADE.split_once("  middlewares:\n    a-headers").unwrap();
    let other =
        format!("http:\n  middlewares:\n    a-headers{rest}        customRequestHeaders: {{X-A: b}}\n");
    let world = World::new([("a.yml", router), ("b.yml", other.as_str())]);
    assert_eq!(state(&world, "a"), PresetState::Custom);
    world.save(&about("a", on(made()))).unwrap();
    assert_eq!(world.text("a.yml"), router);
    assert_eq!(state(&world, "a"), PresetState::On(made()));
}

#[test]
fn a_new_name_is_carried_along() {
    let world = World::new([("a.yml", MADE)]);
    let mut form = about("a", on(made()));
    form.name = "z".to_owned();
    world.save(&form).unwrap();
    assert_eq!(state(&world, "z"), PresetState::On(made()));
    let snapshot = world.configuration.snapshot();
    let route = snapshot.route("z").unwrap();
    assert_eq!(route.middlewares(), ["auth", "z-headers", "limit"]);
    assert_eq!(snapshot.middlewares().map(|one| one.name().to_owned()).collect::<Vec<_>>(), ["z-headers"]);
}

#[test]
fn a_deleted_route_takes_its_preset_along_and_nothing_by_hand() {
    let world = World::new([("a.yml", MADE)]);
    world.configuration.delete_route(&terms(), "a", None).unwrap();
    assert_eq!(world.configuration.snapshot().middlewares().count(), 0);

    let custom = MADE.replace("frameDeny: true", "frameDeny: false");
    let world = World::new([("a.yml", custom.as_str())]);
    world.configuration.delete_route(&terms(), "a", None).unwrap();
    assert!(world.text("a.yml").contains("frameDeny: false # no frames"));
}
