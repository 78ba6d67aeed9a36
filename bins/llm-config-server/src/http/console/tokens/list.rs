//! The list of access tokens.

use std::num::NonZeroU16;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_service::{Cursor, ListTokens, PageRequest, Service, TokenState};

use super::token_view::TokenView;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::Query;
use crate::http::console::page::page;
use crate::http::error::{ConditionKind, RequestError};

const LIMIT: NonZeroU16 = NonZeroU16::new(50).expect("a page of at least one row");

#[derive(Template)]
#[template(path = "console/tokens/list.html")]
struct TokensPage {
    frame: Frame,
    tokens: Vec<TokenView>,
    state: Option<TokenState>,
    is_first: bool,
    next: Option<String>,
    call: ApiCall,
}

/// Shows the tokens that the person may see.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let query = Query::from_request(&request);
    let state = query.value("state").and_then(TokenState::from_name);
    let cursor = match query.value("cursor").map(str::parse) {
        None => None,
        Some(Ok(text)) => Some(Cursor { text, parameter: "cursor" }),
        Some(Err(_)) => return Err(RequestError::new(ConditionKind::NotFound, "this list has no such page")),
    };
    let is_first = cursor.is_none();
    let filter = ListTokens { holder: None, state };
    let list =
        service.list_tokens(&viewer.session, filter, Some(&PageRequest { limit: LIMIT, cursor })).await?;
    let holders = list.tokens.iter().map(|token| token.holder).collect();
    let emails = service.user_emails(&viewer.session, holders).await?;
    let call = match state {
        Some(state) => ApiCall::get(format!("/v1/apikeys?lifecycleState={}", state.as_str())),
        None => ApiCall::get("/v1/apikeys"),
    };
    page(&TokensPage {
        frame: Frame::new(&request, Section::Tokens),
        tokens: list.tokens.into_iter().map(|token| TokenView::new(token, &emails, list.at)).collect(),
        state,
        is_first,
        next: list.next.map(|cursor| query.link([("state", "state")], Some(&String::from(cursor)))),
        call,
    })
}
