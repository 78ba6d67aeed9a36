//! A check inside a statement that the rights of its caller have not changed since they were cached.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Text};
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

use crate::cache::{Coherence, Dependency, RightsBasis};

/// Rights that the last poll has found unchanged, and what the database has to check: that no transaction
/// which that poll has not noticed has changed them, and that none is changing them. From then on the lock of
/// the rights keeps others from changing them until the statement ends.
pub(crate) struct UnchangedRights {
    user: String,
    /// The ids of the token and of the user.
    ids: Vec<String>,
    /// The number from which on the poll may have missed transactions.
    unnoticed_since: String,
}

impl UnchangedRights {
    /// `None` if the rights have changed or rest on several users: then a transaction has to read them again.
    pub(crate) fn new(basis: &RightsBasis, coherence: &Coherence, now: Timestamp) -> Option<Self> {
        let mut user: Option<PrincipalId> = None;
        let mut ids = Vec::with_capacity(basis.dependencies.len());
        for dependency in &*basis.dependencies {
            match dependency {
                Dependency::Token(id) => ids.push(id.to_string()),
                Dependency::User(id) if user.is_none_or(|user| user == *id) => {
                    user = Some(*id);
                    ids.push(id.to_string());
                }
                Dependency::User(_) | Dependency::Config(_) => return None,
            }
        }
        let unnoticed_since = coherence.unnoticed_since(&basis.dependencies, basis.reading)?.to_string();
        let user = user?.to_string();
        (!basis.is_expired(now)).then_some(Self { user, ids, unnoticed_since })
    }
}

/// The column `sequence` in a list of returned columns, or an error.
impl QueryFragment<Pg> for UnchangedRights {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The lock of `Lock::Rights`. Not waited for, because the statement would not see the change.
        out.push_sql("CASE WHEN pg_try_advisory_xact_lock_shared(1915846031, hashtext(");
        out.push_bind_param::<Text, _>(&self.user)?;
        out.push_sql(") & 1023) AND NOT EXISTS (SELECT 1 FROM cache_changes WHERE xid >= ");
        out.push_bind_param::<Text, _>(&self.unnoticed_since)?;
        out.push_sql("::text::xid8 AND id = ANY (");
        out.push_bind_param::<Array<Text>, _>(&self.ids)?;
        out.push_sql(")) THEN sequence ELSE refuse_changed_rights() END");
        Ok(())
    }
}

impl QueryId for UnchangedRights {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}
