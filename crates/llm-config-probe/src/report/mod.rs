//! The report of a check, on separate axes: a key can be genuine and yet not work.

use std::borrow::Cow;

pub use llm_config_core::check::Usable;
use llm_config_core::provider::Provider;
use serde::Serialize;

pub use llm_config_providers::{Implied, Note, Reason, SentCredential, Stage, Vendor};

/// How far a check goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Does the host serve an LLM API? No credential is sent.
    Reach,
    /// Is the credential genuine, and does the model exist? Costs no tokens.
    #[default]
    Credential,
    /// Does the model respond? Costs a few tokens.
    Inference,
}

/// The report of a check. Holds no secret, and no text of the provider except [`provider_code`].
///
/// [`provider_code`]: Report::provider_code
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The configured provider.
    pub provider: Provider,
    /// The vendor or product that responded, unless the configured provider names it.
    pub recognised: Option<&'static Vendor>,
    /// The requested depth.
    pub depth: Depth,
    /// The base URL that was tested: without user, query and fragment, at most 4096 bytes.
    pub tested_url: String,
    /// The verdict on the credential.
    pub credential: CredentialVerdict,
    /// The verdict on the model.
    pub model: ModelVerdict,
    /// Whether calls with this configuration can be expected to succeed.
    pub usable: Usable,
    /// The reason that decided.
    pub reason: Reason,
    /// The step at which the check ended.
    pub stage: Stage,
    /// The status of the response that decided.
    pub http_status: Option<u16>,
    /// The provider's own error code: a known code, or a status.
    pub provider_code: Option<String>,
    /// The provider's `Retry-After`, in seconds.
    pub retry_after_seconds: Option<u32>,
    /// A base URL that works or is worth trying; never one that the server supplied.
    pub suggested_url: Option<String>,
    /// The mistakes in the configuration that the check corrected for itself.
    pub notes: Vec<Note>,
    /// Every request that was sent.
    pub calls: Vec<Call>,
    /// The possible cost of the check.
    pub cost: Cost,
    /// One sentence for people: the problem and the remedy.
    pub hint: Cow<'static, str>,
}

impl Report {
    /// The report as JSON, for storage.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serialisation fails only for maps whose keys are not texts, and there are none.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether no problem was found.
    #[must_use]
    pub fn works(&self) -> bool {
        self.usable == Usable::Yes
    }
}

/// The verdict on a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum CredentialVerdict {
    /// It is genuine.
    Verified {
        /// The proof.
        how: Proof,
    },
    /// The provider rejects it as wrong, expired or disabled.
    Rejected,
    /// The server responds without it.
    NotRequired,
    /// Not known.
    NotVerified {
        /// The reason.
        why: Reason,
    },
}

impl CredentialVerdict {
    /// The consequence of a reason.
    #[must_use]
    pub const fn implied_by(reason: Reason) -> Self {
        match reason.implied() {
            Implied::Works => Self::Verified { how: Proof::Accepted },
            Implied::WorksWithout => Self::NotRequired,
            Implied::Rejected => Self::Rejected,
            Implied::GenuineButRefused | Implied::GenuineButUnsure => {
                Self::Verified { how: Proof::RefusedOtherwise }
            }
            Implied::Unusable | Implied::Undecided => Self::NotVerified { why: reason },
        }
    }
}

/// The proof that a credential is genuine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A request succeeded that this provider accepts from genuine credentials only.
    Accepted,
    /// A request succeeded, and was refused with a wrong credential.
    ControlRefused,
    /// A request was refused for a reason that this provider gives to genuine credentials only.
    RefusedOtherwise,
}

/// The verdict on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum ModelVerdict {
    /// It exists.
    Verified,
    /// The provider does not have it, or hides it from this credential.
    NotFound,
    /// It exists, and this credential may not use it.
    NoAccess,
    /// Not known.
    Unverifiable {
        /// The reason.
        why: Reason,
    },
    /// The configuration names none, or the check ended before.
    NotAsked,
}

/// A request that a check sent, without headers and bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// The path, without the query.
    pub path: String,
    /// Which credential it carried.
    #[serde(rename = "shown")]
    pub sent: SentCredential,
    /// The status of the response; none without a response.
    pub status: Option<u16>,
    /// The duration in milliseconds.
    pub milliseconds: u64,
}

/// The possible cost of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cost {
    /// Nothing.
    #[default]
    Zero,
    /// At most this many generated tokens, besides the few that were sent.
    UpToTokens {
        /// The number of tokens.
        tokens: u32,
    },
}

/// A URL or path of a configuration, cut to a limit: percent-encoded, each character may take nine bytes.
pub(crate) fn shortened(text: &str) -> String {
    const LIMIT: usize = 4096;
    text.get(..text.floor_char_boundary(LIMIT)).unwrap_or_default().to_owned()
}
