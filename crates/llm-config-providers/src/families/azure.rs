//! Azure `OpenAI`: deployments with names of their own, which no list contains.

use std::time::SystemTime;

use url::Url;

use crate::api_root::ApiRoot;
use crate::auth::SentCredential;
use crate::base_url::BaseUrl;
use crate::family::ProviderTarget;
use crate::family::{AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, Problem};
use crate::family::{openai, openai_calls};
use crate::key_header::KeyHeader;
use crate::model_api::{CallRoute, CallUrlError, Dialect, ModelCall, model_segment, models_url, route_url};
use crate::reason::Reason;
use crate::request::Request;

/// Azure `OpenAI`.
pub(crate) struct AzureOpenAi;

/// The last segment in front of versions and deployments.
const OPEN_AI: &str = "openai";

const NO_VERSION: Problem = Problem {
    reason: Reason::ConfigIncomplete,
    hint: Some(
        "Azure requires `?api-version=…` behind this path: add it to the API path, or use `/openai/v1`.",
    ),
};

impl Family for AzureOpenAi {
    fn key_header(&self) -> &'static str {
        "api-key"
    }

    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        _now: SystemTime,
    ) -> Request {
        target.auth.apply(request, &KeyHeader::bare("api-key"), sent)
    }

    /// The list contains base models and no deployments, so a call without messages checks the key and the
    /// deployment.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let root = root(target);
        let is_named = deployment(&root).is_some() || target.model().is_some();
        let probe =
            if is_named { openai::empty_call(&root, target.model()) } else { openai::list_probe(&root) };
        vec![probe]
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        let is_in_path = accepted.probe.root().and_then(deployment).is_some();
        // Under `/openai/v1` the body names the deployment; whether it is looked up before the missing
        // messages are refused is not known.
        ModelStep::Done(match target.model() {
            Some(_) if is_in_path => ModelFact::Exists,
            Some(_) | None => ModelFact::OnlyCallTells { hint: None, status: None },
        })
    }

    fn absence(&self, target: &ProviderTarget<'_>) -> Option<Problem> {
        let root = root(target);
        let is_classic = !root.base().path().ends_with("openai/v1");
        (is_classic && version(&root).is_none()).then_some(NO_VERSION)
    }

    /// The root of the newer API; that of a stored deployment; or the URL below which all deployments lie,
    /// if the stored URL names a version. No path of a deployment works without one.
    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        let stored = target.api_root();
        let is_bare = matches!(stored.base().path(), "" | OPEN_AI | "openai/deployments");
        let root = if is_bare && version(&stored).is_some() {
            ApiRoot::at(stored.base().at_path(OPEN_AI))
        } else {
            root(target)
        };
        openai_calls::dialect_root(target, root, dialect)
    }

    fn call_url(&self, target: &ProviderTarget<'_>, call: &ModelCall<'_>) -> Result<Url, CallUrlError> {
        let root = target.dialect_root(call.route.dialect())?;
        let route = call.route.as_str();
        match classic_base(root.api()) {
            Some(base) if !is_below_deployment(call.route) => Ok(base.join_encoded(route)),
            Some(base) if base.path() == root.api().base().path() => {
                let deployment = model_segment(call.model)?;
                Ok(base.join_encoded(&format!("deployments/{deployment}/{route}")))
            }
            Some(_) | None => route_url(root, call),
        }
    }

    fn models_url(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<Url, CallUrlError> {
        let root = target.dialect_root(dialect)?.api();
        let base = classic_base(root).unwrap_or_else(|| root.base().clone());
        Ok(models_url(&base, dialect))
    }

    fn names_model_in_body(&self, target: &ProviderTarget<'_>, route: CallRoute) -> bool {
        let root = target.dialect_root(route.dialect());
        !is_below_deployment(route) || root.is_ok_and(|root| classic_base(root.api()).is_none())
    }

    fn call_key_header(&self, _target: &ProviderTarget<'_>, _dialect: Dialect) -> KeyHeader {
        KeyHeader::bare("api-key")
    }

    /// Versions from before September 2024 refuse it (openai/openai-python#1469,
    /// Azure/azure-sdk-for-java#40998). Versions begin with their date.
    fn refuses_stream_options(&self, target: &ProviderTarget<'_>) -> bool {
        let root = target.dialect_root(Dialect::OpenAi);
        let version = root.ok().and_then(|root| version(root.api()));
        version.is_some_and(|version| version.as_str() < "2024-09")
    }
}

/// The URL that ends in `openai` and below which deployments lie, if a path names the deployment: the root
/// itself, where the model is its name, or the part in front of a stored deployment. Elsewhere the body
/// names it.
fn classic_base(root: &ApiRoot) -> Option<BaseUrl> {
    let path = root.base().path();
    if path == OPEN_AI {
        return Some(root.base().clone());
    }
    let (before, _) = path.split_once("openai/deployments/")?;
    Some(root.base().at_path(&format!("{before}{OPEN_AI}")))
}

/// Whether a route lies below a deployment. `OpenAI`'s own clients send `/responses` beside the
/// deployments, with the deployment as the model (`_deployments_endpoints` in openai/openai-python).
const fn is_below_deployment(route: CallRoute) -> bool {
    !matches!(route, CallRoute::Responses)
}

/// The version of the API that the stored URL names.
fn version(root: &ApiRoot) -> Option<String> {
    let mut query = root.base().url().query_pairs();
    query.find_map(|(name, value)| (name == "api-version").then(|| value.into_owned()))
}

fn root(target: &ProviderTarget<'_>) -> ApiRoot {
    let root = target.api_root();
    match target.vendor.and_then(|vendor| vendor.api_path) {
        Some(path) => root.moved_to(path),
        None => root,
    }
}

/// The deployment that a path names.
fn deployment(root: &ApiRoot) -> Option<&str> {
    let (_, rest) = root.base().path().split_once("openai/deployments/")?;
    rest.split('/').next().filter(|name| !name.is_empty())
}
