//! The arrows between the crates, and who may use what is heavy.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::support::{files, text};

/// Each package of ours, and those of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("llm-config-core", &[]),
    ("llm-config-store", &["llm-config-core"]),
    ("llm-config-egress", &["llm-config-core"]),
    ("llm-config-secrets", &["llm-config-core", "llm-config-egress"]),
    ("llm-config-providers", &["llm-config-core"]),
    ("llm-config-gateway", &["llm-config-core", "llm-config-providers"]),
    ("llm-config-probe", &["llm-config-core", "llm-config-egress", "llm-config-providers"]),
    (
        "llm-config-service",
        &[
            "llm-config-core",
            "llm-config-store",
            "llm-config-egress",
            "llm-config-gateway",
            "llm-config-secrets",
            "llm-config-probe",
            "llm-config-providers",
        ],
    ),
    (
        "llm-config-server",
        &[
            "llm-config-core",
            "llm-config-store",
            "llm-config-egress",
            "llm-config-secrets",
            "llm-config-gateway",
            "llm-config-probe",
            "llm-config-providers",
            "llm-config-service",
        ],
    ),
    (
        "llm-config-bench",
        &[
            "llm-config-core",
            "llm-config-store",
            "llm-config-providers",
            "llm-config-service",
            "llm-config-server",
        ],
    ),
    (
        "llm-config-tests",
        &[
            "llm-config-core",
            "llm-config-store",
            "llm-config-egress",
            "llm-config-secrets",
            "llm-config-gateway",
            "llm-config-probe",
            "llm-config-providers",
            "llm-config-service",
            "llm-config-server",
        ],
    ),
];

/// Dependencies that one package owns; the tests may use them too, as tests.
const OWNERS: &[(&str, &str)] = &[
    ("actix-web", "llm-config-server"),
    ("chacha20poly1305", "llm-config-store"),
    ("clap", "llm-config-server"),
    ("diesel", "llm-config-store"),
    ("diesel_migrations", "llm-config-store"),
    ("libsqlite3-sys", "llm-config-store"),
    ("openssl-sys", "llm-config-store"),
    ("pq-sys", "llm-config-store"),
    // The only crate that calls out.
    ("hyper", "llm-config-egress"),
    ("hyper-rustls", "llm-config-egress"),
    ("hyper-util", "llm-config-egress"),
    ("toml", "llm-config-server"),
    ("tracing-subscriber", "llm-config-server"),
    ("utoipa", "llm-config-server"),
];

/// What the core must not even depend on through others: it does no I/O.
const NOT_IN_CORE: &[&str] = &["actix-web", "diesel", "hyper", "socket2", "tokio"];

fn metadata() -> Value {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn array(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("a name")
}

/// The packages of the workspace, each with the names of its dependencies; dev-dependencies only if
/// `with_tests`.
fn workspace_dependencies(metadata: &Value, with_tests: bool) -> BTreeMap<String, BTreeSet<String>> {
    let members: Vec<_> = array(&metadata["workspace_members"]).iter().collect();
    let packages = array(&metadata["packages"]).iter().filter(|package| members.contains(&&package["id"]));
    let dependencies = |package: &Value| {
        let all = array(&package["dependencies"]).iter();
        let used = all.filter(|dependency| with_tests || dependency["kind"] != "dev");
        used.map(|dependency| name(dependency).to_owned()).collect()
    };
    packages.map(|package| (name(package).to_owned(), dependencies(package))).collect()
}

#[test]
fn packages_depend_on_each_other_only_downwards() {
    for (package, dependencies) in workspace_dependencies(&metadata(), true) {
        let allowed = ARROWS.iter().find(|(name, _)| *name == package);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("`{package}` is not in the table of arrows"));
        // A package may use itself with other features in its own tests.
        let others = dependencies.iter().filter(|name| name.starts_with("llm-config-") && **name != package);
        for other in others {
            assert!(allowed.contains(&other.as_str()), "`{package}` must not depend on `{other}`");
        }
    }
}

#[test]
fn heavy_dependencies_have_one_owner() {
    for (package, dependencies) in workspace_dependencies(&metadata(), false) {
        for (dependency, owner) in OWNERS {
            assert!(
                package == *owner || !dependencies.contains(*dependency),
                "`{package}` must not depend on `{dependency}`, which is `{owner}`'s"
            );
        }
    }
}

#[test]
fn console_uses_no_storage() {
    let sources = files("bins/llm-config-server/src/http/console", &[".rs"]);
    assert!(!sources.is_empty(), "the console has sources");
    let users: Vec<_> =
        sources.into_iter().filter(|path| text(path).contains("llm_config_store::")).collect();
    // Tests start servers on a database.
    assert_eq!(users, [""; 0], "the console calls use cases");
}

#[test]
fn the_core_does_no_input_or_output() {
    let metadata = metadata();
    let packages = array(&metadata["packages"]).iter();
    let names: BTreeMap<_, _> =
        packages.map(|package| (package["id"].as_str().expect("an id"), name(package))).collect();
    let nodes = array(&metadata["resolve"]["nodes"]);
    let node = |id: &str| nodes.iter().find(|node| node["id"] == id).expect("a node of the graph");
    let core = names.iter().find(|(_, name)| **name == "llm-config-core").expect("the core").0;
    let mut seen = BTreeSet::new();
    let mut todo = vec![*core];
    while let Some(id) = todo.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in array(&node(id)["deps"]) {
            let is_normal = array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            if is_normal {
                todo.push(dependency["pkg"].as_str().expect("an id"));
            }
        }
    }
    let found: BTreeSet<_> = seen.iter().map(|id| names[id]).collect();
    assert!(found.contains("url") && found.contains("zeroize"), "{found:?}");
    for name in NOT_IN_CORE {
        assert!(!found.contains(name), "the core depends on `{name}`");
    }
}

/// Source outside the table of vendors in which code could depend on one vendor.
fn sources_outside_the_table() -> Vec<String> {
    ["crates/llm-config-providers/src", "crates/llm-config-probe/src", "crates/llm-config-service/src"]
        .into_iter()
        .chain(["bins/llm-config-server/src"])
        .flat_map(|folder| files(folder, &[".rs"]))
        .filter(|path| !path.starts_with("crates/llm-config-providers/src/vendors/"))
        .collect()
}

#[test]
fn only_the_table_of_vendors_depends_on_one_vendor() {
    for path in sources_outside_the_table() {
        let text = text(&path);
        // Tests may name a provider.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("_tests");
        for (n, line) in code.lines().enumerate().filter(|_| !is_test) {
            // `Provider::OpenAi`, not `Provider::ALL` and not `SelectedBy::Provider`.
            let names_value = line.match_indices("Provider::").any(|(at, word)| {
                let is_suffix = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let mut next = line[at + word.len()..].chars();
                let is_variant = next.next().is_some_and(char::is_uppercase)
                    && next.next().is_some_and(char::is_lowercase);
                !is_suffix && is_variant
            });
            let names_row = line.contains("vendor.name ==") || line.contains("match vendor.name");
            assert!(!names_value && !names_row, "{path}:{}: {line}", n + 1);
        }
    }
}
