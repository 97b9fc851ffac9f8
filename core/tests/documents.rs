//! The documents about security name files and tests; all of them must be there.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "it is about files")]

use std::{collections::BTreeSet, fs, path::PathBuf};

const DOCUMENTS: [&str; 4] = ["security.md", "asvs.md", "threat-model.md", "external-auth.md"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join("docs").join(document)).unwrap()
}

/// The pieces between back ticks.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_file(word: &str) -> bool {
    word.strip_suffix(".rs").is_some_and(|path| path.contains('/'))
}

/// Names of tests are sentences; those of variables and fields are shorter.
fn is_test(word: &str) -> bool {
    let is_name = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_name && word.matches('_').count() >= 3
}

/// What is wrong with the names in a line.
fn wrong(line: &str) -> Vec<String> {
    let (mut text, mut file, mut found) = (String::new(), String::new(), Vec::new());
    for word in code(line) {
        if is_file(word) {
            word.clone_into(&mut file);
            match fs::read_to_string(root().join(word)) {
                Ok(content) => text = content,
                Err(_) => found.push(format!("there is no {word}")),
            }
        } else if is_test(word) && !text.contains(&format!("fn {word}(")) {
            found.push(format!("there is no {word} in {file}"));
        }
    }
    found
}

#[test]
fn every_file_and_every_test_that_is_named_is_there() {
    let lines: Vec<String> =
        DOCUMENTS.iter().flat_map(|name| read(name).lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let found: Vec<String> = lines.iter().flat_map(|line| wrong(line)).collect();
    assert!(found.is_empty(), "{found:#?}");
    let tests = lines.iter().flat_map(|line| code(line)).filter(|word| is_test(word)).count();
    assert!(tests > 150, "only {tests} tests are named");
}

#[test]
fn a_name_that_is_not_there_is_found() {
    for line in [
        "`core/tests/nothing.rs`",
        "`core/tests/documents.rs`: `this_test_does_not_exist`",
        "`this_test_has_no_file`",
    ] {
        assert_eq!(wrong(line).len(), 1, "{line}");
    }
    assert!(
        wrong("`core/tests/documents.rs`: `a_name_that_is_not_there_is_found`, `manager.yml`").is_empty()
    );
}

#[test]
fn every_promise_names_what_attacks_it() {
    let promises = read("security.md");
    let promises: Vec<&str> = promises.lines().filter(|line| line.starts_with("- **")).collect();
    assert!(promises.len() > 40, "{} promises", promises.len());
    let told: BTreeSet<&str> = promises.iter().filter_map(|line| line.split("**").nth(1)).collect();
    assert_eq!(told.len(), promises.len(), "each promise is there once");
    for promise in promises {
        let (_, tests) = promise.split_once("Attacked by").unwrap_or_else(|| unreachable_promise(promise));
        assert!(code(tests).any(is_test), "{promise}");
    }
}

#[expect(clippy::panic, reason = "tests")]
fn unreachable_promise(promise: &str) -> ! {
    panic!("nothing attacks this: {promise}")
}

#[test]
fn every_requirement_has_a_test_or_a_reason() {
    let requirements = read("asvs.md");
    let is_row = |line: &&str| line.starts_with("| ") && line.contains(" (") && !line.starts_with("| No.");
    let rows: Vec<&str> = requirements.lines().filter(is_row).collect();
    assert!(rows.len() > 60, "{} rows", rows.len());
    for row in rows {
        let has_test = code(row).any(is_test);
        let has_reason =
            ["Not met", "not tested, because", "security.md"].iter().any(|why| row.contains(why));
        assert!(has_test || has_reason, "{row}");
    }
}

/// The files that documents link to, with the documents.
fn links(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links.map(|(link, _)| link.to_owned()).filter(|link| !link.contains("://")).collect()
}

/// The anchors of a document: its headings, as forges write them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        heading
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .collect::<String>()
            .replace(' ', "-")
    };
    headings.map(anchor).collect()
}

fn documents() -> Vec<String> {
    let mut documents = vec!["README.md".to_owned()];
    let mut folders = vec!["docs".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
            if root().join(&name).is_dir() {
                folders.push(name);
            } else if PathBuf::from(&name).extension().is_some_and(|kind| kind == "md") {
                documents.push(name);
            }
        }
    }
    documents
}

#[test]
fn no_link_leads_nowhere() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for document in documents() {
        let folder = root().join(&document).parent().unwrap().to_owned();
        for link in links(&document) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { root().join(&document) } else { folder.join(file) };
            seen += 1;
            let there = target.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(&target).unwrap()).contains(&anchor.to_owned()));
            if !there {
                wrong.push(format!("{document}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 20, "{seen} links");
}
