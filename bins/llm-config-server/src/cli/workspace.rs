//! `workspace`: workspaces and their members.

use std::error::Error;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use llm_config_core::access::WorkspaceRole;
use llm_config_core::caller::Caller;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_store::{Member, Store, StoreError, User, Workspace};
use serde::Serialize;

use super::failure::Failure;
use super::find::{self, WhichUser, WhichWorkspace};
use super::output::{Format, facts, table};
use crate::settings::Settings;

/// What to do with workspaces.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server workspace create Research
  llm-config-server workspace member set Research ada@example.com ADMIN
  llm-config-server workspace show Research")]
pub struct WorkspaceArgs {
    #[command(subcommand)]
    command: WorkspaceCommand,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum WorkspaceCommand {
    /// Make a workspace
    Create {
        /// What people call it
        #[arg(value_name = "NAME")]
        name: DisplayName,
    },
    /// List all workspaces
    List,
    /// Show a workspace with its members
    Show(WhichArgs),
    /// Give a workspace another name
    Rename {
        #[command(flatten)]
        which: WhichArgs,
        /// The new name
        #[arg(value_name = "NEW_NAME")]
        name: DisplayName,
    },
    /// Delete a workspace with its memberships; refused while it holds configurations
    Delete(WhichArgs),
    /// Choose the members of a workspace
    #[command(subcommand)]
    Member(MemberCommand),
}

#[derive(Debug, Subcommand)]
enum MemberCommand {
    /// Make a user a member, or give a member another role
    Set {
        #[command(flatten)]
        membership: MemberArgs,
        /// The role
        #[arg(value_name = "ROLE", value_parser = role(), ignore_case = true)]
        role: WorkspaceRole,
    },
    /// End a membership
    Remove(MemberArgs),
}

#[derive(Debug, Args)]
struct WhichArgs {
    /// Id or name of the workspace
    #[arg(value_name = "ID|NAME")]
    workspace: WhichWorkspace,
}

#[derive(Debug, Args)]
struct MemberArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: WhichUser,
}

fn role() -> impl TypedValueParser<Value = WorkspaceRole> {
    let explained = |role: &WorkspaceRole| {
        PossibleValue::new(role.as_str()).help(match role {
            WorkspaceRole::Read => "sees the workspace's configurations",
            WorkspaceRole::Write => "also creates, changes and deletes them",
            WorkspaceRole::Admin => "also renames the workspace and manages its members",
        })
    };
    let roles = WorkspaceRole::ALL.iter().map(explained).collect::<Vec<_>>();
    PossibleValuesParser::new(roles).try_map(|name| name.to_uppercase().parse())
}

pub(crate) async fn run(args: WorkspaceArgs, settings: Settings) -> Result<(), Box<dyn Error>> {
    let WorkspaceArgs { command, format } = args;
    let store = super::open(&settings).await?;
    match command {
        WorkspaceCommand::Create { name } => create(&store, name, format).await,
        WorkspaceCommand::List => list_all(&store, format).await,
        WorkspaceCommand::Show(args) => show(&store, args.workspace, format).await,
        WorkspaceCommand::Rename { which, name } => rename(&store, which.workspace, name, format).await,
        WorkspaceCommand::Delete(args) => delete(&store, args.workspace, format).await,
        WorkspaceCommand::Member(MemberCommand::Set { membership, role }) => {
            set_member(&store, membership, role, format).await
        }
        WorkspaceCommand::Member(MemberCommand::Remove(args)) => remove_member(&store, args, format).await,
    }
}

async fn create(store: &Store, name: DisplayName, format: Format) -> Result<(), Box<dyn Error>> {
    let id = store.new_workspace_id();
    let created =
        store.write(move |tx| Ok::<_, Failure>(tx.create_workspace(id, &name, &Caller::operator())?)).await?;
    format.print(&Shown::from(&created), || format!("created `{}` ({})", created.name, created.id))?;
    Ok(())
}

async fn list_all(store: &Store, format: Format) -> Result<(), Box<dyn Error>> {
    let counted = store
        .read(|tx| {
            let mut counted = Vec::new();
            for workspace in tx.list_workspaces()? {
                let members = tx.members(workspace.id)?.len();
                let configurations = tx.count_configs(Scope::Workspace(workspace.id))?;
                counted.push(Counted { workspace: Shown::from(&workspace), members, configurations });
            }
            Ok::<_, Failure>(counted)
        })
        .await?;
    format.print(&counted, || {
        if counted.is_empty() {
            return "no workspaces; make one with `workspace create NAME`".to_owned();
        }
        let row = |it: &Counted| {
            let Counted { workspace: Shown { id, name }, members, configurations } = it;
            vec![name.clone(), members.to_string(), configurations.to_string(), id.clone()]
        };
        table(&["NAME", "MEMBERS", "CONFIGURATIONS", "ID"], &counted.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(())
}

async fn show(store: &Store, which: WhichWorkspace, format: Format) -> Result<(), Box<dyn Error>> {
    let (workspace, members, configurations) = store
        .read(move |tx| {
            let workspace = find::workspace(tx, &which)?;
            let members = tx.members(workspace.id)?;
            let configurations = tx.count_configs(Scope::Workspace(workspace.id))?;
            Ok::<_, Failure>((workspace, members, configurations))
        })
        .await?;
    let members = members.iter().map(|Member { user, role }| MemberShown::new(user, *role)).collect();
    let details = Details { workspace: Shown::from(&workspace), members, configurations };
    format.print(&details, || {
        let Details { workspace: Shown { id, name }, members, configurations } = &details;
        let row = |it: &MemberShown| vec![it.email.clone(), it.role.to_owned(), it.id.clone()];
        let members = match &members[..] {
            [] => "no members; make one with `workspace member set ID|NAME EMAIL ROLE`".to_owned(),
            members => table(&["MEMBER", "ROLE", "ID"], &members.iter().map(row).collect::<Vec<_>>()),
        };
        let about = facts(&[
            ("name", name.clone()),
            ("id", id.clone()),
            ("configurations", configurations.to_string()),
        ]);
        format!("{about}\n\n{members}")
    })?;
    Ok(())
}

async fn rename(
    store: &Store,
    which: WhichWorkspace,
    name: DisplayName,
    format: Format,
) -> Result<(), Box<dyn Error>> {
    let renamed = store
        .write(move |tx| {
            let current = find::workspace(tx, &which)?;
            Ok::<_, Failure>(tx.rename_workspace(&current, &name, &Caller::operator())?)
        })
        .await?;
    format.print(&Shown::from(&renamed), || format!("renamed {} to `{}`", renamed.id, renamed.name))?;
    Ok(())
}

async fn delete(store: &Store, which: WhichWorkspace, format: Format) -> Result<(), Box<dyn Error>> {
    let deleted = store
        .write(move |tx| {
            let workspace = find::workspace(tx, &which)?;
            match tx.delete_workspace(workspace.id, &Caller::operator()) {
                Err(StoreError::ForeignKey) => {
                    let held = tx.list_config_names(&Scope::Workspace(workspace.id))?.join(", ");
                    Err(Failure::new(format!(
                        "`{}` still holds configurations: {held}; move them with \
                         `config move ID --workspace ID|NAME`, or delete them first",
                        workspace.name
                    )))
                }
                done => Ok(done.map(|()| workspace)?),
            }
        })
        .await?;
    format.print(&Shown::from(&deleted), || format!("deleted `{}` ({})", deleted.name, deleted.id))?;
    Ok(())
}

async fn set_member(
    store: &Store,
    args: MemberArgs,
    role: WorkspaceRole,
    format: Format,
) -> Result<(), Box<dyn Error>> {
    let MemberArgs { which, user } = args;
    let (workspace, user) = store
        .write(move |tx| {
            let workspace = find::workspace(tx, &which.workspace)?;
            let user = find::user(tx, &user)?;
            if tx.membership(workspace.id, user.id)? != Some(role) {
                tx.set_membership(workspace.id, user.id, role, &Caller::operator())?;
            }
            Ok::<_, Failure>((workspace, user))
        })
        .await?;
    let answer = MembershipShown::new(&workspace, &user, role);
    format.print(&answer, || format!("{} has the role {role} in `{}`", user.email, workspace.name))?;
    Ok(())
}

async fn remove_member(store: &Store, args: MemberArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let MemberArgs { which, user } = args;
    let (workspace, user, role) = store
        .write(move |tx| {
            let workspace = find::workspace(tx, &which.workspace)?;
            let user = find::user(tx, &user)?;
            let Some(role) = tx.membership(workspace.id, user.id)? else {
                let (email, name) = (&user.email, &workspace.name);
                return Err(Failure::new(format!("`{email}` is no member of `{name}`")));
            };
            tx.remove_membership(workspace.id, user.id, &Caller::operator())?;
            Ok((workspace, user, role))
        })
        .await?;
    let answer = MembershipShown::new(&workspace, &user, role);
    format.print(&answer, || format!("{} is no member of `{}` any more", user.email, workspace.name))?;
    Ok(())
}

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
}

impl From<&Workspace> for Shown {
    fn from(workspace: &Workspace) -> Self {
        let Workspace { id, name, revision: _ } = workspace;
        Self { id: id.to_string(), name: name.to_string() }
    }
}

#[derive(Serialize)]
struct Counted {
    #[serde(flatten)]
    workspace: Shown,
    members: usize,
    configurations: i64,
}

#[derive(Serialize)]
struct Details {
    #[serde(flatten)]
    workspace: Shown,
    members: Vec<MemberShown>,
    configurations: i64,
}

#[derive(Serialize)]
struct MemberShown {
    id: String,
    email: String,
    role: &'static str,
}

impl MemberShown {
    fn new(user: &User, role: WorkspaceRole) -> Self {
        Self { id: user.id.to_string(), email: user.email.to_string(), role: role.as_str() }
    }
}

#[derive(Serialize)]
struct MembershipShown {
    workspace: Shown,
    user: MemberShown,
}

impl MembershipShown {
    fn new(workspace: &Workspace, user: &User, role: WorkspaceRole) -> Self {
        Self { workspace: Shown::from(workspace), user: MemberShown::new(user, role) }
    }
}
