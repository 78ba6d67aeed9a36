//! Workspaces and their members.

use llm_config_core::access::{
    Action, Actor, Decision, WorkspaceAction, WorkspaceRole, decide, visible_workspaces,
};
use llm_config_core::caller::Caller;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_store::{Member, Tx, Workspace};

use crate::delete_config::not_in_use;
use crate::update_config::Parsed;
use crate::{Error, MissingReference, Service, Session};

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
        let visible = visible_workspaces(&session.actor, |id| Action::Workspace(WorkspaceAction::Read, id));
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
                let found = tx.find_workspace(id)?;
                let workspace = allowed(&actor, found, WorkspaceAction::Read)?;
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
        name: Parsed<Option<DisplayName>>,
    ) -> Result<Workspace, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_workspace_for_update(id)?;
                let actor = tx.actor(&caller)?;
                let current = allowed(&actor, found, WorkspaceAction::Rename)?;
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
                let found = tx.find_workspace_for_update(id)?;
                let actor = tx.actor(&caller)?;
                allowed(&actor, found, WorkspaceAction::Delete)?;
                not_in_use(tx, &actor, Scope::Workspace(id))?;
                Ok(tx.delete_workspace(id, &caller)?)
            })
            .await
    }

    /// Makes a user a member of a workspace.
    pub async fn add_member(
        &self,
        session: &Session,
        id: WorkspaceId,
        member: Parsed<(PrincipalId, WorkspaceRole)>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = lock_members(tx, id, &caller)?;
                let (user, role) = member.as_ref().map_err(Clone::clone)?;
                may_grant(&actor, id, None, *role)?;
                // Locked for a change before it is looked at: `add_member` is about their row.
                tx.find_user_for_update(*user)?.ok_or(Error::Missing(MissingReference::Member))?;
                Ok(tx.add_member(id, *user, *role, &caller)?)
            })
            .await
    }

    /// Gives a member another role.
    pub async fn change_member(
        &self,
        session: &Session,
        id: WorkspaceId,
        user: PrincipalId,
        role: Parsed<WorkspaceRole>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = lock_members(tx, id, &caller)?;
                let present = tx.membership(id, user)?.ok_or(Error::NotFound("member"))?;
                let role = role.as_ref().map_err(Clone::clone)?;
                may_grant(&actor, id, Some(present), *role)?;
                Ok(tx.change_member(id, user, *role, &caller)?)
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
                lock_members(tx, id, &caller)?;
                tx.membership(id, user)?.ok_or(Error::NotFound("member"))?;
                Ok(tx.remove_membership(id, user, &caller)?)
            })
            .await
    }
}

/// Locks out other changes of people. Fails unless the caller may change the workspace's members.
fn lock_members(tx: &mut Tx<'_>, id: WorkspaceId, caller: &Caller) -> Result<Actor, Error> {
    tx.lock_identities()?;
    let actor = tx.actor(caller)?;
    let found = tx.find_workspace(id)?;
    allowed(&actor, found, WorkspaceAction::ManageMembers)?;
    Ok(actor)
}

/// Whether the actor may give that role to a user who has the present one, or none, in the workspace.
fn may_grant(
    actor: &Actor,
    workspace: WorkspaceId,
    present: Option<WorkspaceRole>,
    role: WorkspaceRole,
) -> Result<(), Error> {
    match decide(actor, &Action::GrantMembership { workspace, present, role }) {
        Decision::Allow => Ok(()),
        Decision::Deny | Decision::Hide => Err(Error::Denied(
            "a token that expires gives no role in a workspace, and one that is narrowed to some rights \
             gives only roles whose rights it has",
        )),
    }
}

fn allowed(actor: &Actor, found: Option<Workspace>, verb: WorkspaceAction) -> Result<Workspace, Error> {
    let workspace = found.ok_or(Error::NotFound("workspace"))?;
    match decide(actor, &Action::Workspace(verb, workspace.id)) {
        Decision::Allow => Ok(workspace),
        Decision::Deny => Err(Error::Denied(match verb {
            WorkspaceAction::Read => "reading this workspace needs a role in it",
            WorkspaceAction::Rename | WorkspaceAction::ManageMembers => {
                "this needs the role ADMIN in the workspace"
            }
            WorkspaceAction::Delete => "deleting a workspace needs the role WORKSPACES in the organization",
        })),
        Decision::Hide => Err(Error::NotFound("workspace")),
    }
}
