//! The steps of the set-up.

use maud::{Markup, html};
use traefik_manager_core::traefik::live::{LiveError, Version};

use super::{
    layout::token,
    settings::{Values, connection, interface, outcome, own_route},
};
use crate::{
    failure::Failure,
    handlers::{self_route::OwnRoute, setup::Step},
};

/// Everything that a step shows.
#[derive(Debug)]
pub(crate) struct SetupPage<'a> {
    pub(crate) step: Step,
    pub(crate) values: &'a Values,
    pub(crate) tested: Option<&'a Result<Version, LiveError>>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) own: &'a OwnRoute,
    pub(crate) entry_points: &'a [String],
    pub(crate) asks_to_sign_in: bool,
    pub(crate) has_second_factor: bool,
    pub(crate) csrf: &'a str,
}

const STEPS: [(Step, &str, &str); 3] = [
    (Step::Connection, "connection", "Traefik"),
    (Step::Access, "access", "Sign-in"),
    (Step::Route, "route", "Own route"),
];

/// The content of a step.
pub(crate) fn content(page: &SetupPage<'_>) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Set-up" }
            p.muted { "Three short steps. Everything can be changed later in the settings." }
        } }
        ol.steps aria-label="Steps" {
            @for (number, (step, address, name)) in (1..).zip(STEPS) {
                li { a href={ "/setup?step=" (address) } aria-current=[(step == page.step).then_some("step")] {
                    span.number { (number) } (name)
                } }
            }
        }
        @match page.step {
            Step::Connection => (traefik(page)),
            Step::Access => (access(page)),
            Step::Route => (route(page)),
        }
    }
}

fn begin(page: &SetupPage<'_>, step: &str) -> Markup {
    html! { (token(page.csrf)) input type="hidden" name="step" value=(step); }
}

fn traefik(page: &SetupPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/setup" {
            (begin(page, "connection"))
            h2 { "Where Traefik is" }
            p.muted { "Its API tells whether a change was taken. It is only read." }
            (connection(page.values, page.failure))
            h2 { "What new routes are offered" }
            (interface(page.values, page.failure))
            (outcome(page.tested))
            div.foot {
                button.primary type="submit" { "Save and go on" }
                button type="submit" name="test" value="true" { "Test connection" }
            }
        }
    }
}

fn access(page: &SetupPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/setup" {
            (begin(page, "access"))
            h2 { "How people come in" }
            @if page.asks_to_sign_in {
                p { span.state.good { "Password" } }
                p.muted { "You have chosen yours. The settings also have single sign-on, the list of who is signed in, and keys for the phone app and scripts." }
                @if !page.has_second_factor { p.muted { a href="/account/otp" { "Two-factor authentication" } " is worth its minute where this page can be reached from the internet. The set-up waits." } }
            } @else {
                p { span.state.warn { "Another service guards these pages" } }
                p.muted { code { "AUTH_ENABLED=false" } " is set, so nobody is asked to sign in here. The API still needs a session of these pages or an API key." }
            }
            p.muted { "A guard such as Authelia or Authentik in front of Traefik can do this instead: see " code { "docs/external-auth.md" } "." }
            div.foot {
                button.primary type="submit" autofocus { "Go on" }
                a.button.quiet href="/setup" { "Back" }
            }
        }
    }
}

fn route(page: &SetupPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/setup" {
            (begin(page, "route"))
            h2 { "A domain for this program" }
            p.muted { "Traefik can lead a domain here, with a certificate. The change is on trial for a minute: unless you keep it, it puts itself back. You can leave this out." }
            (own_route(page.own, page.entry_points, &page.values.choices, page.failure))
            input type="hidden" name="try" value="60";
            div.foot {
                button.primary type="submit" { "Add the route and finish" }
                button type="submit" name="skip" value="true" { "Finish without" }
                a.button.quiet href="/setup?step=access" { "Back" }
            }
        }
    }
}
