//! Serves an app on connections whose number and times are limited.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions, Server};
use actix_web::rt::net::TcpStream;

use super::arrival::{end, note_connection};
use super::limits::Connections;
use super::sequential::SequentialStream;
use super::write_timeout;

/// How long the first head of a connection may take.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may go on sending a body that was answered without being read.
const UNREAD_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a server may use, and how long it waits.
pub(crate) struct ServerLimits {
    /// Threads that serve requests; `None` for one per core.
    pub(crate) workers: Option<usize>,
    pub(crate) connections: Connections,
    /// How long a connection may have no request.
    pub(crate) head_timeout: Duration,
    /// How long a client may take no bytes of a response.
    pub(crate) write_timeout: Duration,
    /// How long the server waits for running requests when it stops.
    pub(crate) shutdown_timeout: Duration,
}

/// A server of the app on `listener`, which runs while it is awaited. It handles no signals.
pub(crate) fn serve<F, I, S, B>(listener: TcpListener, limits: ServerLimits, app: F) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Response<actix_web::body::BoxBody>>,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let ServerLimits { workers, connections, head_timeout, write_timeout, shutdown_timeout } = limits;
    let accept = async |stream: TcpStream| {
        // Without this option small responses wait about 40 ms for the client's acknowledgement.
        stream.set_nodelay(true).ok();
        let peer = stream.peer_addr().ok();
        Ok((SequentialStream::new(stream), Protocol::Http1, peer))
    };
    let server = Server::build().disable_signals().shutdown_timeout(shutdown_timeout.as_secs());
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("llm-config", listener, move || {
        let (stopping, connections) = (stopping.clone(), connections.clone());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(head_timeout)
            .client_request_timeout(FIRST_HEAD_TIMEOUT.min(head_timeout))
            .client_disconnect_timeout(UNREAD_BODY_TIMEOUT.min(head_timeout))
            .on_connect_ext(move |connection: &SequentialStream, data| {
                if admit(&connections, connection.stream(), data) {
                    note_connection(connection, data, head_timeout);
                    write_timeout::limit(connection.stream(), write_timeout);
                }
            })
            .finish(map_config(app(), |()| AppConfig::default()));
        fn_service(accept).and_then(http)
    })?;
    Ok(server.run())
}

/// Counts a new connection, or ends it if there are too many. Returns whether it may stay.
fn admit(connections: &Connections, stream: &TcpStream, data: &mut Extensions) -> bool {
    let admission = stream.peer_addr().ok().and_then(|peer| connections.admit(peer.ip(), Instant::now()));
    let Some(admission) = admission else {
        end(stream);
        return false;
    };
    data.insert(admission);
    true
}
