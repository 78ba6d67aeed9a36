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
}
