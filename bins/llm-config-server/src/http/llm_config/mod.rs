//! The routes that are neither vendor's, below `/llm-config/v1`, in the error shape of `/v1`.

mod checks;
pub(super) mod report_schema;

use actix_web::http::Method;
use actix_web::web;

pub(super) use checks::{history, of_flashback, of_goodmem, planned, stored};

use super::{known, unknown};

/// The routes below `/llm-config/v1`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/checks/flashback", [(Method::POST, web::to(of_flashback))]))
        .service(known("/checks/goodmem", [(Method::POST, web::to(of_goodmem))]))
        .service(known(
            "/configs/{id}/checks",
            [(Method::GET, web::to(history)), (Method::POST, web::to(stored))],
        ))
        .service(known("/configs/{id}/checks/planned", [(Method::POST, web::to(planned))]))
        .default_service(web::to(unknown::path));
}
