//! What is wrong with a request: every fault at once, each naming its field.

use std::fmt;

/// A field of a configuration or of its credential.
///
/// Each API spells its fields differently, so a violation names the field and the API prints
/// its own spelling. [`Field::as_str`] is the library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the field of that name")]
pub enum Field {
    Name,
    Description,
    Provider,
    Endpoint,
    ApiPath,
    Model,
    Modalities,
    Capabilities,
    Sampling,
    MaxTokens,
    Temperature,
    TopP,
    TopK,
    FrequencyPenalty,
    PresencePenalty,
    StopSequences,
    ContextLength,
    Labels,
    ClientConfig,
    Version,
    MonitoringEndpoint,
    Credential,
    CredentialKind,
    SecretValue,
    SecretReference,
    HeaderName,
    HeaderPrefix,
    KeyId,
    GcpScopes,
    GcpQuotaProject,
}

impl Field {
    /// The field's name in this library and in audit events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Provider => "provider",
            Self::Endpoint => "endpoint",
            Self::ApiPath => "api_path",
            Self::Model => "model",
            Self::Modalities => "modalities",
            Self::Capabilities => "capabilities",
            Self::Sampling => "sampling",
            Self::MaxTokens => "sampling.max_tokens",
            Self::Temperature => "sampling.temperature",
            Self::TopP => "sampling.top_p",
            Self::TopK => "sampling.top_k",
            Self::FrequencyPenalty => "sampling.frequency_penalty",
            Self::PresencePenalty => "sampling.presence_penalty",
            Self::StopSequences => "sampling.stop_sequences",
            Self::ContextLength => "context_length",
            Self::Labels => "labels",
            Self::ClientConfig => "client_config",
            Self::Version => "version",
            Self::MonitoringEndpoint => "monitoring_endpoint",
            Self::Credential => "credential",
            Self::CredentialKind => "credential.kind",
            Self::SecretValue => "credential.secret",
            Self::SecretReference => "credential.reference",
            Self::HeaderName => "credential.header",
            Self::HeaderPrefix => "credential.prefix",
            Self::KeyId => "credential.key_id",
            Self::GcpScopes => "credential.scopes",
            Self::GcpQuotaProject => "credential.quota_project",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One fault: the field, and a sentence that says what would be right.
///
/// The message never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field at fault.
    pub field: Field,
    /// What is wrong and what would be right: lower case, no full stop, to be read after the
    /// field's name.
    pub message: String,
}

impl Violation {
    /// A fault of `field`.
    pub fn new(field: Field, message: impl fmt::Display) -> Self {
        Self { field, message: message.to_string() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.message)
    }
}

/// All faults of one request; never empty as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// A single fault.
    pub fn one(field: Field, message: impl fmt::Display) -> Self {
        Self(vec![Violation::new(field, message)])
    }

    /// Notes a fault.
    pub fn add(&mut self, field: Field, message: impl fmt::Display) {
        self.0.push(Violation::new(field, message));
    }

    /// Keeps the value of a good result and notes the fault of a bad one.
    pub fn keep<T, E: fmt::Display>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error)).ok()
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The faults on one line, separated by semicolons.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, violation) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}
