//! Signs a browser in: by an access token, or by a login link.

use std::sync::Arc;

use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_store::{Browser, LoginCode, NewSession, SessionEnd, SessionText, SignInMethod, Tx};
use zeroize::Zeroizing;

use super::times::SessionTimes;
use crate::error::Error;
use crate::service::Service;

/// How many sessions one user may have.
const SESSIONS_OF_A_USER: usize = 50;

/// A session that has just begun.
pub struct SignedIn {
    /// The text of the cookie, which is not stored and cannot be read again.
    pub cookie: Zeroizing<String>,
    /// The session.
    pub session: TokenId,
    /// The user.
    pub user: PrincipalId,
}

/// A session that is to be stored. Its id and text are generated outside of the transaction, which may be
/// repeated.
#[derive(Clone)]
struct Beginning {
    id: TokenId,
    text: Arc<SessionText>,
    browser: Browser,
    caller: Caller,
    times: SessionTimes,
}

impl Service {
    /// Begins a session that is the child of an access token: it has the limits of that token, and ends with
    /// it. Of `caller`, the request and the address are recorded, and the identity is ignored.
    ///
    /// `Unauthenticated` for every text that is not a valid access token, a cookie included.
    /// `TooManyInvalid` in place of that after too many failures of one address, which is that of `browser`.
    pub async fn sign_in_with_token(
        &self,
        token: &str,
        caller: &Caller,
        browser: Browser,
    ) -> Result<SignedIn, Error> {
        let address = browser.address;
        let signed_in = self.begin_with_token(token, caller, browser).await;
        signed_in.map_err(|error| self.limits.failed_sign_in(address, error, &self.limit_metrics))
    }

    /// Begins a session of the user of a login link, and uses the link up. Errors are those of
    /// [`sign_in_with_token`](Self::sign_in_with_token), and the same for unknown, used and expired links.
    pub async fn sign_in_with_link(
        &self,
        code: &str,
        caller: &Caller,
        browser: Browser,
    ) -> Result<SignedIn, Error> {
        let address = browser.address;
        let signed_in = self.begin_with_link(code, caller, browser).await;
        signed_in.map_err(|error| self.limits.failed_sign_in(address, error, &self.limit_metrics))
    }

    async fn begin_with_token(
        &self,
        token: &str,
        caller: &Caller,
        browser: Browser,
    ) -> Result<SignedIn, Error> {
        // First without a write, so that texts that are no tokens hold up no other transaction.
        let identity = self.authenticate(token.trim()).await?.identity;
        let (id, user) = match identity {
            Identity::Token { id, holder } => (id, holder),
            Identity::User(_) | Identity::Operator => return Err(Error::Unauthenticated),
        };
        let beginning = self.beginning(Caller { identity, ..caller.clone() }, browser);
        let cookie = beginning.cookie();
        let session = beginning.id;
        self.store.write(move |tx| beginning.store(tx, user, Some(id), SignInMethod::AccessToken)).await?;
        Ok(SignedIn { cookie, session, user })
    }

    async fn begin_with_link(
        &self,
        code: &str,
        caller: &Caller,
        browser: Browser,
    ) -> Result<SignedIn, Error> {
        let code = Arc::new(LoginCode::parse(code.trim()).ok_or(Error::Unauthenticated)?);
        let read = Arc::clone(&code);
        let user = self.store.read(move |tx| Ok::<_, Error>(tx.login_link_user(&read)?)).await?;
        let user = user.ok_or(Error::Unauthenticated)?;
        let beginning = self.beginning(Caller { identity: Identity::User(user), ..caller.clone() }, browser);
        let cookie = beginning.cookie();
        let session = beginning.id;
        self.store
            .write(move |tx| {
                beginning.store(tx, user, None, SignInMethod::LoginLink)?;
                // Another request may have used the link since it was read.
                if tx.use_login_link(&code)? { Ok(()) } else { Err(Error::Unauthenticated) }
            })
            .await?;
        Ok(SignedIn { cookie, session, user })
    }

    fn beginning(&self, caller: Caller, browser: Browser) -> Beginning {
        let (id, text) = (self.store.new_token_id(), Arc::new(SessionText::generate()));
        Beginning { id, text, browser, caller, times: self.session_times }
    }
}

impl Beginning {
    fn cookie(&self) -> Zeroizing<String> {
        Zeroizing::new(self.text.expose().to_owned())
    }

    /// Stores the session, if the caller is still valid. Deletes sessions of the user that have ended, and
    /// ends the one that was not used for longest if there are too many.
    fn store(
        &self,
        tx: &mut Tx<'_>,
        user: PrincipalId,
        parent: Option<TokenId>,
        method: SignInMethod,
    ) -> Result<(), Error> {
        let Self { id, text, browser, caller, times } = self;
        tx.lock_sessions(user)?;
        let actor = tx.actor(caller)?;
        tx.delete_ended_sessions(user, times.idle_of(actor.role))?;
        tx.delete_expired_login_links()?;
        let mut sessions = tx.list_sessions(user)?;
        sessions.sort_by_key(|session| session.last_seen_at);
        let surplus = (sessions.len() + 1).saturating_sub(SESSIONS_OF_A_USER);
        for session in sessions.iter().take(surplus) {
            tx.end_session(session, SessionEnd::Limit, caller)?;
        }
        let end = tx.now().plus(times.absolute);
        let expires_at = actor.token_scope.expires_at.map_or(end, |limit| limit.min(end));
        let new = NewSession { user, parent, method, browser: browser.clone(), expires_at };
        tx.create_session(*id, text, &new, caller)?;
        Ok(())
    }
}
