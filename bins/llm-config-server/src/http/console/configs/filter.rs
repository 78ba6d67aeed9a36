//! The filter of the list of configurations, as its form and its links have it.

use llm_config_core::check::CheckState;
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::provider::Provider;
use llm_config_service::{CursorText, FindConfigs};
use url::form_urlencoded;

use crate::http::console::form::FormView;
use crate::http::console::link::Query;
use crate::http::label_filter;

/// The fields, in their order.
pub(super) const LABELS: &[(&str, &str)] = &[
    ("q", "Search"),
    ("provider", "Provider"),
    ("state", "State"),
    ("label", "Label"),
    ("workspace", "Workspace"),
    ("owner", "Owner"),
];

/// The filter and the position of a page of the list.
#[derive(Default)]
pub(super) struct Filter {
    pub(super) find: FindConfigs,
    pub(super) cursor: Option<CursorText>,
    /// Whether any condition is given.
    pub(super) is_narrowed: bool,
}

/// The filter in a query, or the errors of its fields.
pub(super) fn read(query: &Query) -> Result<Filter, FieldErrors<String>> {
    let mut errors = FieldErrors::<String>::default();
    let mut keep = |name: &str, message: String| errors.add(name, message);
    let filled = |name| query.value(name);
    let text = filled("q").and_then(|text| text.parse().map_err(|error| keep("q", format!("{error}"))).ok());
    let provider = filled("provider").and_then(|name| {
        name.parse::<Provider>()
            .map_err(|_| keep("provider", "is not a provider of the list".to_owned()))
            .ok()
    });
    let state = filled("state").and_then(|name| {
        let found = CheckState::from_name(name);
        if found.is_none() {
            keep("state", "is not a state of the list".to_owned());
        }
        found
    });
    let labels = match labels(query) {
        Ok(labels) => labels,
        Err(message) => {
            keep("label", message);
            Labels::default()
        }
    };
    let id = "must be an id, such as `018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a`";
    let workspace =
        filled("workspace").and_then(|text| text.parse().map_err(|_| keep("workspace", id.to_owned())).ok());
    let owner = filled("owner").and_then(|text| text.parse().map_err(|_| keep("owner", id.to_owned())).ok());
    let cursor = filled("cursor").and_then(|text| {
        text.parse().map_err(|_| keep("", "the link to this page is broken".to_owned())).ok()
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let is_narrowed = LABELS.iter().any(|(name, _)| filled(name).is_some());
    Ok(Filter { find: FindConfigs { text, provider, state, labels, workspace, owner }, cursor, is_narrowed })
}

/// The labels: `key=value`, several separated by commas.
fn labels(query: &Query) -> Result<Labels, String> {
    let listed = query.values("label").flat_map(|text| text.split(',')).map(str::trim);
    let pair = |label: &str| {
        let (key, value) = label.split_once('=').ok_or("must be `key=value`, such as `team=search`")?;
        Ok((key.trim().to_owned(), value.trim().to_owned()))
    };
    let pairs: Result<Vec<_>, String> = listed.filter(|label| !label.is_empty()).map(pair).collect();
    label_filter::labels(pairs?)
}

/// The values of the form, for the form itself.
pub(super) fn view(query: &Query, errors: FieldErrors<String>) -> FormView {
    let values = |name| query.values(name).map(move |value| (name, value.to_owned()));
    FormView::new(LABELS, LABELS.iter().flat_map(|(name, _)| values(*name))).with_errors(errors)
}

/// The query of a link with these filters, to the page after `cursor`.
pub(super) fn link(query: &Query, cursor: Option<&str>) -> String {
    query.link(LABELS.iter().map(|(name, _)| (*name, *name)), cursor)
}

/// The query of the call of the API with these filters. A label is a parameter of its own there.
pub(super) fn api_query(query: &Query, labels: &Labels) -> String {
    let in_api = |(name, _): &(&'static str, &str)| match *name {
        "q" => ("q", "text"),
        "state" => ("state", "usable"),
        same => (same, same),
    };
    let others = LABELS.iter().filter(|(name, _)| *name != "label").map(in_api);
    let mut call = form_urlencoded::Serializer::new(query.link(others, None));
    call.extend_pairs(labels.iter().map(|(key, value)| ("label", format!("{key}={value}"))));
    call.finish()
}
