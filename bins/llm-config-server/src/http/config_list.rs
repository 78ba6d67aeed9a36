//! Lists of configurations: one page, or the whole list.
//!
//! A whole list of more rows than are read at once is streamed: the next rows are read when the client has
//! taken most of those before, so memory holds only one part of the list.

use std::error::Error as _;
use std::marker::PhantomData;

use actix_web::http::Method;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{StreamExt, TryStreamExt, stream};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::OrganizationId;
use llm_config_service::{
    ConfigPage, ConfigRows, ListConfigs, PageRequest, RequestMemory, Service, Session, WholeList,
};
use llm_config_store::usage::UsageCounters;
use serde::Serialize;

use crate::http::body::request_memory;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::request_id::RequestId;

/// As how many parts a whole list that is sent counts: rows, their JSON, and what the client has not taken.
/// An estimate: with large rows it was twice as much, and a higher one would refuse ordinary clients.
const PARTS_IN_MEMORY: usize = 8;

/// The body of a response with a list. The first array in its JSON has the elements.
pub(crate) trait ListBody: Serialize + 'static {
    /// An element of the list.
    type Element: Serialize;

    /// A body with these elements, ids of rows that cannot be read, and cursor of the next page.
    fn new(elements: Vec<Self::Element>, unreadable: Vec<String>, next_cursor: Option<String>) -> Self;

    /// A configuration as an element. `usage` is zero but in a list of usage.
    fn element(config: LlmConfig, usage: UsageCounters, organization: OrganizationId) -> Self::Element;
}

/// The response with the page that was asked for, or else with the whole list.
///
/// Errors before the first rows are known are returned. A later one breaks the connection without an end of
/// the body, so that no client takes a part for the whole.
pub(crate) async fn respond<B: ListBody>(
    request: &HttpRequest,
    service: &Service,
    session: Session,
    list: ListConfigs,
    page: Option<PageRequest>,
) -> Result<HttpResponse, RequestError> {
    let organization = service.organization();
    let body = |mut rows: ConfigRows, next_cursor| {
        let elements = elements::<B>(&mut rows, organization).collect();
        HttpResponse::Ok().json(B::new(elements, rows.unreadable, next_cursor))
    };
    if let Some(page) = page {
        let ConfigPage { rows, next } = service.list_page(&session, list, &page).await?;
        return Ok(body(rows, next.map(String::from)));
    }
    let mut rest = service.list_whole(session, list);
    let first = rest.next().await?.unwrap_or_default();
    if rest.is_complete() {
        return Ok(body(first, None));
    }
    let mut response = HttpResponse::Ok();
    response.insert_header(ContentType::json());
    if request.method() == Method::HEAD {
        // actix reads the whole stream of a body that it does not send.
        return Ok(response.streaming(stream::empty::<Result<Bytes, RequestError>>()));
    }
    let mut writer = Writer::<B>::new(rest, organization, request_memory(request));
    let first = writer.write(first)?;
    if let Some(memory) = &mut writer.memory {
        memory.grow_to(PARTS_IN_MEMORY * first.len())?;
    }
    let request_id = RequestId::from_request(request).map(|id| id.0).unwrap_or_default();
    let rest = stream::try_unfold(writer, Writer::next).inspect_err(move |error| {
        let source = error.source().map(ToString::to_string);
        tracing::warn!(request_id, %error, source, "a list has ended early, and its connection is broken");
    });
    Ok(response.streaming(stream::iter([Ok(first)]).chain(rest)))
}

/// Takes the configurations out of `rows` and makes elements of them.
fn elements<B: ListBody>(
    rows: &mut ConfigRows,
    organization: OrganizationId,
) -> impl Iterator<Item = B::Element> {
    let mut usage = std::mem::take(&mut rows.usage);
    std::mem::take(&mut rows.configs).into_iter().map(move |config| {
        let usage = usage.remove(&config.id).unwrap_or_default();
        B::element(config, usage, organization)
    })
}

/// Writes a whole list part by part.
struct Writer<B> {
    rest: WholeList,
    organization: OrganizationId,
    has_begun: bool,
    has_elements: bool,
    unreadable: Vec<String>,
    /// The size of the part before, in bytes. The next one has about the same.
    capacity: usize,
    memory: Option<RequestMemory>,
    body: PhantomData<B>,
}

impl<B: ListBody> Writer<B> {
    fn new(rest: WholeList, organization: OrganizationId, memory: Option<RequestMemory>) -> Self {
        Self {
            rest,
            organization,
            has_begun: false,
            has_elements: false,
            unreadable: Vec::new(),
            capacity: 0,
            memory,
            body: PhantomData,
        }
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, RequestError> {
        let Some(rows) = self.rest.next().await? else { return Ok(None) };
        Ok(Some((self.write(rows)?, self)))
    }

    /// The JSON of the next rows, with the beginning of the body before the first ones and its end after the
    /// last ones.
    fn write(&mut self, mut rows: ConfigRows) -> Result<Bytes, RequestError> {
        let mut json = Vec::with_capacity(self.capacity);
        if !self.has_begun {
            self.has_begun = true;
            json.extend_from_slice(frame(&B::new(Vec::new(), Vec::new(), None))?.0.as_bytes());
        }
        for element in elements::<B>(&mut rows, self.organization) {
            if self.has_elements {
                json.push(b',');
            }
            self.has_elements = true;
            serde_json::to_writer(&mut json, &element).map_err(|error| not_written(&error))?;
        }
        self.unreadable.extend(rows.unreadable);
        if self.rest.is_complete() {
            let unreadable = std::mem::take(&mut self.unreadable);
            json.extend_from_slice(frame(&B::new(Vec::new(), unreadable, None))?.1.as_bytes());
        }
        self.capacity = self.capacity.max(json.len());
        Ok(json.into())
    }
}

/// The JSON of a body without elements, before and after the place of the elements.
fn frame(body: &impl ListBody) -> Result<(String, String), RequestError> {
    let json = serde_json::to_string(body).map_err(|error| not_written(&error))?;
    let elements =
        json.find("[]").ok_or_else(|| RequestError::new(ConditionKind::Internal, "no elements"))?;
    let (before, after) = json.split_at(elements + 1);
    Ok((before.to_owned(), after.to_owned()))
}

fn not_written(error: &serde_json::Error) -> RequestError {
    RequestError::new(ConditionKind::Internal, error.to_string())
}
