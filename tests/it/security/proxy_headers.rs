//! Headers of requests through proxies and from web pages.

/// A header of each kind that proxies add.
pub(super) const PROXY_HEADERS: &[(&str, &str)] = &[
    ("forwarded", "for=127.0.0.1"),
    ("forwarded-for", "127.0.0.1"),
    ("via", "1.1 proxy"),
    ("x-forwarded", "127.0.0.1"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-anything", ""),
    ("x-forward-for", "127.0.0.1"),
    ("x-scheme", "https"),
    ("X_Forwarded_For", "127.0.0.1"),
    ("x-real-ip", "127.0.0.1"),
    ("x-original-url", "/"),
    ("x-original-forwarded-for", "127.0.0.1"),
    ("x-cluster-client-ip", "127.0.0.1"),
    ("x-client-ip", "127.0.0.1"),
    ("true-client-ip", "127.0.0.1"),
    ("fastly-client-ip", "127.0.0.1"),
    ("cf-connecting-ip", "127.0.0.1"),
    ("cf-ray", "8f1d2c3b4a5e6f70-FRA"),
    ("x-envoy-external-address", "127.0.0.1"),
    ("cdn-loop", "cloudflare"),
    ("x-proxyuser-ip", "127.0.0.1"),
    ("x-arr-log-id", "1"),
    ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
    ("x-azure-clientip", "127.0.0.1"),
    ("x-appengine-user-ip", "127.0.0.1"),
    ("fly-client-ip", "127.0.0.1"),
    ("x-goog-iap-jwt-assertion", "x"),
    ("proxy-connection", "keep-alive"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
];

/// Hosts that do not name loopback.
pub(super) const FOREIGN_HOSTS: &[&str] =
    &["llm.example.com", "localhost.evil.example", "evil.example", "10.0.0.1:8080", "localhost.", "[::]", ""];
