//! A proxy that authenticates connections instead of requests.

use std::net::{Ipv4Addr, SocketAddr};

use llm_config_core::credential::Credential;
use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_probe::report::{CredentialVerdict, Depth, Proof, Reason};
use llm_config_probe::{Guard, NetworkPolicy, Prober, RootCertificates};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{BAD, GOOD, key};

const MODELS: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const REJECTED: &str = r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#;

/// Starts a proxy that keeps connections open. After a genuine key it accepts every key on the connection.
async fn start_proxy() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn serve(mut stream: TcpStream) {
    let mut is_authenticated = false;
    while let Some(head) = read_head(&mut stream).await {
        is_authenticated |= head.contains(GOOD);
        let (status, body) = if is_authenticated { (200, MODELS) } else { (401, REJECTED) };
        let head = "Scripted\r\ncontent-type: application/json";
        let response = format!("HTTP/1.1 {status} {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The head of a request; `None` at the end of the connection.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

async fn check(prober: &Prober, proxy: SocketAddr, key: Option<Credential>) -> (Reason, CredentialVerdict) {
    let target = Target {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: format!("http://{proxy}/v1").parse().expect("an endpoint"),
        api_path: ApiPath::default(),
        model: None,
    };
    let report = prober.probe(&target, key.as_ref(), Depth::Credential).await;
    (report.reason, report.credential)
}

#[tokio::test]
async fn check_through_connection_authenticating_proxy_judges_each_key_alone() {
    let proxy = start_proxy().await;
    let policy = NetworkPolicy {
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    let prober = Prober::new(Guard::new(policy, RootCertificates::new(None).expect("TLS")));
    let verified = CredentialVerdict::Verified { how: Proof::ControlRefused };
    assert_eq!(check(&prober, proxy, key(GOOD)).await, (Reason::Ok, verified));
    let (_, verdict) = check(&prober, proxy, key(BAD)).await;
    assert_eq!(verdict, CredentialVerdict::Rejected);
    let (reason, _) = check(&prober, proxy, None).await;
    assert_eq!(reason, Reason::ConfigIncomplete);
}
