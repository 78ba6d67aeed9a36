//! `AWS`: Bedrock, with access keys and with API keys.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{BAD, Case, GOOD, Key, Rule, Truth, key, pair, rule};

const CONTROL: &str = "http://bedrock.us-east-1.amazonaws.com";
const RUNTIME: &str = "http://bedrock-runtime.eu-central-1.amazonaws.com";
const GATEWAY: &str = "http://llm.example/aws";

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const API: &str = "docs.aws.amazon.com/bedrock/latest/APIReference, ListFoundationModels";
const AVAILABLE_API: &str =
    "docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html";
const ASYNC_API: &str = "docs.aws.amazon.com/bedrock/latest/APIReference, ListAsyncInvokes";

const AT_LIST: &str = "GET /foundation-models";
const AT_AVAILABILITY: &str = "GET /foundation-model-availability/acme.chat-v1%3A0";
const AT_CONVERSE: &str = "POST /model/acme.chat-v1%3A0/converse";
const AT_ASYNC: &str = "GET /async-invoke";

const LIST: &str = r#"{"modelSummaries":[{"modelId":"acme.chat-v1:0","outputModalities":["TEXT"],"inferenceTypesSupported":["ON_DEMAND"]},{"modelId":"acme.new-v1:0","outputModalities":["TEXT"],"inferenceTypesSupported":["INFERENCE_PROFILE"]},{"modelId":"acme.embed-v1","outputModalities":["EMBEDDING"]}]}"#;
const AVAILABLE: &str = r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#;
const WRONG_SECRET: &str = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
const UNKNOWN_ID: &str = r#"{"message":"The security token included in the request is invalid."}"#;
const WRONG_KEY: &str = r#"{"Message":"Authentication failed: Please make sure your API Key is valid."}"#;
const MAY_NOT_LIST: &str = r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:ListFoundationModels because no identity-based policy allows the bedrock:ListFoundationModels action"}"#;
const LACKS_MESSAGES: &str = r#"{"message":"A conversation must start with a user message. Try again with a conversation that starts with a user message."}"#;

const SIGNATURE: &[(&str, &str)] =
    &[("x-amzn-errortype", "InvalidSignatureException:http://internal.amazon.com/")];
const CLIENT: &[(&str, &str)] = &[("x-amzn-errortype", "UnrecognizedClientException")];
const DENIED: &[(&str, &str)] = &[("x-amzn-errortype", "AccessDeniedException")];
const VALIDATION: &[(&str, &str)] = &[("x-amzn-errortype", "ValidationException")];
const NOT_FOUND: &[(&str, &str)] = &[("x-amzn-errortype", "ResourceNotFoundException")];
const UNKNOWN: &[(&str, &str)] = &[("x-amzn-errortype", "UnknownOperationException")];

const fn error(
    request: &'static str,
    key: Key,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Rule {
    Rule { headers, ..rule(request, key, status, body) }
}

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::Aws, endpoint).with(pair(ID, GOOD)).is(name, source, rules)
}

const PLANE: [Rule; 3] = [
    rule(AT_LIST, Key::Good, 200, LIST),
    error(AT_LIST, Key::Other, 403, SIGNATURE, WRONG_SECRET),
    rule(AT_AVAILABILITY, Key::Good, 200, AVAILABLE),
];

const fn lists(
    headers: &'static [(&'static str, &'static str)],
    status: u16,
    body: &'static str,
) -> [Rule; 1] {
    [error(AT_LIST, Key::Any, status, headers, body)]
}

const fn availability(status: u16, body: &'static str) -> [Rule; 2] {
    [PLANE[0], error(AT_AVAILABILITY, Key::Good, status, DENIED, body)]
}

#[tokio::test]
async fn check_at_control_plane_matches_table() {
    let aws = |name, source, rules| case(name, source, CONTROL, rules);
    let errors = "docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html";
    let found = reports(vec![
        aws("a good pair", API, &PLANE),
        aws("a good pair and a model", AVAILABLE_API, &PLANE).model("acme.chat-v1:0"),
        aws("a wrong secret", errors, &PLANE).bad_with(pair(ID, BAD)),
        aws("an unknown key id", "anthropics/claude-code#2260", const { &lists(CLIENT, 403, UNKNOWN_ID) })
            .bad_with(pair(ID, BAD)),
        aws("a genuine pair of another partition", "anthropics/claude-code#2260",
            const { &lists(CLIENT, 403, UNKNOWN_ID) }),
        aws("an expired session", "anthropics/claude-code#28032", const {
            &lists(&[("x-amzn-errortype", "ExpiredTokenException")], 403, r#"{"message":"The security token included in the request is expired"}"#)
        }).truth(Truth::Bad),
        aws("our clock is wrong", errors, const {
            &lists(SIGNATURE, 403, r#"{"message":"Signature expired: 20261120T100000Z is now earlier than 20261120T120000Z (20261120T120500Z - 5 min.)"}"#)
        }),
        aws("no credential: no request is sent", API, &PLANE).keyless(),
        aws("a temporary id without its token: no request is sent", "vercel/ai#4163", &PLANE)
            .with(pair("ASIAIOSFODNN7EXAMPLE", GOOD)),
        aws("a lasting id with a token: no request is sent", "anthropics/anthropic-sdk-typescript#537",
            &PLANE).with(pair(ID, &format!("{GOOD}:session"))),
        aws("a temporary id with its token", API, &PLANE)
            .with(pair("ASIAIOSFODNN7EXAMPLE", &format!("{GOOD}:session-token-0001"))),
        aws("may not list, and no model to call", "aws-samples/dify-self-hosted-on-aws#74",
            const { &lists(DENIED, 403, MAY_NOT_LIST) }),
        aws("may not list, and a call without content complains",
            "posit-dev/positron#11755, langgenius/dify#12340", const {
            &[error(AT_LIST, Key::Good, 403, DENIED, MAY_NOT_LIST),
                error(AT_CONVERSE, Key::Good, 400, VALIDATION, LACKS_MESSAGES)]
        }).model("acme.chat-v1:0"),
        aws("may not list, and may not call either", "BerriAI/litellm#39166", const {
            &[error(AT_LIST, Key::Good, 403, DENIED, MAY_NOT_LIST),
                error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/acme.chat-v1:0"}"#)]
        }).model("acme.chat-v1:0"),
        aws("a model that needs an inference profile", "BerriAI/litellm#9301", &PLANE).model("acme.new-v1:0"),
        aws("a model that only embeds", API, &PLANE).model("acme.embed-v1"),
        aws("an unknown model", AVAILABLE_API, const {
            &[PLANE[0], error("GET /foundation-model-availability/acme.nosuch-v1%3A0", Key::Good, 404,
                NOT_FOUND, r#"{"message":"Could not resolve the foundation model from the provided model identifier."}"#)]
        }).model("acme.nosuch-v1:0"),
        aws("an inference profile", "langgenius/dify, bedrock.py", const {
            &[PLANE[0], rule("GET /inference-profiles/us.acme.chat-v1%3A0", Key::Good, 200, r#"{"inferenceProfileId":"us.acme.chat-v1:0","status":"ACTIVE"}"#)]
        }).model("us.acme.chat-v1:0"),
        aws("an unknown inference profile", "langgenius/dify, bedrock.py", const {
            &[PLANE[0], error("GET /inference-profiles/\
                arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.acme.nosuch",
                Key::Good, 404, NOT_FOUND, r#"{"message":"The specified inference profile does not exist."}"#)]
        }).model("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.acme.nosuch"),
        aws("a model that is not granted", AVAILABLE_API, const {
            &availability(200, r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"NOT_AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#)
        }).model("acme.chat-v1:0"),
        aws("terms that were not accepted", AVAILABLE_API, const {
            &availability(200, r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"NOT_AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#)
        }).model("acme.chat-v1:0"),
        aws("may not read availability, but the list has the model", AVAILABLE_API, const {
            &availability(403, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:GetFoundationModelAvailability"}"#)
        }).model("acme.chat-v1:0"),
        aws("too many calls", errors, const {
            &lists(&[("x-amzn-errortype", "ThrottlingException")], 429, r#"{"message":"Rate exceeded"}"#)
        }),
        aws("trouble at the provider", errors, const {
            &lists(&[("x-amzn-errortype", "InternalServerException")], 500, r#"{"message":"Internal error"}"#)
        }).model("acme.chat-v1:0"),
        aws("a web page", "langfuse/langfuse#7751",
            const { &lists(&[], 200, "<html><body>login</body></html>") }),
        aws("JSON of another shape", "nearai/ironclaw#6099", const { &lists(&[], 200, r#"{"models":[]}"#) }),
        aws("elsewhere", "RFC 9110 §15.4",
            const { &lists(&[("location", "https://aws.amazon.com/bedrock")], 301, "") }),
    ])
    .await;
    insta::assert_snapshot!(found);
}

const KEYS: [Rule; 3] = [
    rule(AT_ASYNC, Key::Good, 200, r#"{"asyncInvokeSummaries":[]}"#),
    error(AT_ASYNC, Key::Other, 403, &[], WRONG_KEY),
    error(AT_CONVERSE, Key::Good, 400, VALIDATION, LACKS_MESSAGES),
];

#[tokio::test]
async fn check_at_runtime_matches_table() {
    let aws = |name, source, rules| case(name, source, RUNTIME, rules);
    let bearer = |name, source, rules| case(name, source, RUNTIME, rules).with(key(GOOD));
    let found = reports(vec![
        aws("a pair at the other plane", API, &PLANE).model("acme.chat-v1:0"),
        aws("a wrong secret", API, &PLANE).bad_with(pair(ID, BAD)),
        aws("only whether it is there", ASYNC_API, const {
            &[error(AT_ASYNC, Key::Other, 403,
                &[("x-amzn-errortype", "MissingAuthenticationTokenException")], r#"{"message":"Missing Authentication Token"}"#)]
        }).deep(Depth::Reach),
        bearer("a key", ASYNC_API, &KEYS),
        bearer("a key and a model", "langgenius/dify#12340", &KEYS).model("acme.chat-v1:0"),
        case("the OpenAI-compatible path", ASYNC_API,
            "http://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1", &KEYS).model("acme.chat-v1:0")
                .with(key(GOOD)),
        bearer("a bad key, or one of another region", "ai4s-research/open-science#53", &KEYS).bad(),
        bearer("a genuine key of another region", "ai4s-research/open-science#53",
            const { &[error(AT_ASYNC, Key::Any, 403, &[], WRONG_KEY)] }),
        bearer("a key that names another region: no request is sent",
            "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html", &KEYS)
                .with(key(&short_term("us-east-1"))),
        bearer("a bad key that names this region",
            "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html", &KEYS)
                .with(key(&short_term("eu-central-1"))).truth(Truth::Bad),
        bearer("a key that may not list", "BerriAI/litellm#39166", const {
            &[error(AT_ASYNC, Key::Good, 403, DENIED, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:ListAsyncInvokes"}"#), KEYS[2]]
        }).model("acme.chat-v1:0"),
        bearer("a region without such lists", ASYNC_API, const {
            &[error(AT_ASYNC, Key::Any, 404, UNKNOWN, "{}"), KEYS[2]]
        }).model("acme.chat-v1:0"),
        bearer("a wrong id of a model", "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes",
            const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 400, VALIDATION, r#"{"message":"The provided model identifier is invalid."}"#)]
        }).model("acme.chat-v1:0"),
        bearer("a model that is not granted",
            "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"message":"You don't have access to the model with the specified model ID."}"#)]
        }).model("acme.chat-v1:0"),
        bearer("a form that was not filled in",
            "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 404, NOT_FOUND, r#"{"message":"Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."}"#)]
        }).model("acme.chat-v1:0"),
        bearer("a model that was retired", "awslabs/llmeter#35", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 404, NOT_FOUND, r#"{"message":"Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days."}"#)]
        }).model("acme.chat-v1:0"),
        bearer("an account that AWS blocks", "langgenius/dify#7488", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 400, VALIDATION, r#"{"message":"Operation not allowed"}"#)]
        }).model("acme.chat-v1:0"),
        bearer("a subscription that is missing",
            "ministryofjustice/modernisation-platform-environments#18323", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"message":"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model."}"#)]
        }).model("acme.chat-v1:0"),
        case("a key at the other plane", AVAILABLE_API, CONTROL, &PLANE).model("acme.chat-v1:0")
            .with(key(GOOD)),
        case("a key that may not list stays at its host", "BerriAI/litellm#39166", CONTROL,
            const { &lists(DENIED, 403, MAY_NOT_LIST) }).model("acme.chat-v1:0").with(key(GOOD)),
        case("mantle", "docs.aws.amazon.com/bedrock, models-get-info",
            "http://bedrock-mantle.us-east-1.api.aws/v1", const {
            &[rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"openai.gpt-oss-x"}]}"#)]
        }).model("openai.gpt-oss-x").with(key(GOOD)),
    ])
    .await;
    insta::assert_snapshot!(found);
}

/// A short-term key: a signed URL in Base64.
fn short_term(region: &str) -> String {
    let scope = format!("{ID}%2F20261120%2F{region}%2Fbedrock%2Faws4_request");
    let url = format!("bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential={scope}&Version=1");
    format!("bedrock-api-key-{}", data_encoding::BASE64.encode(url.as_bytes()))
}

#[tokio::test]
async fn check_at_gateway_matches_table() {
    const AT: &str = "GET /aws/foundation-models";
    const CHECKS: [Rule; 3] = [
        rule(AT, Key::Good, 200, LIST),
        error(AT, Key::Other, 403, SIGNATURE, WRONG_SECRET),
        rule("GET /aws/foundation-model-availability/acme.chat-v1%3A0", Key::Good, 200, AVAILABLE),
    ];
    let gateway = |name, source, rules| case(name, source, GATEWAY, rules);
    let found = reports(vec![
        gateway("a gateway that verifies signatures", API, &CHECKS).model("acme.chat-v1:0"),
        gateway(
            "a wrong secret, or a gateway that changes signed parts",
            "docs.aws.amazon.com/IAM, signature errors",
            &CHECKS,
        )
        .bad_with(pair(ID, BAD)),
        gateway(
            "a gateway that changes signed parts",
            "docs.aws.amazon.com/IAM, signature errors",
            const { &[error(AT, Key::Any, 403, SIGNATURE, WRONG_SECRET)] },
        ),
        gateway(
            "a gateway to another region",
            "docs.aws.amazon.com/IAM, signature errors",
            const {
                &[error(
                    AT,
                    Key::Any,
                    403,
                    SIGNATURE,
                    r#"{"message":"Credential should be scoped to a valid region. "}"#,
                )]
            },
        ),
        gateway(
            "a gateway that checks nothing",
            "spulec/moto, without reset-auth",
            const { &[rule(AT, Key::Any, 200, LIST)] },
        )
        .model("acme.chat-v1:0")
        .bad_with(pair(ID, BAD)),
        gateway(
            "a gateway that limits calls",
            "RFC 6585 §4",
            const {
                &[error(
                    AT,
                    Key::Any,
                    429,
                    &[("x-amzn-errortype", "ThrottlingException")],
                    r#"{"message":"Rate exceeded"}"#,
                )]
            },
        )
        .bad_with(pair(ID, BAD)),
        gateway("a gateway that checks keys", API, &CHECKS).with(key(GOOD)),
        gateway(
            "a gateway that checks keys, and a bad one",
            API,
            const { &[error(AT, Key::Other, 403, &[], r#"{"message":"Invalid API key"}"#)] },
        )
        .bad(),
        gateway("a gateway without a credential", API, &CHECKS).keyless(),
        case(
            "an OpenAI-compatible gateway",
            API,
            "http://llm.example/openai/v1",
            const {
                &[
                    rule("GET /openai/v1/models", Key::Good, 200, r#"{"data":[{"id":"other"}]}"#),
                    rule(
                        "GET /openai/v1/models",
                        Key::Other,
                        401,
                        r#"{"error":{"message":"Invalid API key"}}"#,
                    ),
                ]
            },
        )
        .model("acme.chat-v1:0")
        .with(key(GOOD)),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn check_at_gateway_without_list_matches_table() {
    const AT: &str = "POST /aws/model/acme.chat-v1%3A0/converse";
    const COMPLAINS: Rule = error(AT, Key::Any, 400, VALIDATION, LACKS_MESSAGES);
    const REFUSES: Rule = error(AT, Key::Other, 403, SIGNATURE, WRONG_SECRET);
    let source = "langgenius/dify#12340";
    let gateway = |name, source, rules| case(name, source, GATEWAY, rules).model("acme.chat-v1:0");
    let found = reports(vec![
        gateway("a gateway that only calls models", source, const { &[REFUSES, COMPLAINS] }),
        gateway("the same with a wrong secret", source, const { &[REFUSES, COMPLAINS] })
            .bad_with(pair(ID, BAD)),
        gateway("a gateway that looks at content first", source, const { &[COMPLAINS] })
            .bad_with(pair(ID, BAD)),
        gateway("neither list nor calls", API, &[]),
    ])
    .await;
    insta::assert_snapshot!(found);
}
