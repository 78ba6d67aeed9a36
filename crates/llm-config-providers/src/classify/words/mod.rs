//! What servers state in words, whichever form their errors have: groups of rows, each for one reason. The
//! first row that covers a message counts. Parts are in lower case.

mod account;
mod keys;
mod models;
mod routes;

pub(super) use account::RIGHTS;
pub(super) use keys::{ABOUT_KEYS, OTHER_CAUSES};
pub(super) use models::PARAMETERS;
pub(super) use routes::ROUTES;

use super::Rule;

/// All groups, in the order in which they decide: first what states most precisely.
pub(super) const WORDS: &[&[Rule]] = &[
    account::UPSTREAM,
    account::SCOPES,
    account::NETWORK,
    models::LOADING,
    models::WRONG_API,
    models::MODEL_ACCESS,
    models::MODEL_MISSING,
    account::CREDIT,
    account::QUOTA,
    keys::FORMER_KEY,
    keys::OTHER_PRODUCT,
    keys::UNCLEAR_KEY,
    keys::MISSING_KEY,
    keys::BAD_KEY,
];
