//! The schema of a report. The probe library has no schemas; a test compares this one with a real report.
#![expect(dead_code, reason = "for the document; no value of these types is ever made")]

use utoipa::ToSchema;

/// The result of a check on separate axes: a key can be genuine and yet not work.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Report {
    provider: String,
    /// The product that responded, if the configuration does not name it.
    recognised: Option<String>,
    /// `reach`, `credential` or `inference`.
    depth: String,
    /// The base URL that was tested: without user, query and fragment.
    tested_url: String,
    credential: CredentialVerdict,
    model: ModelVerdict,
    /// `yes`, `no` or `unknown`: whether calls can be expected to succeed.
    usable: String,
    /// The decisive reason, such as `ok`, `bad_key` or `quota_exhausted`: a closed list, explained in
    /// `docs/validation.md`.
    reason: String,
    /// The last stage that the check reached: `policy`, `dns`, `connect`, `tls`, `http`, `auth` or `model`.
    stage: String,
    /// The status of the decisive response.
    http_status: Option<u16>,
    /// The provider's own error code.
    provider_code: Option<String>,
    /// The provider's `Retry-After`, in seconds.
    retry_after_seconds: Option<u32>,
    /// A base URL that works, or that is likely to.
    suggested_url: Option<String>,
    /// Problems of the configuration that were corrected for the check.
    notes: Vec<String>,
    /// Every request that was made: at most three.
    calls: Vec<Call>,
    cost: Cost,
    /// One sentence: the problem and its solution.
    hint: String,
}

/// The verdict on the credential.
#[derive(ToSchema)]
struct CredentialVerdict {
    /// `verified`, `rejected`, `not_required` or `not_verified`.
    verdict: String,
    /// If it is verified: `accepted`, `control_refused` or `refused_otherwise`.
    #[schema(nullable = false)]
    how: Option<String>,
    /// If it is not verified: the reason.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// The verdict on the model.
#[derive(ToSchema)]
struct ModelVerdict {
    /// `verified`, `not_found`, `no_access`, `unverifiable` or `not_asked`.
    verdict: String,
    /// If it is unverifiable: the reason.
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
    /// Null without a response.
    status: Option<u16>,
    milliseconds: u64,
}

/// The possible cost of the check.
#[derive(ToSchema)]
struct Cost {
    /// `zero` or `up_to_tokens`.
    kind: String,
    /// The number of tokens, with `up_to_tokens`.
    #[schema(nullable = false)]
    tokens: Option<u32>,
}
