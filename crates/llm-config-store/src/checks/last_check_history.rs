//! The last checks of configurations, computed from the history by the rule by which they are recorded.

use diesel::prelude::*;

use super::last_check::LastCheckRow;
use super::verdict::Verdict;
use crate::database::backend::AnyConnection;
use crate::database::schema::{config_checks, last_checks, llm_configs};
use crate::error::StoreError;

/// How many configurations are read at once.
const CHUNK: i64 = 500;

/// Id, number and target revision of a configuration that has checks.
type CheckedConfig = (String, i64, i64);

/// Revision, number, time, trigger and report of a check.
type PastCheck = (i64, i64, i64, String, String);

/// Fills the table from the history in the caller's transaction.
pub(crate) fn fill(conn: &mut AnyConnection) -> Result<(), StoreError> {
    diesel::delete(last_checks::table).execute(conn)?;
    let mut last = String::new();
    loop {
        let checks_of_config = config_checks::table.filter(config_checks::config_id.eq(llm_configs::id));
        let configs: Vec<CheckedConfig> = llm_configs::table
            .filter(llm_configs::id.gt(&last))
            .filter(diesel::dsl::exists(checks_of_config))
            .order(llm_configs::id)
            .limit(CHUNK)
            .select((llm_configs::id, llm_configs::sequence, llm_configs::target_revision))
            .load(conn)?;
        let Some((newest, ..)) = configs.last() else { return Ok(()) };
        last.clone_from(newest);
        for config in configs {
            use config_checks::{at, config_id, report, revision, sequence, table, trigger};
            let checks: Vec<PastCheck> = table
                .filter(config_id.eq(&config.0))
                .order((revision.desc(), sequence.desc()))
                .select((revision, sequence, at, trigger, report))
                .load(conn)?;
            if let Some(row) = last_check_row(config, checks) {
                diesel::insert_into(last_checks::table).values(&row).execute(conn)?;
            }
        }
    }
}

/// The newest judgement if it is current, otherwise the newest check. A check whose report has no verdict is
/// left out. `newest_first` are the checks of `config`.
fn last_check_row(config: CheckedConfig, newest_first: Vec<PastCheck>) -> Option<LastCheckRow> {
    let (config_id, sequence, target_revision) = config;
    let verdict_of = |check: PastCheck| Some((Verdict::from_report(&check.4)?, check));
    let checks: Vec<_> = newest_first.into_iter().filter_map(verdict_of).collect();
    let judgement = checks.iter().find(|(verdict, _)| verdict.is_judgement);
    let last_judgement = judgement.map(|(verdict, _)| verdict.usable.as_str().to_owned());
    let current = judgement.filter(|(_, (revision, ..))| *revision >= target_revision);
    let (verdict, (revision, recorded, at, trigger, _)) = current.or(checks.first())?;
    // Checks of an earlier target, and those that do not replace the shown one, interrupt nothing.
    let of_target = target_revision.min(*revision);
    let since = checks
        .iter()
        .filter(|(other, (number, place, ..))| {
            other.is_judgement == verdict.is_judgement && *number >= of_target && place <= recorded
        })
        .take_while(|(other, _)| other.usable == verdict.usable)
        .last()
        .map_or(*at, |(_, (_, _, time, ..))| *time.min(at));
    Some(LastCheckRow {
        config_id,
        sequence,
        revision: *revision,
        at: *at,
        trigger: trigger.clone(),
        usable: verdict.usable.as_str().to_owned(),
        reason: verdict.reason.as_str().to_owned(),
        is_judgement: i32::from(verdict.is_judgement),
        last_judgement,
        since,
    })
}
