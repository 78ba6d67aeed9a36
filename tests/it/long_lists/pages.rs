//! Pages of the vendors' lists: the parameters `limit` and `cursor`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::scope::Scope;
use serde_json::{Value, json};

use super::{app, fill, numbers, root_scope, texts};
use crate::support::{Client, Response, TestApp, ai_llm, assign, llm_at};

/// A list: its path, its array, and the member with the name of an element.
type List = (&'static str, &'static str, &'static str);

const LLMS: List = ("/v1/llms", "llms", "displayName");
const AI_LLMS: List = ("/ai/llm", "aiLlms", "name");
const AVAILABLE: List = ("/ai/llm/available", "aiLlms", "name");

fn get(client: &Client, (path, ..): List, query: &str) -> Value {
    client.get(&format!("{path}?{query}")).json(200)
}

fn names(page: &Value, (_, array, member): List) -> Vec<String> {
    texts(page, array, member).into_iter().map(str::to_owned).collect()
}

fn cursor(page: &Value) -> &str {
    page["nextCursor"].as_str().expect("a cursor")
}

/// The names on each page; `change` runs after each.
fn pages(client: &Client, list: List, query: &str, change: impl Fn(usize)) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(client, list, &format!("{query}{after}"));
        pages.push(names(&page, list));
        change(pages.len());
        match page.get("nextCursor") {
            Some(cursor) => after = format!("&cursor={}", cursor.as_str().expect("the cursor is a string")),
            None => return pages,
        }
    }
}

/// Ten configurations of root, and ten of a workspace, which work.
fn filled() -> (TestApp, llm_config_core::id::WorkspaceId) {
    let app = app();
    fill(&app, root_scope(&app), 10, &Value::Null);
    let team = app.workspace();
    fill(&app, Scope::Workspace(team), 10, &Value::Null);
    app.database.execute(
        "INSERT INTO config_checks (id, config_id, revision, at, trigger, checked_by, works, report) \
         SELECT id, id, 1, 0, 'BACKGROUND', id, 1, '{}' FROM llm_configs WHERE workspace_id IS NOT NULL",
    );
    (app, team)
}

#[test]
fn list_in_pages_has_each_config_once_in_the_order_of_the_whole_list() {
    let (app, _) = filled();
    let root = app.root();
    let (ascending, descending) = (numbers(0..10), numbers((0..10).rev()));
    for (list, expected) in [(LLMS, ascending), (AI_LLMS, descending.clone()), (AVAILABLE, descending)] {
        assert_eq!(names(&get(&root, list, ""), list), expected, "{list:?}");
        assert!(get(&root, list, "").get("nextCursor").is_none());
        for limit in [1, 3, 5, 10, 500] {
            let pages = pages(&root, list, &format!("limit={limit}"), |_| {});
            assert!(pages.iter().all(|page| page.len() <= limit));
            assert_eq!(pages.len(), 10_usize.div_ceil(limit), "{list:?} {limit}");
            assert_eq!(pages.concat(), expected, "{list:?} {limit}");
        }
        // Without a limit, a page after a cursor has the largest one.
        let first = get(&root, list, "limit=1");
        assert_eq!(names(&get(&root, list, &format!("cursor={}", cursor(&first))), list), expected[1..]);
    }
}

#[test]
fn list_in_pages_between_changes_neither_repeats_nor_skips() {
    let (app, team) = filled();
    let root = app.root();
    let id = |list: List, index: usize, member: &str| {
        get(&root, list, "")[list.1][index][member].as_str().expect("the id is a string").to_owned()
    };
    let (first, last) = (id(LLMS, 0, "llmId"), id(LLMS, 9, "llmId"));
    let found = pages(&root, LLMS, "limit=4", |page| match page {
        1 => {
            root.delete(&format!("/v1/llms/{first}")).empty(204);
            root.delete(&format!("/v1/llms/{last}")).empty(204);
        }
        2 => {
            root.create_llm(&llm_at("http://gpu.example", "new", None));
        }
        _ => {}
    });
    assert_eq!(found, [&["0", "1", "2", "3"][..], &["4", "5", "6", "7"], &["8", "new"]]);
    let (newest, oldest) = (id(AI_LLMS, 0, "id"), id(AI_LLMS, 9, "id"));
    let found = pages(&root, AI_LLMS, "limit=4", |page| match page {
        1 => {
            root.create_ai_llm(&assign(ai_llm(team), &json!({"name": "new"})));
            root.delete(&format!("/ai/llm/{newest}")).success();
        }
        2 => {
            root.delete(&format!("/ai/llm/{oldest}")).success();
        }
        _ => {}
    });
    assert_eq!(found, [&["9", "8", "7", "6"][..], &["5", "4", "3", "2"], &["1"]]);
}

#[track_caller]
fn assert_foreign(response: &Response, (path, ..): List) {
    let reason = "is not a cursor of this list";
    if path == LLMS.0 {
        assert_eq!(response.error_fields(), ["cursor"]);
        response.goodmem_error(400, &[reason]);
    } else {
        response.flashback_error(400, &["cursor", reason]);
    }
}

#[test]
fn list_with_foreign_cursor_or_wrong_limit_is_400() {
    let (app, team) = filled();
    let root = app.root();
    let other_owner = app.user(OrgRole::Owner);
    let both = format!("workspaceId={team}&");
    let cursors = [
        (LLMS, "", cursor(&get(&root, LLMS, "limit=1")).to_owned()),
        (LLMS, "providerType=OPENAI&", cursor(&get(&root, LLMS, "providerType=OPENAI&limit=1")).to_owned()),
        (AI_LLMS, "", cursor(&get(&root, AI_LLMS, "limit=1")).to_owned()),
        (AI_LLMS, &both, cursor(&get(&root, AI_LLMS, &format!("{both}limit=1"))).to_owned()),
        (AVAILABLE, "", cursor(&get(&root, AVAILABLE, "limit=1")).to_owned()),
        (
            LLMS,
            "label=a=b&",
            cursor(&get(&root, ("/llm-config/v1/configs", "configs", ""), "limit=1")).into(),
        ),
    ];
    for (n, (list, filter, _)) in cursors.iter().enumerate() {
        for (m, (.., text)) in cursors.iter().enumerate() {
            let path = format!("{}?{filter}cursor={text}", list.0);
            if n == m && n < 5 {
                root.get(&path).json(200);
                // A cursor of another user, and of the same user on another server.
                assert_foreign(&other_owner.client.get(&path), *list);
                app.second_server().root().get(&path).json(200);
            } else {
                assert_foreign(&root.get(&path), *list);
            }
        }
    }
    for list in [LLMS, AI_LLMS, AVAILABLE] {
        for text in ["", "1", "AAAA"] {
            assert_foreign(&root.get(&format!("{}?cursor={text}", list.0)), list);
        }
        for limit in ["0", "501", "", "ten"] {
            let response = root.get(&format!("{}?limit={limit}", list.0));
            assert_eq!(response.status, 400, "{limit}");
            assert!(response.body.contains("limit must be") || response.body.contains("\"limit\""));
        }
    }
}

#[test]
fn list_with_cursor_has_what_the_caller_may_list_now() {
    let (app, team) = filled();
    let ada = app.user(OrgRole::User);
    app.member(team, ada.id, WorkspaceRole::Read);
    let first = get(&ada.client, AI_LLMS, "limit=3");
    assert_eq!(names(&first, AI_LLMS), ["9", "8", "7"]);
    let rest = format!("limit=2&cursor={}", cursor(&first));
    assert_eq!(names(&get(&ada.client, AI_LLMS, &rest), AI_LLMS), ["6", "5"]);
    app.root().delete(&format!("/workspace/{team}/users/{}", ada.id)).success();
    assert_eq!(get(&ada.client, AI_LLMS, &rest), json!({"success": true, "aiLlms": []}));
}
