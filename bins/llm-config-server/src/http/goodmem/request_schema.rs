//! What requests consist of that are not about LLMs, for the document. Bodies are read member by
//! member elsewhere; tests hold both together.
#![expect(dead_code, reason = "these types describe and are never made")]

use std::collections::BTreeMap;

use utoipa::{IntoParams, ToSchema};

use super::authority::{Lifecycle, Rule};
use crate::http::schema::enums::RightName;

/// A new key.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({"labels": {"purpose": "ci"}}))]
pub(super) struct CreateApiKeyRequest {
    /// Chosen by the client; one that is in use is a 409.
    #[schema(format = Uuid)]
    api_key_id: Option<String>,
    /// The user whose key it will be; left out: the caller.
    #[schema(format = Uuid)]
    subject_principal_id: Option<String>,
    /// At most 20; keys consist of `a-z`, `0-9`, `.`, `_` and `-`; keys and values have at most 255
    /// characters.
    labels: Option<BTreeMap<String, String>>,
    /// In the future, in milliseconds since 1970; left out: never.
    expires_at: Option<i64>,
    /// Not in the future: keys are valid from their creation on.
    valid_from: Option<i64>,
    authority_mode: Option<AuthorityMode>,
    /// With SCOPED: the rules that the key is narrowed to, at least one.
    ceiling: Option<Vec<Rule>>,
    /// An addition to the API: the rights that the key is narrowed to; instead of `ceiling`.
    rights: Option<Vec<RightName>>,
    /// An addition to the API: the ids of the workspaces that the key is narrowed to.
    workspaces: Option<Vec<String>>,
}

/// A change of a key.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({"status": "INACTIVE"}))]
pub(super) struct UpdateApiKeyRequest {
    status: Option<ApiKeyStatus>,
    /// All labels from now on; excludes `mergeLabels`.
    replace_labels: Option<BTreeMap<String, String>>,
    /// Labels to add or to change; excludes `replaceLabels`.
    merge_labels: Option<BTreeMap<String, String>>,
}

/// Whether a key works.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ApiKeyStatus {
    Active,
    Inactive,
}

/// Whether a key may do what its user may, or only what its ceiling says.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum AuthorityMode {
    InheritSubject,
    Scoped,
}

/// What a rule of a ceiling is about.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the API's names")]
pub(super) enum RuleOperation {
    CreateLlm,
    ReadLlm,
    ListLlm,
    UpdateLlm,
    DeleteLlm,
    PingLlm,
}

/// Whose LLMs a rule of a ceiling is about.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum RuleSelector {
    Own,
    Any,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// Its id.
    #[param(format = Uuid)]
    id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ByEmail {
    /// The address.
    email: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ApiKeyFilters {
    /// Only keys of this user.
    #[param(rename = "subjectPrincipalId", format = Uuid)]
    subject: Option<String>,
    /// The same as `subjectPrincipalId`.
    #[param(rename = "subject_principal_id", format = Uuid)]
    subject_in_snake_case: Option<String>,
    /// The same user: every key belongs to its subject.
    #[param(rename = "ownerPrincipalId", format = Uuid)]
    owner: Option<String>,
    /// The same as `ownerPrincipalId`.
    #[param(rename = "owner_principal_id", format = Uuid)]
    owner_in_snake_case: Option<String>,
    /// Only keys in this state.
    #[param(rename = "lifecycleState")]
    state: Option<Lifecycle>,
    /// The same as `lifecycleState`.
    #[param(rename = "lifecycle_state")]
    state_in_snake_case: Option<Lifecycle>,
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use llm_config_core::time::Timestamp;

    use super::super::api_key_request;
    use super::*;
    use crate::http::asked::{check, check_refused};

    #[test]
    fn key_bodies_have_the_described_members() {
        let request = TestRequest::default().to_http_request();
        let now = Timestamp::from_millis(0).unwrap();
        check::<CreateApiKeyRequest>(&[r#"{"ceiling": [{}]}"#], |body| {
            drop(api_key_request::create(&request, body, now));
        });
        check::<UpdateApiKeyRequest>(&["{}"], |body| drop(api_key_request::update(&request, body)));
    }

    #[test]
    fn key_bodies_have_no_other_members() {
        let request = TestRequest::default().to_http_request();
        let now = Timestamp::from_millis(0).unwrap();
        let body = br#"{"other": null, "ceiling": [{"other": null}]}"#;
        check_refused(2, api_key_request::create(&request, body, now));
        check_refused(1, api_key_request::update(&request, br#"{"other": null}"#));
    }
}
