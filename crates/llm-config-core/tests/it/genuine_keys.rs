//! No genuine key is taken for a mask or a reference: random keys in the formats of vendors are accepted.

use llm_config_core::secret::Secret;
use proptest::prelude::*;
use proptest::string::string_regex;

/// Formats of keys and tokens: the vendor, and the format as a regular expression.
const FORMATS: &[(&str, &str)] = &[
    ("OpenAI", "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
    ("OpenAI, project", "sk-proj-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}"),
    ("OpenAI, service account", "sk-svcacct-[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{58}"),
    ("Anthropic", "sk-ant-api03-[A-Za-z0-9_-]{93}AA"),
    ("Anthropic, OAuth", "sk-ant-oat01-[A-Za-z0-9_-]{93}AA"),
    ("Google AI Studio", "AIza[A-Za-z0-9_-]{35}"),
    ("Google AI Studio, authorization key", "AQ\\.[A-Za-z0-9_-]{50}"),
    ("Google Cloud, access token", "ya29\\.(c\\.)?[A-Za-z0-9_-]{100,300}"),
    ("Google Cloud, padded access token", "ya29\\.c\\.[A-Za-z0-9_-]{150,300}\\.{3,700}"),
    ("AWS, access key id", "A(KI|SI)A[A-Z2-7]{16}"),
    ("AWS, secret access key", "[A-Za-z0-9+/]{40}"),
    ("AWS, temporary", "[A-Za-z0-9+/]{40}:(IQoJ|FwoG)[A-Za-z0-9+/]{300,500}={0,2}"),
    ("Bedrock", "ABSK[A-Za-z0-9+/]{106}={0,2}"),
    ("Bedrock, short-term", "bedrock-api-key-[A-Za-z0-9+/]{400,600}={0,2}"),
    ("Azure OpenAI", "[0-9a-f]{32}"),
    ("Azure AI Foundry", "[A-Za-z0-9]{32}JQQJ99[A-Z]{3}[A-Za-z0-9]{43}"),
    ("OpenRouter", "sk-or-v1-[0-9a-f]{64}"),
    ("Groq", "gsk_[A-Za-z0-9]{52}"),
    ("xAI", "xai-[A-Za-z0-9]{80}"),
    ("Hugging Face", "hf_[A-Za-z]{34}"),
    ("Mistral, Cohere", "[A-Za-z0-9]{32,40}"),
    ("Perplexity", "pplx-[A-Za-z0-9]{48}"),
    ("Replicate", "r8_[A-Za-z0-9]{37}"),
    ("NVIDIA", "nvapi-[A-Za-z0-9_-]{64}"),
    ("Fireworks", "fw_[A-Za-z0-9]{22}"),
    ("Together", "(tgp_v1_[A-Za-z0-9_-]{43}|[0-9a-f]{64})"),
    ("Cerebras", "csk-[a-z0-9]{48}"),
    ("DeepSeek, DashScope", "sk-[0-9a-f]{32}"),
    ("Moonshot, SiliconFlow", "sk-[A-Za-z]{48}"),
    ("Zhipu", "[0-9a-f]{32}\\.[A-Za-z0-9]{16}"),
    ("Baidu", "bce-v3/ALTAK-[A-Za-z0-9]{21}/[0-9a-f]{40}"),
    ("Volcengine, GUIDs", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    ("fal", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{32}"),
    ("Databricks", "dapi[0-9a-f]{32}(-[0-9])?"),
    ("GitHub", "(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})"),
    ("LiteLLM", "sk-[A-Za-z0-9_-]{22}"),
    ("Langfuse", "[ps]k-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    ("Grafana Cloud", "glc_eyJ[A-Za-z0-9+/]{100,160}={0,2}"),
    ("JSON web token", "eyJ[A-Za-z0-9_-]{30,80}\\.eyJ[A-Za-z0-9_-]{80,300}\\.[A-Za-z0-9_-]{43}"),
    ("base64 of random bytes", "[A-Za-z0-9+/]{43}="),
    ("URL-safe text", "[A-Za-z0-9._~-]{32}"),
    ("GoodMem", "gm_[a-z2-7]{26}"),
    (
        "words of people for servers without a check",
        "(none|ollama|lm-studio|EMPTY|dummy|x|xxx|no-key|sk-1234|token-abc123)",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn new_with_genuine_key_is_accepted(
        keys in FORMATS.iter().map(|(_, format)| string_regex(format).unwrap()).collect::<Vec<_>>(),
    ) {
        for ((vendor, _), key) in FORMATS.iter().zip(keys) {
            prop_assert!(Secret::new(key.clone()).is_ok(), "{vendor}: {key}");
            // A key that was pasted with its scheme.
            prop_assert!(Secret::new(format!("Bearer {key}")).is_ok(), "{vendor}: {key}");
        }
    }
}

/// The requests in the documentation of both APIs must be accepted as they are.
#[test]
fn new_with_documented_placeholder_is_accepted() {
    for text in ["sk-proj-xxxxxxxxxxxx", "sk-your-api-key-here"] {
        assert!(Secret::new(text.to_owned()).is_ok(), "{text}");
    }
}
