//! API keys and the password.

use maud::{Markup, html};
use traefik_manager_core::{
    api_key::{ApiKey, IssuedKey, KeyUse, Scope},
    clock::Timestamp,
};

use super::{
    encoded,
    layout::{settings_bar, token},
};
use crate::words::{Message, message, t};

/// What a scope is good for, in the form.
fn meaning(scope: Scope) -> (Message, Message) {
    match scope {
        Scope::App => (message!("keys-app"), message!("keys-app-hint")),
        Scope::Read => (message!("keys-read"), message!("keys-read-hint")),
        Scope::Config => (message!("keys-config"), message!("keys-config-hint")),
        Scope::Static => (message!("keys-static"), message!("keys-static-hint")),
        Scope::Restart => (message!("keys-restart"), message!("keys-restart-hint")),
        Scope::Backup => (message!("keys-backup"), message!("keys-backup-hint")),
    }
}

/// The page's content.
pub(crate) fn content(
    keys: &[(ApiKey, Option<KeyUse>)],
    now: Timestamp,
    issued: Option<&IssuedKey>,
    typed: &str,
    csrf: &str,
) -> Markup {
    let (device, value, may_use) = (t!("keys-device"), t!("keys-key"), t!("keys-may-use"));
    let (valid, last_used) = (t!("keys-valid"), t!("keys-last-used"));
    html! {
        div.head {
            div.head-text {
                h1 { (t!("settings-keys")) }
                p.muted { (t!("keys-lead")) }
            }
        }
        (settings_bar("/keys"))
        @if let Some(issued) = issued {
            div.note.good role="status" {
                p { (t!("keys-issued", name = &issued.stored.name)) }
                div.once {
                    output #key { (issued.key.expose()) }
                    button.needs-js type="button" data-copy="key" { (t!("copy")) }
                }
            }
        }
        div.panel {
            h2 { (t!("keys-new")) }
            (issue_form(typed, csrf))
            @if keys.is_empty() { p.muted { (t!("keys-none")) } }
        }
        @if !keys.is_empty() {
            table.list {
                thead { tr {
                    th scope="col" { (device) } th scope="col" { (value) } th scope="col" { (may_use) }
                    th scope="col" { (valid) } th scope="col" { (last_used) }
                    th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody {
                    @for (key, used) in keys {
                        tr {
                            td.lead data-label=(device) { span.name { (key.name) } }
                            td data-label=(value) { code { (key.preview) } }
                            td data-label=(may_use) { code { (key.scopes) } }
                            td data-label=(valid) { (validity(key, now)) }
                            td data-label=(last_used) { (last_use(*used)) }
                            td.end { div.row {
                                a.button.quiet.small.danger href={ "/keys/revoke?preview=" (encoded(&key.preview)) } data-confirm {
                                    (t!("keys-revoke-for", name = &key.name))
                                }
                            } }
                        }
                    }
                }
            }
        }
    }
}

fn issue_form(typed: &str, csrf: &str) -> Markup {
    let first = [Scope::App].into_iter();
    let order = first.chain(Scope::ALL.into_iter().filter(|scope| *scope != Scope::App));
    html! {
        form.stack method="post" action="/keys" {
            (token(csrf))
            div.row {
                input type="text" name="device_name" value=(typed) maxlength="50" required
                    placeholder=(t!("keys-device-example")) aria-label=(t!("keys-device-name")) autocomplete="off";
                select.narrow.whole name="expires_days" aria-label=(t!("keys-expires")) {
                    option value="" { (t!("keys-expires-never")) }
                    option value="30" { (t!("keys-expires-days", days = 30_u64)) }
                    option value="90" { (t!("keys-expires-days", days = 90_u64)) }
                    option value="365" { (t!("keys-expires-year")) }
                }
                button.primary type="submit" { (t!("keys-issue")) }
            }
            // Without a tick the form would say nothing, and nothing means the phone app.
            input type="hidden" name="scopes" value="";
            fieldset.scopes {
                legend.sr { (t!("keys-may")) }
                @for scope in order {
                    @let (name, hint) = meaning(scope);
                    div.check {
                        input #{ "scope-" (scope.as_str()) } type="checkbox" name="scopes" value=(scope.as_str())
                            checked[scope == Scope::App];
                        label for={ "scope-" (scope.as_str()) } { (name) span.hint { (hint) } }
                    }
                }
            }
        }
    }
}

fn validity(key: &ApiKey, now: Timestamp) -> Markup {
    html! {
        @if key.created_at.is_empty() { (t!("keys-from-old")) } @else { (t!("keys-from", date = &key.created_at)) }
        @match key.expires_at {
            Some(end) if key.is_expired(now) => div.sub { span.state.bad { (t!("keys-expired", end = end.to_minutes_text())) } },
            Some(end) => div.sub { (t!("keys-until", end = end.to_minutes_text())) },
            None => {},
        }
    }
}

fn last_use(used: Option<KeyUse>) -> Markup {
    html! {
        @match used {
            Some(used) => {
                (used.at.to_minutes_text()) " UTC"
                @if let Some(address) = used.from { div.sub { (t!("keys-used-from", address = address.to_string())) } }
            },
            None => span.muted { (t!("keys-never")) },
        }
    }
}

/// Asks once more.
pub(crate) fn confirm(key: &ApiKey, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/keys/revoke" data-confirmation {
            (token(csrf))
            input type="hidden" name="preview" value=(key.preview);
            h1 #question { (t!("keys-revoke-question", name = &key.name)) }
            p { (t!("keys-revoke-lead", key = &key.preview)) }
            div.foot {
                button.danger type="submit" { (t!("keys-revoke")) }
                a.button.quiet.cancel href="/keys" { (t!("cancel")) }
            }
        }
    }
}
