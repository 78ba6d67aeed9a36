//! The list of configurations of both scopes: fifty a page, with a filter.

use std::num::NonZeroU16;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::check::CheckState;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::WorkspaceId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_service::{
    ConfigDetails, Cursor, Error, FoundConfigs, NamedScope, PageRequest, Service, UnreadableConfig,
};
use url::Position;

use super::filter::{self, Filter};
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::FormView;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::Query;
use crate::http::console::page::page_with;
use crate::http::console::verdict::Verdict;
use crate::http::error::RequestError;

const ROWS: NonZeroU16 = NonZeroU16::new(50).expect("a page has rows");

#[derive(Template)]
#[template(path = "console/configs/list.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about the page")]
struct ListPage {
    frame: Frame,
    form: FormView,
    rows: Vec<Row>,
    unreadable: Vec<UnreadableConfig>,
    workspaces: Vec<(String, String)>,
    is_narrowed: bool,
    is_first: bool,
    /// Whether the filter could be read.
    is_valid: bool,
    filters: String,
    next: Option<String>,
    may_create: bool,
    call: ApiCall,
}

/// A configuration in the list.
struct Row {
    id: String,
    name: String,
    provider: Provider,
    model: Option<String>,
    host: String,
    scope: ScopeCell,
    verdict: Verdict,
    changed: Timestamp,
}

/// The owner or workspace of a configuration.
pub(super) struct ScopeCell {
    /// The owner's e-mail address or the workspace's name; the id of one whose name the person may not read.
    pub(super) name: String,
    pub(super) workspace: Option<WorkspaceId>,
}

impl From<&NamedScope> for ScopeCell {
    fn from(NamedScope { scope, name }: &NamedScope) -> Self {
        let (id, workspace) = match scope {
            Scope::Owner(id) => (id.to_string(), None),
            Scope::Workspace(id) => (id.to_string(), Some(*id)),
        };
        Self { name: name.clone().unwrap_or(id), workspace }
    }
}

impl Row {
    fn new(details: ConfigDetails, now: Timestamp) -> Self {
        let ConfigDetails { config, scope, last_check, origin: _, reference: _ } = details;
        let settings = config.settings;
        Self {
            id: config.id.to_string(),
            name: settings.name.into(),
            provider: settings.provider,
            model: settings.model.map(Into::into),
            host: settings.endpoint.url()[Position::BeforeHost..Position::AfterPort].to_owned(),
            scope: ScopeCell::from(&scope),
            verdict: Verdict::from_last_check(last_check.as_ref(), now),
            changed: config.updated.at,
        }
    }
}

/// Lists the configurations that the person may list.
pub(crate) async fn handle(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    let query = Query::from_request(&request);
    let (found, filter, errors) = match find(&service, &viewer, &query).await {
        Ok((found, filter)) => (found, filter, FieldErrors::default()),
        Err(Error::Malformed(errors)) => {
            let none = FoundConfigs { configs: Vec::new(), unreadable: Vec::new(), next: None };
            (none, Filter::default(), errors)
        }
        Err(other) => return Err(other.into()),
    };
    let is_valid = errors.is_empty();
    let FoundConfigs { configs, unreadable, next } = found;
    let now = service.now();
    let in_api = filter::api_query(&query, &filter.find.labels);
    let question_mark = if in_api.is_empty() { "" } else { "?" };
    let workspaces = service.list_workspaces(&viewer.session).await?;
    let may_create = !service.creatable_scopes(&viewer.session, &workspaces).is_empty();
    let list = ListPage {
        frame: Frame::new(&request, Section::Configs),
        form: filter::view(&query, errors),
        rows: configs.into_iter().map(|details| Row::new(details, now)).collect(),
        unreadable,
        workspaces: workspaces
            .into_iter()
            .map(|found| (found.id.to_string(), String::from(found.name)))
            .collect(),
        is_narrowed: filter.is_narrowed,
        is_first: filter.cursor.is_none(),
        is_valid,
        filters: filter::link(&query, None),
        next: next.map(|cursor| filter::link(&query, Some(&String::from(cursor)))),
        may_create,
        call: ApiCall::get(format!("/llm-config/v1/configs{question_mark}{in_api}")),
    };
    let status = if is_valid { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &list)
}

async fn find(service: &Service, viewer: &Viewer, query: &Query) -> Result<(FoundConfigs, Filter), Error> {
    let filter = filter::read(query)?;
    let cursor = filter.cursor.clone().map(|text| Cursor { text, parameter: "cursor" });
    let page = PageRequest { limit: ROWS, cursor };
    match service.find_configs(&viewer.session, &filter.find, &page).await {
        Ok(found) => Ok((found, filter)),
        Err(Error::Malformed(_)) => {
            Err(FieldErrors::<String>::one("", "The link to this page does not fit these filters.").into())
        }
        Err(other) => Err(other),
    }
}
