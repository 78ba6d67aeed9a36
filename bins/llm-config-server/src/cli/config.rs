//! `config`: the program's settings, and the configurations that it keeps.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use clap::{Args, Subcommand};
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_core::user::Email;
use llm_config_store::{ConfigFilter, Conflict, ListedConfig, Store, StoreError, Tx, WorkspaceFilter};
use serde::Serialize;
use serde_json::Value;

use super::config_shown::{Place, Shown};
use super::environment;
use super::failure::Failure;
use super::find::{self, WhichUser, WhichWorkspace};
use super::output::{Format, facts, or_nothing, table};
use crate::settings::Settings;

/// What to do with the settings and with configurations.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server config check
  llm-config-server config list --owner ada@example.com
  llm-config-server config move 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a --owner bob@example.com")]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check this program's settings and print them as they will be used, without secrets
    Check,
    /// List LLM configurations
    List(ListArgs),
    /// Show an LLM configuration; of its credential, only the mask
    Show {
        /// The configuration's id
        #[arg(value_name = "ID")]
        id: ConfigId,
    },
    /// Give an LLM configuration to another owner, or to another workspace, with its credential
    Move {
        /// The configuration's id
        #[arg(value_name = "ID")]
        id: ConfigId,
        #[command(flatten)]
        to: PlaceArgs,
    },
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct ListArgs {
    /// Only those of this user, by e-mail address or id
    #[arg(long, value_name = "EMAIL")]
    owner: Option<WhichUser>,
    /// Only those of this workspace
    #[arg(long, value_name = "ID|NAME")]
    workspace: Option<WhichWorkspace>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// The user who gets it from another user, by e-mail address or id
    #[arg(long, value_name = "EMAIL")]
    owner: Option<WhichUser>,
    /// The workspace that gets it from another workspace
    #[arg(long, value_name = "ID|NAME")]
    workspace: Option<WhichWorkspace>,
}

pub(crate) async fn run(args: ConfigArgs, settings: Settings) -> Result<(), Box<dyn Error>> {
    let ConfigArgs { command, format } = args;
    match command {
        ConfigCommand::Check => check(&settings, format),
        ConfigCommand::List(args) => list(&super::open(&settings).await?, args, format).await,
        ConfigCommand::Show { id } => show(&super::open(&settings).await?, id, format).await,
        ConfigCommand::Move { id, to } => move_to(&super::open(&settings).await?, id, to, format).await,
    }
}

fn check(settings: &Settings, format: Format) -> Result<(), Box<dyn Error>> {
    let (described, unread) = (settings.describe(), environment::unread());
    let camel_case = |name: &str| {
        let mut words = name.split('-');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
    };
    let checked = Checked {
        settings: described.iter().map(|it| (camel_case(it.name), it.value.clone())).collect(),
        unread_variables: unread.clone(),
    };
    format.print(&checked, || {
        let warned = |it: &String| format!("\nno setting reads the environment variable {it}");
        let warnings: String = unread.iter().map(warned).collect();
        let shown: Vec<_> = described.iter().map(|it| (it.name, it.text())).collect();
        format!("{}{warnings}\nthe settings are in order", facts(&shown))
    })?;
    Ok(())
}

async fn list(store: &Store, args: ListArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let ListArgs { owner, workspace } = args;
    let mut entries = store
        .read(move |tx| {
            let is_narrowed = owner.is_some() || workspace.is_some();
            let owners = match owner {
                Some(which) => VisiblePrincipals::Only(find::user(tx, &which)?.id),
                None if is_narrowed => VisiblePrincipals::None,
                None => VisiblePrincipals::All,
            };
            let visible = match workspace {
                Some(which) => VisibleWorkspaces::Only([find::workspace(tx, &which)?.id].into()),
                None if is_narrowed => VisibleWorkspaces::Only([].into()),
                None => VisibleWorkspaces::All,
            };
            let filter = ConfigFilter { owners, provider: None, labels: Labels::default() };
            let mut listed = tx.list_owned_configs(&filter)?;
            listed.extend(tx.list_workspace_configs(&WorkspaceFilter { visible, workspace: None })?);
            let places = places(tx)?;
            Ok::<_, Failure>(listed.into_iter().map(|it| Entry::new(tx, it, &places)).collect::<Vec<_>>())
        })
        .await?;
    entries.sort_by_key(Entry::order);
    format.print(&entries, || {
        if entries.is_empty() {
            return "no configurations".to_owned();
        }
        let rows: Vec<_> = entries.iter().map(Entry::row).collect();
        table(&["NAME", "BELONGS TO", "PROVIDER", "MODEL", "CREDENTIAL", "ID"], &rows)
    })?;
    Ok(())
}

async fn show(store: &Store, id: ConfigId, format: Format) -> Result<(), Box<dyn Error>> {
    let shown = store
        .read(move |tx| {
            let config = config(tx, id)?;
            let place = place(tx, config.scope)?;
            let origin = tx.origin(&config);
            Ok::<_, Failure>(Shown::new(config, place, &origin))
        })
        .await?;
    format.print(&shown, || shown.text())?;
    Ok(())
}

/// How long `config move` waits until nothing is left of what it replaced.
const PURGE: Duration = Duration::from_secs(3);

async fn move_to(store: &Store, id: ConfigId, to: PlaceArgs, format: Format) -> Result<(), Box<dyn Error>> {
    let (from, moved) = store
        .write(move |tx| {
            let current = config(tx, id)?;
            let scope = match (&to.owner, &to.workspace) {
                (Some(which), _) => Scope::Owner(find::user(tx, which)?.id),
                (None, Some(which)) => Scope::Workspace(find::workspace(tx, which)?.id),
                (None, None) => return Err(Failure::new("give `--owner` or `--workspace`")),
            };
            let from = place(tx, current.scope)?;
            let place = place(tx, scope)?;
            match tx.transfer_config(&current, scope, &Caller::operator()) {
                Ok(moved) => {
                    let origin = tx.origin(&moved);
                    Ok((from, Shown::new(moved, place, &origin)))
                }
                Err(StoreError::Conflict(conflict)) => Err(refused(conflict, &current, &place)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    if !store.wait_for_secret_purge(PURGE).await {
        tracing::warn!(
            "another program reads the database, so the ciphertext from before the move may stay in its \
             write-ahead log until a server replaces or deletes a secret, or is started again"
        );
    }
    format.print(&moved, || {
        let Shown { name, id, scope, .. } = &moved;
        if from == *scope {
            return format!("`{name}` ({id}) belongs to {scope} already");
        }
        format!("moved `{name}` ({id}) from {from} to {scope}")
    })?;
    Ok(())
}

fn refused(conflict: Conflict, config: &LlmConfig, place: &Place) -> Failure {
    if conflict == Conflict::ConfigName {
        let name = &config.settings.name;
        return Failure::new(format!(
            "{place} has a configuration named `{name}` already; rename one of them first"
        ));
    }
    Failure::new(format!(
        "{place} has an equal configuration already: same provider, endpoint, path, model and credential; \
         delete one of them first"
    ))
}

fn config(tx: &mut Tx<'_>, id: ConfigId) -> Result<LlmConfig, Failure> {
    let none = || Failure::new(format!("there is no configuration `{id}`; `config list` shows all"));
    tx.find_config(id)?.ok_or_else(none)
}

fn place(tx: &mut Tx<'_>, scope: Scope) -> Result<Place, Failure> {
    Ok(match scope {
        Scope::Owner(id) => owner(id, tx.find_user(id)?.map(|it| it.email)),
        Scope::Workspace(id) => workspace(id, tx.find_workspace(id)?.map(|it| it.name)),
    })
}

/// Every place that has a name.
fn places(tx: &mut Tx<'_>) -> Result<BTreeMap<Scope, Place>, StoreError> {
    let users = tx.list_users()?.into_iter();
    let users = users.map(|it| (Scope::Owner(it.id), owner(it.id, Some(it.email))));
    let workspaces = tx.list_workspaces()?.into_iter();
    let workspaces = workspaces.map(|it| (Scope::Workspace(it.id), workspace(it.id, Some(it.name))));
    Ok(users.chain(workspaces).collect())
}

fn owner(id: PrincipalId, email: Option<Email>) -> Place {
    Place { kind: "owner", name: email.map_or_else(|| id.to_string(), Into::into), id: id.to_string() }
}

fn workspace(id: WorkspaceId, name: Option<DisplayName>) -> Place {
    Place { kind: "workspace", name: name.map_or_else(|| id.to_string(), Into::into), id: id.to_string() }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    settings: BTreeMap<String, Value>,
    unread_variables: Vec<String>,
}

/// One entry of a list: one bad row does not end it.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Readable(Box<Shown>),
    Unreadable { id: String, unreadable: String },
}

impl Entry {
    fn new(tx: &Tx<'_>, listed: ListedConfig, places: &BTreeMap<Scope, Place>) -> Self {
        match listed {
            ListedConfig::Intact(config) => {
                let place = places.get(&config.scope).cloned();
                let place = place.unwrap_or_else(|| match config.scope {
                    Scope::Owner(id) => owner(id, None),
                    Scope::Workspace(id) => workspace(id, None),
                });
                let origin = tx.origin(&config);
                Self::Readable(Box::new(Shown::new(*config, place, &origin)))
            }
            ListedConfig::Corrupt(id, error) => Self::Unreadable { id, unreadable: error.to_string() },
        }
    }

    /// By place and name; what cannot be read comes last.
    fn order(&self) -> (bool, Option<Place>, String, String) {
        match self {
            Self::Readable(it) => (false, Some(it.scope.clone()), it.name.clone(), it.id.clone()),
            Self::Unreadable { id, .. } => (true, None, String::new(), id.clone()),
        }
    }

    fn row(&self) -> Vec<String> {
        match self {
            Self::Readable(it) => vec![
                it.name.clone(),
                it.scope.to_string(),
                it.provider.to_owned(),
                or_nothing(it.model.as_ref()),
                it.credential(),
                it.id.clone(),
            ],
            Self::Unreadable { id, .. } => {
                let unreadable = ["(not readable)", "-", "-", "-", "-", id];
                unreadable.map(str::to_owned).to_vec()
            }
        }
    }
}
