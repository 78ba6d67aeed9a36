//! HTTP: the application, and what both APIs share. The dialects translate and decide nothing.

#[cfg(test)]
mod asked;
mod authenticate;
mod failure;
pub mod flashback;
pub mod goodmem;
mod health;
mod json;
mod log;
mod metrics;
pub mod openapi;
mod path;
pub mod routes;
mod unknown;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, NormalizePath, TrailingSlash, from_fn};
use actix_web::{App, HttpServer, Resource, web};

use futures_util::future::try_join;

use crate::service::Service;
use metrics::Metrics;

/// The most bytes of a request's body.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// How long a stopping server waits for running requests.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// What the application is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Threads that serve requests; `None` for one a core.
    pub workers: Option<usize>,
    /// The origins of web pages that may call; none by default.
    pub cors_origins: Vec<String>,
}

/// A server on `listener`, to be awaited. It stops on SIGTERM, SIGINT or SIGQUIT, after finishing
/// what it is working on (SIGTERM).
///
/// With `metrics`, they are served there to whoever reaches it, and to administrators on
/// `listener` as well.
pub fn server(
    service: Service,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    options: Options,
) -> io::Result<impl Future<Output = io::Result<()>>> {
    let metrics = Metrics::default();
    let workers = options.workers;
    let counted = metrics.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(service.clone()))
            .app_data(web::Data::new(counted.clone()))
            // `//ai/llm` is what clients send whose base URL ends in a slash.
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .wrap(cors(&options.cors_origins))
            .wrap(from_fn(log::request))
            .configure(health::routes)
            .configure(metrics::routes)
            .configure(openapi::routes)
            .configure(flashback::routes)
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
    let server = server.listen(listener)?.run();
    let metrics_server = metrics_listener.map(|listener| metrics_server(metrics, listener)).transpose()?;
    Ok(async move {
        match metrics_server {
            Some(metrics_server) => try_join(server, metrics_server).await.map(|_| ()),
            None => server.await,
        }
    })
}

fn metrics_server(metrics: Metrics, listener: TcpListener) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(metrics.clone()))
            .configure(metrics::open_routes)
            .default_service(web::to(unknown::path))
    });
    Ok(server.workers(1).listen(listener)?.run())
}

/// Web pages of these origins may call, with a token and JSON; without origins there is nothing
/// to allow, and browsers refuse by themselves.
fn cors(origins: &[String]) -> Condition<Cors> {
    let cors = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    let cors = cors
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers(["authorization", "content-type", "x-api-key", "x-request-id"])
        .expose_headers(["x-request-id"])
        .max_age(600);
    Condition::new(!origins.is_empty(), cors)
}

/// A known path: methods that it does not have get 405, and panics 500, in the dialect's words.
fn known(
    resource: Resource,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    resource.default_service(web::to(unknown::method)).wrap(from_fn(log::panics))
}
