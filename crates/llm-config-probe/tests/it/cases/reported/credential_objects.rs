//! References, placeholders and files of other products in the place of a key; the header and the prefix in
//! which a key is sent.

use llm_config_core::credential::{ApiKey, Credential, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, GOOD, Key, Rule, Truth, key, key_in, pair, probe, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const INCORRECT: &str = r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","code":"invalid_api_key"}}"#;

/// A server that would call every such text a wrong key.
const CHECKING: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("POST /v1/chat/completions", Key::Good, 200, COMPLETION),
    rule("*", Key::Other, 401, INCORRECT),
];

/// A credential with a secret that an earlier version stored.
#[expect(clippy::unnecessary_wraps, reason = "the credential of a case is optional")]
fn stored(text: &str) -> Option<Credential> {
    let value = SecretValue::Inline(Secret::from_stored(text.to_owned()).expect("a text"));
    Some(Credential::ApiKey(ApiKey { header: None, prefix: None, value }))
}

/// Texts that are no key: what they are, their source, and the text.
const NO_KEYS: &[(&str, &str, &str)] = &[
    ("a variable of LiteLLM", "BerriAI/litellm#30969, #8919", "os.environ/OPENAI_API_KEY"),
    ("a secret of WSO2's gateway", "wso2/api-platform#1546", "$secret{openai-secret}"),
    ("a template of RocketRide", "rocketride-org/rocketride-server#1105", "${ROCKETRIDE_ANTHROPIC_KEY}"),
    ("a variable of opencode", "anomalyco/opencode#8665", "{env:DEEPSEEK_API_KEY}"),
    ("a variable of LanceDB's registry", "lancedb/lancedb#2387", "$var:api_key"),
    (
        "a reference of 1Password",
        "developer.1password.com/docs/cli/secret-references",
        "op://Private/OpenAI/key",
    ),
    ("a reference of this server", "docs/secret-references.md", "env://OPENAI_API_KEY"),
    (
        "a reference of Azure App Service",
        "learn.microsoft.com/azure/app-service/app-service-key-vault-references",
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)",
    ),
    ("a secret of GitHub Actions", "docs.github.com/actions", "${{ secrets.OPENAI_API_KEY }}"),
    ("the name of a variable", "Cinnamon/kotaemon#205", "OPENAI_API_KEY"),
    ("a placeholder", "the documentation of GoodMem", "<YOUR_API_KEY>"),
    ("a mask of OmniRoute", "diegosouzapw/OmniRoute#549", "sk-a...wxyz"),
    ("a mask of xbot", "CjiW/xbot#505", "sk-a****"),
    (
        "the redacted value of Flowise",
        "FlowiseAI/Flowise",
        "_FLOWISE_BLANK_07167752-1a71-43b1-bf8f-4f32252165db",
    ),
    (
        "a service account",
        "diegosouzapw/OmniRoute#3091, langgenius/dify#5984",
        "{\n  \"type\": \"service_account\",\n  \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIE\"\n}",
    ),
    (
        "a service account in Base64",
        "langgenius/dify#6291",
        "eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCIsICJwcm9qZWN0X2lkIjogImh1bnQifQ==",
    ),
    (
        "a file of user credentials",
        "googleapis/google-auth-library-python",
        r#"{"client_id":"1.apps.googleusercontent.com","client_secret":"2","type":"authorized_user"}"#,
    ),
    (
        "a private key",
        "diegosouzapw/OmniRoute#3091",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    ),
    ("a file of AWS", "docs.aws.amazon.com/cli", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE"),
    ("an access key as an API key", "earendil-works/pi#6531", "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG"),
    ("a header line", "landgraf-dev/openai-delphi#3", "Authorization: Bearer sk-1"),
    ("a setting", "PAMulligan, die-Manufaktur/AI-SEO-Copilot-for-Webflow#8", "export OPENAI_API_KEY=sk-1"),
    (
        "a command",
        "platform.openai.com/docs/api-reference",
        "curl https://api.openai.com/v1/models -H 'a: b'",
    ),
    ("a JSON object", "platform.openai.com/docs/api-reference", r#"{"apiKey": "sk-1"}"#),
];

const ANTHROPIC: &str = "http://llm.example/ai";
const MISSED: &str = r#"{"type":"error","error":{"type":"authentication_error","message":"Authorization header is required"}}"#;
const INVALID: &str =
    r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#;
const NO_CONTENT: &str =
    r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: Field required"}}"#;
const MESSAGE: &str =
    r#"{"type":"message","model":"m","content":[{"type":"text","text":"x"}],"stop_reason":"max_tokens"}"#;

/// A gateway without a list, which reads `Authorization` only.
const BEARER_ONLY: &[Rule] = &[
    rule("POST /ai/v1/messages", Key::Good, 200, MESSAGE).in_header("authorization").with_body("content"),
    rule("POST /ai/v1/messages", Key::Good, 400, NO_CONTENT).in_header("authorization"),
    rule("POST /ai/v1/messages", Key::Any, 401, MISSED),
];

/// A gateway with a list, which reads `Authorization` only.
const BEARER_WITH_LIST: &[Rule] = &[
    rule("GET /ai/v1/models", Key::Good, 200, LIST).in_header("authorization"),
    rule("GET /ai/v1/models", Key::Any, 401, MISSED),
    rule("POST /ai/v1/messages", Key::Good, 200, MESSAGE).in_header("authorization"),
    rule("POST /ai/v1/messages", Key::Any, 401, MISSED),
];

/// A gateway that reads `x-api-key` only.
const OWN_HEADER: &[Rule] = &[
    rule("GET /ai/v1/models", Key::Good, 200, LIST).in_header("x-api-key"),
    rule("POST /ai/v1/messages", Key::Good, 400, NO_CONTENT).in_header("x-api-key"),
    rule("*", Key::Wrong, 401, INVALID).in_header("x-api-key"),
    rule(
        "*",
        Key::Any,
        401,
        r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#,
    ),
];

/// A server that compares the whole value of `Authorization` with the key.
const RAW: &[Rule] = &[
    rule("*", Key::Wrong, 401, INCORRECT).in_header("authorization"),
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("POST /v1/chat/completions", Key::Good, 200, COMPLETION),
];

fn bearer(text: &str) -> Option<Credential> {
    key(&format!("Bearer {text}"))
}

pub(super) fn table() -> Vec<Reported> {
    let no_key = |(name, source, text): &(&'static str, &'static str, &str)| {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m");
        let case = case.with(stored(text)).truth(Truth::Bad).is(name, source, CHECKING);
        right(case, Reason::KeyMalformed, "no").credential("not_verified").ping(Reason::KeyMalformed)
    };
    let gateway = |name, source, rules| Case::at(Provider::Anthropic, ANTHROPIC).is(name, source, rules);
    let server = |name, source, rules| {
        Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m").is(name, source, rules)
    };
    let mut table: Vec<Reported> = NO_KEYS.iter().map(no_key).collect();
    table.extend([
        right(
            Case::at(
                Provider::Google,
                "http://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1",
            )
            .with(stored("{\"type\":\"service_account\",\"project_id\":\"p\"}"))
            .truth(Truth::Bad)
            .is(
                "a minified service account for Vertex AI",
                "bookfere/Ebook-Translator-Calibre-Plugin#583",
                &[],
            ),
            Reason::KeyMalformed,
            "no",
        ),
        right(
            Case::at(Provider::Aws, "http://bedrock-runtime.us-east-1.amazonaws.com")
                .with(pair("AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key=wJalrXUtnFEMI"))
                .truth(Truth::Bad)
                .is("a line of AWS's file as the secret of a pair", "docs.aws.amazon.com/cli", &[]),
            Reason::KeyMalformed,
            "no",
        ),
        right(
            server("a genuine key that looks like no vendor's", "BerriAI/litellm, master_key", CHECKING),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            gateway(
                "Bearer is missed, and the list is absent",
                "BerriAI/litellm#33055, decolua/9router#1795",
                BEARER_ONLY,
            ),
            Reason::ConfigIncomplete,
            "no",
        )
        .credential("not_verified"),
        right(
            gateway("Bearer is missed by the list", "langchain-ai/openwiki#448", BEARER_WITH_LIST).model("m"),
            Reason::ConfigIncomplete,
            "no",
        )
        .credential("verified"),
        right(
            gateway("a wrong key where Bearer is missed", "langchain-ai/openwiki#448", BEARER_WITH_LIST)
                .bad(),
            Reason::ConfigIncomplete,
            "no",
        )
        .credential("not_verified"),
        right(
            gateway("a key stored as Bearer, without a list", "BerriAI/litellm#33055", BEARER_ONLY)
                .with(bearer(GOOD)),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            gateway("a key stored as Bearer, with a list", "decolua/9router#1795", BEARER_WITH_LIST)
                .with(bearer(GOOD))
                .model("m")
                .path("/v1/messages")
                .deep(Depth::Inference),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .model("verified")
        .ping(Reason::Ok),
        right(
            gateway(
                "x-api-key is expected, and the key is stored alone",
                "platform.claude.com/docs/en/api",
                OWN_HEADER,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            gateway(
                "x-api-key is expected, and a wrong key is stored",
                "platform.claude.com/docs/en/api",
                OWN_HEADER,
            )
            .bad(),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        right(
            Case::at(Provider::Anthropic, "http://api.anthropic.com").with(bearer(GOOD)).is(
                "Bearer in front of a key for Anthropic itself is removed",
                "HunorLaczko/ha-groq-cloud-api#19",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST).in_header("x-api-key"),
                        rule("*", Key::Any, 401, INVALID),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            server("a raw value of Authorization", "1LCB/ollama-gateway#3", RAW).with(key_in(
                "Authorization",
                Some(" "),
                GOOD,
            )),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
    ]);
    table
}

#[tokio::test]
async fn what_is_no_key_is_named_and_the_header_of_a_key_is_found() {
    check(table()).await;
}

#[tokio::test]
async fn what_is_no_key_is_never_sent_nor_quoted() {
    for (name, source, text) in NO_KEYS {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").with(stored(text));
        let (report, received, _) = probe(&case.is(name, source, CHECKING)).await;
        assert_eq!(received.len(), 0, "{name}");
        assert!(!serde_json::to_string(&report).expect("JSON").contains(text), "{name}");
    }
}

#[tokio::test]
async fn key_with_prefix_of_white_space_is_sent_alone() {
    let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
    let raw = case.with(key_in("Authorization", Some(" "), GOOD)).is("raw", "1LCB/ollama-gateway#3", RAW);
    let (_, received, _) = probe(&raw).await;
    assert_eq!(received[0].header("authorization"), Some(GOOD));
}

#[tokio::test]
async fn key_that_is_missed_in_authorization_is_sent_there_within_three_requests() {
    let case = Case::at(Provider::Anthropic, ANTHROPIC).is("j2", "BerriAI/litellm#33055", BEARER_ONLY);
    let (report, received, _) = probe(&case).await;
    let bearer = format!("Bearer {GOOD}");
    let sent = |n: usize| (received[n].header("x-api-key"), received[n].header("authorization"));
    assert_eq!(received.len(), 3);
    assert_eq!(sent(1), (Some(GOOD), None));
    assert_eq!(sent(2), (None, Some(bearer.as_str())));
    assert!(report.hint.contains("store it as `Bearer KEY`"), "{}", report.hint);
}
