//! The form of a section of the static configuration, or of one of its things.

use maud::{Markup, html};
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
pub(crate) fn label(section: Section) -> &'static str {
    if section.is_above_providers() {
        "Providers in general"
    } else {
        said(section).map_or(section.key(), |about| about.label)
    }
}

/// What is said of a section.
pub(crate) fn hint(section: Section) -> &'static str {
    if section.is_above_providers() {
        "How often they may reload, and which wins."
    } else {
        said(section).map_or("", |about| about.hint)
    }
}

fn said(section: Section) -> Option<&'static About> {
    let parent = section.way().iter().rev().nth(1).copied().unwrap_or_default();
    about(parent, section.key())
}

/// What people call a section, or one of its things.
pub(crate) fn called(place: &Place) -> String {
    match (&place.name, place.section.noun()) {
        (Some(name), Some(noun)) => format!("{noun} {name}"),
        _ => label(place.section).to_owned(),
    }
}

/// The page's title.
pub(crate) fn title(section: Section, old: Option<&str>) -> String {
    match (section.noun(), old) {
        (_, Some(name)) => name.to_owned(),
        (Some(noun), None) => format!("Add {} {noun}", if noun.starts_with('e') { "an" } else { "a" }),
        (None, None) => label(section).to_owned(),
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
                    @if let (Some(noun), Some(_)) = (section.noun(), page.old) { (super::sentence(noun)) " " }
                    (hint(section))
                    @if section.noun().is_none() && !page.is_there { " Not there yet." }
                }
            }
            @if let Some(line) = page.line {
                a.button.small href={ "/static/raw?line=" (line) } { (icons::code()) "Edit as YAML" }
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
                p.note.warn { (super::sentence(&finding.message)) " " (super::sentence(&finding.remedy)) }
            }
            @if section.noun().is_some() { (name(page)) }
            @if page.accepts && page.failure.is_some_and(|failure| failure.theirs().is_none()) {
                (super::route_form::tick(ACCEPTS_USED, "Go on all the same", "What uses it is in error until it is changed too.", false))
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
            label for="name" { "Name" }
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
                label for="yaml" { "From the catalogue" }
                textarea id="yaml" name="yaml" rows="6" spellcheck="false" autocapitalize="off" autocomplete="off"
                    placeholder="experimental:\n  plugins:\n    name:\n      moduleName: github.com/owner/plugin\n      version: v1.0.0" {}
                span.hint { "Paste what the catalogue shows for the static configuration. Several plugins at once will do." }
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
        section.variables aria-label="Variables of the DNS provider" data-variables=(DNS_PROVIDER) {
            div.note hidden[chosen.is_none()] data-chosen aria-live="polite" {
                p { span data-name { (chosen.map_or("", |provider| provider.name)) } " looks for its keys in these variables of Traefik's environment:" }
                p data-names { @if let Some(provider) = chosen { (names(provider.variables)) } }
                p.hint { "With _FILE behind its name, a variable names a file that holds the value. They are secrets, and this program never asks for them." }
            }
            details {
                summary { "Variables of all DNS providers" }
                dl {
                    @for provider in DNS_PROVIDERS {
                        div data-code=(provider.code) {
                            dt { code { (provider.code) } " " span { (provider.name) } }
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
    let name = place.name.as_deref().unwrap_or(label(place.section));
    html! {
        form.panel method="post" action="/static/remove" data-confirmation {
            (token(csrf))
            input type="hidden" name="section" value=(place.section);
            @if let Some(name) = &place.name { input type="hidden" name="name" value=(name); }
            @if users.is_empty() {
                h1 #question { "Remove " (name) "?" }
                p { "It goes with everything in it. Nothing is written before the changes are applied." }
            } @else {
                input type="hidden" name=(ACCEPTS_USED) value="true";
                h1 #question { (name) " is in use" }
                p { strong { "In error without it, once Traefik is restarted:" } }
                ul {
                    @for user in users.iter().take(SHOWN_USERS) { li { (user) } }
                    @if users.len() > SHOWN_USERS { li.muted { "and " (users.len() - SHOWN_USERS) " more" } }
                }
            }
            div.foot {
                button.danger type="submit" { @if users.is_empty() { "Remove" } @else { "Remove it all the same" } }
                a.button.quiet.cancel href="/static" { "Cancel" }
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
