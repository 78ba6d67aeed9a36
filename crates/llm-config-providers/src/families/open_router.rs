//! `OpenRouter` and relays of it: the list of models is public, so the key is checked by its description.

use crate::api_root::ApiRoot;
use crate::classify::ResponseClass;
use crate::family::ProviderTarget;
use crate::family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, ProbeKind, Problem,
};
use crate::family::{openai, openai_calls};
use crate::model_api::{CallUrlError, Dialect};
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;

/// `OpenRouter`.
pub(crate) struct OpenRouter;

const MANAGES_KEYS: Problem = Problem {
    reason: Reason::KeyWrongProduct,
    hint: Some("The key is genuine, but it manages other keys and cannot call models: make an ordinary key."),
};

const LIMIT_REACHED: Problem = Problem {
    reason: Reason::InsufficientCredit,
    hint: Some(
        "The key is genuine, but its own limit is used up: raise the limit or wait for the next period.",
    ),
};

impl Family for OpenRouter {
    /// `GET /api/v1/key` succeeds for genuine keys only (charmbracelet/crush#997,
    /// tinyhumansai/openhuman#2372). A relay may not pass it on; then a call without messages checks the key.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let root = root(target);
        if target.may_be_mistyped() {
            return openai::credential_probes(target, &root);
        }
        if target.is_own_host {
            return vec![description(&root)];
        }
        let elsewhere = root
            .guess(target.is_divided_host)
            .map(|root| CredentialProbe { is_guess: true, ..description(&root) });
        let mut probes = vec![description(&root), openai::empty_call(&root, target.model())];
        probes.extend(elsewhere);
        probes
    }

    fn acceptance(
        &self,
        _target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        response: &Response,
        class: &ResponseClass,
    ) -> Option<Acceptance> {
        match probe.kind {
            ProbeKind::Describe => of_description(response),
            ProbeKind::List | ProbeKind::EmptyCall => openai::acceptance(probe, response, class),
        }
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        let (Some(model), Some(root)) = (target.model(), accepted.probe.root()) else {
            return ModelStep::Done(ModelFact::OnlyCallTells { hint: None, status: None });
        };
        // A router selects a model itself; there is no id to compare.
        if target.is_own_host && model.starts_with("openrouter/") {
            return ModelStep::Done(ModelFact::Unconfirmed);
        }
        let Some(lookup) = openai::Lookup::new(target, accepted) else {
            return ModelStep::Done(ModelFact::OnlyCallTells { hint: None, status: None });
        };
        openai::list_step_of(lookup.with_url(endpoints(root, model)), root.models())
    }

    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        openai_calls::dialect_root(target, root(target), dialect)
    }
}

/// The request that describes the key.
fn description(root: &ApiRoot) -> CredentialProbe {
    let request = Request::get(root.base().join(&["key"]));
    CredentialProbe::new(ProbeKind::Describe, request).at(root)
}

fn root(target: &ProviderTarget<'_>) -> ApiRoot {
    let root = target.api_root();
    match target.vendor.and_then(|vendor| vendor.api_path).filter(|_| target.is_own_host) {
        Some(path) => root.moved_to(path),
        None => root,
    }
}

/// The URL of a model's providers; the model's id is the name of two folders.
fn endpoints(root: &ApiRoot, id: &str) -> url::Url {
    let segments: Vec<&str> = ["models"].into_iter().chain(id.split('/')).chain(["endpoints"]).collect();
    root.base().join(&segments)
}

fn of_description(response: &Response) -> Option<Acceptance> {
    let data = response.json().filter(|_| response.is_success())?.get("data")?;
    let data = data.as_object()?;
    let is = |name: &str| data.get(name).and_then(serde_json::Value::as_bool).unwrap_or(false);
    // Null means no limit.
    let remaining = data.get("limit_remaining").and_then(serde_json::Value::as_f64);
    let problem = if is("is_management_key") || is("is_provisioning_key") {
        Some(MANAGES_KEYS)
    } else if remaining.is_some_and(|remaining| remaining <= 0.0) {
        Some(LIMIT_REACHED)
    } else {
        None
    };
    Some(Acceptance { problem, ..Acceptance::FULL })
}
