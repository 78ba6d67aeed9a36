//! The one place where references become secrets: first the grants, then a store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64;
use llm_config_core::credential::{ApiKey, Credential, GcpAdc, KeyPair, SecretValue};
use llm_config_core::endpoint::{VendorHosts, origin_of};
use llm_config_core::grant::{Grants, oauth_scopes};
use llm_config_core::scope::Scope;
use llm_config_core::secret::{ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use llm_config_core::target::Target;
use zeroize::Zeroizing;

use crate::GoogleIdentity;

/// The stores that the operator declared, behind the grants.
pub struct SecretResolver {
    grants: Grants,
    hosts: Arc<dyn VendorHosts>,
    sources: BTreeMap<SecretStore, Box<dyn SecretSource>>,
    google: Option<GoogleIdentity>,
}

impl SecretResolver {
    /// With these grants and no store: every reference is refused. `hosts` says which origin a
    /// configuration calls.
    #[must_use]
    pub fn new(grants: Grants, hosts: Arc<dyn VendorHosts>) -> Self {
        Self { grants, hosts, sources: BTreeMap::new(), google: None }
    }

    /// With the source of a store's secrets.
    #[must_use]
    pub fn with_source(mut self, store: SecretStore, source: impl SecretSource + 'static) -> Self {
        self.sources.insert(store, Box::new(source));
        self
    }

    /// With the server's own Google identity.
    #[must_use]
    pub fn with_google(self, identity: GoogleIdentity) -> Self {
        Self { google: Some(identity), ..self }
    }

    /// The credential in a form that can be shown at `target`, for a configuration of `scope`.
    ///
    /// An inline credential is duplicated as it is. A reference becomes the secret behind it, and
    /// the server's Google identity a bearer token, if a grant says so for this scope and this
    /// target; else [`ResolveError::Refused`], and no store hears of it. Grants are asked
    /// at every use, and no secret is kept.
    pub async fn resolve(
        &self,
        credential: &Credential,
        scope: &Scope,
        target: &Target,
    ) -> Result<Credential, ResolveError> {
        match credential {
            Credential::ApiKey(ApiKey { header, prefix, value }) => Ok(Credential::ApiKey(ApiKey {
                header: header.clone(),
                prefix: prefix.clone(),
                value: self.value(value, scope, target).await?,
            })),
            Credential::KeyPair(KeyPair { key_id, secret }) => Ok(Credential::KeyPair(KeyPair {
                key_id: key_id.duplicate(),
                secret: self.value(secret, scope, target).await?,
            })),
            Credential::GcpAdc(adc) => self.identity(adc, scope, target).await,
        }
    }

    async fn value(
        &self,
        value: &SecretValue,
        scope: &Scope,
        target: &Target,
    ) -> Result<SecretValue, ResolveError> {
        let reference = match value {
            SecretValue::Inline(secret) => return Ok(SecretValue::Inline(secret.duplicate())),
            SecretValue::Reference(reference) => reference,
        };
        let origin = origin_of(&*self.hosts, &target.endpoint, &target.api_path);
        if !self.grants.allows(reference, scope, &origin) {
            return Err(ResolveError::Refused);
        }
        let source = self.sources.get(&reference.store()).ok_or(ResolveError::Refused)?;
        let secret = source.resolve(reference).await?;
        decode(reference, secret).map(SecretValue::Inline)
    }

    /// The project to bill is checked, and lost here: a key in a header has no place for it.
    async fn identity(
        &self,
        adc: &GcpAdc,
        scope: &Scope,
        target: &Target,
    ) -> Result<Credential, ResolveError> {
        if !self.grants.allows_identity(adc, scope, &target.url()) {
            return Err(ResolveError::Refused);
        }
        let identity = self.google.as_ref().ok_or(ResolveError::Refused)?;
        let token = identity.token(&oauth_scopes(adc)).await?;
        Ok(Credential::ApiKey(ApiKey::bearer(token.duplicate())))
    }
}

impl fmt::Debug for SecretResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stores: Vec<_> = self.sources.keys().collect();
        f.debug_struct("SecretResolver")
            .field("grants", &self.grants)
            .field("stores", &stores)
            .finish_non_exhaustive()
    }
}

/// What the hint `encoding` says: `base64`, or `utf-8` for a secret that is kept as it is. Other
/// hints are for others.
fn decode(reference: &SecretRef, secret: Secret) -> Result<Secret, ResolveError> {
    match reference.hints().get("encoding").map(String::as_str) {
        None | Some("utf-8") => Ok(secret),
        Some("base64") => {
            let bytes = BASE64.decode(secret.expose().trim().as_bytes()).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| ResolveError::Refused)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| ResolveError::Refused)?;
            Secret::new(text.to_owned()).map_err(|_| ResolveError::Refused)
        }
        Some(_) => Err(ResolveError::Refused),
    }
}
