//! Labels, one row each, so that lists can be filtered by them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use llm_config_core::config::Labels;
use llm_config_core::id::ConfigId;

use crate::database::backend::on_either;
use crate::database::schema::{config_labels, llm_configs};
use crate::error::StoreError;
use crate::transaction::Tx;

diesel::define_sql_function! {
    /// The first of two texts that is not NULL.
    #[sql_name = "coalesce"]
    fn first_of(one: Nullable<Text>, other: Nullable<Text>) -> Text;
}

impl Tx<'_> {
    pub(super) fn insert_labels(&mut self, id: ConfigId, labels: &Labels) -> Result<(), StoreError> {
        let id = id.to_string();
        for (key, value) in labels {
            let (key, value) = (key.as_str().into_sql::<Text>(), value.as_str().into_sql::<Text>());
            let scope = first_of(llm_configs::owner_id, llm_configs::workspace_id);
            let columns = (llm_configs::id, key, value, llm_configs::sequence, scope);
            let row = llm_configs::table.find(&id).select(columns);
            let insert = row.insert_into(config_labels::table).into_columns((
                config_labels::config_id,
                config_labels::key,
                config_labels::value,
                config_labels::sequence,
                config_labels::scope,
            ));
            on_either!(self.conn, |conn| insert.execute(conn))?;
        }
        Ok(())
    }

    pub(super) fn replace_labels(&mut self, id: ConfigId, labels: &Labels) -> Result<(), StoreError> {
        let labels_of_config = config_labels::table.filter(config_labels::config_id.eq(id.to_string()));
        diesel::delete(labels_of_config).execute(self.conn)?;
        self.insert_labels(id, labels)
    }

    pub(super) fn labels_of(&mut self, id: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let query = config_labels::table
            .filter(config_labels::config_id.eq(id))
            .select((config_labels::key, config_labels::value));
        let rows: Vec<(String, String)> = on_either!(self.conn, |conn| query.load(conn))?;
        Ok(rows.into_iter().collect())
    }
}
