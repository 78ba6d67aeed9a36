//! Login links: each works once, for five minutes.

use std::sync::Barrier;
use std::time::Duration;

use actix_web::rt::Runtime;
use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::id::PrincipalId;
use llm_config_service::{Error, Session, SignInMethod};

use super::{Scene, browser, check_unauthenticated, request};
use crate::support::UNKNOWN_ID;

#[test]
fn sign_in_with_link_begins_session_without_parent() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Administrators);
    let code = scene.login_code(ada.id);
    assert_eq!(scene.count_events("login_link.created", "", "operator"), 1);
    let signed_in = scene.sign_in_with_code(&code).unwrap();
    assert_eq!(scene.count_events("session.signed_in", "login_link", "user"), 1);
    let found = scene.authenticate(&signed_in.cookie).unwrap();
    assert_eq!((found.session.method, found.session.parent), (SignInMethod::LoginLink, None));
    assert_eq!((found.user.id, found.authenticated.actor.role), (ada.id, OrgRole::Administrators));
    assert_eq!(found.authenticated.actor.token_scope, TokenScope::default());
}

#[test]
fn sign_in_with_unknown_used_or_expired_link_is_the_same_error() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (used, expiring) = (scene.login_code(ada.id), scene.login_code(ada.id));
    scene.pass(Duration::from_secs(299));
    assert!(scene.sign_in_with_code(&used).is_ok());
    check_unauthenticated(scene.sign_in_with_code(&used), "used");
    scene.pass(Duration::from_secs(1));
    check_unauthenticated(scene.sign_in_with_code(&expiring), "expired");
    let unknown = format!("gl_{}", "a".repeat(52));
    for wrong in ["", "gl_", &unknown, ada.text.expose()] {
        check_unauthenticated(scene.sign_in_with_code(wrong), wrong);
    }
    check_unauthenticated(scene.try_sign_in(&expiring), "a link is no token");
    check_unauthenticated(scene.authenticate(&expiring), "a link is no cookie");
}

#[test]
fn sign_in_with_link_of_a_clock_that_was_ahead_is_refused_when_the_clock_is_right() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let day = Duration::from_hours(24);
    scene.pass(day);
    let code = scene.login_code(ada.id);
    scene.clock.set_back(day);
    check_unauthenticated(scene.sign_in_with_code(&code), "of tomorrow");
}

#[test]
fn sign_in_with_one_link_at_the_same_time_succeeds_once() {
    let scene = Scene::new();
    let code = scene.login_code(scene.person(OrgRole::User).id);
    let barrier = Barrier::new(8);
    let results: Vec<_> = std::thread::scope(|scope| {
        let (service, code, barrier) = (&scene.service, &code, &barrier);
        let sign_in = move || {
            let runtime = Runtime::new().expect("a runtime starts");
            barrier.wait();
            runtime.block_on(service.sign_in_with_link(code, &request(), browser()))
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(sign_in)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a result")).collect()
    });
    let failures: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert_eq!(failures.len(), 7);
    assert!(failures.iter().all(|error| matches!(error, Error::Unauthenticated)), "{failures:?}");
    let count = scene.app.database.texts("SELECT CAST(count(*) AS TEXT) AS value FROM sessions").remove(0);
    assert_eq!(count, "1");
}

#[test]
fn create_login_link_is_for_the_operator_and_users_that_exist() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    for session in [scene.program(&ada), scene.session(&scene.sign_in(&ada))] {
        let refused = scene.app.block_on(scene.service.create_login_link(&session, ada.id));
        assert!(matches!(refused.err(), Some(Error::Denied(_))));
    }
    let unknown: PrincipalId = UNKNOWN_ID.parse().unwrap();
    let refused = scene.app.block_on(scene.service.create_login_link(&Session::operator(), unknown));
    assert!(matches!(refused.err(), Some(Error::NotFound("user"))));
}
