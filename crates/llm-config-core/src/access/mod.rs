//! Who may do what: the whole policy, as one pure function over facts.
//!
//! ```
//! use llm_config_core::access::{Action, Actor, Decision, OrgRole, Verb, decide};
//! use llm_config_core::config::Scope;
//! use llm_config_core::id::PrincipalId;
//!
//! let ada = PrincipalId::new(uuid::Uuid::from_u128(1));
//! let bob = PrincipalId::new(uuid::Uuid::from_u128(2));
//! let actor = Actor::new(ada, OrgRole::User);
//!
//! let read = |owner| Action::Config(Verb::Read, Scope::Owner(owner));
//! assert_eq!(decide(&actor, &read(ada)), Decision::Allow);
//! assert_eq!(decide(&actor, &read(bob)), Decision::Deny);
//! ```

mod right;
mod role;

use std::collections::{BTreeMap, BTreeSet};

pub use right::{Right, UnknownRight};
pub use role::{OrgRole, UnknownRole, WorkspaceRole};

use crate::config::Scope;
use crate::id::{PrincipalId, WorkspaceId};
use crate::token::Ceiling;

/// Who asks, with all facts that the policy reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The principal.
    pub id: PrincipalId,
    /// The principal's role in the organisation.
    pub role: OrgRole,
    /// The principal's roles in workspaces.
    pub memberships: BTreeMap<WorkspaceId, WorkspaceRole>,
    /// What the token in use is narrowed to.
    pub ceiling: Ceiling,
}

impl Actor {
    /// A principal without memberships whose token is not narrowed.
    #[must_use]
    pub const fn new(id: PrincipalId, role: OrgRole) -> Self {
        let ceiling = Ceiling { rights: None, workspaces: None, expires_at: None };
        Self { id, role, memberships: BTreeMap::new(), ceiling }
    }

    /// The operator at the command line: whoever has the keys and the database has everything.
    #[must_use]
    pub const fn operator() -> Self {
        Self::new(PrincipalId::OPERATOR, OrgRole::Owner)
    }
}

/// A user as the object of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user.
    pub id: PrincipalId,
    /// The user's role.
    pub role: OrgRole,
    /// Whether actor and user are members of one workspace; for an actor who manages all
    /// workspaces, whether the user is a member of any.
    pub shares_workspace: bool,
}

/// What is done to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the verb of that name")]
pub enum Verb {
    Create,
    Read,
    List,
    Update,
    Delete,
    /// To have the stored credential used: validation, a ping, later a call.
    Ping,
}

/// What is done to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the verb of that name")]
pub enum WorkspaceVerb {
    Read,
    Rename,
    Delete,
    /// To add, change and remove memberships.
    ManageMembers,
}

/// What is done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the verb of that name")]
pub enum UserVerb {
    Read,
    Update,
    Delete,
}

/// What is done to the tokens of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the verb of that name")]
pub enum TokenVerb {
    Issue,
    List,
    Update,
    Revoke,
}

/// Everything that anybody can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something about the configurations of a scope.
    Config(Verb, Scope),
    /// To make a workspace.
    CreateWorkspace,
    /// Something about a workspace.
    Workspace(WorkspaceVerb, WorkspaceId),
    /// To give a user a role in a workspace.
    GrantMembership {
        /// Where.
        workspace: WorkspaceId,
        /// The user's role there until now.
        present: Option<WorkspaceRole>,
        /// The new role.
        role: WorkspaceRole,
    },
    /// To make a user with that role.
    CreateUser(OrgRole),
    /// Something about a user.
    User(UserVerb, Subject),
    /// To give a user another role.
    ChangeRole(Subject, OrgRole),
    /// Something about the tokens of a user.
    Tokens(TokenVerb, Subject),
    /// To read the audit log.
    ReadAudit,
    /// To see which keys there are and what they seal.
    ReadKeyState,
    /// To rotate keys.
    RotateKeys,
    /// To read the metrics.
    ReadMetrics,
}

/// The answer to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// The actor may know that the object exists, but not do this.
    Deny,
    /// For this actor the object does not exist.
    Conceal,
}

/// Decides about one action. Total: every actor gets an answer to every action.
#[must_use]
pub fn decide(actor: &Actor, action: &Action) -> Decision {
    if is_allowed(actor, action) {
        return Decision::Allow;
    }
    // A refusal must not reveal that a user exists to an actor who may not see that user.
    match subject(action) {
        Some(subject)
            if subject.id != actor.id && !is_allowed(actor, &Action::User(UserVerb::Read, *subject)) =>
        {
            Decision::Conceal
        }
        Some(_) | None => Decision::Deny,
    }
}

/// The user that an action is about.
const fn subject(action: &Action) -> Option<&Subject> {
    match action {
        Action::User(_, subject) | Action::ChangeRole(subject, _) | Action::Tokens(_, subject) => {
            Some(subject)
        }
        Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::GrantMembership { .. }
        | Action::CreateUser(_)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => None,
    }
}

fn is_allowed(actor: &Actor, action: &Action) -> bool {
    // Every token, however narrow, may say whose it is.
    if matches!(action, Action::User(UserVerb::Read, subject) if subject.id == actor.id) {
        return true;
    }
    let has = |right: Right| {
        role::has(actor, right, action)
            && actor.ceiling.rights.as_ref().is_none_or(|rights| right.is_among(rights))
    };
    has(Right::needed(actor, action))
        && Right::also_needed(actor, action).is_none_or(has)
        && respects_rank(actor, action)
        && hands_out_no_more(actor, action)
        && actor.ceiling.workspaces.as_ref().is_none_or(|_| within_workspaces(actor, action))
}

/// Whether a token of `holder` under `ceiling` would exceed the one that the actor uses, which
/// then must not issue it.
///
/// What is another's own is not the actor's own: a token that is narrowed to some rights hands on
/// to others only those to anybody's.
#[must_use]
pub fn exceeds(actor: &Actor, holder: PrincipalId, ceiling: &Ceiling) -> bool {
    let for_another = holder != actor.id && actor.ceiling.rights.is_some();
    let has_own = ceiling.rights.iter().flatten().any(|right| right.to_anybodys().is_some());
    !actor.ceiling.covers(ceiling) || (for_another && has_own)
}

/// An actor may act only on users of their role or a lower one, and give only such roles.
fn respects_rank(actor: &Actor, action: &Action) -> bool {
    match action {
        Action::User(UserVerb::Update | UserVerb::Delete, subject) | Action::Tokens(_, subject) => {
            subject.id == actor.id || subject.role <= actor.role
        }
        Action::CreateUser(role) => *role <= actor.role,
        Action::ChangeRole(subject, role) => subject.role <= actor.role && *role <= actor.role,
        Action::User(UserVerb::Read, _)
        | Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::GrantMembership { .. }
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => true,
    }
}

/// A role outlives the token that hands it out, and is not narrowed as the token is. So a token that
/// is narrowed or expires hands out no role that brings rights which the token does not have itself:
/// in the organisation only the role of a plain user, in a workspace nothing once it expires.
fn hands_out_no_more(actor: &Actor, action: &Action) -> bool {
    let Ceiling { rights, workspaces, expires_at } = &actor.ceiling;
    let is_whole = rights.is_none() && workspaces.is_none() && expires_at.is_none();
    match action {
        Action::CreateUser(role) => is_whole || matches!(role, OrgRole::User | OrgRole::Billing),
        Action::ChangeRole(subject, role) => is_whole || !role::adds_rights(subject.role, *role),
        Action::GrantMembership { workspace: _, present, role } => {
            let has = |right: Right| rights.as_ref().is_none_or(|rights| right.is_among(rights));
            present.is_some_and(|present| *role <= present)
                || (expires_at.is_none() && role::rights_of_member(*role).all(has))
        }
        Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::User(..)
        | Action::Tokens(..)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => true,
    }
}

/// A token that is narrowed to workspaces touches those, and nothing else.
fn within_workspaces(actor: &Actor, action: &Action) -> bool {
    let is_listed =
        |id: &WorkspaceId| actor.ceiling.workspaces.as_ref().is_some_and(|listed| listed.contains(id));
    match action {
        Action::Config(_, Scope::Workspace(workspace))
        | Action::Workspace(_, workspace)
        | Action::GrantMembership { workspace, .. } => is_listed(workspace),
        Action::Config(_, Scope::Owner(_))
        | Action::CreateWorkspace
        | Action::CreateUser(_)
        | Action::User(..)
        | Action::ChangeRole(..)
        | Action::Tokens(..)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => false,
    }
}

/// Whose things a list shows: every list answers, with what its reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    /// Everybody's.
    All,
    /// Those of one principal.
    Of(PrincipalId),
    /// None.
    Nothing,
}

/// Which owners' configurations a list shows to `actor`.
#[must_use]
pub fn visible_owners(actor: &Actor) -> Visible {
    visible(actor, |owner| Action::Config(Verb::List, Scope::Owner(owner)))
}

/// Whose tokens a list shows to `actor`.
///
/// Tokens of users above the actor are among `All`: the caller of this function asks [`decide`]
/// about each holder as well.
#[must_use]
pub fn visible_token_holders(actor: &Actor) -> Visible {
    visible(actor, |id| {
        let role = if id == actor.id { actor.role } else { OrgRole::User };
        Action::Tokens(TokenVerb::List, Subject { id, role, shares_workspace: false })
    })
}

/// Which workspaces a list shows to `actor`, of those in which `action` is allowed.
#[must_use]
pub fn visible_workspaces(actor: &Actor, action: impl Fn(WorkspaceId) -> Action) -> VisibleWorkspaces {
    let is_allowed = |id: &WorkspaceId| decide(actor, &action(*id)) == Decision::Allow;
    if let Some(listed) = &actor.ceiling.workspaces {
        return VisibleWorkspaces::Of(listed.iter().copied().filter(is_allowed).collect());
    }
    // A workspace that nobody is a member of: whoever may act there may act everywhere.
    let unknown = WorkspaceId::new(uuid::Uuid::nil());
    if is_allowed(&unknown) {
        VisibleWorkspaces::All
    } else {
        VisibleWorkspaces::Of(actor.memberships.keys().copied().filter(is_allowed).collect())
    }
}

/// Which workspaces a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisibleWorkspaces {
    /// Every one.
    All,
    /// These.
    Of(BTreeSet<WorkspaceId>),
}

impl VisibleWorkspaces {
    /// Whether that one is shown.
    #[must_use]
    pub fn contains(&self, id: WorkspaceId) -> bool {
        match self {
            Self::All => true,
            Self::Of(ids) => ids.contains(&id),
        }
    }
}

fn visible(actor: &Actor, list_of: impl Fn(PrincipalId) -> Action) -> Visible {
    // Any principal but the actor: the policy knows only "own" and "any".
    let stranger = PrincipalId::new(uuid::Uuid::from_u128(actor.id.as_uuid().as_u128() ^ 1));
    if decide(actor, &list_of(stranger)) == Decision::Allow {
        Visible::All
    } else if decide(actor, &list_of(actor.id)) == Decision::Allow {
        Visible::Of(actor.id)
    } else {
        Visible::Nothing
    }
}
