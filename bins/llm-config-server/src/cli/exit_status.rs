//! Exit statuses, with the numbers of the BSDs' `sysexits.h`.

use std::fmt;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

/// How the program ended, for scripts and supervisors. `docs/configuration.md` describes each status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// The command has done its work.
    Done,
    /// A rule of the registry refuses the command, or the checked configuration does not work.
    Refused,
    /// A flag, an argument or a value on the command line is wrong, or another one is needed with it.
    Usage,
    /// An argument names an object that does not exist.
    NotFound,
    /// The database, the source of the keys or a provider cannot be reached.
    Unavailable,
    /// A fault of this program, or damaged data.
    Internal,
    /// Reading input or writing output failed.
    InputOutput,
    /// Another program is in the way, or a check cannot tell; the same command can succeed later.
    TryAgain,
    /// Permissions or ownership of a file forbid it.
    NoPermission,
    /// The settings are invalid, or do not fit the database.
    Configuration,
}

impl ExitStatus {
    /// Every status.
    pub const ALL: &[Self] = &[
        Self::Done,
        Self::Refused,
        Self::Usage,
        Self::NotFound,
        Self::Unavailable,
        Self::Internal,
        Self::InputOutput,
        Self::TryAgain,
        Self::NoPermission,
        Self::Configuration,
    ];

    /// The number with which the process exits. 2 is not used: it is the status of other programs for "there
    /// are changes".
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 64,
            Self::NotFound => 66,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::InputOutput => 74,
            Self::TryAgain => 75,
            Self::NoPermission => 77,
            Self::Configuration => 78,
        }
    }

    /// The status if a file or an address that a setting names cannot be used.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "not our enum, and it grows")]
    pub const fn of_setting(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::NoPermission,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::InputOutput,
            _ => Self::Configuration,
        }
    }

    /// The status if standard input, or a file that an argument names, cannot be read.
    #[must_use]
    pub fn of_input(error: &io::Error) -> Self {
        if error.kind() == ErrorKind::NotFound {
            Self::NotFound
        } else if error.kind() == ErrorKind::PermissionDenied {
            Self::NoPermission
        } else {
            Self::InputOutput
        }
    }

    /// The name, as errors have it with `--json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
            Self::Usage => "USAGE",
            Self::NotFound => "NOT_FOUND",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
            Self::InputOutput => "INPUT_OUTPUT",
            Self::TryAgain => "TRY_AGAIN",
            Self::NoPermission => "NO_PERMISSION",
            Self::Configuration => "CONFIGURATION",
        }
    }
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.number())
    }
}
