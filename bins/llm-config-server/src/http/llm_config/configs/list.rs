//! `GET /llm-config/v1/configs`

use std::num::NonZeroU16;

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::config::SearchTerm;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_service::{Cursor, CursorText, FindConfigs, PageRequest, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::label_filter::LabelFilter;
use crate::http::llm_config::configs::config::ConfigList;
use crate::http::llm_config::tags;
use crate::http::page_limit::PageLimit;
use crate::http::query::{self, AnyCase, query_params};
use crate::http::schema::enums::{ProviderName, UsableFilter};
use crate::http::schema::error_responses::BadRequest;

/// The number of rows of a page for requests that name none.
const DEFAULT_LIMIT: NonZeroU16 = NonZeroU16::new(100).expect("a limit of at least 1");

query_params! {
    pub(super) struct ListQuery {
        /// Only configurations with this text in name, model or host of the endpoint. The case of letters
        /// does not matter, and no character is a wildcard.
        text: Option<SearchTerm>,
        /// Only configurations of this provider. The case of the letters does not matter.
        provider: Option<AnyCase<ProviderName>>,
        /// Only configurations whose last check is current and has this verdict; `unchecked`: only those
        /// without a current check.
        usable: Option<UsableFilter>,
        /// Only configurations with all these labels, each as `KEY=VALUE`.
        label: LabelFilter,
        /// Only configurations of this workspace.
        workspace: Option<WorkspaceId>,
        /// Only configurations of this user.
        owner: Option<PrincipalId>,
        /// The maximum number of configurations in a page. Absent: 100.
        limit: Option<PageLimit<500>>,
        /// The `nextCursor` of the page before. The filters must be the same.
        cursor: Option<CursorText>,
    }
}

/// Lists configurations of both APIs with their state.
///
/// Those that the caller may list, oldest first. All filters must match.
#[utoipa::path(
    get, path = "/llm-config/v1/configs", operation_id = "listConfigs", tag = tags::CONFIGS,
    responses((status = 200, body = ConfigList), BadRequest)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<ConfigList>, RequestError> {
    let ListQuery { text, provider, usable, label, workspace, owner, limit, cursor } = query::read(&request)?;
    let filter = FindConfigs {
        text,
        provider: provider.map(|provider| provider.0.0),
        state: usable.map(|usable| usable.0),
        labels: label.0,
        workspace,
        owner,
    };
    let page = PageRequest {
        limit: limit.map_or(DEFAULT_LIMIT, |limit| limit.0),
        cursor: cursor.map(|text| Cursor { text, parameter: "cursor" }),
    };
    Ok(Json(service.find_configs(&session, &filter, &page).await?.into()))
}
