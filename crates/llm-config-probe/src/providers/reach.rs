//! Is something there? The credential is not shown.

use super::place::Place;
use super::question::Question;
use super::verdicts::{Asked, Outcome, of_refusal};
use super::{Subject, product, redirect};
use crate::access::KeyHeader;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, ModelVerdict, Reason, Shown, Stage, Usable};
use crate::run::Run;

pub(super) const SOMETHING_THERE: &str = "Something answers there; neither the key nor the model were looked at, because the check was not to go as far.";

/// One request: whatever an API answers, also that a key is missing, shows that it is there.
pub(super) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject);
    let question = Question::get(place.models());
    let answer = match question.ask(run, subject, &KeyHeader::bearer(), Shown::Nothing).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop),
    };
    let asked = Asked { has_key: false, is_vendor: false, product: product::by_answer(&answer) };
    let there = || Finding { http_status: Some(answer.status), ..Finding::of(Reason::Depth, Stage::Http) };
    let finding = match redirect::explain(&place, question.url(), &answer, of_refusal(&answer, asked)) {
        Outcome::Refused(finding) if speaks_against(finding.reason) => finding,
        Outcome::Nothing(finding) if finding.reason == Reason::NotAnLlmApi => finding,
        Outcome::Refused(_) | Outcome::Nothing(_) | Outcome::LetIn(_) | Outcome::MayNotList(_) => {
            there().hint(SOMETHING_THERE)
        }
    };
    let why = Reason::Depth;
    let model = subject.model().map_or(ModelVerdict::NotAsked, |_| ModelVerdict::Unverifiable { why });
    let usable = if finding.reason == why { Usable::Unknown } else { finding.usable };
    Finding { product: asked.product, ..finding }
        .credential(CredentialVerdict::NotVerified { why })
        .model(model)
        .usable(usable)
}

const fn speaks_against(reason: Reason) -> bool {
    matches!(reason, Reason::Redirected | Reason::ProviderDown | Reason::ServerLoading)
}
