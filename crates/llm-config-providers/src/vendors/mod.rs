//! The table of vendors: one row for each vendor or product, with everything that is true of it alone.

mod own_hosts;
mod public_hosts;
mod selection;
mod table;

use llm_config_core::provider::Provider;

pub use own_hosts::KnownVendorHosts;
pub use public_hosts::is_public_api;
pub use table::VENDORS;

use crate::completion::OutputLimitName;
use crate::family::Vendor;
use crate::family::vendor::{Signature, is_below};
use crate::response::Response;

/// The vendor that a host belongs to.
#[must_use]
pub fn by_host(host: &str) -> Option<&'static Vendor> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    VENDORS.iter().find(|vendor| vendor.owns(&host))
}

/// The vendor whose keys alone have the prefix of `key`.
#[must_use]
pub(crate) fn by_key(key: &str) -> Option<&'static Vendor> {
    VENDORS.iter().find(|vendor| vendor.key_prefixes.iter().any(|prefix| key.starts_with(prefix)))
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

/// The endpoint of a provider whose API has one address for everyone.
#[must_use]
pub fn usual_endpoint(provider: Provider) -> Option<&'static str> {
    let rows = || VENDORS.iter().filter(|row| row.provider == Some(provider) && !row.api_url.is_empty());
    rows().find(|row| row.is_default).or_else(|| rows().next()).map(|row| row.api_url)
}

/// The name of the output limit in chat completions at a host. At unknown hosts the older name is used,
/// whatever the configured provider: llama-cpp-python ignores the newer one and generates until its
/// memory is full, which costs more than one refused request.
pub(crate) fn output_limit(host: &str) -> OutputLimitName {
    by_host(host).map_or(OutputLimitName::MaxTokens, |vendor| vendor.output_limit)
}

/// Whether the path `/models` at this host is the base of an API and not a request.
fn has_api_below_models(host: &str) -> bool {
    VENDORS.iter().flat_map(|vendor| vendor.api_below_models).any(|domain| is_below(host, domain))
}

/// Whether the vendor is the only one that the provider value stands for.
#[must_use]
pub fn is_implied_by(vendor: &Vendor, provider: Provider) -> bool {
    let mut rows = VENDORS.iter().filter(|row| row.provider == Some(provider));
    rows.next() == Some(vendor) && rows.next().is_none()
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
        for end in ["com", "us", "cn"] {
            for service in ["openai", "cognitiveservices", "services.ai"] {
                check(&format!("r.{service}.azure.{end}"), Some("azure_open_ai"));
            }
        }
        check("api.anthropic.com", Some("anthropic"));
        check("generativelanguage.googleapis.com", Some("gemini"));
        check("us-central1-aiplatform.googleapis.com", Some("vertex_ai"));
        check("aiplatform.googleapis.com", Some("vertex_ai"));
        check("aiplatform.eu.rep.googleapis.com", Some("vertex_ai"));
        check("aiplatform.europe-west4.p.rep.googleapis.com", Some("vertex_ai"));
        check("aiplatform-genai1.p.googleapis.com", Some("vertex_ai"));
        check("aiplatform.mtls.googleapis.com", Some("vertex_ai"));
        check("us-central1-aiplatform.mtls.googleapis.com", Some("vertex_ai"));
        check("bedrock.us-east-1.amazonaws.com", Some("bedrock"));
        check("bedrock-runtime.eu-west-1.amazonaws.com", Some("bedrock"));
        check("vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", Some("bedrock"));
        check("bedrock-runtime.eu-central-1.amazonaws.eu", Some("bedrock"));
        check("bedrock-runtime.eu-central-1.api.aws", Some("bedrock"));
        check("bedrock-runtime.us-iso-east-1.c2s.ic.gov", Some("bedrock"));
        check("bedrock.cn-north-1.api.amazonwebservices.com.cn", Some("bedrock"));
        check("bedrock-mantle.us-east-1.api.aws", Some("bedrock"));
        check("openrouter.ai", Some("open_router"));
        check("w1.cn-hangzhou.maas.aliyuncs.com", Some("dash_scope"));
    }

    #[test]
    fn usual_endpoint_is_known_where_everyone_has_the_same() {
        assert_eq!(usual_endpoint(Provider::OpenAi), Some("https://api.openai.com/v1"));
        assert_eq!(usual_endpoint(Provider::OpenRouter), Some("https://openrouter.ai/api/v1"));
        assert_eq!(usual_endpoint(Provider::Aws), None);
    }

    #[test]
    fn by_host_of_lookalike_is_none() {
        check("xapi.openai.com", None);
        check("api.openai.com.example", None);
        check("storage.googleapis.com", None);
        check("x.aiplatform.googleapis.com", None);
        check("aiplatform.rep.googleapis.com", None);
        check("storage-genai1.p.googleapis.com", None);
        check("openai.azure.de", None);
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
