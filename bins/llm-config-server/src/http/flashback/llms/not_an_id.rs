//! `PUT` and `DELETE` of `/ai/llm/available` and `/ai/llm/stats`

use llm_config_service::Error;

use crate::http::auth::Caller;
use crate::http::error::RequestError;

/// 404, as for every other text in place of `{id}` that is not an id.
pub(crate) async fn handle(Caller(_): Caller) -> Result<&'static str, RequestError> {
    Err(Error::NotFound("configuration").into())
}
