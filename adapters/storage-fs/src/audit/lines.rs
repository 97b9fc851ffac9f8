//! The lines of a file, forwards and backwards, never more of them in memory than asked for.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    os::unix::fs::FileExt as _,
};

/// The longest line that is written or read, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

const BLOCK: u64 = 64 << 10;

/// A line without its line break.
#[derive(Debug)]
pub(super) struct Line {
    /// Where it begins.
    pub(super) offset: u64,
    /// `None` for one that is longer than any line of a trail.
    pub(super) bytes: Option<Vec<u8>>,
    /// Whether it has a line break.
    pub(super) is_complete: bool,
}

/// The lines from the beginning on.
#[derive(Debug)]
pub(super) struct Forwards {
    file: BufReader<File>,
    offset: u64,
}

impl Forwards {
    pub(super) fn new(file: File) -> Self {
        Self { file: BufReader::new(file), offset: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let offset = self.offset;
        let mut bytes = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        let mut length = (&mut self.file).take(limit).read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            return Ok(None);
        }
        let is_too_long = length == limit && bytes.last() != Some(&b'\n');
        let mut is_complete = bytes.last() == Some(&b'\n');
        while is_too_long && !is_complete {
            let mut rest = Vec::new();
            let more = (&mut self.file).take(BLOCK).read_until(b'\n', &mut rest)?;
            length += more as u64;
            is_complete = rest.last() == Some(&b'\n');
            if more == 0 {
                break;
            }
        }
        self.offset += length;
        if is_complete && !is_too_long {
            bytes.pop();
        }
        Ok(Some(Line { offset, bytes: (!is_too_long).then_some(bytes), is_complete }))
    }
}

/// The lines from a place towards the beginning.
#[derive(Debug)]
pub(super) struct Backwards {
    file: File,
    /// Where `buffer` begins in the file.
    start: u64,
    /// What was read and not yet given out. It ends where the next line does, line break and all.
    buffer: Vec<u8>,
}

impl Backwards {
    /// `end` is where a line begins, or the end of the file.
    pub(super) fn new(file: File, end: u64) -> Self {
        Self { file, start: end, buffer: Vec::new() }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if self.buffer.is_empty() {
            self.load()?;
        }
        let is_complete = match self.buffer.last() {
            None => return Ok(None),
            Some(last) => *last == b'\n',
        };
        if is_complete {
            self.buffer.pop();
        }
        let mut is_too_long = false;
        loop {
            let found = self.buffer.iter().rposition(|byte| *byte == b'\n');
            if found.is_none() && self.start > 0 {
                if self.buffer.len() > MAX_LINE {
                    is_too_long = true;
                    self.buffer.clear();
                }
                self.load()?;
                continue;
            }
            let at = found.map_or(0, |at| at + 1);
            let bytes = self.buffer.split_off(at);
            let is_too_long = is_too_long || bytes.len() > MAX_LINE;
            return Ok(Some(Line {
                offset: self.start + at as u64,
                bytes: (!is_too_long).then_some(bytes),
                is_complete,
            }));
        }
    }

    /// Puts the block before the buffer's beginning in front of it.
    fn load(&mut self) -> io::Result<()> {
        let length = self.start.min(BLOCK);
        let mut block = vec![0; usize::try_from(length).unwrap_or_default()];
        self.start -= length;
        self.file.read_exact_at(&mut block, self.start)?;
        block.append(&mut self.buffer);
        self.buffer = block;
        Ok(())
    }
}
