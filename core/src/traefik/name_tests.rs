#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

#[test]
fn ordinary_names_are_taken_as_they_are() {
    for name in ["app", "my-app_2.web", "Größe", "写真", "a b", "1", "true", "1.5", "2001-01-01", "null"]
    {
        assert_eq!(ObjectName::parse_new(name).unwrap().as_str(), name);
    }
    assert!(ObjectName::parse_new(&"x".repeat(200)).is_ok());
}

#[test]
fn names_that_cannot_be_referred_to_or_shown_are_refused() {
    for (name, error) in [
        ("", NameError::Empty),
        (" \t", NameError::Empty),
        (" app", NameError::Spaces),
        ("app\n", NameError::Spaces),
        ("foo@docker", NameError::Provider),
        ("a/b", NameError::Character('/')),
        ("x::y", NameError::Character(':')),
        ("a\nb", NameError::Character('\n')),
        ("a\u{0}b", NameError::Character('\0')),
        ("a`b", NameError::Character('`')),
        ("{{ env }}", NameError::Character('{')),
        ("a║b", NameError::Character('║')),
        ("a,b", NameError::Character(',')),
    ] {
        assert_eq!(ObjectName::parse_new(name), Err(error), "{name:?}");
    }
    assert_eq!(ObjectName::parse_new(&"x".repeat(201)), Err(NameError::TooLong));
}

#[test]
fn a_reference_names_an_object_of_the_files_with_or_without_their_provider() {
    for (reference, name) in [
        ("app", "app"),
        ("app@file", "app"),
        ("app@docker", "app@docker"),
        ("a@file@file", "a@file"),
        ("", ""),
    ] {
        assert_eq!(in_files(reference), name);
    }
}

#[test]
fn domains_are_read_as_people_type_them() {
    for (typed, host) in [
        ("example.com", "example.com"),
        (" App.Example.COM ", "app.example.com"),
        ("*.example.com", "*.example.com"),
        ("example.com.", "example.com."),
        ("localhost", "localhost"),
        ("my_app.local", "my_app.local"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("192.168.1.10", "192.168.1.10"),
    ] {
        assert_eq!(Hostname::parse(typed).unwrap().as_str(), host);
    }
}

#[test]
fn what_is_no_domain_is_refused_with_its_reason() {
    for (typed, error) in [
        ("", HostnameError::Empty),
        ("x`) || PathPrefix(`/", HostnameError::Address),
        ("x`) || Host(`y", HostnameError::Character('`')),
        ("bücher.example", HostnameError::NotAscii),
        ("https://example.com", HostnameError::Address),
        ("example.com/path", HostnameError::Address),
        ("example.com:8080", HostnameError::Port),
        ("a b", HostnameError::Character(' ')),
        ("a..b", HostnameError::EmptyLabel),
        (".a", HostnameError::EmptyLabel),
        ("*", HostnameError::Wildcard),
        ("*.", HostnameError::EmptyLabel),
        ("a.*.b", HostnameError::Wildcard),
        ("*x.example.com", HostnameError::Wildcard),
        ("{{ env \"X\" }}", HostnameError::Character('{')),
    ] {
        assert_eq!(Hostname::parse(typed), Err(error), "{typed:?}");
    }
    assert_eq!(Hostname::parse(&"a".repeat(64)), Err(HostnameError::TooLong));
    assert_eq!(Hostname::parse(&"a.".repeat(150)), Err(HostnameError::TooLong));
}

proptest! {
    #[test]
    fn a_host_reads_back_and_stays_inside_its_backticks(text in "\\PC{0,40}") {
        if let Ok(host) = Hostname::parse(&text) {
            prop_assert_eq!(Hostname::parse(host.as_str()), Ok(host.clone()));
            prop_assert!(!host.as_str().contains('`'));
        }
    }

    #[test]
    fn a_name_is_kept_or_refused_never_changed(text in any::<String>()) {
        if let Ok(name) = ObjectName::parse_new(&text) {
            prop_assert_eq!(name.to_string(), text);
        }
    }
}
