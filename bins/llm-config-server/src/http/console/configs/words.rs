//! Names of credentials and capabilities as people read them.

use llm_config_core::config::Capability;
use llm_config_core::credential::{CredentialKind, CredentialSource, SecretMeta};

/// A stored credential in one line: its kind and the masks, never a secret.
pub(crate) fn credential_line(meta: &SecretMeta) -> String {
    let kind = match meta.kind {
        CredentialKind::ApiKey => "API key",
        CredentialKind::KeyPair => "Key pair",
        CredentialKind::GcpAdc => "Google identity of this server",
    };
    let source = match meta.source {
        Some(CredentialSource::Reference) => ", from a secret store",
        Some(CredentialSource::Inline | CredentialSource::Identity) | None => "",
    };
    let masks = [("id", &meta.key_id_mask), ("", &meta.mask)].into_iter();
    let masks = masks.filter_map(|(name, mask)| mask.as_ref().map(|mask| format!(" {name} {mask}")));
    let masks: String = masks.collect();
    format!("{kind}{source}{}", masks.replace("  ", " "))
}

/// The name of a capability.
pub(crate) const fn capability_label(capability: Capability) -> &'static str {
    match capability {
        Capability::Chat => "chat",
        Capability::Completion => "completion",
        Capability::FunctionCalling => "function calling",
        Capability::SystemMessages => "system messages",
        Capability::Streaming => "streaming",
        Capability::SamplingParameters => "sampling parameters",
    }
}
