//! The query parameters of a user.

use crate::http::query::{Flag, query_params};

query_params! {
    pub(super) checked struct UserQuery {
        /// Has no effect: deleted users are not kept.
        include_deleted: Flag,
    }
}
