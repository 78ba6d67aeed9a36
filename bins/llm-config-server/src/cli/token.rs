//! `token`: access tokens. The operator needs no token to issue and revoke them.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, Subcommand};
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::config::Labels;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_service::{Error as ServiceError, IssueToken, Issued, ListTokens, RevokedTokens, TokenList};
use llm_config_store::{Token, TokenStatus, User};
use serde::Serialize;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use super::key_values;
use super::lookup::{ConfigSelector, UserSelector, WorkspaceSelector};
use super::operator_session::OperatorSession;
use super::output::{self, Format, or_dash, table, time};
use crate::settings::Settings;

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server token issue --user ada@example.com --expires-in-days 30
  llm-config-server token issue --rights LIST_LLM_ANY,READ_LLM_ANY --label purpose=audit
  llm-config-server token issue --user ada@example.com --rights CALL_LLM_OWN --configs support-bot
  llm-config-server token list --user ada@example.com")]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Issue a token and print it; the token cannot be printed again
    Issue(IssueArgs),
    /// List tokens. The tokens themselves are not stored and cannot be shown
    List {
        /// Only tokens of this user; e-mail address or id
        #[arg(long, value_name = "EMAIL")]
        user: Option<UserSelector>,
    },
    /// Revoke a token, and every token that was issued by using it
    Revoke {
        /// Id of the token, as in `token list`
        #[arg(value_name = "ID")]
        id: TokenId,
    },
}

/// The holder of the new token, and the rights, workspaces, configurations and time that the token is
/// narrowed to.
#[derive(Debug, Args)]
#[command(after_long_help = all_rights())]
struct IssueArgs {
    /// E-mail address or id of the user who holds the token
    #[arg(long, value_name = "EMAIL", default_value = "root@localhost")]
    user: UserSelector,
    /// Narrow the token to these rights, separated by commas; `--help` lists them [default: all rights of
    /// its user]
    #[arg(long, value_name = "RIGHT", value_delimiter = ',')]
    rights: Vec<Right>,
    /// Narrow the token to these workspaces, by id or name, separated by commas [default: all workspaces of
    /// its user]
    #[arg(long, value_name = "ID|NAME", value_delimiter = ',')]
    workspaces: Vec<WorkspaceSelector>,
    /// Narrow the token to these configurations, at most 100, by id or name, separated by commas; the token
    /// acts on nothing else [default: all configurations of its user]
    #[arg(long, value_name = "ID|NAME", value_delimiter = ',')]
    configs: Vec<ConfigSelector>,
    /// Days until the token expires [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    expires_in_days: Option<u32>,
    /// Label; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
}

/// The names of the rights, one line per kind of object.
fn all_rights() -> String {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for right in Right::OFFERED.iter().map(|right| right.as_str()) {
        // The first word is the action, the rest the object.
        let object_kind = right.split_once('_').map_or(right, |(_, object)| object);
        let object_kind = object_kind.trim_end_matches("_OWN").trim_end_matches("_ANY").trim_end_matches('S');
        match lines.last_mut() {
            Some((last, names)) if *last == object_kind => names.push(right),
            _ => lines.push((object_kind, vec![right])),
        }
    }
    let lines: Vec<_> = lines.iter().map(|(_, names)| format!("  {}", names.join(" "))).collect();
    format!(
        "Rights (`_OWN`: on the user's own objects, `_ANY`: on the objects of all users):\n{}",
        lines.join("\n")
    )
}

pub(crate) async fn run(args: TokenArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let TokenArgs { command } = args;
    let operator = OperatorSession::open(&settings).await?;
    match command {
        TokenCommand::Issue(args) => issue(&operator, args, format).await?,
        TokenCommand::List { user } => list(&operator, user.as_ref(), format).await?,
        TokenCommand::Revoke { id } => revoke(&operator, id, format).await?,
    }
    Ok(())
}

async fn issue(operator: &OperatorSession, args: IssueArgs, format: Format) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let labels = key_values::labels(&args.labels, Labels::try_from)?;
    let user = operator.user(&args.user).await?;
    let now = service.now();
    let token_scope = token_scope(operator, &args, now).await?;
    let request = IssueToken { id: None, holder: Some(user.id), labels, token_scope };
    let Issued { token, text: raw_token } = service.issue_token(session, request).await?;
    let issued = IssuedView { token: TokenView::new(&token, &user, now), raw_token: raw_token.expose() };
    // Nothing but the token, so that a script can read it.
    format.write(&issued, || raw_token.expose().to_owned()).map_err(|error| {
        let id = token.id;
        CommandError::new(
            ExitStatus::InputOutput,
            format!(
                "the token {id} is issued but cannot be printed: {error}; `token revoke {id}` revokes it"
            ),
        )
    })
}

async fn token_scope(
    operator: &OperatorSession,
    args: &IssueArgs,
    now: Timestamp,
) -> Result<TokenScope, CommandError> {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    let expiry = |days: u32| Timestamp::from_micros(now.as_micros() + i64::from(days) * DAY);
    let mut workspaces = BTreeSet::new();
    for selector in &args.workspaces {
        workspaces.insert(operator.workspace(selector).await?.id);
    }
    let mut configs = BTreeSet::new();
    for selector in &args.configs {
        configs.insert(operator.config(selector).await?);
    }
    Ok(TokenScope {
        rights: (!args.rights.is_empty()).then(|| args.rights.iter().copied().collect()),
        workspaces: (!workspaces.is_empty()).then_some(workspaces),
        configs: (!configs.is_empty()).then_some(configs),
        expires_at: args.expires_in_days.map(expiry),
    })
}

async fn list(
    operator: &OperatorSession,
    selector: Option<&UserSelector>,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let holder = match selector {
        Some(selector) => Some(operator.user(selector).await?.id),
        None => None,
    };
    let filter = ListTokens { holder, state: None };
    let TokenList { tokens, next: _, at: now } = service.list_tokens(session, filter, None).await?;
    let users = service.list_users(session).await?;
    let users: BTreeMap<PrincipalId, User> = users.into_iter().map(|user| (user.id, user)).collect();
    let view = |token: &Token| Some(TokenView::new(token, users.get(&token.holder)?, now));
    let views: Vec<_> = tokens.iter().filter_map(view).collect();
    format.show(&views, || {
        if views.is_empty() {
            return "no tokens; `token issue --user EMAIL` issues a token".to_owned();
        }
        let rows: Vec<_> = views.iter().map(TokenView::row).collect();
        table(&["ID", "BEGINS WITH", "USER", "STATE", "EXPIRES", "NARROWED TO", "LABELS"], &rows)
    })?;
    Ok(())
}

async fn revoke(operator: &OperatorSession, id: TokenId, format: Format) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let RevokedTokens { token, holder, descendants } = match service.revoke_and_list_tokens(session, id).await
    {
        Err(ServiceError::NotFound(_)) => {
            return Err(CommandError::not_found(format!(
                "no token has the id `{id}`; `token list` shows all tokens"
            )));
        }
        revoked => revoked?,
    };
    let token = TokenView { state: "REVOKED", ..TokenView::new(&token, &holder, service.now()) };
    let also_revoked = descendants.iter().map(ToString::to_string).collect();
    let revoked = RevokedView { token, also_revoked };
    format.report(&revoked, || {
        let line = |id: &String| format!("\nrevoked {id}, which was issued by using it");
        format!("revoked {id}{}", revoked.also_revoked.iter().map(line).collect::<String>())
    })?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenView {
    id: String,
    prefix: String,
    user_id: String,
    email: String,
    state: &'static str,
    expires_at: Option<String>,
    rights: Option<Vec<&'static str>>,
    workspaces: Option<Vec<String>>,
    configs: Option<Vec<String>>,
    labels: BTreeMap<String, String>,
    issued_by: Option<String>,
    created_at: String,
}

#[derive(Serialize)]
struct IssuedView<'a> {
    #[serde(flatten)]
    token: TokenView,
    #[serde(rename = "token")]
    raw_token: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RevokedView {
    #[serde(flatten)]
    token: TokenView,
    also_revoked: Vec<String>,
}

impl TokenView {
    fn new(token: &Token, user: &User, now: Timestamp) -> Self {
        let Token { id, holder: _, parent, prefix, labels, token_scope, status, created, .. } = token;
        let TokenScope { rights, workspaces, configs, expires_at } = token_scope;
        let state = match status {
            TokenStatus::Inactive => "INACTIVE",
            TokenStatus::Active if token.is_usable(now) => "ACTIVE",
            TokenStatus::Active => "EXPIRED",
        };
        Self {
            id: id.to_string(),
            prefix: prefix.clone(),
            user_id: user.id.to_string(),
            email: user.email.to_string(),
            state,
            expires_at: expires_at.map(time),
            rights: rights.as_ref().map(|rights| rights.iter().map(|right| right.as_str()).collect()),
            workspaces: workspaces.as_ref().map(|ids| ids.iter().map(ToString::to_string).collect()),
            configs: configs.as_ref().map(|ids| ids.iter().map(ToString::to_string).collect()),
            labels: labels.clone().into(),
            issued_by: parent.map(|parent| parent.to_string()),
            created_at: time(created.at),
        }
    }

    fn row(&self) -> Vec<String> {
        let counted = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            _ => format!("{count} {noun}s"),
        };
        let rights = self.rights.iter().map(|rights| counted(rights.len(), "right"));
        let workspaces = self.workspaces.iter().map(|ids| counted(ids.len(), "workspace"));
        let configs = self.configs.iter().map(|ids| counted(ids.len(), "configuration"));
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value}"));
        vec![
            self.id.clone(),
            format!("{}…", self.prefix),
            self.email.clone(),
            self.state.to_owned(),
            or_dash(self.expires_at.as_ref()),
            output::list(rights.chain(workspaces).chain(configs)),
            output::list(labels),
        ]
    }
}
