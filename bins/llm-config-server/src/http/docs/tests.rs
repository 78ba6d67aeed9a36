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
fn operations_have_unique_ids_and_a_summary() {
    for document in Document::ALL {
        let json = json(document);
        let mut ids = BTreeSet::new();
        for (path, item) in json["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                assert!(ids.insert(id), "{method} {path}");
                assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
                assert!(operation["tags"].is_array(), "{method} {path}");
            }
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
