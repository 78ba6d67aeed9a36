//! The part of the pure combination that adds the evidence of the model to that of the credential.

use std::borrow::Cow;

use llm_config_providers::{Implied, ModelFact, Reason, ResponseClass, Stage};

use super::{NO_MODEL, ProbeTarget};
use crate::report::{Depth, ModelVerdict, Usable};
use crate::verdict::Verdict;

const FALLS_BACK: &str = "The server ignores the model name and always uses the model it has loaded.";

const NOT_LISTED: &str =
    "The server does not list this model, but its list may be incomplete: check the spelling.";

const ONLY_CALL_TELLS: [&str; 2] = [
    "No problem found, but without a list of models only a call tells whether this one exists.",
    "The server does not check the key, and without a list of models only a call tells whether this one \
     exists.",
];

const NOT_THIS_TIME: [&str; 2] = [
    "No problem found, but whether the model exists could not be checked this time.",
    "The server does not check the key, and whether the model exists could not be checked this time.",
];

/// Adds the fact about the model, and the hints for a check without a call.
pub(super) fn with_model(
    target: &ProbeTarget<'_>,
    credential: Verdict,
    model: Option<&ModelFact>,
) -> Verdict {
    let verdict = match model {
        Some(fact) => with_fact(credential, fact),
        None => credential,
    };
    // A vendor's own API confirms the model itself, other APIs mostly their list.
    let is_reached =
        verdict.model == ModelVerdict::Verified && !target.provider.family.is_openai_compatible();
    let stage = if is_reached { Stage::Model } else { verdict.stage };
    let verdict = Verdict { stage, ..verdict };
    if verdict.reason != Reason::Ok || verdict.hint.is_some() {
        return verdict;
    }
    if target.depth == Depth::Inference && target.provider.model().is_none() {
        return verdict.with_hint(NO_MODEL);
    }
    let vendor = target.provider.vendor.filter(|_| target.provider.is_own_host());
    match vendor.and_then(|vendor| vendor.unproven_hint) {
        Some(hint) => verdict.with_hint(hint),
        None => verdict,
    }
}

/// Adds the fact about the model; the verdict on the credential stays.
pub(super) fn with_fact(verdict: Verdict, fact: &ModelFact) -> Verdict {
    let missing = |verdict: Verdict| {
        verdict.with_reason(Reason::ModelNotFound, Stage::Model).with_model(ModelVerdict::NotFound)
    };
    match fact {
        ModelFact::Exists => verdict.with_model(ModelVerdict::Verified),
        ModelFact::ExistsAs(note) => verdict.with_model(ModelVerdict::Verified).with_note(*note),
        ModelFact::NotListed { hint, status } => {
            let http_status = status.or(verdict.http_status);
            let hint = hint.map(Cow::Borrowed);
            Verdict { http_status, hint, ..missing(verdict) }
        }
        ModelFact::FallsBack => missing(verdict).with_usable(Usable::Unknown).with_hint(FALLS_BACK),
        ModelFact::Doubtful { status } => {
            let http_status = status.or(verdict.http_status);
            let why = Reason::ModelNotFound;
            Verdict { http_status, ..missing(verdict) }
                .with_model(ModelVerdict::Unverifiable { why })
                .with_usable(Usable::Unknown)
                .with_hint(NOT_LISTED)
        }
        ModelFact::Refused { class, status, code, retry_after } => {
            let problem = Verdict {
                http_status: *status,
                provider_code: code.clone(),
                retry_after: *retry_after,
                ..Verdict::from_class(class.clone())
            };
            with_model_problem(verdict, class, problem)
        }
        ModelFact::OnlyCallTells { hint, status } => {
            let http_status = status.or(verdict.http_status);
            open(Verdict { http_status, ..verdict }, Reason::Depth, *hint, ONLY_CALL_TELLS)
        }
        ModelFact::Unverifiable { why, status } => {
            let http_status = status.or(verdict.http_status);
            open(Verdict { http_status, ..verdict }, *why, None, NOT_THIS_TIME)
        }
        ModelFact::Unconfirmed => verdict.with_model(ModelVerdict::Unverifiable { why: Reason::Depth }),
        ModelFact::NotChecked => verdict,
    }
}

/// Records a problem with the model and keeps the verdict on the credential.
fn with_model_problem(verdict: Verdict, class: &ResponseClass, problem: Verdict) -> Verdict {
    let is_contradiction = class.reason.implied() == Implied::Rejected
        || matches!(
            class.reason,
            Reason::NotAnLlmApi
                | Reason::WrongBasePath
                | Reason::Redirected
                | Reason::ConfigIncomplete
                | Reason::Tls
        );
    // The same credential was accepted below the same base, so neither of them is the problem.
    let problem = if is_contradiction {
        let http_status = problem.http_status;
        Verdict { http_status, ..Verdict::from_reason(Reason::UnexpectedAnswer, Stage::Model) }
    } else if problem.reason == Reason::Depth {
        Verdict { http_status: verdict.http_status, ..problem }
    } else {
        problem
    };
    let model = match problem.model {
        ModelVerdict::NotAsked => ModelVerdict::Unverifiable { why: problem.reason },
        known @ (ModelVerdict::Verified
        | ModelVerdict::NotFound
        | ModelVerdict::NoAccess
        | ModelVerdict::Unverifiable { .. }) => known,
    };
    // Access that the first call may bring about.
    let is_pending = class.reason == Reason::ModelNoAccess && !class.is_conclusive;
    let usable = if is_pending { Usable::Unknown } else { problem.usable };
    let (credential, vendor, notes) = (verdict.credential, verdict.vendor, verdict.notes);
    let suggested_url = problem.suggested_url.or(verdict.suggested_url);
    Verdict { credential, vendor, model, usable, suggested_url, stage: Stage::Model, notes, ..problem }
}

/// The model stays open; a reason of more weight stays too. `hints` are for servers that check keys, and
/// for those that do not.
fn open(
    verdict: Verdict,
    why: Reason,
    hint: Option<&'static str>,
    [checked, unchecked]: [&'static str; 2],
) -> Verdict {
    let is_checked = verdict.reason == Reason::Ok;
    let is_fine = matches!(verdict.reason, Reason::Ok | Reason::AuthNotEnforced);
    let verdict = verdict.with_model(ModelVerdict::Unverifiable { why });
    if !is_fine {
        return verdict;
    }
    let hint = hint.unwrap_or(if is_checked { checked } else { unchecked });
    verdict.with_reason(why, Stage::Auth).with_usable(Usable::Unknown).with_hint(hint)
}
