//! HTTP: the application, and the code that its APIs share. The APIs translate requests and responses; the
//! service crate decides.
//!
//! - A route is a module with a `handle` in the API's folder, its name in the list of its resource
//!   (`resource.rs`), and a line in [`routes`].
//! - A member of a body is a line in the struct of the body (`body/mod.rs`), a query parameter a line in
//!   the struct of the query (`query/mod.rs`).
//! - An error condition is described once for all APIs (`error/mod.rs`).

mod auth;
mod body;
mod client_name;
mod config_list;
mod connection;
mod console;
pub mod docs;
pub mod document;
mod error;
mod etag;
mod fallback;
mod flashback;
mod gateway;
mod goodmem;
mod label_filter;
mod llm_config;
mod middleware;
mod monitoring;
mod page_limit;
mod path;
mod query;
mod request_id;
mod resource;
mod responder;
pub mod routes;
mod schema;
#[cfg(test)]
mod test_server;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::middleware::{Condition, NormalizePath, from_fn};
use actix_web::{App, web};
use llm_config_service::Service;

use body::{BODY_TIMEOUT, BodyTimeout};
use connection::client_address::TrustedProxies;
use connection::idle::HEAD_TIMEOUT;
pub use connection::limits::ConnectionLimits;
use connection::limits::Connections;
use connection::running::run;
use connection::serve::{ServerLimits, serve};
use connection::write_timeout::WRITE_TIMEOUT;
pub(crate) use console::address::ConsoleAddress;
pub use console::pages::{ConsolePage, console_pages};
use error::ErrorFormats;
use middleware::access_log::log;
use middleware::headers::protect;
pub use monitoring::counters::Metrics;

use crate::settings::{PublicUrl, SHUTDOWN_TIMEOUT};

/// The formats of errors by path: those of the APIs that call models, that of `/v1` or that of `/ai/llm`.
const ERROR_FORMATS: ErrorFormats = ErrorFormats {
    by_path: &[
        ("/openai", &gateway::error::OPENAI),
        ("/anthropic", &gateway::error::ANTHROPIC),
        ("/gemini", &gateway::error::GEMINI),
        ("/llm-config/v1/configs/{}/openai", &gateway::error::OPENAI),
        ("/llm-config/v1/configs/{}/anthropic", &gateway::error::ANTHROPIC),
        ("/llm-config/v1/configs/{}/gemini", &gateway::error::GEMINI),
        ("/console", &console::failure::FORMAT),
        ("/v1", &goodmem::error::FORMAT),
        ("/llm-config", &goodmem::error::FORMAT),
        ("", &flashback::error::FORMAT),
    ],
    // The document of these routes describes the errors of their handlers in the format of `/v1`.
    of_handlers: &[
        ("/metrics", &goodmem::error::FORMAT),
        ("/ready", &goodmem::error::FORMAT),
        ("/docs", &goodmem::error::FORMAT),
        ("/openapi", &goodmem::error::FORMAT),
    ],
};

/// The headers that web pages may send: our own, and those of the vendors' clients.
const ALLOWED_HEADERS: &[&str] = &[
    "authorization",
    "content-type",
    "if-match",
    "x-api-key",
    "x-request-id",
    "x-goog-api-key",
    "x-goog-api-client",
    "api-key",
    "anthropic-version",
    "anthropic-beta",
    "anthropic-dangerous-direct-browser-access",
    "openai-beta",
    "openai-organization",
    "openai-project",
    "x-llm-config-workspace",
    "x-stainless-arch",
    "x-stainless-async",
    "x-stainless-helper",
    "x-stainless-helper-method",
    "x-stainless-lang",
    "x-stainless-os",
    "x-stainless-package-version",
    "x-stainless-poll-helper",
    "x-stainless-raw-response",
    "x-stainless-retry-count",
    "x-stainless-runtime",
    "x-stainless-runtime-version",
    "x-stainless-timeout",
];

/// The headers of responses that web pages may read.
const EXPOSED_HEADERS: &[&str] = &[
    "etag",
    "x-request-id",
    "retry-after",
    "retry-after-ms",
    "request-id",
    "x-should-retry",
    "x-llm-config-source",
    "x-llm-config-error",
    "x-llm-config-id",
    "x-llm-config-added",
    "x-llm-config-list-cut",
    "x-llm-config-upstream-request-id",
];

/// How many connections the server of the metrics may have; one client may have a quarter.
const METRICS_CONNECTIONS: usize = 64;

/// How long the server of the metrics waits for running requests when it stops: they take milliseconds.
const METRICS_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// The options of a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that serve requests; `None` for one per core.
    pub workers: Option<usize>,
    /// The address at which browsers reach the server; by default the one that it listens on.
    pub public_url: Option<PublicUrl>,
    /// The origins whose web pages may call the server; none by default.
    pub cors_origins: Vec<String>,
    /// The counters of requests.
    pub metrics: Metrics,
    /// The limits of connections.
    pub connections: ConnectionLimits,
    /// How long a connection may have no request: by default 10 seconds. Its first head has 5 seconds.
    pub head_timeout: Duration,
    /// How long a body may take, but that of a model call. By default 30 seconds.
    pub body_timeout: Duration,
    /// How long a client may take no bytes of a response, on Linux; then its connection ends. By default 60
    /// seconds.
    pub write_timeout: Duration,
    /// How long a stopping server waits for running requests. By default 5 minutes.
    pub shutdown_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: None,
            public_url: None,
            cors_origins: Vec::new(),
            metrics: Metrics::default(),
            connections: ConnectionLimits::default(),
            head_timeout: HEAD_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
            shutdown_timeout: SHUTDOWN_TIMEOUT,
        }
    }
}

/// A server on `listener`, which runs while it is awaited. It handles no signals.
pub fn server(service: Service, listener: TcpListener, options: Options) -> io::Result<Server> {
    let Options {
        workers,
        public_url,
        cors_origins,
        metrics,
        connections,
        head_timeout,
        body_timeout,
        write_timeout,
        shutdown_timeout,
    } = options;
    let proxies = web::Data::new(TrustedProxies(connections.proxies.clone()));
    let console = web::Data::new(ConsoleAddress::new(public_url, listener.local_addr()?));
    let app = move || {
        App::new()
            .app_data(web::Data::new(service.clone()))
            .app_data(console.clone())
            .app_data(proxies.clone())
            .app_data(web::Data::new(metrics.clone()))
            .app_data(ERROR_FORMATS)
            .app_data(BodyTimeout(body_timeout))
            // Clients whose base URL ends in a slash send `//ai/llm`, and many write a slash at the end.
            .wrap(NormalizePath::trim())
            .wrap(cors(&cors_origins))
            .wrap(from_fn(log))
            .wrap(from_fn(protect))
            // Scopes first: a path is compared with one prefix for each, and with every route at the root.
            .service(web::scope("/v1").configure(goodmem::routes))
            .configure(gateway::routes)
            .service(
                web::scope("/llm-config/v1")
                    .configure(gateway::routes_of_configs)
                    .configure(llm_config::routes),
            )
            .configure(monitoring::routes)
            .configure(console::routes)
            .configure(docs::routes)
            .configure(flashback::routes)
            .default_service(web::to(fallback::unknown_path))
    };
    let limits = ServerLimits {
        workers,
        connections: Connections::new(connections),
        head_timeout,
        write_timeout,
        shutdown_timeout,
    };
    serve(listener, limits, app)
}

/// A server for `/metrics` only, without tokens: the operator protects its address.
pub fn metrics_server(metrics: Metrics, listener: TcpListener) -> io::Result<Server> {
    let app = move || {
        App::new()
            .app_data(web::Data::new(metrics.clone()))
            .app_data(ERROR_FORMATS)
            .wrap(from_fn(run))
            .wrap(from_fn(protect))
            .configure(monitoring::open_routes)
            .default_service(web::to(fallback::unknown_path))
    };
    let connections = ConnectionLimits {
        total: METRICS_CONNECTIONS,
        per_client: METRICS_CONNECTIONS / 4,
        ..ConnectionLimits::default()
    };
    let limits = ServerLimits {
        workers: Some(1),
        connections: Connections::new(connections),
        head_timeout: HEAD_TIMEOUT,
        write_timeout: WRITE_TIMEOUT,
        shutdown_timeout: METRICS_SHUTDOWN_TIMEOUT,
    };
    serve(listener, limits, app)
}

/// The CORS middleware, which allows web pages of these origins. Without origins it is off: browsers then
/// reject calls of web pages.
fn cors(origins: &[String]) -> Condition<Cors> {
    let allowed = origins.to_vec();
    // Pages of the console are for the console's own origin only.
    let is_console = |path: &str| path.trim_start_matches('/').split('/').next() == Some("console");
    let cors = Cors::default()
        .allowed_origin_fn(move |origin, head| {
            !is_console(head.uri.path()) && allowed.iter().any(|allowed| allowed.as_str() == origin)
        })
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "DELETE"])
        .allowed_headers(ALLOWED_HEADERS.iter().copied())
        .expose_headers(EXPOSED_HEADERS.iter().copied())
        .max_age(600);
    Condition::new(!origins.is_empty(), cors)
}
