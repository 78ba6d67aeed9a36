//! Lists of models, in the shapes that servers use.

use serde_json::Value;

use crate::response::Response;

/// A list of models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelList {
    ids: Vec<String>,
    /// Whether the list is complete.
    is_whole: bool,
}

/// Whether a list contains a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Under exactly this id.
    Exact,
    /// Under an id that the server treats as equal.
    OtherSpelling,
    /// No.
    Absent,
    /// Not in the part that was read: the list was cut, continues elsewhere, or has wildcards.
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
                if members.get("error").is_some_and(|error| !error.is_null()) {
                    return None;
                }
                // llama.cpp has both; the first has the ids that calls use.
                ["data", "models"].iter().find_map(|name| members.get(*name).and_then(Value::as_array))?
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        };
        let ids: Vec<String> = list.iter().filter_map(id).collect();
        let has_ids = ids.len() == list.len();
        let is_paged = ["has_more", "nextPageToken", "next_page"]
            .iter()
            .any(|name| json.get(*name).is_some_and(|more| !more.is_null() && *more != Value::Bool(false)));
        has_ids.then_some(Self { ids, is_whole: !is_paged })
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
        Some(Self { ids: ids.collect(), is_whole: false })
    }

    /// Looks a model up. Ids are compared exactly; with `latest_tag`, a name without a tag also matches
    /// the same name with the tag `latest`.
    pub(crate) fn find(&self, model: &str, latest_tag: bool) -> Presence {
        let has = |wanted: &str| self.ids.iter().any(|id| id == wanted);
        if has(model) {
            Presence::Exact
        } else if latest_tag && !has_tag(model) && has(&format!("{model}:latest")) {
            Presence::OtherSpelling
        } else if !self.is_whole || self.ids.iter().any(|id| id.contains('*')) {
            // LiteLLM lists `openai/*` for all models of the provider behind it.
            Presence::Unknown
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

/// Whether a name has a tag. A colon in front of the last slash belongs to a registry's port.
fn has_tag(model: &str) -> bool {
    model.rsplit('/').next().is_some_and(|name| name.contains(':'))
}

#[cfg(test)]
mod tests {
    use http::header::HeaderMap;

    use super::*;

    fn list(body: &str, is_whole: bool) -> Option<ModelList> {
        ModelList::read(&Response::new(200, HeaderMap::new(), body.into(), is_whole))
    }

    #[track_caller]
    fn check(body: &str, model: &str, expected: Option<Presence>) {
        assert_eq!(list(body, true).map(|list| list.find(model, true)), expected, "{body}");
    }

    #[test]
    fn find_in_each_shape_of_list_is_exact() {
        check(r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#, "b", Some(Presence::Exact));
        check(r#"{"models":[{"name":"a:latest"}]}"#, "a:latest", Some(Presence::Exact));
        check(r#"[{"id":"a"}]"#, "a", Some(Presence::Exact));
        check(r#"["a"]"#, "a", Some(Presence::Exact));
        check(r#"{"data":[]}"#, "a", Some(Presence::Absent));
    }

    #[test]
    fn read_of_other_body_is_none() {
        check(r#"{"error":"Unexpected endpoint or method. (GET /models)"}"#, "a", None);
        check(r#"{"error":{"code":401},"data":[]}"#, "a", None);
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
        check(body, "Llama3.2:latest", Some(Presence::Absent));
        let found = list(body, true).map(|list| list.find("llama3.2", false));
        assert_eq!(found, Some(Presence::Absent));
    }

    #[test]
    fn find_absent_from_part_of_list_is_unknown() {
        check(r#"{"data":[{"id":"openai/*"}]}"#, "openai/gpt-4o", Some(Presence::Unknown));
        check(r#"{"data":[{"id":"a"}],"has_more":true}"#, "b", Some(Presence::Unknown));
        check(r#"{"data":[{"id":"a"}],"has_more":false}"#, "b", Some(Presence::Absent));
        let cut = list(r#"{"data": [{"id": "a/b", "x":1},{"id":"c"#, false).expect("a list");
        assert_eq!(cut.find("a/b", false), Presence::Exact);
        assert_eq!(cut.find("d", false), Presence::Unknown);
    }
}
