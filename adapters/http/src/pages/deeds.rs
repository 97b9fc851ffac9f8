//! What an entry of the history says in a sentence.
//!
//! The audit trail has its words in English, as scripts read them. Those that this program writes are said in the
//! language of the page; what else a trail may hold, of an earlier or a later version, is shown as it stands there.

use maud::{Markup, PreEscaped, Render, html};
use traefik_manager_core::{
    audit::{Actor, Area, Entry, Object},
    routes::STATIC_FILE,
};

use crate::words::t;

/// What was done.
pub(super) fn sentence_of(entry: &Entry) -> Markup {
    match entry.area() {
        Area::Access => of_access(entry),
        Area::Configuration => of_configuration(entry),
    }
}

fn of_configuration(entry: &Entry) -> Markup {
    let object = match (&entry.object, entry.regarding) {
        (Some(object), _) => of_object(object),
        (None, Some(number)) => t!("history-object-change", name = number),
        (None, None) => PreEscaped(String::new()),
    };
    match entry.action.as_str() {
        "delete" => t!("history-delete", object = object),
        "disable" => t!("history-disable", object = object),
        "edit" => t!("history-edit", object = object),
        "enable" => t!("history-enable", object = object),
        "install plugin" => t!("history-install-plugin", object = object),
        "keep" => t!("history-keep", object = object),
        "put back" => t!("history-put-back-object", object = object),
        "remove plugin" => t!("history-remove-plugin", object = object),
        "restart" => t!("history-restart", object = object),
        "restore" => t!("history-restore", object = object),
        "save" => t!("history-save", object = object),
        "undo" => t!("history-undo", object = object),
        action => as_recorded(action, &object),
    }
}

fn of_object(object: &Object) -> Markup {
    let name = &object.name;
    let what = match object.kind.as_str() {
        "router" => t!("history-object-router", name = name),
        "service" => t!("history-object-service", name = name),
        "middleware" => t!("history-object-middleware", name = name),
        "servers transport" => t!("history-object-transport", name = name),
        "TLS options" => t!("history-object-options", name = name),
        "TLS store" => t!("history-object-store", name = name),
        "TLS certificate" => t!("history-object-certificate", name = name),
        "file" => t!("history-object-file", name = name),
        "files of" => t!("history-object-files-of", name = name),
        "change" => t!("history-object-change", name = name),
        STATIC_FILE => t!("history-object-static-file", name = name),
        kind => html! { (kind) " " (name) },
    };
    match object.protocol {
        Some(protocol) => html! { (protocol.as_str().to_uppercase()) " " (what) },
        None => what,
    }
}

fn of_access(entry: &Entry) -> Markup {
    let (details, _) = details(entry);
    let done = match entry.action.as_str() {
        "block sign-in" => return t!("history-block-sign-in", details = details),
        "change identity provider" => return t!("history-change-provider", details = details),
        "change settings" => return t!("history-change-settings", details = details),
        "end sessions" => return t!("history-end-sessions", details = details),
        "let in" => return t!("history-let-in", details = details),
        "make API key" => return t!("history-make-key", details = details),
        "revoke API key" => return t!("history-revoke-key", details = details),
        "sign in" => return t!("history-sign-in", details = details),
        "change password" => t!("history-change-password"),
        "finish set-up" => t!("history-finish-setup"),
        "make recovery codes" => t!("history-make-recovery-codes"),
        "refuse request" => return t!("history-refuse-request", details = details),
        "refuse API key" => t!("history-refuse-key"),
        "refuse code" => t!("history-refuse-code"),
        "refuse confirmation" => t!("history-refuse-confirmation"),
        "refuse form" => t!("history-refuse-form"),
        "refuse sign-in" => t!("history-refuse-sign-in"),
        "reset password" => t!("history-reset-password"),
        "sign out" => t!("history-sign-out"),
        "switch off second factor" => t!("history-second-factor-off"),
        "switch off sign-in" => t!("history-sign-in-off"),
        "switch on second factor" => t!("history-second-factor-on"),
        "switch on sign-in" => t!("history-sign-in-on"),
        "use recovery code" => t!("history-use-recovery-code"),
        action => return as_recorded(action, &details),
    };
    html! { (done) @if !details.0.is_empty() { " " (details) } }
}

fn as_recorded(action: &str, what: &Markup) -> Markup {
    let mut action = action.to_owned();
    if let Some(first) = action.get(..1).map(str::to_uppercase) {
        action.replace_range(..1, &first);
    }
    html! { (action) @if !what.0.is_empty() { " " (what) } }
}

/// What is said of an entry about access: in its sentence, and in small print. The latter is a browser's description.
pub(super) fn details(entry: &Entry) -> (Markup, Option<&str>) {
    let name = entry.object.as_ref().map_or("", |object| object.name.as_str());
    match name.split_once(", ") {
        Some((how, browser)) if entry.action == "sign in" => (of_details(how), Some(browser)),
        _ => (of_details(name), None),
    }
}

fn of_details(text: &str) -> Markup {
    if let Some((method, account)) = text.split_once(" as ")
        && let Some(method) = of_method(method)
    {
        return t!("history-with-named", method = method, account = account);
    }
    if let Some(seconds) = text.strip_prefix("for ").and_then(|rest| rest.strip_suffix(" s")) {
        return t!("history-for-seconds", seconds = seconds);
    }
    if let Some((count, time)) = text.split_once(" more since ") {
        return t!("history-more-since", count = count, time = time);
    }
    match text {
        "all others" => t!("history-end-sessions-others"),
        "by the identity provider" => t!("history-by-provider"),
        text => of_method(text).unwrap_or_else(|| text.render()),
    }
}

fn of_method(method: &str) -> Option<Markup> {
    Some(match method {
        "with password" => t!("history-with-password"),
        "with password and code" => t!("history-with-password-and-code"),
        "at the identity provider" => t!("history-with-provider"),
        "behind another guard" => t!("history-with-guard"),
        _ => return None,
    })
}

/// Who did it.
pub(super) fn doer(actor: &Actor) -> Markup {
    match actor {
        Actor::Session(name) => name.render(),
        Actor::ApiKey(name) => t!("history-actor-key", name = name),
        Actor::Oidc(subject) => html! { "OpenID Connect " (subject) },
        Actor::Stranger => t!("history-actor-stranger"),
        Actor::CommandLine => t!("history-actor-command-line"),
        Actor::OnDisk => t!("history-actor-on-disk"),
        Actor::Program => t!("history-actor-program"),
    }
}
