//! Secrets in the KV engine, version 2, of a Vault or `OpenBao`: `vault://MOUNT/PATH#FIELD`.

use std::collections::BTreeMap;

use http::Method;
use http::header::HeaderValue;
use llm_config_core::secret::{Location, ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::vault_login::{Namespace, Token, Tokens, VaultLogin};
use llm_config_egress::{OperatorClient, OperatorResponse};

/// Reads the current version of secrets of the KV engine, version 2. The mount is the first
/// segment of a reference; the field may be left out if the secret has exactly one.
///
/// One use makes one request; with a token that is refused or has run out, up to three. No value
/// is kept.
#[derive(Debug)]
pub struct VaultSource {
    client: OperatorClient,
    tokens: Tokens,
    namespace: Option<HeaderValue>,
}

/// A text that is no namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the path of a namespace in printable ASCII, such as `team-a`")]
pub struct NamespaceError;

/// What a read answers, as far as it matters. Values stay in the answer's own memory, which is
/// overwritten after use.
#[derive(Deserialize)]
struct ReadForm<'a> {
    #[serde(borrow)]
    data: VersionForm<'a>,
}

#[derive(Deserialize)]
struct VersionForm<'a> {
    #[serde(borrow)]
    data: Option<BTreeMap<String, &'a RawValue>>,
}

impl VaultSource {
    /// Reads through `client`, as whom `login` says.
    #[must_use]
    pub const fn new(client: OperatorClient, login: VaultLogin) -> Self {
        Self { client, tokens: Tokens::new(login), namespace: None }
    }

    /// Within a namespace.
    pub fn in_namespace(self, namespace: &str) -> Result<Self, NamespaceError> {
        let is_path = !namespace.is_empty() && namespace.chars().all(|c| c.is_ascii_graphic());
        let value = HeaderValue::from_str(namespace).ok().filter(|_| is_path).ok_or(NamespaceError)?;
        Ok(Self { namespace: Some(value), ..self })
    }

    async fn read(&self, location: &Location<'_>, token: &Token) -> Result<OperatorResponse, ResolveError> {
        let (mount, path) = location.segments().split_first().ok_or(ResolveError::Refused)?;
        let segments: Vec<_> = ["v1", mount, "data"].iter().chain(path).copied().collect();
        let mut request = self.client.request(Method::GET, &segments).with_header("x-vault-request", "true");
        request.headers.insert("x-vault-token", token.header()?);
        self.namespace().add_to(&mut request);
        self.client.send(request).await.map_err(|_| ResolveError::Unavailable)
    }

    const fn namespace(&self) -> Namespace<'_> {
        Namespace(self.namespace.as_ref())
    }
}

#[async_trait::async_trait]
impl SecretSource for VaultSource {
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError> {
        let location = reference.location().filter(|it| it.store() == SecretStore::Vault);
        let location = location.ok_or(ResolveError::Refused)?;
        let token = self.tokens.first(&self.client, self.namespace()).await?;
        let mut answer = self.read(&location, &token).await?;
        if answer.status == 403
            && let Some(token) = self.tokens.another(&self.client, self.namespace(), &token).await?
        {
            answer = self.read(&location, &token).await?;
        }
        match answer.status {
            200 => field(&answer.body, location.field()),
            // A deleted version is a 404 as well. Whether 403 means the path or the token, the
            // Vault does not say.
            403 | 404 => Err(ResolveError::Refused),
            status => {
                tracing::warn!(address = %self.client.address(), status, "the Vault does not serve");
                Err(ResolveError::Unavailable)
            }
        }
    }
}

/// The value of a field, which must be a text; without a name, the only one.
fn field(body: &[u8], name: Option<&str>) -> Result<Secret, ResolveError> {
    let ReadForm { data } = serde_json::from_slice(body).map_err(|_| ResolveError::Unavailable)?;
    let fields = data.data.ok_or(ResolveError::Refused)?;
    let value = match name {
        Some(name) => fields.get(name),
        None => fields.values().next().filter(|_| fields.len() == 1),
    };
    let value = value.ok_or(ResolveError::Refused)?;
    serde_json::from_str(value.get()).map_err(|_| ResolveError::Refused)
}
