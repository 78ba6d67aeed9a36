//! The ids of a page's configurations.
//!
//! The statement is composed as text, because the table that it begins with depends on the filter. It begins
//! with an index that has the rows in their order, the narrowest that the filter allows: the configurations
//! of an owner or of one workspace, those with a label, those with a verdict, or all. So a page costs the
//! same whatever the number of pages before it. An owner and several workspaces are read apart and merged,
//! because no index has all of their rows in one order. `CROSS JOIN` makes SQLite keep the order of the
//! tables.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::{CheckState, Usable};

use super::PageFilter;
use super::statement::Statement;
use crate::cursor::Position;
use crate::database::backend::AnyConnection;
use crate::error::StoreError;

/// A configuration of the page.
pub(super) struct PageEntry {
    pub(super) position: Position,
    pub(super) id: String,
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Text)]
    id: String,
}

/// The configurations among which one statement searches.
enum Scopes {
    All,
    Owner(String),
    AllOwners,
    Workspace(String),
    AllWorkspaces,
}

/// The table that a statement begins with.
enum Start<'a> {
    Configs,
    Label(&'a str, &'a str),
    LastChecks(Usable),
}

/// The first `limit` configurations after `after`, in the order of insertion.
pub(super) fn find(
    conn: &mut AnyConnection,
    filter: &PageFilter,
    after: Position,
    limit: usize,
) -> Result<Vec<PageEntry>, StoreError> {
    let mut entries = Vec::new();
    for scopes in visible_scopes(filter) {
        let rows: Vec<EntryRow> = statement(conn, filter, &scopes, after, limit).load(conn)?;
        let rows = rows.into_iter().map(|row| PageEntry { position: Position(row.sequence), id: row.id });
        entries.extend(rows);
    }
    entries.sort_by_key(|entry| entry.position);
    entries.truncate(limit);
    Ok(entries)
}

/// The owner and each workspace apart, so that an index has the rows of each in their order.
fn visible_scopes(filter: &PageFilter) -> Vec<Scopes> {
    let owners = match filter.owners {
        VisiblePrincipals::All if filter.workspaces == VisibleWorkspaces::All => return vec![Scopes::All],
        VisiblePrincipals::All => Some(Scopes::AllOwners),
        VisiblePrincipals::Only(owner) => Some(Scopes::Owner(owner.to_string())),
        VisiblePrincipals::None => None,
    };
    let workspaces = match &filter.workspaces {
        VisibleWorkspaces::All => vec![Scopes::AllWorkspaces],
        VisibleWorkspaces::Only(ids) => ids.iter().map(|id| Scopes::Workspace(id.to_string())).collect(),
    };
    owners.into_iter().chain(workspaces).collect()
}

fn start<'a>(filter: &'a PageFilter, scopes: &Scopes) -> Start<'a> {
    match scopes {
        Scopes::Owner(_) | Scopes::Workspace(_) => Start::Configs,
        Scopes::All | Scopes::AllOwners | Scopes::AllWorkspaces => {
            match ((&filter.labels).into_iter().next(), filter.state) {
                (Some((key, value)), _) => Start::Label(key, value),
                (None, Some(CheckState::Checked(usable))) => Start::LastChecks(usable),
                (None, Some(CheckState::Unchecked) | None) => Start::Configs,
            }
        }
    }
}

/// The beginning of a condition on the current check of a configuration.
const CURRENT: &str =
    "EXISTS (SELECT 1 FROM last_checks n WHERE n.config_id = c.id AND n.revision >= c.target_revision";

fn statement(
    conn: &AnyConnection,
    filter: &PageFilter,
    scopes: &Scopes,
    after: Position,
    limit: usize,
) -> Statement {
    let PageFilter { owners: _, workspaces: _, text, provider, state, labels } = filter;
    let mut sql = Statement::new(conn);
    let start = start(filter, scopes);
    let sequence = match start {
        Start::Configs => {
            sql.push("SELECT c.id, c.sequence FROM llm_configs c WHERE");
            "c.sequence"
        }
        Start::Label(key, value) => {
            sql.push("SELECT c.id, l.sequence FROM config_labels l CROSS JOIN llm_configs c");
            sql.push("WHERE c.id = l.config_id AND l.key =").text(key).push("AND l.value =").text(value);
            sql.push("AND");
            "l.sequence"
        }
        Start::LastChecks(usable) => {
            sql.push("SELECT c.id, k.sequence FROM last_checks k CROSS JOIN llm_configs c");
            sql.push("WHERE c.id = k.config_id AND k.revision >= c.target_revision");
            sql.push("AND k.usable =").text(usable.as_str()).push("AND");
            "k.sequence"
        }
    };
    sql.push(sequence).push(">").number(after.0);
    match scopes {
        Scopes::All => {}
        Scopes::Owner(id) => _ = sql.push("AND c.owner_id =").text(id),
        Scopes::AllOwners => _ = sql.push("AND c.owner_id IS NOT NULL"),
        Scopes::Workspace(id) => _ = sql.push("AND c.workspace_id =").text(id),
        Scopes::AllWorkspaces => _ = sql.push("AND c.workspace_id IS NOT NULL"),
    }
    if let Some(provider) = provider {
        sql.push("AND c.provider =").text(provider.as_str());
    }
    if let Some(text) = text {
        sql.push("AND").position("c.search", text.folded()).push("> 0");
    }
    let first = usize::from(matches!(start, Start::Label(..)));
    for (key, value) in labels.into_iter().skip(first) {
        sql.push("AND EXISTS (SELECT 1 FROM config_labels o WHERE o.config_id = c.id AND o.key =").text(key);
        sql.push("AND o.value =").text(value).push(")");
    }
    match state {
        Some(CheckState::Checked(usable)) if !matches!(start, Start::LastChecks(_)) => {
            sql.push("AND").push(CURRENT).push("AND n.usable =").text(usable.as_str()).push(")");
        }
        Some(CheckState::Unchecked) => _ = sql.push("AND NOT").push(CURRENT).push(")"),
        Some(CheckState::Checked(_)) | None => {}
    }
    sql.push("ORDER BY").push(sequence).push("LIMIT").number(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}
