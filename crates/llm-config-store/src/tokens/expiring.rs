//! Tokens that expire soon, or have expired.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;

use super::{Token, TokenKind, TokenRow, TokenStatus, kind};
use crate::cache::Dependency;
use crate::database::backend::MultiBackend;
use crate::database::schema::tokens;
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx};

/// A position among tokens in the order of their expiry: the expiry and the number of the last row.
type ExpiryPosition = (i64, i64);

/// A part of a list of tokens that expire.
#[derive(Debug)]
pub struct ExpiringPage {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// The position after the last row that was read; `None` at the end of the list.
    pub next: Option<ExpiryPosition>,
}

impl Tx<'_> {
    /// The first `limit` tokens after `after` that can be used now and expire until `until`, of `holder` or
    /// of all users, in the order of their expiry. Corrupt rows are left out, so there may be fewer.
    ///
    /// Two indexes have the tokens that expire in this order, of all users and of each.
    pub fn expiring_tokens(
        &mut self,
        holder: Option<PrincipalId>,
        until: Timestamp,
        after: Option<ExpiryPosition>,
        limit: u16,
    ) -> Result<ExpiringPage, StoreError> {
        let (expiry, sequence) = after.unwrap_or((self.now.as_micros(), i64::MAX));
        let is_later = tokens::expires_at.gt(expiry);
        let found = tokens::table
            .filter(tokens::expires_at.ge(expiry))
            .filter(is_later.or(tokens::sequence.gt(sequence).nullable()))
            .filter(tokens::expires_at.le(until.as_micros()))
            .filter(tokens::status.eq(TokenStatus::Active.as_str()))
            .filter(kind::is(TokenKind::Api))
            .select((tokens::expires_at.assume_not_null(), tokens::sequence, TokenRow::as_select()))
            .order((tokens::expires_at, tokens::sequence))
            .limit(limit.into())
            .into_boxed::<MultiBackend>();
        let found = match holder {
            Some(holder) => found.filter(tokens::user_id.eq(holder.to_string())),
            None => found,
        };
        let rows: Vec<(i64, i64, TokenRow)> = found.load(self.conn)?;
        let last = rows.last().filter(|_| rows.len() == usize::from(limit));
        let next = last.map(|(expiry, sequence, _)| (*expiry, *sequence));
        Ok(ExpiringPage { tokens: skip_corrupt(rows, |(.., row)| row.into_token()), next })
    }

    /// Deletes the tokens of `holder` that expired first, at most `limit`, and the tokens that were issued
    /// with them, which have expired too. Returns how many were deleted of the first.
    pub fn delete_expired_tokens(
        &mut self,
        holder: PrincipalId,
        limit: u16,
        caller: &Caller,
    ) -> Result<usize, StoreError> {
        self.lock(&Lock::Identities)?;
        self.lock(&Lock::ChangeOfRights { user: holder })?;
        let ids: Vec<String> = tokens::table
            .filter(tokens::user_id.eq(holder.to_string()))
            .filter(tokens::expires_at.le(self.now.as_micros()))
            .filter(kind::is(TokenKind::Api))
            .order((tokens::expires_at, tokens::sequence))
            .limit(limit.into())
            .select(tokens::id)
            .load(self.conn)?;
        let parse = |id: &String| Row { table: "tokens", id }.parse("id", id);
        for id in ids.iter().map(parse).collect::<Result<Vec<TokenId>, _>>()? {
            self.invalidate(Dependency::Token(id));
            let object = AuditObject::Token(id, holder);
            let event = Event::new(EventKind::TokenRevoked, object, caller.clone()).with_note("expired");
            self.append_event(&event)?;
        }
        let count = ids.len();
        diesel::delete(tokens::table.filter(tokens::id.eq_any(ids))).execute(self.conn)?;
        Ok(count)
    }
}
