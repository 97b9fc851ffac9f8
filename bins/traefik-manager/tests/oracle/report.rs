//! What the oracle found, for `docs/oracle.md` and for whoever looks into a difference.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::judge::Tally;

/// Why we are stricter, by the code of the finding.
const REASONS: &[(&str, &str)] = &[
    ("bad-tag", "tags other than YAML's own are refused, also where Traefik ignores them"),
    ("date", "everything that begins like a date and goes on with a time is taken for one"),
    (
        "field-twice",
        "one field in two spellings: Traefik merges the two or lets one win, and nobody means that",
    ),
    ("separator", "the character at which Traefik cuts lists itself is refused in every list"),
    ("syntax", "YAML that nobody writes (complex keys, odd escapes) is refused by our reader"),
];

/// Objects that Traefik shows as enabled, although no router can use them.
const SHOWN_ENABLED: &str = "the object is broken, but Traefik never came to build it, because a router or service above it failed first; or \
     it shows the error on the router only";

fn reason(of: &str) -> &'static str {
    let code = of.split(": ").nth(1).unwrap_or_default();
    let known = REASONS.iter().find(|(known, _)| *known == code).map(|(_, reason)| *reason);
    known.unwrap_or(if of.starts_with("file") { "see the example in the details" } else { SHOWN_ENABLED })
}

/// The page of the documentation.
pub(crate) fn markdown(tallies: &[(String, Tally)]) -> String {
    let mut page = String::from(
        "# The oracle\n\n`just oracle` changes real-looking configurations at random and asks the real Traefik of \
         each minor version, and `traefik-manager check`, what they make of them. It writes this page.\n\nA false \
         accept is a file that Traefik refuses, or an object that it disables, without an error of ours. A false \
         reject is the opposite. Of an object that depends on files of the machine (`usersFile`, certificates) \
         nothing can be known here, and it is counted by itself. Circles of services are not sent to Traefik before \
         3.6, which would eat all memory. Compared are files, all routers, and the services and middlewares of HTTP; of \
         those of TCP and UDP Traefik mostly shows errors on their routers only.\n\n\
         | Traefik | mutants | refused | not asked | objects | disabled | depend on files | agreed | false accepts | false rejects |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for (version, tally) in tallies {
        let rejects: usize = tally.false_rejects.values().sum();
        for (reason, count) in &tally.false_rejects {
            *reasons.entry(reason).or_default() += count;
        }
        let compared = tally.mutants + tally.objects;
        let agreed = compared - tally.false_accepts.len() - rejects - tally.unknowable;
        writeln!(
            page,
            "| {version} | {} | {} | {} | {} | {} | {} | {agreed} of {compared} | {} | {rejects} |",
            tally.mutants,
            tally.refused,
            tally.not_asked,
            tally.objects,
            tally.disabled,
            tally.unknowable,
            tally.false_accepts.len(),
        )
        .unwrap();
    }
    page.push_str("\n## Where we are stricter\n\n| what: code | times | why |\n|---|---|---|\n");
    for (of, count) in reasons {
        writeln!(page, "| {of} | {count} | {} |", reason(of)).unwrap();
    }
    page
}

/// Every false accept, and an example of each kind of false reject.
pub(crate) fn details(tallies: &[(String, Tally)]) -> String {
    let mut text = String::new();
    for (version, tally) in tallies {
        for accept in &tally.false_accepts {
            writeln!(text, "=== {version} FALSE ACCEPT {accept}").unwrap();
        }
        for (reason, count) in &tally.false_rejects {
            writeln!(text, "=== {version} stricter {reason} ({count}): {}", tally.examples[reason]).unwrap();
        }
    }
    text
}
