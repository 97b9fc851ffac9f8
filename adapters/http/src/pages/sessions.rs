//! Who is signed in.

use maud::{Markup, html};
use traefik_manager_core::{auth::ListedSession, session::SignInMethod};

use super::layout::{settings_bar, token};

/// The page's content.
pub(crate) fn content(sessions: &[ListedSession], csrf: &str) -> Markup {
    let others = sessions.iter().filter(|session| !session.is_this).count();
    html! {
        div.head {
            div.head-text {
                h1 { "Sessions" }
                p.muted { "Every browser that is signed in. Ending a session shuts it out at once." }
            }
            @if others > 0 {
                form method="post" action="/sessions/end-others" {
                    (token(csrf))
                    button.danger type="submit" { "End all others" }
                }
            }
        }
        (settings_bar("/sessions"))
        table.list {
            thead { tr {
                th scope="col" { "Device" } th scope="col" { "From" } th scope="col" { "Signed in" }
                th scope="col" { "Last seen" } th scope="col" { span.sr { "Actions" } }
            } }
            tbody {
                @for session in sessions {
                    tr {
                        td.lead data-label="Device" {
                            span.name { (session.device) }
                            @if session.is_this { " " span.state.good { "this one" } }
                        }
                        td data-label="From" {
                            @match session.address {
                                Some(address) => code { (address) },
                                None => span.muted { "unknown" },
                            }
                        }
                        td data-label="Signed in" {
                            (session.began.to_minutes_text()) " UTC"
                            div.sub { (method(session.method)) @if session.remember { ", stays signed in" } }
                        }
                        td data-label="Last seen" { (session.last_seen.to_minutes_text()) " UTC" }
                        td.end { div.row {
                            @if !session.is_this {
                                form method="post" action="/sessions/end" {
                                    (token(csrf))
                                    input type="hidden" name="id" value=(session.id);
                                    button.quiet.small.danger type="submit" {
                                        "End" span.sr { " the session of " (session.device) }
                                    }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn method(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Password => "password",
        SignInMethod::PasswordAndCode => "password and code",
        SignInMethod::Oidc => "at the identity provider",
        SignInMethod::External => "through another service",
    }
}
