//! A check inside a statement that the rights of its caller have not changed since they were cached.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Text};
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

use crate::cache::{Coherence, Dependency, RightsBasis};

/// Rights that the last poll has found unchanged, and what the database needs to check the rest: that no
/// transaction which that poll has not noticed has changed them, and that none is changing them.
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
                Dependency::User(_) | Dependency::Config(_) | Dependency::AnyConfig => return None,
            }
        }
        let unnoticed_since = coherence.unnoticed_since(&basis.dependencies, basis.reading)?.to_string();
        let user = user?.to_string();
        (!basis.is_expired(now)).then_some(Self { user, ids, unnoticed_since })
    }
}

/// A call of `require_unchanged_rights` of migration 0010, which returns the number of the configuration.
impl QueryFragment<Pg> for UnchangedRights {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("require_unchanged_rights(");
        out.push_bind_param::<Text, _>(&self.user)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.unnoticed_since)?;
        out.push_sql("::text::xid8, ");
        out.push_bind_param::<Array<Text>, _>(&self.ids)?;
        out.push_sql(", sequence)");
        Ok(())
    }
}

impl QueryId for UnchangedRights {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}
