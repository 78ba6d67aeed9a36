//! The schema of a report. The probe library has no schemas; a test compares this one with a real report.
#![expect(dead_code, reason = "these types describe and are never made")]

use utoipa::ToSchema;

/// What a check found out, on separate axes: a key can be genuine and yet not work.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Report {
    provider: String,
    /// Who seems to have answered, where that was not said or is something else.
    recognised: Option<String>,
    /// `reach`, `credential` or `inference`.
    depth: String,
    /// The base URL that was tested: without user, query and fragment.
    tested_url: String,
    credential: CredentialVerdict,
    model: ModelVerdict,
    /// `yes`, `no` or `unknown`: whether calls can be expected to succeed.
    usable: String,
    /// The one thing that decided, such as `ok`, `bad_key` or `quota_exhausted`: a closed list,
    /// explained in `docs/validation.md`.
    reason: String,
    /// How far the check came: `policy`, `dns`, `connect`, `tls`, `http`, `auth` or `model`.
    stage: String,
    /// The status of the answer that decided.
    http_status: Option<u16>,
    /// The provider's own code for what was wrong.
    provider_code: Option<String>,
    /// When the provider asks to be called again, in seconds.
    retry_after_seconds: Option<u32>,
    /// A base URL that works, or would be worth trying.
    suggested_url: Option<String>,
    /// What was found wrong with the configuration and put right for the check.
    notes: Vec<String>,
    /// Every request that was made: at most three.
    calls: Vec<Call>,
    cost: Cost,
    /// One sentence: what is the matter, and what to do.
    hint: String,
}

/// What is known of the credential.
#[derive(ToSchema)]
struct CredentialVerdict {
    /// `verified`, `rejected`, `not_required` or `not_verified`.
    verdict: String,
    /// Of a verified one: `accepted`, `control_refused` or `refused_otherwise`.
    #[schema(nullable = false)]
    how: Option<String>,
    /// Of one that is not verified: the reason.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// What is known of the model.
#[derive(ToSchema)]
struct ModelVerdict {
    /// `verified`, `not_found`, `no_access`, `unverifiable` or `not_asked`.
    verdict: String,
    /// Of one that is unverifiable: the reason.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// A request that the check made.
#[derive(ToSchema)]
struct Call {
    method: String,
    /// Without the query.
    path: String,
    /// `credential`, `wrong_credential` or `nothing`.
    shown: String,
    /// None if there was no answer.
    status: Option<u16>,
    milliseconds: u64,
}

/// What the check may have cost.
#[derive(ToSchema)]
struct Cost {
    /// `zero` or `up_to_tokens`.
    kind: String,
    /// How many, of `up_to_tokens`.
    #[schema(nullable = false)]
    tokens: Option<u32>,
}
