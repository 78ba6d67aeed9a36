//! The URL below which a provider's operations lie, as people really write it.

use llm_config_core::endpoint::Endpoint;
use llm_config_core::provider::Provider;
use url::Url;

use crate::report::Note;

/// What people paste behind the base: the path of a request.
pub(crate) const REQUESTS: &[&[&str]] = &[
    &["chat", "completions"],
    &["completions"],
    &["responses"],
    &["messages"],
    &["embeddings"],
    &["models"],
];

/// The URL below which a provider's operations lie.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    url: Url,
    /// What was put right.
    pub(crate) notes: Vec<Note>,
}

impl Base {
    /// Puts right what can have only one meaning.
    pub(crate) fn read(provider: Provider, endpoint: &Endpoint) -> Self {
        let mut url = endpoint.url();
        let mut notes = Vec::new();
        let mut segments: Vec<String> =
            url.path().split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        let request = REQUESTS.iter().find(|it| {
            segments.iter().rev().zip(it.iter().rev()).all(|(a, b)| a == b) && segments.len() >= it.len()
        });
        if let Some(request) = request
            && !is_part_of_base(&url, request)
        {
            segments.truncate(segments.len() - request.len());
            notes.push(Note::PathOfRequestLeftOut);
        }
        if ends_in_version_twice(&segments) {
            segments.pop();
            notes.push(Note::DoubledVersionLeftOut);
        }
        if provider == Provider::Anthropic && segments.last().is_some_and(|it| it == "v1") {
            segments.pop();
            notes.push(Note::VersionLeftOut);
        }
        url.set_path(&segments.join("/"));
        Self { url, notes }
    }

    /// The URL of an operation below the base; the query stays. Each segment is encoded.
    pub(crate) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        // Only URLs such as `mailto:` have no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// This base with `/v1` behind it.
    pub(crate) fn with_version(&self) -> Self {
        Self { url: self.join(&["v1"]), notes: self.notes.clone() }
    }

    /// This base without a `/v1` at its end.
    pub(crate) fn without_version(&self) -> Self {
        let path = self.url.path().trim_end_matches('/');
        self.at_path(path.strip_suffix("/v1").unwrap_or(path))
    }

    /// This base at another path of the same host.
    pub(crate) fn at_path(&self, path: &str) -> Self {
        let mut url = self.url.clone();
        url.set_path(path);
        Self { url, notes: self.notes.clone() }
    }

    /// This base with what an API path has in front of the request's own path, and its query.
    pub(crate) fn below(&self, segments: &[&str], query: Option<&str>) -> Self {
        let mut notes = self.notes.clone();
        let mut url = self.join(segments);
        let mut all: Vec<&str> = url.path().split('/').filter(|it| !it.is_empty()).collect();
        if ends_in_version_twice(&all) {
            all.pop();
            let path = all.join("/");
            url.set_path(&path);
            notes.push(Note::DoubledVersionLeftOut);
        }
        let query = [url.query(), query].into_iter().flatten().collect::<Vec<_>>().join("&");
        url.set_query(Some(query.as_str()).filter(|it| !it.is_empty()));
        Self { url, notes }
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The path without slashes around it.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_matches('/')
    }

    /// The base as an endpoint to store, with its query.
    pub(crate) fn to_store(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// The base without its query.
    pub(crate) fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.as_str().trim_end_matches('/').to_owned()
    }
}

/// Azure's inference API lies under `/models`: there it is no pasted request.
fn is_part_of_base(url: &Url, request: &[&str]) -> bool {
    let host = url.host_str().unwrap_or_default();
    request == ["models"]
        && (host.ends_with(".services.ai.azure.com") || host.ends_with(".inference.ai.azure.com"))
}

fn ends_in_version_twice(segments: &[impl AsRef<str>]) -> bool {
    match segments {
        [.., first, second] => first.as_ref() == second.as_ref() && is_version(first.as_ref()),
        _ => false,
    }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()))
}
