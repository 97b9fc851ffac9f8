//! The static configuration: would Traefik start with it?

use std::{borrow::Cow, collections::HashSet};

use super::{
    File,
    finding::{Effect, Finding, Level},
    listeners::{BadAddress, Listener, place},
    nodes::{Steps, entries, section, text_of, texts, value_of},
    report::Report,
    scalar::parse_integer,
    schema,
    shape::{Walk, is_spelling_of},
    suggest::nearest,
    swallowed::{UNKNOWN_VALUE, unknown},
    values::is_address_range,
    version::TraefikVersion,
};
use crate::{
    config::{edit::Path, value::parse_bool},
    tree::{Kind, NodeRef, Tree},
};

/// Which of Traefik's two kinds of file a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Routers, services and so on, for a provider.
    Dynamic,
    /// Entry points, providers and so on, read at start.
    Static,
}

/// Tells by its sections which kind a file is; one that says nothing is dynamic.
pub fn kind_of(tree: &Tree) -> FileKind {
    let Some(root) = tree.root() else { return FileKind::Dynamic };
    let has = |names: &[&str]| {
        root.own_entries().any(|(key, _)| names.iter().any(|name| is_spelling_of(key.text(), name)))
    };
    if has(&["entryPoints", "providers", "certificatesResolvers"]) {
        return FileKind::Static;
    }
    let is_known = |table: &schema::Struct| {
        root.own_entries().any(|(key, _)| table.0.iter().any(|field| is_spelling_of(key.text(), field.name)))
    };
    if is_known(&schema::STATIC) && !is_known(&schema::DYNAMIC) {
        FileKind::Static
    } else {
        FileKind::Dynamic
    }
}

/// Checks a static configuration file.
pub fn check_static(file: File<'_>, version: TraefikVersion) -> Vec<Finding> {
    let files = [file];
    let mut report = Report::new(&files);
    match file.tree {
        Err(problem) => super::unreadable(&mut report, 0, problem, Effect::RefusesStart),
        Ok(tree) => {
            let root = tree.root().filter(|root| !root.is_null());
            let mut walk = Walk {
                report: &mut report,
                file: 0,
                version,
                effect: Effect::RefusesStart,
                steps: Steps::default(),
            };
            match root {
                Some(root) if root.kind() == Kind::Mapping => {
                    let unknown = walk.root(&schema::STATIC, root);
                    walk.unknown_at_root(&schema::STATIC, &unknown);
                    Install { report: &mut report, root, version }.check();
                }
                Some(root) => walk.not_a_mapping(root),
                None => {
                    let kind = (Level::Error, Effect::RefusesStart, "nothing-configured");
                    let message = "the file says nothing, and Traefik does not start with it";
                    report.add(0, 0..0, Path::root(), kind, message, "define an entry point and a provider");
                }
            }
        }
    }
    report.finish()
}

struct Install<'r, 'a, 't> {
    report: &'r mut Report<'a>,
    root: NodeRef<'t>,
    version: TraefikVersion,
}

impl<'t> Install<'_, '_, 't> {
    fn check(&mut self) {
        let has_section = entries(self.root).any(|(key, value)| {
            !value.is_null() && schema::STATIC.0.iter().any(|field| is_spelling_of(key.text(), field.name))
        });
        if !has_section {
            let message = "no section here is one of Traefik's, and it does not start without any";
            self.add(self.root, &[], "nothing-configured", message, "define an entry point and a provider");
        }
        for (key, _) in
            entries(self.root).filter(|(key, value)| is_spelling_of(key.text(), "pilot") && !value.is_null())
        {
            let message = "`pilot` is of Traefik 2, and Traefik 3 does not start with it";
            self.add(key, &[key.text()], "unknown-field", message, "remove it");
        }
        self.entry_points();
        self.resolvers();
        self.observability();
        self.plugins();
        if let Some((at, path)) = self.api_base_path()
            && !path.starts_with('/')
        {
            let message = format!("the base path `{path}` does not begin with /");
            self.add(at, &["api", "basePath"], "bad-value", message, format!("write /{path}"));
        }
        if let Some(core) = section(self.root, "core")
            && let Some(syntax) = text_of(core, "defaultRuleSyntax")
            && !matches!(syntax.as_ref(), "" | "v2" | "v3")
        {
            let message = format!("there is no rule syntax `{syntax}`");
            self.add(core, &["core", "defaultRuleSyntax"], "bad-value", message, "write v3 or v2");
        }
    }

    fn text(node: NodeRef<'t>, name: &str) -> Option<(NodeRef<'t>, Cow<'t, str>)> {
        Some((value_of(node, name)?, text_of(node, name)?))
    }

    fn api_base_path(&self) -> Option<(NodeRef<'t>, String)> {
        let api = section(self.root, "api")?;
        let path = text_of(api, "basePath").filter(|path| !path.is_empty())?;
        Some((value_of(api, "basePath")?, path.into_owned()))
    }

    fn add(
        &mut self,
        node: NodeRef<'t>,
        path: &[&str],
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let kind = (Level::Error, Effect::RefusesStart, code);
        self.report.add(0, node.span(), Path::keys(path.iter().copied()), kind, message, remedy);
    }

    fn lint(
        &mut self,
        node: NodeRef<'t>,
        path: &[&str],
        code: &'static str,
        message: String,
        remedy: String,
    ) {
        let kind = (Level::Lint, Effect::Ignores, code);
        self.report.add(0, node.span(), Path::keys(path.iter().copied()), kind, message, remedy);
    }

    fn kills(&mut self, node: NodeRef<'t>, path: &[&str], message: &str, remedy: &str) {
        let kind = (Level::Error, Effect::Kills, "kills-at-start");
        self.report.add(0, node.span(), Path::keys(path.iter().copied()), kind, message, remedy);
    }

    /// The named mappings of a section.
    fn named(&self, name: &str) -> Vec<(NodeRef<'t>, NodeRef<'t>)> {
        let list = value_of(self.root, name);
        list.into_iter().flat_map(entries).filter(|(key, value)| !value.is_null() && !key.is_null()).collect()
    }

    fn entry_points(&mut self) {
        let points = self.named("entryPoints");
        let names: Vec<&str> = points.iter().map(|(key, _)| key.text()).collect();
        let mut listeners: Vec<Listener> = Listener::of_traefik(self.root, &names).into_iter().collect();
        for (key, point) in points {
            let name = key.text();
            let path = ["entryPoints", name];
            if name.is_empty() {
                self.kills(key, &path, "an entry point without a name makes Traefik die", "give it a name");
            }
            let address = text_of(point, "address").unwrap_or_default();
            let at = value_of(point, "address").unwrap_or(key);
            let path = ["entryPoints", name, "address"];
            if address.is_empty() {
                let message = "the entry point has no address, so nobody knows where it listens".to_owned();
                self.lint(at, &path, "bad-address", message, "write one like :443".into());
            } else if let Some(place) = self.listens_at(at, &path, &address) {
                let own = Listener::all_of(name, place, point);
                let clash =
                    listeners.iter().find(|other| own.iter().any(|listener| listener.clashes_with(other)));
                if let Some(other) = clash {
                    let other = &other.name;
                    let (message, remedy) = if names.contains(&other.as_str()) {
                        (
                            format!("the entry point `{other}` listens at `{address}` already"),
                            "give each its own",
                        )
                    } else {
                        let message = format!(
                            "the entry point `{other}`, which is there for Traefik's own pages, listens at `{address}` already"
                        );
                        (message, "take another port, or define an entry point `traefik` with one")
                    };
                    self.add(at, &path, "duplicate-address", message, remedy);
                }
                listeners.extend(own);
            }
            let streams = section(point, "http2").and_then(|http2| Self::text(http2, "maxConcurrentStreams"));
            if let Some((at, text)) = streams
                && parse_integer(&text, i128::MIN..=-1).is_some()
            {
                let path = ["entryPoints", name, "http2", "maxConcurrentStreams"];
                self.add(at, &path, "bad-value", "a number of streams is not negative", "write 0 or more");
            }
            self.trusted(name, point);
            self.redirection(name, point, &names);
        }
    }

    /// Host, port, and whether it is UDP; says what is wrong with the address otherwise.
    fn listens_at<'x>(
        &mut self,
        at: NodeRef<'t>,
        path: &[&str],
        address: &'x str,
    ) -> Option<(&'x str, &'x str, bool)> {
        let error = match place(address) {
            Ok(place) => return Some(place),
            Err(error) => error,
        };
        let (message, remedy) = match error {
            BadAddress::Protocol => {
                let protocol = address.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
                (format!("an entry point speaks tcp or udp, not `{protocol}`"), "write :80 or :53/udp")
            }
            BadAddress::NoPort => (format!("the address `{address}` has no port"), "write one like :443"),
            BadAddress::Port(port) => (format!("`{port}` is no port"), "write a number from 1 to 65535"),
        };
        self.add(at, path, "bad-address", message, remedy);
        None
    }

    fn trusted(&mut self, name: &str, point: NodeRef<'t>) {
        for field in ["proxyProtocol", "forwardedHeaders"] {
            let Some(node) = section(point, field) else { continue };
            let mut count = 0;
            for element in texts(node, "trustedIPs") {
                count += 1;
                if let Some(text) = element.text.filter(|text| !is_address_range(text)) {
                    let message = format!("`{text}` is no IP address or range");
                    let path = ["entryPoints", name, field, "trustedIPs"];
                    self.add(element.node, &path, "bad-address", message, "write one like 10.0.0.0/8");
                }
            }
            let is_insecure = text_of(node, "insecure").and_then(|flag| parse_bool(&flag)) == Some(true);
            if field == "proxyProtocol" && count == 0 && !is_insecure {
                let message = "the PROXY protocol is trusted from nobody";
                let remedy = "name the proxies under `trustedIPs`";
                self.add(node, &["entryPoints", name, field], "missing-value", message, remedy);
            }
        }
    }

    fn redirection(&mut self, name: &str, point: NodeRef<'t>, names: &[&str]) {
        let target = section(point, "http")
            .and_then(|http| section(http, "redirections"))
            .and_then(|redirections| section(redirections, "entryPoint"));
        let Some(target) = target else { return };
        let Some(to) = text_of(target, "to") else { return };
        let is_port = to.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        if !is_port && !names.contains(&to.as_ref()) {
            let remedy = match nearest(&to, names.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "name an entry point".to_owned(),
            };
            let message = format!("there is no entry point `{to}` to redirect to");
            let path = ["entryPoints", name, "http", "redirections", "entryPoint", "to"];
            self.lint(target, &path, "unknown-entry-point", message, remedy);
        }
    }

    fn resolvers(&mut self) {
        let points: HashSet<String> =
            self.named("entryPoints").iter().map(|(key, _)| key.text().to_owned()).collect();
        for (key, resolver) in self.named("certificatesResolvers") {
            let name = key.text();
            let path = ["certificatesResolvers", name];
            if name.is_empty() {
                self.kills(key, &path, "a resolver without a name makes Traefik die", "give it a name");
            }
            let (acme, tailscale) = (value_of(resolver, "acme"), section(resolver, "tailscale"));
            if let (Some(acme), Some(_)) = (acme, tailscale) {
                let message = "a resolver is ACME or Tailscale, not both";
                self.add(acme, &path, "several-kinds", message, "make two resolvers of it");
            }
            let Some(acme) = acme else { continue };
            if value_of(acme, "storage").is_some()
                && text_of(acme, "storage").is_some_and(|file| file.is_empty())
            {
                let path = ["certificatesResolvers", name, "acme", "storage"];
                self.add(
                    acme,
                    &path,
                    "missing-value",
                    "the storage is empty",
                    "name a file, such as acme.json",
                );
            }
            if let Some(challenge) = section(acme, "httpChallenge")
                && let Some(point) = text_of(challenge, "entryPoint")
                && !points.contains(point.as_ref())
            {
                let path = ["certificatesResolvers", name, "acme", "httpChallenge", "entryPoint"];
                let message = format!("there is no entry point `{point}` for the challenge");
                self.lint(challenge, &path, "unknown-entry-point", message, "name an entry point".into());
            }
        }
    }

    /// Words of the logs: of one that it does not know Traefik takes its default.
    fn log_words(&mut self) {
        // A number is a level too.
        const LEVELS: &[&str] = &["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "PANIC"];
        const ACCESS_FORMATS: &[&str] = &["common", "json", "genericCLF"];
        for (area, field, noun, known) in [
            ("log", "level", "log level", LEVELS),
            ("log", "format", "log format", &["common", "json"]),
            ("accessLog", "format", "format of the access log", ACCESS_FORMATS),
        ] {
            let text = section(self.root, area).and_then(|node| Self::text(node, field));
            let Some((at, text)) = text else { continue };
            let is_level = field == "level"
                && (text.parse::<i8>().is_ok()
                    || text.eq_ignore_ascii_case("disabled")
                    || known.contains(&text.to_ascii_uppercase().as_str()));
            if let Some((message, remedy)) = unknown(noun, &text, known).filter(|_| !is_level) {
                self.lint(at, &[area, field], UNKNOWN_VALUE, message, remedy);
            }
        }
    }

    fn observability(&mut self) {
        self.log_words();
        if let Some(log) = section(self.root, "accessLog")
            && let Some(size) = text_of(log, "bufferingSize")
            && parse_integer(&size, i128::MIN..=-1).is_some()
        {
            let message = "a negative buffer makes Traefik die";
            self.kills(log, &["accessLog", "bufferingSize"], message, "write 0 or more");
        }
        if let Some(tracing) = section(self.root, "tracing")
            && self.version.minor() == 0
            && section(tracing, "otlp").is_none()
        {
            let message = "tracing without `otlp` makes Traefik 3.0 die";
            self.kills(tracing, &["tracing"], message, "add `otlp: {}`");
        }
        let has_logs = section(self.root, "experimental")
            .and_then(|experimental| text_of(experimental, "otlplogs"))
            .and_then(|flag| parse_bool(&flag))
            == Some(true);
        for area in ["log", "accessLog"] {
            let Some(node) = section(self.root, area).and_then(|log| section(log, "otlp")) else { continue };
            if !has_logs {
                let message = "logs by OTLP are experimental and must be allowed first";
                self.add(
                    node,
                    &[area, "otlp"],
                    "missing-value",
                    message,
                    "set experimental.otlplogs to true",
                );
            }
        }
        for area in ["log", "accessLog", "tracing", "metrics"] {
            let grpc = section(self.root, area).and_then(|node| section(node, "otlp"));
            let Some(grpc) = grpc.and_then(|otlp| section(otlp, "grpc")) else { continue };
            let is_insecure = text_of(grpc, "insecure").and_then(|flag| parse_bool(&flag)) == Some(true);
            if is_insecure && value_of(grpc, "tls").is_some() {
                let message = "`insecure` and `tls` exclude each other";
                self.add(grpc, &[area, "otlp", "grpc"], "exclusive-fields", message, "remove one of them");
            }
        }
    }

    fn plugins(&mut self) {
        let Some(experimental) = section(self.root, "experimental") else { return };
        for (field, message) in [
            ("plugins", "a plugin without a name makes Traefik die"),
            ("localPlugins", "a local plugin without a name makes Traefik die"),
        ] {
            for (key, value) in value_of(experimental, field).into_iter().flat_map(entries) {
                if key.text().is_empty() && !key.is_null() && !value.is_null() {
                    self.kills(key, &["experimental", field, ""], message, "give it a name");
                }
            }
        }
    }
}
