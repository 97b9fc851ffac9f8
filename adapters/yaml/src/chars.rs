//! Which characters a YAML text may hold.

use traefik_manager_core::{config::edit::SyntaxError, tree::position};

/// Refuses what YAML does not allow anywhere in a text, and line breaks that editors do not show as such.
///
/// Stricter than YAML 1.1 in three points, each of which would let one line look like two or the other way
/// round: a carriage return without a line feed, the breaks U+0085, U+2028 and U+2029, and a byte order mark
/// that is not the first character.
pub(crate) fn check(text: &str) -> Result<(), SyntaxError> {
    let mut start = 0;
    for chunk in text.as_bytes().chunks(128) {
        // Branch-free, so that it is vectorised: nearly every chunk is plain ASCII.
        let odd = chunk
            .iter()
            .fold(false, |odd, byte| odd || (*byte < b' ') && (*byte != b'\n') || (*byte >= 0x7f));
        if odd && let Some((offset, message)) = first_bad(text, start, start + chunk.len()) {
            return Err(SyntaxError {
                message: message.to_owned(),
                position: position(text, offset),
                shaped_by_templates: false,
            });
        }
        start += chunk.len();
    }
    Ok(())
}

fn first_bad(text: &str, mut start: usize, end: usize) -> Option<(usize, &'static str)> {
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut chars = text[start..].char_indices().peekable();
    while let Some((offset, next)) = chars.next() {
        let offset = start + offset;
        if offset >= end {
            break;
        }
        match next {
            '\r' if chars.peek().is_some_and(|(_, after)| *after == '\n') => {}
            '\r' => return Some((offset, "a carriage return stands alone; end lines with LF or CRLF")),
            '\u{85}' | '\u{2028}' | '\u{2029}' => {
                return Some((
                    offset,
                    "an invisible line break stands here; use a normal one, or `\\n` in quotes",
                ));
            }
            '\u{feff}' if offset == 0 => {}
            '\u{feff}' => {
                return Some((offset, "a byte order mark stands in the middle of the text; remove it"));
            }
            ' '..='~' | '\t' | '\n' | '\u{a0}'..='\u{fffd}' | '\u{10000}'.. => {}
            _ => {
                return Some((
                    offset,
                    "a control character stands here; remove it, or escape it in double quotes",
                ));
            }
        }
    }
    None
}
