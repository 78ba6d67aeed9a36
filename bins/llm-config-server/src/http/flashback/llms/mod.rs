//! `/ai/llm`

mod ai_llm;
mod available;
pub(crate) mod create;
mod credential;
mod delete;
mod list;
mod not_an_id;
mod saved;
mod stats;
pub(crate) mod update;
mod validate;

use actix_web::http::Method;
use actix_web::web;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![
        create,
        list(list::ListQuery),
        available(available::AvailableQuery),
        stats(stats::StatsQuery),
        update,
        delete,
        validate,
    ]
}

/// `PUT` and `DELETE` of `/ai/llm/{id}` for ids that are paths of other operations. They are not in the
/// document.
pub(crate) fn hidden_operations() -> impl Iterator<Item = Operation> {
    ["/ai/llm/available", "/ai/llm/stats"].into_iter().flat_map(|path| {
        [Method::PUT, Method::DELETE]
            .map(|method| Operation::hidden(method, path, web::to(not_an_id::handle)))
    })
}
