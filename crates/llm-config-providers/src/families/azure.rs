//! Azure `OpenAI`: deployments with names of their own, which no list contains.

use std::time::SystemTime;

use crate::api_root::ApiRoot;
use crate::auth::SentCredential;
use crate::family::ProviderTarget;
use crate::family::openai;
use crate::family::{AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, Problem};
use crate::key_header::KeyHeader;
use crate::reason::Reason;
use crate::request::Request;

/// Azure `OpenAI`.
pub(crate) struct AzureOpenAi;

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
        let has_version = root.base().url().query_pairs().any(|(name, _)| name == "api-version");
        let is_classic = !root.base().path().ends_with("openai/v1");
        (is_classic && !has_version).then_some(NO_VERSION)
    }
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
