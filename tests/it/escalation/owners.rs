//! There is always an owner, and nobody but owners acts on owners.

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::id::PrincipalId;
use serde_json::{Value, json};

use super::{World, app};
use crate::support::{Person, TestApp, at_once, narrowed};

fn root(app: &TestApp) -> PrincipalId {
    app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap()
}

fn owners(app: &TestApp) -> Vec<String> {
    app.database.texts("SELECT id AS value FROM users WHERE org_role = 'OWNER'")
}

#[test]
fn the_last_owner_is_neither_lowered_nor_deleted() {
    let app = app();
    let (last, administrator) = (root(&app), app.user(OrgRole::Administrators));
    let path = format!("/organization/users/{last}");
    let before = app.rows();
    for role in [0, 1, 2, 254] {
        app.root().put(&path, &json!({"orgRole": role})).failed(400, &["last owner"]);
        app.root().put(&path, &json!({"name": "x", "orgRole": role})).failed(400, &["last owner"]);
        administrator.client.put(&path, &json!({"orgRole": role})).failed(403, &[]);
    }
    app.root().delete(&path).failed(400, &["last owner"]);
    administrator.client.delete(&path).failed(403, &[]);
    assert_eq!(app.rows(), before);
    // They may be renamed, and stay what they are.
    let same = app.root().put(&path, &json!({"name": "Grace", "orgRole": 255})).success();
    assert_eq!((&same["data"]["name"], &same["data"]["orgRole"]), (&json!("Grace"), &json!(255)));
}

#[test]
fn an_owner_who_is_not_the_last_goes_by_an_owners_hand() {
    let app = app();
    let (lowered, deleted) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
    let path = |id: PrincipalId| format!("/organization/users/{id}");
    lowered.client.put(&path(lowered.id), &json!({"orgRole": 0})).success();
    app.root().delete(&path(deleted.id)).success();
    assert_eq!(owners(&app), [root(&app).to_string()]);
    app.root().put(&path(root(&app)), &json!({"orgRole": 0})).failed(400, &["last owner"]);
}

/// With no token that can do everything, only the command line could give anybody rights again.
#[test]
fn the_owners_last_whole_token_is_neither_revoked_nor_switched_off() {
    let app = app();
    let administrator = app.user(OrgRole::Administrators);
    let keys = app.root().get("/v1/apikeys").json(200);
    let key = keys["keys"].as_array().unwrap().iter().find(|it| it["userId"] == root(&app).to_string());
    let path = format!("/v1/apikeys/{}", key.unwrap()["apiKeyId"].as_str().unwrap());
    // A narrowed one is no help, nor is one that falls with it.
    let (_, narrow) = app.token(root(&app), narrowed(&[Right::RevokeTokenOwn, Right::UpdateTokenOwn]));
    app.root().post("/v1/apikeys", &json!({})).json(201);
    let before = app.rows();
    for client in [&app.root(), &narrow] {
        client.delete(&path).blocked(&["last"]);
    }
    app.root().put(&path, &json!({"status": "INACTIVE"})).blocked(&["last"]);
    administrator.client.delete(&path).refused(403, &[]);
    assert_eq!(app.rows(), before);
    // Nor does another owner count who has none.
    let other = app.user(OrgRole::Owner);
    app.root().delete(&format!("/v1/apikeys/{}", other.token)).empty(204);
    app.root().delete(&path).blocked(&["last"]);
    app.root()
        .put(&format!("/organization/users/{}", root(&app)), &json!({"orgRole": 0}))
        .failed(400, &["last"]);
    app.root().delete(&format!("/organization/users/{}", root(&app))).failed(400, &["last"]);
    let (_, whole) = app.token(other.id, TokenScope::default());
    app.root().delete(&path).empty(204);
    assert_eq!(whole.get(&format!("/organization/users/{}", other.id)).json(200)["orgRole"], 255);
}

/// The operator has the database and the keys, and is never locked out.
#[test]
fn whoever_lost_every_token_gets_one_from_the_operator() {
    let app = app();
    app.database.execute("DELETE FROM tokens");
    app.root().get("/ai/llm").failed(401, &["access token"]);
    let id = app.database.texts("SELECT id AS value FROM users")[0].parse().unwrap();
    let (_, client) = app.token(id, TokenScope::default());
    assert_eq!(client.get(&format!("/organization/users/{id}")).json(200)["orgRole"], 255);
}

#[test]
fn of_two_owners_who_revoke_each_others_only_tokens_one_can_still_act() {
    let app = app();
    let other = app.beside();
    let first = root(&app);
    for _ in 0..12 {
        let (ada, bob) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
        app.change_role(first, OrgRole::User);
        let path = |it: &Person| format!("/v1/apikeys/{}", it.token);
        let there = other.client(bob.client.token.as_deref().unwrap());
        let (none, of_ada, of_bob) = (Value::Null, path(&ada), path(&bob));
        let answers = at_once(&[(&ada.client, "DELETE", &of_bob, &none), (&there, "DELETE", &of_ada, &none)]);
        let done = answers.iter().filter(|it| it.status == 204).count();
        assert_eq!(done, 1, "{answers:?}");
        app.change_role(first, OrgRole::Owner);
        for person in [&ada, &bob] {
            app.root().delete(&format!("/organization/users/{}", person.id)).success();
        }
    }
}

/// Lets two owners, the only ones, act on each other or on themselves at the same moment, on two
/// servers: one of them stays.
fn race(method: &str, body: &Value, on_each_other: bool) {
    let app = app();
    let other = app.beside();
    let first = root(&app);
    for _ in 0..12 {
        let (ada, bob) = (app.user(OrgRole::Owner), app.user(OrgRole::Owner));
        app.change_role(first, OrgRole::User);
        let path = |id: PrincipalId| format!("/organization/users/{id}");
        let (of_ada, of_bob) = (path(ada.id), path(bob.id));
        let targets = if on_each_other { [&of_bob, &of_ada] } else { [&of_ada, &of_bob] };
        let there = other.client(bob.client.token.as_deref().unwrap());
        let answers = at_once(&[(&ada.client, method, targets[0], body), (&there, method, targets[1], body)]);
        let done: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
        let refused: Vec<_> = answers.iter().filter(|it| it.status != 200).collect();
        assert_eq!((done.len(), owners(&app).len()), (1, 1), "{answers:?}");
        // The loser was the last owner, or an owner no more, or not there any more.
        assert!(matches!(refused[0].status, 400 | 401 | 403 | 404), "{answers:?}");
        app.change_role(first, OrgRole::Owner);
        for id in [ada.id, bob.id] {
            let status = app.root().delete(&path(id)).status;
            assert!(matches!(status, 200 | 404), "{status}");
        }
    }
}

#[test]
fn of_two_owners_who_lower_each_other_one_stays() {
    race("PUT", &json!({"orgRole": 0}), true);
}

#[test]
fn of_two_owners_who_lower_themselves_one_stays() {
    race("PUT", &json!({"orgRole": 254}), false);
}

#[test]
fn of_two_owners_who_delete_each_other_one_stays() {
    race("DELETE", &Value::Null, true);
}

#[test]
fn of_two_owners_who_delete_themselves_one_stays() {
    race("DELETE", &Value::Null, false);
}

#[test]
fn nobody_but_an_owner_makes_an_owner() {
    let world = World::new();
    let made = world.client("owner").post("/organization/users", &super::new_user(255)).success();
    assert_eq!(made["data"]["orgRole"], 255);
    let raised =
        world.send(world.client("owner"), "PUT /organization/users/{user}", &json!({"orgRole": 255}));
    assert_eq!(raised.success()["data"]["orgRole"], 255);
    let by_administrator =
        world.send(world.client("administrator"), "PUT /organization/users/{peer}", &json!({"orgRole": 254}));
    assert_eq!(by_administrator.success()["data"]["orgRole"], 254);
}
