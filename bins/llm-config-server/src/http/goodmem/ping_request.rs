//! Bodies of `POST /v1/ping:once` and `POST /v1/ping:stream`.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpRequest;
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::ConfigId;
use llm_config_probe::ping::Message;
use llm_config_service::{Parsed, Ping, PingSeries};

use crate::http::json::{Object, Spelling, check_content_type};

/// What is taken when nothing else is said.
const TIMEOUT: i64 = 5000;
const INTERVAL: i64 = 1000;
const COUNT: i64 = 4;

/// The most that is taken, in milliseconds.
const MAX_TIMEOUT: i64 = 60_000;
const MAX_INTERVAL: i64 = 60_000;

/// What was lowered to its limit, by the names of the request's fields.
pub(super) type AppliedLimits = BTreeMap<&'static str, String>;

/// A single ping.
pub(super) fn once(request: &HttpRequest, body: &[u8]) -> Parsed<Ping> {
    let mut problems = FieldErrors::<String>::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    if problems.has("") {
        return Err(problems);
    }
    let ping = ping(&mut object, &mut AppliedLimits::new(), &mut problems);
    object.finish(&mut problems);
    ping.filter(|_| problems.is_empty()).ok_or(problems)
}

/// A series, and what was lowered.
pub(super) fn series(request: &HttpRequest, body: &[u8]) -> Parsed<(PingSeries, AppliedLimits)> {
    let mut problems = FieldErrors::<String>::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    if problems.has("") {
        return Err(problems);
    }
    let faults = &mut problems;
    let mut limits = AppliedLimits::new();
    let count = number(&mut object, "count", COUNT, PingSeries::COUNT.into(), &mut limits, faults);
    let interval = number(&mut object, "intervalMs", INTERVAL, MAX_INTERVAL, &mut limits, faults);
    let most = i64::try_from(PingSeries::IN_FLIGHT).unwrap_or(i64::MAX);
    let max_in_flight = number(&mut object, "maxInFlight", 1, most, &mut limits, faults);
    let jitter = object.boolean("jitter", Spelling::Exact, faults).unwrap_or(false);
    // Sent back nowhere: the session has no name that outlives it.
    if let Some(Err(violations)) = object.text_map("labels", faults).map(Labels::try_from) {
        faults.add("labels", violations);
    }
    let ping = ping(&mut object, &mut limits, faults);
    object.finish(faults);
    match ping {
        Some(ping) if problems.is_empty() => Ok((
            PingSeries {
                ping,
                count: u32::try_from(count).unwrap_or(PingSeries::COUNT),
                interval: milliseconds(interval),
                max_in_flight: usize::try_from(max_in_flight).unwrap_or(1),
                jitter,
            },
            limits,
        )),
        _ => Err(problems),
    }
}

fn ping(
    object: &mut Object<'_>,
    limits: &mut AppliedLimits,
    faults: &mut FieldErrors<String>,
) -> Option<Ping> {
    let target: Option<ConfigId> = object.required("targetId", faults);
    if let Some(hint) = object.text("targetTypeHint", faults)
        && !matches!(hint.as_str(), "LLM" | "TARGET_TYPE_UNSPECIFIED")
    {
        faults
            .add("targetTypeHint", "must be LLM or TARGET_TYPE_UNSPECIFIED; this server keeps nothing else");
    }
    if let Some(kind) = object.text("payloadType", faults)
        && !matches!(kind.as_str(), "TEXT" | "JSON" | "PAYLOAD_TYPE_UNSPECIFIED")
    {
        faults.add("payloadType", "must be TEXT, JSON or PAYLOAD_TYPE_UNSPECIFIED; models take text");
    }
    let message = message(object, limits, faults);
    let timeout = number(object, "timeoutMs", TIMEOUT, MAX_TIMEOUT, limits, faults);
    Some(Ping { target: target?, message: message?, timeout: milliseconds(timeout) })
}

fn message(
    object: &mut Object<'_>,
    limits: &mut AppliedLimits,
    faults: &mut FieldErrors<String>,
) -> Option<Message> {
    let payload = object.text("payload", faults);
    let most = i64::try_from(Message::LIMIT).unwrap_or(i64::MAX);
    let size = number(object, "payloadSizeBytes", 0, most, limits, faults);
    match payload {
        Some(_) if size > 0 => {
            faults.add("payload", "and payloadSizeBytes exclude each other; send one of them");
            None
        }
        Some(text) => Message::text(text).map_err(|error| faults.add("payload", error)).ok(),
        None if size > 0 => Message::filler(usize::try_from(size).unwrap_or(Message::LIMIT)).ok(),
        None => Some(Message::default()),
    }
}

/// A whole number from 0; 0 and nothing are the default, and what is too much is lowered.
fn number(
    object: &mut Object<'_>,
    name: &'static str,
    default: i64,
    most: i64,
    limits: &mut AppliedLimits,
    faults: &mut FieldErrors<String>,
) -> i64 {
    match object.integer(name, Spelling::Exact, faults) {
        None | Some(0) => default,
        Some(number) if number < 0 => {
            faults.add(name, "must not be negative");
            default
        }
        Some(number) if number > most => {
            limits.insert(name, most.to_string());
            most
        }
        Some(number) => number,
    }
}

fn milliseconds(number: i64) -> Duration {
    Duration::from_millis(number.unsigned_abs())
}
