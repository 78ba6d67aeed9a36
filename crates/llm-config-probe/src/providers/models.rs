//! Whether a server has the model, as far as that shows without calling it.

use serde_json::Value;

use super::Subject;
use super::dialect::{Absence, Dialect};
use super::listing::{Listing, Presence};
use super::place::Place;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, ModelVerdict, Note, Product, Reason, Shown, Stage, Usable};
use crate::run::{Run, Stop};
use llm_config_egress::Response;

/// Adds what the list says about the configuration's model; asks about the one model where the list
/// leaves that open.
pub(crate) async fn check(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    listing: Option<&Listing>,
    finding: Finding,
) -> Finding {
    let Some(model) = subject.model() else { return finding };
    let product = finding.product.or(dialect.product);
    let Some(listing) = listing else { return only_a_call_tells(finding) };
    match (listing.find(model, product), Absence::of(product)) {
        (Presence::Exact, _) => finding.model(ModelVerdict::Verified),
        (Presence::OtherSpelling, _) => {
            finding.model(ModelVerdict::Verified).note(Note::ModelSpelledDifferently)
        }
        (Presence::Absent, Absence::Disproves) => not_found(finding, product.filter(|_| !dialect.is_vendor)),
        (Presence::Absent, Absence::GetsAnother) => gets_another(finding),
        (Presence::Absent, Absence::IsAsked) if subject.goes_to_model() && run.left() == 0 => doubt(finding),
        (Presence::Absent, Absence::IsAsked) | (Presence::Unknown, _) => {
            let url = match product {
                Some(Product::OpenRouter) => place.endpoints(model),
                _ => place.model(model),
            };
            ask(run, subject, dialect, (model, &Question::get(url)), finding).await
        }
    }
}

/// Fetches the list first, where the key was proven without one.
pub(crate) async fn find(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    finding: Finding,
) -> Finding {
    match Question::get(place.models()).ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => match Listing::read(&answer) {
            Some(listing) => check(run, subject, dialect, place, Some(&listing), finding).await,
            None => unlisted(&answer, subject, dialect, finding),
        },
        Err(Stop::Budget) => unverifiable(finding, Reason::Budget),
        Err(stop @ Stop::Failed(_)) => unverifiable(finding, Finding::stopped(stop).reason),
    }
}

/// What comes instead of a list.
pub(crate) fn unlisted(
    answer: &Response,
    subject: &Subject<'_>,
    dialect: &Dialect,
    finding: Finding,
) -> Finding {
    match of_refusal(answer, dialect.asked(!subject.access.is_open())) {
        Outcome::Refused(refusal) if refusal.stage < Stage::Auth => unverifiable(finding, refusal.reason),
        Outcome::Nothing(_) => only_a_call_tells(finding),
        Outcome::Refused(_) | Outcome::MayNotList(_) | Outcome::LetIn(_) => {
            unverifiable(finding, Reason::UnexpectedAnswer)
        }
    }
}

/// Asks about one model.
async fn ask(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    (model, question): (&str, &Question),
    finding: Finding,
) -> Finding {
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(Stop::Budget) => return unverifiable(finding, Reason::Budget),
        Err(stop @ Stop::Failed(_)) => return unverifiable(finding, Finding::stopped(stop).reason),
    };
    if answer.is_success() && describes(&answer, model) {
        return finding.model(ModelVerdict::Verified);
    }
    let is_litellm = finding.product.or(dialect.product) == Some(Product::LiteLlm);
    let finding = Finding { http_status: Some(answer.status), ..finding };
    match of_refusal(&answer, dialect.asked(!subject.access.is_open())) {
        Outcome::Refused(refusal) if is_of_model(refusal.reason) => {
            let finding = Finding { provider_code: refusal.provider_code, ..finding };
            finding.because(refusal.reason, Stage::Model).model(refusal.model)
        }
        Outcome::Refused(refusal) => {
            let is_passing = matches!(refusal.credential, CredentialVerdict::NotVerified { .. });
            match is_passing {
                true => unverifiable(finding, refusal.reason),
                // It lists all that a key may use, and answers some keys that ask for more as if they were
                // wrong (run: LiteLLM 1.106.2 with keys of its own).
                false if is_litellm => not_found(finding, None),
                false => unverifiable(finding, Reason::UnexpectedAnswer),
            }
        }
        Outcome::MayNotList(_) | Outcome::Nothing(_) | Outcome::LetIn(_) => doubt(finding),
    }
}

/// The server does not list the model, and does not describe single ones: a filtered list looks the
/// same as a misspelled name, so that neither is claimed.
fn doubt(finding: Finding) -> Finding {
    finding
        .because(Reason::ModelNotFound, Stage::Model)
        .model(ModelVerdict::Unverifiable { why: Reason::ModelNotFound })
        .usable(Usable::Unknown)
        .hint(
            "The server does not list this model, which need not mean that it lacks it: check the spelling.",
        )
}

const fn is_of_model(reason: Reason) -> bool {
    matches!(reason, Reason::ModelNotFound | Reason::ModelNoAccess)
}

/// Some servers answer every path with something.
fn describes(answer: &Response, model: &str) -> bool {
    let Some(json) = answer.json().filter(|it| it.get("error").is_none()) else { return false };
    // OpenRouter tells of a variant by the id of its model.
    let is_same =
        |it: &Value| it.as_str().is_some_and(|id| id == model || model.starts_with(&format!("{id}:")));
    is_same(&json["id"]) || is_same(&json["data"]["id"])
}

fn not_found(finding: Finding, product: Option<Product>) -> Finding {
    let finding = finding.because(Reason::ModelNotFound, Stage::Model).model(ModelVerdict::NotFound);
    match product {
        Some(Product::Vllm) => finding.hint(
            "vLLM does not serve a model of this name: the name is the one that it was started with, often a path.",
        ),
        Some(Product::Ollama) => {
            finding.hint("Ollama does not have this model: pull it, or choose one that is there.")
        }
        _ => finding,
    }
}

/// llama.cpp takes any name and answers with the model it has (run: llama-server 0c1e570), so calls
/// succeed, and yet not as configured.
fn gets_another(finding: Finding) -> Finding {
    finding
        .because(Reason::ModelNotFound, Stage::Model)
        .model(ModelVerdict::NotFound)
        .usable(Usable::Unknown)
        .hint("The server has no model of this name, and answers calls with the one that it has.")
}

/// There is no list, so that only a call can tell.
pub(crate) fn only_a_call_tells(finding: Finding) -> Finding {
    open_question(finding, Reason::Depth, [ONLY_A_CALL, ONLY_A_CALL_UNCHECKED])
}

/// Nothing could be found out about the model.
pub(crate) fn unverifiable(finding: Finding, why: Reason) -> Finding {
    open_question(finding, why, [NOT_THIS_TIME, NOT_THIS_TIME_UNCHECKED])
}

const ONLY_A_CALL: &str = "Nothing was found against this configuration, but without a list of models only a call tells whether this one is there.";
const ONLY_A_CALL_UNCHECKED: &str = "The server answers without checking the key, and without a list of models only a call tells whether this one is there.";
const NOT_THIS_TIME: &str =
    "Nothing was found against this configuration, but whether the model exists could not be told this time.";
const NOT_THIS_TIME_UNCHECKED: &str =
    "The server answers without checking the key, and whether the model exists could not be told this time.";

/// What is known of the key stays; a reason of more weight than the model's stays as well.
fn open_question(finding: Finding, why: Reason, [checked, unchecked]: [&'static str; 2]) -> Finding {
    let hint = if finding.reason == Reason::Ok { checked } else { unchecked };
    let is_fine = matches!(finding.reason, Reason::Ok | Reason::AuthNotEnforced);
    let finding = finding.model(ModelVerdict::Unverifiable { why });
    if is_fine { finding.because(why, Stage::Auth).usable(Usable::Unknown).hint(hint) } else { finding }
}
