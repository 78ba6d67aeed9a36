//! What can be said of an answer that a family with an API of its own does not know.

use url::Url;

use crate::base::Base;
use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{Reason, Stage};
use llm_config_egress::Response;

use super::native::undecided;

/// What an answer means that is neither what was asked for nor an error that the family knows.
/// `asked` is the URL of the request.
pub(super) fn other(base: &Base, asked: &Url, answer: &Response) -> Finding {
    let error = ErrorBody::read(answer);
    let http = |reason| Finding::refused(reason, Stage::Http, answer);
    let auth = |reason| Finding::refused(reason, Stage::Auth, answer);
    if answer.is_redirect() {
        return redirected(base, asked, answer);
    }
    if is_of_a_proxy(&error) {
        return proxied(&error, answer);
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
        200..300 if !answer.is_whole => {
            http(Reason::UnexpectedAnswer).hint("The answer is longer than what a check reads of one.")
        }
        200..300 if error.is_error => http(Reason::UnexpectedAnswer),
        200..300 => http(Reason::NotAnLlmApi),
        401 if error.is_error => unauthorised(&error, answer),
        403 if error.is_error && names_the_key(&error) => unauthorised(&error, answer),
        402 if error.is_error => undecided(auth(Reason::InsufficientCredit))
            .hint("The server wants to be paid: check the account's credit and billing."),
        _ => http(Reason::UnexpectedAnswer),
    }
}

/// Whether a gateway speaks for a provider behind it, whose words then are not about this key.
pub(super) fn is_of_a_proxy(error: &ErrorBody) -> bool {
    error.says(&["litellm."]) || error.kind == "no_db_connection"
}

fn proxied(error: &ErrorBody, answer: &Response) -> Finding {
    let auth = |reason| Finding::refused(reason, Stage::Auth, answer);
    if error.kind == "no_db_connection" {
        // A key that is not the master key, where there are no others (BerriAI/litellm#4880).
        auth(Reason::BadKey)
    } else if error.says(&["litellm.authenticationerror"]) {
        auth(Reason::UpstreamKeyRejected)
            .hint("The provider behind the gateway refuses the gateway's own key: tell who runs the gateway.")
    } else if error.says(&["litellm.ratelimiterror"]) {
        undecided(auth(Reason::RateLimited))
    } else {
        Finding::refused(Reason::ProviderDown, Stage::Http, answer)
    }
}

/// A refusal that concerns the credential, by its words.
fn unauthorised(error: &ErrorBody, answer: &Response) -> Finding {
    let auth = |reason| Finding::refused(reason, Stage::Auth, answer);
    if error.says(&["scope", "permission"]) {
        undecided(auth(Reason::KeyRestrictedScope))
            .hint("The server says that a permission or scope is missing: check what the key may do.")
    } else if error.says(&[
        "missing",
        "required",
        "no api key",
        "not provided",
        "provide an api key",
        "no key",
    ]) {
        auth(Reason::ConfigIncomplete).hint(
            "The server did not find the key where it looks for it: check the header that the key is sent in.",
        )
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

/// Only the way from http to https is worth suggesting: anywhere else may be a trap for the
/// credential.
fn redirected(base: &Base, asked: &Url, answer: &Response) -> Finding {
    let finding = Finding::refused(Reason::Redirected, Stage::Http, answer);
    let location = answer.header("location").and_then(|it| asked.join(it).ok());
    let is_same = |to: &Url| to.scheme() == "https" && to.host() == asked.host() && to.path() == asked.path();
    match (asked.scheme(), location.filter(is_same)) {
        ("http", Some(_)) => finding.suggest(base.shown().replacen("http://", "https://", 1)),
        _ => finding,
    }
}
