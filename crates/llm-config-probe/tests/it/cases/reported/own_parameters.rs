//! Refusals of the parameters that a check sends.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const LIMIT_NAME: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#;

pub(super) fn table() -> Vec<Reported> {
    let server = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
        case.model("m").deep(Depth::Inference)
    };
    vec![
        right(
            server().is(
                "the older name of the output limit is refused",
                "langgenius/dify-official-plugins#2771",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("POST /v1/chat/completions", Key::Good, 200, COMPLETION)
                            .without_body("\"max_tokens\""),
                        rule("POST /v1/chat/completions", Key::Good, 400, LIMIT_NAME),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .model("verified")
        .ping(Reason::Ok),
    ]
}

#[tokio::test]
async fn refused_parameter_of_check_is_not_a_fault_of_the_configuration() {
    check(table()).await;
}
