//! What is read, what is refused, where and with which remedy.

use std::sync::Arc;

use traefik_manager_core::{
    config::{edit::SyntaxError, store::ConfigSyntax},
    tree::{Kind, MAX_DEPTH, Style},
};
use traefik_manager_yaml::{PlainYaml, Yaml};

use crate::common::read;

#[track_caller]
fn error(text: &str) -> SyntaxError {
    match Yaml.parse(Arc::from(text)) {
        Ok(tree) => panic!("{text:?} was read as {:?}", tree.root()),
        Err(error) => error,
    }
}

/// The text of the scalar that the file holds under `a`.
#[track_caller]
fn scalar(text: &str) -> String {
    read(text).root().and_then(|root| root.get("a")).map(|node| node.text().to_owned()).unwrap_or_default()
}

#[test]
fn scalars_say_what_they_say() {
    for (text, expected) in [
        ("a: b c # d", "b c"),
        ("a: b#c:d", "b#c:d"),
        ("a: b\n  c\n\n  d\n", "b c\nd"),
        ("a: 'it''s\n  x'", "it's x"),
        (
            r#"a: "\x41\u00e9\U0001F600\t\"\\ \/ \N\_\L\P\e\0""#,
            "Aé😀\t\"\\ / \u{85}\u{a0}\u{2028}\u{2029}\u{1b}\0",
        ),
        ("a: \"b \\\n   c\n\n  d  \n e\"", "b c\nd e"),
        ("a: |\n  b\n   c\n\n  d\n\n\n", "b\n c\n\nd\n"),
        ("a: |-\n  b\n\n", "b"),
        ("a: |+\n  b\n\n", "b\n\n"),
        ("a: >\n  b\n  c\n\n  d\n   e\n  f\n", "b c\nd\n e\nf\n"),
        ("a: |1\n  b\n", " b\n"),
        ("a: |2-\n   b", " b"),
        ("a: |\n  b", "b"),
        ("a: |\r\n  b\r\n  c\r\n", "b\nc\n"),
        ("a:\n  b\n", "b"),
        ("a: ", ""),
        ("a: !!str 5", "5"),
        ("{a: http://x:80/?q}", "http://x:80/?q"),
        ("{\"a\":b}", "b"),
        ("x: &x y\na: *x", "y"),
        ("<<: {a: b}", "b"),
        ("{&x\n a, b: c}", ""),
    ] {
        assert_eq!(scalar(text), expected, "{text:?}");
    }
}

#[test]
fn spans_are_those_of_the_source() {
    let text = "\u{feff}é: &x !t 'b' # c\nl:\n- |\n  x\n\n- {k: v}\nn:\nm: *x\n";
    let tree = read(text);
    let at = |key: &str| tree.root().and_then(|root| root.get(key)).map(|node| (node.source(), node.style()));
    assert_eq!(at("é"), Some(("'b'", Style::SingleQuoted)));
    assert_eq!(at("l"), Some(("- |\n  x\n\n- {k: v}", Style::Block)));
    assert_eq!(at("n"), Some(("", Style::Plain)));
    assert_eq!(at("m"), Some(("*x", Style::Alias)));
    let root = tree.root();
    let first = root.and_then(|root| root.get("é"));
    assert_eq!(first.map(|node| &text[node.span_with_properties()]), Some("&x !t 'b'"));
    assert_eq!(first.and_then(|node| node.tag()), Some("!t"));
    let literal = root.and_then(|root| root.get("l")?.items().next());
    assert_eq!(literal.map(|node| node.source()), Some("|\n  x"));
    assert_eq!(
        root.and_then(|root| root.get("n")).map(|node| node.position().to_string()),
        Some("7:3".to_owned())
    );
}

#[test]
fn files_without_content_are_empty() {
    for text in ["", "\n\n", "# c\n", "---\n", "--- # c\n...\n", "\u{feff}", "---\n---\n"] {
        assert!(read(text).root().is_none(), "{text:?}");
    }
    assert!(read("~").root().is_some_and(|root| root.is_null()));
}

#[test]
fn what_yaml_or_traefik_refuses_is_refused_with_its_place() {
    for (text, place, part) in [
        ("a: 1\nb:\n\tc: 1", "3:1", "use spaces"),
        ("a:\n  - b\n\t- c", "3:1", "use spaces"),
        ("-\tx", "1:2", "use spaces"),
        ("a: 1\na: 2", "2:1", "second time"),
        ("a: 1\n'a': 2", "2:1", "second time"),
        ("{a: 1, \"a\": 2}", "1:8", "second time"),
        ("<<: {}\n<<: {}", "2:1", "second time"),
        ("a: b: c", "1:4", "put the value in quotes"),
        ("a: 1\n b: 2", "2:2", "indented"),
        ("a:\n   b: 1\n  c: 2", "3:3", "indented like no key"),
        ("a: 1\nb", "2:1", "needs a `:`"),
        ("a: 1\n- b", "2:1", "list item"),
        ("- a\nb: 1", "2:1", "does not fit"),
        ("a: - b", "1:4", "next one"),
        ("a: 'b", "1:4", "never closed"),
        ("a: \"\\q\"", "1:5", "escape"),
        ("a: \"\\ud800\"", "1:5", "hexadecimal"),
        ("a: [b", "1:4", "never closed"),
        ("a: [b}", "1:6", "missing"),
        ("a: [b c: d]", "1:8", "braces"),
        ("a: {b c}}", "1:9", "more text"),
        ("a: @b", "1:4", "quotes"),
        ("a: `b", "1:4", "quotes"),
        ("a: %b", "1:4", "quotes"),
        ("%YAML 1.2\n---\na: 1", "1:1", "directives"),
        ("a: 1\n---\nb: 2", "3:1", "second document"),
        ("a: 1\n...\nb: 2", "3:1", "second document"),
        ("...\n", "1:1", "not begun"),
        ("? a\n: b", "1:1", "explicit keys"),
        (": b", "1:1", "key is missing"),
        ("[a]: b", "1:4", "`:`"),
        ("{[a]: b}", "1:2", "cannot be a key"),
        ("a: *x", "1:4", "no anchor"),
        ("a: &x [*x]", "1:8", "inside the node"),
        ("a: &x &y z", "1:7", "two anchors"),
        ("x: &x 1\n*x : 2", "2:1", "cannot be a key"),
        ("x: &x 1\na: &y *x", "2:4", "cannot have"),
        ("a: &", "1:5", "letters"),
        ("a: 1\n&x\nb: 2", "2:3", "missing"),
        ("{&x\na: 1}", "1:2", "span lines"),
        ("a: !<x> b", "1:4", "short forms"),
        ("<<: 1", "1:5", "to merge"),
        ("<<: ~", "1:5", "to merge"),
        ("a: |x\n  b", "1:5", "behind `|`"),
        ("a: |0\n  b", "1:5", "behind `|`"),
        ("a: 'b'#c", "1:7", "space before"),
        ("a: 'b' c", "1:8", "more text"),
        ("a: b\u{0}", "1:5", "control character"),
        ("é: \u{7}", "1:4", "control character"),
        ("a: b\rc: d", "1:5", "carriage return"),
        ("a: b\u{2028}", "1:5", "line break"),
        ("a: \u{feff}b", "1:4", "byte order mark"),
        ("a: \"b\n--- c\"", "2:1", "document marker"),
    ] {
        let error = error(text);
        assert_eq!(error.position.to_string(), place, "{text:?}: {error}");
        assert!(error.message.contains(part) && !error.shaped_by_templates, "{text:?}: {error}");
    }
    let long = format!("{}: 1", "k".repeat(1025));
    assert!(error(&long).message.contains("1,024"));
    assert!(Yaml.parse(format!("{}: 1", "é".repeat(1024)).into()).is_ok());
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).flat_map(|i| [line(i), "\n".to_owned()]).collect()
}

#[test]
fn texts_that_grow_without_end_are_refused_early() {
    let bomb = lines(40, |i| format!("a{}: &a{} [*a{i}, *a{i}]", i + 1, i + 1));
    assert!(error(&format!("a0: &a0 [x]\n{bomb}")).message.contains("unfold"));
    for (text, part) in [
        ("{a: ".repeat(1000), "deeper"),
        ("[".repeat(100_000), "deeper"),
        ("- ".repeat(20_000), "deeper"),
        ("? ".repeat(20_000), "explicit keys"),
        ("a: ".repeat(20_000), "quotes"),
        ("&a ".repeat(100_000), "two anchors"),
        ("!a ".repeat(100_000), "two tags"),
        (lines(1000, |i| format!("{}a:", " ".repeat(i))), "deeper"),
        (format!("a: \"{}", "x\n".repeat(500_000)), "never closed"),
        (format!("a: {}", "{{ ".repeat(100_000)), "never closed"),
    ] {
        assert!(error(&text).message.contains(part), "{}", error(&text));
    }
    let deep = format!("{}x{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(Yaml.parse(deep.into()).is_ok());
}

/// Aliases of aliases make a deep node of a flat file, and whatever walks the tree goes as deep.
#[test]
fn what_aliases_make_deep_is_as_deep_as_what_is_written() {
    let tower = |levels: usize, open: &str, close: &str| {
        let step = |i| format!("a{i}: &a{i} {}*a{}{}", open.repeat(levels), i - 1, close.repeat(levels));
        format!("a0: &a0 x\n{}", (1..=4).map(|i| step(i) + "\n").collect::<String>())
    };
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        // The mapping of the file is one more, and four times 31 are 124.
        assert!(Yaml.parse(tower(31, open, close).into()).is_ok());
        let error = error(&tower(32, open, close));
        assert!(error.message.contains("deeper") && error.position.line == 5, "{error}");
    }
}

#[test]
fn large_files_are_read() {
    let many = lines(100_000, |i| format!("k{i}: {i}"));
    assert_eq!(read(&many).len(), 200_001);
    let again = format!("{many}k50000: x\n");
    assert_eq!(error(&again).position.line, 100_001);
    let comments = format!("a: b\n{}c: d\n", "# comment\n\n".repeat(500_000));
    assert_eq!(read(&comments).len(), 5);
    let templates = lines(100_000, |_| "-\n  x{{ y }}".to_owned());
    assert_eq!(read(&templates).len(), 100_001);
}

#[test]
fn templates_are_values() {
    let text = "a: {{ env \"X\" }}\nb: \"x{{ env `}}` }}y\"\nc: [{{ 1 }}, 'z{{ \"'\" }}']\n# {{ .Y }}\nd: |\n  p {{ z }}\n";
    let tree = read(text);
    let Some(root) = tree.root() else { panic!("empty") };
    for (key, expected) in [("a", "{{ env \"X\" }}"), ("b", "x{{ env `}}` }}y"), ("d", "p {{ z }}\n")] {
        let node = root.get(key);
        assert!(node.is_some_and(|node| node.is_templated() && node.text() == expected), "{key}: {node:?}");
    }
    let items: Vec<_> =
        root.get("c").into_iter().flat_map(|list| list.items()).map(|item| item.text()).collect();
    assert_eq!(items, ["{{ 1 }}", "z{{ \"'\" }}"]);
    assert!(
        !read("a: b # {{ x }}\n").root().is_some_and(|root| root.get("a").is_some_and(|a| a.is_templated()))
    );
}

#[test]
fn templates_that_shape_the_file_are_left_to_traefik() {
    for (text, place) in [
        ("a: 1\n{{ range x }}\nb: 2\n{{ end }}\n", "2:1"),
        ("# {{ if x }}\na: 1\n# {{end}}", "1:3"),
        ("a: {{ with x }}{{ . }}{{ end }}", "1:4"),
        ("a: {{ $x := 1 }}", "1:4"),
        ("a: {{- env \"X\" }}", "1:4"),
        ("a: {{ env \"X\" -}}\n", "1:4"),
        ("{{ template \"x\" }}\na: 1", "1:1"),
        ("a: 1\n{{ include x }}\nb: 1", "2:1"),
        ("{{/* only a comment */}}\na: 1", "1:1"),
        ("a:\n  {{ x }}\n", "2:3"),
        ("{{ x }}: 1", "1:1"),
        ("{a{{ x }}: 1}", "1:2"),
        ("a: {{ x\n }}", "1:4"),
        ("a: &{{ x }} b", "1:5"),
    ] {
        let error = error(text);
        assert!(error.shaped_by_templates, "{text:?}: {error}");
        assert_eq!(error.position.to_string(), place, "{text:?}: {error}");
    }
    for text in ["a: {{", "a: {{ \"x }}", "a: \"{{ env \\\"X\\\" }}\"", "a: {{/* x }}"] {
        assert!(!error(text).shaped_by_templates, "{text:?}");
    }
}

#[test]
fn a_file_without_templates_takes_braces_for_braces() {
    let tree = PlainYaml.parse(Arc::from("a: \"{{ if x }}\\n\"\n"));
    let text = tree.as_ref().ok().and_then(|tree| tree.root()?.get("a")).map(|node| node.text());
    assert_eq!(text, Some("{{ if x }}\n"));
}

#[test]
fn an_entry_may_lean_on_anchors_of_its_file() {
    let tree = Yaml.parse_entry(Arc::from("r:\n  <<: *base\n  tls: *tls\n"));
    let node = tree.as_ref().ok().and_then(|tree| tree.root()?.get("r")?.get("tls"));
    assert_eq!(node.map(|node| (node.kind(), node.text())), Some((Kind::Scalar, "*tls")));
}
