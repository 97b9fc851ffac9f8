//! What a middleware must satisfy.

use super::{
    context::Section,
    expression::{self, Dialect},
    finding::{Effect, Level},
    links::Links,
    nodes::{entries, section, text_of, texts, value_of},
    objects::{ObjectId, Step},
    scalar::{Scalar, parse_duration, parse_integer},
    schema::{self, Shape},
    values::{is_media_type, is_status_range, names_a_status},
};
use crate::{
    config::value::parse_bool,
    traefik::{Protocol, rule::regex},
    tree::{Kind, NodeRef},
};

impl<'t> Links<'_, '_, 't> {
    pub(super) fn middleware(&mut self, id: ObjectId) {
        let Some(object) = self.object(id) else { return };
        let (node, protocol) = (object.node, object.protocol);
        if node.kind() == Kind::Scalar && Scalar::of(node) == Scalar::Opaque {
            return;
        }
        let version = self.context.version;
        let fields = if protocol == Protocol::Tcp { schema::TCP_MIDDLEWARE.0 } else { schema::MIDDLEWARE.0 };
        let mut kinds = Vec::new();
        let mut is_opaque = false;
        for field in fields.iter().filter(|field| field.exists_in(version) && !field.is_ignored) {
            let Some(value) = value_of(node, field.name) else { continue };
            is_opaque |= value.kind() == Kind::Scalar && Scalar::of(value) == Scalar::Opaque;
            let is_there = match field.shape {
                Shape::Switch(_) => section(node, field.name).is_some(),
                _ => true,
            };
            if is_there {
                kinds.push((field.name, value));
            }
        }
        match kinds.as_slice() {
            [] if is_opaque => {}
            [] => {
                let message = "the middleware has no kind, so it does nothing but disable its routers";
                self.fault(id, node, &[], "no-kind", message, "say what it does, as in `compress: {}`");
            }
            [_, (second, at), ..] if protocol == Protocol::Http => {
                let message = "the middleware has several kinds, and Traefik takes one";
                let remedy = "make two middlewares of it, and a chain if both are wanted";
                self.fault(id, *at, &[Step::Field(second)], "several-kinds", message, remedy);
            }
            kinds => {
                for (name, kind) in kinds {
                    self.middleware_kind(id, name, *kind);
                }
            }
        }
    }

    fn middleware_kind(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>) {
        let here = Step::Field(name);
        match name {
            "addPrefix" => {
                self.needs_text(id, name, kind, "prefix", "the prefix is empty", "write one, such as /api");
            }
            "redirectScheme" => {
                self.needs_text(id, name, kind, "scheme", "the scheme is missing", "write `scheme: https`");
            }
            "stripPrefixRegex" => self.regexes(id, name, kind, "regex"),
            "replacePathRegex" | "redirectRegex" => self.regex(id, name, kind, "regex"),
            "chain" => {
                let protocol = Section::Middlewares(Protocol::Http);
                let steps = [here, Step::Field("middlewares")];
                self.link_all(id, protocol, texts(kind, "middlewares").collect(), &steps);
            }
            "ipAllowList" | "ipWhiteList" => self.allow_list(id, name, kind),
            "headers" => self.headers(id, kind),
            "errors" => self.error_page(id, kind),
            "rateLimit" => self.rate_limit(id, kind),
            "inFlightReq" => self.source_criterion(id, name, kind),
            "basicAuth" => self.users(id, name, kind, 2, "user:hash"),
            "digestAuth" => self.users(id, name, kind, 3, "user:realm:hash"),
            "forwardAuth" => self.forward_auth(id, kind),
            "buffering" => self.buffering(id, kind),
            "circuitBreaker" => self.expression(id, name, kind, "expression", Dialect::CircuitBreaker),
            "compress" => self.compress(id, kind),
            "retry" => self.retry(id, kind),
            "plugin" => self.plugin(id, kind),
            _ => {}
        }
    }

    fn needs_text(
        &mut self,
        id: ObjectId,
        name: &'static str,
        kind: NodeRef<'t>,
        field: &'static str,
        message: &str,
        remedy: &str,
    ) {
        let value = value_of(kind, field);
        let is_opaque = value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque);
        let text = text_of(kind, field).unwrap_or_default();
        if text.is_empty() && !is_opaque {
            let at = value.unwrap_or(kind);
            self.fault(id, at, &[Step::Field(name), Step::Field(field)], "missing-value", message, remedy);
        }
    }

    pub(super) fn regex(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>, field: &'static str) {
        let Some((at, text)) = Self::text(kind, field) else { return };
        self.check_regex(id, at, &[Step::Field(name), Step::Field(field)], &text);
    }

    fn regexes(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>, field: &'static str) {
        for element in texts(kind, field) {
            let Some(text) = element.text else { continue };
            let mut steps = vec![Step::Field(name), Step::Field(field)];
            steps.extend(element.index.map(Step::Index));
            self.check_regex(id, element.node, &steps, &text);
        }
    }

    fn check_regex(&mut self, id: ObjectId, at: NodeRef<'t>, steps: &[Step<'_>], text: &str) {
        if let Err(reason) = regex::check(text) {
            let message = format!("Go cannot read the regular expression: {reason}");
            self.fault(id, at, steps, "bad-regex", message, "correct it; Go has no look-around");
        }
    }

    fn headers(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        self.regexes(id, "headers", kind, "accessControlAllowOriginListRegex");
        let version = self.context.version;
        let says_something = schema::HEADERS.0.iter().filter(|field| field.exists_in(version)).any(|field| {
            let Some(value) = value_of(kind, field.name) else { return false };
            if value.kind() == Kind::Scalar && Scalar::of(value) == Scalar::Opaque {
                return true;
            }
            match field.shape {
                // Since 3.7 Traefik tells an age of 0 from none.
                Shape::Integer if field.name == "accessControlMaxAge" && version.minor() >= 7 => true,
                Shape::Bool => text_of(kind, field.name).and_then(|flag| parse_bool(&flag)) == Some(true),
                Shape::Integer => text_of(kind, field.name)
                    .and_then(|text| parse_integer(&text, i128::MIN..=i128::MAX))
                    .is_some_and(|number| number != 0),
                Shape::Texts => texts(kind, field.name).next().is_some(),
                Shape::TextMap => true,
                _ => text_of(kind, field.name).is_some_and(|text| !text.is_empty()),
            }
        });
        if !says_something {
            let message = "the headers middleware sets nothing, which Traefik refuses";
            self.fault(
                id,
                kind,
                &[Step::Field("headers")],
                "missing-value",
                message,
                "set a header, or remove it",
            );
        }
    }

    fn error_page(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        let here = Step::Field("errors");
        self.status_ranges(id, "errors", kind);
        if let Some(rewrites) = value_of(kind, "statusRewrites") {
            for (key, value) in entries(rewrites).filter(|(_, value)| !value.is_null()) {
                let Some(name) = Scalar::of(key).into_name().filter(|_| !key.is_templated()) else {
                    continue;
                };
                if !is_status_range(&name) {
                    let steps = [here, Step::Field("statusRewrites"), Step::Field(key.text())];
                    let message =
                        format!("`{}` is no text that names a status or a range of them", key.text());
                    self.fault(
                        id,
                        value,
                        &steps,
                        "bad-value",
                        message,
                        "write one like \"500\" or \"500-599\"",
                    );
                }
            }
        }
        let value = value_of(kind, "service");
        if value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque) {
            return;
        }
        let name = text_of(kind, "service").unwrap_or_default();
        let at = value.unwrap_or(kind);
        self.link(id, Section::Services(Protocol::Http), &name, at, &[here, Step::Field("service")]);
    }

    fn status_ranges(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>) {
        for element in texts(kind, "status") {
            let Some(text) = element.text.filter(|text| !names_a_status(text)) else { continue };
            let mut steps = vec![Step::Field(name), Step::Field("status")];
            steps.extend(element.index.map(Step::Index));
            let message = format!("`{text}` is no status or range of them");
            let remedy = "write one like 500 or 500-599";
            if is_status_range(&text) {
                // Traefik takes it, and no answer ever has such a status.
                self.lint(id, element.node, &steps, "bad-value", message, remedy);
            } else {
                self.fault(id, element.node, &steps, "bad-value", message, remedy);
            }
        }
    }

    fn rate_limit(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        let name = "rateLimit";
        if let Some((at, text)) = Self::text(kind, "period")
            && parse_duration(&text).is_some_and(|period| period < 0)
        {
            let steps = [Step::Field(name), Step::Field("period")];
            self.fault(id, at, &steps, "bad-value", "the period is negative", "write a duration such as 1s");
        }
        self.source_criterion(id, name, kind);
        if let Some(redis) = section(kind, "redis") {
            self.client_tls(id, redis, &[Step::Field(name), Step::Field("redis")]);
            if let Some((at, text)) = Self::text(redis, "poolSize")
                && parse_integer(&text, i128::MIN..=-1).is_some()
            {
                let steps = [Step::Field(name), Step::Field("redis"), Step::Field("poolSize")];
                let message = "a negative pool size makes Traefik stop applying any configuration";
                let kind = (Level::Error, Effect::Hangs, "bad-value");
                self.add(id, at, &steps, kind, message, "write 0 or more");
            }
        }
    }

    fn buffering(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        for field in
            ["maxRequestBodyBytes", "memRequestBodyBytes", "maxResponseBodyBytes", "memResponseBodyBytes"]
        {
            if let Some((at, text)) = Self::text(kind, field)
                && parse_integer(&text, i128::MIN..=-1).is_some()
            {
                let steps = [Step::Field("buffering"), Step::Field(field)];
                self.fault(
                    id,
                    at,
                    &steps,
                    "bad-value",
                    "a number of bytes is not negative",
                    "write 0 or more",
                );
            }
        }
        if text_of(kind, "retryExpression").is_some_and(|text| !text.is_empty()) {
            self.expression(id, "buffering", kind, "retryExpression", Dialect::Retry);
        }
    }

    fn expression(
        &mut self,
        id: ObjectId,
        name: &'static str,
        kind: NodeRef<'t>,
        field: &'static str,
        dialect: Dialect,
    ) {
        let value = value_of(kind, field);
        if value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque) {
            return;
        }
        if let Err(reason) = expression::check(&text_of(kind, field).unwrap_or_default(), dialect) {
            let at = value.unwrap_or(kind);
            let message = format!("the expression does not hold: {reason}");
            let remedy = "write one like NetworkErrorRatio() > 0.5";
            self.fault(id, at, &[Step::Field(name), Step::Field(field)], "bad-expression", message, remedy);
        }
    }

    fn compress(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        let here = Step::Field("compress");
        let (mut lists, mut encodings) = (0, Vec::new());
        for field in ["excludedContentTypes", "includedContentTypes"] {
            lists += usize::from(texts(kind, field).next().is_some());
            for element in texts(kind, field) {
                let Some(text) = element.text.filter(|text| !is_media_type(text)) else { continue };
                let mut steps = vec![here, Step::Field(field)];
                steps.extend(element.index.map(Step::Index));
                let message = format!("`{text}` is no media type");
                self.fault(id, element.node, &steps, "bad-value", message, "write one like text/html");
            }
        }
        if lists > 1 {
            let message = "compress takes either excluded or included content types";
            self.fault(id, kind, &[here], "exclusive-fields", message, "keep one of the two lists");
        }
        let known = ["gzip", "br", "zstd"];
        for element in texts(kind, "encodings") {
            let Some(text) = element.text else { continue };
            if !known.contains(&text.as_ref()) {
                let mut steps = vec![here, Step::Field("encodings")];
                steps.extend(element.index.map(Step::Index));
                let message = format!("Traefik knows no encoding `{text}`");
                self.fault(id, element.node, &steps, "bad-value", message, "write gzip, br or zstd");
            }
            encodings.push(text);
        }
        if self.context.version.minor() < 2 {
            return;
        }
        if let Some((at, text)) = Self::text(kind, "defaultEncoding")
            && !text.is_empty()
            && !(if encodings.is_empty() {
                known.contains(&text.as_ref())
            } else {
                encodings.contains(&text)
            })
        {
            let message = format!("the default encoding `{text}` is none of the encodings");
            let steps = [here, Step::Field("defaultEncoding")];
            self.fault(id, at, &steps, "bad-value", message, "write one of them");
        }
    }

    fn retry(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        let here = Step::Field("retry");
        let value = value_of(kind, "attempts");
        let attempts = text_of(kind, "attempts").and_then(|text| parse_integer(&text, i128::MIN..=i128::MAX));
        let is_opaque = value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque);
        if !is_opaque && attempts.unwrap_or(0) <= 0 {
            let message = "retry needs at least one attempt";
            let at = value.unwrap_or(kind);
            self.fault(
                id,
                at,
                &[here, Step::Field("attempts")],
                "missing-value",
                message,
                "write `attempts: 4`",
            );
        }
        self.status_ranges(id, "retry", kind);
        let gives_up =
            text_of(kind, "disableRetryOnNetworkError").and_then(|flag| parse_bool(&flag)) == Some(true);
        if gives_up && texts(kind, "status").next().is_none() {
            let message = "nothing is left to retry: network errors are excluded, and no status is named";
            self.fault(
                id,
                kind,
                &[here],
                "missing-value",
                message,
                "name a `status`, or retry on network errors",
            );
        }
    }

    fn plugin(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        let here = Step::Field("plugin");
        let names: Vec<NodeRef<'t>> = entries(kind)
            .filter(|(key, value)| !value.is_null() && !key.is_null())
            .map(|(key, _)| key)
            .collect();
        if names.len() > 1 {
            let message = "a middleware takes one plugin";
            self.fault(id, kind, &[here], "several-kinds", message, "make one middleware for each plugin");
        }
        let Some(known) = &self.context.plugins else { return };
        for key in names.into_iter().filter(|key| !key.is_templated() && !known.contains(key.text())) {
            let steps = [here, Step::Field(key.text())];
            let message = format!("there is no plugin `{}`", key.text());
            let remedy = "define it under experimental.plugins in the static configuration";
            self.fault(id, key, &steps, "unknown-plugin", message, remedy);
        }
    }
}
