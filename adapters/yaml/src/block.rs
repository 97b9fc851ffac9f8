//! Block collections: structure by indentation.

use traefik_manager_core::tree::{Kind, NodeId, Style};

use crate::scan::{Props, Reader, Result, Scalar};

/// Where a block node starts.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The column that it must stand to the right of.
    pub(crate) parent: isize,
    /// It may be a block collection, because only indentation and dashes stand before it on its line.
    pub(crate) fresh: bool,
    /// Only indentation stands before it.
    pub(crate) own_line: bool,
    /// It is the value of a block mapping, where a list may stand at the parent's own column.
    pub(crate) value: bool,
}

impl<'a> Reader<'a> {
    /// Reads the node that starts here.
    pub(crate) fn block_node(&mut self, place: Place) -> Result<NodeId> {
        let Place { parent, mut fresh, mut own_line, value } = place;
        let mut outer: Option<Props<'a>> = None;
        loop {
            let column = self.column();
            let start = self.at;
            if fresh && self.at_dash() {
                return self.block_sequence(column, outer);
            }
            let props = self.props()?;
            if props.is_some() && matches!(self.peek(), b'\n' | b'\r' | b'#' | 0) {
                let Some(found) = props else { continue };
                if outer.is_some() {
                    return self.error(found.span.start, "a node cannot have two anchors or tags");
                }
                self.skip(true)?;
                let list = value && self.column() == parent && self.at_dash();
                if self.at_end() || (self.column() <= parent && !list) {
                    return self.give_null(found.span.end, Some(found));
                }
                outer = Some(found);
                (fresh, own_line) = (true, true);
                continue;
            }
            return self.block_content((start, column), fresh, own_line, outer, props);
        }
    }

    fn block_content(
        &mut self,
        (start, column): (usize, isize),
        fresh: bool,
        own_line: bool,
        outer: Option<Props<'a>>,
        props: Option<Props<'a>>,
    ) -> Result<NodeId> {
        if outer.is_some()
            && let Some(props) = &props
            && matches!(self.peek(), b'[' | b'{' | b'|' | b'>' | b'*')
        {
            return self.error(props.span.start, "a node cannot have two anchors or tags");
        }
        let id = match self.peek() {
            b'[' | b'{' => {
                let id = self.flow_collection(outer.or(props))?;
                self.end_of_line("the list or mapping")?;
                id
            }
            b'*' => {
                if let Some(props) = outer.or(props) {
                    return self.error(props.span.start, "an alias cannot have an anchor or tag");
                }
                let id = self.alias()?;
                self.end_of_line("the alias")?;
                id
            }
            _ => {
                let line = self.line;
                let scalar = self.scalar(true)?;
                let is_key = !matches!(scalar.style, Style::Literal | Style::Folded) && self.finds_colon();
                if own_line
                    && scalar.templated
                    && (!is_key || scalar.multiline)
                    && self.is_action(scalar.span.start)
                {
                    return self.shaped(scalar.span.start, "stands on a line of its own");
                }
                if is_key {
                    if scalar.multiline && scalar.style == Style::Plain {
                        let indent = self.text[self.line..].bytes().take_while(|byte| *byte == b' ').count();
                        let remedy = "this line is indented as if it went on with the text above it, but holds a key; \
                                      check the indentation";
                        return self.error(self.line + indent, remedy);
                    }
                    if !fresh {
                        let remedy = "a second `: ` stands on this line; put the value in quotes";
                        return self.error(scalar.span.start, remedy);
                    }
                    self.check_key(&scalar, start, line)?;
                    return self.block_mapping((start, column), outer, props, scalar);
                }
                if let (Some(_), Some(props)) = (&outer, &props) {
                    return self.error(props.span.start, "a node cannot have two anchors or tags");
                }
                let block = matches!(scalar.style, Style::Literal | Style::Folded);
                let id = self.give_scalar(scalar, outer.or(props))?;
                if !block {
                    self.end_of_line("the value")?;
                }
                id
            }
        };
        Ok(id)
    }

    fn block_mapping(
        &mut self,
        (start, column): (usize, isize),
        outer: Option<Props<'a>>,
        mut props: Option<Props<'a>>,
        mut key: Scalar,
    ) -> Result<NodeId> {
        let id = self.open(start, Kind::Mapping, Style::Block, outer)?;
        let around = std::mem::replace(&mut self.indent, column);
        let base = self.keys.len();
        let mut many = None;
        loop {
            self.note_key(&key, base, &mut many)?;
            let merge = key.style == Style::Plain && &self.text[key.span.clone()] == "<<";
            self.give_scalar(key, props)?;
            self.at += 1;
            let value = self.block_value(column)?;
            if merge {
                self.merges.push(value);
            }
            self.skip(true)?;
            if self.at_end() || self.column() < column {
                break;
            }
            if self.column() > column {
                return self.error(self.at, "this line is indented like no key above it");
            }
            if self.at_dash() {
                return self.error(self.at, "a list item stands where a key should; indent it, or move it");
            }
            let (start, line) = (self.at, self.line);
            props = self.props()?;
            key = self.scalar(false)?;
            if !self.finds_colon() {
                if key.templated && self.is_action(key.span.start) {
                    return self.shaped(key.span.start, "stands on a line of its own");
                }
                return self.error(start, "a key needs a `:` and a space behind it");
            }
            self.check_key(&key, start, line)?;
        }
        self.keys.truncate(base);
        self.indent = around;
        self.close(self.last_end)?;
        Ok(id)
    }

    /// Reads the value behind a key's colon.
    fn block_value(&mut self, column: isize) -> Result<NodeId> {
        let colon = self.at;
        if !self.skip(true)? {
            if self.at_end() {
                return self.give_null(colon, None);
            }
            if self.at_dash() {
                return self
                    .error(self.at, "a list cannot start on the line of its key; put it on the next one");
            }
            return self.block_node(Place { parent: column, fresh: false, own_line: false, value: true });
        }
        if self.at_end() {
            self.give_null(colon, None)
        } else if self.column() > column {
            self.block_node(Place { parent: column, fresh: true, own_line: true, value: true })
        } else if self.column() == column && self.at_dash() {
            self.block_sequence(column, None)
        } else {
            self.give_null(colon, None)
        }
    }

    fn block_sequence(&mut self, column: isize, props: Option<Props<'a>>) -> Result<NodeId> {
        let id = self.open(self.at, Kind::Sequence, Style::Block, props)?;
        let around = std::mem::replace(&mut self.indent, column);
        while !self.at_end() && self.column() == column && self.at_dash() {
            self.at += 1;
            let dash = self.at;
            let crossed = self.skip(false)?;
            if self.at_end() || self.column() <= column {
                self.give_null(dash, None)?;
            } else {
                self.block_node(Place { parent: column, fresh: true, own_line: crossed, value: false })?;
            }
            self.skip(true)?;
        }
        if !self.at_end() && self.column() > column {
            return self.error(self.at, "this line is indented like no list item above it");
        }
        self.indent = around;
        self.close(self.last_end)?;
        Ok(id)
    }
}
