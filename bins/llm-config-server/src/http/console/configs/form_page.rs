//! The form of a configuration: for a new one and for a stored one.

use std::fmt::Write;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::config::{Capability, LlmConfig, Modality, Stamp};
use llm_config_core::field::Field;
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_providers::vendors::usual_endpoint;
use llm_config_service::{ConfigDetails, ConfigOrigin, NamedScope, Service};
use serde_json::json;

use super::conflict::Duplicate;
use super::credential::CredentialChoice;
use super::draft::{Checked, Examination};
use super::fields::{LAST_VERDICT, REJECTED, SCOPE, error_elements, name};
use super::stale::Stale;
use super::words::credential_line;
use crate::http::console::api_call::{ApiCall, vendor_path};
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, ListedError};
use crate::http::console::frame::{Frame, Section};
use crate::http::console::page::page_with;
use crate::http::error::RequestError;

/// The form of a configuration.
#[derive(Template)]
#[template(path = "console/configs/form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    /// The path that saves, below that of the console.
    save_path: String,
    /// The path of the examination and of the check, below that of the console.
    draft_path: String,
    error_elements: String,
    /// The configuration that is edited; `None` for a new one.
    stored: Option<StoredConfig>,
    /// Where a new configuration may belong: values and labels.
    scopes: Vec<(String, String)>,
    providers: &'static [Provider],
    /// An example of an endpoint.
    endpoint_example: &'static str,
    is_workspace: bool,
    /// Whether a browser has posted the form, which does not show secrets again.
    is_posted: bool,
    found: Found,
    call: ApiCall,
}

impl FormPage {
    /// Whether a field of the folded part has an error.
    fn has_folded_errors(&self) -> bool {
        let is_folded = |error: &ListedError<'_>| FOLDED.iter().any(|field| name(*field) == error.field);
        self.form.listed().iter().any(is_folded)
    }
}

/// The fields of the folded part.
const FOLDED: &[Field] = &[
    Field::Description,
    Field::Labels,
    Field::ApiPath,
    Field::Version,
    Field::Modalities,
    Field::Capabilities,
    Field::ContextLength,
    Field::MaxTokens,
    Field::Temperature,
    Field::TopP,
    Field::TopK,
    Field::FrequencyPenalty,
    Field::PresencePenalty,
    Field::StopSequences,
    Field::ClientConfig,
    Field::MonitoringEndpoint,
];

/// What a request has found out about the form.
#[derive(Default)]
pub(super) struct Found {
    pub(super) examination: Option<Examination>,
    pub(super) checked: Option<Checked>,
    pub(super) duplicate: Option<Duplicate>,
    pub(super) stale: Option<Stale>,
}

impl Found {
    /// Whether saving needs a confirmation: the last check of this form says that it does not work.
    fn is_rejected(&self, form: &FormView) -> bool {
        match &self.checked {
            Some(checked) => checked.is_rejected(),
            None => form.value(LAST_VERDICT) == REJECTED,
        }
    }
}

/// The configuration that is edited.
struct StoredConfig {
    id: ConfigId,
    name: String,
    credential: Option<String>,
    is_identity: bool,
    /// The origin of the credential and who set it, for a person who has not chosen it.
    unconfirmed_origin: Option<String>,
}

/// A form and what is known about it, as a response.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) form: FormView,
    pub(super) found: Found,
    pub(super) is_posted: bool,
}

/// The form of a new configuration.
pub(super) async fn new_page(
    request: &HttpRequest,
    service: &Service,
    viewer: &Viewer,
    Answer { status, form, found, is_posted }: Answer,
) -> Result<HttpResponse, RequestError> {
    let workspaces = service.list_workspaces(&viewer.session).await?;
    let scopes = service.creatable_scopes(&viewer.session, &workspaces);
    let value = |NamedScope { scope, name }: NamedScope| match scope {
        Scope::Owner(_) => ("own".to_owned(), "Me (my own configurations)".to_owned()),
        Scope::Workspace(id) => {
            (id.to_string(), format!("Workspace {}", name.unwrap_or_else(|| id.to_string())))
        }
    };
    let scopes: Vec<_> = scopes.into_iter().map(value).collect();
    let first = scopes.first().map(|(value, _)| value.clone()).unwrap_or_default();
    let form = if form.value(SCOPE).is_empty() { form.with_value(SCOPE, &first) } else { form };
    let is_workspace = form.value(SCOPE) != "own";
    let call = create_call(&form, is_workspace);
    let providers = if is_workspace { Provider::FOR_WORKSPACES } else { Provider::FOR_OWNERS };
    let page = FormPage {
        frame: Frame::new(request, Section::Configs),
        save_path: "/configs".to_owned(),
        draft_path: "/configs/new".to_owned(),
        error_elements: error_elements(),
        stored: None,
        scopes,
        providers,
        endpoint_example: endpoint_example(&form),
        is_workspace,
        is_posted,
        found,
        call,
        form,
    };
    page_with(status, &page)
}

/// The form of a stored configuration.
pub(super) async fn stored_page(
    request: &HttpRequest,
    service: &Service,
    viewer: &Viewer,
    details: &ConfigDetails,
    Answer { status, form, found, is_posted }: Answer,
) -> Result<HttpResponse, RequestError> {
    let config = &details.config;
    let id = config.id;
    let origin = service.origin(&viewer.session, id).await?;
    let (is_workspace, endpoint) = match config.scope {
        Scope::Owner(_) => (false, "endpointUrl"),
        Scope::Workspace(_) => (true, "endpoint"),
    };
    let call = ApiCall {
        method: "PUT",
        path: vendor_path(&config.scope, id),
        body: Some(json!({ endpoint: form.value(name(Field::Endpoint)) })),
    };
    let page = FormPage {
        frame: Frame::new(request, Section::Configs),
        save_path: format!("/configs/{id}"),
        draft_path: format!("/configs/{id}/edit"),
        error_elements: error_elements(),
        stored: Some(StoredConfig::new(config, &origin, viewer)),
        scopes: Vec::new(),
        providers: Provider::allowed_in(&config.scope),
        endpoint_example: endpoint_example(&form),
        is_workspace,
        is_posted,
        found,
        call,
        form,
    };
    page_with(status, &page)
}

impl StoredConfig {
    fn new(config: &LlmConfig, origin: &ConfigOrigin, viewer: &Viewer) -> Self {
        let ConfigOrigin { config: _, origin, setter } = origin;
        let choice = CredentialChoice::for_stored(config.secret.as_ref());
        let unconfirmed = || {
            let mut text = origin.to_string();
            if let Some(Stamp { at, by }) = config.origin.set {
                let by = setter.clone().unwrap_or_else(|| by.to_string());
                let at = crate::http::console::moment::readable(at);
                // Writing to a text does not fail.
                let _ = write!(text, ", set by {by}, {at}");
            }
            text
        };
        Self {
            id: config.id,
            name: config.settings.name.as_str().to_owned(),
            credential: config.secret.as_ref().map(credential_line),
            is_identity: choice == CredentialChoice::Identity,
            unconfirmed_origin: (!config.origin.includes(viewer.user.id)).then(unconfirmed),
        }
    }
}

/// The endpoint that is usual for the chosen provider, as an example.
fn endpoint_example(form: &FormView) -> &'static str {
    let provider = form.value(name(Field::Provider)).parse().ok();
    provider.and_then(usual_endpoint).unwrap_or("https://llm.example.com/v1")
}

/// The call that creates what the form has, with a placeholder for the secret.
fn create_call(form: &FormView, is_workspace: bool) -> ApiCall {
    let or = |field, example: &str| {
        let value = form.value(name(field));
        if value.is_empty() { example.to_owned() } else { value.to_owned() }
    };
    let (display_name, endpoint) = (or(Field::Name, "chat"), or(Field::Endpoint, endpoint_example(form)));
    let (path, body) = if is_workspace {
        let body = json!({
            "workspaceId": form.value(SCOPE), "name": display_name, "aiType": or(Field::Provider, "OPENAI"),
            "endpoint": endpoint, "secret": "the key that the provider gave you",
        });
        ("/ai/llm", body)
    } else {
        let body = json!({
            "displayName": display_name, "providerType": or(Field::Provider, "OPENAI"),
            "endpointUrl": endpoint, "modelIdentifier": or(Field::Model, "gpt-4o-mini"),
            "credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY",
                "apiKey": { "inlineSecret": "the key that the provider gave you" },
            },
        });
        ("/v1/llms", body)
    };
    ApiCall { method: "POST", path: path.to_owned(), body: Some(body) }
}
