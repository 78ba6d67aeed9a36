//! The query parameters that select LLMs by their labels.

use std::collections::BTreeMap;

use llm_config_core::config::Labels;

use crate::http::query::{FromParam, Query};

/// The labels that an LLM must have, from `label.KEY=VALUE` and `label[KEY]=VALUE`.
pub(crate) struct LabelFilter(pub(crate) Labels);

impl FromParam for LabelFilter {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let mut labels = BTreeMap::new();
        let mut is_ambiguous = false;
        for (parameter, value) in query.pairs() {
            let Some(key) = key(parameter, name) else { continue };
            let other = labels.insert(key.to_owned(), value.clone());
            is_ambiguous |= other.is_some_and(|other| other != *value);
        }
        if is_ambiguous {
            query.error(name, "has different values for the same key");
        }
        // Older rows contain labels that the current rule for new labels rejects, and filters must find
        // them.
        Labels::from_stored(labels).map_err(|error| query.error(name, error)).ok().map(Self)
    }
}

/// The key in `label.KEY` or `label[KEY]`; a key may contain dots.
fn key<'a>(parameter: &'a str, name: &str) -> Option<&'a str> {
    let rest = parameter.strip_prefix(name)?;
    rest.strip_prefix('.').or_else(|| rest.strip_prefix('[')?.strip_suffix(']'))
}
