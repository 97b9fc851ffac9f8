//! Plugins: what Traefik's catalogue says of one, put into two files, and one taken away again.
//!
//! A plugin is named in the static configuration, and a middleware of the dynamic one holds its settings. Both are planned
//! and judged before the first is written, and what is written is taken back where the second then cannot be: all or
//! nothing. Traefik loads the plugin when it is restarted.

use std::sync::Arc;

use super::{
    ChangeError, Changed, Configuration, Snapshot, Terms, change::Deed, static_file::StaticDeed,
    transaction::Plan,
};
use crate::{
    check::Level,
    config::{
        edit::{Edit, Path},
        guard,
        value::Value,
    },
    traefik::Protocol,
    tree::{Kind, NodeRef, Tree},
};

/// The file for middlewares of plugins, where new files may be made.
const FILE: &str = "plugin-middlewares.yml";
/// The sections of `experimental` that hold plugins.
const SECTIONS: [&str; 2] = ["plugins", "localPlugins"];

/// A plugin, as the static configuration names it.
#[derive(Debug, Clone, Copy)]
pub struct Plugin<'s> {
    name: &'s str,
    node: NodeRef<'s>,
}

impl<'s> Plugin<'s> {
    /// Its name, by which middlewares call it.
    pub fn name(&self) -> &'s str {
        self.name
    }

    /// The Go module.
    pub fn module(&self) -> &'s str {
        self.node.text_of("moduleName")
    }

    /// The version; empty for one that lies on the disk.
    pub fn version(&self) -> &'s str {
        self.node.text_of("version")
    }

    /// How Traefik runs it.
    pub fn settings(&self) -> Option<NodeRef<'s>> {
        self.node.value_of("settings")
    }
}

/// What somebody pastes from the catalogue.
#[derive(Debug, Clone)]
pub struct PluginTexts {
    /// The part for the static configuration: `experimental.plugins`.
    pub fixed: String,
    /// The part with middlewares; empty for none.
    pub middlewares: String,
    /// The file for these; `None` takes one of their own where files may be made, else the first.
    pub file: Option<String>,
}

/// Plugins that were installed.
#[derive(Debug)]
pub struct Installed {
    /// What was changed, as for the middlewares where there are any.
    pub changed: Changed,
    /// The entry about the static configuration; `None` where nothing was written to it.
    pub fixed: Option<u64>,
}

impl Snapshot {
    /// The plugins that the static configuration names.
    pub fn plugins(&self) -> Vec<Plugin<'_>> {
        let root = self.static_file().and_then(|file| file.tree().ok()).and_then(Tree::root);
        plugins_in(root).into_iter().map(|(_, name, node)| Plugin { name, node }).collect()
    }

    /// The middlewares in files that a plugin is behind, as `http.middlewares.name`, those of switched-off routes among them.
    pub fn users_of_plugin(&self, plugin: &str) -> Vec<String> {
        let mut users = Vec::new();
        for protocol in [Protocol::Http, Protocol::Tcp] {
            for file in self.files() {
                for (key, node) in file.objects(protocol, "middlewares") {
                    let is_user = node.value_of("plugin").is_some_and(|behind| behind.get(plugin).is_some());
                    if is_user {
                        users.push(format!(
                            "{}.middlewares.{} ({})",
                            protocol.as_str(),
                            key.text(),
                            file.id()
                        ));
                    }
                }
            }
        }
        users
    }
}

impl Configuration {
    /// Puts plugins into the static configuration, and their middlewares into a dynamic file: both or none.
    ///
    /// A plugin that is there already gets what the text says, and keeps what it does not speak of.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was written. [`ChangeError::Exists`] for a middleware that is there already.
    pub fn install_plugins(&self, terms: &Terms, texts: &PluginTexts) -> Result<Installed, ChangeError> {
        if texts.middlewares.contains("{{") {
            return Err(ChangeError::invalid(
                "middleware_yaml",
                "must hold no Go template; write the middleware first and edit its file then",
            ));
        }
        let parse = |field, text: &str| {
            let tree = self.ports.syntax.parse(Arc::from(text));
            tree.map_err(|error| ChangeError::invalid(field, error.to_string()))
        };
        let fixed = parse("static_yaml", &texts.fixed)?;
        let middlewares = parse("middleware_yaml", &texts.middlewares)?;
        let wanted = wanted_plugins(&fixed)?;
        let wanted_middlewares = wanted_middlewares(&middlewares)?;

        let _changing = self.lock_changes()?;
        self.refresh_within();
        let snapshot = self.snapshot();
        let edited = self.with_plugins(&snapshot, &wanted)?;
        let edited: Arc<str> = edited.shared_text();
        let deed = StaticDeed::new("install plugin");
        let dry = Terms { dry_run: true, ..terms.clone() };
        // Both are judged before either is written.
        let (mut planned, _) = self.change_static_within(&dry, deed, |_| Ok(Arc::clone(&edited)))?;
        if wanted_middlewares.is_empty() {
            if terms.dry_run {
                return Ok(Installed { changed: planned, fixed: None });
            }
            let (changed, fixed) = self.change_static_within(terms, deed, |_| Ok(edited))?;
            return Ok(Installed { changed, fixed });
        }
        let names: Vec<&str> = wanted.iter().map(|(_, name, _)| name.as_str()).collect();
        let known = |message: &str| names.iter().any(|name| message.contains(&format!("`{name}`")));
        let lenient = Terms { accepts_disabled: true, ..dry.unseen() };
        let plan =
            |snapshot: &Snapshot| self.plan_middlewares(snapshot, &wanted_middlewares, texts.file.as_deref());
        let middleware_deed = Deed::new("install plugin", "middleware", None, &wanted_middlewares[0].1);
        let mut dynamic = self.change_within(&lenient, &middleware_deed, plan)?;
        dynamic.findings.retain(|finding| !(finding.code == "unknown-plugin" && known(&finding.message)));
        if dynamic.findings.iter().any(|finding| finding.level == Level::Error) {
            return Err(ChangeError::WouldBreak { findings: dynamic.findings });
        }
        // A file that is made now was seen by nobody; one that is there is held to what was seen, before the first write.
        let present = dynamic.diffs.iter().filter_map(|diff| snapshot.file(diff.file.as_str()));
        let present: Vec<_> =
            present.filter_map(|file| Some((file.id(), Some((&**file.text(), file.revision()?))))).collect();
        let of_middlewares = if present.is_empty() { terms.unseen() } else { terms.clone() };
        of_middlewares.check_seen(present)?;
        if terms.dry_run {
            planned.files.extend(dynamic.files);
            planned.diffs.extend(dynamic.diffs);
            planned.findings.extend(dynamic.findings);
            planned.objects.extend(dynamic.objects);
            return Ok(Installed { changed: planned, fixed: None });
        }
        let (_, fixed) = self.change_static_within(terms, deed, |_| Ok(edited))?;
        match self.change_within(&of_middlewares, &middleware_deed, plan) {
            Ok(changed) => Ok(Installed { changed, fixed }),
            Err(error) => {
                if let Some(number) = fixed {
                    self.unwrite_static(terms, number)?;
                }
                Err(error)
            }
        }
    }

    /// Takes a plugin out of the static configuration.
    ///
    /// # Errors
    /// [`ChangeError::InUse`] with the middlewares that need it; [`ChangeError::NotFound`] for an unknown one.
    pub fn remove_plugin(&self, terms: &Terms, name: &str) -> Result<Changed, ChangeError> {
        let what = || format!("plugin `{name}`");
        self.change_static(terms, StaticDeed::new("remove plugin"), |snapshot| {
            let file = snapshot.static_file().ok_or_else(|| ChangeError::NotFound { what: what() })?;
            let tree = file.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
            let present = plugins_in(tree.root()).into_iter().find(|(_, own, _)| *own == name);
            let Some((section, ..)) = present else { return Err(ChangeError::NotFound { what: what() }) };
            let users = snapshot.users_of_plugin(name);
            if !users.is_empty() {
                return Err(ChangeError::InUse { what: what(), users });
            }
            let edits = [Edit::remove(spelled(tree, &["experimental", section, name]))];
            let edited = guard::apply(self.ports.static_syntax.as_ref(), tree, &edits)
                .map_err(|source| ChangeError::NotEditable { file: file.id().clone(), source })?;
            Ok(edited.shared_text())
        })
    }

    fn with_plugins(&self, snapshot: &Snapshot, wanted: &[Wanted]) -> Result<Tree, ChangeError> {
        let none = || ChangeError::NotFound {
            what: "the static configuration file (STATIC_CONFIG_PATH)".to_owned(),
        };
        let file = snapshot.static_file().ok_or_else(none)?;
        let tree = file.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
        let mut edits = Vec::new();
        for (section, name, value) in wanted {
            let path = spelled(tree, &["experimental", section, name]);
            let present = plugins_in(tree.root()).into_iter().find(|(_, own, _)| own == name);
            match (present, value) {
                (Some((.., node)), Value::Map(fields)) => {
                    for (key, value) in fields {
                        let own = node.field(key);
                        if own.is_none_or(|(_, present)| !value.matches(&present)) {
                            let key = own.map_or(key.as_str(), |(key, _)| key.text());
                            edits.push(Edit::set(path.clone().key(key), value.clone()));
                        }
                    }
                }
                _ => edits.push(Edit::set(path, value.clone())),
            }
        }
        guard::apply(self.ports.static_syntax.as_ref(), tree, &edits)
            .map_err(|source| ChangeError::NotEditable { file: file.id().clone(), source })
    }

    fn plan_middlewares(
        &self,
        snapshot: &Snapshot,
        wanted: &[(Protocol, String, Value)],
        file: Option<&str>,
    ) -> Result<Plan, ChangeError> {
        let named = file.or(self.can_create_files().then_some(FILE));
        let target = self.target_file(snapshot, named)?;
        let source = snapshot.file(target.as_str());
        let mut edits = Vec::new();
        for (protocol, name, value) in wanted {
            let holder = snapshot.files().iter().find(|file| {
                file.object(*protocol, "middlewares", name).is_some_and(|node| !value.matches(&node))
            });
            if let Some(holder) = holder {
                return Err(ChangeError::Exists {
                    what: format!("the {} middleware `{name}`", protocol.as_str().to_uppercase()),
                    file: holder.id().clone(),
                });
            }
            if snapshot.files().iter().any(|file| file.object(*protocol, "middlewares", name).is_some()) {
                continue;
            }
            let section = source.map_or_else(
                || Path::keys([protocol.as_str(), "middlewares"]),
                |source| source.section_path(*protocol, "middlewares"),
            );
            edits.push(Edit::set(section.key(name), value.clone()));
        }
        let files = if edits.is_empty() { Vec::new() } else { vec![(target, edits)] };
        Ok(Plan { files, ..Plan::default() })
    }
}

/// The section of a plugin, its name, and what is said of it.
type Wanted = (&'static str, String, Value);

/// The plugins of a static configuration: the section, as we write it, the name, and what stands there.
fn plugins_in(root: Option<NodeRef<'_>>) -> Vec<(&'static str, &str, NodeRef<'_>)> {
    let experimental = root.and_then(|root| root.value_of("experimental"));
    let mut found = Vec::new();
    for section in SECTIONS {
        let node = experimental.and_then(|experimental| experimental.value_of(section));
        for (key, value) in node.into_iter().flat_map(|node| node.entries()) {
            found.push((section, key.text(), value));
        }
    }
    found
}

/// The path to a key, in the file's own spelling of what is there already.
fn spelled(tree: &Tree, keys: &[&str]) -> Path {
    let mut node = tree.root();
    let mut path = Path::root();
    for key in keys {
        let own = node.and_then(|node| node.entry(key).or_else(|| node.field(key)));
        path = path.key(own.map_or(*key, |(key, _)| key.text()));
        node = own.map(|(_, value)| value);
    }
    path
}

/// What a text says of plugins; whatever else it says is refused rather than dropped.
fn wanted_plugins(tree: &Tree) -> Result<Vec<Wanted>, ChangeError> {
    let refuse = |message: &str| Err(ChangeError::invalid("static_yaml", message));
    let only = "must hold `experimental.plugins` or `experimental.localPlugins` and nothing else; edit the rest in the \
                static configuration itself";
    for (key, node) in tree.root().into_iter().flat_map(|root| root.entries()) {
        let is_known = |(name, _): (NodeRef<'_>, NodeRef<'_>)| {
            SECTIONS.iter().any(|section| section.eq_ignore_ascii_case(name.text()))
        };
        if !key.text().eq_ignore_ascii_case("experimental") || !node.entries().all(is_known) {
            return refuse(only);
        }
    }
    let found = plugins_in(tree.root());
    if found.is_empty() {
        return refuse(only);
    }
    for (section, name, node) in &found {
        let lacks = |field: &str| node.text_of(field).trim().is_empty();
        if name.trim().is_empty() || node.kind() != Kind::Mapping || lacks("moduleName") {
            return refuse("must give each plugin a name and a `moduleName`");
        }
        if *section == "plugins" && lacks("version") {
            return refuse(
                "must say which `version` of each plugin, so that Traefik downloads that one and no other",
            );
        }
    }
    Ok(found.into_iter().map(|(section, name, node)| (section, name.to_owned(), Value::from(node))).collect())
}

/// What a text says of middlewares; whatever else it says is refused rather than dropped.
fn wanted_middlewares(tree: &Tree) -> Result<Vec<(Protocol, String, Value)>, ChangeError> {
    let mut found = Vec::new();
    for (key, node) in tree.root().into_iter().flat_map(|root| root.entries()) {
        let protocol = Protocol::parse(&key.text().to_ascii_lowercase());
        for (section, objects) in node.entries() {
            let Some(protocol) = protocol.filter(|_| section.text().eq_ignore_ascii_case("middlewares"))
            else {
                return Err(ChangeError::invalid(
                    "middleware_yaml",
                    "must hold `http.middlewares` or `tcp.middlewares` and nothing else; leave the example's routers and \
                     services out",
                ));
            };
            for (name, value) in objects.entries() {
                found.push((protocol, name.text().to_owned(), Value::from(value)));
            }
        }
    }
    Ok(found)
}
