//! Who is signed in.

use maud::{Markup, html};
use traefik_manager_core::{auth::ListedSession, session::SignInMethod};

use super::layout::{settings_bar, token};
use crate::words::{Message, message, t};

/// The page's content.
pub(crate) fn content(sessions: &[ListedSession], csrf: &str) -> Markup {
    let others = sessions.iter().filter(|session| !session.is_this).count();
    let [device, from, signed_in, last_seen] =
        [t!("sessions-device"), t!("sessions-from"), t!("sessions-signed-in"), t!("sessions-last-seen")];
    html! {
        div.head {
            div.head-text {
                h1 { (t!("settings-sessions")) }
                p.muted { (t!("sessions-lead")) }
            }
            @if others > 0 {
                form method="post" action="/sessions/end-others" {
                    (token(csrf))
                    button.danger type="submit" { (t!("sessions-end-others")) }
                }
            }
        }
        (settings_bar("/sessions"))
        table.list {
            thead { tr {
                th scope="col" { (device) } th scope="col" { (from) } th scope="col" { (signed_in) }
                th scope="col" { (last_seen) } th scope="col" { span.sr { (t!("actions")) } }
            } }
            tbody {
                @for session in sessions {
                    tr {
                        td.lead data-label=(device) {
                            span.name lang="en" { (session.device) }
                            @if session.is_this { " " span.state.good { (t!("sessions-this")) } }
                        }
                        td data-label=(from) {
                            @match session.address {
                                Some(address) => code { (address) },
                                None => span.muted { (t!("sessions-unknown")) },
                            }
                        }
                        td data-label=(signed_in) {
                            (session.began.to_minutes_text()) " UTC"
                            div.sub { (method(session.method)) @if session.remember { ", " (t!("sessions-stays")) } }
                        }
                        td data-label=(last_seen) { (session.last_seen.to_minutes_text()) " UTC" }
                        td.end { div.row {
                            @if !session.is_this {
                                form method="post" action="/sessions/end" {
                                    (token(csrf))
                                    input type="hidden" name="id" value=(session.id);
                                    button.quiet.small.danger type="submit" {
                                        (t!("sessions-end", device = &session.device))
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

fn method(method: SignInMethod) -> Message {
    match method {
        SignInMethod::Password => message!("sessions-by-password"),
        SignInMethod::PasswordAndCode => message!("sessions-by-code"),
        SignInMethod::Oidc => message!("sessions-by-provider"),
        SignInMethod::External => message!("sessions-by-service"),
    }
}
