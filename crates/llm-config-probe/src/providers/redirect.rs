//! What a redirect says about the endpoint. It is never followed.

use url::Url;

use super::place::Place;
use super::verdicts::Outcome;
use crate::finding::Finding;
use crate::report::Reason;
use llm_config_egress::Response;

/// Adds to the finding of a redirect the base that would not be redirected, if it is on the same host.
/// Elsewhere the location is not even named: it may carry what was sent.
pub(crate) fn explain(place: &Place, asked: &Url, answer: &Response, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Refused(finding) if finding.reason == Reason::Redirected => {
            Outcome::Refused(explained(place, asked, answer, finding))
        }
        Outcome::Refused(_) | Outcome::LetIn(_) | Outcome::MayNotList(_) | Outcome::Nothing(_) => outcome,
    }
}

fn explained(place: &Place, asked: &Url, answer: &Response, finding: Finding) -> Finding {
    let location = answer.header("location").and_then(|it| asked.join(it).ok());
    match location.as_ref().and_then(|it| base(place, asked, it)) {
        Some(base) if base == text(place.base().url()) => finding.hint(
            "The server redirects to the same address with or without a trailing slash: it does not take calls as they are made here.",
        ),
        Some(base) => finding
            .suggest(base)
            .hint("The server redirects to another address of the same host, which is not followed: store that one."),
        None => finding.hint("The server redirects elsewhere, which is not followed: use the address of the API itself."),
    }
}

/// The base from which the location would follow, among those that are made up here: with `https`, with
/// `/v1` behind it, with both, or as it is. Nothing of the location itself is passed on.
fn base(place: &Place, asked: &Url, location: &Url) -> Option<String> {
    let below = asked.path().strip_prefix(place.base().url().path().trim_end_matches('/'))?;
    let bases = [place.base().clone(), place.base().with_version()];
    let candidates = bases.iter().flat_map(|it| {
        let url = it.url();
        [Some(url.clone()), with_tls(url, url.port()), with_tls(url, None)].into_iter().flatten()
    });
    let leads_there = |base: &Url| {
        let origin = |it: &Url| (it.scheme().to_owned(), it.host().map(|it| it.to_owned()), it.port());
        let path = base.path().trim_end_matches('/').to_owned() + below.trim_end_matches('/');
        origin(base) == origin(location) && path == location.path().trim_end_matches('/')
    };
    candidates.into_iter().find(leads_there).map(|it| text(&it))
}

/// The same with TLS, at the port given or the usual one.
fn with_tls(url: &Url, port: Option<u16>) -> Option<Url> {
    let mut url = url.clone();
    url.set_scheme("https").ok()?;
    url.set_port(port).ok()?;
    Some(url)
}

fn text(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
