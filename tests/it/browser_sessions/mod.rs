//! Sessions of browsers, by the use cases that the console calls.

mod ends;
mod issued_tokens;
mod lists;
mod login_links;
mod recent_sign_in;
mod sign_in;

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::Labels;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_service::{
    AuthenticatedBrowser, Browser, Error, Service, Session, SessionTimes, SignedIn, rfc3339_utc,
};
use llm_config_store::audit::AuditRow;
use llm_config_store::clock::Clock;
use llm_config_store::{NewToken, TokenText};

use super::app;
use crate::support::{SetClock, TestApp};

/// A server whose clock stands still until a test moves it.
struct Scene {
    app: TestApp,
    clock: SetClock,
    service: Service,
}

/// A user with an access token that is not narrowed.
struct Person {
    id: PrincipalId,
    token: TokenId,
    text: Arc<TokenText>,
}

fn browser() -> Browser {
    Browser { user_agent: Some("Firefox".to_owned()), address: Some("192.0.2.7".parse().unwrap()) }
}

/// What the server records of a request that is not authenticated yet.
fn request() -> Caller {
    Caller { request_id: Some("request-1".to_owned()), ..Caller::operator() }
}

impl Scene {
    fn new() -> Self {
        Self::with_times(SessionTimes::default())
    }

    fn with_times(times: SessionTimes) -> Self {
        let clock = SetClock::new();
        let app = app().second_server_with_clock(clock.clone());
        let service = app.service.clone().with_session_times(times);
        Self { app, clock, service }
    }

    fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }

    fn person(&self, role: OrgRole) -> Person {
        let id = self.app.user(role).id;
        let (token, text) = self.token(id, TokenScope::default());
        Person { id, token, text }
    }

    fn token(&self, holder: PrincipalId, token_scope: TokenScope) -> (TokenId, Arc<TokenText>) {
        let (id, text) = (self.app.store.new_token_id(), Arc::new(TokenText::generate()));
        let new = NewToken { holder, parent: None, labels: Labels::default(), token_scope };
        let stored = Arc::clone(&text);
        let create = self.app.store.write(move |tx| tx.create_token(id, &stored, &new, &Caller::operator()));
        self.app.block_on(create).unwrap();
        (id, text)
    }

    fn try_sign_in(&self, token: &str) -> Result<SignedIn, Error> {
        self.app.block_on(self.service.sign_in_with_token(token, &request(), browser()))
    }

    fn sign_in(&self, person: &Person) -> SignedIn {
        self.try_sign_in(person.text.expose()).expect("a valid token")
    }

    fn login_code(&self, user: PrincipalId) -> String {
        let link = self.app.block_on(self.service.create_login_link(&Session::operator(), user));
        link.expect("a user").code.to_string()
    }

    fn sign_in_with_code(&self, code: &str) -> Result<SignedIn, Error> {
        self.app.block_on(self.service.sign_in_with_link(code, &request(), browser()))
    }

    fn authenticate(&self, cookie: &str) -> Result<AuthenticatedBrowser, Error> {
        self.app.block_on(self.service.authenticate_browser(cookie))
    }

    fn is_signed_in(&self, signed_in: &SignedIn) -> bool {
        match self.authenticate(&signed_in.cookie) {
            Ok(_) => true,
            Err(Error::Unauthenticated) => false,
            Err(error) => panic!("{error:?}"),
        }
    }

    /// The session of a browser with that cookie.
    fn session(&self, signed_in: &SignedIn) -> Session {
        let AuthenticatedBrowser { authenticated, session, .. } =
            self.authenticate(&signed_in.cookie).expect("a valid cookie");
        Session {
            caller: Caller::new(authenticated.identity),
            actor: authenticated.actor,
            basis: Some(authenticated.basis),
            signed_in_at: Some(session.signed_in_at),
            ..Session::operator()
        }
    }

    /// The session of a program with that access token.
    fn program(&self, person: &Person) -> Session {
        let authenticated = self.app.block_on(self.service.authenticate(person.text.expose())).unwrap();
        assert_eq!(authenticated.identity, Identity::Token { id: person.token, holder: person.id });
        Session {
            caller: Caller::new(authenticated.identity),
            actor: authenticated.actor,
            basis: Some(authenticated.basis),
            ..Session::operator()
        }
    }

    /// How many audit events have this kind, these fields and this kind of actor.
    fn count_events(&self, kind: &str, fields: &str, actor: &str) -> usize {
        let rows = self.app.block_on(self.app.store.read(|tx| tx.audit_events(None, 1000))).unwrap();
        let expected = (kind, fields, actor);
        let has_all = |row: &&AuditRow| (&*row.kind, &*row.fields, &*row.actor_kind) == expected;
        rows.iter().filter(has_all).count()
    }

    fn now(&self) -> String {
        rfc3339_utc(self.clock.now())
    }
}

#[track_caller]
fn check_unauthenticated<T>(result: Result<T, Error>, what: &str) {
    assert!(matches!(result, Err(Error::Unauthenticated)), "{what}: {:?}", result.err());
}
