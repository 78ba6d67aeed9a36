//! Random reads and writes by two servers and a third program, with disturbances: no read shows what was
//! overwritten longer ago than the bound, or misses what was written longer ago.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::patch::UncheckedPatch;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Store, StoreError, TokenText};
use tokio::sync::Mutex;

use super::coherence::BOUND;
use super::tokens::issue;
use super::{database, disturb};
use crate::support::{OPERATOR, change_role, create, named, owner, user};

/// How long the servers read and write; longer with the variable `COHERENCE_SECONDS`.
fn duration() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "the settings of tests, not of the program")]
    let seconds = std::env::var("COHERENCE_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(6))
}

const READERS: usize = 3;
const OBJECTS: usize = 4;

/// The roles that the versions of a user have in turn.
const ROLES: [OrgRole; 3] = [OrgRole::User, OrgRole::Workspaces, OrgRole::Administrators];

/// An object whose versions are counted, and what is known about each write.
struct Tracked {
    object: Object,
    /// The number of the last version whose write has begun.
    begun: AtomicUsize,
    /// Versions whose write has returned: number, server, time.
    written: Mutex<Vec<(usize, usize, Instant)>>,
    /// Held by a writer, so that versions are written in their order.
    turn: Mutex<()>,
}

#[derive(Clone)]
enum Object {
    /// Its version is in its name.
    Config(ConfigId),
    /// Its version decides the role that the token has.
    User(PrincipalId, Arc<TokenText>),
}

impl Tracked {
    fn new(object: Object) -> Self {
        Self { object, begun: AtomicUsize::new(0), written: Mutex::default(), turn: Mutex::default() }
    }

    /// Writes the next version in a transaction that stays open for `held` after the change, so that
    /// transactions commit in another order than they change. A write that fails may have been committed or
    /// not.
    async fn write(&self, server: usize, store: &Store, held: Duration) {
        let _turn = self.turn.lock().await;
        let version = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let object = self.object.clone();
        let written = store.write(move |tx| {
            match &object {
                Object::Config(id) => {
                    let current = tx.find_config(*id)?.ok_or(StoreError::Stale)?;
                    let name = Some(format!("v{version}"));
                    let patch = UncheckedPatch { name, ..UncheckedPatch::default() }.check().unwrap();
                    tx.update_config(&current, &patch, &OPERATOR)?;
                }
                Object::User(user, _) => {
                    let user = tx.find_user_for_update(*user)?.ok_or(StoreError::Stale)?;
                    change_role(tx, &user, ROLES[version % ROLES.len()], &OPERATOR)?;
                }
            }
            std::thread::sleep(held);
            Ok(())
        });
        match written.await {
            Ok(()) => self.written.lock().await.push((version, server, Instant::now())),
            Err(StoreError::Unavailable(_) | StoreError::Contended) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Reads, and panics if the version is too old. Returns whether the read succeeded.
    async fn read(&self, server: usize, store: &Store) -> bool {
        let started = Instant::now();
        let must_see = |(version, writer, at): &(usize, usize, Instant)| {
            let bound = if *writer == server { Duration::ZERO } else { BOUND };
            (*at + bound <= started).then_some(*version)
        };
        let oldest = self.written.lock().await.iter().filter_map(must_see).max().unwrap_or(0);
        let seen = match &self.object {
            Object::Config(id) => {
                let config = store.config(*id).await.map(Option::unwrap);
                config.map(|config| config.settings.name.to_string())
            }
            Object::User(_, token) => {
                let caller = store.authenticate(token).await.map(Option::unwrap);
                caller.map(|caller| caller.actor.role.as_str().to_owned())
            }
        };
        let seen = match seen {
            Ok(seen) => seen,
            Err(StoreError::Unavailable(_) | StoreError::Contended) => return false,
            Err(error) => panic!("{error:?}"),
        };
        let newest = self.begun.load(Ordering::SeqCst);
        let is_allowed = |version: usize| match &self.object {
            Object::Config(_) => seen == format!("v{version}"),
            Object::User(..) => seen == ROLES[version % ROLES.len()].as_str(),
        };
        assert!((oldest..=newest).any(is_allowed), "server {server} read {seen}, not of {oldest}..={newest}");
        true
    }
}

async fn objects(store: &Store) -> Arc<Vec<Tracked>> {
    let mut objects = Vec::new();
    for _ in 0..OBJECTS {
        let config = create(store, owner(store).await, named("v0")).await.unwrap();
        objects.push(Tracked::new(Object::Config(config.id)));
        let user = user(store, OrgRole::User).await;
        let (_, token) = issue(store, user, None, TokenScope::default()).await;
        objects.push(Tracked::new(Object::User(user, token)));
    }
    Arc::new(objects)
}

/// A random number below `limit`, from a generator that the seed decides (xorshift).
fn next(state: &mut u64, limit: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % limit as u64).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_reads_of_two_servers_are_never_older_than_the_bound() {
    let database = Arc::new(database());
    // The third has no cache, like a command.
    let stores = [store(&database, 64).await, store(&database, 64).await, store(&database, 0).await];
    let objects = objects(&stores[0]).await;
    let (ended, reads) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = Vec::new();
    for (server, store) in stores.iter().enumerate() {
        for task in 0..=READERS {
            let (store, objects, ended) = (store.clone(), Arc::clone(&objects), Arc::clone(&ended));
            let (reads, mut state) = (Arc::clone(&reads), 1 + (server * 100 + task) as u64);
            tasks.push(tokio::spawn(async move {
                while !ended.load(Ordering::SeqCst) {
                    let object = &objects[next(&mut state, objects.len())];
                    // One task of each server writes now and then, and the others read.
                    if task == 0 {
                        let held = [0, 0, 0, 20, 200][next(&mut state, 5)];
                        object.write(server, &store, Duration::from_millis(held)).await;
                        tokio::time::sleep(Duration::from_millis(next(&mut state, 40) as u64)).await;
                    } else if object.read(server, &store).await {
                        reads.fetch_add(1, Ordering::SeqCst);
                        tokio::task::yield_now().await;
                    }
                }
            }));
        }
    }
    let (disturbed, until) = (Arc::clone(&database), Instant::now() + duration());
    let disturbances = tokio::task::spawn_blocking(move || {
        while Instant::now() < until {
            disturb(&disturbed);
        }
    });
    disturbances.await.unwrap();
    ended.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(reads.load(Ordering::SeqCst) > 100, "{} reads", reads.load(Ordering::SeqCst));
}

async fn store(database: &TestDatabase, cache_entries: usize) -> Store {
    let mut options = database.options();
    options.cache_entries = cache_entries;
    Store::open(options).await.unwrap()
}
