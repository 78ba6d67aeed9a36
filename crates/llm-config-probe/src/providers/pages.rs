//! Addresses of web pages that people take for the API, and the API's own.

use llm_config_core::provider::Provider;

use super::Subject;
use crate::finding::Finding;
use crate::report::{Reason, Stage};

const OPENAI: &str = "https://api.openai.com/v1";
const ANTHROPIC: &str = "https://api.anthropic.com";
const GEMINI: &str = "https://generativelanguage.googleapis.com";
const GEMINI_LIKE_OPENAI: &str = "https://generativelanguage.googleapis.com/v1beta/openai";
const MISTRAL: &str = "https://api.mistral.ai/v1";
const DASH_SCOPE: &str = "https://dashscope.aliyuncs.com/compatible-mode/v1";

/// Hosts that only have pages.
const PAGES: &[(&str, &str)] = &[
    ("platform.openai.com", OPENAI),
    ("developers.openai.com", OPENAI),
    ("chat.openai.com", OPENAI),
    ("chatgpt.com", OPENAI),
    ("openai.com", OPENAI),
    ("www.openai.com", OPENAI),
    ("console.anthropic.com", ANTHROPIC),
    ("platform.claude.com", ANTHROPIC),
    ("docs.anthropic.com", ANTHROPIC),
    ("docs.claude.com", ANTHROPIC),
    ("claude.ai", ANTHROPIC),
    ("aistudio.google.com", GEMINI),
    ("ai.google.dev", GEMINI),
    ("gemini.google.com", GEMINI),
    ("console.mistral.ai", MISTRAL),
    ("docs.mistral.ai", MISTRAL),
    ("bailian.console.aliyun.com", DASH_SCOPE),
];

/// What is to be said of a page; it is not asked, because nobody should be shown a key who needs none.
pub(crate) fn finding(subject: &Subject<'_>) -> Option<Finding> {
    let (_, api) = PAGES.iter().find(|(page, _)| *page == subject.base.host())?;
    // Gemini speaks like OpenAI at a path of its own.
    let is_native = subject.target.provider == Provider::Google;
    let api = if *api == GEMINI && !is_native { GEMINI_LIKE_OPENAI } else { api };
    let hint = "This is the address of a web page of the vendor: store the address of its API.";
    Some(Finding::of(Reason::WrongBasePath, Stage::Policy).suggest(api).hint(hint))
}
