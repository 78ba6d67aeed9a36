//! `POST /v1/llms`

use actix_web::web::Data;
use llm_config_core::config::{
    ClientConfig, ContextLength, Labels, NewLlmConfig, Settings, complete_capabilities,
};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_core::text::{Description, DisplayName, ModelId, ModelVersion};
use llm_config_service::{Service, Session};

use crate::http::auth::Authenticated;
use crate::http::body::{Checked, Lenient, Optional, request_body};
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::goodmem::llms::capabilities::CapabilitiesRequest;
use crate::http::goodmem::llms::credentials::EndpointAuthentication;
use crate::http::goodmem::llms::llm::{CreatedLlm, Llm, Status};
use crate::http::goodmem::llms::sampling::SamplingRequest;
use crate::http::goodmem::llms::unsupported::DashscopeDialect;
use crate::http::goodmem::tags;
use crate::http::responder::{Created, WithETag};
use crate::http::schema::enums::{ModalityName, ProviderType};
use crate::http::schema::error_responses::{Conflict, Forbidden, QuotaReached};

request_body! {
    /// A new LLM.
    pub(crate) struct CreateLlm as LLMCreationRequest {
        /// Not blank.
        display_name: DisplayName,
        description: Optional<Description>,
        provider_type: ProviderType,
        /// The address to call: http or https, without a user name, a fragment and secrets in the query.
        endpoint_url: Endpoint,
        /// The path below the address; absent or blank: `/chat/completions`.
        api_path: Option<ApiPath>,
        model_identifier: ModelId,
        /// Absent or empty: TEXT.
        supported_modalities: Option<Vec<ModalityName>>,
        credentials: Option<Checked<EndpointAuthentication>>,
        /// At most 20; keys consist of `a-z`, `0-9`, `.`, `_` and `-`; keys and values have at most 255
        /// characters.
        labels: Option<Labels>,
        version: Optional<ModelVersion>,
        /// An address.
        monitoring_endpoint: Optional<Endpoint>,
        capabilities: Option<CapabilitiesRequest>,
        default_sampling_params: Option<Checked<SamplingRequest>>,
        max_context_length: Option<Lenient<ContextLength>>,
        /// Stored as in the request, at most 16 KiB.
        client_config: Option<ClientConfig>,
        /// The owner; absent: the caller.
        owner_id: Option<PrincipalId>,
        /// An id that the client chooses; one that is in use is a 409.
        llm_id: Option<ConfigId>,
        /// Not supported: belongs to a provider that this server does not offer. Anything but null and the
        /// empty string is refused.
        dashscope_api_dialect: DashscopeDialect,
    }
    example {
        "displayName": "GPT-4o mini", "providerType": "OPENAI", "endpointUrl": "https://api.openai.com/v1",
        "modelIdentifier": "gpt-4o-mini", "labels": {"env": "dev"},
        "credentials": {
            "kind": "CREDENTIAL_KIND_API_KEY",
            "apiKey": {"inlineSecret": "the key that the provider gave you"},
        },
    }
}

impl CreateLlm {
    /// The owner's scope; by default the caller's.
    pub(crate) fn scope(&self, session: &Session) -> Scope {
        Scope::Owner(self.owner_id.unwrap_or(session.actor.id))
    }

    /// The configuration to be stored.
    pub(crate) fn into_new_config(self) -> NewLlmConfig {
        let Self {
            display_name,
            description,
            provider_type,
            endpoint_url,
            api_path,
            model_identifier,
            supported_modalities,
            credentials,
            labels,
            version,
            monitoring_endpoint,
            capabilities,
            default_sampling_params,
            max_context_length,
            client_config,
            owner_id: _,
            llm_id: _,
            dashscope_api_dialect: DashscopeDialect,
        } = self;
        let stated = capabilities.map(CapabilitiesRequest::into_stated).unwrap_or_default();
        let model = Some(model_identifier);
        let (capabilities, inferred) = complete_capabilities(&stated, model.as_ref());
        let modalities = supported_modalities.unwrap_or_default();
        let settings = Settings {
            name: display_name,
            provider: provider_type.0,
            endpoint: endpoint_url,
            api_path: api_path.unwrap_or_default(),
            model,
            modalities: modalities.into_iter().map(|name| name.0).collect::<Vec<_>>().into(),
            capabilities,
            sampling: default_sampling_params.map(|sampling| sampling.0),
            context_length: max_context_length.map(|length| length.0),
            labels: labels.unwrap_or_default(),
            client_config,
            description: description.0,
            version: version.0,
            monitoring_endpoint: monitoring_endpoint.0,
        };
        NewLlmConfig { settings, credential: credentials.map(|credential| credential.0), inferred }
    }
}

/// Creates an LLM.
///
/// The provider is not called. Capability flags that are absent are inferred from the model.
#[utoipa::path(
    post, path = "/v1/llms", operation_id = "createLlm", tag = tags::LLMS, request_body = CreateLlm,
    responses(
        (status = 201, body = CreatedLlm,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, Conflict, QuotaReached,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateLlm>,
    service: Data<Service>,
) -> Result<WithETag<Created<CreatedLlm>>, RequestError> {
    let (id, scope) = (body.llm_id, body.scope(&session));
    let created = service.create_config(&session, id, Some(scope), body.into_new_config()).await?;
    let statuses: Vec<_> = created.inferred.iter().map(Status::inferred).collect();
    let statuses = (!statuses.is_empty()).then_some(statuses);
    let tag = ETag::for_config(&created.config);
    Ok(WithETag(tag, Created(CreatedLlm { llm: Llm::from(created.config), statuses })))
}
