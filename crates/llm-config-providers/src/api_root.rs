//! The root of an OpenAI-compatible API: its base URL, and the URL where models are called.

use llm_config_core::target::Target;
use url::Url;

use crate::base_url::{BaseUrl, is_version};
use crate::completion::request_paths;
use crate::note::Note;

/// The root of an OpenAI-compatible API.
#[derive(Clone, Debug)]
pub struct ApiRoot {
    base: BaseUrl,
    /// The path of completions below the base.
    completion: Vec<String>,
    /// The configured URL of completions, if nothing had to be corrected.
    configured: Option<Url>,
    /// The corrections in addition to those of the base URL.
    notes: Vec<Note>,
}

/// The usual path of completions.
const USUAL_COMPLETION: [&str; 2] = ["chat", "completions"];

/// A fixed path of an API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiPath {
    /// The path, without slashes around it.
    pub(crate) path: &'static str,
    /// The base paths that are replaced by it; empty for all.
    pub(crate) replaces: &'static [&'static str],
}

/// The corrections to a configuration under which an API was found.
#[derive(Clone, Debug, Default)]
pub struct Correction {
    /// The endpoint to store instead; `None` if the configured one is right.
    pub suggested_url: Option<String>,
    /// The corrections in addition to those of the base URL.
    pub notes: Vec<Note>,
}

impl ApiRoot {
    /// The root of a target with this base URL. Its base is the part in front of the request's own path,
    /// wherever the configuration divides endpoint and API path: `https://h` with `/v1/chat/completions` is
    /// `https://h/v1` with `/chat/completions`.
    pub(crate) fn new(configured: &BaseUrl, target: &Target) -> Self {
        let text = target.api_path.as_str();
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let request = request_paths::find_compatible(&segments);
        let (before, completion) = segments.split_at(request.map_or(0, |found| found.base_length()));
        let base = configured.below(before, query);
        let is_new = |note: &&Note| !configured.notes.contains(note);
        let notes: Vec<Note> = base.notes.iter().filter(is_new).copied().collect();
        // With a blank API path, the endpoint is the full URL of completions.
        let is_as_configured = base.notes.is_empty() || segments.is_empty();
        Self {
            configured: is_as_configured.then(|| target.url()),
            completion: completion.iter().map(|&segment| segment.to_owned()).collect(),
            base,
            notes,
        }
    }

    /// The root of a target at the base that its endpoint was probably meant to be.
    pub(crate) fn corrected(base: &BaseUrl, target: &Target) -> Self {
        let root = Self::new(base, target);
        let notes = [base.notes(), &root.notes].concat();
        Self { notes, ..root }
    }

    /// The root at a base that is known, with the usual path of completions.
    pub(crate) fn at(base: BaseUrl) -> Self {
        let completion = USUAL_COMPLETION.map(str::to_owned).to_vec();
        Self { base, completion, configured: None, notes: Vec::new() }
    }

    /// The root with `/v1` appended to its base.
    pub(crate) fn with_version(&self) -> Self {
        let default = || USUAL_COMPLETION.map(str::to_owned).to_vec();
        let completion = if self.completion.is_empty() { default() } else { self.completion.clone() };
        let mut notes = self.notes.clone();
        notes.push(Note::VersionAdded);
        Self { base: self.base.with_version(), completion, configured: None, notes }
    }

    /// The root at the fixed path of a vendor's API.
    pub(crate) fn moved_to(&self, fixed: ApiPath) -> Self {
        let ApiPath { path, replaces } = fixed;
        let is_replaced = replaces.is_empty() || replaces.contains(&self.base.path());
        if self.base.path() == path || !is_replaced {
            return self.clone();
        }
        Self { base: self.base.at_path(path), ..self.with_version() }
    }

    /// Whether the configuration's own requests go to another root.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.notes.iter().any(|note| note.is_elsewhere())
    }

    /// The root where the API may be instead, if there is none here: below `/v1` of a path without a
    /// version, or of the host. Another path of a host that is divided by path belongs to another
    /// customer.
    pub(crate) fn guess(&self, is_divided_host: bool) -> Option<Self> {
        if self.lacks_version() {
            return Some(self.with_version());
        }
        let is_full_url = self.completion.is_empty();
        let is_other = !is_full_url && !is_divided_host && self.base.path() != "v1";
        is_other.then(|| Self { base: self.base.at_path("v1"), ..self.with_version() })
    }

    /// Whether a missing version is a possible mistake: the path has none, and the endpoint is not the
    /// full URL of completions.
    fn lacks_version(&self) -> bool {
        let path = self.base.path();
        let is_full_url = self.completion.is_empty() && !path.is_empty();
        !is_full_url && !path.split('/').any(is_version)
    }

    pub(crate) const fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The URL of the list of models.
    pub(crate) fn models(&self) -> Url {
        self.base.join(&["models"])
    }

    /// The URL of one model.
    pub(crate) fn model(&self, id: &str) -> Url {
        self.base.join(&["models", id])
    }

    /// The URL of completions.
    pub(crate) fn completion_url(&self) -> Url {
        let segments: Vec<&str> = self.completion.iter().map(String::as_str).collect();
        self.configured.clone().unwrap_or_else(|| self.base.join(&segments))
    }

    /// The corrections that lead to this root.
    pub(crate) fn correction(&self, target: &Target) -> Correction {
        let suggested_url = self.configured.is_none().then(|| self.endpoint(target));
        Correction { suggested_url, notes: self.notes.clone() }
    }

    /// The endpoint that leads here together with the configured API path.
    fn endpoint(&self, target: &Target) -> String {
        let own = target.api_path.as_str().split('?').next().unwrap_or_default().trim_matches('/');
        let completion = self.completion_url();
        let path = completion.path().trim_end_matches('/').strip_suffix(own);
        let mut url = target.endpoint.url();
        if self.base.url().query().is_none() {
            url.set_query(None);
        }
        match path.and_then(|path| path.strip_suffix('/')).filter(|_| !own.is_empty()) {
            Some(path) => url.set_path(path),
            None => url.set_path(self.base.path()),
        }
        url.as_str().trim_end_matches('/').to_owned()
    }
}
