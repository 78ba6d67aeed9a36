//! Lists of models, in the shapes in which servers give them.

use serde_json::Value;

use crate::report::Product;
use llm_config_egress::Response;

/// A list of models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    ids: Vec<String>,
    /// Whether it is all that the server would list.
    is_whole: bool,
}

/// Whether a list has a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// By the very id.
    Exact,
    /// By an id that the server takes for the same.
    OtherSpelling,
    /// It has not.
    Absent,
    /// It has not, but the list was too long to be read, or goes on elsewhere.
    Unknown,
}

impl Listing {
    /// `{"data":[…]}` of `OpenAI`, `{"models":[…]}` of Ollama, or a bare list; each member an id or an
    /// object with one. An error that comes with a success is none of them.
    pub(crate) fn read(answer: &Response) -> Option<Self> {
        if !answer.is_success() {
            return None;
        }
        let Some(json) = answer.json() else {
            return (!answer.is_whole).then(|| Self::read_cut(answer)).flatten();
        };
        let list = match &json {
            Value::Array(list) => list,
            Value::Object(members) => {
                if members.get("error").is_some_and(|it| !it.is_null()) {
                    return None;
                }
                // llama.cpp gives both; the first has the ids that calls name.
                ["data", "models"].iter().find_map(|it| members.get(*it).and_then(Value::as_array))?
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        };
        let ids: Vec<String> = list.iter().filter_map(id).collect();
        let has_ids = ids.len() == list.len();
        let goes_on = ["has_more", "nextPageToken", "next_page"]
            .iter()
            .any(|it| json.get(*it).is_some_and(|more| !more.is_null() && *more != Value::Bool(false)));
        has_ids.then_some(Self { ids, is_whole: !goes_on })
    }

    /// A list that was cut at the limit is still good for what it has.
    fn read_cut(answer: &Response) -> Option<Self> {
        let text = String::from_utf8_lossy(&answer.body);
        let begin: String = text.chars().take(200).filter(|it| !it.is_whitespace()).collect();
        if !begin.starts_with('[') && !begin.contains("\"data\":[") && !begin.contains("\"models\":[") {
            return None;
        }
        let ids = text.split("\"id\"").skip(1).filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            rest.split('"').next().map(str::to_owned)
        });
        Some(Self { ids: ids.collect(), is_whole: false })
    }

    /// Ids are compared exactly, but for what the product itself takes for the same.
    pub(crate) fn find(&self, model: &str, product: Option<Product>) -> Presence {
        let has = |id: &str| self.ids.iter().any(|it| it == id);
        if has(model) {
            Presence::Exact
        } else if product == Some(Product::Ollama) && !has_tag(model) && has(&format!("{model}:latest")) {
            Presence::OtherSpelling
        } else if !self.is_whole || self.ids.iter().any(|it| it.contains('*')) {
            // LiteLLM lists `openai/*` for whatever the provider behind it has.
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
            ["id", "name", "model"].iter().find_map(|it| entry.get(*it).and_then(Value::as_str))
        }
    };
    text.map(str::to_owned)
}

/// A colon in front of the last slash belongs to a registry's port.
fn has_tag(model: &str) -> bool {
    model.rsplit('/').next().is_some_and(|it| it.contains(':'))
}

#[cfg(test)]
mod tests {
    use http::header::HeaderMap;

    use super::*;

    fn listing(body: &str, is_whole: bool) -> Option<Listing> {
        let body = body.as_bytes().to_vec();
        Listing::read(&Response { status: 200, headers: HeaderMap::new(), body, is_whole })
    }

    #[track_caller]
    fn check(body: &str, model: &str, expected: Option<Presence>) {
        let found = listing(body, true).map(|it| it.find(model, Some(Product::Ollama)));
        assert_eq!(found, expected, "{body} {model}");
    }

    #[test]
    fn lists_come_in_several_shapes() {
        check(r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#, "b", Some(Presence::Exact));
        check(r#"{"models":[{"name":"a:latest"}]}"#, "a:latest", Some(Presence::Exact));
        check(r#"[{"id":"a"}]"#, "a", Some(Presence::Exact));
        check(r#"["a"]"#, "a", Some(Presence::Exact));
        check(r#"{"data":[]}"#, "a", Some(Presence::Absent));
    }

    #[test]
    fn what_is_no_list_is_not_taken_for_one() {
        check(r#"{"error":"Unexpected endpoint or method. (GET /models)"}"#, "a", None);
        check(r#"{"error":{"code":401},"data":[]}"#, "a", None);
        check(r#"{"status":"ok"}"#, "a", None);
        check(r#"{"data":{"id":"a"}}"#, "a", None);
        check(r#"{"data":[{"b64":"…"}]}"#, "a", None);
        check("<!doctype html>", "a", None);
        check("Ollama is running", "a", None);
    }

    #[test]
    fn ollama_means_latest_where_no_tag_is_given() {
        let body = r#"{"data":[{"id":"llama3.2:latest"}]}"#;
        check(body, "llama3.2", Some(Presence::OtherSpelling));
        check(body, "llama3.2:1b", Some(Presence::Absent));
        check(body, "Llama3.2:latest", Some(Presence::Absent));
        let found = listing(body, true).map(|it| it.find("llama3.2", None));
        assert_eq!(found, Some(Presence::Absent));
    }

    #[test]
    fn absence_from_part_of_a_list_says_nothing() {
        check(r#"{"data":[{"id":"openai/*"}]}"#, "openai/gpt-4o", Some(Presence::Unknown));
        check(r#"{"data":[{"id":"a"}],"has_more":true}"#, "b", Some(Presence::Unknown));
        check(r#"{"data":[{"id":"a"}],"has_more":false}"#, "b", Some(Presence::Absent));
        let cut = listing(r#"{"data": [{"id": "a/b", "x":1},{"id":"c"#, false).expect("a list");
        assert_eq!(cut.find("a/b", None), Presence::Exact);
        assert_eq!(cut.find("d", None), Presence::Unknown);
    }
}
