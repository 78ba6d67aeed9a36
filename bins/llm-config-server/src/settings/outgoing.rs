//! Settings of the way out: where calls to providers may go.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use llm_config_probe::{AllowedHost, Guard, Loopback, NetworkPolicy, Prober, RootCertificates};
use llm_config_service::ProviderAccess;
use llm_config_store::private_path::check_authorities;
use serde_json::Value;

use super::secrets::SecretSettings;
use super::{Described, Given, SettingsError, invalid};

/// Where calls to providers may go, and with which secrets.
#[derive(Clone, Debug, Default)]
pub struct ProviderAccessSettings {
    policy: NetworkPolicy,
    ca_file: Option<PathBuf>,
    secrets: SecretSettings,
    /// How often every configuration is checked by itself; never without it.
    pub check_every: Option<Duration>,
}

impl ProviderAccessSettings {
    pub(super) fn check(given: &mut Given) -> Result<Self, SettingsError> {
        let mut policy = NetworkPolicy::default();
        for text in given.allowed_hosts.take().unwrap_or_default() {
            let host: AllowedHost = text.parse().map_err(|it| invalid("--allowed-hosts", it))?;
            policy.allowed_hosts.push(host);
        }
        for text in given.allowed_networks.take().unwrap_or_default() {
            let network = text.parse().map_err(|_| {
                let reason =
                    format!("has `{text}`, but a network is an address and a length, such as `10.20.0.0/16`");
                invalid("--allowed-networks", reason)
            })?;
            policy.allowed_networks.push(network);
        }
        let check_every = given.check_every.take().map(|it| interval(&it)).transpose()?;
        let secrets = SecretSettings::check(
            &given.secret_grants,
            std::mem::take(&mut given.google_grants),
            given.vault.take(),
            given.google_metadata_url.take(),
        )?;
        Ok(Self { policy, ca_file: given.provider_ca_file.take(), secrets, check_every })
    }

    /// The way out. Callers with a role for the whole organisation may reach programs on this
    /// machine too, if `own_ports` says which are not among them: those of the server itself.
    pub fn open(&self, own_ports: Option<Vec<u16>>) -> Result<ProviderAccess, SettingsError> {
        if let Some(path) = &self.ca_file {
            check_authorities(path)?;
        }
        let trust =
            RootCertificates::new(self.ca_file.as_deref()).map_err(|it| invalid("--provider-ca-file", it))?;
        let everybody = Guard::new(self.policy.clone(), trust.clone());
        let loopback = own_ports.map_or(Loopback::Denied, |except_ports| Loopback::Allowed { except_ports });
        let trusted = Guard::new(NetworkPolicy { loopback, ..self.policy.clone() }, trust);
        Ok(ProviderAccess::new(Prober::new(everybody), Prober::new(trusted), self.secrets.open()?))
    }

    /// Each setting as it will be used.
    pub(super) fn describe(&self) -> [Described; 5] {
        let setting = |name, value: Value| Described { name, value, if_none: "none" };
        let NetworkPolicy { allowed_hosts, allowed_networks, loopback: _ } = &self.policy;
        let hosts: Vec<_> = allowed_hosts.iter().map(ToString::to_string).collect();
        let networks: Vec<_> = allowed_networks.iter().map(ToString::to_string).collect();
        let every = self.check_every.and_then(|it| SignedDuration::try_from(it).ok());
        [
            setting("allowed-hosts", hosts.into()),
            setting("allowed-networks", networks.into()),
            setting("provider-ca-file", self.ca_file.as_ref().map(|it| it.display().to_string()).into()),
            Described {
                if_none: "never",
                ..setting("check-every", every.map(|it| format!("{it:#}")).into())
            },
            setting("secret-grants", self.secrets.describe().into()),
        ]
    }
}

/// From a second to thirty days.
fn interval(text: &str) -> Result<Duration, SettingsError> {
    let time: Option<Duration> = text.parse::<SignedDuration>().ok().and_then(|it| it.try_into().ok());
    time.filter(|it| (1..=30 * 24 * 3600).contains(&it.as_secs())).ok_or_else(|| {
        let reason = format!("is `{text}`, but must be a time from `1s` to `720h`, such as `6h` or `30m`");
        invalid("--check-every", reason)
    })
}
