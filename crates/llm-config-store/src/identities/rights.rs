//! The stored facts that decide the rights of a caller: one query reads those of a user, another one those of
//! a token and its holder.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::id::{PrincipalId, TokenId, WorkspaceId};

use crate::database::backend::on_either;
use crate::database::schema::{memberships, tokens, users};
use crate::error::StoreError;
use crate::row::Row;
use crate::tokens::{Token, TokenKind, TokenRow};
use crate::transaction::{Lock, Tx};

/// The roles of a user.
pub(crate) struct Roles {
    pub(crate) organization: OrgRole,
    pub(crate) workspaces: BTreeMap<WorkspaceId, WorkspaceRole>,
}

/// The columns of a membership; `None` in the only row of a user without memberships.
type MembershipColumns = Option<(String, String)>;

impl Roles {
    fn new(
        user: &str,
        organization: &str,
        memberships: impl Iterator<Item = MembershipColumns>,
    ) -> Result<Self, StoreError> {
        let row = Row { table: "memberships", id: user };
        let membership = |(workspace, role): (String, String)| {
            Ok((row.parse("workspace_id", &workspace)?, row.parse("role", &role)?))
        };
        Ok(Self {
            organization: Row { table: "users", id: user }.parse("org_role", organization)?,
            workspaces: memberships.flatten().map(membership).collect::<Result<_, StoreError>>()?,
        })
    }
}

impl Tx<'_> {
    /// The roles of a user. In a write transaction, locks them against changes.
    pub(super) fn roles_of(&mut self, user: PrincipalId) -> Result<Option<Roles>, StoreError> {
        self.lock(&Lock::Rights { user })?;
        let user = user.to_string();
        let query = users::table
            .left_join(memberships::table)
            .filter(users::id.eq(&user))
            .select((users::org_role, (memberships::workspace_id, memberships::role).nullable()));
        let rows: Vec<(String, MembershipColumns)> = on_either!(self.conn, |conn| query.load(conn))?;
        let Some((organization, _)) = rows.first() else { return Ok(None) };
        let organization = organization.clone();
        Roles::new(&user, &organization, rows.into_iter().map(|(_, membership)| membership)).map(Some)
    }

    /// A token of `holder`, of either kind, and the roles of its holder. In a write transaction, locks both
    /// against changes.
    pub(super) fn token_and_roles(
        &mut self,
        id: TokenId,
        holder: PrincipalId,
    ) -> Result<Option<(TokenKind, Token, Roles)>, StoreError> {
        self.lock(&Lock::Rights { user: holder })?;
        let (id, holder) = (id.to_string(), holder.to_string());
        let rows: Vec<(TokenRow, String, MembershipColumns)> = on_either!(self.conn, |conn| {
            tokens::table
                .inner_join(users::table.left_join(memberships::table))
                .filter(tokens::id.eq(&id).and(tokens::user_id.eq(&holder)))
                .select((
                    TokenRow::as_select(),
                    users::org_role,
                    (memberships::workspace_id, memberships::role).nullable(),
                ))
                .load(conn)
        })?;
        let mut token = None;
        let mut memberships = Vec::with_capacity(rows.len());
        for (row, organization, membership) in rows {
            token = Some((row, organization));
            memberships.push(membership);
        }
        let Some((token, organization)) = token else { return Ok(None) };
        let roles = Roles::new(&holder, &organization, memberships.into_iter())?;
        Ok(Some((token.kind()?, token.into_token()?, roles)))
    }
}
