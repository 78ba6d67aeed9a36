//! What the seeded configurations contain: about 800 bytes of JSON each in an answer of `GET /v1/llms/{id}`.

use llm_config_core::config::NewLlmConfig;
use serde_json::json;

/// One configuration in this many has the label `env=prod`.
const PROD_EVERY: usize = 10;

/// One configuration in this many has the label `tier=rare`.
const RARE_EVERY: usize = 10_000;

const DESCRIPTION: &str =
    "Production chat configuration of the support assistant; rotated by the platform team.";

/// The configuration with this number. The address is different for each, so no two are the same connection.
pub(crate) fn config(number: usize, has_credential: bool) -> Result<NewLlmConfig, serde_json::Error> {
    let environment = if number.is_multiple_of(PROD_EVERY) { "prod" } else { "staging" };
    let mut labels = json!({"env": environment, "team": format!("team-{}", number % 50)});
    if number.is_multiple_of(RARE_EVERY) {
        labels["tier"] = "rare".into();
    }
    let mut config = json!({
        "settings": {
            "name": format!("Support assistant {number}"),
            "provider": "VLLM",
            "endpoint": format!("https://llm-{number}.models.example.com/v1"),
            "model": "meta-llama/Llama-3.3-70B-Instruct",
            "sampling": {"max_tokens": 4096, "temperature": 0.7, "top_p": 0.95},
            "context_length": 131_072,
            "labels": labels,
            "client_config": {"timeoutMs": 60_000, "maxRetries": 3, "costCenter": "cc-1234"},
            "description": DESCRIPTION,
            "version": "2026-01"
        }
    });
    if has_credential {
        config["credential"] = json!({"kind": "API_KEY", "secret": format!("sk-bench-{number:024}")});
    }
    // As text: the client configuration is kept as the bytes that were sent.
    serde_json::from_str(&config.to_string())
}
