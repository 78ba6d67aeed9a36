//! Headers that no call carries: those that no key may be sent in, but for what our own code sets.

use http::header::HeaderName;
use llm_config_core::credential::HeaderName as KeyHeader;

/// What our own code sets: the type of the body, and signatures. Users cannot choose these.
const OWN: &[&str] = &["content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// Whether a call may carry this header.
pub(super) fn is_allowed(name: &HeaderName) -> bool {
    OWN.contains(&name.as_str()) || !KeyHeader::is_reserved(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) -> bool {
        is_allowed(&HeaderName::from_bytes(name.as_bytes()).unwrap())
    }

    #[test]
    fn headers_that_no_key_may_be_sent_in_are_denied() {
        for name in ["Host", "X_Forwarded_For", "Metadata-Flavor", "X-Amz-Target", "X-Vault-Token"] {
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
}
