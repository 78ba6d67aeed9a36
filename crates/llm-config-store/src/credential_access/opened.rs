//! Opened targets and drafts, and openings whose secret is still to be resolved.

use llm_config_core::access::OrgRole;
use llm_config_core::audit::AuditObject;
use llm_config_core::caller::Caller;
use llm_config_core::config::{CallSettings, Revision, Settings};
use llm_config_core::credential::Credential;
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::scope::Scope;
use llm_config_core::target::{Purpose, Target};
use llm_config_core::time::Timestamp;

/// A target and its opened credential.
///
/// The secret is overwritten in memory when this value is dropped. Use it once, and send the credential only
/// to the origin of the target's endpoint.
#[derive(Debug)]
pub struct OpenedTarget {
    /// The configuration.
    pub config: ConfigId,
    /// The configuration's incarnation.
    pub incarnation: Incarnation,
    /// The configuration's revision when the target was opened.
    pub revision: Revision,
    /// The time at which the target was opened.
    pub opened_at: Timestamp,
    /// The configuration's owner or workspace.
    pub scope: Scope,
    /// The caller's role in the organisation when the target was opened.
    pub role: OrgRole,
    /// The stored settings.
    pub settings: Settings,
    /// How calls treat the configuration.
    pub call_settings: CallSettings,
    /// The endpoint and model to call.
    pub target: Target,
    /// The credential. A secret reference, or the server's own identity, is not resolved yet.
    pub credential: Option<Credential>,
    /// Present if the credential is not resolved yet. Pass it to
    /// [`Store::record_resolution`](crate::Store::record_resolution) with the result.
    pub pending: Option<PendingResolution>,
}

/// A draft that its author may check, with the draft's own credential.
#[derive(Debug)]
pub struct OpenedDraft {
    /// The owner or workspace that the configuration would belong to.
    pub scope: Scope,
    /// The caller's role in the organisation when the draft was opened.
    pub role: OrgRole,
    /// The endpoint and model to call.
    pub target: Target,
    /// The draft's credential.
    pub credential: Option<Credential>,
    /// Like [`OpenedTarget::pending`].
    pub pending: Option<PendingResolution>,
}

/// The opening of a credential whose secret is in a secret store of the operator and not resolved yet.
#[derive(Debug)]
#[must_use = "the audit log must record whether the secret was resolved"]
pub struct PendingResolution {
    pub(super) object: AuditObject,
    pub(super) caller: Caller,
    pub(super) purpose: Purpose,
}

/// The result of resolving a secret reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The secret was resolved.
    Opened,
    /// No grant allows the reference, or the secret store refused the request or did not respond.
    Refused,
}
