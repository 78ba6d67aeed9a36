//! Who the hosts of vendors belong to, as far as the rules on a credential's destination ask.

use llm_config_core::endpoint::VendorHosts;
use llm_config_core::provider::Provider;

use super::bedrock;

/// Hosts that a vendor runs for all of its customers alike, with the names below them. Bedrock's have a
/// region in their names, which [`bedrock`] reads.
///
/// Azure is not here, because each customer has a host, nor is Vertex AI, where each customer has a
/// path. A provider value that stands for no vendor, such as `OTHER`, has no host of its own.
const OWN: &[(Provider, &str)] = &[
    (Provider::OpenAi, "api.openai.com"),
    (Provider::Anthropic, "api.anthropic.com"),
    (Provider::Google, "generativelanguage.googleapis.com"),
    (Provider::OpenRouter, "openrouter.ai"),
    (Provider::Ollama, "ollama.com"),
];

/// Hosts that serve many customers, and how many leading segments of the path name the customer. A
/// customer decides where such a host sends the requests below their path.
///
/// Sources: <https://developers.cloudflare.com/ai-gateway/usage/universal/> (`/v1/ACCOUNT/GATEWAY`),
/// <https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/>
/// (`/client/v4/accounts/ACCOUNT`), <https://docs.runpod.io/serverless/vllm/openai-compatibility>
/// (`/v2/ENDPOINT`).
const DIVIDED_BY_PATH: &[(&str, usize)] =
    &[("gateway.ai.cloudflare.com", 3), ("api.cloudflare.com", 4), ("api.runpod.ai", 2)];

/// The hosts of the vendors that this crate knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownVendorHosts;

impl VendorHosts for KnownVendorHosts {
    fn is_own(&self, provider: Provider, host: &str) -> bool {
        let is_below = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        OWN.iter().any(|(owner, domain)| *owner == provider && is_below(domain))
            || (provider == Provider::Aws && bedrock::is_public(host))
    }

    fn customer_segments(&self, host: &str) -> usize {
        // A trailing dot names the same host.
        let host = host.trim_end_matches('.');
        DIVIDED_BY_PATH.iter().find(|(it, _)| *it == host).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_hosts_are_those_of_the_provider_value() {
        for (provider, host) in [
            (Provider::OpenAi, "api.openai.com"),
            (Provider::OpenAi, "eu.api.openai.com"),
            (Provider::Anthropic, "api.anthropic.com"),
            (Provider::Google, "generativelanguage.googleapis.com"),
            (Provider::Aws, "bedrock-runtime.us-east-1.amazonaws.com"),
            (Provider::OpenRouter, "openrouter.ai"),
        ] {
            assert!(KnownVendorHosts.is_own(provider, host), "{host}");
            assert!(!KnownVendorHosts.is_own(Provider::Other, host), "{host}");
        }
    }

    #[test]
    fn hosts_that_customers_share_are_no_providers_own() {
        for host in [
            "my-resource.openai.azure.com",
            "gateway.ai.cloudflare.com",
            "us-central1-aiplatform.googleapis.com",
            "bedrock-mantle-fips.s3.amazonaws.com",
            "bedrock-mantle.s3-us-west-2.amazonaws.com",
            "bedrock-runtime.example.amazonaws.com",
            "vpce-1a2b-3c4d.bedrock-runtime.us-east-1.vpce.amazonaws.com",
            "xapi.openai.com",
            "api.openai.com.",
            "api.openai.com.evil.example",
            "api.deepseek.com",
            "openai.com",
        ] {
            for provider in Provider::ALL {
                assert!(!KnownVendorHosts.is_own(*provider, host), "{provider} {host}");
            }
        }
    }

    #[test]
    fn hosted_gateways_are_divided_by_path() {
        assert_eq!(KnownVendorHosts.customer_segments("gateway.ai.cloudflare.com"), 3);
        assert_eq!(KnownVendorHosts.customer_segments("gateway.ai.cloudflare.com."), 3);
        assert_eq!(KnownVendorHosts.customer_segments("api.openai.com"), 0);
        assert_eq!(KnownVendorHosts.customer_segments("x.gateway.ai.cloudflare.com"), 0);
    }
}
