//! Grants of the server's own Google identity.

use url::{Host, Url};

use crate::credential::GcpAdc;
use crate::id::{PrincipalId, WorkspaceId};
use crate::scope::Scope;

/// The OAuth scope of a configuration that names none.
pub const DEFAULT_OAUTH_SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// A grant of the server's own Google identity, for `https://*.googleapis.com` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleGrant {
    /// The owners whose configurations may use it.
    pub owners: Vec<PrincipalId>,
    /// The workspaces whose configurations may use it.
    pub workspaces: Vec<WorkspaceId>,
    /// The projects that may be billed or named in a URL. A configuration that names none needs no entry
    /// here; Google then bills the identity's own project.
    pub projects: Vec<String>,
    /// The OAuth scopes that may be requested, each in full. [`DEFAULT_OAUTH_SCOPE`] must be listed like any
    /// other.
    pub scopes: Vec<String>,
}

impl GoogleGrant {
    /// Whether a configuration of `scope` that calls `url` may use the identity with the settings `adc`.
    #[must_use]
    pub fn allows(&self, adc: &GcpAdc, scope: &Scope, url: &Url) -> bool {
        let requested = oauth_scopes(adc);
        scope.is_among(&self.owners, &self.workspaces)
            && is_google(url)
            && requested.iter().all(|scope| self.scopes.iter().any(|listed| listed == scope))
            && adc.quota_project.as_ref().is_none_or(|project| self.projects.contains(project))
            && self.allows_path(url)
    }

    /// Whether every project in the URL's path, `/v1/projects/PROJECT/locations/…`, is listed. The identity
    /// may have access to more projects than the operator lists.
    fn allows_path(&self, url: &Url) -> bool {
        let segments: Vec<_> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let projects =
            segments.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("projects")).map(|pair| pair[1]);
        // A percent-encoded letter would hide the word `projects`; a parameter of this name bills a project.
        let is_plain = !url.path().contains('%');
        let bills = url.query_pairs().any(|(name, _)| name.to_ascii_lowercase().ends_with("userproject"));
        is_plain
            && !bills
            && projects.into_iter().all(|project| self.projects.iter().any(|listed| listed == project))
    }
}

/// The OAuth scopes to request: those of `adc`, or the default.
#[must_use]
pub fn oauth_scopes(adc: &GcpAdc) -> Vec<&str> {
    match adc.scopes.as_slice() {
        [] => vec![DEFAULT_OAUTH_SCOPE],
        given => given.iter().map(String::as_str).collect(),
    }
}

/// Whether a URL is a Google API over https at the default port.
fn is_google(url: &Url) -> bool {
    let is_api = match url.host() {
        Some(Host::Domain(host)) => host.strip_suffix(".googleapis.com").is_some_and(|name| !name.is_empty()),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
    };
    is_api && url.scheme() == "https" && url.port_or_known_default() == Some(443)
}
