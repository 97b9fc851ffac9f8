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

/// What a scope is good for, in the form.
fn meaning(scope: Scope) -> (&'static str, &'static str) {
    match scope {
        Scope::App => ("The phone app", "everything below, settings, and API keys"),
        Scope::Read => ("Look", "routes, history, lists of backups"),
        Scope::Config => ("Change", "routes, services, middlewares, TLS"),
        Scope::Static => ("Static configuration", "look at it and change it"),
        Scope::Restart => ("Restart Traefik", "and see how it went"),
        Scope::Backup => ("Backups", "make, restore and delete them"),
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
    html! {
        div.head {
            div.head-text {
                h1 { "API keys" }
                p.muted {
                    "A key lets the phone app or a script in, without signing in. What it can be used for, the "
                    a href="/api" { "description of the API" } " tells."
                }
            }
        }
        (settings_bar("/keys"))
        @if let Some(issued) = issued {
            div.note.good role="status" {
                p { strong { "The key for " (issued.stored.name) } " is shown only now. Copy it to where it is needed." }
                div.once {
                    output #key { (issued.key.expose()) }
                    button.needs-js type="button" data-copy="key" { "Copy" }
                }
            }
        }
        div.panel {
            h2 { "A new key" }
            (issue_form(typed, csrf))
            @if keys.is_empty() { p.muted { "There are no keys." } }
        }
        @if !keys.is_empty() {
            table.list {
                thead { tr {
                    th scope="col" { "Device" } th scope="col" { "Key" } th scope="col" { "May use" }
                    th scope="col" { "Valid" } th scope="col" { "Last used" }
                    th scope="col" { span.sr { "Actions" } }
                } }
                tbody {
                    @for (key, used) in keys {
                        tr {
                            td.lead data-label="Device" { span.name { (key.name) } }
                            td data-label="Key" { code { (key.preview) } }
                            td data-label="May use" { (key.scopes) }
                            td data-label="Valid" { (validity(key, now)) }
                            td data-label="Last used" { (last_use(*used)) }
                            td.end { div.row {
                                a.button.quiet.small.danger href={ "/keys/revoke?preview=" (encoded(&key.preview)) } data-confirm {
                                    "Revoke" span.sr { " the key for " (key.name) }
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
                    placeholder="Device, e.g. phone" aria-label="Name of the device" autocomplete="off";
                select.narrow.whole name="expires_days" aria-label="Expires" {
                    option value="" { "Does not expire" }
                    option value="30" { "Expires in 30 days" }
                    option value="90" { "Expires in 90 days" }
                    option value="365" { "Expires in a year" }
                }
                button.primary type="submit" { "Issue key" }
            }
            // Without a tick the form would say nothing, and nothing means the phone app.
            input type="hidden" name="scopes" value="";
            fieldset.scopes {
                legend.sr { "What the key may do" }
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
        @if key.created_at.is_empty() { "from an old file" } @else { "from " (key.created_at) }
        @match key.expires_at {
            Some(end) if key.is_expired(now) => div.sub { span.state.bad { "expired " (end.to_minutes_text()) " UTC" } },
            Some(end) => div.sub { "until " (end.to_minutes_text()) " UTC" },
            None => {},
        }
    }
}

fn last_use(used: Option<KeyUse>) -> Markup {
    html! {
        @match used {
            Some(used) => {
                (used.at.to_minutes_text()) " UTC"
                @if let Some(address) = used.from { div.sub { "from " (address) } }
            },
            None => span.muted { "never" },
        }
    }
}

/// Asks once more.
pub(crate) fn confirm(key: &ApiKey, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/keys/revoke" data-confirmation {
            (token(csrf))
            input type="hidden" name="preview" value=(key.preview);
            h1 #question { "Revoke the key for " (key.name) "?" }
            p { "Whatever uses " code { (key.preview) } " is locked out at once." }
            div.foot {
                button.danger type="submit" { "Revoke" }
                a.button.quiet.cancel href="/keys" { "Cancel" }
            }
        }
    }
}
