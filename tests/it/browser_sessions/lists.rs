//! Lists of sessions, and the end of a single one: by the rights on the tokens of the user.

use llm_config_core::access::{OrgRole, Right};
use llm_config_service::{Error, Session};

use super::Scene;
use crate::support::{UNKNOWN_ID, rights_scope};

#[test]
fn list_of_own_sessions_marks_the_current_one() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (one, other) = (scene.sign_in(&ada), scene.sign_in(&ada));
    scene.sign_in(&scene.person(OrgRole::User));
    let list = scene.app.block_on(scene.service.list_browser_sessions(&scene.session(&other), None));
    let listed: Vec<_> = list.unwrap().iter().map(|session| (session.id, session.is_current)).collect();
    assert_eq!(listed, [(one.session, false), (other.session, true)]);
}

#[test]
fn sessions_of_others_are_listed_and_ended_by_rank() {
    let scene = Scene::new();
    let roles = [OrgRole::User, OrgRole::Billing, OrgRole::Administrators, OrgRole::Owner];
    let people = roles.map(|role| scene.person(role));
    let sessions = people.each_ref().map(|person| scene.sign_in(person));
    for (n, caller) in people.iter().enumerate() {
        let session = scene.program(caller);
        for (m, target) in people.iter().enumerate() {
            let list = scene.app.block_on(scene.service.list_browser_sessions(&session, Some(target.id)));
            let may_list = n == m || (n >= 2 && m <= n);
            assert_eq!(list.is_ok(), may_list, "{} lists {}: {list:?}", roles[n], roles[m]);
        }
    }
    let end = |session: &Session, n: usize| {
        scene.app.block_on(scene.service.end_browser_session(session, sessions[n].session))
    };
    let user = scene.session(&sessions[0]);
    assert!(matches!(end(&user, 1), Err(Error::NotFound("session"))), "the user is hidden");
    let administrator = scene.program(&people[2]);
    assert!(matches!(end(&administrator, 3), Err(Error::Denied(_))), "an owner ranks above");
    end(&administrator, 1).unwrap();
    assert_eq!(scene.count_events("session.ended", "", "token"), 1);
    end(&user, 0).expect("the caller's own");
    let signed_in = sessions.each_ref().map(|session| scene.is_signed_in(session));
    assert_eq!(signed_in, [false, false, true, true]);
    let unknown = scene.service.end_browser_session(&administrator, UNKNOWN_ID.parse().unwrap());
    assert!(matches!(scene.app.block_on(unknown), Err(Error::NotFound("session"))));
    let token = scene.service.end_browser_session(&administrator, people[0].token);
    assert!(matches!(scene.app.block_on(token), Err(Error::NotFound("session"))), "an access token");
}

#[test]
fn narrowed_session_lists_and_ends_only_with_the_rights() {
    let scene = Scene::new();
    let ada = scene.person(OrgRole::User);
    let (_, text) = scene.token(ada.id, rights_scope(&[Right::ReadLlmOwn]));
    let signed_in = scene.try_sign_in(text.expose()).unwrap();
    let session = scene.session(&signed_in);
    let listed = scene.app.block_on(scene.service.list_browser_sessions(&session, None));
    assert!(matches!(listed, Err(Error::Denied(_))), "{listed:?}");
    let ended = scene.app.block_on(scene.service.sign_out_everywhere(&session, ada.id));
    assert!(matches!(ended, Err(Error::Denied(_))), "{ended:?}");
    scene.app.block_on(scene.service.sign_out(&session)).expect("signing out needs no right");
    assert!(!scene.is_signed_in(&signed_in));
}
