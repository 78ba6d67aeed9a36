//! References to objects in the provider's account.

use llm_config_providers::CallRoute;

use super::{RULES, check, check_refused};
use crate::request_body::SpliceRules;

/// Bodies that refer to state. Case 26 of the gateway's contract.
const REFERENCES: &[(CallRoute, &str, &str)] = &[
    (CallRoute::Responses, r#""previous_response_id":"resp_1""#, "previous_response_id"),
    (CallRoute::Responses, r#""previous_r\u0065sponse_id":"resp_1""#, "previous_response_id"),
    (CallRoute::ChatCompletions, r#""previous_response_id":"resp_1""#, "previous_response_id"),
    (CallRoute::Responses, r#""conversation":"conv_1""#, "conversation"),
    (CallRoute::Responses, r#""conversation":{"id":"conv_1"}"#, "conversation"),
    (CallRoute::Responses, r#""background":true"#, "background"),
    (CallRoute::Responses, r#""background":"true""#, "background"),
    (CallRoute::Responses, r#""prompt":{"id":"pmpt_1"}"#, "prompt.id"),
    (CallRoute::Responses, r#""prompt":{"version":"2","\u0069d":"pmpt_1"}"#, "prompt.id"),
    (CallRoute::Messages, r#""container":"container_1""#, "container"),
    (CallRoute::Messages, r#""container":{"id":"container_1"}"#, "container"),
    (CallRoute::GenerateContent, r#""cachedContent":"cachedContents/1""#, "cachedContent"),
    (CallRoute::StreamGenerateContent, r#""cached_content":"cachedContents/1""#, "cached_content"),
    (
        CallRoute::CountTokens,
        r#""generateContentRequest":{"contents":[],"cachedContent":"cachedContents/1"}"#,
        "generateContentRequest.cachedContent",
    ),
    (
        CallRoute::CountTokens,
        r#""generate_content_request":{"cached_content":"cachedContents/1"}"#,
        "generateContentRequest.cached_content",
    ),
];

#[test]
fn splice_with_reference_to_state_is_refused_unless_allowed() {
    for (route, member, field) in REFERENCES {
        let body = format!("{{{member}}}");
        check_refused(*route, body.as_bytes(), &RULES, "stateful_reference", Some(field));
        let allowed = SpliceRules { allows_provider_state: true, sends_model: false, ..RULES };
        check(*route, &body, &allowed, &body, "");
    }
}

#[test]
fn splice_without_reference_to_state_passes() {
    let rules = SpliceRules { sends_model: false, ..RULES };
    for (route, body) in [
        (CallRoute::Responses, r#"{"previous_response_id":null,"conversation":null,"background":false}"#),
        (CallRoute::Responses, r#"{"background":null,"store":true,"prompt":null}"#),
        (CallRoute::Responses, r#"{"prompt":{"id":null}}"#),
        (CallRoute::Responses, r#"{"prompt":{"variables":{"id":"x"}}}"#),
        (CallRoute::Completions, r#"{"prompt":"{\"id\":1}"}"#),
        (CallRoute::Messages, r#"{"container":null}"#),
        (CallRoute::Messages, r#"{"conversation":"x"}"#),
        (CallRoute::ChatCompletions, r#"{"messages":[{"content":"previous_response_id"}]}"#),
        (CallRoute::GenerateContent, r#"{"cachedContent":null}"#),
    ] {
        check(route, body, &rules, body, "");
    }
}

#[test]
fn splice_with_state_in_other_spelling_is_refused() {
    for (route, body, field) in [
        (CallRoute::Responses, r#"{"prompt":{"ID":"x"}}"#, "prompt.id"),
        (CallRoute::Responses, r#"{"prompt":{"id":null,"id":"x"}}"#, "prompt.id"),
        (CallRoute::Responses, r#"{"Conversation":"x"}"#, "conversation"),
        (CallRoute::Messages, r#"{"container":null,"container":"x"}"#, "container"),
        (CallRoute::GenerateContent, r#"{"CachedContent":"x"}"#, "cachedContent"),
        (CallRoute::CountTokens, r#"{"GenerateContentRequest":{}}"#, "generateContentRequest"),
        (
            CallRoute::CountTokens,
            r#"{"generateContentRequest":{"cachedcontent":"x"}}"#,
            "generateContentRequest.cachedContent",
        ),
    ] {
        check_refused(route, body.as_bytes(), &RULES, "invalid_body", Some(field));
    }
}
