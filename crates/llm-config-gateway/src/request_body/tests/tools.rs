//! Tools and plugins that name a model of their own.

use llm_config_providers::CallRoute;

use super::{RULES, check, check_refused};
use crate::request_body::SpliceRules;

const STORED: SpliceRules<'static> = SpliceRules { stores_model: true, sends_model: false, ..RULES };

/// Bodies that name a further model.
const FURTHER: &[(CallRoute, &str, &str)] = &[
    (
        CallRoute::Messages,
        r#"{"tools":[{"type":"advisor_20260301","name":"advisor","model":"claude-opus-4-6"}]}"#,
        "tools[].model",
    ),
    (
        CallRoute::Responses,
        r#"{"tools":[{"type":"image_generation","model":"gpt-image-1"}]}"#,
        "tools[].model",
    ),
    (CallRoute::ChatCompletions, r#"{"tools":[1,{"type":"x"},{"mod\u0065l":"m"}]}"#, "tools[].model"),
    (CallRoute::ChatCompletions, r#"{"tools":{"type":"orq:advisor","model":"m"}}"#, "tools[].model"),
    (
        CallRoute::ChatCompletions,
        r#"{"tools":[{"type":"openrouter:advisor","parameters":{"name":"a","model":"m"}}]}"#,
        "tools[].parameters.model",
    ),
    (
        CallRoute::Messages,
        r#"{"tools":[{"type":"openrouter:fusion","parameters":{"model":null,"analysis_models":["a"]}}]}"#,
        "tools[].parameters.analysis_models",
    ),
    (CallRoute::Responses, r#"{"plugins":[{"id":"fusion","model":"m"}]}"#, "plugins[].model"),
    (
        CallRoute::ChatCompletions,
        r#"{"plugins":[{"id":"web"},{"id":"fusion","analysis_models":["a"]}]}"#,
        "plugins[].analysis_models",
    ),
];

#[test]
fn splice_for_stored_model_refuses_tools_that_name_another() {
    for (route, body, place) in FURTHER {
        check_refused(*route, body.as_bytes(), &STORED, "model_not_allowed", Some(place));
        check(*route, body, &SpliceRules { stores_model: false, ..STORED }, body, "");
    }
}

#[test]
fn splice_for_stored_model_passes_other_tools() {
    let schema = r#"{"type":"object","properties":{"model":{"type":"string"}},"required":["model"]}"#;
    for tool in [
        &format!(r#"{{"type":"function","function":{{"name":"model","parameters":{schema}}}}}"#),
        &format!(r#"{{"type":"function","name":"model","parameters":{schema}}}"#),
        &format!(r#"{{"name":"model","input_schema":{schema}}}"#),
        r#"{"type":"function","name":"x","parameters":{"model":{"type":"string"}}}"#,
        r#"{"type":"image_generation","size":"1024x1024"}"#,
        r#"{"type":"web_search","filters":{"model":"x"}}"#,
        r#"{"type":"openrouter:advisor","model":null,"parameters":null}"#,
        r#"{"type":"x","parameters":"model"}"#,
        r#""model""#,
        r#"["model"]"#,
        "null",
    ] {
        for route in [CallRoute::ChatCompletions, CallRoute::Responses, CallRoute::Messages] {
            let body = format!(r#"{{"tools":[{tool}],"plugins":[{{"id":"web"}}]}}"#);
            check(route, &body, &STORED, &body, "");
        }
    }
    for body in [r#"{"tools":null}"#, r#"{"tools":"model"}"#, r#"{"tools":[],"plugins":[]}"#] {
        check(CallRoute::ChatCompletions, body, &STORED, body, "");
    }
    let gemini = r#"{"tools":[{"model":"x"}]}"#;
    check(CallRoute::GenerateContent, gemini, &STORED, gemini, "");
}

#[test]
fn splice_with_tools_that_parsers_read_differently_is_refused() {
    for (body, place) in [
        (r#"{"tools":[],"tools":[]}"#, "tools"),
        (r#"{"Tools":[]}"#, "tools"),
        (r#"{"tools":[{"model":null,"model":"m"}]}"#, "tools[].model"),
        (r#"{"tools":[{"Model":"m"}]}"#, "tools[].model"),
        (r#"{"tools":[{"parameters":{},"parameters":{"model":"m"}}]}"#, "tools[].parameters"),
        (r#"{"tools":[{"Paramet\u0065rs":{}}]}"#, "tools[].parameters"),
        (r#"{"tools":[{"parameters":{"MODEL":"m"}}]}"#, "tools[].parameters.model"),
        (r#"{"plugins":[{"id":"fusion","Analysis_Models":["m"]}]}"#, "plugins[].analysis_models"),
    ] {
        check_refused(CallRoute::ChatCompletions, body.as_bytes(), &RULES, "invalid_body", Some(place));
    }
    let tools = |count: usize| format!(r#"{{"tools":[{}]}}"#, vec![r#"{"model":0}"#; count].join(","));
    check_refused(CallRoute::Messages, tools(4097).as_bytes(), &RULES, "invalid_body", Some("tools"));
    check(CallRoute::Messages, &tools(4096), &STORED, &tools(4096), "");
}
