//! A new value in the place of an old one, and the habits of the file around it.

use std::ops::Range;

use traefik_manager_core::tree::{Kind, NodeRef, Style};

use crate::{
    emit::{Habits, New},
    place::is_block,
    plan::{Planner, Splice},
    quote::Spot,
    resolve::Hop,
};

impl<'t> Planner<'t> {
    /// Writes a new value in the place of an old one; `key_end` is where its key ends.
    pub(crate) fn revalue(
        &self,
        hop: &Hop<'t>,
        block: bool,
        habits: &Habits,
        new: &New<'_>,
        key_end: usize,
    ) -> Result<Vec<Splice>, String> {
        let old = hop.node;
        // A tag speaks of the old value, an anchor does not.
        let span = if old.tag().is_some() { old.span_with_properties() } else { old.span() };
        let mut out = String::new();
        if !block {
            if span.is_empty() {
                out.push_str(if span.start == key_end { ": " } else { " " });
            }
            habits.inline(&mut out, new, Spot::Flow, wanted(old))?;
            return Ok(vec![(span, out)]);
        }
        if old.style() == Style::Flow && !(old.is_vacant() && new.is_block()) {
            self.one_line(&mut out, habits, new, None, span.start)?;
            return Ok(vec![(span, out)]);
        }
        let lines = self.lines();
        if hop.key.is_none() && old.span().start == span.start {
            // Behind a dash, or the root of the file.
            let column = if hop.siblings == 1 && span.start == lines.start(span.start) && !is_block(old) {
                0
            } else if span.is_empty() {
                lines.column(span.start) + 1
            } else {
                lines.column(span.start)
            };
            if span.is_empty() && self.tree.text()[..span.start].ends_with('-') {
                out.push(' ');
            }
            if !new.is_block() {
                self.one_line(&mut out, habits, new, wanted(old), span.start)?;
                return Ok(self.in_place_of(old, span, out));
            }
            self.comment_line(&mut out, old, habits, column);
            habits.lines(&mut out, new, column)?;
            return Ok(vec![(span, out)]);
        }
        let key = hop.key.unwrap_or(old);
        let column = lines.column(key.span_with_properties().start);
        if is_block(old) {
            let same = matches!((new.is_list(), old.kind()), (true, Kind::Sequence) | (false, Kind::Mapping));
            if new.is_block() && same && lines.is_first(old.span().start) {
                habits.lines(&mut out, new, lines.column(old.span().start))?;
                return Ok(vec![(old.span(), out)]);
            }
            // What is written on the key's line stays; the lines below it go.
            let head = lines.end(key_end);
            if new.is_block() {
                habits.behind_key(&mut out, new, column)?;
                return Ok(vec![(head..old.span().end, out)]);
            }
            habits.behind_key(&mut out, new, column)?;
            let colon = self.behind_colon(key_end);
            let properties = self.behind_properties(&old, colon..head);
            let from = if old.tag().is_some() { colon } else { properties };
            let (below, moved) = self.comment_below(properties..head, old, habits, column + habits.step);
            return Ok(vec![(from..properties, out), (head..below, moved)]);
        }
        if new.is_block() {
            // The value goes, a comment behind it stays, and the new lines follow.
            let end = lines.end(span.end);
            habits.behind_key(&mut out, new, column)?;
            let text = self.tree.text();
            let from = text[..span.start].trim_end_matches([' ', '\t']).len().max(key_end);
            let mut splices = Vec::new();
            if !span.is_empty() {
                if lines.start(span.start) == lines.start(key_end) {
                    splices = self.in_place_of(old, from..span.end, String::new());
                } else {
                    // The old value stands on a line of its own, and so does the new one.
                    out.clear();
                    self.comment_line(&mut out, old, habits, lines.column(span.start));
                    habits.lines(&mut out, new, lines.column(span.start))?;
                    return Ok(vec![(span, out)]);
                }
            }
            splices.push((end..end, out));
            return Ok(splices);
        }
        if span.is_empty() {
            out.push(' ');
        }
        self.one_line(&mut out, habits, new, wanted(old), span.start)?;
        Ok(self.in_place_of(old, span, out))
    }

    /// A value without line breaks that starts here; where it begins its line, a template needs quotes.
    fn one_line(
        &self,
        out: &mut String,
        habits: &Habits,
        new: &New<'_>,
        wanted: Option<Style>,
        at: usize,
    ) -> Result<(), String> {
        let own_line = self.lines().is_first(at);
        for style in [wanted, Some(Style::DoubleQuoted), Some(Style::SingleQuoted)] {
            let mut text = String::new();
            habits.inline(&mut text, new, Spot::Block, style)?;
            if !(own_line && text.starts_with("{{")) {
                out.push_str(&text);
                return Ok(());
            }
        }
        Err("would begin its line with a Go template".to_owned())
    }

    /// A new text of one line in the place of a value; a comment behind the mark of a block text stays.
    fn in_place_of(&self, old: NodeRef<'t>, span: Range<usize>, new: String) -> Vec<Splice> {
        match self.header_comment(old) {
            Some(comment) => vec![(span.start..comment.start, new), (comment.end..span.end, String::new())],
            None => vec![(span, new)],
        }
    }

    /// The comment behind the mark of a block text as a line of its own, up to where the next one begins.
    fn comment_line(&self, out: &mut String, old: NodeRef<'t>, habits: &Habits, column: usize) {
        if let Some(comment) = self.header_comment(old) {
            out.push_str(self.tree.text()[comment].trim_start());
            out.push_str(habits.eol);
            out.extend((0..column).map(|_| ' '));
        }
    }

    /// The comment behind the `|` or `>` of a text, with the blanks in front of it.
    fn header_comment(&self, node: NodeRef<'t>) -> Option<Range<usize>> {
        if !matches!(node.style(), Style::Literal | Style::Folded) {
            return None;
        }
        let (start, end) = (node.span().start, self.lines().end(node.span().start));
        let header = &self.tree.text()[start..end];
        let comment = header.find('#')?;
        Some(start + header[..comment].trim_end().len()..end)
    }

    /// Up to where the lines of a value go when one on the key's line takes their place, and what comes instead: the
    /// comment behind the last of them cannot stand behind that of the key's line, and gets a line of its own.
    fn comment_below(
        &self,
        key_line: Range<usize>,
        old: NodeRef<'t>,
        habits: &Habits,
        column: usize,
    ) -> (usize, String) {
        let (text, end) = (self.tree.text(), old.span().end);
        let behind = &text[end..self.lines().end(end)];
        let comment = behind.trim_start();
        if comment.starts_with('#') && text[key_line].contains('#') {
            (end + behind.len() - comment.len(), format!("{}{:column$}", habits.eol, ""))
        } else {
            (end, String::new())
        }
    }

    fn behind_colon(&self, key_end: usize) -> usize {
        self.tree.text()[key_end..].find(':').map_or(key_end, |length| key_end + length + 1)
    }

    /// Behind the anchor and tag of a value, as far as they stand in these bytes, the rest of its key's line.
    fn behind_properties(&self, value: &NodeRef<'t>, within: Range<usize>) -> usize {
        let start = value.span_with_properties().start;
        if start == value.span().start || !within.contains(&start) {
            return within.start;
        }
        let (text, mut end, mut at) = (self.tree.text(), start, start);
        while let Some(word) = text.get(at..within.end).filter(|rest| rest.starts_with(['&', '!'])) {
            end = at + word.find([' ', '\t']).unwrap_or(word.len());
            at = within.end - text[end..within.end].trim_start().len();
        }
        end
    }

    /// How the file is indented around the innermost of these nodes.
    pub(crate) fn habits(&self, hops: &[Hop<'t>]) -> Habits {
        let (mut step, mut dash) = (None, None);
        for hop in hops.iter().rev() {
            let mut budget = 200;
            self.learn(hop.node, &mut step, &mut dash, &mut budget);
        }
        let step = step.unwrap_or(2);
        Habits { eol: self.eol, step, dash: dash.unwrap_or(step), dialect: self.dialect }
    }

    fn learn(
        &self,
        node: NodeRef<'t>,
        step: &mut Option<usize>,
        dash: &mut Option<usize>,
        budget: &mut usize,
    ) {
        if node.is_alias() || !is_block(node) || (step.is_some() && dash.is_some()) {
            return;
        }
        let lines = self.lines();
        let column = lines.column(node.span().start);
        let children = node.own_entries().map(|(_, value)| value).chain(node.items());
        for value in children {
            let Some(left) = budget.checked_sub(1) else { return };
            *budget = left;
            if value.is_alias() || !is_block(value) {
                continue;
            }
            let start = value.span().start;
            if node.kind() == Kind::Mapping && lines.is_first(start) {
                let habit = if value.kind() == Kind::Mapping { &mut *step } else { &mut *dash };
                habit.get_or_insert(lines.column(start).saturating_sub(column));
            }
            self.learn(value, step, dash, budget);
        }
    }
}

/// The style that a replacement should keep.
pub(crate) fn wanted(old: NodeRef<'_>) -> Option<Style> {
    matches!(old.style(), Style::SingleQuoted | Style::DoubleQuoted | Style::Plain).then_some(old.style())
}
