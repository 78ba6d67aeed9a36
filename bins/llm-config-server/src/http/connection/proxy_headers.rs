//! Headers that proxies add. A request with such a header is treated as relayed by a proxy.
//!
//! The list cannot be complete, and some proxies add no header: the absence of these headers does not prove
//! that no proxy relayed the request.

use std::borrow::Cow;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Names of headers that load balancers, content delivery networks, service meshes and authenticating proxies
/// add, sorted. The list excludes headers that clients of model APIs send themselves (`x-goog-api-key`,
/// `x-ms-client-request-id`, `x-amzn-bedrock-…`), `traceparent` and `b3`.
const NAMES: &[&str] = &[
    "cdn-loop",
    "client-ip",
    "do-connecting-ip",
    "early-data",
    "forwarded",
    "front-end-https",
    "incap-client-ip",
    "remote-addr",
    "remote-user",
    "surrogate-capability",
    "true-client-ip",
    "via",
    "wl-proxy-client-ip",
    "x-amz-cf-id",
    "x-amzn-trace-id",
    "x-client-ip",
    "x-cloud-trace-context",
    "x-cluster-client-ip",
    "x-forward-for",
    "x-forwarded",
    "x-forwarder-for",
    "x-host",
    "x-nginx-proxy",
    "x-remote-addr",
    "x-remote-ip",
    "x-remote-user",
    "x-rewrite-url",
    "x-scheme",
    "x-url-scheme",
    "x-varnish",
];

/// Prefixes of further names, sorted. None begins with another one.
const PREFIXES: &[&str] = &[
    "akamai-",
    "cf-",
    "cloudfront-",
    "fastly-",
    "fly-",
    "forwarded-",
    "kong-",
    "l5d-",
    "ngrok-",
    "proxy-",
    "tailscale-",
    "x-akamai-",
    "x-amzn-oidc-",
    "x-appengine-",
    "x-appservice-",
    "x-arr-",
    "x-auth-request-",
    "x-azure-",
    "x-envoy-",
    "x-forwarded-",
    "x-goog-authenticated-user-",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-nf-",
    "x-original-",
    "x-originating-",
    "x-proxy",
    "x-real-",
    "x-ssl-client-",
    "x-sucuri-",
    "x-vercel-",
];

/// Whether a header indicates that a proxy, or a web page of another site, may have sent the request.
pub(crate) fn may_be_relayed(headers: &HeaderMap) -> bool {
    headers.iter().any(|(name, value)| is_proxy_header(name, value))
}

fn is_proxy_header(name: &HeaderName, value: &HeaderValue) -> bool {
    // Some proxies and gateways treat `_` and `-` in names as equal.
    let name = match name.as_str() {
        name if name.contains('_') => Cow::Owned(name.replace('_', "-")),
        name => Cow::Borrowed(name),
    };
    match &*name {
        // In nearly every request, so not worth a search of the lists.
        "accept" | "accept-encoding" | "authorization" | "content-length" | "content-type" | "host"
        | "user-agent" | "x-api-key" => false,
        // Browsers send this header even with requests without `Origin`. A page of another site, or of
        // another port of this host, is no more trusted than the client of a proxy.
        "sec-fetch-site" => !matches!(value.as_bytes(), b"none" | b"same-origin"),
        name => NAMES.binary_search(&name).is_ok() || begins_with_prefix(name),
    }
}

fn begins_with_prefix(name: &str) -> bool {
    // No prefix begins with another one, so that only the last one that is not greater can begin the name.
    let not_greater = PREFIXES.partition_point(|prefix| *prefix <= name);
    not_greater.checked_sub(1).is_some_and(|last| name.starts_with(PREFIXES[last]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("host"), HeaderValue::from_static("localhost"));
        headers.append(name.to_lowercase().parse().unwrap(), value.parse().unwrap());
        assert_eq!(may_be_relayed(&headers), expected, "{name}: {value}");
    }

    #[test]
    fn names_and_prefixes_are_sorted_and_no_prefix_begins_with_another() {
        assert!(NAMES.is_sorted() && PREFIXES.is_sorted());
        assert!(PREFIXES.windows(2).all(|pair| !pair[1].starts_with(pair[0])));
    }

    #[test]
    fn may_be_relayed_with_proxy_header_is_true_for_any_value() {
        for name in [
            "Forwarded",
            "Forwarded-For",
            "Via",
            "X-Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Anything",
            "X_Forwarded_For",
            "X-Forwarded_Proto",
            "X-Real-IP",
            "X-Original-URL",
            "X-Original-Forwarded-For",
            "X-Cluster-Client-IP",
            "X-Client-IP",
            "True-Client-IP",
            "Fastly-Client-IP",
            "CF-Connecting-IP",
            "CF-Ray",
            "X-Envoy-External-Address",
            "CDN-Loop",
            "X-ProxyUser-Ip",
            "X-ARR-Log-Id",
            "X-Amzn-Trace-Id",
            "X-Azure-ClientIP",
            "X-AppEngine-User-IP",
            "Fly-Client-IP",
            "X-Goog-IAP-JWT-Assertion",
            "X-Goog-Authenticated-User-Email",
            "Proxy-Connection",
            "sec_fetch_site",
        ] {
            for value in ["", "127.0.0.1"] {
                check(name, value, true);
            }
        }
    }

    #[test]
    fn may_be_relayed_with_headers_of_clients_is_false() {
        for name in [
            "Accept",
            "Authorization",
            "Content-Type",
            "Traceparent",
            "User-Agent",
            "X-Api-Key",
            "X-Forward",
            "X-Goog-Api-Client",
            "X-Goog-Api-Key",
            "X-LLM-Config-Init-Code",
            "X-Ms-Client-Request-Id",
            "X-Request-Id",
            "X-Stainless-Lang",
            "Sec-Fetch-Mode",
        ] {
            check(name, "value", false);
        }
    }

    #[test]
    fn may_be_relayed_with_fetch_of_other_site_is_true() {
        for (value, expected) in [
            ("none", false),
            ("same-origin", false),
            ("same-site", true),
            ("cross-site", true),
            ("None", true),
            ("", true),
        ] {
            check("Sec-Fetch-Site", value, expected);
        }
    }
}
