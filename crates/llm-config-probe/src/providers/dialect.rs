//! What differs between servers that speak like `OpenAI`.

use super::listing::Listing;
use super::verdicts::Asked;
use crate::access::KeyHeader;
use crate::report::Product;
use llm_config_egress::Response;

/// What is known of a server before it is asked.
#[derive(Clone)]
pub(crate) struct Dialect {
    pub(crate) product: Option<Product>,
    /// Whether it is a vendor's own host, whose list of models proves a key.
    pub(crate) is_vendor: bool,
    /// Where it expects the key.
    pub(crate) header: KeyHeader,
    /// Whether an answer is what was asked for.
    pub(crate) is_expected: fn(&Response) -> bool,
}

/// What it means that a list lacks a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// The server lists all that it has.
    Disproves,
    /// The server has it not, and answers with another.
    GetsAnother,
    /// The list may be filtered: the server is asked about the one.
    IsAsked,
}

impl Dialect {
    /// A server of which at most the product is known.
    pub(crate) fn of(product: Option<Product>) -> Self {
        let is_expected = |answer: &Response| Listing::read(answer).is_some();
        Self { product, is_vendor: false, header: KeyHeader::bearer(), is_expected }
    }

    /// A vendor at its own host.
    pub(crate) fn vendor(product: Product) -> Self {
        Self { is_vendor: true, ..Self::of(Some(product)) }
    }

    pub(crate) const fn asked(&self, has_key: bool) -> Asked {
        Asked { has_key, is_vendor: self.is_vendor, product: self.product }
    }
}

impl Absence {
    /// Gateways list what a key may use, vendors leave out what is old or tuned; of an unknown server
    /// nothing is known. Only servers of models that they hold themselves list all.
    pub(crate) const fn of(product: Option<Product>) -> Self {
        let Some(product) = product else { return Self::IsAsked };
        match product {
            Product::Vllm | Product::Ollama => Self::Disproves,
            Product::LlamaCpp | Product::LlamaCppPython => Self::GetsAnother,
            Product::OpenAi
            | Product::AzureOpenAi
            | Product::Anthropic
            | Product::Gemini
            | Product::VertexAi
            | Product::Bedrock
            | Product::OpenRouter
            | Product::LiteLlm
            | Product::LmStudio
            | Product::Mistral
            | Product::DashScope => Self::IsAsked,
        }
    }
}
