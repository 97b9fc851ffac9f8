//! Flow collections: structure by brackets and braces.

use traefik_manager_core::tree::{Kind, NodeId, Style};

use crate::scan::{Props, Reader, Result};

impl<'a> Reader<'a> {
    pub(crate) fn flow_collection(&mut self, props: Option<Props<'a>>) -> Result<NodeId> {
        let start = self.at;
        let mapping = self.peek() == b'{';
        let kind = if mapping { Kind::Mapping } else { Kind::Sequence };
        let id = self.open(start, kind, Style::Flow, props)?;
        self.flow += 1;
        self.at += 1;
        if mapping {
            self.flow_entries(start)?;
        } else {
            self.flow_items(start)?;
        }
        self.at += 1;
        self.flow -= 1;
        self.close(self.at)?;
        Ok(id)
    }

    /// Passes blanks inside brackets; a document cannot end there.
    fn flow_skip(&mut self, open: usize) -> Result<()> {
        self.skip(true)?;
        if self.at_end() {
            let bracket = char::from(self.byte(open));
            return self.error(open, format!("this `{bracket}` is never closed"));
        }
        Ok(())
    }

    fn flow_items(&mut self, open: usize) -> Result<()> {
        loop {
            self.flow_skip(open)?;
            if self.peek() == b']' {
                return Ok(());
            }
            self.flow_node(open)?;
            self.flow_skip(open)?;
            match self.peek() {
                b',' => self.at += 1,
                b']' => {}
                b':' => {
                    return self
                        .error(self.at, "a key with its value needs braces inside a list: `[{key: value}]`");
                }
                _ => return self.error(self.at, "a `,` or `]` is missing here"),
            }
        }
    }

    fn flow_entries(&mut self, open: usize) -> Result<()> {
        let base = self.keys.len();
        let mut many = None;
        loop {
            self.flow_skip(open)?;
            if self.peek() == b'}' {
                self.keys.truncate(base);
                return Ok(());
            }
            let (start, line) = (self.at, self.line);
            let props = self.props()?;
            self.flow_skip(open)?;
            let key = self.scalar(false)?;
            let end = self.at;
            self.skip_blanks();
            let colon = self.peek() == b':';
            if colon || key.templated {
                self.check_key(&key, start, line)?;
            }
            self.note_key(&key, base, &mut many)?;
            let merge = key.style == Style::Plain && &self.text[key.span.clone()] == "<<";
            self.give_scalar(key, props)?;
            let value = if colon {
                self.at += 1;
                let behind = self.at;
                self.flow_skip(open)?;
                if matches!(self.peek(), b',' | b'}') {
                    self.give_null(behind, None)?
                } else {
                    self.flow_node(open)?
                }
            } else {
                self.give_null(end, None)?
            };
            if merge {
                self.merges.push(value);
            }
            self.flow_skip(open)?;
            match self.peek() {
                b',' => self.at += 1,
                b'}' => {}
                _ => return self.error(self.at, "a `,` or `}` is missing here"),
            }
        }
    }

    fn flow_node(&mut self, open: usize) -> Result<NodeId> {
        let props = self.props()?;
        if props.is_some() {
            self.flow_skip(open)?;
        }
        match self.peek() {
            b'[' | b'{' => self.flow_collection(props),
            b'*' => match props {
                Some(props) => self.error(props.span.start, "an alias cannot have an anchor or tag"),
                None => self.alias(),
            },
            b',' | b']' | b'}' if props.is_some() => self.give_null(self.at, props),
            _ => {
                let scalar = self.scalar(false)?;
                self.give_scalar(scalar, props)
            }
        }
    }
}
