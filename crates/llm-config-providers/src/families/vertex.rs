//! Google's Vertex AI: OAuth access tokens, and paths that name project and location.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::{Value, json};
use url::Url;

use crate::api_root::ApiRoot;
use crate::auth::SentCredential;
use crate::base_url::{BaseUrl, is_version};
use crate::classify::{Form, ResponseClass, WRONG_PRODUCT, classify};
use crate::family::vendor::is_below;
use crate::family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelStep, ProbeKind, Problem,
};
use crate::family::{ProviderTarget, openai_calls};
use crate::key_header::KeyHeader;
use crate::model_api::{CallUrlError, Dialect};
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::sigv4::percent_encode;
use crate::stage::Stage;

/// Google's Vertex AI.
pub(crate) struct Vertex;

/// The prefixes of keys of AI Studio, which are no access tokens.
pub(crate) const STUDIO_KEYS: &[&str] = &["AIza", "AQ."];

const NAMES_PROJECT: &str =
    "An endpoint of Vertex AI names project and location: …/v1/projects/PROJECT/locations/LOCATION.";

const NO_PROJECT: Problem = Problem { reason: Reason::ConfigIncomplete, hint: Some(NAMES_PROJECT) };

impl Family for Vertex {
    fn is_openai_compatible(&self) -> bool {
        false
    }

    fn authenticate(
        &self,
        target: &ProviderTarget<'_>,
        request: Request,
        sent: SentCredential,
        _now: SystemTime,
    ) -> Request {
        target.auth.apply(request, &KeyHeader::bearer(), sent)
    }

    fn precheck(&self, target: &ProviderTarget<'_>) -> Option<Problem> {
        VertexParent::of(target.base.path()).is_none().then_some(NO_PROJECT)
    }

    fn credential_probes(&self, target: &ProviderTarget<'_>) -> Vec<CredentialProbe> {
        vec![self.reachability_probe(target)]
    }

    /// Counts a model's tokens, which is free and needs everything that a call needs. For other
    /// publishers' models nothing is free: `projects.locations.get` needs the token and names the project.
    fn reachability_probe(&self, target: &ProviderTarget<'_>) -> CredentialProbe {
        let url = |path: &str| match VertexParent::of(target.base.path()) {
            Some(parent) => parent.url(&target.base, path),
            None => target.base.url().clone(),
        };
        let request = match target.model().map(VertexModel::of) {
            Some(VertexModel { publisher: "google", id, .. }) => {
                let id = percent_encode(id);
                let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
                Request::post(url(&format!("/publishers/google/models/{id}:countTokens")), &body)
            }
            Some(_) | None => Request::get(url("")),
        };
        CredentialProbe::new(ProbeKind::Describe, request)
    }

    fn acceptance(
        &self,
        _target: &ProviderTarget<'_>,
        probe: &CredentialProbe,
        response: &Response,
        _class: &ResponseClass,
    ) -> Option<Acceptance> {
        let json = response.json().filter(|_| response.is_success())?;
        let is_expected = if probe.request.method == http::Method::POST {
            json.get("totalTokens").is_some_and(Value::is_number)
        } else {
            json.get("name").or_else(|| json.get("locationId")).is_some_and(Value::is_string)
        };
        is_expected.then_some(Acceptance::FULL)
    }

    fn empty_call(&self, _target: &ProviderTarget<'_>, _root: Option<&ApiRoot>) -> Option<CredentialProbe> {
        None
    }

    fn model_step<'a>(&self, target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
        if accepted.is_list_forbidden {
            return ModelStep::Done(ModelFact::NotChecked);
        }
        ModelStep::Done(match target.model().map(VertexModel::of) {
            None => ModelFact::NotChecked,
            Some(VertexModel { publisher: "google", has_publisher, .. }) => {
                // Calls to the OpenAI-compatible path need the publisher; only counting works without.
                if is_compatible(target.base.path()) && !has_publisher {
                    ModelFact::ExistsAs(Note::ModelSpelledDifferently)
                } else {
                    ModelFact::Exists
                }
            }
            Some(_) => ModelFact::only_call_tells(),
        })
    }

    fn completion_url(&self, target: &ProviderTarget<'_>) -> Option<Url> {
        let path = target.base.path();
        if is_compatible(path) {
            return Some(target.base.join(&["chat", "completions"]));
        }
        let VertexModel { publisher, id, .. } = VertexModel::of(target.model()?);
        let (publisher, id) = (percent_encode(publisher), percent_encode(id));
        let parent = VertexParent::of(path)?;
        Some(parent.url(&target.base, &format!("/publishers/{publisher}/models/{id}:generateContent")))
    }

    fn dialect_root(&self, target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
        if dialect != Dialect::OpenAi {
            return Err(CallUrlError::NotSpoken);
        }
        let root = openai_calls::call_root(target);
        if is_compatible(root.base().path()) {
            return Ok(root);
        }
        let parent = VertexParent::of(root.base().path()).ok_or(CallUrlError::Incomplete(NAMES_PROJECT))?;
        Ok(ApiRoot::at(BaseUrl::from_url(parent.url(root.base(), "/endpoints/openapi"))))
    }

    /// The OpenAI-compatible path has no list.
    fn models_url(&self, _target: &ProviderTarget<'_>, dialect: Dialect) -> Result<Url, CallUrlError> {
        Err(if dialect == Dialect::OpenAi { CallUrlError::NoList } else { CallUrlError::NotSpoken })
    }

    /// Calls need the publisher.
    fn model_in_calls<'a>(&self, _dialect: Dialect, model: &'a str) -> Cow<'a, str> {
        if model.is_empty() {
            return Cow::Borrowed(model);
        }
        let VertexModel { publisher, id, .. } = VertexModel::of(model);
        Cow::Owned(format!("{publisher}/{id}"))
    }

    fn classify(&self, target: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
        let class = classify(Form::Google, response, &target.response_context(url));
        // A genuine key of AI Studio is no access token.
        if class.reason == Reason::BadKey && target.auth.key_begins_with(STUDIO_KEYS) {
            return ResponseClass::new(Reason::KeyWrongProduct, Stage::Auth).with_hint(WRONG_PRODUCT);
        }
        class
    }
}

/// Whether a host is Vertex AI's: `aiplatform.googleapis.com`; that of a region
/// (`us-central1-aiplatform.googleapis.com`); both with client certificates
/// (`aiplatform.mtls.googleapis.com`); those that stay in a region (`aiplatform.eu.rep.googleapis.com`, in a
/// private network `aiplatform.eu.p.rep.googleapis.com`); and the name of a private endpoint
/// (`aiplatform-genai1.p.googleapis.com`).
///
/// Sources: <https://cloud.google.com/vertex-ai/docs/general/googleapi-access-methods>;
/// `getDefaultMtlsEndpoint` of googleapis/google-cloud-java; the tests of googleapis/python-genai;
/// `targetGoogleApi` in the REST reference of Network Connectivity.
pub(crate) fn is_own_host(host: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some(service) = host.strip_suffix(".googleapis.com") else { return false };
    let between =
        |start: &str, end: &str| service.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let variable = between("", "-aiplatform")
        .or_else(|| between("", "-aiplatform.mtls"))
        .or_else(|| between("aiplatform.", ".p.rep"))
        .or_else(|| between("aiplatform.", ".rep"))
        .or_else(|| between("aiplatform-", ".p"));
    matches!(service, "aiplatform" | "aiplatform.mtls") || variable.is_some_and(is_name)
}

/// Whether a name lies in the domain of dedicated endpoints, `ENDPOINT.REGION-UID.prediction.vertexai.goog`
/// (`dedicatedEndpointDns` in the REST reference). They serve the API of the model that a customer deployed.
pub(crate) fn has_public_name(host: &str) -> bool {
    is_below(host, "prediction.vertexai.goog")
}

/// Whether a base path has the form of Vertex AI's.
pub(crate) fn is_own_path(path: &str) -> bool {
    is_compatible(path) || VertexParent::of(path).is_some()
}

/// Google's OpenAI-compatible path; there is no list of models below it.
fn is_compatible(path: &str) -> bool {
    path.ends_with("endpoints/openapi")
}

/// The parent of all models: a project and a location, and the path in front of them.
struct VertexParent {
    /// A gateway's own segments, and the version.
    before: Vec<String>,
    project: String,
    location: String,
}

impl VertexParent {
    fn of(path: &str) -> Option<Self> {
        let segments: Vec<_> = path.split('/').collect();
        let at = segments.windows(4).position(|part| part[0] == "projects" && part[2] == "locations")?;
        let (before, rest) = segments.split_at(at);
        let [_, project, _, location, ..] = rest else { return None };
        let before = before.iter().filter(|segment| !segment.is_empty());
        let mut before: Vec<_> = before.map(|segment| (*segment).to_owned()).collect();
        if !before.last().is_some_and(|last| is_version(last)) {
            before.push("v1".to_owned());
        }
        let is_named = !project.is_empty() && !location.is_empty();
        is_named.then(|| Self { before, project: (*project).to_owned(), location: (*location).to_owned() })
    }

    /// A URL below the location. `encoded` is percent-encoded; no other part needs it.
    fn url(&self, base: &BaseUrl, encoded: &str) -> Url {
        let Self { before, project, location } = self;
        let mut url = base.url().clone();
        url.set_path(&format!("{}/projects/{project}/locations/{location}{encoded}", before.join("/")));
        url
    }
}

/// A model and its publisher.
struct VertexModel<'a> {
    publisher: &'a str,
    id: &'a str,
    /// Whether the configuration names the publisher.
    has_publisher: bool,
}

impl<'a> VertexModel<'a> {
    /// `google/gemini-…`, `publishers/google/models/gemini-…`, or `gemini-…` alone.
    fn of(text: &'a str) -> Self {
        let rest = text.strip_prefix("publishers/").unwrap_or(text);
        let (publisher, id, has_publisher) = match rest.split_once('/') {
            Some((publisher, id)) => (publisher, id, true),
            None => ("google", rest, false),
        };
        Self { publisher, id: id.strip_prefix("models/").unwrap_or(id), has_publisher }
    }
}
