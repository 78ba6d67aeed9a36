//! `POST /v1/system/init`

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::web::{Data, Json};
use llm_config_core::caller::Identity;
use llm_config_service::{Initialization, Service};
use llm_config_store::TokenText;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::http::auth;
use crate::http::connection::arrival::{arrival, ends};
use crate::http::connection::peer_user::peer_user;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::goodmem::tags;
use crate::http::schema::error_responses::{Forbidden, Internal, Unavailable};

const INIT_CODE: HeaderName = HeaderName::from_static("x-llm-config-init-code");

/// The conditions under which no code is needed. The text is the same for every rejection, so that it does
/// not reveal which condition failed.
const WITHOUT_CODE: &str = "without a code the server accepts only calls of programs on this machine that \
     run as its own user or as root and call a loopback address or `localhost` directly, not through a proxy \
     and not from a web page, within ten minutes of the server's start";

/// The result of the initialisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SystemInitResponse)]
pub(crate) struct InitResponse {
    already_initialized: bool,
    message: &'static str,
    /// The root key, returned only once; null if the system was already initialised.
    #[serde(serialize_with = "serialize_token")]
    #[schema(value_type = Option<String>)]
    root_api_key: Option<Arc<TokenText>>,
    #[schema(format = Uuid)]
    user_id: Option<String>,
}

/// Serialises the text of a key without a copy of it.
#[expect(clippy::ref_option, reason = "the signature that serde requires")]
fn serialize_token<S: Serializer>(text: &Option<Arc<TokenText>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_ref().map(|text| text.expose()).serialize(serializer)
}

/// Returns the root key, once.
///
/// Works while the server waits for its initialisation (`--wait-for-init`). A program of the server's own
/// user on the same machine needs no code within ten minutes of the start. A request body is ignored.
#[utoipa::path(
    post, path = "/v1/system/init", operation_id = "initializeSystem", tag = tags::SYSTEM, security(),
    params((
        "x-llm-config-init-code" = Option<String>, Header, nullable = false, description =
            "The code from the file `init-code` in the server's data directory. Not required within ten \
             minutes of the start from a program of the server's own user, or of root, that runs on the same \
             machine and calls a loopback address or `localhost` directly. After five wrong codes the server \
             accepts no code until it is restarted. (An addition of this server.)"
    )),
    responses((status = 200, body = InitResponse), Forbidden, Internal, Unavailable)
)]
pub(crate) async fn handle(
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<InitResponse>, RequestError> {
    let caller = auth::caller(&request, Identity::Operator);
    let ends = ends(&request);
    let peer = move || ends.and_then(peer_user);
    match service.initialize(&caller, arrival(&request), code(request.headers()), peer).await? {
        Initialization::Done { user, token } => Ok(Json(InitResponse {
            already_initialized: false,
            message: "System initialized successfully",
            root_api_key: Some(token),
            user_id: Some(user.to_string()),
        })),
        Initialization::AlreadyDone => Ok(Json(InitResponse {
            already_initialized: true,
            message: "System is already initialized",
            root_api_key: None,
            user_id: None,
        })),
        Initialization::CodeNeeded => {
            let needed = format!(
                "initialisation needs the header `{INIT_CODE}` with the code in the file `init-code` of the \
                 server's data directory"
            );
            Err(RequestError::new(ConditionKind::Denied, format!("{needed}; {WITHOUT_CODE}")))
        }
        Initialization::CodeWrong { left } => {
            let attempts = if left == 1 { "attempt is" } else { "attempts are" };
            let wrong = format!(
                "the initialisation code in the header `{INIT_CODE}` is wrong; {left} {attempts} left"
            );
            Err(RequestError::new(ConditionKind::Denied, wrong))
        }
        Initialization::CodeEnded => {
            let ended = "initialisation codes are no longer accepted, because too many were wrong; restart \
                 the server for a new one";
            Err(RequestError::new(ConditionKind::Denied, format!("{ended} ({WITHOUT_CODE})")))
        }
    }
}

/// The code in the header. Two headers, or bytes that are not text, count as a wrong code.
fn code(headers: &HeaderMap) -> Option<&str> {
    let mut codes = headers.get_all(INIT_CODE);
    let code = codes.next()?;
    Some(if codes.next().is_none() { code.to_str().unwrap_or_default() } else { "" })
}
