//! Bodies of `POST /ai/llm` and `PUT /ai/llm/{id}`. Unknown members are ignored, as newer clients
//! may send some.

use actix_web::HttpRequest;
use llm_config_core::config::{NewLlmConfig, UncheckedConfig};
use llm_config_core::credential::{UncheckedCredential, UncheckedSecret};
use llm_config_core::field::FieldErrors;
use llm_config_core::id::WorkspaceId;
use llm_config_core::patch::{ConfigPatch, Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_core::secret::SecretStore;
use llm_config_service::Parsed;
use zeroize::Zeroizing;

use super::field_names;
use crate::http::json::{Object, check_content_type};

/// A creation.
pub(in crate::http) fn create(request: &HttpRequest, body: &[u8]) -> Parsed<(Scope, NewLlmConfig)> {
    let mut problems = FieldErrors::<String>::default();
    let faults = &mut problems;
    check_content_type(request, faults);
    let mut object = Object::parse(body, faults);
    if faults.has("") {
        return Err(problems);
    }
    // An id that is none is a workspace that nobody may write in; which one it is, is no fault
    // of form.
    let workspace = object.text("workspaceId", faults);
    no_stored_key(&mut object, faults);
    let secret = secret(&mut object, faults);
    let key_id = object.secret("key", faults).filter(|key| !key.trim().is_empty());
    if secret.is_none() && !faults.has("secret") {
        faults.add("secret", "is required");
    }
    if workspace.as_deref().is_none_or(|it| it.trim().is_empty()) && !faults.has("workspaceId") {
        faults.add("workspaceId", "is required");
    }
    let credential = secret
        .map(|secret| UncheckedCredential::ProviderKey { key_id, secret: UncheckedSecret::Inline(secret) });
    let draft = UncheckedConfig {
        name: object.text("name", faults),
        provider: object.text("aiType", faults),
        endpoint: object.text("endpoint", faults),
        credential,
        ..UncheckedConfig::default()
    };
    let workspace = workspace.and_then(|it| it.parse::<WorkspaceId>().ok());
    let scope = Scope::Workspace(workspace.unwrap_or(WorkspaceId::new(uuid::Uuid::nil())));
    match draft.check(&scope) {
        Ok(new) if problems.is_empty() => Ok((scope, new)),
        Ok(_) => Err(problems),
        Err(violations) => Err(problems.merged(violations, field_names::of)),
    }
}

/// A change: any of the members. `key: null` drops the key; any other `null` changes nothing.
pub(in crate::http) fn update(request: &HttpRequest, body: &[u8]) -> Parsed<ConfigPatch> {
    let mut problems = FieldErrors::<String>::default();
    let faults = &mut problems;
    check_content_type(request, faults);
    let mut object = Object::parse(body, faults);
    if faults.has("") {
        return Err(problems);
    }
    no_stored_key(&mut object, faults);
    let drops_key = object.is_null("key");
    let key_id = match object.secret("key", faults) {
        Some(key) if key.trim().is_empty() => Patch::Clear,
        Some(key) => Patch::Set(key),
        None if drops_key => Patch::Clear,
        None => Patch::Keep,
    };
    let secret = secret(&mut object, faults);
    let draft = UncheckedPatch {
        name: object.text("name", faults),
        provider: object.text("aiType", faults),
        endpoint: object.text("endpoint", faults),
        credential: UncheckedCredentialPatch::Parts { key_id, secret },
        ..UncheckedPatch::default()
    };
    match draft.check() {
        Ok(patch) if problems.is_empty() => Ok(patch),
        Ok(_) => Err(problems),
        Err(violations) => Err(problems.merged(violations, field_names::of)),
    }
}

/// This API knows no references. Sent as a key, one would tell the provider where a secret is kept.
fn secret(object: &mut Object<'_>, faults: &mut FieldErrors<String>) -> Option<Zeroizing<String>> {
    let secret = object.secret("secret", faults)?;
    if SecretStore::ALL.iter().any(|it| secret.trim_start().starts_with(it.scheme())) {
        faults.add("secret", "must be the secret itself; references to secrets are for `/v1/llms`");
    }
    Some(secret)
}

/// Keys that are stored by themselves and shared do not exist here. Ignoring the member would
/// store a configuration without a credential.
fn no_stored_key(object: &mut Object<'_>, faults: &mut FieldErrors<String>) {
    if object.text("apiKeyUuid", faults).is_some_and(|it| !it.is_empty()) {
        faults.add("apiKeyUuid", "is not supported: this server has no stored API keys; send secret instead");
    }
}
