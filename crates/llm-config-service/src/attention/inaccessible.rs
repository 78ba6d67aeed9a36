//! Configurations that cannot be read, and those whose credential cannot be opened.

use llm_config_core::access::{Action, Actor};
use llm_config_core::key::KeyId;
use llm_config_core::text::DisplayName;
use llm_config_store::{Tx, UnreadableRow, VisibleConfigs};

use super::{CorruptRows, LISTED};
use crate::configs::{NamedScope, ScopeNames};
use crate::error::Error;
use crate::policy::is_allowed;

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inaccessibility {
    /// A value of its row is damaged, or of a later version of this program.
    CorruptRow,
    /// Its credential is sealed under a key that this server's keyring lacks.
    LostKey {
        /// The id of the key, for callers who may read the state of the keys.
        key: Option<KeyId>,
    },
}

impl Inaccessibility {
    /// The problem and the remedy, in one sentence.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::CorruptRow => {
                "A value in the database is damaged, or was written by a later version of this program: the \
                 operator repairs the row, or restores it from a backup."
            }
            Self::LostKey { .. } => {
                "This server lacks the key that encrypts the credential: the operator brings the key back, \
                 or a user enters the whole credential again."
            }
        }
    }
}

/// A configuration that cannot be read, or whose credential cannot be opened.
#[derive(Debug)]
pub struct InaccessibleConfig {
    /// The id, as it is stored.
    pub id: String,
    /// The name; `None` if it cannot be read.
    pub name: Option<DisplayName>,
    /// The owner or workspace, with its name for callers who may read it; `None` if it cannot be read.
    pub scope: Option<NamedScope>,
    /// The problem.
    pub problem: Inaccessibility,
}

/// The same before the name of its scope is read.
pub(super) struct Found {
    pub(super) row: UnreadableRow,
    problem: Inaccessibility,
}

impl Found {
    pub(super) fn named(self, names: &ScopeNames) -> InaccessibleConfig {
        let Self { row: UnreadableRow { id, name, scope }, problem } = self;
        InaccessibleConfig { id, name, scope: scope.map(|scope| names.named(scope)), problem }
    }
}

/// The configurations that the actor may list, one more than a list has if there are more. Corrupt rows come
/// first; a row with both problems is one entry.
pub(super) fn find(
    tx: &mut Tx<'_>,
    visible: &VisibleConfigs,
    actor: &Actor,
    corrupt: &CorruptRows,
) -> Result<Vec<Found>, Error> {
    let mut rows = corrupt.known_and_next(tx)?;
    rows.retain(|row| visible.include(&row.id, row.scope.as_ref()));
    let problem = Inaccessibility::CorruptRow;
    let mut found: Vec<_> = rows.into_iter().map(|row| Found { row, problem: problem.clone() }).collect();
    let may_read_keys = is_allowed(actor, &Action::ReadKeyState);
    for (row, key) in tx.configs_under_lost_keys(visible, LISTED + 1)? {
        if found.iter().all(|other| other.row.id != row.id) {
            found
                .push(Found { row, problem: Inaccessibility::LostKey { key: may_read_keys.then_some(key) } });
        }
    }
    Ok(found)
}
