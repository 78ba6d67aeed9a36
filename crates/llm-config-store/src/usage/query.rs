//! Sums of usage by group.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};

use super::counters::{CounterColumns, UsageCounters};
use super::hour::UsageHour;
use super::sql;
use crate::database::backend::on_either;
use crate::error::StoreError;
use crate::row::{Row, to_json};
use crate::transaction::Tx;

/// A filter for usage.
#[derive(Clone, Debug)]
pub struct UsageFilter {
    /// The owners whose configurations count.
    pub owners: VisiblePrincipals,
    /// The workspaces whose configurations count.
    pub workspaces: VisibleWorkspaces,
    /// Of these configurations, only the ones with these ids; `None`: all.
    pub configs: Option<BTreeSet<ConfigId>>,
    /// The first hour.
    pub from: UsageHour,
    /// The hour after the last one.
    pub to: UsageHour,
}

/// What usage is summed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageGrouping {
    /// By configuration.
    Config,
    /// By token of the caller.
    Token,
    /// By model that the provider was asked for.
    Model,
    /// By workspace of the configuration.
    Workspace,
    /// By hour.
    Hour,
}

/// What one sum is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsageGroup {
    /// A configuration.
    Config(ConfigId),
    /// A token, and its holder unless it was revoked. `None` for calls without a token.
    Token(Option<(TokenId, Option<PrincipalId>)>),
    /// A model.
    Model(String),
    /// A workspace; `None` for the configurations of owners.
    Workspace(Option<WorkspaceId>),
    /// An hour.
    Hour(UsageHour),
}

/// A sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// What it is about.
    pub group: UsageGroup,
    /// The counters.
    pub counters: UsageCounters,
}

#[derive(QueryableByName)]
struct GroupRow {
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    holder: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    hour: Option<i64>,
    #[diesel(embed)]
    counters: CounterColumns,
}

impl UsageGrouping {
    /// Every grouping.
    pub const ALL: &[Self] = &[Self::Config, Self::Token, Self::Model, Self::Workspace, Self::Hour];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Token => "token",
            Self::Model => "model",
            Self::Workspace => "workspace",
            Self::Hour => "hour",
        }
    }

    /// The columns `name`, `holder` and `hour` of a group, and the further table that they need.
    const fn columns(self) -> ([&'static str; 3], &'static str) {
        const NONE: &str = "CAST(NULL AS TEXT)";
        const NO_HOUR: &str = "CAST(NULL AS BIGINT)";
        match self {
            Self::Config => (["u.config_id", NONE, NO_HOUR], ""),
            Self::Token => (
                ["CASE WHEN u.token_id <> '' THEN u.token_id END", "t.user_id", NO_HOUR],
                "LEFT JOIN tokens t ON t.id = u.token_id",
            ),
            Self::Model => (["u.model", NONE, NO_HOUR], ""),
            Self::Workspace => (["c.workspace_id", NONE, NO_HOUR], ""),
            Self::Hour => ([NONE, NONE, "u.hour"], ""),
        }
    }

    fn group(self, name: Option<&str>, holder: Option<&str>, hour: i64) -> Result<UsageGroup, StoreError> {
        let text = name.unwrap_or_default();
        let row = Row { table: "usage_hours", id: text };
        Ok(match self {
            Self::Config => UsageGroup::Config(row.parse("config_id", text)?),
            Self::Token => {
                let token: Option<TokenId> = row.parse_optional("token_id", name)?;
                let holder = row.parse_optional("user_id", holder)?;
                UsageGroup::Token(token.map(|token| (token, holder)))
            }
            Self::Model => UsageGroup::Model(text.to_owned()),
            Self::Workspace => UsageGroup::Workspace(row.parse_optional("workspace_id", name)?),
            Self::Hour => UsageGroup::Hour(UsageHour::new(hour)),
        })
    }
}

impl Tx<'_> {
    /// The sums of the usage that matches `filter`, sorted by group. Of more than `limit` groups, any of
    /// them.
    pub fn usage_by(
        &mut self,
        filter: &UsageFilter,
        grouping: UsageGrouping,
        limit: u32,
    ) -> Result<Vec<UsageRow>, StoreError> {
        let UsageFilter { owners, workspaces, configs, from, to } = filter;
        let Some((scopes, scope_ids)) = visible_scopes(owners, workspaces) else { return Ok(Vec::new()) };
        let scopes = scopes.replace("IDS", &sql::texts_of(self.conn, 3));
        let only = if configs.is_some() {
            format!("c.id IN {}", sql::texts_of(self.conn, 4))
        } else {
            NO_LIST.into()
        };
        let ([name, holder, hour], tokens) = grouping.columns();
        let sums = sql::sums(self.conn);
        let statement = format!(
            "SELECT {name} AS name, {holder} AS holder, {hour} AS hour{sums} FROM usage_hours u \
             JOIN llm_configs c ON c.id = u.config_id AND c.incarnation = u.incarnation {tokens} \
             WHERE u.hour >= $1 AND u.hour < $2 AND $3 IS NOT NULL AND ({scopes}) AND {only} \
             GROUP BY 1, 2, 3 LIMIT $5"
        );
        let (from, to) = (from.number(), to.number());
        let configs = configs.as_ref().map(to_json).unwrap_or_default();
        let rows: Vec<GroupRow> = on_either!(self.conn, |conn| {
            diesel::sql_query(statement)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to)
                .bind::<Text, _>(scope_ids)
                .bind::<Text, _>(configs)
                .bind::<BigInt, _>(i64::from(limit))
                .load(conn)
        })?;
        let parse = |row: GroupRow| {
            let GroupRow { name, holder, hour, counters } = row;
            let group = grouping.group(name.as_deref(), holder.as_deref(), hour.unwrap_or_default())?;
            Ok(UsageRow { group, counters: counters.into() })
        };
        let mut rows = rows.into_iter().map(parse).collect::<Result<Vec<_>, StoreError>>()?;
        rows.sort_by(|left, right| left.group.cmp(&right.group));
        Ok(rows)
    }
}

/// The condition in place of the one on a list of ids. It names the parameter, because SQLite refuses one
/// that the statement does not name, and numbers them in the order in which they are named.
const NO_LIST: &str = "$4 = ''";

/// The condition on the owner or workspace of the configuration `c`, with `IDS` for the list of ids, and
/// this list as JSON. `None` if no configuration can match.
fn visible_scopes(owners: &VisiblePrincipals, workspaces: &VisibleWorkspaces) -> Option<(String, String)> {
    let mut ids: Vec<String> = Vec::new();
    let owners = match owners {
        VisiblePrincipals::All => Some("c.owner_id IS NOT NULL"),
        VisiblePrincipals::Only(owner) => {
            ids.push(owner.to_string());
            Some("c.owner_id IN IDS")
        }
        VisiblePrincipals::None => None,
    };
    let workspaces = match workspaces {
        VisibleWorkspaces::All => Some("c.workspace_id IS NOT NULL"),
        VisibleWorkspaces::Only(only) if only.is_empty() => None,
        VisibleWorkspaces::Only(only) => {
            ids.extend(only.iter().map(ToString::to_string));
            Some("c.workspace_id IN IDS")
        }
    };
    let conditions: Vec<_> = owners.into_iter().chain(workspaces).collect();
    (!conditions.is_empty()).then(|| (conditions.join(" OR "), to_json(&ids)))
}
