//! The operator's grants: which configurations may use which secrets, and the origins they may send them to.
//!
//! Without a grant no configuration can use a reference or the server's own identity. Grants come from the
//! operator's settings; checking them accesses no secret store.

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

/// A grant of the secrets below a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretGrant {
    /// The secrets.
    pub prefix: SecretPrefix,
    /// The owners whose configurations may use them.
    pub owners: Vec<PrincipalId>,
    /// The workspaces whose configurations may use them.
    pub workspaces: Vec<WorkspaceId>,
    /// The origins that they may be sent to.
    pub origins: Vec<Origin>,
}

/// Every grant of the operator. The default grants nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Grants of secrets in secret stores.
    pub secrets: Vec<SecretGrant>,
    /// Grants of the server's own Google identity.
    pub google: Vec<GoogleGrant>,
}

impl Grants {
    /// Whether a configuration of `scope` that calls `origin` may use the secret of `reference`. A single
    /// grant must cover all three.
    #[must_use]
    pub fn allows(&self, reference: &SecretRef, scope: &Scope, origin: &Origin) -> bool {
        reference.location().is_some_and(|location| {
            self.secrets.iter().any(|grant| {
                grant.prefix.covers(&location)
                    && scope.is_among(&grant.owners, &grant.workspaces)
                    && grant.origins.contains(origin)
            })
        })
    }

    /// Whether a configuration of `scope` that calls `url` may use the server's own Google identity with the
    /// settings `adc`.
    #[must_use]
    pub fn allows_identity(&self, adc: &GcpAdc, scope: &Scope, url: &Url) -> bool {
        self.google.iter().any(|grant| grant.allows(adc, scope, url))
    }

    /// The granted prefixes of one store.
    pub fn prefixes(&self, store: SecretStore) -> impl Iterator<Item = &SecretPrefix> {
        self.secrets.iter().map(|grant| &grant.prefix).filter(move |prefix| prefix.store() == store)
    }
}
