//! The row and family that a configuration selects, by its provider value and its host.

use std::borrow::Cow;

use llm_config_core::endpoint::VendorHosts;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use super::{KnownVendorHosts, VENDORS, by_host, has_api_below_models, output_limit};
use crate::auth::Auth;
use crate::base_url::{ApiForm, BaseUrl};
use crate::family::openai::OpenAi;
use crate::family::{Family, ProviderTarget, Vendor};

/// What selects the row of a configuration.
enum SelectedBy {
    /// The provider value, at any host.
    Provider,
    /// The host; at unknown hosts the provider value.
    HostOrProvider,
    /// The host. Its API is called in the OpenAI-compatible form.
    Host,
    /// The host. Its own API is called.
    HostWithOwnApi,
}

/// The row of a configuration, and the family through which it is called.
struct Selected {
    /// `None` at unknown hosts.
    vendor: Option<&'static Vendor>,
    family: &'static dyn Family,
    /// Whether the host is the vendor's own.
    is_own_host: bool,
    /// Whether the host alone names the vendor: the provider value stands for many.
    is_by_host: bool,
}

const fn selected_by(provider: Provider) -> SelectedBy {
    match provider {
        Provider::Anthropic
        | Provider::Google
        | Provider::Aws
        | Provider::LiteLlmProxy
        | Provider::Vllm
        | Provider::Ollama
        | Provider::LlamaCpp => SelectedBy::Provider,
        Provider::OpenRouter => SelectedBy::HostOrProvider,
        // Users also choose `OPENAI` for compatible servers, so the host is more precise.
        Provider::OpenAi | Provider::CustomOpenAiCompatible => SelectedBy::Host,
        Provider::Other => SelectedBy::HostWithOwnApi,
    }
}

impl<'a> ProviderTarget<'a> {
    /// The base URL that checks of a target use, with the corrections that are unambiguous.
    #[must_use]
    pub fn base_url(target: &Target) -> BaseUrl {
        base_urls(target).0
    }

    /// Selects vendor and family of a target.
    #[must_use]
    pub fn new(target: &'a Target, auth: Auth) -> Self {
        Self::select(Cow::Borrowed(target), auth)
    }

    /// The same, with the target inside, so that it can be kept from call to call.
    #[must_use]
    pub fn owned(target: Target, auth: Auth) -> ProviderTarget<'static> {
        ProviderTarget::select(Cow::Owned(target), auth)
    }

    fn select(target: Cow<'a, Target>, auth: Auth) -> Self {
        let (base, likely_base) = base_urls(&target);
        let Selected { vendor, family, is_own_host, is_by_host } =
            select(target.provider, base.host(), base.path());
        let output_limit = output_limit(base.host());
        let owner = by_host(base.host());
        let product = vendor.or_else(|| row_of(target.provider, owner, base.path()));
        let is_divided_host = KnownVendorHosts.customer_segments(base.host()) > 0;
        Self {
            target,
            base,
            likely_base,
            auth,
            vendor,
            family,
            is_own_host,
            is_divided_host,
            is_by_host,
            output_limit,
            takes_include_usage: product.is_some_and(|row| row.takes_include_usage),
            refuses_top_k: product.is_some_and(|row| row.refuses_top_k),
            takes_routing_fields: product.is_some_and(|row| row.takes_routing_fields),
            is_hosted: owner.is_some(),
            dialect_roots: Default::default(),
        }
    }
}

/// The base URL of a target and, if its endpoint looks like a mistake that only the server can confirm,
/// the one that was probably meant.
///
/// A correction is certain at a vendor's own host, for a vendor's own API, and where the API path is blank,
/// because the endpoint is then the full URL of calls. At any other host, an API may lie below every path.
fn base_urls(target: &Target) -> (BaseUrl, Option<BaseUrl>) {
    let url = target.endpoint.url();
    let host = url.host_str().unwrap_or_default();
    let selected = select(target.provider, host, url.path().trim_matches('/'));
    let adds_version = selected.vendor.is_some_and(|vendor| vendor.adds_version);
    let is_compatible = selected.family.is_openai_compatible();
    let form = if is_compatible { ApiForm::OpenAi } else { ApiForm::Own { adds_version } };
    let corrected = BaseUrl::corrected(&target.endpoint, form, has_api_below_models(host));
    let corrected = corrected.without_repeated_version(target.api_path.as_str());
    // The customer's part of a path is never corrected: another one belongs to another customer.
    let literal = BaseUrl::literal(&target.endpoint);
    let customer = KnownVendorHosts.customer_segments(host);
    if corrected.leading_segments(customer) != literal.leading_segments(customer) {
        return (literal, None);
    }
    let is_full_url = target.api_path.as_str().trim_matches('/').is_empty();
    let is_certain = corrected.notes().is_empty() || !is_compatible || selected.is_own_host || is_full_url;
    if is_certain { (corrected, None) } else { (literal, Some(corrected)) }
}

/// Selects row and family. `path` is the base path, without slashes around it.
fn select(provider: Provider, host: &str, path: &str) -> Selected {
    let owner = by_host(host);
    let by_provider = || row_of(provider, owner, path);
    let (vendor, has_own_api, is_by_host) = match selected_by(provider) {
        SelectedBy::Provider => (by_provider(), true, false),
        SelectedBy::HostOrProvider => (owner.or_else(by_provider), false, false),
        SelectedBy::Host => (owner, false, owner.is_some()),
        // One provider value may stand for several rows, which differ in their paths.
        SelectedBy::HostWithOwnApi => {
            let row = owner.and_then(|row| row.provider.and_then(|value| row_of(value, owner, path)));
            (row.or(owner), true, owner.is_some())
        }
    };
    let family = match vendor {
        Some(row) if has_own_api || !row.has_own_api() => row.family,
        Some(_) | None => None,
    };
    let family = family.unwrap_or(&OpenAi);
    Selected { vendor, family, is_own_host: vendor.is_some() && vendor == owner, is_by_host }
}

/// The row of a provider value. If it has several, the path selects one, then the host.
fn row_of(provider: Provider, owner: Option<&'static Vendor>, path: &str) -> Option<&'static Vendor> {
    let rows = || VENDORS.iter().filter(|row| row.provider == Some(provider));
    let by_host = owner.filter(|row| row.provider == Some(provider));
    rows().find(|row| (row.path_pattern)(path)).or(by_host).or_else(|| rows().find(|row| row.is_default))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: the row, whether the host is its own, and whether its own API is called.
    #[track_caller]
    fn check(provider: Provider, host: &str, path: &str, expected: (Option<&str>, bool, bool)) {
        let selected = select(provider, host, path);
        let is_own_api = !selected.family.is_openai_compatible();
        let found = (selected.vendor.map(|row| row.name), selected.is_own_host, is_own_api);
        assert_eq!(found, expected, "{provider} {host}/{path}");
    }

    #[test]
    fn select_by_provider_keeps_its_row_at_any_host() {
        check(Provider::Anthropic, "api.anthropic.com", "", (Some("anthropic"), true, true));
        check(Provider::Anthropic, "relay.example", "", (Some("anthropic"), false, true));
        check(Provider::Aws, "relay.example", "", (Some("bedrock"), false, true));
        check(Provider::Vllm, "api.openai.com", "v1", (Some("vllm"), false, false));
        check(Provider::Ollama, "ollama.com", "v1", (Some("ollama"), true, false));
    }

    #[test]
    fn select_of_several_rows_follows_the_path_then_the_host() {
        let project = "v1/projects/p/locations/global";
        check(Provider::Google, "generativelanguage.googleapis.com", "", (Some("gemini"), true, true));
        check(Provider::Google, "relay.example", "", (Some("gemini"), false, true));
        check(Provider::Google, "relay.example", project, (Some("vertex_ai"), false, true));
        check(Provider::Google, "aiplatform.googleapis.com", "v1", (Some("vertex_ai"), true, true));
    }

    #[test]
    fn select_by_host_calls_the_openai_compatible_form() {
        let custom = Provider::CustomOpenAiCompatible;
        check(custom, "api.mistral.ai", "v1", (Some("mistral"), true, false));
        check(custom, "api.anthropic.com", "v1", (Some("anthropic"), true, false));
        check(custom, "llm.example", "v1", (None, false, false));
        check(Provider::OpenAi, "openrouter.ai", "api/v1", (Some("open_router"), true, false));
        check(Provider::OpenAi, "llm.example", "v1", (None, false, false));
        check(Provider::OpenRouter, "relay.example", "api/v1", (Some("open_router"), false, false));
        check(Provider::OpenRouter, "api.openai.com", "v1", (Some("open_ai"), true, false));
    }

    #[test]
    fn select_of_other_provider_calls_the_api_of_its_host() {
        check(Provider::Other, "api.anthropic.com", "", (Some("anthropic"), true, true));
        check(Provider::Other, "aiplatform.googleapis.com", "v1", (Some("vertex_ai"), true, true));
        check(Provider::Other, "llm.example", "v1", (None, false, false));
    }
}
