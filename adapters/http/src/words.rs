//! What pages say, in the language of whoever reads them.
//!
//! The texts are in `lang`, one catalogue for each language in the syntax of Project Fluent, and a new language is a new
//! file and nothing else. `t!("id")` says a message, `t!("id", count = 3)` one that is told something, and `message!`
//! names one for a table. An id that no catalogue has, or a wrong argument, does not compile; that all catalogues say
//! the same messages is made sure of by `build/catalogue.rs`.
//!
//! A message is a piece of markup: what is in the catalogues is trusted like code, and what it is told is escaped here.
//!
//! The language belongs to the request, like its span in the log, and so it is not handed from function to function:
//! [`speaking`] sets it around the whole answer. Programs, the log and the command line are told everything in English.
//! Refusals and findings are made in English, and pages recognise them and say them in their own language: `said.rs`.

use std::{borrow::Cow, fmt, fmt::Write as _, future::Future, sync::OnceLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{
    NegotiationStrategy, convert_vec_str_to_langids_lossy, negotiate_languages, parse_accepted_languages,
};
use hyper::{HeaderMap, header};
use maud::{Markup, PreEscaped, Render};
use serde::{Serialize, Serializer};

use crate::{cookies::Jar, failure::Failure, fields::Fields};

include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));

/// A language's texts.
pub(crate) struct Catalogue {
    code: &'static str,
    name: &'static str,
    text: &'static str,
    /// Read when the first page is shown in this language; a program that only serves the API needs none.
    bundle: OnceLock<FluentBundle<FluentResource>>,
    for_scripts: OnceLock<String>,
}

impl Catalogue {
    const fn new(code: &'static str, name: &'static str, text: &'static str) -> Self {
        Self { code, name, text, bundle: OnceLock::new(), for_scripts: OnceLock::new() }
    }

    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| {
            let mut bundle = FluentBundle::new_concurrent(self.code.parse().into_iter().collect());
            // Arguments are names and numbers of the configuration, and are shown as they are.
            bundle.set_use_isolating(false);
            let resource = FluentResource::try_new(self.text.to_owned()).unwrap_or_else(|(rest, _)| rest);
            bundle.add_resource_overriding(resource);
            bundle
        })
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)
    }
}

/// A language that there is a catalogue for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Language(&'static Catalogue);

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Language {
    /// English first, then the others by their codes.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        CATALOGUES.iter().map(Self)
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::all().find(|language| language.code() == code)
    }

    /// What this browser has chosen here, else the first of what it asks for that there is, else English.
    pub(crate) fn read(headers: &HeaderMap, secure: bool) -> Self {
        let chosen = Jar::Language.read(headers, secure).and_then(|code| Self::parse(&code));
        chosen.or_else(|| Self::asked_for(headers)).unwrap_or_else(Self::english)
    }

    /// `Accept-Language`, RFC 9110, section 12.5.4.
    fn asked_for(headers: &HeaderMap) -> Option<Self> {
        let asked = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let asked = parse_accepted_languages(asked);
        let there = convert_vec_str_to_langids_lossy(CATALOGUES.iter().map(|catalogue| catalogue.code));
        let best = negotiate_languages(&asked, &there, None, NegotiationStrategy::Filtering);
        Self::parse(&best.first()?.to_string())
    }

    pub(crate) fn english() -> Self {
        let [first, ..] = &CATALOGUES;
        Self(first)
    }

    /// The language that a query asks for by `language`: programs that name none are answered in English.
    pub(crate) fn named(query: &Fields) -> Result<Self, Failure> {
        match query.trimmed("language")? {
            "" => Ok(Self::english()),
            code => Self::parse(code).ok_or_else(|| Failure::field("language", "must be one that there is")),
        }
    }

    /// The language of the answer that is being made.
    pub(crate) fn spoken() -> Self {
        SPOKEN.try_with(|language| *language).unwrap_or_else(|_| Self::english())
    }

    /// Its tag (BCP 47), as in `<html lang>`.
    pub(crate) fn code(self) -> &'static str {
        self.0.code
    }

    /// Where it is among all.
    pub(crate) fn number(self) -> usize {
        Self::all().position(|language| language == self).unwrap_or_default()
    }

    /// What it calls itself.
    pub(crate) fn name(self) -> &'static str {
        self.0.name
    }

    /// What scripts say, as JSON: their messages by id without [`FOR_SCRIPTS`], each argument in braces for them to fill.
    pub(crate) fn for_scripts(self) -> &'static str {
        self.0.for_scripts.get_or_init(|| {
            let of_scripts = OF_SCRIPTS.iter().filter_map(|(id, arguments)| {
                let mut told = FluentArgs::new();
                for argument in *arguments {
                    told.set(*argument, format!("{{{argument}}}"));
                }
                Some((id.strip_prefix(FOR_SCRIPTS)?, self.format(id, &told)))
            });
            serde_json::to_string(&of_scripts.collect::<std::collections::BTreeMap<_, _>>())
                .unwrap_or_default()
        })
    }

    fn format(self, id: &str, told: &FluentArgs<'_>) -> Cow<'static, str> {
        let bundle = self.0.bundle();
        let pattern = match id.split_once('.') {
            None => bundle.get_message(id).and_then(|message| message.value()),
            Some((id, attribute)) => bundle
                .get_message(id)
                .and_then(|message| message.get_attribute(attribute))
                .map(|attribute| attribute.value()),
        };
        let Some(pattern) = pattern else { return Cow::Borrowed("") };
        // Arguments were compared when this was compiled, so nothing can be missing.
        bundle.format_pattern(pattern, Some(told), &mut Vec::new())
    }
}

tokio::task_local! {
    static SPOKEN: Language;
}

/// Makes an answer in this language.
pub(crate) fn speaking<F: Future>(language: Language, answer: F) -> impl Future<Output = F::Output> {
    SPOKEN.scope(language, answer)
}

/// The same for work on a thread of its own.
pub(crate) fn speaking_there<T>(language: Language, work: impl FnOnce() -> T) -> T {
    SPOKEN.sync_scope(language, work)
}

/// A message of the catalogues.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message(usize);

impl Message {
    /// The message with this id and these arguments, to be looked up while the program is compiled.
    ///
    /// # Panics
    /// Where there is none, so that it does not compile.
    #[expect(clippy::panic, reason = "in a constant, this is a message of the compiler")]
    pub(crate) const fn of(id: &str, arguments: &[&str]) -> Self {
        match Self::find(id, arguments) {
            Some(message) => message,
            None => panic!("no catalogue has this message"),
        }
    }

    /// The same where there may be none.
    pub(crate) const fn find(id: &str, arguments: &[&str]) -> Option<Self> {
        let (mut low, mut high) = (0, IDS.len());
        while low < high {
            let middle = low.midpoint(high);
            match compare(IDS[middle].0.as_bytes(), id.as_bytes()) {
                0 => {
                    assert!(are_the_same(IDS[middle].1, arguments), "the message has other arguments");
                    return Some(Self(middle));
                }
                1 => high = middle,
                _ => low = middle + 1,
            }
        }
        None
    }

    /// Its id. The table with which ids are looked up is there only while the program is compiled: as it is, with two
    /// addresses in each row, it would be in memory before anybody has opened a page.
    fn id(self) -> &'static str {
        let end = |number: usize| ENDS.get(number).and_then(|end| usize::try_from(*end).ok());
        let start = self.0.checked_sub(1).map_or(Some(0), end);
        start.zip(end(self.0)).and_then(|(start, end)| NAMES.get(start..end)).unwrap_or_default()
    }

    /// What it says.
    pub(crate) fn say(self, arguments: &[(&str, Argument)]) -> Markup {
        let id = self.id();
        let mut told = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            told.set(*name, argument.0.clone());
        }
        PreEscaped(Language::spoken().format(id, &told).into_owned())
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.say(&[]).0)
    }
}

impl Render for Message {
    fn render(&self) -> Markup {
        self.say(&[])
    }
}

/// Less (-1), the same (0), or more (1).
const fn compare(left: &[u8], right: &[u8]) -> i8 {
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return if left[at] < right[at] { -1 } else { 1 };
        }
        at += 1;
    }
    if left.len() == right.len() {
        0
    } else if left.len() < right.len() {
        -1
    } else {
        1
    }
}

/// Whether two lists have the same words, in any order; none of them has a word twice.
const fn are_the_same(wanted: &[&str], told: &[&str]) -> bool {
    let mut at = 0;
    while at < wanted.len() {
        let mut other = 0;
        while other < told.len() && compare(wanted[at].as_bytes(), told[other].as_bytes()) != 0 {
            other += 1;
        }
        if other == told.len() {
            return false;
        }
        at += 1;
    }
    wanted.len() == told.len()
}

/// What a message is told: a number, a text, or a piece of markup.
#[derive(Debug)]
pub(crate) struct Argument(FluentValue<'static>);

impl From<Markup> for Argument {
    fn from(markup: Markup) -> Self {
        Self(markup.into_string().into())
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        let _ = write!(maud::Escaper::new(&mut escaped), "{text}");
        Self(escaped.into())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

macro_rules! numbers {
    ($($kind:ty)+) => {
        $(impl From<$kind> for Argument {
            fn from(number: $kind) -> Self {
                Self(number.into())
            }
        })+
    };
}

numbers!(u16 u32 u64 usize i64);

/// Says a message in the language of the request.
macro_rules! t {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        const { $crate::words::Message::of($id, &[$(stringify!($name)),*]) }
            .say(&[$((stringify!($name), $crate::words::Argument::from($value))),*])
    };
}

/// Names a message that is told nothing, for a table.
macro_rules! message {
    ($id:literal) => {
        const { $crate::words::Message::of($id, &[]) }
    };
}

pub(crate) use {message, t};

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::{fs, path::Path};

    use maud::html;

    use super::*;

    fn asked(name: header::HeaderName, value: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static("de"));
        headers.insert(name, header::HeaderValue::from_static(value));
        Language::read(&headers, false)
    }

    #[test]
    fn a_browser_gets_the_best_of_the_languages_that_it_asks_for() {
        for (asks, gets) in [
            ("de", "de"),
            ("de-AT,en;q=0.5", "de"),
            ("fr-CH, fr;q=0.9, de;q=0.5, en;q=0.3", "de"),
            ("en-GB,de;q=0.9", "en"),
            ("fr", "en"),
            ("*", "en"),
            ("", "en"),
            (";;q=,,-", "en"),
        ] {
            assert_eq!(asked(header::ACCEPT_LANGUAGE, asks).code(), gets, "{asks}");
        }
    }

    #[test]
    fn a_choice_goes_over_what_the_browser_asks_for_unless_there_is_no_such_language() {
        assert_eq!(asked(header::COOKIE, "language=en").code(), "en");
        assert_eq!(asked(header::COOKIE, "language=xx").code(), "de");
    }

    #[tokio::test]
    async fn what_a_message_is_told_is_text_unless_it_is_markup() {
        let (name, number) = ("<b>&\"", 7_u64);
        let said = t!("sign-in-with", provider = name).0;
        assert_eq!(said, "Sign in with &lt;b&gt;&amp;&quot;");
        assert_eq!(t!("sign-in-with", provider = html! { b { "x" } }).0, "Sign in with <b>x</b>");
        assert!(t!("unconfirmed", count = number).0.contains("the last 7 changes"));
        assert!(t!("unconfirmed", count = 1_u64).0.contains("the last change"));
        let german =
            speaking(Language::parse("de").unwrap(), async { t!("sign-in-with", provider = name).0 });
        assert_eq!(german.await, "Anmelden mit &lt;b&gt;&amp;&quot;");
    }

    #[test]
    fn a_message_knows_its_id() {
        for (number, (id, _)) in IDS.iter().enumerate() {
            assert_eq!(Message(number).id(), *id);
        }
        assert_eq!(Message(IDS.len()).id(), "");
        let scripts: Vec<_> = IDS.iter().filter(|(id, _)| id.starts_with(FOR_SCRIPTS)).collect();
        assert!(!scripts.is_empty() && scripts.into_iter().eq(OF_SCRIPTS));
    }

    #[test]
    fn every_message_is_read_and_said_somewhere() {
        let mut code = String::new();
        gather(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut code);
        let mut scripts = String::new();
        gather(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets")), &mut scripts);
        for (id, arguments) in IDS.iter().filter(|(id, _)| *id != "language-name") {
            let is_said = match (id.strip_prefix(FOR_SCRIPTS), id.strip_prefix("field-")) {
                (Some(name), _) => scripts.contains(&format!("say(\"{name}\"")),
                // The table of fields looks for its messages by itself.
                (_, Some(field)) => code.contains(&row(field)),
                _ => code.contains(&format!("t!(\"{id}\"")) || code.contains(&format!("message!(\"{id}\"")),
            };
            assert!(is_said, "nobody says {id}");
            let mut told = FluentArgs::new();
            for argument in *arguments {
                told.set(*argument, "told");
            }
            for language in Language::all() {
                assert!(!language.format(id, &told).is_empty(), "{id} says nothing in {}", language.name());
            }
        }
    }

    /// The row of a field.
    fn row(field: &str) -> String {
        let name = field.strip_suffix(".hint").unwrap_or(field);
        match name.strip_prefix("any-") {
            Some(name) => format!("f!(*.{name})"),
            None if name.contains('-') => format!("f!({})", name.replace('-', ".")),
            None => format!("f!(.{name})"),
        }
    }

    fn gather(folder: &Path, code: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, code);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "js") {
                // A line may be broken between the macro and its id.
                code.extend(fs::read_to_string(&path).unwrap().split_whitespace());
            }
        }
    }
}
