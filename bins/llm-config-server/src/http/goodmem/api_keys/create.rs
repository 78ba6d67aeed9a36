//! `POST /v1/apikeys`

use actix_web::web::Data;
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::config::Labels;
use llm_config_core::id::{PrincipalId, TokenId, WorkspaceId};
use llm_config_service::{IssueToken, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::{ApiKey, AuthorityMode, CreatedApiKey};
use crate::http::goodmem::api_keys::ceiling_rules::{CeilingRule, RuleRights};
use crate::http::goodmem::api_keys::times::{ExpiresAt, ValidFrom};
use crate::http::goodmem::tags;
use crate::http::responder::Created;
use crate::http::schema::enums::RightName;
use crate::http::schema::error_responses::{Conflict, Forbidden};

request_body! {
    /// A new key.
    #[schema(example = json!({"labels": {"purpose": "ci"}}))]
    pub(crate) struct CreateApiKeyRequest {
        /// An id that the client chooses; one that is in use is a 409.
        #[schema(value_type = Option<String>, format = Uuid)]
        api_key_id: Option<TokenId>,
        /// The user who holds the key; absent: the caller.
        #[schema(value_type = Option<String>, format = Uuid)]
        subject_principal_id: Option<PrincipalId>,
        /// At most 20; keys consist of `a-z`, `0-9`, `.`, `_` and `-`; keys and values have at most 255
        /// characters.
        #[schema(value_type = Option<BTreeMap<String, String>>)]
        labels: Option<Labels>,
        /// In the future, in milliseconds since 1970; absent: never.
        #[schema(value_type = Option<i64>)]
        expires_at: Option<ExpiresAt>,
        /// Not in the future: keys are valid from their creation on.
        #[schema(value_type = Option<i64>)]
        #[expect(dead_code, reason = "checked when it is read")]
        valid_from: Option<ValidFrom>,
        #[expect(dead_code, reason = "checked when it is read")]
        authority_mode: Option<AuthorityMode>,
        /// With SCOPED: the rules that the key is narrowed to, at least one.
        #[schema(value_type = Option<Vec<CeilingRule>>)]
        ceiling: Option<RuleRights>,
        /// An addition to the API: the rights that the key is narrowed to; instead of `ceiling`.
        #[schema(value_type = Option<Vec<RightName>>)]
        rights: Option<Vec<Right>>,
        /// An addition to the API: the ids of the workspaces that the key is narrowed to.
        #[schema(value_type = Option<Vec<String>>)]
        workspaces: Option<Vec<WorkspaceId>>,
    }
    rules(object) {
        let has_no_rule = match &ceiling {
            Some(Some(RuleRights(rights))) => rights.is_empty(),
            Some(None) => true,
            None => false,
        };
        match authority_mode {
            Some(Some(AuthorityMode::Scoped)) if has_no_rule => {
                object.error("ceiling", "must have at least one rule for a key that is SCOPED");
            }
            Some(Some(AuthorityMode::InheritSubject) | None) if object.has("ceiling") => {
                object.error("ceiling", "requires authorityMode SCOPED");
            }
            Some(_) | None => {}
        }
        object.exclude("rights", "ceiling");
    }
}

impl CreateApiKeyRequest {
    fn into_request(self) -> IssueToken {
        let Self {
            api_key_id,
            subject_principal_id,
            labels,
            expires_at,
            valid_from: _,
            authority_mode: _,
            ceiling,
            rights,
            workspaces,
        } = self;
        let listed = rights.map(|rights| rights.into_iter().collect());
        let token_scope = TokenScope {
            rights: ceiling.map(|ceiling| ceiling.0).or(listed),
            workspaces: workspaces.map(|ids| ids.into_iter().collect()),
            expires_at: expires_at.map(|at| at.0),
        };
        IssueToken {
            id: api_key_id,
            holder: subject_principal_id,
            labels: labels.unwrap_or_default(),
            token_scope,
        }
    }
}

/// Issues a key, which is returned only once. A key never has more rights than the key that issued it.
#[utoipa::path(
    post, path = "/v1/apikeys", operation_id = "createApiKey", tag = tags::KEYS,
    request_body = CreateApiKeyRequest,
    responses((status = 201, body = CreatedApiKey), Forbidden, Conflict)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateApiKeyRequest>,
    service: Data<Service>,
) -> Result<Created<CreatedApiKey>, RequestError> {
    let issued = service.issue_token(&session, body.into_request()).await?;
    Ok(Created(CreatedApiKey {
        api_key_metadata: ApiKey::new(issued.token, service.now()),
        raw_api_key: issued.text,
    }))
}
