//! One refused file stops every file.

use std::fs;

use crate::support::oracle::{Oracle, Verdict};

fn router(name: &str, host: &str) -> String {
    format!(
        "http: {{routers: {{{name}: {{rule: Host(`{host}`), service: noop@internal, entryPoints: [web]}}}}}}\n"
    )
}

/// The old configuration stays, good files beside it are not read, and after a restart there are no routes at all.
pub(crate) fn one_refused_file_stops_all(oracle: &mut Oracle) {
    let good = [router("first", "a"), router("first", "b"), "http:\n".to_owned(), "# nothing\n".to_owned()];
    // Of two files the first by name has the name, and files that say nothing are fine.
    assert!(matches!(oracle.ask_patiently(&good), Verdict::Taken(_)));
    assert_eq!(oracle.serves()["routers"]["first@file"]["rule"], "Host(`a`)");

    let folder = oracle.folder().join("sub");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("below.yml"), router("below", "c")).unwrap();
    let bad = "http: {routers: {a: {nope: 1}}}\n".to_owned();
    assert!(matches!(oracle.ask_patiently(&[bad.clone(), router("second", "d")]), Verdict::Refused(_)));
    let routers = oracle.serves()["routers"].clone();
    assert_eq!(routers["first@file"]["rule"], "Host(`a`)", "{routers}");
    assert!(routers["second@file"].is_null() && routers["below@file"].is_null(), "{routers}");

    oracle.start_again();
    let routers = oracle.serves()["routers"].clone();
    assert!(routers.as_object().unwrap().keys().all(|name| !name.ends_with("@file")), "{routers}");

    // What is below is read with the rest, and watched is only the folder itself.
    assert!(matches!(oracle.ask_patiently(&[router("third", "e")]), Verdict::Taken(_)));
    assert!(!oracle.serves()["routers"]["below@file"].is_null());
    fs::remove_dir_all(folder).unwrap();
}
