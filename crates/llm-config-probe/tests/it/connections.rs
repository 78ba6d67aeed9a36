//! Connections of checks: each request has one of its own, because some proxies authenticate connections
//! instead of requests.

use std::net::{Ipv4Addr, SocketAddr};

use llm_config_core::credential::Credential;
use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_probe::report::{CredentialVerdict, Depth, Proof, Reason};
use llm_config_probe::{Guard, NetworkPolicy, Prober, RootCertificates};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::support::{BAD, GOOD, key};

const MODELS: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const REJECTED: &str = r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#;

/// A request that the proxy received: the number of its connection, and its head.
type Received = (usize, String);

/// Starts a proxy that keeps connections open. After a genuine key it accepts every key on the connection.
async fn start_proxy() -> (SocketAddr, mpsc::UnboundedReceiver<Received>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (requests, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            number += 1;
            tokio::spawn(serve(stream, number, requests.clone()));
        }
    });
    (address, received)
}

async fn serve(mut stream: TcpStream, number: usize, requests: mpsc::UnboundedSender<Received>) {
    let mut is_authenticated = false;
    while let Some(head) = read_head(&mut stream).await {
        is_authenticated |= head.contains(GOOD);
        // Only one of the tests reads them.
        let _ = requests.send((number, head));
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

fn prober() -> Prober {
    let policy = NetworkPolicy {
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    Prober::new(Guard::new(policy, RootCertificates::new(None).expect("TLS")))
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
    let (proxy, _received) = start_proxy().await;
    let prober = prober();
    let verified = CredentialVerdict::Verified { how: Proof::ControlRefused };
    assert_eq!(check(&prober, proxy, key(GOOD)).await, (Reason::Ok, verified));
    let (_, verdict) = check(&prober, proxy, key(BAD)).await;
    assert_eq!(verdict, CredentialVerdict::Rejected);
    let (reason, _) = check(&prober, proxy, None).await;
    assert_eq!(reason, Reason::ConfigIncomplete);
}

#[tokio::test]
async fn checks_with_two_keys_of_one_origin_share_no_connection() {
    let (proxy, mut received) = start_proxy().await;
    let prober = prober();
    for text in [GOOD, BAD, GOOD] {
        check(&prober, proxy, key(text)).await;
    }
    drop(prober);
    let mut connections = Vec::new();
    let mut keys = Vec::new();
    while let Ok((number, head)) = received.try_recv() {
        connections.push(number);
        keys.push([GOOD, BAD].into_iter().find(|text| head.contains(text)));
    }
    // The controls of accepted checks have a key of their own.
    assert_eq!(keys.iter().filter(|key| **key == Some(GOOD)).count(), 2, "{keys:?}");
    assert!(keys.contains(&Some(BAD)) && keys.contains(&None), "{keys:?}");
    let requests = connections.len();
    connections.sort_unstable();
    connections.dedup();
    assert_eq!(connections.len(), requests, "{keys:?}");
}
