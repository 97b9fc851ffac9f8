//! Traefik's schema for the editors: which fields may stand where.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use serde::Serialize;
use traefik_manager_core::check::{
    TraefikVersion,
    schema::{Shape, Struct, dynamic, static_root},
};

use crate::{
    about::about,
    assets::digest,
    call::Call,
    failure::Failure,
    reply::{self, Reply},
    words::{self, Language, Message, message},
};

/// What a browser gets: mappings by number, so that one that stands in several places is told once.
#[derive(Serialize)]
struct SchemaJson {
    ok: bool,
    success: bool,
    version: String,
    /// The mappings; the first is a whole file.
    mappings: Vec<Vec<FieldJson>>,
}

#[derive(Serialize)]
struct FieldJson {
    name: &'static str,
    /// What stands there, in words.
    r#type: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Message>,
    /// How what stands there is begun: nothing for a single value.
    #[serde(skip_serializing_if = "str::is_empty")]
    opens: &'static str,
    /// The values to choose from.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    values: &'static [&'static str],
    /// The mapping that stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
}

/// Which kind of file a schema is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Of {
    Dynamic,
    Static,
}

impl Of {
    fn root(self) -> &'static Struct {
        match self {
            Self::Dynamic => dynamic(),
            Self::Static => static_root(),
        }
    }
}

impl SchemaJson {
    fn new(version: TraefikVersion, of: Of) -> Self {
        let mut known: Vec<&'static Struct> = vec![of.root()];
        let mut mappings = Vec::new();
        let mut parents = vec![""];
        while let Some(of) = known.get(mappings.len()).copied() {
            let parent = parents.get(mappings.len()).copied().unwrap_or_default();
            let fields = of.fields(version).map(|field| {
                let inner = field.shape.inner().map(|inner| {
                    // The same mapping under another name may have other hints.
                    let is_it =
                        |(other, name): (&&Struct, &&str)| std::ptr::eq(*other, inner) && *name == field.name;
                    known.iter().zip(&parents).position(is_it).unwrap_or_else(|| {
                        known.push(inner);
                        parents.push(field.name);
                        known.len() - 1
                    })
                });
                let (r#type, opens) = kind(field.shape);
                let about = about(parent, field.name);
                let hint = about.map(|about| about.hint.unwrap_or(about.label));
                let values = match field.shape {
                    Shape::Bool => &["true", "false"],
                    _ => about.map_or(&[][..], |about| about.choices),
                };
                FieldJson { name: field.name, r#type, hint, opens, values, of: inner }
            });
            let fields = fields.collect();
            mappings.push(fields);
        }
        Self { ok: true, success: true, version: version.to_string(), mappings }
    }
}

/// What stands in a field, for people and for the script.
fn kind(shape: Shape) -> (Message, &'static str) {
    match shape {
        Shape::Text => (message!("schema-text"), ""),
        Shape::Bool => (message!("schema-bool"), ""),
        Shape::Integer | Shape::SmallInteger | Shape::Unsigned => (message!("schema-integer"), ""),
        Shape::Float => (message!("schema-number"), ""),
        Shape::Duration => (message!("schema-duration"), ""),
        Shape::Texts | Shape::Floats => (message!("schema-list"), "list"),
        Shape::List(_) => (message!("schema-mappings"), "list"),
        Shape::TextMap | Shape::IntegerMap | Shape::Plugins => (message!("schema-names-and-values"), "names"),
        Shape::Objects(_) => (message!("schema-names"), "names"),
        Shape::Section(_) => (message!("schema-mapping"), "mapping"),
        Shape::Switch(_) => (message!("schema-mapping-or-empty"), "mapping"),
    }
}

/// The schema of a version in a language as JSON, made once.
fn of(version: TraefikVersion, kind: Of, language: Language) -> Bytes {
    type Made = HashMap<(TraefikVersion, Of, &'static str), Bytes>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || {
        let schema = SchemaJson::new(version, kind);
        words::speaking_there(language, || serde_json::to_vec(&schema)).unwrap_or_default().into()
    };
    made.entry((version, kind, language.code())).or_insert_with(new).clone()
}

/// The address of a version's schema in the language of the page, which changes with what it says.
pub(crate) fn address(version: TraefikVersion, kind: Of) -> String {
    let language = Language::spoken();
    let named = if kind == Of::Static { "&of=static" } else { "" };
    let (code, digest) = (language.code(), digest(&of(version, kind, language)));
    format!("/api/schema?version={version}{named}&language={code}&digest={digest:016x}")
}

/// Answers with the schema of the version that is named, or of the one that runs; that of dynamic files unless the static
/// configuration is asked for. It is in English unless another language is named: editors name that of their page.
///
/// An address with the present digest may be kept: nothing else will ever be there.
pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    let running = call.app.manager().configuration().snapshot().running().version;
    let version = match call.query.trimmed("version")? {
        "" => running,
        named => TraefikVersion::parse(named)
            .ok_or_else(|| Failure::field("version", "must be a version of Traefik 3"))?,
    };
    let kind = match call.query.trimmed("of")? {
        "" | "dynamic" => Of::Dynamic,
        "static" => Of::Static,
        _ => return Err(Failure::field("of", "must be dynamic or static")),
    };
    let language = Language::named(&call.query)?;
    let bytes = of(version, kind, language);
    let present = format!("{:016x}", digest(&bytes));
    let is_present = call.query.trimmed("digest")? == present;
    let cache = if is_present { "private, max-age=31536000, immutable" } else { "no-cache" };
    let mut answer = reply::tagged(reply::json_bytes(bytes), &present);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(answer)
}
