//! Pings with AWS access keys.

use llm_config_core::provider::Provider;
use llm_config_egress::testing::{Received, Reply};
use llm_config_probe::report::Reason;
use llm_config_probe::testing::is_signed_with;

use super::{ANSWER, PingCase, Seen, case, ping};
use crate::support::{GOOD, pair};

/// Checks that a call with an access key is signed for `scope`, a region and a service.
async fn check_signed(endpoint: &'static str, path: &'static str, scope: &str) {
    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    let call = |secret: &str| PingCase {
        provider: Provider::Aws,
        endpoint,
        path,
        credential: pair(ID, secret),
        ..case()
    };
    let script = |request: &Received| {
        let is_genuine = is_signed_with(request, ID, GOOD);
        let answer = if request.path().ends_with("/converse") { r#"{"output":{}}"# } else { ANSWER };
        if is_genuine { Reply::json(200, answer) } else { refused_signature() }
    };
    for secret in [GOOD.to_owned(), format!("{GOOD}:session-token-0001")] {
        let Seen { result, received, .. } = ping(call(&secret), script).await;
        assert!(result.ok(), "{endpoint}{path}");
        let scope = format!("/19700101/{scope}/aws4_request");
        assert!(received[0].header("authorization").unwrap().contains(&scope), "{endpoint}{path}");
        assert!(!received[0].carries(GOOD));
        let token = secret.split_once(':').map(|(_, token)| token);
        assert_eq!(received[0].header("x-amz-security-token"), token);
    }
    let wrong = ping(call("another-secret-0002"), script).await;
    assert_eq!((wrong.reason(), wrong.received.len()), (Some(Reason::BadKey), 1));
}

fn refused_signature() -> Reply {
    let text = r#"{"message":"The request signature we calculated does not match."}"#;
    Reply::json(403, text).with("x-amzn-errortype", "InvalidSignatureException")
}

#[tokio::test]
async fn ping_with_access_key_signs_for_region_and_service_of_host() {
    let runtime = "http://bedrock-runtime.eu-central-1.amazonaws.com";
    check_signed(runtime, "/model/m/converse", "eu-central-1/bedrock").await;
    check_signed(runtime, "/model/us.acme.chat-v1:0/converse", "eu-central-1/bedrock").await;
    check_signed(runtime, "/openai/v1/chat/completions", "eu-central-1/bedrock").await;
    let mantle = "http://bedrock-mantle.us-west-2.api.aws/v1";
    check_signed(mantle, "/chat/completions", "us-west-2/bedrock-mantle").await;
    check_signed("http://llm.example/aws", "/model/m/converse", "us-east-1/bedrock").await;
}
