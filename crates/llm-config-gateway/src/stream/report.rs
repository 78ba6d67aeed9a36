//! The report of a frame: usage, an error, the end of the answer.
//!
//! Frames are parsed only if they have one of the names that matter, and read by structure: arguments of
//! tools may contain any of these names.

use llm_config_providers::CallRoute;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::choices::Choices;
use super::frame::Frame;
use super::needles::{
    ERROR, FINISH_REASON, GEMINI_FINISH_REASON, GEMINI_USAGE, MESSAGE_STOP, PROMPT_FEEDBACK, USAGE, has_one,
};
use crate::answer::{ErrorOnly, error_only, has_error, own_status};
use crate::json_members::{for_each_member, is_blank};
use crate::usage::{GROQ, UsageReader};

/// How streams report that the answer has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndSignal {
    /// `finish_reason` of a choice, then `[DONE]`.
    Chat,
    /// An event such as `response.completed`.
    Responses,
    /// The event `message_stop`.
    Messages,
    /// `finishReason` of a candidate, or `promptFeedback` without candidates.
    Gemini,
    /// Not at all: the route has no streams.
    Unmarked,
}

/// How much of the answer's end was reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    #[default]
    None,
    /// The model has ended; usage, or a terminator, may follow.
    Finished,
    /// Nothing follows.
    Terminal,
}

/// What a frame reports.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Report {
    pub(super) is_error: bool,
    /// The mark of the end, apart from those of choices.
    pub(super) mark: Mark,
    pub(super) choices: Choices,
    /// Whether the frame has no choices and a usage: the chunk that `stream_options.include_usage` asks for.
    pub(super) is_usage_chunk: bool,
    pub(super) sequence: Option<u64>,
}

impl EndSignal {
    pub(super) const fn new(route: CallRoute) -> Self {
        match route {
            CallRoute::ChatCompletions | CallRoute::Completions => Self::Chat,
            CallRoute::Responses => Self::Responses,
            CallRoute::Messages => Self::Messages,
            CallRoute::GenerateContent | CallRoute::StreamGenerateContent => Self::Gemini,
            CallRoute::Embeddings
            | CallRoute::MessagesCountTokens
            | CallRoute::CountTokens
            | CallRoute::EmbedContent
            | CallRoute::BatchEmbedContents => Self::Unmarked,
        }
    }

    /// Reads a frame and hands its usage to the reader.
    pub(super) fn read(self, frame: &Frame<'_>, usage: &mut UsageReader) -> Report {
        let data = frame.data.as_ref();
        let report = match self {
            Self::Chat => read_chat(data, usage),
            Self::Responses => read_responses(frame.event, data, usage),
            Self::Messages => read_messages(frame.event, data, usage),
            Self::Gemini => read_gemini(data, usage),
            Self::Unmarked => read_unmarked(data),
        };
        let report = report.unwrap_or_default();
        Report { is_error: report.is_error || frame.event == b"error", ..report }
    }
}

/// The error of a frame that says nothing else.
pub(super) fn sole_error(frame: &Frame<'_>) -> Option<ErrorOnly> {
    let data = frame.data.as_ref();
    error_only(data).or_else(|| {
        let mut is_error = frame.event == b"error";
        let _ = for_each_member(data, &["type"], |_, value| is_error |= is_word(value, "error"));
        is_error.then(|| ErrorOnly { status: own_status(data) })
    })
}

/// Whether the data of a frame that lacks its empty line is whole.
pub(super) fn is_whole(frame: &Frame<'_>) -> bool {
    is_done(&frame.data) || serde_json::from_slice::<IgnoredAny>(&frame.data).is_ok()
}

fn read_chat(data: &[u8], usage: &mut UsageReader) -> Option<Report> {
    if is_done(data) {
        return Some(Report { mark: Mark::Terminal, ..Report::default() });
    }
    if let Some(choices) = Choices::guess(data)
        && !has_one(data, &[&FINISH_REASON, &USAGE, &ERROR])
    {
        return Some(Report { choices, ..Report::default() });
    }
    let mut is_error = false;
    let (mut choices, mut reported, mut groq) = (None, None, None);
    for_each_member(data, &["choices", "usage", GROQ, "error", "type"], |name, value| match name {
        "choices" => choices = Some(value),
        "usage" => reported = Some(value),
        GROQ => groq = Some(value),
        "error" => is_error |= has_error(value),
        _ => is_error |= is_word(value, "error"),
    })?;
    if let Some(groq) = groq {
        usage.read_inside(groq.get().as_bytes());
    }
    if let Some(reported) = reported {
        usage.read(reported.get().as_bytes());
    }
    let has_usage = reported.is_some_and(|usage| usage.get().starts_with('{'));
    Some(Report {
        is_error,
        mark: Mark::None,
        choices: choices.map(|choices| Choices::read(choices, "finish_reason")).unwrap_or_default(),
        is_usage_chunk: has_usage && choices.is_some_and(is_empty_array) && !is_error,
        sequence: None,
    })
}

fn read_responses(event: &[u8], data: &[u8], usage: &mut UsageReader) -> Option<Report> {
    let mut report = Report::default();
    let (mut kind, mut response) = (None, None);
    for_each_member(data, &["type", "sequence_number", "response", "error"], |name, value| match name {
        "type" => kind = Some(value),
        "sequence_number" => report.sequence = value.get().parse().ok(),
        "response" => response = Some(value),
        _ => report.is_error |= has_error(value),
    })?;
    let is = |name: &str| kind.map_or(event == name.as_bytes(), |kind| is_word(kind, name));
    report.is_error |= is("error");
    if ["response.completed", "response.incomplete", "response.failed"].into_iter().any(is) {
        report.mark = Mark::Terminal;
        if let Some(response) = response {
            usage.read_inside(response.get().as_bytes());
        }
    }
    Some(report)
}

fn read_messages(event: &[u8], data: &[u8], usage: &mut UsageReader) -> Option<Report> {
    if event != b"message_stop" && !has_one(data, &[&USAGE, &MESSAGE_STOP, &ERROR]) {
        return None;
    }
    let mut report = Report::default();
    let (mut kind, mut message, mut reported) = (None, None, None);
    for_each_member(data, &["type", "message", "usage", "error"], |name, value| match name {
        "type" => kind = Some(value),
        "message" => message = Some(value),
        "usage" => reported = Some(value),
        _ => report.is_error |= has_error(value),
    })?;
    if let Some(message) = message {
        usage.read_inside(message.get().as_bytes());
    }
    if let Some(reported) = reported {
        usage.read(reported.get().as_bytes());
    }
    report.is_error |= kind.is_some_and(|kind| is_word(kind, "error"));
    if kind.map_or(event == b"message_stop", |kind| is_word(kind, "message_stop")) {
        report.mark = Mark::Terminal;
    }
    Some(report)
}

fn read_gemini(data: &[u8], usage: &mut UsageReader) -> Option<Report> {
    if let Some(choices) = Choices::guess(data)
        && !has_one(data, &[&GEMINI_USAGE, &GEMINI_FINISH_REASON, &PROMPT_FEEDBACK, &ERROR])
    {
        return Some(Report { choices, ..Report::default() });
    }
    let mut report = Report::default();
    let (mut candidates, mut has_feedback) = (None, false);
    for_each_member(data, &["candidates", "promptFeedback", "usageMetadata", "error"], |name, value| {
        match name {
            "candidates" => candidates = Some(value).filter(|candidates| !is_empty_array(candidates)),
            "promptFeedback" => has_feedback = !is_blank(value),
            "usageMetadata" => usage.read(value.get().as_bytes()),
            _ => report.is_error |= has_error(value),
        }
    })?;
    match candidates {
        Some(candidates) => report.choices = Choices::read(candidates, "finishReason"),
        // A prompt that is blocked has no candidates. With some, the feedback is a rating, and more may
        // follow.
        None if has_feedback => report.mark = Mark::Finished,
        None => {}
    }
    Some(report)
}

fn read_unmarked(data: &[u8]) -> Option<Report> {
    if !has_one(data, &[&ERROR]) {
        return None;
    }
    let mut report = Report::default();
    for_each_member(data, &["error"], |_, value| report.is_error |= has_error(value))?;
    Some(report)
}

fn is_done(data: &[u8]) -> bool {
    data.trim_ascii() == b"[DONE]"
}

/// Whether a value is this text, which needs no escapes.
fn is_word(value: &RawValue, word: &str) -> bool {
    let text = value.get().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    text == Some(word)
}

fn is_empty_array(value: &RawValue) -> bool {
    let inner = value.get().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim_ascii().is_empty())
}
