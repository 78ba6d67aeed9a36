//! What the source looks like.

use crate::support::{files, repository, text, written};

/// The most lines of a file: one that is longer is about two things.
const LINES: usize = 400;

/// What stands at the top, besides dot files and what git ignores.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "bins",
    "crates",
    "docs",
    "tests",
];

/// Asserts that none of these files has one of these words.
#[track_caller]
fn check(files: &[String], words: &[&str]) {
    assert!(!files.is_empty());
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    for path in files {
        for (n, line) in text(path).lines().enumerate() {
            for word in words {
                let is_there = line.match_indices(word).any(|(at, _)| {
                    let (before, after) = (&line[..at], &line[at + word.len()..]);
                    let goes_on = word.ends_with(is_part) && after.starts_with(is_part);
                    !(before.ends_with(is_part) || goes_on)
                });
                assert!(!is_there, "{path}:{}: `{word}`", n + 1);
            }
        }
    }
}

#[test]
fn every_source_file_begins_with_a_sentence_about_itself() {
    for path in written(&[".rs"]) {
        let text = text(&path);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") || first.starts_with("#![doc"), "{path} begins with `{first}`");
    }
}

#[test]
fn no_source_file_is_long() {
    for path in written(&[".rs"]) {
        let lines = text(&path).lines().count();
        assert!(lines <= LINES, "{path} has {lines} lines");
    }
}

#[test]
fn nothing_is_left_to_be_done() {
    // Put together here, so that this file does not have them.
    let words =
        [concat!("to", "do!"), concat!("unim", "plemented!"), concat!("db", "g!"), concat!("FIX", "ME")];
    check(&written(&[".rs"]), &words);
}

#[test]
fn no_line_ends_in_space_and_every_file_ends_in_a_line() {
    let mut files = written(&[".rs", ".toml", ".md", ".sql", ".sh", ".py"]);
    files.extend(["Cargo.toml", "README.md"].map(str::to_owned));
    for path in files {
        let text = text(&path);
        for (n, line) in text.lines().enumerate() {
            assert!(!line.ends_with([' ', '\t']), "{path}:{}", n + 1);
        }
        assert!(text.is_empty() || text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
    }
}

#[test]
fn use_cases_know_no_http() {
    check(
        &files("crates/llm-config-service/src", &[".rs"]),
        &["actix_web", "crate::http", "StatusCode", "serde_json"],
    );
}

#[test]
fn dialects_render_what_is_stored_but_do_not_reach_for_the_store() {
    let http = files("bins/llm-config-server/src/http", &[".rs"]);
    check(
        &http,
        &[
            "Store",
            "Tx",
            "StoreError",
            "TxError",
            "NewToken",
            "NewUser",
            "decide(",
            "Action",
            "service.store()",
        ],
    );
}

#[test]
fn only_the_store_knows_sql() {
    let mut files = files("crates/llm-config-core/src", &[".rs"]);
    files.extend(self::files("bins", &[".rs"]));
    check(&files, &["diesel", "SELECT", "INSERT INTO", "UPDATE ", "DELETE FROM"]);
}

#[test]
fn nothing_else_stands_at_the_top() {
    let ignored = text(".gitignore");
    for entry in repository().read_dir().expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let is_ignored = ignored.lines().any(|it| it.trim_matches('/') == name);
        assert!(TOP.contains(&name.as_str()) || name.starts_with('.') || is_ignored, "{name}");
    }
}
