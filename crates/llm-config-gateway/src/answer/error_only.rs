//! Errors under a status of success.

use serde_json::value::RawValue;

use crate::json_members::{for_each_element, for_each_member, is_blank};

/// Members that responses of the dialects have. A failed response of `OpenAI`'s `/responses` has an `error`
/// beside its `output`: it is a result that clients read.
const RESULTS: [&str; 10] = [
    "candidates",
    "choices",
    "content",
    "data",
    "embedding",
    "embeddings",
    "input_tokens",
    "output",
    "promptFeedback",
    "totalTokens",
];

/// An error in the place of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorOnly {
    /// The HTTP status that the error names, from 400 to 599.
    pub status: Option<u16>,
}

/// The error of a body that says nothing else: a JSON object with an `error` and without a result, or an
/// array of one such object, as Google writes it. `OpenRouter` answers so with status 200:
/// <https://openrouter.ai/docs/api-reference/errors>.
#[must_use]
pub fn error_only(body: &[u8]) -> Option<ErrorOnly> {
    // Most answers have none, and need not be parsed.
    memchr::memmem::find(body, br#""error""#)?;
    let body = body.trim_ascii();
    if !body.starts_with(b"[") {
        return error_of_object(body);
    }
    let (mut count, mut error) = (0_usize, None);
    for_each_element(body, |element| {
        count += 1;
        if count == 1 {
            error = error_of_object(element.get().as_bytes());
        }
    })?;
    error.filter(|_| count == 1)
}

/// Whether the value of an `error` member names an error. Some servers send a blank or false one with every
/// response.
pub(crate) fn has_error(value: &RawValue) -> bool {
    !is_blank(value) && value.get() != "false"
}

/// The status that an object names in its own members: `code` before `status`. Google's `status` is a word.
pub(crate) fn own_status(object: &[u8]) -> Option<u16> {
    let (mut code, mut status) = (None, None);
    for_each_member(object, &["code", "status"], |name, value| match name {
        "code" => code = number(value),
        _ => status = number(value),
    })?;
    code.or(status)
}

fn error_of_object(object: &[u8]) -> Option<ErrorOnly> {
    let (mut error, mut has_result) = (None, false);
    let mut names = ["error"; 1 + RESULTS.len()];
    names[1..].copy_from_slice(&RESULTS);
    for_each_member(object, &names, |name, value| match name {
        "error" => error = has_error(value).then_some(value),
        _ => has_result |= value.get() != "null",
    })?;
    let error = error.filter(|_| !has_result)?;
    Some(ErrorOnly { status: own_status(error.get().as_bytes()).or_else(|| own_status(object)) })
}

/// A status of an error, written as a number or as text.
fn number(value: &RawValue) -> Option<u16> {
    let text = value.get();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_digits && (400..=599).contains(status))
}
