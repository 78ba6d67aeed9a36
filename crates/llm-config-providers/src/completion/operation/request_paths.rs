//! The paths of requests, of OpenAI-compatible and of vendors' own APIs: what lies at each, and where the
//! OpenAI-compatible API of the same server lies.

use url::Url;

use super::Operation;

/// The path of a request, by its last segments.
pub(crate) struct RequestPath {
    /// The last segments in lower case. `*` stands for any text, also at the beginning of a segment.
    ending: &'static [&'static str],
    /// How many segments of the ending belong to the base.
    kept: usize,
    /// The API that has the request.
    api: Api,
    /// What it calls, if it calls a model.
    operation: Option<Operation>,
}

/// The APIs that have a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Api {
    /// OpenAI-compatible APIs, and some vendors' own.
    Common,
    /// OpenAI-compatible APIs only.
    OpenAi,
    /// The API of a provider value of its own. `compatible` leads from the base to the OpenAI-compatible API.
    Own { compatible: &'static str, is_google: bool },
    /// Another API. `compatible` leads from the base to the OpenAI-compatible API of the same server.
    Other { compatible: &'static str },
}

const fn request(ending: &'static [&'static str], api: Api) -> RequestPath {
    RequestPath { ending, kept: 0, api, operation: None }
}

const fn common(ending: &'static [&'static str]) -> RequestPath {
    request(ending, Api::Common)
}

const fn open_ai(ending: &'static [&'static str]) -> RequestPath {
    request(ending, Api::OpenAi)
}

const fn own(ending: &'static [&'static str], compatible: &'static str) -> RequestPath {
    request(ending, Api::Own { compatible, is_google: false })
}

const fn google(ending: &'static [&'static str], compatible: &'static str) -> RequestPath {
    request(ending, Api::Own { compatible, is_google: true })
}

const fn other(ending: &'static [&'static str], compatible: &'static str) -> RequestPath {
    request(ending, Api::Other { compatible })
}

impl RequestPath {
    const fn calling(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    const fn keeping(mut self, segments: usize) -> Self {
        self.kept = segments;
        self
    }
}

/// Server software whose OpenAI-compatible API lies below this path.
const V1: &str = "v1";

/// All request paths. The first match counts, so the longer one comes first.
const REQUEST_PATHS: &[RequestPath] = &[
    common(&["chat", "completions"]).calling(Operation::ChatCompletions),
    // Mistral: docs.mistral.ai/api.
    open_ai(&["fim", "completions"]).calling(Operation::Completions),
    open_ai(&["agents", "completions"]).calling(Operation::Completions),
    common(&["completions"]).calling(Operation::Completions),
    common(&["responses"]).calling(Operation::Responses),
    common(&["messages"]).calling(Operation::Messages),
    common(&["embeddings"]),
    google(&["publishers", "*", "models"], "endpoints/openapi"),
    common(&["models"]),
    // OpenAI: platform.openai.com/docs/api-reference.
    open_ai(&["images", "generations"]),
    open_ai(&["images", "edits"]),
    open_ai(&["images", "variations"]),
    open_ai(&["audio", "speech"]),
    open_ai(&["audio", "transcriptions"]),
    open_ai(&["audio", "translations"]),
    open_ai(&["chat", "moderations"]),
    open_ai(&["moderations"]),
    open_ai(&["batches"]),
    open_ai(&["files"]),
    open_ai(&["realtime"]),
    // vLLM (`vllm/entrypoints/openai/api_server.py`), Jina and others.
    open_ai(&["rerank"]),
    open_ai(&["score"]),
    // MiniMax: platform.minimaxi.com/document/ChatCompletion_v2.
    open_ai(&["text", "chatcompletion_v2"]),
    // Anthropic: platform.claude.com/docs/en/api.
    own(&["messages", "count_tokens"], ""),
    own(&["messages", "batches"], ""),
    own(&["v1", "complete"], "").keeping(1),
    // Google: cloud.google.com/vertex-ai/docs/reference/rest, ai.google.dev/api.
    google(&["publishers", "*", "models", "*:generatecontent"], "endpoints/openapi")
        .calling(Operation::GenerateContent),
    google(&["publishers", "*", "models", "*:*"], "endpoints/openapi"),
    google(&["endpoints", "*:*predict"], "endpoints/openapi"),
    google(&["*", "*:generatecontent"], "openai").calling(Operation::GenerateContent),
    google(&["*", "*:streamgeneratecontent"], "openai"),
    google(&["*", "*:counttokens"], "openai"),
    google(&["models", "*:*embedcontent"], "openai"),
    google(&["models", "*:batchembedcontents"], "openai"),
    google(&["models", "*:predict"], "openai"),
    // Bedrock: docs.aws.amazon.com/bedrock/latest/APIReference.
    own(&["model", "*", "converse"], "openai/v1").calling(Operation::Converse),
    own(&["converse"], "openai/v1").calling(Operation::Converse),
    own(&["model", "*", "converse-stream"], "openai/v1"),
    own(&["model", "*", "invoke"], "openai/v1"),
    own(&["model", "*", "invoke-with-response-stream"], "openai/v1"),
    own(&["foundation-models"], "openai/v1"),
    // Databricks: docs.databricks.com, foundation model APIs.
    other(&["serving-endpoints", "*", "invocations"], "").keeping(1),
    // Cohere: docs.cohere.com/docs/compatibility-api.
    other(&["v2", "chat"], "compatibility/v1"),
    other(&["v2", "embed"], "compatibility/v1"),
    // DashScope: help.aliyun.com/zh/model-studio.
    other(&["api", "v1", "services", "aigc", "*", "generation"], "compatible-mode/v1"),
    // Cloudflare: developers.cloudflare.com/workers-ai. Its models have two or three segments.
    other(&["ai", "run", "*", "*"], V1).keeping(1),
    other(&["ai", "run", "*", "*", "*"], V1).keeping(1),
    // Ollama: docs.ollama.com/api.
    other(&["api", "chat"], V1).calling(Operation::OllamaChat),
    other(&["api", "generate"], V1).calling(Operation::OllamaGenerate),
    other(&["api", "tags"], V1),
    other(&["api", "embed"], V1),
    other(&["api", "embeddings"], V1),
    other(&["api", "show"], V1),
    other(&["api", "ps"], V1),
    other(&["api", "version"], V1),
    // LM Studio: lmstudio.ai/docs/developer/rest. KoboldCpp: lite.koboldai.net/koboldcpp_api.
    other(&["api", "v1", "chat"], V1),
    other(&["api", "v1", "generate"], V1),
    // llama-server: `tools/server/README.md` of ggml-org/llama.cpp.
    other(&["completion"], V1),
    other(&["infill"], V1),
    other(&["props"], V1),
    other(&["slots"], V1),
    other(&["embedding"], V1),
    // Text Generation Inference: huggingface.co/docs/text-generation-inference/reference/api_reference.
    // vLLM: `vllm/entrypoints/api_server.py`.
    other(&["generate_stream"], V1),
    other(&["generate"], V1),
    other(&["tokenize"], V1),
    other(&["detokenize"], V1),
    other(&["invocations"], V1),
    other(&["health"], V1),
    // A request cut off in the middle (hkr04/cpp-mcp#20).
    other(&["chat"], V1),
];

/// A request path at the end of a URL's path.
pub(crate) struct Found {
    path: &'static RequestPath,
    /// The number of segments in front of the ending.
    before: usize,
}

impl Found {
    /// The number of segments that belong to the base.
    pub(crate) const fn base_length(&self) -> usize {
        self.before + self.path.kept
    }

    /// The path below the base that leads to the OpenAI-compatible API of the same server.
    pub(crate) const fn compatible(&self) -> &'static str {
        match self.path.api {
            Api::Common | Api::OpenAi => "",
            Api::Own { compatible, .. } | Api::Other { compatible } => compatible,
        }
    }

    /// Whether the API of a provider value of its own has the request.
    pub(crate) const fn is_of_own_api(&self) -> bool {
        matches!(self.path.api, Api::Common | Api::Own { .. })
    }

    /// Whether only Google's APIs have the request.
    pub(crate) const fn is_of_google(&self) -> bool {
        matches!(self.path.api, Api::Own { is_google: true, .. })
    }

    /// What the request calls, if it calls a model.
    pub(crate) const fn operation(&self) -> Option<Operation> {
        self.path.operation
    }

    /// Whether the path is `/embeddings`.
    pub(crate) fn is_embeddings(&self) -> bool {
        self.path.ending == ["embeddings"]
    }

    /// Whether the path is `/models`, which is the base of an API at some hosts.
    pub(crate) fn is_list(&self) -> bool {
        self.path.ending == ["models"]
    }
}

/// The request path that these segments end in.
pub(crate) fn find(segments: &[&str]) -> Option<Found> {
    find_among(segments, |_| true)
}

/// The same, if OpenAI-compatible APIs have the request.
pub(crate) fn find_compatible(segments: &[&str]) -> Option<Found> {
    find_among(segments, |path| matches!(path.api, Api::Common | Api::OpenAi))
}

fn find_among(segments: &[&str], counts: fn(&RequestPath) -> bool) -> Option<Found> {
    let segments: Vec<String> = segments.iter().map(|segment| normalised(segment)).collect();
    let path = REQUEST_PATHS.iter().filter(|path| counts(path)).find(|path| {
        let before = segments.len().checked_sub(path.ending.len());
        let is_ending = |from: usize| {
            segments.iter().skip(from).zip(path.ending).all(|(segment, part)| matches(segment, part))
        };
        before.is_some_and(is_ending)
    })?;
    Some(Found { path, before: segments.len() - path.ending.len() })
}

/// The operation at a URL, if the path names one.
pub(crate) fn operation(url: &Url) -> Option<Operation> {
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    find_among(&segments, |path| path.operation.is_some())?.path.operation
}

/// In lower case; some clients encode the colon.
fn normalised(segment: &str) -> String {
    segment.to_ascii_lowercase().replace("%3a", ":")
}

/// Whether a segment has the form of a pattern: a text, or texts around one `*` or two.
fn matches(segment: &str, pattern: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    match parts.as_slice() {
        [start, end] => {
            let rest = segment.strip_prefix(start);
            rest.is_some_and(|rest| rest.ends_with(end))
        }
        [start, middle, end] => {
            let rest = segment.strip_prefix(start).and_then(|rest| rest.split_once(middle));
            rest.is_some_and(|(_, rest)| rest.ends_with(end))
        }
        _ => segment == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: the number of segments of the base, and the path from there to the compatible API.
    #[track_caller]
    fn check(path: &str, expected: Option<(usize, &str)>) {
        let segments: Vec<&str> = path.split('/').collect();
        let found = find(&segments).map(|found| (found.base_length(), found.compatible()));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn find_divides_path_into_base_and_request() {
        check("v1/chat/completions", Some((1, "")));
        check("V1/Chat/Completions", Some((1, "")));
        check("v1/images/generations", Some((1, "")));
        check("openai/deployments/d/chat/completions", Some((3, "")));
        check("api/chat/completions", Some((1, "")));
        check("api/chat", Some((0, "v1")));
        check("ollama/api/generate", Some((1, "v1")));
        check("v1beta/models/gemini-2.5-flash:generateContent", Some((1, "openai")));
        check("v1beta/tunedModels/t%3AstreamGenerateContent", Some((1, "openai")));
        check(
            "v1/projects/p/locations/l/publishers/anthropic/models/c@1:rawPredict",
            Some((5, "endpoints/openapi")),
        );
        check("model/a.b-v1%3A0/converse", Some((0, "openai/v1")));
        check("serving-endpoints/m/invocations", Some((1, "")));
        check("client/v4/accounts/a/ai/run/@cf/meta/llama", Some((5, "v1")));
        check("v1/complete", Some((1, "")));
    }

    #[test]
    fn find_in_other_path_is_none() {
        check("v1", None);
        check("api", None);
        check("v1/chatbot", None);
        check("chat/v1", None);
        check("models/openai", None);
        check("serving-endpoints", None);
    }
}
