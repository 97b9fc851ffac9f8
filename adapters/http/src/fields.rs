//! What a request says: the query, a form or a JSON object, read the same way.

use bytes::Bytes;
use http_body_util::Full;
use serde_json::Value as Json;

use crate::failure::Failure;

/// Names and values in the order in which they were sent.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, Field)>);

#[derive(Debug, Clone)]
enum Field {
    Text(String),
    Flag(bool),
    Number(String),
    /// A JSON array, for fields that may be repeated.
    List(Vec<Self>),
    /// A JSON value of a kind that no field takes.
    Other(Json),
}

/// The most fields that a request may have.
const MAX_FIELDS: usize = 2_000;

impl Fields {
    /// Reads `name=value&…`.
    pub(crate) fn urlencoded(text: &[u8]) -> Result<Self, Failure> {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(text) {
            fields.push(name.into_owned(), Field::Text(value.into_owned()))?;
        }
        Ok(fields)
    }

    /// Reads a JSON object; an absent body counts as an empty one.
    pub(crate) fn json(text: &[u8]) -> Result<Self, Failure> {
        if text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let value: Json = serde_json::from_slice(text)
            .map_err(|error| Failure::bad_request(format!("the body is not valid JSON: {error}")))?;
        let Json::Object(object) = value else {
            return Err(Failure::bad_request("the body must be a JSON object"));
        };
        Self::of_object(object)
    }

    fn of_object(object: serde_json::Map<String, Json>) -> Result<Self, Failure> {
        let mut fields = Self::default();
        for (name, value) in object {
            match value {
                Json::Null => {}
                Json::Array(items) => {
                    fields.push(name, Field::List(items.into_iter().map(Field::from).collect()))?;
                }
                value => fields.push(name, Field::from(value))?,
            }
        }
        Ok(fields)
    }

    /// Reads `multipart/form-data`; files are not wanted and count as text.
    pub(crate) async fn multipart(boundary: &str, body: Bytes) -> Result<Self, Failure> {
        let refused = |error: multer::Error| Failure::bad_request(format!("the form is not valid: {error}"));
        let stream = http_body_util::BodyDataStream::new(Full::new(body));
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut fields = Self::default();
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            let name = part.name().unwrap_or_default().to_owned();
            let text = part.text().await.map_err(refused)?;
            fields.push(name, Field::Text(text))?;
        }
        Ok(fields)
    }

    fn push(&mut self, name: String, value: Field) -> Result<(), Failure> {
        if self.0.len() >= MAX_FIELDS {
            return Err(Failure::bad_request("the request has too many fields"));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// The fields that hold text, to be sent again.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, field)| match field {
                Field::Text(text) | Field::Number(text) => Some((name.as_str(), text.as_str())),
                _ => None,
            })
            .collect()
    }

    /// The names of what was sent.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether the field was sent.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The first value of a field that takes text; nothing where it was not sent.
    ///
    /// # Errors
    /// A value of another kind.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.0.iter().find(|(key, _)| key == name) {
            None => Ok(None),
            Some((_, Field::Text(text))) => Ok(Some(text)),
            Some(_) => Err(Failure::field(name, "must be text")),
        }
    }

    /// The fields of a JSON object in a field, which a form holds as text; none where it was not sent, or is empty.
    ///
    /// # Errors
    /// A value of another kind.
    pub(crate) fn nested(&self, name: &str) -> Result<Self, Failure> {
        let wrong = || Failure::field(name, "must be an object");
        match self.0.iter().find(|(key, _)| key == name) {
            None => Ok(Self::default()),
            Some((_, Field::Other(Json::Object(object)))) => Self::of_object(object.clone()),
            Some((_, Field::Text(text))) if text.trim().is_empty() => Ok(Self::default()),
            Some((_, Field::Text(text))) => Self::of_object(serde_json::from_str(text).map_err(|_| wrong())?),
            Some(_) => Err(wrong()),
        }
    }

    /// The fields of each JSON object in a list; none where it was not sent.
    ///
    /// # Errors
    /// A value of another kind.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, Failure> {
        let wrong = || Failure::field(name, "must be a list of objects");
        match self.0.iter().find(|(key, _)| key == name) {
            None => Ok(Vec::new()),
            Some((_, Field::List(items))) => items
                .iter()
                .map(|item| match item {
                    Field::Other(Json::Object(object)) => Self::of_object(object.clone()),
                    _ => Err(wrong()),
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// Like [`trimmed`](Self::trimmed), for a field that takes a number, which JSON may write with quotes or without.
    pub(crate) fn figure(&self, name: &str) -> Result<&str, Failure> {
        match self.0.iter().find(|(key, _)| key == name) {
            Some((_, Field::Number(number))) => Ok(number),
            _ => self.trimmed(name),
        }
    }

    /// Like [`text`](Self::text), with surrounding blanks removed and nothing as empty.
    pub(crate) fn trimmed(&self, name: &str) -> Result<&str, Failure> {
        Ok(self.text(name)?.unwrap_or_default().trim())
    }

    /// All values of a repeated field.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&str>, Failure> {
        self.values(name, |value| matches!(value, Field::Text(_)))
    }

    /// Like [`texts`](Self::texts), for a field that takes numbers.
    pub(crate) fn figures(&self, name: &str) -> Result<Vec<&str>, Failure> {
        self.values(name, |value| matches!(value, Field::Text(_) | Field::Number(_)))
    }

    fn values(&self, name: &str, is_wanted: impl Fn(&Field) -> bool) -> Result<Vec<&str>, Failure> {
        let sent = self.0.iter().filter(|(key, _)| key == name).flat_map(|(_, value)| match value {
            Field::List(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        });
        sent.map(|value| match value {
            Field::Text(text) | Field::Number(text) if is_wanted(value) => Ok(text.as_str()),
            _ => Err(Failure::field(name, "must be text")),
        })
        .collect()
    }

    /// A yes or no; `default` where it was not sent.
    ///
    /// # Errors
    /// Anything that is neither.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Failure> {
        match self.0.iter().find(|(key, _)| key == name) {
            None => Ok(default),
            Some((_, Field::Flag(flag))) => Ok(*flag),
            Some((_, Field::Text(text))) => parse_flag(name, text),
            Some(_) => Err(Failure::field(name, "must be true or false")),
        }
    }
}

impl Fields {
    /// The fields of a query and of a body together, as of a request that may put each of them in either.
    ///
    /// # Errors
    /// A field that is in both and does not say the same.
    pub(crate) fn joined(query: &Self, body: &Self) -> Result<Self, Failure> {
        let mut joined = query.0.clone();
        for (name, value) in &body.0 {
            if !query.has(name) {
                joined.push((name.clone(), value.clone()));
            } else if !query.says_the_same(body, name) {
                let problem = "is in the query and in the body, and they do not say the same; send it once";
                return Err(Failure::field(name, problem));
            }
        }
        Ok(Self(joined))
    }

    /// Whether two spellings of a field mean the same; a query knows no flags and no numbers.
    fn says_the_same(&self, other: &Self, name: &str) -> bool {
        if let (Ok(mine), Ok(theirs)) = (self.flag(name, false), other.flag(name, false)) {
            return mine == theirs;
        }
        match (self.figures(name), other.figures(name)) {
            (Ok(mine), Ok(theirs)) => {
                mine.iter().map(|one| one.trim()).eq(theirs.iter().map(|one| one.trim()))
            }
            _ => false,
        }
    }

    /// A yes or no of every name that the request has, in order; a field that is neither is left out.
    pub(crate) fn flags(&self) -> Vec<(String, bool)> {
        let of = |field: &Field| match field {
            Field::Flag(flag) => Some(*flag),
            Field::Text(text) => parse_flag("", text).ok(),
            _ => None,
        };
        self.0.iter().filter_map(|(name, field)| Some((name.clone(), of(field)?))).collect()
    }

    /// A check box with a hidden `false` in front of it: the last value counts; nothing where it was not sent.
    ///
    /// # Errors
    /// Anything that is neither yes nor no.
    pub(crate) fn last_flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.0.iter().rev().find(|(key, _)| key == name) {
            None => Ok(None),
            Some((_, Field::Flag(flag))) => Ok(Some(*flag)),
            Some((_, Field::Text(text))) => parse_flag(name, text).map(Some),
            Some(_) => Err(Failure::field(name, "must be true or false")),
        }
    }
}

/// A yes or no as browsers and scripts write it.
///
/// # Errors
/// Anything that is neither.
pub(crate) fn parse_flag(name: &str, text: &str) -> Result<bool, Failure> {
    match text {
        "true" | "on" | "1" => Ok(true),
        "false" | "off" | "0" | "" => Ok(false),
        _ => Err(Failure::field(name, "must be true or false")),
    }
}

impl From<Json> for Field {
    fn from(value: Json) -> Self {
        match value {
            Json::String(text) => Self::Text(text),
            Json::Bool(flag) => Self::Flag(flag),
            Json::Number(number) => Self::Number(number.to_string()),
            value @ (Json::Null | Json::Array(_) | Json::Object(_)) => Self::Other(value),
        }
    }
}
