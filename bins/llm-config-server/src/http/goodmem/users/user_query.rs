//! The query parameters of a user.

use crate::http::query::{Flag, query_params};

query_params! {
    pub(super) struct UserQuery {
        /// Has no effect: deleted users are not kept.
        #[expect(dead_code, reason = "checked when it is read")]
        include_deleted: Flag,
    }
}
