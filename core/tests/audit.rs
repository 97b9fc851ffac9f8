//! The audit trail: what breaks its chain, what it keeps of a change, and what it must not keep.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use traefik_manager_core::{
    audit::{
        AuditLog, ChainHash, Excerpt, FileChange, Finding, Flaw, Head, Link, Place, Verdict, Verifier, mask,
    },
    config::store::{FileId, Revision, StorageError},
    test_support::{
        MemoryAuditLog,
        conformance::{self, sample_entry},
    },
};

#[test]
fn the_log_in_memory() {
    conformance::audit_log(&MemoryAuditLog::default());
    let log = MemoryAuditLog::default();
    log.fail_next_append(StorageError::NoSpace { name: "audit".to_owned() });
    assert!(log.append(&sample_entry(1)).is_err());
    assert_eq!(log.append(&sample_entry(1)).unwrap(), 1);
    assert_eq!(log.entries(), [sample_entry(1)]);
}

/// A line of a trail: its number, the hash that it carries, and its own.
#[derive(Debug, Clone, Copy)]
struct Line(Option<Link>, ChainHash);

fn hash(number: u64, salt: u8) -> ChainHash {
    let mut bytes = [salt; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    ChainHash(bytes)
}

fn trail(length: u64) -> (Vec<Line>, Head) {
    let mut head = Head::default();
    let mut lines = Vec::new();
    for number in 1..=length {
        lines.push(Line(Some(head.next_link()), hash(number, 1)));
        head = Head { number, hash: hash(number, 1) };
    }
    (lines, head)
}

fn check(lines: &[Line], head: Option<Head>) -> Verdict {
    let mut verifier = Verifier::new(head);
    for (at, Line(link, hash)) in lines.iter().enumerate() {
        verifier.line(Place { file: "a".to_owned(), line: at + 1 }, *link, *hash);
    }
    verifier.finish()
}

fn flaws(verdict: &Verdict) -> Vec<(usize, Flaw)> {
    let place = |finding: &Finding| finding.place.as_ref().map_or(0, |place| place.line);
    verdict.findings.iter().map(|finding| (place(finding), finding.flaw)).collect()
}

#[test]
fn a_whole_trail_has_no_flaw() {
    for length in [0, 1, 2, 9] {
        let (lines, head) = trail(length);
        let verdict = check(&lines, Some(head));
        assert_eq!((verdict.lines, verdict.findings), (length, Vec::new()));
    }
    assert_eq!(check(&[], None).findings, []);
}

#[test]
fn each_way_to_break_it_is_found_at_its_place() {
    let (whole, head) = trail(6);
    let broken = |change: &dyn Fn(&mut Vec<Line>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        flaws(&check(&lines, Some(head)))
    };
    for at in 0..6 {
        let found = broken(&|lines| lines[at].1 = hash(99, 2));
        assert_eq!(found, [(at + 1, Flaw::Changed)], "line {} was changed", at + 1);
        let found = broken(&|lines| lines[at] = Line(None, hash(99, 2)));
        assert_eq!(found, [(at + 1, Flaw::Unreadable)], "line {} was overwritten", at + 1);
        let found = broken(&|lines| lines.insert(at, Line(None, hash(99, 2))));
        assert_eq!(found, [(at + 1, Flaw::Unreadable)], "something was put before line {}", at + 1);
        let found = broken(&|lines| {
            lines.remove(at);
        });
        let expected = if at == 5 { (0, Flaw::CutOff(1)) } else { (at + 1, Flaw::Missing(1)) };
        assert_eq!(found, [expected], "line {} was removed", at + 1);
        let found = broken(&|lines| lines.insert(at, lines[at]));
        assert_eq!(found, [(at + 2, Flaw::OutOfOrder)], "line {} is there twice", at + 1);
    }
    assert_eq!(broken(&|lines| lines.truncate(2)), [(0, Flaw::CutOff(4))]);
    assert_eq!(broken(&Vec::clear), [(0, Flaw::CutOff(6))]);
    assert_eq!(broken(&|lines| drop(lines.drain(..3))), [(1, Flaw::Missing(3))]);
    let swapped = broken(&|lines| lines.swap(1, 3));
    assert!(
        swapped.iter().any(|(line, flaw)| (2..=4).contains(line) && *flaw == Flaw::OutOfOrder),
        "{swapped:?}"
    );
    let other = broken(&|lines| lines[2].0 = Some(Link { number: 9, previous: hash(2, 1) }));
    assert_eq!(other, [(3, Flaw::Changed)], "a line has another number");
    let other = broken(&|lines| lines[0].0 = Some(Link { number: 1, previous: hash(7, 7) }));
    assert_eq!(other, [(1, Flaw::Changed)], "nothing comes before the first line");
}

#[test]
fn the_head_may_be_behind_after_a_crash_but_not_gone() {
    let (lines, _) = trail(6);
    let (_, behind) = trail(4);
    assert_eq!(flaws(&check(&lines, Some(behind))), []);
    assert_eq!(flaws(&check(&lines, Some(Head { hash: hash(4, 9), ..behind }))), [(4, Flaw::Changed)]);
    assert_eq!(flaws(&check(&lines, None)), [(0, Flaw::NoHead)]);
}

#[test]
fn findings_are_many_but_not_without_end() {
    let lines = vec![Line(None, ChainHash::START); 5_000];
    let verdict = check(&lines, None);
    assert_eq!((verdict.lines, verdict.findings.len()), (5_000, 1_000));
}

#[test]
fn hashes_are_spelled_in_hexadecimal() {
    let text = hash(0x1234, 0xab).to_string();
    assert_eq!(ChainHash::parse(&text), Some(hash(0x1234, 0xab)));
    for bad in ["", "12", &"g".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
        assert_eq!(ChainHash::parse(bad), None, "{bad}");
    }
}

#[test]
fn an_excerpt_goes_from_the_first_change_to_the_last() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let (before, after) = Excerpt::pair(old, &old.replace('5', "five"));
    assert_eq!((before.first_line, before.text.as_str()), (2, "2\n3\n4\n5\n6\n7\n8\n"));
    assert_eq!((after.first_line, after.text.as_str()), (2, "2\n3\n4\nfive\n6\n7\n8\n"));
    let (before, after) = Excerpt::pair(old, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    assert_eq!((before.text.as_str(), after.text.as_str()), ("7\n8\n9\n", "7\n8\n9\n10\n"));
    let (before, after) = Excerpt::pair("a\na\n", "a\na\na\n");
    assert_eq!((before.text.as_str(), after.text.as_str()), ("a\na\n", "a\na\na\n"));
    let (before, after) = Excerpt::pair("", "new\n");
    assert_eq!((before.text.as_str(), after.text.as_str(), after.is_cut), ("", "new\n", false));
    let (before, after) = Excerpt::pair(&"x: y\n".repeat(100_000), "");
    assert!(before.is_cut && before.text.len() <= 32 << 10 && after.text.is_empty());
    let entry = sample_entry(1).without_texts();
    assert!(entry.files.iter().all(|file| file.after.is_cut && file.after.text.is_empty()));
}

/// So many lines.
fn numbered(lines: usize) -> String {
    let lines: Vec<String> = (1..=lines).map(|line| format!("line{line}\n")).collect();
    lines.concat()
}

fn change(old: &str, new: &str) -> FileChange {
    let revision = Revision::new("r");
    FileChange::between(FileId::new("a.yml"), Some((old, &revision)), Some((new, &revision)), None)
}

#[test]
fn a_change_shows_the_lines_that_differ_and_three_around_them() {
    let old = numbered(100);
    let new = old.replace("line40\n", "forty\n").replace("line80\n", "");
    let expected = "--- a/a.yml\n+++ b/a.yml\n\
        @@ -37,7 +37,7 @@\n line37\n line38\n line39\n-line40\n+forty\n line41\n line42\n line43\n\
        @@ -77,7 +77,6 @@\n line77\n line78\n line79\n-line80\n line81\n line82\n line83\n";
    assert_eq!(change(&old, &new).diff().text, expected);
    assert_eq!(change("", "new\n").diff().text, "--- a/a.yml\n+++ b/a.yml\n@@ -0,0 +1 @@\n+new\n");
    assert_eq!(change(&old, &old).diff().text, "");
    assert_eq!(change("a\n", "a\r\n").diff().text, "", "line ends cannot be shown");
}

/// Both texts are too long to be kept: where they are cut off, nothing is said of what comes after.
#[test]
fn where_a_change_is_cut_off_no_line_is_made_up() {
    let old = numbered(10_000);
    let new = old.replace("line10\n", "line10\nmore\n").replace("line9999\n", "last\n");
    let change = change(&old, &new);
    assert!(change.before.is_cut && change.after.is_cut);
    let diff = change.diff().text;
    let differ: Vec<_> = diff.lines().skip(2).filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(differ, ["+more"]);
}

#[test]
fn a_change_of_nothing_but_a_secret_is_seen_without_it() {
    let old = "a: 1\npassword: hunter1\nb: 2\ntoken: hunter2\n";
    let change = change(old, &old.replace("hunter1", "hunter3").replace("b: 2", "b: 3"));
    let diff = change.diff().text;
    assert!(diff.contains("-password: …\n-b: 2\n+password: … (changed)\n+b: 3\n token: …\n"), "{diff}");
    assert!(!format!("{change:?}").contains("hunter"), "{change:?}");
}

/// Every form in which a secret stands in a file; `hunter` marks what must not be seen.
const SECRETS: &str = r#"
http:
  middlewares:
    auth:
      basicAuth:
        removeHeader: true
        users:
          - "hunter:$apr1$hunter"  # hunter
        - hunter:at the same column
        realm: seen1
    flow: {basicAuth: {users: ["hunter:hunter", 'it''s hunter'], realm: hunter}}
    open:
      digestAuth: {users: [
    "hunter:realm:hunter",
"hunter" ]}
    seen2: {}
    plugin:
      my-plugin:
        clientSecret: hunter
        api_key: "hunter
hunter {"
        seen3: true
        password: |
          hunter
            hunter

          hunter
        accessToken: don't hunter
        seen4: [it's here]
        hidden: $2y$05$hunter
        pem: |
          -----BEGIN EC PRIVATE KEY-----
          hunter
          -----END EC PRIVATE KEY-----
        seen5: 1
    headers:
      headers:
        customRequestHeaders:
          Authorization: Basic hunter
          X-Api-Key: hunter
          Cookie: hunter=hunter
          X-Other: "Bearer hunter"
          seen6: 1
  routers:
    a:
      rule: Host(`seen7.test`) && Header(`X-Token`, `hunter`)
  services:
    s:
      loadBalancer:
        servers:
          - url: http://admin:hunter@seen8.test/
          - {url: "http://seen9.test", "password": hunter}
        sticky:
          cookie:
            name: seen10
x-users: &users ["hunter:hunter"]
users:
# seen12

{{ range .seen13 }}
- hunter
{{ end }}
  - hunter
passHostHeader: seen11
certificatesResolvers:
  le:
    acme:
      eab:
        kid: seen14
        hmacEncoded: hunter
"#;

#[test]
fn no_secret_gets_into_the_trail() {
    let shown = mask::text(SECRETS);
    assert!(!shown.contains("hunter"), "{shown}");
    for number in 1..=14 {
        assert!(shown.contains(&format!("seen{number}")), "seen{number} is hidden in\n{shown}");
    }
    assert_eq!(shown.lines().count(), SECRETS.lines().count(), "line by line");
    assert!(shown.contains("        users:\n          - …\n"), "{shown}");
    assert!(shown.contains("http://admin:…@seen8.test/"), "{shown}");

    // In an excerpt, the line that tells what it is may be far away.
    let users: Vec<String> = (0..40).map(|n| format!("    - \"u{n}:hunter\"\n")).collect();
    let users = users.concat();
    let old = format!("basicAuth:\n  users:\n{users}other: 1\n");
    let revision = Revision::new("r");
    let new = old.replace("u30:hunter", "u30:hunter2");
    let change =
        FileChange::between(FileId::new("a.yml"), Some((&old, &revision)), Some((&new, &revision)), None);
    assert!(!format!("{change:?}").contains("hunter"), "{change:?}");
    assert_eq!((change.before.first_line, change.before.text.lines().count()), (30, 7));
}

proptest! {
    #[test]
    fn any_text_keeps_its_lines(text in "([ -~]|[\n\"'\\[\\]{}:#é…-]|users:|password: |-----BEGIN PRIVATE KEY|://a:b@)*") {
        prop_assert_eq!(mask::text(&text).lines().count(), text.lines().count());
        for line in mask::text(&text).lines() {
            prop_assert!(!line.contains("://a:b@"));
        }
    }

    #[test]
    fn an_excerpt_of_any_change_has_its_lines(old in "([ab]\n){0,12}", new in "([ab]\n){0,12}") {
        let (before, after) = Excerpt::pair(&old, &new);
        prop_assert_eq!(before.first_line, after.first_line);
        // What is around the excerpts is the same in both.
        let around = |text: &str, part: &Excerpt| {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let (start, length) = (part.first_line - 1, part.text.lines().count());
            prop_assert_eq!(&lines[start..start + length].join("\n"), part.text.trim_end());
            Ok([&lines[..start], &lines[start + length..]].concat())
        };
        prop_assert_eq!(around(&old, &before)?, around(&new, &after)?);
    }
}

#[test]
fn what_is_no_secret_is_seen() {
    for text in [
        "",
        "# don't worry: it's fine\nhttp:\n",
        "rule: Host(`a.test`)\n",
        "url: http://a.test:80/x@y\n",
        "keyFile: /certs/a.key\n",
        "a: {b: [c, d]}\n\ttabs: 1\n",
        "{{ range $i := .users }}\n",
        "ü: 'ä: ö'\n",
    ] {
        assert_eq!(mask::text(text), text);
    }
}
