//! Changes of who has access need a recent sign-in of a browser.

use std::time::Duration;

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_service::{CreateUser, Error, IssueToken, Session, UpdateUser};

use super::Scene;

/// The use cases that need a recent sign-in, each with its name.
fn sensitive(scene: &Scene, session: &Session) -> Vec<(&'static str, Result<(), Error>)> {
    let target = scene.person(OrgRole::User).id;
    let user = |role| CreateUser {
        email: format!("{}@new.example", scene.app.store.new_principal_id()).parse().unwrap(),
        username: None,
        first_name: "New".parse().unwrap(),
        last_name: "User".parse().unwrap(),
        role,
    };
    let change = UpdateUser { role: Some(OrgRole::Workspaces), ..UpdateUser::default() };
    let (app, service) = (&scene.app, &scene.service);
    vec![
        ("issue_token", app.block_on(service.issue_token(session, IssueToken::default())).map(drop)),
        ("set_role", app.block_on(service.set_role(session, target, OrgRole::Billing)).map(drop)),
        ("update_user", app.block_on(service.update_user(session, target, Ok(change))).map(drop)),
        ("create_user", app.block_on(service.create_user(session, user(OrgRole::Owner))).map(drop)),
        (
            "set_member",
            app.block_on(service.set_member(session, app.workspace(), target, WorkspaceRole::Read)),
        ),
        (
            "create_user_with_token",
            app.block_on(service.create_user_with_token(session, user(OrgRole::User))).map(drop),
        ),
    ]
}

#[test]
fn sensitive_use_case_after_a_sign_in_of_a_clock_that_was_ahead_is_refused() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let ahead = Duration::from_mins(11);
    scene.pass(ahead);
    let session = scene.session(&scene.sign_in(&ada));
    scene.clock.set_back(ahead);
    for (name, result) in sensitive(&scene, &session) {
        assert!(matches!(result, Err(Error::RecentSignInRequired)), "{name}: {result:?}");
    }
}

#[test]
fn sensitive_use_case_more_than_ten_minutes_after_sign_in_is_refused() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let signed_in = scene.sign_in(&ada);
    let session = scene.session(&signed_in);
    scene.pass(Duration::from_mins(10));
    for (name, result) in sensitive(&scene, &session) {
        assert!(result.is_ok(), "{name}: {result:?}");
    }
    scene.pass(Duration::from_secs(1));
    for (name, result) in sensitive(&scene, &session) {
        assert!(matches!(result, Err(Error::RecentSignInRequired)), "{name}: {result:?}");
    }
    for other in [scene.program(&ada), Session::operator(), scene.session(&scene.sign_in(&ada))] {
        for (name, result) in sensitive(&scene, &other) {
            let needs_holder = name == "issue_token" && matches!(result, Err(Error::Missing(_)));
            assert!(result.is_ok() || needs_holder, "{name}: {result:?}");
        }
    }
}

#[test]
fn other_use_case_long_after_sign_in_is_permitted() {
    let scene = Scene::new();
    let session = scene.session(&scene.sign_in(&scene.person(OrgRole::Owner)));
    scene.pass(Duration::from_mins(20));
    let target = scene.person(OrgRole::User).id;
    let rename = UpdateUser {
        first_name: Some("Grace".parse().unwrap()),
        role: Some(OrgRole::User),
        ..UpdateUser::default()
    };
    scene.app.block_on(scene.service.update_user(&session, target, Ok(rename))).unwrap();
    let user = CreateUser {
        email: "new@new.example".parse().unwrap(),
        username: None,
        first_name: "New".parse().unwrap(),
        last_name: "User".parse().unwrap(),
        role: OrgRole::User,
    };
    scene.app.block_on(scene.service.create_user(&session, user)).unwrap();
}

#[test]
fn sensitive_use_case_without_right_is_refused_for_the_right() {
    let scene = Scene::new();
    let session = scene.session(&scene.sign_in(&scene.person(OrgRole::User)));
    scene.pass(Duration::from_mins(20));
    let user = CreateUser {
        email: "new@new.example".parse().unwrap(),
        username: None,
        first_name: "New".parse().unwrap(),
        last_name: "User".parse().unwrap(),
        role: OrgRole::Owner,
    };
    let refused = scene.app.block_on(scene.service.create_user(&session, user));
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
}
