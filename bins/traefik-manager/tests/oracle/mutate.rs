//! Configurations with something changed: by chance, but the same on every machine.

use serde_yaml::{Mapping, Value};

/// A generator of numbers that is the same on every machine.
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number from 0 to below the limit.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % below.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.roll(list.len())]
    }
}

/// YAML that takes a value's place, exactly as it is written here.
const VALUES: &[&str] = &[
    "\"\"",
    "foo",
    "42",
    "-1",
    "0",
    "1.5",
    "true",
    "false",
    "yes",
    "~",
    "{}",
    "[]",
    "[a]",
    "[a, b]",
    "[null]",
    "[[a]]",
    "[{a: b}]",
    "[{}]",
    "{a: b}",
    "{a: {b: c}}",
    "{a: null}",
    "2001-01-01",
    "\"2001-01-01\"",
    "010",
    "0x1F",
    "1_000",
    "1e3",
    "\"42\"",
    "\" 7\"",
    "\"0x2A\"",
    ".inf",
    "9223372036854775808",
    "\"a, b\"",
    "web",
    "[\"web,x\"]",
    "!!str 5",
    "!!int 5",
    "'it''s'",
    "\"\\u00e9\"",
    "nope@docker",
    "x@file",
    "noop@internal",
    "1d",
    "10 s",
    "5.s",
    "-1s",
    "1h30m",
    "10",
    "on",
    "TRUE",
    "tRUE",
    "{1: a}",
    "{\"\": a}",
    "[1, 2]",
    "[true]",
    "999",
    "100",
    "600",
    "-500",
    "\"*\"",
    "\"/\"",
    "\"(\"",
    "10.0.0.0/33",
    "10.0.0.0/8",
    "http://[::1",
    "\"%zz\"",
    "wrr",
    "hrw",
    "nope",
    "default",
];

const RULES: &[&str] = &[
    "\"\"",
    "\"Host(`a`)\"",
    "\"Host(`a`) && \"",
    "\"Host(`a`, `b`)\"",
    "\"Hots(`a`)\"",
    "\"Host('a')\"",
    "\"PathRegexp(`(`)\"",
    "\"HostSNI(`a`)\"",
    "\"HostSNI(`*`)\"",
    "\"HostSNI(`*.a.b`)\"",
    "\"!HostSNI(`a`)\"",
    "\"Host(`bücher.example`)\"",
    "\"ClientIP(`10.0.0.0/33`)\"",
    "\"Host(`a`) | Host(`b`)\"",
    "\"Method(`GET`)\"",
    "\"Header(`a`)\"",
    "\"Query(`a`)\"",
    "\"Path(`x`)\"",
    "foo",
];

/// Names of fields, of this and of later versions, and some of nobody.
const FIELDS: &[&str] = &[
    "entryPoints",
    "rule",
    "ruleSyntax",
    "service",
    "middlewares",
    "priority",
    "tls",
    "observability",
    "parentRefs",
    "loadBalancer",
    "weighted",
    "mirroring",
    "failover",
    "highestRandomWeight",
    "servers",
    "url",
    "address",
    "strategy",
    "sticky",
    "cookie",
    "healthCheck",
    "passiveHealthCheck",
    "serversTransport",
    "preservePath",
    "weight",
    "mirrorBody",
    "errors",
    "status",
    "statusRewrites",
    "encodings",
    "ipv6Subnet",
    "rejectStatusCode",
    "forwardBody",
    "maxBodySize",
    "headerField",
    "redis",
    "path",
    "domain",
    "disableSessionTickets",
    "traceVerbosity",
    "unhealthyInterval",
    "proxyProtocol",
    "encodedCharacters",
    "timeout",
    "minVersion",
    "cipherSuites",
    "options",
    "certResolver",
    "domains",
    "compress",
    "contentType",
    "addPrefix",
    "headers",
    "retry",
    "plugin",
    "chain",
    "models",
    "defaultRule",
    "snippet",
    "urlRewrite",
    "banana",
    "addXForwardedSchemeHeaders",
    "http",
    "tcp",
    "routers",
    "services",
    "x-note",
];

/// The text of a mutant of a configuration.
pub(crate) fn mutant(base: &Value, dice: &mut Dice) -> String {
    let mut root = base.clone();
    let mut raw = Vec::new();
    for _ in 0..=dice.roll(3).saturating_sub(1) {
        mutate(&mut root, dice, &mut raw);
    }
    let mut text = serde_yaml::to_string(&root).unwrap();
    for (index, written) in raw.iter().enumerate() {
        text = text.replace(&placeholder(index), written);
    }
    text
}

fn placeholder(index: usize) -> String {
    format!("RAW{index}WAR")
}

fn written(text: &str, raw: &mut Vec<String>) -> Value {
    raw.push(text.to_owned());
    Value::String(placeholder(raw.len() - 1))
}

/// The way to a node: keys by their place.
type Path = Vec<usize>;

fn paths(value: &Value, here: &Path, all: &mut Vec<Path>) {
    let count = match value {
        Value::Mapping(mapping) => mapping.len(),
        Value::Sequence(items) => items.len(),
        _ => 0,
    };
    for index in 0..count {
        let mut path = here.clone();
        path.push(index);
        all.push(path.clone());
        if let Some(child) = child(value, index) {
            paths(child, &path, all);
        }
    }
}

fn child(value: &Value, index: usize) -> Option<&Value> {
    match value {
        Value::Mapping(mapping) => mapping.iter().nth(index).map(|(_, value)| value),
        Value::Sequence(items) => items.get(index),
        _ => None,
    }
}

fn node<'v>(root: &'v mut Value, path: &[usize]) -> Option<&'v mut Value> {
    path.iter().try_fold(root, |value, &index| match value {
        Value::Mapping(mapping) => mapping.iter_mut().nth(index).map(|(_, value)| value),
        Value::Sequence(items) => items.get_mut(index),
        _ => None,
    })
}

fn mutate(root: &mut Value, dice: &mut Dice, raw: &mut Vec<String>) {
    let mut all = Vec::new();
    paths(root, &Path::new(), &mut all);
    if all.is_empty() {
        return;
    }
    let path = all[dice.roll(all.len())].clone();
    let other = all[dice.roll(all.len())].clone();
    let (last, parent) = path.split_last().map(|(last, parent)| (*last, parent.to_vec())).unwrap();
    match dice.roll(12) {
        0 | 1 => drop(remove(root, &parent, last)),
        2 => rename(root, &parent, last, dice, raw),
        3 | 4 => set(root, &path, written(dice.pick(VALUES), raw)),
        5 => set(root, &path, written(dice.pick(&["{}", "[]", "~", "\"\""]), raw)),
        6 => {
            let moved = node(root, &path).map(|value| value.clone());
            if let (Some(moved), Some(Value::Mapping(target))) = (moved, node(root, &other)) {
                target.insert(dice.pick(FIELDS).into(), moved);
            }
        }
        7 => {
            if let Some(Value::Mapping(target)) = node(root, &parent) {
                target.insert(dice.pick(FIELDS).into(), written(dice.pick(VALUES), raw));
            }
        }
        8 => {
            if let Some(value) = node(root, &path) {
                *value = Value::Sequence(vec![value.clone()]);
            }
        }
        9 => {
            // A value of the same file somewhere else: names of other objects, other shapes.
            let from = node(root, &other).map(|value| value.clone());
            if let Some(from) = from {
                set(root, &path, from);
            }
        }
        10 => {
            let rules: Vec<Path> = all.into_iter().filter(|path| is_below(root, path, "rule")).collect();
            if !rules.is_empty() {
                set(root, &rules[dice.roll(rules.len())], written(dice.pick(RULES), raw));
            }
        }
        _ => twice(root, &parent, last),
    }
}

fn is_below(root: &Value, path: &[usize], key: &str) -> bool {
    let Some((last, parent)) = path.split_last() else { return false };
    let parent = parent.iter().try_fold(root, |value, &index| child(value, index));
    matches!(parent, Some(Value::Mapping(mapping)) if mapping.keys().nth(*last).and_then(Value::as_str) == Some(key))
}

fn set(root: &mut Value, path: &[usize], value: Value) {
    if let Some(node) = node(root, path) {
        *node = value;
    }
}

fn remove(root: &mut Value, parent: &[usize], index: usize) -> Option<Value> {
    match node(root, parent)? {
        Value::Mapping(mapping) => {
            let key = mapping.keys().nth(index)?.clone();
            mapping.shift_remove(&key)
        }
        Value::Sequence(items) if index < items.len() => Some(items.remove(index)),
        _ => None,
    }
}

fn rename(root: &mut Value, parent: &[usize], index: usize, dice: &mut Dice, raw: &mut Vec<String>) {
    let Some(Value::Mapping(mapping)) = node(root, parent) else { return };
    let entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
    let mut renamed = Mapping::new();
    for (at, (key, value)) in entries.into_iter().enumerate() {
        let text = key.as_str().unwrap_or_default().to_owned();
        let key = if at == index {
            match dice.roll(7) {
                0 => Value::from(text.to_uppercase()),
                1 => Value::from(text + "s"),
                2 => Value::from(text.replace(char::is_uppercase, "-")),
                3 => written(
                    dice.pick(&["1", "1.5", "true", "2001-01-01", "~", "\"\"", "a@b", "\"[0]\""]),
                    raw,
                ),
                4 => Value::from(dice.pick(FIELDS)),
                5 => Value::from(text.chars().skip(1).collect::<String>()),
                _ => Value::from(text.to_lowercase()),
            }
        } else {
            key
        };
        renamed.insert(key, value);
    }
    *mapping = renamed;
}

/// The same key again, in another spelling.
fn twice(root: &mut Value, parent: &[usize], index: usize) {
    let Some(Value::Mapping(mapping)) = node(root, parent) else { return };
    let Some((key, value)) = mapping.iter().nth(index).map(|(key, value)| (key.clone(), value.clone()))
    else {
        return;
    };
    if let Some(key) = key.as_str() {
        mapping.insert(key.to_uppercase().into(), value);
    }
}
