//! A row of the table of vendors.

use llm_config_core::provider::Provider;
use serde::{Serialize, Serializer};

use crate::api_root::ApiPath;
use crate::classify::Form;
use crate::completion::OutputLimitName;
use crate::error_body::ErrorBody;
use crate::family::Family;
use crate::hint::Hint;
use crate::model_names::ModelNames;
use crate::reason::Reason;
use crate::response::Response;

/// A vendor or product. Rows of [`VENDORS`](crate::VENDORS) name only the fields that differ from
/// `Vendor::UNKNOWN`.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a vendor")]
pub struct Vendor {
    /// The name in reports, in snake case.
    pub name: &'static str,
    /// The provider value that stands for it.
    pub(crate) provider: Option<Provider>,
    /// The implementation of its API; `None` for an OpenAI-compatible API without peculiarities.
    pub(crate) family: Option<&'static dyn Family>,

    /// Domains whose hosts belong to it.
    pub(crate) domains: &'static [&'static str],
    /// Hosts that belong to it and have a variable part, such as a region.
    pub(crate) host_pattern: fn(&str) -> bool,
    /// Whether another name than those is public all the same, such as a misspelt one in the vendor's domain:
    /// a report may state that it has no address, which reveals nothing about the network of the server.
    pub(crate) has_public_name: fn(&str) -> bool,
    /// Whether one of its hosts serves all customers alike. A credential may be given for it without naming
    /// the endpoint again. False for hosts and paths that belong to one customer.
    pub(crate) is_undivided: fn(&str) -> bool,
    /// Whether a base path selects this row among the rows of one provider value.
    pub(crate) path_pattern: fn(&str) -> bool,
    /// Whether this row stands for its provider value if neither path nor host selects one.
    pub(crate) is_default: bool,
    /// Prefixes that only keys of this vendor have. Rows of vendors whose hosts take keys of other vendors
    /// have none.
    pub(crate) key_prefixes: &'static [&'static str],
    /// Hosts of web pages that users mistake for the API.
    pub(crate) console_hosts: &'static [&'static str],
    /// The endpoint that is suggested to a new configuration, and instead of a web page.
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
    /// The only form that errors have at its own hosts. `None` if that is not known, or if it passes on the
    /// errors of other vendors as they are.
    pub(crate) only_form: Option<Form>,
    /// Whether its own hosts complete requests for genuine keys and existing models only.
    pub(crate) completes_strictly: bool,
    /// Whether it checks keys for calls exactly when it checks them for its list of models.
    pub guards_calls_like_lists: bool,

    /// What happens to requests for a model that its list lacks.
    pub(crate) missing_model: MissingModel,
    /// How the names in its list relate to those in its calls.
    pub(crate) names: ModelNames,
    /// Whether its list has all models that the key may use, although it is filtered.
    pub(crate) lists_all_usable: bool,
    /// The name of the output limit in chat completions.
    pub(crate) output_limit: OutputLimitName,
    /// Whether its OpenAI-compatible API takes `stream_options.include_usage`. False also where streams
    /// report their usage unasked.
    pub(crate) takes_include_usage: bool,
    /// Whether its OpenAI-compatible API refuses `top_k` as an unknown field.
    pub(crate) refuses_top_k: bool,
    /// Whether it is a gateway that takes its destination and key from fields of a body
    /// (<https://docs.litellm.ai/docs/proxy/clientside_auth>).
    pub(crate) takes_routing_fields: bool,
    /// Whether its OpenAI-compatible API has Anthropic's dialect beside it.
    pub(crate) speaks_messages: bool,

    /// How responses reveal it.
    pub(crate) signature: Signature,
    /// The message with which it rejects keys, in lower case, if other servers use it for other refusals too.
    pub(crate) bare_rejection: Option<&'static str>,
    /// Hints that are more precise than those of the reasons.
    pub(crate) hints: &'static [Hint],
    /// The hint for a host without an address.
    pub unresolved_host_hint: Option<&'static str>,
    /// The hint for a configuration that passed the check without a call.
    pub unproven_hint: Option<&'static str>,
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

impl Vendor {
    /// The fields of a vendor of which nothing is known.
    pub(crate) const UNKNOWN: Self = Self {
        name: "",
        provider: None,
        family: None,
        domains: &[],
        host_pattern: |_| false,
        has_public_name: |_| false,
        is_undivided: |_| false,
        path_pattern: |_| true,
        is_default: false,
        key_prefixes: &[],
        console_hosts: &[],
        api_url: "",
        openai_api_url: None,
        api_below_models: &[],
        api_path: None,
        adds_version: false,
        is_openai_host: |_| false,
        checks_keys_first: false,
        only_form: None,
        completes_strictly: false,
        guards_calls_like_lists: false,
        missing_model: MissingModel::Lookup,
        names: ModelNames::UNKNOWN,
        lists_all_usable: false,
        output_limit: OutputLimitName::MaxTokens,
        takes_include_usage: false,
        refuses_top_k: false,
        takes_routing_fields: false,
        speaks_messages: false,
        signature: Signature { header: None, server: None, owned_by: None, error: |_, _| false },
        bare_rejection: None,
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
        self.family.is_some_and(|family| !family.is_openai_compatible())
    }

    /// Whether it completes requests for unknown models with a model of its own.
    #[must_use]
    pub fn falls_back(&self) -> bool {
        self.missing_model == MissingModel::FallsBack
    }

    /// The hint for a reason, if there is one for this status and credential.
    #[must_use]
    pub fn hint(&self, reason: Reason, status: u16, has_key: bool) -> Option<&'static str> {
        Hint::find(self.hints, reason, status, has_key)
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

/// Whether `host` is `domain` or below it, label by label.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
