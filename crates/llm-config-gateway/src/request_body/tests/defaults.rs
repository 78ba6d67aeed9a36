//! Stored sampling parameters, per route and provider.

use llm_config_core::config::{SamplingParams, UncheckedSampling};
use llm_config_providers::CallRoute;

use super::{RULES, check};
use crate::request_body::SpliceRules;

fn all() -> SamplingParams {
    UncheckedSampling {
        max_tokens: Some(512),
        temperature: Some(0.7),
        top_p: Some(1.0),
        top_k: Some(40),
        frequency_penalty: Some(-0.5),
        presence_penalty: Some(0.1),
        stop_sequences: Some(vec!["END".into(), "\n\n".into()]),
    }
    .try_into()
    .expect("values in their ranges")
}

/// Asserts what is added behind the client's fields. `client` begins with a comma, unless it is empty.
#[track_caller]
fn check_added(route: CallRoute, rules: &SpliceRules<'_>, client: &str, expected: &str, added: &str) {
    let body = format!(r#"{{"model":"m"{client}}}"#);
    check(route, &body, rules, &format!(r#"{{"model":"up/m"{client}{expected}}}"#), added);
}

// Case 21 of the gateway's contract.
#[test]
fn splice_of_body_without_parameters_adds_all_in_fixed_order() {
    let defaults = all();
    let rules = SpliceRules { defaults: Some(&defaults), ..RULES };
    check_added(
        CallRoute::ChatCompletions,
        &rules,
        "",
        concat!(
            r#","max_tokens":512,"temperature":0.7,"top_p":1.0"#,
            r#","frequency_penalty":-0.5,"presence_penalty":0.1,"stop":["END","\n\n"],"top_k":40"#
        ),
        "max_tokens,temperature,top_p,frequency_penalty,presence_penalty,stop,top_k",
    );
    check_added(
        CallRoute::Completions,
        &SpliceRules { renames_max_tokens: true, takes_top_k: false, ..rules },
        "",
        concat!(
            r#","max_tokens":512,"temperature":0.7,"top_p":1.0"#,
            r#","frequency_penalty":-0.5,"presence_penalty":0.1,"stop":["END","\n\n"]"#
        ),
        "max_tokens,temperature,top_p,frequency_penalty,presence_penalty,stop",
    );
    check_added(
        CallRoute::ChatCompletions,
        &SpliceRules { renames_max_tokens: true, takes_top_k: false, ..rules },
        "",
        concat!(
            r#","max_completion_tokens":512,"temperature":0.7,"top_p":1.0"#,
            r#","frequency_penalty":-0.5,"presence_penalty":0.1,"stop":["END","\n\n"]"#
        ),
        "max_completion_tokens,temperature,top_p,frequency_penalty,presence_penalty,stop",
    );
    check_added(
        CallRoute::Responses,
        &SpliceRules { renames_max_tokens: true, takes_top_k: false, ..rules },
        "",
        r#","max_output_tokens":512,"temperature":0.7,"top_p":1.0"#,
        "max_output_tokens,temperature,top_p",
    );
    check_added(
        CallRoute::Messages,
        &rules,
        "",
        r#","max_tokens":512,"temperature":0.7,"top_p":1.0,"top_k":40,"stop_sequences":["END","\n\n"]"#,
        "max_tokens,temperature,top_p,top_k,stop_sequences",
    );
}

#[test]
fn splice_of_route_without_defaults_adds_nothing() {
    let defaults = all();
    let rules = SpliceRules { defaults: Some(&defaults), ..RULES };
    for route in [CallRoute::Embeddings, CallRoute::MessagesCountTokens] {
        check_added(route, &rules, "", "", "");
    }
    for route in [
        CallRoute::GenerateContent,
        CallRoute::StreamGenerateContent,
        CallRoute::CountTokens,
        CallRoute::EmbedContent,
        CallRoute::BatchEmbedContents,
    ] {
        check(route, "{}", &rules, "{}", "");
    }
}

#[test]
fn splice_of_set_parameter_adds_none_of_it_nor_its_siblings() {
    let defaults = UncheckedSampling { max_tokens: Some(9), temperature: Some(1.0), ..Default::default() };
    let defaults = defaults.try_into().expect("values in their ranges");
    let rules = SpliceRules { defaults: Some(&defaults), ..RULES };
    for sibling in ["max_tokens", "max_completion_tokens", "max_output_tokens", r"max_token\u0073"] {
        for value in ["1", "null"] {
            for route in [CallRoute::ChatCompletions, CallRoute::Completions, CallRoute::Responses] {
                let client = format!(r#","{sibling}":{value}"#);
                check_added(route, &rules, &client, r#","temperature":1.0"#, "temperature");
            }
        }
    }
    let (set, rest) = (r#","max_tokens":null,"temperature":0"#, "");
    check_added(CallRoute::Messages, &rules, set, rest, "");
    // Names inside of other values are none of ours.
    let nested = r#","metadata":{"temperature":2,"max_tokens":1}"#;
    let rest = r#","max_tokens":9,"temperature":1.0"#;
    check_added(CallRoute::ChatCompletions, &rules, nested, rest, "max_tokens,temperature");
}

// Case 22 of the gateway's contract.
#[test]
fn splice_for_model_without_sampling_adds_the_limit_only() {
    let defaults = all();
    let rules = SpliceRules { defaults: Some(&defaults), takes_sampling: false, ..RULES };
    let client = r#","temperature":0.2"#;
    check_added(CallRoute::ChatCompletions, &rules, client, r#","max_tokens":512"#, "max_tokens");
    check_added(CallRoute::Responses, &rules, "", r#","max_output_tokens":512"#, "max_output_tokens");
    check_added(
        CallRoute::Messages,
        &rules,
        "",
        r#","max_tokens":512,"stop_sequences":["END","\n\n"]"#,
        "max_tokens,stop_sequences",
    );
}

#[test]
fn splice_of_stream_adds_model_then_defaults_then_options() {
    let defaults = UncheckedSampling { top_p: Some(0.25), ..Default::default() };
    let defaults = defaults.try_into().expect("values in their ranges");
    let rules = SpliceRules { defaults: Some(&defaults), asks_for_usage: true, ..RULES };
    check(
        CallRoute::ChatCompletions,
        r#"{"stream":true}"#,
        &rules,
        r#"{"stream":true,"model":"up/m","top_p":0.25,"stream_options":{"include_usage":true}}"#,
        "model,top_p,stream_options",
    );
    check(
        CallRoute::ChatCompletions,
        r#"{"stream":true,"stream_options":{},"model":"m"}"#,
        &rules,
        r#"{"stream":true,"stream_options":{"include_usage":true},"model":"up/m","top_p":0.25}"#,
        "top_p,stream_options",
    );
}
