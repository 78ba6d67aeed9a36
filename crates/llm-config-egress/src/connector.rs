//! Connections to given addresses, over TCP or TLS.

use std::error::Error;
use std::future::{self, Ready};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::bounded_stream::BoundedStream;
use crate::root_certificates::RootCertificates;
use crate::tried_addresses::TriedAddresses;

/// The time without a packet after which TCP asks whether the server is still there: one may vanish during a
/// stream.
const IDLE_BEFORE_PROBE: Duration = Duration::from_secs(30);

/// The time between two such probes, and the number without an answer after which the connection ends.
const PROBE_INTERVAL: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;

/// How long a server may take no bytes of a request. Nothing else ends such an upload when its call is over.
#[cfg(target_os = "linux")]
const UNTAKEN: Duration = Duration::from_secs(30);

/// Connects to the same addresses, whatever the name is.
#[derive(Clone)]
pub(crate) struct PinnedConnector {
    connector: HttpsConnector<HttpConnector<PinnedResolver>>,
    /// The time limit for a connection, the TLS handshake included.
    limit: Duration,
    /// The maximum number of bytes of a response.
    response_bytes: Option<u64>,
}

/// Resolves every name to the same addresses. A second lookup could differ from the first.
#[derive(Clone)]
struct PinnedResolver {
    addresses: Arc<TriedAddresses>,
    limit: Duration,
}

impl PinnedConnector {
    /// A connector to these addresses. The limit is extended to 1.5 seconds for each address of a family.
    pub(crate) fn new(
        addresses: &Arc<TriedAddresses>,
        limit: Duration,
        response_bytes: Option<u64>,
        roots: &RootCertificates,
    ) -> Self {
        let limit = addresses.connect_timeout(limit);
        let resolver = PinnedResolver { addresses: Arc::clone(addresses), limit };
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        // URIs with `https` come here too; TLS is added above.
        tcp.enforce_http(false);
        // Divided among the addresses; `Self::limit` covers TLS as well.
        tcp.set_connect_timeout(Some(limit));
        tcp.set_keepalive(Some(IDLE_BEFORE_PROBE));
        tcp.set_keepalive_interval(Some(PROBE_INTERVAL));
        tcp.set_keepalive_retries(Some(PROBES));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(UNTAKEN));
        tcp.set_nodelay(true);
        Self { connector: HttpsConnector::from((tcp, roots.config())), limit, response_bytes }
    }
}

impl Service<Uri> for PinnedConnector {
    type Response = TokioIo<BoundedStream<MaybeHttpsStream<TokioIo<TcpStream>>>>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connection = tokio::time::timeout(self.limit, self.connector.call(uri));
        let response_bytes = self.response_bytes;
        Box::pin(async move {
            let stream = connection.await.map_err(|_| io::Error::from(ErrorKind::TimedOut))??;
            Ok(TokioIo::new(BoundedStream::new(stream, response_bytes)))
        })
    }
}

impl Service<Name> for PinnedResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        future::ready(Ok(self.addresses.attempts(self.limit).into_iter()))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::net::sockopt;

    use super::*;
    use crate::loopback::keeping_alive;

    #[tokio::test]
    async fn connection_ends_when_the_server_is_away_or_takes_nothing() {
        let server = keeping_alive().await;
        let addresses = Arc::new(TriedAddresses::new(&[server], 1));
        let roots = RootCertificates::new(None).unwrap();
        let mut connector = PinnedConnector::new(&addresses, Duration::from_secs(5), None, &roots);
        let connection = connector.call(format!("http://{server}/").parse().unwrap()).await.unwrap();
        let MaybeHttpsStream::Http(stream) = connection.inner().get_ref() else { panic!("TLS") };
        let stream = stream.inner();
        assert!(sockopt::socket_keepalive(stream).unwrap() && sockopt::tcp_nodelay(stream).unwrap());
        assert_eq!(sockopt::tcp_keepidle(stream).unwrap(), IDLE_BEFORE_PROBE);
        assert_eq!(sockopt::tcp_keepintvl(stream).unwrap(), PROBE_INTERVAL);
        assert_eq!(sockopt::tcp_keepcnt(stream).unwrap(), PROBES);
        assert_eq!(u128::from(sockopt::tcp_user_timeout(stream).unwrap()), UNTAKEN.as_millis());
    }
}
