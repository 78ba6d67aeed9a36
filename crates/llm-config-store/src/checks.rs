//! Checks of configurations: what was found out about each, and whether that still holds.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use llm_config_core::config::Revision;
use llm_config_core::id::{ConfigId, Incarnation, PrincipalId};
use llm_config_core::time::Timestamp;
use serde::de::IgnoredAny;

use crate::error::StoreError;
use crate::random;
use crate::row::{Row, readable, revision};
use crate::schema::{config_checks, llm_configs};
use crate::transaction::{Lock, Tx};

/// How many checks of each configuration are kept, the newest; and, if those all could not
/// decide, the last that could.
pub const KEPT_CHECKS: u32 = 20;

/// What a check that found a working configuration has in its column.
pub(crate) const WORKS: i32 = 1;

const FAILS: i32 = 0;

/// Why a configuration was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckTrigger {
    /// Somebody asked for it.
    Request,
    /// It was time.
    Background,
}

impl CheckTrigger {
    /// Both.
    pub const ALL: &[Self] = &[Self::Request, Self::Background];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Background => "BACKGROUND",
        }
    }
}

/// What a check found, as JSON text of at most 64 KiB. The store does not look into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport(String);

/// A text that is not the report of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckReportError {
    /// It is too long.
    #[error("must be at most {} bytes long", CheckReport::MAX_BYTES)]
    TooLong,
    /// It is something else.
    #[error("must be JSON")]
    NotJson,
}

impl CheckReport {
    /// The longest report.
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

/// A check that was just made of what [`Store::open_target`](crate::Store::open_target) returned.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// The configuration.
    pub config: ConfigId,
    /// Which one of that id was opened.
    pub incarnation: Incarnation,
    /// The revision that was opened.
    pub revision: Revision,
    /// When it was opened. What was opened later counts as newer, whenever it ended.
    pub at: Timestamp,
    /// Why.
    pub trigger: CheckTrigger,
    /// On whose behalf.
    pub checked_by: PrincipalId,
    /// Whether it works; `None` where the check could not decide.
    pub works: Option<bool>,
    /// What was found.
    pub report: CheckReport,
}

/// A check that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When it began.
    pub at: Timestamp,
    /// The revision that was checked.
    pub revision: Revision,
    /// Why.
    pub trigger: CheckTrigger,
    /// On whose behalf.
    pub checked_by: PrincipalId,
    /// Whether it worked; `None` where the check could not decide.
    pub works: Option<bool>,
    /// What was found.
    pub report: CheckReport,
    /// Whether it is about the configuration as it is now: since then neither provider, endpoint,
    /// path, model, credential nor owner changed.
    pub is_current: bool,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = config_checks)]
#[diesel(check_for_backend(crate::backend::MultiBackend))]
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

impl Tx<'_> {
    /// Stores what a check found, and drops old ones, as [`KEPT_CHECKS`] says. The configuration
    /// itself stays as it is, its revision and its last change included.
    ///
    /// `false`, and nothing stored, where the check is about something that is no more: the
    /// configuration is gone, or since it was opened its provider, endpoint, path, model,
    /// credential or owner changed.
    pub fn record_check(&mut self, new: &NewCheck) -> Result<bool, StoreError> {
        let NewCheck { config, incarnation, revision, at, trigger, checked_by, works, report } = new;
        let config_id = config.to_string();
        self.lock(&Lock::ForShare("llm_configs", &config_id))?;
        let is_as_opened = llm_configs::table
            .find(&config_id)
            .filter(llm_configs::incarnation.eq(incarnation.to_string()))
            .filter(llm_configs::target_revision.le(revision.number()));
        if !diesel::select(diesel::dsl::exists(is_as_opened)).get_result::<bool>(self.conn)? {
            return Ok(false);
        }
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
        self.drop_old_checks(&config_id)?;
        Ok(true)
    }

    /// Deletes all checks of a configuration.
    pub(crate) fn delete_checks(&mut self, config: ConfigId) -> Result<(), StoreError> {
        let of_config = config_checks::table.filter(config_checks::config_id.eq(config.to_string()));
        diesel::delete(of_config).execute(self.conn)?;
        Ok(())
    }

    fn drop_old_checks(&mut self, config_id: &str) -> Result<(), StoreError> {
        let of_config = || config_checks::table.filter(config_checks::config_id.eq(config_id));
        // A provider that is down for long makes nothing unavailable that worked before.
        let last_decided: Option<String> = of_config()
            .filter(config_checks::works.is_not_null())
            .order(newest_first())
            .select(config_checks::id)
            .first(self.conn)
            .optional()?;
        let old: Vec<String> = of_config()
            .order(newest_first())
            .offset(i64::from(KEPT_CHECKS))
            // SQLite knows no offset without a limit.
            .limit(i64::MAX)
            .select(config_checks::id)
            .load(self.conn)?;
        for id in old.into_iter().filter(|id| last_decided.as_ref() != Some(id)) {
            diesel::delete(config_checks::table.find(id)).execute(self.conn)?;
        }
        Ok(())
    }

    /// The newest `limit` checks of a configuration, newest first, of whatever it was then.
    pub fn list_checks(&mut self, config: ConfigId, limit: u32) -> Result<Vec<Check>, StoreError> {
        let rows: Vec<(CheckRow, i64)> = config_checks::table
            .inner_join(llm_configs::table)
            .filter(config_checks::config_id.eq(config.to_string()))
            .order(newest_first())
            .limit(i64::from(limit))
            .select((CheckRow::as_select(), llm_configs::target_revision))
            .load(self.conn)?;
        Ok(readable(rows, |(row, target_revision)| row.into_check(target_revision)))
    }
}

impl CheckRow {
    fn into_check(self, target_revision: i64) -> Result<Check, StoreError> {
        let row = Row { table: "config_checks", id: &self.id };
        let trigger = CheckTrigger::ALL.iter().copied().find(|it| it.as_str() == self.trigger);
        let works = match self.works {
            None => Some(None),
            Some(WORKS) => Some(Some(true)),
            Some(FAILS) => Some(Some(false)),
            Some(_) => None,
        };
        Ok(Check {
            at: Timestamp::from_micros(self.at),
            revision: revision(self.revision),
            trigger: row.required("trigger", trigger)?,
            checked_by: row.parse("checked_by", &self.checked_by)?,
            works: row.required("works", works)?,
            is_current: self.revision >= target_revision,
            report: row.required("report", CheckReport::try_from(self.report).ok())?,
        })
    }
}

#[auto_type]
fn newest_first() -> _ {
    (config_checks::at.desc(), config_checks::id.desc())
}

/// What the last check that could decide found out about a configuration as it is now.
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
