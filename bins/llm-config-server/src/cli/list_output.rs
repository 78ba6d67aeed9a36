//! The output of a list that arrives in parts, so that it never is in memory as a whole.

use std::io::{self, Write};

use serde::Serialize;

use super::command_error::CommandError;
use super::output::{Format, aligned, escaped_json, println};

/// Prints a list: a table, or one JSON array.
pub(crate) struct ListOutput {
    format: Format,
    header: &'static [&'static str],
    widths: Vec<usize>,
    printed: usize,
}

impl ListOutput {
    /// An empty list, as a table with these columns.
    pub(crate) const fn new(format: Format, header: &'static [&'static str]) -> Self {
        Self { format, header, widths: Vec::new(), printed: 0 }
    }

    /// Prints the next elements. In a table, columns become wider with the first part that needs it.
    pub(crate) fn print<T: Serialize>(
        &mut self,
        elements: &[T],
        row: impl Fn(&T) -> Vec<String>,
    ) -> Result<(), CommandError> {
        self.write(elements, row).map_err(CommandError::of_output)
    }

    fn write<T: Serialize>(&mut self, elements: &[T], row: impl Fn(&T) -> Vec<String>) -> io::Result<()> {
        let is_first = self.printed == 0;
        self.printed += elements.len();
        if elements.is_empty() {
            return Ok(());
        }
        if self.format.json {
            return print_json(elements, is_first);
        }
        let header = is_first.then(|| self.header.iter().map(ToString::to_string).collect());
        println(&aligned(&mut self.widths, header.into_iter().chain(elements.iter().map(row))))
    }

    /// Ends the list; `empty` is the text for one without elements.
    pub(crate) fn finish(self, empty: &str) -> Result<(), CommandError> {
        let written = match (self.format.json, self.printed) {
            (true, 0) => writeln!(io::stdout(), "[]"),
            (true, _) => writeln!(io::stdout(), "\n]"),
            (false, 0) => println(empty),
            (false, _) => Ok(()),
        };
        written.map_err(CommandError::of_output)
    }
}

fn print_json<T: Serialize>(elements: &[T], is_first: bool) -> io::Result<()> {
    let mut stdout = io::stdout();
    for (n, element) in elements.iter().enumerate() {
        let json = escaped_json(&serde_json::to_string_pretty(element)?);
        let separator = if is_first && n == 0 { "[" } else { "," };
        // Line breaks occur only between values.
        write!(stdout, "{separator}\n  {}", json.replace('\n', "\n  "))?;
    }
    Ok(())
}
