//! Sections of the static configuration: a change keeps every sibling, comment and order.

use traefik_manager_core::{
    check::schema::Struct,
    routes::{ChangeError, FieldInput, FieldsForm, Typed, Written},
    static_config::{Fields, Origin, Place, SECTIONS, Section, SectionChange},
};

use crate::world::World;

const REFERENCE: &str = include_str!("../../../fixtures/yaml/static-reference-3.7.yml");

const FILE: &str = "\
# the edge
entrypoints:
  web:
    address: ':80'   # plain
  websecure:
    address: \":443\"
    http:
      tls: {certResolver: le}
      middlewares: [secure@file]
    transport:
      respondingTimeouts: {readTimeout: 30s}
certificatesResolvers:
  le:
    acme:
      email: a@example.org
      caServer: https://acme.example.org   # staging
      httpChallenge: {entryPoint: web}
log:
  filePath: /var/log/traefik.log
accessLog:
  format: json
providers:
  docker:
    network: edge
    exposedByDefault: false
";

fn change(change: &SectionChange) -> Result<String, ChangeError> {
    let world = World::with_static(FILE);
    let changed = world.configuration.with_sections(None, std::slice::from_ref(change));
    changed.map(|tree| tree.text().to_owned())
}

fn after(asked: &SectionChange) -> String {
    change(asked).unwrap()
}

fn text(way: &[&'static str], typed: &str) -> FieldInput {
    FieldInput { way: way.to_vec(), typed: Typed::Text(typed.to_owned()) }
}

fn flag(way: &[&'static str], on: bool, by_default: bool, written: Written) -> FieldInput {
    FieldInput { way: way.to_vec(), typed: Typed::Flag { on, by_default, written } }
}

fn there(way: &[&'static str], on: bool) -> FieldInput {
    flag(way, on, false, Written::WhereItDiffers)
}

fn fields(place: Place, of: Origin, fields: Vec<FieldInput>) -> SectionChange {
    let form = FieldsForm { variety: None, fields };
    SectionChange::fields(place, Fields { form, of, version: None })
}

fn entry_point(name: &str) -> Place {
    Place::named(Section::ENTRY_POINTS, name)
}

#[test]
fn every_section_has_fields_in_the_schema_and_its_own_id() {
    for section in SECTIONS {
        assert!(section.fields().is_some(), "{section} is not in the schema");
        assert_eq!(Section::find(&section.to_string()), Some(section));
    }
    assert_eq!(Section::find("PROVIDERS.docker"), Some(Section::DOCKER));
    assert_eq!(Section::find("http.routers"), None);
}

#[test]
fn an_entry_point_keeps_what_the_form_does_not_know() {
    let inputs = vec![text(&["address"], ":8443"), there(&["http3"], true)];
    let asked = fields(entry_point("tls"), Origin::Old("websecure".to_owned()), inputs);
    let expected = FILE
        .replace("  websecure:\n    address: \":443\"", "  tls:\n    address: \":8443\"")
        .replace("{readTimeout: 30s}\n", "{readTimeout: 30s}\n    http3: {}\n");
    assert_eq!(after(&asked), expected);
    let redirect = text(&["http", "redirections", "entryPoint", "to"], "websecure");
    let text =
        after(&fields(entry_point("web"), Origin::Whichever, vec![redirect, there(&["http3"], false)]));
    assert!(text.contains("address: ':80'   # plain\n    http:\n      redirections:\n        entryPoint:\n          to: websecure"), "{text}");
    let inputs = vec![self::text(&["address"], ":8443")];
    let added = after(&fields(entry_point("quic"), Origin::New, inputs.clone()));
    assert!(added.contains("entrypoints:\n") && !added.contains("entryPoints:"), "{added}");
    assert!(added.contains("  quic:\n    address: \":8443\"\n"), "{added}");
    for taken in ["web", "WEB", "a/b", "a@b", ""] {
        let refused = change(&fields(entry_point(taken), Origin::New, inputs.clone()));
        assert!(matches!(refused, Err(ChangeError::Invalid { field: "name", .. })), "{taken}: {refused:?}");
    }
    let gone = change(&fields(entry_point("x"), Origin::Old("nosuch".to_owned()), inputs));
    assert!(matches!(gone, Err(ChangeError::NotFound { .. })), "{gone:?}");
}

#[test]
fn a_new_name_is_carried_into_the_file_itself() {
    let text = after(&fields(entry_point("http"), Origin::Old("web".to_owned()), Vec::new()));
    let expected = FILE.replace("  web:\n", "  http:\n").replace("{entryPoint: web}", "{entryPoint: http}");
    assert_eq!(text, expected);
    let resolver = Place::named(Section::RESOLVERS, "acme");
    let text = after(&fields(resolver, Origin::Old("le".to_owned()), Vec::new()));
    assert_eq!(text, FILE.replace("  le:\n", "  acme:\n").replace("certResolver: le", "certResolver: acme"));
}

#[test]
fn what_the_dynamic_files_need_is_neither_removed_nor_renamed_unless_that_is_accepted() {
    const DYNAMIC: &str = "\
http:
  routers:
    app:
      rule: Host(`app.example.com`)
      entryPoints: [websecure]
      service: app@docker
      middlewares: [geo]
      tls: {certResolver: le}
  middlewares:
    geo: {plugin: {geo-block: {country: NL}}}
";
    let static_text = format!(
        "{FILE}experimental:\n  plugins:\n    geo-block: {{moduleName: github.com/a/geo, version: v1.0.0}}\n"
    );
    let world = World::with_both(&static_text, [("app.yml", DYNAMIC)]);
    let change = |asked: &SectionChange| world.configuration.with_sections(None, std::slice::from_ref(asked));
    for (place, user) in [
        (entry_point("websecure"), "route `app`"),
        (Place::named(Section::RESOLVERS, "le"), "route `app`"),
        (Place::named(Section::PLUGINS, "geo-block"), "middleware `geo`"),
        (Place::once(Section::DOCKER), "router `app`"),
        (Place::once(Section::DOCKER), "`providers.docker`"),
        (entry_point("web"), "certificate resolver `le`"),
    ] {
        let refused = change(&SectionChange::remove(place.clone())).unwrap_err().to_string();
        assert!(refused.contains(user), "{refused}");
        let accepted = change(&SectionChange::remove(place.clone()).accepting_users(true)).unwrap();
        assert!(place.node(&accepted).is_none(), "{place} is still there");
        if let Some(old) = &place.name {
            let to = Place { name: Some("other".to_owned()), ..place.clone() };
            let rename = fields(to.clone(), Origin::Old(old.clone()), Vec::new());
            let renamed = change(&rename);
            // What only the static file itself says is carried along.
            assert_eq!(renamed.is_ok(), user.starts_with("certificate"), "{place}: {renamed:?}");
            assert!(to.node(&change(&rename.accepting_users(true)).unwrap()).is_some());
        }
    }
}

#[test]
fn a_resolver_keeps_its_authority_when_its_challenge_changes() {
    let inputs = vec![
        text(&["acme", "storage"], "/acme.json"),
        there(&["acme", "dnsChallenge"], true),
        there(&["acme", "httpChallenge"], false),
        text(&["acme", "dnsChallenge", "provider"], "cloudflare"),
    ];
    let text = after(&fields(Place::named(Section::RESOLVERS, "le"), Origin::Whichever, inputs));
    assert!(text.contains("caServer: https://acme.example.org   # staging\n"), "{text}");
    assert!(text.contains("provider: cloudflare") && text.contains("storage: /acme.json"), "{text}");
    assert!(!text.contains("httpChallenge") && text.contains("email: a@example.org"), "{text}");
}

#[test]
fn exposure_is_written_whichever_way_it_is_once_anything_changes() {
    let docker = |exposed, network: &str| {
        let exposed = flag(&["exposedByDefault"], exposed, true, Written::WithAnyChange);
        let place = Place::once(Section::DOCKER);
        fields(place, Origin::Whichever, vec![exposed, text(&["network"], network)])
    };
    assert_eq!(after(&docker(false, "edge")), FILE, "nothing has changed");
    assert_eq!(
        after(&docker(true, "edge")),
        FILE.replace("exposedByDefault: false", "exposedByDefault: true")
    );
    let silent = FILE.replace("    exposedByDefault: false\n", "");
    let world = World::with_static(&silent).configuration;
    let text =
        |exposed, network| world.with_sections(None, &[docker(exposed, network)]).unwrap().text().to_owned();
    assert_eq!(text(true, "edge"), silent, "what says nothing is shown as it counts, and stays");
    assert!(text(true, "other").contains("network: other\n    exposedByDefault: true\n"));
    assert!(text(false, "edge").contains("network: edge\n    exposedByDefault: false\n"));
    let bare = World::with_static("api: {}\n").configuration;
    let text = bare.with_sections(None, &[docker(true, "")]).unwrap().text().to_owned();
    assert_eq!(text, "api: {}\nproviders:\n  docker:\n    exposedByDefault: true\n");
}

#[test]
fn a_section_that_may_be_empty_stays_and_another_asks_for_a_field() {
    let log = |inputs| fields(Place::once(Section::LOG), Origin::Whichever, inputs);
    let emptied = after(&log(vec![text(&["filePath"], "")]));
    assert_eq!(emptied, FILE.replace("log:\n  filePath: /var/log/traefik.log\n", "log: {}\n"));
    let bare = World::with_static("entryPoints: {web: {address: ':80'}}\n").configuration;
    let api = fields(Place::once(Section::API), Origin::Whichever, Vec::new());
    let text = bare.with_sections(None, &[api]).unwrap().text().to_owned();
    assert_eq!(text, "entryPoints: {web: {address: ':80'}}\napi: {}\n");
    let file = fields(Place::once(Section::FILE), Origin::Whichever, vec![self::text(&["directory"], "")]);
    let refused = bare.with_sections(None, &[file]).unwrap_err();
    assert!(matches!(refused, ChangeError::Field { .. }), "{refused:?}");
    let switched = World::with_static("api: true\n").configuration;
    let unchanged = fields(Place::once(Section::API), Origin::Whichever, vec![there(&["debug"], false)]);
    let text = switched.with_sections(None, &[unchanged]).unwrap().text().to_owned();
    assert_eq!(text, "api: true\n", "a form that says nothing new leaves even that");
}

#[test]
fn what_is_taken_away_takes_nothing_else_with_it() {
    let remove = |place| SectionChange::remove(place).accepting_users(true);
    let text = after(&remove(entry_point("web")));
    assert_eq!(text, FILE.replace("  web:\n    address: ':80'   # plain\n", ""));
    assert_eq!(after(&remove(Place::named(Section::PLUGINS, "nosuch"))), FILE);
    assert!(!after(&remove(Place::once(Section::DOCKER))).contains("providers"), "an empty parent goes too");
}

#[test]
fn a_pasted_text_is_added_wherever_it_begins() {
    const PLUGIN: &str = "geo:\n  moduleName: github.com/a/geo\n  version: v1.0.0\n";
    let indented = |text: &str| format!("  {}\n", text.trim_end().replace('\n', "\n  "));
    let plugins = format!("plugins:\n{}", indented(PLUGIN));
    let whole = format!("experimental:\n{}", indented(&plugins));
    for yaml in [PLUGIN, &plugins, &whole] {
        let text = after(&SectionChange::add(Place::once(Section::PLUGINS), yaml));
        assert_eq!(text, format!("{FILE}{whole}"), "{yaml}");
    }
    let docker = "endpoint: tcp://proxy:2375\nnetwork: null\nEXPOSEDBYDEFAULT: true\n";
    let text = after(&SectionChange::add(Place::once(Section::DOCKER), docker));
    let expected = "  docker:\n    exposedByDefault: true\n    endpoint: tcp://proxy:2375\n";
    assert!(text.ends_with(expected), "{text}");
    for bad in ["", "just text", "[a]", "docker: text"] {
        let refused = change(&SectionChange::add(Place::once(Section::DOCKER), bad));
        assert!(refused.is_err(), "{bad}");
    }
}

#[test]
fn a_form_that_was_filled_from_something_else_is_refused_with_what_stands_there() {
    let place = entry_point("web");
    let world = World::with_static(FILE).configuration;
    let seen = place.version(&world.static_tree(None).unwrap());
    let other = FILE.replace("':80'", "':81'");
    let form = FieldsForm { variety: None, fields: vec![text(&["address"], ":82")] };
    let of = Origin::Old("web".to_owned());
    let asked = SectionChange::fields(place, Fields { form, of, version: Some(seen) });
    assert!(world.with_sections(None, std::slice::from_ref(&asked)).is_ok());
    match world.with_sections(Some(&other), &[asked]) {
        Err(ChangeError::Conflict { theirs, .. }) => assert!(theirs.contains(":81"), "{theirs}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn pending_changes_are_carried_over_to_what_somebody_else_has_made_of_the_file() {
    let world = World::with_static(FILE).configuration;
    let mine = FILE
        .replace("network: edge", "network: inner")
        .replace("  filePath: /var/log/traefik.log", "  level: DEBUG");
    let theirs =
        FILE.replace("':80'   # plain", "':8080'   # moved").replace("  format: json", "  format: common");
    let carried = world.carried_over(FILE, &mine, &theirs).unwrap().text().to_owned();
    let expected = theirs
        .replace("network: edge", "network: inner")
        .replace("  filePath: /var/log/traefik.log", "  level: DEBUG");
    assert_eq!(carried, expected);
}

/// Everything that a form could send of a mapping, as it is written there.
fn untouched(
    of: &'static Struct,
    node: traefik_manager_core::tree::NodeRef<'_>,
    way: &[&'static str],
) -> Vec<FieldInput> {
    let mut inputs = Vec::new();
    for field in of.fields(traefik_manager_core::check::TraefikVersion::NEWEST) {
        let way: Vec<&'static str> = way.iter().copied().chain([field.name]).collect();
        let written = node.value_of(field.name);
        let Some(shown) = traefik_manager_core::routes::shown(written, field.shape) else { continue };
        match field.shape.inner() {
            Some(inner) => {
                if let Some(written) = written {
                    inputs.push(there(&way, true));
                    inputs.extend(untouched(inner, written, &way));
                }
            }
            None if shown == "true" => inputs.push(flag(&way, true, false, Written::WithAnyChange)),
            None => inputs.push(FieldInput { way, typed: Typed::Text(shown) }),
        }
    }
    inputs
}

#[test]
fn a_form_that_nobody_changed_writes_nothing_for_every_section_of_the_reference() {
    let world = World::with_static(REFERENCE).configuration;
    let tree = world.static_tree(None).unwrap();
    let mut checked = 0;
    for section in SECTIONS {
        let places = match section.noun() {
            Some(_) => {
                Place::names(section, &tree).into_iter().map(|name| Place::named(section, name)).collect()
            }
            None => vec![Place::once(section)],
        };
        for place in places {
            let Some(node) = place.node(&tree) else { continue };
            let inputs = untouched(section.fields().unwrap(), node, &[]);
            assert!(!inputs.is_empty(), "{place} says nothing");
            checked += inputs.len();
            let of = place.name.clone().map_or(Origin::Whichever, Origin::Old);
            let text = world.with_sections(None, &[fields(place.clone(), of, inputs)]).unwrap();
            assert_eq!(text.text(), REFERENCE, "{place}");
        }
    }
    assert!(checked > 400, "{checked} fields");
}
