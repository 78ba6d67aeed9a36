//! The routes that are neither vendor's, below `/llm-config/v1`, in the error shape of `/v1`.

pub(super) mod checks;
pub(super) mod origin;
pub(super) mod report_schema;
mod tags;

use actix_web::web;

use crate::http::resource::{Operation, register};

/// Every operation, in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<checks::__path_of_flashback>(web::to(checks::of_flashback)),
        Operation::new::<checks::__path_of_goodmem>(web::to(checks::of_goodmem)),
        Operation::new::<checks::__path_stored>(web::to(checks::stored)),
        Operation::new::<checks::__path_planned>(web::to(checks::planned)),
        Operation::new::<checks::__path_history>(web::to(checks::history)),
        Operation::new::<origin::__path_get>(web::to(origin::get)),
    ]
}

/// The routes below `/llm-config/v1`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "/llm-config/v1", operations());
}
