//! The query parameters that select configurations by their labels: `label=KEY=VALUE`, which the documents
//! describe, and `label[KEY]=VALUE` and `label.KEY=VALUE`, which the official clients send.

use std::collections::BTreeMap;

use llm_config_core::config::Labels;
use utoipa::openapi::{RefOr, Schema};

use crate::http::query::{FromParam, Query};
use crate::http::schema::value::{Components, list, text};

/// The labels that a configuration must have.
pub(crate) struct LabelFilter(pub(crate) Labels);

impl FromParam for LabelFilter {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let mut sent = query.select(|parameter| key(parameter, name).map(str::to_owned));
        let mut is_incomplete = false;
        for ((), label) in query.select(|parameter| (parameter == name).then_some(())) {
            match label.split_once('=') {
                Some((key, value)) => sent.push((key.to_owned(), value.to_owned())),
                None => is_incomplete = true,
            }
        }
        if is_incomplete {
            query.error(name, "must be KEY=VALUE, such as `team=search`");
        }
        labels(sent).map_err(|error| query.error(name, error)).ok().map(Self)
    }

    fn param_schema(_: &mut Components) -> RefOr<Schema> {
        let longest = 2 * Labels::TEXT_LIMIT + "=".len();
        let pattern = format!("^[a-z0-9._-]{{1,{}}}=", Labels::TEXT_LIMIT);
        let label = text().max_length(Some(longest)).pattern(Some(pattern));
        list(label.examples(["team=search"])).max_items(Some(Labels::LIMIT)).into()
    }
}

/// The labels of a filter, from pairs of keys and values, or what is wrong with these.
pub(crate) fn labels(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Labels, String> {
    let mut labels = BTreeMap::new();
    for (key, value) in pairs {
        if labels.get(&key).is_some_and(|other| *other != value) {
            return Err("has different values for the same key".to_owned());
        }
        labels.insert(key, value);
    }
    // Older rows contain labels that the current rule for new labels rejects, and filters must find them.
    Labels::from_stored(labels).map_err(|error| error.to_string())
}

/// The key in `label.KEY` or `label[KEY]`; a key may contain dots.
fn key<'a>(parameter: &'a str, name: &str) -> Option<&'a str> {
    let rest = parameter.strip_prefix(name)?;
    rest.strip_prefix('.').or_else(|| rest.strip_prefix('[')?.strip_suffix(']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::query::{self, query_params};

    query_params! {
        struct TestQuery {
            label: LabelFilter,
        }
    }

    fn check(query: &str, expected: &str) {
        let found = match query::read_text(query) {
            Ok(TestQuery { label }) => label.0.to_string(),
            Err(errors) => {
                let lines = errors.iter().map(|error| format!("{}: {}", error.field, error.message));
                lines.collect::<Vec<_>>().join("; ")
            }
        };
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn read_of_label_filter_accepts_every_form() {
        check("label=team%3Dsearch&label=env=prod", "env=prod,team=search");
        check("label[team]=a+b", "team=a b");
        check("label.team=a%20b&label=a.b%3D1", "a.b=1,team=a b");
        check("label=team=", "team=");
        check("label=team=a=b", "team=a=b");
        check("label=team=a&label.team=a", "team=a");
        check("", "");
    }

    #[test]
    fn read_of_label_filter_with_wrong_form_is_rejected() {
        check("label=team:search", "label: must be KEY=VALUE, such as `team=search`");
        check("label=", "label: must be KEY=VALUE, such as `team=search`");
        check("label=team=a&label[team]=b", "label: has different values for the same key");
        check("label==a", "label: must not have an empty key");
        check(
            "label=Team=a",
            "label: has the key `Team`, but keys consist of `a-z`, `0-9`, `.`, `_` and `-`",
        );
    }
}
