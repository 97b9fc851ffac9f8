//! The lists of objects, and the question before one is deleted: the same for every kind.

use std::{borrow::Cow, fmt::Write as _};

use maud::{Markup, html};
use traefik_manager_core::{
    config::object::ObjectKind,
    routes::{Deletion, Object, User},
    traefik::{Protocol, service::Service},
};

use super::{
    discovered, encoded, icons,
    layout::{self, token},
    phrases,
    routes::broken,
    state,
};
use crate::{
    live::Live,
    shelf::{Words, words},
    view::View,
    words::{message, t},
};

/// Objects on one page of a list.
const PAGE: usize = 50;
/// Users that a list names before it only counts them.
const NAMED_USERS: usize = 3;
/// Users that a question names before it only counts them.
const ASKED_USERS: usize = 20;

/// What a list is asked for.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) unused: bool,
    pub(crate) page: usize,
}

/// Everything that a list shows.
#[derive(Debug)]
pub(crate) struct ObjectsPage<'a> {
    pub(crate) kinds: &'static [ObjectKind],
    pub(crate) view: &'a View,
    pub(crate) query: &'a Query,
    pub(crate) live: &'a Live,
}

/// The page's content.
pub(crate) fn content(page: &ObjectsPage<'_>) -> Markup {
    let snapshot = &page.view.snapshot;
    let [first, ..] = page.kinds else { return html! {} };
    let (words, is_only) = (words(*first), page.kinds.len() == 1);
    let title = if is_only { words.many } else { message!("tls") };
    let is_empty = page.kinds.iter().all(|kind| snapshot.objects(*kind).next().is_none());
    html! {
        div.head {
            div.head-text {
                h1 { (title) }
                p.muted { @if is_only { (words.about) } @else { (t!("objects-about-tls")) } }
            }
            @if is_only && !is_empty { (add(&words, *first)) }
        }
        @if let Some(others) = beside(*first) { (others) }
        @for problem in snapshot.problems() { (broken(problem)) }
        @if is_empty && is_only { (nothing_yet(&words, *first)) } @else {
            @if !is_empty { (search(page, &words, &title.say(&[]))) }
            @for kind in page.kinds { (shelf(page, *kind, is_only)) }
        }
        @if is_only && !page.query.unused { (discovered::list(page.live, *first, &page.query.text)) }
    }
}

/// Services and servers transports are two lists under one tab.
fn beside(kind: ObjectKind) -> Option<Markup> {
    let kinds = [ObjectKind::Service, ObjectKind::ServersTransport];
    let lists = || kinds.map(words).map(|words| (words.page, words.many));
    kinds.contains(&kind).then(|| layout::beside(lists(), words(kind).page))
}

fn add(words: &Words, kind: ObjectKind) -> Markup {
    html! {
        a.button.primary href=(address(words, kind, "new")) data-key="n" { (icons::plus()) (phrases::adding(kind)) }
    }
}

fn nothing_yet(words: &Words, kind: ObjectKind) -> Markup {
    html! {
        div.panel.empty {
            (icons::crossroads())
            h2 { (phrases::adding_the_first(kind)) }
            p.muted { (words.about) }
            p { (add(words, kind)) }
        }
    }
}

/// The address of a page of this kind, with the kind where the pages are for several.
fn address(words: &Words, kind: ObjectKind, page: &str) -> String {
    let named = if words.page == "/tls" { format!("?kind={}", kind.section()) } else { String::new() };
    format!("{}/{page}{named}", words.page)
}

fn search(page: &ObjectsPage<'_>, words: &Words, title: &Markup) -> Markup {
    let placeholder = match page.kinds {
        [ObjectKind::Service] => message!("objects-search-services"),
        [ObjectKind::Middleware] => message!("objects-search-middlewares"),
        _ => message!("objects-search-names"),
    };
    html! {
        form.filters method="get" action=(words.page) role="search" {
            div.search {
                (icons::search())
                input type="search" name="q" value=(page.query.text) placeholder=(placeholder)
                    aria-label=(t!("objects-search-in", list = title.clone()));
                kbd.needs-js aria-hidden="true" { "/" }
            }
            select name="state" aria-label=(t!("objects-used-or-not")) {
                option value="" { (t!("objects-used-or-not")) }
                option value="unused" selected[page.query.unused] { (t!("objects-unused")) }
            }
            button type="submit" { (t!("search")) }
        }
    }
}

/// What every line says again.
struct Said {
    name: Markup,
    r#type: Markup,
    to: Markup,
    used_by: Markup,
    status: Markup,
    file: Markup,
    edit: Markup,
    delete: Markup,
}

impl Said {
    fn new() -> Self {
        Self {
            name: t!("name"),
            r#type: t!("type"),
            to: t!("objects-to"),
            used_by: t!("used-by"),
            status: t!("status"),
            file: t!("file"),
            edit: t!("edit"),
            delete: t!("delete"),
        }
    }
}

/// One list.
fn shelf(page: &ObjectsPage<'_>, kind: ObjectKind, is_only: bool) -> Markup {
    let words = words(kind);
    let found: Vec<Object<'_>> =
        page.view.snapshot.objects(kind).filter(|object| is_asked_for(page, object)).collect();
    let all = if is_only { found.len().div_ceil(PAGE).max(1) } else { 1 };
    let number = page.query.page.clamp(1, all);
    let shown = found.iter().skip((number - 1) * PAGE).take(if is_only { PAGE } else { 4 * PAGE });
    let is_filtered = !page.query.text.is_empty() || page.query.unused;
    let said = Said::new();
    html! {
        @if !is_only {
            div.head {
                div.head-text { h2 { (words.many) } p.muted { (words.about) } }
                a.button.small href=(address(&words, kind, "new")) data-key="n" { (icons::plus()) (phrases::adding(kind)) }
            }
        }
        @if found.is_empty() {
            div.panel.empty.slim {
                @if is_filtered { p.muted { (t!("nothing-matches")) } @if is_only { p { a href=(words.page) { (t!("show-all")) } } } }
                @else { p.muted { (t!("none-yet")) } }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (said.name) }
                    @if kind == ObjectKind::Service { th scope="col" { (said.r#type) } th scope="col" { (t!("objects-sends-to")) } }
                    @if kind == ObjectKind::Middleware { th scope="col" { (said.r#type) } }
                    @if kind != ObjectKind::TlsCertificate { th scope="col" { (said.used_by) } }
                    th scope="col" { (said.status) }
                    th scope="col" { (said.file) }
                    th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody { @for object in shown { (line(page, &words, &said, object)) } }
            }
            (super::pager(number, all, |number| address_of(page, &words, number)))
        }
    }
}

fn is_asked_for(page: &ObjectsPage<'_>, object: &Object<'_>) -> bool {
    let query = page.query;
    if query.unused && (!page.view.users().get(&object.to_ref()).is_empty() || object.is_default()) {
        return false;
    }
    if query.text.is_empty() {
        return true;
    }
    let searched = searched(object);
    query.text.to_lowercase().split_whitespace().all(|word| searched.contains(word))
}

/// Everything that a search looks at, in lower case.
pub(crate) fn searched(object: &Object<'_>) -> String {
    let mut searched = format!("{}\n{}\n{}", object.name(), object.variety(), object.file());
    if let (ObjectKind::Service, Some(protocol)) = (object.kind(), object.protocol()) {
        let service = Service::new(protocol, object.node());
        for text in service.servers().chain(service.children()) {
            searched.push('\n');
            searched.push_str(text);
        }
    }
    searched.to_lowercase()
}

fn line(page: &ObjectsPage<'_>, words: &Words, said: &Said, object: &Object<'_>) -> Markup {
    let kind = object.kind();
    let users = page.view.users().get(&object.to_ref());
    let title = title(object);
    let (edit, delete) = (own_address(words, object, "edit"), own_address(words, object, "delete"));
    html! {
        tr {
            td.lead data-label=(said.name) { span.title {
                a.name href=(edit) { (title) }
                @if let Some(protocol) = object.protocol().filter(|protocol| *protocol != Protocol::Http) {
                    span.badge.proto { (protocol) }
                }
            } }
            @if matches!(kind, ObjectKind::Service | ObjectKind::Middleware) {
                td.word data-label=(said.r#type) { code { (object.variety()) } }
            }
            @if kind == ObjectKind::Service { td data-label=(said.to) { (target(object)) } }
            @if kind != ObjectKind::TlsCertificate { td data-label=(said.used_by) { (used_by(object, users)) } }
            td data-label=(said.status) { div {
                (state::mark(page.live.state(&object.to_ref())))
                @for error in page.live.errors(&object.to_ref()) {
                    (super::trouble(error))
                }
            } }
            td.place data-label=(said.file) { span.sub { (object.file()) ":" (object.position().line) } }
            td.end { div.row {
                a.button.quiet.small href=(edit) title=(said.edit) { (icons::pencil()) span.sr { (t!("edit-named", name = &*title)) } }
                a.button.quiet.small.danger href=(delete) title=(said.delete) data-confirm {
                    (icons::bin()) span.sr { (t!("delete-named", name = &*title)) }
                }
            } }
        }
    }
}

/// The name to show: a certificate may be written out in place of its file's name.
fn title<'s>(object: &Object<'s>) -> Cow<'s, str> {
    shown_name(object.name())
}

/// A name to show.
pub(crate) fn shown_name(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        t!("objects-no-file").0.into()
    } else if name.contains("-----BEGIN") {
        t!("objects-written-out").0.into()
    } else {
        name.into()
    }
}

/// The address of one of its pages.
pub(crate) fn own_address(words: &Words, object: &Object<'_>, page: &str) -> String {
    let mut address = address(words, object.kind(), page);
    let mut add = |name: &str, value: &str| {
        address.push(if address.contains('?') { '&' } else { '?' });
        let _ = write!(address, "{name}={}", encoded(value));
    };
    add("name", object.name());
    if let Some(protocol) = object.protocol() {
        add("protocol", protocol.as_str());
    }
    add("file", object.file().as_str());
    if object.kind() == ObjectKind::TlsCertificate {
        add("version", &object.version());
    }
    address
}

fn target(object: &Object<'_>) -> Markup {
    let Some(protocol) = object.protocol() else { return html! {} };
    let service = Service::new(protocol, object.node());
    let mut names: Vec<&str> = service.servers().collect();
    names.extend(service.children());
    html! {
        @match names.as_slice() {
            [] => span.muted { "—" },
            [first, rest @ ..] => span {
                (first) @if !rest.is_empty() { span.muted { " " (t!("and-more", count = rest.len())) } }
            },
        }
    }
}

fn used_by(object: &Object<'_>, users: &[User]) -> Markup {
    html! {
        @if users.is_empty() {
            span.muted { @if object.is_default() { (t!("objects-used-by-default")) } @else { (t!("nothing")) } }
        } @else {
            span {
                @for (number, user) in users.iter().take(NAMED_USERS).enumerate() {
                    @if number > 0 { ", " }
                    (one_user(user))
                }
                @if users.len() > NAMED_USERS { " " (t!("and-more", count = users.len() - NAMED_USERS)) }
            }
        }
    }
}

fn one_user(user: &User) -> Markup {
    let name = html! {
        @match user_address(user) {
            Some(address) => a href=(address) { (shown_name(&user.object.name)) },
            None => (shown_name(&user.object.name)),
        }
    };
    html! {
        (phrases::named(user, name))
        @if !user.is_enabled { span.muted { " " (t!("objects-user-off")) } }
    }
}

/// Where a user is edited.
fn user_address(user: &User) -> Option<String> {
    let (object, file) = (&user.object, user.file.as_str());
    let protocol = object.protocol?;
    Some(match object.kind {
        ObjectKind::Router => {
            let id = [file, protocol.as_str(), &object.name].join("::");
            format!("/routes/edit?id={}", encoded(&id))
        }
        kind => {
            let (page, name, file) = (words(kind).page, encoded(&object.name), encoded(file));
            format!("{page}/edit?name={name}&protocol={protocol}&file={file}")
        }
    })
}

/// The address of a page of this list.
fn address_of(page: &ObjectsPage<'_>, words: &Words, number: usize) -> String {
    let state = if page.query.unused { "&state=unused" } else { "" };
    format!("{}?q={}{state}&page={number}", words.page, encoded(&page.query.text))
}

/// Asks before an object is gone; where others need it, shows what would go with it.
pub(crate) fn confirm_delete(object: &Object<'_>, deletion: &Deletion, csrf: &str) -> Markup {
    let words = words(object.kind());
    let name = &*title(object);
    let is_free = deletion.users.is_empty();
    html! {
        form.panel method="post" action={ (words.page) "/delete" } data-confirmation {
            (token(csrf))
            input type="hidden" name="kind" value=(object.kind().section());
            input type="hidden" name="name" value=(object.name());
            input type="hidden" name="configFile" value=(object.file());
            input type="hidden" name="version" value=(object.version());
            @if let Some(protocol) = object.protocol() { input type="hidden" name="protocol" value=(protocol); }
            @if is_free {
                h1 #question { (t!("delete-question", name = name)) }
                p {
                    @if object.is_default() { (t!("objects-delete-default", file = object.file().as_str())) }
                    @else { (t!("objects-delete-unused", file = object.file().as_str())) }
                }
            } @else {
                input type="hidden" name="cascade" value="true";
                input type="hidden" name="mark" value=(deletion.mark);
                h1 #question { (t!("in-use", name = name)) }
                @if !deletion.goes.is_empty() {
                    p { strong { (t!("objects-goes-too")) } }
                    (list(&deletion.goes.iter().map(one_user).collect::<Vec<_>>()))
                }
                @if !deletion.loses.is_empty() {
                    p { strong { (t!("objects-stays")) } }
                    (list(&deletion.loses.iter().map(|loss| html! {
                        (one_user(&loss.user))
                        @if loss.names.iter().any(|lost| *lost != deletion.object.name) {
                            span.muted { " " (t!("objects-loses", names = loss.names.join(", "))) }
                        }
                    }).collect::<Vec<_>>()))
                }
                @if !deletion.loses.is_empty() && matches!(object.kind(), ObjectKind::Middleware | ObjectKind::TlsOptions) {
                    p.note.warn { (t!("objects-asks-no-longer")) }
                }
                p.muted { (t!("objects-backups-kept")) }
            }
            div.foot {
                button.danger type="submit" {
                    @match deletion.goes.len() {
                        _ if is_free => (t!("delete")),
                        0 => (t!("objects-delete-and-take-out")),
                        more => (t!("objects-delete-with", count = more)),
                    }
                }
                a.button.quiet.cancel href=(words.page) { (t!("cancel")) }
            }
        }
    }
}

fn list(lines: &[Markup]) -> Markup {
    let more = lines.len().saturating_sub(ASKED_USERS);
    html! {
        ul {
            @for line in lines.iter().take(ASKED_USERS) { li { (line) } }
            @if more > 0 { li.muted { (t!("and-more", count = more)) } }
        }
    }
}
