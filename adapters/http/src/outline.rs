//! Which fields the form of an object has: those of Traefik's schema, in its order, with what is said of them.

use traefik_manager_core::{
    check::{
        TraefikVersion,
        schema::{Field, Shape, Struct, of},
    },
    config::object::ObjectKind,
    routes::Written,
    static_config::Section,
    traefik::Protocol,
};

use crate::about::{About, about, about_within};

/// The fields of one form.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The variety of a service or middleware.
    pub(crate) variety: Option<&'static str>,
    pub(crate) about: Option<&'static About>,
    pub(crate) parts: Vec<Part>,
}

/// A field, or fields that belong together.
#[derive(Debug)]
pub(crate) enum Part {
    Leaf(Leaf),
    Group(Group),
}

/// One field.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) way: Vec<&'static str>,
    pub(crate) shape: Shape,
    pub(crate) widget: Widget,
    pub(crate) about: Option<&'static About>,
    /// When a yes or no is written.
    pub(crate) written: Written,
}

/// What one types into.
#[derive(Debug)]
pub(crate) enum Widget {
    Line,
    Lines,
    Tick,
    /// Rows with these fields.
    Rows(Vec<Column>),
}

/// A field of each row.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) about: Option<&'static About>,
}

/// The fields of a mapping.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) way: Vec<&'static str>,
    pub(crate) about: Option<&'static About>,
    /// Whether the mapping means something without any field, so that it is switched on by itself.
    pub(crate) has_switch: bool,
    pub(crate) parts: Vec<Part>,
}

impl Outline {
    /// The form of a kind of object for this version; `None` where only YAML can say it.
    pub(crate) fn of(
        kind: ObjectKind,
        protocol: Option<Protocol>,
        variety: Option<&str>,
        version: TraefikVersion,
    ) -> Option<Self> {
        let root = of(kind, protocol)?;
        if !matches!(kind, ObjectKind::Service | ObjectKind::Middleware | ObjectKind::Router) {
            return Some(Self {
                variety: None,
                about: None,
                parts: parts(root, &[], kind.section(), Form::objects(version)),
            });
        }
        let name = variety.filter(|_| kind != ObjectKind::Router)?;
        let field = root.fields(version).find(|field| field.name.eq_ignore_ascii_case(name))?;
        let form = Form::objects(version);
        let mut parts = parts(field.shape.inner()?, &[field.name], field.name, form);
        // What stands beside the variety is the service's own.
        let beside = root.fields(version).filter(|field| field.shape.inner().is_none());
        parts.extend(beside.filter_map(|field| part(field, &[], kind.section(), form)));
        let about = about(kind.section(), field.name);
        Some(Self { variety: Some(field.name), about, parts })
    }

    /// The form of a section of the static configuration, or of one of its things, for this version.
    pub(crate) fn of_section(section: Section, version: TraefikVersion) -> Option<Self> {
        let form = Form { version, is_static: true, root: section.key() };
        let fields = section.fields()?.fields(version);
        // What has a form of its own has it elsewhere.
        let own = fields.filter(|field| !section.holds_sections() || field.shape.inner().is_none());
        let parts = own.filter_map(|field| part(field, &[], section.key(), form)).collect();
        let (last, above) = section.way().split_last()?;
        let about = about(above.last().copied().unwrap_or_default(), last);
        Some(Self { variety: None, about, parts })
    }

    /// Every field, wherever it stands.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        let mut leaves = Vec::new();
        collect(&self.parts, &mut |part| {
            if let Part::Leaf(leaf) = part {
                leaves.push(leaf);
            }
        });
        leaves
    }

    /// Every mapping that is switched on by itself, the outer ones first.
    pub(crate) fn switches(&self) -> Vec<&Group> {
        let mut switches = Vec::new();
        collect(&self.parts, &mut |part| {
            if let Part::Group(group) = part
                && group.has_switch
            {
                switches.push(group);
            }
        });
        switches
    }
}

fn collect<'p>(parts: &'p [Part], visit: &mut impl FnMut(&'p Part)) {
    for part in parts {
        visit(part);
        if let Part::Group(group) = part {
            collect(&group.parts, visit);
        }
    }
}

/// The varieties that a kind of object has in this version.
pub(crate) fn varieties(
    kind: ObjectKind,
    protocol: Protocol,
    version: TraefikVersion,
) -> impl Iterator<Item = &'static Field> {
    let fields = of(kind, Some(protocol)).into_iter().flat_map(move |root| root.fields(version));
    fields.filter(|field| field.shape.inner().is_some())
}

/// Which form it is: for which Traefik, and whether of the static configuration.
#[derive(Debug, Clone, Copy)]
struct Form {
    version: TraefikVersion,
    is_static: bool,
    /// What the first fields stand in.
    root: &'static str,
}

impl Form {
    fn objects(version: TraefikVersion) -> Self {
        Self { version, is_static: false, root: "" }
    }

    fn written(self, about: Option<&About>) -> Written {
        match about {
            _ if !self.is_static => Written::WhereItDiffers,
            Some(about) if about.tick.is_explicit => Written::WithAnyChange,
            _ => Written::WhereItChanged,
        }
    }
}

fn parts(of: &'static Struct, above: &[&'static str], parent: &str, form: Form) -> Vec<Part> {
    of.fields(form.version).filter_map(|field| part(field, above, parent, form)).collect()
}

fn part(field: &'static Field, above: &[&'static str], parent: &str, form: Form) -> Option<Part> {
    let way: Vec<&'static str> = above.iter().copied().chain([field.name]).collect();
    let grand = above.iter().rev().nth(1).copied().unwrap_or(form.root);
    let (shape, about) = (field.shape, about_within(grand, parent, field.name));
    let written = form.written(about);
    let leaf = |way, widget| Some(Part::Leaf(Leaf { way, shape, widget, about, written }));
    match shape {
        Shape::Objects(_) | Shape::Plugins => None,
        Shape::Texts | Shape::Floats | Shape::TextMap | Shape::IntegerMap => leaf(way, Widget::Lines),
        Shape::Bool => leaf(way, Widget::Tick),
        Shape::List(inner) => {
            let columns =
                inner.fields(form.version).filter(|field| is_cell(field.shape)).map(|inner| Column {
                    name: inner.name,
                    shape: inner.shape,
                    about: crate::about::about(field.name, inner.name),
                });
            leaf(way, Widget::Rows(columns.collect()))
        }
        Shape::Section(inner) | Shape::Switch(inner) => {
            let mut parts = parts(inner, &way, field.name, form);
            let is_switch = matches!(shape, Shape::Switch(_));
            if parts.is_empty() {
                return is_switch.then_some(Part::Leaf(Leaf {
                    way,
                    shape,
                    widget: Widget::Tick,
                    about,
                    written,
                }));
            }
            // A mapping of nothing but a mapping is there when that is.
            if let [Part::Group(_)] = parts.as_slice() {
                return parts.pop();
            }
            let has_switch = is_switch && !parts.iter().all(|part| matches!(part, Part::Group(_)));
            Some(Part::Group(Group { way, about, has_switch, parts }))
        }
        _ => leaf(way, Widget::Line),
    }
}

/// Whether a row has room for it: a single value, or a list in one line.
fn is_cell(shape: Shape) -> bool {
    shape.inner().is_none()
        && !matches!(shape, Shape::TextMap | Shape::IntegerMap | Shape::Plugins | Shape::Floats)
}
