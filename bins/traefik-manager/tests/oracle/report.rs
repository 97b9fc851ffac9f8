//! What the oracle found, for `docs/oracle.md` and for whoever looks into a difference.

use std::fmt::Write as _;

use crate::{
    KINDS,
    judge::{Count, Rejects, Tally},
};

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
const SHOWN_ENABLED: &str = "no router came as far as this object, or the error is shown on the router only; each was asked about again \
     with a router of its own, which Traefik disabled";

fn reason(of: &str, rejects: &Rejects) -> &'static str {
    let code = of.split(": ").nth(1).unwrap_or_default();
    let known = REASONS.iter().find(|(known, _)| *known == code).map(|(_, reason)| *reason);
    known.unwrap_or(if rejects.times == rejects.proven {
        SHOWN_ENABLED
    } else {
        "see the example in the details"
    })
}

/// The page of the documentation.
pub(crate) fn markdown(tallies: &[(String, Tally)]) -> String {
    let mut page = String::from(
        "# The oracle\n\n`just oracle` changes real-looking configurations at random and asks the real Traefik of \
         each minor version, and `traefik-manager check`, what they make of them. It writes this page.\n\nA false \
         accept is a file that Traefik refuses, or an object that it disables, without an error of ours. A false \
         reject is the opposite. Of an object that depends on files of the machine (`usersFile`, certificates) \
         nothing can be known here, and it is counted by itself. Circles of services are not sent to Traefik before \
         3.6, which would eat all memory. PyPI has no Traefik 3.1. Compared are files, and all routers, services and \
         middlewares of HTTP, TCP and UDP.\n\n\
         | Traefik | mutants | refused | not asked | objects | disabled | depend on files | agreed | false accepts | false rejects |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut all = Tally::default();
    for (version, tally) in tallies {
        let (count, rejects) = (tally.all(), tally.rejects());
        for (reason, of) in &tally.false_rejects {
            let sum = all.false_rejects.entry(reason.clone()).or_default();
            sum.times += of.times;
            sum.proven += of.proven;
        }
        for (kind, of) in &tally.kinds {
            let sum = all.kinds.entry(kind.clone()).or_default();
            *sum = Count { objects: sum.objects + of.objects, disabled: sum.disabled + of.disabled };
        }
        let compared = tally.mutants + count.objects;
        let agreed = compared - tally.false_accepts.len() - rejects - tally.unknowable;
        writeln!(
            page,
            "| {version} | {} | {} | {} | {} | {} | {} | {agreed} of {compared} | {} | {rejects} |",
            tally.mutants,
            tally.refused,
            tally.not_asked,
            count.objects,
            count.disabled,
            tally.unknowable,
            tally.false_accepts.len(),
        )
        .unwrap();
    }
    page.push_str("\n| objects | compared | disabled |\n|---|---|---|\n");
    for kind in KINDS {
        let Count { objects, disabled } = all.kinds.get(kind).copied().unwrap_or_default();
        writeln!(page, "| {kind} | {objects} | {disabled} |").unwrap();
    }
    page.push_str(
        "\n## Where we are stricter\n\n| what: code | times | proven by a router | why |\n|---|---|---|---|\n",
    );
    for (of, rejects) in &all.false_rejects {
        writeln!(page, "| {of} | {} | {} | {} |", rejects.times, rejects.proven, reason(of, rejects))
            .unwrap();
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
        for (reason, Rejects { times, proven, example }) in &tally.false_rejects {
            writeln!(text, "=== {version} stricter {reason} ({times}, {proven} proven): {example}").unwrap();
        }
    }
    text
}
