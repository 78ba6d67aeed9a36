//! Parameters of queries, in the spellings of both generations of clients.

use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use std::fmt::Display;
use std::str::FromStr;

use llm_config_core::id::PrincipalId;

use super::authority::Lifecycle;

type Query = [(String, String)];

/// The filters of `GET /v1/apikeys`.
pub(super) struct ApiKeys {
    pub(super) holder: Option<PrincipalId>,
    pub(super) state: Option<Lifecycle>,
}

/// A key's owner is its subject here, so both parameters mean the same user.
pub(super) fn api_keys(query: &Query) -> Parsed<ApiKeys> {
    let mut problems = FieldErrors::<String>::default();
    let subject: Option<PrincipalId> =
        parsed(query, ["subjectPrincipalId", "subject_principal_id"], &mut problems);
    let owner = parsed(query, ["ownerPrincipalId", "owner_principal_id"], &mut problems);
    let state = find(query, ["lifecycleState", "lifecycle_state"], &mut problems).and_then(|name| {
        let state = Lifecycle::from_name(name);
        if state.is_none() {
            problems.add("lifecycleState", "must be one of NOT_YET_VALID, USABLE, EXPIRED, REVOKED");
        }
        state
    });
    if let (Some(subject), Some(owner)) = (subject, owner)
        && subject != owner
    {
        problems.add("ownerPrincipalId", "must be the subjectPrincipalId: every key belongs to its subject");
    }
    if problems.is_empty() { Ok(ApiKeys { holder: subject.or(owner), state }) } else { Err(problems) }
}

/// The parameter of these two names. Two values are a fault: whichever were taken, the answer
/// would be to another question than somebody asked.
fn find<'a>(query: &'a Query, names: [&str; 2], problems: &mut FieldErrors<String>) -> Option<&'a str> {
    let mut values = query.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value);
    let first = values.next()?;
    if values.any(|other| other != first) {
        problems.add(names[0], "is given twice, with different values");
        return None;
    }
    Some(first)
}

fn parsed<T: FromStr<Err: Display>>(
    query: &Query,
    names: [&str; 2],
    problems: &mut FieldErrors<String>,
) -> Option<T> {
    let text = find(query, names, problems)?;
    text.parse().map_err(|error| problems.add(names[0], error)).ok()
}
