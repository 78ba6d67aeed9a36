//! Settings of calls to providers: network policy, certificate authorities, secrets.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use llm_config_probe::{AllowedHost, Guard, Loopback, NetworkPolicy, Prober, RootCertificates};
use llm_config_service::ProviderAccess;
use llm_config_store::private_path::check_authorities;

use super::error::{SettingsError, invalid};
use super::raw::RawSettings;
use super::secrets::SecretSettings;
use super::view::SettingView;

/// Settings of calls to providers.
#[derive(Clone, Debug, Default)]
pub struct ProviderAccessSettings {
    policy: NetworkPolicy,
    ca_file: Option<PathBuf>,
    secrets: SecretSettings,
    /// The interval of background checks; `None` for no background checks.
    pub check_every: Option<Duration>,
}

impl ProviderAccessSettings {
    pub(super) fn check(raw: &mut RawSettings) -> Result<Self, SettingsError> {
        let mut policy = NetworkPolicy::default();
        for text in raw.allowed_hosts.take().unwrap_or_default() {
            let host: AllowedHost = text.parse().map_err(|error| invalid("--allowed-hosts", error))?;
            policy.allowed_hosts.push(host);
        }
        for text in raw.allowed_networks.take().unwrap_or_default() {
            let network = text.parse().map_err(|_| {
                let reason =
                    format!("has `{text}`, but a network is an address and a length, such as `10.20.0.0/16`");
                invalid("--allowed-networks", reason)
            })?;
            policy.allowed_networks.push(network);
        }
        let check_every = raw.check_every.take().map(|text| interval(&text)).transpose()?;
        let secrets = SecretSettings::check(
            &raw.secret_grants,
            std::mem::take(&mut raw.google_grants),
            raw.vault.take(),
            raw.google_metadata_url.take(),
        )?;
        Ok(Self { policy, ca_file: raw.provider_ca_file.take(), secrets, check_every })
    }

    /// The access to providers. `Some(own_ports)` allows callers with an organisation-wide role to call
    /// programs on this machine, at any port except the server's own ports.
    pub fn open(&self, own_ports: Option<Vec<u16>>) -> Result<ProviderAccess, SettingsError> {
        if let Some(path) = &self.ca_file {
            check_authorities(path)?;
        }
        let trust = RootCertificates::new(self.ca_file.as_deref())
            .map_err(|error| invalid("--provider-ca-file", error))?;
        let default_guard = Guard::new(self.policy.clone(), trust.clone());
        let loopback = own_ports.map_or(Loopback::Denied, |except_ports| Loopback::Allowed { except_ports });
        let trusted_guard = Guard::new(NetworkPolicy { loopback, ..self.policy.clone() }, trust);
        Ok(ProviderAccess::new(Prober::new(default_guard), Prober::new(trusted_guard), self.secrets.open()?))
    }

    /// Every setting in effect.
    pub(super) fn views(&self) -> [SettingView; 5] {
        let NetworkPolicy { allowed_hosts, allowed_networks, loopback: _ } = &self.policy;
        let hosts: Vec<_> = allowed_hosts.iter().map(ToString::to_string).collect();
        let networks: Vec<_> = allowed_networks.iter().map(ToString::to_string).collect();
        let every = self.check_every.and_then(|every| SignedDuration::try_from(every).ok());
        [
            SettingView::new("allowed-hosts", hosts),
            SettingView::new("allowed-networks", networks),
            SettingView::new(
                "provider-ca-file",
                self.ca_file.as_ref().map(|path| path.display().to_string()),
            ),
            SettingView::new("check-every", every.map(|every| format!("{every:#}"))).or_text("never"),
            SettingView::new("secret-grants", self.secrets.views()),
        ]
    }
}

/// An interval from one second to thirty days.
fn interval(text: &str) -> Result<Duration, SettingsError> {
    let time: Option<Duration> = text.parse::<SignedDuration>().ok().and_then(|time| time.try_into().ok());
    time.filter(|time| (1..=30 * 24 * 3600).contains(&time.as_secs())).ok_or_else(|| {
        let reason = format!("is `{text}`, but must be a time from `1s` to `720h`, such as `6h` or `30m`");
        invalid("--check-every", reason)
    })
}
