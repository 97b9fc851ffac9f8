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
    words::{Message, message, t},
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

const STEPS: [(Step, &str, Message); 3] = [
    (Step::Connection, "connection", message!("setup-step-connection")),
    (Step::Access, "access", message!("setup-step-access")),
    (Step::Route, "route", message!("setup-step-route")),
];

/// The content of a step.
pub(crate) fn content(page: &SetupPage<'_>) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("setup")) }
            p.muted { (t!("setup-lead")) }
        } }
        ol.steps aria-label=(t!("setup-steps")) {
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
            h2 { (t!("setup-connection")) }
            p.muted { (t!("setup-connection-lead")) }
            (connection(page.values, page.failure))
            h2 { (t!("setup-offers")) }
            (interface(page.values, page.failure))
            (outcome(page.tested))
            div.foot {
                button.primary type="submit" { (t!("save-and-go-on")) }
                button type="submit" name="test" value="true" { (t!("settings-test")) }
            }
        }
    }
}

fn access(page: &SetupPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/setup" {
            (begin(page, "access"))
            h2 { (t!("setup-access")) }
            @if page.asks_to_sign_in {
                p { span.state.good { (t!("password")) } }
                p.muted { (t!("setup-access-lead")) }
                @if !page.has_second_factor { p.muted { (t!("setup-access-second-factor")) } }
            } @else {
                p { span.state.warn { (t!("setup-guarded")) } }
                p.muted { (t!("setup-guarded-lead")) }
            }
            p.muted { (t!("setup-guard")) }
            div.foot {
                button.primary type="submit" autofocus { (t!("go-on")) }
                a.button.quiet href="/setup" { (t!("back")) }
            }
        }
    }
}

fn route(page: &SetupPage<'_>) -> Markup {
    html! {
        form.panel method="post" action="/setup" {
            (begin(page, "route"))
            h2 { (t!("setup-route")) }
            p.muted { (t!("setup-route-lead")) }
            (own_route(page.own, page.entry_points, &page.values.choices, page.failure))
            input type="hidden" name="try" value="60";
            div.foot {
                button.primary type="submit" { (t!("setup-finish")) }
                button type="submit" name="skip" value="true" { (t!("setup-finish-without")) }
                a.button.quiet href="/setup?step=access" { (t!("back")) }
            }
        }
    }
}
