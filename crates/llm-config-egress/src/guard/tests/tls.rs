//! TLS: trusted certificates and errors of handshakes.

use std::io::{Read, Write};

use data_encoding::BASE64;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use tokio::time::Instant;

use super::*;

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

    /// A server for `llm.example` that responds to one request.
    fn serve(&self) -> SocketAddr {
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
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
            let mut stream = Stream::new(&mut connection, &mut socket);
            // The client may reject the certificate.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(ok("secret").as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
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
    for bytes in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n"] {
        let server = serve(move |mut stream| async move {
            let _ = stream.write_all(bytes.as_bytes()).await;
            let _ = stream.read(&mut [0; 4096]).await;
        })
        .await;
        assert_eq!(check(roots(), "llm.example", server).await, Err(CallError::Tls), "{bytes}");
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

#[tokio::test(start_paused = true)]
async fn handshake_without_response_is_connect_timeout() {
    let server = serve(|mut stream| async move { while stream.read_u8().await.is_ok() {} }).await;
    let start = Instant::now();
    let result = check(RootCertificates::new(None).unwrap(), "llm.example", server).await;
    assert_eq!((result, start.elapsed().as_secs()), (Err(CallError::ConnectTimeout), 3));
}
