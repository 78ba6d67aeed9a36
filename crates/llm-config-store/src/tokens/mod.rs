//! Access tokens: random, or chosen by the operator for the first one; displayed once, stored as a hash.
//!
//! Sessions of browsers are rows of the same table, of another kind. No method of this module returns one.

mod configs;
mod expiring;
mod kind;
mod text;

use std::collections::BTreeSet;

use diesel::prelude::*;
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, Revision, Stamp};
use llm_config_core::id::{PrincipalId, TokenId, WorkspaceId};
use llm_config_core::time::Timestamp;
use subtle::ConstantTimeEq;

use configs::ListedConfigs;
pub use expiring::ExpiringPage;
pub(crate) use kind::TokenKind;
pub(crate) use text::HashedToken;
pub use text::{TokenFileError, TokenText};

use crate::cache::Dependency;
use crate::cursor::Position;
use crate::database::backend::on_either;
use crate::database::schema::tokens;
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt, to_json};
use crate::transaction::{Lock, Mode, Tx};

/// Whether a token is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStatus {
    /// The token is accepted until it expires.
    Active,
    /// The token is not accepted, and can be activated again.
    Inactive,
}

impl TokenStatus {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }

    /// The status with the given name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Inactive].into_iter().find(|status| status.as_str() == name)
    }
}

/// A new token.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The user whom the token authenticates.
    pub holder: PrincipalId,
    /// The token that authenticated the issuing request. If the parent becomes invalid, so does this token.
    pub parent: Option<TokenId>,
    /// The labels.
    pub labels: Labels,
    /// The restrictions.
    pub token_scope: TokenScope,
}

/// A stored token, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The id.
    pub id: TokenId,
    /// The user whom the token authenticates.
    pub holder: PrincipalId,
    /// The token that authenticated the issuing request. If the parent becomes invalid, so does this token.
    pub parent: Option<TokenId>,
    /// The beginning of the token's text, which may be displayed; of a text that the operator chose, the
    /// beginning of its keyed hash.
    pub prefix: String,
    /// The labels.
    pub labels: Labels,
    /// The restrictions.
    pub token_scope: TokenScope,
    /// The status.
    pub status: TokenStatus,
    /// The revision, which every change increments.
    pub revision: Revision,
    /// The creation.
    pub created: Stamp,
    /// The last change.
    pub updated: Stamp,
    /// The deactivation; `None` while the token is active.
    pub deactivated: Option<Stamp>,
}

impl Token {
    /// Whether the token is active and not expired at `now`. Ignores the state of its holder and of its
    /// parents.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.status == TokenStatus::Active && self.token_scope.expires_at.is_none_or(|end| now < end)
    }
}

/// A part of a list of tokens.
#[derive(Debug)]
pub struct TokenPage {
    /// The tokens, each with its position.
    pub tokens: Vec<(Position, Token)>,
    /// The position after the last row that was read; `None` at the end of the list.
    pub next: Option<Position>,
}

/// A change of a token; fields that are `None` do not change.
#[derive(Clone, Debug, Default)]
pub struct TokenChange {
    /// Labels that replace all others.
    pub labels: Option<Labels>,
    /// The new status.
    pub status: Option<TokenStatus>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(crate) struct TokenRow {
    id: String,
    user_id: String,
    parent_id: Option<String>,
    prefix: String,
    hash: Vec<u8>,
    labels: String,
    rights: Option<String>,
    workspaces: Option<String>,
    configs: Option<String>,
    expires_at: Option<i64>,
    status: String,
    revision: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    updated_by: String,
    switched_off_at: Option<i64>,
    switched_off_by: Option<String>,
    kind: String,
}

impl TokenRow {
    pub(crate) fn kind(&self) -> Result<TokenKind, StoreError> {
        Row { table: "tokens", id: &self.id }.required("kind", TokenKind::from_name(&self.kind))
    }

    pub(crate) fn into_token(self) -> Result<Token, StoreError> {
        let row = Row { table: "tokens", id: &self.id };
        let rights: Option<Vec<String>> =
            self.rights.as_deref().map(|json| row.json("rights", json)).transpose()?;
        let right = |name: &String| row.parse_with("rights", name, Right::from_stored);
        let rights: Option<BTreeSet<_>> =
            rights.map(|names| names.iter().map(right).collect()).transpose()?;
        let workspaces: Option<BTreeSet<WorkspaceId>> =
            self.workspaces.as_deref().map(|json| row.json("workspaces", json)).transpose()?;
        let configs: Option<ListedConfigs> =
            self.configs.as_deref().map(|json| row.json("configs", json)).transpose()?;
        Ok(Token {
            id: row.parse("id", &self.id)?,
            holder: row.parse("user_id", &self.user_id)?,
            parent: row.parse_optional("parent_id", self.parent_id.as_deref())?,
            prefix: self.prefix.clone(),
            labels: row.required("labels", Labels::from_stored(row.json("labels", &self.labels)?).ok())?,
            token_scope: TokenScope {
                rights,
                workspaces,
                configs: configs.map(|listed| listed.into_keys().collect()),
                expires_at: self.expires_at.map(Timestamp::from_micros),
            },
            status: row.required("status", TokenStatus::from_name(&self.status))?,
            revision: Revision::new(self.revision),
            created: row.stamp("created_by", self.created_at, &self.created_by)?,
            updated: row.stamp("updated_by", self.updated_at, &self.updated_by)?,
            deactivated: match (self.switched_off_at, &self.switched_off_by) {
                (Some(at), Some(by)) => Some(row.stamp("switched_off_by", at, by)?),
                (_, None) | (None, _) => None,
            },
        })
    }
}

impl Tx<'_> {
    /// Stores a new token. Of its text only the hash and the prefix are stored. Fails with `ForeignKey` if
    /// its holder, its parent or a configuration that it is narrowed to does not exist.
    pub fn create_token(
        &mut self,
        id: TokenId,
        text: &TokenText,
        new: &NewToken,
        caller: &Caller,
    ) -> Result<Token, StoreError> {
        let hashed = text.hashed(&self.context.tokens);
        let row = self.insert_token(id, TokenKind::Api, hashed, new, caller)?;
        self.append_event(&Event::new(
            EventKind::TokenIssued,
            AuditObject::Token(id, new.holder),
            caller.clone(),
        ))?;
        row.into_token()
    }

    /// Inserts the row of a token of either kind.
    pub(crate) fn insert_token(
        &mut self,
        id: TokenId,
        kind: TokenKind,
        hashed: HashedToken,
        new: &NewToken,
        caller: &Caller,
    ) -> Result<TokenRow, StoreError> {
        let by = caller.identity.principal().to_string();
        let NewToken { holder, parent, labels, token_scope } = new;
        let configs = match &token_scope.configs {
            Some(ids) => Some(to_json(&self.listed_configs(ids)?)),
            None => None,
        };
        let HashedToken { prefix, hash } = hashed;
        let rights_json =
            |rights: &BTreeSet<_>| to_json(&rights.iter().map(ToString::to_string).collect::<Vec<_>>());
        let row = TokenRow {
            id: id.to_string(),
            user_id: holder.to_string(),
            parent_id: parent.map(|id| id.to_string()),
            prefix,
            hash: hash.to_vec(),
            labels: to_json(labels),
            rights: token_scope.rights.as_ref().map(rights_json),
            workspaces: token_scope.workspaces.as_ref().map(to_json),
            configs,
            expires_at: token_scope.expires_at.map(Timestamp::as_micros),
            status: TokenStatus::Active.as_str().to_owned(),
            revision: Revision::FIRST.number(),
            created_at: self.now.as_micros(),
            created_by: by.clone(),
            updated_at: self.now.as_micros(),
            updated_by: by,
            switched_off_at: None,
            switched_off_by: None,
            kind: kind.as_str().to_owned(),
        };
        diesel::insert_into(tokens::table).values(&row).execute(self.conn)?;
        self.invalidate(Dependency::Token(id));
        Ok(row)
    }

    /// Finds a token. In a write transaction, locks it against use and changes by other transactions.
    pub fn find_token(&mut self, id: TokenId) -> Result<Option<Token>, StoreError> {
        let id = id.to_string();
        let found = self.read_token(&id)?;
        let (Some(token), Mode::Write { .. }) = (&found, self.mode) else { return Ok(found) };
        // The holder never changes, but the rest may have changed before it was locked.
        self.lock(&Lock::ChangeOfRights { user: token.holder })?;
        self.lock(&Lock::ForUpdate { table: "tokens", id: &id })?;
        self.read_token(&id)
    }

    pub(crate) fn read_token(&mut self, id: &str) -> Result<Option<Token>, StoreError> {
        let row: Option<TokenRow> = on_either!(self.conn, |conn| {
            let found = tokens::table.find(id).filter(kind::is(TokenKind::Api));
            found.select(TokenRow::as_select()).get_result(conn).optional()
        })?;
        row.map(TokenRow::into_token).transpose()
    }

    /// Finds a token by its text, regardless of its status.
    pub fn find_token_by_text(&mut self, text: &TokenText) -> Result<Option<Token>, StoreError> {
        self.find_token_by_hash(&text.hashed(&self.context.tokens))
    }

    pub(crate) fn find_token_by_hash(
        &mut self,
        HashedToken { prefix, hash }: &HashedToken,
    ) -> Result<Option<Token>, StoreError> {
        let with_prefix = tokens::table.filter(tokens::prefix.eq(prefix)).filter(kind::is(TokenKind::Api));
        let rows: Vec<TokenRow> = with_prefix.select(TokenRow::as_select()).load(self.conn)?;
        let found = rows.into_iter().find(|row| bool::from(row.hash.as_slice().ct_eq(hash)));
        found.map(TokenRow::into_token).transpose()
    }

    /// The tokens of `holder`, or of all users, oldest first.
    pub fn list_tokens(&mut self, holder: Option<PrincipalId>) -> Result<Vec<Token>, StoreError> {
        let all = tokens::table.filter(kind::is(TokenKind::Api));
        let mut query = all.select(TokenRow::as_select()).into_boxed();
        if let Some(holder) = holder {
            query = query.filter(tokens::user_id.eq(holder.to_string()));
        }
        let rows: Vec<TokenRow> = query.order(tokens::sequence).load(self.conn)?;
        Ok(skip_corrupt(rows, TokenRow::into_token))
    }

    /// The first `limit` tokens of `holder`, or of all users, after the position `after`, oldest first.
    /// Corrupt rows are left out, so there may be fewer.
    pub fn list_tokens_after(
        &mut self,
        holder: Option<PrincipalId>,
        after: Position,
        limit: u16,
    ) -> Result<TokenPage, StoreError> {
        let all = tokens::table.filter(kind::is(TokenKind::Api));
        let mut query = all.select((tokens::sequence, TokenRow::as_select())).into_boxed();
        if let Some(holder) = holder {
            query = query.filter(tokens::user_id.eq(holder.to_string()));
        }
        let query = query.filter(tokens::sequence.gt(after.0)).order(tokens::sequence);
        let rows: Vec<(i64, TokenRow)> = query.limit(i64::from(limit)).load(self.conn)?;
        let next = rows.last().filter(|_| rows.len() == usize::from(limit)).map(|(last, _)| Position(*last));
        let token = |(sequence, row): (i64, TokenRow)| Ok((Position(sequence), row.into_token()?));
        Ok(TokenPage { tokens: skip_corrupt(rows, token), next })
    }

    /// Changes `current`, as [`Tx::find_token`] has just returned it. Fails with `Stale` if it was changed
    /// since.
    pub fn update_token(
        &mut self,
        current: &Token,
        change: &TokenChange,
        caller: &Caller,
    ) -> Result<Token, StoreError> {
        if change.status == Some(TokenStatus::Inactive) {
            self.use_reserve();
        }
        self.lock(&Lock::Identities)?;
        let stamp = Stamp { at: self.now.max(current.updated.at), by: caller.identity.principal() };
        let changed = Token {
            labels: change.labels.as_ref().unwrap_or(&current.labels).clone(),
            status: change.status.unwrap_or(current.status),
            revision: current.revision.next(),
            updated: stamp,
            deactivated: match change.status {
                None => current.deactivated,
                Some(TokenStatus::Active) => None,
                Some(TokenStatus::Inactive) => current.deactivated.or(Some(stamp)),
            },
            ..current.clone()
        };
        let row = (
            tokens::switched_off_at.eq(changed.deactivated.map(|stamp| stamp.at.as_micros())),
            tokens::switched_off_by.eq(changed.deactivated.map(|stamp| stamp.by.to_string())),
            tokens::labels.eq(to_json(&changed.labels)),
            tokens::status.eq(changed.status.as_str()),
            tokens::revision.eq(changed.revision.number()),
            tokens::updated_at.eq(changed.updated.at.as_micros()),
            tokens::updated_by.eq(changed.updated.by.to_string()),
        );
        let at_revision =
            tokens::table.find(current.id.to_string()).filter(tokens::revision.eq(current.revision.number()));
        if diesel::update(at_revision).set(row).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.invalidate(Dependency::Token(current.id));
        let object = AuditObject::Token(current.id, current.holder);
        let mut event = Event::new(EventKind::TokenUpdated, object, caller.clone());
        event.fields.extend(change.labels.as_ref().map(|_| "labels"));
        event.fields.extend(change.status.map(|_| "status"));
        self.append_event(&event)?;
        Ok(changed)
    }

    /// Deletes a token and all tokens that were issued with it. Fails with `Stale` if it does not exist.
    pub fn revoke_token(&mut self, current: &Token, caller: &Caller) -> Result<(), StoreError> {
        self.use_reserve();
        self.lock(&Lock::Identities)?;
        if diesel::delete(tokens::table.find(current.id.to_string())).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        // Also for the tokens that were issued with it, which depend on it.
        self.invalidate(Dependency::Token(current.id));
        let object = AuditObject::Token(current.id, current.holder);
        self.append_event(&Event::new(EventKind::TokenRevoked, object, caller.clone()))
    }
}
