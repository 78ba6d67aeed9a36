//! The corrupt rows of configurations that are known so far.
//!
//! No index can have them, because only the program can tell that a value is invalid. So all rows are read
//! again and again, a few at a time: the cost of a step does not depend on their number.

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_store::{ListedConfig, Position, Tx, UnreadableRow};

use crate::config_filter::configs_of;
use crate::error::Error;

/// How many rows a step reads.
const STEP: NonZeroU16 = NonZeroU16::new(200).expect("a step of at least one row");

/// How many corrupt rows are known at most. If there are more, something else is wrong with the database.
const KNOWN: usize = 200;

/// The corrupt rows that are known so far. All clones share them.
#[derive(Clone, Default)]
pub(crate) struct CorruptRows(Arc<Mutex<Progress>>);

struct Progress {
    ids: BTreeSet<String>,
    /// The position where the next step begins.
    next: Position,
}

impl Default for Progress {
    fn default() -> Self {
        Self { ids: BTreeSet::new(), next: Position::START }
    }
}

impl CorruptRows {
    /// The known rows that are still corrupt, after one more step.
    pub(super) fn known_and_next(&self, tx: &mut Tx<'_>) -> Result<Vec<UnreadableRow>, Error> {
        self.step(tx)?;
        let known: Vec<_> = self.progress().ids.iter().cloned().collect();
        let corrupt = tx.corrupt_configs(&known)?;
        let still: BTreeSet<_> = corrupt.iter().map(|row| &row.id).collect();
        // Others may have been added meanwhile.
        self.progress().ids.retain(|id| still.contains(id) || !known.contains(id));
        Ok(corrupt)
    }

    /// Reads the next rows, and begins anew after the last one.
    pub(super) fn step(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let start = self.progress().next;
        let all = configs_of(VisiblePrincipals::All, VisibleWorkspaces::All, None);
        let page = tx.list_page(&all, start, STEP.get())?;
        let mut progress = self.progress();
        for row in page.rows {
            match row.config {
                ListedConfig::Intact(_) => {}
                ListedConfig::Corrupt(id, _) if progress.ids.len() >= KNOWN => drop(id),
                ListedConfig::Corrupt(id, error) => {
                    if progress.ids.insert(id) {
                        tracing::error!(%error, "a row of configurations is corrupt");
                    }
                }
            }
        }
        progress.next = page.next.unwrap_or(Position::START);
        Ok(())
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
