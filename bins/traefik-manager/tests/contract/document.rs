//! The document of the API, read from the program that serves it.

use hyper::Method;
use serde_json::{Value, json};

use crate::{
    shape,
    support::http::{Answer, Client},
};

/// The whole document.
#[derive(Debug)]
pub(crate) struct Document(Value);

/// What needs what another has done, or changes what others need.
const LAST: [&str; 6] = [
    "beginSecondFactor",
    "enableSecondFactor",
    "renewRecoveryCodes",
    "disableSecondFactor",
    "changePassword",
    "restartTraefik",
];

/// An operation with what it takes for it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) scope: String,
    pub(crate) is_public: bool,
    /// The example of the body; nothing where none is sent.
    pub(crate) body: Option<Value>,
    /// Names, places and examples of the parameters.
    parameters: Vec<Value>,
    responses: Value,
}

impl Document {
    pub(crate) async fn of(stranger: &Client) -> Self {
        let answer = stranger.get("/openapi.yaml").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/yaml"));
        Self(serde_yaml::from_slice(&answer.body).unwrap())
    }

    /// All operations: those that read, then those that change, then those that delete, and those last whose turn matters.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
            {
                all.push(self.operation(method, path, &item["parameters"], operation));
            }
        }
        all.sort_by_key(|operation: &Operation| match operation.method {
            _ if LAST.contains(&operation.id.as_str()) => {
                3 + LAST.iter().position(|id| *id == operation.id).unwrap()
            }
            Method::GET => 0,
            Method::DELETE => 2,
            _ if operation.path.contains("delete") => 2,
            _ => 1,
        });
        all
    }

    fn operation(&self, method: &str, path: &str, shared: &Value, operation: &Value) -> Operation {
        let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
        let lists = [shared, &operation["parameters"]].into_iter();
        let parameters = lists.flat_map(|list| list.as_array().into_iter().flatten());
        let body = &self.found(&operation["requestBody"])["content"]["application/json"]["example"];
        Operation {
            id: text("operationId"),
            method: method.to_uppercase().parse().unwrap(),
            path: path.to_owned(),
            scope: text("x-scope"),
            is_public: text("x-door") == "public",
            body: (!body.is_null()).then(|| body.clone()),
            parameters: parameters.map(|one| self.found(one).clone()).collect(),
            responses: operation["responses"].clone(),
        }
    }

    fn found<'v>(&'v self, value: &'v Value) -> &'v Value {
        let reference = value["$ref"].as_str();
        reference.map_or(value, |name| self.0.pointer(name.trim_start_matches('#')).unwrap())
    }

    /// What is wrong with an answer; nothing where it is as the document says.
    pub(crate) fn faults(&self, operation: &Operation, answer: &Answer) -> Vec<String> {
        let status = answer.status.as_u16().to_string();
        let said = operation.responses.get(&status).unwrap_or(&operation.responses["default"]);
        let content = self.found(said)["content"].as_object().unwrap();
        let kind = answer.header("content-type");
        let Some(body) = content.get(kind) else {
            return vec![format!("`{kind}` is not among {:?}", content.keys().collect::<Vec<_>>())];
        };
        match (kind, body.get("schema")) {
            ("application/json", Some(schema)) => shape::faults(&self.0, schema, &answer.json()),
            ("application/json", None) => vec!["no schema".to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Operation {
    /// The address with the parameters filled in: with what is known, else with their examples.
    pub(crate) fn address(&self, known: &Value) -> String {
        let mut path = self.path.clone();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for parameter in &self.parameters {
            let name = parameter["name"].as_str().unwrap();
            let value = known.get(name).unwrap_or(&parameter["example"]);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match parameter["in"].as_str().unwrap() {
                "path" => path = path.replace(&format!("{{{name}}}"), &encoded(&value)),
                "query" if value != "null" => {
                    query.append_pair(name, &value);
                }
                _ => {}
            }
        }
        let query = query.finish();
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The body with what is known in the place of its example.
    pub(crate) fn filled_body(&self, known: &Value) -> Value {
        let mut body = self.body.clone().unwrap_or_else(|| json!({}));
        for (name, value) in known.as_object().into_iter().flatten() {
            if body.get(name).is_some() {
                body[name] = value.clone();
            }
        }
        body
    }
}

fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |text, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            text + &char::from(byte).to_string()
        }
        other => format!("{text}%{other:02X}"),
    })
}
