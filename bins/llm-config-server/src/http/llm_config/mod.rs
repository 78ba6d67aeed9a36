//! The routes that are neither vendor's, below `/llm-config/v1`, in the error shape of `/v1`.

pub(super) mod checks;
pub(super) mod origin;
pub(super) mod report_schema;

use actix_web::http::Method;
use actix_web::web;

use super::{known, unknown};

/// The routes below `/llm-config/v1`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/checks/flashback", [(Method::POST, web::to(checks::of_flashback))]))
        .service(known("/checks/goodmem", [(Method::POST, web::to(checks::of_goodmem))]))
        .service(known(
            "/configs/{id}/checks",
            [(Method::GET, web::to(checks::history)), (Method::POST, web::to(checks::stored))],
        ))
        .service(known("/configs/{id}/origin", [(Method::GET, web::to(origin::get))]))
        .service(known("/configs/{id}/checks/planned", [(Method::POST, web::to(checks::planned))]))
        .default_service(web::to(unknown::path));
}
