//! Errors of the command line itself, printed without passwords.

use std::io::Write;
use std::process::ExitCode;

use clap::Error;

use super::output::escaped;

/// Replaces an explanation that quotes a URL, which may contain a password.
const WITHHELD: &str = "\
error: the command line is invalid; the invalid argument is not shown, because it is a URL that may contain a
password

For more information, try '--help'.";

/// Prints the parser's error, or its help or version. Quoted values are escaped, as in all other errors.
pub(crate) fn explain(error: &Error) -> ExitCode {
    let text = error.to_string();
    // A failure to print cannot be reported.
    let _ = if !error.use_stderr() {
        error.print()
    } else if quotes_url(&text) {
        writeln!(std::io::stderr(), "{WITHHELD}")
    } else {
        write!(std::io::stderr(), "{}", escaped(&text))
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A password may stand before the host or in a parameter, so every URL counts.
fn quotes_url(text: &str) -> bool {
    text.contains("://")
}
