//! Only one module builds HTTP clients, only one connects them, and only the resolver looks names up.
#![cfg(test)]

use std::fs;
use std::path::Path;

/// The paths and the texts of the files below `folder`.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    found
}

/// The files of this crate that contain one of these words, except the tests of the guard.
fn files_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let has = |text: &str| words.iter().any(|word| text.contains(word));
    let found = sources(&root).into_iter().filter(|(_, text)| has(text));
    let below = |path: String| path[root.to_str().expect("UTF-8").len()..].to_owned();
    found.map(|(path, _)| below(path)).filter(|path| !path.starts_with("/guard/tests/")).collect()
}

#[test]
fn http_clients_are_built_by_the_pinned_client_only() {
    assert_eq!(files_with(&["Client::builder", "client::conn"]), ["/pinned_client.rs"]);
}

#[test]
fn connectors_are_made_by_the_connector_only() {
    assert_eq!(files_with(&["HttpConnector::", "HttpsConnector::"]), ["/connector.rs"]);
}

#[test]
fn names_are_looked_up_by_the_resolver_only() {
    let found = files_with(&["lookup_host", "ToSocketAddrs", "to_socket_addrs"]);
    assert_eq!(found, ["/resolver.rs"]);
}
