//! `token`: for the operator, who has the database and the keys and so needs no token himself.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use llm_config_core::caller::Caller;
use llm_config_core::id::TokenId;
use llm_config_core::label::Labels;
use llm_config_core::time::Timestamp;
use llm_config_core::token::Ceiling;
use llm_config_core::user::Email;
use llm_config_store::{NewToken, Store, StoreError, Token, TokenText, User};

use super::{IssueArgs, ListArgs, RevokeArgs, TokenCommand, say};
use crate::settings::Settings;

pub(crate) async fn run(command: TokenCommand, settings: Settings) -> Result<(), Box<dyn Error>> {
    settings.prepare_data_dir()?;
    let store = Store::open(settings.store_options()).await?;
    match command {
        TokenCommand::Issue(args) => issue(&store, args).await,
        TokenCommand::List(args) => list(&store, args).await,
        TokenCommand::Revoke(args) => revoke(&store, &args).await,
    }
}

async fn issue(store: &Store, args: IssueArgs) -> Result<(), Box<dyn Error>> {
    let user = user(store, &args.user).await?;
    let ceiling = ceiling(&args, store.now())?;
    let labels = labels(&args.labels)?;
    let new = NewToken { holder: user.id, parent: None, labels, ceiling };
    let (id, text) = (store.new_token_id(), Arc::new(TokenText::generate()));
    let stored = Arc::clone(&text);
    store.write(move |tx| tx.create_token(id, &stored, &new, &Caller::operator()).map(drop)).await?;
    say(text.expose())?;
    Ok(())
}

fn ceiling(args: &IssueArgs, now: Timestamp) -> Result<Ceiling, Box<dyn Error>> {
    let rights = args.rights.iter().map(|it| it.parse().map_err(|error| format!("--rights `{it}` {error}")));
    let workspaces =
        args.workspaces.iter().map(|it| it.parse().map_err(|error| format!("--workspaces `{it}` {error}")));
    let day = 24 * 60 * 60 * 1_000_000;
    let end = |days: u32| Timestamp::from_micros(now.as_micros() + i64::from(days) * day);
    Ok(Ceiling {
        rights: if args.rights.is_empty() { None } else { Some(rights.collect::<Result<_, _>>()?) },
        workspaces: if args.workspaces.is_empty() {
            None
        } else {
            Some(workspaces.collect::<Result<_, _>>()?)
        },
        expires_at: args.expires_in_days.map(end),
    })
}

fn labels(given: &[String]) -> Result<Labels, Box<dyn Error>> {
    let pair = |it: &String| {
        let (key, value) = it.split_once('=').ok_or_else(|| format!("--label `{it}` must be `key=value`"))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let labels = given.iter().map(pair).collect::<Result<BTreeMap<_, _>, String>>()?;
    Ok(Labels::try_from(labels).map_err(|error| format!("--label {error}"))?)
}

async fn list(store: &Store, args: ListArgs) -> Result<(), Box<dyn Error>> {
    let holder = match &args.user {
        Some(email) => Some(user(store, email).await?.id),
        None => None,
    };
    let tokens = store
        .read(move |tx| {
            let tokens = tx.list_tokens(holder)?;
            let users =
                tokens.iter().map(|token| tx.find_user(token.holder)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, StoreError>(tokens.into_iter().zip(users).collect::<Vec<_>>())
        })
        .await?;
    for (token, user) in &tokens {
        say(&line(token, user.as_ref(), store.now()))?;
    }
    Ok(())
}

fn line(token: &Token, user: Option<&User>, now: Timestamp) -> String {
    let Token { id, prefix, labels, ceiling, .. } = token;
    let email = user.map_or_else(|| token.holder.to_string(), |user| user.email.to_string());
    let state = if token.is_usable(now) { "usable" } else { "not usable" };
    let narrowed = if ceiling.rights.is_some() || ceiling.workspaces.is_some() { "narrowed" } else { "full" };
    format!("{id}  {prefix}…  {email}  {state}  {narrowed}  {labels}").trim_end().to_owned()
}

async fn revoke(store: &Store, args: &RevokeArgs) -> Result<(), Box<dyn Error>> {
    let id: TokenId = args.id.parse().map_err(|error| format!("the id `{}` {error}", args.id))?;
    let revoked = store
        .write(move |tx| {
            let Some(token) = tx.find_token(id)? else { return Ok(false) };
            tx.revoke_token(&token, &Caller::operator())?;
            Ok::<_, StoreError>(true)
        })
        .await?;
    if !revoked {
        return Err(format!("there is no token `{id}`").into());
    }
    say(&format!("revoked {id}"))?;
    Ok(())
}

async fn user(store: &Store, email: &str) -> Result<User, Box<dyn Error>> {
    let address: Email = email.parse().map_err(|error| format!("`{email}` {error}"))?;
    let user = store.read(move |tx| tx.find_user_by_email(&address)).await?;
    Ok(user
        .ok_or_else(|| format!("there is no user `{email}`; start the server once to make the first one"))?)
}
