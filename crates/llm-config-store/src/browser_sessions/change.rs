//! Begins, extends and ends sessions.

use std::time::Duration;

use diesel::prelude::*;
use llm_config_core::access::TokenScope;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;

use super::find::SessionRow;
use super::method::SignInMethod;
use super::stored::{Browser, StoredSession};
use super::text::SessionText;
use crate::cache::Dependency;
use crate::database::schema::{sessions, tokens};
use crate::error::StoreError;
use crate::tokens::{NewToken, TokenKind};
use crate::transaction::Tx;

/// A new session.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The user.
    pub user: PrincipalId,
    /// The token that was used to sign in.
    pub parent: Option<TokenId>,
    /// How it begins.
    pub method: SignInMethod,
    /// The browser that signs in.
    pub browser: Browser,
    /// The absolute end.
    pub expires_at: Timestamp,
}

/// Why a session ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its user signs out.
    SignOut,
    /// Its user signs out everywhere, or another user ends all of their sessions.
    SignOutEverywhere,
    /// Its user, from another session, or another user ends this session.
    Ended,
    /// Its user signs in once more than they may have sessions.
    Limit,
}

impl SessionEnd {
    const fn event(self) -> EventKind {
        match self {
            Self::SignOut => EventKind::SignedOut,
            Self::SignOutEverywhere | Self::Ended | Self::Limit => EventKind::SessionEnded,
        }
    }

    /// The note of the audit event.
    const fn note(self) -> Option<&'static str> {
        match self {
            Self::SignOut | Self::Ended => None,
            Self::SignOutEverywhere => Some("everywhere"),
            Self::Limit => Some("limit"),
        }
    }
}

impl Tx<'_> {
    /// Stores a new session. Of its text only a hash is stored. Fails with `ForeignKey` if its user or its
    /// parent does not exist.
    pub fn create_session(
        &mut self,
        id: TokenId,
        text: &SessionText,
        new: &NewSession,
        caller: &Caller,
    ) -> Result<StoredSession, StoreError> {
        let NewSession { user, parent, method, browser, expires_at } = new;
        let token_scope = TokenScope { expires_at: Some(*expires_at), ..TokenScope::default() };
        let token = NewToken { holder: *user, parent: *parent, labels: Labels::default(), token_scope };
        self.insert_token(id, TokenKind::Session, text.hashed(&self.context.tokens), &token, caller)?;
        let browser = Browser { user_agent: browser.stored_user_agent(), address: browser.address };
        let row = SessionRow {
            token_id: id.to_string(),
            method: method.as_str().to_owned(),
            last_seen_at: self.now.as_micros(),
            user_agent: browser.user_agent.clone(),
            address: browser.address.map(|address| address.to_string()),
        };
        diesel::insert_into(sessions::table).values(&row).execute(self.conn)?;
        let event = Event::new(EventKind::SignedIn, AuditObject::Token(id, *user), caller.clone());
        self.append_event(&event.with_note(method.as_str()))?;
        Ok(StoredSession {
            id,
            user: *user,
            parent: *parent,
            method: *method,
            browser,
            signed_in_at: self.now,
            last_seen_at: self.now,
            expires_at: *expires_at,
        })
    }

    /// Records activity of a session, unless the last one is at most `precision` old. Returns whether the
    /// session exists and was last seen less than `idle` ago. A time further ahead than `idle` is of a
    /// wrong clock.
    pub fn touch_session(
        &mut self,
        id: TokenId,
        idle: Duration,
        precision: Duration,
    ) -> Result<bool, StoreError> {
        let session = sessions::table.find(id.to_string());
        let lives = session.filter(
            sessions::last_seen_at
                .between(self.now.minus(idle).as_micros() + 1, self.now.plus(idle).as_micros()),
        );
        let is_due = sessions::last_seen_at.le(self.now.minus(precision).as_micros());
        let touch = diesel::update(lives.clone().filter(is_due));
        if touch.set(sessions::last_seen_at.eq(self.now.as_micros())).execute(self.conn)? == 1 {
            self.invalidate(Dependency::Token(id));
            return Ok(true);
        }
        Ok(lives.count().get_result::<i64>(self.conn)? == 1)
    }

    /// Ends a session. Fails with `Stale` if it does not exist any more. [`Tx::lock_sessions`] comes first.
    pub fn end_session(
        &mut self,
        session: &StoredSession,
        end: SessionEnd,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        self.use_reserve();
        if diesel::delete(tokens::table.find(session.id.to_string())).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.invalidate(Dependency::Token(session.id));
        let object = AuditObject::Token(session.id, session.user);
        let event = Event::new(end.event(), object, caller.clone());
        self.append_event(&match end.note() {
            Some(note) => event.with_note(note),
            None => event,
        })
    }
}
