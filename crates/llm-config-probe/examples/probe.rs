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
  --depth           reach: no key is shown; credential (default): costs no tokens; inference: a few
  --allow-loopback  allow endpoints on this machine, at any port

The key is read from the environment variable LLM_CONFIG_PROBE_KEY; for a key pair, such as AWS
access keys, its identifier from LLM_CONFIG_PROBE_KEY_ID. Without a key none is shown.";

/// The environment variable that holds the key, or the secret of a pair.
const KEY: &str = "LLM_CONFIG_PROBE_KEY";

/// The environment variable that holds the identifier of a pair.
const KEY_ID: &str = "LLM_CONFIG_PROBE_KEY_ID";

/// Why nothing was checked, as a sentence for the person who asked.
type Fault = String;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Nobody is left to be told if standard error is closed.
            let _ = writeln!(io::stderr(), "{fault}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), Fault> {
    let asked = Asked::read(env::args().skip(1))?;
    let credential = credential()?;
    print(&check(&asked, credential.as_ref()).await?)
}

/// The check itself: all that a program which embeds it needs.
async fn check(asked: &Asked, credential: Option<&Credential>) -> Result<Report, Fault> {
    // Without more, calls go to public addresses only, over TLS and without proxies or redirects.
    let policy = NetworkPolicy { loopback: asked.loopback.clone(), ..NetworkPolicy::default() };
    let trust = RootCertificates::new(None).map_err(|it| it.to_string())?;
    let prober = Prober::new(Guard::new(policy, trust));
    Ok(prober.probe(&asked.target, credential, asked.depth).await)
}

/// Whatever was found out is a report, so that this is the exit status of "checked", not of "works".
fn print(report: &Report) -> Result<(), Fault> {
    let json = serde_json::to_string_pretty(report).map_err(|it| it.to_string())?;
    writeln!(io::stdout(), "{json}").map_err(|it| format!("The report cannot be written: {it}."))
}

/// What the arguments ask for.
struct Asked {
    target: Target,
    depth: Depth,
    loopback: Loopback,
}

impl Asked {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Fault> {
        let (mut places, mut model) = (Vec::new(), None);
        let (mut depth, mut loopback) = (Depth::default(), Loopback::default());
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value."));
            match argument.as_str() {
                "--model" => model = Some(value()?.parse().map_err(|it| format!("--model {it}."))?),
                "--depth" => depth = depth_of(&value()?)?,
                "--allow-loopback" => loopback = Loopback::Allowed { except_ports: Vec::new() },
                other if other.starts_with('-') => return Err(format!("There is no option {other}.")),
                _ => places.push(argument),
            }
        }
        let [provider, endpoint] = places.as_slice() else {
            return Err("A provider and an endpoint are needed, and nothing else.".to_owned());
        };
        let target = Target {
            provider: provider_of(provider)?,
            endpoint: endpoint.parse().map_err(|it| format!("The endpoint {it}."))?,
            api_path: ApiPath::default(),
            model,
        };
        Ok(Self { target, depth, loopback })
    }
}

fn depth_of(name: &str) -> Result<Depth, Fault> {
    match name {
        "reach" => Ok(Depth::Reach),
        "credential" => Ok(Depth::Credential),
        "inference" => Ok(Depth::Inference),
        other => Err(format!("There is no depth {other}: it is reach, credential or inference.")),
    }
}

fn provider_of(name: &str) -> Result<Provider, Fault> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Provider::ALL.iter().map(|it| it.as_str()).collect();
        format!("There is no provider {name}: it is one of {}.", known.join(", "))
    })
}

/// The key of the environment. Arguments are no place for one: everybody on the machine sees them.
fn credential() -> Result<Option<Credential>, Fault> {
    let Some(key) = secret(KEY)? else { return Ok(None) };
    let value = SecretValue::Inline(key);
    Ok(Some(match secret(KEY_ID)? {
        Some(key_id) => Credential::KeyPair(KeyPair { key_id, secret: value }),
        // Without a header of its own the key goes into the one that the provider expects.
        None => Credential::ApiKey(ApiKey { header: None, prefix: None, value }),
    }))
}

/// A variable that is empty counts as one that is not there.
#[expect(clippy::disallowed_methods, reason = "the key is all that this program reads there")]
fn secret(variable: &str) -> Result<Option<Secret>, Fault> {
    match env::var(variable) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Secret::new(text).map(Some).map_err(|it| format!("{variable} {it}.")),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{variable} must be UTF-8.")),
    }
}
