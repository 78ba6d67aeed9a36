//! The forms about configurations, for tests of any input.

use llm_config_core::id::PrincipalId;
use llm_config_service::Parsed;
use uuid::Uuid;

use super::credential::TypedCredential;
use super::{create, filter};
use crate::http::console::form::PostedForm;
use crate::http::console::link::Query;

/// Reads the form of a new configuration.
pub(crate) fn read_new(mut form: PostedForm) -> Parsed<()> {
    let credential = TypedCredential::take(&mut form);
    create::read(&form, PrincipalId::new(Uuid::nil()), &credential).map(drop)
}

/// Reads the filter of the list.
pub(crate) fn read_filter(query: &Query) -> Parsed<()> {
    filter::read(query).map(drop)
}
