//! The groups of operations in the document.

use crate::http::schema::tag::DescribedTag;

pub(super) const OPENAI: &str = "OpenAI";
pub(super) const ANTHROPIC: &str = "Anthropic";
pub(super) const GEMINI: &str = "Gemini";

/// The groups in their order.
pub(crate) const ALL: &[DescribedTag] = &[
    DescribedTag { name: OPENAI, description: "The API of OpenAI." },
    DescribedTag { name: ANTHROPIC, description: "The API of Anthropic." },
    DescribedTag { name: GEMINI, description: "The API of Gemini." },
];
