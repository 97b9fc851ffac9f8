//! What protects this program.

use maud::{Markup, html};
use traefik_manager_core::audit::{Outcome, Recorded};

use super::{
    deeds::details,
    layout::{settings_bar, token},
};
use crate::failure::Failure;

/// Everything that the page shows.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what there is to show")]
pub(crate) struct AuthenticationPage<'a> {
    pub(crate) asks: bool,
    pub(crate) is_forced: bool,
    pub(crate) has_admin_password: bool,
    pub(crate) signed_in: bool,
    pub(crate) otp_enabled: bool,
    pub(crate) keys: usize,
    pub(crate) idle_minutes: u64,
    /// The identity provider's name, where people may come in by it.
    pub(crate) provider: Option<String>,
    pub(crate) sign_ins: &'a [Recorded],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &AuthenticationPage<'_>) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Authentication" }
            p.muted { "Who can come in, and by what." }
        } }
        (settings_bar("/settings/auth"))
        div.panel {
            (part("Password", &html! {
                @if page.has_admin_password { "Set by " code { "ADMIN_PASSWORD" } " where this program is started." }
                @else { "Stored as a bcrypt hash. Changing it ends every other session." }
            }, (page.signed_in && !page.has_admin_password).then_some(("/password", "Change"))))
            (part("Two-factor authentication", &html! {
                @if page.otp_enabled { span.state.good { "On" } } @else { span.state.off { "Off" } }
            }, Some(("/account/otp", "Manage"))))
            (part("Single sign-on", &html! {
                @match &page.provider {
                    Some(name) => { span.state.good { "On" } " · " (name) " beside the password." }
                    None => { span.state.off { "Off" } " · An OpenID Connect provider beside the password." }
                }
            }, Some(("/settings/oidc", "Manage"))))
            (part("Sessions", &html! {
                "End after " (page.idle_minutes) " minutes of rest, 24 hours with “Stay signed in”, and 7 days in any case."
            }, Some(("/sessions", "Show"))))
            (part("API keys", &html! {
                @match page.keys { 0 => "None.", 1 => "One key.", keys => { (keys) " keys." } }
            }, Some(("/keys", "Manage"))))
        }
        (switch(page))
        div.panel {
            div.head { h2 { "Last sign-ins" } a.button.small.quiet href="/history?show=access" { "All" } }
            @if page.sign_ins.is_empty() { p.muted { "Nobody has signed in yet." } }
            @else {
                ul.plain {
                    @for Recorded { entry, .. } in page.sign_ins {
                        li {
                            @match &entry.outcome {
                                Outcome::Refused { why } => span.state.bad title=(why) { "Refused" },
                                _ if entry.action == "block sign-in" => span.state.warn { "Blocked" },
                                _ => span.state.good { "Signed in" },
                            }
                            " " (details(entry).0)
                            p.sub {
                                time { (entry.at) " UTC" }
                                @if let Some(address) = entry.address { " · " (address) }
                                @if let Some(browser) = details(entry).1 { br; (browser) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn part(name: &str, what: &Markup, link: Option<(&str, &str)>) -> Markup {
    html! {
        div.head {
            div.head-text { h2 { (name) } p.muted { (what) } }
            @if let Some((address, text)) = link {
                a.button.small href=(address) { (text) span.sr { " (" (name) ")" } }
            }
        }
    }
}

fn switch(page: &AuthenticationPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/settings/auth" {
            (token(page.csrf))
            div.head {
                h2 { "Sign-in" }
                @if page.asks { span.state.good { "Asked of everybody" } } @else { span.state.warn { "Not asked" } }
            }
            @if page.is_forced {
                p.muted { code { "AUTH_ENABLED" } " decides this where the program is started." }
            } @else {
                details open[page.failure.is_some()] {
                    summary { @if page.asks { "Switch sign-in off" } @else { "Switch sign-in on" } }
                    div.stack {
                        @if page.asks {
                            p.note.warn { "Only behind another guard: whoever reaches these pages can then do everything." }
                        }
                        input type="hidden" name="auth_enabled" value=(if page.asks { "false" } else { "true" });
                        div.pair {
                            div.field .bad[is_about(page.failure, "current_password")] {
                                label for="current" { "Current password" }
                                input #current type="password" name="current_password" autocomplete="current-password" required;
                            }
                            @if page.otp_enabled {
                                div.field .bad[is_about(page.failure, "code")] {
                                    label for="code" { "One-time code" }
                                    input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required;
                                }
                            }
                        }
                        div.foot {
                            @if page.asks { button.danger type="submit" { "Switch sign-in off" } }
                            @else { button.primary type="submit" { "Switch sign-in on" } }
                        }
                    }
                }
            }
        }
    }
}

fn is_about(failure: Option<&Failure>, field: &str) -> bool {
    failure.is_some_and(|failure| failure.about(field).is_some())
}
