//! Two-factor authentication: on, off, and the codes for when the authenticator is lost.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use traefik_manager_core::{
    auth::{Enrolment, SecondFactor},
    secret::Secret,
};

use super::layout::{settings_bar, token};
use crate::{failure::Failure, words::t};

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
        div.head { h1 { (t!("second-factor")) } }
        (settings_bar("/account/otp"))
        @if !signs_in_here {
            div.panel { p { (t!("second-factor-elsewhere")) } }
        } @else if state.is_on {
            div.panel {
                p { span.state.good { (t!("on")) } " · " (t!("second-factor-on")) }
                p { (left(state.recovery_codes)) }
            }
            form.panel method="post" action="/account/otp/disable" {
                (token(csrf))
                h2 { (t!("second-factor-change")) }
                (password(is_bad))
                div.foot {
                    button type="submit" formaction="/account/otp/recovery" { (t!("second-factor-codes-new")) }
                    button type="submit" formaction="/account/otp/setup" { (t!("second-factor-another")) }
                    button.danger.push type="submit" { (t!("second-factor-switch-off")) }
                }
                p.muted { (t!("second-factor-what-ends")) }
            }
        } @else {
            form.panel method="post" action="/account/otp/setup" {
                (token(csrf))
                p { span.state.off { (t!("off")) } " · " (t!("second-factor-off")) }
                p.muted { (t!("second-factor-off-lead")) }
                @if asks { (password(is_bad)) }
                div.foot { button.primary type="submit" { (t!("second-factor-set-up")) } }
            }
        }
    }
}

fn password(is_bad: bool) -> Markup {
    html! {
        div.field .bad[is_bad] {
            label for="password" { (t!("password-current")) }
            input #password type="password" name="password" autocomplete="current-password" required;
        }
    }
}

fn left(codes: usize) -> Markup {
    html! {
        (t!("second-factor-left", count = codes)) " "
        span.muted { (t!("second-factor-codes-use")) }
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
        div.head { h1 { (t!("second-factor")) } }
        (settings_bar("/account/otp"))
        form.panel method="post" action="/account/otp/enable" {
            (token(csrf))
            p { (t!("second-factor-scan")) }
            (picture)
            p {
                (t!("second-factor-secret")) " "
                output.mono #secret { (spaced(enrolment.secret.expose())) }
            }
            p.sub { (t!("second-factor-kind")) }
            div.field .bad[is_bad] {
                label for="code" { (t!("second-factor-enter")) }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="20"
                    required autofocus spellcheck="false";
            }
            p.muted { (t!("second-factor-not-yet")) }
            div.foot {
                button.primary type="submit" { (t!("second-factor-switch-on")) }
                a.button.quiet href="/account/otp" { (t!("cancel")) }
            }
        }
    })
}

/// The recovery codes, this once.
pub(crate) fn codes(codes: &[Secret], is_new: bool) -> Markup {
    html! {
        div.head { h1 { @if is_new { (t!("second-factor-is-on")) } @else { (t!("second-factor-codes-new")) } } }
        div.panel {
            p { (t!("second-factor-codes-lead")) }
            pre #codes { @for code in codes { (code.expose()) "\n" } }
            p.muted { (t!("second-factor-codes-each")) }
            div.foot {
                button.needs-js type="button" data-copy="codes" { (t!("copy")) }
                a.button.primary.push href="/account/otp" { (t!("second-factor-codes-have")) }
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
        svg.qr viewBox={ "0 0 " (size) " " (size) } role="img" aria-label=(t!("second-factor-qr")) {
            path d=(path) {}
        }
    })
}
