//! The URL below which a provider's operations lie, corrected where users mistype it.

use llm_config_core::endpoint::Endpoint;
use url::Url;

use crate::completion::request_paths;
use crate::note::Note;

/// The form of the API that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiForm {
    /// OpenAI-compatible.
    OpenAi,
    /// A vendor's own API.
    Own {
        /// Callers add the version themselves, so that it does not belong to the base.
        adds_version: bool,
    },
}

/// The URL below which a provider's operations lie.
#[derive(Clone, Debug)]
pub struct BaseUrl {
    url: Url,
    /// The corrections.
    pub(crate) notes: Vec<Note>,
}

impl BaseUrl {
    /// The base URL of an endpoint as it is written.
    pub(crate) fn literal(endpoint: &Endpoint) -> Self {
        Self::from_segments(endpoint.url(), &segments_of(&endpoint.url()), Vec::new())
    }

    /// The base URL that an endpoint was probably meant to be: a request's own path and a second version are
    /// left out. `has_api_below_models`: the path `/models` is the base of an API at this host.
    pub(crate) fn corrected(endpoint: &Endpoint, form: ApiForm, has_api_below_models: bool) -> Self {
        Self::corrected_url(endpoint.url(), form, has_api_below_models)
    }

    /// The same for a URL.
    pub(crate) fn corrected_url(mut url: Url, form: ApiForm, has_api_below_models: bool) -> Self {
        let mut segments = segments_of(&url);
        let mut notes = Vec::new();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let found = request_paths::find(&parts)
            .filter(|found| form == ApiForm::OpenAi || found.is_of_own_api())
            .filter(|found| !(has_api_below_models && found.is_list()));
        if let Some(found) = found {
            segments.truncate(found.base_length());
            lower_version(&mut segments);
            if found.is_of_google() {
                url.set_query(None);
            }
            append(&mut segments, &found, form);
            notes.push(Note::PathOfRequestLeftOut);
        }
        if let [.., first, second] = segments.as_slice()
            && is_version(first)
            && is_version(second)
        {
            let is_same = first == second;
            segments.pop();
            // A vendor's own API lies below the host, whichever version is meant.
            if !is_same && form != ApiForm::OpenAi {
                segments.pop();
            }
            notes.push(Note::DoubledVersionLeftOut);
        }
        if form == (ApiForm::Own { adds_version: true }) && segments.last().is_some_and(|last| last == "v1") {
            segments.pop();
            notes.push(Note::VersionLeftOut);
        }
        Self::from_segments(url, &segments, notes)
    }

    /// A URL as a base.
    pub(crate) const fn from_url(url: Url) -> Self {
        Self { url, notes: Vec::new() }
    }

    fn from_segments(mut url: Url, segments: &[String], notes: Vec<Note>) -> Self {
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

    /// The URL of an operation below the base, whose path is percent-encoded. The query is kept.
    pub(crate) fn join_encoded(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
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
        let mut url = self.join(segments);
        let query = [url.query(), query].into_iter().flatten().collect::<Vec<_>>().join("&");
        url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        Self { url, notes: self.notes.clone() }
    }

    /// This base without its version, if the API path below it begins with the same one.
    pub(crate) fn without_repeated_version(self, api_path: &str) -> Self {
        let first = api_path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
        let Some((before, last)) = self.url.path().trim_end_matches('/').rsplit_once('/') else {
            return self;
        };
        if last != first || !is_version(first) {
            return self;
        }
        let mut notes = self.notes.clone();
        if !notes.contains(&Note::DoubledVersionLeftOut) {
            notes.push(Note::DoubledVersionLeftOut);
        }
        Self { notes, ..self.at_path(before) }
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

    /// The first `count` segments of the path.
    pub(crate) fn leading_segments(&self, count: usize) -> Vec<&str> {
        self.path().split('/').filter(|segment| !segment.is_empty()).take(count).collect()
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

fn segments_of(url: &Url) -> Vec<String> {
    url.path().split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}

/// A version is in lower case in every API, whatever the case of the rest.
fn lower_version(segments: &mut [String]) {
    if let Some(last) = segments.last_mut()
        && is_version(&last.to_ascii_lowercase())
    {
        last.make_ascii_lowercase();
    }
}

/// Appends what leads from the base of a request to the called API: to the OpenAI-compatible one, or for
/// Google's own API to the host.
fn append(segments: &mut Vec<String>, found: &request_paths::Found, form: ApiForm) {
    let has_version = segments.last().is_some_and(|last| is_version(last));
    if form != ApiForm::OpenAi {
        if found.is_of_google() && has_version {
            segments.pop();
        }
        return;
    }
    if found.compatible() == "v1" && has_version {
        return;
    }
    // Only this version has Google's OpenAI-compatible form.
    if found.compatible() == "openai" && has_version {
        segments.pop();
        segments.push("v1beta".to_owned());
    }
    segments.extend(found.compatible().split('/').filter(|part| !part.is_empty()).map(str::to_owned));
}

/// Whether a path segment is a version, such as `v1`, `v1beta` or `v1alpha2`.
pub(crate) fn is_version(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix('v') else { return false };
    let suffix = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let stage = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
    suffix.len() < rest.len() && matches!(stage, "" | "alpha" | "beta")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(endpoint: &str, form: ApiForm, expected: &str) {
        let base = BaseUrl::corrected(&endpoint.parse().unwrap(), form, false);
        assert_eq!(base.as_endpoint(), expected, "{endpoint}");
        assert_eq!(base.notes().is_empty(), base.as_endpoint() == endpoint, "{endpoint}");
    }

    #[test]
    fn corrected_leads_to_compatible_api() {
        let check = |endpoint, expected| check(endpoint, ApiForm::OpenAi, expected);
        check("https://h/v1", "https://h/v1");
        check("https://h/api", "https://h/api");
        check("https://h/v1/chat/completions?a=b", "https://h/v1?a=b");
        check("https://h/V1/Embeddings/", "https://h/v1");
        check("http://h:11434/api/chat", "http://h:11434/v1");
        check("https://h/v1/generate", "https://h/v1");
        check("https://h/v1beta/models/m:generateContent?alt=sse", "https://h/v1beta/openai");
        check("https://h/v1/models/m:streamGenerateContent", "https://h/v1beta/openai");
        check("https://h/model/m/converse", "https://h/openai/v1");
        check("https://h/v2/chat", "https://h/compatibility/v1");
        check("https://h/v1/v1", "https://h/v1");
        check("https://h/v1beta/v1", "https://h/v1beta");
        check("https://h/v1/v1beta", "https://h/v1");
    }

    #[test]
    fn corrected_leads_to_host_of_own_api() {
        let check = |endpoint, expected| check(endpoint, ApiForm::Own { adds_version: false }, expected);
        check("https://h/v1beta", "https://h/v1beta");
        check("https://h/v1beta/models/m:generateContent", "https://h");
        check("https://h/v1beta/v1", "https://h");
        check("https://h/v1beta/v1beta", "https://h/v1beta");
        check("https://h/model/m/invoke", "https://h");
        check(
            "https://h/v1/projects/p/locations/l/publishers/google/models/m:rawPredict",
            "https://h/v1/projects/p/locations/l",
        );
        // An API of one's own may lie there.
        check("https://h/api/chat", "https://h/api/chat");
    }
}
