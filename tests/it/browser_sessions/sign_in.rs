//! Signing in by an access token, and what a cookie and a token are not accepted for.

use std::net::IpAddr;
use std::time::Duration;

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_service::{Browser, Error, SignInMethod};

use super::{Scene, browser, check_unauthenticated, request};
use crate::support::rights_scope;

#[test]
fn sign_in_with_token_begins_child_of_the_token() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let signed_in = scene.sign_in(&ada);
    assert_eq!(signed_in.user, ada.id);
    let found = scene.authenticate(&signed_in.cookie).unwrap();
    let session = &found.session;
    assert_eq!((session.id, session.user, session.parent), (signed_in.session, ada.id, Some(ada.token)));
    assert_eq!((session.method, &session.browser), (SignInMethod::AccessToken, &browser()));
    assert!(session.is_current && found.user.id == ada.id);
    assert_eq!(found.authenticated.actor.role, OrgRole::Owner);
    assert_eq!(found.authenticated.actor.token_scope, TokenScope::default(), "the end is no limit of it");
    let now = session.signed_in_at;
    assert_eq!(session.expires_at, now.plus(Duration::from_hours(12)));
    assert_eq!(session.idle_ends_at, now.plus(Duration::from_mins(30)));
    assert_eq!(scene.count_events("session.signed_in", "access_token", "token"), 1);
}

#[test]
fn sign_in_twice_yields_different_sessions() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (one, other) = (scene.sign_in(&ada), scene.sign_in(&ada));
    assert!(one.session != other.session && *one.cookie != *other.cookie);
    assert!(scene.is_signed_in(&one) && scene.is_signed_in(&other));
}

#[test]
fn cookie_is_no_access_token_and_access_token_no_cookie() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let signed_in = scene.sign_in(&ada);
    check_unauthenticated(scene.authenticate(ada.text.expose()), "a token as a cookie");
    check_unauthenticated(scene.try_sign_in(&signed_in.cookie), "a cookie as a token");
    check_unauthenticated(scene.sign_in_with_code(&signed_in.cookie), "a cookie as a code");
    let in_header = scene.app.client(&signed_in.cookie);
    for path in ["/v1/users/me", "/v1/apikeys", "/llm-config/v1/configs"] {
        assert_eq!(in_header.get(path).status, 401, "{path}");
    }
    check_unauthenticated(scene.app.block_on(scene.service.authenticate(&signed_in.cookie)), "in a header");
}

#[test]
fn sign_in_with_narrowed_token_has_its_limits() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let end = scene.service.now().plus(Duration::from_hours(1));
    let scope = TokenScope { expires_at: Some(end), ..rights_scope(&[Right::ListTokensOwn]) };
    let (token, text) = scene.token(ada.id, scope.clone());
    let signed_in = scene.try_sign_in(text.expose()).unwrap();
    let found = scene.authenticate(&signed_in.cookie).unwrap();
    assert_eq!((found.session.parent, found.session.expires_at), (Some(token), end));
    assert_eq!(found.authenticated.actor.token_scope, scope);
    let session = scene.session(&signed_in);
    assert!(scene.app.block_on(scene.service.list_browser_sessions(&session, None)).is_ok());
    let denied = scene.app.block_on(scene.service.sign_out_everywhere(&session, ada.id));
    assert!(matches!(denied, Err(Error::Denied(_))), "a right that the token lacks: {denied:?}");
}

#[test]
fn sign_in_with_invalid_token_is_always_the_same_error() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let end = scene.service.now().plus(Duration::from_mins(1));
    let (_, expiring) = scene.token(ada.id, TokenScope { expires_at: Some(end), ..TokenScope::default() });
    let (revoked, text) = scene.token(ada.id, TokenScope::default());
    let session = scene.program(&ada);
    scene.app.block_on(scene.service.revoke_token(&session, revoked)).unwrap();
    scene.pass(Duration::from_mins(1));
    let unknown = format!("gm_{}", "a".repeat(52));
    for (token, what) in [
        ("", "empty"),
        ("gm_", "malformed"),
        (&unknown, "unknown"),
        (expiring.expose(), "expired"),
        (text.expose(), "revoked"),
    ] {
        check_unauthenticated(scene.try_sign_in(token), what);
    }
}

#[test]
fn sign_in_after_ten_failures_of_an_address_is_too_many_unless_valid() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let attempt = |token: &str, address: &str| {
        let browser = Browser { user_agent: None, address: Some(address.parse::<IpAddr>().unwrap()) };
        scene.app.block_on(scene.service.sign_in_with_token(token, &request(), browser))
    };
    for n in 1..=10 {
        check_unauthenticated(attempt("wrong", &format!("2001:db8::{n}")), "below the limit");
    }
    let Err(Error::TooManyInvalid { retry_after }) = attempt("wrong", "2001:db8::ff") else {
        panic!("one too many")
    };
    assert!(retry_after <= Duration::from_secs(6), "{retry_after:?}");
    let code = Browser { user_agent: None, address: Some("2001:db8::1".parse().unwrap()) };
    let link = scene.app.block_on(scene.service.sign_in_with_link("wrong", &request(), code));
    assert!(matches!(link, Err(Error::TooManyInvalid { .. })), "links count too");
    assert!(attempt(ada.text.expose(), "2001:db8::ff").is_ok(), "a valid token is never refused");
    let network = |n: u16| attempt("wrong", &format!("2001:db8:0:{n}::1"));
    assert!((1..4).any(|n| matches!(network(n), Err(Error::Unauthenticated))), "other networks");
}

#[test]
fn sign_in_for_the_fifty_first_time_ends_session_unused_for_longest() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let mut sessions = Vec::new();
    for _ in 0..50 {
        sessions.push(scene.sign_in(&ada));
        scene.pass(Duration::from_secs(1));
    }
    scene.pass(Duration::from_mins(2));
    assert!(scene.is_signed_in(&sessions[0]), "activity");
    scene.sign_in(&ada);
    assert_eq!(scene.count_events("session.ended", "limit", "token"), 1);
    let signed_in: Vec<_> = sessions.iter().map(|session| scene.is_signed_in(session)).collect();
    let ended = signed_in.iter().position(|is_signed_in| !is_signed_in);
    assert_eq!((ended, signed_in.iter().filter(|is_signed_in| !**is_signed_in).count()), (Some(1), 1));
}
