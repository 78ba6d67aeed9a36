//! `POST /v1/apikeys`

use std::collections::BTreeSet;

use actix_web::web::Data;
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::config::Labels;
use llm_config_core::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use llm_config_service::{IssueToken, Service};
use serde_json::Value;

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::{ApiKey, AuthorityMode, CreatedApiKey};
use crate::http::goodmem::api_keys::ceiling_rules::Ceiling;
use crate::http::goodmem::api_keys::times::{ExpiresAt, ValidFrom};
use crate::http::goodmem::tags;
use crate::http::responder::Created;
use crate::http::schema::error_responses::{Conflict, Forbidden, QuotaReached};
use crate::http::schema::object::{absent, both, present, with};
use crate::http::schema::value::max_items;

const SCOPED: &str = AuthorityMode::Scoped.as_str();
const INHERIT_SUBJECT: &str = AuthorityMode::InheritSubject.as_str();

request_body! {
    /// A new key.
    pub(crate) struct CreateApiKeyRequest {
        /// An id that the client chooses; one that is in use is a 409.
        api_key_id: Option<TokenId>,
        /// The user who holds the key; absent: the caller.
        subject_principal_id: Option<PrincipalId>,
        /// At most 20; keys consist of `a-z`, `0-9`, `.`, `_` and `-`; keys and values have at most 255
        /// characters.
        labels: Option<Labels>,
        /// In the future, in milliseconds since 1970; absent: never.
        expires_at: Option<ExpiresAt>,
        /// Not in the future: keys are valid from their creation on.
        #[expect(dead_code, reason = "checked when it is read")]
        valid_from: Option<ValidFrom>,
        #[expect(dead_code, reason = "checked when it is read")]
        authority_mode: Option<AuthorityMode>,
        /// With SCOPED: the rules that the key is narrowed to, at least one.
        ceiling: Option<Ceiling>,
        /// An addition to the API: the rights that the key is narrowed to; instead of `ceiling`.
        rights: Option<Vec<Right>> => max_items(TokenScope::RIGHTS_LIMIT),
        /// An addition to the API: the ids of the workspaces that the key is narrowed to.
        workspaces: Option<Vec<WorkspaceId>> => max_items(TokenScope::WORKSPACES_LIMIT),
        /// An addition to the API: the ids of the configurations of either API that the key is narrowed to.
        /// The key acts on nothing else. Of rules with the selector EXACT, those remain that name one of
        /// them.
        configs: Option<Vec<ConfigId>> => max_items(TokenScope::CONFIGS_LIMIT),
    }
    example {"labels": {"purpose": "ci"}}
    forbids(
        with("authorityMode", &[SCOPED.into()], "ceiling", &absent()),
        with("authorityMode", &[INHERIT_SUBJECT.into(), Value::Null], "ceiling", &present()),
        both("rights", "ceiling"),
    )
    rules(object) {
        let has_no_rule = match &ceiling {
            Some(Some(Ceiling { rights, configs: _ })) => rights.is_empty(),
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
        let lengths = [
            ("rights", rights.iter().flatten().flatten().count(), TokenScope::RIGHTS_LIMIT),
            ("workspaces", workspaces.iter().flatten().flatten().count(), TokenScope::WORKSPACES_LIMIT),
            ("configs", configs.iter().flatten().flatten().count(), TokenScope::CONFIGS_LIMIT),
        ];
        for (name, count, limit) in lengths.into_iter().filter(|(_, count, limit)| count > limit) {
            object.error(name, format_args!("must have at most {limit} entries, but has {count}"));
        }
    }
}

impl CreateApiKeyRequest {
    pub(crate) fn into_request(self) -> IssueToken {
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
            configs,
        } = self;
        let listed = rights.map(|rights| rights.into_iter().collect());
        let (rules, exact) = match ceiling {
            Some(Ceiling { rights, configs }) => (Some(rights), configs),
            None => (None, None),
        };
        let configs: Option<BTreeSet<_>> = configs.map(|ids| ids.into_iter().collect());
        let token_scope = TokenScope {
            rights: rules.or(listed),
            workspaces: workspaces.map(|ids| ids.into_iter().collect()),
            configs: match (exact, configs) {
                (Some(exact), Some(configs)) => Some(&exact & &configs),
                (exact, configs) => exact.or(configs),
            },
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

/// Issues a key.
///
/// The text of the key is in this response only. A key never has more rights than the key that issued it.
#[utoipa::path(
    post, path = "/v1/apikeys", operation_id = "createApiKey", tag = tags::KEYS,
    request_body = CreateApiKeyRequest,
    responses((status = 201, body = CreatedApiKey), Forbidden, Conflict, QuotaReached)
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
