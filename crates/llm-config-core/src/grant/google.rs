//! Who may use the server's own Google identity, and for what.

use url::{Host, Url};

use super::is_among;
use crate::credential::GcpAdc;
use crate::id::{PrincipalId, WorkspaceId};
use crate::scope::Scope;

/// The OAuth scope that is asked for when a configuration names none.
pub const DEFAULT_OAUTH_SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// Permission to use the server's own Google identity, at `https://*.googleapis.com` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleGrant {
    /// Whose own configurations may use it.
    pub owners: Vec<PrincipalId>,
    /// The workspaces whose configurations may use it.
    pub workspaces: Vec<WorkspaceId>,
    /// The projects that may be billed or named in a URL. A configuration that names none needs
    /// none; whom Google then bills is the identity's own project.
    pub projects: Vec<String>,
    /// The OAuth scopes that may be asked for, each in full. [`DEFAULT_OAUTH_SCOPE`] is not among them
    /// unless it is listed.
    pub scopes: Vec<String>,
}

impl GoogleGrant {
    /// Whether a configuration of `scope` that calls `url` may use the identity as `adc` says.
    #[must_use]
    pub fn allows(&self, adc: &GcpAdc, scope: &Scope, url: &Url) -> bool {
        let asked = oauth_scopes(adc);
        is_among(&self.owners, &self.workspaces, scope)
            && is_google(url)
            && asked.iter().all(|it| self.scopes.iter().any(|listed| listed == it))
            && adc.quota_project.as_ref().is_none_or(|it| self.projects.contains(it))
            && self.allows_path(url)
    }

    /// The identity may have more projects than the operator lists, and the URL says which one is
    /// called: `/v1/projects/PROJECT/locations/…`.
    fn allows_path(&self, url: &Url) -> bool {
        let segments: Vec<_> = url.path().split('/').filter(|it| !it.is_empty()).collect();
        let projects =
            segments.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("projects")).map(|pair| pair[1]);
        // An encoded letter would hide the word, and a parameter of this name bills a project.
        let is_plain = !url.path().contains('%');
        let bills = url.query_pairs().any(|(name, _)| name.to_ascii_lowercase().ends_with("userproject"));
        is_plain && !bills && projects.into_iter().all(|it| self.projects.iter().any(|listed| listed == it))
    }
}

/// The scopes that are asked for: those given, else the default one.
#[must_use]
pub fn oauth_scopes(adc: &GcpAdc) -> Vec<&str> {
    match adc.scopes.as_slice() {
        [] => vec![DEFAULT_OAUTH_SCOPE],
        given => given.iter().map(String::as_str).collect(),
    }
}

/// Whether a URL is one of Google's APIs, over https at its usual port.
fn is_google(url: &Url) -> bool {
    let is_api = match url.host() {
        Some(Host::Domain(host)) => host.strip_suffix(".googleapis.com").is_some_and(|it| !it.is_empty()),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
    };
    is_api && url.scheme() == "https" && url.port_or_known_default() == Some(443)
}
