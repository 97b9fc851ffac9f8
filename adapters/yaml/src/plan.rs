//! From one edit to the bytes that it changes.

use std::ops::Range;

use traefik_manager_core::{
    config::edit::{Edit, EditError, NewNode, Path, Segment},
    tree::{Kind, NodeRef, Style, Tree},
};

use crate::{
    emit::{Addition, Habits, New},
    entry::EntryText,
    flow,
    index::Index,
    parse::Dialect,
    place::{Extent, Lines, dash, is_block},
    quote::Spot,
    resolve::{Hop, Resolved, check_shared, ids, resolve, target},
    revalue::wanted,
};

/// Bytes to be replaced.
pub(crate) type Splice = (Range<usize>, String);

/// What an edit does to a text.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) splices: Vec<Splice>,
    /// How many steps of the edit's path lead to what it makes or takes: no other edit that is planned on the
    /// same tree may go there.
    pub(crate) claims: Option<usize>,
    /// Whether these steps lead to a collection that the edit needs for itself.
    pub(crate) alone: bool,
    /// For a node that is taken out, how many siblings it had, itself included.
    pub(crate) leaves: Option<usize>,
    /// Whether it comes into, or goes from, a list, so that places shift.
    pub(crate) shifts: bool,
}

/// Plans one edit on a tree.
pub(crate) struct Planner<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) eol: &'static str,
    pub(crate) dialect: Dialect,
    index: Index<'t>,
}

impl<'t> Planner<'t> {
    pub(crate) fn new(tree: &'t Tree, eol: &'static str, dialect: Dialect) -> Self {
        Self { tree, eol, dialect, index: Index::default() }
    }

    pub(crate) fn plan(&self, edit: &Edit) -> Result<Plan, EditError> {
        let path = edit.path();
        let found = resolve(self.tree, path, &self.index)?;
        if path.segments().is_empty() {
            return Err(target(path, "is the whole file; edit it as text"));
        }
        match edit {
            Edit::Set { node, .. } if found.rest.is_empty() => self.replace(path, &found.hops, node),
            Edit::Set { node, .. } => self.add(path, &found, node, None),
            Edit::Insert { .. } if found.rest.is_empty() => Err(EditError::Exists { path: path.clone() }),
            Edit::Insert { node, before, .. } => self.add(path, &found, node, before.as_deref()),
            Edit::Remove { .. } | Edit::Rename { .. } if !found.rest.is_empty() => Err(missing(path, &found)),
            Edit::Remove { .. } => self.remove(path, &found.hops),
            Edit::Rename { to, .. } => self.rename(path, &found.hops, to),
        }
    }

    pub(crate) fn lines(&self) -> Lines<'t> {
        Lines(self.tree.text())
    }

    fn entry(&self, path: &Path, text: &str) -> Result<EntryText, EditError> {
        match path.last_key() {
            Some(key) => EntryText::new(text, key, self.tree, self.dialect),
            None => Err(target(path, "is a list element, not an entry")),
        }
    }

    /// The lines of an entry or item in a block collection.
    pub(crate) fn extent(&self, hop: &Hop<'_>) -> Extent {
        let start = if hop.key.is_some() { hop.start() } else { dash(self.tree, hop.node) };
        Extent::new(self.tree, start, hop)
    }

    fn replace(&self, path: &Path, hops: &[Hop<'t>], new: &NewNode) -> Result<Plan, EditError> {
        let Some((hop, above)) = hops.split_last() else { return Ok(Plan::default()) };
        let Some(parent) = above.last() else { return Ok(Plan::default()) };
        let habits = self.habits(above);
        let block = is_block(parent.node);
        let splices = match new {
            NewNode::Entry(text) => {
                let entry = self.entry(path, text)?;
                let extent = self.extent(hop);
                let range = if block { extent.core.clone() } else { hop.start()..hop.node.span().end };
                check_shared(self.tree, path, &ids(above), &range)?;
                let mut out = String::new();
                if !block {
                    habits
                        .flow_addition(&mut out, &Addition::Entry(&entry))
                        .map_err(|reason| target(path, reason))?;
                } else if extent.inline && entry.has_head() {
                    return Err(target(path, "stands behind a dash, where no comment can stand above it"));
                } else {
                    out = entry.core_lines(extent.column, habits.eol);
                    if extent.inline {
                        out = out.trim_start().to_owned();
                    }
                }
                if self.tree.text()[range.clone()] == out { Vec::new() } else { vec![(range, out)] }
            }
            NewNode::Value(value) => {
                if value.matches(&hop.node) {
                    return Ok(Plan::default());
                }
                let own = hop.key.map_or(0..0, |key| key.span());
                let changed = hop.node.span_with_properties();
                check_shared(self.tree, path, &ids(hops), &changed)?;
                self.revalue(hop, block, &habits, &New::Value(value), own.end)
                    .map_err(|reason| target(path, reason))?
            }
        };
        Ok(Plan { splices, ..Plan::default() })
    }

    fn add(
        &self,
        path: &Path,
        found: &Resolved<'t, '_>,
        node: &NewNode,
        before: Option<&str>,
    ) -> Result<Plan, EditError> {
        let entry = match node {
            NewNode::Entry(text) => Some(self.entry(path, text)?),
            NewNode::Value(value) => {
                let inherited = match (found.hops.last(), found.rest) {
                    (Some(hop), [Segment::Key(key)]) => hop.node.get(key),
                    _ => None,
                };
                if inherited.is_some_and(|node| value.matches(&node)) {
                    return Ok(Plan::default());
                }
                None
            }
        };
        let fails = |reason: String| target(path, reason);
        let Some((first, rest)) = found.rest.split_first() else { return Ok(Plan::default()) };
        let new = new_node(rest, node, entry.as_ref()).map_err(fails)?;
        check_shared(self.tree, path, &ids(&found.hops), &(0..0))?;
        let habits = self.habits(&found.hops);
        let Some(hop) = found.hops.last() else {
            let addition = addition(first, new, rest, entry.as_ref()).map_err(fails)?;
            let splices = self.first_entry(&habits, &addition).map_err(fails)?;
            return Ok(Plan { splices, claims: Some(0), alone: true, ..Plan::default() });
        };
        let parent = hop.node;
        let splices = if parent.is_vacant() {
            let whole = match first {
                Segment::Key(_) => {
                    New::Map(Box::new(addition(first, new, rest, entry.as_ref()).map_err(fails)?))
                }
                Segment::Index(0) => New::List(Box::new(new)),
                Segment::Index(_) => return Err(target(path, "does not exist: there is no list yet")),
            };
            let above = found.hops.len().checked_sub(2).and_then(|index| found.hops.get(index));
            let block = above.is_none_or(|above| is_block(above.node));
            let key_end = hop.key.map_or(0, |key| key.span().end);
            self.revalue(hop, block, &habits, &whole, key_end)
        } else if let Segment::Index(_) = first {
            self.append_item(&habits, parent, &new)
        } else {
            let sibling = before.filter(|_| rest.is_empty()).and_then(|before| {
                parent.own_entries().find(|(key, _)| !key.is_merge() && key.text() == before)
            });
            let addition = addition(first, new, rest, entry.as_ref()).map_err(fails)?;
            match sibling {
                Some((key, _)) => self.insert_before(&habits, parent, key, &addition),
                None => self.append_entry(&habits, parent, &addition),
            }
        };
        let depth = found.hops.len() - 1;
        let alone = parent.is_vacant() || !is_block(parent);
        Ok(Plan {
            splices: splices.map_err(fails)?,
            claims: Some(if alone { depth } else { depth + 1 }),
            alone,
            leaves: None,
            shifts: parent.kind() == Kind::Sequence,
        })
    }

    /// An entry in a file that holds nothing but comments.
    fn first_entry(&self, habits: &Habits, addition: &Addition<'_>) -> Result<Vec<Splice>, String> {
        let text = self.tree.text();
        let mut out = String::new();
        habits.addition(&mut out, addition, 0)?;
        let lines = self.lines();
        let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
        while at < text.len() {
            let line = &text[at..lines.next(at)];
            if line.starts_with("---") {
                let end = lines.end(at);
                return Ok(vec![(end..end, format!("{}{out}", habits.eol))]);
            }
            at = lines.next(at);
        }
        if !text.is_empty() && !text.ends_with(['\n', '\u{feff}']) {
            out.insert_str(0, habits.eol);
        }
        out.push_str(habits.eol);
        Ok(vec![(text.len()..text.len(), out)])
    }

    fn append_entry(
        &self,
        habits: &Habits,
        parent: NodeRef<'t>,
        addition: &Addition<'_>,
    ) -> Result<Vec<Splice>, String> {
        let mut out = String::new();
        if !is_block(parent) {
            habits.flow_addition(&mut out, addition)?;
            return Ok(flow::append(self.tree, parent, &out, habits.eol));
        }
        let lines = self.lines();
        let column = lines.column(parent.span().start);
        out.push_str(habits.eol);
        Self::entry_lines(habits, &mut out, addition, column)?;
        let end = lines.end(parent.span().end);
        Ok(vec![(end..end, out)])
    }

    /// An entry from the start of a line.
    fn entry_lines(
        habits: &Habits,
        out: &mut String,
        addition: &Addition<'_>,
        column: usize,
    ) -> Result<(), String> {
        if let Addition::Keyed(..) = addition {
            out.extend((0..column).map(|_| ' '));
        }
        habits.addition(out, addition, column)
    }

    fn insert_before(
        &self,
        habits: &Habits,
        parent: NodeRef<'t>,
        sibling: NodeRef<'t>,
        addition: &Addition<'_>,
    ) -> Result<Vec<Splice>, String> {
        let mut out = String::new();
        let start = sibling.span_with_properties().start;
        if !is_block(parent) {
            habits.flow_addition(&mut out, addition)?;
            return Ok(flow::insert_before(self.tree, parent, start, &out, habits.eol));
        }
        let lines = self.lines();
        let column = lines.column(start);
        if lines.is_first(start) {
            let at = lines.head(lines.start(start), column);
            Self::entry_lines(habits, &mut out, addition, column)?;
            out.push_str(habits.eol);
            return Ok(vec![(at..at, out)]);
        }
        // The first key behind a dash.
        Self::entry_lines(habits, &mut out, addition, column)?;
        let mut out = out.trim_start().to_owned();
        if out.starts_with('#') {
            return Err("stands behind a dash, where no comment can stand above it".to_owned());
        }
        out.push_str(habits.eol);
        out.extend((0..column).map(|_| ' '));
        Ok(vec![(start..start, out)])
    }

    fn append_item(
        &self,
        habits: &Habits,
        parent: NodeRef<'t>,
        new: &New<'_>,
    ) -> Result<Vec<Splice>, String> {
        let mut out = String::new();
        if !is_block(parent) {
            habits.inline(&mut out, new, Spot::Flow, None)?;
            return Ok(flow::append(self.tree, parent, &out, habits.eol));
        }
        let lines = self.lines();
        let column = lines.column(parent.span().start);
        out.push_str(habits.eol);
        out.extend((0..column).map(|_| ' '));
        let last = parent.items().last().filter(|item| item.style() != Style::Block);
        let wanted = last.and_then(wanted);
        if let (New::Value(value), Some(_)) = (new, wanted)
            && value.as_str().is_some()
        {
            out.push_str("- ");
            habits.inline(&mut out, new, Spot::Block, wanted)?;
        } else {
            habits.item(&mut out, new, column)?;
        }
        let end = lines.end(parent.span().end);
        Ok(vec![(end..end, out)])
    }

    fn remove(&self, path: &Path, hops: &[Hop<'t>]) -> Result<Plan, EditError> {
        // Climb to the highest ancestor that would be left without children.
        let mut top = hops.len() - 1;
        while top > 1 && hops[top].siblings == 1 {
            top -= 1;
        }
        let (hop, parent) = (hops[top], hops[top - 1].node);
        let range = if !is_block(parent) {
            hop.start()..hop.node.span().end
        } else if top == 1 && hop.siblings == 1 {
            // The last key of the file: its comments stay.
            let lines = self.lines();
            lines.start(parent.span_with_properties().start)..lines.next(parent.span().end)
        } else {
            let extent = self.extent(&hop);
            if extent.inline && !hop.is_last() {
                hop.start()..Self::next_start(parent, &hop)
            } else {
                extent.removal(self.tree)
            }
        };
        check_shared(self.tree, path, &ids(&hops[..top]), &range)?;
        let splices = if is_block(parent) {
            vec![(range, String::new())]
        } else if hop.siblings == 1 {
            vec![(parent.span_with_properties(), String::new())]
        } else {
            flow::remove(self.tree, parent, hop.index)
        };
        Ok(Plan {
            splices,
            claims: Some(if is_block(parent) { top } else { top - 1 }),
            alone: !is_block(parent),
            leaves: Some(hop.siblings),
            shifts: parent.kind() == Kind::Sequence,
        })
    }

    /// Where the next sibling's text starts, dash not included.
    fn next_start(parent: NodeRef<'t>, hop: &Hop<'t>) -> usize {
        match parent.kind() {
            Kind::Mapping => parent.own_entries().nth(hop.index + 1).map(|(key, _)| key),
            _ => parent.items().nth(hop.index + 1),
        }
        .map_or(hop.node.span().end, |next| next.span_with_properties().start)
    }

    fn rename(&self, path: &Path, hops: &[Hop<'t>], to: &str) -> Result<Plan, EditError> {
        let (Some(hop), Some(parent)) = (hops.last(), hops.len().checked_sub(2).and_then(|at| hops.get(at)))
        else {
            return Ok(Plan::default());
        };
        let Some(key) = hop.key else { return Err(target(path, "is a list element and has no key")) };
        if key.text() == to {
            return Ok(Plan::default());
        }
        if self.index.has_key(parent.node, to) {
            let new = path.split_last().map_or_else(Path::root, |(_, init)| init.key(to));
            return Err(EditError::Exists { path: new });
        }
        check_shared(self.tree, path, &ids(&hops[..hops.len() - 1]), &key.span_with_properties())?;
        let habits = self.habits(hops);
        let spot = if is_block(parent.node) { Spot::Block } else { Spot::Flow };
        let text = habits.key(to, spot, wanted(key)).map_err(|reason| target(path, reason))?;
        Ok(Plan { splices: vec![(key.span(), text)], ..Plan::default() })
    }
}

/// The nodes to be made for the steps that do not exist, the new node inside.
fn new_node<'a>(
    rest: &'a [Segment],
    node: &'a NewNode,
    entry: Option<&'a EntryText>,
) -> Result<New<'a>, String> {
    let Some((first, behind)) = rest.split_first() else {
        return Ok(match node {
            NewNode::Value(value) => New::Value(value),
            NewNode::Entry(_) => New::Value(&traefik_manager_core::config::value::Value::Null),
        });
    };
    let inner = new_node(behind, node, entry)?;
    match first {
        Segment::Key(_) => Ok(New::Map(Box::new(addition(first, inner, behind, entry)?))),
        Segment::Index(0) => Ok(New::List(Box::new(inner))),
        Segment::Index(index) => Err(format!("does not exist: a new list has no element {index}")),
    }
}

fn addition<'a>(
    key: &'a Segment,
    new: New<'a>,
    rest: &[Segment],
    entry: Option<&'a EntryText>,
) -> Result<Addition<'a>, String> {
    match (key, entry) {
        (_, Some(entry)) if rest.is_empty() => Ok(Addition::Entry(entry)),
        (Segment::Key(key), _) => Ok(Addition::Keyed(key, new)),
        (Segment::Index(_), _) => {
            Err("does not exist: there is a mapping, or nothing, in place of the list".to_owned())
        }
    }
}

fn missing(path: &Path, found: &Resolved<'_, '_>) -> EditError {
    let inherited = match (found.hops.last(), found.rest) {
        (Some(hop), [Segment::Key(key)]) => hop.node.get(key),
        _ => None,
    };
    match inherited {
        Some(node) => EditError::Shared {
            path: path.clone(),
            reason: format!("is inherited through `<<`; change it in line {}", node.position().line),
        },
        None => target(path, "does not exist"),
    }
}
