//! Modules form no circles, except a parent with its own children.

mod graph;
mod paths;

use crate::support::repository;
use graph::Graph;

#[test]
fn modules_of_every_crate_form_no_circle_beyond_parent_and_children() {
    let mut found = Vec::new();
    for parent in ["crates", "bins"] {
        for entry in repository().join(parent).read_dir().expect("a readable directory") {
            let name =
                entry.expect("a readable directory entry").file_name().into_string().expect("a UTF-8 path");
            let graph = Graph::parse(&format!("{parent}/{name}/src"));
            for uses in graph.circles() {
                let lines = uses.iter().map(|(module, used)| format!("    {module} uses {used}\n"));
                found.push(format!("{name}:\n{}", lines.collect::<String>()));
            }
        }
    }
    assert!(found.is_empty(), "circles of modules:\n{}", found.join("\n"));
}

#[test]
fn imports_of_group_are_expanded() {
    let imports = paths::imports("use a::b;\npub use c::{self, d::{e, f as g}};\nlet x = use_case::y;");
    let found: Vec<_> = imports
        .iter()
        .map(|import| (import.path.join("::"), import.name.as_str(), import.is_public))
        .collect();
    let expected = [("a::b", "b", false), ("c", "c", true), ("c::d::e", "e", true), ("c::d::f", "g", true)];
    assert_eq!(found, expected.map(|(path, name, is_public)| (path.to_owned(), name, is_public)));
}
