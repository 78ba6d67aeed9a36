//! Redirects. They are never followed; at most a corrected endpoint on the same host is suggested.

use url::Url;

use super::class::ResponseClass;
use super::context::ResponseContext;
use crate::base_url::BaseUrl;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

const SAME_ADDRESS: &str = "The server redirects to the same address with or without a trailing slash: \
    it does not accept requests as they are sent here.";

const OTHER_ADDRESS: &str =
    "The server redirects to another address of the same host, which is not followed: store that address.";

const OTHER_HOST: &str =
    "The server redirects elsewhere, which is not followed: use the address of the API itself.";

/// The class of a redirect, with the endpoint that would not be redirected if it is on the same host. The
/// location itself is not passed on: it may carry a credential.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    let class = ResponseClass::new(Reason::Redirected, Stage::Http);
    let location = response.header("location").and_then(|location| context.url.join(location).ok());
    let target = location.as_ref().and_then(|location| target(&context.base, context.url, location));
    match target {
        Some(target) if target == context.base.as_endpoint() => class.with_hint(SAME_ADDRESS),
        Some(target) => ResponseClass { suggested_url: Some(target), ..class.with_hint(OTHER_ADDRESS) },
        None => class.with_hint(OTHER_HOST),
    }
}

/// The base from which the location would follow, among constructed candidates: with `https`, with `/v1`
/// appended, with both, or unchanged.
fn target(base: &BaseUrl, requested: &Url, location: &Url) -> Option<String> {
    let below = requested.path().strip_prefix(base.url().path().trim_end_matches('/'))?;
    let bases = [base.clone(), base.with_version()];
    let candidates = bases.iter().flat_map(|base| {
        let url = base.url();
        [Some(url.clone()), with_tls(url, url.port()), with_tls(url, None)].into_iter().flatten()
    });
    let leads_there = |base: &Url| {
        let origin =
            |url: &Url| (url.scheme().to_owned(), url.host().map(|host| host.to_owned()), url.port());
        let path = base.path().trim_end_matches('/').to_owned() + below.trim_end_matches('/');
        origin(base) == origin(location) && path == location.path().trim_end_matches('/')
    };
    let found = candidates.into_iter().find(leads_there)?;
    Some(found.as_str().trim_end_matches('/').to_owned())
}

/// The URL with TLS, at the given port or the usual one.
fn with_tls(url: &Url, port: Option<u16>) -> Option<Url> {
    let mut url = url.clone();
    url.set_scheme("https").ok()?;
    url.set_port(port).ok()?;
    Some(url)
}
