//! Quotas on a database.

use std::sync::Arc;

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::config::Labels;
use llm_config_probe::KnownVendorHosts;
use llm_config_store::keys::KeyFile;
use llm_config_store::{DatabaseUrl, NewToken, Options, Store, TokenText};

use super::*;
use crate::arrival::Arrival;
use crate::error::MissingReference;
use crate::tokens::IssueToken;
use crate::users::CreateUser;

const NO_LIMIT: NonZeroU32 = NonZeroU32::MAX;

async fn create_user(service: &Service, name: &str) -> PrincipalId {
    let request = CreateUser {
        email: format!("{name}@example.com").parse().unwrap(),
        username: None,
        first_name: name.parse().unwrap(),
        last_name: "Tester".parse().unwrap(),
        role: OrgRole::User,
    };
    service.create_user(&Session::operator(), request).await.unwrap().id
}

/// The session of a user with all their rights.
async fn session_of(service: &Service, user: PrincipalId) -> Session {
    let caller = Caller::new(Identity::User(user));
    let read = caller.clone();
    let actor = service.store.read(move |tx| Ok::<_, Error>(tx.actor(&read)?)).await.unwrap();
    Session { caller, actor: Arc::new(actor), basis: None, arrival: Arrival::COMMAND, signed_in_at: None }
}

async fn issue(service: &Service, session: &Session, holder: PrincipalId) -> Result<(), Error> {
    let request = IssueToken { holder: Some(holder), ..IssueToken::default() };
    service.issue_token(session, request).await.map(drop)
}

/// The number of tokens of a user, those that have expired included.
async fn rows(service: &Service, holder: PrincipalId) -> u64 {
    service.store.read(move |tx| count(tx, Counted::TokenRowsOf(holder), NO_LIMIT)).await.unwrap()
}

#[tokio::test]
async fn issue_deletes_expired_tokens_only_if_the_caller_may_issue() {
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::Sqlite(folder.path().join("registry.db"));
    let keys = Arc::new(KeyFile::new(folder.path().join("keyring")));
    let store = Store::open(Options::new(database, keys, Arc::new(KnownVendorHosts))).await.unwrap();
    let tokens_per_user = NonZeroU32::new(1);
    let service = Service::new(store).with_quotas(QuotaLimits { tokens_per_user, ..QuotaLimits::default() });
    service.create_root(&Caller::operator(), TokenText::generate()).await.unwrap();
    let (ada, grace) = (create_user(&service, "ada").await, create_user(&service, "grace").await);
    for end in 1..=12 {
        let expires_at = Some(Timestamp::from_micros(end));
        let token_scope = TokenScope { expires_at, ..TokenScope::default() };
        let new = NewToken { holder: ada, parent: None, labels: Labels::default(), token_scope };
        let (id, text) = (service.store.new_token_id(), TokenText::generate());
        let create =
            move |tx: &mut Tx<'_>| Ok::<_, Error>(tx.create_token(id, &text, &new, &Caller::operator())?);
        service.store.write(create).await.unwrap();
    }
    let refused = issue(&service, &session_of(&service, grace).await, ada).await;
    assert!(matches!(refused, Err(Error::Missing(MissingReference::Holder))), "{refused:?}");
    assert_eq!(rows(&service, ada).await, 12);
    issue(&service, &session_of(&service, ada).await, ada).await.unwrap();
    assert_eq!(rows(&service, ada).await, 1);
}
