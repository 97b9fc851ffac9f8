//! Middleware templates of people's own, and entries of users.

use maud::{Markup, Render, html};
use traefik_manager_core::companion::Template;

use super::{
    encoded,
    layout::{seen, token},
};
use crate::{failure::Failure, words::t};

/// What was typed and not taken.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Empty for a new one.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) yaml: String,
}

/// What every form on the page says for itself.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

impl Render for Form<'_> {
    fn render(&self) -> Markup {
        html! { (token(self.csrf)) (seen(self.version)) }
    }
}

/// The list, with a form each.
pub(crate) fn content(
    templates: &[Template],
    typed: &Typed,
    failure: Option<&Failure>,
    hidden: &Form<'_>,
) -> Markup {
    let is_typed = |id: &str| failure.is_some() && typed.id == id;
    html! {
        div.head { div.head-text {
            h1 { (t!("templates-title")) }
            p.muted { (t!("templates-lead")) }
        } }
        @for template in templates {
            @let shown = if is_typed(&template.id) { (typed.name.as_str(), typed.yaml.as_str()) } else { (template.name.as_str(), template.yaml.as_str()) };
            div.panel {
                div.head {
                    h2 { (template.name) }
                    div.actions {
                        a.button.small href={ "/middlewares/new?from=own%3A" (encoded(&template.id)) } { (t!("templates-use")) span.sr { " " (template.name) } }
                        form method="post" action="/middlewares/templates/delete" {
                            (hidden)
                            input type="hidden" name="id" value=(template.id);
                            button.small.danger type="submit" { (t!("delete")) span.sr { " " (template.name) } }
                        }
                    }
                }
                details open[is_typed(&template.id)] {
                    summary { (t!("edit")) }
                    (form(&template.id, shown, failure.filter(|_| is_typed(&template.id)), hidden))
                }
            }
        }
        div.panel {
            h2 { (t!("templates-new")) }
            @let shown = if is_typed("") { (typed.name.as_str(), typed.yaml.as_str()) } else { ("", "") };
            (form("", shown, failure.filter(|_| is_typed("")), hidden))
        }
    }
}

fn form(id: &str, (name, yaml): (&str, &str), failure: Option<&Failure>, hidden: &Form<'_>) -> Markup {
    let wrong = |field: &str| failure.and_then(|failure| failure.about(field)).map(super::sentence);
    html! {
        form.stack method="post" action="/middlewares/templates" {
            (hidden)
            input type="hidden" name="id" value=(id);
            div.field .bad[wrong("name").is_some()] {
                label for={ "name-" (id) } { (t!("name")) }
                input id={ "name-" (id) } type="text" name="name" value=(name) maxlength="100" required autocomplete="off";
                @if let Some(wrong) = wrong("name") { p.wrong { (wrong) } }
            }
            div.field .bad[wrong("yaml").is_some()] {
                label for={ "yaml-" (id) } { "YAML" span.hint { " · " (t!("templates-edit-hint")) } }
                textarea id={ "yaml-" (id) } name="yaml" rows="7" spellcheck="false" required
                    placeholder="ipAllowList:\n  sourceRange:\n    - 10.0.0.0/8" { "\n" (yaml) }
                @if let Some(wrong) = wrong("yaml") { p.wrong { (wrong) } }
            }
            div.foot { button.primary type="submit" { @if id.is_empty() { (t!("templates-keep")) } @else { (t!("save")) } } }
        }
    }
}

/// What the form of the tools shows.
#[derive(Debug)]
pub(crate) struct ToolsPage<'a> {
    pub(crate) is_digest: bool,
    pub(crate) user: &'a str,
    pub(crate) realm: &'a str,
    pub(crate) entry: Option<&'a str>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// Makes an entry of a user out of a password.
pub(crate) fn tools(page: &ToolsPage<'_>) -> Markup {
    let wrong = |field: &str| page.failure.and_then(|failure| failure.about(field)).map(super::sentence);
    html! {
        div.head { div.head-text {
            h1 { (t!("tools-title")) }
            p.muted { (t!("tools-lead")) }
        } }
        @if let Some(entry) = page.entry {
            div.note.good role="status" {
                p { (t!("tools-made")) }
                div.once {
                    output #entry { (entry) }
                    button.needs-js type="button" data-copy="entry" { (t!("copy")) }
                }
            }
        }
        form.panel method="post" action="/tools" autocomplete="off" {
            (token(page.csrf))
            div.field {
                label for="scheme" { (t!("tools-for")) }
                select #scheme name="scheme" {
                    option value="basic" selected[!page.is_digest] { "basicAuth (bcrypt)" }
                    option value="digest" selected[page.is_digest] { (t!("tools-digest")) }
                }
            }
            div.pair {
                div.field .bad[wrong("username").is_some()] {
                    label for="tool-user" { (t!("user")) }
                    input #tool-user type="text" name="username" value=(page.user) required autocomplete="off" autocapitalize="none" spellcheck="false";
                    @if let Some(wrong) = wrong("username") { p.wrong { (wrong) } }
                }
                div.field .bad[wrong("password").is_some()] {
                    label for="tool-password" { (t!("password")) }
                    input #tool-password type="password" name="password" required autocomplete="new-password";
                    @if let Some(wrong) = wrong("password") { p.wrong { (wrong) } }
                }
            }
            div.field .bad[wrong("realm").is_some()] {
                label for="realm" { (t!("tools-realm")) span.hint { " · " (t!("tools-realm-hint")) } }
                input #realm type="text" name="realm" value=(page.realm) placeholder="traefik" autocomplete="off" spellcheck="false";
                @if let Some(wrong) = wrong("realm") { p.wrong { (wrong) } }
            }
            div.foot { button.primary type="submit" { (t!("tools-make")) } }
        }
    }
}
