//! Does a file have the shape that Traefik reads? What is found here refuses the whole file.
//!
//! Traefik makes untyped nodes of the YAML, matches them with its Go types and then fills these. The walk below
//! follows that: an unknown key or a wrong kind of value anywhere refuses the file, while a single value where a list
//! of mappings belongs is lost without a word.

use super::{
    aliases,
    finding::{Effect, Level},
    nodes::{Entries, Steps, entries, has_children, is_switched_on},
    report::Report,
    scalar::Scalar,
    schema::{Field, Shape, Struct},
    suggest::nearest,
    version::TraefikVersion,
};
use crate::{
    config::source::{NO_MAPPING, NO_STATIC_MAPPING},
    tree::{Kind, NodeRef},
};

/// Go strings that hold it are cut there, because Traefik joins lists with it.
const SEPARATOR: char = '║';

/// Walks one file.
#[derive(Debug)]
pub(super) struct Walk<'r, 'a, 't> {
    pub(super) report: &'r mut Report<'a>,
    pub(super) file: usize,
    pub(super) version: TraefikVersion,
    /// What Traefik does about a wrong file.
    pub(super) effect: Effect,
    pub(super) steps: Steps<'t>,
}

/// How a value is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode {
    /// Whether Traefik reads it, or only matches its shape.
    pub(super) fills: bool,
}

impl<'t> Walk<'_, '_, 't> {
    /// Checks the keys of a file whose root is a mapping; returns those that Traefik does not know, which it skips.
    pub(super) fn root(&mut self, of: &'static Struct, root: NodeRef<'t>) -> Vec<NodeRef<'t>> {
        if let Some(alias) = aliases::excessive(root) {
            let message = "the aliases of the file stand for so much that Traefik takes it for an attack";
            self.refuse(alias, "too-many-aliases", message, "write some of the values out");
        }
        let mut unknown = Vec::new();
        let mut seen = 0;
        for (key, value) in entries(root) {
            self.key(key);
            if matches!(Scalar::of(value), Scalar::BadTag) {
                self.bad_tag(value);
            }
            match self.find(of, key) {
                Some((index, field)) => self.entry(&mut seen, index, field, key, value, Mode { fills: true }),
                None => unknown.push(key),
            }
        }
        unknown
    }

    /// The root of a file that is no mapping.
    pub(super) fn not_a_mapping(&mut self, root: NodeRef<'t>) {
        let is_static = self.effect == Effect::RefusesStart;
        let message = if is_static { NO_STATIC_MAPPING } else { NO_MAPPING };
        self.refuse(root, "not-a-mapping", message, "write the keys at the start of their lines");
    }

    /// Keys at the root that Traefik skips.
    pub(super) fn unknown_at_root(&mut self, of: &'static Struct, keys: &[NodeRef<'t>]) {
        for key in keys.iter().filter(|key| !key.text().starts_with("x-")) {
            let remedy = match nearest(key.text(), of.0.iter().map(|field| field.name)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "remove it, or begin it with x- if it only holds anchors".to_owned(),
            };
            self.steps.push_key(key.text());
            let message = format!("Traefik knows no section `{}`, and skips it", key.text());
            self.note(Level::Lint, Effect::Ignores, *key, "unknown-section", message, remedy);
            self.steps.pop();
        }
    }

    fn find(&self, of: &'static Struct, key: NodeRef<'t>) -> Option<(usize, &'static Field)> {
        let Scalar::Text(name) = Scalar::of(key) else { return None };
        let mut fields = of.0.iter().enumerate();
        fields.find(|(_, field)| field.exists_in(self.version) && is_spelling_of(&name, field.name))
    }

    /// The children of a mapping with fixed keys.
    pub(super) fn fields(&mut self, of: &'static Struct, node: NodeRef<'t>, mode: Mode) {
        if node.kind() == Kind::Sequence {
            // Traefik names the mappings of a list `[0]`, `[1]`, and looks for fields of these names.
            if let Some(item) = node.items().find(|item| item.kind() == Kind::Mapping) {
                self.refuse(
                    item,
                    "list-for-mapping",
                    "a list stands where a mapping belongs",
                    "remove the dash, so that the keys stand directly below",
                );
            }
            self.plain_items(node);
            return;
        }
        let mut seen = 0;
        for (key, value) in entries(node) {
            self.key(key);
            match self.find(of, key) {
                Some((index, field)) => self.entry(&mut seen, index, field, key, value, mode),
                // Traefik drops an entry without a value before it looks at the key.
                None if value.is_null() || key.is_null() => {}
                None => {
                    self.steps.push_key(key.text());
                    self.unknown(of, key);
                    self.steps.pop();
                }
            }
        }
    }

    fn entry(
        &mut self,
        seen: &mut u128,
        index: usize,
        field: &'static Field,
        key: NodeRef<'t>,
        value: NodeRef<'t>,
        mode: Mode,
    ) {
        if value.is_null() {
            return;
        }
        self.steps.push_key(key.text());
        let bit = 1_u128.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0);
        if !key.text().is_ascii() {
            // Go takes two letters beyond ASCII for k and s; nobody means that.
            let message = format!("`{}` is spelled with an odd letter", field.name);
            self.refuse(key, "unknown-field", message, format!("write `{}`", field.name));
        }
        if *seen & bit != 0 {
            // Of single values the last one counts, in the order of bytes; everything else is merged somehow.
            let is_merged = matches!(
                field.shape,
                Shape::Texts
                    | Shape::Floats
                    | Shape::List(_)
                    | Shape::TextMap
                    | Shape::IntegerMap
                    | Shape::Objects(_)
                    | Shape::Section(_)
                    | Shape::Switch(_)
                    | Shape::Plugins
            );
            let level = if is_merged { Level::Error } else { Level::Lint };
            let message = format!("`{}` stands here twice, in two spellings", field.name);
            self.note(level, Effect::Ignores, key, "field-twice", message, "keep one of them");
        }
        *seen |= bit;
        if (field.is_ignored || field.is_unused) && mode.fills {
            let message = format!("Traefik takes `{}` from a file and forgets it", field.name);
            self.note(Level::Lint, Effect::Ignores, key, "ignored-field", message, "remove it");
        }
        self.value(field, value, Mode { fills: mode.fills && !field.is_ignored });
        self.steps.pop();
    }

    fn value(&mut self, field: &'static Field, node: NodeRef<'t>, mode: Mode) {
        match field.shape {
            Shape::Section(of) | Shape::Switch(of) => {
                let may_be_empty = matches!(field.shape, Shape::Switch(_));
                if !self.is_empty(field, node, may_be_empty) {
                    self.fields(of, node, mode);
                }
            }
            Shape::Objects(_) | Shape::TextMap | Shape::IntegerMap | Shape::Plugins => {
                if !self.is_empty(field, node, false) {
                    self.named(field, node, mode);
                }
            }
            Shape::Texts | Shape::Floats => self.list(field, node, mode),
            Shape::List(of) => self.structs(of, node, mode),
            _ => self.single(field, node, mode),
        }
    }

    /// Whether the node holds nothing, which Traefik refuses unless the field is one that may be empty.
    fn is_empty(&mut self, field: &'static Field, node: NodeRef<'t>, may_be_empty: bool) -> bool {
        if has_children(node) {
            return false;
        }
        let name = field.name;
        match Scalar::of(node) {
            _ if node.kind() != Kind::Scalar => {}
            Scalar::Opaque => {
                let message = format!("only Traefik knows whether this Go template makes `{name}` a mapping");
                self.note(
                    Level::Lint,
                    Effect::Ignores,
                    node,
                    "template-for-section",
                    message,
                    "write the keys out, and use templates for single values",
                );
                return true;
            }
            Scalar::Time | Scalar::BadTag => {
                self.bad_scalar(node);
                return true;
            }
            _ => {}
        }
        self.plain_items(node);
        if may_be_empty || field.is_ignored {
            if is_switched_on(node) == Some(false) && may_be_empty {
                let message =
                    format!("`{name}` takes a mapping or true; Traefik takes this for no `{name}` at all");
                let remedy = format!("write `{name}: {{}}` to switch it on, or remove it");
                self.note(Level::Lint, Effect::Ignores, node, "scalar-for-section", message, remedy);
            }
            return true;
        }
        let message = if node.kind() == Kind::Scalar {
            format!("`{name}` must be a mapping, and is a single value")
        } else {
            format!("`{name}` is empty, and Traefik refuses that")
        };
        self.refuse(
            node,
            "empty-element",
            message,
            format!("remove `{name}`, or write what belongs below it"),
        );
        true
    }

    /// The children of a mapping whose keys are names.
    fn named(&mut self, field: &'static Field, node: NodeRef<'t>, mode: Mode) {
        if node.kind() == Kind::Sequence {
            let message = format!(
                "a list stands where the names of `{}` belong; Traefik calls its elements [0], [1], …",
                field.name
            );
            self.note(
                Level::Lint,
                Effect::Ignores,
                node,
                "list-for-mapping",
                message,
                "give each element a name",
            );
            self.plain_items(node);
            for (index, item) in node.items().enumerate().filter(|(_, item)| item.kind() == Kind::Mapping) {
                self.steps.push_index(index);
                self.child(field, item, mode);
                self.steps.pop();
            }
            return;
        }
        for (key, value) in entries(node) {
            self.key(key);
            if value.is_null() || key.is_null() {
                continue;
            }
            self.steps.push_key(key.text());
            self.child(field, value, mode);
            self.steps.pop();
        }
    }

    fn child(&mut self, field: &'static Field, node: NodeRef<'t>, mode: Mode) {
        match field.shape {
            Shape::Objects(of) => self.object(of, node, mode),
            Shape::Plugins => self.free(node, 0),
            Shape::TextMap if node.kind() != Kind::Scalar => {
                self.free(node, 0);
                self.note(
                    Level::Lint,
                    Effect::Ignores,
                    node,
                    "mapping-for-text",
                    "a text belongs here; Traefik makes nothing useful of a list or mapping",
                    "write one text",
                );
            }
            Shape::TextMap => self.bad_scalar(node),
            _ => self.single(field, node, mode),
        }
    }

    fn object(&mut self, of: &'static Struct, node: NodeRef<'t>, mode: Mode) {
        match Scalar::of(node) {
            _ if node.kind() == Kind::Mapping => self.fields(of, node, mode),
            Scalar::Opaque => self.note(
                Level::Lint,
                Effect::Ignores,
                node,
                "template-for-section",
                "only Traefik knows what this Go template makes of the object",
                "write the keys out, and use templates for single values",
            ),
            Scalar::Time | Scalar::BadTag => self.bad_scalar(node),
            _ => {
                self.fields(of, node, mode);
                self.note(
                    Level::Lint,
                    Effect::Ignores,
                    node,
                    "scalar-for-section",
                    "a mapping belongs here; Traefik takes this for an object without any setting",
                    "write the object's keys below its name, or remove it",
                );
            }
        }
    }

    /// The single values of a list that stands where none belongs: YAML's own rules hold there too.
    pub(super) fn plain_items(&mut self, node: NodeRef<'t>) {
        for item in node.items() {
            match item.kind() {
                Kind::Sequence => self.nested_list(item),
                Kind::Scalar => {
                    self.null_item(item);
                    self.bad_scalar(item);
                }
                Kind::Mapping => {}
            }
        }
    }

    pub(super) fn key(&mut self, key: NodeRef<'t>) {
        if key.tag().is_some() && Scalar::of(key) == Scalar::BadTag {
            self.bad_tag(key);
        }
    }

    pub(super) fn null_item(&mut self, item: NodeRef<'t>) {
        if item.is_null() {
            self.refuse(
                item,
                "null-in-list",
                "an element of the list is empty",
                "remove it, or write its value",
            );
        }
    }

    pub(super) fn nested_list(&mut self, item: NodeRef<'t>) {
        self.refuse(
            item,
            "nested-list",
            "a list stands inside a list",
            "remove one of the two dashes or brackets",
        );
    }

    pub(super) fn bad_scalar(&mut self, node: NodeRef<'t>) {
        match Scalar::of(node) {
            Scalar::Time => self.refuse(
                node,
                "date",
                "YAML takes this for a date, which Traefik refuses everywhere",
                "put it in quotes",
            ),
            Scalar::BadTag => self.bad_tag(node),
            _ => {}
        }
    }

    fn bad_tag(&mut self, node: NodeRef<'t>) {
        let message = format!("the tag `{}` does not fit here", node.resolved().tag().unwrap_or_default());
        self.refuse(node, "bad-tag", message, "remove the tag, and put the value in quotes if it is a text");
    }

    pub(super) fn separator(&mut self, node: NodeRef<'t>) {
        if node.text().contains(SEPARATOR) {
            let message = format!("Traefik itself cuts lists at {SEPARATOR}");
            self.refuse(node, "separator", message, "use another character");
        }
    }

    fn unknown(&mut self, of: &'static Struct, key: NodeRef<'t>) {
        let name = key.text();
        let later =
            of.0.iter().find(|field| !field.exists_in(self.version) && is_spelling_of(name, field.name));
        if let Some(field) = later {
            let message = format!(
                "`{}` came with Traefik {}, and this is for Traefik {}, which refuses it",
                field.name,
                field.since_version(),
                self.version
            );
            self.refuse(key, "future-field", message, "remove it, or update Traefik first");
            return;
        }
        let known = of.0.iter().filter(|field| field.exists_in(self.version) && !field.is_ignored);
        let remedy = match nearest(name, known.map(|field| field.name)) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "remove it, or look at the indentation: it may belong to another key".to_owned(),
        };
        self.refuse(key, "unknown-field", format!("there is no field `{name}` here"), remedy);
    }

    pub(super) fn wrong(&mut self, node: NodeRef<'t>, field: &Field, wanted: &str, remedy: &str) {
        self.refuse(node, "wrong-type", format!("`{}` must be {wanted}", field.name), remedy);
    }

    pub(super) fn lost(&mut self, node: NodeRef<'t>, message: &str) {
        let is_nothing = node.is_vacant() || (node.kind() == Kind::Scalar && node.text().is_empty());
        let remedy = if is_nothing { "remove it" } else { "correct it; Traefik says nothing about it" };
        self.note(Level::Lint, Effect::Ignores, node, "lost-value", message, remedy);
    }

    fn refuse(
        &mut self,
        node: NodeRef<'t>,
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.note(Level::Error, self.effect, node, code, message, remedy);
    }

    pub(super) fn note(
        &mut self,
        level: Level,
        effect: Effect,
        node: NodeRef<'t>,
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let path = self.steps.path();
        self.report.add(self.file, node.span(), path, (level, effect, code), message, remedy);
    }
}

/// Go compares names by simple folding, in which two letters beyond ASCII count as `k` and `s`.
pub(super) fn is_spelling_of(text: &str, name: &str) -> bool {
    if text.len() == name.len() {
        return text.eq_ignore_ascii_case(name);
    }
    !text.is_ascii()
        && text.chars().count() == name.len()
        && text.chars().zip(name.chars()).all(|(a, b)| match a {
            '\u{17f}' => b.eq_ignore_ascii_case(&'s'),
            '\u{212a}' => b.eq_ignore_ascii_case(&'k'),
            a => a.eq_ignore_ascii_case(&b),
        })
}

/// The entries of a mapping, for those who look for a field in any spelling.
pub(super) fn spellings<'t>(
    node: NodeRef<'t>,
    name: &'static str,
) -> impl Iterator<Item = (NodeRef<'t>, NodeRef<'t>)> {
    let all: Entries<'t> = entries(node);
    all.filter(move |(key, value)| !value.is_null() && is_spelling_of(key.text(), name))
}
