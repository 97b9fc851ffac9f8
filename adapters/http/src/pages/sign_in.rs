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
};

fn page(title: &str, theme: Theme, content: &Markup, failure: Option<&Failure>) -> Reply {
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
        h1 { "Sign in" }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/login" {
            (token(csrf))
            input type="hidden" name="next" value=(next);
            div.field {
                label for="password" { "Password" }
                input #password type="password" name="password" autocomplete="current-password" required autofocus;
            }
            div.check {
                input #remember type="checkbox" name="remember" value="on";
                label for="remember" { "Stay signed in on this device" }
            }
            button.primary type="submit" { "Sign in" }
        }
        @if let Some(name) = provider {
            a.button.other href={ "/auth/oidc/login?next=" (encoded(next)) } { "Sign in with " (name) }
        }
        details {
            summary { "Forgot the password?" }
            @if set_by_environment {
                p { "It is set by " code { "ADMIN_PASSWORD" } " where this program is started." }
            } @else {
                p { "Whoever runs the host can set a temporary one:" }
                pre { "traefik-manager reset-password" }
                p { "In a container:" }
                pre { "docker exec traefik-manager traefik-manager reset-password" }
            }
        }
    };
    page("Sign in", theme, &content, failure)
}

/// The one-time code.
pub(crate) fn code(csrf: &str, theme: Theme, failure: Option<&Failure>) -> Reply {
    let content = html! {
        h1 { "One-time code" }
        p.muted { "Enter the six digits that your authenticator app shows now." }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/login/otp" {
            (token(csrf))
            div.field {
                label for="code" { "Code" }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code"
                    maxlength="40" required autofocus spellcheck="false";
            }
            button.primary type="submit" { "Continue" }
        }
        details {
            summary { "Lost the phone?" }
            p { "Enter one of your recovery codes instead. Each works once." }
            p { "Without them, whoever runs the host can switch two-factor authentication off:" }
            pre { "traefik-manager reset-password --disable-otp" }
        }
        p { a href="/login" { "Start again" } }
    };
    page("One-time code", theme, &content, failure)
}

/// The first password of one's own.
pub(crate) fn first_password(csrf: &str, theme: Theme, failure: Option<&Failure>) -> Reply {
    let content = html! {
        h1 { "Choose a password" }
        p.muted { "The one that you signed in with was temporary." }
        @if let Some(failure) = failure { (refusal(failure)) }
        form.stack method="post" action="/force-change-password" {
            (token(csrf))
            (twice(failure, true))
            button.primary type="submit" { "Save and go on" }
        }
        form method="post" action="/logout" { (token(csrf)) button.quiet.small type="submit" { "Sign out" } }
    };
    page("Choose a password", theme, &content, failure)
}

/// Another password.
pub(crate) fn password_change(csrf: &str, failure: Option<&Failure>) -> Markup {
    html! {
        div.head { h1 { "Change the password" } }
        form.panel method="post" action="/password" {
            (token(csrf))
            div.field .bad[about(failure, "current_password")] {
                label for="current" { "Current password" }
                input #current type="password" name="current_password" autocomplete="current-password" required autofocus;
            }
            (twice(failure, false))
            p.muted { "All other sessions end. API keys stay valid." }
            div.foot {
                button.primary type="submit" { "Change the password" }
                a.button.quiet href="/settings/auth" { "Cancel" }
            }
        }
    }
}

fn twice(failure: Option<&Failure>, comes_first: bool) -> Markup {
    html! {
        div.field .bad[about(failure, "new_password")] {
            label for="new" { "New password" span.hint { " · 8 characters or more" } }
            input #new type="password" name="new_password" autocomplete="new-password" minlength="8" required
                autofocus[comes_first];
        }
        div.field .bad[about(failure, "confirm_password")] {
            label for="confirm" { "New password again" }
            input #confirm type="password" name="confirm_password" autocomplete="new-password" minlength="8" required;
        }
    }
}

fn about(failure: Option<&Failure>, field: &str) -> bool {
    failure.is_some_and(|failure| failure.about(field).is_some())
}
