//! Azure `OpenAI`: deployments with names of their own, of which no list tells.

use super::dialect::Dialect;
use super::place::Place;
use super::question::Question;
use super::verdicts::Outcome;
use super::{Subject, compatible, models, redirect};
use crate::access::KeyHeader;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, ModelVerdict, Product, Proof, Reason, Shown, Stage};
use crate::run::Run;
use llm_config_egress::Response;

/// The path of the API that needs no version in the query.
const PATH: &str = "/openai/v1";

/// The list of models is that of the base models, and holds no deployment, so calls without messages
/// tell: of the key, and of the deployment.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject);
    let is_bare = matches!(place.base().path(), "" | "openai");
    let place = if is_bare { place.moved_to(PATH.trim_matches('/')) } else { place };
    let dialect = Dialect { header: KeyHeader::bare("api-key"), ..Dialect::vendor(Product::AzureOpenAi) };
    let finding = if in_path(&place).is_none() && subject.model().is_none() {
        by_list(run, subject, &dialect, &place).await
    } else {
        by_call(run, subject, &dialect, &place).await
    };
    place.tell(subject.target, finding)
}

/// The deployment that a path names.
fn in_path(place: &Place) -> Option<&str> {
    let (_, rest) = place.base().path().split_once("openai/deployments/")?;
    rest.split('/').next().filter(|it| !it.is_empty())
}

async fn by_list(run: &mut Run<'_>, subject: &Subject<'_>, dialect: &Dialect, place: &Place) -> Finding {
    let question = Question::get(place.models());
    match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) if (dialect.is_expected)(&answer) => {
            compatible::controlled(run, subject, dialect, &question, accepted(&answer)).await
        }
        Ok(answer) => {
            let asked = dialect.asked(!subject.access.is_open());
            let outcome = super::verdicts::of_refusal(&answer, asked);
            refused(place, redirect::explain(place, question.url(), &answer, outcome))
        }
        Err(stop) => refused(place, Outcome::Refused(Finding::stopped(stop))),
    }
}

fn accepted(answer: &Response) -> Finding {
    Finding::accepted(Proof::Accepted, answer)
}

async fn by_call(run: &mut Run<'_>, subject: &Subject<'_>, dialect: &Dialect, place: &Place) -> Finding {
    let question = Question::zero_token(place.call(), subject.model());
    match compatible::zero_token(run, subject, dialect, place, &question).await {
        Outcome::LetIn(finding) => {
            let finding = compatible::controlled(run, subject, dialect, &question, finding).await;
            // Under `/openai/v1` the body names the deployment, and it is not known whether it is looked
            // up before the body is found wanting.
            if in_path(place).is_none() {
                return models::only_a_call_tells(finding);
            }
            match subject.model() {
                Some(_) => finding.model(ModelVerdict::Verified),
                None => finding,
            }
        }
        outcome @ (Outcome::MayNotList(_) | Outcome::Refused(_) | Outcome::Nothing(_)) => {
            refused(place, outcome)
        }
    }
}

fn refused(place: &Place, outcome: Outcome) -> Finding {
    let has_version = place.base().url().query_pairs().any(|(name, _)| name == "api-version");
    let is_classic = !place.base().path().ends_with("openai/v1");
    match outcome {
        Outcome::Nothing(finding) if is_classic && !has_version => finding
            .because(Reason::ConfigIncomplete, Stage::Http)
            .credential(CredentialVerdict::NotVerified { why: Reason::ConfigIncomplete })
            .hint("Azure asks for `?api-version=…` behind this path: add it to the API path, or use `/openai/v1`."),
        Outcome::Refused(finding) if finding.stage == Stage::Dns => {
            finding.hint("There is no such Azure resource: check the first part of the host.")
        }
        Outcome::Nothing(finding)
        | Outcome::LetIn(finding)
        | Outcome::MayNotList(finding)
        | Outcome::Refused(finding) => finding,
    }
}
