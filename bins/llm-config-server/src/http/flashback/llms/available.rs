//! `GET /ai/llm/available`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_service::{CursorText, ListConfigs, Service};

use crate::http::auth::Caller;
use crate::http::config_list;
use crate::http::error::RequestError;
use crate::http::flashback::llms::ai_llm::AiLlmList;
use crate::http::flashback::tags;
use crate::http::page_limit::PageLimit;
use crate::http::query::{self, query_params};

query_params! {
    pub(super) struct AvailableQuery {
        /// An addition to the API: the maximum number of configurations in a page. Without `limit` and
        /// `cursor`, the response has the whole list.
        limit: Option<PageLimit<500>>,
        /// An addition to the API: the `nextCursor` of the page before. The other parameters must be the
        /// same, but for `limit`, whose default is then 500.
        cursor: Option<CursorText>,
    }
}

/// Lists the configurations that work, newest first.
///
/// Those whose last check succeeded and is not older than their last change of type, endpoint, credential or
/// workspace.
#[utoipa::path(
    get, path = "/ai/llm/available", operation_id = "getAvailableAiLlms", tag = tags::LLMS,
    responses((status = 200, body = AiLlmList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let AvailableQuery { limit, cursor } = query::read(&request)?;
    let page = PageLimit::page(limit, cursor, "cursor");
    config_list::respond::<AiLlmList>(&request, &service, session, ListConfigs::Available, page).await
}
