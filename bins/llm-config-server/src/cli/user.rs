//! `user`: the users of the organisation.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use llm_config_core::access::OrgRole;
use llm_config_core::user::{Email, PersonName, Username};
use llm_config_service::{CreateUser, Dependents, Error as ServiceError, UserDetails};
use llm_config_store::User;
use serde::Serialize;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use super::lookup::{NO_USERS, UserSelector};
use super::operator_session::OperatorSession;
use super::output::{Format, key_value, list, or_dash, table, time};
use crate::settings::Settings;

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server user create ada@example.com --first-name Ada --last-name Lovelace --token
  llm-config-server user role ada@example.com ADMINISTRATORS
  llm-config-server user list --json")]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Create a user
    Create(CreateArgs),
    /// List all users
    List,
    /// Show a user with their workspaces
    Show(SelectArgs),
    /// Give a user another role in the organisation
    Role(RoleArgs),
    /// Delete a user with their tokens and memberships; refused while they own configurations
    Delete(SelectArgs),
}

#[derive(Debug, Args)]
struct CreateArgs {
    /// E-mail address; unique without regard to case
    #[arg(value_name = "EMAIL")]
    email: Email,
    /// First name
    #[arg(long, value_name = "NAME")]
    first_name: PersonName,
    /// Last name
    #[arg(long, value_name = "NAME")]
    last_name: PersonName,
    /// User name [default: none]
    #[arg(long, value_name = "NAME")]
    username: Option<Username>,
    /// Role in the organisation
    #[arg(long, value_name = "ROLE", default_value = "USER", value_parser = role(), ignore_case = true)]
    role: OrgRole,
    /// Also issue a token and print it; the token cannot be printed again
    #[arg(long)]
    token: bool,
}

#[derive(Debug, Args)]
struct SelectArgs {
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: UserSelector,
}

#[derive(Debug, Args)]
struct RoleArgs {
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: UserSelector,
    /// The new role
    #[arg(value_name = "ROLE", value_parser = role(), ignore_case = true)]
    role: OrgRole,
}

fn role() -> impl TypedValueParser<Value = OrgRole> {
    let explained = |role: &OrgRole| {
        PossibleValue::new(role.as_str()).help(match role {
            OrgRole::User => "manages their own configurations, and has their workspace roles",
            OrgRole::Billing => "manages only their own account",
            OrgRole::Workspaces => "manages their own configurations and all workspaces",
            OrgRole::Administrators => "has every right, but cannot change or delete an OWNER",
            OrgRole::Owner => "has every right",
        })
    };
    let roles = OrgRole::ALL.iter().map(explained).collect::<Vec<_>>();
    PossibleValuesParser::new(roles).try_map(|name| name.to_uppercase().parse())
}

pub(crate) async fn run(args: UserArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let UserArgs { command } = args;
    let operator = OperatorSession::open(&settings).await?;
    match command {
        UserCommand::Create(args) => create(&operator, args, format).await?,
        UserCommand::List => list_all(&operator, format).await?,
        UserCommand::Show(args) => show(&operator, &args.user, format).await?,
        UserCommand::Role(args) => change_role(&operator, args, format).await?,
        UserCommand::Delete(args) => delete(&operator, &args.user, format).await?,
    }
    Ok(())
}

async fn create(operator: &OperatorSession, args: CreateArgs, format: Format) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let CreateArgs { email, first_name, last_name, username, role, token } = args;
    let request = CreateUser { email, username, first_name, last_name, role };
    let (user, token) = if token {
        let (user, token) = service.create_user_with_token(session, request).await?;
        (user, Some(token))
    } else {
        (service.create_user(session, request).await?, None)
    };
    let text = token.as_ref().map(|token| token.expose());
    let created = CreatedView { user: UserView::from(&user), token: text };
    let printed = format.write(&created, || {
        let token = text.map(|text| format!("\nThe token, shown only this once:\n\n  {text}\n"));
        format!("created {} ({}), {}\n{}", user.email, user.id, user.role, token.unwrap_or_default())
    });
    printed.map_err(|error| match text {
        Some(_) => CommandError::new(
            ExitStatus::InputOutput,
            format!(
                "{email} is created, but the token cannot be printed: {error}; `token list --user {email}` \
                 shows its id, and `token issue --user {email}` issues another one",
                email = user.email
            ),
        ),
        None => CommandError::Unreported(error),
    })
}

async fn list_all(operator: &OperatorSession, format: Format) -> Result<(), CommandError> {
    let users = operator.service.list_users(&operator.session).await?;
    let views: Vec<UserView> = users.iter().map(UserView::from).collect();
    format.show(&views, || {
        if views.is_empty() {
            return NO_USERS.to_owned();
        }
        let rows: Vec<_> = views.iter().map(UserView::row).collect();
        table(&["EMAIL", "NAME", "ROLE", "ID"], &rows)
    })?;
    Ok(())
}

async fn show(
    operator: &OperatorSession,
    selector: &UserSelector,
    format: Format,
) -> Result<(), CommandError> {
    let id = operator.user(selector).await?.id;
    let details = operator.service.user_details(&operator.session, id).await?;
    let UserDetails { user, workspaces, tokens, configurations } = details;
    let workspaces: Vec<_> = workspaces
        .iter()
        .map(|(workspace, role)| MembershipView {
            id: workspace.id.to_string(),
            name: workspace.name.to_string(),
            role: role.as_str(),
        })
        .collect();
    let details = UserDetailsView { user: UserView::from(&user), workspaces, tokens, configurations };
    format.show(&details, || details.text())?;
    Ok(())
}

async fn change_role(operator: &OperatorSession, args: RoleArgs, format: Format) -> Result<(), CommandError> {
    let RoleArgs { user, role } = args;
    let id = operator.user(&user).await?.id;
    let user = operator.service.set_role(&operator.session, id, role).await?;
    format.report(&UserView::from(&user), || format!("{} has the role {}", user.email, user.role))?;
    Ok(())
}

async fn delete(
    operator: &OperatorSession,
    selector: &UserSelector,
    format: Format,
) -> Result<(), CommandError> {
    let user = operator.user(selector).await?;
    match operator.service.delete_user(&operator.session, user.id).await {
        Err(ServiceError::InUse(Dependents::Named(configs))) => {
            return Err(CommandError::refused(format!(
                "`{}` still owns configurations: {}; move them to another user with \
                 `config move ID --owner EMAIL`, or delete them with `config delete ID`",
                user.email,
                configs.join(", ")
            )));
        }
        done => done?,
    }
    format.report(&UserView::from(&user), || format!("deleted {} ({})", user.email, user.id))?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserView {
    id: String,
    email: String,
    username: Option<String>,
    first_name: String,
    last_name: String,
    role: &'static str,
    created_at: String,
    updated_at: String,
}

impl UserView {
    fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    fn row(&self) -> Vec<String> {
        vec![self.email.clone(), self.name(), self.role.to_owned(), self.id.clone()]
    }
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        let User { id, email, username, first_name, last_name, role, revision: _, created, updated } = user;
        Self {
            id: id.to_string(),
            email: email.to_string(),
            username: username.as_ref().map(ToString::to_string),
            first_name: first_name.to_string(),
            last_name: last_name.to_string(),
            role: role.as_str(),
            created_at: time(created.at),
            updated_at: time(updated.at),
        }
    }
}

#[derive(Serialize)]
struct CreatedView<'a> {
    #[serde(flatten)]
    user: UserView,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

#[derive(Serialize)]
struct UserDetailsView {
    #[serde(flatten)]
    user: UserView,
    workspaces: Vec<MembershipView>,
    configurations: i64,
    tokens: usize,
}

impl UserDetailsView {
    fn text(&self) -> String {
        let Self { user, workspaces, tokens, configurations } = self;
        let membership = |view: &MembershipView| format!("{} ({})", view.name, view.role);
        key_value(&[
            ("email", user.email.clone()),
            ("id", user.id.clone()),
            ("name", user.name()),
            ("username", or_dash(user.username.as_ref())),
            ("role", user.role.to_owned()),
            ("workspaces", list(workspaces.iter().map(membership))),
            ("configurations", configurations.to_string()),
            ("tokens", tokens.to_string()),
            ("created", user.created_at.clone()),
            ("updated", user.updated_at.clone()),
        ])
    }
}

#[derive(Serialize)]
struct MembershipView {
    id: String,
    name: String,
    role: &'static str,
}
