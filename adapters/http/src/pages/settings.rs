//! The settings page: what forms offer, where Traefik's API is, and the route to this program.

use maud::{Markup, html};
use traefik_manager_core::traefik::live::{LiveError, Version};

use super::layout::{seen, settings_bar, token};
use crate::{
    failure::Failure,
    handlers::self_route::OwnRoute,
    route_input::{NO_RESOLVER, TLS_OFF},
    words::t,
};

/// What the form shows.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) domains: String,
    pub(crate) resolvers: String,
    pub(crate) url: String,
    pub(crate) user: String,
    pub(crate) has_password: bool,
    /// The stored resolvers, to choose from.
    pub(crate) choices: Vec<String>,
}

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct SettingsPage<'a> {
    pub(crate) values: &'a Values,
    pub(crate) tested: Option<&'a Result<Version, LiveError>>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) own: &'a OwnRoute,
    pub(crate) entry_points: &'a [String],
    pub(crate) setup_is_open: bool,
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &SettingsPage<'_>) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("settings")) }
            p.muted { (t!("settings-lead")) }
        } }
        (settings_bar("/settings"))
        @if page.setup_is_open {
            p.note { span { (t!("settings-setup-open")) } }
        }
        form.panel method="post" action="/settings" {
            (token(page.csrf))
            (seen(page.version))
            h2 { (t!("settings-offers")) }
            (interface(page.values, page.failure))
            h2 { (t!("settings-connection")) }
            (connection(page.values, page.failure))
            (outcome(page.tested))
            div.foot {
                button.primary type="submit" { (t!("save")) }
                button type="submit" name="test" value="true" { (t!("settings-test")) }
            }
        }
        form.panel method="post" action="/settings/self-route" {
            (token(page.csrf))
            h2 { (t!("settings-own-route")) }
            p.muted { (t!("settings-own-route-lead")) }
            (own_route(page.own, page.entry_points, &page.values.choices, page.failure))
            input type="hidden" name="try" value="60";
            div.foot {
                button.primary type="submit" { @if page.own.found { (t!("settings-own-route-save")) } @else { (t!("settings-own-route-add")) } }
                @if page.own.found { a.button.quiet href="/" { (t!("routes")) } }
            }
        }
    }
}

/// Domains and resolvers.
pub(super) fn interface(values: &Values, failure: Option<&Failure>) -> Markup {
    html! {
        div.pair {
            div.field .bad[is_about(failure, "domains")] {
                label for="domains" { (t!("settings-domains")) span.hint { " · " (t!("separated-by-commas")) } }
                input #domains type="text" name="domains" value=(values.domains) required
                    placeholder="example.com" autocomplete="off" spellcheck="false" autocapitalize="none";
                (wrong(failure, "domains"))
            }
            div.field .bad[is_about(failure, "cert_resolver")] {
                label for="resolvers" { (t!("settings-resolvers")) span.hint { " · " (t!("settings-resolvers-hint")) } }
                input #resolvers type="text" name="cert_resolver" value=(values.resolvers)
                    placeholder=(t!("settings-resolvers-none")) autocomplete="off" spellcheck="false" autocapitalize="none";
                (wrong(failure, "cert_resolver"))
            }
        }
    }
}

/// Where Traefik's API is.
pub(super) fn connection(values: &Values, failure: Option<&Failure>) -> Markup {
    html! {
        div.field .bad[is_about(failure, "traefik_api_url")] {
            label for="url" { (t!("settings-api-address")) }
            input #url type="url" name="traefik_api_url" value=(values.url) required
                placeholder="http://traefik:8080" autocomplete="off" spellcheck="false";
            (wrong(failure, "traefik_api_url"))
        }
        div.pair {
            div.field .bad[is_about(failure, "traefik_api_user")] {
                label for="user" { (t!("user")) span.hint { " · " (t!("settings-api-user-hint")) } }
                input #user type="text" name="traefik_api_user" value=(values.user)
                    autocomplete="off" spellcheck="false" autocapitalize="none";
                (wrong(failure, "traefik_api_user"))
            }
            div.field .bad[is_about(failure, "traefik_api_password")] {
                label for="api-password" { (t!("password")) @if values.has_password { span.hint { " · " (t!("stored-empty-keeps")) } } }
                input #api-password type="password" name="traefik_api_password" autocomplete="new-password";
                (wrong(failure, "traefik_api_password"))
            }
        }
    }
}

/// What the test has found.
pub(super) fn outcome(tested: Option<&Result<Version, LiveError>>) -> Markup {
    html! {
        @match tested {
            None => {},
            Some(Ok(version)) => p.note.good role="status" { (t!("settings-tested", version = &version.number)) },
            Some(Err(error)) => p.note.bad role="alert" { (super::sentence(&error.to_string())) },
        }
    }
}

/// The fields of the route to this program.
pub(super) fn own_route(
    own: &OwnRoute,
    entry_points: &[String],
    resolvers: &[String],
    failure: Option<&Failure>,
) -> Markup {
    let first = entry_points.first().map_or("websecure", String::as_str);
    let point = if own.entry_point.is_empty() { first } else { own.entry_point.as_str() };
    html! {
        @if own.found { input type="hidden" name="version" value=(own.version); }
        div.pair {
            div.field .bad[is_about(failure, "domain")] {
                label for="domain" { (t!("settings-own-domain")) @if own.found { span.hint { " · " (t!("settings-own-domain-hint")) } } }
                input #domain type="text" name="domain" value=(own.domain) placeholder="manager.example.com"
                    autocomplete="off" spellcheck="false" autocapitalize="none";
                (wrong(failure, "domain"))
            }
            div.field .bad[is_about(failure, "service_url")] {
                label for="service" { (t!("settings-own-service")) }
                input #service type="url" name="service_url" value=(own.service_url) autocomplete="off" spellcheck="false";
                (wrong(failure, "service_url"))
                p.sub { (t!("settings-own-service-hint")) }
            }
        }
        div.pair {
            div.field .bad[is_about(failure, "entry_point")] {
                label for="point" { (t!("settings-own-entry-point")) }
                input #point type="text" name="entry_point" value=(point) list="points" autocomplete="off" spellcheck="false";
                datalist #points { @for name in entry_points { option value=(name) {} } }
                (wrong(failure, "entry_point"))
            }
            div.field {
                label for="resolver" { (t!("tls")) }
                select #resolver name="certResolver" {
                    @for name in resolvers { option value=(name) selected[*name == own.resolver] { (t!("settings-own-tls-by", resolver = name)) } }
                    option value=(NO_RESOLVER) selected[own.resolver == NO_RESOLVER] { (t!("settings-own-tls-elsewhere")) }
                    option value=(TLS_OFF) selected[own.resolver == TLS_OFF] { (t!("off")) }
                }
            }
        }
    }
}

fn is_about(failure: Option<&Failure>, field: &str) -> bool {
    failure.is_some_and(|failure| failure.about(field).is_some())
}

fn wrong(failure: Option<&Failure>, field: &str) -> Markup {
    html! {
        @if let Some(message) = failure.and_then(|failure| failure.about(field)) { p.wrong { (super::sentence(message)) } }
    }
}
