//! Properties of every splice.

use std::fmt::Write as _;

use bytes::Bytes;
use llm_config_core::config::UncheckedSampling;
use llm_config_providers::{CallRoute, Dialect};
use proptest::prelude::*;
use serde_json::Value;

use super::{RULES, splice_bytes};
use crate::error::{BodyFault, GatewayError};
use crate::request_body::{RequestBody, SpliceRules};

/// Names that the gateway reads, and others.
const NAMES: &[&str] = &[
    "model",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "stop",
    "messages",
    "tools",
    "x",
    "requests",
    "contents",
    "metadata",
];

/// Pieces of JSON, whole and broken.
const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\"a\"",
    "\"model\"",
    "\"a\":",
    "\"model\":",
    "1",
    "-0.5e3",
    "01",
    "null",
    "\"m\"",
    "\"\\u0041\"",
    "\"\\x\"",
    "\"",
    "\n",
    "\"a\":1",
    "\"b\":[]",
    "\"c\":{}",
    "tru",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~\u{e9}\u{1f600}\\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(NAMES).prop_map(str::to_owned), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A value that the gateway accepts for a field.
fn value_of(name: &'static str) -> BoxedStrategy<Value> {
    match name {
        "model" => prop_oneof!["[a-z/é\"]{0,8}".prop_map(Value::from), Just(Value::Null)].boxed(),
        "stream" => any::<bool>().prop_map(Value::from).boxed(),
        _ => value().boxed(),
    }
}

/// Members with different names, in any order.
fn members() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    prop::sample::subsequence(NAMES, 0..NAMES.len()).prop_shuffle().prop_flat_map(|names| {
        names.into_iter().map(|name| value_of(name).prop_map(move |value| (name, value))).collect::<Vec<_>>()
    })
}

/// The object in an unusual form: odd spacing, and escaped names where `escapes` says so.
fn written(members: &[(&str, Value)], space: &str, escapes: bool) -> String {
    let mut body = format!("{space}{{{space}");
    for (at, (name, value)) in members.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let (first, rest) = name.split_at(1);
        let name = if escapes { format!("\\u{:04x}{rest}", first.as_bytes()[0]) } else { (*name).to_owned() };
        write!(body, "{comma}{space}\"{name}\"{space}:{space}{value}{space}").expect("a text");
    }
    body + "}" + space
}

fn route() -> impl Strategy<Value = CallRoute> {
    prop::sample::select(&CallRoute::ALL)
}

proptest! {
    #[test]
    fn splice_changes_only_touched_fields(
        members in members(), space in "[ \\n\\t]{0,2}", escapes: bool, route in route(), asks: bool,
        sends_model: bool,
    ) {
        let defaults =
            UncheckedSampling { max_tokens: Some(7), temperature: Some(0.5), ..Default::default() };
        let defaults = defaults.try_into().expect("values in their ranges");
        let rules = SpliceRules {
            defaults: Some(&defaults), asks_for_usage: asks, sends_model, allows_provider_state: true, ..RULES
        };
        let body = written(&members, &space, escapes);
        let spliced = splice_bytes(route, body.as_bytes(), &rules);
        let (found, spliced) = spliced.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let before: Value = serde_json::from_str(&body).expect("valid JSON");
        let mut after: Value = serde_json::from_slice(&found).expect("valid JSON");
        let before = before.as_object().expect("an object");
        let after = after.as_object_mut().expect("an object");
        for name in &spliced.added {
            let value = after.remove(*name);
            prop_assert!(value.is_some());
            match before.get(*name) {
                None => {}
                // Only `stream_options` of the client gains a member.
                Some(own) => {
                    let mut value = value.expect("checked before");
                    let removed = value.as_object_mut().and_then(|options| options.remove("include_usage"));
                    prop_assert_eq!(removed, Some(Value::Bool(true)));
                    prop_assert_eq!(&value, own);
                    after.insert((*name).to_owned(), value);
                }
            }
        }
        let model = if route.dialect() == Dialect::Gemini { "models/up/m" } else { "up/m" };
        if before.contains_key("model") {
            prop_assert_eq!(after.insert("model".to_owned(), before["model"].clone()), Some(model.into()));
        }
        if route == CallRoute::BatchEmbedContents && before.contains_key("requests") {
            after.insert("requests".to_owned(), before["requests"].clone());
        }
        prop_assert_eq!(&*after, before);
    }

    #[test]
    fn splice_keeps_the_bytes_between_edits(
        members in members(), space in "[ \\n\\t]{0,2}", escapes: bool, route in route(),
    ) {
        let body = Bytes::from(written(&members, &space, escapes));
        let rules = SpliceRules { asks_for_usage: true, allows_provider_state: true, ..RULES };
        let spliced = RequestBody::read(route, &body).and_then(|read| read.splice(&body, &rules));
        let spliced = spliced.map_err(|error| TestCaseError::fail(error.to_string()))?;
        // Slices of the client's bytes, in order, with gaps only where a value was replaced.
        let (start, mut at, mut gaps) = (body.as_ptr().addr(), 0, 0);
        for part in &spliced.parts {
            let Some(from) = part.as_ptr().addr().checked_sub(start).filter(|from| *from < body.len()) else {
                continue;
            };
            prop_assert!(from >= at);
            gaps += from - at;
            at = from + part.len();
        }
        gaps += body.len() - at;
        let models = members.iter().filter(|(name, _)| *name == "model").map(|(_, value)| value);
        let replaced: usize = models.map(|value| value.to_string().len()).sum();
        if route != CallRoute::BatchEmbedContents {
            prop_assert_eq!(gaps, replaced);
        }
    }

    #[test]
    fn read_of_any_text_accepts_what_is_a_json_object(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..12),
    ) {
        let body = format!("{{{}}}", tokens.concat());
        let is_object = serde_json::from_str::<serde_json::Map<String, Value>>(&body).is_ok();
        match RequestBody::read(CallRoute::GenerateContent, body.as_bytes()) {
            Ok(_) => prop_assert!(is_object, "{body}"),
            Err(GatewayError::InvalidBody(BodyFault::NotJson { .. })) => prop_assert!(!is_object, "{body}"),
            Err(error) => prop_assert_eq!(error.field(), Some("model"), "{}", body),
        }
    }

    #[test]
    fn read_of_second_spelling_is_refused(
        members in members(), at in any::<prop::sample::Index>(), upper in any::<u32>(),
        escaped in any::<u32>(), name in prop::sample::select(&NAMES[..8]),
    ) {
        // The same name once more, with any characters in upper case or escaped.
        let mut spelling = String::new();
        for (n, c) in name.chars().enumerate() {
            let c = if upper >> n & 1 == 1 { c.to_ascii_uppercase() } else { c };
            if escaped >> n & 1 == 1 {
                write!(spelling, "\\u{:04x}", u32::from(c)).expect("a text");
            } else {
                spelling.push(c);
            }
        }
        let others = members.iter().filter(|(other, _)| *other != name);
        let mut parts: Vec<_> = others.map(|(other, value)| format!("\"{other}\":{value}")).collect();
        parts.push(format!("\"{name}\":null"));
        parts.insert(at.index(parts.len()), format!("\"{spelling}\":null"));
        let body = format!("{{{}}}", parts.join(","));
        let read = RequestBody::read(CallRoute::ChatCompletions, body.as_bytes());
        prop_assert_eq!(read.map(|_| ()).map_err(|error| error.code()), Err("invalid_body"));
    }
}
