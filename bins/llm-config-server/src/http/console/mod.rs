//! The console: pages for people, below `/console`. A dialect like the APIs: it reads requests, calls one use
//! case, and renders the result. It decides nothing.
//!
//! - A page is a handler, a struct with what the page shows, and a template of the same name in
//!   `templates/console`; its line in [`pages`] says who may open it.
//! - A form posts exactly the fields that it shows, and is answered by a redirect to a page that is read anew
//!   (`page::see_other`), or by the same form with its errors and the status 422.
//! - Pages work without scripts. With scripts, htmx replaces parts of a page by those of the response.

mod account;
pub(crate) mod address;
mod api_call;
mod assets;
mod browser;
mod browser_name;
pub(crate) mod configs;
pub(crate) mod failure;
pub(crate) mod form;
pub(crate) mod frame;
mod guard;
mod headers;
mod home;
pub(crate) mod link;
#[cfg(test)]
mod live_tests;
mod login;
mod mark;
mod moment;
mod notice;
mod page;
pub(crate) mod pages;
pub(crate) mod people;
mod preferences;
mod prose;
mod sessions;
mod tokens;
mod usage;
mod verdict;
mod words;
mod workspaces;

use actix_web::middleware::from_fn;
use actix_web::web;

use crate::http::fallback;
use crate::http::resource::resource;

/// The path of the console.
pub(crate) const PATH: &str = "/console";

/// The pages and files of the console.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let mut scope = web::scope(PATH).wrap(from_fn(guard::guard));
    for (path, methods) in pages::resources() {
        scope = scope.service(resource(path, PATH, methods));
    }
    config.service(scope.default_service(web::to(fallback::unknown_path)));
}
