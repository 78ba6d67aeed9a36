//! What the operator grants: which secrets may be used, by whom, and where they may be sent.
//!
//! Nobody may use anything by default. Grants are facts from the operator's settings; asking them
//! touches no store.

mod google;
mod prefix;

use url::Url;

pub use google::{DEFAULT_OAUTH_SCOPE, GoogleGrant, oauth_scopes};
pub use prefix::{PrefixError, SecretPrefix};

use crate::credential::GcpAdc;
use crate::endpoint::Origin;
use crate::id::{PrincipalId, WorkspaceId};
use crate::scope::Scope;
use crate::secret::{SecretRef, SecretStore};

/// Permission to use the secrets below a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretGrant {
    /// Which secrets.
    pub prefix: SecretPrefix,
    /// Whose own configurations may use them.
    pub owners: Vec<PrincipalId>,
    /// The workspaces whose configurations may use them.
    pub workspaces: Vec<WorkspaceId>,
    /// Where they may be sent; nowhere when empty.
    pub origins: Vec<Origin>,
}

/// Everything that the operator granted. Without more, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Secrets in stores.
    pub secrets: Vec<SecretGrant>,
    /// The server's own Google identity.
    pub google: Vec<GoogleGrant>,
}

impl Grants {
    /// Whether a configuration of `scope` that calls `origin` may use the secret behind
    /// `reference`. One grant must say yes to all three.
    #[must_use]
    pub fn allows(&self, reference: &SecretRef, scope: &Scope, origin: &Origin) -> bool {
        reference.location().is_some_and(|location| {
            self.secrets.iter().any(|grant| {
                grant.prefix.covers(&location)
                    && is_among(&grant.owners, &grant.workspaces, scope)
                    && grant.origins.contains(origin)
            })
        })
    }

    /// Whether a configuration of `scope` that calls `url` may use the server's own Google
    /// identity in the way that `adc` says.
    #[must_use]
    pub fn allows_identity(&self, adc: &GcpAdc, scope: &Scope, url: &Url) -> bool {
        self.google.iter().any(|grant| grant.allows(adc, scope, url))
    }

    /// The granted prefixes of one store.
    pub fn prefixes(&self, store: SecretStore) -> impl Iterator<Item = &SecretPrefix> {
        self.secrets.iter().map(|it| &it.prefix).filter(move |it| it.store() == store)
    }
}

/// Whether whoever a configuration belongs to is listed.
fn is_among(owners: &[PrincipalId], workspaces: &[WorkspaceId], scope: &Scope) -> bool {
    match scope {
        Scope::Owner(owner) => owners.contains(owner),
        Scope::Workspace(workspace) => workspaces.contains(workspace),
    }
}
