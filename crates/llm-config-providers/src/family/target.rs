//! A target with everything that its requests depend on: base URL, credential, vendor and family.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::SystemTime;

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_core::text::ModelId;
use url::Url;

use crate::api_root::ApiRoot;
use crate::auth::{Auth, SentCredential};
use crate::base_url::BaseUrl;
use crate::classify::{ResponseClass, ResponseContext};
use crate::completion::{CompletionRequest, Operation, OutputLimitName};
use crate::family::{Family, Vendor};
use crate::host_trust::HostTrust;
use crate::model_api::{CallUrlError, DialectRoot};
use crate::request::Request;
use crate::response::Response;

/// A target with everything that its requests depend on.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a target")]
pub struct ProviderTarget<'a> {
    /// Endpoint, API path and model.
    pub target: Cow<'a, Target>,
    /// The base URL, with the corrections that are certain.
    pub base: BaseUrl,
    /// The base URL that was probably meant, if only the server can confirm it.
    pub(crate) likely_base: Option<BaseUrl>,
    /// The credential.
    pub auth: Auth,
    /// The vendor or product, if host or provider value name one.
    pub vendor: Option<&'static Vendor>,
    /// The implementation of the API.
    pub family: &'static dyn Family,
    pub(crate) is_own_host: bool,
    /// Whether the leading path segments name one of the host's customers.
    pub(crate) is_divided_host: bool,
    /// Whether the host alone names the vendor.
    pub(crate) is_by_host: bool,
    /// The name of the output limit in chat completions at this host.
    pub(crate) output_limit: OutputLimitName,
    pub(crate) refuses_top_k: bool,
    pub(crate) takes_routing_fields: bool,
    /// Whether the present version of the API takes `stream_options.include_usage`.
    pub(crate) takes_include_usage: bool,
    /// Whether the host is that of a hosted vendor.
    pub(crate) is_hosted: bool,
    /// The roots of the dialects, in the order of [`Dialect::ALL`](crate::Dialect::ALL), found when they
    /// are needed.
    pub(crate) dialect_roots: [OnceLock<Result<DialectRoot, CallUrlError>>; 3],
}

impl ProviderTarget<'_> {
    /// The configured provider value.
    #[must_use]
    pub fn provider(&self) -> Provider {
        self.target.provider
    }

    /// The model's id at the provider, if the configuration names one.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.target.model.as_ref().map(ModelId::as_str)
    }

    /// How far the host is trusted to check keys.
    #[must_use]
    pub fn trust(&self) -> HostTrust {
        self.trust_where(|vendor| vendor.checks_keys_first)
    }

    /// How far the host is trusted to complete requests for genuine keys and existing models only.
    #[must_use]
    pub fn completion_trust(&self) -> HostTrust {
        self.trust_where(|vendor| vendor.completes_strictly)
    }

    fn trust_where(&self, is_trusted: fn(&Vendor) -> bool) -> HostTrust {
        // A vendor's OpenAI-compatible form may behave differently from its own API.
        let is_usual_form = |vendor: &&Vendor| !vendor.has_own_api() || !self.family.is_openai_compatible();
        match self.vendor.filter(|_| self.is_own_host).filter(is_usual_form) {
            Some(vendor) if is_trusted(vendor) => HostTrust::Vendor,
            Some(_) | None => HostTrust::Unknown,
        }
    }

    /// Whether a vendor that a response reveals has an API of its own, so that OpenAI-compatible requests
    /// cannot judge its keys.
    #[must_use]
    pub fn is_foreign_to(&self, revealed: &Vendor) -> bool {
        let is_exempt = (revealed.is_openai_host)(self.base.host());
        self.family.is_openai_compatible() && revealed.has_own_api() && !is_exempt
    }

    /// Whether the host is the vendor's own.
    #[must_use]
    pub const fn is_own_host(&self) -> bool {
        self.is_own_host
    }

    /// The vendor, if the host alone names it: the provider value stands for many.
    #[must_use]
    pub fn vendor_by_host(&self) -> Option<&'static Vendor> {
        self.vendor.filter(|_| self.is_by_host)
    }

    /// Whether this is a request to a vendor's own API that cannot succeed without a credential.
    #[must_use]
    pub fn lacks_credential(&self) -> bool {
        let needs_credential = !self.family.is_openai_compatible() && self.trust() == HostTrust::Vendor;
        needs_credential && self.auth.is_none()
    }

    /// The completion request at `url`, with the target's model.
    #[must_use]
    pub fn completion_request(&self, url: &Url) -> CompletionRequest<'_> {
        let operation = self.operation_at(url);
        CompletionRequest::new(operation, url, self.model(), self.output_limit)
    }

    /// The operation at `url`; a path that names none means the usual operation of the family.
    pub(crate) fn operation_at(&self, url: &Url) -> Operation {
        Operation::at(url).unwrap_or_else(|| self.family.default_operation())
    }

    /// The root of the API, if it is OpenAI-compatible.
    pub(crate) fn api_root(&self) -> ApiRoot {
        ApiRoot::new(&self.base, &self.target)
    }

    /// The root of the API at the base URL that was probably meant.
    pub(crate) fn likely_root(&self) -> Option<ApiRoot> {
        self.likely_base.as_ref().map(|base| ApiRoot::corrected(base, &self.target))
    }

    /// Whether the endpoint looks like a mistake that only the server can confirm.
    #[must_use]
    pub const fn may_be_mistyped(&self) -> bool {
        self.likely_base.is_some()
    }

    /// The endpoint that was probably meant, if the stored one is a request URL or ends in two versions.
    #[must_use]
    pub fn likely_endpoint(&self) -> Option<String> {
        let is_full_url = self.target.api_path.as_str().trim_matches('/').is_empty();
        let is_mistaken = !is_full_url && self.base.notes().iter().any(|note| note.is_elsewhere());
        match self.likely_root() {
            Some(root) => root.correction(&self.target).suggested_url,
            None => is_mistaken.then(|| self.base.as_endpoint()),
        }
    }

    /// The context of a response to a request for `url`.
    pub(crate) fn response_context<'u>(&'u self, url: &'u Url) -> ResponseContext<'u> {
        let is_own_api = !self.family.is_openai_compatible();
        let is_configured = url.path() == self.target.url().path();
        ResponseContext {
            circumstances: Vec::new(),
            has_key: !self.auth.is_none(),
            trust: self.trust(),
            judges_by_status: self.trust() == HostTrust::Vendor && self.has_usual_header(),
            bare_rejection: self.vendor.and_then(|vendor| vendor.bare_rejection),
            hints: self.vendor.map_or(&[], |vendor| vendor.hints),
            is_own_api,
            only_form: self.vendor.filter(|_| self.is_own_host).and_then(|vendor| vendor.only_form),
            model: self.model(),
            is_call: is_configured || Operation::at(url).is_some(),
            url,
            base: if is_own_api { self.base.clone() } else { self.base_of(url) },
        }
    }

    /// Whether the key is in the header that the vendor expects.
    fn has_usual_header(&self) -> bool {
        self.auth.configured_header().is_none_or(|name| name == self.family.key_header())
    }

    /// The longer of the two bases that checks try, if the path of `url` lies below it.
    fn base_of(&self, url: &Url) -> BaseUrl {
        let base = self.api_root().base().clone();
        let longer = base.with_version();
        if url.path().starts_with(longer.url().path()) { longer } else { base }
    }

    /// Adds a credential to a request. `now` is the time for which a request is signed.
    #[must_use]
    pub fn authenticate(&self, request: Request, sent: SentCredential, now: SystemTime) -> Request {
        self.family.authenticate(self, request, sent, now)
    }

    /// Classifies a response to a request for `url` that is not the expected one.
    #[must_use]
    pub fn classify(&self, url: &Url, response: &Response) -> ResponseClass {
        self.family.classify(self, url, response)
    }

    /// The credential that requests carry: none if the configuration has none.
    #[must_use]
    pub const fn sent_credential(&self) -> SentCredential {
        if self.auth.is_none() { SentCredential::None } else { SentCredential::Configured }
    }
}
