//! Workspaces and their members.

use llm_config_core::access::{
    Action, Actor, Decision, WorkspaceRole, WorkspaceVerb, decide, visible_workspaces,
};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::text::DisplayName;
use llm_config_store::{Member, Tx, Workspace};

use super::update_config::Requested;
use super::{Error, Problem, Problems, Service, Session};

/// A workspace and who is in it.
#[derive(Debug)]
pub struct WorkspaceWithMembers {
    /// The workspace.
    pub workspace: Workspace,
    /// Its members, by e-mail address.
    pub members: Vec<Member>,
}

impl Service {
    /// Makes a workspace.
    pub async fn create_workspace(&self, session: &Session, name: DisplayName) -> Result<Workspace, Error> {
        let caller = session.caller.clone();
        let id = self.store.new_workspace_id();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                if decide(&actor, &Action::CreateWorkspace) != Decision::Allow {
                    return Err(Error::Denied(
                        "creating a workspace needs the role WORKSPACES in the organization",
                    ));
                }
                Ok(tx.create_workspace(id, &name, &caller)?)
            })
            .await
    }

    /// The workspaces that the caller sees, by name.
    pub async fn list_workspaces(&self, session: &Session) -> Result<Vec<WorkspaceWithMembers>, Error> {
        let visible = visible_workspaces(&session.actor, |id| Action::Workspace(WorkspaceVerb::Read, id));
        self.store
            .read(move |tx| {
                let mut list = Vec::new();
                for workspace in tx.list_workspaces()? {
                    if visible.contains(workspace.id) {
                        let members = tx.members(workspace.id)?;
                        list.push(WorkspaceWithMembers { workspace, members });
                    }
                }
                Ok(list)
            })
            .await
    }

    /// One workspace.
    pub async fn workspace(&self, session: &Session, id: WorkspaceId) -> Result<WorkspaceWithMembers, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let workspace = workspace(tx, &actor, id, WorkspaceVerb::Read)?;
                let members = tx.members(id)?;
                Ok(WorkspaceWithMembers { workspace, members })
            })
            .await
    }

    /// Gives a workspace another name, if one is given.
    pub async fn rename_workspace(
        &self,
        session: &Session,
        id: WorkspaceId,
        name: Requested<Option<DisplayName>>,
    ) -> Result<Workspace, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let current = workspace(tx, &actor, id, WorkspaceVerb::Rename)?;
                match name.as_ref().map_err(Clone::clone)? {
                    Some(name) => Ok(tx.rename_workspace(&current, name, &caller)?),
                    None => Ok(current),
                }
            })
            .await
    }

    /// Deletes a workspace that holds no configuration.
    pub async fn delete_workspace(&self, session: &Session, id: WorkspaceId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                workspace(tx, &actor, id, WorkspaceVerb::Delete)?;
                match tx.delete_workspace(id, &caller) {
                    Err(llm_config_store::StoreError::Reference) => {
                        Err(Error::InUse(tx.names_of_workspace_configs(id)?.join(", ")))
                    }
                    other => Ok(other?),
                }
            })
            .await
    }

    /// Makes a user a member of a workspace.
    pub async fn add_member(
        &self,
        session: &Session,
        id: WorkspaceId,
        member: Requested<(PrincipalId, WorkspaceRole)>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                workspace(tx, &actor, id, WorkspaceVerb::ManageMembers)?;
                let (user, role) = member.as_ref().map_err(Clone::clone)?;
                if tx.find_user(*user)?.is_none() {
                    return Err(fault("userId", "must be the id of a user"));
                }
                if tx.membership(id, *user)?.is_some() {
                    return Err(fault("userId", "is a member of this workspace already"));
                }
                Ok(tx.set_membership(id, *user, *role, &caller)?)
            })
            .await
    }

    /// Gives a member another role.
    pub async fn change_member(
        &self,
        session: &Session,
        id: WorkspaceId,
        user: PrincipalId,
        role: Requested<WorkspaceRole>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                workspace(tx, &actor, id, WorkspaceVerb::ManageMembers)?;
                tx.membership(id, user)?.ok_or(Error::NotFound("member"))?;
                let role = role.as_ref().map_err(Clone::clone)?;
                Ok(tx.set_membership(id, user, *role, &caller)?)
            })
            .await
    }

    /// Ends a membership.
    pub async fn remove_member(
        &self,
        session: &Session,
        id: WorkspaceId,
        user: PrincipalId,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                workspace(tx, &actor, id, WorkspaceVerb::ManageMembers)?;
                tx.membership(id, user)?.ok_or(Error::NotFound("member"))?;
                Ok(tx.remove_membership(id, user, &caller)?)
            })
            .await
    }
}

fn workspace(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: WorkspaceId,
    verb: WorkspaceVerb,
) -> Result<Workspace, Error> {
    let workspace = tx.find_workspace(id)?.ok_or(Error::NotFound("workspace"))?;
    match decide(actor, &Action::Workspace(verb, id)) {
        Decision::Allow => Ok(workspace),
        Decision::Deny => Err(Error::Denied(match verb {
            WorkspaceVerb::Read => "reading this workspace needs a role in it",
            WorkspaceVerb::Rename | WorkspaceVerb::ManageMembers => {
                "this needs the role ADMIN in the workspace"
            }
            WorkspaceVerb::Delete => "deleting a workspace needs the role WORKSPACES in the organization",
        })),
        Decision::Conceal => Err(Error::NotFound("workspace")),
    }
}

fn fault(field: &str, message: &str) -> Error {
    Error::Malformed(Problems(vec![Problem { field: field.to_owned(), message: message.to_owned() }]))
}
