//! Endpoints that lack `/v1`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Reason;

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}"#;

pub(super) fn table() -> Vec<Reported> {
    vec![
        right(
            Case::at(Provider::CustomOpenAiCompatible, "http://llm.example").model("m").is(
                "a host without `/v1`",
                "shy3130/tick-stock-panel#35",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("GET /v1/models", Key::Other, 401, WRONG),
                    ]
                },
            ),
            Reason::WrongBasePath,
            "no",
        )
        .credential("verified")
        .suggests("/v1"),
    ]
}

#[tokio::test]
async fn endpoint_without_version_is_wrong_and_corrected() {
    check(table()).await;
}
