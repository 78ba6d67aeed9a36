//! Parsing of columns into domain types: stored values are validated, never trusted.

use std::fmt;
use std::str::FromStr;

use llm_config_core::config::Stamp;
use llm_config_core::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// The table and id of a row that is being parsed, for its errors.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a str,
}

impl Row<'_> {
    pub(crate) fn parse<T: FromStr>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|_| corrupt(self.table, self.id, column))
    }

    pub(crate) fn parse_optional<T: FromStr>(
        &self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// Parses a column with `parse`, for types whose rules have become stricter since the row was written.
    pub(crate) fn parse_with<T, E>(
        &self,
        column: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        parse(text).map_err(|_| corrupt(self.table, self.id, column))
    }

    pub(crate) fn parse_optional_with<T, E>(
        &self,
        column: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.parse_with(column, text, parse)).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        json: &str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(json).map_err(|_| corrupt(self.table, self.id, column))
    }

    pub(crate) fn required<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| corrupt(self.table, self.id, column))
    }

    pub(crate) fn stamp(&self, column: &'static str, at: i64, by: &str) -> Result<Stamp, StoreError> {
        Ok(Stamp { at: Timestamp::from_micros(at), by: self.parse(column, by)? })
    }
}

/// Parses the rows of a list. A corrupt row is logged and skipped, so that it does not fail the whole list.
pub(crate) fn skip_corrupt<R, T>(rows: Vec<R>, parse: impl Fn(R) -> Result<T, StoreError>) -> Vec<T> {
    let parse =
        |row| parse(row).inspect_err(|error| tracing::error!(error = %error, "a corrupt row is skipped"));
    rows.into_iter().filter_map(|row| parse(row).ok()).collect()
}

pub(crate) fn corrupt(table: &'static str, row: impl fmt::Display, column: &'static str) -> StoreError {
    StoreError::Corrupt { table, row: row.to_string(), column }
}

/// Writes a value type as JSON.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    #[expect(clippy::expect_used, reason = "checked value types always have a JSON form")]
    serde_json::to_string(value).expect("a value type has a JSON form")
}
