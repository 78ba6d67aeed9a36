//! AWS Bedrock: signed requests or API keys, one plane that lists models and one that calls them.

mod client;
mod errors;
mod models;
mod place;
mod signing;

use serde_json::{Value, json};
use url::Url;

use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Depth, ModelVerdict, Note, Proof, Reason, Stage, Usable};
use crate::run::{Run, Stop};
use llm_config_egress::{Request, Response};

use self::client::{Client, below};
use self::place::{Place, Plane};
pub(crate) use self::signing::signed;
use super::Subject;
use super::generation::{Generation, strictness};
use super::native::{self, Proven, Question};

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let place = Place::of(subject.base.host());
    let client = Client { subject, place: &place };
    let unfit = client.misfit().or_else(|| native::lacks_credential(subject, place.is_vendor()));
    if let Some(finding) = unfit {
        return native::settled(subject, finding);
    }
    let finding = match place.plane {
        Plane::Mantle => compatible(run, &client).await,
        Plane::Unknown if subject.base.path().ends_with("openai/v1") => compatible(run, &client).await,
        Plane::Control | Plane::Unknown => listed(run, &client, &client.root()).await,
        Plane::Runtime => runtime(run, &client).await,
    };
    let is_assumed = client.signs() && place.region.is_none();
    let finding = if is_assumed { finding.note(Note::RegionAssumed) } else { finding };
    native::settled(subject, finding)
}

/// Where a model is called: at the runtime, which signed requests also find from the control plane.
pub(super) fn generation<'a>(subject: &'a Subject<'a>) -> Option<Generation<'a>> {
    let place = Place::of(subject.base.host());
    let client = Client { subject, place: &place };
    let root = match place.plane {
        Plane::Runtime | Plane::Unknown => client.root(),
        Plane::Control => client.sister()?,
        Plane::Mantle => subject.base.url().clone(),
    };
    let speaks_like_openai = place.plane == Plane::Mantle || root.path().ends_with("openai/v1");
    let url = if speaks_like_openai {
        below(&root, &["chat", "completions"])
    } else {
        below(&root, &["model", subject.model()?, "converse"])
    };
    let strictness = strictness(place.is_vendor());
    let (asked, same) = (url.clone(), place.clone());
    let show = move |request, shown| Client { subject, place: &place }.show(request, shown);
    let refused = move |answer: &Response| Client { subject, place: &same }.refusal(&asked, answer);
    Some(Generation { url, strictness, show: Box::new(show), refused: Box::new(refused) })
}

/// Whether a host is Bedrock's own.
pub(super) fn is_vendor(host: &str) -> bool {
    Place::of(host).is_vendor()
}

/// Whether a host is Bedrock's and serves all customers alike.
pub(super) fn is_public(host: &str) -> bool {
    place::is_public(host)
}

/// Whether a host of Bedrock's speaks like `OpenAI` and nothing else.
pub(super) fn speaks_like_openai(host: &str) -> bool {
    Place::of(host).plane == Plane::Mantle
}

/// What a refusal means that has the form of AWS's, wherever nothing more is known.
pub(super) fn refusal(answer: &Response) -> Option<Finding> {
    errors::refusal(answer, errors::Circumstances { is_vendor: true, is_regional: true })
}

/// Lists models at the control plane, and asks for the one that is wanted.
async fn listed(run: &mut Run<'_>, client: &Client<'_>, root: &Url) -> Finding {
    let url = below(root, &["foundation-models"]);
    let Proven { finding, answer } = asked(run, client, &url, |it| has_list(it, "modelSummaries")).await;
    match (client.subject.model(), answer) {
        (Some(model), Some(list)) if native::goes_on(&finding) => {
            models::find(run, client, root, finding, model, &list).await
        }
        _ if may_not_list(&finding) => {
            let runtime = match client.place.plane {
                Plane::Runtime => Some(client.root()),
                Plane::Control => client.sister(),
                Plane::Mantle | Plane::Unknown => None,
            };
            called(run, client, runtime, unlisted(finding)).await
        }
        (Some(model), None) if lacks_list(client, &finding) => in_vain(run, client, root, model).await,
        _ => finding,
    }
}

/// Whether somebody answers who is not AWS and lists no models.
fn lacks_list(client: &Client<'_>, finding: &Finding) -> bool {
    !client.place.is_vendor() && matches!(finding.http_status, Some(404 | 405 | 501))
}

/// Gateways that only call models are asked for a call without content.
async fn in_vain(run: &mut Run<'_>, client: &Client<'_>, root: &Url, model: &str) -> Finding {
    let url = below(root, &["model", model, "converse"]);
    let request = |shown| client.show(Request::post(url.clone(), &json!({})), shown);
    let misses_content = |answer: &Response| {
        let is_unknown = client.refusal(&url, answer).reason == Reason::UnexpectedAnswer;
        is_unknown && ErrorBody::read(answer).kind == "ValidationException"
    };
    let judge = |answer: &Response| client.judge(&url, answer, misses_content(answer));
    let question = Question { is_vendor: false, request: &request, judge: &judge };
    let finding = native::prove(run, client.subject, &question).await.finding;
    if native::goes_on(&finding) { native::but(finding, native::only_a_call_tells()) } else { finding }
}

/// Signed requests may go to the sister host, which knows more. A key stays here, as do requests
/// from networks that let only this host through.
async fn runtime(run: &mut Run<'_>, client: &Client<'_>) -> Finding {
    if let Some(sister) = client.sister().filter(|_| client.subject.depth != Depth::Reach) {
        let finding = listed(run, client, &sister).await;
        let is_out_of_reach = finding.stage < Stage::Http || finding.reason == Reason::Timeout;
        if !is_out_of_reach {
            return finding;
        }
    }
    let root = client.root();
    let mut url = below(&root, &["async-invoke"]);
    url.query_pairs_mut().append_pair("maxResults", "1");
    // A complaint about parameters comes after the credential was looked at.
    let passes = |it: &Response| {
        let is_empty = it.is_success()
            && it.json().is_some_and(|it| it.as_object().is_some_and(serde_json::Map::is_empty));
        is_empty || has_list(it, "asyncInvokeSummaries") || ErrorBody::read(it).kind == "ValidationException"
    };
    let Proven { finding, .. } = asked(run, client, &url, passes).await;
    let is_genuine = matches!(finding.credential, CredentialVerdict::Verified { .. });
    let lacks_list = finding.reason == Reason::WrongBasePath && client.subject.depth != Depth::Reach;
    if may_not_list(&finding) {
        called(run, client, Some(root), unlisted(finding)).await
    } else if lacks_list || (finding.reason == Reason::Ok && is_genuine) {
        called(run, client, Some(root), finding).await
    } else {
        finding
    }
}

async fn asked(
    run: &mut Run<'_>,
    client: &Client<'_>,
    url: &Url,
    passes: impl Fn(&Response) -> bool + Sync,
) -> Proven {
    let request = |shown| client.show(Request::get(url.clone()), shown);
    let judge = |answer: &Response| client.judge(url, answer, passes(answer));
    let question = Question { is_vendor: client.place.is_vendor(), request: &request, judge: &judge };
    native::prove(run, client.subject, &question).await
}

fn has_list(answer: &Response, name: &str) -> bool {
    answer.is_success() && answer.json().is_some_and(|it| it.get(name).is_some_and(Value::is_array))
}

fn may_not_list(finding: &Finding) -> bool {
    finding.reason == Reason::NoPermission && matches!(finding.credential, CredentialVerdict::Verified { .. })
}

/// Listing is not needed to call models.
fn unlisted(finding: Finding) -> Finding {
    let finding = Finding { usable: Usable::Unknown, ..finding };
    finding.hint(
        "The credential is genuine but may not list models, so whether it may call one could not be told.",
    )
}

/// What a call without content says about the model, and about the credential if nothing else did.
async fn called(run: &mut Run<'_>, client: &Client<'_>, root: Option<Url>, finding: Finding) -> Finding {
    let (Some(model), Some(root)) = (client.subject.model(), root) else { return finding };
    let is_elsewhere = root.host_str() != Some(client.subject.base.host());
    let matter = match models::call_in_vain(run, client, &root, model).await {
        Ok(matter) => matter,
        // That another host is out of reach says nothing about this configuration.
        Err(Stop::Failed(_)) if is_elsewhere => return finding,
        Err(stop) => Finding::stopped(stop),
    };
    let is_genuine = matches!(finding.credential, CredentialVerdict::Verified { .. });
    let unverifiable = ModelVerdict::Unverifiable { why: Reason::Depth };
    if matter.reason == Reason::Depth && !is_genuine {
        let verdict = CredentialVerdict::Verified { how: Proof::RefusedOtherwise };
        matter.credential(verdict).model(unverifiable)
    } else if matter.reason == Reason::Depth && finding.reason != Reason::Ok {
        // Nothing was found against the model; what was found before stays.
        finding.model(unverifiable)
    } else if is_genuine {
        native::but(finding, matter)
    } else {
        matter
    }
}

/// The path that speaks like `OpenAI`, with AWS's credentials.
async fn compatible(run: &mut Run<'_>, client: &Client<'_>) -> Finding {
    let url = client.subject.base.join(&["models"]);
    let Proven { finding, answer } = asked(run, client, &url, |it| has_list(it, "data")).await;
    let (Some(model), Some(answer)) = (client.subject.model(), answer) else { return finding };
    if !native::goes_on(&finding) {
        return finding;
    }
    let json = answer.json().unwrap_or_default();
    let is_it = |it: &Value| it.get("id").and_then(Value::as_str) == Some(model);
    if json.get("data").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_it)) {
        return native::with_model(finding);
    }
    // Which models are listed differs between the paths with and without `openai`.
    native::but(finding, native::only_a_call_tells())
}
