//! From columns to domain types: what a row holds is parsed, never trusted.

use std::fmt;
use std::str::FromStr;

use llm_config_core::config::{Revision, Stamp};
use llm_config_core::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// A row while it is being parsed: knows what to say about a column that is not readable.
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

    /// As [`Row::parse`], by the rule under which the row may have been written, which `read` knows.
    pub(crate) fn stored<T, E>(
        &self,
        column: &'static str,
        text: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        read(text).map_err(|_| corrupt(self.table, self.id, column))
    }

    pub(crate) fn stored_optional<T, E>(
        &self,
        column: &'static str,
        text: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.stored(column, text, read)).transpose()
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

/// What can be read of a list. A row that cannot is one bad row, left out and logged; it does not
/// take the list with it.
pub(crate) fn readable<R, T>(rows: Vec<R>, parse: impl Fn(R) -> Result<T, StoreError>) -> Vec<T> {
    let parse =
        |row| parse(row).inspect_err(|error| tracing::error!(error = %error, "a row is left out of a list"));
    rows.into_iter().filter_map(|row| parse(row).ok()).collect()
}

pub(crate) fn corrupt(table: &'static str, row: impl fmt::Display, column: &'static str) -> StoreError {
    StoreError::Corrupt { table, row: row.to_string(), column }
}

/// A value type as JSON text.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    #[expect(clippy::expect_used, reason = "checked value types always have a JSON form")]
    serde_json::to_string(value).expect("a value type has a JSON form")
}

pub(crate) const fn revision(number: i64) -> Revision {
    Revision::new(number)
}
