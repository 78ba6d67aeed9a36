//! TLS: trusted certificates and errors of handshakes.

use std::io::{Read, Write};

use data_encoding::BASE64;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use tokio::time::Instant;

use super::*;

type TlsStream<'a> = Stream<'a, ServerConnection, std::net::TcpStream>;

/// A certificate authority of one test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn roots(&self) -> RootCertificates {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let body = BASE64.encode(self.0.der());
        write!(file, "-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").unwrap();
        RootCertificates::new(Some(file.path())).unwrap()
    }

    /// A server for `llm.example` that responds to one request of each connection.
    fn serve(&self) -> SocketAddr {
        self.serve_with(|stream| {
            let _ = stream.write_all(ok("secret").as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    /// A server for `llm.example` that responds to the request of each connection in this way.
    fn serve_with(&self, respond: impl Fn(&mut TlsStream<'_>) + Send + 'static) -> SocketAddr {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["llm.example".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config =
            config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let config = Arc::new(config);
        std::thread::spawn(move || {
            while let Ok((mut socket, _)) = listener.accept() {
                let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = Stream::new(&mut connection, &mut socket);
                // The client may reject the certificate, or not speak TLS.
                if stream.read(&mut [0; 4096]).is_ok() {
                    respond(&mut stream);
                }
            }
        });
        address
    }
}

/// Calls this machine by a name.
async fn check(roots: RootCertificates, name: &'static str, server: SocketAddr) -> Result<u16, CallError> {
    let names = Arc::new(Names::default().with(name.trim_end_matches('.'), &["127.0.0.1"]));
    let guard = Guard::new(policy(&["127.0.0.0/8"]), roots).with_resolver(names);
    send(&guard, &format!("https://{name}:{}/v1", server.port())).await.map(|response| response.status)
}

#[tokio::test]
async fn certificate_is_accepted_for_its_name_and_authority_only() {
    let (authority, other) = (Authority::new(), Authority::new());
    assert_eq!(check(authority.roots(), "llm.example", authority.serve()).await, Ok(200));
    assert_eq!(check(authority.roots(), "llm.example.", authority.serve()).await, Ok(200));
    assert_eq!(check(other.roots(), "llm.example", authority.serve()).await, Err(CallError::Tls));
    assert_eq!(check(authority.roots(), "other.example", authority.serve()).await, Err(CallError::Tls));
}

#[tokio::test]
async fn server_without_tls_is_tls_error() {
    let roots = || RootCertificates::new(None).unwrap();
    for (bytes, expected) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", CallError::TlsUnexpected),
        ("HTTP/1.0 408 Request Time-out\r\n\r\n", CallError::TlsUnexpected),
        ("SSH-2.0-OpenSSH_9.6\r\n", CallError::Tls),
        ("-ERR unknown command\r\n", CallError::Tls),
    ] {
        let server = serve(move |mut stream| async move {
            let _ = stream.write_all(bytes.as_bytes()).await;
            let _ = stream.read(&mut [0; 4096]).await;
        })
        .await;
        assert_eq!(check(roots(), "llm.example", server).await, Err(expected), "{bytes}");
    }
    let closing = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    assert_eq!(check(roots(), "llm.example", closing).await, Err(CallError::Tls));
    let resetting = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(check(roots(), "llm.example", resetting).await, Err(CallError::Reset));
}

/// Ends a connection with bytes that are no TLS record.
fn break_off(stream: &mut TlsStream<'_>) {
    let _ = stream.sock.write_all(b"no TLS record");
    let _ = stream.sock.shutdown(std::net::Shutdown::Write);
    let _ = stream.sock.read(&mut [0; 4096]);
}

#[tokio::test]
async fn tls_error_after_request_was_sent_is_reset() {
    let authority = Authority::new();
    let server = authority.serve_with(break_off);
    assert_eq!(check(authority.roots(), "llm.example", server).await, Err(CallError::Reset));
    assert!(CallError::Reset.may_have_sent());
    let server = authority.serve_with(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbe");
        break_off(stream);
    });
    assert_eq!(check(authority.roots(), "llm.example", server).await, Err(CallError::Reset));
}

/// Calls this machine without TLS.
async fn check_plain(server: SocketAddr) -> Result<u16, CallError> {
    send(&open(), &format!("http://{server}/v1")).await.map(|response| response.status)
}

#[tokio::test]
async fn plain_request_to_tls_server_is_tls_expected() {
    let authority = Authority::new();
    assert_eq!(check_plain(authority.serve()).await, Err(CallError::TlsExpected));
    // Servers that answer with an alert (programatik29/axum-server#121), or close the connection.
    for response in [&b"\x15\x03\x03\x00\x02\x02\x0a"[..], b"\x15\x03\x01\x00\x02\x02\x50", b""] {
        let server = serve(move |mut stream| async move {
            let is_handshake = is_tls_handshake(&read_head(&mut stream).await);
            let first = if is_handshake { &b"\x16\x03\x03\x00\x7a"[..] } else { response };
            let _ = stream.write_all(first).await;
            let _ = stream.shutdown().await;
        })
        .await;
        assert_eq!(check_plain(server).await, Err(CallError::TlsExpected), "{response:?}");
    }
}

#[tokio::test]
async fn lost_connection_to_server_without_tls_is_reset() {
    let server = serve(|mut stream| async move {
        if is_tls_handshake(&read_head(&mut stream).await) {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    })
    .await;
    assert_eq!(check_plain(server).await, Err(CallError::Reset));
}

#[test]
fn plain_http_is_named_only_where_plain_calls_are_allowed() {
    let check = |url: &str, address: &str, expected| {
        let guard = guard(policy(&["llm.example:8443=10.0.0.5", "10.1.0.0/16"]), &Arc::default());
        let to = Destination::from_url(&url.parse().unwrap()).unwrap();
        let address = SocketAddr::new(address.parse().unwrap(), to.port);
        assert_eq!(guard.allows_without_tls(&to, &[address]), expected, "{url}");
    };
    check("https://api.example", "93.184.216.34", false);
    check("https://llm.example:8443", "10.0.0.5", true);
    check("https://gpu.example:8443", "10.1.0.1", true);
}

#[tokio::test(start_paused = true)]
async fn handshake_without_response_is_connect_timeout() {
    let server = serve(|mut stream| async move { while stream.read_u8().await.is_ok() {} }).await;
    let start = Instant::now();
    let result = check(RootCertificates::new(None).unwrap(), "llm.example", server).await;
    assert_eq!((result, start.elapsed().as_secs()), (Err(CallError::ConnectTimeout), 3));
}
