//! The model that an answer names, compared with the one that was asked for.

use serde_json::Value;

/// Which model an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// None, or none that could be compared.
    Silent,
    /// The one that was asked for; which proves nothing, for llama-cpp-python repeats whatever it
    /// is sent.
    Same,
    /// Another: llama-server answers any name with the model that it has.
    Other,
}

impl Echo {
    pub(super) fn of(asked: Option<&str>, json: &Value) -> Self {
        let named = json.get("model").and_then(Value::as_str).filter(|it| !it.is_empty());
        match (asked, named) {
            (Some(asked), Some(named)) if is_same(asked, named) => Self::Same,
            (Some(_), Some(_)) => Self::Other,
            (None, _) | (_, None) => Self::Silent,
        }
    }
}

/// Whether two names can be one model's: the folder or vendor in front and the date or version
/// behind do not count.
fn is_same(asked: &str, named: &str) -> bool {
    let (asked, named) = (asked.to_ascii_lowercase(), named.to_ascii_lowercase());
    asked == named || stem(&asked) == stem(&named)
}

/// `openai/gpt-4o-2024-08-06` and `gpt-4o-latest` without what differs.
fn stem(name: &str) -> &str {
    let mut rest = name.rsplit('/').find(|it| !it.is_empty()).unwrap_or(name);
    while let Some((before, last)) = rest.rsplit_once(['-', '@', ':']) {
        let is_date = last.len() >= 2 && last.bytes().all(|it| it.is_ascii_digit());
        let is_channel = matches!(last, "latest" | "preview" | "free" | "nitro");
        if before.is_empty() || !(is_date || is_channel) {
            break;
        }
        rest = before;
    }
    rest.strip_suffix(".gguf").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(asked: &str, named: &str, expected: Echo) {
        assert_eq!(Echo::of(Some(asked), &json!({"model": named})), expected, "{asked} {named}");
    }

    #[test]
    fn dates_and_vendors_do_not_make_another_model() {
        check("gpt-4o", "gpt-4o-2024-08-06", Echo::Same);
        check("gpt-3.5-turbo", "gpt-3.5-turbo-0125", Echo::Same);
        check("gpt-4-turbo-preview", "gpt-4-0125-preview", Echo::Other);
        check("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", Echo::Same);
        check("openai/gpt-4o:free", "gpt-4o", Echo::Same);
        check("models/gemini-2.0-flash", "gemini-2.0-flash-001", Echo::Same);
        check("/data/Qwen2-7B", "qwen2-7b", Echo::Same);
        check("llama3.1", "llama3.1:latest", Echo::Same);
        check("tiny", "/models/tiny.gguf", Echo::Same);
    }

    #[test]
    fn another_name_is_another_model() {
        check("nosuch", "tiny", Echo::Other);
        check("gpt-4o", "gpt-4o-mini", Echo::Other);
        check("2024", "2025", Echo::Other);
    }

    #[test]
    fn an_answer_need_not_name_a_model() {
        check("m", "", Echo::Silent);
        assert_eq!(Echo::of(Some("m"), &json!({})), Echo::Silent);
        assert_eq!(Echo::of(None, &json!({"model": "x"})), Echo::Silent);
    }
}
