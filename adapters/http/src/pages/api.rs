//! The API: every operation with what it takes and answers, and a form to try it.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::openapi::{Document, Field, Listed, Parameter};

use super::icons;

/// The page's content.
pub(crate) fn content(document: &Document) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { "API" }
                p.muted { "Everything that the pages do, as JSON, for scripts and programs." }
            }
            div.actions {
                a.button href="/keys" { "API keys" }
                a.button href="/openapi.yaml" download="openapi.yaml" { "OpenAPI document" }
            }
        }
        details.panel.more {
            summary { "How to come in, and what answers look like" }
            div.stack { @for part in document.info.description.split("\n\n") { p { (marked(part.trim())) } } }
        }
        form.filters.needs-js #api-tools {
            div.search {
                (icons::search())
                input #api-search type="search" placeholder="Search" aria-label="Search operations" autocomplete="off";
                kbd { "/" }
            }
            input #api-key type="password" autocomplete="off" spellcheck="false"
                placeholder="API key, instead of your session" aria-label="API key to try with" aria-describedby="api-key-hint";
        }
        p.hint.needs-js #api-key-hint {
            "What you try is done for real, with your session or with the key, unless " code { "dry_run" }
            " says otherwise. The key is forgotten when you leave the page."
        }
        p.hint #api-found role="status" {}
        @for tag in &document.tags {
            section.stack.api aria-label=(tag.name) {
                div { h2 { (tag.name) } p.muted { (tag.description) } }
                div { @for listed in document.of_tag(&tag.name) { (operation(document, &listed)) } }
            }
        }
    }
}

fn operation(document: &Document, listed: &Listed<'_>) -> Markup {
    let operation = listed.operation;
    html! {
        details.op #(operation.id) {
            summary {
                span class={ "verb " (listed.method.to_lowercase()) } { (listed.method) }
                code { (listed.path) }
                span.muted { (operation.summary) }
            }
            div.stack {
                @if !operation.description.is_empty() { p { (marked(&operation.description)) } }
                p.sub { (needs(&operation.scope, &operation.door)) }
                @let answer = listed.answer();
                form.stack data-method=(listed.method) data-path=(listed.path) {
                    @let parameters: Vec<&Parameter> = listed.parameters().collect();
                    @if !parameters.is_empty() {
                        div.fields { @for one in parameters { (parameter(document, operation, one)) } }
                    }
                    @if let Some(example) = listed.example() { (body(document, operation, example, &listed.fields())) }
                    div.needs-js { button.small type="submit" { "Try it" span.sr { ": " (operation.summary) } } }
                }
                @if !answer.is_empty() {
                    p.sub { "Answers with " @for (at, field) in answer.iter().enumerate() {
                        @if at > 0 { ", " } code { (field.name) }
                    } "." }
                }
            }
        }
    }
}

/// Who may.
fn needs(scope: &str, door: &str) -> Markup {
    html! {
        @match (scope, door) {
            (_, "public") => "For everybody.",
            ("person", _) => "For somebody who is signed in; no key will do.",
            ("any", _) => "For every session and every key.",
            (scope, _) => { "A key needs the scope " code { (scope) } "." },
        }
    }
}

fn parameter(document: &Document, operation: &crate::openapi::Operation, one: &Parameter) -> Markup {
    let id = format!("{}-{}", operation.id, one.name);
    let choices = document.choices(&one.schema);
    let text = match &one.example {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    html! {
        div.field {
            label for=(id) { code { (one.name) } " " span.hint { (document.kind(&one.schema)) } }
            @if choices.is_empty() {
                input #(id) name=(one.name) data-in=(one.place) value=[(one.place == "path").then_some(text)]
                    required[one.place == "path"] autocomplete="off";
            } @else {
                select #(id) name=(one.name) data-in=(one.place) {
                    option value="" { "not sent" }
                    // What is tried out is only shown, unless somebody wants it done.
                    @for choice in choices {
                        option value=(choice) selected[one.name == "dry_run" && choice == "true"] { (choice) }
                    }
                }
            }
            @if !one.description.is_empty() { span.hint { (marked(&one.description)) } }
        }
    }
}

fn body(
    document: &Document,
    operation: &crate::openapi::Operation,
    example: &Json,
    fields: &[Field<'_>],
) -> Markup {
    let id = format!("{}-body", operation.id);
    let text = serde_json::to_string_pretty(example).unwrap_or_default();
    html! {
        div.field {
            label for=(id) { "Body" }
            textarea #(id) name="body" data-in="body" rows=(text.lines().count().clamp(2, 12)) spellcheck="false" { (text) }
        }
        details {
            summary { "Fields of the body" }
            ul.plain.sub {
                @for field in fields {
                    li {
                        code { (field.name) } " " (document.kind(field.schema))
                        @if field.is_required { ", required" }
                        @if !field.schema.description.is_empty() { ". " (marked(&field.schema.description)) }
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
