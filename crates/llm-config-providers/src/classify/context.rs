//! What classification knows besides the response.

use url::Url;

use super::Rule;
use crate::api_root::ApiRoot;
use crate::base_url::BaseUrl;
use crate::target::{HostTrust, ProviderTarget};
use crate::vendors::Vendor;

/// A fact about a request on which a rule may depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circumstance {
    /// The vendor's own host responded, so that no gateway changed the request.
    OwnHost,
    /// The key names its region, and the host is in it.
    KeyOfRegion,
    /// The key has the shape of another product's keys.
    KeyOfOtherProduct,
}

/// What classification knows besides the response.
pub(crate) struct ResponseContext<'a> {
    /// The rules of the family; applied before all others.
    pub(crate) rules: &'static [Rule],
    pub(crate) circumstances: Vec<Circumstance>,
    pub(crate) has_key: bool,
    pub(crate) trust: HostTrust,
    pub(crate) vendor: Option<&'static Vendor>,
    /// Whether the request was one of a vendor's own API, not of an OpenAI-compatible one.
    pub(crate) is_own_api: bool,
    /// The URL of the request.
    pub(crate) url: &'a Url,
    /// The base below which the request's path lies.
    pub(crate) base: BaseUrl,
}

impl<'a> ResponseContext<'a> {
    /// The context of a request of `target` for `url`, without rules of its own.
    pub(crate) fn new(target: &ProviderTarget<'_>, url: &'a Url) -> Self {
        let is_own_api = !target.family.is_openai_compatible();
        let base = if is_own_api { target.base.clone() } else { base_of(target, url) };
        Self {
            rules: &[],
            circumstances: Vec::new(),
            has_key: !target.auth.is_none(),
            trust: target.trust(),
            vendor: target.vendor,
            is_own_api,
            url,
            base,
        }
    }

    pub(crate) fn with_rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }

    pub(crate) fn when(mut self, circumstance: Circumstance, holds: bool) -> Self {
        if holds {
            self.circumstances.push(circumstance);
        }
        self
    }
}

/// The longer of the two bases that checks try, if the request's path lies below it.
fn base_of(target: &ProviderTarget<'_>, url: &Url) -> BaseUrl {
    let base = ApiRoot::new(target).base().clone();
    let longer = base.with_version();
    if url.path().starts_with(longer.url().path()) { longer } else { base }
}
