//! Query parameters that an operation does not have.

use std::collections::BTreeSet;

use llm_config_core::field::FieldErrors;
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::Parameter;

use crate::http::client_name;

/// The maximal number of parameters for which a similar name is searched.
const SUGGESTIONS: usize = 20;

/// The length up to which a similar name is searched, in bytes.
const LONGEST_NAME: usize = 64;

/// The similarity from which a name is suggested. 1 is equal.
const SIMILAR: f64 = 0.8;

/// Adds an error for each of the `unread` parameters. The last one lists the parameters of the operation.
pub(super) fn refuse(
    errors: &mut FieldErrors<String>,
    unread: &BTreeSet<String>,
    parameters: impl FnOnce() -> Vec<Parameter>,
) {
    if unread.is_empty() {
        return;
    }
    let known = parameters();
    let known = known.iter().filter(|parameter| !matches!(parameter.deprecated, Some(Deprecated::True)));
    let known: Vec<&str> = known.map(|parameter| parameter.name.as_str()).collect();
    let listed = match known.as_slice() {
        [] => ", which has no query parameters".to_owned(),
        known => format!(", which has {}", known.join(", ")),
    };
    let last = unread.len().min(SUGGESTIONS) - 1;
    for (n, name) in unread.iter().enumerate() {
        let similar = if n < SUGGESTIONS { most_similar(name, &known) } else { None };
        let suggestion = similar.map(|name| format!(" (did you mean {name}?)")).unwrap_or_default();
        let listed = if n == last { listed.as_str() } else { "" };
        let message = format!("is not a query parameter of this request{suggestion}{listed}");
        errors.add(client_name::printable(name), message);
    }
}

/// The known name that a client most probably means. Case and separators do not matter, and of `name[KEY]`
/// and `name.KEY` only the name counts.
fn most_similar<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = letters(name.split(['[', '.']).next().unwrap_or_default());
    let rated = known.iter().map(|known| (strsim::jaro(&name, &letters(known)), *known));
    let best = rated.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(similarity, _)| *similarity >= SIMILAR).map(|(_, known)| known)
}

fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
