//! Statuses, codes, messages and bodies of every error.

use std::time::Duration;

use llm_config_providers::Dialect;
use serde_json::{Value, json};

use super::{BodyFault, GatewayError, TokenFault, error_body};

fn id(n: u8) -> llm_config_core::id::ConfigId {
    format!("018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b{n:02x}").parse().expect("an id")
}

/// Every error with its status, code and whether to repeat the request.
fn table() -> Vec<(GatewayError, u16, &'static str, Option<bool>)> {
    use GatewayError as E;
    let (yes, no) = (Some(true), Some(false));
    let second = Duration::from_secs(1);
    vec![
        (E::TokenInvalid(TokenFault::Missing), 401, "token_invalid", no),
        (E::TokenInvalid(TokenFault::Unknown), 401, "token_invalid", no),
        (E::ModelNotFound { model: "m".into() }, 404, "model_not_found", no),
        (E::ConfigNotFound { id: "m".into() }, 404, "model_not_found", no),
        (E::CallNotAllowed, 403, "call_not_allowed", no),
        (E::AmbiguousModel { candidates: vec![id(1), id(2)] }, 400, "ambiguous_model", no),
        (E::ConfigRequired, 400, "model_required", no),
        (E::ModelRequired, 400, "model_required", no),
        (E::ModelNotAllowed { stored: "m".into() }, 400, "model_not_allowed", no),
        (E::ModelsNotAllowed { field: "models" }, 400, "model_not_allowed", no),
        (E::DialectNotSpoken { spoken: vec![Dialect::OpenAi] }, 400, "dialect_not_spoken", no),
        (E::NoModelList, 400, "no_model_list", no),
        (E::EndpointIncomplete { hint: "It names no project." }, 400, "endpoint_incomplete", no),
        (E::StatefulReference { field: "conversation" }, 400, "stateful_reference", no),
        (E::FieldNotAllowed { field: "api_base" }, 400, "field_not_allowed", no),
        (E::InvalidBody(BodyFault::NotAnObject), 400, "invalid_body", no),
        (E::QueryNotAllowed { name: "key".into() }, 400, "query_not_allowed", no),
        (E::InvalidQuery { name: "limit", expected: "a number" }, 400, "invalid_query", no),
        (E::InvalidHeader { name: "x-a", expected: "an id" }, 400, "invalid_header", no),
        (E::OriginNotAllowed, 403, "origin_not_allowed", no),
        (E::BodyTooLarge { limit: 33_554_432 }, 413, "body_too_large", no),
        (E::BodyTooSlow { limit: second }, 408, "body_too_slow", no),
        (E::GatewayLimit { retry_after: second, what: "512".into() }, 429, "gateway_limit", yes),
        (E::Unavailable { retry_after: second }, 503, "unavailable", yes),
        (E::Stopping, 503, "unavailable", no),
        (E::DestinationRefused, 502, "destination_refused", no),
        (E::ProviderUnreachable, 502, "provider_unreachable", yes),
        (E::ProviderConnectionLost, 502, "provider_connection_lost", no),
        (E::CredentialRefused, 502, "credential_refused", no),
        (E::CredentialMissing, 502, "credential_refused", no),
        (E::CredentialMalformed, 502, "credential_malformed", no),
        (E::SecretUnavailable, 502, "secret_unavailable", no),
        (E::NotAnApiAnswer, 502, "not_an_api_answer", no),
        (E::ProviderTimeout, 504, "provider_timeout", no),
        (E::ProviderResponseTooLarge { limit: 65_536 }, 502, "provider_response_too_large", no),
        (E::CredentialEchoed { status: None }, 502, "credential_echoed", no),
        (E::CredentialEchoed { status: Some(200) }, 502, "credential_echoed", no),
        (E::CredentialEchoed { status: Some(409) }, 502, "credential_echoed", no),
        (E::CredentialEchoed { status: Some(429) }, 429, "credential_echoed", None),
        (E::UnknownPath, 404, "unknown_path", no),
        (E::MethodNotAllowed, 405, "method_not_allowed", no),
        (E::Internal, 500, "internal", no),
    ]
}

#[test]
fn every_error_has_its_status_and_code() {
    for (error, status, code, should_retry) in table() {
        let found = (error.status(), error.code(), error.should_retry());
        assert_eq!(found, (status, code, should_retry), "{error:?}");
        let waits = matches!(error, GatewayError::GatewayLimit { .. } | GatewayError::Unavailable { .. });
        assert_eq!(error.retry_after(), waits.then_some(Duration::from_secs(1)), "{error:?}");
    }
}

#[test]
fn no_error_has_a_status_that_clients_repeat_by_mistake() {
    assert!(table().iter().all(|(error, ..)| error.status() != 409));
}

#[test]
fn error_body_of_every_error_has_the_form_of_the_dialect() {
    for (error, status, code, _) in table() {
        let parse = |dialect| -> Value {
            serde_json::from_str(&error_body(dialect, &error, "r1")).expect("valid JSON")
        };
        let message = parse(Dialect::OpenAi)["error"]["message"].clone();
        assert!(message.as_str().is_some_and(|text| !text.is_empty() && !text.ends_with('.')), "{error:?}");
        let openai = json!({"error": {
            "message": message, "type": "llm_config_error", "param": error.field(), "code": code,
        }});
        assert_eq!(parse(Dialect::OpenAi), openai);
        let anthropic = parse(Dialect::Anthropic);
        assert_eq!(anthropic["type"], "error");
        assert_eq!(anthropic["request_id"], "r1");
        assert_eq!(anthropic["error"]["message"], message);
        assert!(anthropic["error"]["type"].is_string());
        let gemini = parse(Dialect::Gemini);
        assert_eq!(gemini["error"]["code"], status);
        assert_eq!(gemini["error"]["message"], message);
        assert!(gemini["error"]["status"].is_string());
    }
}

#[test]
fn error_body_of_status_has_the_names_of_the_vendors() {
    let check = |error: &GatewayError, anthropic: &str, gemini: &str| {
        let read = |dialect| -> Value {
            serde_json::from_str(&error_body(dialect, error, "r1")).expect("valid JSON")
        };
        assert_eq!(read(Dialect::Anthropic)["error"]["type"], anthropic, "{error:?}");
        assert_eq!(read(Dialect::Gemini)["error"]["status"], gemini, "{error:?}");
    };
    check(&GatewayError::ModelRequired, "invalid_request_error", "INVALID_ARGUMENT");
    check(&GatewayError::TokenInvalid(TokenFault::Missing), "authentication_error", "UNAUTHENTICATED");
    check(&GatewayError::CallNotAllowed, "permission_error", "PERMISSION_DENIED");
    check(&GatewayError::UnknownPath, "not_found_error", "NOT_FOUND");
    check(&GatewayError::MethodNotAllowed, "invalid_request_error", "UNIMPLEMENTED");
    check(&GatewayError::BodyTooSlow { limit: Duration::ZERO }, "invalid_request_error", "DEADLINE_EXCEEDED");
    check(&GatewayError::BodyTooLarge { limit: 1 }, "request_too_large", "INVALID_ARGUMENT");
    let limit = GatewayError::GatewayLimit { retry_after: Duration::ZERO, what: String::new() };
    check(&limit, "rate_limit_error", "RESOURCE_EXHAUSTED");
    check(&GatewayError::Internal, "api_error", "INTERNAL");
    check(&GatewayError::CredentialRefused, "api_error", "UNAVAILABLE");
    check(&GatewayError::ProviderTimeout, "timeout_error", "DEADLINE_EXCEEDED");
    check(&GatewayError::CredentialEchoed { status: Some(529) }, "overloaded_error", "UNAVAILABLE");
    check(&GatewayError::CredentialEchoed { status: Some(402) }, "billing_error", "FAILED_PRECONDITION");
}

#[test]
fn error_body_of_internal_error_has_the_request_id() {
    for dialect in Dialect::ALL {
        assert!(error_body(dialect, &GatewayError::Internal, "r-42").contains("r-42"), "{dialect:?}");
    }
}

#[track_caller]
fn check_message(error: &GatewayError, expected: &str) {
    assert_eq!(error.message(), expected);
}

#[test]
fn message_of_two_tokens_names_both_headers() {
    let fault = TokenFault::TwoTokens { first: "authorization", second: "x-api-key" };
    check_message(
        &GatewayError::TokenInvalid(fault),
        "the headers `authorization` and `x-api-key` have different tokens; send one token only",
    );
    check_message(
        &GatewayError::TokenInvalid(TokenFault::RepeatedHeader { name: "x-api-key" }),
        "the header `x-api-key` occurs twice with different tokens; send one token only",
    );
}

#[test]
fn message_of_limit_names_it() {
    check_message(
        &GatewayError::BodyTooSlow { limit: Duration::from_millis(30_500) },
        "the request body did not arrive within 30.5 seconds",
    );
    check_message(
        &GatewayError::ProviderResponseTooLarge { limit: 1_048_576 },
        "the response of the provider exceeds 1048576 bytes, the most that the gateway reads of it",
    );
}

#[test]
fn message_of_ambiguous_model_lists_ids() {
    check_message(
        &GatewayError::AmbiguousModel { candidates: vec![id(1), id(2)] },
        "`model`: this names several configurations; name one by its id \
         (018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b01, 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b02), or narrow the choice \
         by the header `x-llm-config-workspace`",
    );
    let many = |count| GatewayError::AmbiguousModel { candidates: (0..count).map(id).collect() }.message();
    assert!(many(20).contains("5b13), or"), "{}", many(20));
    assert!(many(21).contains("5b13 and more), or"), "{}", many(21));
}

#[test]
fn message_of_unknown_id_is_about_the_url() {
    let error = GatewayError::ConfigNotFound { id: "not-an-id".into() };
    check_message(
        &error,
        "no configuration has the id `not-an-id`; the URL must have the id of one behind \
         `/llm-config/v1/configs/`",
    );
    assert_eq!(error.field(), None);
}

#[test]
fn message_of_query_parameter_hides_what_may_be_a_key() {
    let message = |name: &str| GatewayError::QueryNotAllowed { name: name.into() }.message();
    assert!(message("key").contains("`x-goog-api-key`"));
    assert!(message("model").contains("in the body or the path"));
    assert_eq!(message("stream"), "the query parameter `stream` is not allowed on this path");
    assert_eq!(message("AIzaSyA1"), "a query parameter is not allowed on this path");
    assert_eq!(message("sk_abcdefghijklmnopqrstuvwxyz"), "a query parameter is not allowed on this path");
}

#[test]
fn message_with_text_of_client_is_short_and_without_control_characters() {
    let message =
        GatewayError::ModelNotFound { model: format!("a\n\u{1b}[31m{}", "b".repeat(500)) }.message();
    assert!(message.chars().count() < 300 && !message.chars().any(char::is_control), "{message}");
    assert!(message.contains('…'));
}

#[test]
fn message_of_body_fault_names_field_and_place() {
    let check = |fault, expected| check_message(&GatewayError::InvalidBody(fault), expected);
    check(BodyFault::DuplicateField { field: "model" }, "`model` occurs more than once; send it once");
    check(
        BodyFault::MisspeltField { field: "stream" },
        "a field differs from `stream` only in upper and lower case; write it exactly as `stream`",
    );
    check(
        BodyFault::NotJson { reason: "expected value".into(), line: 1, column: 9 },
        "the body is not valid JSON: expected value at line 1, column 9",
    );
}

#[test]
fn message_of_dialect_names_those_that_are_spoken() {
    let spoken = vec![Dialect::OpenAi, Dialect::Anthropic];
    check_message(
        &GatewayError::DialectNotSpoken { spoken },
        "the endpoint of the configuration does not speak this API; it speaks OpenAI's, Anthropic's",
    );
    check_message(
        &GatewayError::DialectNotSpoken { spoken: Vec::new() },
        "the endpoint of the configuration does not speak this API; it speaks none of the APIs of this \
         gateway",
    );
}
