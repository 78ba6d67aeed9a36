//! `user`: the people of the organisation.

use std::error::Error;
use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::scope::Scope;
use llm_config_core::user::{Email, PersonName, Username};
use llm_config_store::{NewToken, NewUser, Store, StoreError, TokenText, User, UserChange};
use serde::Serialize;

use super::failure::Failure;
use super::find::{self, WhichUser};
use super::output::{Format, facts, list, or_nothing, table, time};
use crate::settings::Settings;

/// What to do with users.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server user create ada@example.com --first-name Ada --last-name Lovelace --token
  llm-config-server user role ada@example.com ADMINISTRATORS
  llm-config-server user list --json")]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make a user
    Create(CreateArgs),
    /// List all users
    List,
    /// Show a user with their workspaces
    Show(WhoArgs),
    /// Give a user another role in the organisation
    Role(RoleArgs),
    /// Delete a user with their tokens and memberships; refused while they own configurations
    Delete(WhoArgs),
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
    /// A short name
    #[arg(long, value_name = "NAME")]
    username: Option<Username>,
    /// Role in the organisation
    #[arg(long, value_name = "ROLE", default_value = "USER", value_parser = role(), ignore_case = true)]
    role: OrgRole,
    /// Also issue a token and print it; it is shown only this once
    #[arg(long)]
    token: bool,
}

#[derive(Debug, Args)]
struct WhoArgs {
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: WhichUser,
}

#[derive(Debug, Args)]
struct RoleArgs {
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: WhichUser,
    /// The role
    #[arg(value_name = "ROLE", value_parser = role(), ignore_case = true)]
    role: OrgRole,
}

fn role() -> impl TypedValueParser<Value = OrgRole> {
    let explained = |role: &OrgRole| {
        PossibleValue::new(role.as_str()).help(match role {
            OrgRole::User => "own configurations, and what workspaces allow to their member",
            OrgRole::Billing => "nothing but their own account",
            OrgRole::Workspaces => "own configurations, and all workspaces",
            OrgRole::Administrators => "everything but acting on an owner",
            OrgRole::Owner => "everything",
        })
    };
    let roles = OrgRole::ALL.iter().map(explained).collect::<Vec<_>>();
    PossibleValuesParser::new(roles).try_map(|name| name.to_uppercase().parse())
}

pub(crate) async fn run(args: UserArgs, settings: Settings) -> Result<(), Box<dyn Error>> {
    let UserArgs { command, format } = args;
    let store = super::open(&settings).await?;
    match command {
        UserCommand::Create(args) => create(&store, args, format).await,
        UserCommand::List => list_all(&store, format).await,
        UserCommand::Show(args) => show(&store, args.user, format).await,
        UserCommand::Role(args) => change_role(&store, args, format).await,
        UserCommand::Delete(args) => delete(&store, args.user, format).await,
    }
}

async fn create(store: &Store, args: CreateArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let CreateArgs { email, first_name, last_name, username, role, token } = args;
    let new = NewUser { email, username, first_name, last_name, role };
    let (id, token_id) = (store.new_principal_id(), store.new_token_id());
    let text = token.then(|| Arc::new(TokenText::generate()));
    let stored = text.clone();
    let user = store
        .write(move |tx| {
            let user = tx.create_user(id, &new, &Caller::operator())?;
            if let Some(text) = &stored {
                let new = NewToken {
                    holder: id,
                    parent: None,
                    labels: Labels::default(),
                    token_scope: TokenScope::default(),
                };
                tx.create_token(token_id, text, &new, &Caller::operator())?;
            }
            Ok::<_, Failure>(user)
        })
        .await?;
    let text = text.as_ref().map(|it| it.expose());
    let answer = Created { user: Shown::from(&user), token: text };
    format.print(&answer, || {
        let token = text.map(|it| format!("\nThe token, shown only this once:\n\n  {it}\n"));
        format!("created {} ({}), {}\n{}", user.email, user.id, user.role, token.unwrap_or_default())
    })?;
    Ok(())
}

async fn list_all(store: &Store, format: Format) -> Result<(), Box<dyn Error>> {
    let users = store.read(|tx| Ok::<_, Failure>(tx.list_users()?)).await?;
    let shown: Vec<Shown> = users.iter().map(Shown::from).collect();
    format.print(&shown, || {
        if shown.is_empty() {
            return "no users; start the server once to make the first one".to_owned();
        }
        let row = |it: &Shown| vec![it.email.clone(), it.name(), it.role.to_owned(), it.id.clone()];
        table(&["EMAIL", "NAME", "ROLE", "ID"], &shown.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(())
}

async fn show(store: &Store, which: WhichUser, format: Format) -> Result<(), Box<dyn Error>> {
    let (user, workspaces, tokens, configurations) = store
        .read(move |tx| {
            let user = find::user(tx, &which)?;
            let workspaces = tx.workspaces_of(user.id)?;
            let tokens = tx.list_tokens(Some(user.id))?.len();
            let configurations = tx.count_configs(Scope::Owner(user.id))?;
            Ok::<_, Failure>((user, workspaces, tokens, configurations))
        })
        .await?;
    let workspaces: Vec<_> = workspaces
        .iter()
        .map(|(it, role)| Membership {
            id: it.id.to_string(),
            name: it.name.to_string(),
            role: role.as_str(),
        })
        .collect();
    let details = Details { user: Shown::from(&user), workspaces, tokens, configurations };
    format.print(&details, || {
        let Details { user, workspaces, tokens, configurations } = &details;
        facts(&[
            ("email", user.email.clone()),
            ("id", user.id.clone()),
            ("name", user.name()),
            ("username", or_nothing(user.username.as_ref())),
            ("role", user.role.to_owned()),
            ("workspaces", list(workspaces.iter().map(|it| format!("{} ({})", it.name, it.role)))),
            ("configurations", configurations.to_string()),
            ("tokens", tokens.to_string()),
            ("created", user.created_at.clone()),
            ("updated", user.updated_at.clone()),
        ])
    })?;
    Ok(())
}

async fn change_role(store: &Store, args: RoleArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let RoleArgs { user, role } = args;
    let user = store
        .write(move |tx| {
            let current = find::user_for_update(tx, &user)?;
            if current.role == role {
                return Ok(current);
            }
            let change = UserChange { role: Some(role), ..UserChange::default() };
            Ok::<_, Failure>(tx.update_user(&current, &change, &Caller::operator())?)
        })
        .await?;
    format.print(&Shown::from(&user), || format!("{} has the role {}", user.email, user.role))?;
    Ok(())
}

async fn delete(store: &Store, which: WhichUser, format: Format) -> Result<(), Box<dyn Error>> {
    let user = store
        .write(move |tx| {
            let user = find::user_for_update(tx, &which)?;
            match tx.delete_user(&user, &Caller::operator()) {
                Err(StoreError::ForeignKey) => {
                    let (email, owned) =
                        (&user.email, tx.list_config_names(&Scope::Owner(user.id))?.join(", "));
                    Err(Failure::new(format!(
                        "`{email}` still owns configurations: {owned}; give them to somebody else with \
                         `config move ID --owner EMAIL`, or delete them first"
                    )))
                }
                done => Ok(done.map(|()| user)?),
            }
        })
        .await?;
    format.print(&Shown::from(&user), || format!("deleted {} ({})", user.email, user.id))?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    email: String,
    username: Option<String>,
    first_name: String,
    last_name: String,
    role: &'static str,
    created_at: String,
    updated_at: String,
}

impl Shown {
    fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

impl From<&User> for Shown {
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
struct Created<'a> {
    #[serde(flatten)]
    user: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

#[derive(Serialize)]
struct Details {
    #[serde(flatten)]
    user: Shown,
    workspaces: Vec<Membership>,
    configurations: i64,
    tokens: usize,
}

#[derive(Serialize)]
struct Membership {
    id: String,
    name: String,
    role: &'static str,
}
