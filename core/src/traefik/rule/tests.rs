#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn parse_http(text: &str) -> Result<Rule, RuleError> {
    Rule::parse(text, Protocol::Http, Syntax::V3)
}

fn http(text: &str) -> String {
    parse_http(text).unwrap().to_string()
}

#[test]
fn rules_read_back_in_the_usual_spelling() {
    for (text, usual) in [
        ("Host(`a.b`)", "Host(`a.b`)"),
        ("HOST(\"a.b\")", "Host(`a.b`)"),
        ("host(`a`)&&!path(`/x`,)", "Host(`a`) && !Path(`/x`)"),
        ("Host(`a`) || Host(`b`) && Path(`/`)", "Host(`a`) || Host(`b`) && Path(`/`)"),
        ("(Host(`a`) || Host(`b`)) && Path(`/`)", "(Host(`a`) || Host(`b`)) && Path(`/`)"),
        ("!(Host(`a`) && !!Host(`b`))", "!(Host(`a`) && !!Host(`b`))"),
        ("((Host(`a`)))", "Host(`a`)"),
        ("Host(`a`) || // the old name\n\tHost(`b`) /* x\n */\n", "Host(`a`) || Host(`b`)"),
        ("Header(`X`, \"a`b\\n\")", "Header(`X`, \"a`b\\n\")"),
        ("Query(`a`) && Query(`a`, `b`)", "Query(`a`) && Query(`a`, `b`)"),
        ("\u{feff}Host(`a`)", "Host(`a`)"),
    ] {
        assert_eq!(http(text), usual, "{text}");
        assert_eq!(http(usual), usual);
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, offset, message, remedy) in [
        ("Hots(`a`)", 0, "unknown matcher `Hots`", "did you mean `Host`?"),
        ("Host(`a`) && hOsT(`b`)", 13, "unknown matcher `hOsT`", "did you mean `Host`?"),
        (
            "HostHeader(`a`)",
            0,
            "unknown matcher `HostHeader`",
            "it belongs to another kind of router or another `ruleSyntax`",
        ),
        ("Host(`a`, `b`)", 0, "Host takes one value, not 2", "write Host(`a`) || Host(`b`)"),
        ("Host(``)", 5, "Host has an empty value", "write a value between the backticks"),
        (
            "Host('a')",
            5,
            "single quotes are not allowed",
            "write the value between backticks, like Host(`example.com`)",
        ),
        ("Host(`bücher`)", 5, "Host takes only ASCII", "write the name in its xn--… form (punycode)"),
        ("Path(`x`)", 5, "Path has a path without a slash", "begin it with /"),
        ("Host(`a`) &&", 12, "the rule ends too early", "add a matcher like Host(`example.com`)"),
        (
            "Host(`a`)\n|| Host(`b`)",
            9,
            "the line breaks in the wrong place",
            "break the line after && or ||, not before",
        ),
        ("Host(`a`) | Host(`b`)", 10, "a single | means nothing", "write || for \"or\""),
        (
            "ClientIP(`10.0.0.0/33`)",
            9,
            "ClientIP has no valid address: `10.0.0.0/33`",
            "write an IP address or a range like 10.0.0.0/8",
        ),
        (
            "PathRegexp(`(`)",
            11,
            "PathRegexp has a regular expression that Go cannot read: a parenthesis is not closed",
            "correct it",
        ),
    ] {
        let error = parse_http(text).unwrap_err();
        assert_eq!(
            (error.offset, error.message.as_str(), error.remedy.as_str()),
            (offset, message, remedy),
            "{text}"
        );
    }
    let error = parse_http("Hots(`a`)").unwrap_err();
    assert_eq!(error.to_string(), "unknown matcher `Hots` (at byte 0 of the rule): did you mean `Host`?");
    assert!(Rule::parse("Host(`a`)", Protocol::Udp, Syntax::V3).is_err());
}

#[test]
fn deep_and_long_rules_do_not_overflow() {
    let deep = format!("{}Host(`a`){}", "(".repeat(50_000), ")".repeat(50_000));
    assert!(parse_http(&deep).is_err());
    assert!(parse_http(&format!("{}Host(`a`)", "!".repeat(50_000))).is_err());
    let long = vec!["Host(`a`)"; 20_000].join(" || ");
    assert_eq!(http(&long), long);
    let groups = format!("PathRegexp(`{}`)", "(".repeat(10_000));
    assert!(parse_http(&groups).is_err());
}

#[test]
fn simple_rules_are_lists_of_hosts() {
    let simple = |text| parse_http(text).unwrap().simple_hosts();
    assert_eq!(simple("Host(`a`)"), Some(vec!["a".to_owned()]));
    assert_eq!(simple("Host(`a`) || Host(`b`)"), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(simple("Host(`a`) && Host(`b`)"), None);
    assert_eq!(simple("Host(`a`) || Path(`/`)"), None);
    assert_eq!(simple("Host(`a`) || !Host(`b`)"), None);
}

#[test]
fn only_exactly_v2_is_version_2() {
    assert_eq!(Syntax::of_setting(Some("v2")), Syntax::V2);
    for other in [None, Some("V2"), Some("v3"), Some("")] {
        assert_eq!(Syntax::of_setting(other), Syntax::V3);
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "Host\\(`[a-z.*]{1,9}`\\)",
        "(Path|pathprefix)\\(`/[a-z]{0,3}`\\)",
        "Header\\(`[A-Za-z-]{1,5}`, \"([ -!#-\\[\\]-~]|\\\\n|\\\\u00e9|\\\\\"|`){1,5}\"\\)",
        "(HOST|Method|Hots)\\(`[ -~]{1,5}`\\)",
        "PathRegexp\\(`[a-z().*+?|\\[\\]{}0-9,^$]{1,8}`\\)",
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), "(&&| \\|\\| |\n&& |&&\n)", inner.clone())
                .prop_map(|(a, op, b)| format!("{a}{op}{b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.prop_map(|a| format!("!{a}")),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        for (protocol, syntax) in [(Protocol::Http, Syntax::V3), (Protocol::Tcp, Syntax::V2)] {
            if let Err(error) = Rule::parse(&text, protocol, syntax) {
                prop_assert!(text.is_char_boundary(error.offset));
            }
        }
    }

    #[test]
    fn what_is_taken_reads_back_as_the_same_rule(text in expression()) {
        match parse_http(&text) {
            Ok(rule) => prop_assert_eq!(parse_http(&rule.to_string()), Ok(rule)),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn any_regular_expression_is_answered(text in "[a-c()\\[\\]{}0-9,.*+?|\\\\^$:<>PQEipd-]{0,20}") {
        let rule = format!("PathRegexp(`{text}`)");
        prop_assert_eq!(parse_http(&rule).is_ok(), !text.is_empty() && regex::check(&text).is_ok());
    }
}
