//! The refusals and failures of model calls, and their form in each dialect.

mod body_fault;
mod http_answer;
mod response_body;
mod text;
mod token_fault;

use std::time::Duration;

use llm_config_core::id::ConfigId;
use llm_config_providers::Dialect;

pub use body_fault::BodyFault;
pub use response_body::error_body;
pub(crate) use response_body::{OPENAI_TYPE, gemini_status};
pub use text::SHOWN_CANDIDATES;
pub use token_fault::TokenFault;

use text::{ApiList, IdList, QueryHint, Quoted};

/// Why the gateway itself answers a call, rather than the provider.
///
/// Displayed, it is the message for the person who called: the field, what is wrong, and what would be right.
/// No status is 409: the vendors' clients repeat a request that is answered with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// No token, an unknown one, or two different ones.
    #[error("{0}")]
    TokenInvalid(TokenFault),
    /// No configuration that the token may call has this name. Whether one exists is not told.
    #[error(
        "`model`: no configuration that this token may call is named {}; the list of models names those that \
         it may call",
        Quoted(model)
    )]
    ModelNotFound {
        /// The name in the request.
        model: String,
    },
    /// No configuration has the id that the URL names.
    #[error(
        "no configuration has the id {}; the URL must have the id of one behind `/llm-config/v1/configs/`",
        Quoted(id)
    )]
    ConfigNotFound {
        /// The text in the place of the id.
        id: String,
    },
    /// The configuration was named by its id, and the token may not call it.
    #[error(
        "this token has no right to call the configuration; it needs a right such as `CALL_LLM_OWN` or \
         `CALL_WORKSPACE_LLM`, and a list of configurations that includes this one, if it has a list"
    )]
    CallNotAllowed,
    /// Several configurations that the token may call have the name, or one has it and another has its part
    /// before the first slash.
    #[error(
        "`model`: this names several configurations; name one by its id ({}), or narrow the choice by the \
         header `x-llm-config-workspace`",
        IdList(candidates)
    )]
    AmbiguousModel {
        /// Their ids: all of them, or more than [`SHOWN_CANDIDATES`].
        candidates: Vec<ConfigId>,
    },
    /// The request names no configuration.
    #[error(
        "`model`: missing; it names the configuration, such as `chat`, and the provider's model where the \
         configuration stores none, such as `claude/claude-sonnet-4-5`"
    )]
    ConfigRequired,
    /// The configuration stores no model, and the request names none.
    #[error(
        "`model`: the configuration stores no model, so the request must name the provider's: \
         `configuration/model`, or only `model` if the URL names the configuration"
    )]
    ModelRequired,
    /// The configuration stores a model, and the request names another.
    #[error("`model`: the configuration calls only {}", Quoted(stored))]
    ModelNotAllowed {
        /// The stored model.
        stored: String,
    },
    /// The configuration stores a model, and a field of the request can name further ones.
    #[error(
        "`{field}`: not allowed, because it can name another model than the one that the configuration \
         stores; leave it out"
    )]
    ModelsNotAllowed {
        /// The field.
        field: &'static str,
    },
    /// The endpoint of the configuration does not speak the dialect of the request.
    #[error("the endpoint of the configuration does not speak this API; it speaks {}", ApiList(spoken))]
    DialectNotSpoken {
        /// The dialects that it speaks.
        spoken: Vec<Dialect>,
    },
    /// The provider's API has no list of models in the dialect.
    #[error("the API of the provider has no list of models; name the model in the request")]
    NoModelList,
    /// The endpoint of the configuration lacks something that calls need.
    #[error("the endpoint of the configuration does not suffice for calls: {}", hint.trim_end_matches('.'))]
    EndpointIncomplete {
        /// What it lacks, in a sentence.
        hint: &'static str,
    },
    /// A field refers to an object in the provider's account, which other tenants may share.
    #[error(
        "`{field}`: references to objects that the provider stores are not allowed for this configuration; \
         send the content itself, or have provider state allowed for the configuration"
    )]
    StatefulReference {
        /// The field.
        field: &'static str,
    },
    /// A field would change where the next gateway sends the call, or with which key.
    #[error(
        "`{field}`: not allowed, because the configuration sets the destination and its key; leave it out"
    )]
    FieldNotAllowed {
        /// The field.
        field: &'static str,
    },
    /// The body cannot be read, or not in one way only.
    #[error("{0}")]
    InvalidBody(BodyFault),
    /// A query parameter that the route does not take.
    #[error("{}", QueryHint(name))]
    QueryNotAllowed {
        /// Its name, never its value.
        name: String,
    },
    /// A query parameter that the route takes has another value.
    #[error("the query parameter `{name}` must be {expected}")]
    InvalidQuery {
        /// Its name.
        name: &'static str,
        /// A right value.
        expected: &'static str,
    },
    /// A header of the gateway has another value.
    #[error("the header `{name}` must be {expected}")]
    InvalidHeader {
        /// Its name.
        name: &'static str,
        /// A right value.
        expected: &'static str,
    },
    /// The rules for web pages refuse a preflight request.
    #[error("this origin, method or header is not allowed; the operator lists origins in `--cors-origins`")]
    OriginNotAllowed,
    /// The body exceeds the limit.
    #[error("the request body must have at most {limit} bytes")]
    BodyTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body did not arrive within its time.
    #[error("the request body did not arrive within {} seconds", limit.as_secs_f64())]
    BodyTooSlow {
        /// The time for a body of the size that has arrived.
        limit: Duration,
    },
    /// A limit of rate or concurrency is reached.
    #[error("too many calls: {what}; repeat the request later")]
    GatewayLimit {
        /// How long to wait before the next attempt.
        retry_after: Duration,
        /// The limit, such as `this token already has as many running calls as it may have`.
        what: String,
    },
    /// The server cannot take calls at the moment.
    #[error("the gateway cannot take the call at the moment; repeat the request")]
    Unavailable {
        /// How long to wait before the next attempt.
        retry_after: Duration,
    },
    /// The server stops, and has ended the call after a part of it may have been sent.
    #[error("the server is stopping and has ended the call; the provider may have processed it")]
    Stopping,
    /// The network policy refuses the destination. One wording for all causes, because each would reveal
    /// something of the network.
    #[error(
        "the network policy of this server does not allow this call; its operator can list the host of the \
         endpoint in `--allowed-hosts`"
    )]
    DestinationRefused,
    /// No connection: name lookup, TCP or TLS failed. Nothing was sent.
    #[error("could not connect to the provider; check the host, the port and that the service is running")]
    ProviderUnreachable,
    /// The connection ended after the request was sent and before the response.
    #[error("the provider's response broke off before its end; the provider may have processed the call")]
    ProviderConnectionLost,
    /// The provider refuses the stored credential.
    #[error("the provider refuses the credential of the configuration; replace the stored credential")]
    CredentialRefused,
    /// The configuration has no credential, and the provider answers as if one were refused.
    #[error("the configuration has no credential, and the provider requires one; store one")]
    CredentialMissing,
    /// The credential of the configuration cannot be sent. The provider has not seen it.
    #[error(
        "the credential of the configuration does not have the form of a key, so it was not sent; replace \
         the stored credential, or the secret that its reference names"
    )]
    CredentialMalformed,
    /// The credential of the configuration is a reference, and the secret store does not hand the secret out.
    #[error(
        "the credential of the configuration is kept in a secret store, which does not hand it out; check \
         the reference, its grant and the store"
    )]
    SecretUnavailable,
    /// A redirect, a page, or another response that is not the API's.
    #[error("the response is not that of a model API; check the endpoint of the configuration")]
    NotAnApiAnswer,
    /// The provider sent nothing for too long.
    #[error("the provider did not respond in time; it may have processed the call")]
    ProviderTimeout,
    /// An error or a list of the provider exceeds the limit.
    #[error("the response of the provider exceeds {limit} bytes, the most that the gateway reads of it")]
    ProviderResponseTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The response contains the credential of the configuration, so it is not passed on.
    #[error("the response of the provider contains the credential of the configuration and is withheld")]
    CredentialEchoed {
        /// The status of a provider's error, which is kept; `None` for a success.
        status: Option<u16>,
    },
    /// No route has this path.
    #[error(
        "unknown path; the base URLs are `/openai/v1`, `/anthropic` (without `/v1`) and `/gemini` (without a \
         version), or those below `/llm-config/v1/configs/{{id}}`"
    )]
    UnknownPath,
    /// The route has another method.
    #[error("the path does not support this method")]
    MethodNotAllowed,
    /// A fault of the server; [`error_body`] adds the request id.
    #[error("internal error")]
    Internal,
}

impl GatewayError {
    /// How long to wait before the next attempt, where nothing says when one can succeed.
    pub const RETRY_AFTER: Duration = Duration::from_secs(1);

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.answer().0
    }

    /// The value of the header `x-llm-config-error`, and of `code` in the `OpenAI` dialect.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.answer().1
    }

    /// The value of the header `x-should-retry`, which decides for the clients of `OpenAI` and Anthropic,
    /// whatever the status; `None` where the status decides.
    #[must_use]
    pub const fn should_retry(&self) -> Option<bool> {
        self.answer().2
    }

    /// How long to wait before the next attempt: the header `retry-after`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::GatewayLimit { retry_after, .. } | Self::Unavailable { retry_after } => Some(*retry_after),
            Self::TokenInvalid(_)
            | Self::ModelNotFound { .. }
            | Self::ConfigNotFound { .. }
            | Self::CallNotAllowed
            | Self::AmbiguousModel { .. }
            | Self::ConfigRequired
            | Self::ModelRequired
            | Self::ModelNotAllowed { .. }
            | Self::ModelsNotAllowed { .. }
            | Self::DialectNotSpoken { .. }
            | Self::NoModelList
            | Self::EndpointIncomplete { .. }
            | Self::StatefulReference { .. }
            | Self::FieldNotAllowed { .. }
            | Self::InvalidBody(_)
            | Self::QueryNotAllowed { .. }
            | Self::InvalidQuery { .. }
            | Self::InvalidHeader { .. }
            | Self::OriginNotAllowed
            | Self::BodyTooLarge { .. }
            | Self::BodyTooSlow { .. }
            | Self::Stopping
            | Self::DestinationRefused
            | Self::ProviderUnreachable
            | Self::ProviderConnectionLost
            | Self::CredentialRefused
            | Self::CredentialMissing
            | Self::CredentialMalformed
            | Self::SecretUnavailable
            | Self::NotAnApiAnswer
            | Self::ProviderTimeout
            | Self::ProviderResponseTooLarge { .. }
            | Self::CredentialEchoed { .. }
            | Self::UnknownPath
            | Self::MethodNotAllowed
            | Self::Internal => None,
        }
    }

    /// The field of the body that the error is about.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ModelNotFound { .. }
            | Self::AmbiguousModel { .. }
            | Self::ConfigRequired
            | Self::ModelRequired
            | Self::ModelNotAllowed { .. } => Some("model"),
            Self::StatefulReference { field }
            | Self::FieldNotAllowed { field }
            | Self::ModelsNotAllowed { field } => Some(field),
            Self::InvalidBody(fault) => fault.field(),
            Self::TokenInvalid(_)
            | Self::ConfigNotFound { .. }
            | Self::CallNotAllowed
            | Self::DialectNotSpoken { .. }
            | Self::NoModelList
            | Self::EndpointIncomplete { .. }
            | Self::QueryNotAllowed { .. }
            | Self::InvalidQuery { .. }
            | Self::InvalidHeader { .. }
            | Self::OriginNotAllowed
            | Self::BodyTooLarge { .. }
            | Self::BodyTooSlow { .. }
            | Self::GatewayLimit { .. }
            | Self::Unavailable { .. }
            | Self::Stopping
            | Self::DestinationRefused
            | Self::ProviderUnreachable
            | Self::ProviderConnectionLost
            | Self::CredentialRefused
            | Self::CredentialMissing
            | Self::CredentialMalformed
            | Self::SecretUnavailable
            | Self::NotAnApiAnswer
            | Self::ProviderTimeout
            | Self::ProviderResponseTooLarge { .. }
            | Self::CredentialEchoed { .. }
            | Self::UnknownPath
            | Self::MethodNotAllowed
            | Self::Internal => None,
        }
    }

    /// The message for the person who called.
    #[must_use]
    pub fn message(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests;
