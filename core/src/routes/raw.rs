//! Routes and whole files as text.

use std::sync::Arc;

use super::{
    ChangeError, Changed, Configuration, Route, Terms,
    change::Deed,
    detached::Detached,
    fields,
    lookup::{find, not_found},
    toggle,
    transaction::Plan,
};
use crate::{
    config::{
        edit::{Edit, NewNode, Path, SyntaxError},
        source::{Problem, SourceFile},
        store::{ConfigSyntax, FileId, Revision},
        value::Value,
    },
    settings::Settings,
    traefik::{Protocol, router::Router},
    tree::{Kind, NodeRef, Tree},
};

/// The sections whose entries can be edited together with a route.
const SECTIONS: [&str; 4] = ["routers", "services", "middlewares", "serversTransports"];

/// A route as YAML: the router and, where it stands in the same file, its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRoute {
    /// The text.
    pub text: String,
    /// The file that it comes from.
    pub file: FileId,
    /// HTTP, TCP or UDP.
    pub protocol: Protocol,
    /// See [`Route::version`].
    pub version: String,
}

/// A whole file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// The text.
    pub text: Arc<str>,
    /// The content's revision, to be named when it is saved.
    pub revision: Revision,
    /// What keeps the file from being understood.
    pub problem: Option<Problem>,
}

impl Configuration {
    /// A route as YAML, word for word as it stands in its file.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Ambiguous`].
    pub fn raw_route(&self, id: &str) -> Result<RawRoute, ChangeError> {
        let snapshot = self.snapshot();
        let route = find(&snapshot, id)?;
        Ok(RawRoute {
            text: text_of(self.ports.syntax.as_ref(), &route)?,
            file: route.file().clone(),
            protocol: route.protocol(),
            version: route.version(),
        })
    }

    /// Saves a route that was edited as YAML, with every other router, service, middleware and servers transport
    /// in the text. Entries that are not in the text are left alone.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed. Text that leaves the route out is refused, not taken for a
    /// deletion.
    pub fn save_raw_route(
        &self,
        terms: &Terms,
        id: &str,
        text: &str,
        version: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        let content = self.ports.syntax.parse(Arc::from(text)).map_err(ChangeError::Text)?;
        let deed = Deed::of_route("save", &self.snapshot(), id);
        self.change(terms, &deed, |snapshot| {
            let route = find(snapshot, id)?;
            check_version(self.ports.syntax.as_ref(), &route, version)?;
            self.plan_raw(&route, &content)
        })
    }

    fn plan_raw(&self, route: &Route<'_>, content: &Tree) -> Result<Plan, ChangeError> {
        let syntax = self.ports.syntax.as_ref();
        let entries = entries_of(content)?;
        let is_router = |entry: &&Entry| {
            entry.section == "routers" && entry.protocol == route.protocol() && entry.name == route.name()
        };
        let Some(router) = entries.iter().find(is_router) else {
            return Err(ChangeError::invalid(
                "content",
                format!(
                    "the text must keep the router `{}` under `{}.routers`; rename it in the form, delete it with Delete",
                    route.name(),
                    route.protocol()
                ),
            ));
        };
        let mut plan = Plan::default();
        let source = route.source();
        let mut edits = Vec::new();
        for entry in &entries {
            let is_record = !route.is_enabled() && std::ptr::eq(entry, router);
            if is_record {
                check_router(content, entry)?;
                continue;
            }
            let path = match source {
                Some(source) => source.section_path(entry.protocol, entry.section).key(&entry.name),
                None => Path::keys([entry.protocol.as_str(), entry.section, &entry.name]),
            };
            let new = syntax
                .excerpt(content, &entry.path)
                .map_err(|source| ChangeError::NotEditable { file: FileId::new("the text"), source })?;
            let old = source.and_then(|source| syntax.excerpt(source.tree().ok()?, &path).ok());
            if old.is_none_or(|old| old.trim_end() != new.trim_end()) {
                check_router(content, entry)?;
                edits.push(Edit::Set { path, node: NewNode::Entry(new) });
            }
        }
        if !route.is_enabled() {
            let text = syntax
                .excerpt(content, &router.path)
                .map_err(|source| ChangeError::NotEditable { file: FileId::new("the text"), source })?;
            let value =
                Detached::from_text(syntax, route.name(), &text).map_or(Value::Null, |entry| entry.value());
            let id = route.record().map(|record| record.id.clone()).unwrap_or_default();
            plan.after = Some(Box::new(move |settings: &mut Settings| {
                if let Some(record) = settings.disabled_routes.iter_mut().find(|record| record.id == id) {
                    record.entry = Some(text.clone());
                    record.router = value.clone();
                }
            }));
        }
        plan.files.push((route.file().clone(), edits));
        Ok(plan)
    }

    /// A whole file as text.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a file that is not among the configuration's.
    pub fn raw_file(&self, file: &str) -> Result<RawFile, ChangeError> {
        let snapshot = self.snapshot();
        let source = snapshot.file(file).ok_or_else(|| no_file(file))?;
        let revision = source.revision().cloned().ok_or_else(|| match source.problem() {
            Some(problem) => ChangeError::Broken(problem.clone()),
            None => no_file(file),
        })?;
        Ok(RawFile { text: Arc::clone(source.text()), revision, problem: source.problem().cloned() })
    }

    /// Replaces the whole text of a file that is still at `revision`.
    ///
    /// # Errors
    /// [`ChangeError::Text`] for text that does not parse, unless its shape depends on Go templates, which only
    /// Traefik can judge; [`ChangeError::Conflict`] with the present text when the file is at another revision.
    pub fn save_raw_file(
        &self,
        terms: &Terms,
        file: &str,
        text: &str,
        revision: &Revision,
    ) -> Result<Changed, ChangeError> {
        self.change(terms, &Deed::of_file("save", file), |snapshot| {
            let source = snapshot.file(file).ok_or_else(|| no_file(file))?;
            if source.revision() != Some(revision) {
                return Err(ChangeError::Conflict {
                    what: format!("`{file}`"),
                    theirs: source.text().to_string(),
                });
            }
            let texts = if **source.text() == *text {
                Vec::new()
            } else {
                vec![(source.id().clone(), Some(Arc::from(text)))]
            };
            Ok(Plan { texts, ..Plan::default() })
        })
    }
}

fn no_file(file: &str) -> ChangeError {
    ChangeError::NotFound { what: format!("file `{file}`") }
}

/// Refuses a change of a route that is no longer the one that a form was filled from.
pub(super) fn check_version(
    syntax: &dyn ConfigSyntax,
    route: &Route<'_>,
    version: Option<&str>,
) -> Result<(), ChangeError> {
    if version.is_none_or(|version| version == route.version()) {
        return Ok(());
    }
    Err(ChangeError::Conflict { what: format!("route `{}`", route.name()), theirs: text_of(syntax, route)? })
}

/// The text of a route: its entries as they are written, under their sections.
pub(super) fn text_of(syntax: &dyn ConfigSyntax, route: &Route<'_>) -> Result<String, ChangeError> {
    let mut text = format!("{}:\n  routers:\n", route.protocol());
    let router = match (route.record(), route.source()) {
        (Some(record), _) => match &record.entry {
            Some(entry) => entry.clone(),
            None => Detached::from_value(syntax, route.name(), record.router.clone())?.text().to_owned(),
        },
        (None, Some(source)) => excerpt(syntax, source, route.protocol(), "routers", route.name())?,
        (None, None) => return Err(not_found(route.id())),
    };
    indent(&mut text, &router, "    ");
    let name = route.service_name();
    if let Some(source) = route.source()
        && source.object(route.protocol(), "services", name).is_some()
    {
        text.push_str("  services:\n");
        indent(&mut text, &excerpt(syntax, source, route.protocol(), "services", name)?, "    ");
    }
    Ok(text)
}

fn excerpt(
    syntax: &dyn ConfigSyntax,
    source: &SourceFile,
    protocol: Protocol,
    section: &str,
    name: &str,
) -> Result<String, ChangeError> {
    let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
    let path = source.section_path(protocol, section).key(name);
    syntax
        .excerpt(tree, &path)
        .map_err(|error| ChangeError::NotEditable { file: source.id().clone(), source: error })
}

/// Adds the lines of an entry, each moved to the right.
pub(super) fn indent(text: &mut String, entry: &str, by: &str) {
    for line in entry.lines() {
        if !line.is_empty() {
            text.push_str(by);
        }
        text.push_str(line);
        text.push('\n');
    }
}

/// An entry of a section in a text that somebody sent.
struct Entry {
    protocol: Protocol,
    section: &'static str,
    name: String,
    path: Path,
}

/// Refuses a router that Traefik could not use; entries of other sections pass.
fn check_router(content: &Tree, entry: &Entry) -> Result<(), ChangeError> {
    let node = toggle::node_at(content, &entry.path).filter(|_| entry.section == "routers");
    let Some(node) = node else { return Ok(()) };
    let refuse = |node: NodeRef<'_>, message: String| {
        let position = node.position();
        Err(ChangeError::Text(SyntaxError { message, position, shaped_by_templates: false }))
    };
    if node.kind() != Kind::Mapping {
        return refuse(node, format!("router `{}` has no keys; write its rule and service", entry.name));
    }
    let router = Router::new(entry.protocol, node);
    let Some(rule) = node.value_of("rule").filter(|_| entry.protocol != Protocol::Udp) else { return Ok(()) };
    match fields::fault_in_rule(router.rule(), entry.protocol, router.rule_syntax()) {
        Some(fault) => refuse(rule, fault),
        None => Ok(()),
    }
}

/// The entries of a text; anything in it that would not be saved is refused rather than dropped.
fn entries_of(content: &Tree) -> Result<Vec<Entry>, ChangeError> {
    let refuse = |what: &str| {
        let known = SECTIONS.join("`, `");
        Err(ChangeError::invalid(
            "content",
            format!(
                "`{what}` cannot be saved with a route; only `{known}` under `http`, `tcp` and `udp` can"
            ),
        ))
    };
    let mut entries = Vec::new();
    let Some(root) = content.root().filter(|root| root.kind() == Kind::Mapping) else {
        return Err(ChangeError::invalid("content", "the text is empty; it must hold the route"));
    };
    for (protocol_key, protocol_node) in root.entries() {
        let Some(protocol) = Protocol::parse(&protocol_key.text().to_ascii_lowercase()) else {
            return refuse(protocol_key.text());
        };
        for (section_key, section_node) in protocol_node.entries() {
            let known = SECTIONS.into_iter().find(|section| section_key.text().eq_ignore_ascii_case(section));
            let Some(section) = known else { return refuse(section_key.text()) };
            for (key, _) in section_node.entries() {
                let path = Path::keys([protocol_key.text(), section_key.text(), key.text()]);
                entries.push(Entry { protocol, section, name: key.text().to_owned(), path });
            }
        }
    }
    Ok(entries)
}
