//! The flags that describe an LLM configuration, of `config create` and `config update`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use llm_config_core::config::{
    Capabilities, Capability, StatedCapabilities, UncheckedConfig, UncheckedSampling,
};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::patch::{LabelPatch, Patch, UncheckedPatch};
use llm_config_core::provider::Provider;

use crate::cli::command_error::CommandError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::key_values::key_values;

/// The settings, not validated yet, so that one error names every wrong flag.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct SettingsArgs {
    /// Name; unique in a workspace
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "PROVIDER", help = provider_help())]
    provider: Option<String>,
    /// Address to call, such as `https://api.openai.com/v1`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Name of the model at the provider; a configuration of a user needs one
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Path of the calls below the endpoint [default: /chat/completions]
    #[arg(long, value_name = "PATH")]
    api_path: Option<String>,
    /// Description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Label; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
    /// Version of the model, as free text
    #[arg(long, value_name = "TEXT")]
    model_version: Option<String>,
    /// Kinds of content that the model accepts, separated by commas: TEXT, IMAGE, AUDIO, VIDEO [default:
    /// TEXT]
    #[arg(long, value_name = "MODALITY", value_delimiter = ',')]
    modalities: Option<Vec<String>>,
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', help = capabilities_help())]
    capabilities: Option<Vec<String>>,
    /// Default of a sampling parameter; may be repeated: `max_tokens`, `temperature`, `top_p`, `top_k`,
    /// `frequency_penalty`, `presence_penalty`, `stop_sequences` (one sequence each time)
    #[arg(long, value_name = "PARAMETER=VALUE")]
    sampling: Vec<String>,
    /// Length of the model's context in tokens
    #[arg(long, value_name = "TOKENS")]
    context_length: Option<String>,
    /// File with a JSON object of settings for clients, which the registry does not interpret
    #[arg(long, value_name = "FILE")]
    client_config_file: Option<PathBuf>,
    /// Address of the model's monitoring
    #[arg(long, value_name = "URL")]
    monitoring_endpoint: Option<String>,
}

fn provider_help() -> String {
    let names = |providers: &[Provider]| {
        providers.iter().map(|provider| provider.as_str()).collect::<Vec<_>>().join(", ")
    };
    format!(
        "Service at the endpoint; for a user: {}; for a workspace: {}",
        names(Provider::FOR_OWNERS),
        names(Provider::FOR_WORKSPACES)
    )
}

fn capabilities_help() -> String {
    let names = Capability::ALL.map(capability_name).join(", ");
    format!("All capabilities of the model, separated by commas: {names} [default: inferred from the model]")
}

/// The name without the prefix that all names have.
fn capability_name(capability: Capability) -> &'static str {
    let name = capability.as_str();
    name.strip_prefix("supports_").unwrap_or(name)
}

/// Changes of labels that only an existing configuration can have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct LabelChangeArgs {
    /// Remove the label with this key; may be repeated
    #[arg(long = "remove-label", value_name = "KEY", conflicts_with = "replace_labels")]
    removed: Vec<String>,
    /// Remove all labels but those of `--label`
    #[arg(long)]
    replace_labels: bool,
}

impl SettingsArgs {
    /// A new configuration. Adds the errors that [`UncheckedConfig::check`] cannot find.
    pub(super) fn into_config(self, errors: &mut FieldErrors) -> Result<UncheckedConfig, CommandError> {
        let client_config = self.client_config(errors)?;
        let stated = |enabled: Capabilities| {
            let state = |capability| (capability, enabled.contains(&capability));
            Capability::ALL.into_iter().map(state).collect::<StatedCapabilities>()
        };
        Ok(UncheckedConfig {
            capabilities: self.capabilities(errors).map(stated).unwrap_or_default(),
            sampling: self.sampling(errors),
            context_length: self.context_length(errors),
            labels: self.labels(errors),
            client_config,
            name: self.name,
            description: self.description,
            provider: self.provider.map(|name| name.to_uppercase()),
            endpoint: self.endpoint,
            api_path: self.api_path,
            model: self.model,
            modalities: self.modalities.map(upper_case),
            version: self.model_version,
            monitoring_endpoint: self.monitoring_endpoint,
            credential: None,
        })
    }

    /// A change. Adds the errors that [`UncheckedPatch::check`] cannot find.
    pub(super) fn into_patch(
        self,
        change: LabelChangeArgs,
        errors: &mut FieldErrors,
    ) -> Result<UncheckedPatch, CommandError> {
        let client_config = self.client_config(errors)?;
        let labels = change.into_patch(self.labels(errors), errors);
        Ok(UncheckedPatch {
            capabilities: self.capabilities(errors),
            sampling: Patch::from_option(self.sampling(errors)),
            context_length: Patch::from_option(self.context_length(errors)),
            labels,
            client_config: Patch::from_option(client_config),
            name: self.name,
            description: Patch::from_optional_text(self.description),
            provider: self.provider.map(|name| name.to_uppercase()),
            endpoint: self.endpoint,
            api_path: self.api_path,
            model: Patch::from_option(self.model),
            modalities: self.modalities.map(upper_case),
            version: Patch::from_optional_text(self.model_version),
            monitoring_endpoint: Patch::from_optional_text(self.monitoring_endpoint),
            ..UncheckedPatch::default()
        })
    }

    fn labels(&self, errors: &mut FieldErrors) -> BTreeMap<String, String> {
        key_values(&self.labels, Field::Labels, errors)
    }

    /// The enabled capabilities; `None` without the flag. An empty list enables none.
    fn capabilities(&self, errors: &mut FieldErrors) -> Option<Capabilities> {
        let names = self.capabilities.as_ref()?.iter().filter(|name| !name.is_empty());
        let parse = |name: &String| {
            let found = Capability::ALL
                .into_iter()
                .find(|capability| name == capability.as_str() || name == capability_name(*capability));
            if found.is_none() {
                let names = Capability::ALL.map(capability_name).join(", ");
                errors.add(Field::Capabilities, format_args!("may have only {names}"));
            }
            found
        };
        Some(names.filter_map(parse).collect())
    }

    fn sampling(&self, errors: &mut FieldErrors) -> Option<UncheckedSampling> {
        let mut sampling = UncheckedSampling::default();
        for pair in &self.sampling {
            let Some((name, value)) = pair.split_once('=') else {
                errors.add(Field::Sampling, "must be `PARAMETER=VALUE`, such as `temperature=0.2`");
                continue;
            };
            match name {
                "max_tokens" => sampling.max_tokens = whole_number(Field::MaxTokens, value, errors),
                "temperature" => sampling.temperature = number(Field::Temperature, value, errors),
                "top_p" => sampling.top_p = number(Field::TopP, value, errors),
                "top_k" => sampling.top_k = whole_number(Field::TopK, value, errors),
                "frequency_penalty" => {
                    sampling.frequency_penalty = number(Field::FrequencyPenalty, value, errors);
                }
                "presence_penalty" => {
                    sampling.presence_penalty = number(Field::PresencePenalty, value, errors);
                }
                "stop_sequences" => {
                    sampling.stop_sequences.get_or_insert_default().push(value.to_owned());
                }
                _ => errors.add(
                    Field::Sampling,
                    "must be a value of max_tokens, temperature, top_p, top_k, frequency_penalty, \
                     presence_penalty or stop_sequences",
                ),
            }
        }
        (!self.sampling.is_empty()).then_some(sampling)
    }

    fn context_length(&self, errors: &mut FieldErrors) -> Option<i64> {
        self.context_length.as_ref().and_then(|text| whole_number(Field::ContextLength, text, errors))
    }

    fn client_config(&self, errors: &mut FieldErrors) -> Result<Option<String>, CommandError> {
        let Some(path) = &self.client_config_file else { return Ok(None) };
        let unreadable = |error: std::io::Error| {
            let status = ExitStatus::of_input(&error);
            CommandError::new(status, format!("`{}` cannot be read: {error}", path.display()))
        };
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| "must be UTF-8 text");
        Ok(errors.keep(Field::ClientConfig, text))
    }
}

impl LabelChangeArgs {
    fn into_patch(
        self,
        labels: BTreeMap<String, String>,
        errors: &mut FieldErrors,
    ) -> LabelPatch<BTreeMap<String, String>> {
        let Self { removed, replace_labels } = self;
        if replace_labels {
            return LabelPatch::Replace(labels);
        }
        if removed.is_empty() {
            return if labels.is_empty() { LabelPatch::Keep } else { LabelPatch::Merge(labels) };
        }
        if let Some(key) = removed.iter().find(|key| labels.contains_key(*key)) {
            errors.add(Field::Labels, format_args!("sets `{key}`, which `--remove-label` removes"));
        }
        LabelPatch::Edit { removed: BTreeSet::from_iter(removed), added: labels }
    }
}

fn number<T: FromStr>(field: Field, text: &str, errors: &mut FieldErrors) -> Option<T> {
    errors.keep(field, text.parse().map_err(|_| "must be a number"))
}

fn whole_number(field: Field, text: &str, errors: &mut FieldErrors) -> Option<i64> {
    errors.keep(field, text.parse().map_err(|_| "must be a whole number"))
}

fn upper_case(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_uppercase()).collect()
}
