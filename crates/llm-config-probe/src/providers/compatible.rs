//! What every server is asked that speaks like `OpenAI`: its list of models, the same with a wrong
//! key, and the one model.

use super::Subject;
use super::control::{Control, of_keyless};
use super::dialect::Dialect;
use super::listing::Listing;
use super::place::Place;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal, of_zero_token};
use super::{models, product, redirect};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Implied, Note, Product, Proof, Reason, Shown, Stage, Usable};
use crate::run::{Run, Stop};

/// What the server said about the configuration's own credential.
struct Proven {
    question: Question,
    outcome: Outcome,
    listing: Option<Listing>,
}

/// Asks a server that speaks like `OpenAI`, in the order: credential, `/v1`, control, model.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>, dialect: &Dialect) -> Finding {
    let place = Place::of(subject);
    let (place, proven) = find(run, subject, dialect, place).await;
    let finding = conclude(run, subject, dialect, &place, proven).await;
    place.tell(subject.target, finding)
}

/// Finds the place of the API, and shows it the credential.
async fn find(run: &mut Run<'_>, subject: &Subject<'_>, dialect: &Dialect, place: Place) -> (Place, Proven) {
    let proven = list(run, subject, dialect, &place).await;
    let may_lack_version = proven.outcome.is_nothing() && place.base().path().is_empty();
    if may_lack_version {
        let below = place.with_version();
        let again = list(run, subject, dialect, &below).await;
        if again.outcome.is_of_an_api() {
            return (below, again);
        }
    }
    let proven = match proven.outcome {
        // The call itself will tell.
        Outcome::Nothing(_) if subject.goes_to_model() => proven,
        Outcome::Nothing(ref nothing) => {
            let called = call(run, subject, dialect, &place, subject.model()).await;
            // Where there is neither, the first answer says more.
            let is_none = called.outcome.is_nothing() && nothing.reason != Reason::UnexpectedAnswer;
            if is_none { proven } else { called }
        }
        Outcome::MayNotList(restricted) => {
            may_not_list(run, subject, dialect, &place, proven.question, restricted).await
        }
        Outcome::LetIn(_) | Outcome::Refused(_) => proven,
    };
    (place, proven)
}

/// The key is genuine, and may not list models: whether it may call them is another matter.
async fn may_not_list(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    question: Question,
    restricted: Finding,
) -> Proven {
    let restricted = restricted
        .usable(Usable::Unknown)
        .hint("The key is genuine but may not list models; whether it may call them shows only in a call.");
    let first = Proven { question, outcome: Outcome::Refused(restricted), listing: None };
    if subject.model().is_none() || subject.goes_to_model() {
        return first;
    }
    let called = call(run, subject, dialect, place, subject.model()).await;
    match called.outcome {
        Outcome::LetIn(_) => called,
        Outcome::Refused(ref finding) if finding.stage >= Stage::Auth => called,
        Outcome::Refused(_) | Outcome::MayNotList(_) | Outcome::Nothing(_) => first,
    }
}

async fn list(run: &mut Run<'_>, subject: &Subject<'_>, dialect: &Dialect, place: &Place) -> Proven {
    let question = Question::get(place.models());
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(stop) => return stopped(question, dialect, stop),
    };
    let shown = product::by_answer(&answer);
    let product = dialect.product.or(shown);
    let listing = Listing::read(&answer);
    let asked = Dialect { product, ..dialect.clone() }.asked(!subject.access.is_open());
    let outcome = match &listing {
        Some(_) => Outcome::LetIn(Finding::accepted(Proof::Accepted, &answer)),
        None => redirect::explain(place, question.url(), &answer, of_refusal(&answer, asked)),
    };
    Proven { outcome: of(shown.or(dialect.product), outcome), question, listing }
}

/// Calls without messages, which costs nothing and shows whether the key is let through.
pub(super) async fn zero_token(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    question: &Question,
) -> Outcome {
    match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => {
            let shown = product::by_answer(&answer);
            let product = dialect.product.or(shown);
            let asked = Dialect { product, ..dialect.clone() }.asked(!subject.access.is_open());
            let outcome = redirect::explain(place, question.url(), &answer, of_zero_token(&answer, asked));
            of(shown.or(dialect.product), outcome)
        }
        Err(stop) => stopped(question.clone(), dialect, stop).outcome,
    }
}

async fn call(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    model: Option<&str>,
) -> Proven {
    let question = Question::zero_token(place.call(), model);
    let outcome = zero_token(run, subject, dialect, place, &question).await;
    Proven { question, outcome, listing: None }
}

fn stopped(question: Question, dialect: &Dialect, stop: Stop) -> Proven {
    let finding = Finding { product: dialect.product, ..Finding::stopped(stop) };
    Proven { question, outcome: Outcome::Refused(finding), listing: None }
}

/// Adds who answered. What a server says that speaks another API is no verdict on a key that was
/// shown it in the wrong header.
fn of(product: Option<Product>, outcome: Outcome) -> Outcome {
    let with = |finding: Finding| Finding { product, ..finding };
    match outcome {
        Outcome::LetIn(it) => Outcome::LetIn(with(it)),
        Outcome::MayNotList(it) => Outcome::MayNotList(with(it)),
        Outcome::Nothing(it) => Outcome::Nothing(with(it)),
        Outcome::Refused(it) => {
            let is_foreign = product.is_some_and(product::speaks_otherwise);
            let is_verdict =
                it.reason.implied() == Implied::Rejected || it.reason == Reason::ConfigIncomplete;
            let is_unknown = it.reason == Reason::UnexpectedAnswer;
            Outcome::Refused(if is_foreign && (is_verdict || is_unknown) {
                foreign(with(it))
            } else {
                with(it)
            })
        }
    }
}

fn foreign(finding: Finding) -> Finding {
    finding
        .because(Reason::UnexpectedAnswer, Stage::Http)
        .credential(CredentialVerdict::NotVerified { why: Reason::UnexpectedAnswer })
        .hint("What answers has an API of its own, which is called in another way: choose its provider.")
}

/// From what was proven to a finding, with the control and the model.
async fn conclude(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    proven: Proven,
) -> Finding {
    let Proven { question, outcome, listing } = proven;
    match outcome {
        Outcome::LetIn(finding) if may_wait(subject, dialect, place, &finding) => {
            run.reserve_another();
            let finding = models::check(run, subject, dialect, place, listing.as_ref(), finding).await;
            let unknown = CredentialVerdict::NotVerified { why: Reason::Depth };
            Finding { awaits_control: true, ..finding }.credential(unknown)
        }
        Outcome::LetIn(finding) => {
            let finding = controlled(run, subject, dialect, &question, finding).await;
            match beyond_the_list(run, subject, dialect, place, &question, finding).await {
                Ok(finding) => models::check(run, subject, dialect, place, listing.as_ref(), finding).await,
                // Where calls are refused, the list says nothing about the model.
                Err(refused) => refused,
            }
        }
        Outcome::MayNotList(finding) | Outcome::Refused(finding) => {
            let is_genuine = matches!(finding.credential, CredentialVerdict::Verified { .. });
            if is_genuine { controlled(run, subject, dialect, &question, finding).await } else { finding }
        }
        Outcome::Nothing(finding) => finding,
    }
}

/// Judges the credential by what a wrong one is answered, where that is not known beforehand.
pub(super) async fn controlled(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    question: &Question,
    finding: Finding,
) -> Finding {
    if subject.access.is_open() {
        return of_keyless(finding);
    }
    if dialect.is_vendor {
        return finding;
    }
    let (control, product) = Control::of(run, subject, dialect, question, &finding).await;
    let finding = control.tell(finding);
    Finding { product: finding.product.or(product), ..finding }
}

/// Whether the control is put off until the model was called. A list may be public and its control
/// a waste; where the model answers, its own control tells more.
fn may_wait(subject: &Subject<'_>, dialect: &Dialect, place: &Place, finding: &Finding) -> bool {
    let is_known = dialect.is_vendor || treats_alike(dialect, finding);
    subject.goes_to_model() && !is_known && !subject.access.is_open() && !place.is_elsewhere()
}

/// The control of the list that was put off, where the model's answer made none possible.
pub(super) async fn made_up_for(run: &mut Run<'_>, subject: &Subject<'_>, finding: Finding) -> Finding {
    if !finding.awaits_control {
        return finding;
    }
    let question = Question::get(Place::of(subject).models());
    let dialect = Dialect::of(finding.product);
    let finding = finding.credential(CredentialVerdict::Verified { how: Proof::Accepted });
    controlled(run, subject, &dialect, &question, Finding { awaits_control: false, ..finding }).await
}

/// Whether a server is known to look at keys for calls where it does for its list.
fn treats_alike(dialect: &Dialect, finding: &Finding) -> bool {
    is_consistent(finding.product.or(dialect.product))
}

const fn is_consistent(product: Option<Product>) -> bool {
    matches!(
        product,
        Some(
            Product::LiteLlm | Product::Vllm | Product::Ollama | Product::LlamaCppPython | Product::LmStudio
        )
    )
}

/// A list that anybody gets says nothing about calls: there are servers that list to all and call for
/// some (LLM7 in 0xzr/freellmpool#109, older llama-server in ggml-org/llama.cpp#27027). So a call
/// without messages is made, if the server is not one that is known to treat both alike.
async fn beyond_the_list(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    dialect: &Dialect,
    place: &Place,
    question: &Question,
    finding: Finding,
) -> Result<Finding, Finding> {
    let is_open = finding.credential == CredentialVerdict::NotRequired && !question.is_call();
    // At another place than the configuration's, the model will not be called.
    let is_called = subject.goes_to_model() && !place.is_elsewhere();
    if !is_open || is_called || treats_alike(dialect, &finding) {
        return Ok(finding);
    }
    if run.left() == 0 {
        return Ok(only_listed(finding, Reason::Budget, LEFT_OUT).note(Note::ControlLeftOut));
    }
    // Without a model, so that nobody loads one for this.
    match call(run, subject, dialect, place, None).await.outcome {
        Outcome::Refused(refusal) if refuses_calls(&refusal) => {
            Err(refused_beyond(Finding { product: refusal.product.or(finding.product), ..refusal }))
        }
        Outcome::Refused(refusal) if is_passing(refusal.reason) => {
            Ok(only_listed(finding, refusal.reason, IN_TROUBLE))
        }
        Outcome::Refused(_) | Outcome::LetIn(_) | Outcome::MayNotList(_) | Outcome::Nothing(_) => Ok(finding),
    }
}

const LEFT_OUT: &str = "The server lists its models to anybody, and no request of the check was left to see whether a call needs a key.";

const IN_TROUBLE: &str = "The server lists its models to anybody, but gave no answer that tells whether a call needs a key: check again later.";

/// That a list is public is all that could be told.
fn only_listed(finding: Finding, why: Reason, hint: &'static str) -> Finding {
    finding.because(why, Stage::Auth).credential(CredentialVerdict::NotVerified { why }).hint(hint)
}

/// What is known of the key once the call of the model met trouble: that a list is public says nothing
/// about calls.
pub(super) fn doubted_beyond_the_list(finding: Finding) -> Finding {
    let is_public = finding.credential == CredentialVerdict::NotRequired;
    if !is_public || is_consistent(finding.product) || !is_passing(finding.reason) {
        return finding;
    }
    let why = finding.reason;
    finding.credential(CredentialVerdict::NotVerified { why })
}

/// Whether a call met trouble before anybody can have looked at the key.
const fn is_passing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ProviderDown
            | Reason::ServerLoading
            | Reason::RateLimited
            | Reason::Timeout
            | Reason::Unreachable
            | Reason::Budget
    )
}

fn refuses_calls(refusal: &Finding) -> bool {
    let is_of_key =
        refusal.reason.implied() == Implied::Rejected || refusal.reason == Reason::ConfigIncomplete;
    is_of_key || matches!(refusal.http_status, Some(401..=403))
}

/// Whatever the list said, calls are refused. No control was made for them, so that a genuine key is
/// not what follows.
fn refused_beyond(refusal: Finding) -> Finding {
    match refusal.credential {
        CredentialVerdict::Rejected => refusal.hint(
            "The server lists its models to anybody, but refuses a call with this key: check that all of it was copied.",
        ),
        CredentialVerdict::Verified { .. } => {
            let why = refusal.reason;
            refusal.credential(CredentialVerdict::NotVerified { why })
        }
        CredentialVerdict::NotRequired | CredentialVerdict::NotVerified { .. } => refusal,
    }
}
