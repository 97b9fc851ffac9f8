//! The pages on the way in.

use hyper::StatusCode;
use maud::{Markup, html};

use super::{
    encoded,
    layout::{alone, refusal, token},
};
use crate::{
    failure::Failure,
    reply::{self, Reply},
    theme::Theme,
    words::{Message, message, t},
};

fn page(title: Message, theme: Theme, content: &Markup, failure: Option<&Failure>) -> Reply {
    let status = failure.map_or(StatusCode::OK, Failure::status);
    let mut reply = reply::page(status, alone(title, theme, content));
    if let Some(failure) = failure {
        failure.announce(reply.headers_mut());
    }
    reply
}

/// The password.
pub(crate) fn password(
    csrf: &str,
    theme: Theme,
    next: &str,
    set_by_environment: bool,
    provider: Option<&str>,
    failure: Option<&Failure>,
) -> Reply {
    let content = html! {
        h1 { (t!("sign-in")) }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/login" {
            (token(csrf))
            input type="hidden" name="next" value=(next);
            div.field {
                label for="password" { (t!("password")) }
                input #password type="password" name="password" autocomplete="current-password" required autofocus;
            }
            div.check {
                input #remember type="checkbox" name="remember" value="on";
                label for="remember" { (t!("sign-in-remember")) }
            }
            button.primary type="submit" { (t!("sign-in")) }
        }
        @if let Some(name) = provider {
            a.button.other href={ "/auth/oidc/login?next=" (encoded(next)) } { (t!("sign-in-with", provider = name)) }
        }
        details {
            summary { (t!("sign-in-forgotten")) }
            @if set_by_environment {
                p { (t!("sign-in-from-environment")) }
            } @else {
                p { (t!("sign-in-reset")) }
                pre { "traefik-manager reset-password" }
                p { (t!("sign-in-reset-container")) }
                pre { "docker exec traefik-manager traefik-manager reset-password" }
            }
        }
    };
    page(message!("sign-in"), theme, &content, failure)
}

/// The one-time code.
pub(crate) fn code(csrf: &str, theme: Theme, failure: Option<&Failure>) -> Reply {
    let content = html! {
        h1 { (t!("code")) }
        p.muted { (t!("code-lead")) }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/login/otp" {
            (token(csrf))
            div.field {
                label for="code" { (t!("code-label")) }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code"
                    maxlength="40" required autofocus spellcheck="false";
            }
            button.primary type="submit" { (t!("continue")) }
        }
        details {
            summary { (t!("code-lost")) }
            p { (t!("code-recovery")) }
            p { (t!("code-reset")) }
            pre { "traefik-manager reset-password --disable-otp" }
        }
        p { a href="/login" { (t!("start-again")) } }
    };
    page(message!("code"), theme, &content, failure)
}

/// The first password of one's own.
pub(crate) fn first_password(csrf: &str, theme: Theme, failure: Option<&Failure>) -> Reply {
    let content = html! {
        h1 { (t!("password-choose")) }
        p.muted { (t!("password-choose-lead")) }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/force-change-password" {
            (token(csrf))
            (twice(failure, true))
            button.primary type="submit" { (t!("save-and-go-on")) }
        }
        form method="post" action="/logout" { (token(csrf)) button.quiet.small type="submit" { (t!("sign-out")) } }
    };
    page(message!("password-choose"), theme, &content, failure)
}

/// Another password.
pub(crate) fn password_change(csrf: &str, failure: Option<&Failure>) -> Markup {
    html! {
        div.head { h1 { (t!("password-change")) } }
        form.panel method="post" action="/password" {
            (token(csrf))
            div.field .bad[about(failure, "current_password")] {
                label for="current" { (t!("password-current")) }
                input #current type="password" name="current_password" autocomplete="current-password" required autofocus;
            }
            (twice(failure, false))
            p.muted { (t!("password-change-lead")) }
            div.foot {
                button.primary type="submit" { (t!("password-change")) }
                a.button.quiet href="/settings/auth" { (t!("cancel")) }
            }
        }
    }
}

fn twice(failure: Option<&Failure>, comes_first: bool) -> Markup {
    html! {
        div.field .bad[about(failure, "new_password")] {
            label for="new" { (t!("password-new")) span.hint { " · " (t!("password-new-hint")) } }
            input #new type="password" name="new_password" autocomplete="new-password" minlength="8" required
                autofocus[comes_first];
        }
        div.field .bad[about(failure, "confirm_password")] {
            label for="confirm" { (t!("password-again")) }
            input #confirm type="password" name="confirm_password" autocomplete="new-password" minlength="8" required;
        }
    }
}

fn about(failure: Option<&Failure>, field: &str) -> bool {
    failure.is_some_and(|failure| failure.about(field).is_some())
}
