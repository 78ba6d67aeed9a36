//! Facts about vendors' hosts, and the origins that follow from them.

use super::address::Endpoint;
use super::api_path::ApiPath;
use super::origin::{Origin, OriginError};
use crate::provider::Provider;

/// The facts about a host that the rules for credentials read. The vendor table implements it.
///
/// Every program on one database must use the same facts, because stored credentials are bound to origins.
pub trait VendorHosts: Send + Sync {
    /// Whether `host` is `provider`'s own and serves all of its customers alike, such as
    /// `api.openai.com`. A host that customers share, such as a hosted gateway, is not.
    fn is_own(&self, provider: Provider, host: &str) -> bool;

    /// How many leading segments of the path name the customer on `host`, such as 3 at
    /// `gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY`; 0 where the whole host belongs to one party.
    fn customer_segments(&self, host: &str) -> usize;
}

/// No facts: no host is a provider's own, and no host is divided by path.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVendorHosts;

impl VendorHosts for NoVendorHosts {
    fn is_own(&self, _: Provider, _: &str) -> bool {
        false
    }

    fn customer_segments(&self, _: &str) -> usize {
        0
    }
}

/// The origin that calls go to: scheme, host and port, followed by the customer's part of the path if the
/// host is divided by path.
///
/// The path is that of the called URL. If an API path with `..` leaves the customer that the endpoint names,
/// the origin contains both.
#[must_use]
pub fn origin_of(hosts: &dyn VendorHosts, endpoint: &Endpoint, api_path: &ApiPath) -> Origin {
    let base = endpoint.url();
    let count = hosts.customer_segments(base.host_str().unwrap_or_default());
    if count == 0 {
        return endpoint.origin();
    }
    let (called, named) = (customer(&endpoint.join(api_path), count), customer(&base, count));
    let origin = endpoint.origin().with_customer(&called);
    if named.matches('/').count() < count || named == called {
        origin
    } else {
        origin.with_customer(&format!(" and {named}"))
    }
}

/// The origin that an endpoint names without an API path.
pub(crate) fn named_origin(hosts: &dyn VendorHosts, endpoint: &Endpoint) -> Origin {
    let url = endpoint.url();
    match hosts.customer_segments(url.host_str().unwrap_or_default()) {
        0 => endpoint.origin(),
        count => endpoint.origin().with_customer(&customer(&url, count)),
    }
}

/// Parses an origin that an operator writes, such as in a grant. Accepts every spelling. On a host that is
/// divided by path the text must have exactly the customer's path, on every other host none.
pub fn parse_origin(hosts: &dyn VendorHosts, text: &str) -> Result<Origin, OriginError> {
    let endpoint: Endpoint = text.parse()?;
    let url = endpoint.url();
    let count = hosts.customer_segments(url.host_str().unwrap_or_default());
    if count == 0 {
        return text.parse();
    }
    let (named, whole) = (customer(&url, count), customer(&url, usize::MAX));
    if named != whole || named.matches('/').count() != count || url.query().is_some() {
        return Err(OriginError::Customer(count));
    }
    Ok(endpoint.origin().with_customer(&named))
}

/// The first `count` segments of a path, each with its slash. All segments, if a host could decode a step up
/// in the path that URL parsers do not resolve, such as `..%2f`.
fn customer(url: &url::Url, count: usize) -> String {
    let path = url.path().to_ascii_lowercase();
    let may_step_up = ["..", "%2e", "%25"].iter().any(|step| path.contains(step));
    let count = if may_step_up { usize::MAX } else { count };
    let segments = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
    segments.take(count).flat_map(|segment| ["/", segment]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gateway;

    impl VendorHosts for Gateway {
        fn is_own(&self, _: Provider, _: &str) -> bool {
            false
        }

        fn customer_segments(&self, host: &str) -> usize {
            if host == "gateway.example" { 2 } else { 0 }
        }
    }

    fn check_origin(endpoint: &str, api_path: &str, expected: &str) {
        let found = origin_of(&Gateway, &endpoint.parse().unwrap(), &api_path.parse().unwrap());
        assert_eq!(found.as_str(), expected, "{endpoint} {api_path}");
    }

    #[test]
    fn origin_of_host_of_one_party_is_scheme_host_and_port() {
        check_origin("HTTPS://H:443/v1/a", "/c", "https://h");
        check_origin("http://h:1", "/../c", "http://h:1");
    }

    #[test]
    fn origin_of_divided_host_contains_customer() {
        check_origin("https://gateway.example/v1/acme/openai", "/c", "https://gateway.example/v1/acme");
        check_origin("https://GATEWAY.example//v1//acme/", "/c", "https://gateway.example/v1/acme");
        check_origin("https://gateway.example/v1", "/acme/c", "https://gateway.example/v1/acme");
        check_origin("https://gateway.example:8443/v1/acme", "", "https://gateway.example:8443/v1/acme");
    }

    #[test]
    fn parse_origin_of_divided_host_requires_exactly_the_customer() {
        let parse = |text: &str| parse_origin(&Gateway, text).map(|origin| origin.to_string());
        let acme = "https://gateway.example/v1/acme";
        for text in [acme, "https://GATEWAY.example:443/v1/acme/"] {
            assert_eq!(parse(text), Ok(acme.to_owned()), "{text}");
        }
        for text in
            ["https://gateway.example", "https://gateway.example/v1", "https://gateway.example/v1/acme/x"]
        {
            assert_eq!(parse(text), Err(OriginError::Customer(2)), "{text}");
        }
        assert_eq!(parse("https://gateway.example/v1/acme?x"), Err(OriginError::Customer(2)));
        assert_eq!(parse("HTTPS://H:443/"), Ok("https://h".to_owned()));
        assert_eq!(parse("https://h/v1"), Err(OriginError::Path));
    }

    #[test]
    fn origin_of_path_that_may_step_up_is_whole_path() {
        let acme = "https://gateway.example/v1/acme";
        for step in ["..%2f", "%2E%2e%2Fx/", "%252e%252e/", "..%5c", "..;/"] {
            let steps_up = format!("/{step}mallory");
            for (endpoint, api_path) in [(acme, steps_up.as_str()), (&format!("{acme}{steps_up}"), "/c")] {
                let found = origin_of(&Gateway, &endpoint.parse().unwrap(), &api_path.parse().unwrap());
                assert!(found.as_str().contains("mallory"), "{found}");
            }
            let granted = parse_origin(&Gateway, &format!("{acme}{steps_up}"));
            assert_eq!(granted, Err(OriginError::Customer(2)), "{step}");
        }
    }

    #[test]
    fn origin_of_api_path_that_leaves_customer_contains_both() {
        for leaves in ["/../mallory/c", "/%2e%2e/mallory/c", "../mallory/c"] {
            check_origin(
                "https://gateway.example/v1/acme",
                leaves,
                "https://gateway.example/v1/mallory and /v1/acme",
            );
        }
    }
}
