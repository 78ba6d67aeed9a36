//! The parser of settings. Flags, variables and the file go through it alike, so that a value that one of
//! them accepts has the same meaning in the others.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::error::SettingsError;
use super::heading::SERVER;
use super::raw::RawSettings;
use super::source::Source;

/// A value that a source gives: one text, or several for a list.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) source: Source,
    pub(super) texts: Vec<OsString>,
}

/// Values by the name of the setting: its flag without the dashes.
pub(super) type Values = BTreeMap<String, Given>;

/// The settings on the command line, as they were written.
#[derive(Clone, Default)]
pub struct Flags(pub(super) Values);

impl Flags {
    /// The flags that only `serve` uses, for the parsers of other commands: accepted, but not in their help.
    #[must_use]
    pub fn of_server_only() -> Vec<Arg> {
        let is_server = |arg: &Arg| arg.get_help_heading() == Some(SERVER);
        arguments().into_iter().filter(is_server).map(|arg| arg.hide(true)).collect()
    }

    /// Every flag, for the parser of a command that uses none: accepted, but not in its help.
    #[must_use]
    pub fn unused() -> Vec<Arg> {
        arguments().into_iter().map(|arg| arg.hide(true)).collect()
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.args(arguments())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |arg: &Arg| {
            let id = arg.get_id().as_str();
            let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
            let texts = matches.get_raw(id).filter(|_| is_given)?.map(OsString::from).collect();
            Some((name(arg).to_owned(), Given { source: Source::Flag, texts }))
        };
        Ok(Self(arguments().iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

/// The names of the given settings: a value may be a secret.
impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn parser() -> Command {
    RawSettings::augment_args(Command::new("settings").no_binary_name(true))
}

/// The arguments of the command line. The parser of arguments must not read variables itself: it would take
/// an empty variable for a value, and blame the flag for a wrong one. So only their help names the variables.
fn arguments() -> Vec<Arg> {
    let without_variable = |arg: &Arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let variable = variable(arg).unwrap_or_default();
        arg.clone().env(Resettable::Reset).long_help(format!("{help} [env: {variable}]"))
    };
    parser().get_arguments().map(without_variable).collect()
}

fn name(arg: &Arg) -> &str {
    arg.get_long().unwrap_or_default()
}

fn variable(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(|variable| variable.to_str())
}

/// The names of the settings that the file may have, without those that are tables.
pub(super) fn names() -> Vec<String> {
    parser().get_arguments().map(|arg| name(arg).to_owned()).filter(|name| name != "config").collect()
}

/// Whether a setting has a list of values.
pub(super) fn is_list(setting: &str) -> bool {
    parser().get_arguments().any(|arg| name(arg) == setting && arg.get_value_delimiter().is_some())
}

/// The environment variables of all settings.
pub(super) fn variables() -> Vec<String> {
    parser().get_arguments().filter_map(variable).map(str::to_owned).collect()
}

/// The values of environment variables. An empty variable gives no value, as in files of Docker Compose,
/// which set a variable that is missing to an empty text.
pub(super) fn from_environment(read: impl Fn(&str) -> Option<OsString>) -> Values {
    let mut values = Values::new();
    for arg in parser().get_arguments() {
        let Some(variable) = variable(arg) else { continue };
        if let Some(text) = read(variable).filter(|text| !text.is_empty()) {
            let given = Given { source: Source::Variable(variable.to_owned()), texts: vec![text] };
            values.insert(name(arg).to_owned(), given);
        }
    }
    values
}

/// The errors of invalid values.
pub(super) fn faults(values: &Values) -> Vec<SettingsError> {
    let error = |(name, given): (&String, &Given)| {
        let error = matches(&as_arguments(name, given)).err()?;
        Some(value_error(name, given, &error))
    };
    values.iter().filter_map(error).collect()
}

/// Parses valid values.
pub(super) fn parse(values: &Values) -> Result<RawSettings, SettingsError> {
    let arguments: Vec<_> = values.iter().flat_map(|(name, given)| as_arguments(name, given)).collect();
    let parsed = matches(&arguments).and_then(|matches| RawSettings::from_arg_matches(&matches));
    parsed.map_err(|error| SettingsError::Invalid(reason(&error)))
}

/// The reason why `text` is not a value of a setting; `None` if it is one.
pub(super) fn fault(name: &str, text: &str) -> Option<String> {
    let given = Given { source: Source::Flag, texts: vec![text.into()] };
    matches(&as_arguments(name, &given)).err().map(|error| reason(&error))
}

fn as_arguments(name: &str, given: &Given) -> Vec<OsString> {
    let argument = |text: &OsString| {
        let mut argument = OsString::from(format!("--{name}="));
        argument.push(text);
        argument
    };
    given.texts.iter().map(argument).collect()
}

fn matches(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    parser().mut_args(|arg| arg.env(Resettable::Reset)).try_get_matches_from(arguments)
}

fn value_error(name: &str, given: &Given, error: &clap::Error) -> SettingsError {
    // The parser names the item of a list.
    let item = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(item)) => Some(item.as_str()),
        _ => None,
    };
    // A password may contain a comma, which ends the item of a list.
    let has_url = given.texts.iter().any(|text| may_contain_password(&text.to_string_lossy()));
    let quoted = match given.source {
        Source::Flag | Source::Variable(_) => item.filter(|_| !has_url),
        // The error names the line.
        Source::File { .. } => None,
    };
    SettingsError::value(&given.source, name, quoted, &reason(error))
}

/// Whether a text is a URL, which may contain a password, or a mistyped one: `https:/user:password@host`.
pub(crate) fn may_contain_password(text: &str) -> bool {
    text.contains("://") || text.contains(':') && text.contains(['@', '?'])
}

/// What a valid value would be.
fn reason(error: &clap::Error) -> String {
    if let Some(source) = error.source() {
        return source.to_string();
    }
    if let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) {
        let valid: Vec<_> = valid.iter().map(|value| format!("`{value}`")).collect();
        return format!("must be {}", valid.join(" or "));
    }
    if error.kind() == ErrorKind::InvalidUtf8 {
        return "must be UTF-8 text".to_owned();
    }
    error.kind().to_string()
}
