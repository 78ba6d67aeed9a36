//! The server's login at a Vault.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, header};
use llm_config_core::secret::ResolveError;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::operator_file;
use llm_config_egress::OperatorClient;
use llm_config_egress::Request;

/// How long before its expiry a token is discarded, so that it does not expire during a request.
const MARGIN: Duration = Duration::from_secs(5);

/// How the server authenticates to a Vault.
#[derive(Clone, Debug)]
pub enum VaultLogin {
    /// With the token in this file. It is read at every use, because an agent may renew it at any time.
    TokenFile(PathBuf),
    /// With `AppRole`: a role id and its secret id give a token, which is cached until it expires or is
    /// refused.
    AppRole {
        /// The mount of the auth method: one segment, usually `approle`.
        mount: String,
        /// The role id.
        role_id: String,
        /// The file with the secret id. It is read at every login.
        secret_id_file: PathBuf,
    },
}

impl VaultLogin {
    /// The file that the login needs.
    #[must_use]
    pub fn file(&self) -> &Path {
        match self {
            Self::TokenFile(path) | Self::AppRole { secret_id_file: path, .. } => path,
        }
    }

    /// Fails if the file of the login cannot be used. Reads the file and calls no server.
    pub fn check_file(&self) -> std::io::Result<()> {
        operator_file::read_now(self.file()).map(drop)
    }
}

/// A token, and whether it has just been issued or read.
pub(super) struct Token {
    text: Arc<Zeroizing<String>>,
    is_fresh: bool,
}

impl Token {
    /// The value of the token's header.
    pub(super) fn header(&self) -> Result<HeaderValue, ResolveError> {
        let mut value = HeaderValue::from_str(&self.text).map_err(|_| {
            tracing::warn!("the token for the Vault contains characters that a header cannot");
            ResolveError::Unavailable
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// A cached token.
struct CachedToken {
    text: Arc<Zeroizing<String>>,
    /// `None` for a token that never expires.
    until: Option<Instant>,
}

/// The tokens of one login.
pub(super) struct Tokens {
    login: VaultLogin,
    cached: Mutex<Option<CachedToken>>,
}

#[derive(Serialize)]
struct LoginRequest<'a> {
    role_id: &'a str,
    secret_id: &'a str,
}

#[derive(Deserialize)]
struct LoginResponse {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    client_token: String,
    /// In seconds; 0 for a token that never expires.
    lease_duration: u64,
}

impl Tokens {
    pub(super) const fn new(login: VaultLogin) -> Self {
        Self { login, cached: Mutex::new(None) }
    }

    /// The cached token, or a new one.
    pub(super) async fn current(
        &self,
        client: &OperatorClient,
        namespace: Namespace<'_>,
    ) -> Result<Token, ResolveError> {
        if let Some(text) = self.cached() {
            return Ok(Token { text, is_fresh: false });
        }
        self.fetch(client, namespace).await
    }

    /// A token that differs from a refused one; `None` if no other token can be obtained.
    pub(super) async fn replacement(
        &self,
        client: &OperatorClient,
        namespace: Namespace<'_>,
        refused: &Token,
    ) -> Result<Option<Token>, ResolveError> {
        let is_from_login = matches!(self.login, VaultLogin::AppRole { .. });
        if is_from_login && refused.is_fresh {
            return Ok(None);
        }
        let token = self.fetch(client, namespace).await?;
        Ok(Some(token).filter(|token| *token.text != *refused.text))
    }

    async fn fetch(&self, client: &OperatorClient, namespace: Namespace<'_>) -> Result<Token, ResolveError> {
        match &self.login {
            VaultLogin::TokenFile(path) => {
                let text = Arc::new(operator_file::read(path).await?);
                Ok(Token { text, is_fresh: true })
            }
            VaultLogin::AppRole { mount, role_id, secret_id_file } => {
                let secret_id = operator_file::read(secret_id_file).await?;
                let body = LoginRequest { role_id, secret_id: &secret_id };
                let mut request = client.request(Method::POST, &["v1", "auth", mount, "login"]);
                namespace.add_to(&mut request);
                request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                request.body = serde_json::to_vec(&body).map_err(|_| ResolveError::Unavailable)?.into();
                self.log_in(client, request).await
            }
        }
    }

    async fn log_in(&self, client: &OperatorClient, request: Request) -> Result<Token, ResolveError> {
        let response = client.send(request).await.map_err(|_| ResolveError::Unavailable)?;
        let form =
            (response.status == 200).then(|| serde_json::from_slice::<LoginResponse>(&response.body).ok());
        let Some(LoginResponse { auth }) = form.flatten() else {
            let (address, status) = (client.address(), response.status);
            tracing::warn!(%address, status, "the Vault rejects the role id and the secret id");
            return Err(ResolveError::Unavailable);
        };
        let text = Arc::new(Zeroizing::new(auth.client_token));
        let lease = Duration::from_secs(auth.lease_duration);
        let until = Instant::now().checked_add(lease.saturating_sub(MARGIN)).filter(|_| !lease.is_zero());
        *self.lock() = Some(CachedToken { text: Arc::clone(&text), until });
        Ok(Token { text, is_fresh: true })
    }

    /// The cached token, unless it has expired.
    fn cached(&self) -> Option<Arc<Zeroizing<String>>> {
        let mut cached = self.lock();
        cached.take_if(|token| token.until.is_some_and(|until| until <= Instant::now()));
        cached.as_ref().map(|token| Arc::clone(&token.text))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<CachedToken>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.login.fmt(f)
    }
}

/// The namespace of requests, if there is one.
#[derive(Clone, Copy)]
pub(super) struct Namespace<'a>(pub(super) Option<&'a HeaderValue>);

impl Namespace<'_> {
    pub(super) fn add_to(self, request: &mut Request) {
        if let Some(namespace) = self.0 {
            request.headers.insert(header::HeaderName::from_static("x-vault-namespace"), namespace.clone());
        }
    }
}
