//! The headers that calls may have: all but the reserved ones that only this program sets.

use http::header::HeaderName;
use llm_config_core::credential::HeaderName as KeyHeader;

/// Reserved headers that this program sets: the form of bodies, and signatures. Users cannot choose them.
const OWN: &[&str] =
    &["accept-encoding", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// Whether a call may have this header.
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
    fn is_allowed_with_reserved_header_is_false() {
        for name in ["Host", "X_Forwarded_For", "Metadata-Flavor", "X-Amz-Target", "X-Vault-Token"] {
            assert!(!check(name), "{name}");
        }
    }

    #[test]
    fn is_allowed_with_own_or_credential_header_is_true() {
        let credentials = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];
        let others = ["anthropic-version", "content-type", "accept", "x-goog-user-project"];
        for name in OWN.iter().chain(&credentials).chain(&others) {
            assert!(check(name), "{name}");
        }
    }
}
