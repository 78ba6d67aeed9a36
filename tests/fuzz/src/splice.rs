//! Bodies of requests: one that is accepted and spliced says the same but for the touched fields, and its
//! bytes between those are the client's.

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
    let rules = SpliceRules {
        model: MODEL,
        sends_model,
        defaults: has_defaults.then_some(&defaults),
        takes_sampling,
        asks_for_usage,
        renames_max_tokens,
        takes_top_k,
        takes_routing_fields,
        // One flag for both fields, because a byte has no more.
        stores_model: takes_routing_fields,
        allows_provider_state,
    };
    let body = Bytes::copy_from_slice(input.0);
    let Ok(read) = RequestBody::read(route, &body) else { return };
    match read.splice(&body, &rules) {
        Ok(spliced) => {
            check_bytes(&body, &spliced);
            check_tree(route, &body, &spliced);
        }
        Err(error) => assert!(!matches!(error, GatewayError::Internal), "an accepted body is not spliced"),
    }
}

fn defaults() -> SamplingParams {
    let sampling = UncheckedSampling { max_tokens: Some(7), temperature: Some(0.5), ..Default::default() };
    sampling.try_into().expect("values in their ranges")
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
    if route == CallRoute::BatchEmbedContents
        && let Some(requests) = before.get_mut("requests").and_then(Value::as_array_mut)
    {
        requests.iter_mut().filter_map(Value::as_object_mut).for_each(touch);
    }
    assert_eq!(after, before);
}
