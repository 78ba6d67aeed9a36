//! Bodies of `POST /v1/apikeys` and `PUT /v1/apikeys/{id}`.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::WorkspaceId;
use llm_config_core::patch::LabelPatch;
use llm_config_core::time::Timestamp;
use llm_config_service::{IssueToken, Parsed, UpdateToken};
use llm_config_store::TokenStatus;

use super::authority;
use crate::http::json::{Object, Spelling, check_content_type};

/// A new key. Members beyond the API: `rights` and `workspaces`, lists of what to narrow it to.
pub(super) fn create(request: &HttpRequest, body: &[u8], now: Timestamp) -> Parsed<IssueToken> {
    let mut problems = FieldErrors::<String>::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    let faults = &mut problems;
    let id = object.parsed("apiKeyId", faults);
    let holder = object.parsed("subjectPrincipalId", faults);
    let labels = object.text_map("labels", faults).and_then(|it| checked_labels("labels", it, faults));
    let expires_at =
        object.integer("expiresAt", Spelling::Exact, faults).and_then(|it| expiry(it, now, faults));
    if object.integer("validFrom", Spelling::Exact, faults).is_some_and(|it| it > now.as_millis()) {
        faults.add("validFrom", "must not be in the future: keys are valid from their creation on");
    }
    let rights = rights(&mut object, faults);
    let workspaces = object.texts("workspaces", faults).map(|ids| {
        let parse =
            |id: &String| id.parse::<WorkspaceId>().map_err(|error| faults.add("workspaces", error)).ok();
        ids.iter().filter_map(parse).collect::<BTreeSet<_>>()
    });
    object.finish(faults);
    if !problems.is_empty() {
        return Err(problems);
    }
    let token_scope = TokenScope { rights, workspaces, expires_at };
    Ok(IssueToken { id, holder, labels: labels.unwrap_or_default(), token_scope })
}

fn expiry(millis: i64, now: Timestamp, faults: &mut FieldErrors<String>) -> Option<Timestamp> {
    let end = Timestamp::from_millis(millis).filter(|end| *end > now);
    if end.is_none() {
        faults.add("expiresAt", "must be a moment in the future, in milliseconds since 1970");
    }
    end
}

/// The rights that the key is narrowed to: `authorityMode: SCOPED` with a `ceiling`, or `rights`.
fn rights(object: &mut Object<'_>, faults: &mut FieldErrors<String>) -> Option<BTreeSet<Right>> {
    let mode = object.text("authorityMode", faults);
    let ceiling = object
        .objects("ceiling", faults)
        .map(|rules| rules.into_iter().filter_map(|rule| self::rule(rule, faults)).collect::<BTreeSet<_>>());
    let named = object.texts("rights", faults).map(|names| {
        let parse = |name: &String| name.parse::<Right>().map_err(|error| faults.add("rights", error)).ok();
        names.iter().filter_map(parse).collect::<BTreeSet<_>>()
    });
    match (mode.as_deref(), &ceiling) {
        (Some("SCOPED"), Some(rules)) if !rules.is_empty() => {}
        (Some("SCOPED"), _) if faults.is_empty() => {
            faults.add("ceiling", "must have at least one rule for a key that is SCOPED");
        }
        (Some("INHERIT_SUBJECT") | None, Some(_)) => faults.add("ceiling", "goes with authorityMode SCOPED"),
        (Some("SCOPED" | "INHERIT_SUBJECT") | None, _) => {}
        (Some(_), _) => faults.add("authorityMode", "must be INHERIT_SUBJECT or SCOPED"),
    }
    match (ceiling, named) {
        (Some(_), Some(_)) => {
            faults.add("rights", "says the same as ceiling; send one of them");
            None
        }
        (rules, named) => rules.or(named),
    }
}

fn rule(mut rule: Object<'_>, faults: &mut FieldErrors<String>) -> Option<Right> {
    let operation = rule.text("operation", faults);
    let selector = rule.text("selector", faults);
    rule.finish(faults);
    let right = authority::right(&operation?, &selector?);
    if right.is_none() {
        faults.add(
            "ceiling",
            "must consist of rules with the operation CREATE_LLM, READ_LLM, LIST_LLM, UPDATE_LLM, DELETE_LLM or PING_LLM \
             and the selector OWN or ANY",
        );
    }
    right
}

/// A change of a key.
pub(super) fn update(request: &HttpRequest, body: &[u8]) -> Parsed<UpdateToken> {
    let mut problems = FieldErrors::<String>::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    let faults = &mut problems;
    let replace = object.text_map("replaceLabels", faults);
    let replace = replace.and_then(|it| checked_labels("replaceLabels", it, faults));
    let merge = object.text_map("mergeLabels", faults);
    let merge = merge.and_then(|it| checked_labels("mergeLabels", it, faults));
    let status = object.text("status", faults).and_then(|name| {
        let status = TokenStatus::from_name(&name);
        if status.is_none() {
            faults.add("status", "must be ACTIVE or INACTIVE");
        }
        status
    });
    object.finish(faults);
    let labels = match (replace, merge) {
        (Some(_), Some(_)) => {
            faults.add("replaceLabels", "and mergeLabels exclude each other; send one of them");
            LabelPatch::Keep
        }
        (Some(labels), None) => LabelPatch::Replace(labels),
        (None, Some(labels)) => LabelPatch::Merge(labels),
        (None, None) => LabelPatch::Keep,
    };
    if problems.is_empty() && labels == LabelPatch::Keep && status.is_none() {
        problems.add("", "the request must change at least one field");
    }
    if problems.is_empty() { Ok(UpdateToken { labels, status }) } else { Err(problems) }
}

fn checked_labels(
    field: &str,
    labels: BTreeMap<String, String>,
    faults: &mut FieldErrors<String>,
) -> Option<Labels> {
    Labels::try_from(labels).map_err(|error| faults.add(field, error)).ok()
}
