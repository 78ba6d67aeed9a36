//! Field errors: every error of a request at once, each with the field that it concerns.

use std::fmt;
use std::str::FromStr;

/// A field of a configuration or of its credential.
///
/// Each API has its own names for fields, so an error contains the field and the API prints its own name.
/// [`Field::as_str`] is the library's name.
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

/// An error of one field, and what would be right.
///
/// `F` names the field: [`Field`] in this library, a `String` under the name that an API gives to it. The
/// message never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError<F = Field> {
    /// The invalid field.
    pub field: F,
    /// The invalid entry, from 0, if the field is a list and one entry is wrong.
    pub entry: Option<usize>,
    /// What is wrong and what would be right: lower case, no full stop, to be read after the field's name.
    pub message: String,
}

impl<F> FieldError<F> {
    /// An error of `field`.
    pub fn new(field: impl Into<F>, message: impl fmt::Display) -> Self {
        Self { field: field.into(), entry: None, message: message.to_string() }
    }
}

impl<F: fmt::Display> FieldError<F> {
    /// The field's name, with the number of the entry: `modalities[2]`.
    pub fn path(&self) -> String {
        match self.entry {
            Some(entry) => format!("{}[{entry}]", self.field),
            None => self.field.to_string(),
        }
    }
}

impl<F: fmt::Display> fmt::Display for FieldError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path(), self.message)
    }
}

/// All errors of one request. Never empty where it is returned as an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldErrors<F = Field>(Vec<FieldError<F>>);

impl<F> Default for FieldErrors<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F> FieldErrors<F> {
    /// A single error.
    pub fn one(field: impl Into<F>, message: impl fmt::Display) -> Self {
        Self(vec![FieldError::new(field, message)])
    }

    /// Adds an error.
    pub fn add(&mut self, field: impl Into<F>, message: impl fmt::Display) {
        self.0.push(FieldError::new(field, message));
    }

    /// Adds all errors of `others`.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether there is no error.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of errors.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The errors, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError<F>> {
        self.0.iter()
    }

    /// The errors with other names of their fields.
    pub fn renamed<G>(self, name: impl Fn(F) -> G) -> FieldErrors<G> {
        let renamed =
            |FieldError { field, entry, message }| FieldError { field: name(field), entry, message };
        FieldErrors(self.0.into_iter().map(renamed).collect())
    }
}

impl FieldErrors {
    /// The value of `result`; adds its error and returns `None` if it has one.
    pub fn keep<T, E: fmt::Display>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error)).ok()
    }

    /// The values of the entries of a list; adds the error of each wrong entry.
    pub(crate) fn keep_entries<T, E: fmt::Display>(
        &mut self,
        field: Field,
        results: impl Iterator<Item = Result<T, E>>,
    ) -> Vec<T> {
        let mut kept = Vec::new();
        for (entry, result) in results.enumerate() {
            match result {
                Ok(value) => kept.push(value),
                Err(error) => {
                    self.0.push(FieldError { entry: Some(entry), ..FieldError::new(field, error) });
                }
            }
        }
        kept
    }

    /// Parses an optional field.
    pub(crate) fn parse<T>(&mut self, field: Field, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        text.and_then(|text| self.keep(field, text.parse()))
    }

    /// Parses a required field.
    pub(crate) fn require<T>(&mut self, field: Field, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        if text.is_none() {
            self.add(field, "is required");
        }
        self.parse(field, text)
    }
}

impl<'a, F> IntoIterator for &'a FieldErrors<F> {
    type Item = &'a FieldError<F>;
    type IntoIter = std::slice::Iter<'a, FieldError<F>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<F> IntoIterator for FieldErrors<F> {
    type Item = FieldError<F>;
    type IntoIter = std::vec::IntoIter<FieldError<F>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The errors on one line, separated by semicolons.
impl<F: fmt::Display> fmt::Display for FieldErrors<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl<F: fmt::Debug + fmt::Display> std::error::Error for FieldErrors<F> {}
