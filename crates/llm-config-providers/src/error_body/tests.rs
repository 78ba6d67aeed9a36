//! The forms in which servers describe errors.

use super::{ErrorBody, has_error, without_urls};
use crate::response::Response;

fn read(status: u16, body: &str) -> ErrorBody {
    Response::of(status, body).error().clone()
}

/// `expected`: the message and the most precise code.
#[track_caller]
fn check(status: u16, body: &str, expected: (&str, &str)) {
    let error = read(status, body);
    let code = error.codes().into_iter().find(|code| !code.is_empty()).unwrap_or_default();
    assert_eq!((error.message.as_str(), code), expected, "{body}");
    assert!(error.is_error, "{body}");
}

#[test]
fn error_in_json_is_read_in_many_forms() {
    check(400, r#"{"error":{"message":"No.","type":"t","code":"c"}}"#, ("no.", "c"));
    check(400, r#"[{"error":{"message":"No.","code":400,"status":"INVALID_ARGUMENT"}}]"#, ("no.", "400"));
    check(400, r#"{"error":"No."}"#, ("no.", ""));
    check(400, r#"{"code":20012,"message":"No.","data":null}"#, ("no.", "20012"));
    check(401, r#"{"error_code":110,"error_msg":"No."}"#, ("no.", "110"));
    check(401, r#"{"error":"invalid_token","error_description":"No."}"#, ("no.", "invalid_token"));
    check(
        404,
        r#"{"code":5,"error":"url.not_found","message":"没找到对象"}"#,
        ("没找到对象", "url.not_found"),
    );
    check(403, r#"{"errors":[{"code":5018,"message":"No."}],"success":false}"#, ("no.", "5018"));
    check(
        404,
        r#"{"errors":[{"code":"model_not_supported","message":"No."}],"trace":"1"}"#,
        ("no.", "model_not_supported"),
    );
    check(400, r#"{"detail":{"error":{"message":"No.","code":"c"}}}"#, ("no.", "c"));
    check(400, r#"{"message":"No.","reason":"INVALID_MODEL_ID"}"#, ("no.", "INVALID_MODEL_ID"));
    check(
        403,
        r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"No."}"#,
        ("no.", "AccessDeniedException"),
    );
    check(401, "\u{feff}{\"error\":{\"message\":\"No.\"}}", ("no.", ""));
}

#[test]
fn error_in_a_success_needs_a_mark() {
    check(200, r#"{"base_resp":{"status_code":1004,"status_msg":"No."}}"#, ("no.", "1004"));
    check(200, r#"{"success":false,"message":"No."}"#, ("no.", ""));
    check(200, r#"{"code":1113,"msg":"No."}"#, ("no.", "1113"));
    for body in [
        r#"{"message":"pong"}"#,
        r#"{"code":0,"message":"success","data":{}}"#,
        r#"{"code":200,"msg":"ok"}"#,
        r#"{"error":null,"choices":[]}"#,
        r#"{"error":false,"data":[]}"#,
        r#"{"base_resp":{"status_code":0,"status_msg":"success"},"choices":[]}"#,
        "Invalid API key",
    ] {
        assert!(!read(200, body).is_error, "{body}");
    }
}

#[test]
fn error_of_provider_is_told_from_that_of_the_server() {
    for body in [
        r#"{"error":{"message":"{\"error\":{\"message\":\"No.\"}}"}}"#,
        r#"{"error":"{\"error\":{\"message\":\"No.\"}}"}"#,
        r#"{"error":{"message":"Provider returned error","metadata":{"raw":"No.","provider_name":"Acme"}}}"#,
        r#"{"choices":[{"error":{"message":"No.","code":502}}]}"#,
        r#"{"detail":"Error code: 401 - {'error': {'message': 'No.'}}"}"#,
    ] {
        let error = read(400, body);
        assert!(error.is_of_provider && error.contains_any(&["no."]), "{body}");
    }
    assert!(!read(400, r#"{"detail":{"error":{"message":"No."}}}"#).is_of_provider);
}

#[test]
fn error_in_xml_is_read_as_that_of_aws() {
    check(
        403,
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>\
         <Message>The security token is invalid.</Message></Error></ErrorResponse>",
        ("the security token is invalid.", "InvalidClientTokenId"),
    );
    check(404, "<UnknownOperationException/>", ("", "UnknownOperationException"));
    assert!(!read(404, "<p>Not here</p>").is_error);
}

#[test]
fn short_text_has_a_message_and_no_form() {
    let error = read(422, "Failed to deserialize the JSON body: missing field `messages`");
    assert!(!error.is_error && error.contains_any(&["missing field"]));
    assert!(read(401, &"x".repeat(2000)).message.is_empty());
    assert!(read(401, "<html>Invalid API key</html>").message.is_empty());
}

/// `{"error":[[…]],"message":"…"}`, whose message is such a text again, `texts` times.
fn nested(texts: usize) -> String {
    let lists = format!("{}{}", "[".repeat(120), "]".repeat(120));
    (0..texts).fold("No".to_owned(), |message, _| {
        let message = serde_json::Value::from(message);
        format!("{{\"error\":{lists},\"message\":{message}}}")
    })
}

#[test]
fn read_of_texts_within_texts_ends_after_two() {
    let message = |texts| Response::of(400, &nested(texts)).error().message.clone();
    assert_eq!((message(1), message(2), message(3)), ("no".to_owned(), "no".to_owned(), "no".to_owned()));
    for texts in 4..=8 {
        assert!(message(texts).starts_with("{\"error\":[["), "{texts}");
    }
}

#[test]
fn read_of_long_message_keeps_its_beginning() {
    let message = format!("x{}", "é".repeat(30_000));
    let body = serde_json::json!({"error": {"message": message, "code": "c"}}).to_string();
    let response = Response::of(400, &body);
    assert_eq!(response.error().message.len(), 4095);
    assert_eq!(response.error().code, "c");
}

#[test]
fn member_error_that_servers_send_with_success_is_no_error() {
    for none in ["null", "false", "\"\"", "[]", "0"] {
        let json: serde_json::Value = serde_json::from_str(&format!("{{\"error\":{none}}}")).unwrap();
        assert!(!has_error(&json), "{none}");
    }
    for some in ["true", "\"No\"", "[1]", "{}", "402"] {
        let json: serde_json::Value = serde_json::from_str(&format!("{{\"error\":{some}}}")).unwrap();
        assert!(has_error(&json), "{some}");
        assert!(Response::of(200, &json.to_string()).error().is_error, "{some}");
    }
}

#[test]
fn without_urls_leaves_out_whole_urls_in_linear_time() {
    assert_eq!(
        without_urls("see https://a.example/key?b=c, or HTTP".to_lowercase().as_str()),
        "see  or http"
    );
    assert_eq!(without_urls("http error (http://b.example)"), "http error ()");
    let urls = "http://a ".repeat(100_000);
    assert_eq!(without_urls(&urls).len(), 100_000);
}
