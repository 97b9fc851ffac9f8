//! Reading scalars in their five styles.

use traefik_manager_core::tree::Style;

use crate::scan::{Reader, Result, Scalar, is_blank, is_blankz, is_break, is_flow_indicator};

impl Reader<'_> {
    /// Reads the scalar that starts here; `|` and `>` only where `block` allows them.
    pub(crate) fn scalar(&mut self, block: bool) -> Result<Scalar> {
        let here = self.at;
        match self.peek() {
            b'"' | b'\'' => self.quoted(),
            b'|' | b'>' if block && self.flow == 0 => self.block_scalar(),
            b'@' | b'`' => {
                let sign = char::from(self.peek());
                self.error(here, format!("a value cannot start with `{sign}`; put it in quotes"))
            }
            b'%' => self.error(here, "a value cannot start with `%`; put it in quotes"),
            b'*' => self.error(here, "an alias cannot be a key"),
            b'[' | b'{' => self.error(here, "a list or mapping cannot be a key"),
            b'|' | b'>' => self.error(here, "a block text cannot stand here; put it in quotes"),
            b'?' if self.flow > 0 || is_blankz(self.byte(here + 1)) => {
                self.error(here, "explicit keys (`?`) are not supported; write `key: value`")
            }
            b':' if self.flow > 0 || is_blankz(self.byte(here + 1)) => {
                self.error(here, "a key is missing before `:`")
            }
            b'-' if is_blankz(self.byte(here + 1)) => {
                self.error(here, "a list cannot start here; put it on a line of its own")
            }
            b'-' if self.flow > 0 && is_flow_indicator(self.byte(here + 1)) => {
                self.error(here, "a lone `-` stands here; put it in quotes")
            }
            b',' | b']' | b'}' | b'#' | b'\n' | b'\r' | 0 => {
                self.error(here, "a value is missing, or one that starts with a sign needs quotes")
            }
            _ => self.plain(),
        }
    }

    fn plain(&mut self) -> Result<Scalar> {
        let start = self.at;
        let mut end = self.plain_line()?;
        let mut decoded: Option<String> = None;
        let mut multiline = false;
        while let Some((next, line, breaks)) = self.continuation()? {
            let before = (self.at, self.line);
            (self.at, self.line) = (next, line);
            let stop = self.plain_line()?;
            if stop == next {
                // An indicator stands first on the line, so that the scalar ended before it.
                (self.at, self.line) = before;
                break;
            }
            multiline = true;
            let text = decoded.get_or_insert_with(|| self.text[start..end].to_owned());
            if breaks == 1 {
                text.push(' ');
            } else {
                text.extend((1..breaks).map(|_| '\n'));
            }
            text.push_str(&self.text[next..stop]);
            end = stop;
        }
        self.at = end;
        let span = start..end;
        let templated = self.is_templated(&span);
        Ok(Scalar { span, style: Style::Plain, decoded: decoded.map(Into::into), templated, multiline })
    }

    /// Passes the plain text of a line; gives its end, without trailing blanks.
    fn plain_line(&mut self) -> Result<usize> {
        let mut end = self.at;
        loop {
            match self.peek() {
                b':' => {
                    let next = self.byte(self.at + 1);
                    if is_blankz(next) {
                        break;
                    }
                    if self.flow > 0 && (is_flow_indicator(next) || next == b'?') {
                        return self
                            .error(self.at, "this `:` needs a space behind it, or the text needs quotes");
                    }
                    self.at += 1;
                }
                b' ' | b'\t' => {
                    self.skip_blanks();
                    if self.peek() == b'#' {
                        break;
                    }
                    continue;
                }
                b'\n' | b'\r' | 0 => break,
                b',' | b'[' | b']' | b'{' | b'}' if self.flow > 0 => break,
                _ => self.at += 1,
            }
            end = self.at;
        }
        Ok(end)
    }

    /// Where a plain scalar goes on behind the line's end: offset, start of that line, line breaks passed.
    fn continuation(&self) -> Result<Option<(usize, usize, usize)>> {
        let (mut at, mut line, mut breaks) = (self.at, self.line, 0);
        if !is_break(self.byte(at)) {
            return Ok(None);
        }
        loop {
            match self.byte(at) {
                b'\t' if ((at - line).cast_signed()) < self.indent + 1 => {
                    return self.error(at, "a tab cannot indent; use spaces");
                }
                b' ' | b'\t' | b'\r' => at += 1,
                b'\n' => {
                    at += 1;
                    line = at;
                    breaks += 1;
                }
                _ => break,
            }
        }
        let indented = self.flow > 0 || (at - line).cast_signed() > self.indent;
        let ends = !indented || matches!(self.byte(at), b'#' | 0) || (at == line && self.marker_at(at));
        Ok((!ends).then_some((at, line, breaks)))
    }

    fn quoted(&mut self) -> Result<Scalar> {
        let start = self.at;
        let quote = self.peek();
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        self.at += 1;
        // The common case: no escape and no line end before the closing quote.
        let simple = self.bytes[self.at..].iter().position(|byte| {
            *byte == quote || *byte == b'\n' || *byte == b'\r' || (*byte == b'\\' && quote == b'"')
        });
        if let Some(length) = simple
            && self.byte(self.at + length) == quote
            && !(quote == b'\'' && self.byte(self.at + length + 1) == quote)
        {
            self.at += length + 1;
            let span = start..self.at;
            let templated = self.is_templated(&span);
            return Ok(Scalar { span, style, decoded: None, templated, multiline: false });
        }
        let (decoded, multiline) = self.quoted_slowly(start, quote)?;
        let span = start..self.at;
        let templated = self.is_templated(&span);
        // What a template expands to is not known, so its scalar is kept as it is written; only line folding,
        // which depends on the place, is undone.
        let decoded = (!templated || multiline).then(|| decoded.into());
        Ok(Scalar { span, style, decoded, templated, multiline })
    }

    fn quoted_slowly(&mut self, start: usize, quote: u8) -> Result<(String, bool)> {
        let mut text = String::new();
        let mut multiline = false;
        // The end of the text that line folding must not trim: escaped blanks count as text.
        let mut kept = 0;
        let mut from = self.at;
        loop {
            let next = self.peek();
            match next {
                0 => return self.error(start, "this quote is never closed"),
                b'\'' if quote == b'\'' && self.byte(self.at + 1) == b'\'' => {
                    text.push_str(&self.text[from..=self.at]);
                    self.at += 2;
                    from = self.at;
                }
                _ if next == quote => {
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return Ok((text, multiline));
                }
                b'\\' if quote == b'"' => {
                    text.push_str(&self.text[from..self.at]);
                    if is_break(self.byte(self.at + 1)) {
                        self.at += 1;
                        let breaks = self.fold()?;
                        text.extend((1..breaks).map(|_| '\n'));
                        multiline = true;
                    } else {
                        text.push(self.escape()?);
                    }
                    kept = text.len();
                    from = self.at;
                }
                b'\n' | b'\r' => {
                    text.push_str(&self.text[from..self.at]);
                    let trimmed = text[kept..].trim_end_matches([' ', '\t']).len();
                    text.truncate(kept + trimmed);
                    let breaks = self.fold()?;
                    if breaks == 1 {
                        text.push(' ');
                    } else {
                        text.extend((1..breaks).map(|_| '\n'));
                    }
                    kept = text.len();
                    from = self.at;
                    multiline = true;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Passes line ends and the blanks around them inside quotes; gives the number of line ends.
    fn fold(&mut self) -> Result<usize> {
        let mut breaks = 0;
        loop {
            match self.peek() {
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                    breaks += 1;
                    if self.at_marker() {
                        return self.error(self.at, "a document marker stands inside quotes");
                    }
                }
                b'\r' | b' ' | b'\t' => self.at += 1,
                _ => return Ok(breaks),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let at = self.at;
        let digits = match self.byte(at + 1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let plain = match other {
                    b'0' => '\0',
                    b'a' => '\u{7}',
                    b'b' => '\u{8}',
                    b't' | b'\t' => '\t',
                    b'n' => '\n',
                    b'v' => '\u{b}',
                    b'f' => '\u{c}',
                    b'r' => '\r',
                    b'e' => '\u{1b}',
                    b' ' => ' ',
                    b'"' => '"',
                    b'/' => '/',
                    b'\\' => '\\',
                    b'N' => '\u{85}',
                    b'_' => '\u{a0}',
                    b'L' => '\u{2028}',
                    b'P' => '\u{2029}',
                    _ => {
                        return self.error(
                            at,
                            "this escape does not exist; write `\\\\` for a backslash, or use '…' quotes",
                        );
                    }
                };
                self.at += 2;
                return Ok(plain);
            }
        };
        let code = self.bytes.get(at + 2..at + 2 + digits).and_then(|hex| {
            hex.iter().try_fold(0u32, |code, digit| {
                char::from(*digit).to_digit(16).and_then(|digit| Some(code.checked_mul(16)? + digit))
            })
        });
        match code.and_then(char::from_u32) {
            Some(character) => {
                self.at += 2 + digits;
                Ok(character)
            }
            None => self.error(at, format!("this escape needs {digits} hexadecimal digits of a character")),
        }
    }

    fn block_scalar(&mut self) -> Result<Scalar> {
        let start = self.at;
        let literal = self.peek() == b'|';
        let style = if literal { Style::Literal } else { Style::Folded };
        self.at += 1;
        let (mut keep, mut strip, mut explicit) = (false, false, None);
        for _ in 0..2 {
            match self.peek() {
                b'+' if !keep && !strip => keep = true,
                b'-' if !keep && !strip => strip = true,
                digit @ b'1'..=b'9' if explicit.is_none() => explicit = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        let mut end = self.at;
        if !is_blankz(self.peek()) {
            return self
                .error(self.at, "behind `|` or `>` only `+`, `-`, a digit from 1 and a comment may stand");
        }
        self.skip_blanks();
        if self.peek() == b'#' {
            while !matches!(self.peek(), b'\n' | 0) {
                self.at += 1;
            }
        }
        if !is_blankz(self.peek()) {
            return self.error(self.at, "the text starts on the line below `|` or `>`");
        }
        let mut broken = self.pass_break();
        let least = usize::try_from(self.indent + 1).unwrap_or(0).max(1);
        let base = usize::try_from(self.indent).unwrap_or(0);
        let indent = match explicit {
            Some(digit) => base + digit,
            None => self.detect_indent()?.max(least),
        };
        let mut text = String::new();
        let (mut trailing, mut leading_break, mut leading_blank) = (0, false, false);
        while broken {
            // Spaces up to the indentation, then text, an empty line, or something that is indented less.
            let mut column = 0;
            while column < indent && self.byte(self.at + column) == b' ' {
                column += 1;
            }
            let next = self.byte(self.at + column);
            if is_break(next) {
                self.at += column;
                if keep {
                    end = self.at;
                }
                self.pass_break();
                trailing += 1;
                continue;
            }
            if column < indent && next == b'\t' {
                return self.error(self.at + column, "a tab cannot indent; use spaces");
            }
            if column < indent || next == 0 {
                break;
            }
            self.at += column;
            let blank = is_blank(next);
            if !literal && leading_break && !leading_blank && !blank {
                if trailing == 0 {
                    text.push(' ');
                }
            } else if leading_break {
                text.push('\n');
            }
            text.extend((0..trailing).map(|_| '\n'));
            trailing = 0;
            leading_blank = blank;
            let from = self.at;
            while !matches!(self.peek(), b'\n' | b'\r' | 0) {
                self.at += 1;
            }
            end = self.at;
            text.push_str(&self.text[from..self.at]);
            broken = self.pass_break();
            leading_break = broken;
        }
        if leading_break && !strip {
            text.push('\n');
        }
        if keep {
            text.extend((0..trailing).map(|_| '\n'));
        }
        let span = start..end;
        let templated = self.is_templated(&span);
        Ok(Scalar { span, style, decoded: Some(text.into()), templated, multiline: true })
    }

    fn pass_break(&mut self) -> bool {
        if self.peek() == b'\r' {
            self.at += 1;
        }
        let broken = self.peek() == b'\n';
        if broken {
            self.at += 1;
            self.line = self.at;
        }
        broken
    }

    /// The indentation of a block scalar's first line with text, or of a longer blank line before it.
    fn detect_indent(&self) -> Result<usize> {
        let (mut at, mut line, mut most) = (self.at, self.line, 0);
        loop {
            match self.byte(at) {
                b' ' => at += 1,
                b'\t' => return self.error(at, "a tab cannot indent; use spaces"),
                next => {
                    most = most.max(at - line);
                    if !is_break(next) {
                        return Ok(most);
                    }
                    at += if next == b'\r' { 2 } else { 1 };
                    line = at;
                }
            }
        }
    }
}
