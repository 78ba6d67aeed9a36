//! What is known of a host by its name alone.

/// Suffixes that mean "inside", and names that platforms give to themselves.
const INSIDE: &[&str] = &[
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

/// Public APIs: how their names begin and end. That one of them has no address is no secret of
/// this network.
const VENDORS: &[(&str, &str)] = &[
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

/// Whether a name means this machine, without asking anybody (RFC 6761 §6.3).
pub(super) fn is_this_machine(name: &str) -> bool {
    is_below(name, "localhost")
}

/// Whether no public host has such a name: it has a single label, an empty one, or an ending that
/// means "inside". Addresses decide in any case; this keeps such names from being looked up.
pub(super) fn is_inside(name: &str) -> bool {
    let is_single = !name.contains('.');
    is_single || name.split('.').any(str::is_empty) || INSIDE.iter().any(|it| is_below(name, it))
}

/// Whether a name belongs to a well-known public API.
pub(super) fn is_vendor(name: &str) -> bool {
    VENDORS.iter().any(|(start, end)| name.starts_with(start) && is_below(name, end))
}

/// Whether `name` is `domain` or ends in it, label by label.
fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|it| it.is_empty() || it.ends_with('.'))
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
    fn localhost_and_what_is_below_it_is_this_machine() {
        let no = ["localhost.example", "mylocalhost", "local", "localhost.localdomain"];
        check(is_this_machine, &["localhost", "ollama.localhost"], &no);
    }

    #[test]
    fn names_from_the_inside_are_known() {
        check(
            is_inside,
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
    fn vendors_are_known_by_their_whole_domain() {
        check(
            is_vendor,
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
