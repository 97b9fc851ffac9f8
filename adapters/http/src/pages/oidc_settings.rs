//! The settings of single sign-on.

use maud::{Markup, html};
use traefik_manager_core::{auth::oidc::CALLBACK, settings::OidcSettings};

use super::layout::{seen, settings_bar, token};
use crate::{
    failure::Failure,
    words::{Message, message, t},
};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct OidcPage<'a> {
    /// As they are, or as somebody has typed them.
    pub(crate) settings: &'a OidcSettings,
    /// Whether a second factor is on.
    pub(crate) asks_for_code: bool,
    pub(crate) has_secret: bool,
    /// What has to be registered at the provider, where it is known.
    pub(crate) callback: Option<String>,
    /// Who answered when the provider was tried.
    pub(crate) found: Option<&'a str>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &OidcPage<'_>) -> Markup {
    let settings = page.settings;
    html! {
        div.head { div.head-text {
            h1 { (t!("settings-oidc")) }
            p.muted { (t!("oidc-lead")) }
        } }
        (settings_bar("/settings/oidc"))
        @if let Some(issuer) = page.found {
            p.note.good role="status" { span { (t!("oidc-found", issuer = issuer)) } }
        }
        form.stack method="post" action="/settings/oidc" data-guard data-changed[page.found.is_some() || page.failure.is_some()] {
            (token(page.csrf))
            (seen(page.version))
            div.panel {
                (check(page, "oidc_enabled", settings.enabled, message!("oidc-enabled"), message!("oidc-enabled-hint")))
                (text(page, "oidc_display_name", &settings.display_name, message!("oidc-name"), Some(message!("oidc-name-hint"))))
            }
            div.panel {
                h2 { (t!("oidc-provider")) }
                (provider(page))
            }
            div.panel {
                h2 { (t!("oidc-who")) }
                p.muted { (t!("oidc-who-lead")) }
                (text(page, "oidc_allowed_emails", &settings.allowed_emails, message!("oidc-emails"), Some(message!("separated-by-commas"))))
                (text(page, "oidc_allowed_groups", &settings.allowed_groups, message!("oidc-groups"), Some(message!("oidc-groups-hint"))))
                (text(page, "oidc_groups_claim", &settings.groups_claim, message!("oidc-claim"), Some(message!("oidc-claim-hint"))))
                (check(page, "oidc_any_account", settings.any_account, message!("oidc-any-account"), message!("oidc-any-account-hint")))
                (check(page, "oidc_allow_unverified_email", settings.allow_unverified_email, message!("oidc-unverified"), message!("oidc-unverified-hint")))
            }
            div.panel {
                div.field .bad[is_about(page, "current_password")] {
                    label for="current_password" { (t!("password-current")) span.hint { " · " (t!("oidc-password-hint")) } }
                    input #current_password type="password" name="current_password" autocomplete="current-password" required;
                }
                @if page.asks_for_code {
                    div.field .bad[is_about(page, "code")] {
                        label for="code" { (t!("code")) }
                        input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" required;
                    }
                }
                p.muted { (t!("oidc-ends-sessions")) }
                div.foot {
                    button.primary type="submit" { (t!("save")) }
                    button type="submit" formaction="/settings/oidc/test" formnovalidate { (t!("oidc-try")) }
                    a.button.quiet.cancel href="/settings/auth" { (t!("cancel")) }
                }
            }
        }
    }
}

fn provider(page: &OidcPage<'_>) -> Markup {
    let settings = page.settings;
    html! {
        div.field {
            span { strong { (t!("oidc-redirect")) } span.hint { " · " (t!("oidc-redirect-hint")) } }
            @match &page.callback {
                Some(callback) => code { (callback) },
                None => p.sub { (t!("oidc-redirect-unknown", path = CALLBACK)) },
            }
        }
        (text(page, "oidc_provider_url", &settings.provider_url, message!("oidc-address"), Some(message!("oidc-address-hint"))))
        div.pair {
            (text(page, "oidc_client_id", &settings.client_id, message!("oidc-client-id"), None))
            div.field .bad[is_about(page, "oidc_client_secret")] {
                label for="oidc_client_secret" {
                    (t!("oidc-client-secret"))
                    span.hint { " · " @if page.has_secret { (t!("oidc-client-secret-set")) } @else { (t!("oidc-client-secret-none")) } }
                }
                input #oidc_client_secret type="password" name="oidc_client_secret" autocomplete="off";
            }
        }
        details.more open[page.callback.is_none() || settings.allow_http || !settings.ca_file.is_empty() || !settings.public_url.is_empty() || has_failed_here(page)] {
            summary { (t!("oidc-more")) }
            div.stack {
                (text(page, "oidc_public_url", &settings.public_url, message!("oidc-public-url"), Some(message!("oidc-public-url-hint"))))
                (text(page, "oidc_ca_file", &settings.ca_file, message!("oidc-ca-file"), Some(message!("oidc-ca-file-hint"))))
                (check(page, "oidc_allow_http", settings.allow_http, message!("oidc-http"), message!("oidc-http-hint")))
                @if page.has_secret {
                    (check(page, "oidc_remove_client_secret", false, message!("oidc-remove-secret"), message!("oidc-remove-secret-hint")))
                }
            }
        }
    }
}

fn text(page: &OidcPage<'_>, name: &str, value: &str, label: Message, hint: Option<Message>) -> Markup {
    html! {
        div.field .bad[is_about(page, name)] {
            label for=(name) { (label) @if let Some(hint) = hint { span.hint { " · " (hint) } } }
            input id=(name) type="text" name=(name) value=(value) autocomplete="off" spellcheck="false";
        }
    }
}

/// The hidden field says no where the box is not ticked.
fn check(page: &OidcPage<'_>, name: &str, ticked: bool, label: Message, hint: Message) -> Markup {
    html! {
        div.check .bad[is_about(page, name)] {
            input type="hidden" name=(name) value="false";
            input id=(name) type="checkbox" name=(name) value="true" checked[ticked];
            label for=(name) { (label) span.hint { (hint) } }
        }
    }
}

fn is_about(page: &OidcPage<'_>, field: &str) -> bool {
    page.failure.is_some_and(|failure| failure.about(field).is_some())
}

/// Whether what is wrong stands in the part that is folded away.
fn has_failed_here(page: &OidcPage<'_>) -> bool {
    ["oidc_public_url", "oidc_ca_file", "oidc_allow_http"].into_iter().any(|field| is_about(page, field))
}
