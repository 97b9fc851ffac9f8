//! What every page has around its content.

use std::sync::Arc;

use hyper::StatusCode;
use maud::{DOCTYPE, Markup, html};

pub(crate) use super::navigation::Tab;
use super::{icons, navigation};
use crate::{
    assets,
    call::Call,
    change::DRY_RUN,
    failure::Failure,
    live::{Live, Reach},
    reply::{self, Reply},
    theme::Theme,
};

/// A page's frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) csrf: String,
    pub(crate) live: Arc<Live>,
    signed_in: bool,
    /// The pages that there are not here.
    missing: Vec<Tab>,
    notice: Option<&'static str>,
    /// How many changes are written that Traefik could not be asked about yet.
    unconfirmed: usize,
    failure: Option<Failure>,
    narrow: bool,
    theme: Theme,
    /// Where this page is, to come back to it.
    address: String,
}

impl Frame {
    /// The frame for whoever asks.
    pub(crate) async fn of(call: &Call) -> Self {
        let done = call.query.text("done").ok().flatten().unwrap_or_default();
        Self {
            csrf: call.csrf_token(),
            live: call.app.live().shown(call.app.manager()).await,
            signed_in: call.signed_in(),
            missing: navigation::missing(&call.app),
            notice: NOTICES.iter().find(|(code, _)| *code == done).map(|(_, text)| *text),
            unconfirmed: call.app.waiting().count(),
            failure: None,
            narrow: false,
            theme: call.theme,
            address: call.address.clone(),
        }
    }

    /// Forms read better in a narrow column.
    #[must_use]
    pub(crate) fn narrow(self) -> Self {
        Self { narrow: true, ..self }
    }

    /// Says why something was not done, also in the answer's status.
    #[must_use]
    pub(crate) fn refusing(self, failure: Failure) -> Self {
        Self { failure: Some(failure), notice: None, ..self }
    }

    /// The page.
    pub(crate) fn reply(&self, title: &str, tab: Tab, content: &Markup) -> Reply {
        let status = self.failure.as_ref().map_or(StatusCode::OK, Failure::status);
        let mut reply = reply::page(status, self.around(title, tab, content));
        if let Some(failure) = &self.failure {
            failure.announce(reply.headers_mut());
        }
        reply
    }

    fn around(&self, title: &str, tab: Tab, content: &Markup) -> Markup {
        let body = html! {
            (icons::shared())
            a.skip href="#content" { "Skip to the content" }
            header.bar {
                div.bar-in {
                    (navigation::button())
                    a.brand href="/" { (icons::brand()) span { "Traefik Manager" } }
                    div.bar-end {
                        (super::search::opener())
                        (reach(&self.live.reach))
                        @if self.signed_in {
                            form method="post" action="/logout" {
                                (token(&self.csrf))
                                button.quiet.small type="submit" { "Sign out" }
                            }
                        }
                    }
                }
            }
            div.shell {
                (navigation::bar(tab, &self.missing))
                main #content .narrow[self.narrow] {
                    div #messages aria-live="polite" {
                        @if let Some(notice) = self.notice { p.note.good { (notice) } }
                        @if self.unconfirmed > 0 { (unconfirmed(self.unconfirmed)) }
                        @if let Some(failure) = &self.failure { (refusal(failure)) }
                    }
                    (content)
                }
            }
            (themes(self.theme, &self.csrf, &self.address))
        };
        document(title, Some(&self.csrf), self.theme, &body)
    }
}

/// Changes of which nobody knows whether Traefik serves them.
fn unconfirmed(count: usize) -> Markup {
    html! {
        div.note.warn { p {
            "Written, not confirmed: Traefik's API does not answer, so nobody knows whether it serves "
            @if count == 1 { "the last change" } @else { "the last " (count) " changes" }
            ". It is asked again until it answers; the " a href="/history" { "history" } " says what came of it."
        } }
    }
}

/// Lists that share a tab, side by side; the one that is shown is marked.
pub(crate) fn beside<const N: usize>(lists: [(&str, &str); N], shown: &str) -> Markup {
    html! {
        nav.views aria-label="Lists" {
            @for (address, name) in lists {
                a.protocol href=(address) aria-current=[(address == shown).then_some("true")] { (name) }
            }
        }
    }
}

/// The files, and the copies of them that were kept.
pub(crate) fn files_and_backups(shown: &str) -> Markup {
    let lists =
        [("/files", "Files"), ("/backups", "Backups"), ("/backups/git", "Git"), ("/history", "History")];
    beside(lists, shown)
}

/// The pages of the settings.
pub(crate) fn settings_bar(shown: &str) -> Markup {
    const AUTHENTICATION: &str = "/settings/auth";
    let views = [
        ("/settings", "General"),
        ("/settings/interface", "Interface"),
        (AUTHENTICATION, "Authentication"),
        ("/settings/files", "Files"),
        ("/settings/backups", "Backups"),
        ("/settings/notifications", "Notifications"),
        ("/settings/about", "About"),
    ];
    let of_access = [
        (AUTHENTICATION, "Overview"),
        ("/account/otp", "Two-factor"),
        ("/settings/oidc", "Single sign-on"),
        ("/sessions", "Sessions"),
        ("/keys", "API keys"),
    ];
    let is_access = of_access.iter().any(|(address, _)| *address == shown);
    html! {
        (beside(views, if is_access { AUTHENTICATION } else { shown }))
        @if is_access { (beside(of_access, shown)) }
    }
}

/// What a page says after a redirect. Only codes travel in addresses, so that nobody can make us say anything else.
const NOTICES: &[(&str, &str)] = &[
    ("saved", "Saved."),
    ("pending", "Kept among the pending changes. Nothing is written yet."),
    ("discarded", "The pending changes are discarded."),
    ("static-saved", "Saved. Traefik reads it when it is restarted."),
    ("on", "The route is switched on."),
    ("off", "The route is switched off. Its settings are kept."),
    ("deleted", "Deleted."),
    ("unchanged", "Nothing to change: everything is as you asked already."),
    ("backed-up", "The configuration is backed up."),
    ("restored", "The backup is restored. What it replaced is backed up too."),
    ("removed", "The backup is deleted."),
    ("pushed", "The repository has everything now."),
    ("undone", "The change is undone."),
    ("kept", "The change is kept."),
    ("ready", "The set-up is finished."),
    ("sign-in-on", "People are asked to sign in."),
    (
        "sign-in-off",
        "Nobody is asked to sign in any more. Make sure that another service guards these pages.",
    ),
    ("oidc", "Single sign-on is saved."),
    ("revoked", "The key is revoked. Whoever uses it is out."),
    ("session-ended", "The session is ended."),
    ("sessions-ended", "All other sessions are ended."),
    ("otp-off", "Two-factor authentication is off. All other sessions have ended."),
    ("password", "The password is changed. All other sessions have ended."),
];

/// A page for people who have not come in yet.
pub(crate) fn alone(title: &str, theme: Theme, content: &Markup) -> Markup {
    document(
        title,
        None,
        theme,
        &html! {
            div.alone {
                main.stack {
                    p.brand { (icons::brand()) "Traefik Manager" }
                    div.panel { (content) }
                }
            }
        },
    )
}

/// Why something was not done, with the place of the fault.
pub(crate) fn refusal(failure: &Failure) -> Markup {
    let place = failure.place();
    html! {
        div.note.bad role="alert" {
            p { (super::sentence(failure.message())) }
            @if let Some(versions) = failure.versions() { (super::review::versions(versions)) }
            @if failure.findings().len() > 1 { (super::review::findings(failure.findings())) }
            @if let Some(file) = &place.file {
                p.sub.mono {
                    (file)
                    @if let Some(line) = place.line { ":" (line) @if let Some(column) = place.column { ":" (column) } }
                }
            }
        }
    }
}

/// The proof that a form comes from a page of ours.
pub(crate) fn token(csrf: &str) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(csrf); }
}

/// The buttons of a form that changes configuration: to see first what would be written, or to write at once.
pub(crate) fn save_buttons(now: &str) -> Markup {
    html! {
        button.primary type="submit" name=(DRY_RUN) value="true" { "Review" }
        button type="submit" { (now) }
    }
}

fn reach(reach: &Reach) -> Markup {
    html! {
        span #traefik {
            @match reach {
                Reach::Answers(version) => span.state.good title="Traefik's API answers" { span.wide { "Traefik" } (version) },
                Reach::Silent(reason) => span.state.bad title=(reason) { "Traefik" span.wide.tail { " not reachable" } },
                Reach::Waiting => span.state.off title="Traefik's API has not answered yet" { "Traefik" },
            }
        }
    }
}

/// The choice of colours, at the foot of every page.
fn themes(chosen: Theme, csrf: &str, address: &str) -> Markup {
    html! {
        footer.foot-bar {
            form method="post" action="/theme" {
                (token(csrf))
                input type="hidden" name="back" value=(address);
                fieldset.segments {
                    legend.sr { "Colours" }
                    @for theme in Theme::ALL {
                        button type="submit" name="theme" value=(theme.as_str()) aria-pressed=(theme == chosen) { (theme.title()) }
                    }
                }
            }
        }
    }
}

fn document(title: &str, csrf: Option<&str>, theme: Theme, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme.attribute()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(theme.color_scheme());
                meta name="robots" content="noindex, nofollow";
                @if let Some(csrf) = csrf { meta name="csrf-token" content=(csrf); }
                title { (title) " · Traefik Manager" }
                link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("style.css"));
                script type="module" src=(assets::address("main.js")) {}
            }
            body { (body) }
        }
    }
}
