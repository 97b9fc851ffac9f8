//! Middleware templates that people keep (`templates.yml`).

use std::sync::Arc;

use super::{CompanionError, Document, SmallFile, check_seen, checked_line, text_of, version_of};
use crate::{
    config::{
        edit::{Edit, Path},
        store::ConfigSyntax,
        value::Value,
    },
    crypto::{CryptoError, Entropy, hex},
    tree::{Kind, NodeRef, Tree},
};

const TEMPLATES: &str = "templates";
const MAX_TEMPLATES: usize = 200;
const MAX_NAME: usize = 100;
const MAX_BYTES: usize = 64 * 1024;
const MISSING: CompanionError = CompanionError::NotFound("Template not found");

/// A middleware to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    /// What names it in requests.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The middleware, without its name.
    pub yaml: String,
}

/// The file with the templates.
#[derive(Debug, Clone)]
pub struct TemplateFile {
    document: Document,
    entropy: Arc<dyn Entropy>,
    seen: Option<String>,
}

impl TemplateFile {
    /// The templates in this file, read by this syntax; ids come of this randomness.
    pub fn new(file: Arc<dyn SmallFile>, syntax: Arc<dyn ConfigSyntax>, entropy: Arc<dyn Entropy>) -> Self {
        Self { document: Document { file, syntax, first: "templates: []\n" }, entropy, seen: None }
    }

    /// The same for somebody who has seen this version: changes are refused where there is another.
    #[must_use]
    pub fn as_seen(&self, version: Option<String>) -> Self {
        Self { seen: version, ..self.clone() }
    }

    /// All templates, in the order of the file. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Broken`]; [`CompanionError::Storage`].
    pub fn all(&self) -> Result<Vec<Template>, CompanionError> {
        Ok(self.all_with_version()?.0)
    }

    /// The same, with the version of what they say.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn all_with_version(&self) -> Result<(Vec<Template>, String), CompanionError> {
        let tree = self.document.read()?;
        let all: Vec<Template> = self.items(&tree)?.iter().map(template).collect();
        let version = version_of(&all);
        Ok((all, version))
    }

    /// Keeps a template. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Invalid`] naming the field; [`CompanionError::Stale`]; and as [`all`](Self::all).
    pub fn add(&self, name: &str, yaml: &str) -> Result<Template, CompanionError> {
        let (name, yaml) = self.checked(name, yaml)?;
        let id = self.fresh_id().map_err(|error| CompanionError::invalid("name", error.to_string()))?;
        let template = Template { id, name, yaml };
        let value = Value::map([
            ("id", Value::text(template.id.as_str())),
            ("name", Value::text(template.name.as_str())),
            ("yaml", Value::text(template.yaml.as_str())),
        ]);
        self.document.change(|tree| {
            let count = self.items_seen(tree)?.len();
            if count >= MAX_TEMPLATES {
                return Err(CompanionError::invalid(
                    "name",
                    format!("there are {MAX_TEMPLATES} templates already"),
                ));
            }
            let list = Path::root().key(TEMPLATES);
            let edit = if count == 0 {
                Edit::set(list, Value::List(vec![value.clone()]))
            } else {
                Edit::set(list.index(count), value.clone())
            };
            Ok((vec![edit], ()))
        })?;
        Ok(template)
    }

    /// Changes a template. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`], and as [`add`](Self::add).
    pub fn change(&self, id: &str, name: &str, yaml: &str) -> Result<(), CompanionError> {
        let (name, yaml) = self.checked(name, yaml)?;
        self.document.change(|tree| {
            let items = self.items_seen(tree)?;
            let at = items.iter().position(|item| text_of(item, "id") == id).ok_or(MISSING)?;
            let place = Path::root().key(TEMPLATES).index(at);
            let item = items.get(at).map(template);
            let edits = [
                ("name", &name, item.as_ref().map(|item| &item.name)),
                ("yaml", &yaml, item.as_ref().map(|item| &item.yaml)),
            ];
            let edits = edits.into_iter().filter(|(_, new, old)| Some(*new) != *old);
            Ok((
                edits.map(|(key, new, _)| Edit::set(place.key(key), Value::text(new.as_str()))).collect(),
                (),
            ))
        })
    }

    /// Takes a template away. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`], and as [`all`](Self::all).
    pub fn remove(&self, id: &str) -> Result<(), CompanionError> {
        self.document.change(|tree| {
            let items = self.items_seen(tree)?;
            let at = items.iter().position(|item| text_of(item, "id") == id).ok_or(MISSING)?;
            let list = Path::root().key(TEMPLATES);
            // The last one leaves an empty list behind, so that the file still says what it is.
            let edit = if items.len() == 1 {
                Edit::set(list, Value::List(Vec::new()))
            } else {
                Edit::remove(list.index(at))
            };
            Ok((vec![edit], ()))
        })
    }

    /// The same, for a change.
    fn items_seen<'t>(&self, tree: &'t Tree) -> Result<Vec<NodeRef<'t>>, CompanionError> {
        let items = self.items(tree)?;
        check_seen(self.seen.as_deref(), &items.iter().map(template).collect::<Vec<_>>())?;
        Ok(items)
    }

    fn items<'t>(&self, tree: &'t Tree) -> Result<Vec<NodeRef<'t>>, CompanionError> {
        match tree.root().and_then(|root| root.get(TEMPLATES)).filter(|list| !list.is_null()) {
            None => Ok(Vec::new()),
            Some(list) if list.kind() == Kind::Sequence => Ok(list.items().collect()),
            Some(_) => Err(self.document.broken("`templates` must be a list")),
        }
    }

    fn checked(&self, name: &str, yaml: &str) -> Result<(String, String), CompanionError> {
        let name = checked_line("name", name, MAX_NAME)?;
        if name.is_empty() {
            return Err(CompanionError::invalid("name", "name is required"));
        }
        if yaml.len() > MAX_BYTES {
            return Err(CompanionError::invalid("yaml", "a template may have at most 64 KiB"));
        }
        if let Err(error) = self.document.syntax.parse(Arc::from(yaml)) {
            return Err(CompanionError::invalid("yaml", error.to_string()));
        }
        Ok((name, yaml.to_owned()))
    }

    /// A random UUID (RFC 9562, version 4).
    fn fresh_id(&self) -> Result<String, CryptoError> {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes)?;
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let digits = hex(&bytes);
        let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
        Ok([part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-"))
    }
}

fn template(item: &NodeRef<'_>) -> Template {
    Template { id: text_of(item, "id"), name: text_of(item, "name"), yaml: text_of(item, "yaml") }
}
