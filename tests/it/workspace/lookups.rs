//! Workspaces that the command line finds by name and then changes.

use llm_config_core::access::{Actor, OrgRole, WorkspaceRole};
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_service::{DuplicateNames, Error, MissingReference, Service, Session, TransferTarget};
use llm_config_store::Workspace;
use serde_json::json;

use super::app;
use crate::support::{TestApp, UNKNOWN_ID, ai_llm, llm};

fn name(text: &str) -> DisplayName {
    text.parse().expect("a name")
}

/// The workspaces of the name `team`, by id.
fn teams(app: &TestApp, service: &Service) -> Vec<Workspace> {
    let found = app.block_on(service.workspaces_named(&Session::operator(), &name("team")));
    let mut teams = found.expect("a list");
    teams.sort_by_key(|workspace| workspace.id);
    teams
}

fn rename(app: &TestApp, workspace: WorkspaceId, name: &str) {
    app.root().put(&format!("/workspace/{workspace}"), &json!({"name": name})).success();
}

#[test]
fn workspaces_named_returns_readable_workspaces_of_that_name() {
    let app = app();
    let service = Service::new(app.store.clone());
    let (one, other, renamed) = (app.workspace(), app.workspace(), app.workspace());
    rename(&app, renamed, "other");
    let mut ids = [one, other];
    ids.sort();
    assert_eq!(teams(&app, &service).iter().map(|workspace| workspace.id).collect::<Vec<_>>(), ids);
    let stranger = Actor::new(app.user(OrgRole::User).id, OrgRole::User);
    let session = Session { actor: stranger.into(), ..Session::operator() };
    assert_eq!(app.block_on(service.workspaces_named(&session, &name("team"))).expect("a list"), []);
}

#[test]
fn change_of_workspace_that_was_renamed_since_its_lookup_is_refused() {
    let app = app();
    let (service, operator) = (Service::new(app.store.clone()), Session::operator());
    let (workspace, source, user) = (app.workspace(), app.workspace(), app.user(OrgRole::User).id);
    rename(&app, source, "source");
    app.member(workspace, user, WorkspaceRole::Read);
    let config = app.root().create_ai_llm(&ai_llm(source));
    let found = teams(&app, &service).pop().expect("a workspace");
    rename(&app, workspace, "renamed");
    let before = app.stored_rows();
    let results = [
        app.block_on(service.delete_workspace(&operator, &found)),
        app.block_on(service.rename_workspace(&operator, &found, Ok(Some(name("x"))), DuplicateNames::Allow))
            .map(drop),
        app.block_on(service.set_member(&operator, &found, user, WorkspaceRole::Admin)),
        app.block_on(service.remove_member(&operator, &found, user)).map(drop),
        app.block_on(service.transfer_config(&operator, config, TransferTarget::Workspace((&found).into())))
            .map(drop),
    ];
    for result in results {
        assert!(matches!(result, Err(Error::Stale)), "{result:?}");
    }
    assert_eq!(app.stored_rows(), before);
    // By id alone, the name does not matter.
    app.block_on(service.remove_member(&operator, workspace, user)).expect("a membership");
    app.block_on(service.delete_workspace(&operator, workspace)).expect("a workspace");
}

#[test]
fn transfer_to_deleted_owner_or_workspace_names_the_missing_object() {
    let app = app();
    let (service, operator) = (Service::new(app.store.clone()), Session::operator());
    let of_team = app.root().create_ai_llm(&ai_llm(app.workspace()));
    let owned = app.root().create_llm(&llm())["llmId"].as_str().expect("an id").parse().expect("an id");
    let target = TransferTarget::Owner(UNKNOWN_ID.parse().expect("an id"));
    let transferred = app.block_on(service.transfer_config(&operator, owned, target)).map(|done| done.from);
    assert!(matches!(transferred, Err(Error::Missing(MissingReference::Owner))), "{transferred:?}");
    let unknown: WorkspaceId = UNKNOWN_ID.parse().expect("an id");
    let target = TransferTarget::Workspace(unknown.into());
    let transferred = app.block_on(service.transfer_config(&operator, of_team, target)).map(|done| done.from);
    assert!(matches!(transferred, Err(Error::NotFound("workspace"))), "{transferred:?}");
    let again = app.workspace();
    let target = TransferTarget::Workspace(again.into());
    let transferred = app.block_on(service.transfer_config(&operator, of_team, target)).expect("a transfer");
    let to = &transferred.details.scope;
    assert_eq!(
        (transferred.from.name.as_deref(), to.scope, to.name.as_deref()),
        (Some("team"), Scope::Workspace(again), Some("team"))
    );
}
