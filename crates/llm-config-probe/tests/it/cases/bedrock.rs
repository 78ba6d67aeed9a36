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
    shown: Key,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Rule {
    Rule { headers, ..rule(request, shown, status, body) }
}

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case {
        name,
        source,
        provider: Provider::Aws,
        endpoint,
        credential: pair(ID, GOOD),
        truth: Truth::Good,
        api_path: "",
        model: None,
        depth: Depth::Credential,
        rules,
    }
}

fn with_model(mut case: Case) -> Case {
    case.model = Some("acme.chat-v1:0");
    case
}

fn with_key(mut case: Case) -> Case {
    case.credential = key(GOOD);
    case
}

fn bad(mut case: Case) -> Case {
    case.credential = pair(ID, BAD);
    case.truth = Truth::Bad;
    case
}

fn bad_key(mut case: Case) -> Case {
    case.credential = key(BAD);
    case.truth = Truth::Bad;
    case
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
async fn access_keys_at_the_plane_that_lists_models() {
    let aws = |name, source, rules| case(name, source, CONTROL, rules);
    let errors = "docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html";
    let found = reports(vec![
        aws("a good pair", API, &PLANE),
        with_model(aws("a good pair and a model", AVAILABLE_API, &PLANE)),
        bad(aws("a wrong secret", errors, &PLANE)),
        bad(aws("an unknown key id", "anthropics/claude-code#2260", const { &lists(CLIENT, 403, UNKNOWN_ID) })),
        aws("a genuine pair of another partition", "anthropics/claude-code#2260", const { &lists(CLIENT, 403, UNKNOWN_ID) }),
        Case { truth: Truth::Bad, ..aws("an expired session", "anthropics/claude-code#28032", const {
            &lists(&[("x-amzn-errortype", "ExpiredTokenException")], 403, r#"{"message":"The security token included in the request is expired"}"#)
        }) },
        aws("our clock is wrong", errors, const {
            &lists(SIGNATURE, 403, r#"{"message":"Signature expired: 20261120T100000Z is now earlier than 20261120T120000Z (20261120T120500Z - 5 min.)"}"#)
        }),
        Case { credential: None, truth: Truth::None, ..aws("no credential: nobody is asked", API, &PLANE) },
        Case { credential: pair("ASIAIOSFODNN7EXAMPLE", GOOD), ..aws("a temporary id without its token: nobody is asked", "vercel/ai#4163", &PLANE) },
        Case { credential: pair(ID, &format!("{GOOD}:session")), ..aws("a lasting id with a token: nobody is asked", "anthropics/anthropic-sdk-typescript#537", &PLANE) },
        Case { credential: pair("ASIAIOSFODNN7EXAMPLE", &format!("{GOOD}:session-token-0001")), ..aws("a temporary id with its token", API, &PLANE) },
        aws("may not list, and no model to call", "aws-samples/dify-self-hosted-on-aws#74", const { &lists(DENIED, 403, MAY_NOT_LIST) }),
        with_model(aws("may not list, and a call without content complains", "posit-dev/positron#11755, langgenius/dify#12340", const {
            &[error(AT_LIST, Key::Good, 403, DENIED, MAY_NOT_LIST), error(AT_CONVERSE, Key::Good, 400, VALIDATION, LACKS_MESSAGES)]
        })),
        with_model(aws("may not list, and may not call either", "BerriAI/litellm#39166", const {
            &[error(AT_LIST, Key::Good, 403, DENIED, MAY_NOT_LIST), error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/acme.chat-v1:0"}"#)]
        })),
        Case { model: Some("acme.new-v1:0"), ..aws("a model that needs an inference profile", "BerriAI/litellm#9301", &PLANE) },
        Case { model: Some("acme.embed-v1"), ..aws("a model that only embeds", API, &PLANE) },
        Case { model: Some("acme.nosuch-v1:0"), ..aws("an unknown model", AVAILABLE_API, const {
            &[PLANE[0], error("GET /foundation-model-availability/acme.nosuch-v1%3A0", Key::Good, 404, NOT_FOUND, r#"{"message":"Could not resolve the foundation model from the provided model identifier."}"#)]
        }) },
        Case { model: Some("us.acme.chat-v1:0"), ..aws("an inference profile", "langgenius/dify, bedrock.py", const {
            &[PLANE[0], rule("GET /inference-profiles/us.acme.chat-v1%3A0", Key::Good, 200, r#"{"inferenceProfileId":"us.acme.chat-v1:0","status":"ACTIVE"}"#)]
        }) },
        Case { model: Some("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.acme.nosuch"), ..aws("an unknown inference profile", "langgenius/dify, bedrock.py", const {
            &[PLANE[0], error("GET /inference-profiles/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.acme.nosuch", Key::Good, 404, NOT_FOUND, r#"{"message":"The specified inference profile does not exist."}"#)]
        }) },
        with_model(aws("a model that is not granted", AVAILABLE_API, const {
            &availability(200, r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"NOT_AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#)
        })),
        with_model(aws("terms that nobody agreed to", AVAILABLE_API, const {
            &availability(200, r#"{"modelId":"acme.chat-v1:0","agreementAvailability":{"status":"NOT_AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}"#)
        })),
        with_model(aws("may not ask about availability, but the list has the model", AVAILABLE_API, const {
            &availability(403, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:GetFoundationModelAvailability"}"#)
        })),
        aws("too many calls", errors, const {
            &lists(&[("x-amzn-errortype", "ThrottlingException")], 429, r#"{"message":"Rate exceeded"}"#)
        }),
        with_model(aws("trouble at the provider", errors, const {
            &lists(&[("x-amzn-errortype", "InternalServerException")], 500, r#"{"message":"Internal error"}"#)
        })),
        aws("a web page", "langfuse/langfuse#7751", const { &lists(&[], 200, "<html><body>login</body></html>") }),
        aws("JSON of another shape", "nearai/ironclaw#6099", const { &lists(&[], 200, r#"{"models":[]}"#) }),
        aws("elsewhere", "RFC 9110 §15.4", const { &lists(&[("location", "https://aws.amazon.com/bedrock")], 301, "") }),
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
async fn the_plane_that_calls_models() {
    let aws = |name, source, rules| case(name, source, RUNTIME, rules);
    let bearer = |name, source, rules| with_key(case(name, source, RUNTIME, rules));
    let found = reports(vec![
        with_model(aws("a pair asks the other plane", API, &PLANE)),
        bad(aws("a wrong secret", API, &PLANE)),
        Case { depth: Depth::Reach, ..aws("only whether it is there", ASYNC_API, const {
            &[error(AT_ASYNC, Key::Other, 403, &[("x-amzn-errortype", "MissingAuthenticationTokenException")], r#"{"message":"Missing Authentication Token"}"#)]
        }) },
        bearer("a key", ASYNC_API, &KEYS),
        with_model(bearer("a key and a model", "langgenius/dify#12340", &KEYS)),
        with_key(with_model(case("the path that speaks like OpenAI", ASYNC_API, "http://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1", &KEYS))),
        bad_key(bearer("a bad key, or one of another region", "ai4s-research/open-science#53", &KEYS)),
        bearer("a genuine key of another region", "ai4s-research/open-science#53", const { &[error(AT_ASYNC, Key::Any, 403, &[], WRONG_KEY)] }),
        Case { credential: key(&short_term("us-east-1")), ..bearer("a key that names another region: nobody is asked", "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html", &KEYS) },
        Case { credential: key(&short_term("eu-central-1")), truth: Truth::Bad, ..bearer("a bad key that names this region", "docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html", &KEYS) },
        with_model(bearer("a key that may not list", "BerriAI/litellm#39166", const {
            &[error(AT_ASYNC, Key::Good, 403, DENIED, r#"{"Message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:ListAsyncInvokes"}"#), KEYS[2]]
        })),
        with_model(bearer("a region without such lists", ASYNC_API, const {
            &[error(AT_ASYNC, Key::Any, 404, UNKNOWN, "{}"), KEYS[2]]
        })),
        with_model(bearer("a wrong id of a model", "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 400, VALIDATION, r#"{"message":"The provided model identifier is invalid."}"#)]
        })),
        with_model(bearer("a model that is not granted", "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"message":"You don't have access to the model with the specified model ID."}"#)]
        })),
        with_model(bearer("a form that nobody filled in", "docs.aws.amazon.com/bedrock, troubleshooting-api-error-codes", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 404, NOT_FOUND, r#"{"message":"Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."}"#)]
        })),
        with_model(bearer("a model that was retired", "awslabs/llmeter#35", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 404, NOT_FOUND, r#"{"message":"Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days."}"#)]
        })),
        with_model(bearer("an account that AWS blocks", "langgenius/dify#7488", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 400, VALIDATION, r#"{"message":"Operation not allowed"}"#)]
        })),
        with_model(bearer("a subscription that is missing", "ministryofjustice/modernisation-platform-environments#18323", const {
            &[KEYS[0], error(AT_CONVERSE, Key::Good, 403, DENIED, r#"{"message":"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model."}"#)]
        })),
        with_key(with_model(case("a key at the other plane", AVAILABLE_API, CONTROL, &PLANE))),
        with_key(with_model(case("a key that may not list stays at its host", "BerriAI/litellm#39166", CONTROL, const { &lists(DENIED, 403, MAY_NOT_LIST) }))),
        with_key(Case { model: Some("openai.gpt-oss-x"), ..case("mantle", "docs.aws.amazon.com/bedrock, models-get-info", "http://bedrock-mantle.us-east-1.api.aws/v1", const {
            &[rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"id":"openai.gpt-oss-x"}]}"#)]
        }) }),
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
async fn hosts_that_are_not_aws() {
    const AT: &str = "GET /aws/foundation-models";
    const CHECKS: [Rule; 3] = [
        rule(AT, Key::Good, 200, LIST),
        error(AT, Key::Other, 403, SIGNATURE, WRONG_SECRET),
        rule("GET /aws/foundation-model-availability/acme.chat-v1%3A0", Key::Good, 200, AVAILABLE),
    ];
    let gateway = |name, source, rules| case(name, source, GATEWAY, rules);
    let found = reports(vec![
        with_model(gateway("a gateway that verifies signatures", API, &CHECKS)),
        bad(gateway(
            "a wrong secret, or a gateway that changes what was signed",
            "docs.aws.amazon.com/IAM, signature errors",
            &CHECKS,
        )),
        gateway(
            "a gateway that changes what was signed",
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
        bad(with_model(gateway(
            "a gateway that checks nothing",
            "spulec/moto, without reset-auth",
            const { &[rule(AT, Key::Any, 200, LIST)] },
        ))),
        bad(gateway(
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
        )),
        with_key(gateway("a gateway that checks keys", API, &CHECKS)),
        bad_key(gateway(
            "a gateway that checks keys, and a bad one",
            API,
            const { &[error(AT, Key::Other, 403, &[], r#"{"message":"Invalid API key"}"#)] },
        )),
        Case {
            credential: None,
            truth: Truth::None,
            ..gateway("a gateway without a credential", API, &CHECKS)
        },
        with_key(with_model(case(
            "a gateway that speaks like OpenAI",
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
        ))),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn gateways_without_a_list() {
    const AT: &str = "POST /aws/model/acme.chat-v1%3A0/converse";
    const COMPLAINS: Rule = error(AT, Key::Any, 400, VALIDATION, LACKS_MESSAGES);
    const REFUSES: Rule = error(AT, Key::Other, 403, SIGNATURE, WRONG_SECRET);
    let source = "langgenius/dify#12340";
    let gateway = |name, source, rules| with_model(case(name, source, GATEWAY, rules));
    let found = reports(vec![
        gateway("a gateway that only calls models", source, const { &[REFUSES, COMPLAINS] }),
        bad(gateway("the same with a wrong secret", source, const { &[REFUSES, COMPLAINS] })),
        bad(gateway("a gateway that looks at content first", source, const { &[COMPLAINS] })),
        gateway("neither list nor calls", API, &[]),
    ])
    .await;
    insta::assert_snapshot!(found);
}
