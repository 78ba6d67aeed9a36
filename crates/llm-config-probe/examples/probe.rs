//! Checks one configuration and prints the report as JSON.
//!
//! ```sh
//! export LLM_CONFIG_PROBE_KEY=sk-…
//! cargo run -p llm-config-probe --example probe -- OPENAI https://api.openai.com/v1 --model gpt-4o-mini
//! ```

use std::env::{self, VarError};
use std::io::{self, Write};
use std::process::ExitCode;

use llm_config_core::credential::{ApiKey, Credential, KeyPair, SecretValue};
use llm_config_core::endpoint::ApiPath;
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use llm_config_core::target::Target;
use llm_config_probe::report::{Depth, Report};
use llm_config_probe::{Guard, Prober, RootCertificates};
use llm_config_probe::{Loopback, NetworkPolicy};

const USAGE: &str = "\
usage: probe PROVIDER ENDPOINT [--model M] [--depth reach|credential|inference] [--allow-loopback]

  --model M         the model's name at the provider
  --depth           reach: sends no key; credential (default): costs no tokens; inference: a few
  --allow-loopback  allow endpoints on this machine, at any port

The key is read from the environment variable LLM_CONFIG_PROBE_KEY; for a key pair, such as AWS
access keys, its identifier from LLM_CONFIG_PROBE_KEY_ID. Without a key, none is sent.";

/// The environment variable that holds the key, or the secret of a pair.
const KEY: &str = "LLM_CONFIG_PROBE_KEY";

/// The environment variable that holds the identifier of a pair.
const KEY_ID: &str = "LLM_CONFIG_PROBE_KEY_ID";

/// Why no check was made, as a sentence for the user.
type UsageError = String;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, there is no other way to report this.
            let _ = writeln!(io::stderr(), "{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), UsageError> {
    let arguments = Arguments::parse(env::args().skip(1))?;
    let credential = credential()?;
    print(&check(&arguments, credential.as_ref()).await?)
}

/// The check itself, as an embedding program runs it.
async fn check(arguments: &Arguments, credential: Option<&Credential>) -> Result<Report, UsageError> {
    // By default, requests go to public addresses only, over TLS and without proxies or redirects.
    let policy = NetworkPolicy { loopback: arguments.loopback.clone(), ..NetworkPolicy::default() };
    let trust = RootCertificates::new(None).map_err(|error| error.to_string())?;
    let prober = Prober::new(Guard::new(policy, trust));
    Ok(prober.probe(&arguments.target, credential, arguments.depth).await)
}

/// Prints the report. The exit status is 0 for every report, also if the configuration does not work.
fn print(report: &Report) -> Result<(), UsageError> {
    let json = serde_json::to_string_pretty(report).map_err(|error| error.to_string())?;
    writeln!(io::stdout(), "{json}").map_err(|error| format!("The report cannot be written: {error}."))
}

/// The arguments of the command line.
struct Arguments {
    target: Target,
    depth: Depth,
    loopback: Loopback,
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, UsageError> {
        let (mut positional, mut model) = (Vec::new(), None);
        let (mut depth, mut loopback) = (Depth::default(), Loopback::default());
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value."));
            match argument.as_str() {
                "--model" => model = Some(value()?.parse().map_err(|error| format!("--model {error}."))?),
                "--depth" => depth = depth_of(&value()?)?,
                "--allow-loopback" => loopback = Loopback::Allowed { except_ports: Vec::new() },
                other if other.starts_with('-') => return Err(format!("{other} is not an option.")),
                _ => positional.push(argument),
            }
        }
        let [provider, endpoint] = positional.as_slice() else {
            return Err("Exactly two arguments are needed: provider and endpoint.".to_owned());
        };
        let target = Target {
            provider: provider_of(provider)?,
            endpoint: endpoint.parse().map_err(|error| format!("The endpoint {error}."))?,
            api_path: ApiPath::default(),
            model,
        };
        Ok(Self { target, depth, loopback })
    }
}

fn depth_of(name: &str) -> Result<Depth, UsageError> {
    match name {
        "reach" => Ok(Depth::Reach),
        "credential" => Ok(Depth::Credential),
        "inference" => Ok(Depth::Inference),
        other => Err(format!("{other} is not a depth: use reach, credential or inference.")),
    }
}

fn provider_of(name: &str) -> Result<Provider, UsageError> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Provider::ALL.iter().map(|provider| provider.as_str()).collect();
        format!("{name} is not a provider: use one of {}.", known.join(", "))
    })
}

/// The key in the environment. All users of the machine can read arguments.
fn credential() -> Result<Option<Credential>, UsageError> {
    let Some(key) = secret(KEY)? else { return Ok(None) };
    let value = SecretValue::Inline(key);
    Ok(Some(match secret(KEY_ID)? {
        Some(key_id) => Credential::KeyPair(KeyPair { key_id, secret: value }),
        // The key is sent in the header that the provider expects.
        None => Credential::ApiKey(ApiKey { header: None, prefix: None, value }),
    }))
}

/// The value of a variable. An empty variable counts as missing.
#[expect(clippy::disallowed_methods, reason = "this program reads only the key from the environment")]
fn secret(variable: &str) -> Result<Option<Secret>, UsageError> {
    match env::var(variable) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Secret::new(text).map(Some).map_err(|error| format!("{variable} {error}.")),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{variable} must be UTF-8.")),
    }
}
