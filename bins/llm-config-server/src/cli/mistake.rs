//! A command line that cannot be understood, explained without a password in it.

use std::io::Write;
use std::process::ExitCode;

use clap::Error;

use super::escaped;

/// In place of an explanation that quotes a URL, which may have a password in it.
const WITHHELD: &str = "\
error: the command line cannot be understood; the wrong argument is not shown, because it is a URL that may
hold a password

For more information, try '--help'.";

/// Prints the parser's explanation, or what was asked for, such as help. Values that it quotes may come
/// from elsewhere, so they are escaped as in every other refusal.
pub(crate) fn explain(error: &Error) -> ExitCode {
    let text = error.to_string();
    // An error here cannot be reported.
    let _ = if !error.use_stderr() {
        error.print()
    } else if quotes_url(&text) {
        writeln!(std::io::stderr(), "{WITHHELD}")
    } else {
        write!(std::io::stderr(), "{}", escaped(&text))
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A password may stand before the host or among the parameters, so any URL counts.
fn quotes_url(text: &str) -> bool {
    text.contains("://")
}
