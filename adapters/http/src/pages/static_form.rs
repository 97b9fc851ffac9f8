//! The form of a section of the static configuration, or of one of its things.

use maud::{Markup, Render, html};
use traefik_manager_core::{
    check::Finding,
    routes::Unread,
    static_config::{Place, Section},
};

use super::{
    encoded,
    fields_form::{self, FieldsPage},
    icons,
    layout::token,
    static_raw::keep_buttons,
};
use crate::{
    about::{About, DNS_PROVIDERS, Names, about},
    failure::Failure,
    filled::Filled,
    handlers::static_section::ACCEPTS_USED,
    outline::Outline,
    words::{Message, message, t},
};

/// The field that names the DNS provider.
const DNS_PROVIDER: &str = "acme.dnsChallenge.provider";
/// The most users that a page names.
const SHOWN_USERS: usize = 20;

/// Everything that the page shows.
pub(crate) struct SectionPage<'a> {
    pub(crate) section: Section,
    /// The name that it has.
    pub(crate) old: Option<&'a str>,
    /// The name that was typed.
    pub(crate) name: &'a str,
    pub(crate) is_there: bool,
    /// A mark of what the form was filled from.
    pub(crate) seen: &'a str,
    /// Where it stands in the file.
    pub(crate) line: Option<usize>,
    pub(crate) outline: &'a Outline,
    pub(crate) filled: &'a Filled,
    pub(crate) findings: &'a [Finding],
    pub(crate) names: &'a dyn Fn(Names) -> Vec<String>,
    /// Whether others use the name, which may be accepted.
    pub(crate) accepts: bool,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) unread: Option<&'a Unread>,
    pub(crate) csrf: &'a str,
}

/// What people call a section.
pub(crate) fn label(section: Section) -> Markup {
    if section.is_above_providers() {
        t!("static-providers-in-general")
    } else {
        said(section).map_or_else(|| section.key().render(), |about| about.label.render())
    }
}

/// What is said of a section.
pub(crate) fn hint(section: Section) -> Markup {
    if section.is_above_providers() {
        t!("static-providers-in-general-hint")
    } else {
        said(section).map(About::said).unwrap_or_default()
    }
}

fn said(section: Section) -> Option<&'static About> {
    let parent = section.way().iter().rev().nth(1).copied().unwrap_or_default();
    about(parent, section.key())
}

/// What people call a section, or one of its things.
pub(crate) fn called(place: &Place) -> Markup {
    let Some(name) = &place.name else { return label(place.section) };
    match place.section {
        Section::ENTRY_POINTS => t!("static-named-entry-point", name = name),
        Section::RESOLVERS => t!("static-named-resolver", name = name),
        Section::PLUGINS => t!("static-named-plugin", name = name),
        Section::LOCAL_PLUGINS => t!("static-named-local-plugin", name = name),
        section => label(section),
    }
}

/// What the button for a new one says, where there may be several.
fn adding(section: Section) -> Option<Message> {
    Some(match section {
        Section::ENTRY_POINTS => message!("static-add-entry-point"),
        Section::RESOLVERS => message!("static-add-resolver"),
        Section::PLUGINS => message!("static-add-plugin"),
        Section::LOCAL_PLUGINS => message!("static-add-local-plugin"),
        _ => return None,
    })
}

/// What one of its things is.
fn kind(section: Section) -> Option<Message> {
    Some(match section {
        Section::ENTRY_POINTS => message!("static-is-entry-point"),
        Section::RESOLVERS => message!("static-is-resolver"),
        Section::PLUGINS => message!("static-is-plugin"),
        Section::LOCAL_PLUGINS => message!("static-is-local-plugin"),
        _ => return None,
    })
}

/// What a list says that has none of them.
pub(crate) fn none_yet(section: Section) -> Option<Message> {
    Some(match section {
        Section::ENTRY_POINTS => message!("static-no-entry-point"),
        Section::RESOLVERS => message!("static-no-resolver"),
        Section::PLUGINS => message!("static-no-plugin"),
        Section::LOCAL_PLUGINS => message!("static-no-local-plugin"),
        _ => return None,
    })
}

/// The page's title.
pub(crate) fn title(section: Section, old: Option<&str>) -> Markup {
    match (adding(section), old) {
        (_, Some(name)) => name.render(),
        (Some(adding), None) => adding.render(),
        (None, None) => label(section),
    }
}

/// The page's content.
pub(crate) fn content(page: &SectionPage<'_>) -> Markup {
    let section = page.section;
    let fields = FieldsPage {
        outline: page.outline,
        filled: page.filled,
        form: section.key(),
        names: page.names,
        failure: page.failure,
        findings: page.findings,
        steps: section.way().len() + usize::from(page.old.is_some()),
    };
    html! {
        div.head {
            div.head-text {
                h1 { (title(section, page.old)) }
                p.muted {
                    @if let (Some(kind), Some(_)) = (kind(section), page.old) { (kind) " " }
                    (hint(section))
                    @if section.noun().is_none() && !page.is_there { " " (t!("static-not-there")) }
                }
            }
            @if let Some(line) = page.line {
                a.button.small href={ "/static/raw?line=" (line) } { (icons::code()) (t!("edit-as-yaml")) }
            }
        }
        (super::restarts::unread(page.unread))
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        @if section == Section::PLUGINS && page.old.is_none() { (paste(page)) }
        form.panel method="post" action="/static/edit" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="section" value=(section);
            input type="hidden" name="seen" value=(page.seen);
            @if let Some(old) = page.old { input type="hidden" name="originalName" value=(old); }
            @for finding in fields.left() {
                p.note.warn { (super::finding(finding)) }
            }
            @if section.noun().is_some() { (name(page)) }
            @if page.accepts && page.failure.is_some_and(|failure| failure.theirs().is_none()) {
                (super::route_form::tick(ACCEPTS_USED, t!("static-accept-used"), t!("static-accept-used-hint"), false))
            }
            (fields_form::content(&fields))
            @if section == Section::RESOLVERS { (variables(page)) }
            (keep_buttons())
        }
    }
}

fn name(page: &SectionPage<'_>) -> Markup {
    let wrong = page.failure.and_then(|failure| failure.about("name"));
    let example = match page.section {
        Section::ENTRY_POINTS => "websecure",
        Section::RESOLVERS => "letsencrypt",
        _ => "",
    };
    html! {
        div.field .bad[wrong.is_some()] {
            label for="name" { (t!("name")) }
            input id="name" type="text" name="name" value=(page.name) required placeholder=(example)
                autocomplete="off" autocapitalize="off" spellcheck="false";
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

/// What the catalogue of plugins gives, to be pasted.
fn paste(page: &SectionPage<'_>) -> Markup {
    let wrong = page.failure.and_then(|failure| failure.about("yaml"));
    html! {
        form.panel method="post" action="/static/paste" data-guard {
            (token(page.csrf))
            div.field .bad[wrong.is_some()] {
                label for="yaml" { (t!("static-paste")) }
                textarea id="yaml" name="yaml" rows="6" spellcheck="false" autocapitalize="off" autocomplete="off"
                    placeholder="experimental:\n  plugins:\n    name:\n      moduleName: github.com/owner/plugin\n      version: v1.0.0" {}
                span.hint { (t!("static-paste-hint")) }
                @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
            }
            (keep_buttons())
        }
    }
}

/// The environment variables of the DNS providers: of the chosen one, which a script keeps in step, and of all.
fn variables(page: &SectionPage<'_>) -> Markup {
    let code = page.filled.text(DNS_PROVIDER);
    let chosen = DNS_PROVIDERS.iter().find(|provider| provider.code == code);
    html! {
        section.variables aria-label=(t!("static-variables-of")) data-variables=(DNS_PROVIDER) {
            div.note hidden[chosen.is_none()] data-chosen aria-live="polite" {
                p { (t!("static-variables-chosen", provider = chosen.map_or("", |provider| provider.name))) }
                p data-names { @if let Some(provider) = chosen { (names(provider.variables)) } }
                p.hint { (t!("static-variables-file")) }
            }
            details {
                summary { (t!("static-variables-all")) }
                dl {
                    @for provider in DNS_PROVIDERS {
                        div data-code=(provider.code) {
                            dt lang="en" { code { (provider.code) } " " span { (provider.name) } }
                            dd { (names(provider.variables)) }
                        }
                    }
                }
            }
        }
    }
}

fn names(variables: &str) -> Markup {
    html! { @for variable in variables.split(' ') { code { (variable) } " " } }
}

/// Asks before a section goes.
pub(crate) fn confirm_removal(place: &Place, users: &[String], csrf: &str) -> Markup {
    let name = place.name.as_deref().map_or_else(|| label(place.section), Render::render);
    html! {
        form.panel method="post" action="/static/remove" data-confirmation {
            (token(csrf))
            input type="hidden" name="section" value=(place.section);
            @if let Some(name) = &place.name { input type="hidden" name="name" value=(name); }
            @if users.is_empty() {
                h1 #question { (t!("static-remove-question", name = name)) }
                p { (t!("static-remove-goes")) }
            } @else {
                input type="hidden" name=(ACCEPTS_USED) value="true";
                h1 #question { (t!("in-use", name = name)) }
                p { strong { (t!("static-remove-in-error")) } }
                ul {
                    @for user in users.iter().take(SHOWN_USERS) { li { (crate::said::said(user)) } }
                    @if users.len() > SHOWN_USERS { li.muted { (t!("and-more", count = users.len() - SHOWN_USERS)) } }
                }
            }
            div.foot {
                button.danger type="submit" { @if users.is_empty() { (t!("remove")) } @else { (t!("static-remove-used")) } }
                a.button.quiet.cancel href="/static" { (t!("cancel")) }
            }
        }
    }
}

/// Where a section is edited.
pub(super) fn address(section: Section, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("/static/edit?section={section}&name={}", encoded(name)),
        None => format!("/static/edit?section={section}"),
    }
}
