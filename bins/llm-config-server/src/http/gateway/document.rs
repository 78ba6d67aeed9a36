//! The `OpenAPI` document of model calls.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{OpenApi, RefOr, Required};

use crate::http::gateway::error::ErrorBody;
use crate::http::gateway::{operations, tags};
use crate::http::schema::build::{Introduction, build};

/// The document.
pub(crate) fn document() -> OpenApi {
    let introduction = Introduction {
        title: "llm-config: calling models",
        description: "Calls of models through stored configurations, in the form of OpenAI's, Anthropic's \
         and Gemini's own APIs. Bodies and responses are those of the provider, so this document does not \
         describe them.\n\nErrors of this server have the form of the API that was called, and the headers \
         `x-llm-config-source: gateway` and `x-llm-config-error`.",
        tags: &[tags::ALL],
    };
    let mut document = build::<ErrorBody>(&introduction, &operations());
    for (path, item) in &mut document.paths.paths {
        complete(path, item);
    }
    document
}

/// Adds what follows from a path: its parameters, and what names the configuration.
fn complete(path: &str, item: &mut PathItem) {
    for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.extend(parameters_of(path).into_iter().map(RefOr::T));
        operation.description = Some(description(path, operation));
    }
}

fn parameters_of(path: &str) -> Vec<Parameter> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let uuid = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    let model = "The name or the id of a configuration, perhaps with `/` and the provider's model.";
    let candidates = [("id", uuid, "The id of a configuration."), ("model", text(), model)];
    let named = candidates.into_iter().filter(|(name, ..)| path.contains(&format!("{{{name}}}")));
    let parameter = |(name, schema, description): (&str, ObjectBuilder, &str)| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        parameter.required(Required::True).description(Some(description)).schema(Some(schema)).build()
    };
    named.map(parameter).collect()
}

fn description(path: &str, operation: &Operation) -> String {
    let vendor = operation.tags.iter().flatten().next().map_or("the vendor", String::as_str);
    let naming = if path.contains("/configs/{id}/") {
        "The URL names the configuration."
    } else if operation.request_body.is_none() {
        "Each configuration is a model."
    } else if path.contains("{model}") {
        "The model in the path names the configuration."
    } else {
        "The member `model` of the body names the configuration."
    };
    match operation.request_body {
        Some(_) => format!("The body and the response are those of {vendor}'s API. {naming}"),
        None => format!("The response has the form of {vendor}'s API. {naming}"),
    }
}
