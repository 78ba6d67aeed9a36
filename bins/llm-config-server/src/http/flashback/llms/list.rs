//! `GET /ai/llm`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::id::WorkspaceId;
use llm_config_service::{CursorText, ListConfigs, Service};

use crate::http::auth::Caller;
use crate::http::body::Unchecked;
use crate::http::config_list;
use crate::http::error::RequestError;
use crate::http::flashback::llms::ai_llm::AiLlmList;
use crate::http::flashback::tags;
use crate::http::page_limit::PageLimit;
use crate::http::query::{self, First, query_params};

query_params! {
    pub(super) struct ListQuery {
        /// Only configurations of this workspace; none if there is none with this id or the
        /// caller cannot see it.
        workspace_id: First<Unchecked<WorkspaceId>>,
        /// An addition to the API: the maximum number of configurations in a page. Without `limit` and
        /// `cursor`, the response has the whole list.
        limit: Option<PageLimit<500>>,
        /// An addition to the API: the `nextCursor` of the page before. The other parameters must be the
        /// same, but for `limit`, whose default is then 500.
        cursor: Option<CursorText>,
    }
}

/// Lists configurations, newest first.
///
/// Those of one workspace, or of all workspaces that the caller can see.
#[utoipa::path(
    get, path = "/ai/llm", operation_id = "getAiLlms", tag = tags::LLMS,
    responses((status = 200, body = AiLlmList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let ListQuery { workspace_id, limit, cursor } = query::read(&request)?;
    let list = ListConfigs::OfWorkspaces { workspace: workspace_id.0.map(|id| id.0), config: None };
    let page = PageLimit::page(limit, cursor, "cursor");
    config_list::respond::<AiLlmList>(&request, &service, session, list, page).await
}
