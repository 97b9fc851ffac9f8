//! Keys and items that come, go, move in and get another name.

use crate::common::{check, edited, entry, insert, map, path, read, refused, remove, rename, set, text};
use traefik_manager_core::config::{
    edit::{EditError, NewNode},
    store::ConfigSyntax as _,
    value::Value,
};
use traefik_manager_yaml::Yaml;

const FILE: &str = "\
# About this file.

http:
  routers:
    # The first.
    a:
      rule: Host(`a`) # main
      service: a

    # The second.
    b:
      rule: Host(`b`)
      service: b
  # Not about anything.

  services:
    a:
      loadBalancer:
        servers:
          - url: http://1
";

fn with(from: &str, to: &str) -> String {
    assert!(FILE.contains(from));
    FILE.replace(from, to)
}

#[test]
fn a_new_key_stands_at_the_end_of_its_mapping() {
    check(
        FILE,
        &[set("http.routers.b.priority", Value::Int(5))],
        &with("      service: b\n", "      service: b\n      priority: 5\n"),
    );
    check(
        FILE,
        &[set("http.routers.c", map(&[("rule", text("Host(`c`)")), ("entryPoints", Value::texts(["web"]))]))],
        &with(
            "      service: b\n",
            "      service: b\n    c:\n      rule: Host(`c`)\n      entryPoints:\n        - web\n",
        ),
    );
    check(
        FILE,
        &[set("tcp.routers.c.rule", text("x"))],
        &format!("{FILE}tcp:\n  routers:\n    c:\n      rule: x\n"),
    );
}

#[test]
fn missing_parents_are_made() {
    check("", &[set("http.routers.a.rule", text("x"))], "http:\n  routers:\n    a:\n      rule: x\n");
    check("# only this\n", &[set("a.b", text("x"))], "# only this\na:\n  b: x\n");
    check("# only this", &[set("a", text("x"))], "# only this\na: x\n");
    check("---\n# c\n...\n", &[set("a", text("x"))], "---\na: x\n# c\n...\n");
    check("\u{feff}---\n# c\n...\n", &[set("a", text("x"))], "\u{feff}---\na: x\n# c\n...\n");
    check("a: 1\n...\n", &[set("b", text("x"))], "a: 1\nb: x\n...\n");
    check("a:\n", &[set("a.b.c", text("x"))], "a:\n  b:\n    c: x\n");
    check(
        "a: # none yet\n  # really\nb: 1\n",
        &[set("a.c", text("x"))],
        "a: # none yet\n  c: x\n  # really\nb: 1\n",
    );
    check("a: ~ # none\n", &[set("a.c", text("x"))], "a: # none\n  c: x\n");
    check("a: {} # none\n", &[set("a.c", text("x"))], "a: # none\n  c: x\n");
    check("a: []\n", &[set("a[0].c", text("x"))], "a:\n  - c: x\n");
    check("{}\n", &[set("a.c", text("x"))], "a:\n  c: x\n");
    check("a: {b: {}}\n", &[set("a.b.c.d", text("x"))], "a: {b: {c: {d: x}}}\n");
    check("a: {b: }\n", &[set("a.b.c", text("x"))], "a: {b: {c: x} }\n");
    check("a:\n  - b: 1\n  -\n", &[set("a[1].c", text("x"))], "a:\n  - b: 1\n  - c: x\n");
    check("a:\n", &[set("a[0]", text("x"))], "a:\n  - x\n");
}

#[test]
fn a_file_without_a_final_line_break_stays_without() {
    check("a: 1", &[set("b", text("x"))], "a: 1\nb: x");
    check("a: 1\r\nb: 2", &[set("c", text("x"))], "a: 1\r\nb: 2\r\nc: x");
    check("a: 1\nb: 2", &[remove("b")], "a: 1");
    check("a: 1\n\nb: 2", &[remove("b")], "a: 1");
    check("a:\n  b: 1", &[set("a.c.d", text("x"))], "a:\n  b: 1\n  c:\n    d: x");
}

#[test]
fn the_indentation_is_that_of_the_file() {
    check(
        "a:\n    b:\n        c: 1\n",
        &[set("a.d", map(&[("e", Value::texts(["x"]))]))],
        "a:\n    b:\n        c: 1\n    d:\n        e:\n            - x\n",
    );
    check("a:\n   b: 1\n", &[set("c.d", text("x"))], "a:\n   b: 1\nc:\n   d: x\n");
    check(
        "a:\n  l:\n  - x\n  m: 1\n",
        &[set("a.p", Value::texts(["w2", "z"]))],
        "a:\n  l:\n  - x\n  m: 1\n  p:\n  - w2\n  - z\n",
    );
    check("a:\n- b:\n    c: 1\n", &[set("a[0].d.e", text("x"))], "a:\n- b:\n    c: 1\n  d:\n    e: x\n");
}

#[test]
fn lists_take_new_items() {
    check("a:\n  - x # one\n\nb: 1\n", &[set("a[1]", text("w2"))], "a:\n  - x # one\n  - w2\n\nb: 1\n");
    check("a:\n- x\nb: 1\n", &[set("a[1]", text("w2"))], "a:\n- x\n- w2\nb: 1\n");
    check("a:\n  - 'x'\n", &[set("a[1]", text("w2"))], "a:\n  - 'x'\n  - 'w2'\n");
    check("a: [x, w2]\n", &[set("a[2]", text("z"))], "a: [x, w2, z]\n");
    check("a: [x, w2,]\n", &[set("a[2]", text("z"))], "a: [x, w2, z,]\n");
    check(
        "a: [\n  x, # one\n  w2 # two\n]\n",
        &[set("a[2]", text("z"))],
        "a: [\n  x, # one\n  w2, # two\n  z\n]\n",
    );
    check(
        "s:\n  - url: a\n",
        &[set("s[1]", map(&[("url", text("b")), ("weight", Value::Int(2))]))],
        "s:\n  - url: a\n  - url: b\n    weight: 2\n",
    );
    check("a:\n  - - x\n", &[set("a[0][1]", text("w2"))], "a:\n  - - x\n    - w2\n");
    check("a: [x]\n", &[set("a[1]", text("w2")), set("a[2]", text("z"))], "a: [x, w2, z]\n");
}

#[test]
fn lists_lose_items() {
    check("a:\n  - x\n  # about w2\n  - w2 # two\n  - z\n", &[remove("a[1]")], "a:\n  - x\n  - z\n");
    check("a: [x, w2, z]\n", &[remove("a[1]")], "a: [x, z]\n");
    check("a: [x, w2, z]\n", &[remove("a[2]")], "a: [x, w2]\n");
    check("a: [x, w2, z, ]\n", &[remove("a[2]")], "a: [x, w2, ]\n");
    check("a: [x, w2, z]\n", &[remove("a[0]")], "a: [w2, z]\n");
    check("a: [\n  x, # one\n  w2 # two\n]\n", &[remove("a[1]")], "a: [\n  x # one\n]\n");
    check("a:\n  - x\nb: 1\n", &[remove("a[0]")], "b: 1\n");
    check("a:\n  - x\n  - w2\n  - z\n", &[remove("a[0]"), remove("a[0]")], "a:\n  - z\n");
    check("a:\n  - - x\n    - w2\n", &[remove("a[0][0]")], "a:\n  - - w2\n");
}

#[test]
fn collections_are_replaced_in_their_own_style() {
    check("a: [x, w2] # c\n", &[set("a", Value::texts(["z"]))], "a: [z] # c\n");
    check("a:\n  - x\n  - w2 # c\nb: 1\n", &[set("a", Value::texts(["z"]))], "a:\n  - z # c\nb: 1\n");
    check("a:\n- x\nb: 1\n", &[set("a", Value::texts(["z", "w"]))], "a:\n- z\n- w\nb: 1\n");
    check("a: {x: 1}\n", &[set("a", map(&[("w2", Value::texts(["z"]))]))], "a: {w2: [z]}\n");
    check(
        "a:\n    x: 1\nb: 1\n",
        &[set("a", map(&[("w2", map(&[("z", text("w"))]))]))],
        "a:\n    w2:\n        z: w\nb: 1\n",
    );
    check("a: # c\n  - x\n", &[set("a", Value::List(Vec::new()))], "a: [] # c\n");
    check("a: # c\n  - x\nb: 1\n", &[set("a", text("w2"))], "a: w2 # c\nb: 1\n");
    check("a:\n  - x\nb: 1\n", &[set("a", map(&[("k", text("v"))]))], "a:\n  k: v\nb: 1\n");
    check("a:\n  k: v\nb: 1\n", &[set("a", Value::texts(["x"]))], "a:\n  - x\nb: 1\n");
    check("a: x # c\n", &[set("a", Value::texts(["w2", "z"]))], "a: # c\n  - w2\n  - z\n");
    check("- a: 1\n  b: 2\n- c\n", &[set("[0]", map(&[("z", Value::Int(1))]))], "- z: 1\n- c\n");
    check("- a: 1\n", &[set("[0]", text("x"))], "- x\n");
    check("a: {b: [x]}\n", &[set("a.b", text("w2"))], "a: {b: w2}\n");
    check("a: {}\n", &[set("a", map(&[("k", text("v"))]))], "a:\n  k: v\n");
    check("tls:\n  x: 1\n", &[set("tls", map(&[]))], "tls: {}\n");
}

#[test]
fn a_collection_with_an_anchor_and_a_comment_gives_way_to_a_value() {
    check("a: &x\n  # why\n  b: 1\nc: 1\n", &[set("a", text("z"))], "a: &x z\nc: 1\n");
    check("a: &x # why\n  b: 1\nc: 1\n", &[set("a", text("z"))], "a: &x z # why\nc: 1\n");
    check("a: &x !!map # why\n  # more\n  b: 1\nc: 1\n", &[set("a", text("z"))], "a: z # why\nc: 1\n");
    check("a: # why\n  &x\n  b: 1\nc: 1\n", &[set("a", text("z"))], "a: z # why\nc: 1\n");
}

#[test]
fn the_comments_of_the_first_and_the_last_line_of_a_collection_do_not_become_one() {
    check("a: # why\n  b: 1 # end\nc: 1\n", &[set("a", map(&[]))], "a: {} # why\n  # end\nc: 1\n");
    check("a: # why\n- b # end\nc: 1\n", &[set("a", text("z"))], "a: z # why\n  # end\nc: 1\n");
    check("a: # why\r\n  b: 1  # end\r\n", &[set("a", text("z"))], "a: z # why\r\n  # end\r\n");
    check("a: &x # why\n  b: [1, # in\n    2] # end", &[set("a", text("z"))], "a: &x z # why\n  # end");
    check("a: !!map # why\n  b: 1 # end\n", &[set("a", text("z"))], "a: z # why\n  # end\n");
    check("a:\n  b: 1 # end\nc: 1\n", &[set("a", text("z"))], "a: z # end\nc: 1\n");
    check("a: # why\n  b: 1 # end\n", &[set("a", Value::texts(["z"]))], "a: # why\n  - z # end\n");
}

#[test]
fn a_template_that_would_begin_its_line_is_quoted() {
    let env = || text("{{ env \"X\" }}");
    check("- &x\n  a: 1\n- b\n", &[set("[0]", env())], "- &x\n  \"{{ env \"X\" }}\"\n- b\n");
    check("a:\n  b\n", &[set("a", env())], "a:\n  \"{{ env \"X\" }}\"\n");
    check("a:\n  {b: 1}\n", &[set("a", env())], "a:\n  \"{{ env \"X\" }}\"\n");
    check("-\n  a: 1\n", &[set("[0]", text("{{ 1 }}\"b"))], "-\n  '{{ 1 }}\"b'\n");
    check("a: b\n", &[set("a", env())], "a: {{ env \"X\" }}\n");
}

#[test]
fn braces_take_and_lose_keys() {
    check("a: {b: 1}\n", &[set("a.c", text("x"))], "a: {b: 1, c: x}\n");
    check("a: { b: 1 }\n", &[set("a.c", text("x"))], "a: { b: 1, c: x }\n");
    check("{a: 1}\n", &[set("b", text("x"))], "{a: 1, b: x}\n");
    check("a: {\n  b: 1,\n  c: 2\n}\n", &[set("a.d", text("x"))], "a: {\n  b: 1,\n  c: 2,\n  d: x\n}\n");
    check("a: {b: 1, c: 2}\n", &[remove("a.b")], "a: {c: 2}\n");
    check("a: {b: 1, c: 2}\n", &[remove("a.c")], "a: {b: 1}\n");
    check("a: {b: 1}\nd: 1\n", &[remove("a.b")], "d: 1\n");
    check("{a: {b: 1}} # c\n", &[remove("a.b")], " # c\n");
    check("a: {b: 1}\n", &[insert("a.z", NewNode::Value(text("x")), Some("b"))], "a: {z: x, b: 1}\n");
    check(
        "a: {b: 1, c: 2}\n",
        &[set("a.d", text("x")), remove("a.b"), rename("a.c", "e")],
        "a: {e: 2, d: x}\n",
    );
}

#[test]
fn a_child_in_braces_goes_with_its_own_comments_and_no_others() {
    let lines =
        "a: {\n  # over b\n  b: 1, # b\n  # over c\n  c: 2, # c\n\n  # over d\n  d: 3 # d\n  # end\n}\n";
    let without = |gone: &str| {
        assert!(lines.contains(gone), "{gone}");
        lines.replace(gone, "")
    };
    check(lines, &[remove("a.b")], &without("  # over b\n  b: 1, # b\n"));
    check(lines, &[remove("a.c")], &without("  # over c\n  c: 2, # c\n\n"));
    check(lines, &[remove("a.d")], &without("\n  # over d\n  d: 3 # d\n").replace("2,", "2"));
    // What closes the braces on its line must not get behind a comment.
    check("a: {b: 1, # b\n  c: 2}\n", &[remove("a.c")], "a: {b: 1 # b\n  }\n");
    check("a: {b: 1,\n  # over c\n  c: 2 }\n", &[remove("a.c")], "a: {b: 1 }\n");
    check("a: [b, # b\n  # over c\n  c]\n", &[remove("a[1]")], "a: [b # b\n  ]\n");
    // On a line of several a comment speaks of all of them.
    check("a: {b: 1, c: 2, # both\n  d: 3}\n", &[remove("a.c")], "a: {b: 1, # both\n  d: 3}\n");
    check("a: {b: 1, c: 2, # both\n  d: 3}\n", &[remove("a.b")], "a: {c: 2, # both\n  d: 3}\n");
    check("a: {b: 1, c: 2 # both\n  }\n", &[remove("a.c")], "a: {b: 1 # both\n  }\n");
    check("a: {\n  b: 1, c: 2 # both\n}\n", &[remove("a.b")], "a: {\n  c: 2 # both\n}\n");
    check("a: {b: 1, # b\n  c: 2}\n", &[remove("a.b")], "a: {c: 2}\n");
    check("a: {b: 1, # b\n  # over c\n  c: 2}\n", &[remove("a.b")], "a: {\n  # over c\n  c: 2}\n");
    check("a: {b: 1 # b\n  , c: 2 # c\n  }\n", &[remove("a.c")], "a: {b: 1 # b\n  }\n");
    let windows = "a: {\r\n  b: 1, # b\r\n  c: 2 # c\r\n}\r\n";
    check(windows, &[remove("a.c")], "a: {\r\n  b: 1 # b\r\n}\r\n");
    check(windows, &[remove("a.b")], "a: {\r\n  c: 2 # c\r\n}\r\n");
}

#[test]
fn a_child_in_braces_stands_before_its_siblings_comments() {
    let new = || NewNode::Value(text("x"));
    check(
        "a: {\n  b: 1,\n  # over c\n  c: 2\n}\n",
        &[insert("a.m", new(), Some("c"))],
        "a: {\n  b: 1,\n  m: x,\n  # over c\n  c: 2\n}\n",
    );
    check(
        "a: {\n  # over b\n  b: 1\n}\n",
        &[insert("a.m", new(), Some("b"))],
        "a: {\n  m: x,\n  # over b\n  b: 1\n}\n",
    );
    check(
        "a: {\r\n  # over b\r\n  b: 1\r\n}\r\n",
        &[insert("a.m", new(), Some("b"))],
        "a: {\r\n  m: x,\r\n  # over b\r\n  b: 1\r\n}\r\n",
    );
}

#[test]
fn an_entry_in_braces_comes_back_as_it_stood() {
    // (the text, the entry, the sibling that it stood before)
    let cases = [
        ("r: {a: {x: 1, # c\n    y: 2}, b: {x: 2}}\n", "r.a", Some("b")),
        ("r: {b: {x: 2}, a: {\n    x: 1,\n    y: [ 1,2 ],  # c\n}}\n", "r.a", None),
        ("r: {\n  a: {x: 1,\n      y: 2},\n  b: {x: 2}\n}\n", "r.a", Some("b")),
        ("r: {\r\n  a: {x: 1, # c\r\n      y: 2},\r\n  b: {x: 2}\r\n}\r\n", "r.a", Some("b")),
        ("r: {b: {x: 2}, a: {x: !!str 1, y: &k 2, z: [*k]}}\n", "r.a", None),
        ("r: {b: &b {x: 2}, a: *b}\n", "r.a", None),
        ("{\n  \"r\": {\n    \"a\": {\n      \"x\": 1\n    },\n    \"b\": {}\n  }\n}\n", "r.a", Some("b")),
        ("{\"r\":{\"b\":{}, \"a\": {\"x\":\"1\"}}}", "r.a", None),
    ];
    for (text, at, before) in cases {
        let tree = read(text);
        let Ok(excerpt) = Yaml.excerpt(&tree, &path(at)) else { panic!("no excerpt of\n{text}") };
        check(text, &[remove(at), insert(at, NewNode::Entry(excerpt), before)], text);
    }
    // A key that leans on its quotes keeps them; only the space behind its colon is new.
    let json = read(r#"{"r":{"a":{"x":"1"},"b":{}}}"#);
    let excerpt = Yaml.excerpt(&json, &path("r.a")).unwrap_or_default();
    assert_eq!(excerpt, "\"a\": {\"x\":\"1\"}\n");
    check(
        r#"{"r":{"b":{}}}"#,
        &[insert("r.a", NewNode::Entry(excerpt), Some("b"))],
        r#"{"r":{"a": {"x":"1"}, "b":{}}}"#,
    );
}

#[test]
fn an_entry_goes_with_its_comments() {
    check(
        FILE,
        &[remove("http.routers.a")],
        &with("    # The first.\n    a:\n      rule: Host(`a`) # main\n      service: a\n\n", ""),
    );
    check(
        FILE,
        &[remove("http.routers.b")],
        &with("\n    # The second.\n    b:\n      rule: Host(`b`)\n      service: b\n", ""),
    );
    check("# file\na: 1\nb: 2\n", &[remove("a")], "# file\nb: 2\n");
    check("a: 1\n  # deeper\nb: 2\n", &[remove("b")], "a: 1\n  # deeper\n");
}

#[test]
fn emptied_parents_go_too() {
    check(
        FILE,
        &[remove("http.services.a.loadBalancer.servers[0].url")],
        &FILE[..FILE.find("\n  services").unwrap_or(0)],
    );
    check("a:\n  b:\n    c: 1\nd: 1\n", &[remove("a.b.c")], "d: 1\n");
    check("# file\n\na:\n  b: 1\n# end\n", &[remove("a.b")], "# file\n\n# end\n");
    check("---\na: 1\n...\n", &[remove("a")], "---\n...\n");
    check("a:\n  b: 1\n  c: 2\nd: 1\n", &[remove("a.b"), remove("a.c")], "d: 1\n");
    check("a:\n  b: 1\nc:\n  d: 1\n", &[remove("a.b"), remove("c.d")], "");
    check("a:\n  b: 1\nd: 1\n", &[remove("a.b"), set("a.c", text("x"))], "d: 1\na:\n  c: x\n");
    check("a:\n  b: 1\nd: 1\n", &[set("a.c", text("x")), remove("a.b")], "a:\n  c: x\nd: 1\n");
    check("s:\n- a: 1\n  b: 2\n- c: 3\n", &[remove("s[0].a")], "s:\n- b: 2\n- c: 3\n");
}

#[test]
fn a_key_is_renamed_in_place() {
    check(FILE, &[rename("http.routers.a", "web")], &with("    a:\n      rule", "    web:\n      rule"));
    check("'a': 1\n", &[rename("a", "b c")], "'b c': 1\n");
    check("\"a\" : 1\n", &[rename("a", "b")], "\"b\" : 1\n");
    check("a: 1\n", &[rename("a", "yes")], "\"yes\": 1\n");
    check("a: 1\n", &[rename("a", "x: w2")], "\"x: w2\": 1\n");
    check("{a: 1}\n", &[rename("a", "b")], "{b: 1}\n");
    check("a: 1\nb: 2\n", &[rename("a", "c"), rename("b", "a"), rename("c", "b")], "b: 1\na: 2\n");
    check("a: {x: 1}\n", &[rename("a", "b"), set("b.x", text("w2"))], "b: {x: w2}\n");
    assert!(matches!(refused("a: 1\nb: 2\n", &[rename("a", "b")]), EditError::Exists { .. }));
    assert!(matches!(refused("a: 1\n", &[set("b", text("x")), rename("a", "b")]), EditError::Exists { .. }));
    assert!(matches!(refused("a: 1\n", &[rename("b", "c")]), EditError::Target { .. }));
}

#[test]
fn an_entry_stands_before_its_sibling_and_that_ones_comments() {
    let new = NewNode::Value(map(&[("rule", text("x"))]));
    check(
        FILE,
        &[insert("http.routers.c", new.clone(), Some("b"))],
        &with("    # The second.\n", "    c:\n      rule: x\n    # The second.\n"),
    );
    check(
        FILE,
        &[insert("http.routers.c", new.clone(), Some("a"))],
        &with("    # The first.\n", "    c:\n      rule: x\n    # The first.\n"),
    );
    check("a: 1\n", &[insert("b", NewNode::Value(text("x")), Some("gone"))], "a: 1\nb: x\n");
    check("- a: 1\n", &[insert("[0].b", NewNode::Value(text("x")), Some("a"))], "- b: x\n  a: 1\n");
    check(
        "a: 1\n",
        &[
            insert("b", NewNode::Value(text("x")), Some("a")),
            insert("c", NewNode::Value(text("w2")), Some("b")),
        ],
        "c: w2\nb: x\na: 1\n",
    );
    assert!(matches!(refused(FILE, &[insert("http.routers.a", new, None)]), EditError::Exists { .. }));
}

#[test]
fn an_entry_of_text_is_kept_as_it_is_written() {
    let written =
        "# new\nc:\n    rule: |\n        Host(`c`)\n\n        || x\n    # inside\n    service: 'c' # d\n";
    let moved = "    # new\n    c:\n        rule: |\n            Host(`c`)\n\n            || x\n        # inside\n        service: 'c' # d\n";
    check(
        FILE,
        &[entry("http.routers.c", written)],
        &with("      service: b\n", &format!("      service: b\n{moved}")),
    );
    check(
        FILE,
        &[entry("http.routers.a", written.replace("c:\n", "a:\n").as_str())],
        &with(
            "    # The first.\n    a:\n      rule: Host(`a`) # main\n      service: a\n",
            &moved.replace("c:\n", "a:\n"),
        ),
    );
    check("a: 1\r\n", &[entry("b", "b:\n  c: 1\n")], "a: 1\r\nb:\r\n  c: 1\r\n");
    check("a: {b: 1}\n", &[entry("a.c", "c:\n  - x\n  - 'w2, z'\n")], "a: {b: 1, c: [x, 'w2, z']}\n");
    check("a:\n", &[entry("a.b.c", "# d\nc: 1\n")], "a:\n  b:\n    # d\n    c: 1\n");
    check("x: &x 1\n", &[entry("b", "b: *x\n")], "x: &x 1\nb: *x\n");
    check("a: 1\nb: 2\n", &[entry("b", "\n\nb: 3\n\n\n")], "a: 1\nb: 3\n");
    check("- a: 1\n  b: 2\n", &[entry("[0].a", "a: 3 # c\n")], "- a: 3 # c\n  b: 2\n");
}

#[test]
fn an_entry_that_is_not_one_is_refused() {
    for text in [
        "",
        "# c\n",
        "x: 1\n",
        "b: 1\nc: 2\n",
        "- b\n",
        "{b: 1}\n",
        "  b: 1\n",
        "b: [\n",
        "---\nb: 1\n",
        "b: 1\n...\n",
        "b: *x\n",
        "b: 1\nb: 2\n",
        "\u{feff}b: 1\n",
    ] {
        let error = refused("a: 1\n", &[entry("b", text)]);
        assert!(matches!(error, EditError::Entry(_)), "{text:?}: {error}");
    }
    let error = refused("a: {b: 1}\n", &[entry("a.c", "c: 1 # why\n")]);
    assert!(matches!(error, EditError::Target { .. }), "{error}");
}

#[test]
fn places_that_cannot_be_are_refused() {
    for at in ["a.b", "l.x", "l[5]", "m[0]"] {
        let error = refused("a: 1\nl: [x]\nm: {k: v}\n", &[set(at, text("x"))]);
        assert!(matches!(error, EditError::Target { .. }), "{at}: {error}");
    }
    for at in ["b", "l[1]", ""] {
        let error = refused("a: 1\nl: [x]\n", &[remove(at)]);
        assert!(matches!(error, EditError::Target { .. }), "{at}: {error}");
    }
}

#[test]
fn what_is_shared_is_not_changed_by_the_way() {
    let file = "\
base: &base
  tls: &tls {options: x}
  on: &on yes
a:
  <<: *base
  own: 1
b:
  tls: *tls
  on: *on
";
    for edit in [
        set("b.tls.options", text("w2")),
        set("a.tls.options", text("w2")),
        remove("a.tls"),
        remove("base"),
        remove("base.tls"),
        set("base.tls", text("w2")),
        set("base.tls.options", text("w2")),
        set("base.new", text("w2")),
        set("base.on", text("w2")),
        rename("base.tls", "tsl"),
    ] {
        let error = refused(file, std::slice::from_ref(&edit));
        assert!(matches!(error, EditError::Shared { .. }), "{edit:?}: {error}");
    }
    let error = refused(file, &[remove("base.on")]).to_string();
    assert_eq!(
        error,
        "base.on holds the anchor `&base`, which line 5 uses, so that more than this would change; write the value out there first"
    );
    check(file, &[set("a.tls", text("w2"))], &file.replace("  own: 1\n", "  own: 1\n  tls: w2\n"));
    check(file, &[set("b.tls", text("z"))], &file.replace("tls: *tls", "tls: z"));
    check(file, &[set("a.on", text("yes"))], file);
    check(file, &[remove("b.tls")], &file.replace("  tls: *tls\n", ""));
}

#[test]
fn an_edit_that_fails_leaves_nothing_half_done() {
    assert!(edited("a: 1\n", &[set("a", Value::Int(2)), remove("b")]).is_err());
}

#[test]
fn the_deepest_file_that_is_read_can_be_edited() {
    let deep = |value: &str| format!("{}{value}{}\n", "{a: ".repeat(128), "}".repeat(128));
    let path = (0..128).map(|_| "a").collect::<Vec<_>>().join(".");
    check(&deep("x"), &[set(&path, text("z"))], &deep("z"));
    assert!(matches!(refused(&deep("x"), &[set(&path, map(&[("b", text("z"))]))]), EditError::Guard { .. }));
}

#[test]
fn many_edits_of_one_file_are_made_in_their_order() {
    let edits: Vec<_> = (0..50).map(|at| set(&format!("l[{at}]"), text(&format!("v{at}")))).collect();
    let lines: Vec<_> = (0..50).map(|at| format!("  - v{at}\n")).collect();
    check("k: 1\n", &edits, &format!("k: 1\nl:\n{}", lines.concat()));
    let keys: Vec<_> = (0..50).map(|at| set(&format!("m.k{at}"), Value::Int(at))).collect();
    let lines: Vec<_> = (0..50).map(|at| format!("  k{at}: {at}\n")).collect();
    check("m:\n  x: 1\n", &keys, &format!("m:\n  x: 1\n{}", lines.concat()));
}
