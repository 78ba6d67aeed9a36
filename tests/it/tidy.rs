//! Rules that the text of the repository keeps: length, words, layers.

use crate::support::{files, repository, text, written};

/// The most lines of a file: one that is longer is about two things.
const LINES: usize = 400;

/// What stands at the top, besides dot files and what git ignores.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "bins",
    "crates",
    "docs",
    "tests",
];

/// The most columns of a line of code, attributes included.
const CODE_COLUMNS: usize = 110;

/// The most columns of a line of a page; rows of tables and fenced blocks may be longer.
const PAGE_COLUMNS: usize = 120;

/// Words that hide who or what a sentence is about, and gendered ones. CONTRIBUTING.md has the rules.
const VAGUE_WORDS: &[&str] = &[
    concat!("who", "ever"),
    concat!("whom", "ever"),
    concat!("some", "body"),
    concat!("any", "body"),
    concat!("no", "body"),
    concat!("him", "self"),
    concat!("her", "self"),
    concat!("h", "e"),
    concat!("h", "is"),
];

/// Names that say less than the standard term in docs/glossary.md.
const VAGUE_NAMES: &[&str] = &[
    "Among",
    "Asked",
    "Conceal",
    "Door",
    "Finding",
    "Granted",
    "Heard",
    "Hushed",
    "Judged",
    "Outgoing",
    "Pace",
    "Pinged",
    "Place",
    "Pong",
    "Presentation",
    "Proven",
    "Question",
    "Quiet",
    "Referred",
    "Requested",
    "Said",
    "Shown",
    "Unfit",
    "Unshowable",
];

/// Whether `line` has `word` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let continues = word.ends_with(is_part) && after.starts_with(is_part);
        !(before.ends_with(is_part) || continues)
    })
}

/// Asserts that no line of these files breaks a rule, and names every line that does.
#[track_caller]
fn check_lines(files: &[String], fault: impl Fn(&str, &str) -> Option<String>) {
    assert!(!files.is_empty());
    let mut faults = Vec::new();
    for path in files {
        for (n, line) in text(path).lines().enumerate() {
            if let Some(fault) = fault(path, line) {
                faults.push(format!("{path}:{}: {fault}", n + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Asserts that none of these files has one of these words.
#[track_caller]
fn check(files: &[String], words: &[&str]) {
    check_lines(files, |_, line| {
        let word = words.iter().find(|word| has_word(line, word))?;
        Some(format!("`{word}`"))
    });
}

#[test]
fn prose_has_no_vague_or_gendered_words() {
    let mut files = written(&[".rs", ".md", ".sql", ".sh", ".py", ".mjs", ".toml"]);
    files.extend(["Cargo.toml", "README.md", "CHANGELOG.md"].map(str::to_owned));
    check_lines(&files, |_, line| {
        let line = line.to_lowercase();
        // The Unix user of that name.
        let names_unix_user = line.contains("user=");
        let word = VAGUE_WORDS.iter().find(|word| has_word(&line, word))?;
        (!names_unix_user).then(|| format!("`{word}`"))
    });
}

#[test]
fn code_has_no_vague_names() {
    check_lines(&written(&[".rs"]), |path, line| {
        let code = line.trim_start();
        if path == "tests/it/tidy.rs" || code.starts_with("//") {
            return None;
        }
        let code = code.split("// ").next().unwrap_or_default();
        let outside_of_strings: String = code.split('"').step_by(2).collect();
        let name = VAGUE_NAMES.iter().find(|name| has_word(&outside_of_strings, name))?;
        Some(format!("`{name}`"))
    });
}

#[test]
fn closures_name_their_arguments() {
    let vague = [concat!("|i", "t|"), concat!("|&i", "t|")];
    check_lines(&written(&[".rs"]), |_, line| {
        vague.iter().find(|vague| line.contains(**vague)).map(|vague| format!("`{vague}`"))
    });
}

/// The line without the text of its raw strings: a recorded response is easier to compare with its source
/// on one line.
fn without_raw_strings(line: &str) -> String {
    let mut parts = line.split("r#\"");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once("\"#").map_or(part, |(_, after)| after));
    }
    kept
}

#[test]
fn lines_are_not_long() {
    check_lines(&written(&[".rs"]), |_, line| {
        let columns = without_raw_strings(line).chars().count();
        (columns > CODE_COLUMNS).then(|| format!("{columns} columns"))
    });
    let mut pages = written(&[".md"]);
    pages.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(str::to_owned));
    for page in pages {
        let mut is_fenced = false;
        for (n, line) in text(&page).lines().enumerate() {
            is_fenced ^= line.trim_start().starts_with("```");
            let columns = line.chars().count();
            let may_be_long = is_fenced || line.starts_with('|');
            assert!(may_be_long || columns <= PAGE_COLUMNS, "{page}:{}: {columns} columns", n + 1);
        }
    }
}

#[test]
fn source_files_begin_with_a_sentence() {
    for path in written(&[".rs"]) {
        let text = text(&path);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") || first.starts_with("#![doc"), "{path} begins with `{first}`");
    }
}

#[test]
fn source_files_are_not_long() {
    for path in written(&[".rs"]) {
        let lines = text(&path).lines().count();
        assert!(lines <= LINES, "{path} has {lines} lines");
    }
}

#[test]
fn source_has_no_placeholders() {
    // Put together here, so that this file does not have them.
    let words =
        [concat!("to", "do!"), concat!("unim", "plemented!"), concat!("db", "g!"), concat!("FIX", "ME")];
    check(&written(&[".rs"]), &words);
}

#[test]
fn lines_have_no_trailing_space_and_files_end_in_one_newline() {
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
fn use_cases_do_not_use_http() {
    check(
        &files("crates/llm-config-service/src", &[".rs"]),
        &["actix_web", "crate::http", "StatusCode", "serde_json"],
    );
}

#[test]
fn dialects_do_not_use_the_store() {
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
fn commands_use_the_service_and_open_no_transaction() {
    let commands = files("bins/llm-config-server/src/cli", &[".rs"]);
    check(&commands, &["Tx", "TxError", "NewToken", "NewUser", "decide("]);
}

#[test]
fn only_the_store_uses_sql() {
    let mut files = files("crates/llm-config-core/src", &[".rs"]);
    files.extend(self::files("bins", &[".rs"]));
    check(&files, &["diesel", "SELECT", "INSERT INTO", "UPDATE ", "DELETE FROM"]);
}

#[test]
fn top_folder_has_only_listed_entries() {
    let ignored = text(".gitignore");
    for entry in repository().read_dir().expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let is_ignored = ignored.lines().any(|line| line.trim_matches('/') == name);
        assert!(TOP.contains(&name.as_str()) || name.starts_with('.') || is_ignored, "{name}");
    }
}
