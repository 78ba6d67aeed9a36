//! HTTP: the application, and what both APIs share. The dialects translate and decide nothing.

mod authenticate;
pub mod goodmem;
mod health;
mod json;
mod log;
mod path;
mod unknown;

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpServer, Resource, Route, web};

use crate::service::Service;

/// The most bytes of a request's body.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// How long a stopping server waits for running requests.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// A server on `listener`, to be awaited. It stops on SIGTERM, SIGINT or SIGQUIT, after finishing
/// what it is working on (SIGTERM).
pub fn server(service: Service, listener: TcpListener, workers: Option<usize>) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(service.clone()))
            .wrap(from_fn(log::request))
            .configure(health::routes)
            .service(web::scope("/v1").configure(goodmem::routes))
            .default_service(web::to(unknown::path))
    })
    // Without it small answers wait some 40 ms for the client's acknowledgement.
    .tcp_nodelay(true)
    .shutdown_timeout(SHUTDOWN.as_secs());
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    Ok(server.listen(listener)?.run())
}

/// A known path and its methods: others get 405, and panics 500, in the dialect's words.
fn known<const N: usize>(
    path: &str,
    methods: [(Method, Route); N],
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let allowed = methods.each_ref().map(|(method, _)| method.as_str()).join(", ");
    let other = move |request: HttpRequest| std::future::ready(unknown::method(&request, &allowed));
    let resource = methods
        .into_iter()
        .fold(web::resource(path), |resource, (method, route)| resource.route(route.method(method)));
    resource.default_service(web::to(other)).wrap(from_fn(log::panics))
}
