//! The classification of host names without a lookup.

/// Domains of private networks, and the names of platforms' own services.
const INTERNAL: &[&str] = &[
    "cluster.local",
    "docker.internal",
    "instance-data",
    "internal",
    "kubernetes.default",
    "local",
    "localhost",
    "metadata",
    "metadata.goog",
    "metadata.google.internal",
    "svc",
];

/// Known public APIs, by the beginning of the name and the domain. A failed lookup of such a name reveals
/// nothing about this network.
const KNOWN_APIS: &[(&str, &str)] = &[
    ("", "ai.azure.com"),
    ("", "aiplatform.googleapis.com"),
    ("", "anthropic.com"),
    ("bedrock", "amazonaws.com"),
    ("bedrock", "amazonaws.com.cn"),
    ("bedrock", "amazonaws.eu"),
    ("bedrock", "api.aws"),
    ("", "cognitiveservices.azure.com"),
    ("", "cohere.com"),
    ("", "dashscope.aliyuncs.com"),
    ("dashscope", "aliyuncs.com"),
    ("", "deepseek.com"),
    ("", "googleapis.com"),
    ("", "groq.com"),
    ("", "maas.aliyuncs.com"),
    ("", "mistral.ai"),
    ("", "ollama.com"),
    ("", "openai.azure.com"),
    ("", "openai.azure.us"),
    ("", "openai.com"),
    ("", "openrouter.ai"),
    ("", "together.xyz"),
    ("", "x.ai"),
];

/// Whether a name is this machine by definition (RFC 6761 §6.3).
pub(super) fn is_localhost(name: &str) -> bool {
    is_below(name, "localhost")
}

/// Whether no public host has such a name: it has a single label, an empty label, or an internal domain. Such
/// names are not looked up; for all others the address decides.
pub(super) fn is_internal(name: &str) -> bool {
    let is_single = !name.contains('.');
    is_single || name.split('.').any(str::is_empty) || INTERNAL.iter().any(|domain| is_below(name, domain))
}

/// Whether a name belongs to a known public API.
pub(super) fn is_known_api(name: &str) -> bool {
    KNOWN_APIS.iter().any(|(start, end)| name.starts_with(start) && is_below(name, end))
}

/// Whether `name` is `domain` or a name below it.
fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is_so: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for (names, expected) in [(yes, true), (no, false)] {
            for name in names {
                assert_eq!(is_so(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn is_localhost_with_subdomain_is_true() {
        let no = ["localhost.example", "mylocalhost", "local", "localhost.localdomain"];
        check(is_localhost, &["localhost", "ollama.localhost"], &no);
    }

    #[test]
    fn is_internal_with_private_domain_or_single_label_is_true() {
        check(
            is_internal,
            &[
                "localhost",
                "a.localhost",
                "printer.local",
                "vm.internal",
                "metadata",
                "metadata.google.internal",
                "metadata.goog",
                "instance-data",
                "vllm.default.svc",
                "vllm.default.svc.cluster.local",
                "kubernetes.default",
                "host.docker.internal",
                "gateway.docker.internal",
                "ollama",
                "a..b",
                ".example",
                "example.com.",
            ],
            &["api.openai.com", "local.example", "internal.example", "mylocal.example", "notinternal.com"],
        );
    }

    #[test]
    fn is_known_api_compares_whole_domains() {
        check(
            is_known_api,
            &[
                "api.openai.com",
                "api.anthropic.com",
                "generativelanguage.googleapis.com",
                "bedrock-runtime.eu-central-1.amazonaws.com",
                "bedrock-mantle.us-east-1.api.aws",
                "resource.openai.azure.com",
                "resource.services.ai.azure.com",
                "openrouter.ai",
                "dashscope-intl.aliyuncs.com",
                "cn-hongkong.dashscope.aliyuncs.com",
            ],
            &[
                "openai.com.evil.example",
                "evilopenai.com",
                "db.cluster-x.eu-central-1.rds.amazonaws.com",
                "ec2-203-0-113-7.compute-1.amazonaws.com",
                "bedrock.example",
                "oss.aliyuncs.com",
            ],
        );
    }
}
