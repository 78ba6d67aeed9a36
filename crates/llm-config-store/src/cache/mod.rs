//! What requests read most, in memory: who a token or a session stands for, and what a configuration says.
//!
//! An entry is used only while this process knows that nothing that it depends on has changed; see
//! [`Coherence`]. Absence is never cached.

mod boot_time;
mod coherence;
mod coherent_cache;
mod entry;
mod poll_connection;
mod postgres_poll;

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use entry::Entry;
use foldhash::fast::RandomState;
use llm_config_core::access::Actor;
use llm_config_core::caller::Identity;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;
use llm_config_core::time::Timestamp;
use quick_cache::Weighter;
use quick_cache::sync::{Cache as QuickCache, DefaultLifecycle};

use crate::browser_sessions::stored::StoredSession;
use crate::identities::user::User;

pub use coherence::Reading;
pub(crate) use coherence::{Coherence, Dependency, POLL_INTERVAL, Poll};
pub use coherent_cache::{CoherentCache, ConfigBasis};
pub(crate) use postgres_poll::PostgresPoll;

/// The longest use of a token or a configuration.
const MAX_AGE: Duration = Duration::from_mins(1);

/// What a small entry counts for, in bytes. So the number of entries is limited too.
const USUAL_SIZE: u64 = 2048;

/// Entries in memory, of which the least used ones make room for others.
type Entries<K, V, W> = QuickCache<K, V, W, RandomState>;

/// Entries of at most this weight together; about `number` of them.
fn bounded<K: Eq + Hash, V: Clone, W: Weighter<K, V> + Clone>(
    number: usize,
    capacity: u64,
    weighter: W,
) -> Entries<K, V, W> {
    Entries::with(number, capacity, weighter, RandomState::default(), DefaultLifecycle::default())
}

/// An accepted token.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The token and its holder.
    pub identity: Identity,
    /// The rights of the token.
    pub actor: Arc<Actor>,
    /// What the rights were read from.
    pub basis: RightsBasis,
}

/// An accepted session. Whether it is idle is for the caller to decide.
#[derive(Clone, Debug)]
pub struct AuthenticatedSession {
    /// The identity and the rights.
    pub authenticated: Authenticated,
    /// The session.
    pub session: StoredSession,
    /// The user.
    pub user: User,
}

/// What the rights of a caller were read from, and when.
#[derive(Clone, Debug)]
pub struct RightsBasis {
    pub(crate) dependencies: Arc<[Dependency]>,
    pub(crate) reading: Reading,
    /// When the first token in the chain of issuers expires.
    pub(crate) expires_at: Option<Timestamp>,
}

impl RightsBasis {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// The cached entries.
pub(crate) struct Cache {
    pub(crate) coherence: Arc<Coherence>,
    tokens: Entries<[u8; 32], Entry<Authenticated>, BySize>,
    sessions: Entries<[u8; 32], Entry<AuthenticatedSession>, BySize>,
    configs: Entries<ConfigId, Entry<Arc<LlmConfig>>, BySize>,
}

impl Cache {
    /// A cache of at most `entries` tokens, as many sessions and as many configurations, each with
    /// [`USUAL_SIZE`] bytes on average.
    pub(crate) fn new(entries: usize) -> Self {
        let capacity = USUAL_SIZE.saturating_mul(entries as u64);
        Self {
            coherence: Arc::default(),
            tokens: bounded(entries, capacity, BySize),
            sessions: bounded(entries, capacity, BySize),
            configs: bounded(entries, capacity, BySize),
        }
    }

    /// The accepted token with this hash.
    pub(crate) fn token(&self, hash: &[u8; 32], now: Timestamp) -> Option<Authenticated> {
        let entry = self.tokens.get(hash)?;
        let token = entry.current(&self.coherence)?;
        (!token.basis.is_expired(now)).then(|| token.clone())
    }

    /// Whether nothing has changed that these rights follow from, and none of them has expired.
    pub(crate) fn has_rights(&self, rights: &RightsBasis, now: Timestamp) -> bool {
        let RightsBasis { dependencies, reading, .. } = rights;
        let slots = dependencies.iter().map(|dependency| self.coherence.slot(*dependency));
        let since_start = boot_time::now();
        let is_fresh = since_start.saturating_sub(reading.began_at) < MAX_AGE;
        is_fresh && !rights.is_expired(now) && self.coherence.is_current(slots, *reading, since_start)
    }

    pub(crate) fn insert_token(&self, hash: [u8; 32], token: &Authenticated) {
        self.tokens.insert(hash, self.entry(token.clone(), size_of_rights(token), &token.basis));
    }

    /// The accepted session with this hash.
    pub(crate) fn session(&self, hash: &[u8; 32], now: Timestamp) -> Option<AuthenticatedSession> {
        let entry = self.sessions.get(hash)?;
        let session = entry.current(&self.coherence)?;
        (!session.authenticated.basis.is_expired(now)).then(|| session.clone())
    }

    pub(crate) fn insert_session(&self, hash: [u8; 32], session: &AuthenticatedSession) {
        /// The session and its user, whose texts are limited.
        const REST: usize = 2048;
        let AuthenticatedSession { authenticated, session: _, user: _ } = session;
        let size = REST + size_of_rights(authenticated);
        self.sessions.insert(hash, self.entry(session.clone(), size, &authenticated.basis));
    }

    /// An entry that follows from the rights of a caller.
    fn entry<T>(&self, value: T, size: usize, basis: &RightsBasis) -> Entry<T> {
        let RightsBasis { dependencies, reading, .. } = basis;
        Entry::new(value, size, &self.coherence, *reading, MAX_AGE, dependencies)
    }

    /// The configuration of that id.
    pub(crate) fn config(&self, id: ConfigId) -> Option<Arc<LlmConfig>> {
        self.configs.get(&id)?.current(&self.coherence).cloned()
    }

    pub(crate) fn insert_config(&self, config: &Arc<LlmConfig>, reading: Reading) {
        let id = config.id;
        let entry = Entry::new(
            Arc::clone(config),
            size_of(config),
            &self.coherence,
            reading,
            MAX_AGE,
            &[Dependency::Config(id)],
        );
        self.configs.insert(id, entry);
    }
}

#[derive(Clone)]
struct BySize;

impl<K, V> Weighter<K, Entry<V>> for BySize {
    fn weight(&self, _: &K, entry: &Entry<V>) -> u64 {
        (entry.size() as u64).max(USUAL_SIZE)
    }
}

/// The approximate size of the rights of a token, in bytes.
fn size_of_rights(token: &Authenticated) -> usize {
    let configs = token.actor.token_scope.configs.as_ref().map_or(0, BTreeSet::len);
    256 + 64 * (token.actor.memberships.len() + configs)
}

/// The approximate size of a configuration, in bytes.
fn size_of(config: &LlmConfig) -> usize {
    /// Everything but the long texts.
    const REST: usize = 1024;
    let settings = &config.settings;
    let description = settings.description.as_ref().map_or(0, |text| text.as_str().len());
    let client_config = settings.client_config.as_ref().map_or(0, |json| json.as_json().len());
    let labels: usize = settings.labels.into_iter().map(|(key, value)| key.len() + value.len()).sum();
    REST + description + client_config + labels
}
