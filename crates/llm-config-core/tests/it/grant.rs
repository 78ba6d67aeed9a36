//! Grants of secrets: only granted secrets are usable, in every spelling of a reference.

use llm_config_core::grant::{Grants, SecretGrant, SecretPrefix};
use llm_config_core::scope::Scope;
use llm_config_core::secret::SecretRef;
use proptest::prelude::*;
use proptest::sample::select;

use crate::sample::{principal, workspace};

fn covers(prefix: &str, uri: &str) -> bool {
    let prefix: SecretPrefix = prefix.parse().unwrap();
    let Ok(reference) = uri.parse::<SecretRef>() else { return false };
    reference.location().is_some_and(|location| prefix.covers(&location))
}

fn check_covered(prefix: &str, uris: &[&str]) {
    for uri in uris {
        assert!(covers(prefix, uri), "{prefix} does not cover {uri}");
    }
}

fn check_not_covered(prefix: &str, uris: &[&str]) {
    for uri in uris {
        assert!(!covers(prefix, uri), "{prefix} covers {uri}");
    }
}

#[test]
fn covers_with_path_includes_itself_and_descendants() {
    check_covered(
        "vault://kv/team-a",
        &[
            "vault://kv/team-a",
            "vault://kv/team-a#key",
            "vault://kv/team-a/openai#key",
            "vault://kv/team-a/x/y",
        ],
    );
    check_covered("vault://kv", &["vault://kv/team-a", "vault://kv/team-b/openai"]);
    check_covered("file:///run/secrets/a", &["file:///run/secrets/a", "file:///run/secrets/a/..data/key"]);
}

#[test]
fn covers_with_trailing_slash_includes_descendants_only() {
    check_covered("vault://kv/team-a/", &["vault://kv/team-a/openai#key"]);
    check_not_covered("vault://kv/team-a/", &["vault://kv/team-a", "vault://kv/team-a#key"]);
}

#[test]
fn covers_with_path_traversal_is_false() {
    check_not_covered(
        "vault://kv/team-a",
        &[
            "vault://kv/team-ab",
            "vault://kv/team-ab/openai",
            "vault://kv/team-A/openai",
            "vault://KV/team-a/openai",
            "vault://kv",
            "vault://kv/",
            "vault://kv//team-a/openai",
            "vault://kv/team-a/",
            "vault://kv/team-a//openai",
            "vault://kv/team-a/../team-b/openai",
            "vault://kv/team-a/..",
            "vault://kv/team-a/./openai",
            "vault://kv/x/../team-a/openai",
            "vault://kv/team-a/%2e%2e/team-b",
            "vault://kv/team-a/%2E./team-b",
            "vault://kv/team-a%2f..%2fteam-b",
            "vault://kv/team-a/..%2fteam-b",
            "vault://kv/team-a\\..\\team-b",
            "vault://kv/team-a/x?list=true",
            "vault://kv/team-a?version=1",
            "vault://kv/team-a/x#key#other",
            "vault://kv/team-a/x#",
            "vault://kv/team-a/*",
            "vault://kv/team-a/．．/team-b",
            "vault://kv/team-a/\u{2024}\u{2024}/team-b",
            "vault://kv/team-a/.. /team-b",
            "vault://kv/team-a/ ../team-b",
            "vault://kv@kv/team-a",
            "vault:///kv/team-a",
            "file:///kv/team-a",
            "env://kv/team-a",
        ],
    );
    check_not_covered(
        "file:///run/secrets/a",
        &[
            "file://run/secrets/a",
            "file:////run/secrets/a/key",
            "file://localhost/run/secrets/a/key",
            "file:///run/secrets/a/../b/key",
            "file:///run/secrets/a/../../../etc/passwd",
            "file:///run/secrets/ab",
            "file:///run/secrets/a/key#field",
            "file:///run/secrets/a/key\0",
        ],
    );
}

#[test]
fn covers_with_variable_matches_name_or_asterisk_prefix() {
    check_covered("env://TEAM_A_KEY", &["env://TEAM_A_KEY"]);
    check_covered("env://TEAM_A_*", &["env://TEAM_A_", "env://TEAM_A_OPENAI"]);
    check_not_covered("env://TEAM_A_KEY", &["env://TEAM_A_KEY2", "env://TEAM_A", "env://team_a_key"]);
    check_not_covered(
        "env://TEAM_A_*",
        &["env://TEAM_B_X", "env://TEAM_A_*", "env://TEAM_A_X#f", "env://TEAM_A_/x", "env://TEAM_A_X=1"],
    );
}

#[test]
fn covers_with_variable_of_the_server_is_false() {
    check_not_covered(
        "env://LLM_*",
        &[
            "env://LLM_CONFIG_KEYRING",
            "env://LLM_CONFIG_TOKEN",
            "env://llm_config_keyring",
            "env://Llm_Config_X",
        ],
    );
    check_covered("env://LLM_*", &["env://LLM_CONFIG", "env://LLM_KEY"]);
}

fn check_no_prefix(text: &str, expected: &str) {
    let fault = text.parse::<SecretPrefix>().unwrap_err().to_string();
    assert!(fault.contains(expected), "{text}: {fault}");
}

#[test]
fn parse_prefix_with_ambiguous_path_is_rejected() {
    for path in ["vault:///", "vault://kv//a", "vault://kv/a/..", "vault://kv/%61", "vault://kv/a#key"] {
        check_no_prefix(path, "must be a path whose parts");
    }
    for path in ["file:///", "file://etc", "file://./x", "vault://kv/*"] {
        check_no_prefix(path, "must be a path whose parts");
    }
    for name in ["env://*", "env://A*B", "env://A=B", "env://LLM_CONFIG_KEYRING", "env://LLM_CONFIG_*"] {
        check_no_prefix(name, "must be the name of an environment variable");
    }
    check_no_prefix("gcp-sm://projects/p", "must not name gcp-sm://");
    check_no_prefix("vault://", "must name a secret");
    check_no_prefix("/etc", "must start with one of");
}

#[test]
fn allows_requires_one_grant_for_prefix_scope_and_origin() {
    let grant = |prefix: &str, owner, origin: &str| SecretGrant {
        prefix: prefix.parse().unwrap(),
        owners: vec![principal(owner)],
        workspaces: vec![workspace(9)],
        origins: vec![origin.parse().unwrap()],
    };
    let secrets =
        vec![grant("vault://kv/a", 1, "https://a.example"), grant("vault://kv/b", 2, "https://b.example")];
    let grants = Grants { secrets, ..Grants::default() };
    let check = |uri: &str, scope, origin: &str, expected| {
        let found = grants.allows(&uri.parse().unwrap(), &scope, &origin.parse().unwrap());
        assert_eq!(found, expected, "{uri} {scope} {origin}");
    };
    let (ada, bob) = (Scope::Owner(principal(1)), Scope::Owner(principal(2)));
    check("vault://kv/a/x", ada, "https://a.example", true);
    check("vault://kv/a/x", Scope::Workspace(workspace(9)), "https://a.example", true);
    check("vault://kv/a/x", bob, "https://a.example", false);
    check("vault://kv/a/x", bob, "https://b.example", false);
    check("vault://kv/b/x", ada, "https://b.example", false);
    // A workspace is not an owner, even with an equal id.
    check("vault://kv/a/x", Scope::Workspace(workspace(1)), "https://a.example", false);
    check("vault://kv/a/x", Scope::Owner(principal(9)), "https://a.example", false);
    for elsewhere in [
        "http://a.example",
        "https://a.example:8443",
        "https://a.example.",
        "https://x.a.example",
        "https://evil.example",
    ] {
        check("vault://kv/a/x", ada, elsewhere, false);
    }
}

#[test]
fn allows_by_default_is_false() {
    let uri: SecretRef = "vault://kv/a".parse().unwrap();
    let origin = "https://a.example".parse().unwrap();
    let grant = SecretGrant {
        prefix: "vault://kv".parse().unwrap(),
        owners: vec![],
        workspaces: vec![],
        origins: vec![],
    };
    let without_owners = SecretGrant { origins: vec!["https://a.example".parse().unwrap()], ..grant.clone() };
    let without_origins = SecretGrant { owners: vec![principal(1)], ..grant };
    for secrets in [vec![], vec![without_owners], vec![without_origins]] {
        let grants = Grants { secrets, ..Grants::default() };
        assert!(!grants.allows(&uri, &Scope::Owner(principal(1)), &origin), "{grants:?}");
    }
}

/// The segments of a path according to the most lenient parser: one that decodes twice, treats backslashes as
/// slashes, resolves dots, and trims white space.
fn lenient_segments(path: &str) -> Vec<String> {
    let mut text = path.to_owned();
    for _ in 0..2 {
        for (code, meant) in
            [("%25", "%"), ("%2e", "."), ("%2E", "."), ("%2f", "/"), ("%2F", "/"), ("%5c", "\\")]
        {
            text = text.replace(code, meant);
        }
    }
    let text = text.replace('\\', "/");
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let mut steps: Vec<String> = Vec::new();
    for step in text.split('/').map(str::trim) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step.to_owned()),
        }
    }
    steps
}

fn check_inside(prefix: &str, rest: &str) -> Result<(), TestCaseError> {
    let (scheme, path) = prefix.split_once("://").unwrap();
    let uri = format!("{scheme}://{rest}");
    if covers(prefix, &uri) {
        prop_assert!(
            lenient_segments(rest).starts_with(&lenient_segments(path)),
            "{} covers {}",
            prefix,
            uri
        );
    }
    Ok(())
}

fn hostile_path() -> impl Strategy<Value = String> {
    let part = select(vec![
        "kv",
        "team-a",
        "team-ab",
        "a",
        "..",
        ".",
        "",
        "%2e%2e",
        "..%2f",
        "%252e%252e",
        "\\..",
        "..\\",
        " ..",
        "x",
        "x#key",
        "x?a",
        "*",
    ]);
    let paths = prop::collection::vec(part, 0..6).prop_map(|segments| segments.join("/"));
    (select(vec!["", "kv/team-a/", "kv/team-a", "/kv/team-a/", "/kv/team-a"]), paths)
        .prop_map(|(start, path)| format!("{start}{path}"))
}

proptest! {
    #[test]
    fn covers_with_hostile_path_outside_prefix_is_false(rest in hostile_path()) {
        check_inside("vault://kv/team-a", &rest)?;
        check_inside("vault://kv/team-a/", &rest)?;
        check_inside("file:///kv/team-a", &rest)?;
    }

    #[test]
    fn covers_with_any_text_outside_prefix_is_false(
        rest in "(/?kv/team-a)?[ /?#&=%2eE.\\\\a-cA-C*é-]{0,24}",
    ) {
        check_inside("vault://kv/team-a", &rest)?;
        check_inside("file:///kv/team-a/", &rest)?;
    }

    #[test]
    fn covers_with_variable_requires_its_prefix(name in "[A-Za-z0-9_*#/. ]{0,12}") {
        let is_covered = covers("env://AB_*", &format!("env://AB_{name}"));
        prop_assert_eq!(is_covered, name.trim_end().chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        let is_alone_covered = covers("env://AB_*", &format!("env://{name}"));
        prop_assert!(!is_alone_covered || name.starts_with("AB_"));
    }

    #[test]
    fn covers_with_plain_path_below_prefix_is_true(
        rest in "[a-zA-Z0-9_-]{1,8}(/[a-zA-Z0-9_-]{1,8}){0,3}(#[a-z]{1,4})?",
    ) {
        let uri = format!("vault://kv/team-a/{rest}");
        prop_assert!(covers("vault://kv/team-a", &uri) && covers("vault://kv/team-a/", &uri), "{}", uri);
    }
}
