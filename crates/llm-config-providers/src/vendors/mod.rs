//! The table of vendors: one row for each vendor or product, with everything that is true of it alone.

mod own_hosts;
mod public_hosts;
mod selection;
mod table;

use llm_config_core::provider::Provider;
use serde::{Serialize, Serializer};

pub use own_hosts::KnownVendorHosts;
pub use public_hosts::is_public_api;
pub(crate) use selection::{Selected, select};
pub use table::VENDORS;

use crate::completion::OutputLimitName;
use crate::error_body::ErrorBody;
use crate::family::Family;
use crate::reason::Reason;
use crate::response::Response;

/// A vendor or product. Rows of [`VENDORS`] name only the fields that differ from [`Vendor::UNKNOWN`].
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a vendor")]
pub struct Vendor {
    /// The name in reports, in snake case.
    pub name: &'static str,
    /// The provider value that stands for it.
    pub(crate) provider: Option<Provider>,
    /// The implementation of its API.
    pub(crate) family: &'static dyn Family,

    /// Domains whose hosts belong to it.
    pub(crate) domains: &'static [&'static str],
    /// Hosts that belong to it and have a variable part, such as a region.
    pub(crate) host_pattern: fn(&str) -> bool,
    /// Whether such a host serves all customers alike. A credential may be given for it without naming
    /// the endpoint again. False for hosts and paths that belong to one customer.
    pub(crate) is_undivided: fn(&str) -> bool,
    /// Whether a base path selects this row among the rows of one provider value.
    pub(crate) path_pattern: fn(&str) -> bool,
    /// Hosts of web pages that users mistake for the API.
    pub(crate) console_hosts: &'static [&'static str],
    /// The endpoint that is suggested instead of a web page.
    pub(crate) api_url: &'static str,
    /// The same for an OpenAI-compatible API at another path.
    pub(crate) openai_api_url: Option<&'static str>,
    /// Domains where the path `/models` is the base of the API and not a request.
    pub(crate) api_below_models: &'static [&'static str],
    /// Where the API lies at its own host, if that is fixed, and the paths that are replaced by it.
    pub(crate) api_path: Option<ApiPath>,
    /// Whether callers add the version `v1` to the endpoint.
    pub(crate) adds_version: bool,
    /// Whether an own host of a vendor with its own API is OpenAI-compatible nevertheless.
    pub(crate) is_openai_host: fn(&str) -> bool,

    /// Whether its own hosts check the key before anything else, so that no negative control is needed.
    pub(crate) checks_keys_first: bool,
    /// Whether its own hosts complete requests for genuine keys and existing models only.
    pub(crate) completes_strictly: bool,
    /// Whether it checks keys for calls exactly when it checks them for its list of models.
    pub guards_calls_like_lists: bool,

    /// What happens to requests for a model that its list lacks.
    pub(crate) missing_model: MissingModel,
    /// Whether a model name without a tag means the tag `latest`.
    pub(crate) latest_tag: bool,
    /// Whether its list has all models that the key may use, although it is filtered.
    pub(crate) lists_all_usable: bool,
    /// The name of the output limit in chat completions.
    pub(crate) output_limit: OutputLimitName,

    /// How responses reveal it.
    pub(crate) signature: Signature,
    /// Hints that are more precise than those of the reasons.
    pub(crate) hints: &'static [Hint],
    /// The hint for a host without an address.
    pub unresolved_host_hint: Option<&'static str>,
    /// The hint for a configuration that passed the check without a call.
    pub unproven_hint: Option<&'static str>,
}

/// A fixed path of an API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiPath {
    /// The path, without slashes around it.
    pub(crate) path: &'static str,
    /// The base paths that are replaced by it; empty for all.
    pub(crate) replaces: &'static [&'static str],
}

/// What happens to requests for a model that a list lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingModel {
    /// The list is complete, so the model does not exist.
    NotFound,
    /// The server uses another model instead.
    FallsBack,
    /// The list may be filtered, so a request for the one model is needed.
    Lookup,
}

/// How responses reveal a product.
#[derive(Clone, Copy)]
pub(crate) struct Signature {
    /// The beginning of header names.
    pub(crate) header: Option<&'static str>,
    /// The beginning of the `Server` header.
    pub(crate) server: Option<&'static str>,
    /// The owner of listed models.
    pub(crate) owned_by: Option<&'static str>,
    /// Whether an error is worded as only this product does.
    pub(crate) error: fn(&Response, &ErrorBody) -> bool,
}

/// A hint that is more precise than that of the reason.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hint {
    pub(crate) reason: Reason,
    /// Only for this status.
    pub(crate) status: Option<u16>,
    /// Only for configurations without a key.
    pub(crate) keyless: bool,
    pub(crate) text: &'static str,
}

impl Vendor {
    /// The fields of a vendor of which nothing is known.
    pub(crate) const UNKNOWN: Self = Self {
        name: "",
        provider: None,
        family: &crate::families::OpenAi,
        domains: &[],
        host_pattern: |_| false,
        is_undivided: |_| false,
        path_pattern: |_| true,
        console_hosts: &[],
        api_url: "",
        openai_api_url: None,
        api_below_models: &[],
        api_path: None,
        adds_version: false,
        is_openai_host: |_| false,
        checks_keys_first: false,
        completes_strictly: false,
        guards_calls_like_lists: false,
        missing_model: MissingModel::Lookup,
        latest_tag: false,
        lists_all_usable: false,
        output_limit: OutputLimitName::MaxTokens,
        signature: Signature { header: None, server: None, owned_by: None, error: |_, _| false },
        hints: &[],
        unresolved_host_hint: None,
        unproven_hint: None,
    };

    /// Whether a host belongs to it. The host is in lower case, without a trailing dot.
    pub(crate) fn owns(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| is_below(host, domain)) || (self.host_pattern)(host)
    }

    /// Whether its API is not OpenAI-compatible, so that an OpenAI-style call cannot judge its keys.
    pub(crate) fn has_own_api(&self) -> bool {
        !self.family.is_openai_compatible()
    }

    /// The hint for a reason, if there is one for this status and credential.
    #[must_use]
    pub fn hint(&self, reason: Reason, status: u16, has_key: bool) -> Option<&'static str> {
        let fits = |hint: &&Hint| {
            let is_status = hint.status.is_none_or(|expected| expected == status);
            hint.reason == reason && is_status && !(hint.keyless && has_key)
        };
        self.hints.iter().find(fits).map(|hint| hint.text)
    }
}

impl PartialEq for Vendor {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Vendor {}

impl std::fmt::Debug for Vendor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// As the name.
impl Serialize for Vendor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl Hint {
    pub(crate) const fn new(reason: Reason, text: &'static str) -> Self {
        Self { reason, status: None, keyless: false, text }
    }

    pub(crate) const fn at(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    pub(crate) const fn keyless(self) -> Self {
        Self { keyless: true, ..self }
    }
}

/// The vendor that a host belongs to.
#[must_use]
pub fn by_host(host: &str) -> Option<&'static Vendor> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    VENDORS.iter().find(|vendor| vendor.owns(&host))
}

/// The vendor that a response reveals.
#[must_use]
pub fn by_response(response: &Response) -> Option<&'static Vendor> {
    let find = |reveals: &dyn Fn(&Signature) -> bool| VENDORS.iter().find(|row| reveals(&row.signature));
    let server = response.header("server").unwrap_or_default();
    let has_header = |prefix: &str| response.headers.keys().any(|name| name.as_str().starts_with(prefix));
    find(&|signature| signature.server.is_some_and(|prefix| server.starts_with(prefix)))
        .or_else(|| find(&|signature| signature.header.is_some_and(has_header)))
        .or_else(|| {
            let owner = response.json()?.get("data")?.as_array()?.first()?.get("owned_by")?.as_str()?;
            find(&|signature| signature.owned_by == Some(owner))
        })
        .or_else(|| {
            response.json()?;
            find(&|signature| (signature.error)(response, response.error()))
        })
}

/// The endpoint of the API, if the host has web pages only. `own_api`: the configuration means the
/// vendor's own API.
#[must_use]
pub fn api_of_console(host: &str, own_api: bool) -> Option<&'static str> {
    let vendor = VENDORS.iter().find(|vendor| vendor.console_hosts.contains(&host))?;
    Some(vendor.openai_api_url.filter(|_| !own_api).unwrap_or(vendor.api_url))
}

/// The name of the output limit in chat completions at a host. At unknown hosts the older name is used,
/// whatever the configured provider: llama-cpp-python ignores the newer one and generates until its
/// memory is full, which costs more than one refused request.
pub(crate) fn output_limit(host: &str) -> OutputLimitName {
    by_host(host).map_or(OutputLimitName::MaxTokens, |vendor| vendor.output_limit)
}

/// Whether the path `/models` at this host is the base of an API and not a request.
pub(crate) fn has_api_below_models(host: &str) -> bool {
    VENDORS.iter().flat_map(|vendor| vendor.api_below_models).any(|domain| is_below(host, domain))
}

/// Whether the vendor is the only one that the provider value stands for.
#[must_use]
pub fn is_implied_by(vendor: &Vendor, provider: Provider) -> bool {
    let mut rows = VENDORS.iter().filter(|row| row.provider == Some(provider));
    rows.next() == Some(vendor) && rows.next().is_none()
}

/// Whether `host` is `domain` or below it, label by label.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, expected: Option<&str>) {
        assert_eq!(by_host(host).map(|vendor| vendor.name), expected, "{host}");
    }

    #[test]
    fn by_host_of_vendor_finds_its_row() {
        check("api.openai.com", Some("open_ai"));
        check("eu.api.openai.com", Some("open_ai"));
        check("API.OpenAI.com.", Some("open_ai"));
        check("r.openai.azure.com", Some("azure_open_ai"));
        check("r.openai.azure.us", Some("azure_open_ai"));
        check("api.anthropic.com", Some("anthropic"));
        check("generativelanguage.googleapis.com", Some("gemini"));
        check("us-central1-aiplatform.googleapis.com", Some("vertex_ai"));
        check("aiplatform.googleapis.com", Some("vertex_ai"));
        check("aiplatform.eu.rep.googleapis.com", Some("vertex_ai"));
        check("bedrock.us-east-1.amazonaws.com", Some("bedrock"));
        check("bedrock-runtime.eu-west-1.amazonaws.com", Some("bedrock"));
        check("vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", Some("bedrock"));
        check("bedrock-runtime.eu-central-1.amazonaws.eu", Some("bedrock"));
        check("bedrock-runtime.eu-central-1.api.aws", Some("bedrock"));
        check("bedrock-mantle.us-east-1.api.aws", Some("bedrock"));
        check("openrouter.ai", Some("open_router"));
        check("w1.cn-hangzhou.maas.aliyuncs.com", Some("dash_scope"));
    }

    #[test]
    fn by_host_of_lookalike_is_none() {
        check("xapi.openai.com", None);
        check("api.openai.com.example", None);
        check("storage.googleapis.com", None);
        check("s3.amazonaws.com", None);
        check("bedrock.us-east-1.amazonaws.com.example", None);
        check("bedrock-x.amazonaws.com", None);
        check("bedrock.example", None);
        check("127.0.0.1", None);
    }

    #[test]
    fn names_are_unique() {
        for (at, vendor) in VENDORS.iter().enumerate() {
            assert!(VENDORS[at + 1..].iter().all(|other| other != vendor), "{vendor:?}");
        }
    }
}
