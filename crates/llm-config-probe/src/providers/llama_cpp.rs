//! `LLAMA_CPP`: llama-server, whose list of models was public in some versions.

use super::dialect::Dialect;
use super::place::Place;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal};
use super::{Subject, compatible, models};
use crate::finding::Finding;
use crate::report::{Product, Proof, Reason, Shown};
use crate::run::Run;
use llm_config_egress::Response;

/// `GET /props` asks for the key in all versions seen (ggml-org/llama.cpp#14352), the list does not
/// (ggml-org/llama.cpp#27027). Where it is missing, another server answers, or a proxy that lets only
/// part through: then the list has to do.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject);
    let dialect = Dialect { is_expected: is_props, ..Dialect::of(Some(Product::LlamaCpp)) };
    let question = Question::get(place.base().without_version().join(&["props"]));
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop),
    };
    if is_props(&answer) {
        let finding = Finding::accepted(Proof::Accepted, &answer);
        let finding = compatible::controlled(run, subject, &dialect, &question, finding).await;
        return place.tell(subject.target, model(run, subject, &place, finding).await);
    }
    match of_refusal(&answer, dialect.asked(!subject.access.is_open())) {
        Outcome::Refused(finding) if finding.reason != Reason::Redirected => {
            place.tell(subject.target, finding)
        }
        Outcome::Refused(_) | Outcome::Nothing(_) | Outcome::LetIn(_) | Outcome::MayNotList(_) => {
            compatible::check(run, subject, &Dialect::of(Some(Product::LlamaCpp))).await
        }
    }
}

fn is_props(answer: &Response) -> bool {
    let has = |name: &str| answer.json().is_some_and(|it| it.get(name).is_some());
    answer.is_success() && (has("default_generation_settings") || has("total_slots"))
}

async fn model(run: &mut Run<'_>, subject: &Subject<'_>, place: &Place, finding: Finding) -> Finding {
    if subject.model().is_none() {
        return finding;
    }
    let dialect = Dialect::of(Some(Product::LlamaCpp));
    models::find(run, subject, &dialect, place, finding).await
}
