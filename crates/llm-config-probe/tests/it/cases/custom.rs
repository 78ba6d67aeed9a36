//! `CUSTOM_OPENAI_COMPATIBLE`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, GOOD, Key, key, rule};

#[tokio::test]
async fn custom_servers() {
    let case = |name, source, rules| Case {
        name,
        source,
        provider: Provider::CustomOpenAiCompatible,
        endpoint: "http://llm.example/v1",
        credential: key(GOOD),
        genuine: Some(true),
        model: None,
        depth: Depth::Credential,
        rules,
    };
    let found = reports(vec![case(
        "a server that checks keys, and a good one",
        "provider-probing.md §2.3, run",
        const {
            &[
                rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"tiny"}]}"#),
                rule("GET /v1/models", Key::Other, 401, r#"{"detail":"Invalid API key"}"#),
            ]
        },
    )])
    .await;
    insta::assert_snapshot!(found);
}
