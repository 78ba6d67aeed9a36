//! HTTP: the application, and what both APIs share. The dialects translate and decide nothing.

mod arrival;
#[cfg(test)]
mod asked;
mod authenticate;
mod etag;
mod failure;
pub mod flashback;
pub mod goodmem;
mod headers;
mod health;
mod json;
mod llm_config;
mod log;
mod metrics;
pub mod openapi;
mod path;
mod peer_user;
mod proxy_marks;
pub mod routes;
mod unknown;

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Condition, NormalizePath, TrailingSlash, from_fn};
use actix_web::{App, HttpRequest, HttpServer, Resource, Route, web};
use llm_config_service::Service;

pub use metrics::Metrics;

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
    /// Where requests are counted.
    pub metrics: Metrics,
}

/// A server on `listener`, to be awaited. It stops on SIGTERM, SIGINT or SIGQUIT, after finishing
/// what it is working on (SIGTERM).
pub fn server(service: Service, listener: TcpListener, options: Options) -> io::Result<Server> {
    let Options { workers, cors_origins, metrics } = options;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(service.clone()))
            .app_data(web::Data::new(metrics.clone()))
            // `//ai/llm` is what clients send whose base URL ends in a slash.
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .wrap(cors(&cors_origins))
            .wrap(from_fn(log::request))
            .wrap(from_fn(headers::protect))
            .configure(health::routes)
            .configure(metrics::routes)
            .configure(openapi::routes)
            .configure(flashback::routes)
            .service(web::scope("/v1").configure(goodmem::routes))
            .service(web::scope("/llm-config/v1").configure(llm_config::routes))
            .default_service(web::to(unknown::path))
    })
    .on_connect(arrival::note_ends)
    // Without it small answers wait some 40 ms for the client's acknowledgement.
    .tcp_nodelay(true)
    .shutdown_timeout(SHUTDOWN.as_secs());
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    Ok(server.listen(listener)?.run())
}

/// A server of nothing but `metrics`, for whoever reaches `listener`.
pub fn metrics_server(metrics: Metrics, listener: TcpListener) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(metrics.clone()))
            .wrap(from_fn(headers::protect))
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
        .allowed_headers(["authorization", "content-type", "if-match", "x-api-key", "x-request-id"])
        .expose_headers(["etag", "x-request-id"])
        .max_age(600);
    Condition::new(!origins.is_empty(), cors)
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
