//! The protocol that a server speaks, by its response to the first message of a TLS handshake.

use std::net::SocketAddr;

use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::limits;
use crate::root_certificates::RootCertificates;

/// The protocol that a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpokenProtocol {
    /// TLS, with any certificate.
    Tls,
    /// HTTP without TLS.
    PlainHttp,
}

impl SpokenProtocol {
    /// Connects to one of these addresses, sends the first message of a TLS handshake and nothing else, and
    /// reads the beginning of the response. `None` if that is neither TLS nor HTTP, or takes too long.
    pub(crate) async fn detect(
        addresses: &[SocketAddr],
        name: ServerName<'static>,
        roots: &RootCertificates,
    ) -> Option<Self> {
        let response = tokio::time::timeout(limits::DETECTION, first_bytes(addresses, name, roots));
        Self::from_first_bytes(&response.await.ok()??)
    }

    /// A TLS server begins with a record of the type handshake (22) or alert (21) and the major version 3
    /// (RFC 8446 §5.1), an HTTP server with the status line of a refusal.
    fn from_first_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [21 | 22, 3, ..] => Some(Self::Tls),
            _ if bytes.starts_with(b"HTTP/") => Some(Self::PlainHttp),
            _ => None,
        }
    }
}

/// The first bytes of the response to a client's first TLS message.
async fn first_bytes(
    addresses: &[SocketAddr],
    name: ServerName<'static>,
    roots: &RootCertificates,
) -> Option<Vec<u8>> {
    let mut hello = Vec::new();
    ClientConnection::new(roots.config(), name).ok()?.write_tls(&mut hello).ok()?;
    let mut stream = TcpStream::connect(addresses).await.ok()?;
    stream.write_all(&hello).await.ok()?;
    let mut response = Vec::new();
    stream.take(5).read_to_end(&mut response).await.ok()?;
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_first_bytes_distinguishes_tls_and_http_from_others() {
        let check = |bytes: &[u8], expected| {
            assert_eq!(SpokenProtocol::from_first_bytes(bytes), expected, "{bytes:?}");
        };
        check(&[22, 3, 3, 0, 122], Some(SpokenProtocol::Tls));
        check(&[21, 3, 1, 0, 2], Some(SpokenProtocol::Tls));
        check(b"HTTP/", Some(SpokenProtocol::PlainHttp));
        check(b"SSH-2", None);
        check(&[23, 3, 3, 0, 1], None);
        check(b"", None);
    }
}
