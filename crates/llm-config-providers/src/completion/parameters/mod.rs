//! Refusals of the parameters that a completion request of ours contains, or leaves out.

mod words;

use self::words::{
    AT_LEAST, COMPARED, DEMANDS, LIMITS, MODEL_NEEDED, MORE_THAN, NOT_DEMANDED, ONLY, STREAMS_ONLY,
    SYSTEM_NEEDED, TOO_LARGE, TOO_SMALL, UNKNOWN,
};
use super::request::OutputLimitName;
use super::{CompletionRequest, Operation};
use crate::response::Response;

/// The most tokens of a completion, if a server states that it needs as many. The smallest budget for
/// thinking at Anthropic is 1024, and the output limit must exceed it
/// (<https://docs.claude.com/en/docs/build-with-claude/extended-thinking>).
pub const MOST: u32 = 1025;

/// The parameter of a completion request that a server refuses. The configuration is not its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedParameter {
    /// The name of the output limit.
    LimitName,
    /// The output limit is too small.
    LimitSize {
        /// The smallest limit that the server accepts, if it states one.
        least: Option<u32>,
    },
    /// The output limit is too large.
    LimitTooLarge,
    /// The output limit does not exceed the budget for thinking, whose size the server does not state.
    LimitBelowThinking,
    /// The model responds to streamed requests only.
    NotStreamed,
    /// The server does not know the member `stream`.
    StreamName,
    /// The model needs a message of the system.
    SystemMissing,
}

/// Whether a refused call without content was refused for another part of it that is ours: its output
/// limit, its missing stream or its missing model. The key was accepted before.
pub(crate) fn is_about_own_part(response: &Response) -> bool {
    let text = Text::new(&response.body);
    let is_about_limit =
        text.has(LIMITS) && (text.has(UNKNOWN) || text.has(TOO_SMALL) || text.least(false) > Some(1));
    response.error().is_error && (text.demands_stream() || is_about_limit || text.has(MODEL_NEEDED))
}

/// The parameter that a response refuses. The words are searched in the whole body, because gateways embed
/// the provider's message deep within their own error (vectorize-io/hindsight#58).
pub(super) fn refused(request: &CompletionRequest<'_>, response: &Response) -> Option<RefusedParameter> {
    // These statuses are about the key, the account or the rate, whatever else the body mentions.
    if matches!(response.status, 401..=403 | 407 | 408 | 429) || response.is_redirect() || response.is_html()
    {
        return None;
    }
    let text = Text::new(&response.body);
    if request.is_unstreamed() && text.demands_stream() {
        return Some(RefusedParameter::NotStreamed);
    }
    if !matches!(response.status, 400 | 422 | 500 | 501) && !response.is_success() {
        return None;
    }
    let size = size(request, &text);
    let states_size = matches!(size, Some(RefusedParameter::LimitSize { least: Some(_) }));
    if is_name_refused(request, &text) && (!states_size || text.has(UNKNOWN)) {
        return Some(RefusedParameter::LimitName);
    }
    if request.names_stream() && text.has(UNKNOWN) && text.names_stream_only() {
        return Some(RefusedParameter::StreamName);
    }
    if !request.has_system() && text.has(SYSTEM_NEEDED) {
        return Some(RefusedParameter::SystemMissing);
    }
    size
}

/// The refusal of the limit's size.
fn size(request: &CompletionRequest<'_>, text: &Text) -> Option<RefusedParameter> {
    if !text.has(LIMITS) && !text.has(&["integer_below_min_value"]) {
        return None;
    }
    let is_about_thinking = text.has(&["budget_tokens", "thinking_budget", "thinking budget"]);
    let least = text.least(is_about_thinking);
    // A limit that is large enough was refused for another reason, such as a context that is full.
    let larger = least.filter(|least| *least > request.limit.tokens);
    if larger.is_some() {
        Some(RefusedParameter::LimitSize { least: larger })
    } else if is_about_thinking && text.has(COMPARED) {
        Some(RefusedParameter::LimitBelowThinking)
    } else if least.is_none() && text.has(TOO_SMALL) && !request.limit.is_safe() {
        Some(RefusedParameter::LimitSize { least: None })
    } else if request.limit.tokens > 1 && text.has(TOO_LARGE) && !text.has(&["context"]) {
        Some(RefusedParameter::LimitTooLarge)
    } else {
        None
    }
}

fn is_name_refused(request: &CompletionRequest<'_>, text: &Text) -> bool {
    let newer = OutputLimitName::MaxCompletionTokens.as_str();
    let is_about_limit = text.has(&["max_tokens", newer, "max_output_tokens"]);
    match request.operation {
        Operation::ChatCompletions => {
            let is_other_named = request.limit.name == OutputLimitName::MaxTokens && text.has(&[newer]);
            text.has(UNKNOWN) && is_about_limit || is_other_named
        }
        // The limit may be left out here, so callers that set none succeed (RayBytes/ChatMock#103).
        Operation::Responses | Operation::Completions => text.has(UNKNOWN) && is_about_limit,
        Operation::Messages
        | Operation::OllamaChat
        | Operation::OllamaGenerate
        | Operation::GenerateContent
        | Operation::Converse => false,
    }
}

/// A body in lower case, without the quotes around names.
struct Text(String);

impl Text {
    /// The most bytes of a body that are searched. Refusals with status 400 are not read further either.
    const LONGEST: usize = 64 * 1024;

    fn new(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(&body[..body.len().min(Self::LONGEST)]).to_lowercase();
        Self(text.chars().filter(|c| !matches!(c, '\'' | '"' | '`' | '\\' | '*')).collect())
    }

    fn has(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.0.contains(part))
    }

    /// Whether a response that is not streamed is refused.
    fn demands_stream(&self) -> bool {
        let is_foreign = self.has(&["stream", "поток", "поточн"]) && self.has(ONLY);
        let is_demanded = self.has(STREAMS_ONLY) || is_foreign || self.has(DEMANDS) && self.has_stream_true();
        is_demanded && !self.has(NOT_DEMANDED)
    }

    /// Whether the value true follows the name `stream` (leookun/cursor-byok#14, decolua/9router#1705).
    fn has_stream_true(&self) -> bool {
        const NEAR: usize = 40;
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let is_near = |at: usize| {
            let after = &self.0[at + "stream".len()..];
            let near: String = after.chars().take(NEAR).collect();
            !after.starts_with(is_part) && near.split(|c| !is_part(c)).any(|word| word == "true")
        };
        // The other order, as in "expected true at params.stream".
        let is_reversed = self.has(&["true at params.stream", "true for stream", "true for the stream"]);
        is_reversed || self.0.match_indices("stream").any(|(at, _)| is_near(at))
    }

    /// Whether the text names `stream`, and no longer name that contains it.
    fn names_stream_only(&self) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        self.0.split(|c| !is_part(c)).any(|word| word == "stream")
    }

    /// The smallest output limit that the text states. It exceeds the smallest budget for thinking.
    fn least(&self, is_about_thinking: bool) -> Option<u32> {
        let at_least = || AT_LEAST.iter().find_map(|words| self.number_after(words));
        let more_than = || MORE_THAN.iter().find_map(|words| self.number_after(words))?.checked_add(1);
        let least = self.least_of_range().or_else(at_least);
        let least = if is_about_thinking { least.and_then(|least| least.checked_add(1)) } else { least };
        least.or_else(more_than)
    }

    /// The number that follows these words within the same sentence.
    fn number_after(&self, words: &str) -> Option<u32> {
        self.0.match_indices(words).find_map(|(at, _)| number(&self.0[at + words.len()..]))
    }

    /// The first number of `[16, 8192]`, or of `between 16 and 8192`.
    fn least_of_range(&self) -> Option<u32> {
        let between = self.0.find("between").map(|at| &self.0[at + "between".len()..]);
        let in_brackets = || self.0.match_indices('[').find_map(|(at, _)| first_of_two(&self.0[at + 1..]));
        between.and_then(number).or_else(in_brackets)
    }
}

/// The number near the beginning of a text, before the end of its sentence.
fn number(text: &str) -> Option<u32> {
    const NEAR: usize = 48;
    let start = text.char_indices().take(NEAR).find(|(_, c)| c.is_ascii_digit())?.0;
    let before = &text[..start];
    if before.contains(". ") || before.contains("http") || before.contains(['{', '}', ';', '-']) {
        return None;
    }
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The first of two numbers with a comma between them, at the beginning of a text.
fn first_of_two(text: &str) -> Option<u32> {
    const NEAR: usize = 20;
    let comma = text.bytes().take(NEAR).position(|byte| byte == b',')?;
    let (first, rest) = (&text[..comma], &text[comma + 1..]);
    let second = rest.trim_start();
    second.starts_with(|c: char| c.is_ascii_digit()).then(|| first.trim().parse().ok()).flatten()
}
