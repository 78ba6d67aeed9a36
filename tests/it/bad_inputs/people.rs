//! Bad input to `/workspace` and `/organization/users`.

use serde_json::{Value, json};

use super::case::{Case, Section, json_request, request_without_body};
use crate::support::{UNKNOWN_ID, assign};

fn user(description: &'static str, changes: &Value) -> Case {
    let body =
        assign(json!({"email": "zebra-2@example.com", "firstName": "zebra", "lastName": "zebra"}), changes);
    json_request(description, "POST", "/organization/users", &body)
}

fn member(description: &'static str, body: &Value) -> Case {
    json_request(description, "POST", "/workspace/{workspace}/users", body)
}

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## `/workspace`", cases: workspaces() },
        Section { title: "## `/organization/users`", cases: users() },
    ]
}

fn workspaces() -> Vec<Case> {
    let workspace =
        |description, name: &Value| json_request(description, "POST", "/workspace", &json!({"name": name}));
    vec![
        json_request("no `name`", "POST", "/workspace", &json!({})),
        workspace("a number for `name`", &json!(7)),
        workspace("a `name` of spaces", &json!(" ")),
        workspace("a `name` of 255 characters of 2 bytes each", &json!("é".repeat(255))),
        workspace("a `name` of 256 characters of 2 bytes each", &json!("é".repeat(256))),
        workspace("NUL in `name`", &json!("zebra\0")),
        workspace("a zero-width space in `name`", &json!("zebra\u{200b}")),
        json_request("an array instead of an object", "POST", "/workspace", &json!([])),
        json_request("an empty `name`", "PUT", "/workspace/{workspace}", &json!({"name": ""})),
        json_request("an id that is not a UUID", "PUT", "/workspace/zebra", &json!({"name": "zebra"})),
        request_without_body("an unknown id", "GET", &format!("/workspace/{UNKNOWN_ID}")),
        member("no member at all", &json!({})),
        member("an unknown `role`", &json!({"userId": "{user}", "role": "zebra"})),
        member("`admin` for `role`", &json!({"userId": "{user}", "role": "admin"})),
        member("a `userId` that is not a UUID", &json!({"userId": "zebra", "role": "READ"})),
        member("an unknown `userId`", &json!({"userId": UNKNOWN_ID, "role": "READ"})),
        member("a user who is already a member", &json!({"userId": "{user}", "role": "ADMIN"})),
        json_request("`role: null`", "PUT", "/workspace/{workspace}/users/{user}", &json!({"role": null})),
        json_request(
            "a number for `role`",
            "PUT",
            "/workspace/{workspace}/users/{user}",
            &json!({"role": 3}),
        ),
        json_request(
            "a user who is not a member",
            "PUT",
            "/workspace/{workspace}/users/{me}",
            &json!({"role": "READ"}),
        ),
        request_without_body("a `userId` that is not a UUID", "DELETE", "/workspace/{workspace}/users/zebra"),
    ]
}

fn users() -> Vec<Case> {
    let put =
        |description, body: &Value| json_request(description, "PUT", "/organization/users/{user}", body);
    vec![
        json_request("no member at all", "POST", "/organization/users", &json!({})),
        user("an `email` without `@`", &json!({"email": "zebra"})),
        user("an `email` with a space", &json!({"email": "zebra zebra@example.com"})),
        user("a zero-width space in `email`", &json!({"email": "zebra\u{200b}@example.com"})),
        user("a domain in `email` that is not ASCII", &json!({"email": "zebra@z\u{e9}bra.example"})),
        user("Latin and Cyrillic letters in `email`", &json!({"email": "z\u{435}bra@example.com"})),
        user("an `email` of 255 characters", &json!({"email": format!("{}@example.com", "z".repeat(243))})),
        user("an `email` that is taken, in capitals", &json!({"email": "ZEBRA@example.com"})),
        user("an `email` that is taken, in wide letters", &json!({"email": "\u{ff3a}ebra@example.com"})),
        user("an empty `firstName`", &json!({"firstName": ""})),
        user("a `lastName` of 256 characters", &json!({"lastName": "z".repeat(256)})),
        user("a control character in `lastName`", &json!({"lastName": "zebra\u{7}"})),
        user("an unknown `orgRole`", &json!({"orgRole": 3})),
        user("a negative `orgRole`", &json!({"orgRole": -1})),
        user("a fraction for `orgRole`", &json!({"orgRole": 0.5})),
        user("a huge number for `orgRole`", &json!({"orgRole": 1e300})),
        user("a string for `orgRole`", &json!({"orgRole": "255"})),
        user("the name of a role for `orgRole`", &json!({"orgRole": "OWNER"})),
        user("a `password`", &json!({"password": "zebra"})),
        put("a number for `name`", &json!({"name": 7})),
        put("an empty `lastName`", &json!({"lastName": ""})),
        put("an unknown `orgRole`", &json!({"orgRole": 256})),
        json_request("the last OWNER lowered", "PUT", "/organization/users/{me}", &json!({"orgRole": 0})),
        request_without_body("the last OWNER deleted", "DELETE", "/organization/users/{me}"),
        request_without_body("an id that is not a UUID", "GET", "/organization/users/zebra"),
        request_without_body("an unknown id", "DELETE", &format!("/organization/users/{UNKNOWN_ID}")),
    ]
}
