//! The deadline holds whatever a provider does with the time.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_probe::report::{CredentialVerdict, Depth, Reason, Usable};
use llm_config_probe::{AllowedHost, NetworkPolicy};
use llm_config_probe::{Guard, Prober, RootCertificates};

use crate::support::{GOOD, key};

/// The port of a server that sends the head at once and then one byte of the body every 10 ms, until the
/// client disconnects.
fn dripping() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let _ = stream.read(&mut [0; 4096]).expect("a request");
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n";
        stream.write_all(head).expect("a client");
        // The client sends no more, so each read waits for its timeout.
        stream.set_read_timeout(Some(Duration::from_millis(10))).expect("a timeout");
        while stream.write_all(b" ").is_ok() && stream.read(&mut [0]).is_err() {}
    });
    port
}

#[tokio::test]
async fn check_of_dripping_body_ends_at_deadline() {
    let port = dripping();
    let host = Ipv4Addr::LOCALHOST.to_string();
    let policy = NetworkPolicy {
        allowed_hosts: vec![AllowedHost { host: host.clone(), port, address: None }],
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    let target = Target {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: format!("http://{host}:{port}/v1").parse().expect("an endpoint"),
        api_path: ApiPath::default(),
        model: None,
    };
    let deadline = Duration::from_millis(200);
    let prober =
        Prober::new(Guard::new(policy, RootCertificates::new(None).expect("TLS"))).with_deadline(deadline);
    let started = Instant::now();
    let report = prober.probe(&target, key(GOOD).as_ref(), Depth::Credential).await;
    let elapsed = started.elapsed();
    assert!(deadline <= elapsed && elapsed < Duration::from_secs(5), "{elapsed:?}");
    let why = Reason::Timeout;
    assert_eq!((report.reason, report.usable), (why, Usable::Unknown));
    assert_eq!(report.credential, CredentialVerdict::NotVerified { why });
    assert_eq!(report.calls.len(), 1);
}
