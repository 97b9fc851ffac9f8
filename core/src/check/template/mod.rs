//! Go templates in dynamic files, as far as they can be judged without being run.
//!
//! Traefik reads every action of a file before it runs any, comments of the YAML included, and refuses the file for
//! one that does not parse: a function that it does not have, a variable that nobody declared, an `end` too many
//! (`lex`, `parse`, `pipeline`, `literal`). Then it runs them with no data to give, so what stands outside of `if`, `range` and
//! `with` and asks for some fails for certain (`certain`). What functions make of their arguments nobody can know here.

mod certain;
mod lex;
mod literal;
mod parse;
mod pipeline;

use std::{borrow::Cow, ops::Range};

use super::{
    finding::{Effect, Level},
    report::Report,
    schema::functions::FUNCTIONS,
    suggest::nearest,
    version::TraefikVersion,
};
use crate::config::edit::Path;

/// The most mistakes that are told of one file.
const MOST_MISTAKES: usize = 100;
/// The most characters of a name that are repeated.
const MOST_SHOWN: usize = 100;

/// What keeps Traefik from running a template.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mistake {
    /// Where in the text.
    span: Range<usize>,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// A function that Traefik does not have.
    Function(String),
    /// Anything else, as what the template does.
    Other(String),
}

/// Reports what Traefik refuses a file's templates for.
pub(super) fn check(report: &mut Report<'_>, file: usize, text: &str, version: TraefikVersion) {
    if !text.contains("{{") {
        return;
    }
    for Mistake { span, what } in parse::mistakes(text, version).into_iter().take(MOST_MISTAKES) {
        let (code, what, remedy) = match what {
            What::Function(name) => {
                let near = nearest(&name, FUNCTIONS.iter().map(|function| function.name));
                let remedy = near.map_or_else(
                    || "use a function of Go's templates or of sprig".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                (
                    "template-function",
                    format!("calls `{}`, a function that Traefik does not have", shown(&name)),
                    remedy,
                )
            }
            What::Other(what) => ("template", what, "correct it".to_owned()),
        };
        let kind = (Level::Error, Effect::RefusesFile, code);
        let message = format!("this Go template {what}, so Traefik refuses the file");
        report.add(file, visible(text, span), Path::root(), kind, message, remedy);
    }
}

/// A name as it is repeated: one without end would make a finding without end.
fn shown(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

/// A place that can be pointed at: at least the character there, or the last one of all.
fn visible(text: &str, span: Range<usize>) -> Range<usize> {
    if !span.is_empty() {
        return span;
    }
    let (before, after) = text.split_at_checked(span.start).unwrap_or((text, ""));
    match (after.chars().next(), before.chars().next_back()) {
        (Some(next), _) => span.start..span.start + next.len_utf8(),
        (None, Some(last)) => before.len() - last.len_utf8()..before.len(),
        (None, None) => span,
    }
}
