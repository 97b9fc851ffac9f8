//! Plugins: both files or none, and none away from under a middleware.

use traefik_manager_core::{
    audit::Outcome,
    config::store::StorageError,
    routes::{ChangeError, Installed, PluginTexts, Terms},
};

use crate::world::{World, terms};

const STATIC: &str = "# ours\nentryPoints:\n  web: {address: ':80'}   # plain\n";
const EDGE: &str = "http:\n  middlewares:\n    slow: {rateLimit: {average: 10}}\n";
const FIXED: &str = "experimental:\n  plugins:\n    demo:\n      moduleName: github.com/traefik/plugindemo\n      version: v0.2.2\n";
const BEHIND: &str = "http:\n  middlewares:\n    my-demo:\n      plugin:\n        demo:\n          headers:\n            Foo: Bar\n";

fn world() -> World {
    let world = World::with_static_and(STATIC, [("edge.yml", EDGE)]);
    world.configuration.catch_up().unwrap();
    world
}

fn texts(fixed: &str, middlewares: &str) -> PluginTexts {
    PluginTexts { fixed: fixed.to_owned(), middlewares: middlewares.to_owned(), file: None }
}

fn install(world: &World, fixed: &str, middlewares: &str) -> Result<Installed, ChangeError> {
    world.configuration.install_plugins(&terms(), &texts(fixed, middlewares))
}

fn fixed(world: &World) -> String {
    world.static_file.as_ref().unwrap().text("traefik.yml").unwrap()
}

#[test]
fn what_the_catalogue_says_goes_into_both_files_and_nothing_else_is_touched() {
    let world = world();
    let dry = Terms { dry_run: true, ..terms() };
    let planned = world.configuration.install_plugins(&dry, &texts(FIXED, BEHIND)).unwrap().changed;
    let files: Vec<_> = planned.diffs.iter().map(|diff| diff.file.as_str()).collect();
    assert_eq!(files, ["traefik.yml", "plugin-middlewares.yml"]);
    assert_eq!((fixed(&world), world.files.text("plugin-middlewares.yml")), (STATIC.to_owned(), None));

    let installed = install(&world, FIXED, BEHIND).unwrap();
    assert_eq!(fixed(&world), format!("{STATIC}{FIXED}"));
    assert_eq!(world.text("plugin-middlewares.yml"), BEHIND);
    assert!(installed.fixed.is_some() && installed.changed.number > installed.fixed);
    assert_eq!(installed.changed.findings, []);
    let snapshot = world.configuration.snapshot();
    let plugins = snapshot.plugins();
    assert_eq!((plugins[0].name(), plugins[0].version()), ("demo", "v0.2.2"));
    assert_eq!(plugins[0].module(), "github.com/traefik/plugindemo");

    // Once more changes nothing; a newer version changes the version.
    let count = world.audit.entries().len();
    install(&world, FIXED, BEHIND).unwrap();
    assert_eq!(world.audit.entries().len(), count);
    install(&world, &FIXED.replace("0.2.2", "0.3.0"), "").unwrap();
    assert_eq!(fixed(&world), format!("{STATIC}{FIXED}").replace("0.2.2", "0.3.0"));
}

#[test]
fn what_is_refused_writes_neither_file() {
    let world = world();
    for (static_yaml, middleware_yaml, told) in [
        ("", "", "experimental.plugins"),
        ("a: [", BEHIND, "line 1"),
        ("- demo\n", BEHIND, "experimental.plugins"),
        ("log: {level: DEBUG}\n", "", "nothing else"),
        ("experimental: {plugins: {demo: {version: v1.0.0}}}", "", "moduleName"),
        ("experimental: {plugins: {demo: {moduleName: a/b}}}", "", "version"),
        ("experimental: {http3: true, plugins: {d: {moduleName: a/b, version: v1}}}", "", "nothing else"),
        (FIXED, "a: [", "line 1"),
        (FIXED, "http:\n  middlewares:\n    m:\n      plugin: {demo: {a: '{{ env `X` }}'}}\n", "Go template"),
        (FIXED, "http: {routers: {r: {rule: Host(`a`), service: s}}}", "leave the example's routers"),
        (FIXED, "http: {middlewares: {slow: {plugin: {demo: {a: b}}}}}", "exists already"),
        (FIXED, "http: {middlewares: {m: {nosuch: {}}}}", ""),
    ] {
        let error =
            install(&world, static_yaml, middleware_yaml).map(|installed| installed.changed).unwrap_err();
        assert!(error.to_string().contains(told), "{static_yaml} {middleware_yaml}: {error}");
        assert_eq!((fixed(&world), world.text("edge.yml")), (STATIC.to_owned(), EDGE.to_owned()));
        assert_eq!((world.files.text("plugin-middlewares.yml"), world.backup_count()), (None, 0));
    }
}

#[test]
fn a_disk_that_takes_only_the_first_file_gets_it_back_as_it_was() {
    let world = world();
    world.files.fail_next_write(StorageError::NoSpace { name: "plugin-middlewares.yml".into() });
    let failed = install(&world, FIXED, BEHIND).map(|installed| installed.changed);
    assert!(matches!(failed, Err(ChangeError::Storage(_))), "{failed:?}");
    assert_eq!((fixed(&world), world.files.text("plugin-middlewares.yml")), (STATIC.to_owned(), None));
    let entries = world.audit.entries();
    let told: Vec<_> =
        entries.iter().rev().take(2).map(|entry| (entry.action.as_str(), &entry.outcome)).collect();
    assert_eq!(told, [("undo", &Outcome::Done), ("install plugin", &Outcome::Done)]);
}

/// What needs the plugin already is no reason to leave it half installed.
#[test]
fn it_gets_it_back_although_another_middleware_names_the_plugin() {
    let edge = "http:\n  middlewares:\n    mine: {plugin: {demo: {a: b}}}\n";
    let world = World::with_static_and(STATIC, [("edge.yml", edge)]);
    world.configuration.catch_up().unwrap();
    world.files.fail_next_write(StorageError::NoSpace { name: "plugin-middlewares.yml".into() });
    let failed = install(&world, FIXED, BEHIND).map(|installed| installed.changed);
    assert!(matches!(failed, Err(ChangeError::Storage(_))), "{failed:?}");
    assert_eq!((fixed(&world), world.files.text("plugin-middlewares.yml")), (STATIC.to_owned(), None));
}

#[test]
fn what_a_dry_run_has_seen_is_what_is_installed() {
    for file in [None, Some("edge.yml".to_owned())] {
        let world = world();
        let texts = PluginTexts { file, ..texts(FIXED, BEHIND) };
        let dry = Terms { dry_run: true, ..terms() };
        let planned = world.configuration.install_plugins(&dry, &texts).unwrap().changed;
        let seen: Vec<_> = planned.diffs.iter().filter_map(|diff| diff.revision.clone()).collect();
        let terms = Terms { seen, ..terms() };
        let again = Terms { dry_run: true, ..terms.clone() };
        assert_eq!(world.configuration.install_plugins(&again, &texts).unwrap().changed.diffs.len(), 2);
        let changed = if texts.file.is_some() { "edge.yml" } else { "traefik.yml" };
        let other = world_where_somebody_changes(changed);
        let refused = other.configuration.install_plugins(&terms, &texts).map(|installed| installed.changed);
        assert!(matches!(refused, Err(ChangeError::Conflict { .. })), "{refused:?}");
        world.configuration.install_plugins(&terms, &texts).unwrap();
        assert!(fixed(&world).contains("plugindemo"));
    }
}

fn world_where_somebody_changes(file: &str) -> World {
    let world = world();
    let files = if file == "edge.yml" { &world.files } else { world.static_file.as_ref().unwrap() };
    let text = files.text(file).unwrap();
    files.edit_behind_the_back(file, &format!("{text}# somebody\n"));
    world.configuration.refresh();
    world
}

#[test]
fn a_plugin_goes_when_no_middleware_needs_it() {
    let world = world();
    install(&world, FIXED, BEHIND).unwrap();
    match world.configuration.remove_plugin(&terms(), "demo") {
        Err(ChangeError::InUse { users, .. }) => {
            assert_eq!(users, ["http.middlewares.my-demo (plugin-middlewares.yml)"]);
        }
        other => panic!("{other:?}"),
    }
    let missing = world.configuration.remove_plugin(&terms(), "other");
    assert!(matches!(missing, Err(ChangeError::NotFound { .. })), "{missing:?}");
    world.files.edit_behind_the_back("plugin-middlewares.yml", "# none\n");
    world.configuration.refresh();
    world.configuration.remove_plugin(&terms(), "demo").unwrap();
    assert!(!fixed(&world).contains("demo") && fixed(&world).starts_with(STATIC), "{}", fixed(&world));
    assert_eq!(world.configuration.snapshot().plugins().len(), 0);
}
