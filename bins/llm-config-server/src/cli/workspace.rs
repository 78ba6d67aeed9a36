//! `workspace`: workspaces and their members.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use llm_config_core::access::WorkspaceRole;
use llm_config_core::text::DisplayName;
use llm_config_service::{Dependents, DuplicateNames, Error as ServiceError, WorkspaceWithMembers};
use llm_config_store::{Member, User, Workspace};
use serde::Serialize;

use super::command_error::CommandError;
use super::lookup::{UserSelector, WorkspaceSelector};
use super::operator_session::OperatorSession;
use super::output::{Format, key_value, table};
use crate::settings::Settings;

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server workspace create Research
  llm-config-server workspace member set Research ada@example.com ADMIN
  llm-config-server workspace show Research")]
pub struct WorkspaceArgs {
    #[command(subcommand)]
    command: WorkspaceCommand,
}

#[derive(Debug, Subcommand)]
enum WorkspaceCommand {
    /// Create a workspace
    Create {
        /// Display name
        #[arg(value_name = "NAME")]
        name: DisplayName,
        #[command(flatten)]
        duplicate: DuplicateArgs,
    },
    /// List all workspaces
    List,
    /// Show a workspace with its members
    Show(SelectArgs),
    /// Rename a workspace
    Rename {
        #[command(flatten)]
        selected: SelectArgs,
        /// The new name
        #[arg(value_name = "NEW_NAME")]
        name: DisplayName,
        #[command(flatten)]
        duplicate: DuplicateArgs,
    },
    /// Delete a workspace with its memberships; refused while it has configurations
    Delete(SelectArgs),
    /// Manage the members of a workspace
    #[command(subcommand)]
    Member(MemberCommand),
}

#[derive(Debug, Subcommand)]
enum MemberCommand {
    /// Add a member, or give a member another role
    Set {
        #[command(flatten)]
        membership: MemberArgs,
        /// The role
        #[arg(value_name = "ROLE", value_parser = role(), ignore_case = true)]
        role: WorkspaceRole,
    },
    /// Remove a member
    Remove(MemberArgs),
}

#[derive(Debug, Args)]
struct SelectArgs {
    /// Id or name of the workspace
    #[arg(value_name = "ID|NAME")]
    workspace: WorkspaceSelector,
}

#[derive(Debug, Args)]
struct DuplicateArgs {
    /// Allow a name that another workspace has; commands then select both by id
    #[arg(long)]
    allow_duplicate: bool,
}

impl From<DuplicateArgs> for DuplicateNames {
    fn from(DuplicateArgs { allow_duplicate }: DuplicateArgs) -> Self {
        if allow_duplicate { Self::Allow } else { Self::Refuse }
    }
}

#[derive(Debug, Args)]
struct MemberArgs {
    #[command(flatten)]
    selected: SelectArgs,
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: UserSelector,
}

fn role() -> impl TypedValueParser<Value = WorkspaceRole> {
    let explained = |role: &WorkspaceRole| {
        PossibleValue::new(role.as_str()).help(match role {
            WorkspaceRole::Read => "reads the configurations of the workspace",
            WorkspaceRole::Write => "also creates, changes and deletes configurations",
            WorkspaceRole::Admin => "also renames the workspace and manages its members",
        })
    };
    let roles = WorkspaceRole::ALL.iter().map(explained).collect::<Vec<_>>();
    PossibleValuesParser::new(roles).try_map(|name| name.to_uppercase().parse())
}

pub(crate) async fn run(args: WorkspaceArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let WorkspaceArgs { command } = args;
    let operator = OperatorSession::open(&settings).await?;
    match command {
        WorkspaceCommand::Create { name, duplicate } => {
            create(&operator, name, duplicate.into(), format).await?;
        }
        WorkspaceCommand::List => list_all(&operator, format).await?,
        WorkspaceCommand::Show(args) => show(&operator, &args.workspace, format).await?,
        WorkspaceCommand::Rename { selected, name, duplicate } => {
            rename(&operator, &selected.workspace, name, duplicate.into(), format).await?;
        }
        WorkspaceCommand::Delete(args) => delete(&operator, &args.workspace, format).await?,
        WorkspaceCommand::Member(MemberCommand::Set { membership, role }) => {
            set_member(&operator, &membership, role, format).await?;
        }
        WorkspaceCommand::Member(MemberCommand::Remove(args)) => {
            remove_member(&operator, &args, format).await?;
        }
    }
    Ok(())
}

async fn create(
    operator: &OperatorSession,
    name: DisplayName,
    duplicates: DuplicateNames,
    format: Format,
) -> Result<(), CommandError> {
    let created = operator.service.create_workspace(&operator.session, name, duplicates).await?;
    format
        .report(&WorkspaceView::from(&created), || format!("created `{}` ({})", created.name, created.id))?;
    Ok(())
}

async fn list_all(operator: &OperatorSession, format: Format) -> Result<(), CommandError> {
    let summaries = operator.service.list_workspace_summaries(&operator.session).await?;
    let views: Vec<_> = summaries
        .iter()
        .map(|summary| SummaryView {
            workspace: WorkspaceView::from(&summary.workspace),
            members: summary.members,
            configurations: summary.configurations.unwrap_or_default(),
        })
        .collect();
    format.show(&views, || {
        if views.is_empty() {
            return "no workspaces; `workspace create NAME` creates a workspace".to_owned();
        }
        let rows: Vec<_> = views.iter().map(SummaryView::row).collect();
        table(&["NAME", "MEMBERS", "CONFIGURATIONS", "ID"], &rows)
    })?;
    Ok(())
}

async fn show(
    operator: &OperatorSession,
    selector: &WorkspaceSelector,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let id = operator.workspace(selector).await?.id;
    let WorkspaceWithMembers { workspace, members } = service.workspace(session, id).await?;
    let configurations = service.count_workspace_configs(session, id).await?;
    let members = members.iter().map(|Member { user, role }| MemberView::new(user, *role)).collect();
    let details =
        WorkspaceDetailsView { workspace: WorkspaceView::from(&workspace), members, configurations };
    format.show(&details, || details.text())?;
    Ok(())
}

async fn rename(
    operator: &OperatorSession,
    selector: &WorkspaceSelector,
    name: DisplayName,
    duplicates: DuplicateNames,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let workspace = operator.workspace(selector).await?;
    let renamed = service.rename_workspace(session, &workspace, Ok(Some(name)), duplicates).await?;
    format
        .report(&WorkspaceView::from(&renamed), || format!("renamed {} to `{}`", renamed.id, renamed.name))?;
    Ok(())
}

async fn delete(
    operator: &OperatorSession,
    selector: &WorkspaceSelector,
    format: Format,
) -> Result<(), CommandError> {
    let workspace = operator.workspace(selector).await?;
    match operator.service.delete_workspace(&operator.session, &workspace).await {
        Err(ServiceError::InUse(Dependents::Named(configs))) => {
            return Err(CommandError::refused(format!(
                "`{}` still holds configurations: {}; move them to another workspace with \
                 `config move ID --workspace ID|NAME`, or delete them with `config delete ID`",
                workspace.name,
                configs.join(", ")
            )));
        }
        done => done?,
    }
    let deleted = WorkspaceView::from(&workspace);
    format.report(&deleted, || format!("deleted `{}` ({})", workspace.name, workspace.id))?;
    Ok(())
}

async fn set_member(
    operator: &OperatorSession,
    args: &MemberArgs,
    role: WorkspaceRole,
    format: Format,
) -> Result<(), CommandError> {
    let workspace = operator.workspace(&args.selected.workspace).await?;
    let user = operator.user(&args.user).await?;
    operator.service.set_member(&operator.session, &workspace, user.id, role).await?;
    let view = MembershipView::new(&workspace, &user, role);
    format.report(&view, || format!("{} has the role {role} in `{}`", user.email, workspace.name))?;
    Ok(())
}

async fn remove_member(
    operator: &OperatorSession,
    args: &MemberArgs,
    format: Format,
) -> Result<(), CommandError> {
    let workspace = operator.workspace(&args.selected.workspace).await?;
    let user = operator.user(&args.user).await?;
    let role = match operator.service.remove_member(&operator.session, &workspace, user.id).await {
        Err(ServiceError::NotFound("member")) => {
            let (email, name) = (&user.email, &workspace.name);
            return Err(CommandError::not_found(format!("`{email}` is not a member of `{name}`")));
        }
        role => role?,
    };
    let view = MembershipView::new(&workspace, &user, role);
    format.report(&view, || format!("{} is no longer a member of `{}`", user.email, workspace.name))?;
    Ok(())
}

#[derive(Serialize)]
struct WorkspaceView {
    id: String,
    name: String,
}

impl From<&Workspace> for WorkspaceView {
    fn from(workspace: &Workspace) -> Self {
        let Workspace { id, name, revision: _ } = workspace;
        Self { id: id.to_string(), name: name.to_string() }
    }
}

#[derive(Serialize)]
struct SummaryView {
    #[serde(flatten)]
    workspace: WorkspaceView,
    members: usize,
    configurations: i64,
}

impl SummaryView {
    fn row(&self) -> Vec<String> {
        let Self { workspace: WorkspaceView { id, name }, members, configurations } = self;
        vec![name.clone(), members.to_string(), configurations.to_string(), id.clone()]
    }
}

#[derive(Serialize)]
struct WorkspaceDetailsView {
    #[serde(flatten)]
    workspace: WorkspaceView,
    members: Vec<MemberView>,
    configurations: i64,
}

impl WorkspaceDetailsView {
    fn text(&self) -> String {
        let Self { workspace: WorkspaceView { id, name }, members, configurations } = self;
        let row = |member: &MemberView| vec![member.email.clone(), member.role.to_owned(), member.id.clone()];
        let members = match &members[..] {
            [] => "no members; `workspace member set ID|NAME EMAIL ROLE` adds a member".to_owned(),
            members => table(&["MEMBER", "ROLE", "ID"], &members.iter().map(row).collect::<Vec<_>>()),
        };
        let properties = key_value(&[
            ("name", name.clone()),
            ("id", id.clone()),
            ("configurations", configurations.to_string()),
        ]);
        format!("{properties}\n\n{members}")
    }
}

#[derive(Serialize)]
struct MemberView {
    id: String,
    email: String,
    role: &'static str,
}

impl MemberView {
    fn new(user: &User, role: WorkspaceRole) -> Self {
        Self { id: user.id.to_string(), email: user.email.to_string(), role: role.as_str() }
    }
}

#[derive(Serialize)]
struct MembershipView {
    workspace: WorkspaceView,
    user: MemberView,
}

impl MembershipView {
    fn new(workspace: &Workspace, user: &User, role: WorkspaceRole) -> Self {
        Self { workspace: WorkspaceView::from(workspace), user: MemberView::new(user, role) }
    }
}
