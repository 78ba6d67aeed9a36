//! `POST /ai/llm`

use actix_web::web::{Data, Json};
use llm_config_core::config::{
    Labels, Modalities, NewLlmConfig, Settings, StatedCapabilities, complete_capabilities,
};
use llm_config_core::credential::{ApiKey, Credential, KeyPair, SecretValue};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_service::Service;

use crate::http::auth::Authenticated;
use crate::http::body::{FromJson, Member, Optional, request_body};
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::flashback::llms::credential::{InlineSecret, KeyId};
use crate::http::flashback::llms::saved::Saved;
use crate::http::flashback::tags;
use crate::http::flashback::unsupported::StoredKeyId;
use crate::http::responder::WithETag;
use crate::http::schema::enums::AiType;
use crate::http::schema::error_responses::{Forbidden, QuotaReached};
use crate::http::schema::value::{uuid, value_schemas};

request_body! {
    /// A new configuration.
    open pub(crate) struct CreateAiLlm {
        /// On one line, without control characters, unique in the workspace.
        name: DisplayName,
        ai_type: AiType,
        /// The address to call: http or https, without a user name, a fragment and secrets in the query.
        endpoint: Endpoint,
        /// A second identifier that some providers need, such as AWS's access key id.
        key: Optional<KeyId>,
        /// The credential. It is stored encrypted and never returned.
        secret: InlineSecret,
        /// The workspace that the configuration belongs to.
        workspace_id: WorkspaceReference,
        /// Not supported: anything but null and the empty string is refused.
        api_key_uuid: StoredKeyId,
    }
    example {
        "name": "Team GPT", "aiType": "OPENAI", "endpoint": "https://api.openai.com/v1",
        "secret": "the key that the provider gave you", "workspaceId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a",
    }
}

/// A workspace's id. A text that is not an id becomes `None` instead of an error of the body, so that the
/// response is the same 403 as for an unknown workspace.
struct WorkspaceReference(Option<WorkspaceId>);

value_schemas! {
    WorkspaceReference => uuid();
}

impl FromJson for WorkspaceReference {
    fn from_json(member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(text) if text.trim().is_empty() => member.expect(None, "is required"),
            Some(text) => Some(Self(text.parse().ok())),
            None => member.expect(None, "must be a string"),
        }
    }
}

impl CreateAiLlm {
    /// The workspace's scope; `None` if its id is invalid.
    pub(crate) fn scope(&self) -> Option<Scope> {
        self.workspace_id.0.map(Scope::Workspace)
    }

    /// The configuration to be stored.
    pub(crate) fn into_new_config(self) -> NewLlmConfig {
        let Self { name, ai_type, endpoint, key, secret, workspace_id: _, api_key_uuid: StoredKeyId } = self;
        let (capabilities, inferred) = complete_capabilities(&StatedCapabilities::default(), None);
        let settings = Settings {
            name,
            provider: ai_type.0,
            endpoint,
            api_path: ApiPath::default(),
            model: None,
            modalities: Modalities::default(),
            capabilities,
            sampling: None,
            context_length: None,
            labels: Labels::default(),
            client_config: None,
            description: None,
            version: None,
            monitoring_endpoint: None,
        };
        let secret = SecretValue::Inline(secret.0);
        let credential = match key.0 {
            Some(KeyId(key_id)) => Credential::KeyPair(KeyPair { key_id, secret }),
            None => Credential::ApiKey(ApiKey { header: None, prefix: None, value: secret }),
        };
        NewLlmConfig { settings, credential: Some(credential), inferred }
    }
}

/// Creates a configuration in a workspace.
///
/// Needs the role WRITE in the workspace. The provider is not called; `POST /ai/llm/{id}/validate` does that.
#[utoipa::path(
    post, path = "/ai/llm", operation_id = "createAiLlm", tag = tags::LLMS, request_body = CreateAiLlm,
    responses(
        (status = 200, body = Saved,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, QuotaReached,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateAiLlm>,
    service: Data<Service>,
) -> Result<WithETag<Json<Saved>>, RequestError> {
    let created = service.create_config(&session, None, body.scope(), body.into_new_config()).await?;
    Ok(WithETag(ETag::for_config(&created.config), Json(Saved::created(&created.config))))
}
