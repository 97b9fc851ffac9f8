//! The editor for YAML: a text area; a script adds line numbers and the names of fields.

use maud::{Markup, PreEscaped, html};
use traefik_manager_core::{
    check::{Finding, Level},
    routes::Configuration,
};

use crate::{
    change::{MOST_SHOWN, told},
    failure::Failure,
    handlers::schema,
    words::t,
};

/// Everything that the editor shows.
#[derive(Debug)]
pub(crate) struct Editor<'a> {
    /// The id of the text area.
    pub(crate) id: &'static str,
    /// The name of the field.
    pub(crate) name: &'static str,
    pub(crate) text: &'a str,
    /// Where in a file the text stands, as `http.services.*`; empty for a whole file.
    pub(crate) place: &'a str,
    /// Traefik's schema, see [`address`]; empty where no names are offered.
    pub(crate) schema: &'a str,
    /// The line at fault.
    pub(crate) line: Option<usize>,
    /// What is wrong, line by line.
    pub(crate) marks: &'a [Mark],
    pub(crate) is_whole_file: bool,
    pub(crate) placeholder: Option<&'a str>,
}

/// How far below the root of a file an object's own text stands: `http`, `services`, its name.
pub(crate) const OBJECT_STEPS: usize = 3;

/// What is wrong with one line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    line: usize,
    is_error: bool,
    /// What is wrong, as markup.
    text: String,
}

/// The address of the schema of the Traefik that runs.
pub(crate) fn address(configuration: &Configuration) -> String {
    schema::address(configuration.snapshot().running().version, schema::Of::Dynamic)
}

/// The address of its schema of the static configuration.
pub(crate) fn static_address(configuration: &Configuration) -> String {
    schema::address(configuration.snapshot().running().version, schema::Of::Static)
}

/// The findings of a refusal by the lines of the typed text that they are about, which is what stands this many steps
/// below the root of a file.
pub(crate) fn marks(
    configuration: &Configuration,
    failure: Option<&Failure>,
    text: &str,
    steps: usize,
) -> Vec<Mark> {
    let findings = failure.map(Failure::findings).unwrap_or_default();
    let below = findings.iter().filter(|finding| finding.path.segments().len() >= steps);
    let findings = told(below, MOST_SHOWN);
    let ways = findings.iter().filter_map(|finding| finding.path.segments().get(steps..));
    let lines = configuration.lines_of(text, ways);
    let mut marks: Vec<Mark> =
        findings.iter().zip(lines).filter_map(|(finding, line)| Some(Mark::of(finding, line?))).collect();
    sorted(&mut marks);
    marks
}

/// The findings of the whole text that is edited.
pub(crate) fn marks_of(findings: &[Finding]) -> Vec<Mark> {
    let findings = told(findings, MOST_SHOWN).into_iter();
    let mut marks = findings.map(|finding| Mark::of(finding, finding.position.line)).collect();
    sorted(&mut marks);
    marks
}

fn sorted(marks: &mut Vec<Mark>) {
    marks.sort_by_key(|mark| mark.line);
    marks.dedup();
}

impl Mark {
    fn of(finding: &Finding, line: usize) -> Self {
        Self { line, is_error: finding.level == Level::Error, text: super::finding(finding).into_string() }
    }
}

/// The editor.
pub(crate) fn content(editor: &Editor<'_>) -> Markup {
    let faulty = editor.line.or_else(|| editor.marks.first().map(|mark| mark.line));
    html! {
        div.editor {
            textarea.code .tall[editor.is_whole_file] id=(editor.id) name=(editor.name) required[!editor.is_whole_file]
                data-place=(editor.place) data-schema=(editor.schema) data-line=[faulty] placeholder=[editor.placeholder]
                spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off"
                aria-describedby={ (editor.id) "-keys" } { "\n" (editor.text) }
        }
        p.hint.needs-js id={ (editor.id) "-keys" } {
            @if !editor.schema.is_empty() {
                (t!("editor-keys-names")) " "
            }
            (t!("editor-keys"))
        }
        @if !editor.marks.is_empty() {
            ul.marks aria-label=(t!("editor-marks")) {
                @for mark in editor.marks {
                    li class=(if mark.is_error { "bad" } else { "warn" }) data-mark=(mark.line) {
                        button.quiet.small.needs-js type="button" data-goto=(mark.line) aria-controls=(editor.id) { (t!("editor-line", line = mark.line)) }
                        span.nojs { (t!("editor-line", line = mark.line)) ": " }
                        span { (PreEscaped(&mark.text)) }
                    }
                }
            }
        }
    }
}
