//! The examination of drafts without a call, as the service offers it in process.

use llm_config_core::access::{OrgRole, Right, TokenScope, WorkspaceRole};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::config::UncheckedConfig;
use llm_config_core::credential::{UncheckedCredential, UncheckedSecret};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_service::{DraftExamination, Error, Session};

use super::app;
use crate::support::{TestApp, rights_scope};

const SECRET: &str = "sk-0123456789abcdef";

#[expect(clippy::unnecessary_wraps, reason = "the fields of a draft are optional")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "the credential of a draft is optional")]
fn key(secret: &str) -> Option<UncheckedCredential> {
    let value = UncheckedSecret::Inline(secret.to_owned().into());
    Some(UncheckedCredential::ApiKey { header: None, prefix: None, value })
}

/// A complete draft with [`SECRET`].
fn draft(name: &str) -> UncheckedConfig {
    UncheckedConfig {
        name: text(name),
        provider: text("OPENAI"),
        endpoint: text("https://api.openai.com/v1"),
        model: text("gpt-5-nano"),
        credential: key(SECRET),
        ..UncheckedConfig::default()
    }
}

/// A session of a user, whose token is narrowed to `token_scope`.
fn session(app: &TestApp, user: PrincipalId, token_scope: TokenScope) -> Session {
    let caller = Caller::new(Identity::User(user));
    let actor = app.block_on(app.store.read({
        let caller = caller.clone();
        move |tx| tx.actor(&caller)
    }));
    let mut actor = actor.expect("the rights of the user");
    actor.token_scope = token_scope;
    Session { caller, actor: actor.into(), ..Session::operator() }
}

fn all_rights(app: &TestApp, user: PrincipalId) -> Session {
    session(app, user, TokenScope::default())
}

fn create(app: &TestApp, scope: Scope, draft: UncheckedConfig) -> ConfigId {
    let (operator, new) = (Session::operator(), draft.check(&scope).expect("a valid draft"));
    let created = app.service.create_config(&operator, None, Some(scope), new);
    app.block_on(created).map(|created| created.config.id).expect("a new configuration")
}

fn examine(app: &TestApp, session: &Session, scope: Scope, draft: UncheckedConfig) -> DraftExamination {
    app.block_on(app.service.examine_draft(session, Some(scope), draft, None)).expect("an examination")
}

fn examine_change(
    app: &TestApp,
    session: &Session,
    replaced: ConfigId,
    draft: UncheckedConfig,
) -> DraftExamination {
    app.block_on(app.service.examine_draft(session, None, draft, Some(replaced))).expect("an examination")
}

fn violated(found: &DraftExamination) -> Vec<&'static str> {
    found.violations.iter().map(|error| error.field.as_str()).collect()
}

#[test]
fn examine_incomplete_draft_names_all_violations_and_what_is_known() {
    let app = app();
    let ada = app.user(OrgRole::User).id;
    let (session, scope) = (all_rights(&app, ada), Scope::Owner(ada));
    let before = app.database.texts("SELECT id AS value FROM audit_events");
    let found = examine(&app, &session, scope, UncheckedConfig::default());
    assert_eq!(violated(&found), ["name", "provider", "endpoint", "model"]);
    assert_eq!((found.called_url, found.suggested_url, found.credential_note), (None, None, None));
    let incomplete = UncheckedConfig {
        name: text(" "),
        model: None,
        credential: key("sk-****"),
        labels: [(String::new(), String::new())].into(),
        ..draft("")
    };
    let found = examine(&app, &session, scope, incomplete);
    assert_eq!(violated(&found), ["name", "model", "labels", "credential.secret"]);
    assert_eq!(found.called_url.as_deref(), Some("https://api.openai.com/v1/chat/completions"));
    let wrong = UncheckedConfig { api_path: text("//?#"), endpoint: text("ftp://h"), ..draft("a") };
    let found = examine(&app, &session, scope, wrong);
    assert!(violated(&found).contains(&"endpoint") && found.called_url.is_none(), "{found:?}");
    let found = examine(&app, &session, scope, draft("a"));
    assert!(found.violations.is_empty() && found.name_taken_by.is_none(), "{found:?}");
    assert_eq!(app.database.texts("SELECT id AS value FROM audit_events"), before, "nothing is recorded");
    assert!(app.database.texts("SELECT id AS value FROM llm_configs").is_empty(), "nothing is stored");
}

#[test]
fn examine_suggests_the_url_that_the_vendor_uses() {
    let app = app();
    let ada = app.user(OrgRole::User).id;
    let (session, scope) = (all_rights(&app, ada), Scope::Owner(ada));
    for (provider, endpoint, expected) in [
        ("OPENAI", "https://api.openai.com", Some("https://api.openai.com/v1")),
        ("OPENAI", "https://api.openai.com/v1", None),
        ("VLLM", "http://gpu:8000", Some("http://gpu:8000/v1")),
        ("OPENAI", "https://platform.openai.com", Some("https://api.openai.com/v1")),
    ] {
        let named = UncheckedConfig { provider: text(provider), endpoint: text(endpoint), ..draft("a") };
        assert_eq!(examine(&app, &session, scope, named).suggested_url.as_deref(), expected, "{endpoint}");
    }
}

#[test]
fn examine_says_why_a_key_cannot_be_one_of_the_provider() {
    let app = app();
    let ada = app.user(OrgRole::User).id;
    let (session, scope) = (all_rights(&app, ada), Scope::Owner(ada));
    for (secret, expected) in [
        (SECRET, None),
        ("sk-0123 456789", Some("has a space in the middle")),
        ("\"sk-0123456789\"", Some("is in quotes")),
        ("OPENAI_API_KEY", Some("name of an environment variable")),
        ("sk-ant-api03-0123456789", Some("another vendor, `anthropic`")),
    ] {
        let found = examine(&app, &session, scope, UncheckedConfig { credential: key(secret), ..draft("a") });
        match (&found.credential_note, expected) {
            (None, None) => {}
            (Some(note), Some(part)) => assert!(note.contains(part) && !note.contains("0123"), "{note}"),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
        assert!(found.violations.is_empty(), "{found:?}");
    }
}

#[test]
fn examine_finds_taken_names_and_equal_connections_of_the_scope() {
    let app = app();
    let (ada, bob, team, other) =
        (app.user(OrgRole::User).id, app.user(OrgRole::User).id, app.workspace(), app.workspace());
    app.member(team, ada, WorkspaceRole::Write);
    let (session, team, own) = (all_rights(&app, ada), Scope::Workspace(team), Scope::Owner(ada));
    let unlike = |name| UncheckedConfig { credential: key("sk-other-0123456789"), ..draft(name) };
    create(&app, Scope::Owner(bob), draft("bob's"));
    create(&app, Scope::Workspace(other), draft("Other"));
    let found = examine(&app, &session, own, draft("a"));
    assert_eq!((found.name_taken_by, found.same_connection), (None, None), "of others only");
    let found = examine(&app, &session, team, draft("Other"));
    assert_eq!((found.name_taken_by, found.same_connection), (None, None), "of others only");

    let (mine, shared) = (create(&app, own, draft("mine")), create(&app, team, draft("Shared")));
    let found = examine(&app, &session, own, draft("mine"));
    assert_eq!((found.name_taken_by, found.same_connection), (None, Some(mine)));
    assert_eq!(examine(&app, &session, own, unlike("mine")).same_connection, None);
    let found = examine(&app, &session, team, unlike("\u{ff33}hared"));
    assert_eq!((found.name_taken_by, found.same_connection), (Some(shared), None));
    let found = examine(&app, &session, team, draft("another"));
    assert_eq!((found.name_taken_by, found.same_connection), (None, Some(shared)));
    // Without a name, the connection is compared all the same; without a model, only where none is needed.
    let nameless = UncheckedConfig { name: None, ..draft("") };
    assert_eq!(examine(&app, &session, own, nameless).same_connection, Some(mine));
    let keyless = UncheckedConfig { credential: None, ..draft("a") };
    assert_eq!(examine(&app, &session, own, keyless).same_connection, None);
}

#[test]
fn examine_hides_configs_that_the_caller_may_not_read() {
    let app = app();
    let (ada, team) = (app.user(OrgRole::User).id, app.workspace());
    app.member(team, ada, WorkspaceRole::Write);
    let team = Scope::Workspace(team);
    let (mine, shared) =
        (create(&app, Scope::Owner(ada), draft("mine")), create(&app, team, draft("Shared")));
    let may_create = [Right::CreateLlmOwn, Right::CreateWorkspaceLlm];
    let may_read = [&may_create[..], &[Right::ReadLlmOwn, Right::ReadWorkspaceLlm]].concat();
    for (rights, is_shown) in [(&may_create[..], false), (&may_read, true)] {
        let session = session(&app, ada, rights_scope(rights));
        let found = examine(&app, &session, Scope::Owner(ada), draft("mine"));
        assert_eq!(found.same_connection, is_shown.then_some(mine), "{rights:?}");
        let found = examine(&app, &session, team, draft("Shared"));
        let expected = is_shown.then_some(shared);
        assert_eq!((found.name_taken_by, found.same_connection), (expected, expected), "{rights:?}");
    }
}

#[test]
fn examine_change_applies_the_rules_of_an_update() {
    let app = app();
    let (ada, team) = (app.user(OrgRole::User).id, app.workspace());
    app.member(team, ada, WorkspaceRole::Write);
    let (session, team) = (all_rights(&app, ada), Scope::Workspace(team));
    let (edited, other) = (create(&app, team, draft("edited")), create(&app, team, draft("other")));
    let change = || UncheckedConfig { credential: None, ..draft("edited") };
    let found = examine_change(&app, &session, edited, change());
    assert!(found.violations.is_empty(), "{found:?}");
    // The stored credential stays, and the configuration is not its own duplicate.
    assert_eq!((found.name_taken_by, found.same_connection), (None, Some(other)));
    assert_eq!(found.called_url.as_deref(), Some("https://api.openai.com/v1/chat/completions"));
    let renamed = UncheckedConfig { name: text("other"), ..change() };
    assert_eq!(examine_change(&app, &session, edited, renamed).name_taken_by, Some(other));
    let moved = || UncheckedConfig { endpoint: text("https://llm.example/v1"), ..change() };
    let found = examine_change(&app, &session, edited, moved());
    assert_eq!(violated(&found), ["endpoint"]);
    assert!(found.violations.to_string().contains("send the secret again"), "{found:?}");
    assert_eq!(found.called_url.as_deref(), Some("https://llm.example/v1/chat/completions"));
    let found =
        examine_change(&app, &session, edited, UncheckedConfig { credential: key(SECRET), ..moved() });
    assert!(found.violations.is_empty() && found.same_connection.is_none(), "{found:?}");
    let wrong = UncheckedConfig { provider: text("VLLM"), name: text(""), ..change() };
    let found = examine_change(&app, &session, edited, wrong);
    assert_eq!((violated(&found), found.called_url), (vec!["name", "provider"], None));
    // What is left out stays.
    let found = examine_change(&app, &session, edited, UncheckedConfig::default());
    assert!(found.violations.is_empty() && found.same_connection == Some(other), "{found:?}");
}

#[test]
fn examine_change_with_a_key_names_the_missing_endpoint() {
    let app = app();
    let (ada, team) = (app.user(OrgRole::User).id, app.workspace());
    app.member(team, ada, WorkspaceRole::Write);
    let at = |name| UncheckedConfig { endpoint: text("https://llm.example/v1"), ..draft(name) };
    // The operator has set the origin.
    let edited = create(&app, Scope::Workspace(team), at("edited"));
    let session = all_rights(&app, ada);
    let found = examine_change(&app, &session, edited, UncheckedConfig { endpoint: None, ..at("edited") });
    assert_eq!(violated(&found), ["endpoint"]);
    assert!(found.violations.to_string().contains("set by"), "{found:?}");
    let found = examine_change(&app, &session, edited, at("edited"));
    assert!(found.violations.is_empty(), "{found:?}");
}

#[test]
fn examine_without_the_rights_to_store_is_refused() {
    let app = app();
    let (ada, bob, team) = (app.user(OrgRole::User).id, app.user(OrgRole::User).id, app.workspace());
    app.member(team, ada, WorkspaceRole::Read);
    let team = Scope::Workspace(team);
    let (of_bob, shared) = (create(&app, Scope::Owner(bob), draft("b")), create(&app, team, draft("s")));
    let session = all_rights(&app, ada);
    let refused = |scope, replaced| {
        let examined = app.service.examine_draft(&session, scope, draft("a"), replaced);
        app.block_on(examined).expect_err("a refusal")
    };
    for (scope, replaced) in [
        (Some(Scope::Owner(bob)), None),
        (Some(team), None),
        (Some(Scope::Workspace(app.store.new_workspace_id())), None),
        (None, None),
        (Some(Scope::Owner(ada)), Some(of_bob)),
        (None, Some(shared)),
    ] {
        let error = refused(scope, replaced);
        assert!(matches!(error, Error::Denied(_)), "{scope:?} {replaced:?}: {error:?}");
    }
    assert!(matches!(refused(None, Some(app.store.new_config_id())), Error::NotFound(_)));
}
