//! What middlewares that let requests in or keep them out must satisfy.

use super::{
    finding::{Effect, Level},
    links::Links,
    nodes::{section, text_of, texts, value_of},
    objects::{ObjectId, Step},
    scalar::parse_integer,
    values::{is_address_range, is_known_status},
};
use crate::{
    config::value::parse_bool,
    tree::{Kind, NodeRef},
};

impl<'t> Links<'_, '_, 't> {
    pub(super) fn allow_list(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>) {
        let mut is_empty = true;
        for element in texts(kind, "sourceRange") {
            is_empty = false;
            let Some(text) = element.text else { continue };
            if !is_address_range(&text) {
                let mut steps = vec![Step::Field(name), Step::Field("sourceRange")];
                steps.extend(element.index.map(Step::Index));
                let message = format!("`{text}` is no IP address or range");
                let remedy = "write one like 10.0.0.5 or 10.0.0.0/8";
                self.fault(id, element.node, &steps, "bad-address", message, remedy);
            }
        }
        if is_empty {
            let message = "nobody is allowed, which Traefik refuses";
            let steps = [Step::Field(name), Step::Field("sourceRange")];
            let at = value_of(kind, "sourceRange").unwrap_or(kind);
            self.fault(
                id,
                at,
                &steps,
                "missing-value",
                message,
                "name addresses or ranges under `sourceRange`",
            );
        }
        if let Some((at, text)) = Self::text(kind, "rejectStatusCode")
            && parse_integer(&text, i128::MIN..=i128::MAX)
                .is_some_and(|code| code != 0 && !is_known_status(code))
        {
            let steps = [Step::Field(name), Step::Field("rejectStatusCode")];
            let message = format!("there is no HTTP status {text}");
            self.fault(id, at, &steps, "bad-value", message, "write one such as 403 or 404");
        }
        self.ip_strategy(id, kind, &[Step::Field(name)]);
    }

    fn ip_strategy(&mut self, id: ObjectId, node: NodeRef<'t>, steps: &[Step<'_>]) {
        let Some(strategy) = section(node, "ipStrategy") else { return };
        let steps_to = |field: &'static str, index: Option<usize>| {
            let mut all = steps.to_vec();
            all.extend([Step::Field("ipStrategy"), Step::Field(field)]);
            all.extend(index.map(Step::Index));
            all
        };
        let number =
            |field| text_of(strategy, field).and_then(|text| parse_integer(&text, i128::MIN..=i128::MAX));
        if let (Some(subnet), Some(at)) = (number("ipv6Subnet"), value_of(strategy, "ipv6Subnet"))
            && !(1..=128).contains(&subnet)
        {
            let message = "an IPv6 subnet has from 1 to 128 bits";
            self.fault(
                id,
                at,
                &steps_to("ipv6Subnet", None),
                "bad-value",
                message,
                "write a number such as 64",
            );
        }
        // With a depth the addresses are never looked at.
        if number("depth").is_some_and(|depth| depth > 0) {
            return;
        }
        for element in texts(strategy, "excludedIPs") {
            let Some(text) = element.text.filter(|text| !is_address_range(text)) else { continue };
            let message = format!("`{text}` is no IP address or range");
            let steps = steps_to("excludedIPs", element.index);
            self.fault(
                id,
                element.node,
                &steps,
                "bad-address",
                message,
                "write one like 10.0.0.5 or 10.0.0.0/8",
            );
        }
    }

    pub(super) fn source_criterion(&mut self, id: ObjectId, name: &'static str, kind: NodeRef<'t>) {
        let Some(criterion) = section(kind, "sourceCriterion") else { return };
        let by_host = text_of(criterion, "requestHost").and_then(|flag| parse_bool(&flag)) == Some(true);
        let by_header = text_of(criterion, "requestHeaderName").is_some_and(|name| !name.is_empty());
        let by_address = section(criterion, "ipStrategy").is_some();
        let steps = [Step::Field(name), Step::Field("sourceCriterion")];
        if u8::from(by_host) + u8::from(by_header) + u8::from(by_address) > 1 {
            let message = "requests are told apart by address, header or host, not by several of them";
            self.fault(id, criterion, &steps, "exclusive-fields", message, "keep one of them");
        }
        self.ip_strategy(id, criterion, &steps);
    }

    pub(super) fn users(
        &mut self,
        id: ObjectId,
        name: &'static str,
        kind: NodeRef<'t>,
        parts: usize,
        form: &str,
    ) {
        let mut is_empty = true;
        for element in texts(kind, "users") {
            is_empty = false;
            let Some(text) = element.text.filter(|text| text.split(':').count() != parts) else { continue };
            let mut steps = vec![Step::Field(name), Step::Field("users")];
            steps.extend(element.index.map(Step::Index));
            // The text may be a password.
            let shown = text.split(':').next().filter(|_| text.contains(':')).unwrap_or_default();
            let message = format!("the user `{shown}…` does not have the form {form}");
            let remedy = if name == "basicAuth" { "make it with htpasswd" } else { "make it with htdigest" };
            self.fault(id, element.node, &steps, "bad-user", message, remedy);
        }
        let file = value_of(kind, "usersFile");
        if !is_empty || file.is_some_and(|file| !file.text().is_empty()) || name != "basicAuth" {
            return;
        }
        let at = value_of(kind, "users").unwrap_or(kind);
        let (message, remedy) = ("basicAuth has no users", "name users, or remove the middleware");
        let steps = [Step::Field(name), Step::Field("users")];
        match self.context.version.minor() {
            0..=5 => {
                let kind = (Level::Lint, Effect::Ignores, "no-users");
                self.add(id, at, &steps, kind, message, remedy);
            }
            6 => {
                let message = "basicAuth has no users, and this version of Traefik then stops applying any configuration";
                self.add(id, at, &steps, (Level::Error, Effect::Hangs, "no-users"), message, remedy);
            }
            _ => {
                self.fault(id, at, &steps, "no-users", message, remedy);
            }
        }
    }

    pub(super) fn forward_auth(&mut self, id: ObjectId, kind: NodeRef<'t>) {
        self.regex(id, "forwardAuth", kind, "authResponseHeadersRegex");
        self.client_tls(id, kind, &[Step::Field("forwardAuth")]);
        if value_of(kind, "address").is_none_or(|address| address.text().is_empty()) {
            let message = "forwardAuth has no address, so every request is answered with 500";
            self.lint(id, kind, &[Step::Field("forwardAuth")], "no-address", message, "write its `address`");
        }
    }

    /// Certificate and key belong together; whether their files are there, only Traefik knows.
    pub(super) fn client_tls(&mut self, id: ObjectId, node: NodeRef<'t>, steps: &[Step<'_>]) {
        let Some(tls) = section(node, "tls") else { return };
        let has = |field| {
            value_of(tls, field).is_some_and(|value| {
                !value.is_vacant()
                    && !value.source().is_empty()
                    && (value.kind() != Kind::Scalar || !value.text().is_empty())
            })
        };
        if has("cert") != has("key") {
            let mut steps = steps.to_vec();
            steps.push(Step::Field("tls"));
            let message = "a certificate needs its key, and a key its certificate";
            self.fault(id, tls, &steps, "missing-value", message, "give both `cert` and `key`, or neither");
        }
    }
}
