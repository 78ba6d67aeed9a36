//! Updates of configurations.

use std::collections::BTreeMap;

use llm_config_core::credential::Credential;
use llm_config_core::field::Field;
use llm_config_core::patch::{LabelPatch, Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_store::{Conflict, StoreError};
use serde_json::json;
use zeroize::Zeroizing;

use super::open_store;
use crate::support::{
    OPERATOR, SECRET, api_key, count, create, delete, endpoint_patch, events, find, named, new, open_target,
    opened_secret, owner, secret_of, secret_patch, update, workspace,
};

#[tokio::test]
async fn update_changes_only_given_fields() {
    let (_database, store) = open_store().await;
    let created = create(&store, owner(&store).await, named("a")).await.unwrap();
    let patch = UncheckedPatch {
        name: Some("b".to_owned()),
        description: Patch::Set("new".to_owned()),
        version: Patch::Set("2".to_owned()),
        monitoring_endpoint: Patch::Set("https://status.example.com".to_owned()),
        context_length: Patch::Set(5),
        labels: LabelPatch::Replace(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        ..UncheckedPatch::default()
    };
    let changed = update(&store, created.id, patch).await.unwrap();
    let mut expected = created.clone();
    expected.settings.name = "b".parse().unwrap();
    expected.settings.description = Some("new".parse().unwrap());
    expected.settings.version = Some("2".parse().unwrap());
    expected.settings.monitoring_endpoint = Some("https://status.example.com".parse().unwrap());
    expected.settings.context_length = Some(5.try_into().unwrap());
    expected.settings.labels = BTreeMap::from([("k".to_owned(), "v".to_owned())]).try_into().unwrap();
    assert_eq!(changed.settings, expected.settings);
    assert_eq!((changed.revision.number(), changed.created), (2, created.created));
    assert_eq!(changed.secret, created.secret);
    assert_eq!(find(&store, created.id).await.unwrap(), changed);
    assert_eq!(opened_secret(&store, created.id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn update_with_cleared_field_stores_null() {
    let (database, store) = open_store().await;
    let settings =
        json!({"description": "d", "version": "1", "monitoring_endpoint": "https://status.example.com"});
    let created = create(&store, owner(&store).await, new(settings, api_key(SECRET))).await.unwrap();
    let patch = UncheckedPatch {
        description: Patch::Clear,
        version: Patch::Clear,
        monitoring_endpoint: Patch::Clear,
        ..UncheckedPatch::default()
    };
    update(&store, created.id, patch).await.unwrap();
    let cleared = "SELECT id AS value FROM llm_configs \
                   WHERE description IS NULL AND version IS NULL AND monitoring_endpoint IS NULL";
    assert_eq!(database.texts(cleared), [created.id.to_string()]);
    assert_eq!(find(&store, created.id).await.unwrap().settings.description, None);
}

#[tokio::test]
async fn update_labels_replaces_or_merges() {
    let (_database, store) = open_store().await;
    let labelled = new(json!({"labels": {"a": "1", "b": "2"}}), api_key(SECRET));
    let id = create(&store, owner(&store).await, labelled).await.unwrap().id;
    let labels = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let merge = UncheckedPatch { labels: LabelPatch::Merge(labels("b", "3")), ..UncheckedPatch::default() };
    update(&store, id, merge).await.unwrap();
    assert_eq!(find(&store, id).await.unwrap().settings.labels.to_string(), "a=1,b=3");
    let replace =
        UncheckedPatch { labels: LabelPatch::Replace(labels("c", "4")), ..UncheckedPatch::default() };
    update(&store, id, replace).await.unwrap();
    assert_eq!(find(&store, id).await.unwrap().settings.labels.to_string(), "c=4");
    let clear = UncheckedPatch { labels: LabelPatch::Replace(BTreeMap::new()), ..UncheckedPatch::default() };
    update(&store, id, clear).await.unwrap();
    assert!(find(&store, id).await.unwrap().settings.labels.is_empty());
}

#[tokio::test]
async fn update_secret_replaces_the_stored_one() {
    let (database, store) = open_store().await;
    let created = create(&store, owner(&store).await, named("a")).await.unwrap();
    let changed = update(&store, created.id, secret_patch("sk-another-secret-1234")).await.unwrap();
    assert_eq!(changed.secret.as_ref().unwrap().mask.as_ref().unwrap().as_str(), "****1234");
    assert_ne!(changed.secret.as_ref().unwrap().fingerprint, created.secret.unwrap().fingerprint);
    assert_eq!(find(&store, created.id).await.unwrap(), changed);
    assert_eq!(opened_secret(&store, created.id).await.as_deref(), Some("sk-another-secret-1234"));
    assert_eq!(count(&database, "secrets"), 1);
}

#[tokio::test]
async fn update_origin_with_stored_secret_is_rejected() {
    let (_database, store) = open_store().await;
    let created = create(&store, owner(&store).await, named("a")).await.unwrap();
    let moved = update(&store, created.id, endpoint_patch("https://evil.example.com/v1")).await;
    let Err(StoreError::Invalid(errors)) = moved else { panic!("{moved:?}") };
    assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [Field::Endpoint]);
    assert_eq!(find(&store, created.id).await.unwrap(), created);
    assert_eq!(events(&store, created.id).await.len(), 1);
}

#[tokio::test]
async fn update_origin_with_given_secret_succeeds() {
    let (_database, store) = open_store().await;
    let id = create(&store, owner(&store).await, named("a")).await.unwrap().id;
    update(&store, id, endpoint_patch("https://API.openai.com:443/v2")).await.unwrap();
    assert_eq!(opened_secret(&store, id).await.as_deref(), Some(SECRET));
    let endpoint = Some("https://proxy.example.com/v1".to_owned());
    update(&store, id, UncheckedPatch { endpoint, ..secret_patch("sk-for-the-proxy") }).await.unwrap();
    assert_eq!(opened_secret(&store, id).await.as_deref(), Some("sk-for-the-proxy"));
}

#[tokio::test]
async fn update_origin_without_secret_succeeds() {
    let (_database, store) = open_store().await;
    let id = create(&store, owner(&store).await, new(json!({}), json!(null))).await.unwrap().id;
    update(&store, id, endpoint_patch("http://localhost:8000/v1")).await.unwrap();
    assert_eq!(opened_secret(&store, id).await, None);
    update(&store, id, secret_patch(SECRET)).await.unwrap();
    assert_eq!(opened_secret(&store, id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn update_to_duplicate_conflicts_and_changes_nothing() {
    let (database, store) = open_store().await;
    for (scope, expected) in [
        (owner(&store).await, Conflict::ConfigFingerprint),
        (llm_config_core::scope::Scope::Workspace(workspace(&store).await), Conflict::ConfigName),
    ] {
        create(&store, scope, named("a")).await.unwrap();
        let other = create(&store, scope, named("b")).await.unwrap();
        let before = count(&database, "audit_events");
        let patch = UncheckedPatch {
            name: Some("a".to_owned()),
            model: Patch::Set("a".to_owned()),
            labels: LabelPatch::Replace(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
            ..secret_patch(SECRET)
        };
        match update(&store, other.id, patch).await {
            Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
            unexpected => panic!("{unexpected:?}"),
        }
        assert_eq!(find(&store, other.id).await.unwrap(), other);
        assert_eq!(count(&database, "audit_events"), before);
    }
}

#[tokio::test]
async fn update_config_changed_since_read_is_stale() {
    let (_database, store) = open_store().await;
    let created = create(&store, owner(&store).await, named("a")).await.unwrap();
    update(&store, created.id, secret_patch("sk-another-secret")).await.unwrap();
    let (old, patch) = (created.clone(), endpoint_patch("https://api.openai.com/v3").check().unwrap());
    let stale = store.write(move |tx| tx.update_config(&old, &patch, &OPERATOR)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let stale = delete(&store, &created).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    assert_eq!(find(&store, created.id).await.unwrap().revision.number(), 2);
}

#[tokio::test]
async fn update_event_names_fields_without_values() {
    let (database, store) = open_store().await;
    let id = create(&store, owner(&store).await, named("marker-name")).await.unwrap().id;
    let patch = UncheckedPatch {
        name: Some("marker-name-2".to_owned()),
        description: Patch::Set("marker-description".to_owned()),
        labels: LabelPatch::Merge(BTreeMap::from([("k".to_owned(), "marker-label".to_owned())])),
        ..secret_patch("marker-secret-0123456789")
    };
    update(&store, id, patch).await.unwrap();
    let fields = "name,description,labels,credential";
    assert_eq!(
        events(&store, id).await,
        [("config.created".to_owned(), String::new()), ("config.updated".to_owned(), fields.to_owned())]
    );
    let columns = ["id", "kind", "object_kind", "object_id", "scope", "actor_kind", "actor_id", "fields"];
    for column in columns {
        let values = database.texts(&format!("SELECT coalesce({column}, '') AS value FROM audit_events"));
        assert!(values.iter().all(|value| !value.contains("marker")), "{column}: {values:?}");
    }
}

#[tokio::test]
async fn update_of_secret_keeps_header_and_prefix() {
    let (_database, store) = open_store().await;
    let key = json!({"kind": "API_KEY", "secret": SECRET, "header": "x-team-key", "prefix": "Token "});
    let id = create(&store, owner(&store).await, new(json!({}), key)).await.unwrap().id;
    let secret = Some(Zeroizing::new("sk-next-0123456789".to_owned()));
    let credential = UncheckedCredentialPatch::Parts { key_id: Patch::Keep, secret };
    update(&store, id, UncheckedPatch { credential, ..UncheckedPatch::default() }).await.unwrap();
    let opened = open_target(&store, id).await.unwrap().credential.unwrap();
    let Credential::ApiKey(key) = &opened else { panic!("another kind: {:?}", opened.kind()) };
    assert_eq!(key.header.as_ref().map(ToString::to_string).as_deref(), Some("x-team-key"));
    assert_eq!((key.effective_prefix(), secret_of(&opened).as_str()), ("Token ", "sk-next-0123456789"));
    // Only the update of the secret is an event: its header is no use of the replaced secret.
    let kinds: Vec<_> = events(&store, id).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["config.created", "config.updated", "credential.opened"]);
}

#[tokio::test]
async fn update_of_secret_with_undecryptable_header_requires_whole_credential() {
    let (database, store) = open_store().await;
    let key = json!({"kind": "API_KEY", "secret": SECRET, "header": "x-team-key"});
    let id = create(&store, owner(&store).await, new(json!({}), key)).await.unwrap().id;
    let parts = |key_id| UncheckedPatch {
        credential: UncheckedCredentialPatch::Parts {
            key_id,
            secret: Some(Zeroizing::new("sk-next-0123456789".to_owned())),
        },
        ..UncheckedPatch::default()
    };
    for repair in [parts(Patch::Clear), secret_patch("sk-next-0123456789")] {
        database.execute(&format!("UPDATE secrets SET envelope = {}", super::bytes("00")));
        let before = find(&store, id).await.unwrap();
        let refused = update(&store, id, parts(Patch::Keep)).await;
        let Err(StoreError::Invalid(errors)) = refused else { panic!("{refused:?}") };
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [Field::SecretValue]);
        assert_eq!(find(&store, id).await.unwrap(), before);
        update(&store, id, repair).await.unwrap();
        assert_eq!(opened_secret(&store, id).await.as_deref(), Some("sk-next-0123456789"));
    }
}

#[tokio::test]
async fn update_that_removes_credential_deletes_secret_and_frees_its_fingerprint() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let id = create(&store, scope, new(json!({}), api_key(SECRET))).await.unwrap().id;
    let remove = || UncheckedPatch {
        credential: UncheckedCredentialPatch::Remove,
        ..endpoint_patch("https://elsewhere.example/v1")
    };
    let changed = update(&store, id, remove()).await.unwrap();
    assert_eq!(changed.secret, None);
    assert_eq!(find(&store, id).await.unwrap(), changed);
    assert_eq!(count(&database, "secrets"), 0);
    assert!(open_target(&store, id).await.unwrap().credential.is_none());
    create(&store, scope, new(json!({}), api_key(SECRET))).await.unwrap();
    update(&store, id, remove()).await.unwrap();
}
