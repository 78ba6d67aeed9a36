//! What an answer means that is not the one hoped for: never by its status alone.

use super::codes;
use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Implied, Product, Proof, Reason, Stage};
use llm_config_egress::Response;

/// Who was asked, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) has_key: bool,
    /// A vendor at its own host looks at the key before anything else. Of other servers that is not
    /// known.
    pub(crate) is_vendor: bool,
    pub(crate) product: Option<Product>,
}

/// What an answer means.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The question was let through.
    LetIn(Finding),
    /// Whoever asks is known, but may not list models.
    MayNotList(Finding),
    /// The question was refused, or could not be answered.
    Refused(Finding),
    /// The server has no such operation.
    Nothing(Finding),
}

impl Outcome {
    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing(_))
    }

    /// Whether there is an API here, which knows what it was asked.
    pub(crate) fn is_of_an_api(&self) -> bool {
        match self {
            Self::LetIn(_) | Self::MayNotList(_) => true,
            Self::Refused(finding) => finding.stage >= Stage::Auth,
            Self::Nothing(_) => false,
        }
    }
}

/// What the answer to a call without messages means.
pub(crate) fn of_zero_token(answer: &Response, asked: Asked) -> Outcome {
    let has_choices = || {
        let json = answer.json();
        json.is_some_and(|it| ["choices", "output", "content"].iter().any(|name| it[*name].is_array()))
    };
    if answer.is_success() && has_choices() {
        return Outcome::LetIn(Finding::accepted(Proof::Accepted, answer));
    }
    let error = ErrorBody::read(answer);
    let is_let_in = matches!(answer.status, 400 | 422)
        && codes::cause(&error).is_none()
        && !codes::saw_no_key(&error)
        && codes::is_about_body(&error);
    if is_let_in {
        // The field was left out on purpose, so the provider's code for that would only mislead.
        let finding = Finding::accepted(Proof::RefusedOtherwise, answer);
        return Outcome::LetIn(finding);
    }
    of_refusal(answer, asked)
}

/// What an answer means that is not of the form hoped for.
pub(crate) fn of_refusal(answer: &Response, asked: Asked) -> Outcome {
    let error = ErrorBody::read(answer);
    let refuse = |reason, stage| Outcome::Refused(refused(answer, asked, reason, stage));
    let nothing = |reason| Outcome::Nothing(refused(answer, asked, reason, Stage::Http));
    if answer.is_redirect() {
        return refuse(Reason::Redirected, Stage::Http);
    }
    if answer.is_html() {
        return match answer.status {
            200..300 | 404 | 405 | 501 => nothing(Reason::NotAnLlmApi),
            429 => refuse(Reason::RateLimited, Stage::Http),
            500.. => refuse(Reason::ProviderDown, Stage::Http),
            // A firewall or a proxy in front, not the API.
            _ => refuse(Reason::UnexpectedAnswer, Stage::Http),
        };
    }
    // Some errors come as a success, with their status as the code.
    let status = match error.code.parse() {
        Ok(code @ 400..600) if answer.is_success() && error.is_error => code,
        _ => answer.status,
    };
    if status >= 500 {
        return match status {
            501 => nothing(Reason::WrongBasePath),
            _ if error.says(&["loading"]) => refuse(Reason::ServerLoading, Stage::Http),
            _ => refuse(Reason::ProviderDown, Stage::Http),
        };
    }
    if codes::saw_no_key(&error) && status >= 400 {
        return refuse(Reason::ConfigIncomplete, Stage::Auth);
    }
    if let Some(reason) = codes::cause(&error).filter(|it| codes::fits(*it, status)) {
        let finding = refused(answer, asked, reason, stage(reason));
        let may_not_list = reason == Reason::KeyRestrictedScope && error.says(&["model.read", "models.read"]);
        return if may_not_list { Outcome::MayNotList(finding) } else { Outcome::Refused(finding) };
    }
    match status {
        401 if asks_for_password(answer) => refuse(Reason::UnexpectedAnswer, Stage::Http),
        // Without a key it is none that is refused, and a vendor's own host has nobody in front.
        401 if !asked.has_key || !error.is_error && asked.is_vendor => refuse(Reason::BadKey, Stage::Auth),
        401 if codes::refuses_key(answer, &error) => refuse(Reason::BadKey, Stage::Auth),
        401 if !error.is_error => refuse(Reason::UnexpectedAnswer, Stage::Auth),
        402 if error.is_error => refuse(Reason::InsufficientCredit, Stage::Auth),
        // What Amazon's API Gateway says of a path that it does not have.
        403 if error.says(&["missing authentication token"]) => nothing(Reason::WrongBasePath),
        404 if codes::is_about_model(&error) => refuse(Reason::ModelNotFound, Stage::Model),
        404 | 405 => nothing(Reason::WrongBasePath),
        408 => refuse(Reason::ProviderDown, Stage::Http),
        429 => refuse(Reason::RateLimited, Stage::Http),
        200..300 if error.says(&["unexpected endpoint or method"]) => nothing(Reason::WrongBasePath),
        200..300 => nothing(Reason::UnexpectedAnswer),
        _ => refuse(Reason::UnexpectedAnswer, Stage::Http),
    }
}

/// Why a server refuses of which nothing is known, if it says it in words or codes that mean the same
/// everywhere, or in a form in which its status does.
pub(crate) fn reason(answer: &Response) -> Reason {
    match of_refusal(answer, Asked { has_key: true, is_vendor: false, product: None }) {
        Outcome::LetIn(finding)
        | Outcome::MayNotList(finding)
        | Outcome::Refused(finding)
        | Outcome::Nothing(finding) => finding.reason,
    }
}

fn stage(reason: Reason) -> Stage {
    let is_of_model = matches!(
        reason,
        Reason::ModelNotFound | Reason::ModelNoAccess | Reason::ModelWrongApi | Reason::DeploymentNotFound
    );
    if is_of_model { Stage::Model } else { Stage::Auth }
}

/// A proxy in front that wants a user's name and password knows nothing of keys.
fn asks_for_password(answer: &Response) -> bool {
    answer.header("www-authenticate").is_some_and(|it| it.to_ascii_lowercase().starts_with("basic"))
}

fn refused(answer: &Response, asked: Asked, reason: Reason, stage: Stage) -> Finding {
    // Without a key, none can be bad: what is missing is the key.
    let is_keyless = !asked.has_key && reason.implied() == Implied::Rejected;
    let reason = if is_keyless { Reason::ConfigIncomplete } else { reason };
    let mut finding = Finding::refused(reason, stage, answer);
    // Whatever limits the rate may stand in front of what looks at the key.
    if reason == Reason::RateLimited && !(asked.has_key && asked.is_vendor) {
        finding = finding.credential(CredentialVerdict::NotVerified { why: reason });
    }
    match hint(reason, answer, asked) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

fn hint(reason: Reason, answer: &Response, asked: Asked) -> Option<&'static str> {
    let error = ErrorBody::read(answer);
    let hint = match (reason, asked.product) {
        (Reason::ConfigIncomplete, _) if !asked.has_key => {
            "The server asks for a key, and the configuration has none."
        }
        (Reason::ConfigIncomplete, Some(Product::OpenRouter)) => {
            "OpenRouter sees no key of its own kind: check that all of it was copied, and that it is sent as `Authorization: Bearer`."
        }
        (Reason::ConfigIncomplete, _) => {
            "The server says that it was shown no key: check in which header it expects the key, and with which prefix."
        }
        (Reason::BadKey, _) if error.kind == "no_db_connection" => {
            "The key is not the LiteLLM proxy's master key, and the proxy has no database of other keys."
        }
        (Reason::BadKey, Some(Product::DashScope)) => {
            "DashScope does not accept the key: it may also belong to another region, workspace or plan than this endpoint."
        }
        (Reason::BadKey, Some(Product::Mistral)) => {
            "Mistral does not accept the key: Codestral has keys of its own, which work at its own host only."
        }
        (Reason::BadKey, Some(Product::AzureOpenAi)) => {
            "Azure does not accept the key: check that it belongs to this resource, and that it is sent as `api-key`."
        }
        (Reason::KeyRestrictedIpOrReferrer, Some(Product::AzureOpenAi)) => {
            "The Azure resource lets in certain networks only: allow this server's address there."
        }
        (Reason::RateLimited, _) if error.message.starts_with("litellm.") => {
            "The provider behind the gateway asks for fewer calls at the moment: try again later."
        }
        (Reason::RateLimited, _) if !asked.is_vendor => {
            "The server asks for fewer calls at the moment, which says nothing about the key: try again later."
        }
        (Reason::ProviderDown, Some(Product::LiteLlm)) if !asked.has_key && answer.status == 500 => {
            "LiteLLM fails: without its `prisma` package it does so whenever no key is shown, so give a key."
        }
        (Reason::ProviderDown, _) if error.message.starts_with("litellm.") => {
            "The gateway answers, but not the provider behind it: tell who runs the gateway."
        }
        (Reason::UnexpectedAnswer, _) if asks_for_password(answer) => {
            "A proxy in front of the server asks for a user and a password; the key could not be checked."
        }
        (Reason::UnexpectedAnswer, Some(Product::Ollama)) if answer.status == 403 => {
            "A proxy in front of Ollama refuses the call: the key may be wrong, or this server may not call it."
        }
        (Reason::UnexpectedAnswer, _) if answer.is_html() => {
            "A web page refuses the call, so that it seems to come from a firewall or proxy in front; the key could not be checked."
        }
        (Reason::UnexpectedAnswer, _) if matches!(answer.status, 401 | 403) => {
            "The server refuses the call, but not in words that say that the key is wrong, so nothing could be told."
        }
        _ => return None,
    };
    Some(hint)
}
