//! How messages are recognised.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

const ENGLISH: &str = "\u{1}. \u{2}\n\u{1}; \u{2}\n`\u{1}` \u{2}\n\u{1}: \u{2}\n\
    the rule does not hold: \u{1}\n\
    the rule does not hold: it is empty\n\
    it is empty\n\
    \u{1} is used by \u{2}\n\
    \u{1} not found\n\
    must be true or false\n\
    write one, as in `\u{1}`\n\
    \u{1} is not \u{1}\n\
    from \u{1} to \u{2}\n\
    router";
const GERMAN: &str = "\u{1}. \u{2}\n\u{1}; \u{2}\n`\u{1}` \u{2}\n\u{1}: \u{2}\n\
    die Regel gilt nicht: \u{1}\n\
    die Regel ist leer\n\
    sie ist leer\n\
    \u{2} verwenden \u{1}\n\
    \u{1} gibt es nicht\n\
    muss true oder false sein\n\
    schreiben Sie eine, etwa `\u{1}`\n\
    \u{1} ist nicht \u{1}\n\
    bis \u{2} von \u{1}\n\
    Router";

fn known() -> Known {
    Known::read(std::array::from_fn(|number| if number == 0 { ENGLISH } else { GERMAN }), 4)
}

fn german(english: &str) -> Option<String> {
    known().say(Language::parse("de").unwrap(), english).map(|put| put.said)
}

#[test]
fn a_message_is_recognised_whatever_varies_in_it() {
    for (english, said) in [
        ("must be true or false", "muss true oder false sein"),
        ("`x` is used by a, b", "a, b verwenden `x`"),
        ("the router `x` not found", "the router `x` gibt es nicht"),
        ("from 1 to 2", "bis 2 von 1"),
        ("write one, as in `Host(`a`)`", "schreiben Sie eine, etwa `Host(`a`)`"),
        ("ä not found", "ä gibt es nicht"),
        (" is used by ", " verwenden "),
        ("a is not a", "a ist nicht a"),
    ] {
        assert_eq!(german(english).as_deref(), Some(said), "{english}");
    }
    for unknown in
        ["", "must be true", "must be true or false!", "a is not b", "write one, as in `x", "ä", ": "]
    {
        assert_eq!(german(unknown), None, "{unknown}");
    }
}

#[test]
fn the_pattern_with_most_of_its_letters_says_it() {
    assert_eq!(german("the rule does not hold: it is empty").unwrap(), "die Regel ist leer");
    assert_eq!(german("the rule does not hold: it is what").unwrap(), "die Regel gilt nicht: it is what");
}

#[test]
fn what_varies_is_said_too_where_it_is_a_message_and_not_a_name() {
    assert_eq!(
        german("the rule does not hold: x not found").unwrap(),
        "die Regel gilt nicht: x gibt es nicht"
    );
    assert_eq!(german("router is used by router").unwrap(), "Router verwenden Router");
    assert_eq!(german("write one, as in `it is empty`").unwrap(), "schreiben Sie eine, etwa `it is empty`");
}

#[test]
fn what_is_joined_is_taken_apart_where_most_is_recognised() {
    for (english, said) in [
        ("it is empty; must be true or false", "sie ist leer; muss true oder false sein"),
        ("a; b not found; it is empty", "a; b gibt es nicht; sie ist leer"),
        ("`try` must be true or false", "`try` muss true oder false sein"),
        ("C: x: it is empty", "C: x: sie ist leer"),
        (
            "home.yml:3: it is empty; must be true or false",
            "home.yml:3: sie ist leer; muss true oder false sein",
        ),
        ("`x` not found; `y` must be true or false", "`x` gibt es nicht; `y` muss true oder false sein"),
        ("home.yml: it is empty. Nobody knows", "home.yml: sie ist leer. Nobody knows"),
    ] {
        assert_eq!(german(english).as_deref(), Some(said), "{english}");
    }
    assert_eq!(german("nobody; knows: this. Or that"), None);
}

/// How often a text is held against a pattern of the program's.
pub(super) fn attempts(text: &str) -> u32 {
    let looking = Looking::new(Known::all(), Language::parse("de").unwrap());
    let _ = looking.say(text, 0);
    MOST_ATTEMPTS - looking.left.get()
}

#[test]
fn what_nobody_meant_to_be_read_takes_no_time() {
    let crafted =
        ["; ", ": a. b; ", "the rule `x` is not valid: ", "`a` ", " is used by ", "x", ": `a` x; ", "add "];
    for text in crafted {
        for times in [1, 3, 20, 200] {
            assert!(attempts(&text.repeat(times)) <= MOST_ATTEMPTS, "{text:?} {times}");
        }
        assert_eq!(attempts(&text.repeat(100_000)), 0, "{text:?}");
    }
    // It is the limit that ends them, and what is long comes to it sooner.
    let looking = |text: &str| {
        let mut looking = Looking::new(Known::all(), Language::parse("de").unwrap());
        looking.left = Cell::new(100 * MOST_ATTEMPTS);
        let _ = looking.say(text, 0);
        100 * MOST_ATTEMPTS - looking.left.get()
    };
    assert!(looking(&"`a` ".repeat(20)) > 10 * MOST_ATTEMPTS);
    assert!(attempts(&"`a` ".repeat(20)) > MOST_ATTEMPTS / 2);
    assert_eq!(cost(&"a".repeat(LONGEST)), 17);
}

#[test]
fn english_stays_as_it_is_and_so_does_what_is_not_known_with_a_word_about_it() {
    let english = said_in(Language::english(), "no <such> thing");
    assert_eq!(english.render().0, "no &lt;such&gt; thing");
    let german = said_in(Language::parse("de").unwrap(), "no <such> thing");
    assert_eq!(german.clone().render().0, "<span lang=\"en\">no &lt;such&gt; thing</span>");
    assert_eq!(german.sentence().text(), "No <such> thing.");
    assert_eq!(said_in(Language::parse("de").unwrap(), "").sentence().render().0, "");
    let refused = said_in(Language::parse("de").unwrap(), "must be true or false");
    assert_eq!(refused.sentence().render().0, "Muss true oder false sein.");
    let of_a_file = said_in(Language::english(), "edge.yml: the name is taken");
    assert_eq!(of_a_file.sentence().text(), "edge.yml: the name is taken.");
}

#[test]
fn a_name_stays_a_name_whatever_it_reads_like() {
    for (english, said) in [
        ("API key put back was revoked", "API-Schlüssel put back wurde widerrufen"),
        (
            "Traefik does not serve service service: there is no middleware `plugin`",
            "Traefik führt das nicht aus (Dienst service): Middleware `plugin` gibt es nicht",
        ),
        ("Middleware plugin was deleted", "Gelöscht: Middleware plugin"),
        ("entry point server is :80 and not :81", "Einstiegspunkt server ist :80 und nicht :81"),
        ("service is empty", "service ist leer"),
    ] {
        assert_eq!(said_in(Language::parse("de").unwrap(), english).text(), said, "{english}");
    }
}

#[test]
fn what_is_english_in_a_message_says_so() {
    for (english, said) in [
        ("Must be true or false", "<span lang=\"en\">Must be true or false.</span>"),
        (
            "the rule `x` is not valid: ß knows <nobody>",
            "Die Regel `x` ist ungültig: <span lang=\"en\">ß knows &lt;nobody&gt;.</span>",
        ),
        (
            "ß knows nobody: must be true or false; this neither",
            "<span lang=\"en\">SS knows nobody</span>: muss true oder false sein; <span lang=\"en\">this neither.</span>",
        ),
        ("`a`, `b` is empty", "`a`, `b` ist leer."),
        ("API key put back was revoked", "API-Schlüssel put back wurde widerrufen."),
    ] {
        assert_eq!(said_in(Language::parse("de").unwrap(), english).sentence().render().0, said, "{english}");
    }
}
