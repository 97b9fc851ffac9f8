//! Scalars set in place: quotes, comments and neighbours stay.

use crate::common::{check, map, path, set, text};
use traefik_manager_core::config::{edit::Edit, value::Value};

#[test]
fn a_scalar_keeps_its_quotes_and_comment() {
    check("a: old # why\nb: 1\n", &[set("a", text("new"))], "a: new # why\nb: 1\n");
    check("a: 'old'   # why\n", &[set("a", text("it's"))], "a: 'it''s'   # why\n");
    check("a: \"old\"\n", &[set("a", text("say \"x\""))], "a: \"say \\\"x\\\"\"\n");
    check("a: \"80\"\n", &[set("a", Value::Int(81))], "a: \"81\"\n");
    check("a: 'true'\n", &[set("a", Value::Bool(false))], "a: 'false'\n");
}

#[test]
fn a_value_that_is_there_already_changes_nothing() {
    check("a:   'x'\nb: 080\n", &[set("a", text("x")), set("b", text("080"))], "a:   'x'\nb: 080\n");
    check(
        "a: 0\nl: [ x,y ]\n",
        &[set("a", Value::Bool(false)), set("l", Value::texts(["x", "y"]))],
        "a: 0\nl: [ x,y ]\n",
    );
}

#[test]
fn text_that_another_reader_takes_for_something_else_is_quoted() {
    let typed = [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "n",
        "true",
        "null",
        "~",
        "NULL",
        "1",
        "-1",
        "+1",
        "1_000",
        "010",
        "0x1F",
        "0o7",
        "0b1",
        "1.5",
        ".5",
        "1e3",
        "12:30:45",
        "2001-01-01",
        "=",
        "<<",
        ".inf",
        "-.INF",
        ".nan",
    ];
    for word in typed {
        check("a: b\n", &[set("a", text(word))], &format!("a: \"{word}\"\n"));
    }
}

#[test]
fn text_that_is_safe_stays_plain() {
    let plain = [
        "Host(`a.b`) && PathPrefix(`/x`)",
        "http://10.0.0.1:80",
        "10s",
        "a:b",
        "a#b",
        "-a",
        "10.0.0.0/8",
        "10.0.0.1",
        "it's",
        "wéb",
        "a, b",
        "x{y}",
        "500-599",
        "web@file",
        "*.x".trim_start_matches('*'),
    ];
    for word in plain {
        check("a: b\n", &[set("a", text(word))], &format!("a: {word}\n"));
    }
}

#[test]
fn text_that_would_break_the_line_is_quoted() {
    for (word, written) in [
        ("", r#""""#),
        ("a: b", r#""a: b""#),
        ("a #b", r#""a #b""#),
        ("a:", r#""a:""#),
        (" a", r#"" a""#),
        ("!Host(`a`)", r#""!Host(`a`)""#),
        ("*", r#""*""#),
        ("[::1]:80", r#""[::1]:80""#),
        ("- a", r#""- a""#),
        ("a\nb", r#""a\nb""#),
        ("a\tb\u{7}", r#""a\tb\x07""#),
        (r"\d+: x", r"'\d+: x'"),
        ("\"x\"", r#"'"x"'"#),
        ("a\u{2028}b\u{85}", r#""a\u2028b\x85""#),
        ("---", r#""---""#),
        ("`x`", r#""`x`""#),
        ("@x", r#""@x""#),
    ] {
        check("a: b\n", &[set("a", text(word))], &format!("a: {written}\n"));
    }
}

#[test]
fn text_in_brackets_is_quoted_for_brackets() {
    check("a: [b]\n", &[set("a[0]", text("x, y"))], "a: [\"x, y\"]\n");
    check("a: {b: c}\n", &[set("a.b", text("x{1}"))], "a: {b: \"x{1}\"}\n");
    check("a: {b}\n", &[set("a.b", text("c"))], "a: {b: c}\n");
    check("a: {b: , c: d}\n", &[set("a.b", text("x"))], "a: {b: x , c: d}\n");
}

#[test]
fn verbatim_stays_as_it_is_spelled() {
    check("a: 1\n", &[set("a", Value::Verbatim("0x10".to_owned()))], "a: 0x10\n");
    check("a: 1\n", &[set("a", Value::Verbatim("{{ env \"P\" }}".to_owned()))], "a: {{ env \"P\" }}\n");
    let reason =
        crate::common::refused("a: 1\n", &[set("a", Value::Verbatim("x: y".to_owned()))]).to_string();
    assert!(reason.contains("without quotes") || reason.contains("second `: `"), "{reason}");
}

#[test]
fn nulls_take_a_value() {
    check("a:\nb: 1\n", &[set("a", text("x"))], "a: x\nb: 1\n");
    check("a: # why\n", &[set("a", text("x"))], "a: x # why\n");
    check("a: ~\n", &[set("a", Value::Int(3))], "a: 3\n");
    check("- \n- b\n", &[set("[0]", text("x"))], "- x \n- b\n");
    check("a: x\n", &[set("a", Value::Null)], "a: null\n");
}

#[test]
fn block_texts_are_replaced_whole() {
    check("a: |\n  one\n  two\n\nb: 1\n", &[set("a", text("x"))], "a: x\n\nb: 1\n");
    check("a: >-\n  one\n  two\nb: 1\n", &[set("a", text("x y"))], "a: x y\nb: 1\n");
    check("a: one\n  two\nb: 1\n", &[set("a", text("x"))], "a: x\nb: 1\n");
}

#[test]
fn a_value_on_its_own_line_is_replaced_there() {
    check("a:\n  x\nb: 1\n", &[set("a", text("z"))], "a:\n  z\nb: 1\n");
    check("a:\n  x # c\n", &[set("a", map(&[("k", text("v"))]))], "a:\n  k: v # c\n");
}

#[test]
fn templates_stand_as_they_are_written() {
    let file = "a: \"Host(`{{ env \"D\" }}`)\"\nb: {{ env \"X\" }}\n";
    check(file, &[set("a", text("Host(`{{ env \"E\" }}`)"))], &file.replace("\"D\"", "\"E\""));
    check("a: b\n", &[set("a", text("{{ env \"X\" }}/y"))], "a: {{ env \"X\" }}/y\n");
    check("a: b\n", &[set("a", text("x: {{ env `X` }}"))], "a: \"x: {{ env `X` }}\"\n");
    check("a: 'b'\n", &[set("a", text("{{ env \"X\" }}"))], "a: '{{ env \"X\" }}'\n");
    let reason = crate::common::refused("a: b\n", &[set("a", text("{{ if x }}"))]).to_string();
    assert!(reason.contains("decides which lines"), "{reason}");
    let reason = crate::common::refused("a: b\n", &[set("a", text("{{"))]).to_string();
    assert!(reason.contains("never closed"), "{reason}");
}

#[test]
fn a_tag_goes_with_its_value() {
    check("a: !!str 5\n", &[set("a", Value::Int(6))], "a: 6\n");
}

#[test]
fn only_the_named_bytes_change_in_a_file_with_windows_line_ends_and_a_byte_order_mark() {
    check("\u{feff}a: 1\r\nb: 2\r\n", &[set("b", Value::Int(3))], "\u{feff}a: 1\r\nb: 3\r\n");
    check("\u{feff}a: 1\r\n", &[set("c.d", Value::Int(3))], "\u{feff}a: 1\r\nc:\r\n  d: 3\r\n");
    check("\u{feff}", &[Edit::set(path("a"), text("b"))], "\u{feff}a: b\n");
}

#[test]
fn a_comment_behind_the_mark_of_a_block_text_outlives_the_text() {
    check("a: |- # why\n  x\n  y\nb: 1\n", &[set("a", text("z"))], "a: z # why\nb: 1\n");
    check("a: !!str >\t# why\r\n  x\r\nb: 1\r\n", &[set("a", text("z"))], "a: z\t# why\r\nb: 1\r\n");
    check("a: | # why\n  x\nb: 1\n", &[set("a", Value::texts(["z"]))], "a: # why\n  - z\nb: 1\n");
    check("a: | # why\n  x\nb: 1\n", &[set("a", Value::List(Vec::new()))], "a: [] # why\nb: 1\n");
    check("- | # why\n  x\n- y\n", &[set("[0]", text("z"))], "- z # why\n- y\n");
    check("- | # why\n  x\n- y\n", &[set("[0]", Value::map([("k", text("z"))]))], "- # why\n  k: z\n- y\n");
    check("a:\n  | # why\n  x\nb: 1\n", &[set("a", text("z"))], "a:\n  z # why\nb: 1\n");
    check("a:\n  | # why\n  x\nb: 1\n", &[set("a", Value::texts(["z"]))], "a:\n  # why\n  - z\nb: 1\n");
    check("a: |\n  # text\nb: 1\n", &[set("a", text("z"))], "a: z\nb: 1\n");
}
