//! The last check of each configuration, in a table of its own, so that lists can filter by it.

use diesel::prelude::*;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_core::time::Timestamp;
use serde::Deserialize;

use super::verdict::{Usable, Verdict};
use super::{CheckTrigger, NewCheck};
use crate::database::backend::AnyConnection;
use crate::database::schema::{config_checks, last_checks, llm_configs, workspaces};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

/// How many configurations are read at once.
const CHUNK: i64 = 500;

/// The check that lists show for a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCheck {
    /// When the target was opened.
    pub at: Timestamp,
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
#[diesel(table_name = last_checks)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(crate) struct LastCheckRow {
    config_id: String,
    sequence: i64,
    revision: i64,
    at: i64,
    trigger: String,
    usable: String,
    reason: String,
    is_verdict: i32,
}

impl LastCheckRow {
    /// `target_revision` is the one of the configuration.
    pub(crate) fn into_last_check(self, target_revision: i64) -> Result<LastCheck, StoreError> {
        let row = Row { table: "last_checks", id: &self.config_id };
        Ok(LastCheck {
            at: Timestamp::from_micros(self.at),
            verdict: Verdict {
                usable: row.required("usable", Usable::from_name(&self.usable))?,
                reason: row.parse("reason", &self.reason)?,
                is_judgement: self.is_verdict != 0,
            },
            trigger: row.required("trigger", CheckTrigger::from_name(&self.trigger))?,
            is_current: self.revision >= target_revision,
        })
    }

    /// The judgement; `None` if the check could not judge, or the row is corrupt.
    fn judgement(&self) -> Option<Usable> {
        (self.is_verdict != 0).then(|| Usable::from_name(&self.usable)).flatten()
    }
}

/// What a configuration's row says to the log.
type NamedRow = (String, Option<String>, Option<String>);

impl Tx<'_> {
    /// The check that lists show for a configuration; a corrupt one counts as none.
    pub fn find_last_check(&mut self, config: ConfigId) -> Result<Option<LastCheck>, StoreError> {
        let row: Option<(LastCheckRow, i64)> = last_checks::table
            .inner_join(llm_configs::table)
            .filter(last_checks::config_id.eq(config.to_string()))
            .select((LastCheckRow::as_select(), llm_configs::target_revision))
            .first(self.conn)
            .optional()?;
        Ok(row.and_then(|(row, target_revision)| readable(row, target_revision)))
    }

    /// Shows `new` in lists, unless it could not judge the configuration and a current check could. The
    /// caller holds the lock on the configuration, so that of two servers only one sees a change.
    pub(super) fn replace_last_check(&mut self, new: &NewCheck) -> Result<Option<VerdictChange>, StoreError> {
        let id = new.config.to_string();
        let before: Option<LastCheckRow> =
            last_checks::table.find(&id).select(LastCheckRow::as_select()).first(self.conn).optional()?;
        let (sequence, target_revision): (i64, i64) = llm_configs::table
            .find(&id)
            .select((llm_configs::sequence, llm_configs::target_revision))
            .first(self.conn)?;
        let judgement = before.as_ref().and_then(LastCheckRow::judgement);
        let is_current = before.as_ref().is_some_and(|row| row.revision >= target_revision);
        if !new.verdict.is_judgement && is_current && judgement.is_some() {
            return Ok(None);
        }
        let row = LastCheckRow {
            config_id: id.clone(),
            sequence,
            revision: new.revision.number(),
            at: new.at.as_micros(),
            trigger: new.trigger.as_str().to_owned(),
            usable: new.verdict.usable.as_str().to_owned(),
            reason: new.verdict.reason.as_str().to_owned(),
            is_verdict: i32::from(new.verdict.is_judgement),
        };
        match before {
            Some(_) => diesel::update(last_checks::table.find(&id)).set(&row).execute(self.conn)?,
            None => diesel::insert_into(last_checks::table).values(&row).execute(self.conn)?,
        };
        if new.verdict.is_judgement && judgement != Some(new.verdict.usable) {
            return self.verdict_change(&id, judgement).map(Some);
        }
        Ok(None)
    }

    /// Reads the names without locks and tolerates corrupt ones, because they only go to the log.
    fn verdict_change(&mut self, id: &str, before: Option<Usable>) -> Result<VerdictChange, StoreError> {
        use llm_configs::{name, owner_id, table, workspace_id};
        let (config, owner, workspace): NamedRow =
            table.find(id).select((name, owner_id, workspace_id)).first(self.conn)?;
        let workspace_name: Option<String> = match &workspace {
            Some(id) => workspaces::table.find(id).select(workspaces::name).first(self.conn).optional()?,
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

/// The parsed row; a corrupt one is logged and does not hide its configuration.
pub(crate) fn readable(row: LastCheckRow, target_revision: i64) -> Option<LastCheck> {
    row.into_last_check(target_revision)
        .inspect_err(|error| tracing::error!(%error, "a corrupt row is skipped"))
        .ok()
}

/// The members of a report that a list shows.
#[derive(Deserialize)]
struct ReportVerdict {
    usable: String,
    reason: String,
}

/// Id of the configuration, its number, revision, time, trigger, whether it works, report.
type PastCheck = (String, i64, i64, i64, String, Option<i32>, String);

/// Fills the table from the newest check of each configuration, in the caller's transaction. A check whose
/// report has no verdict is left out.
pub(crate) fn fill(conn: &mut AnyConnection) -> Result<(), StoreError> {
    let newer = diesel::alias!(config_checks as newer);
    let (newer_config, newer_at, newer_id) = (
        newer.field(config_checks::config_id),
        newer.field(config_checks::at),
        newer.field(config_checks::id),
    );
    diesel::delete(last_checks::table).execute(conn)?;
    let mut last = String::new();
    loop {
        use config_checks::{at, config_id, id, report, revision, table, trigger, works};
        let is_newer = newer_at.gt(at).or(newer_at.eq(at).and(newer_id.gt(id)));
        let newer_ones = newer.filter(newer_config.eq(config_id)).filter(is_newer);
        let rows: Vec<PastCheck> = table
            .inner_join(llm_configs::table)
            .filter(config_id.gt(&last))
            .filter(diesel::dsl::not(diesel::dsl::exists(newer_ones)))
            .order(config_id)
            .limit(CHUNK)
            .select((config_id, llm_configs::sequence, revision, at, trigger, works, report))
            .load(conn)?;
        let Some((newest, ..)) = rows.last() else { return Ok(()) };
        last.clone_from(newest);
        for row in rows.into_iter().filter_map(last_check_row) {
            diesel::insert_into(last_checks::table).values(&row).execute(conn)?;
        }
    }
}

fn last_check_row(past: PastCheck) -> Option<LastCheckRow> {
    let (config_id, sequence, revision, at, trigger, works, report) = past;
    let ReportVerdict { usable, reason } = serde_json::from_str(&report).ok()?;
    // Of inconclusive checks the history does not say why.
    let is_verdict = i32::from(works.is_some());
    Some(LastCheckRow { config_id, sequence, revision, at, trigger, usable, reason, is_verdict })
}
