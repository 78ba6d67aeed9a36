//! The implementations of [`Family`](crate::family::Family), one file each.

mod anthropic;
mod azure;
pub(crate) mod bedrock;
mod gemini;
mod llama_cpp;
mod ollama;
mod open_router;
pub(crate) mod vertex;

pub(crate) use anthropic::Anthropic;
pub(crate) use azure::AzureOpenAi;
pub(crate) use bedrock::Bedrock;
pub(crate) use gemini::Gemini;
pub(crate) use llama_cpp::LlamaCpp;
pub(crate) use ollama::Ollama;
pub(crate) use open_router::OpenRouter;
pub(crate) use vertex::Vertex;
