//! Settings: every text of a file, of variables and of a database's URL is read or refused with the errors of
//! its settings, and nothing that is shown contains the password of the URL.
//!
//! A byte chooses where the URL stands. Then follow, separated by lines `---`, the URL, in which one byte
//! stands for a recognisable password; the file, in which another one stands for the line with the URL; and
//! lines with variables, without their prefix, in which that one stands for the URL alone.

use std::ffi::OsString;

use llm_config_server::settings::Settings;
use url::Url;

use super::input::Input;

const PASSWORD: &str = "hunter2canary";

/// The byte of a URL that stands for [`PASSWORD`].
const PASSWORD_BYTE: char = '\u{1}';

/// The byte that stands for the URL.
const URL_BYTE: &str = "\u{2}";

/// The parameters of a database's URL that are secrets.
const SECRET_PARAMETERS: [&str; 5] =
    ["oauth_client_secret", "password", "scram_client_key", "scram_server_key", "sslpassword"];

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let [is_in_file, ..] = input.flags();
    let text = String::from_utf8_lossy(input.0);
    let (url, text) = text.split_once("\n---\n").unwrap_or((&text, ""));
    let (file, variables) = text.split_once("\n---\n").unwrap_or((text, ""));
    let url = url.replacen(PASSWORD_BYTE, PASSWORD, 1);
    let line = format!("database-url = \"{}\"", url.replace('\\', "\\\\").replace('"', "\\\""));
    let file = if is_in_file { file.replace(URL_BYTE, &line) } else { file.to_owned() };
    let variable = |wanted: &str| {
        let wanted = wanted.strip_prefix("LLM_CONFIG_")?;
        if wanted == "DATABASE_URL" && !is_in_file {
            return Some(OsString::from(&url));
        }
        let mut pairs = variables.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.replace(URL_BYTE, &url).into())
    };
    let shown = match Settings::of_texts(&file, variable) {
        Ok(settings) => format!("{:?} {} {:?}", settings.views(), settings.database, settings.database),
        Err(error) => {
            assert!(!error.errors().is_empty(), "settings are refused without an error");
            format!("{error} {error:?}")
        }
    };
    assert!(!is_password(&url) || !shown.contains(PASSWORD), "the password is shown");
}

/// Whether the parser of URLs reads [`PASSWORD`] as a part of a secret. A URL of SQLite has none: it is a
/// path.
fn is_password(text: &str) -> bool {
    let Some(url) = Url::parse(text).ok().filter(|url| url.scheme() != "sqlite") else { return false };
    let is_secret = |name: &str| SECRET_PARAMETERS.contains(&name);
    let mut parameters = url.query_pairs().filter(|(name, _)| is_secret(name));
    url.password().is_some_and(|password| password.contains(PASSWORD))
        || parameters.any(|(_, value)| value.contains(PASSWORD))
}
