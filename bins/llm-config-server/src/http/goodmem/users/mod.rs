//! `/v1/users`

mod get;
mod get_by_email;
mod me;
mod user;
mod user_query;

use crate::http::goodmem::users::user_query::UserQuery;
use crate::http::query::BothSpellings;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![me, get_by_email(BothSpellings<UserQuery>), get(BothSpellings<UserQuery>)]
}
