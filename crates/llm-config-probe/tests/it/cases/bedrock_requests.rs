//! What Bedrock is sent, and by which host it is received.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use llm_config_core::provider::Provider;
use llm_config_probe::Resolver;
use llm_config_probe::report::{CredentialVerdict, Note, Proof};

use crate::support::{Case, GOOD, Key, Rule, pair, probe, probe_through, rule, signed};

const CONTROL: &str = "http://bedrock.us-east-1.amazonaws.com";
const RUNTIME: &str = "http://bedrock-runtime.eu-central-1.amazonaws.com";
const GATEWAY: &str = "http://llm.example/aws";

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.acme.x-v1:0";
const LIST: &str = r#"{"modelSummaries":[]}"#;
const MAY_NOT_LIST: &str = r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:ListFoundationModels"}"#;

const MODEL: &str = "acme.chat-v1:0";
const LISTS: &[Rule] = &[rule("GET /foundation-models", Key::Good, 200, LIST)];
const LISTS_NOT: &[Rule] = &[Rule {
    headers: &[("x-amzn-errortype", "AccessDeniedException")],
    ..rule("GET /foundation-models", Key::Good, 403, MAY_NOT_LIST)
}];

fn case(endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::Aws, endpoint).with(pair(ID, GOOD)).is("", "", rules)
}

#[tokio::test]
async fn signature_covers_the_received_request() {
    let session = format!("{GOOD}:session-token-0001");
    let temporary = pair("ASIAIOSFODNN7EXAMPLE", &session);
    let cases = [
        case(CONTROL, LISTS).model(MODEL),
        case(RUNTIME, LISTS).model(MODEL),
        // The second request is a call without content.
        case(RUNTIME, LISTS_NOT).model(MODEL),
        case(CONTROL, LISTS).model(ARN),
        case(CONTROL, LISTS).model(ARN).with(temporary),
    ];
    for case in cases {
        let (report, received, _) = probe(&case).await;
        assert!(received.len() >= 2, "{:?}", report.calls);
        let region = if case.endpoint == CONTROL { "/us-east-1/" } else { "/eu-central-1/" };
        for request in received {
            assert!(signed::is_genuine(&request), "{} {}", request.method, request.target);
            assert!(!request.carries(GOOD));
            assert!(request.header("authorization").is_some_and(|value| value.contains(region)));
        }
    }
}

#[tokio::test]
async fn signature_at_every_partition_names_the_region_of_the_host() {
    for (endpoint, region) in [
        ("http://bedrock.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("http://bedrock-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
        ("http://bedrock-runtime.eu-central-1.api.aws", "eu-central-1"),
        ("http://bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("http://bedrock.cn-northwest-1.api.amazonwebservices.com.cn", "cn-northwest-1"),
        ("http://bedrock-runtime.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("http://bedrock-runtime.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ("http://bedrock.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        ("http://bedrock-runtime.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
        ("http://bedrock.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
    ] {
        let (report, received, _) = probe(&case(endpoint, LISTS)).await;
        assert!(matches!(report.credential, CredentialVerdict::Verified { .. }), "{endpoint}: {report:?}");
        assert!(!report.notes.contains(&Note::RegionAssumed), "{endpoint}");
        assert!(!received.is_empty(), "{endpoint}");
        let scope = format!("/{region}/bedrock/aws4_request");
        for request in received {
            assert!(signed::is_genuine(&request), "{endpoint}: {}", request.target);
            assert!(
                request.header("authorization").is_some_and(|value| value.contains(&scope)),
                "{endpoint}"
            );
        }
    }
}

#[tokio::test]
async fn gateway_receives_one_genuine_and_one_wrong_signature() {
    const OPEN: &[Rule] = &[rule("GET /aws/foundation-models", Key::Any, 200, LIST)];
    let (_, received, _) = probe(&case(GATEWAY, OPEN)).await;
    assert_eq!(received.iter().map(signed::is_genuine).collect::<Vec<_>>(), [true, false]);
}

/// Knows the plane that calls models and no other host.
#[derive(Debug)]
struct RuntimeOnly;

#[async_trait::async_trait]
impl Resolver for RuntimeOnly {
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        let is_known = host.starts_with("bedrock-runtime.");
        is_known.then(|| vec![Ipv4Addr::LOCALHOST.into()]).ok_or(std::io::ErrorKind::NotFound.into())
    }
}

#[tokio::test]
async fn unreachable_sibling_host_is_skipped() {
    const RULES: &[Rule] = &[rule("GET /async-invoke", Key::Good, 200, r#"{"asyncInvokeSummaries":[]}"#)];
    let (report, received, _) = probe_through(&case(RUNTIME, RULES), Arc::new(RuntimeOnly)).await;
    assert_eq!(report.credential, CredentialVerdict::Verified { how: Proof::Accepted });
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].target, "/async-invoke?maxResults=1");
}
