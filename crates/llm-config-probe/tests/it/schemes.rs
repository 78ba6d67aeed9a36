//! `http` to a server with TLS, and `https` to a server without.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime};

use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_egress::testing::{Reply, ScriptedServer};
use llm_config_probe::ping::{Message, Ping};
use llm_config_probe::report::{Depth, Reason, Stage, Usable};
use llm_config_probe::{Guard, NetworkPolicy, Prober, RootCertificates};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{GOOD, key};

/// The beginning of a server's first TLS message.
const SERVER_HELLO: &[u8] = b"\x16\x03\x03\x00\x7a";

/// Starts a server that answers TLS with TLS, and anything else with `refusal`.
async fn start_with_tls(refusal: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut received = [0; 4096];
            let length = stream.read(&mut received).await.unwrap_or(0);
            let is_tls = received[..length].starts_with(b"\x16\x03");
            // The client may have closed the connection.
            let _ = stream.write_all(if is_tls { SERVER_HELLO } else { refusal }).await;
        }
    });
    address
}

/// Checks and pings an endpoint on this machine: the suggested URL for reason TLS.
async fn suggested(endpoint: String) -> Option<String> {
    let policy = NetworkPolicy {
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    let prober = Prober::new(Guard::new(policy, RootCertificates::new(None).expect("TLS")));
    let target = Target {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: endpoint.parse().expect("an endpoint"),
        api_path: ApiPath::default(),
        model: Some("m".parse().expect("a model")),
    };
    let message = Message::default();
    let call = Ping { message, timeout: Duration::from_secs(5), now: SystemTime::UNIX_EPOCH };
    let pinged = prober.ping(&target, key(GOOD).as_ref(), &call).await;
    let mut url = None;
    for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
        let report = prober.probe(&target, key(GOOD).as_ref(), depth).await;
        assert_eq!((report.reason, report.usable), (Reason::Tls, Usable::No), "{endpoint} {depth:?}");
        assert_eq!(report.calls.len(), 1, "{endpoint} {depth:?}");
        assert_eq!(report.stage, Stage::Tls, "{endpoint} {depth:?}");
        let hint = pinged.failure.as_ref().map(|failure| (failure.reason, failure.hint.clone()));
        assert_eq!(hint, Some((Reason::Tls, report.hint)), "{endpoint} {depth:?}");
        url = report.suggested_url;
    }
    url
}

#[tokio::test]
async fn check_without_tls_of_server_with_tls_suggests_https() {
    for refusal in [&b"\x15\x03\x03\x00\x02\x02\x0a"[..], b"\x15\x03\x01\x00\x02\x02\x50", b""] {
        let server = start_with_tls(refusal).await;
        let url = suggested(format!("http://{server}/v1")).await;
        assert_eq!(url, Some(format!("https://{server}/v1")), "{refusal:?}");
    }
}

#[tokio::test]
async fn check_with_tls_of_server_without_tls_suggests_http() {
    let server = ScriptedServer::start(|_| Reply::json(200, r#"{"data":[]}"#)).expect("a free port");
    let url = suggested(format!("https://127.0.0.1:{}/v1", server.port())).await;
    assert_eq!(url, Some(format!("http://127.0.0.1:{}/v1", server.port())));
    assert!(server.received().is_empty());
}
