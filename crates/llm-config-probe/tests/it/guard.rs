//! Reports on targets that may not be called, which reveal nothing.

use std::collections::HashSet;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_probe::report::{Depth, Reason, Report, Stage};
use llm_config_probe::{Guard, Prober, RootCertificates};
use llm_config_probe::{NetworkPolicy, Resolver};

use crate::support::{GOOD, key};

/// A network with a name for each kind of secret.
#[derive(Debug)]
struct Inside;

#[async_trait::async_trait]
impl Resolver for Inside {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match host {
            "private.example" => Ok(vec![[10, 0, 0, 1].into()]),
            "mixed.example" => Ok(vec![[93, 184, 216, 34].into(), [169, 254, 169, 254].into()]),
            "empty.example" => Ok(Vec::new()),
            "slow.example" => std::future::pending().await,
            _ => Err(io::Error::other("no such host")),
        }
    }
}

async fn probe(endpoint: &str) -> Report {
    let guard = Guard::new(NetworkPolicy::default(), RootCertificates::new(None).expect("TLS"))
        .with_resolver(Arc::new(Inside))
        .with_refusals_after(Duration::from_millis(5));
    let target = Target {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: endpoint.parse().expect("an endpoint"),
        api_path: ApiPath::default(),
        model: None,
    };
    Prober::new(guard).probe(&target, key(GOOD).as_ref(), Depth::Credential).await
}

#[tokio::test]
async fn forbidden_address_gives_one_report() {
    let mut reports = HashSet::new();
    for endpoint in [
        "https://10.0.0.1/v1",
        "http://169.254.169.254/v1",
        "https://0x7f.1/v1",
        "http://localhost:5432/v1",
        "https://metadata.google.internal/v1",
        "https://unknown.example/v1",
        "https://empty.example/v1",
        "https://private.example/v1",
        "https://mixed.example/v1",
        "https://slow.example/v1",
    ] {
        let report = probe(endpoint).await;
        assert_eq!((report.reason, report.stage), (Reason::BlockedByPolicy, Stage::Policy), "{endpoint}");
        assert!(report.calls.is_empty(), "{endpoint}");
        let mut json = serde_json::to_value(&report).expect("JSON");
        json["testedUrl"] = "".into();
        reports.insert(json.to_string());
    }
    assert_eq!(reports.len(), 1, "{reports:#?}");
}
