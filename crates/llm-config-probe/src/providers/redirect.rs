//! What a redirect says about the endpoint. It is never followed.

use url::Url;

use super::place::Place;
use super::verdicts::Outcome;
use crate::exchange::Answer;
use crate::finding::Finding;
use crate::report::Reason;

/// Adds to the finding of a redirect the base that would not be redirected, if it is on the same host.
/// Elsewhere the location is not even named: it may carry what was sent.
pub(crate) fn explain(place: &Place, asked: &Url, answer: &Answer, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Refused(finding) if finding.reason == Reason::Redirected => {
            Outcome::Refused(explained(place, asked, answer, finding))
        }
        Outcome::Refused(_) | Outcome::LetIn(_) | Outcome::MayNotList(_) | Outcome::Nothing(_) => outcome,
    }
}

fn explained(place: &Place, asked: &Url, answer: &Answer, finding: Finding) -> Finding {
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

/// The base from which the location would follow.
fn base(place: &Place, asked: &Url, location: &Url) -> Option<String> {
    let is_same_port = location.port_or_known_default() == asked.port_or_known_default();
    let is_to_tls = asked.scheme() == "http" && location.scheme() == "https";
    let is_same_scheme = asked.scheme() == location.scheme();
    if asked.host() != location.host() || !(is_to_tls || is_same_scheme && is_same_port) {
        return None;
    }
    let below = asked.path().strip_prefix(place.base().url().path().trim_end_matches('/'))?;
    let path = location.path().trim_end_matches('/').strip_suffix(below)?;
    let mut url = place.base().url().clone();
    url.set_scheme(location.scheme()).ok()?;
    url.set_port(location.port()).ok()?;
    url.set_path(path);
    Some(text(&url))
}

fn text(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
