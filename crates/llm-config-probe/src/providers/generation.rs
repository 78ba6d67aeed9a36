//! The last step of a check that goes as far as the model: to call it.

use llm_config_core::provider::Provider;
use serde_json::Value;
use url::Url;

use super::place::Place;
use super::verdicts::{Asked, Outcome, of_refusal};
use super::{Subject, anthropic, bedrock, compatible, gemini, native, product};
use crate::access::KeyHeader;
use crate::finding::Finding;
use crate::inference::{Inferred, Question, Strictness, conclude, infer};
use crate::refusal::{said, stage};
use crate::report::{CredentialVerdict, Implied, Note, Product, Proof, Reason, Shown};
use crate::run::Run;
use llm_config_egress::{Request, Response};

/// Where a model is called, and how the credential is shown there.
pub(super) struct Generation<'a> {
    pub(super) url: Url,
    pub(super) strictness: Strictness,
    pub(super) show: Box<dyn Fn(Request, Shown) -> Request + Sync + 'a>,
    /// What a refusal means here.
    pub(super) refused: Box<dyn Fn(&Response) -> Finding + Sync + 'a>,
}

const NO_MODEL: &str =
    "Nothing was found against this configuration. It names no model, so that none was called.";

/// Calls the model, unless what was found before leaves nothing to ask.
pub(super) async fn call(run: &mut Run<'_>, subject: &Subject<'_>, finding: Finding) -> Finding {
    run.release();
    let Some(model) = subject.model() else {
        return if finding.reason == Reason::Ok { finding.hint(NO_MODEL) } else { finding };
    };
    let Some(generation) = of(subject).filter(|_| is_open_question(&finding)) else {
        return compatible::made_up_for(run, subject, finding).await;
    };
    let Generation { url, strictness, show, .. } = &generation;
    let question = Question::at(subject.target.provider, url, Some(model));
    let shown = if subject.access.is_open() { Shown::Nothing } else { Shown::Credential };
    let make = |body: &Value| show(Request::post(url.clone(), body), shown);
    let inferred = infer(run, shown, question, make).await;
    let is_answered = matches!(inferred, Inferred::Answered { .. });
    let finding = if is_answered { finding } else { compatible::made_up_for(run, subject, finding).await };
    let finding = conclude(finding, inferred, *strictness, |answer| read(subject, &generation, answer));
    if is_answered {
        judged(run, subject, &generation, question, finding).await
    } else {
        compatible::doubted_beyond_the_list(finding)
    }
}

/// Whether a call may tell more, or something else: also where a list is missing, models may be called.
fn is_open_question(finding: &Finding) -> bool {
    let is_elsewhere = finding.notes.contains(&Note::VersionAdded);
    let may_tell = matches!(
        finding.reason,
        Reason::Ok
            | Reason::AuthNotEnforced
            | Reason::Depth
            | Reason::Budget
            | Reason::ModelNotFound
            | Reason::UnexpectedAnswer
            | Reason::WrongBasePath
            | Reason::NotAnLlmApi
            | Reason::KeyRestrictedScope
            | Reason::NoPermission
            | Reason::RateLimited
    );
    // The last request was kept back for this.
    let was_answered = finding.http_status.is_some() || finding.reason == Reason::Budget;
    may_tell && was_answered && !is_elsewhere && finding.credential != CredentialVerdict::Rejected
}

/// The model answered. Where the credential is still unknown, it is asked again with a wrong one.
async fn judged(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    generation: &Generation<'_>,
    question: Question<'_>,
    finding: Finding,
) -> Finding {
    if !matches!(finding.credential, CredentialVerdict::NotVerified { .. }) {
        return finding;
    }
    if subject.access.is_open() {
        return finding.credential(CredentialVerdict::NotRequired);
    }
    if run.left() == 0 {
        let why = Reason::Budget;
        return finding.credential(CredentialVerdict::NotVerified { why }).note(Note::ControlLeftOut);
    }
    let Generation { url, show, .. } = generation;
    let wrong = Shown::WrongCredential;
    let make = |body: &Value| show(Request::post(url.clone(), body), wrong);
    match infer(run, wrong, question, make).await {
        Inferred::Answered { .. } => Finding {
            credential: CredentialVerdict::NotRequired,
            reason: Reason::AuthNotEnforced,
            hint: None,
            ..finding
        },
        Inferred::Refused(answer) => {
            let control = read(subject, generation, &answer);
            // Some refuse a key in words of their own; what counts is that the other one was let in.
            let is_about_key = control.reason.implied() == Implied::Rejected
                || (matches!(answer.status, 400 | 401 | 403) && !answer.is_html());
            let verdict = if is_about_key {
                CredentialVerdict::Verified { how: Proof::ControlRefused }
            } else {
                CredentialVerdict::NotVerified { why: control.reason }
            };
            finding.credential(verdict)
        }
        Inferred::CapRefused | Inferred::Stopped(_) => {
            finding.credential(CredentialVerdict::NotVerified { why: Reason::UnexpectedAnswer })
        }
    }
}

/// Where the model of a configuration is called; `None` where that is not known.
fn of<'a>(subject: &'a Subject<'a>) -> Option<Generation<'a>> {
    match (subject.target.provider, product::by_host(subject.base.host())) {
        (Provider::Anthropic, _) | (Provider::Other, Some(Product::Anthropic)) => {
            Some(anthropic::generation(subject))
        }
        (Provider::Google, _) | (Provider::Other, Some(Product::Gemini | Product::VertexAi)) => {
            gemini::generation(subject)
        }
        (Provider::Aws, _) | (Provider::Other, Some(Product::Bedrock)) => bedrock::generation(subject),
        (_, product) => Some(like_openai(subject, product)),
    }
}

fn like_openai<'a>(subject: &'a Subject<'a>, product: Option<Product>) -> Generation<'a> {
    let header =
        if product == Some(Product::AzureOpenAi) { KeyHeader::bare("api-key") } else { KeyHeader::bearer() };
    let is_vendor = matches!(product, Some(Product::OpenAi | Product::AzureOpenAi));
    Generation {
        url: Place::of(subject).call(),
        strictness: strictness(is_vendor),
        show: Box::new(move |request, shown| subject.access.show(request, &header, shown)),
        refused: Box::new(move |answer| {
            let asked = Asked {
                has_key: !subject.access.is_open(),
                is_vendor,
                product: product.or_else(|| product::by_answer(answer)),
            };
            match of_refusal(answer, asked) {
                Outcome::Refused(finding)
                | Outcome::LetIn(finding)
                | Outcome::MayNotList(finding)
                | Outcome::Nothing(finding) => finding,
            }
        }),
    }
}

/// What an answer means that is not the model's. What the family does not know may still be said in
/// words that mean the same everywhere.
fn read(subject: &Subject<'_>, generation: &Generation<'_>, answer: &Response) -> Finding {
    let finding = (generation.refused)(answer);
    let is_known = !matches!(finding.reason, Reason::UnexpectedAnswer | Reason::NotAnLlmApi);
    // Whether a key is wrong is for the family to say.
    let is_judged = |it: &Reason| it.implied() == Implied::Rejected;
    let finding = match said(answer).filter(|it| !is_known && !is_judged(it)) {
        Some(reason) => Finding::refused(reason, stage(reason), answer),
        None => finding,
    };
    let is_rejected = finding.reason.implied() == Implied::Rejected;
    let finding = if is_rejected && subject.access.is_open() { native::lacking(finding) } else { finding };
    let stage = finding.stage.max(stage(finding.reason));
    Finding { stage, ..finding }
}

/// How much the vendor's own host says, and how little any other.
pub(super) const fn strictness(is_vendor: bool) -> Strictness {
    if is_vendor { Strictness::Strict } else { Strictness::Unknown }
}
