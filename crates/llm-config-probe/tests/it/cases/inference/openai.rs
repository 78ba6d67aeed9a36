//! `OPENAI` at its own host at depth inference.

use llm_config_core::provider::Provider;

use super::{ANSWER, CHAT, LIST, MODELS, REAL, WRONG, at};
use crate::support::{Case, Key, rule};

const NO_SCOPE: &str = r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: model.request.","type":"invalid_request_error","param":null,"code":null}}"#;
const NO_QUOTA: &str = r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
const OLDER_REFUSED: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
const NEWER_REFUSED: &str = r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens","type":"invalid_request_error","param":null,"code":null}}"#;
const TOO_SMALL: &str = r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.","type":"invalid_request_error","param":"max_output_tokens","code":"integer_below_min_value"}}"#;
const CAP_REACHED: &str = r#"{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.","type":"invalid_request_error","param":null,"code":null}}"#;
const RESPONSES_ONLY: &str = r#"{"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model","code":null}}"#;
const NO_CHAT_MODEL: &str = r#"{"error":{"message":"This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?","type":"invalid_request_error","param":"model","code":null}}"#;

pub(super) fn cases() -> Vec<Case> {
    let vendor = || at(Provider::OpenAi, "http://api.openai.com/v1");
    vec![
        vendor().is(
            "an alias that responds under the name of its model",
            "developers.openai.com/api/reference/chat",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(CHAT, Key::Good, 200, r#"{"model":"m-2026-01-01","choices":[]}"#).with_body("max_completion_tokens"),
                ]
            },
        ),
        vendor().bad().is("a bad key: nothing is called", "chatanywhere/GPT_API_free#427",
            const { &[rule(LIST, Key::Any, 401, WRONG)] }),
        vendor().without_model()
            .is("no model: nothing is called", "lobehub/lobehub#2221",
                const { &[rule(LIST, Key::Good, 200, MODELS)] }),
        vendor().is("a key that may list and not call", "pressidium/pressidium-cookie-consent#156", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 401, NO_SCOPE)]
        }),
        vendor().is("an account without quota, which may list", "CherryHQ/cherry-studio#559", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 429, NO_QUOTA)]
        }),
        vendor().is("a model that knows the older cap only", "langgenius/dify-official-plugins#2771", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(CHAT, Key::Good, 400, NEWER_REFUSED).with_body("max_completion_tokens"),
                rule(CHAT, Key::Good, 200, ANSWER).with_body("max_tokens"),
            ]
        }),
        vendor().is(
            "a model that refuses both output limits, which disproves neither key nor model",
            "editor-code-assistant/eca#231",
            const {
                &[
                    rule(LIST, Key::Good, 200, MODELS),
                    rule(CHAT, Key::Good, 400, NEWER_REFUSED).with_body("max_completion_tokens"),
                    rule(CHAT, Key::Good, 400, OLDER_REFUSED).with_body("max_tokens"),
                ]
            },
        ),
        vendor().is("a cap that is too small", "vectorize-io/hindsight#58", const {
            &[
                rule(LIST, Key::Good, 200, MODELS),
                rule(CHAT, Key::Good, 200, ANSWER).with_body("\"max_completion_tokens\":16"),
                rule(CHAT, Key::Good, 400, TOO_SMALL),
            ]
        }),
        vendor().is("a model that was stopped by the cap", "cline/cline#12166", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 400, CAP_REACHED)]
        }),
        vendor().is("a model of the newer API only", "n8n-io/n8n#18352", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 404, RESPONSES_ONLY)]
        }),
        vendor().path("/responses")
            .is("the newer API, with its own least cap", "developers.openai.com/api/reference/responses",
                const {
            &[rule(LIST, Key::Good, 200, MODELS), rule("POST /v1/responses", Key::Good, 200, r#"{"model":"m","output":[],"error":null}"#)
                .with_body("\"max_output_tokens\":16")]
        }),
        vendor().is("no chat model", "truefoundry/models#846", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 404, NO_CHAT_MODEL)]
        }),
        vendor().is("a restricted key that may call and not list", "microsoft/PowerToys#32989", const {
            &[
                rule(LIST, Key::Good, 401, r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read.","type":"invalid_request_error","param":null,"code":null}}"#),
                rule(CHAT, Key::Good, 200, ANSWER).with_body(REAL),
            ]
        }),
        vendor().is("a model that is nowhere", "developers.openai.com/docs/guides/error-codes", const {
            &[
                rule(LIST, Key::Good, 200, r#"{"data":[{"id":"other"}]}"#),
                rule("GET /v1/models/m", Key::Good, 404, r#"{"error":{"message":"The model 'm' does not exist","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#),
                rule(CHAT, Key::Good, 404, r#"{"error":{"message":"The model `m` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#),
            ]
        }),
        vendor().is("trouble at the call only", "mistralai/mistral-inference#122", const {
            &[rule(LIST, Key::Good, 200, MODELS), rule(CHAT, Key::Good, 500, r#"{"error":{"message":"The server had an error","type":"server_error"}}"#)]
        }),
    ]
}
