//! The lists of the models that a token may call, and their elements: no provider is asked where the
//! configuration names its model.

use crate::http::resource::{Operation, operations};

/// Declares operations: the module, the handler, the dialect, the naming, the group, the path, the id and the
/// summary.
macro_rules! models {
    ($(
        $module:ident $handler:ident $dialect:ident $named_in:ident $tag:ident $path:tt $id:tt $summary:tt;
    )*) => {
        $(pub(crate) mod $module {
            use actix_web::{HttpRequest, HttpResponse};
            use llm_config_gateway::Dialect;

            use crate::http::gateway::listing::$handler;
            use crate::http::gateway::tags;
            use crate::http::gateway::target::NamedIn;
            use crate::http::schema::error_responses::{Forbidden, NotFound};

            #[doc = $summary]
            #[utoipa::path(
                get, path = $path, operation_id = $id, tag = tags::$tag,
                responses((status = 200, body = serde_json::Value), Forbidden, NotFound)
            )]
            pub(crate) async fn handle(request: HttpRequest) -> HttpResponse {
                $handler(request, Dialect::$dialect, NamedIn::$named_in).await
            }
        })*

        /// The operations.
        pub(super) fn operations() -> Vec<Operation> {
            operations![$($module),*]
        }
    };
}

models! {
    openai_models list OpenAi Model OPENAI
        "/openai/v1/models"
        "listOpenAiModels" "Lists the models that the token may call.";
    openai_model one OpenAi Model OPENAI
        "/openai/v1/models/{model}"
        "getOpenAiModel" "Returns a model that the token may call.";
    anthropic_models list Anthropic Model ANTHROPIC
        "/anthropic/v1/models"
        "listAnthropicModels" "Lists the models that the token may call.";
    anthropic_model one Anthropic Model ANTHROPIC
        "/anthropic/v1/models/{model}"
        "getAnthropicModel" "Returns a model that the token may call.";
    gemini_v1_models list Gemini Model GEMINI
        "/gemini/v1/models"
        "listGeminiModelsV1" "Lists the models that the token may call.";
    gemini_v1_model one Gemini Model GEMINI
        "/gemini/v1/models/{model}"
        "getGeminiModelV1" "Returns a model that the token may call.";
    gemini_v1beta_models list Gemini Model GEMINI
        "/gemini/v1beta/models"
        "listGeminiModelsV1Beta" "Lists the models that the token may call.";
    gemini_v1beta_model one Gemini Model GEMINI
        "/gemini/v1beta/models/{model}"
        "getGeminiModelV1Beta" "Returns a model that the token may call.";
    config_openai_models list OpenAi Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/models"
        "listOpenAiModelsOfConfig" "Lists the models that the token may call.";
    config_openai_model one OpenAi Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/models/{model}"
        "getOpenAiModelOfConfig" "Returns a model that the token may call.";
    config_anthropic_models list Anthropic Url ANTHROPIC
        "/llm-config/v1/configs/{id}/anthropic/v1/models"
        "listAnthropicModelsOfConfig" "Lists the models that the token may call.";
    config_anthropic_model one Anthropic Url ANTHROPIC
        "/llm-config/v1/configs/{id}/anthropic/v1/models/{model}"
        "getAnthropicModelOfConfig" "Returns a model that the token may call.";
    config_gemini_v1_models list Gemini Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models"
        "listGeminiModelsOfConfigV1" "Lists the models that the token may call.";
    config_gemini_v1_model one Gemini Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}"
        "getGeminiModelOfConfigV1" "Returns a model that the token may call.";
    config_gemini_v1beta_models list Gemini Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models"
        "listGeminiModelsOfConfigV1Beta" "Lists the models that the token may call.";
    config_gemini_v1beta_model one Gemini Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}"
        "getGeminiModelOfConfigV1Beta" "Returns a model that the token may call.";
}
