//! Access tokens of the server's own Google identity, from the metadata server.
//!
//! Other application default credentials are not supported. Their files contain URLs to fetch tokens from and
//! programs to run, so a user who can write such a file would decide which URLs the server calls and which
//! programs it starts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use llm_config_core::secret::{ResolveError, Secret};
use serde::Deserialize;
use tokio::time::Instant;

use llm_config_egress::OperatorClient;

/// How long before its expiry a token is discarded.
const MARGIN: Duration = Duration::from_mins(1);

/// The maximum number of cached tokens.
const CACHED_TOKENS: usize = 16;

/// The identity of the machine, pod or service that the server runs as on Google Cloud. Tokens are cached,
/// one for each set of OAuth scopes, until a minute before they expire.
#[derive(Debug)]
pub struct GoogleIdentity {
    client: OperatorClient,
    cached: Mutex<BTreeMap<Vec<String>, CachedToken>>,
}

#[derive(Debug)]
struct CachedToken {
    token: Arc<Secret>,
    until: Instant,
}

#[derive(Deserialize)]
struct TokenResponse {
    access_token: Secret,
    /// In seconds.
    expires_in: u64,
}

impl GoogleIdentity {
    /// The default address of the metadata server.
    pub const ADDRESS: &str = "http://metadata.google.internal";

    /// The identity that the metadata server at `client`'s address provides.
    #[must_use]
    pub const fn new(client: OperatorClient) -> Self {
        Self { client, cached: Mutex::new(BTreeMap::new()) }
    }

    /// A token with these OAuth scopes.
    ///
    /// The identity is unavailable if the machine has no service account or the account lacks a scope. Only
    /// the operator can change that.
    pub(crate) async fn token(&self, scopes: &[&str]) -> Result<Arc<Secret>, ResolveError> {
        let mut set: Vec<_> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        set.sort_unstable();
        set.dedup();
        if let Some(token) = self.cached(&set) {
            return Ok(token);
        }
        let TokenResponse { access_token, expires_in } = self.fetch(&set).await?;
        let token = Arc::new(access_token);
        let lifetime = Duration::from_secs(expires_in).saturating_sub(MARGIN);
        if let Some(until) = Instant::now().checked_add(lifetime) {
            self.cache(set, CachedToken { token: Arc::clone(&token), until });
        }
        Ok(token)
    }

    async fn fetch(&self, scopes: &[String]) -> Result<TokenResponse, ResolveError> {
        const PATH: &[&str] = &["computeMetadata", "v1", "instance", "service-accounts", "default", "token"];
        let mut request = self.client.request(Method::GET, PATH).with_header("metadata-flavor", "Google");
        request.url.query_pairs_mut().append_pair("scopes", &scopes.join(","));
        let response = self.client.send(request).await.map_err(|_| ResolveError::Unavailable)?;
        let form = (response.status == 200).then(|| serde_json::from_slice(&response.body).ok());
        form.flatten().ok_or_else(|| {
            let (address, status) = (self.client.address(), response.status);
            tracing::warn!(%address, status, "the metadata server issues no token for these scopes");
            ResolveError::Unavailable
        })
    }

    fn cached(&self, set: &[String]) -> Option<Arc<Secret>> {
        let mut cached = self.lock();
        let now = Instant::now();
        cached.retain(|_, entry| entry.until > now);
        cached.get(set).map(|entry| Arc::clone(&entry.token))
    }

    fn cache(&self, set: Vec<String>, token: CachedToken) {
        let mut cached = self.lock();
        if cached.len() >= CACHED_TOKENS {
            cached.clear();
        }
        cached.insert(set, token);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Vec<String>, CachedToken>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
