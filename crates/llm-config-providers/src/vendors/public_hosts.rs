//! The hosts of well-known public APIs.

use super::by_host;
use crate::family::vendor::is_below;

/// Public APIs besides the domains of the rows, by the beginning of the name and the domain. A vendor of the
/// table needs no entry here; its entries cover the other hosts of its domain, such as a misspelt one.
const DOMAINS: &[(&str, &str)] = &[
    ("", "ai.azure.com"),
    ("", "aiplatform.googleapis.com"),
    ("", "anthropic.com"),
    ("bedrock", "amazonaws.com"),
    ("bedrock", "amazonaws.com.cn"),
    ("bedrock", "amazonaws.eu"),
    ("bedrock", "api.aws"),
    ("", "cohere.com"),
    ("dashscope", "aliyuncs.com"),
    ("", "deepseek.com"),
    ("", "googleapis.com"),
    ("", "groq.com"),
    ("", "mistral.ai"),
    ("", "openai.com"),
    ("", "together.xyz"),
    ("", "x.ai"),
];

/// Whether a host belongs to a well-known public API, so that a report may state that it has no address: that
/// reveals nothing about the network of the server. The name is in lower case, without a trailing dot.
#[must_use]
pub fn is_public_api(host: &str) -> bool {
    by_host(host).is_some()
        || DOMAINS.iter().any(|(start, domain)| host.starts_with(start) && is_below(host, domain))
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
        ] {
            assert!(!is_public_api(host), "{host}");
        }
    }
}
