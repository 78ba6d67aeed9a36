//! Errors on standard error: one sentence, or with `--json` one JSON document on one line. And the exit
//! status.

use std::error::Error;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde::Serialize;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use super::output::{Format, escaped, escaped_json};
use crate::settings::may_contain_password;

/// Why an explanation does not quote a URL.
const WITHHELD: &str = "it is not shown, because it is a URL that may contain a password";

/// The arguments that are the id of an object.
const ID_ARGUMENTS: [&str; 2] = ["<ID>", "[ID]"];

#[derive(Serialize)]
struct ErrorView<'a> {
    error: &'a str,
    code: &'static str,
    status: u8,
}

#[derive(Serialize)]
struct WarningView<'a> {
    warning: &'a str,
}

/// Prints the error of a command, if any, and returns the exit status.
pub(crate) fn finish(done: Result<(), CommandError>, format: Format) -> ExitCode {
    let Err(error) = done else { return ExitStatus::Done.into() };
    let status = error.status();
    if status != ExitStatus::Done {
        let sentence = with_causes(&error);
        if format.json {
            print_error(status, &sentence);
        } else {
            print(&format!("error: {sentence}\n"));
        }
    }
    status.into()
}

/// Prints a warning of a command.
pub(crate) fn warn(warning: &str, format: Format) {
    if format.json {
        print_json(&WarningView { warning });
    } else {
        print(&format!("warning: {}\n", escaped(warning)));
    }
}

/// Prints the parser's error, or its help or version, and returns the exit status. `arguments` are those of
/// the invalid command line: only they tell whether errors are JSON.
pub(crate) fn explain<T: AsRef<OsStr>>(
    error: clap::Error,
    arguments: impl IntoIterator<Item = T>,
) -> ExitCode {
    if !error.use_stderr() {
        // As with any other output, a reader that has gone is no failure.
        return finish(error.print().map_err(CommandError::of_output), Format::default());
    }
    let text =
        if quotes_url(&error) { without_url(&error) } else { escaped(&without_secret(error).to_string()) };
    let mut options = arguments.into_iter().take_while(|argument| argument.as_ref() != "--");
    if options.any(|argument| argument.as_ref() == "--json") {
        print_error(ExitStatus::Usage, &without_usage(&text));
    } else {
        print(&text);
    }
    ExitStatus::Usage.into()
}

/// The error and its causes as one sentence.
fn with_causes(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !sentence.contains(&cause_text) {
            sentence = format!("{sentence}: {cause_text}");
        }
        source = cause.source();
    }
    escaped(&sentence)
}

/// The parser's explanation on one line, without its last paragraphs, which show how to call the command.
fn without_usage(text: &str) -> String {
    let is_usage = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more information");
    let lines = text.trim_start_matches("error: ").lines().take_while(|line| !is_usage(line));
    let lines: Vec<_> = lines.collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|paragraph| !paragraph.is_empty());
    let words = |paragraph: &[&str]| paragraph.concat().split_whitespace().collect::<Vec<_>>().join(" ");
    paragraphs.map(words).collect::<Vec<_>>().join("; ")
}

/// The error without an argument that may be a secret: one that no command takes, such as a key after
/// `config create`, or one in the place of an id, such as a token after `token revoke`.
fn without_secret(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return error };
    let not_shown = ContextValue::String("…".to_owned());
    if error.kind() == ErrorKind::UnknownArgument && !argument.starts_with('-') {
        error.insert(ContextKind::InvalidArg, not_shown);
    } else if ID_ARGUMENTS.contains(&argument.as_str()) && error.get(ContextKind::InvalidValue).is_some() {
        error.insert(ContextKind::InvalidValue, not_shown);
    } else {
        return error;
    }
    let tip = StyledStr::from("the argument is not shown, because it may be a secret");
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    error
}

/// A password may stand before the host or in a parameter, so every URL counts.
#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum, and the others quote no argument alone")]
fn quotes_url(error: &clap::Error) -> bool {
    error.context().any(|(_, value)| match value {
        ContextValue::String(text) => may_contain_password(text),
        ContextValue::Strings(texts) => texts.iter().any(|text| may_contain_password(text)),
        _ => false,
    })
}

/// The error of an argument that is, or contains, a URL: which flag it belongs to, and what would be right.
fn without_url(error: &clap::Error) -> String {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) if !may_contain_password(flag) => Some(flag),
        _ => None,
    };
    let explained = match (flag, error.source()) {
        (Some(flag), Some(reason)) => format!("the value of '{flag}' is invalid: {reason}; {WITHHELD}"),
        (Some(flag), None) => format!("the value of '{flag}' is invalid; {WITHHELD}"),
        (None, _) => format!("an argument is invalid; {WITHHELD}"),
    };
    escaped(&format!("error: {explained}\n\nFor more information, try '--help'.\n"))
}

fn print_error(status: ExitStatus, sentence: &str) {
    print_json(&ErrorView { error: sentence, code: status.name(), status: status.number() });
}

fn print_json(view: &impl Serialize) {
    let json = serde_json::to_string(view).unwrap_or_default();
    print(&format!("{}\n", escaped_json(&json)));
}

/// A failure to print cannot be reported.
fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanation_without_usage_is_one_line() {
        for (text, expected) in [
            (
                "error: unexpected argument '--lisen' found\n\n  tip: a similar argument exists: '--listen'\n\
                 \nUsage: llm-config-server [OPTIONS]\n\nFor more information, try '--help'.\n",
                "unexpected argument '--lisen' found; tip: a similar argument exists: '--listen'",
            ),
            (
                "error: the following arguments were not provided:\n  <EMAIL>\n\nUsage: x\n",
                "the following arguments were not provided: <EMAIL>",
            ),
        ] {
            assert_eq!(without_usage(text), expected);
        }
    }
}
