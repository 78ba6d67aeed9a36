//! The output of commands: aligned text without colour, or one JSON document.

use std::fmt::Display;
use std::io::{self, Write};

use clap::Args;
use llm_config_core::text::{escape_unprintable, unprintable};
use llm_config_core::time::Timestamp;
use serde::Serialize;

use super::command_error::CommandError;

/// The output format of a command.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Format {
    /// Print one JSON document, for scripts; an error too
    #[arg(long, global = true)]
    pub json: bool,
}

impl Format {
    /// Prints what a command shows: `value` as JSON, or `text`. The command does nothing else, so that a
    /// reader that has gone is no failure.
    pub(crate) fn show(
        self,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), CommandError> {
        self.write(value, text).map_err(CommandError::of_output)
    }

    /// Prints what a command has done: `value` as JSON, or `text`.
    pub(crate) fn report(
        self,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), CommandError> {
        self.write(value, text).map_err(CommandError::Unreported)
    }

    /// Writes `value` as JSON, or `text`.
    pub(crate) fn write(self, value: &impl Serialize, text: impl FnOnce() -> String) -> io::Result<()> {
        if self.json {
            writeln!(io::stdout(), "{}", escaped_json(&serde_json::to_string_pretty(value)?))
        } else {
            println(text().trim_end())
        }
    }
}

/// Prints lines to standard output, escaped. Unlike the macro, it returns an error if the output is closed.
pub(crate) fn println(lines: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}", escaped(lines))
}

/// The text with unprintable characters escaped, as in `\u{9b}`. Line breaks stay. Text that users stored can
/// otherwise move a terminal's cursor, change colours or the order of letters, or hide.
pub(crate) fn escaped(text: &str) -> String {
    replaced(text, |c| (c != '\n' && unprintable(c).is_some()).then(|| c.escape_unicode().to_string()))
}

/// As [`escaped`], for JSON, as in `\u009b`. The result is the same document.
pub(super) fn escaped_json(json: &str) -> String {
    replaced(json, |c| match c {
        '\n' => None,
        // These occur only between values: a client config is stored with its white space.
        '\t' | '\r' => Some(" ".to_owned()),
        _ => unprintable(c).map(|_| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<Vec<_>>()
                .concat()
        }),
    })
}

fn replaced(text: &str, replacement: impl Fn(char) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    for c in text.chars() {
        match replacement(c) {
            Some(other) => replaced.push_str(&other),
            None => replaced.push(c),
        }
    }
    replaced
}

/// The text for an absent value.
const DASH: &str = "-";

/// A value as text, or `-`.
pub(crate) fn or_dash(value: Option<impl Display>) -> String {
    value.map_or_else(|| DASH.to_owned(), |value| value.to_string())
}

/// Several values on one line, or `-`.
pub(crate) fn list(values: impl IntoIterator<Item: Display>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    or_dash(Some(values.join(", ")).filter(|list| !list.is_empty()))
}

/// A table with aligned columns under a header.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let header = header.iter().map(ToString::to_string).collect();
    aligned(&mut Vec::new(), std::iter::once(header).chain(rows.iter().cloned()))
}

/// Rows with aligned columns. The columns have at least these `widths`, which grow to what the rows need.
pub(super) fn aligned(widths: &mut Vec<usize>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let escaped = |row: Vec<String>| row.iter().map(|cell| escape_unprintable(cell)).collect();
    let rows: Vec<Vec<String>> = rows.into_iter().map(escaped).collect();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&*widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One key and its value per line, with the values aligned. Further lines of a value are indented.
pub(crate) fn key_value(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let indented = |value: &str| value.replace('\n', &format!("\n{:width$}  ", ""));
    let lines = pairs.iter().map(|(name, value)| format!("{name:<width$}  {}", indented(&escaped(value))));
    lines.collect::<Vec<_>>().join("\n")
}

/// A time as both formats print it: `2026-11-21T10:30:00Z`.
pub(crate) fn time(at: Timestamp) -> String {
    llm_config_service::rfc3339_utc(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_with_cells_of_different_width_is_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let printed = table(&["NAME", "ROLE"], &[row(["é", "OWNER"]), row(["longer", ""])]);
        assert_eq!(printed, "NAME    ROLE\né       OWNER\nlonger");
    }

    #[test]
    fn key_value_with_several_lines_is_indented() {
        let printed = key_value(&[("a", "1\n2".to_owned()), ("long", DASH.to_owned())]);
        assert_eq!(printed, "a     1\n      2\nlong  -");
    }

    #[test]
    fn table_with_unprintable_characters_is_escaped_and_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let printed = table(&["NAME", "ROLE"], &[row(["a\u{202e}\nb", "\u{1b}[2J"])]);
        assert_eq!(printed, "NAME             ROLE\na\\u{202e}\\u{a}b  \\u{1b}[2J");
        let printed = key_value(&[("a", "1\n\u{9b}2J\t\u{200b}\u{e000}".to_owned())]);
        assert_eq!(printed, "a  1\n   \\u{9b}2J\\u{9}\\u{200b}\\u{e000}");
        assert_eq!(escaped("\u{7f}\u{2028} \u{e9} \u{65e5}\n"), "\\u{7f}\\u{2028} \u{e9} \u{65e5}\n");
    }

    #[test]
    fn escaped_json_parses_to_the_same_document() {
        let json = "{\r\n\t\"a\": \"\u{9b}\u{7f}\u{202e}\u{e0001}\\u001b\"\n}";
        let escaped = escaped_json(json);
        assert_eq!(escaped, "{ \n \"a\": \"\\u009b\\u007f\\u202e\\udb40\\udc01\\u001b\"\n}");
        let parsed = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(parsed(&escaped), parsed(json));
    }

    #[test]
    fn time_is_printed_in_utc() {
        assert_eq!(time(Timestamp::from_micros(1_700_000_000_123_456)), "2023-11-14T22:13:20Z");
    }
}
