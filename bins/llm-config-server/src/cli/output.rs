//! How commands answer: text for people, aligned and without colour, or one JSON document.

use std::fmt::Display;
use std::io::{self, Write};

use clap::Args;
use llm_config_core::time::Timestamp;
use serde::Serialize;

/// How a command answers.
#[derive(Clone, Copy, Debug, Args)]
pub struct Format {
    /// Answer with one JSON document on standard output, for scripts
    #[arg(long, global = true)]
    pub json: bool,
}

impl Format {
    /// Prints `value` as JSON, or `text` for people.
    pub(crate) fn print(self, value: &impl Serialize, text: impl FnOnce() -> String) -> io::Result<()> {
        if self.json { say(&serde_json::to_string_pretty(value)?) } else { say(text().trim_end()) }
    }
}

/// Prints a line of a command's answer.
pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// What stands in text for something that is not there.
const NOTHING: &str = "-";

/// A value as text, or what stands for none.
pub(crate) fn or_nothing(value: Option<impl Display>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |it| it.to_string())
}

/// Several values on one line, or what stands for none.
pub(crate) fn list(values: impl IntoIterator<Item: Display>) -> String {
    let values: Vec<String> = values.into_iter().map(|it| it.to_string()).collect();
    or_nothing(Some(values.join(", ")).filter(|it| !it.is_empty()))
}

/// Rows under a header, in columns as wide as their widest cell.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    let lines = || std::iter::once(&header).chain(rows);
    let width = |column: usize| lines().map(|it| it[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines().map(line).collect::<Vec<_>>().join("\n")
}

/// One fact a line, the values below each other. Lines of a value are kept together.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let indented = |value: &str| value.replace('\n', &format!("\n{:width$}  ", ""));
    let lines = facts.iter().map(|(name, value)| format!("{name:<width$}  {}", indented(value)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A moment as both kinds of answer show it: `2026-11-21T10:30:00Z`.
pub(crate) fn time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let shown = table(&["NAME", "ROLE"], &[row(["é", "OWNER"]), row(["longer", ""])]);
        assert_eq!(shown, "NAME    ROLE\né       OWNER\nlonger");
    }

    #[test]
    fn lines_of_one_fact_stay_below_each_other() {
        let shown = facts(&[("a", "1\n2".to_owned()), ("long", NOTHING.to_owned())]);
        assert_eq!(shown, "a     1\n      2\nlong  -");
    }

    #[test]
    fn a_moment_is_shown_in_universal_time() {
        assert_eq!(time(Timestamp::from_micros(1_700_000_000_123_456)), "2023-11-14T22:13:20Z");
    }
}
