//! The API `/llm-config/v1`: operations that the two other APIs do not have. Errors have the format of `/v1`.

mod attention;
mod checks;
mod configs;
pub(crate) mod gateway;
mod origin;
mod path_params;
pub(crate) mod tags;
mod usage;

use actix_web::web;

use crate::http::resource::{Operation, operations, register};

/// Every operation, in the order of the `OpenAPI` document.
pub(crate) fn operations() -> Vec<Operation> {
    checks::operations()
        .into_iter()
        .chain(configs::operations())
        .chain(operations![origin])
        .chain(gateway::operations())
        .chain(attention::operations())
        .chain(usage::operations())
        .collect()
}

/// The routes below `/llm-config/v1`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "/llm-config/v1", operations());
}
