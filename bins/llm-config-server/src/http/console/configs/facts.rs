//! All settings of a configuration, as its page lists them.

use std::collections::BTreeMap;

use llm_config_core::config::{
    CallSettings, CallTimeout, ContextLength, LlmConfig, SamplingParams, Settings, Stamp, UncheckedSampling,
};
use llm_config_core::id::PrincipalId;

use super::words::capability_label;

/// A setting: its label, and its value, which is code where it is what a client would send.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) is_code: bool,
}

/// The settings beside those that the page shows by themselves, without those that have no value.
pub(super) fn facts(config: &LlmConfig) -> Vec<Fact> {
    let Settings {
        name: _,
        provider: _,
        endpoint: _,
        api_path,
        model: _,
        modalities,
        capabilities,
        sampling,
        context_length,
        labels: _,
        client_config,
        description: _,
        version,
        monitoring_endpoint,
    } = &config.settings;
    let list = |names: Vec<&str>| Some(names.join(", ")).filter(|text| !text.is_empty());
    let plain = |label, value: Option<String>| value.map(|value| Fact { label, value, is_code: false });
    let code = |label, value: Option<String>| value.map(|value| Fact { label, value, is_code: true });
    let capabilities = capabilities.iter().map(|one| capability_label(*one)).collect();
    [
        code("API path", Some(api_path.as_str().to_owned())),
        plain("Version", version.as_ref().map(|version| version.as_str().to_owned())),
        plain(
            "Modalities",
            list(modalities.as_slice().iter().map(|one| one.as_str()).collect())
                .map(|text| text.to_lowercase()),
        ),
        plain("Capabilities", list(capabilities)),
        plain(
            "Context length",
            context_length.map(ContextLength::tokens).map(|count| format!("{count} tokens")),
        ),
        code("Sampling defaults", sampling.as_ref().map(sampling_text)),
        code("Client config", client_config.as_ref().map(|json| json.as_json().to_owned())),
        code("Monitoring endpoint", monitoring_endpoint.as_ref().map(|url| url.as_str().to_owned())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How calls of models through this server treat the configuration.
pub(super) fn call_facts(settings: CallSettings) -> Vec<Fact> {
    let CallSettings { allows_provider_state, asks_for_usage, first_byte, silence } = settings;
    let seconds = |limit: Option<CallTimeout>| {
        limit.map_or_else(|| "the default of the server".to_owned(), |limit| format!("{} s", limit.seconds()))
    };
    let usage = match asks_for_usage {
        None => "where the provider is known to take that",
        Some(true) => "always",
        Some(false) => "never",
    };
    let state = if allows_provider_state { "allowed" } else { "refused" };
    let plain = |label, value| Fact { label, value, is_code: false };
    vec![
        plain("References to the provider's state", state.to_owned()),
        plain("Usage in streams is asked for", usage.to_owned()),
        plain("Longest wait for the first byte", seconds(first_byte)),
        plain("Longest silence", seconds(silence)),
    ]
}

fn sampling_text(sampling: &SamplingParams) -> String {
    let UncheckedSampling {
        max_tokens,
        temperature,
        top_p,
        top_k,
        frequency_penalty,
        presence_penalty,
        stop_sequences,
    } = sampling.as_unchecked();
    let parts = [
        max_tokens.map(|value| format!("max_tokens={value}")),
        temperature.map(|value| format!("temperature={value}")),
        top_p.map(|value| format!("top_p={value}")),
        top_k.map(|value| format!("top_k={value}")),
        frequency_penalty.map(|value| format!("frequency_penalty={value}")),
        presence_penalty.map(|value| format!("presence_penalty={value}")),
        stop_sequences.as_ref().map(|stop| format!("stop_sequences={stop:?}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The users whose ids a configuration has.
pub(super) fn users(config: &LlmConfig) -> Vec<PrincipalId> {
    let given_by = config.secret.as_ref().and_then(|secret| secret.given_by);
    let set_by = config.origin.set.map(|Stamp { by, .. }| by);
    [Some(config.created.by), Some(config.updated.by), given_by, set_by].into_iter().flatten().collect()
}

/// A user as pages name them: the e-mail address, the operator, or else the id.
pub(super) fn user_name(id: PrincipalId, emails: &BTreeMap<PrincipalId, String>) -> String {
    match emails.get(&id) {
        Some(email) => email.clone(),
        None if id == PrincipalId::OPERATOR => "the operator".to_owned(),
        None => id.to_string(),
    }
}
