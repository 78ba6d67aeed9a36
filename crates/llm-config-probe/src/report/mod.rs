//! What a check found out, on separate axes: a key can be genuine and yet not work.

mod hint;
mod reason;

use std::borrow::Cow;

use llm_config_core::provider::Provider;
use serde::Serialize;

pub use reason::{Implied, Reason};

/// How far a check goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Is something there? The credential is not shown.
    Reach,
    /// Is the credential genuine, and does the model exist? Costs no tokens.
    #[default]
    Credential,
    /// Does the model answer? Costs a few tokens.
    Inference,
}

/// What a check found out. Holds no secret and no text of the provider's but [`provider_code`].
///
/// [`provider_code`]: Report::provider_code
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Who was expected to answer.
    pub provider: Provider,
    /// Who seems to have answered, where that was not said or is something else.
    pub recognised: Option<Product>,
    /// How far the check was to go.
    pub depth: Depth,
    /// The base URL that was tested: without user, query and fragment, at most 4096 bytes.
    pub tested_url: String,
    /// What is known of the credential.
    pub credential: CredentialVerdict,
    /// What is known of the model.
    pub model: ModelVerdict,
    /// Whether calls with this configuration can be expected to succeed.
    pub usable: Usable,
    /// The one thing that decided.
    pub reason: Reason,
    /// How far the check came.
    pub stage: Stage,
    /// The status of the answer that decided.
    pub http_status: Option<u16>,
    /// The provider's own code for what was wrong: one of those that are known, or a status.
    pub provider_code: Option<String>,
    /// When the provider asks to be called again, in seconds.
    pub retry_after_seconds: Option<u32>,
    /// A base URL that works, or would be worth trying; never one that the server made up.
    pub suggested_url: Option<String>,
    /// What was found wrong with the configuration, and left out for the check.
    pub notes: Vec<Note>,
    /// Every request that was made.
    pub calls: Vec<Call>,
    /// What the check may have cost.
    pub cost: Cost,
    /// One sentence for a person: what is the matter, and what to do.
    pub hint: Cow<'static, str>,
}

impl Report {
    /// The report as JSON, for where it is kept.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Maps with keys that are no texts, the one thing that fails, are not in it.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether everything that was asked was found in order.
    #[must_use]
    pub fn works(&self) -> bool {
        self.usable == Usable::Yes
    }
}

/// What is known of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum CredentialVerdict {
    /// It is genuine.
    Verified {
        /// How that was found out.
        how: Proof,
    },
    /// The provider says that it is not genuine, or not any more.
    Rejected,
    /// The server answers without it.
    NotRequired,
    /// Nobody can tell.
    NotVerified {
        /// Why not.
        why: Reason,
    },
}

/// How a credential was found to be genuine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A call that this provider answers only to genuine credentials was answered.
    Accepted,
    /// A call was answered, and refused when made again with a wrong credential or none.
    ControlRefused,
    /// The provider refused the call for a reason that it gives only to genuine credentials.
    RefusedOtherwise,
}

/// What is known of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum ModelVerdict {
    /// It is there.
    Verified,
    /// The provider does not have it, or does not show it to this credential.
    NotFound,
    /// It is there, and this credential may not use it.
    NoAccess,
    /// Nobody can tell.
    Unverifiable {
        /// Why not.
        why: Reason,
    },
    /// The configuration names none, or the check did not go as far.
    NotAsked,
}

/// Whether calls with a configuration can be expected to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Usable {
    /// Nothing was found against it.
    Yes,
    /// Something must be changed first.
    No,
    /// It could not be told, or may be different in a moment.
    Unknown,
}

/// How far a check came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing was sent: the configuration, or the rules for outgoing calls, forbid it.
    Policy,
    /// Finding the host's address.
    Dns,
    /// Opening a connection.
    Connect,
    /// Agreeing on encryption, and checking the server's certificate.
    Tls,
    /// Getting an answer of the expected form.
    Http,
    /// Being let in.
    Auth,
    /// Reaching the model.
    Model,
}

impl Stage {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Auth => "auth",
            Self::Model => "model",
        }
    }
}

/// A product that answers behind an endpoint, as its answers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the product of that name")]
pub enum Product {
    OpenAi,
    AzureOpenAi,
    Anthropic,
    Gemini,
    VertexAi,
    Bedrock,
    OpenRouter,
    LiteLlm,
    Vllm,
    Ollama,
    LlamaCpp,
    LlamaCppPython,
    LmStudio,
    Mistral,
    DashScope,
}

/// A request that a check made. Holds neither headers nor bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// The path, without the query.
    pub path: String,
    /// What the provider was shown.
    pub shown: Shown,
    /// The status of the answer; none if there was none.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// What a call showed the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The configuration's credential.
    Credential,
    /// A credential that cannot be right, to see whether the server looks at it.
    WrongCredential,
    /// Nothing.
    Nothing,
}

/// What a check may have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cost {
    /// Nothing.
    #[default]
    Zero,
    /// At most so many generated tokens, besides the few that were sent.
    UpToTokens {
        /// How many.
        tokens: u32,
    },
}

/// Something that is not as it should be, and was put right for the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The key has white space around it, which was left out.
    KeyTrimmed,
    /// The key begins with `Bearer `, which was left out.
    KeyPrefixLeftOut,
    /// The endpoint is a full request URL; what stands before the request's path was used.
    PathOfRequestLeftOut,
    /// The endpoint ends in the same version twice; one was used.
    DoubledVersionLeftOut,
    /// The endpoint ends in a version that does not belong there, and was left out.
    VersionLeftOut,
    /// The endpoint lacks its version, which was added.
    VersionAdded,
    /// The host does not tell its region; `us-east-1` was assumed.
    RegionAssumed,
    /// A trailing `:latest`, or the prefix `models/`, was added or left out to find the model.
    ModelSpelledDifferently,
    /// A wrong credential was not tried, so that it is not known whether the server checks.
    ControlLeftOut,
}

/// A URL or path of a configuration, cut where it would swell a report: its letters may take nine
/// bytes each once they are encoded.
pub(crate) fn shortened(text: &str) -> String {
    const LIMIT: usize = 4096;
    text.get(..text.floor_char_boundary(LIMIT)).unwrap_or_default().to_owned()
}
