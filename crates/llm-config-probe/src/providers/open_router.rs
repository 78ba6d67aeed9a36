//! `OPEN_ROUTER`: its list of models is public, so the key is asked about itself.

use serde_json::Value;

use super::compatible::{self, controlled};
use super::dialect::Dialect;
use super::place::Place;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal};
use super::{Subject, custom, models, product, redirect};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, ModelVerdict, Product, Proof, Reason, Shown, Stage};
use crate::run::Run;
use llm_config_egress::Response;

/// The path of the API at the vendor's host.
const PATH: &str = "/api/v1";

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    match product::by_host(subject.base.host()) {
        Some(Product::OpenRouter) => vendor(run, subject).await,
        Some(_) => custom::check(run, subject).await,
        None => relayed(run, subject).await,
    }
}

/// Somebody between here and the vendor, who may or may not pass on what the vendor tells of keys.
async fn relayed(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject);
    let is_expected = |answer: &Response| data(answer).is_some();
    let dialect = Dialect { is_expected, ..Dialect::of(Some(Product::OpenRouter)) };
    let question = Question::get(place.base().join(&["key"]));
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop),
    };
    let Some(data) = data(&answer) else {
        let outcome = of_refusal(&answer, dialect.asked(!subject.access.is_open()));
        return match redirect::explain(&place, question.url(), &answer, outcome) {
            Outcome::Refused(finding) => place.tell(subject.target, finding),
            Outcome::LetIn(finding) | Outcome::MayNotList(finding) | Outcome::Nothing(finding) => {
                not_passed_on(run, subject, &place, finding).await
            }
        };
    };
    let finding = controlled(run, subject, &dialect, &question, of_key(&answer, &data)).await;
    let finding = if subject.model().is_some() && finding.reason == Reason::Ok {
        variant(subject, models::find(run, subject, &dialect, &place, finding).await)
    } else {
        finding
    };
    place.tell(subject.target, finding)
}

/// The list may be as public as the vendor's, so that a call without messages has to tell of the key.
async fn not_passed_on(run: &mut Run<'_>, subject: &Subject<'_>, place: &Place, nothing: Finding) -> Finding {
    let dialect = Dialect::of(Some(Product::OpenRouter));
    // The call itself will tell.
    if subject.goes_to_model() {
        return place.tell(subject.target, nothing);
    }
    let question = Question::zero_token(place.call(), subject.model());
    let finding = match compatible::zero_token(run, subject, &dialect, place, &question).await {
        Outcome::LetIn(finding) => {
            let finding = controlled(run, subject, &dialect, &question, finding).await;
            match subject.model() {
                Some(_) => models::find(run, subject, &dialect, place, finding).await,
                None => finding,
            }
        }
        Outcome::Refused(finding) | Outcome::MayNotList(finding) => {
            let is_genuine = matches!(finding.credential, CredentialVerdict::Verified { .. });
            if is_genuine { controlled(run, subject, &dialect, &question, finding).await } else { finding }
        }
        // Where there is neither, the first answer says more.
        Outcome::Nothing(_) => nothing,
    };
    place.tell(subject.target, finding)
}

/// `GET /api/v1/key` is answered to genuine keys only (charmbracelet/crush#997,
/// tinyhumansai/openhuman#2372).
pub(crate) async fn vendor(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject).moved_to(PATH.trim_matches('/'));
    let dialect = Dialect::vendor(Product::OpenRouter);
    let question = Question::get(place.base().join(&["key"]));
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop),
    };
    let refusal = |answer: &Response| {
        let outcome = of_refusal(answer, dialect.asked(!subject.access.is_open()));
        redirect::explain(&place, question.url(), answer, outcome)
    };
    let finding = match data(&answer) {
        Some(data) => of_key(&answer, &data),
        None => match refusal(&answer) {
            Outcome::Refused(finding)
            | Outcome::LetIn(finding)
            | Outcome::MayNotList(finding)
            | Outcome::Nothing(finding) => return place.tell(subject.target, finding),
        },
    };
    let finding = match (subject.model(), finding.reason) {
        // A router picks a model itself, and lists none that it could be compared with.
        (Some(model), _) if model.starts_with("openrouter/") => {
            finding.model(ModelVerdict::Unverifiable { why: Reason::Depth })
        }
        (Some(_), Reason::Ok) => {
            variant(subject, models::find(run, subject, &dialect, &place, finding).await)
        }
        _ => finding,
    };
    place.tell(subject.target, finding)
}

fn data(answer: &Response) -> Option<Value> {
    let json = answer.json().filter(|_| answer.is_success())?;
    json.get("data").filter(|it| it.is_object()).cloned()
}

fn of_key(answer: &Response, data: &Value) -> Finding {
    let finding = Finding::accepted(Proof::Accepted, answer);
    let genuine = CredentialVerdict::Verified { how: Proof::Accepted };
    let is = |name: &str| data.get(name).and_then(Value::as_bool).unwrap_or(false);
    if is("is_management_key") || is("is_provisioning_key") {
        return finding.because(Reason::KeyWrongProduct, Stage::Auth).credential(genuine).hint(
            "The key is genuine, but manages other keys and cannot call models: make an ordinary key.",
        );
    }
    // Null stands for no limit.
    let left = data.get("limit_remaining").and_then(Value::as_f64);
    if left.is_some_and(|it| it <= 0.0) {
        return finding.because(Reason::InsufficientCredit, Stage::Auth).credential(genuine).hint(
            "The key is genuine, but its own limit is used up: raise the limit or wait for the next period.",
        );
    }
    finding
}

/// Variants such as `:nitro` go with every model and stand in no list.
fn variant(subject: &Subject<'_>, finding: Finding) -> Finding {
    let is_variant = subject.model().is_some_and(|it| {
        it.rsplit_once(':')
            .is_some_and(|(_, variant)| matches!(variant, "nitro" | "floor" | "online" | "exacto"))
    });
    if finding.reason == Reason::ModelNotFound && is_variant {
        return models::only_a_call_tells(finding.because(Reason::Ok, Stage::Auth))
            .hint("The key is genuine. Variants of models stand in no list, so only a call tells whether this one is there.");
    }
    finding
}
