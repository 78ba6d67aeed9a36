//! The pages of `docs/` and the README agree with the code.

use std::collections::BTreeSet;

use llm_config_core::access::Right;
use llm_config_core::provider::Provider;
use llm_config_server::cli::ExitStatus;
use llm_config_store::testing::TestDatabase;

use crate::support::{Installation, files, repository, text};

/// The texts between backticks, without fenced blocks.
fn quoted(markdown: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

#[test]
fn architecture_page_names_only_modules_that_exist() {
    let page = text("docs/architecture.md");
    let rows = page.lines().skip_while(|line| !line.starts_with("| Module |")).skip(2);
    let rows: Vec<_> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let module = quoted(row)[0];
        assert!(repository().join(module).join("mod.rs").exists(), "`{module}` is not a module");
    }
}

#[test]
fn architecture_page_names_every_crate_and_no_other() {
    let page = text("docs/architecture.md");
    let rows = page.lines().skip_while(|line| !line.starts_with("| Crate |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let named: BTreeSet<_> =
        rows.filter_map(|row| quoted(row).first().map(|&path| path.to_owned())).collect();
    let mut existing = BTreeSet::new();
    for parent in ["crates", "bins"] {
        for entry in repository().join(parent).read_dir().expect("a folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            existing.insert(format!("{parent}/{name}"));
        }
    }
    assert_eq!(named, existing);
}

#[test]
fn paths_named_by_pages_exist() {
    for page in files("docs", &[".md"]) {
        for path in quoted(&text(&page)) {
            let is_path =
                ["tests/", "crates/", "bins/", "docs/"].iter().any(|folder| path.starts_with(folder));
            if !is_path || path.contains(char::is_whitespace) {
                continue;
            }
            for path in expand_braces(path) {
                assert!(repository().join(&path).exists(), "{page} names `{path}`");
            }
        }
    }
}

/// Expands braces: `a/{b,c}.rs` becomes `a/b.rs` and `a/c.rs`.
fn expand_braces(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (choices, after) = rest.split_once('}').expect("a closing brace");
    choices.split(',').map(|choice| format!("{before}{choice}{after}")).collect()
}

#[test]
fn configuration_page_names_every_setting_and_no_other() {
    let help = Installation::with_database(TestDatabase::sqlite()).run(&["--help"]).succeeded();
    let words = |text: &str, is_match: fn(&str) -> bool| {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
        words.filter(|word| is_match(word)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let is_variable = |word: &str| word.starts_with("LLM_CONFIG_") && word != "LLM_CONFIG_";
    let is_flag =
        |word: &str| word.starts_with("--") && word.len() > 2 && word != "--help" && word != "--version";
    let page = text("docs/configuration.md");
    assert_eq!(words(&page, is_variable), words(&help, is_variable));
    let table: String = page.lines().filter(|line| line.starts_with("| `--")).collect();
    assert_eq!(words(&table, is_flag), words(&help, is_flag));
}

#[test]
fn configuration_page_names_every_command() {
    let help = Installation::with_database(TestDatabase::sqlite()).run(&["--help"]).succeeded();
    let commands =
        help.split("Commands:\n").nth(1).expect("commands").lines().take_while(|line| !line.is_empty());
    let mut existing: BTreeSet<_> = commands.filter_map(|word| word.split_whitespace().next()).collect();
    assert!(existing.remove("help"));
    let page = text("docs/configuration.md");
    let table = page.split("\n## Commands\n").nth(1).expect("a part about commands");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let named: BTreeSet<_> =
        rows.flat_map(quoted).filter_map(|word| word.split_whitespace().next()).collect();
    assert!(existing.is_subset(&named), "{existing:?} are not all in {named:?}");
}

#[test]
fn configuration_page_names_every_exit_status_and_no_other() {
    let page = text("docs/configuration.md");
    let rows = page.lines().skip_while(|line| !line.starts_with("| Status |")).skip(2);
    let row = |row: &str| row.split('|').skip(1).take(2).map(|cell| cell.trim().to_owned()).collect();
    let named: Vec<Vec<String>> = rows.take_while(|row| row.starts_with('|')).map(row).collect();
    let status = |status: &ExitStatus| vec![status.number().to_string(), format!("`{status}`")];
    assert_eq!(named, ExitStatus::ALL.iter().map(status).collect::<Vec<_>>());
}

#[test]
fn team_page_names_every_offered_right_and_no_other() {
    let page = text("docs/team.md");
    let rows = page.lines().skip_while(|line| *line != "| About | Rights |").skip(2);
    let mut named = BTreeSet::new();
    for right in
        rows.take_while(|row| row.starts_with('|')).flat_map(|row| row.split('|').skip(2)).flat_map(quoted)
    {
        match right.strip_suffix('…') {
            Some(start) => named.extend([format!("{start}OWN"), format!("{start}ANY")]),
            None => named.extend([right.to_owned()]),
        }
    }
    let existing: BTreeSet<_> = Right::OFFERED.iter().map(ToString::to_string).collect();
    assert_eq!(named, existing);
}

#[test]
fn readme_names_the_providers_of_each_api() {
    let readme = text("README.md");
    for (api, providers) in [("/v1/llms", Provider::FOR_OWNERS), ("/ai/llm", Provider::FOR_WORKSPACES)] {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{api}` |"))).expect("a row");
        let existing: BTreeSet<_> = providers.iter().map(|provider| provider.as_str()).collect();
        let named = quoted(row).into_iter().filter(|name| *name != api).collect::<BTreeSet<_>>();
        assert_eq!(named, existing, "{api}");
    }
}

#[test]
fn relative_links_of_pages_point_to_existing_files() {
    let mut pages = files("docs", &[".md"]);
    pages.push("README.md".to_owned());
    for page in pages {
        let text = text(&page);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let folder = repository().join(&page).parent().expect("a folder").to_owned();
            assert!(folder.join(file).exists(), "{page} links to `{target}`");
        }
    }
}
