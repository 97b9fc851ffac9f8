//! The trail read: by pages from its end, by number, and as a whole.

use std::{fs::File, io, os::unix::fs::FileExt as _};

use traefik_manager_core::audit::{ChainHash, Cursor, Page, Place, Recorded, Verdict, Verifier};

use super::{
    FsAuditLog, is_month, line,
    lines::{Backwards, Forwards},
};

/// The most bytes of lines on one page.
const MAX_PAGE: usize = 4 << 20;

impl FsAuditLog {
    /// Entries from before a place towards the oldest.
    pub(super) fn page(&self, before: Option<(String, u64)>, limit: usize) -> io::Result<Page> {
        let mut months = self.months()?;
        let mut end = None;
        if let Some((month, offset)) = before {
            months.retain(|other| *other <= month);
            end = Some(offset);
        }
        let (mut page, mut size) = (Page::default(), 0);
        while let Some(month) = months.pop() {
            let file = File::open(self.folder.join(&month))?;
            let end = match end.take() {
                Some(end) => end,
                None => file.metadata()?.len(),
            };
            let mut lines = Backwards::new(file, end);
            let mut next = end;
            while let Some(line) = lines.next()? {
                if page.entries.len() >= limit || size >= MAX_PAGE {
                    page.next = Some(Cursor::new(format!("{month}:{next}")));
                    return Ok(page);
                }
                next = line.offset;
                if !line.is_complete {
                    continue;
                }
                size += line.bytes.as_ref().map_or(0, Vec::len);
                match line.bytes.as_deref().and_then(line::parse) {
                    Some(recorded) => page.entries.push(recorded),
                    None => page.unreadable += 1,
                }
            }
        }
        Ok(page)
    }

    /// The place that a cursor tells of, if a line begins there.
    pub(super) fn place(&self, cursor: &Cursor) -> Option<(String, u64)> {
        let (month, offset) = cursor.as_str().split_once(':')?;
        let digits = !offset.is_empty() && offset.bytes().all(|byte| byte.is_ascii_digit());
        if !is_month(month) || !digits {
            return None;
        }
        let offset: u64 = offset.parse().ok()?;
        let file = File::open(self.folder.join(month)).ok()?;
        let mut before = *b"\n";
        if let Some(at) = offset.checked_sub(1) {
            file.read_exact_at(&mut before, at).ok()?;
        }
        (before == *b"\n").then(|| (month.to_owned(), offset))
    }

    /// Looks for an entry in the one month that can have it.
    pub(super) fn search(&self, number: u64) -> io::Result<Option<Recorded>> {
        for month in self.months()?.into_iter().rev() {
            let mut lines = Forwards::new(File::open(self.folder.join(month))?);
            let mut is_here = false;
            while let Some(line) = lines.next()? {
                let Some(bytes) = line.bytes.filter(|_| line.is_complete) else { continue };
                let Some(link) = line::link(&bytes) else { continue };
                if link.number == number {
                    return Ok(line::parse(&bytes));
                }
                if !is_here && link.number > number {
                    // It is in a month before this one.
                    break;
                }
                is_here = true;
            }
            if is_here {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Goes through all months in their order.
    pub(super) fn follow(&self) -> io::Result<Verdict> {
        let mut verifier = Verifier::new(self.head()?);
        for month in self.months()? {
            let mut lines = Forwards::new(File::open(self.folder.join(&month))?);
            let mut number = 0;
            while let Some(line) = lines.next()? {
                number += 1;
                let place = Place { file: month.clone(), line: number };
                match line.bytes {
                    Some(_) if !line.is_complete => verifier.unfinished(place),
                    Some(bytes) => verifier.line(place, line::link(&bytes), line::hash(&bytes)),
                    None => verifier.line(place, None, ChainHash::START),
                }
            }
        }
        Ok(verifier.finish())
    }
}
