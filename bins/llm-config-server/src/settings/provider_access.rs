//! Settings of calls to providers: network policy, certificate authorities, secrets.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use llm_config_probe::{AllowedHost, Guard, Loopback, NetworkPolicy, Prober, RootCertificates};
use llm_config_service::ProviderAccess;
use llm_config_store::private_path::check_authorities;

use super::error::SettingsError;
use super::secrets::SecretSettings;
use super::source::Sources;
use super::view::SettingView;

/// Settings of calls to providers.
#[derive(Clone, Debug, Default)]
pub struct ProviderAccessSettings {
    policy: NetworkPolicy,
    ca_file: Option<PathBuf>,
    secrets: SecretSettings,
    sources: Sources,
    /// The interval of background checks; `None` for no background checks.
    pub check_every: Option<Duration>,
}

impl ProviderAccessSettings {
    pub(super) fn new(
        allowed_hosts: Vec<AllowedHost>,
        allowed_networks: Vec<IpNet>,
        ca_file: Option<PathBuf>,
        secrets: SecretSettings,
        check_every: Option<Duration>,
        sources: Sources,
    ) -> Self {
        let policy = NetworkPolicy { allowed_hosts, allowed_networks, ..NetworkPolicy::default() };
        Self { policy, ca_file, secrets, sources, check_every }
    }

    /// Opens each file and builds each client. Returns what was opened, with the setting that names it.
    pub(super) fn try_open(&self) -> Vec<(&'static str, Result<String, SettingsError>)> {
        let mut tried = Vec::new();
        if let Some(path) = &self.ca_file {
            let opened = self.trust().map(|_| path.display().to_string());
            tried.push(("provider-ca-file", opened));
        }
        tried.extend(self.secrets.try_open(&self.sources));
        tried
    }

    /// The certificate authorities that are trusted for providers.
    fn trust(&self) -> Result<RootCertificates, SettingsError> {
        if let Some(path) = &self.ca_file {
            check_authorities(path)?;
        }
        RootCertificates::new(self.ca_file.as_deref())
            .map_err(|error| SettingsError::caused(&self.sources, "provider-ca-file", error))
    }

    /// The access to providers. `Some(own_ports)` allows callers with an organisation-wide role to call
    /// programs on this machine, at any port except the server's own ports.
    pub fn open(&self, own_ports: Option<Vec<u16>>) -> Result<ProviderAccess, SettingsError> {
        let trust = self.trust()?;
        let default_guard = Guard::new(self.policy.clone(), trust.clone());
        let loopback = own_ports.map_or(Loopback::Denied, |except_ports| Loopback::Allowed { except_ports });
        let trusted_guard = Guard::new(NetworkPolicy { loopback, ..self.policy.clone() }, trust);
        Ok(ProviderAccess::new(
            Prober::new(default_guard),
            Prober::new(trusted_guard),
            self.secrets.open(&self.sources)?,
        ))
    }

    /// Every setting in effect.
    pub(super) fn views(&self) -> Vec<SettingView> {
        let NetworkPolicy { allowed_hosts, allowed_networks, loopback: _ } = &self.policy;
        let hosts: Vec<_> = allowed_hosts.iter().map(ToString::to_string).collect();
        let networks: Vec<_> = allowed_networks.iter().map(ToString::to_string).collect();
        let every = self.check_every.and_then(|every| SignedDuration::try_from(every).ok());
        let mut views = vec![
            SettingView::new("allowed-hosts", hosts),
            SettingView::new("allowed-networks", networks),
            SettingView::new(
                "provider-ca-file",
                self.ca_file.as_ref().map(|path| path.display().to_string()),
            ),
            SettingView::new("check-every", every.map(|every| format!("{every:#}"))).or_text("never"),
        ];
        views.extend(self.secrets.views());
        views
    }
}
