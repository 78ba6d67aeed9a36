//! Parameters of queries, in the spellings of both generations of clients.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use llm_config_core::config::Labels;
use llm_config_core::id::PrincipalId;
use llm_config_core::provider::Provider;
use llm_config_service::{ListConfigs, Problems};

use super::authority::Lifecycle;

type Query = [(String, String)];

/// What `GET /v1/llms` asks for.
pub(super) struct Llms {
    pub(super) wanted: ListConfigs,
    pub(super) with_credentials: bool,
}

/// The filters of `GET /v1/llms`. Unknown parameters are ignored.
pub(super) fn llms(query: &Query) -> Result<Llms, Problems> {
    let mut problems = Problems::default();
    let with_credentials = asks_for_credentials(query, &mut problems);
    let owner = parsed(query, ["ownerId", "owner_id"], &mut problems);
    let provider = find(query, ["providerType", "provider_type"], &mut problems);
    let provider = provider.map(str::to_uppercase).and_then(|name| {
        let provider = name.parse::<Provider>().map_err(drop);
        let provider = provider.and_then(|it| Provider::OF_OWNERS.contains(&it).then_some(it).ok_or(()));
        let names: Vec<_> = Provider::OF_OWNERS.iter().map(|it| it.as_str()).collect();
        provider
            .map_err(|()| problems.add("providerType", format_args!("must be one of {}", names.join(", "))))
            .ok()
    });
    let labels = labels(query, &mut problems);
    let wanted = ListConfigs { owner, provider, labels };
    if problems.0.is_empty() { Ok(Llms { wanted, with_credentials }) } else { Err(problems) }
}

fn labels(query: &Query, problems: &mut Problems) -> Labels {
    let mut labels = BTreeMap::new();
    for (name, value) in query {
        let Some(key) = label_key(name) else { continue };
        let other = labels.insert(key.to_owned(), value.clone());
        if other.is_some_and(|other| other != *value) {
            problems.add("label", "asks for two values of one key");
        }
    }
    // Also those that are stored since before the present rule.
    Labels::from_stored(labels).map_err(|error| problems.add("label", error)).unwrap_or_default()
}

/// `label.KEY` or `label[KEY]`; a key may have dots of its own.
fn label_key(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("label")?;
    rest.strip_prefix('.').or_else(|| rest.strip_prefix('[')?.strip_suffix(']'))
}

/// Whether `GET /v1/llms/{id}` asks for credentials.
pub(super) fn wants_credentials(query: &Query) -> Result<bool, Problems> {
    let mut problems = Problems::default();
    let wants = asks_for_credentials(query, &mut problems);
    if problems.0.is_empty() { Ok(wants) } else { Err(problems) }
}

fn asks_for_credentials(query: &Query, problems: &mut Problems) -> bool {
    match find(query, ["includeCredentials", "include_credentials"], problems) {
        None | Some("false" | "") => false,
        Some("true") => true,
        Some(_) => {
            problems.add("includeCredentials", "must be true or false");
            false
        }
    }
}

/// The filters of `GET /v1/apikeys`.
pub(super) struct ApiKeys {
    pub(super) holder: Option<PrincipalId>,
    pub(super) state: Option<Lifecycle>,
}

/// A key's owner is its subject here, so both parameters mean the same user.
pub(super) fn api_keys(query: &Query) -> Result<ApiKeys, Problems> {
    let mut problems = Problems::default();
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
    if problems.0.is_empty() { Ok(ApiKeys { holder: subject.or(owner), state }) } else { Err(problems) }
}

/// The parameter of these two names. Two values are a fault: whichever were taken, the answer
/// would be to another question than somebody asked.
fn find<'a>(query: &'a Query, names: [&str; 2], problems: &mut Problems) -> Option<&'a str> {
    let mut values = query.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value);
    let first = values.next()?;
    if values.any(|other| other != first) {
        problems.add(names[0], "is given twice, with different values");
        return None;
    }
    Some(first)
}

fn parsed<T: FromStr<Err: Display>>(query: &Query, names: [&str; 2], problems: &mut Problems) -> Option<T> {
    let text = find(query, names, problems)?;
    text.parse().map_err(|error| problems.add(names[0], error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let found = match llms(&query) {
            Ok(Llms { wanted: ListConfigs { owner, provider, labels }, .. }) => {
                let owner = owner.map(|it| it.to_string()).unwrap_or_default();
                let provider = provider.map(|it| it.to_string()).unwrap_or_default();
                format!("{owner} {provider} {labels}").trim().to_owned()
            }
            Err(problems) => format!("{}: {}", problems.0[0].field, problems.0[0].message),
        };
        assert_eq!(found, expected, "{query:?}");
    }

    #[test]
    fn both_generations_of_clients_are_understood() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        check(&format!("ownerId={id}&providerType=OPENAI&label.env=prod"), &format!("{id} OPENAI env=prod"));
        check(
            &format!("owner_id={id}&provider_type=openai&label%5Benv%5D=prod"),
            &format!("{id} OPENAI env=prod"),
        );
        check("label%5Bteam%5D=a+b", "team=a b");
        check("label.team=a%20b", "team=a b");
        check("label.a.b=1&label[c]=2", "a.b=1,c=2");
        check("unknown=1", "");
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("ownerId=me", "ownerId: must be a UUID, such as `018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a`");
        check(
            "label.Team=x",
            "label: has the key `Team`, but keys consist of `a-z`, `0-9`, `.`, `_` and `-`",
        );
        check(
            "providerType=GOOGLE",
            "providerType: must be one of OPENAI, LITELLM_PROXY, OPEN_ROUTER, VLLM, OLLAMA, LLAMA_CPP, \
             CUSTOM_OPENAI_COMPATIBLE",
        );
    }
}
