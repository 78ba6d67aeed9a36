//! The URL below which a provider's operations lie, corrected where users mistype it.

use llm_config_core::endpoint::Endpoint;
use url::Url;

use crate::note::Note;

/// Paths of requests that users paste behind the base URL.
pub(crate) const REQUEST_PATHS: &[&[&str]] = &[
    &["chat", "completions"],
    &["completions"],
    &["responses"],
    &["messages"],
    &["embeddings"],
    &["models"],
];

/// The URL below which a provider's operations lie.
#[derive(Clone, Debug)]
pub struct BaseUrl {
    url: Url,
    /// The corrections.
    pub(crate) notes: Vec<Note>,
}

impl BaseUrl {
    /// The base URL of an endpoint, with corrections that are unambiguous. `adds_version`: callers of
    /// this provider add the version themselves, so that it does not belong to the base.
    /// `has_api_below_models`: the path `/models` is the base of an API at this host, and not a request.
    pub(crate) fn new(endpoint: &Endpoint, adds_version: bool, has_api_below_models: bool) -> Self {
        let mut url = endpoint.url();
        let mut notes = Vec::new();
        let segments = url.path().split('/').filter(|segment| !segment.is_empty());
        let mut segments: Vec<String> = segments.map(str::to_owned).collect();
        let request = REQUEST_PATHS.iter().find(|path| {
            let is_end = segments.iter().rev().zip(path.iter().rev()).all(|(a, b)| a == b);
            is_end && segments.len() >= path.len()
        });
        if let Some(request) = request
            && !(has_api_below_models && *request == ["models"])
        {
            segments.truncate(segments.len() - request.len());
            notes.push(Note::PathOfRequestLeftOut);
        }
        if ends_in_version_twice(&segments) {
            segments.pop();
            notes.push(Note::DoubledVersionLeftOut);
        }
        if adds_version && segments.last().is_some_and(|last| last == "v1") {
            segments.pop();
            notes.push(Note::VersionLeftOut);
        }
        url.set_path(&segments.join("/"));
        Self { url, notes }
    }

    /// The corrections that were made.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The URL of an operation below the base. The query is kept; each segment is percent-encoded.
    pub(crate) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        // Only URLs such as `mailto:` have no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// This base with `/v1` appended.
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

    /// This base with the leading segments and the query of an API path.
    pub(crate) fn below(&self, segments: &[&str], query: Option<&str>) -> Self {
        let mut notes = self.notes.clone();
        let mut url = self.join(segments);
        let mut all: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        if ends_in_version_twice(&all) {
            all.pop();
            let path = all.join("/");
            url.set_path(&path);
            notes.push(Note::DoubledVersionLeftOut);
        }
        let query = [url.query(), query].into_iter().flatten().collect::<Vec<_>>().join("&");
        url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        Self { url, notes }
    }

    /// The base as a URL.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The host; empty for URLs without one.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The path without leading and trailing slashes.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_matches('/')
    }

    /// Whether the last segment of the path is a version, such as `v1beta`.
    pub(crate) fn ends_in_version(&self) -> bool {
        is_version(self.path().rsplit('/').next().unwrap_or_default())
    }

    /// The base as an endpoint to store, with its query.
    #[must_use]
    pub fn as_endpoint(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// The base without its query.
    #[must_use]
    pub fn without_query(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.as_str().trim_end_matches('/').to_owned()
    }
}

fn ends_in_version_twice(segments: &[impl AsRef<str>]) -> bool {
    match segments {
        [.., first, second] => first.as_ref() == second.as_ref() && is_version(first.as_ref()),
        _ => false,
    }
}

/// Whether a path segment is a version, such as `v1` or `v1beta`.
pub(crate) fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
