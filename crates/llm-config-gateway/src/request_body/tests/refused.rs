//! Bodies that parsers read differently, or not at all.

use llm_config_providers::CallRoute;

use super::{RULES, check, check_refused};
use crate::error::{BodyFault, GatewayError};
use crate::request_body::{RequestBody, SpliceRules};

#[track_caller]
fn check_fault(body: &[u8], expected: &BodyFault) {
    let found = RequestBody::read(CallRoute::ChatCompletions, body).expect_err("a refused body");
    assert_eq!(found, GatewayError::InvalidBody(expected.clone()), "{}", String::from_utf8_lossy(body));
}

#[test]
fn read_of_body_that_is_no_object_is_refused() {
    for body in ["", " \n\t"] {
        check_fault(body.as_bytes(), &BodyFault::Empty);
    }
    for body in ["[\"m\",true]", "[{\"model\":\"m\"}]", "\"m\"", "null", "1", "model", "// {}", "\u{b}{}"] {
        check_fault(body.as_bytes(), &BodyFault::NotAnObject);
    }
    check_fault("\u{feff}{\"model\":\"m\"}".as_bytes(), &BodyFault::ByteOrderMark);
}

#[test]
fn read_of_invalid_json_is_refused_with_its_place() {
    check_fault(
        b"{\"model\":\n\"m\",}",
        &BodyFault::NotJson { reason: "trailing comma".into(), line: 2, column: 5 },
    );
    for body in [
        "{",
        "{\"model\":\"m\"",
        "{\"model\":\"m\"}}",
        "{\"model\":\"m\"} x",
        "{\"model\":\"m\"}{}",
        "{\"model\":\"m\"}\u{0}",
        "{\"a\" 1}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":NaN}",
        "{\"a\":[1,]}",
        "{\"a\":{\"b\":1,}}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\n\":1}",
        "{\"a\":\"\\x\"}",
        "{\"a\":1 /* */}",
        "{,}",
    ] {
        let found = RequestBody::read(CallRoute::ChatCompletions, body.as_bytes());
        let is_not_json = matches!(found, Err(GatewayError::InvalidBody(BodyFault::NotJson { .. })));
        assert!(is_not_json, "{body}: {found:?}");
    }
}

#[test]
fn read_of_duplicate_field_is_refused() {
    for (body, field) in [
        (r#"{"model":"m","model":"m"}"#, "model"),
        (r#"{"model":"m","mod\u0065l":"m"}"#, "model"),
        (r#"{"mod\u0065l":null,"model":"m"}"#, "model"),
        (r#"{"stream":false,"x":1,"stream":true}"#, "stream"),
        (r#"{"stream_options":{},"stream_options":null}"#, "stream_options"),
        (r#"{"temperature":1,"temperatur\u0065":2}"#, "temperature"),
        (r#"{"background":false,"background":true}"#, "background"),
        (
            r#"{"stream_options":{"include_usage":true,"include_usage":false}}"#,
            "stream_options.include_usage",
        ),
        (
            r#"{"stream_options":{"include_usage":true,"includ\u0065_usage":0}}"#,
            "stream_options.include_usage",
        ),
    ] {
        check_fault(body.as_bytes(), &BodyFault::DuplicateField { field });
    }
}

#[test]
fn read_of_field_in_other_case_is_refused() {
    for (body, field) in [
        (r#"{"model":"m","Model":"n"}"#, "model"),
        (r#"{"MODEL":"n"}"#, "model"),
        (r#"{"\u004dodel":"n"}"#, "model"),
        (r#"{"model":"m","Stream":true}"#, "stream"),
        ("{\"\u{17f}tream\":true}", "stream"),
        (r#"{"\u017ftream":true}"#, "stream"),
        ("{\"max_to\u{212a}ens\":1}", "max_tokens"),
        (r#"{"Previous_Response_Id":"r"}"#, "previous_response_id"),
        (r#"{"stream_options":{"Include_Usage":true}}"#, "stream_options.include_usage"),
    ] {
        check_fault(body.as_bytes(), &BodyFault::MisspeltField { field });
    }
}

#[test]
fn read_of_field_of_wrong_type_is_refused() {
    let long = format!(r#"{{"model":"{}"}}"#, "m".repeat(4097));
    let escaped = format!(r#"{{"model":"{}"}}"#, r"\u006d".repeat(4097));
    for body in [
        r#"{"model":1}"#,
        r#"{"model":["m"]}"#,
        r#"{"model":{"m":1}}"#,
        r#"{"model":true}"#,
        r#"{"model":"\ud800"}"#,
        &long,
        &escaped,
    ] {
        check_refused(CallRoute::ChatCompletions, body.as_bytes(), &RULES, "invalid_body", Some("model"));
    }
    for body in [r#"{"stream":"true"}"#, r#"{"stream":1}"#, r#"{"stream":[true]}"#] {
        check_refused(CallRoute::ChatCompletions, body.as_bytes(), &RULES, "invalid_body", Some("stream"));
    }
    let longest = format!(r#"{{"model":"{}"}}"#, r"\u006d".repeat(4096));
    assert!(RequestBody::read(CallRoute::ChatCompletions, longest.as_bytes()).is_ok());
}

#[test]
fn read_of_name_that_is_no_text_is_refused() {
    for body in [br#"{"mo\ud800del":1}"#.as_slice(), b"{\"mo\xffdel\":1}"] {
        check_refused(CallRoute::ChatCompletions, body, &RULES, "invalid_body", None);
    }
}

#[test]
fn model_is_decoded_and_null_is_none() {
    let model = |body: &str| {
        let body = RequestBody::read(CallRoute::Messages, body.as_bytes()).expect("an accepted body");
        body.model().map(str::to_owned)
    };
    assert_eq!(model(r#"{"model":"a\/b\u00e9"}"#).as_deref(), Some("a/b\u{e9}"));
    assert_eq!(model(r#"{"model":""}"#).as_deref(), Some(""));
    assert_eq!(model(r#"{"model":null}"#), None);
    assert_eq!(model("{}"), None);
}

#[test]
fn is_stream_follows_body_or_route() {
    let is_stream =
        |route, body: &str| RequestBody::read(route, body.as_bytes()).expect("an accepted body").is_stream();
    for route in
        [CallRoute::ChatCompletions, CallRoute::Completions, CallRoute::Responses, CallRoute::Messages]
    {
        assert!(is_stream(route, r#"{"str\u0065am" : true}"#));
        for body in ["{}", r#"{"stream":false}"#, r#"{"stream":null}"#] {
            assert!(!is_stream(route, body), "{body}");
        }
    }
    assert!(is_stream(CallRoute::StreamGenerateContent, "{}"));
    for route in [CallRoute::GenerateContent, CallRoute::Embeddings, CallRoute::MessagesCountTokens] {
        assert!(!is_stream(route, r#"{"stream":true}"#), "{route:?}");
    }
}

#[test]
fn splice_for_litellm_proxy_refuses_fields_that_move_the_call() {
    let proxy = SpliceRules { takes_routing_fields: true, ..RULES };
    for route in [CallRoute::ChatCompletions, CallRoute::Embeddings, CallRoute::Messages] {
        for (field, body) in [
            ("api_base", r#"{"model":"m","api_base":"http://x"}"#),
            ("base_url", r#"{"model":"m","base_url":"http://x"}"#),
            ("api_key", r#"{"model":"m","api_key":null}"#),
            ("user_config", r#"{"model":"m","us\u0065r_config":{}}"#),
            ("api_key", r#"{"model":"m","Api_Key":"x"}"#),
        ] {
            check_refused(route, body.as_bytes(), &proxy, "field_not_allowed", Some(field));
        }
    }
    let body = r#"{"model":"m","api_base":"x","api_base":"y"}"#;
    check(CallRoute::ChatCompletions, body, &RULES, r#"{"model":"up/m","api_base":"x","api_base":"y"}"#, "");
}

#[test]
fn splice_for_stored_model_refuses_fields_that_name_further_models() {
    let stored = SpliceRules { stores_model: true, ..RULES };
    for route in [CallRoute::ChatCompletions, CallRoute::Embeddings, CallRoute::Messages] {
        for (field, body) in [
            ("models", r#"{"model":"m","models":["other"]}"#),
            ("models", r#"{"model":"m","mod\u0065ls":null}"#),
            ("fallbacks", r#"{"model":"m","Fallbacks":[{"model":"other"}]}"#),
            ("context_window_fallbacks", r#"{"model":"m","context_window_fallbacks":[]}"#),
            ("providerOptions", r#"{"model":"m","providerOptions":{"gateway":{"models":["other"]}}}"#),
            ("providerOptions", r#"{"model":"m","provideroptions":null}"#),
        ] {
            check_refused(route, body.as_bytes(), &stored, "model_not_allowed", Some(field));
        }
    }
    let body = r#"{"model":"m","models":["other"]}"#;
    check(CallRoute::ChatCompletions, body, &RULES, r#"{"model":"up/m","models":["other"]}"#, "");
}

#[test]
fn splice_of_other_bytes_than_those_read_is_an_internal_error() {
    let body = RequestBody::read(CallRoute::ChatCompletions, b"{\"model\":\"m\"}").expect("an accepted body");
    let found = body.splice(&bytes::Bytes::from_static(b"{}"), &RULES).expect_err("other bytes");
    assert_eq!(found, GatewayError::Internal);
}
