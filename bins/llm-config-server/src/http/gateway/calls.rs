//! The operations that call a model, at both base URLs of each API: a line each.

use crate::http::resource::{Operation, operations};

/// Declares operations: the module, the route, the naming, the group, the path, the id and the summary.
macro_rules! calls {
    ($($module:ident $route:ident $named_in:ident $tag:ident $path:tt $id:tt $summary:tt;)*) => {
        $(pub(crate) mod $module {
            use actix_web::web::Payload;
            use actix_web::{HttpRequest, HttpResponse};
            use llm_config_gateway::CallRoute;

            use crate::http::gateway::forward::respond;
            use crate::http::gateway::tags;
            use crate::http::gateway::target::NamedIn;
            use crate::http::schema::error_responses::{CallTooLarge, Forbidden, NotFound, TooMany};

            #[doc = $summary]
            #[utoipa::path(
                post, path = $path, operation_id = $id, tag = tags::$tag,
                request_body = serde_json::Value,
                responses(
                    (status = 200, body = serde_json::Value, description = "The response of the provider."),
                    Forbidden, NotFound, TooMany, CallTooLarge,
                )
            )]
            pub(crate) async fn handle(request: HttpRequest, payload: Payload) -> HttpResponse {
                respond(request, payload.into_inner(), CallRoute::$route, NamedIn::$named_in).await
            }
        })*

        /// The operations.
        pub(super) fn operations() -> Vec<Operation> {
            operations![$($module),*]
        }
    };
}

calls! {
    chat_completions ChatCompletions Model OPENAI
        "/openai/v1/chat/completions"
        "createChatCompletion" "Creates a chat completion.";
    completions Completions Model OPENAI
        "/openai/v1/completions"
        "createCompletion" "Creates a text completion.";
    embeddings Embeddings Model OPENAI
        "/openai/v1/embeddings"
        "createEmbedding" "Creates embeddings.";
    responses Responses Model OPENAI
        "/openai/v1/responses"
        "createResponse" "Creates a response.";
    messages Messages Model ANTHROPIC
        "/anthropic/v1/messages"
        "createMessage" "Creates a message.";
    count_message_tokens MessagesCountTokens Model ANTHROPIC
        "/anthropic/v1/messages/count_tokens"
        "createMessageTokenCount" "Counts the tokens of a message.";
    generate_content_v1 GenerateContent Model GEMINI
        "/gemini/v1/models/{model}:generateContent"
        "createContentV1" "Generates content.";
    stream_generate_content_v1 StreamGenerateContent Model GEMINI
        "/gemini/v1/models/{model}:streamGenerateContent"
        "createContentStreamV1" "Generates content as a stream.";
    count_tokens_v1 CountTokens Model GEMINI
        "/gemini/v1/models/{model}:countTokens"
        "createTokenCountV1" "Counts the tokens of content.";
    embed_content_v1 EmbedContent Model GEMINI
        "/gemini/v1/models/{model}:embedContent"
        "createContentEmbeddingV1" "Creates an embedding of content.";
    batch_embed_contents_v1 BatchEmbedContents Model GEMINI
        "/gemini/v1/models/{model}:batchEmbedContents"
        "createContentEmbeddingsV1" "Creates embeddings of several contents.";
    generate_content_v1beta GenerateContent Model GEMINI
        "/gemini/v1beta/models/{model}:generateContent"
        "createContentV1Beta" "Generates content.";
    stream_generate_content_v1beta StreamGenerateContent Model GEMINI
        "/gemini/v1beta/models/{model}:streamGenerateContent"
        "createContentStreamV1Beta" "Generates content as a stream.";
    count_tokens_v1beta CountTokens Model GEMINI
        "/gemini/v1beta/models/{model}:countTokens"
        "createTokenCountV1Beta" "Counts the tokens of content.";
    embed_content_v1beta EmbedContent Model GEMINI
        "/gemini/v1beta/models/{model}:embedContent"
        "createContentEmbeddingV1Beta" "Creates an embedding of content.";
    batch_embed_contents_v1beta BatchEmbedContents Model GEMINI
        "/gemini/v1beta/models/{model}:batchEmbedContents"
        "createContentEmbeddingsV1Beta" "Creates embeddings of several contents.";
    config_chat_completions ChatCompletions Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/chat/completions"
        "createChatCompletionOfConfig" "Creates a chat completion.";
    config_completions Completions Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/completions"
        "createCompletionOfConfig" "Creates a text completion.";
    config_embeddings Embeddings Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/embeddings"
        "createEmbeddingOfConfig" "Creates embeddings.";
    config_responses Responses Url OPENAI
        "/llm-config/v1/configs/{id}/openai/v1/responses"
        "createResponseOfConfig" "Creates a response.";
    config_messages Messages Url ANTHROPIC
        "/llm-config/v1/configs/{id}/anthropic/v1/messages"
        "createMessageOfConfig" "Creates a message.";
    config_count_message_tokens MessagesCountTokens Url ANTHROPIC
        "/llm-config/v1/configs/{id}/anthropic/v1/messages/count_tokens"
        "createMessageTokenCountOfConfig" "Counts the tokens of a message.";
    config_generate_content_v1 GenerateContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:generateContent"
        "createContentOfConfigV1" "Generates content.";
    config_stream_generate_content_v1 StreamGenerateContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:streamGenerateContent"
        "createContentStreamOfConfigV1" "Generates content as a stream.";
    config_count_tokens_v1 CountTokens Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:countTokens"
        "createTokenCountOfConfigV1" "Counts the tokens of content.";
    config_embed_content_v1 EmbedContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:embedContent"
        "createContentEmbeddingOfConfigV1" "Creates an embedding of content.";
    config_batch_embed_contents_v1 BatchEmbedContents Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:batchEmbedContents"
        "createContentEmbeddingsOfConfigV1" "Creates embeddings of several contents.";
    config_generate_content_v1beta GenerateContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:generateContent"
        "createContentOfConfigV1Beta" "Generates content.";
    config_stream_generate_content_v1beta StreamGenerateContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:streamGenerateContent"
        "createContentStreamOfConfigV1Beta" "Generates content as a stream.";
    config_count_tokens_v1beta CountTokens Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:countTokens"
        "createTokenCountOfConfigV1Beta" "Counts the tokens of content.";
    config_embed_content_v1beta EmbedContent Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:embedContent"
        "createContentEmbeddingOfConfigV1Beta" "Creates an embedding of content.";
    config_batch_embed_contents_v1beta BatchEmbedContents Url GEMINI
        "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:batchEmbedContents"
        "createContentEmbeddingsOfConfigV1Beta" "Creates embeddings of several contents.";
}
