//! How sessions end.

use std::time::Duration;

use llm_config_core::access::OrgRole;
use llm_config_service::{Error, SessionTimes, UpdateToken};
use llm_config_store::TokenStatus;

use super::{Scene, check_unauthenticated};
use crate::support::wait_for_coherence;

const SECOND: Duration = Duration::from_secs(1);

fn count(scene: &Scene, table: &str) -> String {
    scene.app.database.texts(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table}")).remove(0)
}

#[test]
fn session_without_activity_ends_as_idle_to_the_second() {
    for (role, idle) in [
        (OrgRole::Owner, Duration::from_mins(30)),
        (OrgRole::Administrators, Duration::from_mins(30)),
        (OrgRole::Workspaces, Duration::from_hours(8)),
        (OrgRole::User, Duration::from_hours(8)),
    ] {
        let scene = Scene::new();
        let signed_in = scene.sign_in(&scene.person(role));
        assert!(scene.is_signed_in(&signed_in));
        scene.pass(idle.saturating_sub(SECOND));
        // Only a look: an authentication would be activity.
        let listed = scene.app.block_on(
            scene
                .service
                .list_browser_sessions(&llm_config_service::Session::operator(), Some(signed_in.user)),
        );
        assert_eq!(listed.unwrap().len(), 1, "{role}");
        scene.pass(SECOND);
        assert!(!scene.is_signed_in(&signed_in), "{role}, also from memory");
        assert!(!scene.is_signed_in(&signed_in), "{role}, and the refusal was no activity");
    }
}

#[test]
fn session_of_a_clock_that_was_ahead_ends_when_the_clock_is_right() {
    let day = Duration::from_hours(24);
    for role in [OrgRole::Owner, OrgRole::User] {
        let scene = Scene::new();
        let person = scene.person(role);
        scene.pass(day);
        let signed_in = scene.sign_in(&person);
        scene.clock.set_back(day);
        assert!(!scene.is_signed_in(&signed_in), "{role}");
        scene.app.block_on(scene.app.store.prune_sessions(Duration::from_hours(8))).unwrap();
        scene.pass(day);
        assert!(!scene.is_signed_in(&signed_in), "{role}: it does not come back");
    }
}

#[test]
fn session_in_use_ends_at_its_absolute_end_only() {
    let scene = Scene::new();
    let signed_in = scene.sign_in(&scene.person(OrgRole::Owner));
    for _ in 0..24 {
        assert!(scene.is_signed_in(&signed_in), "{}", scene.now());
        scene.pass(Duration::from_mins(30).saturating_sub(SECOND));
    }
    assert!(scene.is_signed_in(&signed_in), "24 seconds before its end");
    scene.pass(23 * SECOND);
    assert!(scene.is_signed_in(&signed_in), "one second before its end");
    scene.pass(SECOND);
    assert!(!scene.is_signed_in(&signed_in));
}

#[test]
fn activity_is_recorded_at_most_once_a_minute() {
    let scene = Scene::new();
    let signed_in = scene.sign_in(&scene.person(OrgRole::Owner));
    let last_seen = || {
        let id = signed_in.session;
        let found = scene.app.block_on(scene.app.store.read(move |tx| tx.find_session(id)));
        found.unwrap().unwrap().last_seen_at
    };
    let begin = last_seen();
    for seconds in [0, 30, 29] {
        scene.pass(seconds * SECOND);
        assert!(scene.is_signed_in(&signed_in));
        assert_eq!(last_seen(), begin);
    }
    scene.pass(SECOND);
    let session = scene.authenticate(&signed_in.cookie).unwrap().session;
    assert_eq!(session.last_seen_at, begin.plus(Duration::from_mins(1)));
    assert_eq!(last_seen(), session.last_seen_at);
    assert_eq!(session.idle_ends_at, session.last_seen_at.plus(Duration::from_mins(30)));
    scene.pass(30 * SECOND);
    let session = scene.session(&signed_in);
    scene.app.block_on(scene.service.extend_browser_session(&session)).unwrap();
    assert_eq!(last_seen(), begin.plus(Duration::from_secs(90)), "what the user states counts at once");
    let seen = scene.authenticate(&signed_in.cookie).unwrap().session.last_seen_at;
    assert_eq!(seen, begin.plus(Duration::from_secs(90)), "also from memory");
}

#[test]
fn session_in_use_with_short_idle_time_does_not_end_as_idle() {
    let times = SessionTimes { idle_privileged: 4 * SECOND, ..SessionTimes::default() };
    let scene = Scene::with_times(times);
    let signed_in = scene.sign_in(&scene.person(OrgRole::Owner));
    for _ in 0..20 {
        scene.pass(3 * SECOND);
        assert!(scene.is_signed_in(&signed_in));
    }
    scene.pass(4 * SECOND);
    assert!(!scene.is_signed_in(&signed_in));
    let session = scene.sign_in(&scene.person(OrgRole::Owner));
    let session = scene.session(&session);
    scene.pass(4 * SECOND);
    check_unauthenticated(
        scene.app.block_on(scene.service.extend_browser_session(&session)),
        "a session that has ended cannot be extended",
    );
}

#[test]
fn session_falls_with_its_parent_and_its_user() {
    let scene = Scene::new();
    let (ada, bob) = (scene.person(OrgRole::User), scene.person(OrgRole::User));
    let operator = llm_config_service::Session::operator();
    let status = |status| {
        let change = UpdateToken { status: Some(status), ..UpdateToken::default() };
        scene.app.block_on(scene.service.update_token(&operator, ada.token, Ok(change))).unwrap();
    };
    let signed_in = scene.sign_in(&ada);
    assert!(scene.is_signed_in(&signed_in));
    status(TokenStatus::Inactive);
    assert!(!scene.is_signed_in(&signed_in));
    status(TokenStatus::Active);
    assert!(scene.is_signed_in(&signed_in));
    scene.app.block_on(scene.service.revoke_token(&operator, ada.token)).unwrap();
    assert!(!scene.is_signed_in(&signed_in));
    let signed_in = scene.sign_in_with_code(&scene.login_code(bob.id)).unwrap();
    assert!(scene.is_signed_in(&signed_in));
    scene.app.block_on(scene.service.delete_user(&operator, bob.id)).unwrap();
    assert!(!scene.is_signed_in(&signed_in));
    assert_eq!(count(&scene, "sessions"), "0");
}

#[test]
fn session_ended_by_another_server_is_refused_within_a_second() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (revoked, ended) = (scene.sign_in(&ada), scene.sign_in(&ada));
    let there = scene.app.second_server_with_clock(scene.clock.clone());
    let is_accepted = |cookie: &str| there.block_on(there.service.authenticate_browser(cookie)).is_ok();
    wait_for_coherence();
    assert!(is_accepted(&revoked.cookie) && is_accepted(&ended.cookie));
    let session = scene.session(&ended);
    scene.app.block_on(scene.service.sign_out(&session)).unwrap();
    wait_for_coherence();
    assert!(is_accepted(&revoked.cookie) && !is_accepted(&ended.cookie));
    let operator = llm_config_service::Session::operator();
    scene.app.block_on(scene.service.revoke_token(&operator, ada.token)).unwrap();
    wait_for_coherence();
    assert!(!is_accepted(&revoked.cookie));
}

#[test]
fn sign_out_ends_the_session_and_no_token() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (here, elsewhere) = (scene.sign_in(&ada), scene.sign_in(&ada));
    let session = scene.session(&here);
    scene.app.block_on(scene.service.sign_out(&session)).unwrap();
    assert_eq!(scene.count_events("session.signed_out", "", "token"), 1);
    assert!(!scene.is_signed_in(&here) && scene.is_signed_in(&elsewhere));
    scene.app.block_on(scene.service.sign_out(&session)).expect("it has ended already");
    let program = scene.program(&ada);
    let refused = scene.app.block_on(scene.service.sign_out(&program));
    assert!(matches!(refused, Err(Error::NotFound("session"))), "{refused:?}");
    let refused = scene.app.block_on(scene.service.extend_browser_session(&program));
    assert!(matches!(refused, Err(Error::NotFound("session"))), "{refused:?}");
    scene.program(&ada);
}

#[test]
fn sign_out_everywhere_ends_sessions_and_links_of_the_user_only() {
    let scene = Scene::new();
    let (ada, bob) = (scene.person(OrgRole::User), scene.person(OrgRole::User));
    let sessions = [scene.sign_in(&ada), scene.sign_in(&ada)];
    let (other, code) = (scene.sign_in(&bob), scene.login_code(ada.id));
    let session = scene.session(&sessions[0]);
    let refused = scene.app.block_on(scene.service.sign_out_everywhere(&session, bob.id));
    assert!(matches!(refused, Err(Error::NotFound("user"))), "{refused:?}");
    let ended = scene.app.block_on(scene.service.sign_out_everywhere(&session, ada.id)).unwrap();
    assert_eq!(ended, 2);
    assert_eq!(scene.count_events("session.ended", "everywhere", "token"), 2);
    assert!(sessions.iter().all(|session| !scene.is_signed_in(session)) && scene.is_signed_in(&other));
    check_unauthenticated(scene.sign_in_with_code(&code), "a link from before");
    scene.program(&ada);
}

#[test]
fn prune_deletes_ended_sessions_and_expired_links_only() {
    let scene = Scene::new();
    let (ada, bob) = (scene.person(OrgRole::User), scene.person(OrgRole::User));
    for _ in 0..3 {
        scene.sign_in(&ada);
    }
    scene.login_code(ada.id);
    scene.pass(Duration::from_hours(8));
    let (kept, code) = (scene.sign_in(&bob), scene.login_code(bob.id));
    scene.app.block_on(scene.service.prune_browser_sessions()).unwrap();
    assert_eq!((count(&scene, "sessions"), count(&scene, "login_links")), ("1".into(), "1".into()));
    assert!(scene.is_signed_in(&kept) && scene.sign_in_with_code(&code).is_ok());
    scene.program(&ada);
}

#[test]
fn sign_in_deletes_ended_sessions_of_the_user() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    scene.sign_in(&ada);
    scene.pass(Duration::from_hours(8));
    scene.sign_in(&ada);
    assert_eq!(count(&scene, "sessions"), "1");
}
