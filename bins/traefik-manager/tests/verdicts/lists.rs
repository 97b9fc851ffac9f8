//! Lists of texts, and lists of mappings.

use serde_json::{Value, json};

use crate::{
    table::{Statement, disabled, ours, reads, refused, taken},
    texts::{router, service},
};

const UNKNOWN: &str = "error disables-object unknown-entry-point";

pub(crate) fn statements() -> Vec<Statement> {
    [of_texts(), of_mappings()].into_iter().flatten().collect()
}

fn of_texts() -> Vec<Statement> {
    let points = |value: &str| router(&format!("entryPoints: {value}"));
    let pointer = "/routers/a-N@file/entryPoints";
    let mut all = vec![
        reads(points("web"), &[], pointer, json!(["web"])),
        reads(points("\"web, websecure\""), &[], pointer, json!(["web", "websecure"])),
        reads(points("[\"  web\"]"), &[], pointer, json!(["web"])),
        disabled(points("[\"web,websecure\"]"), &[UNKNOWN], &["http.routers.a-N"]),
        disabled(points("true"), &[UNKNOWN], &["http.routers.a-N"]),
        // An empty one is empty: all entry points that are a default.
        reads(points("\"\""), &[], pointer, json!(["tcp", "web", "websecure"])),
        reads(points("[]"), &[], pointer, json!(["tcp", "web", "websecure"])),
        reads(points("{a: web}"), &["lint lost-value"], pointer, json!(["tcp", "web", "websecure"])),
        // Traefik cuts it there itself; nobody means that, and `check` refuses it.
        ours(points("[\"web║websecure\"]"), &["error refuses-file separator", UNKNOWN]),
        ours(points("\"web║websecure\""), &["error refuses-file separator", UNKNOWN]),
    ];
    all.extend([
        refused(points("[[web]]"), "nested-list", "unsupported simple value type: slice"),
        refused(points("[null]"), "null-in-list", "unsupported simple value type: invalid"),
        refused(points("[{name: web}]"), "wrong-type", "field not found, node: name"),
        refused(points("{a: {b: c}}"), "wrong-type", "field not found, node: b"),
    ]);
    all
}

fn of_mappings() -> Vec<Statement> {
    let servers = |value: &str| service(&format!("loadBalancer: {{servers: {value}}}"));
    let pointer = "/services/s-N@file/loadBalancer/servers";
    let mut all = vec![
        // A mapping has one element per key, with what stands below it; a text below it is nothing.
        reads(
            servers("{a: {url: \"http://x\"}, b: y}"),
            &["lint lost-value"],
            pointer,
            json!([{ "url": "http://x" }, {}]),
        ),
        reads(servers("{url: x}"), &["lint lost-value"], pointer, json!([{}])),
        refused(servers("[[a]]"), "nested-list", "unsupported simple value type: slice"),
        refused(servers("[null]"), "null-in-list", "unsupported simple value type: invalid"),
        refused(servers("[{nope: x}]"), "unknown-field", "field not found, node: nope"),
        refused(servers("{nope: {nope: x}}"), "unknown-field", "field not found, node: nope"),
    ];
    all.extend(
        ["foo", "[foo]", "true"]
            .map(|value| reads(servers(value), &["lint lost-value"], pointer, Value::Null)),
    );
    all.extend(
        ["foo", "[foo]"]
            .map(|value| taken(router(&format!("tls: {{domains: {value}}}")), &["lint lost-value"])),
    );
    all
}
