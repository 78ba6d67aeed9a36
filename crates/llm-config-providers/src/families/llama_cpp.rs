//! llama-server, whose list of models is public in some versions.

use crate::classify::ResponseClass;
use crate::family::ProviderTarget;
use crate::family::openai;
use crate::family::{Acceptance, AcceptedProbe, CredentialProbe, Family, ModelStep, ProbeKind};
use crate::request::Request;
use crate::response::Response;

/// llama-server.
pub(crate) struct LlamaCpp;

impl Family for LlamaCpp {
    /// `GET /props` requires the key in all known versions (ggml-org/llama.cpp#14352), the list does not
    /// (ggml-org/llama.cpp#27027). A proxy may not pass it on; then the list has to do.
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let root = target.api_root();
        if target.may_be_mistyped() {
            return openai::credential_probes(target, &root);
        }
        let request = Request::get(root.base().without_version().join(&["props"]));
        let props = CredentialProbe::new(ProbeKind::Describe, request).at(&root);
        let mut probes = vec![CredentialProbe { is_optional: true, ..props }];
        probes.extend(openai::probes_by_list(target, &root));
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
            ProbeKind::Describe => is_props(response).then_some(Acceptance::FULL),
            ProbeKind::List | ProbeKind::EmptyCall => openai::acceptance(probe, response, class),
        }
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        let lookup = openai::Lookup::new(target, accepted);
        match (accepted.probe.kind, accepted.probe.root(), lookup) {
            (ProbeKind::Describe, Some(root), Some(lookup)) => {
                let is_strict = is_router(accepted.response);
                let lookup = if is_strict { lookup.at_strict_server() } else { lookup };
                openai::list_step_of(lookup, root.models())
            }
            (ProbeKind::List | ProbeKind::EmptyCall | ProbeKind::Describe, ..) => {
                openai::model_step(target, accepted)
            }
        }
    }
}

/// Whether the server routes to several models. It refuses names that it does not list, where a server of one
/// model ignores the name (ggml-org/llama.cpp#17968).
fn is_router(props: &Response) -> bool {
    let role = props.json().and_then(|json| json.get("role")).and_then(serde_json::Value::as_str);
    role == Some("router")
}

fn is_props(response: &Response) -> bool {
    let has = |name: &str| response.json().is_some_and(|json| json.get(name).is_some());
    response.is_success() && (has("default_generation_settings") || has("total_slots"))
}
