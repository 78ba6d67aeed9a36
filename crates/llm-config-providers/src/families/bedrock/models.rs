//! The models that Bedrock has, and those of them that the account may use.

use serde_json::{Value, json};
use url::Url;

use super::below;
use crate::classify::{ModelSign, ResponseClass};
use crate::family::ProviderTarget;
use crate::family::{ModelFact, ModelRequest, ModelStep};
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;

/// The prefixes of inference profiles, which name the regions between which calls may move.
const PROFILES: &[&str] =
    &["us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "me", "af", "in", "il", "global"];

/// The kind of a model id.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// A model, by its bare id.
    Foundation(&'a str),
    /// An inference profile, by its id or ARN.
    Profile(&'a str),
    /// An imported model, provisioned throughput, or a prompt, which only a call can find.
    Other,
}

impl<'a> Kind<'a> {
    fn of(model: &'a str) -> Self {
        if model.starts_with("arn:") {
            let resource = model.splitn(6, ':').nth(5).unwrap_or_default();
            return match resource.split_once('/') {
                Some(("foundation-model", id)) => Self::Foundation(id),
                Some(("inference-profile" | "application-inference-profile", _)) => Self::Profile(model),
                _ => Self::Other,
            };
        }
        match model.split_once('.') {
            Some((first, rest)) if PROFILES.contains(&first) && rest.contains('.') => Self::Profile(model),
            _ => Self::Foundation(model),
        }
    }
}

/// Looks a model up at the control plane at `root`, whose list of models is known.
pub(super) fn find<'a>(
    target: &'a ProviderTarget<'a>,
    root: Url,
    model: &'a str,
    list: &Response,
) -> ModelStep<'a> {
    match Kind::of(model) {
        Kind::Foundation(id) => foundation(target, root, id, list),
        Kind::Profile(id) => profile(target, &root, id),
        Kind::Other => ModelStep::Done(ModelFact::only_call_tells()),
    }
}

fn foundation<'a>(target: &'a ProviderTarget<'a>, root: Url, id: &'a str, list: &Response) -> ModelStep<'a> {
    let summaries = list.json().and_then(|json| json.get("modelSummaries")).and_then(Value::as_array);
    let is_model = |entry: &&Value| entry.get("modelId").and_then(Value::as_str) == Some(id);
    let summary = summaries.map(Vec::as_slice).unwrap_or_default().iter().find(is_model);
    if let Some(problem) = summary.and_then(problem_of) {
        return ModelStep::Done(problem);
    }
    let is_listed = summary.is_some();
    let url = below(&root, &["foundation-model-availability", id]);
    ModelStep::send(Request::get(url.clone()), move |response| {
        let json = response.json().filter(|_| response.is_success());
        if let Some(json) = json.filter(|json| json.get("regionAvailability").is_some()) {
            return ModelStep::Done(availability(json, response.status));
        }
        let class = target.classify(&url, response);
        if !matches!(class.reason, Reason::NoPermission | Reason::WrongBasePath) {
            return ModelStep::Done(ModelFact::refused(class, response));
        }
        // The right to list models does not include this one; then the list decides.
        if is_listed { ModelStep::Done(ModelFact::Exists) } else { details(target, &root, id) }
    })
}

fn details<'a>(target: &'a ProviderTarget<'a>, root: &Url, id: &str) -> ModelStep<'a> {
    let url = below(root, &["foundation-models", id]);
    ModelStep::send(Request::get(url.clone()), move |response| {
        let details = response.json().filter(|_| response.is_success());
        ModelStep::Done(match details.and_then(|json| json.get("modelDetails")) {
            Some(details) => problem_of(details).unwrap_or(ModelFact::Exists),
            None => ModelFact::refused(target.classify(&url, response), response),
        })
    })
}

/// The problem that a model's description reveals for calls by its bare id.
fn problem_of(description: &Value) -> Option<ModelFact> {
    let has = |list: &str, item: &str| {
        let list = description.get(list).and_then(Value::as_array).filter(|list| !list.is_empty());
        list.map(|list| list.iter().any(|entry| entry.as_str() == Some(item)))
    };
    let needs_profile = has("inferenceTypesSupported", "ON_DEMAND") == Some(false)
        && has("inferenceTypesSupported", "INFERENCE_PROFILE") == Some(true);
    let reason = if has("outputModalities", "TEXT") == Some(false) {
        Reason::ModelWrongApi
    } else if needs_profile {
        Reason::ModelNeedsInferenceProfile
    } else {
        return None;
    };
    let class = ResponseClass::new(reason, Stage::Model).with_model(ModelSign::Exists);
    Some(ModelFact::problem(class, None))
}

/// The fact in a response of `GetFoundationModelAvailability`.
fn availability(json: &Value, status: u16) -> ModelFact {
    let is = |pointer: &str, value: &str| json.pointer(pointer).and_then(Value::as_str) == Some(value);
    let problem = |class| ModelFact::problem(class, Some(status));
    let class = |reason| ResponseClass::new(reason, Stage::Model);
    let is_denied =
        is("/authorizationStatus", "NOT_AUTHORIZED") || is("/entitlementAvailability", "NOT_AVAILABLE");
    if is("/regionAvailability", "NOT_AVAILABLE") {
        problem(
            class(Reason::ModelNotFound).with_hint(
                "The model exists, but not in this region: choose another region or another model.",
            ),
        )
    } else if is_denied {
        problem(class(Reason::ModelNoAccess))
    } else if is("/agreementAvailability/status", "AVAILABLE") {
        ModelFact::Exists
    } else {
        // The first call may bring the agreement about.
        problem(class(Reason::ModelNoAccess).inconclusive().with_hint(
            "The account has not agreed to the model's terms yet: accept them in the console of Bedrock.",
        ))
    }
}

fn profile<'a>(target: &'a ProviderTarget<'a>, root: &Url, id: &str) -> ModelStep<'a> {
    let url = below(root, &["inference-profiles", id]);
    ModelStep::send(Request::get(url.clone()), move |response| {
        let json = response.json().filter(|_| response.is_success());
        ModelStep::Done(match json.and_then(|json| json.get("status")).and_then(Value::as_str) {
            Some("ACTIVE") => ModelFact::Exists,
            Some(_) => {
                let class = ResponseClass::new(Reason::UnexpectedAnswer, Stage::Model);
                let class = class.with_hint("The inference profile exists but is not active.");
                ModelFact::problem(class, None)
            }
            None => ModelFact::refused(target.classify(&url, response), response),
        })
    })
}

/// The body of a call without content, which AWS refuses after it has checked the credential.
pub(super) fn empty_call(root: &Url, model: &str) -> Request {
    Request::post(below(root, &["model", model, "converse"]), &json!({}))
}

/// Whether a call was refused for its missing content only.
pub(super) fn misses_content_only(response: &Response, class: &ResponseClass) -> bool {
    class.reason == Reason::UnexpectedAnswer && response.error().kind == "ValidationException"
}

/// Calls the model without content. `partial` is the fact if only the content is missing.
pub(super) fn call_without_content<'a>(
    target: &'a ProviderTarget<'a>,
    root: &Url,
    model: &str,
    partial: ModelFact,
) -> ModelStep<'a> {
    let request = empty_call(root, model);
    let url = request.url.clone();
    let is_sibling_host = url.host_str() != Some(target.base.host());
    let next = move |response: &Response| {
        let class = target.classify(&url, response);
        ModelStep::Done(if misses_content_only(response, &class) {
            partial.clone()
        } else {
            ModelFact::refused(class, response)
        })
    };
    ModelStep::Send(Box::new(ModelRequest { is_sibling_host, ..ModelRequest::new(request, next) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_of_id_is_read_from_its_form() {
        let check = |model, expected| assert_eq!(Kind::of(model), expected, "{model}");
        check("anthropic.claude-v2:1", Kind::Foundation("anthropic.claude-v2:1"));
        check("us.anthropic.claude-v2:1", Kind::Profile("us.anthropic.claude-v2:1"));
        check("global.anthropic.claude-x", Kind::Profile("global.anthropic.claude-x"));
        check("us.strange", Kind::Foundation("us.strange"));
        check("arn:aws:bedrock:us-east-1::foundation-model/a.b:0", Kind::Foundation("a.b:0"));
        let profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.a.b:0";
        check(profile, Kind::Profile(profile));
        check("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/x", Kind::Other);
    }
}
