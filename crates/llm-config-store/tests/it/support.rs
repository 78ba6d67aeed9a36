//! Fixtures, and short names for frequent steps of tests.

use std::sync::Arc;

use llm_config_core::access::OrgRole;
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::{LlmConfig, NewLlmConfig};
use llm_config_core::credential::{
    ApiKey, Credential, KeyPair, SecretValue, UncheckedCredential, UncheckedSecret,
};
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::patch::{UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{NewUser, OpenTargetError, OpenedTarget, Store, StoreError, Tx, User, UserChange};
use zeroize::Zeroizing;

pub(crate) const OPERATOR: Caller = Caller::operator();

pub(crate) const SECRET: &str = "sk-0123456789abcdef";

/// A new configuration from JSON; `settings` overrides the default name, provider, endpoint and model.
#[expect(clippy::needless_pass_by_value, reason = "callers pass a literal")]
pub(crate) fn new(settings: serde_json::Value, credential: serde_json::Value) -> NewLlmConfig {
    let mut all = serde_json::json!({
        "name": "gpt", "provider": "OPENAI", "endpoint": "https://api.openai.com/v1", "model": "gpt-5-nano"
    });
    let serde_json::Value::Object(settings) = settings else { panic!("an object") };
    all.as_object_mut().unwrap().extend(settings);
    serde_json::from_value(serde_json::json!({"settings": all, "credential": credential})).unwrap()
}

/// A new configuration with the given name and [`SECRET`].
pub(crate) fn named(name: &str) -> NewLlmConfig {
    new(serde_json::json!({"name": name, "model": name}), api_key(SECRET))
}

pub(crate) fn api_key(secret: &str) -> serde_json::Value {
    serde_json::json!({"kind": "API_KEY", "secret": secret})
}

/// A patch that replaces the credential.
pub(crate) fn secret_patch(secret: &str) -> UncheckedPatch {
    let value = UncheckedSecret::Inline(Zeroizing::new(secret.to_owned()));
    let credential = UncheckedCredential::ApiKey { header: None, prefix: None, value };
    UncheckedPatch { credential: UncheckedCredentialPatch::Replace(credential), ..UncheckedPatch::default() }
}

pub(crate) fn endpoint_patch(endpoint: &str) -> UncheckedPatch {
    UncheckedPatch { endpoint: Some(endpoint.to_owned()), ..UncheckedPatch::default() }
}

pub(crate) fn as_user(id: PrincipalId) -> Caller {
    Caller::new(Identity::User(id))
}

pub(crate) fn person(email: &str, role: OrgRole) -> NewUser {
    NewUser {
        email: email.parse().unwrap(),
        username: None,
        first_name: "Ada".parse().unwrap(),
        last_name: "Lovelace".parse().unwrap(),
        role,
    }
}

/// Creates a user with the given role.
pub(crate) async fn user(store: &Store, role: OrgRole) -> PrincipalId {
    let id = store.new_principal_id();
    let new = person(&format!("{id}@example.com"), role);
    store.write(move |tx| tx.create_user(id, &new, &OPERATOR)).await.unwrap();
    id
}

/// Creates a user and returns their scope.
pub(crate) async fn owner(store: &Store) -> Scope {
    Scope::Owner(user(store, OrgRole::User).await)
}

pub(crate) async fn workspace(store: &Store) -> WorkspaceId {
    let id = store.new_workspace_id();
    store.write(move |tx| tx.create_workspace(id, &"team".parse().unwrap(), &OPERATOR)).await.unwrap();
    id
}

pub(crate) async fn create(store: &Store, scope: Scope, new: NewLlmConfig) -> Result<LlmConfig, StoreError> {
    let id = store.new_config_id();
    store.write(move |tx| tx.create_config(id, scope, &new, &OPERATOR)).await
}

pub(crate) async fn find(store: &Store, id: ConfigId) -> Option<LlmConfig> {
    store.read(move |tx| tx.find_config(id)).await.unwrap()
}

/// Reads and updates the configuration in one transaction, as a server does.
pub(crate) async fn update(
    store: &Store,
    id: ConfigId,
    patch: UncheckedPatch,
) -> Result<LlmConfig, StoreError> {
    let patch = patch.check().unwrap();
    store
        .write(move |tx| {
            let current = tx.find_config(id)?.ok_or(StoreError::Stale)?;
            tx.update_config(&current, &patch, &OPERATOR)
        })
        .await
}

pub(crate) async fn delete(store: &Store, config: &LlmConfig) -> Result<(), StoreError> {
    let config = config.clone();
    store.write(move |tx| tx.delete_config(&config, &OPERATOR)).await
}

/// Changes the role of a user.
pub(crate) fn change_role(
    tx: &mut Tx<'_>,
    user: &User,
    role: OrgRole,
    caller: &Caller,
) -> Result<(), StoreError> {
    let change = UserChange { role: Some(role), ..UserChange::default() };
    tx.update_user(user, &change, caller).map(drop)
}

/// Reads and transfers a configuration in one transaction.
pub(crate) async fn transfer_to(store: &Store, id: ConfigId, scope: Scope) -> Result<LlmConfig, StoreError> {
    store
        .write(move |tx| {
            let current = tx.find_config(id)?.ok_or(StoreError::Stale)?;
            tx.transfer_config(&current, scope, &OPERATOR)
        })
        .await
}

pub(crate) async fn find_user(store: &Store, id: PrincipalId) -> Option<User> {
    store.read(move |tx| tx.find_user(id)).await.unwrap()
}

pub(crate) async fn open_target(store: &Store, id: ConfigId) -> Result<OpenedTarget, OpenTargetError> {
    store.open_target(id, &OPERATOR, Purpose::Call).await
}

/// The secret of the configuration's credential; `None` without a credential.
pub(crate) async fn opened_secret(store: &Store, id: ConfigId) -> Option<String> {
    open_target(store, id).await.unwrap().credential.as_ref().map(secret_of)
}

pub(crate) fn secret_of(credential: &Credential) -> String {
    match credential {
        Credential::ApiKey(ApiKey { value, .. }) | Credential::KeyPair(KeyPair { secret: value, .. }) => {
            match value {
                SecretValue::Inline(secret) => secret.expose().to_owned(),
                SecretValue::Reference(reference) => format!("reference {}", reference.uri()),
            }
        }
        Credential::GcpAdc(_) => "identity".to_owned(),
    }
}

/// The kind and fields of the audit events of an object, oldest first.
pub(crate) async fn events(store: &Store, object: impl ToString) -> Vec<(String, String)> {
    let object = object.to_string();
    let rows = store.read(move |tx| tx.audit_events(Some(&object), 1000)).await.unwrap();
    let mut events: Vec<_> = rows.into_iter().map(|row| (row.kind, row.fields)).collect();
    events.reverse();
    events
}

/// The number of rows of a table.
pub(crate) fn count(database: &TestDatabase, table: &str) -> usize {
    let counted = database.texts(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table}"));
    counted[0].parse().unwrap()
}

/// The only text in the column `value` of a query's result.
pub(crate) fn text(database: &TestDatabase, sql: &str) -> String {
    let mut texts = database.texts(sql);
    assert_eq!(texts.len(), 1, "{sql}");
    texts.remove(0)
}

/// Runs `work` for each store concurrently, after a common barrier, and returns the results.
pub(crate) async fn run_concurrently<T, F>(stores: &[Store], work: impl Fn(usize, Store) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(tokio::sync::Barrier::new(stores.len()));
    let tasks = stores.iter().enumerate().map(|(n, store)| {
        let (barrier, work) = (Arc::clone(&barrier), work(n, store.clone()));
        tokio::spawn(async move {
            barrier.wait().await;
            work.await
        })
    });
    // Collected, so that all are spawned before the first is awaited.
    let tasks: Vec<_> = tasks.collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}
