//! The lists of objects, and the question before one is deleted: the same for every kind.

use std::fmt::Write as _;

use maud::{Markup, html};
use traefik_manager_core::{
    config::object::ObjectKind,
    routes::{Deletion, Object, User},
    traefik::{Protocol, service::Service},
};

use super::{
    discovered, encoded, icons,
    layout::{self, token},
    routes::broken,
    state,
};
use crate::{
    live::Live,
    shelf::{Words, words},
    view::View,
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
    let title = if is_only { words.many } else { "TLS" };
    let is_empty = page.kinds.iter().all(|kind| snapshot.objects(*kind).next().is_none());
    html! {
        div.head {
            div.head-text {
                h1 { (title) }
                p.muted { @if is_only { (words.about) } @else { "What visitors are shown, and what is asked of them." } }
            }
            @if is_only && !is_empty { (add(&words, *first)) }
        }
        @if let Some(others) = beside(*first) { (others) }
        @for problem in snapshot.problems() { (broken(problem)) }
        @if is_empty && is_only { (nothing_yet(&words, *first)) } @else {
            @if !is_empty { (search(page, &words, title)) }
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
        a.button.primary href=(address(words, kind, "new")) data-key="n" { (icons::plus()) "Add " (kind.noun()) }
    }
}

fn nothing_yet(words: &Words, kind: ObjectKind) -> Markup {
    html! {
        div.panel.empty {
            (icons::crossroads())
            h2 { "Add your first " (kind.noun()) }
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

fn search(page: &ObjectsPage<'_>, words: &Words, title: &str) -> Markup {
    let placeholder = match page.kinds {
        [ObjectKind::Service] => "Search names, types, servers",
        [ObjectKind::Middleware] => "Search names and types",
        _ => "Search names",
    };
    html! {
        form.filters method="get" action=(words.page) role="search" {
            div.search {
                (icons::search())
                input type="search" name="q" value=(page.query.text) placeholder=(placeholder)
                    aria-label={ "Search " (title) };
                kbd.needs-js aria-hidden="true" { "/" }
            }
            select name="state" aria-label="Used or not" {
                option value="" { "Used or not" }
                option value="unused" selected[page.query.unused] { "Used by nothing" }
            }
            button type="submit" { "Search" }
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
    html! {
        @if !is_only {
            div.head {
                div.head-text { h2 { (words.many) } p.muted { (words.about) } }
                a.button.small href=(address(&words, kind, "new")) data-key="n" { (icons::plus()) "Add " (kind.noun()) }
            }
        }
        @if found.is_empty() {
            div.panel.empty.slim {
                @if is_filtered { p.muted { "Nothing matches." } @if is_only { p { a href=(words.page) { "Show all" } } } }
                @else { p.muted { "None yet." } }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { "Name" }
                    @if kind == ObjectKind::Service { th scope="col" { "Type" } th scope="col" { "Sends requests to" } }
                    @if kind == ObjectKind::Middleware { th scope="col" { "Type" } }
                    @if kind != ObjectKind::TlsCertificate { th scope="col" { "Used by" } }
                    th scope="col" { "Status" }
                    th scope="col" { "File" }
                    th scope="col" { span.sr { "Actions" } }
                } }
                tbody { @for object in shown { (line(page, &words, object)) } }
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

fn line(page: &ObjectsPage<'_>, words: &Words, object: &Object<'_>) -> Markup {
    let kind = object.kind();
    let users = page.view.users().get(&object.to_ref());
    let (edit, delete) = (own_address(words, object, "edit"), own_address(words, object, "delete"));
    html! {
        tr {
            td.lead data-label="Name" { span.title {
                a.name href=(edit) { (title(object)) }
                @if let Some(protocol) = object.protocol().filter(|protocol| *protocol != Protocol::Http) {
                    span.badge.proto { (protocol) }
                }
            } }
            @if matches!(kind, ObjectKind::Service | ObjectKind::Middleware) {
                td.word data-label="Type" { code { (object.variety()) } }
            }
            @if kind == ObjectKind::Service { td data-label="To" { (target(object)) } }
            @if kind != ObjectKind::TlsCertificate { td data-label="Used by" { (used_by(object, users)) } }
            td data-label="Status" { div {
                (state::mark(page.live.state(&object.to_ref())))
                @for error in page.live.errors(&object.to_ref()) {
                    div.trouble title=(error) { (error) }
                }
            } }
            td.place data-label="File" { span.sub { (object.file()) ":" (object.position().line) } }
            td.end { div.row {
                a.button.quiet.small href=(edit) title="Edit" { (icons::pencil()) span.sr { "Edit " (title(object)) } }
                a.button.quiet.small.danger href=(delete) title="Delete" data-confirm {
                    (icons::bin()) span.sr { "Delete " (title(object)) }
                }
            } }
        }
    }
}

/// The name to show: a certificate may be written out in place of its file's name.
pub(crate) fn title<'s>(object: &Object<'s>) -> &'s str {
    shown_name(object.name())
}

/// A name to show.
pub(crate) fn shown_name(name: &str) -> &str {
    if name.is_empty() {
        "(no file)"
    } else if name.contains("-----BEGIN") {
        "(written out)"
    } else {
        name
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
                (first) @if !rest.is_empty() { span.muted { " and " (rest.len()) " more" } }
            },
        }
    }
}

fn used_by(object: &Object<'_>, users: &[User]) -> Markup {
    html! {
        @if users.is_empty() {
            span.muted { @if object.is_default() { "Whatever names none" } @else { "Nothing" } }
        } @else {
            span {
                @for (number, user) in users.iter().take(NAMED_USERS).enumerate() {
                    @if number > 0 { ", " }
                    (one_user(user))
                }
                @if users.len() > NAMED_USERS { " and " (users.len() - NAMED_USERS) " more" }
            }
        }
    }
}

fn one_user(user: &User) -> Markup {
    html! {
        (user.noun()) " "
        @match user_address(user) {
            Some(address) => a href=(address) { (shown_name(&user.object.name)) },
            None => (shown_name(&user.object.name)),
        }
        @if !user.is_enabled { span.muted { " (off)" } }
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
    let name = title(object);
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
                h1 #question { "Delete " (name) "?" }
                p {
                    @if object.is_default() { "It counts wherever none are named; Traefik's own default takes its place." }
                    @else { "Nothing uses it." }
                    " A backup of " code { (object.file()) } " is kept."
                }
            } @else {
                input type="hidden" name="cascade" value="true";
                input type="hidden" name="mark" value=(deletion.mark);
                h1 #question { (name) " is in use" }
                @if !deletion.goes.is_empty() {
                    p { strong { "Cannot be without it, and would be deleted too:" } }
                    (list(&deletion.goes.iter().map(one_user).collect::<Vec<_>>()))
                }
                @if !deletion.loses.is_empty() {
                    p { strong { "Would stay, without it:" } }
                    (list(&deletion.loses.iter().map(|loss| html! {
                        (one_user(&loss.user))
                        @if loss.names.iter().any(|lost| *lost != deletion.object.name) {
                            span.muted { " (loses " (loss.names.join(", ")) ")" }
                        }
                    }).collect::<Vec<_>>()))
                }
                @if !deletion.loses.is_empty() && matches!(object.kind(), ObjectKind::Middleware | ObjectKind::TlsOptions) {
                    p.note.warn { "What it asked of visitors, such as a password or a certificate, is then asked no longer." }
                }
                p.muted { "Backups of all files are kept." }
            }
            div.foot {
                button.danger type="submit" {
                    @match deletion.goes.len() {
                        _ if is_free => "Delete",
                        0 => "Delete and take it out of these",
                        more => { "Delete it and " (more) " more" },
                    }
                }
                a.button.quiet.cancel href=(words.page) { "Cancel" }
            }
        }
    }
}

fn list(lines: &[Markup]) -> Markup {
    let more = lines.len().saturating_sub(ASKED_USERS);
    html! {
        ul {
            @for line in lines.iter().take(ASKED_USERS) { li { (line) } }
            @if more > 0 { li.muted { "and " (more) " more" } }
        }
    }
}
