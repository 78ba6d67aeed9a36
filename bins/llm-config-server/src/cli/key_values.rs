//! Arguments of the form `KEY=VALUE`.

use std::collections::BTreeMap;
use std::fmt::Display;

use llm_config_core::config::Labels;
use llm_config_core::field::{Field, FieldErrors};

use super::command_error::CommandError;

/// Parses `KEY=VALUE` pairs; each key may have one value.
pub(super) fn key_values(
    pairs: &[String],
    field: Field,
    errors: &mut FieldErrors,
) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, value)) => {
                if map.insert(key.to_owned(), value.to_owned()).is_some() {
                    errors.add(field, format_args!("has the key `{key}` twice"));
                }
            }
            None => errors.add(field, "must be `KEY=VALUE`"),
        }
    }
    map
}

/// The labels of `--label` flags. `rule` checks them.
pub(super) fn labels<E: Display>(
    pairs: &[String],
    rule: impl FnOnce(BTreeMap<String, String>) -> Result<Labels, E>,
) -> Result<Labels, CommandError> {
    let mut errors = FieldErrors::default();
    let labels = key_values(pairs, Field::Labels, &mut errors);
    match errors.keep(Field::Labels, rule(labels)) {
        Some(labels) if errors.is_empty() => Ok(labels),
        Some(_) | None => Err(CommandError::of_fields(errors)),
    }
}
