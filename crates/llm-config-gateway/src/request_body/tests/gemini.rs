//! Bodies of Gemini, which repeat the model of the path.

use llm_config_providers::CallRoute;

use super::{RULES, check, check_refused};
use crate::request_body::SpliceRules;

const GEMINI: SpliceRules<'static> = SpliceRules { model: "gemini-3", ..RULES };

#[test]
fn splice_replaces_model_where_present() {
    let body = r#"{"model":"models/prod","content":{"parts":[]}}"#;
    let expected = r#"{"model":"models/gemini-3","content":{"parts":[]}}"#;
    check(CallRoute::EmbedContent, body, &GEMINI, expected, "");
    check(CallRoute::GenerateContent, body, &GEMINI, expected, "");
    let prefixed = SpliceRules { model: "models/gemini-3", ..RULES };
    check(CallRoute::EmbedContent, body, &prefixed, expected, "");
    check(CallRoute::EmbedContent, r#"{"content":{}}"#, &GEMINI, r#"{"content":{}}"#, "");
    check(CallRoute::GenerateContent, "{}", &GEMINI, "{}", "");
}

#[test]
fn splice_replaces_models_of_batch() {
    check(
        CallRoute::BatchEmbedContents,
        r#"{"requests":[ {"model":"models/prod","content":{"model":"x"}}, {"content":{}} ,{ "mod\u0065l" : null }]}"#,
        &GEMINI,
        r#"{"requests":[ {"model":"models/gemini-3","content":{"model":"x"}}, {"content":{}} ,{ "mod\u0065l" : "models/gemini-3" }]}"#,
        "",
    );
    check(
        CallRoute::BatchEmbedContents,
        r#"{"requests":{"model":"models/prod"}}"#,
        &GEMINI,
        r#"{"requests":{"model":"models/gemini-3"}}"#,
        "",
    );
    for body in [r#"{"requests":null}"#, r#"{"requests":[1,"x",[{"model":"y"}]]}"#, r#"{"requests":"x"}"#] {
        check(CallRoute::BatchEmbedContents, body, &GEMINI, body, "");
    }
    let body = r#"{"requests":[{"model":"y"}]}"#;
    check(CallRoute::GenerateContent, body, &GEMINI, body, "");
}

#[test]
fn splice_of_ambiguous_batch_is_refused() {
    for (body, field) in [
        (r#"{"requests":[{"model":"a","model":"b"}]}"#, "requests[].model"),
        (r#"{"requests":[{},{"Model":"a"}]}"#, "requests[].model"),
        (r#"{"requests":[],"requests":[]}"#, "requests"),
        (r#"{"model":"a","model":"b"}"#, "model"),
    ] {
        check_refused(CallRoute::BatchEmbedContents, body.as_bytes(), &GEMINI, "invalid_body", Some(field));
    }
    let many = format!("{{\"requests\":[{}{{}}]}}", "{},".repeat(4096));
    check_refused(CallRoute::BatchEmbedContents, many.as_bytes(), &GEMINI, "invalid_body", Some("requests"));
}

#[test]
fn splice_replaces_model_of_counted_request() {
    check(
        CallRoute::CountTokens,
        r#"{"generateContentRequest":{"model":"models/prod","contents":[{"model":"x"}],"cachedContent":null}}"#,
        &GEMINI,
        r#"{"generateContentRequest":{"model":"models/gemini-3","contents":[{"model":"x"}],"cachedContent":null}}"#,
        "",
    );
    check(
        CallRoute::CountTokens,
        r#"{"generate_content_request":{"model":null}}"#,
        &GEMINI,
        r#"{"generate_content_request":{"model":"models/gemini-3"}}"#,
        "",
    );
    for body in
        [r#"{"generateContentRequest":null}"#, r#"{"generateContentRequest":{}}"#, r#"{"contents":[]}"#]
    {
        check(CallRoute::CountTokens, body, &GEMINI, body, "");
    }
    let other = r#"{"generateContentRequest":{"model":"x","cachedContent":"c"}}"#;
    check(CallRoute::GenerateContent, other, &GEMINI, other, "");
}
