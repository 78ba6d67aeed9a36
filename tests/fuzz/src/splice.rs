//! Bodies of requests: one that is accepted has none of the refused fields. Spliced, it says the same but for
//! the touched fields, and its bytes between those are the client's.

use bytes::Bytes;
use llm_config_core::config::{SamplingParams, UncheckedSampling};
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::request_body::{RequestBody, SpliceRules, SplicedBody};
use llm_config_gateway::{CallRoute, Dialect};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::input::Input;

const MODEL: &str = "up/\"m\"";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let route = input.route();
    let [has_defaults, rest @ ..] = input.flags();
    let [sends_model, takes_sampling, asks_for_usage, renames_max_tokens, rest @ ..] = rest;
    let [takes_top_k, takes_routing_fields, allows_provider_state] = rest;
    let defaults = defaults();
    let body = Bytes::copy_from_slice(input.0);
    let Ok(read) = RequestBody::read(route, &body) else { return };
    for stores_model in [false, true] {
        let rules = SpliceRules {
            model: MODEL,
            sends_model,
            defaults: has_defaults.then_some(&defaults),
            takes_sampling,
            asks_for_usage,
            renames_max_tokens,
            takes_top_k,
            takes_routing_fields,
            stores_model,
            allows_provider_state,
        };
        match read.splice(&body, &rules) {
            Ok(spliced) => {
                check_fields(route, &body, &rules);
                check_bytes(&body, &spliced);
                check_tree(route, &body, &spliced);
            }
            Err(error) => {
                assert!(!matches!(error, GatewayError::Internal), "an accepted body is not spliced");
            }
        }
    }
}

fn defaults() -> SamplingParams {
    let sampling = UncheckedSampling { max_tokens: Some(7), temperature: Some(0.5), ..Default::default() };
    sampling.try_into().expect("values in their ranges")
}

/// The body has none of the fields that the rules refuse.
fn check_fields(route: CallRoute, body: &[u8], rules: &SpliceRules<'_>) {
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(body) else { return };
    let dialect = route.dialect();
    let has = |fields: &[&str]| body.keys().any(|name| fields.contains(&folded(name).as_str()));
    if rules.takes_routing_fields {
        assert!(!has(&["api_base", "base_url", "api_key", "user_config"]), "the call is moved");
    }
    if rules.stores_model {
        let fields = ["models", "fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];
        assert!(!has(&fields) && !has(&["provideroptions"]), "a field names further models");
        if dialect != Dialect::Gemini {
            let is_further = names_model(body.get("tools"), true) || names_model(body.get("plugins"), false);
            assert!(!is_further, "a tool names a model");
        }
    }
    if !rules.allows_provider_state {
        let fields: &[&str] = match dialect {
            Dialect::OpenAi => &["previous_response_id", "conversation"],
            Dialect::Anthropic => &["container"],
            Dialect::Gemini => &["cachedContent", "cached_content"],
        };
        let refers = |object: &Map<String, Value>| {
            fields.iter().any(|field| object.get(*field).is_some_and(|value| !value.is_null()))
        };
        assert!(!refers(&body), "the body refers to state");
        if route == CallRoute::CountTokens {
            let mut body = body;
            assert!(!inner_requests(route, &mut body).any(|request| refers(request)), "the counted one does");
        }
    }
}

/// Whether an object of a list names a model, as a text or a list, or its `parameters` do.
fn names_model(list: Option<&Value>, has_parameters: bool) -> bool {
    let is_model = |value: &Value| value.is_string() || value.is_array();
    let names = |(name, value): (&String, &Value)| match folded(name).as_str() {
        "model" => is_model(value),
        "analysis_models" if !has_parameters => is_model(value),
        "parameters" if has_parameters && value.is_object() => names_model(Some(value), false),
        _ => false,
    };
    let entries =
        list.map_or(&[][..], |list| list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice));
    entries.iter().filter_map(Value::as_object).flatten().any(names)
}

/// The requests within a body, of a batch or counted, each of which may name the model.
fn inner_requests(
    route: CallRoute,
    body: &mut Map<String, Value>,
) -> impl Iterator<Item = &mut Map<String, Value>> {
    let names: &[&str] = if route == CallRoute::BatchEmbedContents {
        &["requests"]
    } else if route == CallRoute::CountTokens {
        &["generateContentRequest", "generate_content_request"]
    } else {
        &[]
    };
    let values = body.iter_mut().filter(|(name, _)| names.contains(&name.as_str()));
    let objects = values.flat_map(|(_, value)| {
        if let Value::Array(entries) = value { entries.as_mut_slice() } else { std::slice::from_mut(value) }
    });
    objects.filter_map(Value::as_object_mut)
}

/// A name in lower case, as parsers written in Go compare it.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('\u{17f}', "s")
}

/// The client's bytes are there in order, and what is left out of them is a value each.
fn check_bytes(body: &Bytes, spliced: &SplicedBody) {
    let start = body.as_ptr().addr();
    let mut at = 0;
    for part in &spliced.parts {
        let from = part.as_ptr().addr().checked_sub(start).filter(|from| *from < body.len());
        if let Some(from) = from {
            check_left_out(&body[at..from]);
            at = from + part.len();
        }
    }
    check_left_out(&body[at..]);
    let length: usize = spliced.parts.iter().map(Bytes::len).sum();
    assert_eq!(length as u64, spliced.length);
}

/// A value that is left out is that of a model. Bodies of Gemini may have any there.
fn check_left_out(bytes: &[u8]) {
    let is_value = bytes.is_empty() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    assert!(is_value, "more than a value is left out, or less");
}

/// The spliced body says the same but for the touched fields. Of bodies that this parser does not read, such
/// as deep ones, only the bytes are compared.
fn check_tree(route: CallRoute, body: &[u8], spliced: &SplicedBody) {
    let Ok(mut before) = serde_json::from_slice::<Map<String, Value>>(body) else { return };
    let found = spliced.parts.concat();
    let mut after: Map<String, Value> = serde_json::from_slice(&found).expect("a JSON object");
    for name in &spliced.added {
        let added = after.get_mut(*name).expect("an added field");
        if before.contains_key(*name) {
            let options = added.as_object_mut().expect("`stream_options`, which alone gains a member");
            assert_eq!(options.remove("include_usage"), Some(Value::Bool(true)));
        } else {
            after.remove(*name);
        }
    }
    assert_eq!(spliced.asked_for_usage, spliced.added.contains(&"stream_options"));
    let is_gemini = route.dialect() == Dialect::Gemini;
    let model = Value::from(if is_gemini { format!("models/{MODEL}") } else { MODEL.to_owned() });
    let touch = |object: &mut Map<String, Value>| {
        if let Some(own) = object.get_mut("model") {
            *own = model.clone();
        }
    };
    touch(&mut before);
    inner_requests(route, &mut before).for_each(touch);
    assert_eq!(after, before);
}
