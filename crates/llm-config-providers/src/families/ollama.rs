//! Ollama: the local server, which checks no keys, and the vendor's cloud, which does.

use crate::api_root::{ApiPath, ApiRoot};
use crate::family::ProviderTarget;
use crate::family::{AcceptedProbe, CredentialProbe, Family, ModelRequest, ModelStep, ProbeKind};
use crate::family::{openai, openai_calls};
use crate::model_api::{CallUrlError, Dialect};
use crate::request::Request;

/// Ollama.
pub(crate) struct Ollama;

/// The OpenAI-compatible API, which lies beside the base of Ollama's own (docs.ollama.com/api/introduction).
const COMPATIBLE: ApiPath = ApiPath { path: "v1", replaces: &["api"] };

impl Family for Ollama {
    /// `GET /api/tags` lists the models of a server whose own API is called. No call proves the key there:
    /// without messages, it loads a model. The cloud's lists are public, so only a call without messages
    /// checks the key (heypinchy/pinchy#154).
    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        let root = target.api_root();
        if target.is_own_host {
            return vec![cloud_call(target, root)];
        }
        let Some(before) = path_before_own_api(target) else {
            let likely = root.moved_to(COMPATIBLE);
            return if likely.is_elsewhere() {
                openai::probes_of_mistyped(target, &root, &likely)
            } else {
                openai::credential_probes(target, &root)
            };
        };
        let mut url = target.target.url();
        url.set_path(&format!("{before}/api/tags"));
        vec![CredentialProbe::new(ProbeKind::List, Request::get(url)).at(&root)]
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        let (true, Some(root)) = (target.is_own_host, accepted.probe.root()) else {
            return openai::model_step(target, accepted);
        };
        let mut url = root.base().url().clone();
        url.set_path("/v1/models");
        match openai::list_step(target, accepted, url) {
            ModelStep::Send(sent) => ModelStep::Send(Box::new(ModelRequest { is_public: true, ..*sent })),
            done @ ModelStep::Done(_) => done,
        }
    }

    /// The cloud's API lies at one path.
    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        let root = openai_calls::call_root(target);
        let fixed = target.vendor.and_then(|vendor| vendor.api_path).filter(|_| target.is_own_host);
        let root = match fixed {
            Some(path) => root.moved_to(path),
            None => root,
        };
        openai_calls::dialect_root(target, root, dialect)
    }
}

fn cloud_call(target: &ProviderTarget<'_>, root: ApiRoot) -> CredentialProbe {
    let fixed = target.vendor.and_then(|vendor| vendor.api_path);
    let root = match fixed.filter(|_| path_before_own_api(target).is_none()) {
        Some(path) => root.moved_to(path),
        None => root,
    };
    let mut url = root.base().url().clone();
    url.set_path("/v1/chat/completions");
    openai::empty_call_at(url, target.model()).at(&root)
}

/// The path in front of `/api`, if Ollama's own API is called and not the OpenAI-compatible one.
fn path_before_own_api(target: &ProviderTarget<'_>) -> Option<String> {
    let url = target.target.url();
    let (before, operation) = url.path().trim_end_matches('/').rsplit_once("/api/")?;
    matches!(operation, "chat" | "generate" | "embed" | "embeddings").then(|| before.to_owned())
}
