//! The settings of single sign-on.

use maud::{Markup, html};
use traefik_manager_core::{auth::oidc::CALLBACK, settings::OidcSettings};

use super::layout::{settings_bar, token};
use crate::failure::Failure;

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
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &OidcPage<'_>) -> Markup {
    let settings = page.settings;
    html! {
        div.head { div.head-text {
            h1 { "Single sign-on" }
            p.muted { "People may sign in at an identity provider that speaks OpenID Connect, beside the password. A second factor is then the provider's business." }
        } }
        (settings_bar("/settings/oidc"))
        @if let Some(issuer) = page.found {
            p.note.good role="status" { "The provider answers. It calls itself " code { (issuer) } "." }
        }
        form.stack method="post" action="/settings/oidc" data-guard data-changed[page.found.is_some() || page.failure.is_some()] {
            (token(page.csrf))
            div.panel {
                (check(page, "oidc_enabled", settings.enabled, "Sign in at the provider", "Without this the button is gone, and everybody who came in by it is signed out."))
                (text(page, "oidc_display_name", &settings.display_name, "Name", "stands on the button"))
            }
            div.panel {
                h2 { "Provider" }
                (provider(page))
            }
            div.panel {
                h2 { "Who may come in" }
                p.muted { "Where both lists are filled, an account must be on both." }
                (text(page, "oidc_allowed_emails", &settings.allowed_emails, "E-mail addresses", "separated by commas"))
                (text(page, "oidc_allowed_groups", &settings.allowed_groups, "Groups", "separated by commas, spelled as the provider does"))
                (text(page, "oidc_groups_claim", &settings.groups_claim, "Claim with the groups", "a dot leads into a claim, as in realm_access.roles"))
                (check(page, "oidc_any_account", settings.any_account, "Any account of this provider", "Needed where both lists are empty. At a public provider that is everybody in the world."))
                (check(page, "oidc_allow_unverified_email", settings.allow_unverified_email, "Accept addresses that are not verified", "Only for a provider at which nobody can claim somebody else's address."))
            }
            div.panel {
                div.field .bad[is_about(page, "current_password")] {
                    label for="current_password" { "Current password" span.hint { " · the one of this program" } }
                    input #current_password type="password" name="current_password" autocomplete="current-password" required;
                }
                @if page.asks_for_code {
                    div.field .bad[is_about(page, "code")] {
                        label for="code" { "One-time code" }
                        input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" required;
                    }
                }
                p.muted { "A change ends the sessions of everybody who came in by the provider." }
                div.foot {
                    button.primary type="submit" { "Save" }
                    button type="submit" formaction="/settings/oidc/test" formnovalidate { "Try the provider" }
                    a.button.quiet.cancel href="/settings/auth" { "Cancel" }
                }
            }
        }
    }
}

fn provider(page: &OidcPage<'_>) -> Markup {
    let settings = page.settings;
    html! {
        div.field {
            span { strong { "Redirect address" } span.hint { " · register it at the provider" } }
            @match &page.callback {
                Some(callback) => code { (callback) },
                None => p.sub { "The address of this program, followed by " code { (CALLBACK) } ". Enter the public address below and it stands here." },
            }
        }
        (text(page, "oidc_provider_url", &settings.provider_url, "Address", "the issuer, such as https://login.example.com/realms/home"))
        div.pair {
            (text(page, "oidc_client_id", &settings.client_id, "Client ID", ""))
            div.field .bad[is_about(page, "oidc_client_secret")] {
                label for="oidc_client_secret" {
                    "Client secret"
                    span.hint { @if page.has_secret { " · set; leave empty to keep it" } @else { " · none is set" } }
                }
                input #oidc_client_secret type="password" name="oidc_client_secret" autocomplete="off";
            }
        }
        details.more open[page.callback.is_none() || settings.allow_http || !settings.ca_file.is_empty() || !settings.public_url.is_empty() || has_failed_here(page)] {
            summary { "Addresses and certificates" }
            div.stack {
                (text(page, "oidc_public_url", &settings.public_url, "Public address of this program", "empty for what the proxy in front says"))
                (text(page, "oidc_ca_file", &settings.ca_file, "File of authorities", "PEM, for a provider with a private certificate"))
                (check(page, "oidc_allow_http", settings.allow_http, "Ask the provider without TLS", "Whoever is on the way can then sign in as anybody. A provider on this host may always be asked so."))
                @if page.has_secret {
                    (check(page, "oidc_remove_client_secret", false, "Remove the client secret", "For a public client, which has none."))
                }
            }
        }
    }
}

fn text(page: &OidcPage<'_>, name: &str, value: &str, label: &str, hint: &str) -> Markup {
    html! {
        div.field .bad[is_about(page, name)] {
            label for=(name) { (label) @if !hint.is_empty() { span.hint { " · " (hint) } } }
            input id=(name) type="text" name=(name) value=(value) autocomplete="off" spellcheck="false";
        }
    }
}

/// The hidden field says no where the box is not ticked.
fn check(page: &OidcPage<'_>, name: &str, ticked: bool, label: &str, hint: &str) -> Markup {
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
