//! The suggestion for endpoints with `http` where the server expects TLS, and the other way round.

use llm_config_providers::{Reason, Stage};
use url::Url;

use super::ProbeTarget;
use crate::report::CredentialVerdict;
use crate::verdict::Verdict;

/// Suggests the scheme that the server speaks. Where a request below this endpoint was accepted before, the
/// words come from another server behind it.
pub(crate) fn annotate(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    let Some(scheme) = verdict.spoken_scheme else { return verdict };
    let is_answered =
        matches!(verdict.credential, CredentialVerdict::Verified { .. } | CredentialVerdict::NotRequired);
    if is_answered {
        return verdict.with_reason(Reason::UnexpectedAnswer, Stage::Http);
    }
    // Only a handshake shows that this very port speaks TLS.
    let keeps_port = verdict.http_status.is_none();
    match with_scheme(endpoint(target), scheme, keeps_port) {
        Some(url) => verdict.with_suggested_url(url.as_str().trim_end_matches('/')),
        None => verdict,
    }
}

/// The endpoint with its other corrections. With a blank API path, it is the full URL of calls.
fn endpoint(target: &ProbeTarget<'_>) -> Url {
    let stored = &target.provider.target;
    if stored.api_path.as_str().trim_matches('/').is_empty() {
        return stored.endpoint.url();
    }
    let likely = target.provider.likely_endpoint().and_then(|url| url.parse().ok());
    likely.unwrap_or_else(|| target.provider.base.url().clone())
}

fn with_scheme(mut url: Url, scheme: &str, keeps_port: bool) -> Option<Url> {
    let port = if keeps_port { url.port_or_known_default() } else { url.port() };
    url.set_scheme(scheme).ok()?;
    url.set_port(port).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_scheme_keeps_explicit_port() {
        let check = |url: &str, scheme: &str, keeps_port, expected: &str| {
            let url = with_scheme(url.parse().unwrap(), scheme, keeps_port);
            assert_eq!(url.map(String::from).as_deref(), Some(expected));
        };
        check("http://h:8443/v1", "https", true, "https://h:8443/v1");
        check("http://h:443/v1?a=b", "https", false, "https://h/v1?a=b");
        check("http://h/v1", "https", false, "https://h/v1");
        check("http://h/v1", "https", true, "https://h:80/v1");
        check("https://h:11434/v1", "http", true, "http://h:11434/v1");
    }
}
