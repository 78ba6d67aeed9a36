//! The exchange with the provider.

use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue, Method};
use llm_config_core::config::CallTimeout;
use llm_config_egress::{Body, CallError, CallLimits, Request, RequestBody as SentBody, StreamingResponse};
use llm_config_gateway::answer::{AnswerTap, begins_like_json, error_only};
use llm_config_gateway::echo::Scanned;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::headers::{ANTHROPIC_VERSION, ANTHROPIC_VERSION_DEFAULT};
use llm_config_gateway::request_body::SplicedBody;
use llm_config_gateway::stream::StreamTap;
use llm_config_gateway::{CallRoute, Dialect};
use llm_config_providers::{CallRequest, Response as ProviderResponse};
use tokio::time::{timeout, timeout_at};
use url::Url;

use super::answer::{Answer, AnswerBody};
use super::failure::{credential_error, exchange_error};
use super::memory::PreparedCall;
use super::metrics::CallEnd;
use super::planned::PlannedCall;
use super::record::CallRecord;
use super::response_head::{ContentForm, ResponseHead, declared_length, is_api_body};
use super::slots::CallSlot;
use super::stream::{AnswerStream, Beginning, Tap};
use crate::service::Service;
use crate::session::Session;

/// An answer of at most this size is passed on as a whole.
const WHOLE: usize = 64 * 1024;

/// The largest error of a provider that is passed on, in bytes.
const ERROR_BODY: usize = 64 * 1024;

/// One exchange with a provider.
pub(super) struct Exchange<'a> {
    pub(super) service: &'a Service,
    pub(super) session: &'a Session,
    pub(super) prepared: Arc<PreparedCall>,
    pub(super) route: CallRoute,
    pub(super) slot: CallSlot,
    pub(super) record: CallRecord,
}

impl Exchange<'_> {
    pub(super) async fn run(
        mut self,
        planned: PlannedCall,
        headers: HeaderMap,
    ) -> Result<Answer, GatewayError> {
        let PlannedCall { model: _, url, body } = planned;
        let SplicedBody { parts, length, added, asked_for_usage } = body;
        let guard = self.service.providers.guard(self.session, self.prepared.role);
        let Some(guard) = guard else { return self.fail(GatewayError::DestinationRefused) };
        let target = &self.prepared.target;
        let mut headers = with_defaults(self.route.dialect(), headers);
        let pieces: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let (dialect, method) = (self.route.dialect(), Method::POST);
        let call = CallRequest { method: &method, url: &url, dialect, headers: &headers, body: &pieces };
        let Ok(credential) = target.authenticate_call(call, self.service.wall_clock()) else {
            return self.fail(GatewayError::CredentialMalformed);
        };
        headers.extend(credential);
        let times = self.slot.times();
        let first_byte = self.prepared.settings.first_byte.map_or(times.first_byte, CallTimeout::duration);
        let silence = self.prepared.silence(&times);
        let limits = CallLimits { first_byte, silence, keep_idle: target.idle_limit(), ..CallLimits::CALL };
        let body: SentBody = parts.into_iter().collect();
        self.record.sending(length);
        let request = Request { method, url: url.clone(), headers, body };
        let response = self.slot.cut_signal().limit(pin!(guard.send_streaming(request, &limits))).await;
        self.slot.release_body();
        let response = match response {
            Some(Ok(response)) => response,
            None => return self.fail(GatewayError::Stopping),
            Some(Err(error)) => {
                if !error.may_have_sent() {
                    self.record.was_not_sent();
                }
                self.record.end(CallEnd::Fault, None);
                return Err(exchange_error(error));
            }
        };
        self.record.responded();
        let head = ResponseHead::new(&response, &self.prepared.echo);
        match response.status {
            200..=299 => self.success(response, head, added, asked_for_usage, &url).await,
            // Boxed, so that calls without an error do not carry the large future.
            400..=599 => Box::pin(self.error(response, head, added, &url)).await,
            _ => {
                self.record.end(CallEnd::Fault, None);
                Err(GatewayError::NotAnApiAnswer)
            }
        }
    }

    async fn success(
        self,
        response: StreamingResponse,
        head: ResponseHead,
        added: Vec<&'static str>,
        removes_usage: bool,
        url: &Url,
    ) -> Result<Answer, GatewayError> {
        let StreamingResponse { status, headers, body } = response;
        let form = ContentForm::classify(&headers);
        match form {
            ContentForm::Page => self.fail(GatewayError::NotAnApiAnswer),
            ContentForm::Events => {
                let tap = Tap::Events(Box::new(StreamTap::new(self.route, removes_usage)));
                let (prepared, mut stream) = self.into_stream(body, tap);
                match stream.beginning().await {
                    Beginning::Answer => {
                        Ok(head.answer(&prepared, status, added, AnswerBody::Stream { stream, length: None }))
                    }
                    Beginning::Error { status, body } => {
                        stream.abandon(CallEnd::UpstreamError);
                        let error = ProviderError { status: status.unwrap_or(502), headers, body };
                        Ok(error.answer(&prepared, head, added, url)?.into_json())
                    }
                    Beginning::Empty => {
                        stream.abandon(CallEnd::Fault);
                        Err(GatewayError::NotAnApiAnswer)
                    }
                    Beginning::Failed(error) => {
                        stream.abandon(CallEnd::Fault);
                        Err(error)
                    }
                }
            }
            ContentForm::Compressed => {
                let length = declared_length(&headers);
                let (prepared, stream) = self.into_stream(body, Tap::Opaque);
                let body = AnswerBody::Stream { stream, length };
                Ok(head.answer(&prepared, status, added, body))
            }
            ContentForm::Json | ContentForm::Unlabelled => {
                let response = StreamingResponse { status, headers, body };
                self.json(response, form, head, added, url).await
            }
        }
    }

    async fn json(
        mut self,
        response: StreamingResponse,
        form: ContentForm,
        head: ResponseHead,
        added: Vec<&'static str>,
        url: &Url,
    ) -> Result<Answer, GatewayError> {
        let mut tap = AnswerTap::new(self.route);
        let StreamingResponse { status, headers, mut body } = response;
        // A stream without server-sent events is passed on as it arrives.
        let is_array = self.route == CallRoute::StreamGenerateContent;
        let (limit, first_event) = (if is_array { 0 } else { WHOLE }, self.slot.times().first_event);
        let mut whole = BytesMut::new();
        while whole.len() <= limit {
            let next = self.limited(body.chunk());
            let next = if is_array { timeout(first_event, next).await } else { Ok(next.await) };
            // The first part is late, so the status is sent without it.
            let Ok(next) = next else { break };
            match next {
                Ok(Some(part)) => whole.extend_from_slice(&part),
                Ok(None) => {
                    let whole = whole.freeze();
                    self.record.received(whole.len());
                    if !is_api_body(form, &whole) {
                        return self.fail(GatewayError::NotAnApiAnswer);
                    }
                    if let Some(error) = error_only(&whole) {
                        self.record.end(CallEnd::UpstreamError, None);
                        let error =
                            ProviderError { status: error.status.unwrap_or(502), headers, body: whole };
                        return error.answer(&self.prepared, head, added, url);
                    }
                    let mut echo = self.prepared.echo.for_next_response();
                    if matches!(echo.scan(&whole), Scanned::Found) {
                        return self.fail(GatewayError::CredentialEchoed { status: None });
                    }
                    tap.push(&whole);
                    self.record.end(CallEnd::Ok, tap.finish().usage);
                    return Ok(head.answer(&self.prepared, status, added, AnswerBody::Whole(whole)));
                }
                Err(error) => return self.fail(error),
            }
        }
        if form == ContentForm::Unlabelled && !begins_like_json(&whole) {
            return self.fail(GatewayError::NotAnApiAnswer);
        }
        let length = declared_length(&headers);
        let (prepared, mut stream) = self.into_stream(body, Tap::Json(Box::new(tap)));
        if !whole.is_empty() {
            stream.begin_with(&whole.freeze());
        }
        Ok(head.answer(&prepared, status, added, AnswerBody::Stream { stream, length }))
    }

    async fn error(
        mut self,
        response: StreamingResponse,
        head: ResponseHead,
        added: Vec<&'static str>,
        url: &Url,
    ) -> Result<Answer, GatewayError> {
        let is_compressed = ContentForm::classify(&response.headers) == ContentForm::Compressed;
        let response = match self.limited(response.collect(ERROR_BODY, |_, _| false)).await {
            Ok(response) => response,
            Err(error) => return self.fail(error),
        };
        self.record.received(response.body.len());
        self.record.end(CallEnd::UpstreamError, None);
        if !response.is_whole {
            return Err(GatewayError::ProviderResponseTooLarge { limit: ERROR_BODY });
        }
        // What cannot be read cannot be searched for the credential.
        if is_compressed {
            return Err(GatewayError::NotAnApiAnswer);
        }
        let llm_config_egress::Response { status, headers, body, is_whole: _ } = response;
        let error = ProviderError { status, headers, body: body.into() };
        error.answer(&self.prepared, head, added, url)
    }

    /// What the provider sends next, within the time of the whole call and until the process stops.
    async fn limited<T>(&self, next: impl Future<Output = Result<T, CallError>>) -> Result<T, GatewayError> {
        let end = self.record.started() + self.slot.times().total;
        match self.slot.cut_signal().limit(pin!(timeout_at(end, next))).await {
            Some(Ok(next)) => next.map_err(exchange_error),
            Some(Err(_)) => Err(GatewayError::ProviderTimeout),
            None => Err(GatewayError::Stopping),
        }
    }

    /// The body as a stream, which ends the exchange.
    fn into_stream(self, body: Body, tap: Tap) -> (Arc<PreparedCall>, Box<AnswerStream>) {
        let Self { prepared, route, slot, record, .. } = self;
        let (silence, echo) = (prepared.silence(&slot.times()), prepared.echo.for_next_response());
        let stream = AnswerStream::new(route, body, echo, tap, silence, record, slot);
        (prepared, Box::new(stream))
    }

    fn fail<T>(mut self, error: GatewayError) -> Result<T, GatewayError> {
        self.record.end(CallEnd::Fault, None);
        Err(error)
    }
}

/// An error of the provider, whatever the status of its response was.
struct ProviderError {
    /// The status that the client gets.
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl ProviderError {
    /// The answer with the error, unless the error refuses the stored credential or contains it.
    fn answer(
        self,
        prepared: &PreparedCall,
        head: ResponseHead,
        added: Vec<&'static str>,
        url: &Url,
    ) -> Result<Answer, GatewayError> {
        let Self { status, headers, body } = self;
        let response = ProviderResponse::new(status, headers, body.to_vec(), true);
        // Many providers quote the key that they refuse, so this is decided before the search for it.
        if prepared.target.refuses_credential(url, &response) {
            return Err(credential_error(&prepared.target));
        }
        if prepared.echo.contains(&body) {
            return Err(GatewayError::CredentialEchoed { status: Some(status) });
        }
        let is_final = prepared.target.is_spent(url, &response);
        Ok(Answer { is_final, ..head.answer(prepared, status, added, AnswerBody::Whole(body)) })
    }
}

/// The headers with those that every call of a dialect has.
pub(super) fn with_defaults(dialect: Dialect, mut headers: HeaderMap) -> HeaderMap {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if dialect == Dialect::Anthropic && !headers.contains_key(ANTHROPIC_VERSION) {
        headers.insert(ANTHROPIC_VERSION, HeaderValue::from_static(ANTHROPIC_VERSION_DEFAULT));
    }
    headers
}
