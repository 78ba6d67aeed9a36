//! The rows of a page.
//!
//! The statement is composed as text, because the table that it begins with depends on the filter. It begins
//! with an index that has the rows in their order, the narrowest that the filter allows: the configurations
//! of an owner or of one workspace, all or those with a label; or, among several scopes, those with a label,
//! those with a verdict, or all. So a page costs the same whatever the number of pages before it. An owner
//! and several workspaces are read apart and merged, because no index has all of their rows in one order.
//! `CROSS JOIN` makes SQLite keep the order of the tables.

use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::{CheckState, Usable};

use super::statement::Statement;
use super::{Order, PageFilter};
use crate::checks::last_check::LastCheckRow;
use crate::checks::{WORKS, last_verdict};
use crate::configs::row::{ConfigRow, MetaRow};
use crate::cursor::Position;
use crate::database::backend::{AnyConnection, MultiBackend};
use crate::database::schema::llm_configs;
use crate::error::StoreError;
use crate::vault::SLOT;

/// What a page has of a configuration.
#[derive(Queryable)]
pub(super) struct FoundRow {
    pub(super) config: ConfigRow,
    pub(super) meta: Option<MetaRow>,
    pub(super) check: Option<LastCheckRow>,
    pub(super) target_revision: i64,
    pub(super) sequence: i64,
    /// The labels as a JSON object.
    pub(super) labels: Option<String>,
}

/// The columns of a row that Diesel names.
type Columns = (
    AsSelect<ConfigRow, MultiBackend>,
    AsSelect<Option<MetaRow>, MultiBackend>,
    AsSelect<Option<LastCheckRow>, MultiBackend>,
    llm_configs::target_revision,
    llm_configs::sequence,
);

type RowType = (
    SqlTypeOf<AsSelect<ConfigRow, MultiBackend>>,
    SqlTypeOf<AsSelect<Option<MetaRow>, MultiBackend>>,
    SqlTypeOf<AsSelect<Option<LastCheckRow>, MultiBackend>>,
    SqlTypeOf<llm_configs::target_revision>,
    SqlTypeOf<llm_configs::sequence>,
    Nullable<Text>,
);

/// The configurations among which one statement searches.
enum Scopes {
    Owner(String),
    AllOwners,
    Workspace(String),
    AllWorkspaces,
}

/// The table that a statement begins with.
#[derive(Clone, Copy)]
enum Start<'a> {
    Configs,
    Label(&'a str, &'a str),
    /// The labels of the configurations of one owner or workspace.
    LabelIn(&'a str, &'a str, &'a str),
    LastChecks(Usable),
}

/// The numbers between which a statement searches, without both ends.
#[derive(Clone, Copy)]
struct Window {
    low: i64,
    high: i64,
}

impl Window {
    fn after(position: Position, order: Order) -> Self {
        let Position(number) = position;
        match order {
            Order::OldestFirst => Self { low: number, high: i64::MAX },
            Order::NewestFirst if position == Position::START => Self { low: 0, high: i64::MAX },
            Order::NewestFirst => Self { low: 0, high: number },
        }
    }

    /// The part before the row with this number.
    fn before(self, number: i64, order: Order) -> Self {
        match order {
            Order::OldestFirst => Self { high: number, ..self },
            Order::NewestFirst => Self { low: number, ..self },
        }
    }
}

/// The first `limit` configurations after `after`, in the order of the list.
pub(super) fn find(
    conn: &mut AnyConnection,
    filter: &PageFilter,
    after: Position,
    limit: usize,
) -> Result<Vec<FoundRow>, StoreError> {
    let mut rows: Vec<FoundRow> = Vec::new();
    let mut window = Window::after(after, filter.order);
    for scopes in &visible_scopes(filter) {
        rows.append(&mut statement(conn, filter, scopes, window, limit).load(conn)?);
        match filter.order {
            Order::OldestFirst => rows.sort_by_key(|row| row.sequence),
            Order::NewestFirst => rows.sort_by_key(|row| std::cmp::Reverse(row.sequence)),
        }
        rows.truncate(limit);
        // Of the other scopes, only the rows before the last one can be on the page.
        if let Some(last) = rows.last().filter(|_| rows.len() == limit) {
            window = window.before(last.sequence, filter.order);
        }
    }
    Ok(rows)
}

/// The owner and each workspace apart, so that an index has the rows of each in their order.
fn visible_scopes(filter: &PageFilter) -> Vec<Scopes> {
    let owners = match filter.owners {
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

fn start<'a>(filter: &'a PageFilter, scopes: &'a Scopes) -> Start<'a> {
    let label = (&filter.labels).into_iter().next();
    match (scopes, label, filter.state) {
        (Scopes::Owner(scope) | Scopes::Workspace(scope), Some((key, value)), _) => {
            Start::LabelIn(scope, key, value)
        }
        (Scopes::AllOwners | Scopes::AllWorkspaces, Some((key, value)), _) => Start::Label(key, value),
        (Scopes::AllOwners | Scopes::AllWorkspaces, None, Some(CheckState::Checked(usable))) => {
            Start::LastChecks(usable)
        }
        (Scopes::AllOwners | Scopes::AllWorkspaces, None, Some(CheckState::Unchecked) | None)
        | (Scopes::Owner(_) | Scopes::Workspace(_), None, _) => Start::Configs,
    }
}

/// The end of the subquery for the labels of a configuration.
const LABELS: &str = "FROM config_labels o WHERE o.config_id = llm_configs.id)";

const SECRET: &str = "LEFT JOIN secrets ON secrets.config_id = llm_configs.id AND secrets.slot =";

const CHECK: &str = "LEFT JOIN last_checks ON last_checks.config_id = llm_configs.id";

/// The beginning of a condition on the current check of a configuration.
const CURRENT: &str = "EXISTS (SELECT 1 FROM last_checks n \
                       WHERE n.config_id = llm_configs.id AND n.revision >= llm_configs.target_revision";

fn statement<'a>(
    conn: &AnyConnection,
    filter: &'a PageFilter,
    scopes: &'a Scopes,
    window: Window,
    limit: usize,
) -> Statement<'a, RowType> {
    let PageFilter {
        owners: _,
        workspaces: _,
        id,
        narrowed_to,
        text,
        provider,
        state,
        labels,
        is_available,
        order,
    } = filter;
    let mut sql = Statement::new(conn);
    let start = start(filter, scopes);
    let columns: Columns = (
        ConfigRow::as_select(),
        Option::<MetaRow>::as_select(),
        Option::<LastCheckRow>::as_select(),
        llm_configs::target_revision,
        llm_configs::sequence,
    );
    sql.push("SELECT").fragment(columns).push(", (SELECT");
    sql.push_either("json_object_agg(o.key, o.value)::text", "json_group_object(o.key, o.value)");
    sql.push(LABELS).push("FROM");
    let sequence = match start {
        Start::Configs => {
            sql.push("llm_configs").push(SECRET).text(SLOT).push(CHECK).push("WHERE");
            "llm_configs.sequence"
        }
        Start::Label(key, value) | Start::LabelIn(_, key, value) => {
            sql.push("config_labels l CROSS JOIN llm_configs").push(SECRET).text(SLOT).push(CHECK);
            sql.push("WHERE llm_configs.id = l.config_id AND l.key =").text(key);
            sql.push("AND l.value =").text(value);
            if let Start::LabelIn(scope, ..) = start {
                sql.push("AND l.scope =").text(scope);
            }
            sql.push("AND");
            "l.sequence"
        }
        Start::LastChecks(usable) => {
            sql.push("last_checks CROSS JOIN llm_configs").push(SECRET).text(SLOT);
            sql.push("WHERE llm_configs.id = last_checks.config_id");
            sql.push("AND last_checks.revision >= llm_configs.target_revision");
            sql.push("AND last_checks.usable =").text(usable.as_str()).push("AND");
            "last_checks.sequence"
        }
    };
    sql.push(sequence).push(">").number(window.low).push("AND").push(sequence).push("<").number(window.high);
    match scopes {
        Scopes::Owner(id) => _ = sql.push("AND llm_configs.owner_id =").text(id),
        Scopes::AllOwners => _ = sql.push("AND llm_configs.owner_id IS NOT NULL"),
        Scopes::Workspace(id) => _ = sql.push("AND llm_configs.workspace_id =").text(id),
        Scopes::AllWorkspaces => _ = sql.push("AND llm_configs.workspace_id IS NOT NULL"),
    }
    if let Some(id) = id {
        sql.push("AND").fragment(llm_configs::id.eq(id.to_string()));
    }
    if let Some(ids) = narrowed_to {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        sql.push("AND").fragment(llm_configs::id.eq_any(ids));
    }
    if let Some(provider) = provider {
        sql.push("AND llm_configs.provider =").text(provider.as_str());
    }
    if let Some(text) = text {
        sql.push("AND").push_either("strpos(", "instr(");
        sql.push("llm_configs.search,").text(text.folded()).push(") > 0");
    }
    let first = usize::from(matches!(start, Start::Label(..) | Start::LabelIn(..)));
    for (key, value) in labels.into_iter().skip(first) {
        sql.push("AND EXISTS (SELECT 1 FROM config_labels o WHERE o.config_id = llm_configs.id");
        sql.push("AND o.key =").text(key).push("AND o.value =").text(value).push(")");
    }
    match state {
        Some(CheckState::Checked(usable)) if !matches!(start, Start::LastChecks(_)) => {
            sql.push("AND").push(CURRENT).push("AND n.usable =").text(usable.as_str()).push(")");
        }
        Some(CheckState::Unchecked) => _ = sql.push("AND NOT").push(CURRENT).push(")"),
        Some(CheckState::Checked(_)) | None => {}
    }
    if *is_available {
        sql.push("AND").fragment(last_verdict().eq(WORKS));
    }
    sql.push("ORDER BY").push(sequence).push(match order {
        Order::OldestFirst => "LIMIT",
        Order::NewestFirst => "DESC LIMIT",
    });
    sql.number(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}
