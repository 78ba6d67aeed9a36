//! Secrets in the KV engine, version 2, of a Vault or `OpenBao`: `vault://MOUNT/PATH#FIELD`.

use std::collections::BTreeMap;

use http::Method;
use http::header::HeaderValue;
use llm_config_core::secret::{Location, ResolveError, Secret, SecretRef, SecretSource, SecretStore};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::vault_login::{Namespace, Token, Tokens, VaultLogin};
use llm_config_egress::{OperatorClient, OperatorResponse};

/// Reads the current version of secrets of the KV engine, version 2. The mount is the first segment of a
/// reference. The field is optional if the secret has exactly one.
///
/// Resolving a reference takes one request, or up to three if the token is refused or has expired. Values are
/// not cached.
#[derive(Debug)]
pub struct VaultSource {
    client: OperatorClient,
    tokens: Tokens,
    namespace: Option<HeaderValue>,
}

/// The text is not a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the path of a namespace in printable ASCII, such as `team-a`")]
pub struct NamespaceError;

/// The response to a read. Values borrow from the response's buffer, which is overwritten after use.
#[derive(Deserialize)]
struct ReadResponse<'a> {
    #[serde(borrow)]
    data: Version<'a>,
}

#[derive(Deserialize)]
struct Version<'a> {
    #[serde(borrow)]
    data: Option<BTreeMap<String, &'a RawValue>>,
}

impl VaultSource {
    /// A source that reads through `client` and authenticates with `login`.
    #[must_use]
    pub const fn new(client: OperatorClient, login: VaultLogin) -> Self {
        Self { client, tokens: Tokens::new(login), namespace: None }
    }

    /// The source within a namespace.
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
        let location = reference.location().filter(|location| location.store() == SecretStore::Vault);
        let location = location.ok_or(ResolveError::Refused)?;
        let token = self.tokens.current(&self.client, self.namespace()).await?;
        let mut response = self.read(&location, &token).await?;
        if response.status == 403
            && let Some(token) = self.tokens.replacement(&self.client, self.namespace(), &token).await?
        {
            response = self.read(&location, &token).await?;
        }
        match response.status {
            200 => field(&response.body, location.field()),
            // A deleted version is a 404 too. A 403 does not distinguish a forbidden path from a bad token.
            403 | 404 => Err(ResolveError::Refused),
            status => {
                tracing::warn!(address = %self.client.address(), status, "the Vault is unavailable");
                Err(ResolveError::Unavailable)
            }
        }
    }
}

/// The value of a field, which must be a text. Without a name, the value of the only field.
fn field(body: &[u8], name: Option<&str>) -> Result<Secret, ResolveError> {
    let ReadResponse { data } = serde_json::from_slice(body).map_err(|_| ResolveError::Unavailable)?;
    let fields = data.data.ok_or(ResolveError::Refused)?;
    let value = match name {
        Some(name) => fields.get(name),
        None => fields.values().next().filter(|_| fields.len() == 1),
    };
    let value = value.ok_or(ResolveError::Refused)?;
    serde_json::from_str(value.get()).map_err(|_| ResolveError::Refused)
}
