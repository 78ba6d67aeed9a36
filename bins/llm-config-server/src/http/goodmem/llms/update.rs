//! `PUT /v1/llms/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::config::{ClientConfig, ContextLength, Labels};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::field::FieldErrors;
use llm_config_core::patch::{ConfigPatch, CredentialPatch, LabelPatch, Patch};
use llm_config_core::text::{Description, DisplayName, ModelId, ModelVersion};
use llm_config_service::{Parsed, ScopeFilter, Service};

use crate::http::auth::Authenticated;
use crate::http::body::{Checked, Lenient, request_body};
use crate::http::error::RequestError;
use crate::http::etag::{self, ETag, IfMatch};
use crate::http::goodmem::llms::capabilities::CapabilitiesRequest;
use crate::http::goodmem::llms::credentials::EndpointAuthentication;
use crate::http::goodmem::llms::llm::Llm;
use crate::http::goodmem::llms::sampling::SamplingRequest;
use crate::http::goodmem::llms::unsupported::DashscopeDialect;
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::responder::WithETag;
use crate::http::schema::enums::ModalityName;
use crate::http::schema::error_responses::{Conflict, Forbidden, NotFound, PreconditionFailed};
use crate::http::schema::object::{both, nothing};

request_body! {
    /// A change of an LLM: absent and null members stay as they are. At least one member must be given.
    pub(crate) struct UpdateLlm as LLMUpdateRequest {
        display_name: Option<DisplayName>,
        /// The empty string clears the value.
        description: Patch<Description>,
        /// Another scheme, host or port needs `credentials` with `inlineSecret` in the same request.
        endpoint_url: Option<Endpoint>,
        /// Blank restores `/chat/completions`.
        api_path: Option<ApiPath>,
        model_identifier: Option<ModelId>,
        /// Replaces the set; an empty list changes nothing.
        supported_modalities: Option<Vec<ModalityName>>,
        credentials: Option<Checked<EndpointAuthentication>>,
        /// The empty string clears the value.
        version: Patch<ModelVersion>,
        /// The empty string clears the value.
        monitoring_endpoint: Patch<Endpoint>,
        /// Replaces all flags: an absent flag is off.
        capabilities: Option<CapabilitiesRequest>,
        /// Replaces the whole set.
        default_sampling_params: Option<Checked<SamplingRequest>>,
        max_context_length: Option<Lenient<ContextLength>>,
        /// Replaces the whole object.
        client_config: Option<ClientConfig>,
        /// All labels from now on; excludes `mergeLabels`.
        replace_labels: Option<Labels>,
        /// Labels to add or to change; excludes `replaceLabels`.
        merge_labels: Option<Labels>,
        /// Not supported: belongs to a provider that this server does not offer. Anything but null and the
        /// empty string is refused.
        dashscope_api_dialect: DashscopeDialect,
    }
    example {
        "displayName": "GPT-4o mini, second line", "mergeLabels": {"team": "search"},
    }
    forbids(nothing(), both("replaceLabels", "mergeLabels"))
    rules(object) {
        object.exclude("replaceLabels", "mergeLabels");
    }
}

impl UpdateLlm {
    /// The change, or an error if it changes nothing.
    pub(crate) fn into_patch(self) -> Parsed<ConfigPatch> {
        let Self {
            display_name,
            description,
            endpoint_url,
            api_path,
            model_identifier,
            supported_modalities,
            credentials,
            version,
            monitoring_endpoint,
            capabilities,
            default_sampling_params,
            max_context_length,
            client_config,
            replace_labels,
            merge_labels,
            dashscope_api_dialect: DashscopeDialect,
        } = self;
        let modalities = supported_modalities.filter(|names| !names.is_empty());
        let patch = ConfigPatch {
            name: display_name,
            description,
            // Immutable in this API.
            provider: None,
            endpoint: endpoint_url,
            api_path,
            model: Patch::from_option(model_identifier),
            modalities: modalities
                .map(|names| names.into_iter().map(|name| name.0).collect::<Vec<_>>().into()),
            capabilities: capabilities.map(CapabilitiesRequest::into_enabled),
            sampling: Patch::from_option(default_sampling_params.map(|sampling| sampling.0)),
            context_length: Patch::from_option(max_context_length.map(|length| length.0)),
            labels: match (replace_labels, merge_labels) {
                (Some(labels), _) => LabelPatch::Replace(labels),
                (None, Some(labels)) => LabelPatch::Merge(labels),
                (None, None) => LabelPatch::Keep,
            },
            client_config: Patch::from_option(client_config),
            version,
            monitoring_endpoint,
            credential: credentials
                .map_or(CredentialPatch::Keep, |credential| CredentialPatch::Replace(credential.0)),
        };
        if patch.fields().is_empty() {
            let mut errors = FieldErrors::<String>::default();
            errors.add("", "the request must change at least one field");
            return Err(errors);
        }
        Ok(patch)
    }
}

/// Changes an LLM.
///
/// Changes the given members. Another scheme, host or port needs the credential again; a credential for an
/// endpoint that another user set needs `endpointUrl`.
#[utoipa::path(
    put, path = "/v1/llms/{id}", operation_id = "updateLlm", tag = tags::LLMS, params(ById, IfMatch),
    request_body = UpdateLlm,
    responses(
        (status = 200, body = Llm,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, NotFound, Conflict, PreconditionFailed,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<UpdateLlm>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<Llm>>, RequestError> {
    let id = path::id(&request)?;
    let patch = body.and_then(UpdateLlm::into_patch);
    let precondition = etag::precondition(&request);
    let config = service.update_config(&session, ScopeFilter::Owners, id, precondition, patch).await?;
    Ok(WithETag(ETag::for_config(&config), Json(Llm::from(config))))
}
