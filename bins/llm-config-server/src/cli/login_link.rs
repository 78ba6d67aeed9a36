//! `login-link`: a link that signs a user in to the console once.

use clap::Args;
use llm_config_core::time::Timestamp;
use llm_config_service::LoginLink;
use llm_config_store::User;
use serde::Serialize;

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use super::lookup::UserSelector;
use super::operator_session::OperatorSession;
use super::output::{Format, time};
use crate::http::ConsoleAddress;
use crate::settings::Settings;

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  llm-config-server login-link ada@example.com")]
pub struct LoginLinkArgs {
    /// E-mail address or id of the user
    #[arg(value_name = "EMAIL")]
    user: UserSelector,
}

pub(crate) async fn run(args: LoginLinkArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let console = console_url(&settings)?;
    let operator = OperatorSession::open(&settings).await?;
    let user = operator.user(&args.user).await?;
    let LoginLink { code, expires_at } =
        operator.service.create_login_link(&operator.session, user.id).await?;
    let view = LoginLinkView::new(&user, &console, &code, expires_at);
    let printed = format.write(&view, || {
        format!("The link signs {} in once, until {}:\n\n  {}\n", view.email, view.expires_at, view.url)
    });
    printed.map_err(|error| {
        let sentence = format!("the link of {} cannot be printed: {error}; create another one", user.email);
        CommandError::new(ExitStatus::InputOutput, sentence)
    })
}

/// The URL of the console, without a slash at its end. Fails if no browser could open it.
fn console_url(settings: &Settings) -> Result<String, CommandError> {
    let listen = settings.listen;
    ConsoleAddress::new(settings.public_url.clone(), listen).url().ok_or_else(|| {
        let sentence = format!(
            "the console has no known address, because the server listens on {listen}; set `--public-url` to \
             the address at which browsers reach it"
        );
        CommandError::usage(sentence)
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginLinkView {
    user_id: String,
    email: String,
    url: String,
    expires_at: String,
}

impl LoginLinkView {
    /// The code is in the fragment, which browsers send to no server; a script of the page sends it in a
    /// body.
    fn new(user: &User, console: &str, code: &str, expires_at: Timestamp) -> Self {
        Self {
            user_id: user.id.to_string(),
            email: user.email.to_string(),
            url: format!("{console}/login#{code}"),
            expires_at: time(expires_at),
        }
    }
}
