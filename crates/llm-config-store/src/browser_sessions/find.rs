//! Finds sessions.

use diesel::prelude::*;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use subtle::ConstantTimeEq;

use super::method::SignInMethod;
use super::stored::{Browser, StoredSession};
use crate::database::schema::{sessions, tokens};
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt};
use crate::tokens::{HashedToken, TokenKind};
use crate::transaction::{Lock, Tx};

/// The columns of a session's token that a session consists of.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(super) struct SessionToken {
    id: String,
    user_id: String,
    parent_id: Option<String>,
    hash: Vec<u8>,
    created_at: i64,
    expires_at: Option<i64>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(super) struct SessionRow {
    pub(super) token_id: String,
    pub(super) method: String,
    pub(super) last_seen_at: i64,
    pub(super) user_agent: Option<String>,
    pub(super) address: Option<String>,
}

type Columns = (SessionToken, SessionRow);

fn into_session((token, session): Columns) -> Result<StoredSession, StoreError> {
    let row = Row { table: "sessions", id: &token.id };
    let browser = Browser {
        address: row.parse_optional("address", session.address.as_deref())?,
        user_agent: session.user_agent,
    };
    let expires_at = row.required("expires_at", token.expires_at)?;
    Ok(StoredSession {
        id: row.parse("id", &token.id)?,
        user: row.parse("user_id", &token.user_id)?,
        parent: row.parse_optional("parent_id", token.parent_id.as_deref())?,
        method: row.required("method", SignInMethod::from_name(&session.method))?,
        browser,
        signed_in_at: Timestamp::from_micros(token.created_at),
        last_seen_at: Timestamp::from_micros(session.last_seen_at),
        expires_at: Timestamp::from_micros(expires_at),
    })
}

/// The sessions, with their tokens.
macro_rules! stored_sessions {
    () => {
        sessions::table
            .inner_join(tokens::table)
            .filter(tokens::kind.eq(TokenKind::Session.as_str()))
            .select((SessionToken::as_select(), SessionRow::as_select()))
    };
}

impl Tx<'_> {
    /// Finds a session, whether it has ended or not.
    pub fn find_session(&mut self, id: TokenId) -> Result<Option<StoredSession>, StoreError> {
        let query = stored_sessions!().filter(sessions::token_id.eq(id.to_string()));
        let found: Option<Columns> = query.get_result(self.conn).optional()?;
        found.map(into_session).transpose()
    }

    pub(super) fn find_session_by_hash(
        &mut self,
        HashedToken { prefix, hash }: &HashedToken,
    ) -> Result<Option<StoredSession>, StoreError> {
        let rows: Vec<Columns> = stored_sessions!().filter(tokens::prefix.eq(prefix)).load(self.conn)?;
        let found = rows.into_iter().find(|(token, _)| bool::from(token.hash.as_slice().ct_eq(hash)));
        found.map(into_session).transpose()
    }

    /// The sessions of a user, oldest first, also those that have ended and are not deleted yet.
    pub fn list_sessions(&mut self, user: PrincipalId) -> Result<Vec<StoredSession>, StoreError> {
        let query = stored_sessions!().filter(tokens::user_id.eq(user.to_string()));
        let rows: Vec<Columns> = query.order(tokens::sequence).load(self.conn)?;
        Ok(skip_corrupt(rows, into_session))
    }

    /// Locks the sessions of a user until the transaction ends. Call this before [`Tx::actor`].
    pub fn lock_sessions(&mut self, user: PrincipalId) -> Result<(), StoreError> {
        self.lock(&Lock::Identities)?;
        self.lock(&Lock::ChangeOfRights { user })
    }
}
