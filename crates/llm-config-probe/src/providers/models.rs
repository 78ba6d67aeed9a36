//! Whether a server has the model, as far as that shows without calling it.

use serde_json::Value;

use super::Subject;
use super::dialect::{Absence, Dialect};
use super::listing::{Listing, Presence};
use super::place::Place;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal};
use crate::exchange::Answer;
use crate::finding::Finding;
use crate::report::{ModelVerdict, Note, Product, Reason, Shown, Stage, Usable};
use crate::run::{Run, Stop};

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
        (Presence::Absent, Absence::Disproves) => not_found(finding, product),
        (Presence::Absent, Absence::GetsAnother) => gets_another(finding),
        (Presence::Absent, Absence::IsAsked) | (Presence::Unknown, _) => {
            ask(run, subject, dialect, &Question::get(place.model(model)), finding).await
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
            None => unverifiable(finding, Reason::UnexpectedAnswer),
        },
        Err(Stop::Budget) => unverifiable(finding, Reason::Budget),
        Err(stop @ Stop::Failed(_)) => unverifiable(finding, Finding::stopped(stop).reason),
    }
}

/// Asks about one model.
async fn ask(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    question: &Question,
    finding: Finding,
) -> Finding {
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(Stop::Budget) => return unverifiable(finding, Reason::Budget),
        Err(stop @ Stop::Failed(_)) => return unverifiable(finding, Finding::stopped(stop).reason),
    };
    if answer.is_success() && describes_a_model(&answer) {
        return finding.model(ModelVerdict::Verified);
    }
    let finding = Finding { http_status: Some(answer.status), ..finding };
    match of_refusal(&answer, dialect.asked(!subject.access.is_open())) {
        Outcome::Refused(refusal) if is_of_model(refusal.reason) => {
            let finding = Finding { provider_code: refusal.provider_code, ..finding };
            finding.because(refusal.reason, Stage::Model).model(refusal.model)
        }
        Outcome::Refused(refusal)
            if matches!(refusal.reason, Reason::RateLimited | Reason::ProviderDown) =>
        {
            unverifiable(finding, refusal.reason)
        }
        // It does not list the model, and does not describe single ones: a filtered list looks the
        // same as a misspelled name, so that neither is claimed.
        Outcome::Refused(_) | Outcome::MayNotList(_) | Outcome::Nothing(_) | Outcome::LetIn(_) => finding
            .because(Reason::ModelNotFound, Stage::Model)
            .model(ModelVerdict::Unverifiable { why: Reason::ModelNotFound })
            .usable(Usable::Unknown)
            .hint("The server does not list this model, which need not mean that it lacks it: check the spelling."),
    }
}

const fn is_of_model(reason: Reason) -> bool {
    matches!(reason, Reason::ModelNotFound | Reason::ModelNoAccess)
}

fn describes_a_model(answer: &Answer) -> bool {
    answer.json().is_some_and(|it| it.get("error").is_none() && it.get("id").is_some_and(Value::is_string))
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
    let finding = finding.model(ModelVerdict::Unverifiable { why: Reason::Depth });
    if !is_fine(&finding) {
        return finding;
    }
    finding.because(Reason::Depth, Stage::Auth).hint(
        "Nothing was found against this configuration, but the server shows no list of models: only a call tells whether it has this one.",
    )
}

/// Nothing could be found out about the model.
pub(crate) fn unverifiable(finding: Finding, why: Reason) -> Finding {
    let finding = finding.model(ModelVerdict::Unverifiable { why });
    if !is_fine(&finding) {
        return finding;
    }
    Finding { stage: Stage::Auth, ..finding.because(why, Stage::Model) }
        .usable(Usable::Unknown)
        .hint("Nothing was found against this configuration, but whether the model exists could not be told this time.")
}

fn is_fine(finding: &Finding) -> bool {
    matches!(finding.reason, Reason::Ok | Reason::AuthNotEnforced)
}
