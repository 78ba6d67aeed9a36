//! The call of the API that does the same as a page.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use serde_json::{Value, to_string_pretty};

/// The call of the API that does the same as a page.
pub(crate) struct ApiCall {
    pub(crate) method: &'static str,
    /// The path and the query, without the path of the server.
    pub(crate) path: String,
    /// The body, with a placeholder where a secret stands.
    pub(crate) body: Option<Value>,
}

impl ApiCall {
    /// A call that reads.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: None }
    }

    /// The command line that makes the call.
    pub(crate) fn curl(&self) -> String {
        let Self { method, path, body } = self;
        let method = if *method == "GET" { String::new() } else { format!(" -X {method}") };
        let command =
            format!("curl -s{method} \"$LLM_CONFIG_URL{path}\" \\\n  -H \"x-api-key: $LLM_CONFIG_TOKEN\"");
        let Some(body) = body else { return command };
        let json = to_string_pretty(body).unwrap_or_default();
        // Within single quotes, a shell takes every other character as it is.
        let json = json.replace('\'', r"'\''");
        format!("{command} \\\n  -H 'content-type: application/json' \\\n  -d '{json}'")
    }
}

/// The path of a configuration in the vendor's API of its scope.
pub(crate) fn vendor_path(scope: &Scope, id: ConfigId) -> String {
    match scope {
        Scope::Owner(_) => format!("/v1/llms/{id}"),
        Scope::Workspace(_) => format!("/ai/llm/{id}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn curl_of_body_with_quote_is_one_word_of_the_shell() {
        let call = ApiCall {
            method: "POST",
            path: "/v1/llms".to_owned(),
            body: Some(json!({ "displayName": "Ada's" })),
        };
        assert_eq!(
            call.curl(),
            "curl -s -X POST \"$LLM_CONFIG_URL/v1/llms\" \\\n  -H \"x-api-key: $LLM_CONFIG_TOKEN\" \\\n  \
             -H 'content-type: application/json' \\\n  -d '{\n  \"displayName\": \"Ada'\\''s\"\n}'"
        );
    }
}
