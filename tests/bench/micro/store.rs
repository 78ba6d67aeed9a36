//! What the store does per request, on SQLite in a temporary folder. Seal and open are private to the store,
//! so they are measured within the use cases that need them: creation with and without a credential, and
//! the opening of a credential with its decision and its audit event.
#![expect(clippy::expect_used, reason = "a bench without its fixture has failed")]

#[path = "support/mod.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Store, StoreError, TokenText};
use support::measure;
use tokio::runtime::Runtime;

/// A new configuration in the form of `NewLlmConfig`, with a credential.
const NEW_CONFIG: &str = include_str!("new_config.json");

/// An opened store, and its root user.
struct Fixture {
    runtime: Runtime,
    store: Store,
    owner: PrincipalId,
    /// The last field, so that the database is dropped after the store.
    _database: TestDatabase,
}

impl Fixture {
    fn new() -> Self {
        let database = TestDatabase::sqlite();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let store = runtime.block_on(database.store());
        let created = runtime.block_on(store.create_root(&Caller::operator(), TokenText::generate()));
        assert!(created.expect("a root user").is_some());
        let root = "root@localhost".parse().expect("an e-mail address");
        let user = runtime.block_on(store.read::<_, StoreError, _>(move |tx| tx.find_user_by_email(&root)));
        let owner = user.expect("a database").expect("the root user").id;
        Self { runtime, store, owner, _database: database }
    }

    /// Creates a configuration in a transaction of its own. `number` makes its address different from others.
    fn create(&self, number: u32, has_credential: bool) -> ConfigId {
        let text = NEW_CONFIG.replace("API.openai.com:443", &format!("host-{number}.example.com"));
        let mut new: NewLlmConfig = serde_json::from_str(&text).expect("a valid configuration");
        new.credential = new.credential.filter(|_| has_credential);
        let (id, owner) = (self.store.new_config_id(), self.owner);
        let create = self.store.write::<_, StoreError, _>(move |tx| {
            tx.create_config(id, Scope::Owner(owner), &new, &Caller::new(Identity::User(owner)))
        });
        self.runtime.block_on(create).expect("a configuration");
        id
    }
}

fn creations(criterion: &mut Criterion) {
    let fixture = Fixture::new();
    let mut number = 0;
    let cases = [("create without a credential", false), ("create with a credential", true)];
    for (name, has_credential) in cases {
        measure(criterion, name, || {
            number += 1;
            fixture.create(number, has_credential)
        });
    }
}

fn reads(criterion: &mut Criterion) {
    let fixture = Fixture::new();
    let id = fixture.create(0, true);
    let caller = Caller::new(Identity::User(fixture.owner));
    measure(criterion, "read a configuration", || {
        let read = fixture.store.read::<_, StoreError, _>(move |tx| tx.find_config_shared(id));
        fixture.runtime.block_on(read).expect("a database")
    });
    measure(criterion, "open a credential", || {
        fixture.runtime.block_on(fixture.store.open_target(id, &caller, Purpose::Call)).expect("a credential")
    });
}

criterion_group!(benches, creations, reads);
criterion_main!(benches);
