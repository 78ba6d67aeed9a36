//! Whether Bedrock has a model, and whether it may be used.

use serde_json::{Value, json};
use url::Url;

use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{ModelVerdict, Reason, Stage, Usable};
use crate::run::{Run, Stop};
use llm_config_egress::{Request, Response};

use super::super::native;
use super::client::{Client, below};

/// The prefixes of inference profiles, which say between which regions calls may move.
const PROFILES: &[&str] =
    &["us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "me", "af", "in", "il", "global"];

/// What a model's id stands for.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// A model, by its bare id.
    Foundation(&'a str),
    /// An inference profile, by its id or ARN.
    Profile(&'a str),
    /// Something that only a call can find: an imported model, provisioned throughput, a prompt.
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

/// Asks the control plane at `root`, whose list of models was answered with `list`.
pub(super) async fn find(
    run: &mut Run<'_>,
    client: &Client<'_>,
    root: &Url,
    finding: Finding,
    model: &str,
    list: &Response,
) -> Finding {
    match Kind::of(model) {
        Kind::Foundation(id) => foundation(run, client, root, finding, id, list).await,
        Kind::Profile(id) => profile(run, client, root, finding, id).await,
        Kind::Other => native::but(finding, native::only_a_call_tells()),
    }
}

async fn get(run: &mut Run<'_>, client: &Client<'_>, url: &Url) -> Result<Response, Stop> {
    let shown = client.shown();
    run.call(shown, || client.show(Request::get(url.clone()), shown)).await
}

async fn foundation(
    run: &mut Run<'_>,
    client: &Client<'_>,
    root: &Url,
    finding: Finding,
    id: &str,
    list: &Response,
) -> Finding {
    let list = list.json().unwrap_or_default();
    let summaries = list.get("modelSummaries").and_then(Value::as_array).map(Vec::as_slice);
    let is_it = |it: &&Value| it.get("modelId").and_then(Value::as_str) == Some(id);
    let summary = summaries.unwrap_or_default().iter().find(is_it);
    if let Some(matter) = summary.and_then(unfit) {
        return native::but(finding, matter);
    }
    let url = below(root, &["foundation-model-availability", id]);
    let answer = match get(run, client, &url).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    if answer.is_success() && answer.json().is_some_and(|it| it.get("regionAvailability").is_some()) {
        return available(finding, &answer);
    }
    let matter = client.refusal(&url, &answer);
    if !matches!(matter.reason, Reason::NoPermission | Reason::WrongBasePath) {
        return native::but(finding, matter);
    }
    // Whoever may list models need not be allowed this: then the list's word counts.
    if summary.is_some() {
        return native::with_model(finding);
    }
    let url = below(root, &["foundation-models", id]);
    let answer = match get(run, client, &url).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    let json = answer.json().unwrap_or_default();
    match json.get("modelDetails").filter(|_| answer.is_success()) {
        Some(details) => match unfit(details) {
            Some(matter) => native::but(finding, matter),
            None => native::with_model(finding),
        },
        None => native::but(finding, client.refusal(&url, &answer)),
    }
}

/// What a model's description says against calling it by its bare id.
fn unfit(description: &Value) -> Option<Finding> {
    let has = |list: &str, item: &str| {
        let all = description.get(list).and_then(Value::as_array).filter(|all| !all.is_empty());
        all.map(|all| all.iter().any(|it| it.as_str() == Some(item)))
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
    Some(Finding::of(reason, Stage::Model).model(ModelVerdict::Verified))
}

/// `GetFoundationModelAvailability`.
fn available(finding: Finding, answer: &Response) -> Finding {
    let json = answer.json().unwrap_or_default();
    let is = |pointer: &str, value: &str| json.pointer(pointer).and_then(Value::as_str) == Some(value);
    let matter = |reason| Finding { http_status: Some(answer.status), ..Finding::of(reason, Stage::Model) };
    if is("/regionAvailability", "NOT_AVAILABLE") {
        let matter = matter(Reason::ModelNotFound);
        native::but(
            finding,
            matter.hint("The model exists, but not in this region: choose another of either."),
        )
    } else if is("/authorizationStatus", "NOT_AUTHORIZED") || is("/entitlementAvailability", "NOT_AVAILABLE")
    {
        native::but(finding, matter(Reason::ModelNoAccess))
    } else if is("/agreementAvailability/status", "AVAILABLE") {
        native::with_model(finding)
    } else {
        // The first call may bring the agreement about.
        let matter = Finding { usable: Usable::Unknown, ..matter(Reason::ModelNoAccess) };
        native::but(
            finding,
            matter.hint(
                "The account has not agreed to the model's terms yet: accept them in the console of Bedrock.",
            ),
        )
    }
}

async fn profile(run: &mut Run<'_>, client: &Client<'_>, root: &Url, finding: Finding, id: &str) -> Finding {
    let url = below(root, &["inference-profiles", id]);
    let answer = match get(run, client, &url).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    let json = answer.json().unwrap_or_default();
    let status = json.get("status").and_then(Value::as_str).filter(|_| answer.is_success());
    match status {
        Some("ACTIVE") => native::with_model(finding),
        Some(_) => {
            let matter = Finding::of(Reason::UnexpectedAnswer, Stage::Model);
            native::but(finding, matter.hint("The inference profile exists but is not active."))
        }
        None => native::but(finding, client.refusal(&url, &answer)),
    }
}

/// Calls a model without saying anything, which is refused after the credential was looked at.
pub(super) async fn call_in_vain(
    run: &mut Run<'_>,
    client: &Client<'_>,
    root: &Url,
    model: &str,
) -> Result<Finding, Stop> {
    let shown = client.shown();
    let url = below(root, &["model", model, "converse"]);
    let answer = run.call(shown, || client.show(Request::post(url.clone(), &json!({})), shown)).await?;
    let error = ErrorBody::read(&answer);
    let finding = client.refusal(&url, &answer);
    if finding.reason == Reason::UnexpectedAnswer && error.kind == "ValidationException" {
        // What is missing was missed, which says nothing about the model.
        let matter = native::only_a_call_tells();
        return Ok(Finding { http_status: Some(answer.status), ..matter });
    }
    let may_not_call = finding.reason == Reason::NoPermission && finding.model == ModelVerdict::NotAsked;
    Ok(if may_not_call { finding.model(ModelVerdict::NoAccess) } else { finding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_stands_for() {
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
