#![doc = include_str!("../README.md")]

mod arrival;
mod attention;
mod bootstrap;
mod browser_sessions;
mod calls;
mod checks;
mod client_network;
mod config_filter;
mod configs;
mod counts;
mod drafts;
mod error;
mod limit_metrics;
mod limits;
mod members;
mod metrics;
mod paging;
mod pings;
mod policy;
mod provider_access;
mod quotas;
mod request_memory;
mod resolution;
mod service;
mod session;
mod system;
mod time;
mod tokens;
mod usage;
mod users;
mod workspaces;

pub use arrival::{Arrival, PeerUser, WebPage};
pub use attention::{
    Attention, AttentionConfig, AttentionList, ExpiringToken, Inaccessibility, InaccessibleConfig,
};
pub use bootstrap::Bootstrap;
pub use browser_sessions::{AuthenticatedBrowser, BrowserSession, LoginLink, SessionTimes, SignedIn};
pub use calls::{
    Answer, AnswerBody, AnswerStream, CallFailure, CallMetrics, CallSlot, CallSlotLimits, CallTimes,
    CallableModel, CallableModels, ConfigNaming, CutSignal, IncomingCall, StreamCut,
};
pub use client_network::ClientNetwork;
pub use configs::{
    AllowedConfigActions, ConfigDetails, ConfigOrigin, ConfigPage, ConfigRows, CreatedConfig, FindConfigs,
    FoundConfigs, ListConfigs, NamedScope, ScopeFilter, TransferTarget, TransferredConfig, UnreadableConfig,
    WholeList,
};
pub use counts::Counts;
pub use drafts::DraftExamination;
pub use error::{Dependents, Error, MissingReference, Parsed};
pub use limit_metrics::LimitMetrics;
pub use metrics::CheckMetrics;
pub use paging::{Cursor, CursorError, CursorText, PageRequest};
pub use pings::{Ping, PingOutcome, PingProgress, PingSeries};
pub use provider_access::ProviderAccess;
pub use quotas::limit::{Quota, QuotaLimits, QuotaReached};
pub use request_memory::{MemoryFull, RequestMemory};
pub use service::Service;
pub use session::Session;
pub use system::Initialization;
pub use time::rfc3339_utc;
pub use tokens::{
    IssueToken, Issued, LabelChange, ListTokens, RevokedTokens, TokenList, TokenState, UpdateToken,
};
pub use usage::{OTHER_MODEL, UsageMetrics, UsageQuery, UsageRecorder, UsageReport};
pub use users::{AllowedUserActions, CreateUser, UpdateUser, UserDetails};
pub use workspaces::{
    AllowedWorkspaceActions, DuplicateNames, WorkspaceSummary, WorkspaceTarget, WorkspaceWithMembers,
};

// Types of the store that results of use cases consist of, for programs that do not depend on the store.
pub use llm_config_store::usage::{UsageCounters, UsageGroup, UsageGrouping, UsageRow};
pub use llm_config_store::{
    Browser, Check, CheckTrigger, Conflict, LastCheck, Member, SignInMethod, Token, User,
};
