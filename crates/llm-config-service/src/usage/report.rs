//! What people see of usage.

use std::collections::BTreeMap;

use llm_config_core::access::{
    Action, Actor, ConfigAction, OrgRole, TargetUser, TokenAction, VisiblePrincipals, config_workspaces_with,
    owners_with, visible_token_holders,
};
use llm_config_core::field::FieldErrors;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_store::Tx;
use llm_config_store::usage::{
    KEPT_HOURS, UsageCounters, UsageFilter, UsageGroup, UsageGrouping, UsageHour, UsageRow,
};

use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;
use crate::tokens::may_list_tokens;

/// The maximum number of rows of a report.
const MAX_ROWS: u32 = 10_000;

/// The number of hours of a report that names no beginning.
const DEFAULT_HOURS: u32 = 24;

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub struct UsageQuery {
    /// The beginning: the hour of this moment. `None`: 24 hours before the end.
    pub from: Option<Timestamp>,
    /// The end: the beginning of the hour at or after this moment. `None`: the end of the present hour.
    pub to: Option<Timestamp>,
    /// What usage is summed by.
    pub grouping: UsageGrouping,
}

/// Usage in a range of hours.
#[derive(Debug)]
pub struct UsageReport {
    /// The beginning of the first hour.
    pub from: Timestamp,
    /// The end of the last hour.
    pub to: Timestamp,
    /// What usage is summed by.
    pub grouping: UsageGrouping,
    /// The sums, sorted by what they are about.
    pub rows: Vec<UsageRow>,
}

impl Service {
    /// The usage of the configurations that the caller may read. `Malformed`, with the field `from`, if the
    /// range is empty or longer than 400 days, and with the field `groupBy`, if there are more than 10,000
    /// rows.
    ///
    /// Tokens that the caller may not see are one row, together with calls without a token. The holder of a
    /// revoked token is not known, so it is shown only to callers who may list the tokens of every user.
    pub async fn usage(&self, session: &Session, query: UsageQuery) -> Result<UsageReport, Error> {
        let UsageQuery { from, to, grouping } = query;
        let (from, to) = range(from, to, self.now())?;
        let actor = session.actor.clone();
        let filter = UsageFilter {
            owners: owners_with(&actor, ConfigAction::Read),
            workspaces: config_workspaces_with(&actor, ConfigAction::Read),
            configs: actor.token_scope.configs.clone(),
            from,
            to,
        };
        let rows = self.store.read(move |tx| {
            let rows = tx.usage_by(&filter, grouping, MAX_ROWS + 1)?;
            if rows.len() > usize::try_from(MAX_ROWS).unwrap_or(usize::MAX) {
                return Err(too_many_rows());
            }
            match grouping {
                UsageGrouping::Token => hide_tokens(tx, &actor, rows),
                UsageGrouping::Config
                | UsageGrouping::Model
                | UsageGrouping::Workspace
                | UsageGrouping::Hour => Ok(rows),
            }
        });
        Ok(UsageReport { from: from.start(), to: to.start(), grouping, rows: rows.await? })
    }
}

/// The first hour, and the hour after the last one.
fn range(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    now: Timestamp,
) -> Result<(UsageHour, UsageHour), Error> {
    let present_end = UsageHour::containing(now).later(1);
    let to = to.map_or(present_end, UsageHour::not_before);
    let from = from.map_or(to.earlier(DEFAULT_HOURS), UsageHour::containing);
    if from >= to {
        return Err(FieldErrors::<String>::one("from", "must be before `to`").into());
    }
    if from < to.earlier(KEPT_HOURS) {
        return Err(FieldErrors::<String>::one("from", "must be at most 400 days before `to`").into());
    }
    Ok((from, to))
}

fn too_many_rows() -> Error {
    let advice = "has more than 10,000 rows; ask for a shorter range with `from` and `to`, or for another \
                  `groupBy`";
    FieldErrors::<String>::one("groupBy", advice).into()
}

/// Adds the rows of tokens that the caller may not see to the row without a token.
fn hide_tokens(tx: &mut Tx<'_>, actor: &Actor, rows: Vec<UsageRow>) -> Result<Vec<UsageRow>, Error> {
    let mut holders = Holders { visible: visible_token_holders(actor), decided: BTreeMap::new() };
    let mut sums: BTreeMap<UsageGroup, UsageCounters> = BTreeMap::new();
    for UsageRow { group, counters } in rows {
        let group = match group {
            UsageGroup::Token(Some((token, holder))) => {
                UsageGroup::Token(holders.shown(tx, actor, token, holder)?)
            }
            UsageGroup::Token(None)
            | UsageGroup::Config(_)
            | UsageGroup::Model(_)
            | UsageGroup::Workspace(_)
            | UsageGroup::Hour(_) => group,
        };
        *sums.entry(group).or_default() += counters;
    }
    Ok(sums.into_iter().map(|(group, counters)| UsageRow { group, counters }).collect())
}

/// The holders whose tokens the caller may list, each decided once.
struct Holders {
    visible: VisiblePrincipals,
    decided: BTreeMap<Option<PrincipalId>, bool>,
}

impl Holders {
    fn shown(
        &mut self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        token: TokenId,
        holder: Option<PrincipalId>,
    ) -> Result<Option<(TokenId, Option<PrincipalId>)>, Error> {
        let is_shown = if let Some(decided) = self.decided.get(&holder) {
            *decided
        } else {
            let decided = self.decide(tx, actor, holder)?;
            self.decided.insert(holder, decided);
            decided
        };
        Ok(is_shown.then_some((token, holder)))
    }

    fn decide(&self, tx: &mut Tx<'_>, actor: &Actor, holder: Option<PrincipalId>) -> Result<bool, Error> {
        match (self.visible, holder) {
            (VisiblePrincipals::None, _) | (VisiblePrincipals::Only(_), None) => Ok(false),
            (VisiblePrincipals::Only(own), Some(holder)) => Ok(own == holder),
            (VisiblePrincipals::All, Some(holder)) => may_list_tokens(tx, actor, holder),
            // Of a user of the highest rank, who may be the holder.
            (VisiblePrincipals::All, None) => {
                let anyone =
                    TargetUser { id: PrincipalId::OPERATOR, role: OrgRole::Owner, shares_workspace: false };
                Ok(is_allowed(actor, &Action::Tokens(TokenAction::List, anyone)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    /// Times in half hours.
    fn check(from: Option<i64>, to: Option<i64>, expected: Option<(i64, i64)>) {
        let at = |halves: i64| Timestamp::from_micros(halves * HOUR / 2);
        let found = range(from.map(at), to.map(at), at(20_001)).ok();
        let found = found.map(|(from, to)| (from.start().as_micros() / HOUR, to.start().as_micros() / HOUR));
        assert_eq!(found, expected, "{from:?} {to:?}");
    }

    #[test]
    fn range_is_rounded_to_whole_hours_around_both_ends() {
        check(None, None, Some((9977, 10_001)));
        check(Some(3), Some(5), Some((1, 3)));
        check(Some(2), Some(4), Some((1, 2)));
        check(Some(19_999), None, Some((9999, 10_001)));
        check(None, Some(200), Some((76, 100)));
        check(Some(3), Some(4), Some((1, 2)));
    }

    #[test]
    fn range_that_is_empty_or_too_long_is_rejected() {
        check(Some(4), Some(4), None);
        check(Some(6), Some(4), None);
        check(Some(20_003), None, None);
        check(Some(0), Some(19_200), Some((0, 9600)));
        check(Some(0), Some(19_201), None);
    }
}
