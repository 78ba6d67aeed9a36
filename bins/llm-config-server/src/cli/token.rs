//! `token`: for the operator, who has the database and the keys and so needs no token.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;

use clap::{Args, Subcommand};
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::id::TokenId;
use llm_config_core::time::Timestamp;
use llm_config_store::{NewToken, Store, Token, TokenStatus, TokenText, Tx, User};
use serde::Serialize;

use super::failure::Failure;
use super::find::{self, WhichUser, WhichWorkspace};
use super::output::{Format, or_nothing, say, table, time};
use crate::settings::Settings;

/// What to do with tokens.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server token issue --user ada@example.com --expires-in-days 30
  llm-config-server token issue --rights LIST_LLM_ANY,READ_LLM_ANY --label purpose=audit
  llm-config-server token list --user ada@example.com")]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Issue a token and print it; it is shown only this once
    Issue(IssueArgs),
    /// List tokens; their text is not stored and cannot be shown
    List {
        /// Only those of the user with this e-mail address or id
        #[arg(long, value_name = "EMAIL")]
        user: Option<WhichUser>,
    },
    /// Revoke a token, and every token that was issued with it
    Revoke {
        /// The token's id, as `token list` shows it
        #[arg(value_name = "ID")]
        id: TokenId,
    },
}

/// Whose token, and what it is narrowed to.
#[derive(Debug, Args)]
#[command(after_long_help = all_rights())]
struct IssueArgs {
    /// E-mail address or id of the user who gets the token
    #[arg(long, value_name = "EMAIL", default_value = "root@localhost")]
    user: WhichUser,
    /// The only rights that the token has, separated by commas; `--help` names them all [default: all of
    /// its user's]
    #[arg(long, value_name = "RIGHT", value_delimiter = ',')]
    rights: Vec<Right>,
    /// The only workspaces that the token may touch, by id or name [default: all of its user's]
    #[arg(long, value_name = "ID|NAME", value_delimiter = ',')]
    workspaces: Vec<WhichWorkspace>,
    /// Days until the token expires [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    expires_in_days: Option<u32>,
    /// A label, as `key=value`; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
}

/// The names of all rights, a line for each thing that they are about.
fn all_rights() -> String {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for right in Right::ALL.iter().map(|it| it.as_str()) {
        // The first word says what may be done, the rest to what.
        let about = right.split_once('_').map_or(right, |(_, about)| about);
        let about = about.trim_end_matches("_OWN").trim_end_matches("_ANY").trim_end_matches('S');
        match lines.last_mut() {
            Some((last, names)) if *last == about => names.push(right),
            _ => lines.push((about, vec![right])),
        }
    }
    let lines: Vec<_> = lines.iter().map(|(_, names)| format!("  {}", names.join(" "))).collect();
    format!("Rights (`_OWN`: to what is the user's own, `_ANY`: to anybody's):\n{}", lines.join("\n"))
}

pub(crate) async fn run(args: TokenArgs, settings: Settings) -> Result<(), Box<dyn Error>> {
    let TokenArgs { command, format } = args;
    let store = super::open(&settings).await?;
    match command {
        TokenCommand::Issue(args) => issue(&store, args, format).await,
        TokenCommand::List { user } => list(&store, user, format).await,
        TokenCommand::Revoke { id } => revoke(&store, id, format).await,
    }
}

async fn issue(store: &Store, args: IssueArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let labels = labels(&args.labels)?;
    let now = store.now();
    let (id, text) = (store.new_token_id(), Arc::new(TokenText::generate()));
    let stored = Arc::clone(&text);
    let (token, user) = store
        .write(move |tx| {
            let user = find::user(tx, &args.user)?;
            let token_scope = token_scope(tx, &args, now)?;
            let new = NewToken { holder: user.id, parent: None, labels: labels.clone(), token_scope };
            Ok::<_, Failure>((tx.create_token(id, &stored, &new, &Caller::operator())?, user))
        })
        .await?;
    if format.json {
        let issued = Issued { stored: Shown::new(&token, &user, now), token: text.expose() };
        format.print(&issued, String::new)?;
    } else {
        // Alone on its line, so that a script can take it as it is.
        say(text.expose())?;
    }
    Ok(())
}

fn token_scope(tx: &mut Tx<'_>, args: &IssueArgs, now: Timestamp) -> Result<TokenScope, Failure> {
    let day = 24 * 60 * 60 * 1_000_000;
    let end = |days: u32| Timestamp::from_micros(now.as_micros() + i64::from(days) * day);
    let mut workspaces = BTreeSet::new();
    for which in &args.workspaces {
        workspaces.insert(find::workspace(tx, which)?.id);
    }
    Ok(TokenScope {
        rights: (!args.rights.is_empty()).then(|| args.rights.iter().copied().collect()),
        workspaces: (!workspaces.is_empty()).then_some(workspaces),
        expires_at: args.expires_in_days.map(end),
    })
}

fn labels(given: &[String]) -> Result<Labels, Failure> {
    let pair = |it: &String| {
        let (key, value) =
            it.split_once('=').ok_or_else(|| Failure::new(format!("--label `{it}` must be `key=value`")))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let labels = given.iter().map(pair).collect::<Result<BTreeMap<_, _>, Failure>>()?;
    Labels::try_from(labels).map_err(|error| Failure::new(format!("--label {error}")))
}

async fn list(store: &Store, which: Option<WhichUser>, format: Format) -> Result<(), Box<dyn Error>> {
    let now = store.now();
    let shown = store
        .read(move |tx| {
            let holder = which.map(|it| find::user(tx, &it)).transpose()?.map(|user| user.id);
            let mut shown = Vec::new();
            for token in tx.list_tokens(holder)? {
                let user = tx.find_user(token.holder)?;
                shown.extend(user.map(|user| Shown::new(&token, &user, now)));
            }
            Ok::<_, Failure>(shown)
        })
        .await?;
    format.print(&shown, || {
        if shown.is_empty() {
            return "no tokens; issue one with `token issue --user EMAIL`".to_owned();
        }
        let rows: Vec<_> = shown.iter().map(Shown::row).collect();
        table(&["ID", "BEGINS WITH", "USER", "STATE", "EXPIRES", "NARROWED TO", "LABELS"], &rows)
    })?;
    Ok(())
}

async fn revoke(store: &Store, id: TokenId, format: Format) -> Result<(), Box<dyn Error>> {
    let now = store.now();
    let revoked = store
        .write(move |tx| {
            let none = || Failure::new(format!("there is no token `{id}`; `token list` shows all"));
            // Nothing is issued between the list and the end.
            tx.lock_identities()?;
            let token = tx.find_token(id)?.ok_or_else(none)?;
            let user = tx.find_user(token.holder)?.ok_or_else(none)?;
            let fallen = issued_with(&tx.list_tokens(None)?, id);
            tx.revoke_token(&token, &Caller::operator())?;
            let stored = Shown { state: "REVOKED", ..Shown::new(&token, &user, now) };
            Ok::<_, Failure>(Revoked {
                stored,
                also_revoked: fallen.iter().map(ToString::to_string).collect(),
            })
        })
        .await?;
    format.print(&revoked, || {
        let fallen =
            revoked.also_revoked.iter().map(|it| format!("\nrevoked {it}, which was issued with it"));
        format!("revoked {id}{}", fallen.collect::<String>())
    })?;
    Ok(())
}

/// The tokens that fall with this one: those that were issued with it, with those, and so on.
fn issued_with(all: &[Token], id: TokenId) -> Vec<TokenId> {
    let mut fallen = vec![id];
    let mut next = 0;
    while let Some(&issuer) = fallen.get(next) {
        fallen.extend(all.iter().filter(|it| it.parent == Some(issuer)).map(|it| it.id));
        next += 1;
    }
    fallen.split_off(1)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    prefix: String,
    user_id: String,
    email: String,
    state: &'static str,
    expires_at: Option<String>,
    rights: Option<Vec<&'static str>>,
    workspaces: Option<Vec<String>>,
    labels: BTreeMap<String, String>,
    issued_by: Option<String>,
    created_at: String,
}

#[derive(Serialize)]
struct Issued<'a> {
    #[serde(flatten)]
    stored: Shown,
    token: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Revoked {
    #[serde(flatten)]
    stored: Shown,
    also_revoked: Vec<String>,
}

impl Shown {
    fn new(token: &Token, user: &User, now: Timestamp) -> Self {
        let Token { id, holder: _, parent, prefix, labels, token_scope, status, created, .. } = token;
        let TokenScope { rights, workspaces, expires_at } = token_scope;
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
            rights: rights.as_ref().map(|it| it.iter().map(|right| right.as_str()).collect()),
            workspaces: workspaces.as_ref().map(|it| it.iter().map(ToString::to_string).collect()),
            labels: labels.clone().into(),
            issued_by: parent.map(|it| it.to_string()),
            created_at: time(created.at),
        }
    }

    fn row(&self) -> Vec<String> {
        let counted = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let rights = self.rights.iter().map(|it| counted(it.len(), "right"));
        let workspaces = self.workspaces.iter().map(|it| counted(it.len(), "workspace"));
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value}"));
        vec![
            self.id.clone(),
            format!("{}…", self.prefix),
            self.email.clone(),
            self.state.to_owned(),
            or_nothing(self.expires_at.as_ref()),
            super::output::list(rights.chain(workspaces)),
            super::output::list(labels),
        ]
    }
}
