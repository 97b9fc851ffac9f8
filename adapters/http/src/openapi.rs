//! The description of the API as its page shows it, read from the document that the program serves.
//!
//! Only what is shown is read here, with references followed once; that the document is right is for the tests to say.

use std::{fmt, marker::PhantomData, sync::OnceLock};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value as Json;

/// The document as it is served.
pub(crate) const TEXT: &str = include_str!("../openapi.yaml");

/// All operations, in the order in which the document has them.
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) info: Info,
    pub(crate) tags: Vec<Tag>,
    paths: InOrder<Path>,
    components: Components,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) description: String,
}

/// A group of operations.
#[derive(Debug, Deserialize)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) description: String,
}

#[derive(Debug, Deserialize)]
struct Path {
    #[serde(default)]
    parameters: Vec<Referred<Parameter>>,
    #[serde(flatten)]
    operations: Methods,
}

#[derive(Debug, Deserialize)]
struct Methods {
    get: Option<Operation>,
    post: Option<Operation>,
    put: Option<Operation>,
    delete: Option<Operation>,
}

/// What can be asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    #[serde(rename = "operationId")]
    pub(crate) id: String,
    tags: Vec<String>,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(rename = "x-scope")]
    pub(crate) scope: String,
    #[serde(rename = "x-door", default)]
    pub(crate) door: String,
    #[serde(default)]
    parameters: Vec<Referred<Parameter>>,
    request_body: Option<Referred<Body>>,
    responses: InOrder<Referred<Body>>,
}

/// A value in the address or in a header.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) description: String,
    pub(crate) schema: Schema,
    #[serde(default)]
    pub(crate) example: Json,
}

/// A body that is sent, or the answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    #[serde(default)]
    content: InOrder<Content>,
}

#[derive(Debug, Deserialize)]
struct Content {
    #[serde(default)]
    schema: Schema,
    #[serde(default)]
    example: Json,
}

/// What a value may be.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    r#type: Option<Json>,
    #[serde(default)]
    r#enum: Vec<Json>,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    properties: InOrder<Schema>,
    #[serde(default)]
    required: Vec<String>,
    items: Option<Box<Schema>>,
    #[serde(default)]
    all_of: Vec<Schema>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    parameters: InOrder<Parameter>,
    request_bodies: InOrder<Body>,
    responses: InOrder<Body>,
    schemas: InOrder<Schema>,
}

/// A value, or the name of one among the components.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Referred<T> {
    Name {
        #[serde(rename = "$ref")]
        reference: String,
    },
    Value(T),
}

impl<T> Referred<T> {
    fn found<'d>(&'d self, among: &'d InOrder<T>) -> Option<&'d T> {
        match self {
            Self::Name { reference } => among.get(reference),
            Self::Value(value) => Some(value),
        }
    }
}

/// A JSON object whose members keep their order.
#[derive(Debug)]
struct InOrder<T>(Vec<(String, T)>);

impl<T> InOrder<T> {
    /// The member that a name, or a reference that ends with it, means.
    fn get(&self, reference: &str) -> Option<&T> {
        let name = reference.rsplit('/').next()?;
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Vec<(String, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// An operation with its address.
#[derive(Debug)]
pub(crate) struct Listed<'d> {
    pub(crate) method: &'static str,
    pub(crate) path: &'d str,
    pub(crate) operation: &'d Operation,
    shared: &'d [Referred<Parameter>],
    document: &'d Document,
}

/// A field of a body.
#[derive(Debug)]
pub(crate) struct Field<'d> {
    pub(crate) name: &'d str,
    pub(crate) schema: &'d Schema,
    pub(crate) is_required: bool,
}

impl Document {
    /// The document; `None` only if the program was built of one that is none, which a test would have found.
    pub(crate) fn read() -> Option<&'static Self> {
        static READ: OnceLock<Option<Document>> = OnceLock::new();
        let json = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json"));
        let read = READ.get_or_init(|| match serde_json::from_slice(json) {
            Ok(document) => Some(document),
            Err(error) => {
                tracing::error!(%error, "the description of the API cannot be read");
                None
            }
        });
        read.as_ref()
    }

    /// The operations of a group.
    pub(crate) fn of_tag<'d>(&'d self, tag: &'d str) -> impl Iterator<Item = Listed<'d>> {
        self.operations().filter(move |listed| listed.operation.tags.iter().any(|name| name == tag))
    }

    fn operations(&self) -> impl Iterator<Item = Listed<'_>> {
        self.paths.0.iter().flat_map(move |(path, item)| {
            let Methods { get, post, put, delete } = &item.operations;
            let methods = [("GET", get), ("POST", post), ("PUT", put), ("DELETE", delete)];
            methods.into_iter().filter_map(move |(method, operation)| {
                let operation = operation.as_ref()?;
                Some(Listed { method, path, operation, shared: &item.parameters, document: self })
            })
        })
    }
}

impl<'d> Listed<'d> {
    /// What goes into the address and the headers.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'d Parameter> {
        let known = &self.document.components.parameters;
        self.shared.iter().chain(&self.operation.parameters).filter_map(|one| one.found(known))
    }

    /// The example of a body; `None` where none is sent.
    pub(crate) fn example(&self) -> Option<&'d Json> {
        self.content().map(|content| &content.example)
    }

    /// The fields of the body.
    pub(crate) fn fields(&self) -> Vec<Field<'d>> {
        self.content().map(|content| self.document.fields_of(&content.schema)).unwrap_or_default()
    }

    fn content(&self) -> Option<&'d Content> {
        let body = self.operation.request_body.as_ref()?.found(&self.document.components.request_bodies)?;
        body.content.get("application/json").or_else(|| body.content.0.first().map(|(_, content)| content))
    }

    /// The fields of the answer when all goes well; none where it is no object.
    pub(crate) fn answer(&self) -> Vec<Field<'d>> {
        let answer = self.operation.responses.get("200");
        let body = answer.and_then(|answer| answer.found(&self.document.components.responses));
        let content = body.and_then(|body| body.content.0.first());
        content.map(|(_, content)| self.document.fields_of(&content.schema)).unwrap_or_default()
    }
}

impl Document {
    fn fields_of<'d>(&'d self, schema: &'d Schema) -> Vec<Field<'d>> {
        let schema = self.meant(schema);
        let mut fields: Vec<Field<'d>> = schema.all_of.iter().flat_map(|part| self.fields_of(part)).collect();
        fields.extend(schema.properties.0.iter().map(|(name, field)| Field {
            name,
            schema: field,
            is_required: schema.required.contains(name),
        }));
        fields
    }

    fn meant<'d>(&'d self, schema: &'d Schema) -> &'d Schema {
        schema.reference.as_ref().and_then(|name| self.components.schemas.get(name)).unwrap_or(schema)
    }

    /// What a value may be, in a word or two.
    pub(crate) fn kind(&self, schema: &Schema) -> String {
        let schema = self.meant(schema);
        if let Some(items) = &schema.items {
            return format!("list of {}", self.kind(items));
        }
        if !schema.r#enum.is_empty() {
            return self.choices(schema).join(", ");
        }
        match &schema.r#type {
            Some(Json::String(kind)) if kind == "boolean" => "true or false".to_owned(),
            Some(Json::String(kind)) if kind == "string" => "text".to_owned(),
            Some(Json::String(kind)) if kind == "integer" => "whole number".to_owned(),
            Some(Json::String(kind)) => kind.clone(),
            _ => String::new(),
        }
    }

    /// The values that there are to choose from; none where any will do.
    pub(crate) fn choices<'d>(&'d self, schema: &'d Schema) -> Vec<&'d str> {
        let schema = self.meant(schema);
        if schema.r#type == Some(Json::from("boolean")) {
            return vec!["true", "false"];
        }
        schema.r#enum.iter().filter_map(Json::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_operation_is_in_a_group_that_is_shown_and_every_reference_leads_somewhere() {
        let document = Document::read().unwrap();
        let shown: usize = document.tags.iter().map(|tag| document.of_tag(&tag.name).count()).sum();
        assert_eq!(shown, document.operations().count());
        for listed in document.operations() {
            let Operation { parameters, request_body, id, .. } = listed.operation;
            let named = listed.shared.len() + parameters.len();
            assert_eq!(listed.parameters().count(), named, "{id}: a parameter is not there");
            assert_eq!(listed.content().is_some(), request_body.is_some(), "{id}: its body");
            for field in listed.fields().iter().chain(&listed.answer()) {
                let is_there = |schema: &Schema| {
                    schema.reference.is_none() || !std::ptr::eq(document.meant(schema), schema)
                };
                assert!(is_there(field.schema), "{id}: {}", field.name);
            }
        }
    }

    #[test]
    fn members_keep_their_order_and_references_are_followed() {
        let document = Document::read().unwrap();
        let listed = document.operations().find(|listed| listed.operation.id == "saveRoute").unwrap();
        let fields = listed.fields();
        let names: Vec<&str> = fields.iter().take(3).map(|field| field.name).collect();
        assert_eq!(names, ["serviceName", "protocol", "isEdit"]);
        assert_eq!(document.kind(fields.get(1).unwrap().schema), "http, tcp, udp");
        assert!(fields.first().unwrap().is_required);
        assert!(listed.answer().iter().any(|field| field.name == "ok"), "through `allOf`");
    }
}
