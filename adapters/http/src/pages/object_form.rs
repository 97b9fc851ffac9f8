//! The form of an object: a name, a file, and YAML, with something to begin from.

use maud::{Markup, html};
use traefik_manager_core::{
    check::TraefikVersion,
    companion::Template,
    config::object::{ObjectKind, root_key},
    routes::Snapshot,
    traefik::{Protocol, state::State},
};

use super::{
    editor::{self, Editor, Mark, OBJECT_STEPS},
    encoded,
    fields_form::{self, FieldsPage},
    icons,
    layout::{save_buttons, token},
    objects::shown_name,
    phrases,
    route_form::file_choice,
    state,
};
use crate::{
    failure::Failure,
    filled::Filled,
    outline::{Outline, varieties},
    shelf::words,
    starts::{START_PAGE, starts},
    words::t,
};

/// What stands in the fields.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) kind: ObjectKind,
    pub(crate) protocol: Option<Protocol>,
    /// The name of the object that is edited; `None` for a new one.
    pub(crate) edit_of: Option<String>,
    pub(crate) original_file: String,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) new_file: String,
    pub(crate) content: Content,
    /// What the content began from.
    pub(crate) start: String,
}

/// What the object says.
#[derive(Debug)]
pub(crate) enum Content {
    Yaml(String),
    Fields(Outline, Filled),
}

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct ObjectFormPage<'a> {
    pub(crate) values: &'a Values,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) can_create_files: bool,
    /// Whether it can be edited as a form too.
    pub(crate) has_form: bool,
    /// Templates that people keep.
    pub(crate) own: &'a [Template],
    /// How far what is edited has come.
    pub(crate) state: Option<State>,
    pub(crate) schema: &'a str,
    pub(crate) version: TraefikVersion,
    pub(crate) marks: &'a [Mark],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

impl ObjectFormPage<'_> {
    /// What is wrong with a field.
    pub(crate) fn wrong(&self, field: &str) -> Option<&str> {
        self.failure.and_then(|failure| failure.about(field))
    }
}

/// The page's content.
pub(crate) fn content(page: &ObjectFormPage<'_>) -> Markup {
    let values = page.values;
    html! {
        div.head {
            div.head-text {
                h1 {
                    @match &values.edit_of {
                        None => (phrases::adding_one(values.kind)),
                        Some(name) => (shown_name(name)),
                    }
                }
                @if let Some(state) = page.state { (state::told(state)) }
                @if values.edit_of.is_some() && values.kind != ObjectKind::TlsCertificate {
                    p.muted { (t!("object-renames")) }
                }
            }
            (other_way(page))
        }
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        div .two[values.edit_of.is_none()] {
            (form(page))
            @if values.edit_of.is_none() { (beginnings(page)) }
        }
    }
}

/// The same object as YAML, or as a form.
fn other_way(page: &ObjectFormPage<'_>) -> Markup {
    let values = page.values;
    if !page.has_form {
        return html! {};
    }
    let (protocol, page) = (values.protocol.map_or("", Protocol::as_str), words(values.kind).page);
    let at = |way: &str| match &values.edit_of {
        Some(name) => {
            let (name, file) = (encoded(name), encoded(&values.original_file));
            format!("{page}/edit?name={name}&protocol={protocol}&file={file}{way}")
        }
        None => {
            let (kind, start) = (values.kind.section(), encoded(&values.start));
            format!("{page}/new?kind={kind}&{START_PAGE}={start}&protocol={protocol}{way}")
        }
    };
    html! {
        @match values.content {
            Content::Yaml(_) => a.button.small href=(at("")) { (icons::pencil()) (t!("edit-as-form")) },
            Content::Fields(..) => a.button.small href=(at("&as=yaml")) { (icons::code()) (t!("edit-as-yaml")) },
        }
    }
}

fn form(page: &ObjectFormPage<'_>) -> Markup {
    let values = page.values;
    let words = words(values.kind);
    let is_new = values.edit_of.is_none();
    html! {
        form.panel method="post" action={ (words.page) "/save" } data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="kind" value=(values.kind.section());
            @if let Some(name) = &values.edit_of {
                input type="hidden" name="originalName" value=(name);
                input type="hidden" name="originalFile" value=(values.original_file);
                input type="hidden" name="version" value=(values.version);
            }
            div.pair {
                @if values.kind != ObjectKind::TlsCertificate { (name_field(page)) }
                div.row.top {
                    (protocol_field(values))
                    (file_field(page))
                }
            }
            @match &values.content {
                Content::Yaml(yaml) => (yaml_field(page, yaml)),
                Content::Fields(outline, filled) => (fields_form::content(&FieldsPage {
                    outline,
                    filled,
                    form: outline.variety.unwrap_or(values.kind.section()),
                    names: &|names| fields_form::names_of_objects(page.snapshot, values.protocol, names),
                    failure: page.failure,
                    findings: &[],
                    steps: OBJECT_STEPS,
                })),
            }
            @if let Some(scheme) = of_users(&values.content) {
                p.sub { (t!("object-make-entry", scheme = scheme)) }
            }
            div.foot {
                @if is_new { (save_buttons(phrases::adding(values.kind))) } @else { (save_buttons(t!("save"))) }
                a.button.quiet href=(words.page) { (t!("cancel")) }
            }
        }
    }
}

/// The middleware that holds entries of users, if it is one.
fn of_users(content: &Content) -> Option<&'static str> {
    let is = |scheme: &str| match content {
        Content::Fields(outline, _) => outline.variety == Some(scheme),
        Content::Yaml(text) => text.contains(scheme),
    };
    ["basicAuth", "digestAuth"].into_iter().find(|scheme| is(scheme))
}

fn name_field(page: &ObjectFormPage<'_>) -> Markup {
    let wrong = page.wrong("name");
    html! {
        div.field .bad[wrong.is_some()] {
            label for="name" { (t!("name")) }
            input #name type="text" name="name" value=(page.values.name) required autocomplete="off" spellcheck="false"
                autofocus[page.values.edit_of.is_none()];
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

fn protocol_field(values: &Values) -> Markup {
    let Some(chosen) = values.protocol else { return html! {} };
    html! {
        div.field.grow {
            label for="protocol" { (t!("object-for")) }
            @if values.edit_of.is_none() && matches!(values.content, Content::Yaml(_)) {
                select #protocol name="protocol" {
                    @for protocol in values.kind.protocols().iter().flatten() {
                        option value=(protocol) selected[*protocol == chosen] { (protocol.as_str().to_uppercase()) }
                    }
                }
            } @else {
                input type="hidden" name="protocol" value=(chosen);
                input #protocol type="text" value=(chosen.as_str().to_uppercase()) disabled;
            }
        }
    }
}

fn file_field(page: &ObjectFormPage<'_>) -> Markup {
    let choice = file_choice(page.snapshot, page.can_create_files, &page.values.file, &page.values.new_file);
    let wrong = page.wrong("configFile");
    html! {
        @if let Some(choice) = choice {
            div.field.grow .bad[wrong.is_some()] {
                label for="file" { (t!("file")) }
                (choice)
                @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
            }
        }
    }
}

fn yaml_field(page: &ObjectFormPage<'_>, yaml: &str) -> Markup {
    let wrong = page.wrong("yaml").or(page.wrong("kind")).or(page.wrong("protocol"));
    let values = page.values;
    let syntax = page.failure.filter(|failure| failure.findings().is_empty());
    let about = if page.values.kind == ObjectKind::TlsCertificate {
        t!("object-whole-entry")
    } else {
        t!("object-below-name")
    };
    html! {
        div.field .bad[wrong.is_some()] {
            label for="yaml" { (t!("object-says")) span.hint { " · " (about) } }
            (editor::content(&Editor {
                id: "yaml",
                name: "yaml",
                text: yaml,
                place: &place(values.kind, values.protocol),
                schema: page.schema,
                line: syntax.and_then(|failure| failure.place().line),
                marks: page.marks,
                is_whole_file: false,
                placeholder: None,
            }))
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

/// Where in a file the text of an object stands.
pub(super) fn place(kind: ObjectKind, protocol: Option<Protocol>) -> String {
    let each = if kind == ObjectKind::TlsCertificate { "-" } else { "*" };
    format!("{}.{}.{each}", root_key(protocol), kind.section())
}

fn beginnings(page: &ObjectFormPage<'_>) -> Markup {
    let values = page.values;
    let words = words(values.kind);
    let address = |id: &str, protocol: Protocol| {
        format!(
            "{}/new?kind={}&{START_PAGE}={}&protocol={protocol}",
            words.page,
            values.kind.section(),
            encoded(id)
        )
    };
    let is_chosen = |id: &str| (id == values.start).then_some("true");
    html! {
        nav.panel aria-label=(t!("object-beginnings")) {
            h2 { (t!("object-begin-from")) }
            ul.templates {
                @for start in starts(values.kind) {
                    li { a href=(address(start.id, start.protocol)) aria-current=[is_chosen(start.id)] { (start.title) } }
                }
            }
            @if values.kind == ObjectKind::Middleware {
                h2 { (t!("object-templates")) }
                ul.templates {
                    @for template in page.own {
                        @let id = format!("own:{}", template.id);
                        li { a href=(address(&id, Protocol::Http)) aria-current=[is_chosen(&id)] { (template.name) } }
                    }
                    li { a href="/middlewares/templates" { @if page.own.is_empty() { (t!("object-templates-keep")) } @else { (t!("object-templates-edit")) } } }
                }
                @for protocol in values.kind.protocols().iter().flatten() {
                    h2 { (t!("object-all-for", protocol = protocol.as_str().to_uppercase())) }
                    ul.templates {
                        @for field in varieties(values.kind, *protocol, page.version) {
                            li { a.mono href=(address(field.name, *protocol))
                                aria-current=[is_chosen(field.name).filter(|_| values.protocol == Some(*protocol))] { (field.name) } }
                        }
                    }
                }
            }
        }
    }
}
