//! The head of a provider's response.

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use llm_config_egress::StreamingResponse;
use llm_config_gateway::answer::is_json;
use llm_config_gateway::echo::EchoScan;
use llm_config_gateway::headers::{PROVIDER_REQUEST_IDS, passes_to_client};

use super::answer::{Answer, AnswerBody};
use super::memory::PreparedCall;

/// The headers of a response that pass to the client.
pub(super) struct ResponseHead {
    headers: HeaderMap,
    upstream_request_id: Option<String>,
}

impl ResponseHead {
    pub(super) fn new(response: &StreamingResponse, echo: &EchoScan) -> Self {
        let passing = response
            .headers
            .iter()
            .filter(|(name, value)| passes_to_client(name.as_str()) && !echo.contains(value.as_bytes()));
        let headers = passing.map(|(name, value)| (name.clone(), value.clone())).collect();
        let id = PROVIDER_REQUEST_IDS.iter().find_map(|name| response.headers.get(*name));
        let id = id.filter(|id| !echo.contains(id.as_bytes())).and_then(|id| id.to_str().ok());
        Self { headers, upstream_request_id: id.map(str::to_owned) }
    }

    pub(super) fn answer(
        self,
        prepared: &PreparedCall,
        status: u16,
        added: Vec<&'static str>,
        body: AnswerBody,
    ) -> Answer {
        let Self { headers, upstream_request_id } = self;
        Answer { config: prepared.config, added, status, headers, upstream_request_id, is_final: false, body }
    }
}

impl Answer {
    /// The same answer, whose body is JSON.
    pub(super) fn into_json(mut self) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }
}

/// The form of a successful response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentForm {
    Events,
    Json,
    /// Without a type, or with one that some servers give their JSON and others their errors: it is JSON if
    /// it looks so.
    Unlabelled,
    /// Compressed, although we ask for uncompressed responses.
    Compressed,
    /// A page, or another form that no model API has.
    Page,
}

impl ContentForm {
    pub(super) fn classify(headers: &HeaderMap) -> Self {
        let is_plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
        if headers.get_all(CONTENT_ENCODING).iter().any(|value| !is_plain(value)) {
            return Self::Compressed;
        }
        let Some(content_type) = headers.get(CONTENT_TYPE) else { return Self::Unlabelled };
        let media_type = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        let media_type = media_type.trim();
        let is_any = |types: &[&str]| types.iter().any(|other| media_type.eq_ignore_ascii_case(other));
        if is_any(&["text/event-stream"]) {
            Self::Events
        } else if is_any(&["application/json", "text/json", "application/x-json"])
            || is_kind_of_json(media_type)
        {
            Self::Json
        } else if is_any(&["text/plain", ""]) {
            Self::Unlabelled
        } else {
            Self::Page
        }
    }
}

/// Whether a media type is `application/…+json`.
fn is_kind_of_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("application/") && media_type.ends_with("+json")
}

/// Whether a whole body of a success may be that of an API.
pub(super) fn is_api_body(form: ContentForm, body: &[u8]) -> bool {
    match form {
        ContentForm::Json => !body.trim_ascii().is_empty(),
        ContentForm::Unlabelled => is_json(body),
        ContentForm::Events | ContentForm::Compressed | ContentForm::Page => false,
    }
}

/// The length that the provider declares, in bytes.
pub(super) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
