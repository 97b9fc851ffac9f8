//! Findings for people.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use traefik_manager_core::check::{Finding, Level};

use super::Outcome;

/// How much of a line is shown.
const WIDTH: usize = 160;
/// How many disabled objects are named.
const MOST_NAMES: usize = 5;

/// Writes every finding with its line, and a sum.
pub(super) fn write(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    for finding in &outcome.findings {
        one(out, outcome, finding)?;
    }
    let files = outcome.sources.len();
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    writeln!(
        out,
        "{} for Traefik {}: {}, {}, {}",
        counted(files, "file"),
        outcome.version,
        counted(outcome.count(Level::Error), "error"),
        counted(outcome.count(Level::Warning), "warning"),
        counted(outcome.count(Level::Lint), "lint"),
    )
}

fn one(out: &mut impl Write, outcome: &Outcome, finding: &Finding) -> io::Result<()> {
    let Finding { level, code, position, .. } = finding;
    let (file, message) = (visible(finding.file.as_str()), visible(&finding.message));
    writeln!(out, "{file}:{position}: {level}: {message} [{code}]")?;
    let text = outcome.source(finding).map_or("", |source| &source.text);
    if let Some(line) = text.get(line_start(text, finding.span.start)..).and_then(|rest| rest.lines().next())
    {
        let number = position.line.to_string();
        let margin = " ".repeat(number.len());
        let (shown, caret) = excerpt(line, position.column, length_on_line(finding, line, text));
        writeln!(out, " {number} | {shown}\n {margin} | {caret}")?;
    }
    writeln!(out, "   = {}", visible(&finding.remedy))?;
    if !finding.disables.is_empty() {
        let names: Vec<String> = finding.disables.iter().take(MOST_NAMES).map(|name| visible(name)).collect();
        let more = finding.disables.len().saturating_sub(MOST_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "   = disables {}{more}", names.join(", "))?;
    }
    writeln!(out)
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1)
}

/// How many characters of the finding are on its first line.
fn length_on_line(finding: &Finding, line: &str, text: &str) -> usize {
    let start = finding.span.start;
    let end = finding.span.end.min(line_start(text, start) + line.len());
    text.get(start..end).map_or(1, |part| part.chars().count()).max(1)
}

/// The part of a line around a column, and the caret below it.
fn excerpt(line: &str, column: usize, length: usize) -> (String, String) {
    let first = (column + length.min(20)).saturating_sub(WIDTH);
    let (mut shown, mut caret) = (String::new(), String::new());
    if first > 0 {
        shown.push('…');
        caret.push(' ');
    }
    for (index, c) in line.chars().enumerate().skip(first).take(WIDTH) {
        let before = shown.chars().count();
        push_visible(&mut shown, c);
        let marks = (column..column + length).contains(&(index + 1));
        caret.extend(std::iter::repeat_n(if marks { '^' } else { ' ' }, shown.chars().count() - before));
    }
    if line.chars().count() > first + WIDTH {
        shown.push('…');
    }
    if !caret.contains('^') {
        caret.push('^');
    }
    (shown, caret.trim_end().to_owned())
}

/// The text with everything that a terminal would obey made visible.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| push_visible(&mut shown, c));
    shown
}

fn push_visible(shown: &mut String, c: char) {
    match c {
        '\t' => shown.push(' '),
        // Controls, and what turns the direction of the text round.
        c if c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            // Writing to a text does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
        c => shown.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, visible};

    #[test]
    fn terminals_get_no_orders() {
        assert_eq!(visible("a\u{1b}[31mb\tc\u{202e}"), "a\\u{1b}[31mb c\\u{202e}");
    }

    #[test]
    fn the_caret_stands_below_its_place() {
        assert_eq!(excerpt("  rulee: x", 3, 5), ("  rulee: x".into(), "  ^^^^^".into()));
        assert_eq!(excerpt("a\u{7}b", 3, 1), ("a\\u{7}b".into(), "      ^".into()));
        let long = format!("{}needle{}", "x".repeat(500), "y".repeat(500));
        let (shown, caret) = excerpt(&long, 501, 6);
        let at = caret.find('^').map(|at| shown.chars().skip(at).take(6).collect::<String>());
        assert_eq!(at.as_deref(), Some("needle"));
    }
}
