//! The pages, rendered on the server. They hold no rule: what is shown and sent comes from the handlers.

pub(crate) mod access_log;
pub(crate) mod api;
pub(crate) mod authentication;
pub(crate) mod backups;
mod balancing;
pub(crate) mod certificates;
pub(crate) mod dashboard;
mod deeds;
mod discovered;
pub(crate) mod editor;
pub(crate) mod fields_form;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod history;
pub(crate) mod icons;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod navigation;
pub(crate) mod notifications;
pub(crate) mod object_form;
pub(crate) mod objects;
pub(crate) mod oidc_settings;
pub(crate) mod overview;
pub(crate) mod phrases;
pub(crate) mod raw;
pub(crate) mod restarts;
pub(crate) mod review;
pub(crate) mod route_form;
pub(crate) mod route_map;
mod route_more;
pub(crate) mod route_values;
pub(crate) mod routes;
pub(crate) mod search;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod settings_more;
pub(crate) mod setup;
pub(crate) mod shortcuts;
pub(crate) mod sign_in;
pub(crate) mod state;
pub(crate) mod static_form;
pub(crate) mod static_overview;
pub(crate) mod static_raw;
pub(crate) mod static_review;
pub(crate) mod templates;

use hyper::StatusCode;
use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use traefik_manager_core::check::Finding;

use crate::{
    failure::Failure,
    reply::{self, Reply},
    said::{Said, said},
    theme::Theme,
    words::t,
};

/// A page that says why a request was not done, where there is no form to show again.
pub(crate) fn failure(failure: &Failure, theme: Theme) -> Reply {
    let title = title(failure.status());
    let content = html! {
        h1 { (title) }
        p { (sentence(failure.message())) }
        @if let Some(versions) = failure.versions() { (review::versions(versions)) }
        p { a href="/" { (t!("back-to-routes")) } }
    };
    reply::page(failure.status(), layout::alone(&title, theme, &content))
}

fn title(status: StatusCode) -> Markup {
    match status {
        StatusCode::BAD_REQUEST => t!("failure-bad-request"),
        StatusCode::UNAUTHORIZED => t!("failure-unauthorized"),
        StatusCode::FORBIDDEN => t!("failure-forbidden"),
        StatusCode::NOT_FOUND => t!("failure-not-found"),
        StatusCode::CONFLICT => t!("failure-conflict"),
        StatusCode::PAYLOAD_TOO_LARGE => t!("failure-too-large"),
        StatusCode::TOO_MANY_REQUESTS => t!("failure-too-many"),
        StatusCode::INTERNAL_SERVER_ERROR => t!("failure-internal"),
        _ => t!("failure-others"),
    }
}

/// The way from one page of a long list to the next; nothing where there is only one.
pub(crate) fn pager(number: usize, all: usize, address: impl Fn(usize) -> String) -> Markup {
    html! {
        @if all > 1 {
            nav.pager aria-label=(t!("pages")) {
                @if number > 1 { a.button.small rel="prev" href=(address(number - 1)) { (t!("previous")) } }
                span { (t!("page-of", page = number, pages = all)) }
                @if number < all { a.button.small rel="next" href=(address(number + 1)) { (t!("next")) } }
            }
        }
    }
}

/// A message of the program as a sentence in the reader's language.
pub(crate) fn sentence(message: &str) -> Said<'_> {
    said(message).sentence()
}

/// A finding: what is wrong, and how to mend it.
pub(crate) fn finding(finding: &Finding) -> Markup {
    html! {
        (sentence(&finding.message))
        @if !finding.remedy.is_empty() { " " (sentence(&finding.remedy)) }
    }
}

/// What Traefik says is wrong with an object, in a few lines.
fn trouble(error: &str) -> Markup {
    let error = said(error);
    html! { div.trouble title=(error.text()) { (error) } }
}

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a query or for one segment of a path.
pub(crate) fn encoded(value: &str) -> PercentEncode<'_> {
    utf8_percent_encode(value, RESERVED)
}
