//! The API: a list of its operations, and each of them with what it takes and answers, and a form to try it.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::{
    openapi::{Document, Field, Listed, Operation, Parameter},
    words::t,
};

use super::icons;

/// The page's content.
pub(crate) fn content(document: &Document) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("api")) }
                p.muted { (t!("api-lead")) }
            }
            div.actions {
                a.button href="/keys" { (t!("settings-keys")) }
                a.button href="/openapi.yaml" download="openapi.yaml" { (t!("api-document")) }
            }
        }
        details.panel.more {
            summary { (t!("api-how")) }
            div.stack lang="en" { @for part in document.info.description.split("\n\n") { p { (marked(part.trim())) } } }
        }
        form.filters.needs-js #api-tools {
            div.search {
                (icons::search())
                input #api-search type="search" placeholder=(t!("search")) aria-label=(t!("api-search")) autocomplete="off";
                kbd { "/" }
            }
            (key_field())
        }
        (key_hint())
        p.hint #api-found role="status" {}
        @for tag in &document.tags {
            section.stack.api lang="en" aria-label=(tag.name) {
                div { h2 { (tag.name) } p.muted { (tag.description) } }
                ul.ops { @for listed in document.of_tag(&tag.name) { li { (line(&listed)) } } }
            }
        }
    }
}

/// An operation in the list. Its form is fetched when it is wanted: all of them would be too much for one page.
fn line(listed: &Listed<'_>) -> Markup {
    let operation = listed.operation;
    html! {
        a.op #(operation.id) href={ "/api?operation=" (operation.id) } {
            (verb(listed)) code { (listed.path) } span.muted { (operation.summary) }
        }
    }
}

fn verb(listed: &Listed<'_>) -> Markup {
    html! { span class={ "verb " (listed.method.to_lowercase()) } { (listed.method) } }
}

fn key_field() -> Markup {
    html! {
        input #api-key type="password" autocomplete="off" spellcheck="false"
            placeholder=(t!("api-key-example")) aria-label=(t!("api-key")) aria-describedby="api-key-hint";
    }
}

fn key_hint() -> Markup {
    html! {
        p.hint.needs-js #api-key-hint {
            (t!("api-key-hint"))
        }
    }
}

/// The page of one operation.
pub(crate) fn one(document: &Document, listed: &Listed<'_>) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 lang="en" { (listed.operation.summary) }
                p.title { (verb(listed)) code { (listed.path) } }
            }
            div.actions { a.button href="/api" { (t!("api-all")) } }
        }
        form.filters.needs-js #api-tools { (key_field()) }
        (key_hint())
        div.panel { (details(document, listed)) }
    }
}

fn details(document: &Document, listed: &Listed<'_>) -> Markup {
    let operation = listed.operation;
    let answer = listed.answer();
    let parameters: Vec<&Parameter> = listed.parameters().collect();
    html! {
        div.stack data-operation=(operation.id) {
            @if !operation.description.is_empty() { p lang="en" { (marked(&operation.description)) } }
            p.sub { (needs(&operation.scope, &operation.door)) }
            form.stack data-method=(listed.method) data-path=(listed.path) {
                @if !parameters.is_empty() {
                    div.fields { @for one in parameters { (parameter(document, operation, one)) } }
                }
                @if let Some(example) = listed.example() { (body(document, operation, example, &listed.fields())) }
                div.needs-js { button.small type="submit" { (t!("api-try")) } }
            }
            @if !answer.is_empty() {
                @let fields = html! { @for (at, field) in answer.iter().enumerate() {
                    @if at > 0 { ", " } code { (field.name) }
                } };
                p.sub { (t!("api-answers", fields = fields)) }
            }
        }
    }
}

/// Who may.
fn needs(scope: &str, door: &str) -> Markup {
    html! {
        @match (scope, door) {
            (_, "public") => (t!("api-for-all")),
            ("person", _) => (t!("api-for-person")),
            ("any", _) => (t!("api-for-any")),
            (scope, _) => (t!("api-for-scope", scope = scope)),
        }
    }
}

fn parameter(document: &Document, operation: &Operation, one: &Parameter) -> Markup {
    let id = format!("{}-{}", operation.id, one.name);
    let choices = document.choices(&one.schema);
    let text = match &one.example {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    html! {
        div.field {
            label for=(id) { code { (one.name) } " " span.hint lang="en" { (document.kind(&one.schema)) } }
            @if choices.is_empty() {
                input #(id) name=(one.name) data-in=(one.place) value=[(one.place == "path").then_some(text)]
                    required[one.place == "path"] autocomplete="off";
            } @else {
                select #(id) name=(one.name) data-in=(one.place) {
                    option value="" { (t!("api-not-sent")) }
                    // What is tried out is only shown, unless somebody wants it done.
                    @for choice in choices {
                        option value=(choice) selected[one.name == "dry_run" && choice == "true"] { (choice) }
                    }
                }
            }
            @if !one.description.is_empty() { span.hint lang="en" { (marked(&one.description)) } }
        }
    }
}

fn body(document: &Document, operation: &Operation, example: &Json, fields: &[Field<'_>]) -> Markup {
    let id = format!("{}-body", operation.id);
    let text = serde_json::to_string_pretty(example).unwrap_or_default();
    html! {
        div.field {
            label for=(id) { (t!("api-body")) }
            textarea #(id) name="body" data-in="body" rows=(text.lines().count().clamp(2, 12)) spellcheck="false" { (text) }
        }
        details {
            summary { (t!("api-body-fields")) }
            ul.plain.sub {
                @for field in fields {
                    li {
                        code { (field.name) } " " span lang="en" { (document.kind(field.schema)) }
                        @if field.is_required { ", " (t!("api-required")) }
                        @if !field.schema.description.is_empty() { ". " span lang="en" { (marked(&field.schema.description)) } }
                    }
                }
            }
        }
    }
}

/// The little of Markdown that the document uses: `code` and **strong**.
fn marked(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else {
                @for (at, part) in part.split("**").enumerate() {
                    @if at % 2 == 1 { strong { (part) } } @else { (part) }
                }
            }
        }
    }
}
