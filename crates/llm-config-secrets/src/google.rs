//! Access tokens of the server's own Google identity, from the metadata server.
//!
//! Other application default credentials are left out on purpose: their files name URLs that
//! tokens are fetched from and programs that are run, so whoever can write one would choose where
//! the server calls and what it starts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use llm_config_core::secret::{ResolveError, Secret};
use serde::Deserialize;
use tokio::time::Instant;

use llm_config_egress::OperatorClient;

/// How much earlier than its end a token is given up.
const MARGIN: Duration = Duration::from_mins(1);

/// The most sets of scopes that tokens are kept for.
const KEPT: usize = 16;

/// The identity of the machine, pod or service that the server runs as on Google Cloud. Tokens
/// are kept, one for each set of scopes, until a minute before they run out.
#[derive(Debug)]
pub struct GoogleIdentity {
    client: OperatorClient,
    kept: Mutex<BTreeMap<Vec<String>, Kept>>,
}

#[derive(Debug)]
struct Kept {
    token: Arc<Secret>,
    until: Instant,
}

#[derive(Deserialize)]
struct TokenForm {
    access_token: Secret,
    /// In seconds.
    expires_in: u64,
}

impl GoogleIdentity {
    /// Where the metadata server is, unless the operator says otherwise.
    pub const ADDRESS: &str = "http://metadata.google.internal";

    /// The identity that the metadata server behind `client` vouches for.
    #[must_use]
    pub const fn new(client: OperatorClient) -> Self {
        Self { client, kept: Mutex::new(BTreeMap::new()) }
    }

    /// A token with these scopes.
    ///
    /// Whoever is without a service account, or may not have the scopes, finds the identity
    /// unavailable: that is for the operator to mend.
    pub(crate) async fn token(&self, scopes: &[&str]) -> Result<Arc<Secret>, ResolveError> {
        let mut set: Vec<_> = scopes.iter().map(|&it| it.to_owned()).collect();
        set.sort_unstable();
        set.dedup();
        if let Some(token) = self.kept(&set) {
            return Ok(token);
        }
        let TokenForm { access_token, expires_in } = self.fetch(&set).await?;
        let token = Arc::new(access_token);
        let lifetime = Duration::from_secs(expires_in).saturating_sub(MARGIN);
        if let Some(until) = Instant::now().checked_add(lifetime) {
            self.keep(set, Kept { token: Arc::clone(&token), until });
        }
        Ok(token)
    }

    async fn fetch(&self, scopes: &[String]) -> Result<TokenForm, ResolveError> {
        const PATH: &[&str] = &["computeMetadata", "v1", "instance", "service-accounts", "default", "token"];
        let mut request = self.client.request(Method::GET, PATH).with_header("metadata-flavor", "Google");
        request.url.query_pairs_mut().append_pair("scopes", &scopes.join(","));
        let answer = self.client.send(request).await.map_err(|_| ResolveError::Unavailable)?;
        let form = (answer.status == 200).then(|| serde_json::from_slice(&answer.body).ok());
        form.flatten().ok_or_else(|| {
            let (address, status) = (self.client.address(), answer.status);
            tracing::warn!(%address, status, "the metadata server gives no token for these scopes");
            ResolveError::Unavailable
        })
    }

    fn kept(&self, set: &[String]) -> Option<Arc<Secret>> {
        let mut kept = self.lock();
        let now = Instant::now();
        kept.retain(|_, it| it.until > now);
        kept.get(set).map(|it| Arc::clone(&it.token))
    }

    fn keep(&self, set: Vec<String>, token: Kept) {
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(set, token);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Vec<String>, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
