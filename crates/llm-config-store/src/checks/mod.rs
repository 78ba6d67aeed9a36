//! The history of checks of each configuration, its last check, and the schedule of background checks.

mod failing;
pub(crate) mod last_check;
pub(crate) mod last_check_history;
mod schedule;
mod verdict;

use diesel::dsl::auto_type;
use diesel::prelude::*;
use llm_config_core::config::Revision;
use llm_config_core::id::{ConfigId, Incarnation, PrincipalId};
use llm_config_core::time::Timestamp;
use serde::de::IgnoredAny;

use crate::database::schema::{config_checks, last_checks, llm_configs};
use crate::error::StoreError;
use crate::random;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx};

pub use failing::{Failing, FailingConfig};
pub use last_check::{LastCheck, VerdictChange};
pub use schedule::DueCheck;
pub use verdict::{ReasonCode, ReasonCodeError, Verdict};

/// The number of checks that are kept for each configuration. If none of these is
/// conclusive, the last conclusive one is kept too.
pub const KEPT_CHECKS: u32 = 20;

/// The value of the column `works` for a configuration that works.
pub(crate) const WORKS: i32 = 1;

const FAILS: i32 = 0;

/// The cause of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckTrigger {
    /// A request.
    Request,
    /// The schedule.
    Background,
}

impl CheckTrigger {
    /// All triggers.
    pub const ALL: &[Self] = &[Self::Request, Self::Background];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Background => "BACKGROUND",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|trigger| trigger.as_str() == name)
    }
}

/// The report of a check: JSON of at most 64 KiB. The store reads only the [`Verdict`] in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport(String);

/// Why a text is not a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckReportError {
    /// The text is too long.
    #[error("must be at most {} bytes long", CheckReport::MAX_BYTES)]
    TooLong,
    /// The text is not JSON.
    #[error("must be JSON")]
    NotJson,
}

impl CheckReport {
    /// The maximum length in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// The text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CheckReport {
    type Error = CheckReportError;

    fn try_from(text: String) -> Result<Self, CheckReportError> {
        if text.len() > Self::MAX_BYTES {
            return Err(CheckReportError::TooLong);
        }
        match serde_json::from_str::<IgnoredAny>(&text) {
            Ok(IgnoredAny) => Ok(Self(text)),
            Err(_) => Err(CheckReportError::NotJson),
        }
    }
}

/// A check of a target that [`Store::open_target`](crate::Store::open_target) opened.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// The configuration.
    pub config: ConfigId,
    /// The incarnation that was opened.
    pub incarnation: Incarnation,
    /// The revision that was opened.
    pub revision: Revision,
    /// When the target was opened. This time is shown only: checks are ordered as they are recorded.
    pub at: Timestamp,
    /// The cause.
    pub trigger: CheckTrigger,
    /// The principal who requested the check.
    pub checked_by: PrincipalId,
    /// Whether the configuration works; `None` if the check is inconclusive.
    pub works: Option<bool>,
    /// The verdict, for lists and the log.
    pub verdict: Verdict,
    /// The report.
    pub report: CheckReport,
}

/// The result of [`Tx::record_check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordedCheck {
    /// The check was stored. If its judgement differs from the previous one, this is the change; no other
    /// check has the same.
    Stored(Option<VerdictChange>),
    /// The check is outdated, and nothing was stored: the configuration was deleted, or its provider,
    /// endpoint, path, model, credential or owner has changed since it was opened.
    Outdated,
}

/// A recorded check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When the target was opened.
    pub at: Timestamp,
    /// The revision that was checked.
    pub revision: Revision,
    /// The cause.
    pub trigger: CheckTrigger,
    /// The principal who requested the check.
    pub checked_by: PrincipalId,
    /// Whether the configuration worked; `None` if the check was inconclusive.
    pub works: Option<bool>,
    /// The report.
    pub report: CheckReport,
    /// Whether the check applies to the current configuration: its provider, endpoint, path, model,
    /// credential and owner have not changed since.
    pub is_current: bool,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = config_checks)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
struct CheckRow {
    id: String,
    config_id: String,
    revision: i64,
    at: i64,
    trigger: String,
    checked_by: String,
    works: Option<i32>,
    report: String,
}

/// The numbers of a configuration that a new check is compared with.
#[derive(Queryable, Selectable)]
#[diesel(table_name = llm_configs)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
struct ConfigNumbers {
    sequence: i64,
    target_revision: i64,
}

impl Tx<'_> {
    /// Stores a check and deletes old ones beyond [`KEPT_CHECKS`]. The configuration itself, its revision
    /// included, does not change.
    pub fn record_check(&mut self, new: &NewCheck) -> Result<RecordedCheck, StoreError> {
        let NewCheck { config, incarnation, revision, at, trigger, checked_by, works, verdict: _, report } =
            new;
        let config_id = config.to_string();
        self.lock(&Lock::Checks { config: &config_id })?;
        let current: Option<ConfigNumbers> = llm_configs::table
            .find(&config_id)
            .filter(llm_configs::incarnation.eq(incarnation.to_string()))
            .select(ConfigNumbers::as_select())
            .get_result(self.conn)
            .optional()?;
        let Some(current) = current.filter(|current| current.target_revision <= revision.number()) else {
            return Ok(RecordedCheck::Outdated);
        };
        let row = CheckRow {
            id: random::uuid(self.now).to_string(),
            config_id: config_id.clone(),
            revision: revision.number(),
            at: at.as_micros(),
            trigger: trigger.as_str().to_owned(),
            checked_by: checked_by.to_string(),
            works: works.map(|works| if works { WORKS } else { FAILS }),
            report: report.as_json().to_owned(),
        };
        diesel::insert_into(config_checks::table).values(&row).execute(self.conn)?;
        self.delete_old_checks(&config_id)?;
        self.replace_last_check(new, &current).map(RecordedCheck::Stored)
    }

    /// Deletes all checks of a configuration.
    pub(crate) fn delete_checks(&mut self, config: ConfigId) -> Result<(), StoreError> {
        let checks_of_config = config_checks::table.filter(config_checks::config_id.eq(config.to_string()));
        diesel::delete(checks_of_config).execute(self.conn)?;
        diesel::delete(last_checks::table.find(config.to_string())).execute(self.conn)?;
        Ok(())
    }

    fn delete_old_checks(&mut self, config_id: &str) -> Result<(), StoreError> {
        let checks: Vec<(String, Option<i32>)> = config_checks::table
            .filter(config_checks::config_id.eq(config_id))
            .order(newest_first())
            .select((config_checks::id, config_checks::works))
            .load(self.conn)?;
        // Kept, so that a long outage of a provider does not make configurations unavailable that worked
        // before.
        let last_conclusive = checks.iter().position(|(_, works)| works.is_some());
        let old = checks.iter().enumerate().skip(KEPT_CHECKS as usize);
        for (_, (id, _)) in old.filter(|(position, _)| Some(*position) != last_conclusive) {
            diesel::delete(config_checks::table.find(id)).execute(self.conn)?;
        }
        Ok(())
    }

    /// The newest `limit` checks of a configuration, newest first, outdated ones included.
    pub fn list_checks(&mut self, config: ConfigId, limit: u32) -> Result<Vec<Check>, StoreError> {
        let rows: Vec<(CheckRow, i64)> = config_checks::table
            .inner_join(llm_configs::table)
            .filter(config_checks::config_id.eq(config.to_string()))
            .order(newest_first())
            .limit(i64::from(limit))
            .select((CheckRow::as_select(), llm_configs::target_revision))
            .load(self.conn)?;
        Ok(skip_corrupt(rows, |(row, target_revision)| row.into_check(target_revision)))
    }
}

impl CheckRow {
    fn into_check(self, target_revision: i64) -> Result<Check, StoreError> {
        let row = Row { table: "config_checks", id: &self.id };
        let works = match self.works {
            None => Some(None),
            Some(WORKS) => Some(Some(true)),
            Some(FAILS) => Some(Some(false)),
            Some(_) => None,
        };
        Ok(Check {
            at: Timestamp::from_micros(self.at),
            revision: Revision::new(self.revision),
            trigger: row.required("trigger", CheckTrigger::from_name(&self.trigger))?,
            checked_by: row.parse("checked_by", &self.checked_by)?,
            works: row.required("works", works)?,
            is_current: self.revision >= target_revision,
            report: row.required("report", CheckReport::try_from(self.report).ok())?,
        })
    }
}

/// The order in which checks were recorded. Their times come from clocks, which differ and can be set back.
#[auto_type]
fn newest_first() -> _ {
    config_checks::sequence.desc()
}

/// The result of the last conclusive check that applies to the current configuration.
#[auto_type]
pub(crate) fn last_verdict() -> _ {
    config_checks::table
        .filter(config_checks::config_id.eq(llm_configs::id))
        .filter(config_checks::revision.ge(llm_configs::target_revision))
        .filter(config_checks::works.is_not_null())
        .order(newest_first())
        .limit(1_i64)
        .select(config_checks::works)
        .single_value()
}
