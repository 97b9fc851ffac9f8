//! What every page has around its content.

use std::sync::Arc;

use hyper::StatusCode;
use maud::{DOCTYPE, Markup, Render, html};

pub(crate) use super::navigation::Tab;
use super::{icons, navigation};
use crate::{
    assets,
    call::Call,
    change::DRY_RUN,
    failure::Failure,
    live::{Live, Reach},
    reply::{self, Reply},
    said::said,
    theme::Theme,
    words::{Language, Message, message, t},
};

/// A page's frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) csrf: String,
    pub(crate) live: Arc<Live>,
    signed_in: bool,
    /// The pages that there are not here.
    missing: Vec<Tab>,
    notice: Option<Message>,
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
            notice: NOTICES.iter().find(|(code, _)| *code == done).map(|(_, notice)| *notice),
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
    pub(crate) fn reply(&self, title: impl Render, tab: Tab, content: &Markup) -> Reply {
        let status = self.failure.as_ref().map_or(StatusCode::OK, Failure::status);
        let mut reply = reply::page(status, self.around(title, tab, content));
        if let Some(failure) = &self.failure {
            failure.announce(reply.headers_mut());
        }
        reply
    }

    fn around(&self, title: impl Render, tab: Tab, content: &Markup) -> Markup {
        let body = html! {
            (icons::shared())
            a.skip href="#content" { (t!("skip")) }
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
                                button.quiet.small type="submit" { (t!("sign-out")) }
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
            (choices(self.theme, &self.csrf, &self.address))
        };
        document(title, Some(&self.csrf), self.theme, &body)
    }
}

/// Changes of which nobody knows whether Traefik serves them.
fn unconfirmed(count: usize) -> Markup {
    html! {
        div.note.warn { p {
            (t!("unconfirmed", count = count))
        } }
    }
}

/// Lists that share a tab, side by side; the one that is shown is marked.
pub(crate) fn beside<const N: usize>(lists: [(&str, impl Render); N], shown: &str) -> Markup {
    html! {
        nav.views aria-label=(t!("lists")) {
            @for (address, name) in lists {
                a.protocol href=(address) aria-current=[(address == shown).then_some("true")] { (name) }
            }
        }
    }
}

/// The files, and the copies of them that were kept.
pub(crate) fn files_and_backups(shown: &str) -> Markup {
    let lists = [
        ("/files", message!("files")),
        ("/backups", message!("backups")),
        ("/backups/git", message!("git")),
        ("/history", message!("history")),
    ];
    beside(lists, shown)
}

/// The pages of the settings.
pub(crate) fn settings_bar(shown: &str) -> Markup {
    const AUTHENTICATION: &str = "/settings/auth";
    let views = [
        ("/settings", message!("settings-general")),
        ("/settings/interface", message!("settings-interface")),
        (AUTHENTICATION, message!("settings-authentication")),
        ("/settings/files", message!("files")),
        ("/settings/backups", message!("backups")),
        ("/settings/notifications", message!("notifications")),
        ("/settings/about", message!("settings-about")),
    ];
    let of_access = [
        (AUTHENTICATION, message!("overview")),
        ("/account/otp", message!("settings-two-factor")),
        ("/settings/oidc", message!("settings-oidc")),
        ("/sessions", message!("settings-sessions")),
        ("/keys", message!("settings-keys")),
    ];
    let is_access = of_access.iter().any(|(address, _)| *address == shown);
    html! {
        (beside(views, if is_access { AUTHENTICATION } else { shown }))
        @if is_access { (beside(of_access, shown)) }
    }
}

/// What a page says after a redirect. Only codes travel in addresses, so that nobody can make us say anything else.
const NOTICES: &[(&str, Message)] = &[
    ("saved", message!("done-saved")),
    ("pending", message!("done-pending")),
    ("discarded", message!("done-discarded")),
    ("not-restarted", message!("done-not-restarted")),
    ("static-saved", message!("done-static-saved")),
    ("on", message!("done-on")),
    ("off", message!("done-off")),
    ("deleted", message!("done-deleted")),
    ("unchanged", message!("done-unchanged")),
    ("backed-up", message!("done-backed-up")),
    ("restored", message!("done-restored")),
    ("removed", message!("done-removed")),
    ("pushed", message!("done-pushed")),
    ("undone", message!("done-undone")),
    ("kept", message!("done-kept")),
    ("ready", message!("done-ready")),
    ("sign-in-on", message!("done-sign-in-on")),
    ("sign-in-off", message!("done-sign-in-off")),
    ("oidc", message!("done-oidc")),
    ("revoked", message!("done-revoked")),
    ("session-ended", message!("done-session-ended")),
    ("sessions-ended", message!("done-sessions-ended")),
    ("otp-off", message!("done-otp-off")),
    ("password", message!("done-password")),
];

/// A page for people who have not come in yet.
pub(crate) fn alone(title: impl Render, theme: Theme, content: &Markup) -> Markup {
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

/// The field by which a form says of what it was made: nobody writes over what he has not seen.
pub(crate) fn seen(version: &str) -> Markup {
    html! { input type="hidden" name="version" value=(version); }
}

/// The buttons of a form that changes configuration: to see first what would be written, or to write at once.
pub(crate) fn save_buttons(now: impl Render) -> Markup {
    html! {
        button.primary type="submit" name=(DRY_RUN) value="true" { (t!("review")) }
        button type="submit" { (now) }
    }
}

fn reach(reach: &Reach) -> Markup {
    html! {
        span #traefik {
            @match reach {
                Reach::Answers(version) => span.state.good title=(t!("reach-answers")) { span.wide { "Traefik" } (version) },
                Reach::Silent(reason) => span.state.bad title=(said(reason).text()) { "Traefik" span.wide.tail { " " (t!("reach-silent")) } },
                Reach::Waiting => span.state.off title=(t!("reach-waiting")) { "Traefik" },
            }
        }
    }
}

/// The choices of colours and of a language, at the foot of every page.
fn choices(chosen: Theme, csrf: &str, address: &str) -> Markup {
    html! {
        footer.foot-bar {
            form method="post" action="/theme" {
                (token(csrf))
                input type="hidden" name="back" value=(address);
                fieldset.segments {
                    legend.sr { (t!("theme")) }
                    @for theme in Theme::ALL {
                        button type="submit" name="theme" value=(theme.as_str()) aria-pressed=(theme == chosen) { (theme.title()) }
                    }
                }
            }
            form method="post" action="/language" {
                (token(csrf))
                input type="hidden" name="back" value=(address);
                fieldset.segments {
                    legend.sr { (t!("language")) }
                    @for language in Language::all() {
                        button type="submit" name="language" value=(language.code()) lang=(language.code())
                            aria-pressed=(language == Language::spoken()) { (language.name()) }
                    }
                }
            }
            (super::shortcuts::opener())
        }
    }
}

fn document(title: impl Render, csrf: Option<&str>, theme: Theme, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(Language::spoken().code()) data-theme=[theme.attribute()] {
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
            body data-words=(Language::spoken().for_scripts()) { (body) }
        }
    }
}
