//! What reports tell of targets that may not be called: nothing.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::api_path::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_probe::guard::{NetworkPolicy, Resolver};
use llm_config_probe::report::{Depth, Reason, Report, Stage};
use llm_config_probe::{Guard, Prober, Trust};

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
    let guard = Guard::new(NetworkPolicy::default(), Trust::new(None).expect("TLS"))
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
async fn all_that_may_not_be_called_gives_one_report() {
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

/// Files below `folder`, and what is in them.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    found
}

/// The files of this crate that have one of these words, besides tests of the guard.
fn files_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let has = |text: &str| words.iter().any(|it| text.contains(it));
    let found = sources(&root).into_iter().filter(|(_, text)| has(text));
    let below = |path: String| path[root.to_str().expect("UTF-8").len()..].to_owned();
    found.map(|(path, _)| below(path)).filter(|it| !it.starts_with("/guard/tests/")).collect()
}

#[test]
fn http_clients_are_made_in_the_guard_and_for_the_operator_and_nowhere_else() {
    let found =
        files_with(&["Client::builder", "Client::new", "Client::default", "ClientBuilder", "reqwest::get"]);
    assert!(found.iter().any(|it| it == "/guard/client.rs"), "{found:?}");
    assert!(found.iter().all(|it| ["/guard/client.rs", "/operator.rs"].contains(&it.as_str())), "{found:?}");
}

#[test]
fn names_are_looked_up_in_the_guard_and_nowhere_else() {
    let found = files_with(&["lookup_host", "ToSocketAddrs", "to_socket_addrs"]);
    assert_eq!(found, ["/guard/resolver.rs"]);
}
