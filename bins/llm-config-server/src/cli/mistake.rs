//! A command line that cannot be understood, explained without a password in it.

use std::io::Write;
use std::process::ExitCode;

use clap::Error;
use clap::error::ErrorKind;

/// In place of an explanation that quotes a URL with a user: it most probably has a password.
const WITHHELD: &str = "\
error: the command line cannot be understood; the wrong argument is not shown, because it is a URL that may hold
a password

For more information, try '--help'.";

/// Prints the parser's explanation, or what was asked for, such as help.
pub(crate) fn explain(error: &Error) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // No one is left to tell when even this fails.
    let _ = if !is_answer && quotes_user(&error.to_string()) {
        writeln!(std::io::stderr(), "{WITHHELD}")
    } else {
        error.print()
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn quotes_user(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}
