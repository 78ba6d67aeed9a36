//! Calls of models at a target: URLs, authentication, and what the provider takes.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use http::header::HeaderMap;
use url::Url;

use crate::auth::AuthError;
use crate::completion::OutputLimitName;
use crate::family::ProviderTarget;
use crate::model_api::{
    CallRequest, CallRoute, CallUrlError, CallUrlOptions, Dialect, DialectRoot, ModelCall,
};

/// How long an idle connection to a hosted vendor is kept. Such vendors keep theirs for a minute or longer.
const HOSTED_IDLE: Duration = Duration::from_secs(30);

/// How long an idle connection to any other server is kept: less than the 5 s after which the common ones
/// (uvicorn, cpp-httplib) close theirs, so that no call meets a connection that is being closed.
const OTHER_IDLE: Duration = Duration::from_secs(4);

impl ProviderTarget<'_> {
    /// The dialects that the endpoint speaks.
    #[must_use]
    pub fn spoken_dialects(&self) -> Vec<Dialect> {
        let is_spoken = |dialect| !matches!(self.dialect_root(dialect), Err(CallUrlError::NotSpoken));
        Dialect::ALL.into_iter().filter(|dialect| is_spoken(*dialect)).collect()
    }

    /// The root below which the routes of a dialect lie, found once.
    pub(crate) fn dialect_root(&self, dialect: Dialect) -> Result<&DialectRoot, CallUrlError> {
        let found = match dialect {
            Dialect::OpenAi => &self.dialect_roots[0],
            Dialect::Anthropic => &self.dialect_roots[1],
            Dialect::Gemini => &self.dialect_roots[2],
        };
        let find = || self.family.dialect_root(self, dialect).map(DialectRoot::new);
        found.get_or_init(find).as_ref().map_err(|error| *error)
    }

    /// The URL of a call: the stored base and a constant path. Only `model`, as one percent-encoded
    /// segment, comes from the caller, where the path names it; elsewhere it is not read and may be empty.
    /// A stored API path replaces the path of the one route that it names, which is chat completions if it
    /// names none. The query of the stored URL stays.
    pub fn call_url(
        &self,
        route: CallRoute,
        model: &str,
        options: CallUrlOptions,
    ) -> Result<Url, CallUrlError> {
        let mut url = self.family.call_url(self, &ModelCall { route, model, options })?;
        if route == CallRoute::StreamGenerateContent && options.has_alt_sse {
            append_query(&mut url, "alt", "sse");
        }
        if route.dialect() == Dialect::Anthropic && options.has_beta {
            append_query(&mut url, "beta", "true");
        }
        Ok(url)
    }

    /// The URL of the provider's own list of models in a dialect.
    pub fn models_url(&self, dialect: Dialect) -> Result<Url, CallUrlError> {
        self.family.models_url(self, dialect)
    }

    /// The headers that add the credential to a call; none without a credential. They replace headers of
    /// the same names. Values with a secret in them are marked as sensitive. `now` is the time for which
    /// the call is signed.
    pub fn authenticate_call(&self, call: CallRequest<'_>, now: SystemTime) -> Result<HeaderMap, AuthError> {
        self.family.authenticate_call(self, call, now)
    }

    /// Whether the body of a call names the model, and not only its URL.
    #[must_use]
    pub fn names_model_in_body(&self, route: CallRoute) -> bool {
        self.family.names_model_in_body(self, route)
    }

    /// The name under which calls in a dialect take a model: some take it without the name of its
    /// collection, some only with its publisher, although a check accepts both.
    #[must_use]
    pub fn model_in_calls<'a>(&self, dialect: Dialect, model: &'a str) -> Cow<'a, str> {
        self.family.model_in_calls(dialect, model)
    }

    /// Whether `stream_options.include_usage` may be added to a streamed chat completion, and makes the
    /// provider report usage that it would not report unasked.
    #[must_use]
    pub fn takes_include_usage(&self) -> bool {
        self.takes_include_usage && !self.family.refuses_stream_options(self)
    }

    /// Whether `top_k` may be added to a call in the `OpenAI` dialect.
    #[must_use]
    pub const fn takes_top_k(&self) -> bool {
        !self.refuses_top_k
    }

    /// Whether the provider is a gateway that takes its destination and key from fields of a body.
    #[must_use]
    pub const fn takes_routing_fields(&self) -> bool {
        self.takes_routing_fields
    }

    /// Whether chat completions take the output limit as `max_completion_tokens`.
    #[must_use]
    pub const fn renames_max_tokens(&self) -> bool {
        match self.output_limit {
            OutputLimitName::MaxTokens => false,
            OutputLimitName::MaxCompletionTokens => true,
        }
    }

    /// How long an idle connection to the endpoint's host is kept.
    #[must_use]
    pub const fn idle_limit(&self) -> Duration {
        if self.is_hosted { HOSTED_IDLE } else { OTHER_IDLE }
    }
}

/// Appends a parameter that the query does not have yet.
fn append_query(url: &mut Url, name: &str, value: &str) {
    if !url.query_pairs().any(|(found, _)| found == name) {
        url.query_pairs_mut().append_pair(name, value);
    }
}
