//! OpenAI-compatible APIs: the behaviour of the trait's default methods.

use serde_json::{Value, json};
use url::Url;

use crate::api_root::ApiRoot;
use crate::auth::SentCredential;
use crate::classify::{ResponseClass, is_about_missing_content};
use crate::completion::{Operation, is_about_own_part};
use crate::error_body::has_error;
use crate::family::vendor::{MissingModel, Vendor};
use crate::family::{
    Acceptance, AcceptedProbe, CredentialProbe, Family, ModelFact, ModelRequest, ModelStep, ProbeKind,
    ProviderTarget,
};
use crate::host_trust::HostTrust;
use crate::key_header::KeyHeader;
use crate::model_api::ANTHROPIC_VERSION_DEFAULT;
use crate::model_list::{ModelList, Presence};
use crate::model_names::ModelNames;
use crate::note::Note;
use crate::reason::Reason;
use crate::request::Request;
use crate::response::Response;
use crate::stage::Stage;

/// An OpenAI-compatible API without peculiarities.
pub(crate) struct OpenAi;

impl Family for OpenAi {}

/// Adds the key, and the version that the operation needs.
pub(crate) fn authenticate(target: &ProviderTarget<'_>, request: Request, sent: SentCredential) -> Request {
    let is_messages = Operation::at(&request.url) == Some(Operation::Messages);
    let request = if is_messages {
        request.with_header("anthropic-version", ANTHROPIC_VERSION_DEFAULT)
    } else {
        request
    };
    target.auth.apply(request, &KeyHeader::bearer(), sent)
}

/// The probes of [`probes_by_list`], in another order for an endpoint without a path: it mostly lacks its
/// `/v1`. The call without content comes first, because it tells whether calls succeed at the configured
/// address, and leaves a request for the negative control at the corrected one.
pub(crate) fn credential_probes(target: &ProviderTarget<'_>, root: &ApiRoot) -> Vec<CredentialProbe> {
    if let Some(likely) = target.likely_root() {
        return probes_of_mistyped(target, root, &likely);
    }
    let mut probes = probes_by_list(target, root);
    if root.base().path().is_empty() {
        probes.rotate_left(1);
    }
    probes
}

/// A call at the stored address of an endpoint that looks like a mistake, and the lists where it probably
/// lies.
pub(crate) fn probes_of_mistyped(
    target: &ProviderTarget<'_>,
    root: &ApiRoot,
    likely: &ApiRoot,
) -> Vec<CredentialProbe> {
    let guess = |root: &ApiRoot| CredentialProbe { is_guess: true, ..list_probe(root) };
    let mut probes = vec![empty_call(root, target.model()), guess(likely)];
    if likely.base().path().is_empty() {
        probes.push(guess(&likely.with_version()));
    }
    probes
}

/// The list of models, a call without content, and the list where the API may be instead.
pub(crate) fn probes_by_list(target: &ProviderTarget<'_>, root: &ApiRoot) -> Vec<CredentialProbe> {
    let elsewhere = root
        .guess(target.is_divided_host)
        .map(|root| CredentialProbe { is_guess: true, ..list_probe(&root) });
    let mut probes = vec![list_probe(root), empty_call(root, target.model())];
    probes.extend(elsewhere);
    probes
}

/// The request that lists models.
pub(crate) fn list_probe(root: &ApiRoot) -> CredentialProbe {
    CredentialProbe::new(ProbeKind::List, Request::get(root.models())).at(root)
}

/// A completion request without messages. An empty list of messages would not do: llama-server and
/// llama-cpp-python generate from it (llama-cpp-python 0.3.36). The limit holds where a server ignores that
/// the messages are missing.
pub(crate) fn empty_call(root: &ApiRoot, model: Option<&str>) -> CredentialProbe {
    empty_call_at(root.completion_url(), model).at(root)
}

/// The same at a URL.
pub(crate) fn empty_call_at(url: Url, model: Option<&str>) -> CredentialProbe {
    let mut body = json!({ "max_tokens": 1 });
    if let Some(model) = model {
        body["model"] = Value::from(model);
    }
    CredentialProbe::new(ProbeKind::EmptyCall, Request::post(url, &body))
}

/// Whether a response accepts the credential.
pub(crate) fn acceptance(
    probe: &CredentialProbe,
    response: &Response,
    class: &ResponseClass,
) -> Option<Acceptance> {
    match probe.kind {
        ProbeKind::List | ProbeKind::Describe => ModelList::read(response).map(|_| Acceptance::FULL),
        ProbeKind::EmptyCall => acceptance_of_empty_call(response, class),
    }
}

fn acceptance_of_empty_call(response: &Response, class: &ResponseClass) -> Option<Acceptance> {
    let has_output = ["choices", "output", "content"].iter().any(|name| response.has_list(name));
    // The content was left out on purpose, so only its absence may be refused, or what a call of ours has
    // besides.
    let is_only_content = class.reason == Reason::UnexpectedAnswer
        && matches!(response.status, 400 | 422)
        && (is_about_missing_content(response.error()) || is_about_own_part(response));
    if has_output { Some(Acceptance::FULL) } else { is_only_content.then_some(Acceptance::PARTIAL) }
}

/// Looks the model up in the list, and requests the one model where the list leaves it open. The list is
/// fetched first if the call without content came before it.
pub(crate) fn model_step<'a>(target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> ModelStep<'a> {
    let is_call = accepted.probe.kind == ProbeKind::EmptyCall;
    let is_list_open =
        |root: &&ApiRoot| is_call && (root.base().path().is_empty() || target.may_be_mistyped());
    if let Some(root) = accepted.probe.root().filter(is_list_open) {
        return list_step(target, accepted, root.models());
    }
    let list = ModelList::read(accepted.response).filter(|_| accepted.probe.kind == ProbeKind::List);
    match (Lookup::new(target, accepted), list) {
        (Some(lookup), Some(list)) => lookup.in_list(&list),
        (None, _) | (_, None) => ModelStep::Done(ModelFact::OnlyCallTells { hint: None, status: None }),
    }
}

/// Fetches the list of models first, where the credential was proven without one.
pub(crate) fn list_step<'a>(
    target: &'a ProviderTarget<'a>,
    accepted: &AcceptedProbe<'_>,
    url: Url,
) -> ModelStep<'a> {
    let Some(lookup) = Lookup::new(target, accepted) else {
        return ModelStep::Done(ModelFact::OnlyCallTells { hint: None, status: None });
    };
    list_step_of(lookup, url)
}

/// Fetches the list of models from `url` for a lookup.
pub(crate) fn list_step_of(lookup: Lookup<'_>, url: Url) -> ModelStep<'_> {
    ModelStep::send(Request::get(url.clone()), move |response| match ModelList::read(response) {
        Some(list) => lookup.clone().in_list(&list),
        None => ModelStep::Done(unlisted(&lookup.target.classify(&url, response))),
    })
}

/// The fact that follows from a refused list.
fn unlisted(class: &ResponseClass) -> ModelFact {
    if class.is_absent {
        ModelFact::OnlyCallTells { hint: None, status: None }
    } else if class.stage < Stage::Auth {
        ModelFact::Unverifiable { why: class.reason, status: None }
    } else {
        ModelFact::Unverifiable { why: Reason::UnexpectedAnswer, status: None }
    }
}

const COVERED: &str = "No problem found, but the server lists the model by a wildcard, so only a call \
    tells whether it exists.";

const SIMILAR: &str = "No problem found, but the server lists this model in another spelling, and only a \
    call tells whether it takes this one.";

const NEVER_LISTED: &str = "No problem found, but such names are never listed, so only a call tells whether \
    the model exists.";

const LISTED_ONLY: &str = "No problem found, but calls take the model's name without the beginning that the \
    list puts in front of it: store it without.";

/// The lookup of one model.
#[derive(Clone)]
pub(crate) struct Lookup<'a> {
    target: &'a ProviderTarget<'a>,
    model: &'a str,
    vendor: &'static Vendor,
    missing_model: MissingModel,
    /// Describes the one model.
    url: Url,
}

impl<'a> Lookup<'a> {
    /// The lookup of the target's model below the root of an accepted probe.
    pub(crate) fn new(target: &'a ProviderTarget<'a>, accepted: &AcceptedProbe<'_>) -> Option<Self> {
        let (model, root) = (target.model()?, accepted.probe.root()?);
        let vendor = accepted.vendor.unwrap_or(&Vendor::UNKNOWN);
        let missing_model = vendor.missing_model;
        Some(Self { target, model, vendor, missing_model, url: root.model(model) })
    }

    /// The same at a server that refuses names that its list lacks.
    pub(crate) fn at_strict_server(self) -> Self {
        Self { missing_model: MissingModel::NotFound, ..self }
    }

    /// The same with another URL that describes the model.
    pub(crate) fn with_url(self, url: Url) -> Self {
        Self { url, ..self }
    }

    pub(crate) fn in_list(self, list: &ModelList) -> ModelStep<'a> {
        let is_router = self.missing_model == MissingModel::FallsBack && list.has_load_states;
        let lookup = if is_router { self.at_strict_server() } else { self };
        match list.find(lookup.model, &lookup.vendor.names) {
            Presence::Exact => ModelStep::Done(ModelFact::Exists),
            Presence::OtherSpelling => ModelStep::Done(ModelFact::ExistsAs(Note::ModelSpelledDifferently)),
            Presence::ListedOnly => only_call_tells(LISTED_ONLY),
            Presence::NeverListed => only_call_tells(NEVER_LISTED),
            Presence::Covered => lookup.request_open(COVERED),
            // The vendor's own API tells whether it takes the name.
            Presence::Similar if lookup.target.trust() == HostTrust::Unknown => lookup.similar(),
            Presence::Similar | Presence::Absent => lookup.absent(),
            Presence::Unknown => lookup.request(None),
        }
    }

    fn absent(self) -> ModelStep<'a> {
        match self.missing_model {
            MissingModel::NotFound => ModelStep::Done(self.not_listed()),
            MissingModel::FallsBack => ModelStep::Done(ModelFact::FallsBack),
            MissingModel::Lookup => self.request(Some(ModelFact::Doubtful { status: None })),
        }
    }

    /// The list has the model in another spelling.
    fn similar(self) -> ModelStep<'a> {
        match self.missing_model {
            MissingModel::NotFound => ModelStep::Done(self.not_listed()),
            MissingModel::FallsBack => only_call_tells(SIMILAR),
            MissingModel::Lookup => self.request_open(SIMILAR),
        }
    }

    /// Requests the one model. Without a description the model stays open: the list contains it in a way.
    fn request_open(self, hint: &'static str) -> ModelStep<'a> {
        let open = |status| ModelFact::OnlyCallTells { hint: Some(hint), status };
        let step = self.request(Some(open(None)));
        step.map(move |fact| if fact.is_missing() { open(fact.status()) } else { fact })
    }

    /// Requests the one model.
    fn request(self, if_left_out: Option<ModelFact>) -> ModelStep<'a> {
        let request = Request::get(self.url.clone());
        let lookup = ModelRequest::new(request, move |response| ModelStep::Done(self.fact(response)));
        ModelStep::Send(Box::new(ModelRequest { if_left_out, ..lookup }))
    }

    fn not_listed(&self) -> ModelFact {
        let is_vendor = self.target.trust() == HostTrust::Vendor;
        let hint = self.vendor.hint(Reason::ModelNotFound, 200, true).filter(|_| !is_vendor);
        ModelFact::NotListed { hint, status: None }
    }

    /// The fact that follows from the request for the one model.
    fn fact(&self, response: &Response) -> ModelFact {
        if response.is_success() && describes(response, self.model, &self.vendor.names) {
            return ModelFact::Exists;
        }
        let class = self.target.classify(&self.url, response);
        let status = Some(response.status);
        if matches!(class.reason, Reason::ModelNotFound | Reason::ModelNoAccess) {
            ModelFact::refused(class, response)
        } else if class.is_absent || class.forbids_listing {
            ModelFact::Doubtful { status }
        } else if self.vendor.lists_all_usable && matches!(response.status, 401 | 403) {
            // LiteLLM rejects requests for other models as if the key were wrong (LiteLLM 1.106.2).
            ModelFact::NotListed { hint: None, status }
        } else if !class.is_conclusive || !class.reason.implied().judges_credential() {
            ModelFact::Unverifiable { why: class.reason, status }
        } else {
            ModelFact::Unverifiable { why: Reason::UnexpectedAnswer, status }
        }
    }
}

const fn only_call_tells<'a>(hint: &'static str) -> ModelStep<'a> {
    ModelStep::Done(ModelFact::OnlyCallTells { hint: Some(hint), status: None })
}

/// Whether a body describes the model; some servers respond to every path.
fn describes(response: &Response, model: &str, names: &ModelNames) -> bool {
    let Some(json) = response.json().filter(|json| !has_error(json)) else { return false };
    // OpenRouter describes a variant under the id of its model.
    let is_same =
        |id: &str| id == model || model.starts_with(&format!("{id}:")) || names.are_equal(model, id);
    let is_described = |value: &Value| value.as_str().is_some_and(is_same);
    is_described(&json["id"]) || is_described(&json["data"]["id"])
}
