//! Saving and deleting middlewares.

use std::{fmt::Write as _, sync::Arc};

use super::{
    ChangeError, Changed, Configuration, Middleware, MiddlewareForm, Snapshot, Terms,
    change::Deed,
    patch::{FileEdits, Patch},
    transaction::Plan,
};
use crate::{
    config::{
        edit::{Edit, NewNode, Path},
        store::ConfigSyntax,
        value::Value,
    },
    traefik::{
        Protocol,
        name::{ObjectName, in_files},
    },
    tree::{Kind, NodeRef},
};

const MIDDLEWARES: &str = "middlewares";

impl Configuration {
    /// Saves a middleware; a new name is carried into every router and chain that uses it.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed.
    pub fn save_middleware(&self, terms: &Terms, form: &MiddlewareForm) -> Result<Changed, ChangeError> {
        let entry = self.middleware_entry(form)?;
        let deed = Deed::new("save", "middleware", Some(form.protocol), &form.name);
        self.change(terms, &deed, |snapshot| self.plan_middleware(snapshot, form, &entry))
    }

    /// Deletes a middleware that nothing uses.
    ///
    /// # Errors
    /// [`ChangeError::InUse`] with its users, [`ChangeError::NotFound`], or another [`ChangeError`].
    pub fn delete_middleware(
        &self,
        terms: &Terms,
        name: &str,
        protocol: Option<Protocol>,
        file: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        let deed = Deed::new("delete", "middleware", protocol, name);
        self.change(terms, &deed, |snapshot| {
            let middleware = find(snapshot, name, protocol, file)?;
            let users = users(snapshot, &middleware);
            if !users.is_empty() {
                return Err(ChangeError::InUse { what: format!("middleware `{name}`"), users });
            }
            let path = middleware.source().section_path(middleware.protocol(), MIDDLEWARES).key(name);
            let files = vec![(middleware.file().clone(), vec![Edit::remove(path)])];
            Ok(Plan { files, ..Plan::default() })
        })
    }

    /// The YAML below a middleware's name, as it is written.
    ///
    /// # Errors
    /// [`ChangeError`] when its text cannot be told apart from the rest.
    pub fn middleware_text(&self, middleware: &Middleware<'_>) -> Result<String, ChangeError> {
        text_below(self.ports.syntax.as_ref(), middleware)
    }

    fn plan_middleware(
        &self,
        snapshot: &Snapshot,
        form: &MiddlewareForm,
        entry: &str,
    ) -> Result<Plan, ChangeError> {
        let old = match &form.edit_of {
            Some((name, protocol)) => Some(find(snapshot, name, Some(*protocol), None)?),
            None => None,
        };
        if let (Some(old), Some(version)) = (&old, &form.version)
            && old.version() != *version
        {
            return Err(ChangeError::Conflict {
                what: format!("middleware `{}`", old.name()),
                theirs: text_below(self.ports.syntax.as_ref(), old)?,
            });
        }
        if old.is_some_and(|old| old.protocol() != form.protocol) {
            return Err(ChangeError::invalid(
                "mwProtocol",
                "an HTTP middleware cannot become a TCP one; make a new one",
            ));
        }
        let renamed = old.is_none_or(|old| old.name() != form.name);
        if renamed {
            ObjectName::parse_new(&form.name)
                .map_err(|error| ChangeError::invalid("middlewareName", error.to_string()))?;
            let taken =
                |other: &Middleware<'_>| other.protocol() == form.protocol && other.name() == form.name;
            if let Some(other) = snapshot.middlewares().find(taken) {
                let what = format!("a middleware `{}`", form.name);
                return Err(ChangeError::Exists { what, file: other.file().clone() });
            }
        }
        let named = form.file.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let file = match (&old, named) {
            (Some(old), None) => old.file().clone(),
            (_, named) => self.target_file(snapshot, named)?,
        };
        let section = match snapshot.file(file.as_str()) {
            Some(source) => source.section_path(form.protocol, MIDDLEWARES),
            None => Path::keys([form.protocol.as_str(), MIDDLEWARES]),
        };
        let node = NewNode::Entry(entry.to_owned());
        let mut files = FileEdits::default();
        match &old {
            Some(old) if *old.file() == file => {
                let path = section.key(old.name());
                if renamed {
                    files.add(&file, [Edit::Rename { path, to: form.name.clone() }]);
                }
                if text_below(self.ports.syntax.as_ref(), old)?.trim_end() != form.content.trim_end() {
                    files.add(&file, [Edit::Set { path: section.key(&form.name), node }]);
                }
            }
            Some(old) => {
                files.add(&file, [Edit::Insert { path: section.key(&form.name), node, before: None }]);
                let path = old.source().section_path(old.protocol(), MIDDLEWARES).key(old.name());
                files.add(old.file(), [Edit::remove(path)]);
            }
            None => files.add(&file, [Edit::Insert { path: section.key(&form.name), node, before: None }]),
        }
        if let Some(old) = old.filter(|_| renamed) {
            rename_references(&mut files, snapshot, &old, &form.name);
        }
        Ok(Plan { files: files.into_plan(), ..Plan::default() })
    }

    /// The entry that the form describes, after its YAML was found to be one.
    fn middleware_entry(&self, form: &MiddlewareForm) -> Result<String, ChangeError> {
        if form.protocol == Protocol::Udp {
            return Err(ChangeError::invalid("mwProtocol", "there are no UDP middlewares"));
        }
        let content = form.content.replace("\r\n", "\n");
        let tree = self.ports.syntax.parse(Arc::from(content.as_str())).map_err(ChangeError::Text)?;
        let Some(root) = tree.root().filter(|root| root.kind() == Kind::Mapping && !root.is_vacant()) else {
            return Err(ChangeError::invalid(
                "middlewareContent",
                "the content must name what the middleware does, such as `compress: {}`",
            ));
        };
        if root.entries().count() > 1 {
            let kinds: Vec<&str> = root.entries().map(|(key, _)| key.text()).collect();
            return Err(ChangeError::invalid(
                "middlewareContent",
                format!("a middleware does one thing; this one names {}: make one of each", kinds.join(", ")),
            ));
        }
        let mut entry = format!("{}:", key_text(&form.name));
        entry.push('\n');
        for line in content.trim_end().lines() {
            if !line.is_empty() {
                entry.push_str("  ");
            }
            entry.push_str(line);
            entry.push('\n');
        }
        Ok(entry)
    }
}

/// A name as a key: in double quotes unless it is plainly a word.
fn key_text(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
    if is_word {
        return name.to_owned();
    }
    let mut text = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

fn find<'s>(
    snapshot: &'s Snapshot,
    name: &str,
    protocol: Option<Protocol>,
    file: Option<&str>,
) -> Result<Middleware<'s>, ChangeError> {
    let file = file.map(str::trim).filter(|file| !file.is_empty());
    snapshot
        .middlewares()
        .find(|middleware| {
            middleware.name() == name
                && protocol.is_none_or(|protocol| middleware.protocol() == protocol)
                && file.is_none_or(|file| {
                    middleware.file().as_str() == file || middleware.file().base_name() == file
                })
        })
        .ok_or_else(|| ChangeError::NotFound { what: format!("middleware `{name}`") })
}

/// The routes and chains that use a middleware.
fn users(snapshot: &Snapshot, middleware: &Middleware<'_>) -> Vec<String> {
    users_but(snapshot, middleware, None)
}

/// The same without the route of this id.
pub(super) fn users_but(
    snapshot: &Snapshot,
    middleware: &Middleware<'_>,
    route_id: Option<&str>,
) -> Vec<String> {
    let of_protocol = middleware.protocol();
    let routes = snapshot
        .routes()
        .filter(|route| route.protocol() == of_protocol && Some(route.id()) != route_id)
        .filter(|route| route.middlewares().iter().any(|name| in_files(name) == middleware.name()))
        .map(|route| format!("route `{}`", route.name()));
    let chains = snapshot
        .middlewares()
        .filter(|other| other.protocol() == of_protocol)
        .filter(|other| other.members().iter().any(|name| in_files(name) == middleware.name()))
        .map(|other| format!("middleware `{}`", other.name()));
    routes.chain(chains).collect()
}

fn rename_references(files: &mut FileEdits, snapshot: &Snapshot, old: &Middleware<'_>, new: &str) {
    let renamed = |names: Vec<&str>| -> Vec<String> {
        let name = |reference: &str| match reference.strip_prefix(old.name()) {
            Some(provider @ ("" | "@file")) => format!("{new}{provider}"),
            _ => reference.to_owned(),
        };
        names.into_iter().map(name).collect()
    };
    let live = snapshot.routes().filter(|route| route.is_enabled() && route.protocol() == old.protocol());
    for route in live.filter(|route| route.middlewares().iter().any(|name| in_files(name) == old.name())) {
        let (Some(source), Some(router)) = (route.source(), route.router()) else { continue };
        let base = source.section_path(route.protocol(), "routers").key(route.name());
        files.add(
            source.id(),
            replaced_items(base, router.node(), &[MIDDLEWARES], &renamed(route.middlewares())),
        );
    }
    for chain in snapshot.middlewares().filter(|other| other.protocol() == old.protocol()) {
        if chain.members().iter().any(|name| in_files(name) == old.name()) {
            let base = chain.source().section_path(chain.protocol(), MIDDLEWARES).key(chain.name());
            let names = renamed(chain.members());
            files.add(chain.file(), replaced_items(base, chain.node(), &["chain", MIDDLEWARES], &names));
        }
    }
}

/// Edits of single list elements, so that the list keeps its comments and style.
fn replaced_items(base: Path, node: NodeRef<'_>, fields: &[&str], names: &[String]) -> Vec<Edit> {
    let mut patch = Patch::new(base, Some(node));
    let list =
        patch.at(fields).filter(|list| list.kind() == Kind::Sequence && list.items().count() == names.len());
    let Some(list) = list else {
        patch.set_list(fields, names);
        return patch.finish();
    };
    let path = patch.path(fields);
    for (index, (item, name)) in list.items().zip(names).enumerate() {
        if item.text() != name {
            patch.push(Edit::set(path.index(index), Value::text(name)));
        }
    }
    patch.finish()
}

/// The text below the key of a middleware, moved to the left edge.
fn text_below(syntax: &dyn ConfigSyntax, middleware: &Middleware<'_>) -> Result<String, ChangeError> {
    let source = middleware.source();
    let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
    let path = source.section_path(middleware.protocol(), MIDDLEWARES).key(middleware.name());
    let entry = syntax
        .excerpt(tree, &path)
        .map_err(|error| ChangeError::NotEditable { file: source.id().clone(), source: error })?;
    Ok(below_key(&entry).unwrap_or_else(|| middleware.node().source().to_owned()))
}

/// The lines after the key line of a block entry, without their common indentation.
fn below_key(entry: &str) -> Option<String> {
    let mut lines = entry.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    let key = lines.next()?;
    let after_colon = key.rsplit_once(':').map(|(_, rest)| rest.trim())?;
    if !after_colon.is_empty() && !after_colon.starts_with('#') {
        return None;
    }
    let lines: Vec<&str> = lines.collect();
    let width = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let indent = lines.iter().filter(|line| !line.trim().is_empty()).map(width).min()?;
    let mut text = String::new();
    for line in lines {
        text.push_str(line.get(indent..).unwrap_or_default());
        text.push('\n');
    }
    Some(text)
}
