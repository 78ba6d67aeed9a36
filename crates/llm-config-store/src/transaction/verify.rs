//! A check of debug builds: a transaction invalidates everything that it changes.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::cache::Dependency;
use crate::database::backend::AnyConnection;

#[derive(QueryableByName)]
struct Change {
    #[diesel(sql_type = Text)]
    dependency: String,
    #[diesel(sql_type = Text)]
    id: String,
}

/// Panics if the open transaction has changed something that `invalidated` does not name. The database knows,
/// so only PostgreSQL is checked; use cases are the same on SQLite.
pub(crate) fn all_changes_are_invalidated(conn: &mut AnyConnection, invalidated: &[Dependency]) {
    let AnyConnection::Postgres(conn) = conn else { return };
    let of_this_transaction =
        "SELECT dependency, id FROM cache_changes WHERE xid = pg_current_xact_id_if_assigned()
         UNION SELECT 'config', id FROM llm_configs WHERE xid = pg_current_xact_id_if_assigned()
         UNION SELECT 'config', config_id FROM config_labels WHERE xid = pg_current_xact_id_if_assigned()
         UNION SELECT 'config', config_id FROM secrets WHERE xid = pg_current_xact_id_if_assigned()";
    let Ok(changes) = diesel::sql_query(of_this_transaction).load::<Change>(conn) else { return };
    for Change { dependency, id } in changes {
        let is_covered =
            Dependency::parse(&dependency, &id).is_some_and(|changed| is_covered(changed, invalidated));
        assert!(is_covered, "{dependency} {id} was changed and not invalidated");
    }
}

fn is_covered(changed: Dependency, invalidated: &[Dependency]) -> bool {
    match changed {
        // A token may be deleted with its holder or its issuer, on which its entries depend too.
        Dependency::Token(_) => invalidated.iter().any(|dependency| match dependency {
            Dependency::Token(_) | Dependency::User(_) => true,
            Dependency::Config(_) | Dependency::AnyConfig => false,
        }),
        Dependency::User(_) | Dependency::Config(_) | Dependency::AnyConfig => invalidated.contains(&changed),
    }
}
