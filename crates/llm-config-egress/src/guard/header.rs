//! Headers that no call carries, whoever chose them.

use http::header::HeaderName;

/// What frames the request, what proxies go by, and what cloud metadata services ask for to know
/// that a request was not forged. (A `host` that is set is sent.)
const DENIED: &[&str] = &[
    "accept-encoding",
    "cf-connecting-ip",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "metadata",
    "metadata-flavor",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "via",
    "x-client-ip",
    "x-http-method",
    "x-http-method-override",
    "x-identity-header",
    "x-method-override",
    "x-real-ip",
    "x-rewrite-url",
];

const DENIED_FAMILIES: &[&str] = &[
    "fastly-",
    "proxy-",
    "x-aliyun-",
    "x-amz-",
    "x-aws-ec2-metadata-token",
    "x-forwarded-",
    "x-original-",
    "x-vault-",
];

/// What our own code adds for signatures. Users cannot choose these:
/// [`llm_config_core::credential::HeaderName`] has no such names.
const OWN: &[&str] = &["x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// Whether a call may carry this header.
pub(super) fn is_allowed(name: &HeaderName) -> bool {
    // Behind some proxies and gateways `_` and `-` are the same.
    let plain = name.as_str().replace('_', "-");
    let is_denied =
        DENIED.contains(&plain.as_str()) || DENIED_FAMILIES.iter().any(|it| plain.starts_with(it));
    !is_denied || OWN.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) -> bool {
        is_allowed(&HeaderName::from_bytes(name.as_bytes()).unwrap())
    }

    #[test]
    fn headers_that_would_change_the_request_are_denied() {
        let families = ["Proxy-Authorization", "X-Aliyun-ECS-Metadata-Token", "X-Amz-Target"];
        let more = [
            "X-aws-ec2-metadata-token-ttl-seconds",
            "X-Forwarded-For",
            "X_Forwarded_For",
            "X-Original-Host",
            "Metadata-Flavor",
            "Host",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Identity-Header",
            "X-Vault-Policy-Override",
        ];
        for name in DENIED.iter().chain(&families).chain(&more) {
            assert!(!check(name), "{name}");
        }
    }

    #[test]
    fn what_our_own_code_sets_is_allowed() {
        let credentials = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];
        let others = ["anthropic-version", "content-type", "accept", "x-goog-user-project"];
        for name in OWN.iter().chain(&credentials).chain(&others) {
            assert!(check(name), "{name}");
        }
    }

    #[test]
    fn whatever_is_denied_here_cannot_be_chosen_as_the_header_of_a_key() {
        use llm_config_core::credential::HeaderName;
        let families = DENIED_FAMILIES.iter().map(|it| format!("{it}x"));
        for name in DENIED.iter().chain(OWN).map(|it| (*it).to_owned()).chain(families) {
            assert!(name.parse::<HeaderName>().is_err(), "{name}");
        }
    }
}
