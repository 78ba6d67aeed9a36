//! Tokens that are issued in a session, and what the routes of tokens show of sessions.

use std::time::Duration;

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::id::PrincipalId;
use llm_config_service::{Error, IssueToken, Issued, ListTokens, Session, UpdateToken};
use serde_json::json;

use super::Scene;
use crate::support::rights_scope;

fn issue(scene: &Scene, session: &Session, token_scope: TokenScope) -> Result<Issued, Error> {
    let request = IssueToken { token_scope, ..IssueToken::default() };
    scene.app.block_on(scene.service.issue_token(session, request))
}

fn is_accepted(scene: &Scene, issued: &Issued) -> bool {
    scene.app.block_on(scene.service.authenticate(issued.text.expose())).is_ok()
}

#[test]
fn token_issued_in_session_hangs_on_the_parent_of_the_session() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let session = scene.session(&scene.sign_in(&ada));
    let issued = issue(&scene, &session, TokenScope::default()).unwrap();
    assert_eq!((issued.token.parent, issued.token.token_scope.expires_at), (Some(ada.token), None));
    scene.app.block_on(scene.service.sign_out(&session)).unwrap();
    scene.pass(Duration::from_hours(24));
    assert!(is_accepted(&scene, &issued), "it outlives the session");
    scene.app.block_on(scene.service.revoke_token(&Session::operator(), ada.token)).unwrap();
    assert!(!is_accepted(&scene, &issued), "it falls with the token that was used to sign in");
}

#[test]
fn token_issued_after_login_link_hangs_on_none() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let session = scene.session(&scene.sign_in_with_code(&scene.login_code(ada.id)).unwrap());
    let issued = issue(&scene, &session, TokenScope::default()).unwrap();
    assert_eq!((issued.token.parent, issued.token.token_scope.expires_at), (None, None));
    scene.app.block_on(scene.service.sign_out(&session)).unwrap();
    assert!(is_accepted(&scene, &issued));
}

#[test]
fn token_issued_in_narrowed_session_has_its_limits() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let end = scene.service.now().plus(Duration::from_hours(100));
    let limits =
        TokenScope { expires_at: Some(end), ..rights_scope(&[Right::IssueTokenOwn, Right::ReadLlmOwn]) };
    let (token, text) = scene.token(ada.id, limits.clone());
    let session = scene.session(&scene.try_sign_in(text.expose()).unwrap());
    let issued = issue(&scene, &session, TokenScope::default()).unwrap();
    assert_eq!((issued.token.parent, &issued.token.token_scope), (Some(token), &limits));
    let wider = issue(&scene, &session, rights_scope(&[Right::DeleteLlmOwn]));
    assert!(matches!(wider, Err(Error::Denied(_))), "{:?}", wider.err());
}

#[test]
fn sign_in_with_last_token_of_longest_chain_is_accepted_and_issues_nothing() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let mut text = ada.text.expose().to_owned();
    for _ in 1..8 {
        let issued = scene.app.client(&text).post("/v1/apikeys", &json!({})).json(201);
        issued["rawApiKey"].as_str().unwrap().clone_into(&mut text);
    }
    let session = scene.session(&scene.try_sign_in(&text).unwrap());
    let refused = issue(&scene, &session, TokenScope::default());
    assert!(matches!(refused, Err(Error::Denied(_))), "{:?}", refused.err());
}

#[test]
fn session_appears_in_no_list_of_tokens() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let before = scene.app.client(ada.text.expose()).get("/v1/apikeys").json(200);
    let signed_in = scene.sign_in(&ada);
    let id = signed_in.session;
    let client = scene.app.client(ada.text.expose());
    assert_eq!(client.get("/v1/apikeys").json(200), before);
    assert!(!before.to_string().contains(&id.to_string()));
    let operator = Session::operator();
    let list = scene.service.list_tokens(&operator, ListTokens::default(), None);
    assert!(scene.app.block_on(list).unwrap().tokens.iter().all(|token| token.id != id));
    let details = scene.service.user_details(&operator, ada.id);
    assert_eq!(scene.app.block_on(details).unwrap().tokens, 2, "those of the user, without the session");
}

#[test]
fn session_cannot_be_read_updated_or_revoked_as_a_token() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::Owner);
    let signed_in = scene.sign_in(&ada);
    let (client, path) = (scene.app.client(ada.text.expose()), format!("/v1/apikeys/{}", signed_in.session));
    let change = json!({"mergeLabels": {"a": "b"}});
    for response in [client.get(&path), client.put(&path, &change), client.delete(&path)] {
        assert_eq!(response.status, 404, "{}", response.body);
    }
    for session in [Session::operator(), scene.session(&signed_in)] {
        let results = [
            scene.app.block_on(scene.service.token(&session, signed_in.session)).map(drop),
            scene.app.block_on(scene.service.revoke_token(&session, signed_in.session)),
            scene.app.block_on(scene.service.revoke_and_list_tokens(&session, signed_in.session)).map(drop),
            scene
                .app
                .block_on(scene.service.update_token(&session, signed_in.session, Ok(UpdateToken::default())))
                .map(drop),
        ];
        for result in results {
            assert!(matches!(result, Err(Error::NotFound("API key"))), "{result:?}");
        }
    }
    assert!(scene.is_signed_in(&signed_in));
}

#[test]
fn revoke_of_last_owner_token_in_a_session_is_refused() {
    let scene = Scene::new();
    // The only owner is the root user, whose only token is that of the tests.
    let root = scene.app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
    let root: PrincipalId = root.parse().unwrap();
    let tokens = scene.app.root().get("/v1/apikeys").json(200);
    let token = tokens["keys"][0]["apiKeyId"].as_str().unwrap().parse().unwrap();
    // Not a child of the token: it would fall with it.
    let session = scene.session(&scene.sign_in_with_code(&scene.login_code(root)).unwrap());
    let refused = scene.app.block_on(scene.service.revoke_token(&session, token));
    assert!(matches!(refused, Err(Error::LastOwner)), "{refused:?}");
}
