//! Removes driver messages that contain a part of a password: libpq and the server quote values that they
//! cannot use.

use diesel::ConnectionError;
use diesel::r2d2::Error as ManagerError;
use diesel::result::Error as DieselError;
use zeroize::Zeroizing;

use super::DatabaseUrl;

/// This many consecutive characters of a secret count as a part of it; a shorter secret counts as a whole.
const PART: usize = 4;

const REDACTED: &str = "the driver's message is not shown, because it contains a part of the password";

/// Whether `text` contains a part of one of `secrets`, in upper or lower case.
pub(super) fn leaks(text: &str, secrets: &[Zeroizing<String>]) -> bool {
    let text = Zeroizing::new(text.to_lowercase());
    secrets.iter().any(|secret| {
        let secret: Zeroizing<Vec<char>> = Zeroizing::new(secret.to_lowercase().chars().collect());
        let mut parts = secret.windows(PART.min(secret.len()).max(1));
        parts.any(|part| text.contains(Zeroizing::new(part.iter().collect::<String>()).as_str()))
    })
}

impl DatabaseUrl {
    /// Returns `text`, or a placeholder where it contains a part of a secret of this URL.
    pub(crate) fn redact(&self, text: String) -> String {
        match self {
            Self::Postgres(url) if leaks(&text, url.secrets()) => REDACTED.to_owned(),
            Self::Postgres(_) | Self::Sqlite(_) => text,
        }
    }

    pub(crate) fn redact_manager_error(&self, error: ManagerError) -> ManagerError {
        match error {
            ManagerError::ConnectionError(error) => {
                let text = error.to_string();
                let redacted = self.redact(text.clone());
                if redacted == text {
                    ManagerError::ConnectionError(error)
                } else {
                    ManagerError::ConnectionError(ConnectionError::BadConnection(redacted))
                }
            }
            ManagerError::QueryError(error) => ManagerError::QueryError(self.redact_query_error(error)),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "not our enum, and the others have no text of a server"
    )]
    pub(crate) fn redact_query_error(&self, error: DieselError) -> DieselError {
        match error {
            DieselError::DatabaseError(kind, info) => {
                // Only the message: this crate never prints the error's other fields.
                let redacted = self.redact(info.message().to_owned());
                if redacted == info.message() {
                    DieselError::DatabaseError(kind, info)
                } else {
                    DieselError::DatabaseError(kind, Box::new(redacted))
                }
            }
            other => other,
        }
    }
}
