//! Frames that the gateway itself writes.

use bytes::Bytes;
use llm_config_providers::{CallRoute, Dialect};
use serde::Serialize;

use crate::error::{OPENAI_TYPE, gemini_status};

/// The terminator of streams of chat completions and completions.
pub const DONE: &str = "data: [DONE]\n\n";

/// A comment that keeps a silent stream from being cut by proxies. It may stand only between frames.
pub const KEEP_ALIVE: &str = ": keep-alive\n\n";

/// Whether clients of the dialect skip comments. Google's client for Python fails on them.
#[must_use]
pub const fn takes_keep_alive(dialect: Dialect) -> bool {
    match dialect {
        Dialect::OpenAi | Dialect::Anthropic => true,
        Dialect::Gemini => false,
    }
}

/// The text of an error.
#[derive(Clone, Copy, Debug)]
pub struct FaultText<'a> {
    /// The code, for programs.
    pub code: &'a str,
    /// The message, for people.
    pub message: &'a str,
    /// The HTTP status that the error would have before the begin of a stream.
    pub status: u16,
}

/// The last frame of a stream that failed, in the form that makes clients of the route raise an error.
/// `sequence` is the number of the event in a stream of `/responses`: one more than
/// [`StreamTap::last_sequence`](super::StreamTap::last_sequence).
#[must_use]
pub fn fault_frame(route: CallRoute, fault: &FaultText<'_>, sequence: u64) -> Bytes {
    let FaultText { code, message, status } = *fault;
    let error = OpenAiError { message, r#type: OPENAI_TYPE, param: None, code };
    match (route, route.dialect()) {
        (CallRoute::Responses, _) => {
            // Old clients look for the members beside `error`, new ones for those inside.
            let kind = "error";
            let event =
                ResponsesEvent { r#type: kind, code, message, param: None, sequence_number: sequence, error };
            frame("event: error\n", &event)
        }
        (_, Dialect::OpenAi) => frame("", &Body { error }),
        (_, Dialect::Anthropic) => {
            let error = AnthropicError { r#type: "api_error", message };
            frame("event: error\n", &AnthropicEvent { r#type: "error", error })
        }
        (_, Dialect::Gemini) => {
            let error = GeminiError { code: status, message, status: gemini_status(status) };
            frame("", &Body { error })
        }
    }
}

fn frame(event: &str, data: &impl Serialize) -> Bytes {
    // These types always serialise; an empty error is still one to clients.
    let data = serde_json::to_string(data).unwrap_or_else(|_| r#"{"error":{}}"#.to_owned());
    format!("{event}data: {data}\n\n").into()
}

#[derive(Serialize)]
struct Body<E> {
    error: E,
}

#[derive(Serialize)]
struct OpenAiError<'a> {
    message: &'a str,
    r#type: &'a str,
    param: Option<&'a str>,
    code: &'a str,
}

#[derive(Serialize)]
struct ResponsesEvent<'a> {
    r#type: &'a str,
    code: &'a str,
    message: &'a str,
    param: Option<&'a str>,
    sequence_number: u64,
    error: OpenAiError<'a>,
}

#[derive(Serialize)]
struct AnthropicEvent<'a> {
    r#type: &'a str,
    error: AnthropicError<'a>,
}

#[derive(Serialize)]
struct AnthropicError<'a> {
    r#type: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct GeminiError<'a> {
    code: u16,
    message: &'a str,
    status: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: CallRoute, expected: &str) {
        let fault = FaultText { code: "provider_timeout", message: "no \"byte\"\nfor 120 s", status: 504 };
        assert_eq!(fault_frame(route, &fault, 7), expected.as_bytes(), "{route:?}");
    }

    #[test]
    fn fault_frame_has_form_of_route() {
        let open_ai = concat!(
            r#"{"message":"no \"byte\"\nfor 120 s","type":"llm_config_error","param":null,"#,
            r#""code":"provider_timeout"}"#
        );
        let plain = format!("data: {{\"error\":{open_ai}}}\n\n");
        check(CallRoute::ChatCompletions, &plain);
        check(CallRoute::Completions, &plain);
        let responses = concat!(
            r#"event: error"#,
            "\n",
            r#"data: {"type":"error","code":"provider_timeout","message":"no \"byte\"\nfor 120 s","#,
            r#""param":null,"sequence_number":7,"error":"#
        );
        check(CallRoute::Responses, &format!("{responses}{open_ai}}}\n\n"));
        let anthropic = concat!(
            "event: error\n",
            r#"data: {"type":"error","error":{"type":"api_error","message":"no \"byte\"\nfor 120 s"}}"#,
            "\n\n"
        );
        check(CallRoute::Messages, anthropic);
        let gemini = concat!(
            r#"data: {"error":{"code":504,"message":"no \"byte\"\nfor 120 s","status":"DEADLINE_EXCEEDED"}}"#,
            "\n\n"
        );
        check(CallRoute::StreamGenerateContent, gemini);
    }

    #[test]
    fn keep_alive_is_for_dialects_whose_clients_skip_comments() {
        assert_eq!(Dialect::ALL.map(takes_keep_alive), [true, true, false]);
    }
}
