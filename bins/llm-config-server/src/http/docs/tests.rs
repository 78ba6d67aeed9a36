//! Tests of the documents against the reviewed list of routes, the sources and the committed files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::http::docs;
use crate::http::document::Document;
use crate::http::routes::{self, RouteAuth};

fn json(document: Document) -> Value {
    serde_json::from_str(&docs::json(document).unwrap()).unwrap()
}

/// `GET /path`, and whether no token is needed.
type Line = (String, bool);

fn described(document: Document) -> BTreeSet<Line> {
    let json = json(document);
    let paths = json["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    });
    let line = |(path, method, operation): (&String, &String, &Value)| {
        let is_open = operation.get("security").is_some_and(|security| security == &Value::Array(vec![]));
        (format!("{} {path}", method.to_uppercase()), is_open)
    };
    operations.map(line).collect()
}

#[test]
fn documents_have_exactly_the_reviewed_routes() {
    for document in Document::ALL {
        let reviewed = routes::for_document(document).iter();
        let reviewed: BTreeSet<Line> = reviewed
            .map(|route| (format!("{} {}", route.method, route.path), route.auth != RouteAuth::Token))
            .collect();
        assert_eq!(
            reviewed.len(),
            routes::for_document(document).len(),
            "{document:?}: a route is listed twice"
        );
        assert_eq!(described(document), reviewed, "{document:?}: described, and in routes.rs");
    }
}

#[test]
fn paths_registered_by_hand_are_reviewed() {
    let http = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut registered = BTreeSet::new();
    for file in rust_files(&http) {
        let source = std::fs::read_to_string(&file).unwrap();
        let prefixes = [("goodmem", "/v1"), ("llm_config", "/llm-config/v1")];
        let prefix = prefixes.iter().find(|(folder, _)| file.starts_with(http.join(folder)));
        let prefix = prefix.map_or("", |(_, prefix)| prefix);
        for (at, marker) in source.match_indices(" resource(") {
            let argument = source[at + marker.len()..].trim_start();
            if let Some(path) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                registered.insert(format!("{prefix}{}", path.trim_end_matches('/')));
            }
        }
    }
    let reviewed =
        Document::ALL.into_iter().flat_map(routes::for_document).map(|route| route.path.to_owned());
    let reviewed: BTreeSet<_> = reviewed.collect();
    assert!(registered.is_subset(&reviewed), "registered by hand, and in routes.rs: {registered:?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let nested = folders.iter().flat_map(|folder| rust_files(folder));
    let is_source =
        |path: &PathBuf| path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs");
    files.into_iter().filter(is_source).chain(nested).collect()
}

#[test]
fn operations_have_unique_ids_a_summary_and_a_description() {
    for document in Document::ALL {
        let json = json(document);
        let mut ids = BTreeSet::new();
        for (path, item) in json["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                assert!(ids.insert(id), "{method} {path}");
                for text in ["summary", "description"] {
                    assert!(
                        !operation[text].as_str().unwrap_or_default().is_empty(),
                        "{text}: {method} {path}"
                    );
                }
                let statuses = operation["responses"].as_object().unwrap();
                assert!(statuses.keys().any(|status| status.starts_with('4')), "{method} {path}");
            }
        }
    }
}

#[test]
fn tags_of_operations_are_described_and_no_others() {
    for document in Document::ALL {
        let json = json(document);
        let operations =
            json["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
        let used: BTreeSet<_> = operations
            .flat_map(|(_, operation)| operation["tags"].as_array().unwrap())
            .map(Value::to_string)
            .collect();
        let described: BTreeSet<_> =
            json["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
        assert_eq!(used, described, "{document:?}");
    }
}

/// Every schema in a value, with the name of the member or parameter that it describes.
fn schemas<'a>(name: &'a str, value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Object(members) => {
            let named = members.get("name").and_then(Value::as_str).unwrap_or(name);
            for (member, value) in members {
                match member.as_str() {
                    "schema" | "items" | "additionalProperties" => schemas(named, value, found),
                    "example" | "examples" | "not" => {}
                    _ => schemas(member, value, found),
                }
            }
            found.push((name, value));
        }
        Value::Array(list) => list.iter().for_each(|value| schemas(name, value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn ids_are_described_as_uuids() {
    // Ids that are not of this server, or not ids.
    const OTHERS: [&str; 2] = ["modelIdentifier", "quotaProjectId"];
    for document in Document::ALL {
        let json = json(document);
        let mut found = Vec::new();
        schemas("", &json, &mut found);
        let is_id = |name: &str| {
            let is_named = name == "id" || name.ends_with("Id") || name.ends_with("_id");
            (is_named || ["workspaces", "unreadable", "confirmedBy", "setBy", "checkedBy"].contains(&name))
                && !OTHERS.contains(&name)
        };
        let is_text = |schema: &Value| {
            let types = &schema["type"];
            types == "string" || types.as_array().is_some_and(|types| types.contains(&"string".into()))
        };
        for (name, schema) in found.into_iter().filter(|(name, schema)| is_id(name) && is_text(schema)) {
            assert_eq!(schema["format"], "uuid", "{document:?}: {name}");
        }
    }
}

#[test]
fn committed_documents_are_current() {
    let is_stale = |document: &Document| {
        let name = document.name();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/api/{name}.json"));
        std::fs::read_to_string(&file).unwrap_or_default() != docs::json(*document).unwrap()
    };
    let stale: Vec<_> = Document::ALL.into_iter().filter(is_stale).map(Document::name).collect();
    assert!(stale.is_empty(), "stale documents: {}; run docs/api/refresh.sh", stale.join(", "));
}

/// The targets of all references in a part of a document.
fn references(part: &Value) -> Vec<&str> {
    match part {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn references_have_targets() {
    for document in Document::ALL {
        let json = json(document);
        for reference in references(&json) {
            let pointer = reference.strip_prefix('#').expect(reference);
            assert!(json.pointer(pointer).is_some(), "{document:?}: {reference}");
        }
    }
}
