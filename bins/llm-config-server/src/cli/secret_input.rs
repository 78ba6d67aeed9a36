//! Secrets from files, standard input or a terminal. They are never arguments, because all users of a machine
//! can see the arguments of a program.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use actix_web::rt::signal::unix::{SignalKind, signal};
use llm_config_core::secret::{Secret, SecretError};
use rustix::io::ioctl_fionread;
use rustix::termios::{QueueSelector, tcflush};
use zeroize::Zeroizing;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;

/// The value of a flag that names the source of a secret.
#[derive(Clone, Debug)]
pub(crate) enum SecretInput {
    /// `-`: standard input; if that is a terminal, a prompt.
    Standard,
    /// A file.
    File(PathBuf),
}

impl FromStr for SecretInput {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Standard } else { Self::File(text.into()) })
    }
}

/// Why an input is not a text that can be a secret. No message quotes the input.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("must be UTF-8 text")]
    NotText,
    #[error("has several lines, and a prompt reads one; use a file or standard input")]
    SeveralLines,
}

impl SecretInput {
    /// Whether the secret is typed at a terminal.
    pub(crate) fn is_prompt(&self) -> bool {
        matches!(self, Self::Standard) && io::stdin().is_terminal()
    }

    /// Reads the secret, without one line break at its end. `noun` names it in the prompt and in
    /// errors, and `flag` is the flag that has this value.
    pub(crate) fn read(
        &self,
        noun: &str,
        flag: &str,
    ) -> Result<Result<Zeroizing<String>, InputError>, CommandError> {
        let text = match self {
            Self::Standard if io::stdin().is_terminal() => prompt(noun),
            // Not through the standard library's handle, whose buffer keeps the secret.
            Self::Standard => {
                io::stdin().as_fd().try_clone_to_owned().and_then(|input| read_text(File::from(input)))
            }
            Self::File(path) => File::open(path).and_then(|file| {
                warn_if_readable_by_others(path, &file);
                read_text(file)
            }),
        };
        text.map_err(|error| self.read_error(noun, flag, &error))
    }

    fn read_error(&self, noun: &str, flag: &str, error: &io::Error) -> CommandError {
        let source = match self {
            Self::Standard => "standard input".to_owned(),
            // The name of something that exists is not the secret.
            Self::File(path) if path.symlink_metadata().is_ok() => format!("`{}`", path.display()),
            Self::File(_) => return no_file(noun, flag, error),
        };
        let status = ExitStatus::of_input(error);
        CommandError::new(status, format!("the {noun} cannot be read from {source}: {error}"))
    }
}

/// The error for a name that may be the secret itself, and so is not quoted.
fn no_file(noun: &str, flag: &str, error: &io::Error) -> CommandError {
    let hint = format!("the flag takes the name of a file, not the {noun}");
    let is_missing = matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename
    );
    if is_missing {
        return CommandError::not_found(format!("the file that `{flag}` names does not exist; {hint}"));
    }
    let status = ExitStatus::of_input(error);
    CommandError::new(status, format!("the file that `{flag}` names cannot be read: {error}; {hint}"))
}

fn warn_if_readable_by_others(path: &Path, file: &File) {
    let is_readable = |metadata: std::fs::Metadata| metadata.is_file() && metadata.mode() & 0o044 != 0;
    if file.metadata().is_ok_and(is_readable) {
        tracing::warn!(file = %path.display(), "other users can read this file; `chmod 600` prevents that");
    }
}

/// Reads at most as much as a secret may have, and one line break.
fn read_text(mut input: impl Read) -> io::Result<Result<Zeroizing<String>, InputError>> {
    // Of its final size from the beginning: a buffer that grows leaves copies in memory.
    let mut buffer = Zeroizing::new(vec![0; Secret::LIMIT + "\r\n".len() + 1]);
    let mut length = 0;
    while length < buffer.len() {
        match input.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if length == buffer.len() {
        return Ok(Err(SecretError::TooLong.into()));
    }
    let Ok(text) = std::str::from_utf8(&buffer[..length]) else { return Ok(Err(InputError::NotText)) };
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').filter(|_| line.len() < text.len()).unwrap_or(line);
    Ok(Ok(Zeroizing::new(line.to_owned())))
}

/// Asks at the terminal, which does not show the input.
fn prompt(noun: &str) -> io::Result<Result<Zeroizing<String>, InputError>> {
    // With a handler, Ctrl-C does not end the program before the terminal shows input again.
    let _handler = signal(SignalKind::interrupt())?;
    let typed = Zeroizing::new(rpassword::prompt_password(format!("The {noun} (not shown): "))?);
    // A pasted text of several lines: the shell would run the other lines as commands.
    let terminal = io::stdin();
    let has_more_lines = ioctl_fionread(&terminal)? > 0;
    tcflush(&terminal, QueueSelector::IFlush)?;
    Ok(if has_more_lines { Err(InputError::SeveralLines) } else { Ok(typed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let read = read_text(bytes).unwrap();
        let found = read.map(|text| text.to_string()).map_err(|error| error.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn read_text_drops_one_line_break_at_the_end() {
        for (bytes, expected) in [
            ("sk-1", "sk-1"),
            ("sk-1\n", "sk-1"),
            ("sk-1\r\n", "sk-1"),
            ("sk-1\n\n", "sk-1\n"),
            ("sk-1\r", "sk-1\r"),
            (" {\n} \n", " {\n} "),
            ("", ""),
            ("\n", ""),
        ] {
            check(bytes.as_bytes(), Ok(expected));
        }
    }

    #[test]
    fn read_text_of_longest_secret_with_line_break_succeeds() {
        let longest = "x".repeat(Secret::LIMIT);
        check(format!("{longest}\r\n").as_bytes(), Ok(&longest));
        let too_long = SecretError::TooLong.to_string();
        check(format!("{longest}\r\n\n").as_bytes(), Err(&too_long));
        check("é".repeat(Secret::LIMIT).as_bytes(), Err(&too_long));
    }

    #[test]
    fn read_text_of_other_bytes_is_rejected() {
        check(b"sk-\xff\xfe", Err("must be UTF-8 text"));
    }
}
