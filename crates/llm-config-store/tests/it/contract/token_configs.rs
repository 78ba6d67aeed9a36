//! Tokens that are narrowed to configurations.

use std::collections::BTreeSet;
use std::sync::Arc;

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{NewToken, OpenTargetError, Store, StoreError, Token, TokenText};

use super::coherence::BOUND;
use super::tokens::{authenticates, issue};
use super::{open_store, open_stores};
use crate::support::{OPERATOR, count, create, delete, named, user};

fn narrowed_to(configs: &[ConfigId]) -> TokenScope {
    TokenScope { configs: Some(configs.iter().copied().collect()), ..TokenScope::default() }
}

/// A user with the configurations a, b and c, and a token that is narrowed to a and b.
struct Scene {
    database: TestDatabase,
    /// Two servers.
    stores: Vec<Store>,
    ada: PrincipalId,
    configs: [LlmConfig; 3],
    token: Token,
    text: Arc<TokenText>,
}

impl Scene {
    async fn new() -> Self {
        let (database, stores) = open_stores(2).await;
        let store = &stores[0];
        let ada = user(store, OrgRole::User).await;
        let owned = async |name| create(store, Scope::Owner(ada), named(name)).await.unwrap();
        let configs = [owned("a").await, owned("b").await, owned("c").await];
        let (token, text) = issue(store, ada, None, narrowed_to(&[configs[0].id, configs[1].id])).await;
        Self { database, stores, ada, configs, token, text }
    }

    fn caller(&self) -> Caller {
        Caller::new(Identity::Token { id: self.token.id, holder: self.ada })
    }

    /// The configurations that the token acts on, by what `store` has cached and in a write.
    async fn seen_by(&self, store: &Store) -> [Option<BTreeSet<ConfigId>>; 2] {
        let cached = store.authenticate(&self.text).await.unwrap().unwrap();
        let caller = self.caller();
        let read = store.write(move |tx| tx.actor(&caller)).await.unwrap();
        [cached.actor.token_scope.configs.clone(), read.token_scope.configs]
    }

    async fn check_seen(&self, store: &Store, expected: &[ConfigId], when: &str) {
        let expected = Some(expected.iter().copied().collect());
        assert_eq!(self.seen_by(store).await, [expected.clone(), expected], "{when}");
    }

    async fn create_again(&self, id: ConfigId, scope: Scope) {
        let created = self.stores[0].write(move |tx| tx.create_config(id, scope, &named("again"), &OPERATOR));
        created.await.unwrap();
    }
}

#[tokio::test]
async fn token_of_configs_acts_on_no_later_config_with_the_same_id() {
    let scene = Scene::new().await;
    let (here, there) = (&scene.stores[0], &scene.stores[1]);
    let [a, b] = [scene.configs[0].id, scene.configs[1].id];
    for store in [here, there] {
        scene.check_seen(store, &[a, b], "issued").await;
    }
    delete(here, &scene.configs[0]).await.unwrap();
    scene.check_seen(here, &[b], "deleted, here").await;
    scene.create_again(a, Scope::Owner(scene.ada)).await;
    scene.check_seen(here, &[b], "created again, here").await;
    // The bound is what is checked, as in the tests of coherence.
    tokio::time::sleep(BOUND).await;
    scene.check_seen(there, &[b], "created again, there").await;
    let found = here.open_target(a, &scene.caller(), Purpose::Call).await;
    assert!(matches!(found, Err(OpenTargetError::Denied(id)) if id == a), "{found:?}");
    // What the token was narrowed to is still shown.
    let id = scene.token.id;
    let token = here.read(move |tx| tx.find_token(id)).await.unwrap().unwrap();
    assert_eq!(token, scene.token);
}

#[tokio::test]
async fn token_of_deleted_configs_acts_on_nothing() {
    let scene = Scene::new().await;
    for config in &scene.configs[..2] {
        delete(&scene.stores[0], config).await.unwrap();
    }
    scene.check_seen(&scene.stores[0], &[], "deleted").await;
}

#[tokio::test]
async fn change_of_narrowing_by_other_program_is_seen_within_bound() {
    let scene = Scene::new().await;
    let [a, b] = [scene.configs[0].id, scene.configs[1].id];
    for store in &scene.stores {
        scene.check_seen(store, &[a, b], "issued").await;
    }
    let (id, incarnation) = (b, scene.configs[1].incarnation);
    let configs = format!(r#"{{"{id}": "{incarnation}"}}"#);
    scene.database.execute(&format!("UPDATE tokens SET configs = '{configs}' WHERE configs IS NOT NULL"));
    tokio::time::sleep(BOUND).await;
    for store in &scene.stores {
        scene.check_seen(store, &[b], "changed").await;
    }
    scene.database.execute("UPDATE tokens SET configs = 'nonsense' WHERE configs IS NOT NULL");
    tokio::time::sleep(BOUND).await;
    for store in &scene.stores {
        let corrupt = store.authenticate(&scene.text).await;
        assert!(
            matches!(corrupt, Err(StoreError::Corrupt { table: "tokens", column: "configs", .. })),
            "{corrupt:?}"
        );
    }
}

#[tokio::test]
async fn open_target_by_token_of_configs_opens_those_for_its_rights() {
    let scene = Scene::new().await;
    let store = &scene.stores[0];
    let [a, c] = [scene.configs[0].id, scene.configs[2].id];
    let check = async |token: &Token, config, purpose, is_allowed: bool| {
        let caller = Caller::new(Identity::Token { id: token.id, holder: scene.ada });
        let opened = store.open_target(config, &caller, purpose).await;
        match opened {
            Ok(_) => assert!(is_allowed, "{config} for {purpose:?}"),
            Err(OpenTargetError::Denied(_)) => assert!(!is_allowed, "{config} for {purpose:?}"),
            Err(error) => panic!("{error}"),
        }
    };
    for purpose in [Purpose::Validate, Purpose::Ping, Purpose::Call] {
        check(&scene.token, a, purpose, true).await;
        check(&scene.token, c, purpose, false).await;
    }
    let rights = Some([Right::CallLlmOwn].into());
    let (calls, _) = issue(store, scene.ada, None, TokenScope { rights, ..narrowed_to(&[a]) }).await;
    check(&calls, a, Purpose::Call, true).await;
    check(&calls, a, Purpose::Ping, false).await;
    check(&calls, c, Purpose::Call, false).await;
}

#[tokio::test]
async fn create_token_of_missing_config_is_rejected() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap().id;
    let missing = store.new_config_id();
    let (token_scope, listed) = (narrowed_to(&[config, missing]), BTreeSet::from([config, missing]));
    let found = store.read(move |tx| tx.config_scopes(&listed)).await.unwrap();
    assert_eq!(found, [(config, Scope::Owner(ada))].into());
    let new = NewToken { holder: ada, parent: None, labels: Labels::default(), token_scope };
    let (id, text) = (store.new_token_id(), TokenText::generate());
    let created = store.write(move |tx| tx.create_token(id, &text, &new, &OPERATOR)).await;
    assert!(matches!(created, Err(StoreError::ForeignKey)), "{created:?}");
}

#[tokio::test]
async fn revert_of_migration_deletes_tokens_of_configs() {
    let Scene { database, stores, ada, .. } = Scene::new().await;
    let (_, text) = issue(&stores[0], ada, None, TokenScope::default()).await;
    drop(stores);
    while database.revert_last().unwrap() != "0011" {}
    assert_eq!(count(&database, "tokens"), 1);
    assert_eq!(database.migrate().unwrap()[0], "0011");
    assert!(authenticates(&database.store().await, &text).await);
}
