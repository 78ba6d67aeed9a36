//! The first page: what needs attention, and what to do next.

use std::num::NonZeroU16;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::check::{CheckState, Usable};
use llm_config_service::{Attention, FindConfigs, PageRequest, Service};

use super::api_call::ApiCall;
use super::browser::Viewer;
use super::frame::{Frame, Section};
use super::page::page;
use crate::http::error::RequestError;

const ONE: NonZeroU16 = NonZeroU16::new(1).expect("a page of at least one row");

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    attention: Attention,
    /// Whether the person sees any configuration.
    has_configs: bool,
    call: ApiCall,
}

impl HomePage {
    fn is_quiet(&self) -> bool {
        let Attention { rejected, undetermined, expiring_tokens, unreadable } = &self.attention;
        rejected.first.is_empty()
            && undetermined.first.is_empty()
            && expiring_tokens.first.is_empty()
            && unreadable.first.is_empty()
    }
}

/// Shows what needs the attention of the person.
pub(crate) async fn show(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let attention = service.attention(&viewer.session).await?;
    let first = PageRequest { limit: ONE, cursor: None };
    let found = service.find_configs(&viewer.session, &FindConfigs::default(), &first).await?;
    page(&HomePage {
        frame: Frame::new(&request, Section::Home),
        attention,
        has_configs: !found.configs.is_empty() || !found.unreadable.is_empty(),
        call: ApiCall::get("/llm-config/v1/attention"),
    })
}
