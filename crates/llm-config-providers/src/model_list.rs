//! Lists of models, in the shapes that servers use.

use serde_json::Value;

use crate::error_body::has_error;
use crate::model_names::{ModelNames, covers, differ_in_spelling_only};
use crate::response::Response;

/// A list of models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelList {
    /// The ids and aliases.
    names: Vec<String>,
    /// Whether the list is complete.
    is_whole: bool,
    /// Whether entries tell whether they are loaded, as those of llama-server with several models do. It
    /// refuses other names (ggml-org/llama.cpp#17968).
    pub(crate) has_load_states: bool,
}

/// Whether a list contains a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Under exactly this id or alias, or under the one that calls with this name mean.
    Exact,
    /// Under an id that calls treat as equal.
    OtherSpelling,
    /// Under this id, which calls do not take: they leave its beginning out.
    ListedOnly,
    /// A wildcard covers it.
    Covered,
    /// Under an id that differs only in its spelling. Whether calls take this one is not known.
    Similar,
    /// No, and such names are never listed.
    NeverListed,
    /// No.
    Absent,
    /// Not in the part that was read: the list was cut, or continues elsewhere.
    Unknown,
}

impl ModelList {
    /// `{"data":[…]}` of `OpenAI`, `{"models":[…]}` of Ollama, or a bare list; each member is an id or an
    /// object with one. `None` for anything else, an error within a success included.
    pub(crate) fn read(response: &Response) -> Option<Self> {
        if !response.is_success() {
            return None;
        }
        let Some(json) = response.json() else {
            return (!response.is_whole).then(|| Self::read_cut(response)).flatten();
        };
        let list = match json {
            Value::Array(list) => list,
            Value::Object(members) => {
                if has_error(json) {
                    return None;
                }
                // llama.cpp has both; the first has the ids that calls use.
                ["data", "models"].iter().find_map(|name| members.get(*name).and_then(Value::as_array))?
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        };
        let ids: Vec<String> = list.iter().filter_map(id).collect();
        let has_ids = ids.len() == list.len();
        let names = ids.into_iter().chain(list.iter().flat_map(aliases)).collect();
        let has_load_states = list.iter().any(|entry| entry.pointer("/status/value").is_some());
        let is_paged = ["has_more", "nextPageToken", "next_page"]
            .iter()
            .any(|name| json.get(*name).is_some_and(|more| !more.is_null() && *more != Value::Bool(false)));
        let is_whole = !is_paged && !response.is_json_cut();
        has_ids.then_some(Self { names, is_whole, has_load_states })
    }

    /// The readable part of a list that was cut at the limit.
    fn read_cut(response: &Response) -> Option<Self> {
        let text = String::from_utf8_lossy(&response.body);
        let begin: String = text.chars().take(200).filter(|c| !c.is_whitespace()).collect();
        if !begin.starts_with('[') && !begin.contains("\"data\":[") && !begin.contains("\"models\":[") {
            return None;
        }
        let ids = text.split("\"id\"").skip(1).filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            rest.split('"').next().map(str::to_owned)
        });
        Some(Self { names: ids.collect(), is_whole: false, has_load_states: false })
    }

    /// Looks a model up, by the vendor's facts about names.
    pub(crate) fn find(&self, model: &str, facts: &ModelNames) -> Presence {
        let any = |is_found: &dyn Fn(&str) -> bool| self.names.iter().any(|name| is_found(name));
        let is_listed = any(&|name| name == model);
        let is_equal = || any(&|name| facts.are_equal(model, name));
        let is_prefixed = |prefix: &str| any(&|name| name.strip_prefix(prefix) == Some(model));
        if is_listed && facts.has_listed_prefix(model) {
            Presence::ListedOnly
        } else if is_listed || facts.listed_prefix.is_some_and(is_prefixed) {
            Presence::Exact
        } else if is_equal() {
            Presence::OtherSpelling
        } else if any(&|name| covers(name, model)) {
            // LiteLLM lists `openai/*` for all models of the provider behind it.
            Presence::Covered
        } else if !self.is_whole {
            Presence::Unknown
        } else if (facts.is_unlisted)(model) {
            Presence::NeverListed
        } else if any(&|name| differ_in_spelling_only(model, name)) {
            Presence::Similar
        } else {
            Presence::Absent
        }
    }
}

fn id(entry: &Value) -> Option<String> {
    let text = match entry {
        Value::String(id) => Some(id.as_str()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            ["id", "name", "model"].iter().find_map(|name| entry.get(*name).and_then(Value::as_str))
        }
    };
    text.map(str::to_owned)
}

/// Other names under which calls take the model: a list of llama-server and Mistral, a text of Pollinations
/// (RooCodeInc/Roo-Code#4415).
fn aliases(entry: &Value) -> Vec<String> {
    match entry.get("aliases") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => text.split(',').map(|alias| alias.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use http::header::HeaderMap;

    use super::*;

    fn list(body: &str, is_whole: bool) -> Option<ModelList> {
        ModelList::read(&Response::new(200, HeaderMap::new(), body.into(), is_whole))
    }

    const LATEST: ModelNames = ModelNames { latest_tag: true, ..ModelNames::UNKNOWN };

    #[track_caller]
    fn check(body: &str, model: &str, expected: Option<Presence>) {
        assert_eq!(list(body, true).map(|list| list.find(model, &LATEST)), expected, "{body} {model}");
    }

    #[test]
    fn find_in_each_shape_of_list_is_exact() {
        check(r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#, "b", Some(Presence::Exact));
        check(r#"{"models":[{"name":"a:latest"}]}"#, "a:latest", Some(Presence::Exact));
        check(r#"[{"id":"a"}]"#, "a", Some(Presence::Exact));
        check(r#"["a"]"#, "a", Some(Presence::Exact));
        check(r#"{"data":[]}"#, "a", Some(Presence::Absent));
        check(r#"{"error":false,"data":[{"id":"a"}]}"#, "a", Some(Presence::Exact));
        check(r#"{"error":"","models":["a"]}"#, "a", Some(Presence::Exact));
    }

    #[test]
    fn read_of_other_body_is_none() {
        check(r#"{"error":"Unexpected endpoint or method. (GET /models)"}"#, "a", None);
        check(r#"{"error":{"code":401},"data":[]}"#, "a", None);
        check(r#"{"error":true,"data":[]}"#, "a", None);
        check(r#"{"status":"ok"}"#, "a", None);
        check(r#"{"data":{"id":"a"}}"#, "a", None);
        check(r#"{"data":[{"b64":"…"}]}"#, "a", None);
        check("<!doctype html>", "a", None);
        check("Ollama is running", "a", None);
    }

    #[test]
    fn find_without_tag_matches_latest_only_with_latest_tag() {
        let body = r#"{"data":[{"id":"llama3.2:latest"}]}"#;
        check(body, "llama3.2", Some(Presence::OtherSpelling));
        check(body, "llama3.2:1b", Some(Presence::Absent));
        check(body, "Llama3.2:latest", Some(Presence::Similar));
        let found = list(body, true).map(|list| list.find("llama3.2", &ModelNames::UNKNOWN));
        assert_eq!(found, Some(Presence::Absent));
    }

    #[test]
    fn find_absent_from_part_of_list_is_unknown() {
        check(r#"{"data":[{"id":"a"}],"has_more":true}"#, "b", Some(Presence::Unknown));
        check(r#"{"data":[{"id":"a"}],"has_more":false}"#, "b", Some(Presence::Absent));
        let cut = list(r#"{"data": [{"id": "a/b", "x":1},{"id":"c"#, false).expect("a list");
        assert_eq!(cut.find("a/b", &LATEST), Presence::Exact);
        assert_eq!(cut.find("d", &LATEST), Presence::Unknown);
    }

    #[test]
    fn find_alias_or_name_without_listed_prefix_is_exact() {
        let body = r#"{"data":[{"id":"ggml-org/gemma-GGUF:Q4_0","aliases":["gemma4"]}]}"#;
        check(body, "gemma4", Some(Presence::Exact));
        let google = ModelNames { listed_prefix: Some("models/"), ..ModelNames::UNKNOWN };
        let found = |model| list(r#"{"data":[{"id":"models/gemini"}]}"#, true).unwrap().find(model, &google);
        assert_eq!(found("gemini"), Presence::Exact);
        assert_eq!(found("models/gemini"), Presence::ListedOnly);
    }

    #[test]
    fn find_name_that_a_list_covers_or_never_contains_is_not_absent() {
        check(r#"{"data":[{"id":"openai/*"}]}"#, "openai/gpt-4o", Some(Presence::Covered));
        check(r#"{"data":[{"id":"anthropic/*"}]}"#, "openai/gpt-4o", Some(Presence::Absent));
        check(r#"{"data":[{"id":"a"}]}"#, "@openai/gpt-4o", Some(Presence::NeverListed));
        check(r#"{"data":[{"id":"openai/GPT-4o"}]}"#, "gpt-4o", Some(Presence::Similar));
    }

    #[test]
    fn list_of_llama_router_has_load_states() {
        let router = r#"{"data":[{"id":"a","status":{"value":"unloaded"}}]}"#;
        assert!(list(router, true).unwrap().has_load_states);
        assert!(!list(r#"{"data":[{"id":"a"}]}"#, true).unwrap().has_load_states);
    }
}
