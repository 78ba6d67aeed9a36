//! The last check of each configuration, in a table of its own, so that lists can filter by it.

use diesel::prelude::*;
use llm_config_core::check::Usable;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_core::time::Timestamp;

use super::verdict::Verdict;
use super::{CheckTrigger, ConfigNumbers, NewCheck};
use crate::database::schema::{last_checks, llm_configs, workspaces};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

/// The check that lists show for a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCheck {
    /// When the target was opened.
    pub at: Timestamp,
    /// The time of the first of the checks that have found the same state of use without interruption.
    pub since: Timestamp,
    /// The verdict.
    pub verdict: Verdict,
    /// The cause.
    pub trigger: CheckTrigger,
    /// Whether the check applies to the current configuration.
    pub is_current: bool,
}

/// A check whose judgement differs from the previous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictChange {
    /// The previous judgement, of whatever state of the configuration; `None` for the first one.
    pub before: Option<Usable>,
    /// The name of the configuration; `None` if it cannot be read.
    pub name: Option<DisplayName>,
    /// The owner or workspace; `None` if it cannot be read.
    pub scope: Option<Scope>,
    /// The workspace's name; `None` for a configuration of an owner, and if it cannot be read. The owner's
    /// e-mail address is personal data, which does not go to the log.
    pub workspace: Option<DisplayName>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = last_checks, treat_none_as_null = true)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(crate) struct LastCheckRow {
    pub(super) config_id: String,
    pub(super) sequence: i64,
    pub(super) revision: i64,
    pub(super) at: i64,
    pub(super) trigger: String,
    pub(super) usable: String,
    pub(super) reason: String,
    pub(super) is_judgement: i32,
    /// The value of `usable` of the last judgement, which another check may hide.
    pub(super) last_judgement: Option<String>,
    pub(super) since: i64,
}

impl LastCheckRow {
    /// `target_revision` is the one of the configuration.
    pub(super) fn into_last_check(self, target_revision: i64) -> Result<LastCheck, StoreError> {
        let row = Row { table: "last_checks", id: &self.config_id };
        Ok(LastCheck {
            at: Timestamp::from_micros(self.at),
            since: Timestamp::from_micros(self.since),
            verdict: Verdict {
                usable: row.required("usable", Usable::from_name(&self.usable))?,
                reason: row.parse("reason", &self.reason)?,
                is_judgement: self.is_judgement != 0,
            },
            trigger: row.required("trigger", CheckTrigger::from_name(&self.trigger))?,
            is_current: self.revision >= target_revision,
        })
    }

    /// The last check, as lists show it. A corrupt one is logged and does not hide its configuration.
    pub(crate) fn last_check(self, target_revision: i64) -> Option<LastCheck> {
        self.into_last_check(target_revision)
            .inspect_err(|error| tracing::error!(%error, "a corrupt row is skipped"))
            .ok()
    }

    /// The last judgement; `None` if no check was one, or the value is corrupt.
    fn last_judgement(&self) -> Option<Usable> {
        self.last_judgement.as_deref().and_then(Usable::from_name)
    }

    /// Since when checks have found what `new` finds, which follows this check.
    fn since(&self, new: &NewCheck, target_revision: i64) -> i64 {
        let is_same = self.revision >= target_revision && self.usable == new.verdict.usable.as_str();
        // A time after that of `new` comes from a clock that was ahead.
        if is_same { self.since.min(new.at.as_micros()) } else { new.at.as_micros() }
    }

    /// Whether lists show `new` instead of this check. `new` is current. Of checks of one revision, the one
    /// that is recorded last counts, as in the history. No time decides: a clock that was ahead for a moment
    /// would keep this check until then.
    fn yields_to(&self, new: &NewCheck, target_revision: i64) -> bool {
        let is_current_judgement = self.is_judgement != 0 && self.revision >= target_revision;
        match (new.verdict.is_judgement, is_current_judgement) {
            (true, false) => true,
            (false, true) => false,
            (true, true) | (false, false) => self.revision <= new.revision.number(),
        }
    }
}

/// Name, owner and workspace of a configuration.
type NameAndScope = (String, Option<String>, Option<String>);

impl Tx<'_> {
    /// The check that lists show for a configuration; a corrupt one counts as none.
    pub fn find_last_check(&mut self, config: ConfigId) -> Result<Option<LastCheck>, StoreError> {
        let row: Option<(LastCheckRow, i64)> = last_checks::table
            .inner_join(llm_configs::table)
            .filter(last_checks::config_id.eq(config.to_string()))
            .select((LastCheckRow::as_select(), llm_configs::target_revision))
            .get_result(self.conn)
            .optional()?;
        Ok(row.and_then(|(row, target_revision)| row.last_check(target_revision)))
    }

    /// Shows `new`, which is current, in lists: unless a newer check is shown, and unless it judges nothing
    /// and a current judgement is shown. The caller holds the lock on the configuration, so that of two
    /// servers only one sees a change.
    pub(super) fn replace_last_check(
        &mut self,
        new: &NewCheck,
        config: &ConfigNumbers,
    ) -> Result<Option<VerdictChange>, StoreError> {
        let ConfigNumbers { sequence, target_revision } = *config;
        let id = new.config.to_string();
        let shown: Option<LastCheckRow> = last_checks::table
            .find(&id)
            .select(LastCheckRow::as_select())
            .get_result(self.conn)
            .optional()?;
        if shown.as_ref().is_some_and(|row| !row.yields_to(new, target_revision)) {
            return Ok(None);
        }
        let before = shown.as_ref().and_then(LastCheckRow::last_judgement);
        let usable = new.verdict.usable;
        let last_judgement = if new.verdict.is_judgement { Some(usable) } else { before };
        let row = LastCheckRow {
            config_id: id.clone(),
            sequence,
            revision: new.revision.number(),
            at: new.at.as_micros(),
            trigger: new.trigger.as_str().to_owned(),
            usable: usable.as_str().to_owned(),
            reason: new.verdict.reason.as_str().to_owned(),
            is_judgement: i32::from(new.verdict.is_judgement),
            last_judgement: last_judgement.map(|usable| usable.as_str().to_owned()),
            since: shown.as_ref().map_or(new.at.as_micros(), |row| row.since(new, target_revision)),
        };
        match shown {
            Some(_) => diesel::update(last_checks::table.find(&id)).set(&row).execute(self.conn)?,
            None => diesel::insert_into(last_checks::table).values(&row).execute(self.conn)?,
        };
        if last_judgement == before { Ok(None) } else { self.verdict_change(&id, before).map(Some) }
    }

    /// Reads the names without locks and tolerates corrupt ones, because they only go to the log.
    fn verdict_change(&mut self, id: &str, before: Option<Usable>) -> Result<VerdictChange, StoreError> {
        use llm_configs::{name, owner_id, table, workspace_id};
        let (config, owner, workspace): NameAndScope =
            table.find(id).select((name, owner_id, workspace_id)).get_result(self.conn)?;
        let workspace_name: Option<String> = match &workspace {
            Some(id) => {
                workspaces::table.find(id).select(workspaces::name).get_result(self.conn).optional()?
            }
            None => None,
        };
        let owner_scope = owner.as_deref().and_then(|id| id.parse().ok()).map(Scope::Owner);
        let workspace_scope = || workspace.as_deref().and_then(|id| id.parse().ok()).map(Scope::Workspace);
        Ok(VerdictChange {
            before,
            name: DisplayName::from_stored(&config).ok(),
            workspace: workspace_name.and_then(|text| DisplayName::from_stored(&text).ok()),
            scope: owner_scope.or_else(workspace_scope),
        })
    }
}
