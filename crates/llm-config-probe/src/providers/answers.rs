//! What can be said of an answer that a family with an API of its own does not know.

use url::Url;

use crate::exchange::{Answer, ErrorBody};
use crate::finding::Finding;
use crate::report::{Reason, Stage};

use super::native::undecided;

/// What an answer means that is neither what was asked for nor an error that the family knows.
/// `asked` is the URL of the request.
pub(super) fn other(asked: &Url, answer: &Answer) -> Finding {
    let error = answer.error();
    let http = |reason| Finding::refused(reason, Stage::Http, answer);
    let auth = |reason| Finding::refused(reason, Stage::Auth, answer);
    if answer.is_redirect() {
        return redirected(asked, answer);
    }
    if let Some(reason) = of_a_proxy(&error) {
        return auth(reason);
    }
    match answer.status {
        404 | 405 | 501 if !answer.is_html() => http(Reason::WrongBasePath),
        500.. => http(Reason::ProviderDown),
        401 | 403 if answer.is_html() => http(Reason::UnexpectedAnswer).hint(
            "A web page refused the call, for example a firewall's: the key could not be checked from here.",
        ),
        429 if error.is_error => auth(Reason::RateLimited),
        429 => undecided(auth(Reason::RateLimited)),
        _ if answer.is_html() => http(Reason::NotAnLlmApi),
        200..300 if error.is_error => http(Reason::UnexpectedAnswer),
        200..300 => http(Reason::NotAnLlmApi),
        401 if error.is_error => unauthorised(&error, answer),
        403 if error.is_error && names_the_key(&error) => unauthorised(&error, answer),
        402 if error.is_error => auth(Reason::InsufficientCredit),
        _ => http(Reason::UnexpectedAnswer),
    }
}

/// `LiteLLM` answers for other providers, also in their dialects.
fn of_a_proxy(error: &ErrorBody) -> Option<Reason> {
    if error.says(&["litellm.authenticationerror"]) {
        Some(Reason::UpstreamKeyRejected)
    } else if error.kind == "no_db_connection" {
        // A key that is not the master key, where there are no others (BerriAI/litellm#4880).
        Some(Reason::BadKey)
    } else {
        None
    }
}

/// A refusal that concerns the credential, by its words.
fn unauthorised(error: &ErrorBody, answer: &Answer) -> Finding {
    let auth = |reason| Finding::refused(reason, Stage::Auth, answer);
    if error.says(&["missing", "required", "no api key", "not provided", "provide an api key", "no key"]) {
        auth(Reason::ConfigIncomplete).hint(
            "The server did not find the key where it looks for it: check the header that the key is sent in.",
        )
    } else if error.says(&["scope", "permission"]) {
        auth(Reason::KeyRestrictedScope)
    } else if error.says(&["expired"]) {
        auth(Reason::KeyExpired)
    } else if names_the_key(error) {
        auth(Reason::BadKey)
    } else {
        undecided(auth(Reason::BadKey))
    }
}

fn names_the_key(error: &ErrorBody) -> bool {
    let judges = error.says(&["invalid", "incorrect", "not valid", "wrong", "unknown", "revoked"]);
    judges && error.says(&["key", "token", "credential"])
}

/// Only the way from http to https on the same host is worth suggesting: anything else may be a
/// trap for the credential.
fn redirected(asked: &Url, answer: &Answer) -> Finding {
    let finding = Finding::refused(Reason::Redirected, Stage::Http, answer);
    let location = answer.header("location").and_then(|it| asked.join(it).ok());
    match location {
        Some(to) if asked.scheme() == "http" && to.scheme() == "https" && to.host() == asked.host() => {
            let mut origin = to;
            origin.set_path("");
            origin.set_query(None);
            origin.set_fragment(None);
            let _ = origin.set_username("");
            let _ = origin.set_password(None);
            finding.suggest(origin.as_str().trim_end_matches('/').to_owned())
        }
        _ => finding,
    }
}
