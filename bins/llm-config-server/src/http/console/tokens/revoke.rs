//! The page that asks before a token is revoked, and the revocation.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::id::TokenId;
use llm_config_service::Service;

use super::token_view::TokenView;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::Submission;
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::link;
use crate::http::console::notice::Notice;
use crate::http::console::page::{page, see_other};
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/tokens/revoke.html")]
struct RevokePage {
    frame: Frame,
    token: TokenView,
    call: ApiCall,
}

/// Shows what will end.
pub(crate) async fn ask(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let id: TokenId = link::id(&request, "id")?;
    let token = service.token(&viewer.session, id).await?;
    let emails = service.user_emails(&viewer.session, vec![token.holder]).await?;
    page(&RevokePage {
        frame: Frame::new(&request, Section::Tokens),
        token: TokenView::new(token, &emails, service.now()),
        call: ApiCall { method: "DELETE", path: format!("/v1/apikeys/{id}"), body: None },
    })
}

/// Revokes the token.
pub(crate) async fn revoke(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: _ }: Submission,
) -> Result<HttpResponse, RequestError> {
    service.revoke_token(&viewer.session, link::id(&request, "id")?).await?;
    Ok(see_other(&request, &Notice::TokenRevoked.on(&format!("{}/tokens", base(&request)))))
}
