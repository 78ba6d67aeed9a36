//! The vendors' hosts, for the rules on the destination of a credential.

use llm_config_core::endpoint::VendorHosts;
use llm_config_core::provider::Provider;

use super::VENDORS;

/// Hosts that serve many customers, and the number of leading path segments that name the customer. A
/// customer decides where such a host forwards the requests below their path.
///
/// Sources: <https://developers.cloudflare.com/ai-gateway/usage/universal/> (`/v1/ACCOUNT/GATEWAY`),
/// <https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/>
/// (`/client/v4/accounts/ACCOUNT`), <https://docs.runpod.io/serverless/vllm/openai-compatibility>
/// (`/v2/ENDPOINT`).
const DIVIDED_BY_PATH: &[(&str, usize)] =
    &[("gateway.ai.cloudflare.com", 3), ("api.cloudflare.com", 4), ("api.runpod.ai", 2)];

/// The hosts of the vendors in [`VENDORS`].
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownVendorHosts;

impl VendorHosts for KnownVendorHosts {
    fn is_own(&self, provider: Provider, host: &str) -> bool {
        let mut rows = VENDORS.iter().filter(|row| row.provider == Some(provider));
        rows.any(|row| row.owns(host) && (row.is_undivided)(host))
    }

    fn customer_segments(&self, host: &str) -> usize {
        // A trailing dot names the same host.
        let host = host.trim_end_matches('.');
        DIVIDED_BY_PATH.iter().find(|(divided, _)| *divided == host).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_own_of_undivided_host_is_true_for_its_provider_value() {
        for (provider, host) in [
            (Provider::OpenAi, "api.openai.com"),
            (Provider::OpenAi, "eu.api.openai.com"),
            (Provider::Anthropic, "api.anthropic.com"),
            (Provider::Google, "generativelanguage.googleapis.com"),
            (Provider::Aws, "bedrock-runtime.us-east-1.amazonaws.com"),
            (Provider::Aws, "bedrock-runtime.us-iso-east-1.c2s.ic.gov"),
            (Provider::Aws, "bedrock.cn-north-1.amazonaws.com.cn"),
            (Provider::OpenRouter, "openrouter.ai"),
        ] {
            assert!(KnownVendorHosts.is_own(provider, host), "{host}");
            assert!(!KnownVendorHosts.is_own(Provider::Other, host), "{host}");
        }
    }

    #[test]
    fn is_own_of_divided_or_foreign_host_is_false() {
        for host in [
            "my-resource.openai.azure.com",
            "my-resource.openai.azure.us",
            "gateway.ai.cloudflare.com",
            "us-central1-aiplatform.googleapis.com",
            "bedrock-mantle-fips.s3.amazonaws.com",
            "bedrock-mantle.s3-us-west-2.amazonaws.com",
            "bedrock-runtime.example.amazonaws.com",
            "vpce-1a2b-3c4d.bedrock-runtime.us-east-1.vpce.amazonaws.com",
            "vpce-1a2b-3c4d.bedrock-runtime.us-iso-east-1.vpce.c2s.ic.gov",
            "bedrock-runtime.s3.c2s.ic.gov",
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
    fn customer_segments_of_hosted_gateway_are_counted() {
        assert_eq!(KnownVendorHosts.customer_segments("gateway.ai.cloudflare.com"), 3);
        assert_eq!(KnownVendorHosts.customer_segments("gateway.ai.cloudflare.com."), 3);
        assert_eq!(KnownVendorHosts.customer_segments("api.openai.com"), 0);
        assert_eq!(KnownVendorHosts.customer_segments("x.gateway.ai.cloudflare.com"), 0);
    }
}
