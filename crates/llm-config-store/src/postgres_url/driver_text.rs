//! Messages of the driver without any part of a password: libpq and the server quote values that they
//! could not use.

use diesel::ConnectionError;
use diesel::r2d2::Error as ManagerError;
use diesel::result::Error as DieselError;
use zeroize::Zeroizing;

use super::PostgresUrl;
use crate::url::DatabaseUrl;

/// This many characters in a row are a part of a password; a shorter one counts as a whole.
const PART: usize = 4;

const WITHHELD: &str = "the driver's message is not shown, because it holds a part of the password";

impl PostgresUrl {
    /// Whether a text holds a part of a secret of this URL, in whatever case.
    fn is_told_by(&self, text: &str) -> bool {
        let text = Zeroizing::new(text.to_lowercase());
        self.0.secrets.iter().any(|secret| {
            let secret: Zeroizing<Vec<char>> = Zeroizing::new(secret.to_lowercase().chars().collect());
            let mut parts = secret.windows(PART.min(secret.len()).max(1));
            parts.any(|part| text.contains(Zeroizing::new(part.iter().collect::<String>()).as_str()))
        })
    }
}

impl DatabaseUrl {
    /// The text, or another one where it holds a part of a secret of this URL.
    pub(crate) fn withhold(&self, text: String) -> String {
        match self {
            Self::Postgres(url) if url.is_told_by(&text) => WITHHELD.to_owned(),
            Self::Postgres(_) | Self::Sqlite(_) => text,
        }
    }

    pub(crate) fn withhold_from_manager(&self, error: ManagerError) -> ManagerError {
        match error {
            ManagerError::ConnectionError(error) => {
                let text = error.to_string();
                let told = self.withhold(text.clone());
                if told == text {
                    ManagerError::ConnectionError(error)
                } else {
                    ManagerError::ConnectionError(ConnectionError::BadConnection(told))
                }
            }
            ManagerError::QueryError(error) => ManagerError::QueryError(self.withhold_from_query(error)),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "not our enum, and the others have no text of a server"
    )]
    pub(crate) fn withhold_from_query(&self, error: DieselError) -> DieselError {
        match error {
            DieselError::DatabaseError(kind, info) => {
                // The other pieces of it are never shown.
                let told = self.withhold(info.message().to_owned());
                if told == info.message() {
                    DieselError::DatabaseError(kind, info)
                } else {
                    DieselError::DatabaseError(kind, Box::new(told))
                }
            }
            other => other,
        }
    }
}
