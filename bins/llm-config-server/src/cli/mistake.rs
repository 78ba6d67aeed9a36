//! A command line that cannot be understood, explained without a password in it.

use std::io::Write;
use std::process::ExitCode;

use clap::Error;

use super::escaped;

/// In place of an explanation that quotes a URL with a user: it most probably has a password.
const WITHHELD: &str = "\
error: the command line cannot be understood; the wrong argument is not shown, because it is a URL that may hold
a password

For more information, try '--help'.";

/// Prints the parser's explanation, or what was asked for, such as help. Values that it quotes may come
/// from elsewhere, so they are escaped as in every other refusal.
pub(crate) fn explain(error: &Error) -> ExitCode {
    let text = error.to_string();
    // No one is left to tell when even this fails.
    let _ = if !error.use_stderr() {
        error.print()
    } else if quotes_user(&text) {
        writeln!(std::io::stderr(), "{WITHHELD}")
    } else {
        write!(std::io::stderr(), "{}", escaped(&text))
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn quotes_user(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}
