//! Term against term: what the file says, what it said before, what Traefik says.

use super::{Verdict, read::Term};
use crate::config::edit::Path;

type Fields = [(&'static str, Term)];

const SECOND: i128 = 1_000_000_000;

/// Compares the fields of a mapping, or the one that is named.
pub(super) fn fields(wanted: &Fields, before: &Fields, live: &Fields, only: Option<&str>) -> Verdict {
    let added = before.iter().filter(|(name, _)| get(wanted, name).is_none());
    wanted
        .iter()
        .chain(added)
        .map(|(name, _)| *name)
        .filter(|name| only.is_none_or(|only| only == *name))
        .fold(Verdict::Serves, |verdict, name| {
            verdict.and(|| field(name, get(wanted, name), get(before, name), get(live, name)))
        })
}

fn get<'t>(fields: &'t Fields, name: &str) -> Option<&'t Term> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, term)| term)
}

fn field(name: &str, wanted: Option<&Term>, before: Option<&Term>, live: Option<&Term>) -> Verdict {
    let verdict = match (wanted, live) {
        (Some(wanted), Some(live)) => term(wanted, before, live),
        (Some(wanted), None) if is_zero(wanted) => Verdict::Serves,
        (Some(_), None) => Verdict::Other(Path::root()),
        (None, None) => Verdict::Serves,
        (None, Some(live)) => match before {
            Some(old) if term(old, None, live) == Verdict::Serves => {
                let decided = *old != Term::Unknown && !fills_in(name, live);
                if decided { Verdict::Other(Path::root()) } else { Verdict::Undecided }
            }
            _ => Verdict::Serves,
        },
    };
    below(verdict, |path| Path::root().key(name).joined(&path))
}

fn term(wanted: &Term, before: Option<&Term>, live: &Term) -> Verdict {
    match (wanted, live) {
        (Term::Unknown, _) | (_, Term::Unknown) => Verdict::Serves,
        (Term::Fields(wanted), Term::Fields(live)) => {
            let before = if let Some(Term::Fields(before)) = before { before.as_slice() } else { &[] };
            fields(wanted, before, live, None)
        }
        (Term::Texts(wanted), Term::Texts(live)) => {
            let is_same =
                |(wanted, live): (&Option<String>, &Option<String>)| wanted.is_none() || wanted == live;
            same(wanted.len() == live.len() && wanted.iter().zip(live).all(is_same))
        }
        (Term::List(wanted), Term::List(live)) if wanted.len() == live.len() => {
            let before = match before {
                Some(Term::List(before)) if before.len() == wanted.len() => before.as_slice(),
                _ => &[],
            };
            wanted.iter().zip(live).enumerate().fold(Verdict::Serves, |verdict, (index, (wanted, live))| {
                verdict.and(|| {
                    below(term(wanted, before.get(index), live), |path| {
                        Path::root().index(index).joined(&path)
                    })
                })
            })
        }
        (Term::Map(wanted), Term::Map(live)) => map(wanted, live),
        (wanted, live) => same(wanted == live),
    }
}

/// Nobody fills anything into a mapping with keys of one's own, so both sides have the same.
fn map(wanted: &[(String, Term)], live: &[(String, Term)]) -> Verdict {
    fn find<'t>(map: &'t [(String, Term)], key: &str) -> Option<&'t Term> {
        map.iter().find(|(known, _)| known == key).map(|(_, term)| term)
    }
    let has_template = wanted.iter().any(|(key, _)| key.contains("{{"));
    let more = live.iter().find(|(key, _)| !has_template && find(wanted, key).is_none());
    if let Some((key, _)) = more {
        return Verdict::Other(Path::root().key(key));
    }
    wanted.iter().filter(|(key, _)| !key.contains("{{")).fold(Verdict::Serves, |verdict, (key, wanted)| {
        verdict.and(|| match find(live, key) {
            Some(live) => below(term(wanted, None, live), |path| Path::root().key(key).joined(&path)),
            None => Verdict::Other(Path::root().key(key)),
        })
    })
}

fn same(is_same: bool) -> Verdict {
    if is_same { Verdict::Serves } else { Verdict::Other(Path::root()) }
}

fn below(verdict: Verdict, place: impl FnOnce(Path) -> Path) -> Verdict {
    match verdict {
        Verdict::Other(path) => Verdict::Other(place(path)),
        verdict => verdict,
    }
}

fn is_zero(term: &Term) -> bool {
    match term {
        Term::Bool(flag) => !flag,
        Term::Number(number) => *number == 0,
        Term::Map(map) => map.is_empty(),
        Term::Unknown => true,
        Term::Text(_) | Term::Texts(_) | Term::List(_) | Term::Fields(_) => false,
    }
}

/// Whether Traefik itself gives the field this value where a file has none (3.0 to 3.7).
fn fills_in(name: &str, live: &Term) -> bool {
    let text = |expected: &str| matches!(live, Term::Text(text) if text == expected);
    let number = |expected: &[i128]| matches!(live, Term::Number(number) if expected.contains(number));
    match name {
        // What an entry point says for its routers, and the defaults of the static configuration.
        "accessLogs" | "metrics" | "tracing" | "traceVerbosity" | "ruleSyntax" | "observability"
        | "entryPoints" => true,
        "options" => text("default"),
        "strategy" => text("wrr"),
        "mode" => text("http"),
        "path" => text("/"),
        "passHostHeader" | "followRedirects" | "mirrorBody" => *live == Term::Bool(true),
        "passthrough" => *live == Term::Bool(false),
        "weight" | "burst" | "maxFailedAttempts" => number(&[1]),
        "maxBodySize" => number(&[-1]),
        "maxRequestBodyBytes" => number(&[-1, 2_097_152]),
        "responseCode" => number(&[503]),
        "flushInterval" | "checkPeriod" => number(&[SECOND / 10]),
        "period" => number(&[SECOND]),
        "readTimeout" | "writeTimeout" => number(&[3 * SECOND]),
        "timeout" | "dialTimeout" => number(&[5 * SECOND]),
        "fallbackDuration" | "recoveryDuration" | "failureWindow" => number(&[10 * SECOND]),
        "interval" | "unhealthyInterval" => number(&[30 * SECOND]),
        "encodings" => {
            matches!(live, Term::Texts(texts) if texts.iter().flatten().eq(["gzip", "br", "zstd"]))
        }
        "endpoints" => matches!(live, Term::Texts(texts) if texts.iter().flatten().eq(["localhost:6379"])),
        // A section whose every value is filled in.
        "responseForwarding" => {
            matches!(live, Term::Fields(fields) if fields.iter().all(|(name, term)| fills_in(name, term)))
        }
        _ => false,
    }
}
