//! The resolution of references: first the grants, then the secret store.

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

/// Resolves references through the operator's grants and secret stores.
pub struct SecretResolver {
    grants: Grants,
    hosts: Arc<dyn VendorHosts>,
    sources: BTreeMap<SecretStore, Box<dyn SecretSource>>,
    google: Option<GoogleIdentity>,
}

impl SecretResolver {
    /// A resolver with these grants and no secret store, which refuses every reference. `hosts` determines
    /// the origins of targets.
    #[must_use]
    pub fn new(grants: Grants, hosts: Arc<dyn VendorHosts>) -> Self {
        Self { grants, hosts, sources: BTreeMap::new(), google: None }
    }

    /// Adds the source of a secret store.
    #[must_use]
    pub fn with_source(mut self, store: SecretStore, source: impl SecretSource + 'static) -> Self {
        self.sources.insert(store, Box::new(source));
        self
    }

    /// Adds the server's own Google identity.
    #[must_use]
    pub fn with_google(self, identity: GoogleIdentity) -> Self {
        Self { google: Some(identity), ..self }
    }

    /// The credential with its secret, for a call of `target` by a configuration of `scope`.
    ///
    /// An inline credential is copied. A reference is replaced by its secret, and the server's Google
    /// identity by a bearer token, if a grant covers this scope and this target. Otherwise the error is
    /// [`ResolveError::Refused`], and no secret store receives a request. Grants are checked at every use,
    /// and secrets are not cached.
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

    /// A bearer token of the identity. The quota project is checked but not sent, because a key has no field
    /// for it.
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

/// Applies the hint `encoding`: `base64`, or `utf-8` for a secret that is stored in clear. Other hints are
/// ignored.
fn decode(reference: &SecretRef, secret: Secret) -> Result<Secret, ResolveError> {
    match reference.hints().get("encoding").map(String::as_str) {
        None | Some("utf-8") => Ok(secret),
        Some("base64") => {
            let bytes = BASE64.decode(secret.expose().trim().as_bytes()).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| ResolveError::Refused)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| ResolveError::Refused)?;
            Secret::from_stored(text.to_owned()).map_err(|_| ResolveError::Refused)
        }
        Some(_) => Err(ResolveError::Refused),
    }
}
