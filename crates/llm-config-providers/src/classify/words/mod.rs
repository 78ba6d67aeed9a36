//! The words of servers, whichever form their errors have: groups of rows, each for one reason. The
//! first row that covers a message counts. Parts are in lower case.

mod account;
mod credit;
mod judged_keys;
mod keys;
mod models;
mod periods;
mod routes;

pub(super) use account::RIGHTS;
pub(super) use judged_keys::{KEYS, OTHER_CAUSES};
pub(super) use keys::AUTHENTICATION;
pub(super) use models::{CONTENT, MISSING, PARAMETERS};
pub(super) use periods::{MOMENT, PERIODS};
pub(super) use routes::ROUTES;

use super::rule::Rule;

/// All groups, in the order in which they decide: first what states most precisely.
pub(super) const WORDS: &[&[Rule]] = &[
    account::UPSTREAM,
    account::SCOPES,
    account::NETWORK,
    models::LOADING,
    models::WRONG_API,
    models::MODEL_ACCESS,
    models::MODEL_MISSING,
    credit::CREDIT,
    credit::QUOTA,
    keys::OTHER_PRODUCT,
    keys::UNCLEAR_KEY,
    keys::FORMER_KEY,
    keys::MISSING_KEY,
    judged_keys::BAD_KEY,
    keys::ABSENT_KEY,
    judged_keys::JUDGED_KEY,
];
