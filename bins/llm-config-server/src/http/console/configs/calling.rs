//! How applications call the model of a configuration through this server.

use llm_config_core::config::LlmConfig;
use llm_config_core::target::Target;
use llm_config_providers::{Auth, Dialect, ProviderTarget};

use crate::http::console::address::ConsoleAddress;

/// How applications call the model of a configuration.
pub(super) struct Calling {
    /// One for each dialect that the endpoint speaks.
    pub(super) clients: Vec<Client>,
    /// The value of `model` where the configuration is named by it.
    pub(super) model: String,
    /// Whether `model` ends with a placeholder for the provider's model.
    pub(super) needs_model: bool,
}

/// The settings of the clients of one vendor.
pub(super) struct Client {
    pub(super) vendor: &'static str,
    /// The environment variables of the base URL and of the key.
    pub(super) base_variable: &'static str,
    pub(super) key_variable: &'static str,
    /// The base URL where `model` names the configuration.
    pub(super) base_url: String,
    /// The base URL of this one configuration.
    pub(super) own_base_url: String,
    /// A call with curl by the base URL of this one configuration; `None` where the path would name a model.
    pub(super) curl: Option<String>,
}

impl Calling {
    pub(super) fn new(config: &LlmConfig, address: &ConsoleAddress) -> Self {
        let target = ProviderTarget::owned(Target::from(&config.settings), Auth::None);
        let server = address.server_url();
        let needs_model = config.settings.model.is_none();
        let client = |dialect| {
            let (vendor, base_variable, key_variable, path) = match dialect {
                Dialect::OpenAi => ("OpenAI", "OPENAI_BASE_URL", "OPENAI_API_KEY", "openai/v1"),
                Dialect::Anthropic => ("Anthropic", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "anthropic"),
                Dialect::Gemini => ("Gemini", "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "gemini"),
            };
            let id = config.id;
            let own_base_url = format!("{server}/llm-config/v1/configs/{id}/{path}");
            Client {
                vendor,
                base_variable,
                key_variable,
                base_url: format!("{server}/{path}"),
                curl: curl(dialect, &own_base_url, needs_model),
                own_base_url,
            }
        };
        let name = config.settings.name.as_str();
        Self {
            clients: target.spoken_dialects().into_iter().map(client).collect(),
            model: if needs_model { format!("{name}/MODEL") } else { name.to_owned() },
            needs_model,
        }
    }
}

/// A call in this dialect by the base URL of one configuration, with its own model or a placeholder for one.
fn curl(dialect: Dialect, own_base_url: &str, needs_model: bool) -> Option<String> {
    let (path, limit) = match dialect {
        Dialect::OpenAi => ("/chat/completions", ""),
        Dialect::Anthropic => ("/v1/messages", "\"max_tokens\":64,"),
        Dialect::Gemini => return None,
    };
    let model = if needs_model { "\"model\":\"MODEL\"," } else { "" };
    Some(format!(
        "curl {own_base_url}{path} \\\n  -H \"authorization: Bearer $LLM_CONFIG_TOKEN\" \\\n  \
         -H 'content-type: application/json' \\\n  \
         -d '{{{model}{limit}\"messages\":[{{\"role\":\"user\",\"content\":\"Say hello\"}}]}}'"
    ))
}
