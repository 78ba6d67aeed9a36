//! What a server caches: never older than its own writes, and at most a second older than those of others.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::patch::{LabelPatch, UncheckedPatch};
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Store, StoreError, TokenText};

use super::open_stores;
use super::tokens::{authenticates, issue};
use crate::support::{OPERATOR, change_role, create, delete, named, owner, update, user, workspace};

/// How long a server may return what another one has overwritten.
pub(super) const BOUND: Duration = Duration::from_secs(1);

/// Two servers, each with an entry for the same token and the same configuration.
struct Scene {
    database: TestDatabase,
    here: Store,
    there: Store,
    user: PrincipalId,
    token: Arc<TokenText>,
    workspace: WorkspaceId,
    config: LlmConfig,
}

impl Scene {
    async fn new() -> Self {
        let (database, mut stores) = open_stores(2).await;
        let (here, there) = (stores.remove(0), stores.remove(0));
        let user = user(&here, OrgRole::User).await;
        let (_, token) = issue(&here, user, None, TokenScope::default()).await;
        let (workspace, scope) = (workspace(&here).await, owner(&here).await);
        let config = create(&here, scope, named("a")).await.unwrap();
        let scene = Self { database, here, there, user, token, workspace, config };
        scene.fill_caches().await;
        scene
    }

    async fn fill_caches(&self) {
        for store in [&self.here, &self.there] {
            authenticates(store, &self.token).await;
            store.config(self.config.id).await.unwrap();
        }
    }

    /// Runs `change` here and checks that it is seen here at once, and there after [`BOUND`].
    async fn check_seen(&self, change: impl AsyncFnOnce(&Store), expected: &str) {
        self.fill_caches().await;
        change(&self.here).await;
        assert_eq!(self.seen_by(&self.here).await, expected, "here");
        // The bound itself is what is checked: afterwards, no load of the machine may make a read stale.
        tokio::time::sleep(BOUND).await;
        assert_eq!(self.seen_by(&self.there).await, expected, "there");
    }

    /// The role, the number of memberships, and the name and labels of the configuration.
    async fn seen_by(&self, store: &Store) -> String {
        let caller = store.authenticate(&self.token).await.unwrap();
        let caller = caller.map_or("no caller".to_owned(), |caller| {
            format!("{} {}", caller.actor.role.as_str(), caller.actor.memberships.len())
        });
        let config = store.config(self.config.id).await.unwrap();
        let config = config.map_or("nothing".to_owned(), |config| {
            format!("{} {}", config.settings.name, config.settings.labels)
        });
        format!("{caller}, {config}").trim().to_owned()
    }
}

async fn set_role(store: &Store, user: PrincipalId, role: OrgRole) -> Result<(), StoreError> {
    let changed = store.write(move |tx| {
        let user = tx.find_user_for_update(user)?.ok_or(StoreError::Stale)?;
        change_role(tx, &user, role, &OPERATOR)
    });
    changed.await
}

async fn rename(store: &Store, id: ConfigId, name: &str) -> Result<LlmConfig, StoreError> {
    update(store, id, UncheckedPatch { name: Some(name.to_owned()), ..UncheckedPatch::default() }).await
}

#[tokio::test]
async fn change_of_role_or_memberships_is_seen_by_other_server_within_bound() {
    let scene = Scene::new().await;
    let (user, workspace) = (scene.user, scene.workspace);
    scene
        .check_seen(async |here| set_role(here, user, OrgRole::Workspaces).await.unwrap(), "WORKSPACES 0, a")
        .await;
    let add = async |here: &Store| {
        here.write(move |tx| tx.add_member(workspace, user, WorkspaceRole::Read, &OPERATOR)).await.unwrap();
    };
    scene.check_seen(add, "WORKSPACES 1, a").await;
    let delete_workspace = async |here: &Store| {
        here.write(move |tx| tx.delete_workspace(workspace, &OPERATOR)).await.unwrap();
    };
    scene.check_seen(delete_workspace, "WORKSPACES 0, a").await;
}

#[tokio::test]
async fn change_of_config_is_seen_by_other_server_within_bound() {
    let scene = Scene::new().await;
    let id = scene.config.id;
    scene.check_seen(async |here| _ = rename(here, id, "b").await.unwrap(), "USER 0, b").await;
    let labels = LabelPatch::Replace([("env".to_owned(), "prod".to_owned())].into());
    let label = UncheckedPatch { labels, ..UncheckedPatch::default() };
    scene.check_seen(async |here| _ = update(here, id, label).await.unwrap(), "USER 0, b env=prod").await;
    let remove = async |here: &Store| {
        let current = here.config(id).await.unwrap().unwrap();
        delete(here, &current).await.unwrap();
    };
    scene.check_seen(remove, "USER 0, nothing").await;
}

#[tokio::test]
async fn revocation_is_seen_by_other_server_within_bound() {
    let scene = Scene::new().await;
    let text = Arc::clone(&scene.token);
    let revoke = async |here: &Store| {
        let revoked = here.write(move |tx| {
            let token = tx.find_token_by_text(&text)?.ok_or(StoreError::Stale)?;
            tx.revoke_token(&token, &OPERATOR)
        });
        revoked.await.unwrap();
    };
    scene.check_seen(revoke, "no caller, a").await;
}

#[tokio::test]
async fn deletion_of_issuer_is_seen_for_issued_tokens_within_bound() {
    let scene = Scene::new().await;
    let administrator = user(&scene.here, OrgRole::Administrators).await;
    let (parent, _) = issue(&scene.here, administrator, None, TokenScope::default()).await;
    let (_, child) = issue(&scene.here, scene.user, Some(parent.id), TokenScope::default()).await;
    let scene = Scene { token: child, ..scene };
    // A former administrator keeps no rights through a token that they issued to another user.
    let lower = async |here: &Store| set_role(here, administrator, OrgRole::User).await.unwrap();
    scene.check_seen(lower, "no caller, a").await;
}

#[tokio::test]
async fn change_by_other_program_is_seen_within_bound() {
    let scene = Scene::new().await;
    let (user, config) = (scene.user, scene.config.id);
    let sql = format!(
        "UPDATE users SET org_role = 'WORKSPACES' WHERE id = '{user}';
         UPDATE llm_configs SET name = 'by hand' WHERE id = '{config}';"
    );
    scene.database.execute(&sql);
    tokio::time::sleep(BOUND).await;
    for store in [&scene.here, &scene.there] {
        assert_eq!(scene.seen_by(store).await, "WORKSPACES 0, by hand");
    }
}

#[tokio::test]
async fn created_config_is_seen_by_other_server_at_once() {
    let (_database, stores) = open_stores(2).await;
    let scope = owner(&stores[0]).await;
    let id = stores[0].new_config_id();
    assert!(stores[1].config(id).await.unwrap().is_none());
    let created = stores[0].write(move |tx| tx.create_config(id, scope, &named("a"), &OPERATOR));
    created.await.unwrap();
    // That something is absent is never cached.
    assert!(stores[1].config(id).await.unwrap().is_some());
}
