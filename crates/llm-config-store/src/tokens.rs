//! Access tokens: random, shown once, stored hashed.

use std::collections::BTreeSet;

use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use llm_config_core::access::TokenScope;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, Revision, Stamp};
use llm_config_core::id::{PrincipalId, TokenId, WorkspaceId};
use llm_config_core::time::Timestamp;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::random;
use crate::row::{Row, readable, revision, to_json};
use crate::schema::tokens;
use crate::transaction::{Lock, Tx};

/// What every token begins with.
const MARK: &str = "gm_";

/// How much of a token may be shown: the mark and 8 of its 52 characters, 40 of 256 bits.
const SHOWN: usize = MARK.len() + 8;

/// A whole token. Not printable; whoever has it is its holder.
pub struct TokenText(Zeroizing<String>);

impl TokenText {
    /// A new token of 256 random bits.
    #[must_use]
    pub fn generate() -> Self {
        let encoded = Zeroizing::new(BASE32_NOPAD.encode(random::key().as_ref()));
        Self(Zeroizing::new(format!("{MARK}{}", encoded.to_lowercase())))
    }

    /// Reads a token that somebody presents; `None` for what cannot be one. Case does not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() <= 255 && text.len() > SHOWN && text.is_ascii();
        let lower = is_one.then(|| Zeroizing::new(text.to_ascii_lowercase()))?;
        lower.starts_with(MARK).then_some(Self(lower))
    }

    /// The token's text, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn prefix(&self) -> &str {
        &self.0[..SHOWN]
    }
}

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenText(****)")
    }
}

/// Whether a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStatus {
    /// It works until it expires.
    Active,
    /// It was switched off and can be switched on again.
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

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Inactive].into_iter().find(|it| it.as_str() == name)
    }
}

/// A token as it is to be stored.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub holder: PrincipalId,
    /// The token that issued it and that it falls with.
    pub parent: Option<TokenId>,
    /// Labels.
    pub labels: Labels,
    /// What it is narrowed to.
    pub token_scope: TokenScope,
}

/// A stored token, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub holder: PrincipalId,
    /// The token that issued it and that it falls with.
    pub parent: Option<TokenId>,
    /// The shown beginning of its text.
    pub prefix: String,
    /// Labels.
    pub labels: Labels,
    /// What it is narrowed to.
    pub token_scope: TokenScope,
    /// Whether it works.
    pub status: TokenStatus,
    /// How often it was changed.
    pub revision: Revision,
    /// Its creation.
    pub created: Stamp,
    /// Its last change.
    pub updated: Stamp,
    /// When it was switched off, while it is.
    pub deactivated: Option<Stamp>,
}

impl Token {
    /// Whether it works at that moment, as far as it alone decides.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.status == TokenStatus::Active && self.token_scope.expires_at.is_none_or(|end| now < end)
    }
}

/// A change of a token; `None` leaves a part as it is.
#[derive(Clone, Debug, Default)]
pub struct TokenChange {
    /// New labels in place of all.
    pub labels: Option<Labels>,
    /// On or off.
    pub status: Option<TokenStatus>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens)]
#[diesel(check_for_backend(crate::backend::MultiBackend))]
struct TokenRow {
    id: String,
    user_id: String,
    parent_id: Option<String>,
    prefix: String,
    hash: Vec<u8>,
    labels: String,
    rights: Option<String>,
    workspaces: Option<String>,
    expires_at: Option<i64>,
    status: String,
    revision: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    updated_by: String,
    switched_off_at: Option<i64>,
    switched_off_by: Option<String>,
}

impl TokenRow {
    fn into_token(self) -> Result<Token, StoreError> {
        let row = Row { table: "tokens", id: &self.id };
        let rights: Option<Vec<String>> =
            self.rights.as_deref().map(|it| row.json("rights", it)).transpose()?;
        let rights: Option<BTreeSet<_>> =
            rights.map(|it| it.iter().map(|name| row.parse("rights", name)).collect()).transpose()?;
        let workspaces: Option<BTreeSet<WorkspaceId>> =
            self.workspaces.as_deref().map(|it| row.json("workspaces", it)).transpose()?;
        Ok(Token {
            id: row.parse("id", &self.id)?,
            holder: row.parse("user_id", &self.user_id)?,
            parent: row.parse_optional("parent_id", self.parent_id.as_deref())?,
            prefix: self.prefix.clone(),
            labels: row.required("labels", Labels::from_stored(row.json("labels", &self.labels)?).ok())?,
            token_scope: TokenScope {
                rights,
                workspaces,
                expires_at: self.expires_at.map(Timestamp::from_micros),
            },
            status: row.required("status", TokenStatus::from_name(&self.status))?,
            revision: revision(self.revision),
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
    /// Stores a new token under `id`. Of `text` only the hash and the shown beginning are kept.
    pub fn create_token(
        &mut self,
        id: TokenId,
        text: &TokenText,
        new: &NewToken,
        caller: &Caller,
    ) -> Result<Token, StoreError> {
        let by = caller.identity.principal().to_string();
        let NewToken { holder, parent, labels, token_scope } = new;
        let rights = |it: &BTreeSet<_>| to_json(&it.iter().map(ToString::to_string).collect::<Vec<_>>());
        let row = TokenRow {
            id: id.to_string(),
            user_id: holder.to_string(),
            parent_id: parent.map(|it| it.to_string()),
            prefix: text.prefix().to_owned(),
            hash: self.store.tokens.hash(text.expose()).to_vec(),
            labels: to_json(labels),
            rights: token_scope.rights.as_ref().map(rights),
            workspaces: token_scope.workspaces.as_ref().map(to_json),
            expires_at: token_scope.expires_at.map(Timestamp::as_micros),
            status: TokenStatus::Active.as_str().to_owned(),
            revision: Revision::FIRST.number(),
            created_at: self.now.as_micros(),
            created_by: by.clone(),
            updated_at: self.now.as_micros(),
            updated_by: by,
            switched_off_at: None,
            switched_off_by: None,
        };
        diesel::insert_into(tokens::table).values(&row).execute(self.conn)?;
        self.append_event(&Event::new(
            EventKind::TokenIssued,
            AuditObject::Token(id, *holder),
            caller.clone(),
        ))?;
        row.into_token()
    }

    /// The token of that id. In a write, nobody else changes it until the transaction ends.
    pub fn find_token(&mut self, id: TokenId) -> Result<Option<Token>, StoreError> {
        let id = id.to_string();
        self.lock(&Lock::ForUpdate("tokens", &id))?;
        self.read_token(&id)
    }

    pub(crate) fn read_token(&mut self, id: &str) -> Result<Option<Token>, StoreError> {
        let row: Option<TokenRow> =
            tokens::table.find(id).select(TokenRow::as_select()).first(self.conn).optional()?;
        row.map(TokenRow::into_token).transpose()
    }

    /// The token with that text, whether it works or not.
    pub fn find_token_by_text(&mut self, text: &TokenText) -> Result<Option<Token>, StoreError> {
        let rows: Vec<TokenRow> = tokens::table
            .filter(tokens::prefix.eq(text.prefix()))
            .select(TokenRow::as_select())
            .load(self.conn)?;
        let hash = self.store.tokens.hash(text.expose());
        let found = rows.into_iter().find(|row| bool::from(row.hash.as_slice().ct_eq(&hash)));
        found.map(TokenRow::into_token).transpose()
    }

    /// The tokens of `holder`, or of everybody, oldest first.
    pub fn list_tokens(&mut self, holder: Option<PrincipalId>) -> Result<Vec<Token>, StoreError> {
        let mut query = tokens::table.select(TokenRow::as_select()).into_boxed();
        if let Some(holder) = holder {
            query = query.filter(tokens::user_id.eq(holder.to_string()));
        }
        let rows: Vec<TokenRow> = query.order((tokens::created_at, tokens::id)).load(self.conn)?;
        Ok(readable(rows, TokenRow::into_token))
    }

    /// Changes `current`, as [`Tx::find_token`] just returned it; `Stale` if it was changed since.
    pub fn update_token(
        &mut self,
        current: &Token,
        change: &TokenChange,
        caller: &Caller,
    ) -> Result<Token, StoreError> {
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
            tokens::switched_off_at.eq(changed.deactivated.map(|it| it.at.as_micros())),
            tokens::switched_off_by.eq(changed.deactivated.map(|it| it.by.to_string())),
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
        let object = AuditObject::Token(current.id, current.holder);
        let mut event = Event::new(EventKind::TokenUpdated, object, caller.clone());
        event.fields.extend(change.labels.as_ref().map(|_| "labels"));
        event.fields.extend(change.status.map(|_| "status"));
        self.append_event(&event)?;
        Ok(changed)
    }

    /// Revokes a token for good, and with it every token that it issued.
    pub fn revoke_token(&mut self, current: &Token, caller: &Caller) -> Result<(), StoreError> {
        self.lock(&Lock::Identities)?;
        if diesel::delete(tokens::table.find(current.id.to_string())).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let object = AuditObject::Token(current.id, current.holder);
        self.append_event(&Event::new(EventKind::TokenRevoked, object, caller.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_256_bits_and_reads_back_in_any_case() {
        let token = TokenText::generate();
        assert_eq!(token.expose().len(), MARK.len() + 52);
        let shouted = TokenText::parse(&token.expose().to_uppercase()).unwrap();
        assert_eq!(shouted.expose(), token.expose());
        assert_eq!(format!("{token:?}"), "TokenText(****)");
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        for bad in ["", "gm_", "gm_aaaaaaaa", "sk-aaaaaaaaaaaaaaaaaaaaaaaaa", "gm_ééééééééééééé"]
        {
            assert!(TokenText::parse(bad).is_none(), "{bad}");
        }
        assert!(TokenText::parse(&format!("gm_{}", "a".repeat(1000))).is_none());
    }
}
