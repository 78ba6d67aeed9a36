//! How the server shows a Vault who it is.

use std::path::PathBuf;
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

/// How much earlier than its end a token is given up, so that it does not end on its way.
const MARGIN: Duration = Duration::from_secs(5);

/// How the server shows a Vault who it is.
#[derive(Clone, Debug)]
pub enum VaultLogin {
    /// With the token in this file, read at every use: an agent may renew it at any time.
    TokenFile(PathBuf),
    /// With `AppRole`: a role and its secret buy a token, which is kept until it runs out or is
    /// refused.
    AppRole {
        /// Where the auth method is mounted; one segment, usually `approle`.
        mount: String,
        /// The id of the role.
        role_id: String,
        /// The file with the role's secret id, read at every login.
        secret_id_file: PathBuf,
    },
}

/// A token, and whether it was just got.
pub(super) struct Token {
    text: Arc<Zeroizing<String>>,
    is_fresh: bool,
}

impl Token {
    /// The value of its header.
    pub(super) fn header(&self) -> Result<HeaderValue, ResolveError> {
        let mut value = HeaderValue::from_str(&self.text).map_err(|_| {
            tracing::warn!("the token for the Vault has characters that cannot be sent");
            ResolveError::Unavailable
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// A token that is used again.
struct Kept {
    text: Arc<Zeroizing<String>>,
    /// `None` for one that does not run out.
    until: Option<Instant>,
}

/// The tokens of one login.
pub(super) struct Tokens {
    login: VaultLogin,
    kept: Mutex<Option<Kept>>,
}

#[derive(Serialize)]
struct RoleForm<'a> {
    role_id: &'a str,
    secret_id: &'a str,
}

#[derive(Deserialize)]
struct LoginForm {
    auth: AuthForm,
}

#[derive(Deserialize)]
struct AuthForm {
    client_token: String,
    /// In seconds; 0 for a token that does not run out.
    lease_duration: u64,
}

impl Tokens {
    pub(super) const fn new(login: VaultLogin) -> Self {
        Self { login, kept: Mutex::new(None) }
    }

    /// A token to try.
    pub(super) async fn first(
        &self,
        client: &OperatorClient,
        namespace: Namespace<'_>,
    ) -> Result<Token, ResolveError> {
        if let Some(text) = self.kept() {
            return Ok(Token { text, is_fresh: false });
        }
        self.fetch(client, namespace).await
    }

    /// Another token than one that was refused; `None` if there is no reason to hope for one.
    pub(super) async fn another(
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
        Ok(Some(token).filter(|it| *it.text != *refused.text))
    }

    async fn fetch(&self, client: &OperatorClient, namespace: Namespace<'_>) -> Result<Token, ResolveError> {
        match &self.login {
            VaultLogin::TokenFile(path) => {
                let text = Arc::new(operator_file::read(path).await?);
                Ok(Token { text, is_fresh: true })
            }
            VaultLogin::AppRole { mount, role_id, secret_id_file } => {
                let secret_id = operator_file::read(secret_id_file).await?;
                let form = RoleForm { role_id, secret_id: &secret_id };
                let mut request = client.request(Method::POST, &["v1", "auth", mount, "login"]);
                namespace.add_to(&mut request);
                request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                request.body = serde_json::to_vec(&form).map_err(|_| ResolveError::Unavailable)?;
                self.log_in(client, request).await
            }
        }
    }

    async fn log_in(&self, client: &OperatorClient, request: Request) -> Result<Token, ResolveError> {
        let answer = client.send(request).await.map_err(|_| ResolveError::Unavailable)?;
        let form = (answer.status == 200).then(|| serde_json::from_slice::<LoginForm>(&answer.body).ok());
        let Some(LoginForm { auth }) = form.flatten() else {
            let (address, status) = (client.address(), answer.status);
            tracing::warn!(%address, status, "the Vault refuses the role and its secret id");
            return Err(ResolveError::Unavailable);
        };
        let text = Arc::new(Zeroizing::new(auth.client_token));
        let lease = Duration::from_secs(auth.lease_duration);
        let until = Instant::now().checked_add(lease.saturating_sub(MARGIN)).filter(|_| !lease.is_zero());
        *self.lock() = Some(Kept { text: Arc::clone(&text), until });
        Ok(Token { text, is_fresh: true })
    }

    /// The token that is kept, while it has not run out.
    fn kept(&self) -> Option<Arc<Zeroizing<String>>> {
        let mut kept = self.lock();
        kept.take_if(|it| it.until.is_some_and(|until| until <= Instant::now()));
        kept.as_ref().map(|it| Arc::clone(&it.text))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.login.fmt(f)
    }
}

/// The namespace that requests are about, if there is one.
#[derive(Clone, Copy)]
pub(super) struct Namespace<'a>(pub(super) Option<&'a HeaderValue>);

impl Namespace<'_> {
    pub(super) fn add_to(self, request: &mut Request) {
        if let Some(namespace) = self.0 {
            request.headers.insert(header::HeaderName::from_static("x-vault-namespace"), namespace.clone());
        }
    }
}
