//! Whether an answer has the shape that the document says: the part of JSON Schema (2020-12) that the document uses.
//!
//! A keyword that is not known here is a mistake, so that nothing in the document is taken for tested that is not.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What says nothing of the shape.
const SILENT: [&str; 4] = ["description", "default", "format", "example"];

/// What is wrong with a value; nothing where it is as the schema says.
pub(crate) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut judge = Judge { document, faults: Vec::new() };
    judge.judge(schema, value, "$");
    judge.faults
}

struct Judge<'d> {
    document: &'d Value,
    faults: Vec<String>,
}

impl Judge<'_> {
    /// Judges a value, and says which members of it the schema has spoken of.
    fn judge(&mut self, schema: &Value, value: &Value, at: &str) -> BTreeSet<String> {
        let mut spoken = BTreeSet::new();
        let rules = schema.as_object().unwrap_or_else(|| panic!("{at}: {schema} is no schema"));
        for (keyword, rule) in rules {
            match keyword.as_str() {
                "$ref" => {
                    let found = self.document.pointer(rule.as_str().unwrap().trim_start_matches('#'));
                    let found = found.unwrap_or_else(|| panic!("{rule} leads nowhere")).clone();
                    spoken.append(&mut self.judge(&found, value, at));
                }
                "type" => self.expect(is_of(rule, value), at, &format!("is not of type {rule}: {value}")),
                "const" => self.expect(rule == value, at, &format!("must be {rule} and is {value}")),
                "enum" => {
                    let is_among = rule.as_array().unwrap().contains(value);
                    self.expect(is_among, at, &format!("{value} is not among {rule}"));
                }
                "minimum" => {
                    self.expect(is_in_order(rule, value), at, &format!("{value} is less than {rule}"));
                }
                "maximum" => {
                    self.expect(is_in_order(value, rule), at, &format!("{value} is more than {rule}"));
                }
                "maxLength" => {
                    let fits = value
                        .as_str()
                        .is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap());
                    self.expect(fits, at, "is too long");
                }
                "required" => {
                    for name in rule.as_array().unwrap().iter().filter_map(Value::as_str) {
                        let is_there = value.as_object().is_none_or(|members| members.contains_key(name));
                        self.expect(is_there, at, &format!("lacks `{name}`"));
                    }
                }
                "properties" => spoken.append(&mut self.members(rule.as_object().unwrap(), value, at)),
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.judge(rule, item, &format!("{at}[{number}]"));
                    }
                }
                "allOf" => {
                    for part in rule.as_array().unwrap() {
                        spoken.append(&mut self.judge(part, value, at));
                    }
                }
                "oneOf" => spoken.append(&mut self.one_of(rule.as_array().unwrap(), value, at)),
                // Judged below, when all the others have spoken.
                "additionalProperties" | "unevaluatedProperties" => {}
                known if SILENT.contains(&known) => {}
                other => panic!("{at}: nothing here knows what `{other}` means"),
            }
        }
        self.others(rules, value, at, &mut spoken);
        spoken
    }

    fn expect(&mut self, is_so: bool, at: &str, fault: &str) {
        if !is_so {
            self.faults.push(format!("{at} {fault}"));
        }
    }

    fn members(&mut self, known: &Map<String, Value>, value: &Value, at: &str) -> BTreeSet<String> {
        let mut spoken = BTreeSet::new();
        for (name, member) in value.as_object().into_iter().flatten() {
            if let Some(schema) = known.get(name) {
                self.judge(schema, member, &format!("{at}.{name}"));
                spoken.insert(name.clone());
            }
        }
        spoken
    }

    fn one_of(&mut self, schemas: &[Value], value: &Value, at: &str) -> BTreeSet<String> {
        let tried = schemas.iter().map(|schema| {
            let mut judge = Judge { document: self.document, faults: Vec::new() };
            let spoken = judge.judge(schema, value, at);
            (judge.faults, spoken)
        });
        let (good, bad): (Vec<_>, Vec<_>) = tried.partition(|(faults, _)| faults.is_empty());
        if let [(_, spoken)] = good.as_slice() {
            return spoken.clone();
        }
        let why: Vec<_> = bad.into_iter().map(|(faults, _)| faults).collect();
        self.faults.push(format!("{at} is of {} of the shapes: {why:?}", good.len()));
        BTreeSet::new()
    }

    /// What the schema says of members that it does not name.
    fn others(&mut self, rules: &Map<String, Value>, value: &Value, at: &str, spoken: &mut BTreeSet<String>) {
        let named = rules.get("properties").and_then(Value::as_object);
        for (name, member) in value.as_object().into_iter().flatten() {
            let is_named = named.is_some_and(|named| named.contains_key(name));
            if let Some(rule) = rules.get("additionalProperties").filter(|_| !is_named) {
                spoken.insert(name.clone());
                if rule == &Value::Bool(false) {
                    self.faults.push(format!("{at} has `{name}`, of which the document says nothing"));
                } else if rule.is_object() {
                    self.judge(rule, member, &format!("{at}.{name}"));
                }
            } else if rules.get("unevaluatedProperties") == Some(&Value::Bool(false))
                && !spoken.contains(name)
            {
                self.faults.push(format!("{at} has `{name}`, of which the document says nothing"));
            }
        }
    }
}

fn is_of(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("there is no type {other}"),
    };
    match types {
        Value::Array(types) => types.iter().any(is),
        one => is(one),
    }
}

fn is_in_order(less: &Value, more: &Value) -> bool {
    less.as_f64().zip(more.as_f64()).is_none_or(|(less, more)| less <= more)
}

#[test]
fn a_wrong_shape_is_told_from_a_right_one() {
    use serde_json::json;
    let document = json!({"known": {
        "done": {"type": "object", "required": ["ok"], "properties": {"ok": {"const": true}}},
    }});
    let schema = json!({
        "allOf": [{"$ref": "#/known/done"}],
        "properties": {
            "kind": {"type": "string", "enum": ["a", "b"]},
            "list": {"type": "array", "items": {"type": ["integer", "null"]}},
            "either": {"oneOf": [{"type": "boolean"}, {"type": "object", "additionalProperties": false}]},
            "any": {"type": "object", "additionalProperties": {"type": "boolean"}},
        },
        "unevaluatedProperties": false,
    });
    let good = [
        json!({"ok": true}),
        json!({"ok": true, "kind": "a", "list": [1, null], "either": {}, "any": {"x": true}}),
    ];
    for value in good {
        assert_eq!(faults(&document, &schema, &value), Vec::<String>::new(), "{value}");
    }
    let bad = [
        json!({}),
        json!({"ok": false}),
        json!({"ok": true, "more": 1}),
        json!({"ok": true, "kind": "c"}),
        json!({"ok": true, "list": ["1"]}),
        json!({"ok": true, "either": {"x": 1}}),
        json!({"ok": true, "any": {"x": 1}}),
    ];
    for value in bad {
        assert_eq!(faults(&document, &schema, &value).len(), 1, "{value}");
    }
}
