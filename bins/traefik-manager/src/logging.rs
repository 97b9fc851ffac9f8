//! Logs: one line an event, on standard error.

use std::io::{self, Write};

use crate::environment::Options;

/// Sends the program's events to standard error from now on.
pub(crate) fn start(options: &Options) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(options.log_level)
        .with_target(false)
        .with_writer(|| OneLine(io::stderr()))
        .with_ansi(false);
    // A subscriber is set once, by the binary alone.
    if options.json_logs {
        builder.json().init();
    } else {
        builder.init();
    }
}

/// Writes an event as one line, whatever is in it.
///
/// File names and the errors of other programs may hold line breaks, behind which somebody could put a line of their
/// own (ASVS 5.0 no. 16.4.1).
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    /// Takes an event, which comes in one piece.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = event.strip_suffix(b"\n").unwrap_or(event);
        if text.iter().any(u8::is_ascii_control) {
            let mut line: Vec<u8> = Vec::with_capacity(event.len() + 8);
            for byte in text {
                if byte.is_ascii_control() {
                    line.extend(byte.escape_ascii());
                } else {
                    line.push(*byte);
                }
            }
            line.extend(event.get(text.len()..).unwrap_or_default());
            self.0.write_all(&line)?;
        } else {
            self.0.write_all(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn nobody_writes_a_line_of_their_own() {
        for (event, line) in [
            ("WARN plain é\n", "WARN plain é\n"),
            ("WARN file=a\nERROR forged\n", "WARN file=a\\nERROR forged\n"),
            ("\u{1b}[31m\r\n", "\\x1b[31m\\r\n"),
            ("", ""),
        ] {
            let mut out = OneLine(Vec::new());
            out.write_all(event.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(out.0).unwrap(), line);
        }
    }
}
