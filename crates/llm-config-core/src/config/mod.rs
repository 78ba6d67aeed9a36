//! Configurations: their settings, their values, and their states.

mod call_settings;
mod capability;
mod client_config;
mod fingerprint;
mod label;
mod modality;
mod new;
mod provenance;
mod revision;
mod sampling;
mod search;
mod settings;
mod stored;
mod unchecked;

pub use call_settings::{CallSettings, CallTimeout, CallTimeoutError};
pub use capability::{
    Capabilities, Capability, InferredCapability, StatedCapabilities, UnknownCapability,
    complete_capabilities,
};
pub use client_config::{ClientConfig, ClientConfigError};
pub use fingerprint::{ConfigFingerprint, Connection};
pub use label::{LabelError, Labels};
pub use modality::{Modalities, Modality, UnknownModality};
pub use new::NewLlmConfig;
pub use provenance::OriginProvenance;
pub use revision::{ConfigVersion, Precondition, Revision, Stamp};
pub use sampling::{SamplingParams, UncheckedSampling};
pub use search::{SearchTerm, search_text};
pub use settings::{ContextLength, ContextLengthError, Settings};
pub use stored::LlmConfig;
pub use unchecked::{ExaminedConfig, UncheckedConfig};
pub(crate) use unchecked::{
    check_client_config, check_context_length, check_modalities, check_provider, check_sampling,
};
