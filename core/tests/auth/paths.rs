use proptest::prelude::*;
use traefik_manager_core::auth::ReturnPath;

#[test]
fn places_on_this_site_are_kept() {
    for path in [
        "/",
        "/routes",
        "/routes?tab=tcp&q=a%20b",
        "/a/b#c",
        "/%2f%2fhost",
        "/a//b",
        "/?next=//host",
        "/a?x=../..",
        "/login/otp",
        "/:80",
        "/@host",
        "/a:b@c",
        "/...",
        "/.well-known/x",
    ] {
        assert_eq!(ReturnPath::parse(path).as_str(), path);
    }
}

#[test]
fn places_elsewhere_become_the_first_page() {
    for path in [
        "",
        "routes",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a\\b",
        "/a\0b",
        "/a\u{7f}",
        "/a b",
        "/é",
        "/\u{ff0f}evil.example",
        "/\u{2028}",
        "/a\r\nSet-Cookie: x=1",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/a/%2E%2e//x",
        "/a/..",
        "?next=/",
        "#/",
        "evil.example/",
        "/\u{a0}/evil.example",
    ] {
        assert_eq!(ReturnPath::parse(path).as_str(), "/", "{path:?}");
    }
}

#[test]
fn a_long_path_becomes_the_first_page() {
    let longest = format!("/{}", "a".repeat(2_047));
    assert_eq!(ReturnPath::parse(&longest).as_str(), longest);
    assert_eq!(ReturnPath::parse(&format!("{longest}a")), ReturnPath::default());
    assert_eq!(ReturnPath::parse(&"/".repeat(1_000_000)), ReturnPath::default());
}

/// What a browser does before it looks at a `Location`: it strips tabs and line breaks anywhere and blanks at
/// the ends, and takes `\` for `/`.
fn as_a_browser_reads_it(path: &str) -> String {
    path.trim_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "").replace('\\', "/")
}

proptest! {
    #[test]
    fn whatever_is_kept_stays_on_this_site(text in r"[/\\]{0,3}[\PC\t\n\r\\/.:@?#%]{0,40}") {
        let path = ReturnPath::parse(&text);
        let read = as_a_browser_reads_it(path.as_str());
        prop_assert_eq!(&read, path.as_str(), "nothing is left for a browser to tidy up");
        prop_assert!(read.starts_with('/') && !read.starts_with("//"));
        prop_assert!(path.as_str() == text || path.as_str() == "/");
        prop_assert!(read.is_ascii());
    }

    #[test]
    fn plain_paths_are_kept(text in "/[a-z0-9_%-]{0,20}(/[a-z0-9_-]{1,20}){0,4}(\\?[a-z0-9=&%]{0,30})?") {
        prop_assume!(!text.starts_with("//") && !text.to_lowercase().contains("%2e"));
        let path = ReturnPath::parse(&text);
        prop_assert_eq!(path.as_str(), text);
    }
}
