//! One line for each event of the text format.

use std::io::{self, Write};

use llm_config_core::text::escape_unprintable;

/// A writer of events that escapes unprintable characters inside of them. Some libraries' messages have line
/// breaks: libpq's, for example.
pub(super) struct OneLine<W>(pub(super) W);

impl<W: Write> Write for OneLine<W> {
    /// Writes one event. The subscriber writes each event at once, with a line break at its end.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = event.strip_suffix(b"\n").unwrap_or(event);
        // Most events are plain, and need no look at each character's properties. No early exit, so that the
        // compiler checks many bytes at once.
        if text.iter().fold(true, |is_plain, byte| is_plain & (b' '..=b'~').contains(byte)) {
            self.0.write_all(event)?;
        } else {
            let text = String::from_utf8_lossy(text);
            // At once, because other threads write their own lines.
            let line = format!("{}\n", escape_unprintable(text.trim_end_matches('\n')));
            self.0.write_all(line.as_bytes())?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: &str, expected: &str) {
        let mut written = Vec::new();
        OneLine(&mut written).write_all(event.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn event_with_line_breaks_is_written_as_one_line() {
        check("INFO plain größe\n", "INFO plain größe\n");
        check("WARN one\n\tIs the server running?\r\n", "WARN one\\u{a}\\u{9}Is the server running?\\u{d}\n");
        check("WARN \u{1b}[31m\u{9b}\n", "WARN \\u{1b}[31m\\u{9b}\n");
    }
}
