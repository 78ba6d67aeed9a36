//! The service: the store, the access to providers, and the state that the use cases share.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::Action;
use llm_config_core::id::{OrganizationId, PrincipalId};
use llm_config_core::time::Timestamp;
use llm_config_store::{Store, StoreError};
use tokio::sync::Mutex;

use crate::attention::CorruptRows;
use crate::bootstrap::Bootstrap;
use crate::browser_sessions::SessionTimes;
use crate::calls::{CallMemory, CallMetrics, CallSlotLimits, CallSlots};
use crate::error::Error;
use crate::limit_metrics::LimitMetrics;
use crate::limits::Limits;
use crate::metrics::CheckMetrics;
use crate::pings::HeldTime;
use crate::policy::authorize;
use crate::provider_access::ProviderAccess;
use crate::quotas::CountMemory;
use crate::quotas::limit::QuotaLimits;
use crate::request_memory::{MemoryAccount, RequestMemory};
use crate::session::Session;
use crate::usage::{UsageBatches, UsageRecorder};

/// How long a program waits at most until replaced ciphertext has left SQLite's write-ahead log.
const PURGE_WAIT: Duration = Duration::from_secs(3);

/// The use cases over one store. Cheap to clone; all clones share limits, metrics and usage.
///
/// Each use case is a method, declared in the module of its noun.
#[derive(Clone)]
pub struct Service {
    pub(crate) store: Store,
    pub(crate) providers: ProviderAccess,
    pub(crate) limits: Arc<Limits>,
    pub(crate) held_time: Arc<HeldTime>,
    pub(crate) limit_metrics: LimitMetrics,
    pub(crate) quota_limits: QuotaLimits,
    pub(crate) quota_counts: Arc<CountMemory>,
    pub(crate) metrics: CheckMetrics,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) calls: Arc<CallMemory>,
    pub(crate) call_slots: Arc<CallSlots>,
    pub(crate) call_metrics: CallMetrics,
    pub(crate) usage: UsageRecorder,
    pub(crate) usage_batches: Arc<Mutex<UsageBatches>>,
    pub(crate) session_times: SessionTimes,
    pub(crate) corrupt_rows: CorruptRows,
    pub(crate) memory: MemoryAccount,
}

impl Service {
    /// A service that calls no provider and hands out no root token.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let (limits, metrics) = (Arc::default(), CheckMetrics::default());
        let (providers, bootstrap) = (ProviderAccess::disabled(), Bootstrap::closed());
        let calls = Arc::new(CallMemory::new(&store));
        let call_slots = Arc::new(CallSlots::new(CallSlotLimits::default()));
        let call_metrics = CallMetrics::default();
        let (usage, batches) = (UsageRecorder::default(), UsageBatches::new(store.new_replica_id()));
        let usage_batches = Arc::new(Mutex::new(batches));
        Self {
            store,
            providers,
            limits,
            held_time: Arc::default(),
            limit_metrics: LimitMetrics::default(),
            quota_limits: QuotaLimits::default(),
            quota_counts: Arc::default(),
            metrics,
            bootstrap,
            calls,
            call_slots,
            call_metrics,
            usage,
            usage_batches,
            session_times: SessionTimes::default(),
            corrupt_rows: CorruptRows::default(),
            memory: MemoryAccount::default(),
        }
    }

    /// The same service with other limits of model calls.
    #[must_use]
    pub fn with_call_limits(self, limits: CallSlotLimits) -> Self {
        Self { call_slots: Arc::new(CallSlots::new(limits)), ..self }
    }

    /// The same service with other quotas of what is stored.
    #[must_use]
    pub fn with_quotas(self, limits: QuotaLimits) -> Self {
        Self { quota_limits: limits, ..self }
    }

    /// The same service, whose checks and pings call providers through `providers`.
    #[must_use]
    pub fn with_provider_access(self, providers: ProviderAccess) -> Self {
        Self { providers, ..self }
    }

    /// The same service. While `bootstrap` waits, [`initialize`](Self::initialize) hands out the root token.
    #[must_use]
    pub fn with_bootstrap(self, bootstrap: Bootstrap) -> Self {
        Self { bootstrap, ..self }
    }

    /// The same service, whose sessions of browsers last that long.
    #[must_use]
    pub fn with_session_times(self, times: SessionTimes) -> Self {
        Self { session_times: times, ..self }
    }

    /// Counters of the results of checks.
    #[must_use]
    pub const fn check_metrics(&self) -> &CheckMetrics {
        &self.metrics
    }

    /// Counters of requests that a quota or a share has refused.
    #[must_use]
    pub const fn limit_metrics(&self) -> &LimitMetrics {
        &self.limit_metrics
    }

    /// Metrics of model calls.
    #[must_use]
    pub const fn call_metrics(&self) -> &CallMetrics {
        &self.call_metrics
    }

    /// Counts model calls, until [`flush_usage`](Self::flush_usage) writes the counters.
    #[must_use]
    pub const fn usage_recorder(&self) -> &UsageRecorder {
        &self.usage
    }

    /// The memory of a request, which holds nothing yet. `user` is the one who sends it, if that is known.
    #[must_use]
    pub fn request_memory(&self, user: Option<PrincipalId>) -> RequestMemory {
        self.memory.request(user, self.limit_metrics.clone())
    }

    /// The id of the organisation that the database belongs to.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.store.organization()
    }

    /// The current time by the store's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.store.now()
    }

    /// Succeeds if the caller may read the metrics.
    pub fn authorize_metrics(&self, session: &Session) -> Result<(), Error> {
        const REQUIREMENT: &str = "reading metrics requires the right READ_METRICS";
        authorize(&session.actor, &Action::ReadMetrics, "metrics", REQUIREMENT)
    }

    /// From now on, [`is_stopping`](Self::is_stopping) is true. No model calls begin after `delay`, and those
    /// that run are cut `timeout` later, with an error in the form of their dialect.
    pub fn begin_shutdown(&self, delay: Duration, timeout: Duration) {
        self.call_slots.stop(delay, timeout);
    }

    /// Whether the server is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.call_slots.is_stopping()
    }

    /// Succeeds if the database answers.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }

    /// Whether every connection to the database is in use.
    #[must_use]
    pub fn is_pool_exhausted(&self) -> bool {
        self.store.is_pool_exhausted()
    }

    /// Waits a few seconds until ciphertext of replaced or deleted secrets has left SQLite's write-ahead log.
    /// Returns `false` if another program that reads the database still prevents it.
    ///
    /// A program that ends after its use case calls this; a server purges the log later.
    pub async fn wait_for_secret_purge(&self) -> bool {
        self.store.wait_for_secret_purge(PURGE_WAIT).await
    }

    /// Whether ciphertext of replaced or deleted secrets may still be in SQLite's write-ahead log.
    #[must_use]
    pub fn is_secret_purge_pending(&self) -> bool {
        self.store.is_secret_purge_pending()
    }
}
