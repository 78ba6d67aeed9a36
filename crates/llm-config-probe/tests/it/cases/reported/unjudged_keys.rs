//! Refusals that do not concern the key.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Reason;

use super::{Reported, check, right};
use crate::support::{Case, GOOD, Key, key_in, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;

pub(super) fn table() -> Vec<Reported> {
    let server = || Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m");
    vec![
        right(
            server().with(key_in("apikey", None, GOOD)).is(
                "Kong with the key in the header that it expects",
                "open-webui/open-webui#18509",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST).in_header("apikey"),
                        rule("*", Key::Wrong, 401, r#"{"message":"Unauthorized"}"#).in_header("apikey"),
                        rule("*", Key::Missing, 401, r#"{"message":"No API key found in request"}"#),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
    ]
}

#[tokio::test]
async fn refusal_that_does_not_concern_the_key_does_not_reject_it() {
    check(table()).await;
}
