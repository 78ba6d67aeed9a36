//! What calls keep in memory: the meaning of names, opened configurations, and lists of providers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use llm_config_core::access::OrgRole;
use llm_config_core::caller::Identity;
use llm_config_core::config::{CallSettings, CallTimeout, SamplingParams};
use llm_config_core::id::{ConfigId, Incarnation, WorkspaceId};
use llm_config_gateway::Dialect;
use llm_config_gateway::echo::EchoScan;
use llm_config_gateway::error::GatewayError;
use llm_config_providers::ProviderTarget;
use llm_config_store::{CoherentCache, Store};

use super::openings::Openings;
use super::times::CallTimes;

/// The number of names in memory.
const NAMES: usize = 4096;

/// The number of opened configurations in memory.
const OPENED: usize = 1024;

/// The number of lists of providers in memory.
const LISTS: usize = 64;

/// What calls keep in memory: opened configurations at most ten minutes, the rest at most one. That a name or
/// a configuration does not exist is not kept.
pub(crate) struct CallMemory {
    /// What callers mean by the `model` of a request.
    pub(super) names: CoherentCache<NameKey, Meaning>,
    /// Configurations with their credentials.
    pub(super) opened: CoherentCache<(Identity, ConfigId), Opened>,
    /// The openings of configurations in progress.
    pub(super) openings: Openings<(Identity, ConfigId), Opened>,
    /// The models that providers list.
    pub(super) lists: CoherentCache<(Identity, ConfigId, Dialect), ProviderList>,
}

/// The `model` of a request of one token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameKey {
    pub(super) caller: Identity,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) model: String,
}

/// What a `model` means to a token.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// The configuration that the whole text names.
    Whole(ConfigId),
    /// The configuration that the part before the first `/` names.
    BeforeSlash(ConfigId),
    /// Any of these.
    Ambiguous(Arc<[ConfigId]>),
}

/// The outcome of opening a configuration.
#[derive(Clone)]
pub(super) enum Opened {
    Ready(Arc<PreparedCall>),
    /// Why it cannot be called.
    Failed(GatewayError),
}

/// A configuration that a caller may call, with its credential. The credential is overwritten when this is
/// dropped.
pub(super) struct PreparedCall {
    pub(super) config: ConfigId,
    pub(super) incarnation: Incarnation,
    /// The caller's role in the organisation, which decides what the network policy allows.
    pub(super) role: OrgRole,
    pub(super) name: String,
    pub(super) target: ProviderTarget<'static>,
    pub(super) defaults: Option<SamplingParams>,
    pub(super) takes_sampling: bool,
    pub(super) settings: CallSettings,
    pub(super) echo: EchoScan,
}

/// A provider's response to a request for its models.
#[derive(Clone)]
pub(super) struct ProviderList {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl PreparedCall {
    /// The longest time between two parts of an answer.
    pub(super) fn silence(&self, times: &CallTimes) -> Duration {
        self.settings.silence.map_or(times.silence, CallTimeout::duration)
    }
}

impl CallMemory {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            names: store.coherent_cache(NAMES),
            opened: store.coherent_cache(OPENED),
            openings: Openings::default(),
            lists: store.coherent_cache(LISTS),
        }
    }

    /// Drops invalid and expired entries, so that no credential stays in memory without use.
    pub(super) fn purge(&self) {
        self.names.purge();
        self.opened.purge();
        self.openings.purge();
        self.lists.purge();
    }
}
