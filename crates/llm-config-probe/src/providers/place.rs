//! Where an API lies that speaks like `OpenAI`: its base, and the URL that models are called at.

use llm_config_core::target::Target;
use url::Url;

use super::Subject;
use crate::base::{Base, REQUESTS};
use crate::finding::Finding;
use crate::report::Note;

/// Where an API lies that speaks like `OpenAI`.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    base: Base,
    /// The path of calls below the base.
    call: Vec<String>,
    /// What is called as the configuration stands, if nothing had to be put right.
    stored: Option<Url>,
    /// What was found on top of what [`Base::read`] found.
    notes: Vec<Note>,
}

impl Place {
    /// The base is what stands in front of the request's own path, wherever the configuration
    /// draws the line between endpoint and API path: `https://h` with `/v1/chat/completions` is
    /// `https://h/v1` with `/chat/completions`.
    pub(crate) fn of(subject: &Subject<'_>) -> Self {
        let text = subject.target.api_path.as_str();
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let request = REQUESTS.iter().find(|it| segments.ends_with(it));
        let call = request.map_or(segments.len(), |it| it.len());
        let (before, call) = segments.split_at(segments.len() - call);
        let base = subject.base.below(before, query);
        let notes: Vec<Note> =
            base.notes.iter().filter(|it| !subject.base.notes.contains(it)).copied().collect();
        // With a blank API path, the endpoint is the full URL of calls.
        let is_as_stored = base.notes.is_empty() || segments.is_empty();
        Self {
            stored: is_as_stored.then(|| subject.target.url()),
            call: call.iter().map(|&it| it.to_owned()).collect(),
            base,
            notes,
        }
    }

    /// The place one `/v1` further down.
    pub(crate) fn with_version(&self) -> Self {
        let default = || ["chat", "completions"].map(str::to_owned).to_vec();
        let call = if self.call.is_empty() { default() } else { self.call.clone() };
        let mut notes = self.notes.clone();
        notes.push(Note::VersionAdded);
        Self { base: self.base.with_version(), call, stored: None, notes }
    }

    /// The place at another base, because the vendor's API lies there.
    pub(crate) fn moved_to(&self, path: &str) -> Self {
        if self.base.path() == path {
            return self.clone();
        }
        Self { base: self.base.at_path(path), ..self.with_version() }
    }

    /// Whether calls go elsewhere as the configuration stands.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.notes.contains(&Note::VersionAdded)
    }

    pub(crate) const fn base(&self) -> &Base {
        &self.base
    }

    /// Where the models are listed.
    pub(crate) fn models(&self) -> Url {
        self.base.join(&["models"])
    }

    /// Where one model is described.
    pub(crate) fn model(&self, id: &str) -> Url {
        self.base.join(&["models", id])
    }

    /// Where `OpenRouter` tells who serves a model, whose id is the name of two folders.
    pub(crate) fn endpoints(&self, id: &str) -> Url {
        let segments: Vec<&str> = ["models"].into_iter().chain(id.split('/')).chain(["endpoints"]).collect();
        self.base.join(&segments)
    }

    /// Where models are called.
    pub(crate) fn call(&self) -> Url {
        let segments: Vec<&str> = self.call.iter().map(String::as_str).collect();
        self.stored.clone().unwrap_or_else(|| self.base.join(&segments))
    }

    /// Adds to a finding what had to be put right to come here, and what to store instead.
    pub(crate) fn tell(&self, target: &Target, mut finding: Finding) -> Finding {
        if self.stored.is_none() && finding.suggested_url.is_none() {
            finding.suggested_url = Some(self.endpoint(target));
        }
        finding.notes.extend(&self.notes);
        finding
    }

    /// The endpoint that leads here together with the API path as it is stored.
    fn endpoint(&self, target: &Target) -> String {
        let own = target.api_path.as_str().split('?').next().unwrap_or_default().trim_matches('/');
        let call = self.call();
        let path = call.path().trim_end_matches('/').strip_suffix(own);
        let mut url = target.endpoint.url();
        match path.and_then(|it| it.strip_suffix('/')).filter(|_| !own.is_empty()) {
            Some(path) => url.set_path(path),
            None => url.set_path(self.base.path()),
        }
        url.as_str().trim_end_matches('/').to_owned()
    }
}
