//! Two-factor authentication: on, off, and the codes for when the authenticator is lost.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use traefik_manager_core::{
    auth::{Enrolment, SecondFactor},
    secret::Secret,
};

use super::layout::{settings_bar, token};
use crate::failure::Failure;

/// Modules of white around a QR code (ISO/IEC 18004, section 6.3.8).
const QUIET: usize = 4;

/// How it stands, and what can be done. `asks` says whether the password is needed to set it up.
pub(crate) fn overview(
    state: SecondFactor,
    signs_in_here: bool,
    asks: bool,
    csrf: &str,
    failure: Option<&Failure>,
) -> Markup {
    let is_bad = failure.is_some_and(|failure| failure.about("password").is_some());
    html! {
        div.head { h1 { "Two-factor authentication" } }
        (settings_bar("/account/otp"))
        @if !signs_in_here {
            div.panel { p { "Nobody signs in here: another service guards the pages, and asks for codes if any are asked for." } }
        } @else if state.is_on {
            div.panel {
                p { span.state.good { "On" } " · Signing in takes the password and a code of your authenticator app." }
                p { (left(state.recovery_codes)) }
            }
            form.panel method="post" action="/account/otp/disable" {
                (token(csrf))
                h2 { "Change something" }
                (password(is_bad))
                div.foot {
                    button type="submit" formaction="/account/otp/recovery" { "New recovery codes" }
                    button type="submit" formaction="/account/otp/setup" { "Another authenticator" }
                    button.danger.push type="submit" { "Switch off" }
                }
                p.muted { "New codes make the old ones worthless. Another authenticator, or none, ends all other sessions." }
            }
        } @else {
            form.panel method="post" action="/account/otp/setup" {
                (token(csrf))
                p { span.state.off { "Off" } " · The password alone is enough to sign in." }
                p.muted { "With an authenticator app on your phone, a stolen password is not." }
                @if asks { (password(is_bad)) }
                div.foot { button.primary type="submit" { "Set it up" } }
            }
        }
    }
}

fn password(is_bad: bool) -> Markup {
    html! {
        div.field .bad[is_bad] {
            label for="password" { "Current password" }
            input #password type="password" name="password" autocomplete="current-password" required;
        }
    }
}

fn left(codes: usize) -> Markup {
    html! {
        @match codes {
            0 => strong { "There are no recovery codes left. " },
            1 => strong { "There is one recovery code left. " },
            codes => { "There are " (codes) " recovery codes left. " },
        }
        span.muted { "One of them stands in for a code when the phone is lost. Each works once." }
    }
}

/// The QR code, and the field that confirms it.
///
/// # Errors
/// 500 for an address that no QR code holds, which ours is not.
pub(crate) fn enrolment(
    enrolment: &Enrolment,
    csrf: &str,
    failure: Option<&Failure>,
) -> Result<Markup, Failure> {
    let is_bad = failure.is_some_and(|failure| failure.about("code").is_some());
    let picture = qr(&enrolment.uri)?;
    Ok(html! {
        div.head { h1 { "Two-factor authentication" } }
        (settings_bar("/account/otp"))
        form.panel method="post" action="/account/otp/enable" {
            (token(csrf))
            p { "1. Scan this with an authenticator app." }
            (picture)
            p {
                "Or type the secret: "
                output.mono #secret { (spaced(enrolment.secret.expose())) }
            }
            p.sub { "Time-based, 6 digits, 30 seconds, SHA-1." }
            div.field .bad[is_bad] {
                label for="code" { "2. Enter the code that the app shows" }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="20"
                    required autofocus spellcheck="false";
            }
            p.muted { "Nothing is asked for until the code is right. All other sessions end then." }
            div.foot {
                button.primary type="submit" { "Switch on" }
                a.button.quiet href="/account/otp" { "Cancel" }
            }
        }
    })
}

/// The recovery codes, this once.
pub(crate) fn codes(codes: &[Secret], is_new: bool) -> Markup {
    html! {
        div.head { h1 { @if is_new { "Two-factor authentication is on" } @else { "New recovery codes" } } }
        div.panel {
            p { strong { "These codes are shown only now." } " Print them, or copy them to where your passwords are." }
            pre #codes { @for code in codes { (code.expose()) "\n" } }
            p.muted { "Each signs you in once, in the place of a code, when the phone is lost." }
            div.foot {
                button.needs-js type="button" data-copy="codes" { "Copy" }
                a.button.primary.push href="/account/otp" { "I have them" }
            }
        }
    }
}

/// Groups of four are easier to type.
fn spaced(secret: &str) -> String {
    let mut text = String::with_capacity(secret.len() * 5 / 4);
    for (place, letter) in secret.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

/// A QR code as one SVG path, without any style of its own: the policy of the pages allows none.
fn qr(text: &Secret) -> Result<Markup, Failure> {
    let code = QrCode::with_error_correction_level(text.expose(), EcLevel::M)
        .map_err(|error| Failure::internal(&error))?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        for (column, color) in modules.iter().enumerate() {
            if *color == Color::Dark {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET, row + QUIET);
            }
        }
    }
    let size = width + 2 * QUIET;
    Ok(html! {
        svg.qr viewBox={ "0 0 " (size) " " (size) } role="img" aria-label="QR code for an authenticator app" {
            path d=(path) {}
        }
    })
}
