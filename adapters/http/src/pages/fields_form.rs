//! The fields of a form that is made of an outline: one way to draw them, whatever the object.

use maud::{Markup, PreEscaped, Render, html};
use traefik_manager_core::{
    check::{Finding, schema::Shape},
    config::{edit::Segment, object::ObjectKind},
    routes::Snapshot,
    traefik::Protocol,
};

use super::icons;
use crate::{
    about::{About, Names},
    failure::Failure,
    filled::{FORM, Filled, Row, Shown, is_ticked},
    outline::{Column, Group, Leaf, Outline, Part, Widget},
    words::t,
};

/// The longest line that fits into half of the form, in characters.
const NARROW: usize = 34;
/// Names that a list of suggestions has at most.
const SUGGESTED: usize = 200;

/// Everything that the fields show.
pub(crate) struct FieldsPage<'a> {
    pub(crate) outline: &'a Outline,
    pub(crate) filled: &'a Filled,
    /// What the form is called in what it sends.
    pub(crate) form: &'a str,
    /// The names that a field may have.
    pub(crate) names: &'a dyn Fn(Names) -> Vec<String>,
    pub(crate) failure: Option<&'a Failure>,
    /// What is wrong with what is written already.
    pub(crate) findings: &'a [Finding],
    /// How far below the root of its file the form's own mapping stands.
    pub(crate) steps: usize,
}

/// The lists of suggestions, by the ids of their elements.
const SUGGESTIONS: [(Names, &str); 6] = [
    (Names::Services, "known-services"),
    (Names::Middlewares, "known-middlewares"),
    (Names::Transports, "known-transports"),
    (Names::EntryPoints, "known-entry-points"),
    (Names::Resolvers, "known-resolvers"),
    (Names::DnsProviders, "known-dns-providers"),
];

/// The fields.
pub(crate) fn content(page: &FieldsPage<'_>) -> Markup {
    let variety = page.outline.variety;
    html! {
        input type="hidden" name=(FORM) value=(page.form);
        @if let (Some(variety), Some(about)) = (variety, page.outline.about) {
            p.muted { (about.label) " (" code { (variety) } "). " (about.said()) }
        }
        (parts(page, &page.outline.parts))
        @for (names, id) in SUGGESTIONS {
            @if page.outline.leaves().iter().any(|leaf| leaf.suggests(names)) { (suggestions(page, names, id)) }
        }
    }
}

/// The usual fields, and the others behind a summary.
fn parts(page: &FieldsPage<'_>, parts: &[Part]) -> Markup {
    let (rare, usual): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| is_rare(part));
    let says = rare.iter().any(|part| says_something(page, part));
    html! {
        @if !usual.is_empty() { div.fields { @for part in &usual { (one(page, part)) } } }
        @if usual.is_empty() {
            div.fields { @for part in &rare { (one(page, part)) } }
        } @else if !rare.is_empty() {
            details.more open[says] {
                summary { (t!("fields-more")) span.hint { " · " (names(&rare)) } }
                div.stack { div.fields { @for part in &rare { (one(page, part)) } } }
            }
        }
    }
}

/// A field of which nothing is said is rare, and so is a group of such.
fn is_rare(part: &Part) -> bool {
    match part {
        Part::Leaf(leaf) => leaf.about.is_none_or(|about| about.is_rare),
        Part::Group(group) => {
            group.about.is_some_and(|about| about.is_rare) || group.parts.iter().all(is_rare)
        }
    }
}

fn says_something(page: &FieldsPage<'_>, part: &Part) -> bool {
    match part {
        Part::Leaf(leaf) => {
            let name = leaf.way.join(".");
            wrong(page, &leaf.way).is_some()
                || if matches!(leaf.widget, Widget::Tick) && leaf.is_on_by_default() {
                    page.filled.text(&name) == "false"
                } else {
                    page.filled.says(&name)
                }
        }
        Part::Group(group) => {
            page.filled.says(&group.way.join("."))
                || group.parts.iter().any(|part| says_something(page, part))
        }
    }
}

/// What is behind a summary, as far as there is room.
fn names(parts: &[&Part]) -> Markup {
    const NAMED: usize = 4;
    let label = |part: &&Part| match part {
        Part::Leaf(leaf) => leaf.label(),
        Part::Group(group) => group.label(),
    };
    let names: Vec<String> = parts.iter().take(NAMED).map(|part| label(part).0).collect();
    let names = PreEscaped(names.join(", "));
    match parts.len().saturating_sub(NAMED) {
        0 => names,
        more => t!("fields-and-others", names = names, count = more),
    }
}

fn one(page: &FieldsPage<'_>, part: &Part) -> Markup {
    match part {
        Part::Leaf(leaf) => field(page, leaf),
        Part::Group(group) => self::group(page, group),
    }
}

fn group(page: &FieldsPage<'_>, group: &Group) -> Markup {
    let name = group.way.join(".");
    let hint = group.about.map(About::said).unwrap_or_default();
    html! {
        fieldset.group.wide {
            @if group.has_switch {
                (super::route_form::tick(&name, group.label(), hint, is_ticked(page.filled.text(&name), false)))
                div.only-if-ticked { (parts(page, &group.parts)) }
            } @else {
                legend { (group.label()) @if !hint.0.is_empty() { span.hint { " · " (hint) } } }
                (parts(page, &group.parts))
            }
        }
    }
}

fn field(page: &FieldsPage<'_>, leaf: &Leaf) -> Markup {
    let name = leaf.way.join(".");
    let wrong = wrong(page, &leaf.way);
    let hint = leaf.about.map(About::said).unwrap_or_default();
    let shown = page.filled.get(&name);
    if matches!(shown, Some(Shown::Opaque)) {
        return html! {
            div.field.wide {
                span.label { (leaf.label()) }
                p.note { (t!("fields-opaque")) }
            }
        };
    }
    match &leaf.widget {
        Widget::Tick => {
            let is_on = is_ticked(page.filled.text(&name), leaf.is_on_by_default());
            html! {
                div.field .bad[wrong.is_some()] {
                    (super::route_form::tick(&name, leaf.label(), hint, is_on))
                    @if let Some(wrong) = wrong { p.wrong { (wrong) } }
                }
            }
        }
        Widget::Rows(columns) => {
            let rows = match shown {
                Some(Shown::Rows(rows)) => rows.as_slice(),
                _ => &[],
            };
            self::rows(leaf, columns, rows, wrong)
        }
        Widget::Line | Widget::Lines => {
            let text = page.filled.text(&name);
            let is_long = matches!(leaf.widget, Widget::Lines) || text.contains('\n');
            let is_secret = leaf.about.is_some_and(|about| about.is_secret);
            let is_wide = is_long && (is_secret || text.lines().any(|line| line.chars().count() > NARROW));
            html! {
                div.field .wide[is_wide] .bad[wrong.is_some()] {
                    label for=(name) { (leaf.label()) }
                    @if is_long { (area(leaf, &name, text)) } @else { (line(leaf, &name, text)) }
                    @if !hint.0.is_empty() { span.hint { (hint) } }
                    @if let Some(wrong) = wrong { p.wrong { (wrong) } }
                }
            }
        }
    }
}

fn area(leaf: &Leaf, name: &str, text: &str) -> Markup {
    let rows = (text.lines().count() + 1).clamp(2, 10);
    html! {
        textarea id=(name) name=(name) rows=(rows) placeholder=[leaf.example()] spellcheck="false"
            autocapitalize="off" autocomplete="off" { "\n" (text) }
    }
}

fn line(leaf: &Leaf, name: &str, text: &str) -> Markup {
    let choices = leaf.about.map_or(&[][..], |about| about.choices);
    let is_secret = leaf.about.is_some_and(|about| about.is_secret);
    html! {
        @if choices.is_empty() {
            input id=(name) type=(if is_secret { "password" } else { "text" }) name=(name) value=(text)
                placeholder=[leaf.example()] inputmode=[is_number(leaf.shape).then_some("numeric")]
                list=[leaf.about.and_then(|about| about.names).map(suggestion_id)] autocomplete="off" spellcheck="false";
        } @else {
            (choice(name, text, choices))
        }
    }
}

/// One of a few; what is written counts among them.
fn choice(name: &str, text: &str, choices: &[&str]) -> Markup {
    html! {
        select id=(name) name=(name) {
            option value="" selected[text.is_empty()] { "—" }
            @if !text.is_empty() && !choices.contains(&text) { option value=(text) selected { (text) } }
            @for choice in choices { option value=(choice) selected[*choice == text] { (choice) } }
        }
    }
}

fn rows(leaf: &Leaf, columns: &[Column], rows: &[Row], wrong: Option<Markup>) -> Markup {
    let name = leaf.way.join(".");
    let empty = Row { at: String::new(), cells: vec![String::new(); columns.len()] };
    let shown: Vec<&Row> = if rows.is_empty() { vec![&empty] } else { rows.iter().collect() };
    // A rare field of a row is there where one of them says it; otherwise it is not sent, and stays.
    let is_shown: Vec<bool> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let is_said =
                |row: &Row| row.cells.get(at).is_some_and(|text| !matches!(text.as_str(), "" | "false"));
            column.about.is_some_and(|about| !about.is_rare) || rows.iter().any(is_said)
        })
        .collect();
    let draw = |row: &Row| one_row(&name, columns, &is_shown, row);
    html! {
        div.field.wide .bad[wrong.is_some()] {
            span.label id={ (name) "-label" } { (leaf.label()) }
            div.stack.tight.rows id=(name) { @for row in shown { (draw(row)) } }
            // Without script two more rows are enough to get on: each save shows others.
            div.stack.tight.nojs { @for _ in 0..2 { (draw(&empty)) } }
            div.foot {
                button.small.needs-js type="button" data-add=(name) { (icons::plus()) (t!("fields-add")) }
                @if let Some(about) = leaf.about { span.hint { (about.said()) } }
            }
            @if let Some(wrong) = wrong { p.wrong { (wrong) } }
        }
    }
}

fn one_row(name: &str, columns: &[Column], is_shown: &[bool], row: &Row) -> Markup {
    let shown = columns.iter().zip(is_shown).enumerate().filter(|(_, (_, is_shown))| **is_shown);
    html! {
        div.row {
            input type="hidden" name={ (name) ".at" } value=(row.at);
            @for (at, (column, _)) in shown {
                @let text = row.cells.get(at).map_or("", String::as_str);
                @let label = column.label();
                @let field = format!("{name}.{}", column.name);
                @if matches!(column.shape, Shape::Bool) {
                    select.narrow name=(field) aria-label=(label) {
                        option value="false" selected[text != "true"] { (t!("fields-no", field = label.clone())) }
                        option value="true" selected[text == "true"] { (label) }
                    }
                } @else {
                    input .narrow[is_number(column.shape)] type="text" name=(field) value=(text) aria-label=(label)
                        placeholder=(column.example())
                        list=[column.about.and_then(|about| about.names).map(suggestion_id)]
                        inputmode=[is_number(column.shape).then_some("numeric")] autocomplete="off" spellcheck="false";
                }
            }
            button.quiet.small.needs-js type="button" data-remove aria-label=(t!("remove")) title=(t!("remove")) { (icons::bin()) }
        }
    }
}

fn is_number(shape: Shape) -> bool {
    matches!(shape, Shape::Integer | Shape::SmallInteger | Shape::Unsigned)
}

fn suggestion_id(names: Names) -> &'static str {
    SUGGESTIONS.iter().find(|(of, _)| *of == names).map_or("", |(_, id)| id)
}

fn suggestions(page: &FieldsPage<'_>, names: Names, id: &str) -> Markup {
    let known = (page.names)(names);
    html! { datalist id=(id) { @for name in known.iter().take(SUGGESTED) { option value=(name) {} } } }
}

/// The objects of the files that a field may name.
pub(crate) fn names_of_objects(snapshot: &Snapshot, protocol: Option<Protocol>, names: Names) -> Vec<String> {
    let kind = match names {
        Names::Services => ObjectKind::Service,
        Names::Middlewares => ObjectKind::Middleware,
        Names::Transports => ObjectKind::ServersTransport,
        Names::EntryPoints | Names::Resolvers | Names::DnsProviders => return Vec::new(),
    };
    snapshot.objects_of(kind, protocol).take(SUGGESTED).map(|object| object.name().to_owned()).collect()
}

/// What is wrong with a field: what the form was refused for, or what Traefik would say to it.
fn wrong(page: &FieldsPage<'_>, way: &[&str]) -> Option<Markup> {
    if let Some(message) = page.failure.and_then(|failure| failure.about(&way.join("."))) {
        return Some(super::sentence(message).render());
    }
    let found = page.failure.map(Failure::findings).into_iter().flatten().chain(page.findings);
    let finding = found.into_iter().find(|finding| is_about(finding, page.steps, way))?;
    Some(super::finding(finding))
}

/// Whether a finding is about a field, or about something in it.
fn is_about(finding: &Finding, steps: usize, way: &[&str]) -> bool {
    let mut keys = finding.path.segments().iter().skip(steps).filter_map(|step| match step {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Index(_) => None,
    });
    way.iter().all(|name| keys.next().is_some_and(|key| key.eq_ignore_ascii_case(name)))
}

impl FieldsPage<'_> {
    /// The findings that stand beside no field.
    pub(crate) fn left(&self) -> impl Iterator<Item = &Finding> {
        let leaves = self.outline.leaves();
        self.findings
            .iter()
            .filter(move |finding| !leaves.iter().any(|leaf| is_about(finding, self.steps, &leaf.way)))
    }
}

/// What a field is called: by its own name where nothing is said of it.
fn label(about: Option<&About>, name: &str) -> Markup {
    about.map_or_else(|| name.render(), |about| about.label.render())
}

impl Column {
    fn label(&self) -> Markup {
        label(self.about, self.name)
    }

    /// Something that it could say; its label where there is no example, since a row has no room for that.
    fn example(&self) -> Markup {
        self.about.map_or_else(Markup::default, |about| match about.example {
            "" => about.label.render(),
            example => example.render(),
        })
    }
}

impl Leaf {
    fn label(&self) -> Markup {
        label(self.about, self.way.last().copied().unwrap_or_default())
    }

    fn example(&self) -> Option<&'static str> {
        self.about.map(|about| about.example).filter(|example| !example.is_empty())
    }

    fn suggests(&self, names: Names) -> bool {
        let columns = match &self.widget {
            Widget::Rows(columns) => columns.as_slice(),
            _ => &[],
        };
        let of_columns = columns.iter().filter_map(|column| column.about);
        let own = self.about.filter(|_| matches!(self.widget, Widget::Line));
        own.into_iter().chain(of_columns).any(|about| about.names == Some(names))
    }
}

impl Group {
    fn label(&self) -> Markup {
        label(self.about, self.way.last().copied().unwrap_or_default())
    }
}
