//! What protects this program.

use maud::{Markup, html};
use traefik_manager_core::audit::{Outcome, Recorded};

use super::{
    deeds::details,
    layout::{settings_bar, token},
};
use crate::{
    failure::Failure,
    said::said,
    words::{Message, message, t},
};

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
            h1 { (t!("settings-authentication")) }
            p.muted { (t!("authentication-lead")) }
        } }
        (settings_bar("/settings/auth"))
        div.panel {
            (part(message!("password"), &html! {
                @if page.has_admin_password { (t!("authentication-password-environment")) }
                @else { (t!("authentication-password-stored")) }
            }, (page.signed_in && !page.has_admin_password).then_some(("/password", message!("authentication-change")))))
            (part(message!("second-factor"), &html! {
                @if page.otp_enabled { span.state.good { (t!("on")) } } @else { span.state.off { (t!("off")) } }
            }, Some(("/account/otp", message!("authentication-manage")))))
            (part(message!("settings-oidc"), &html! {
                @match &page.provider {
                    Some(name) => { span.state.good { (t!("on")) } " · " (t!("authentication-oidc-on", provider = name)) }
                    None => { span.state.off { (t!("off")) } " · " (t!("authentication-oidc")) }
                }
            }, Some(("/settings/oidc", message!("authentication-manage")))))
            (part(message!("settings-sessions"), &t!("authentication-sessions", minutes = page.idle_minutes),
                Some(("/sessions", message!("authentication-show")))))
            (part(message!("settings-keys"), &t!("authentication-keys", count = page.keys),
                Some(("/keys", message!("authentication-manage")))))
        }
        (switch(page))
        div.panel {
            div.head { h2 { (t!("authentication-sign-ins")) } a.button.small.quiet href="/history?show=access" { (t!("authentication-all")) } }
            @if page.sign_ins.is_empty() { p.muted { (t!("authentication-nobody")) } }
            @else {
                ul.plain {
                    @for Recorded { entry, .. } in page.sign_ins {
                        li {
                            @match &entry.outcome {
                                Outcome::Refused { why } => span.state.bad title=(said(why).text()) { (t!("authentication-refused")) },
                                _ if entry.action == "block sign-in" => span.state.warn { (t!("authentication-blocked")) },
                                _ => span.state.good { (t!("authentication-signed-in")) },
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

fn part(name: Message, what: &Markup, link: Option<(&str, Message)>) -> Markup {
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
                h2 { (t!("authentication-sign-in")) }
                @if page.asks { span.state.good { (t!("authentication-asked")) } } @else { span.state.warn { (t!("authentication-not-asked")) } }
            }
            @if page.is_forced {
                p.muted { (t!("authentication-forced")) }
            } @else {
                details open[page.failure.is_some()] {
                    summary { @if page.asks { (t!("authentication-switch-off")) } @else { (t!("authentication-switch-on")) } }
                    div.stack {
                        @if page.asks {
                            p.note.warn { (t!("authentication-only-behind")) }
                        }
                        input type="hidden" name="auth_enabled" value=(if page.asks { "false" } else { "true" });
                        div.pair {
                            div.field .bad[is_about(page.failure, "current_password")] {
                                label for="current" { (t!("password-current")) }
                                input #current type="password" name="current_password" autocomplete="current-password" required;
                            }
                            @if page.otp_enabled {
                                div.field .bad[is_about(page.failure, "code")] {
                                    label for="code" { (t!("code")) }
                                    input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required;
                                }
                            }
                        }
                        div.foot {
                            @if page.asks { button.danger type="submit" { (t!("authentication-switch-off")) } }
                            @else { button.primary type="submit" { (t!("authentication-switch-on")) } }
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
