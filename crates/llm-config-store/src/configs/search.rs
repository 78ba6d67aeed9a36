//! The searchable text of configurations.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use llm_config_core::config::{Settings, search_text};
use llm_config_core::endpoint::Endpoint;

use crate::database::backend::AnyConnection;
use crate::database::schema::llm_configs;
use crate::error::StoreError;

/// How many rows are read at once.
const CHUNK: i64 = 500;

/// The value of the column `search`.
pub(super) fn column(settings: &Settings) -> String {
    let model = settings.model.as_ref().map(llm_config_core::text::ModelId::as_str);
    search_text(settings.name.as_str(), model, Some(&settings.endpoint))
}

/// The rows whose column is computed.
#[derive(Clone, Copy)]
pub(crate) enum Rows {
    All,
    /// Those that have none, which an earlier server has added.
    Missing,
}

/// Computes the column in the caller's transaction, for corrupt rows from the readable values.
pub(crate) fn recompute(conn: &mut AnyConnection, rows: Rows) -> Result<(), StoreError> {
    use llm_configs::{endpoint, id, model, name, search, table};
    let mut last = String::new();
    loop {
        let query = table
            .filter(id.gt(&last))
            .order(id)
            .limit(CHUNK)
            .select((id, name, model, endpoint))
            .into_boxed();
        let query = match rows {
            Rows::All => query,
            // As text: SQLite uses the partial index only for the same literal.
            Rows::Missing => query.filter(diesel::dsl::sql::<Bool>("search = ''")),
        };
        let found: Vec<(String, String, Option<String>, String)> = query.load(conn)?;
        let Some((newest, ..)) = found.last() else { return Ok(()) };
        last.clone_from(newest);
        for (row, name_text, model_text, url) in found {
            let text =
                search_text(&name_text, model_text.as_deref(), Endpoint::from_stored(&url).ok().as_ref());
            diesel::update(table.find(row)).set(search.eq(text)).execute(conn)?;
        }
    }
}
