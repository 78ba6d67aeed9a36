//! Responses that are no streams of events: their usage, read while the bytes pass, and errors under a
//! status of success.

mod error_only;

use llm_config_providers::CallRoute;
use serde::de::IgnoredAny;

use crate::json_scan::MemberScan;
use crate::usage::{GROQ, Usage, UsageReader};

pub use self::error_only::{ErrorOnly, error_only};
pub(crate) use self::error_only::{has_error, own_status};

/// Reads the usage of a JSON response whose bytes pass. A compressed body has none.
///
/// Gemini streams that are not asked for as events are a JSON array of responses; the last report of each
/// field wins there.
pub struct AnswerTap {
    scan: MemberScan,
    usage: UsageReader,
}

/// What a JSON response reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerSummary {
    /// The tokens of the call; `None` if they were not reported.
    pub usage: Option<Usage>,
}

impl AnswerTap {
    /// A reader for the responses of a route.
    #[must_use]
    pub fn new(route: CallRoute) -> Self {
        let names: &[&str] = match route {
            CallRoute::ChatCompletions | CallRoute::Completions | CallRoute::Embeddings => &["usage", GROQ],
            CallRoute::Responses | CallRoute::Messages => &["usage"],
            CallRoute::GenerateContent
            | CallRoute::StreamGenerateContent
            | CallRoute::EmbedContent
            | CallRoute::BatchEmbedContents => &["usageMetadata"],
            CallRoute::MessagesCountTokens | CallRoute::CountTokens => &[],
        };
        Self { scan: MemberScan::new(names), usage: UsageReader::new(route) }
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        self.scan.push(chunk, |name, value| {
            if name == GROQ {
                self.usage.read_inside(value);
            } else {
                self.usage.read(value);
            }
        });
    }

    /// What was reported. The body may have been cut.
    #[must_use]
    pub fn finish(self) -> AnswerSummary {
        AnswerSummary { usage: self.usage.finish() }
    }
}

/// Whether a body is one JSON value.
#[must_use]
pub fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Whether the beginning of a body may be that of a JSON object or array.
#[must_use]
pub fn begins_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), None | Some(b'{' | b'['))
}

#[cfg(test)]
mod tests;
