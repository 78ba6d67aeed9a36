//! The model that a completion names, compared with the requested model.

use serde_json::Value;

use crate::model_names::can_be_same;

/// The model that a completion names, compared with the requested model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelEcho {
    /// The completion names no model, or the request did not.
    Absent,
    /// The requested model. No proof: llama-cpp-python repeats any name.
    Same,
    /// Another model: llama-server accepts any name and uses the model that it has loaded.
    Other,
}

impl ModelEcho {
    pub(super) fn new(requested: Option<&str>, json: &Value) -> Self {
        let named = json.get("model").and_then(Value::as_str).filter(|name| !name.is_empty());
        match (requested, named) {
            (Some(requested), Some(named)) if can_be_same(requested, named) => Self::Same,
            (Some(_), Some(_)) => Self::Other,
            (None, _) | (_, None) => Self::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(requested: &str, named: &str, expected: ModelEcho) {
        assert_eq!(
            ModelEcho::new(Some(requested), &json!({"model": named})),
            expected,
            "{requested} {named}"
        );
    }

    #[test]
    fn echo_with_other_date_or_vendor_is_same() {
        check("gpt-4o", "gpt-4o-2024-08-06", ModelEcho::Same);
        check("gpt-3.5-turbo", "gpt-3.5-turbo-0125", ModelEcho::Same);
        check("gpt-4-turbo-preview", "gpt-4-0125-preview", ModelEcho::Other);
        check("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", ModelEcho::Same);
        check("openai/gpt-4o:free", "gpt-4o", ModelEcho::Same);
        check("models/gemini-2.0-flash", "gemini-2.0-flash-001", ModelEcho::Same);
        check("/data/Qwen2-7B", "qwen2-7b", ModelEcho::Same);
        check("llama3.1", "llama3.1:latest", ModelEcho::Same);
        check("tiny", "/models/tiny.gguf", ModelEcho::Same);
        check("MiniMaxAI/MiniMax-M2.7:fastest", "MiniMaxAI/MiniMax-M2.7", ModelEcho::Same);
        check("databricks-gpt-5-2", "gpt-5.2-2025-12-11", ModelEcho::Same);
    }

    #[test]
    fn echo_with_other_name_is_other() {
        check("nosuch", "tiny", ModelEcho::Other);
        check("gpt-4o", "gpt-4o-mini", ModelEcho::Other);
        check("2024", "2025", ModelEcho::Other);
    }

    #[test]
    fn echo_without_name_is_absent() {
        check("m", "", ModelEcho::Absent);
        assert_eq!(ModelEcho::new(Some("m"), &json!({})), ModelEcho::Absent);
        assert_eq!(ModelEcho::new(None, &json!({"model": "x"})), ModelEcho::Absent);
    }
}
