//! Findings for people.

use std::{
    fmt::Write as _,
    io::{self, Write},
    ops::Range,
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
    if let Some(source) = outcome.source(finding) {
        let number = position.line.to_string();
        let margin = " ".repeat(number.len());
        let (shown, caret) = excerpt(&source.text, &finding.span);
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

/// The part of a line around a place, and the caret below it. However long the line is, it costs the same.
fn excerpt(text: &str, span: &Range<usize>) -> (String, String) {
    let (before, from) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let is_text = |c: &char| !matches!(c, '\n' | '\r');
    let length = text.get(span.start..span.end).unwrap_or_default().chars().take(WIDTH);
    let length = length.take_while(is_text).count().max(1);
    let lead: Vec<char> = before.chars().rev().take_while(is_text).take(WIDTH).collect();
    // As much of the line in front as leaves room for the place itself.
    let kept = lead.len().min(WIDTH - length.min(20) - 1);
    let (mut shown, mut caret) = (String::new(), String::new());
    if kept < lead.len() {
        shown.push('…');
        caret.push(' ');
    }
    for c in lead.iter().take(kept).rev() {
        let cells = push_visible(&mut shown, *c);
        caret.extend(std::iter::repeat_n(' ', cells));
    }
    let mut rest = from.chars().take_while(is_text);
    for (index, c) in rest.by_ref().take(WIDTH - kept).enumerate() {
        let cells = push_visible(&mut shown, c);
        caret.extend(std::iter::repeat_n('^', if index < length { cells } else { 0 }));
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    if !caret.contains('^') {
        caret.push('^');
    }
    (shown, caret)
}

/// The text with everything that a terminal would obey made visible.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    shown
}

/// Adds a character, and tells how many cells of a terminal it takes.
fn push_visible(shown: &mut String, c: char) -> usize {
    match c {
        '\t' => {
            shown.push(' ');
            1
        }
        // Controls, and what turns the direction of the text round.
        c if c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            let before = shown.len();
            // Writing to a text does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            shown.len() - before
        }
        c => {
            shown.push(c);
            cells(c)
        }
    }
}

/// How many cells a terminal gives a character: none to what stands on the one before, two to what is wide.
fn cells(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200d}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
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
        assert_eq!(excerpt("a:\r\n  rulee: x\r\n", &(6..11)), ("  rulee: x".into(), "  ^^^^^".into()));
        assert_eq!(excerpt("a\u{7}b", &(2..3)), ("a\\u{7}b".into(), "      ^".into()));
        assert_eq!(excerpt("a:\tb: c\nd", &(3..9)), ("a: b: c".into(), "   ^^^^".into()));
        assert_eq!(excerpt("", &(0..0)), (String::new(), "^".into()));
        let long = format!("{}needle{}", "x".repeat(500), "y".repeat(500));
        let (shown, caret) = excerpt(&long, &(500..506));
        let at = caret.find('^').map(|at| shown.chars().skip(at).take(6).collect::<String>());
        assert_eq!(at.as_deref(), Some("needle"));
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    }

    #[test]
    fn the_caret_knows_characters_that_are_wide_or_stand_on_others() {
        // Each of the three takes two cells.
        assert_eq!(excerpt("日本語: x", &(11..12)), ("日本語: x".into(), "        ^".into()));
        assert_eq!(excerpt("a: 日本", &(3..9)), ("a: 日本".into(), "   ^^^^".into()));
        assert_eq!(excerpt("e\u{301}: x", &(5..6)), ("e\u{301}: x".into(), "   ^".into()));
    }
}
