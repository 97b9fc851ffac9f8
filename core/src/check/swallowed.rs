//! Single values that Traefik takes without a word, although nobody can mean them.

use super::{
    links::Links,
    nodes::{section, structs},
    objects::{ObjectId, Step},
    scalar::parse_integer,
    values::is_token,
};
use crate::tree::NodeRef;

/// The code of a text that is none of those that Traefik knows.
pub(super) const UNKNOWN_VALUE: &str = "unknown-value";

/// What is said of a text that is none of those that Traefik knows, and what to do; `None` where it is one.
pub(super) fn unknown(noun: &str, text: &str, known: &[&str]) -> Option<(String, String)> {
    let is_unknown = !text.is_empty() && !known.contains(&text);
    is_unknown.then(|| {
        let message = format!("Traefik knows no {noun} `{text}`, and takes its default");
        (message, format!("write one of {}", known.join(", ")))
    })
}

impl<'t> Links<'_, '_, 't> {
    /// The cookie of a service that keeps visitors with one server.
    pub(super) fn cookie(&mut self, id: ObjectId, kind: &str, node: NodeRef<'t>) {
        let Some(cookie) = section(node, "sticky").and_then(|sticky| section(sticky, "cookie")) else {
            return;
        };
        let Some((at, text)) = Self::text(cookie, "sameSite") else { return };
        if let Some((message, remedy)) = unknown("sameSite", &text, &["none", "lax", "strict"]) {
            let steps =
                [Step::Field(kind), Step::Field("sticky"), Step::Field("cookie"), Step::Field("sameSite")];
            self.lint(id, at, &steps, UNKNOWN_VALUE, message, remedy);
        }
    }

    /// How a load balancer asks its servers whether they are well.
    pub(super) fn health_check(&mut self, id: ObjectId, balancer: NodeRef<'t>) {
        let Some(check) = section(balancer, "healthCheck") else { return };
        let steps = |field| [Step::Field("loadBalancer"), Step::Field("healthCheck"), Step::Field(field)];
        if let Some((at, text)) = Self::text(check, "mode")
            && let Some((message, remedy)) = unknown("mode of a health check", &text, &["http", "grpc"])
        {
            self.lint(id, at, &steps("mode"), UNKNOWN_VALUE, message, remedy);
        }
        if let Some((at, text)) = Self::text(check, "method")
            && !text.is_empty()
            && !is_token(&text)
        {
            let message = format!("`{text}` is no method, so every health check fails");
            self.lint(id, at, &steps("method"), "bad-value", message, "write GET or HEAD");
        }
    }

    /// The weights of a list of HTTP: a negative one counts as 0.
    pub(super) fn weights(&mut self, id: ObjectId, kind: &str, node: NodeRef<'t>, list: &'static str) {
        for (index, child) in structs(node, list) {
            if let Some((at, text)) = Self::text(child, "weight")
                && parse_integer(&text, i128::MIN..=-1).is_some()
            {
                let steps = [Step::Field(kind), Step::Field(list), Step::Index(index), Step::Field("weight")];
                self.lint(id, at, &steps, "bad-value", "a weight may not be negative", "write 0 or more");
            }
        }
    }
}
