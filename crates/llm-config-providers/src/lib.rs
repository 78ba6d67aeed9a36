#![doc = include_str!("../README.md")]

mod api_root;
mod auth;
mod base_url;
mod bounded_json;
mod classify;
mod completion;
mod error_body;
mod event_stream;
mod families;
mod family;
mod hint;
mod host_trust;
mod key;
mod key_header;
mod model_api;
mod model_list;
mod model_names;
mod note;
mod reason;
mod request;
mod response;
pub mod sigv4;
mod stage;
pub mod vendors;

pub use api_root::{ApiRoot, Correction};
pub use auth::{Auth, AuthError, SentCredential, SentKey, SigningPair};
pub use base_url::BaseUrl;
pub use classify::{ModelSign, ResponseClass};
pub use completion::{
    CompletionOutcome, CompletionRequest, MOST_TOKENS, ModelEcho, Operation, OutputLimit, OutputLimitName,
    RefusedParameter,
};
pub use error_body::ErrorBody;
pub use event_stream::is_stream_decided;
pub use family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelRequest, ModelStep, ProbeKind,
    Problem, ProviderTarget, Vendor,
};
pub use host_trust::HostTrust;
pub use key::KeyFault;
pub use model_api::{
    ANTHROPIC_VERSION_DEFAULT, CallRequest, CallRoute, CallUrlError, CallUrlOptions, Dialect, GeminiVersion,
    ModelCall,
};
pub use note::Note;
pub use reason::{Implied, Reason};
pub use request::Request;
pub use response::Response;
pub use stage::Stage;
pub use vendors::{KnownVendorHosts, VENDORS};
