//! API keys and the password.

use maud::{Markup, html};
use traefik_manager_core::api_key::{ApiKey, IssuedKey};

use super::{encoded, layout::token};

/// The page's content.
pub(crate) fn content(
    keys: &[ApiKey],
    issued: Option<&IssuedKey>,
    typed: &str,
    password_is_ours: bool,
    csrf: &str,
) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { "Access" }
                p.muted { "A key lets the phone app or a script do everything that you can do here, without signing in." }
            }
        }
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
            h2 { "API keys" }
            form.row method="post" action="/keys" {
                (token(csrf))
                input type="text" name="device_name" value=(typed) maxlength="50" required
                    placeholder="Device, e.g. phone" aria-label="Name of the device" autocomplete="off";
                button.primary type="submit" { "Issue key" }
            }
            @if keys.is_empty() { p.muted { "There are no keys." } }
        }
        @if !keys.is_empty() {
            table.list {
                thead { tr {
                    th scope="col" { "Device" } th scope="col" { "Key" } th scope="col" { "Issued" }
                    th scope="col" { span.sr { "Actions" } }
                } }
                tbody {
                    @for key in keys {
                        tr {
                            td.lead data-label="Device" { span.name { (key.name) } }
                            td data-label="Key" { code { (key.preview) } }
                            td data-label="Issued" { (key.created_at) " UTC" }
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
        div.panel {
            div.head { h2 { "Single sign-on" } a.button.small href="/settings/oidc" { "Set up an identity provider" } }
        }
        @if password_is_ours {
            div.panel {
                div.head { h2 { "Password" } a.button.small href="/password" { "Change the password" } }
            }
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
