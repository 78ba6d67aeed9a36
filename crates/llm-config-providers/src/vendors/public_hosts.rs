//! The hosts of well-known public APIs.

use super::{VENDORS, by_host};
use crate::family::vendor::is_below;

/// The domains of public APIs that have no row in [`VENDORS`].
const OTHERS: &[&str] = &["cohere.com", "deepseek.com", "groq.com", "together.xyz", "x.ai"];

/// Whether a host belongs to a well-known public API, so that a report may state that it has no address: that
/// reveals nothing about the network of the server. The name is in lower case, without a trailing dot.
#[must_use]
pub fn is_public_api(host: &str) -> bool {
    by_host(host).is_some()
        || VENDORS.iter().any(|vendor| (vendor.has_public_name)(host))
        || OTHERS.iter().any(|domain| is_below(host, domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_public_api_compares_whole_domains() {
        for host in [
            "api.openai.com",
            "api.anthropic.com",
            "generativelanguage.googleapis.com",
            "bedrock-runtime.eu-central-1.amazonaws.com",
            "bedrock-mantle.us-east-1.api.aws",
            "resource.openai.azure.com",
            "resource.openai.azure.us",
            "resource.cognitiveservices.azure.com",
            "resource.services.ai.azure.com",
            "openrouter.ai",
            "ollama.com",
            "dashscope.aliyuncs.com",
            "dashscope-intl.aliyuncs.com",
            "cn-hongkong.dashscope.aliyuncs.com",
            "x.maas.aliyuncs.com",
            "resource.openai.azure.cn",
            "resource.services.ai.azure.us",
            "bedrock.us-iso-east-1.c2s.ic.gov",
            "bedrock-runtime.eu-isoe-west-1.cloud.adc-e.uk",
            // Misspelt.
            "ap.openai.com",
            "bedrock-runtimes.us-east-1.amazonaws.com",
            "bedrock-runtime.useast1.amazonaws.com",
            "us-central1-aiplattform.googleapis.com",
            "dashscopes.aliyuncs.com",
            "resource.service.ai.azure.com",
            "1.us-central1-2.prediction.vertexai.goog",
            "api.groq.com",
        ] {
            assert!(is_public_api(host), "{host}");
        }
        for host in [
            "openai.com.evil.example",
            "evilopenai.com",
            "db.cluster-x.eu-central-1.rds.amazonaws.com",
            "ec2-203-0-113-7.compute-1.amazonaws.com",
            "bedrock.example",
            "oss.aliyuncs.com",
            "resource.azure.com",
            "db.c2s.ic.gov",
            "api.opennai.com",
        ] {
            assert!(!is_public_api(host), "{host}");
        }
    }
}
