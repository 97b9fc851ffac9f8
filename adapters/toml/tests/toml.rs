//! What texts become, and what becomes of hostile ones.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fmt::Write as _, sync::Arc};

use traefik_manager_core::{
    check::{self, Level, TraefikVersion},
    config::{
        edit::{Edit, Path},
        source::Problem,
        store::{ConfigSyntax as _, FileId},
        value::Value,
    },
    tree::{Kind, Tree},
};
use traefik_manager_toml::Toml;

fn parse(text: &str) -> Tree {
    Toml.parse(Arc::from(text)).unwrap()
}

const TEXT: &str = "\
# the edge
[entryPoints]
  [entryPoints.web]
    address = \":80\"
    transport.lifeCycle.graceTimeOut = 1_0
  [entryPoints.web.http.tls]

[log]
level = 'INFO'
noColor = true

[[x]]
y = {z = [0x1f, 2.5, 2026-11-27]}
[[x]]
";

#[test]
fn a_text_becomes_the_tree_that_its_yaml_would() {
    let tree = parse(TEXT);
    let root = tree.root().unwrap();
    let keys: Vec<_> = root.entries().map(|(key, _)| key.text()).collect();
    assert_eq!(keys, ["entryPoints", "log", "x"], "in the order of the text");
    let web = root.get("entryPoints").unwrap().get("web").unwrap();
    let (address, value) = web.entry("address").unwrap();
    assert_eq!((value.text(), value.source(), address.position().line), (":80", "\":80\"", 4));
    let grace = web.get("transport").unwrap().get("lifeCycle").unwrap().get("graceTimeOut").unwrap();
    assert_eq!(Value::from(grace), Value::Int(10));
    let tls = web.get("http").unwrap().get("tls").unwrap();
    assert_eq!((tls.kind(), tls.entries().count()), (Kind::Mapping, 0));
    let expected = Value::map([("level", Value::text("INFO")), ("noColor", Value::Bool(true))]);
    assert_eq!(Value::from(root.get("log").unwrap()), expected);
    let x: Vec<_> = root.get("x").unwrap().items().collect();
    let numbers = Value::List(vec![Value::Int(31), Value::Verbatim("2.5".into()), Value::text("2026-11-27")]);
    assert_eq!(Value::from(x[0].get("y").unwrap().get("z").unwrap()), numbers);
    assert_eq!(x.len(), 2);
    for empty in ["", "# nothing\n"] {
        assert!(parse(empty).root().is_none());
    }
}

#[test]
fn what_is_wrong_has_its_line() {
    for (text, line) in [
        ("[a]\nb = 1\nb = 2\n", 3),
        ("[a]\n[a]\n", 2),
        ("a = \n", 1),
        ("entryPoints:\n  web: {}\n", 1),
        ("a = [1,\n2\n", 2),
        ("a = \"\n", 1),
    ] {
        let error = Toml.parse(Arc::from(text)).unwrap_err();
        assert_eq!((error.position.line, error.message.is_empty()), (line, false), "{text}: {error}");
    }
}

#[test]
fn hostile_texts_cost_little() {
    let deep = |piece: &str, count: usize| piece.repeat(count);
    for text in [
        format!("{}b = 1", deep("a.", 300_000)),
        format!("[{}b]", deep("a.", 300_000)),
        format!("a = {}", deep("[", 300_000)),
        format!("a = {}", deep("{b = ", 300_000)),
        format!("a = {}", "9".repeat(300_000)),
        "x".repeat(17 << 20),
    ] {
        match Toml.parse(Arc::from(text.as_str())) {
            Err(error) => assert!(!error.message.is_empty()),
            Ok(tree) => assert!(tree.root().is_some()),
        }
    }
    let five_megabytes = (0..200_000).fold(String::new(), |mut text, number| {
        writeln!(text, "key{number} = \"value of it\"").unwrap();
        text
    });
    assert_eq!(parse(&five_megabytes).root().unwrap().entries().count(), 200_000);
}

#[test]
fn the_checks_of_the_static_configuration_find_what_they_find_in_yaml() {
    let id = FileId::new("traefik.toml");
    let findings = |text: &str| {
        let tree = Toml.parse(Arc::from(text)).map_err(|error| Problem::syntax(&id, error));
        check::check_static(check::File::new(&id, text, tree.as_ref()), TraefikVersion::default())
    };
    let good = "[api]\n[entryPoints.web]\naddress = \":80\"\n[providers.file]\nwatch = true\nfilename = \"/d.toml\"\n";
    let wrong: Vec<_> = findings(good).into_iter().filter(|finding| finding.level == Level::Error).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for (text, line) in [
        ("[api]\n[entryPoints.web]\naddress = \"80\"\n", 3),
        ("[entryPoints.web]\naddress = \":80\"\nnoSuchThing = true\n", 3),
        ("[providers.nosuch]\n", 1),
        ("[entryPoints.web]\naddress = \":80\"\n[entryPoints.other]\naddress = \":80\"\n", 4),
        ("[api]\ndashboard = \"perhaps\"\n", 2),
        ("[[[", 1),
    ] {
        let found = findings(text);
        let error = found.iter().find(|finding| finding.level == Level::Error);
        assert_eq!(error.map(|error| error.position.line), Some(line), "{text}: {found:?}");
    }
}

#[test]
fn it_is_never_edited_field_by_field() {
    let tree = parse(TEXT);
    assert_eq!(Toml.apply(&tree, &[]).unwrap().text(), TEXT);
    let edit = Edit::set(Path::root().key("log"), Value::Null);
    let refused = Toml.apply(&tree, &[edit]).unwrap_err().to_string();
    assert!(refused.contains("edited as a text"), "{refused}");
    assert!(Toml.excerpt(&tree, &Path::root()).is_err());
}
