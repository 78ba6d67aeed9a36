//! Settings of secret references: which stores there are, and who may use what of them where.
//! They are lists of tables, so only the file has them.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use llm_config_core::endpoint::{Origin, parse_origin};
use llm_config_core::grant::{GoogleGrant, Grants, SecretGrant};
use llm_config_core::secret::SecretStore;
use llm_config_egress::{OperatorClient, RootCertificates};
use llm_config_probe::KnownVendorHosts;
use llm_config_secrets::{
    EnvironmentSource, FileSource, GoogleIdentity, SecretResolver, VaultLogin, VaultSource,
};
use llm_config_store::private_path::check_authorities;
use serde::Deserialize;

use super::{SettingsError, invalid};

/// `[[secret-grants]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenSecretGrant {
    /// Such as `vault://kv/team-a`.
    pub prefix: String,
    /// Ids of users.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Ids of workspaces.
    #[serde(default)]
    pub workspaces: Vec<String>,
    /// Such as `https://api.openai.com`.
    #[serde(default)]
    pub origins: Vec<String>,
}

/// `[[google-grants]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenGoogleGrant {
    /// Ids of users.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Ids of workspaces.
    #[serde(default)]
    pub workspaces: Vec<String>,
    /// Projects that may be billed.
    #[serde(default)]
    pub projects: Vec<String>,
    /// OAuth scopes that may be asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenVault {
    /// Such as `https://vault.example.com:8200`.
    pub address: String,
    /// The file with the server's token, in place of a role.
    pub token_file: Option<PathBuf>,
    /// The id of the server's role.
    pub role_id: Option<String>,
    /// The file with the role's secret id.
    pub secret_id_file: Option<PathBuf>,
    /// Where the auth method is mounted; `approle` without it.
    pub app_role_mount: Option<String>,
    /// The namespace, where the store has some.
    pub namespace: Option<String>,
    /// PEM file with certificate authorities that the store may have besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// Everything that says what secret references lead to.
#[derive(Clone, Debug, Default)]
pub struct SecretSettings {
    grants: Grants,
    vault: Option<VaultSettings>,
    google_metadata: Option<String>,
}

#[derive(Clone, Debug)]
struct VaultSettings {
    address: String,
    login: VaultLogin,
    namespace: Option<String>,
    ca_file: Option<PathBuf>,
}

impl SecretSettings {
    pub(super) fn check(
        secrets: &[GivenSecretGrant],
        google: Vec<GivenGoogleGrant>,
        vault: Option<GivenVault>,
        google_metadata: Option<String>,
    ) -> Result<Self, SettingsError> {
        let secrets = secrets.iter().map(secret_grant).collect::<Result<Vec<_>, _>>()?;
        let google = google.into_iter().map(google_grant).collect::<Result<Vec<_>, _>>()?;
        let needs_vault = secrets.iter().any(|it| it.prefix.store() == SecretStore::Vault);
        if needs_vault && vault.is_none() {
            return Err(invalid("secret-grants", "has `vault://` prefixes, but there is no table `[vault]`"));
        }
        if let Some(unsupported) =
            secrets.iter().find(|it| it.prefix.store() == SecretStore::GcpSecretManager)
        {
            return Err(invalid(
                "secret-grants",
                format!("has `{}`, but this server reads no `gcp-sm://` secrets yet", unsupported.prefix),
            ));
        }
        let vault = vault.map(vault_settings).transpose()?;
        Ok(Self { grants: Grants { secrets, google }, vault, google_metadata })
    }

    /// The stores, behind their grants.
    pub(super) fn open(&self) -> Result<SecretResolver, SettingsError> {
        let mut granted = SecretResolver::new(self.grants.clone(), Arc::new(KnownVendorHosts))
            .with_source(SecretStore::Env, EnvironmentSource)
            .with_source(SecretStore::File, FileSource::new(&self.grants));
        if let Some(VaultSettings { address, login, namespace, ca_file }) = &self.vault {
            if let Some(path) = ca_file {
                check_authorities(path)?;
            }
            let trust =
                RootCertificates::new(ca_file.as_deref()).map_err(|it| invalid("vault.ca-file", it))?;
            let client = OperatorClient::new(address, &trust).map_err(|it| invalid("vault.address", it))?;
            let mut vault = VaultSource::new(client, login.clone());
            if let Some(namespace) = namespace {
                vault = vault.in_namespace(namespace).map_err(|it| invalid("vault.namespace", it))?;
            }
            granted = granted.with_source(SecretStore::Vault, vault);
        }
        if !self.grants.google.is_empty() {
            let address = self.google_metadata.as_deref().unwrap_or(GoogleIdentity::ADDRESS);
            let trust = RootCertificates::new(None).map_err(|it| invalid("google-metadata-url", it))?;
            let client =
                OperatorClient::new(address, &trust).map_err(|it| invalid("google-metadata-url", it))?;
            granted = granted.with_google(GoogleIdentity::new(client));
        }
        Ok(granted)
    }

    /// Each grant of a secret: which, to whose configurations, and where to.
    pub(super) fn describe(&self) -> Vec<String> {
        let grant = |SecretGrant { prefix, owners, workspaces, origins }: &SecretGrant| {
            let owners = owners.iter().map(|it| format!("owner {it}"));
            let workspaces = workspaces.iter().map(|it| format!("workspace {it}"));
            let whom: Vec<_> = owners.chain(workspaces).collect();
            let whereto: Vec<_> = origins.iter().map(ToString::to_string).collect();
            format!("{prefix} for {} to {}", whom.join(" and "), whereto.join(" and "))
        };
        self.grants.secrets.iter().map(grant).collect()
    }
}

fn secret_grant(given: &GivenSecretGrant) -> Result<SecretGrant, SettingsError> {
    const SETTING: &str = "secret-grants";
    somebody(SETTING, &given.owners, &given.workspaces)?;
    if given.origins.is_empty() {
        return Err(invalid(
            SETTING,
            format!("has `{}` without `origins`: it could be sent nowhere", given.prefix),
        ));
    }
    Ok(SecretGrant {
        prefix: one(SETTING, "prefix", &given.prefix)?,
        owners: all(SETTING, "owners", &given.owners)?,
        workspaces: all(SETTING, "workspaces", &given.workspaces)?,
        origins: given.origins.iter().map(|text| origin(SETTING, text)).collect::<Result<_, _>>()?,
    })
}

fn google_grant(given: GivenGoogleGrant) -> Result<GoogleGrant, SettingsError> {
    const SETTING: &str = "google-grants";
    somebody(SETTING, &given.owners, &given.workspaces)?;
    Ok(GoogleGrant {
        owners: all(SETTING, "owners", &given.owners)?,
        workspaces: all(SETTING, "workspaces", &given.workspaces)?,
        projects: given.projects,
        scopes: given.scopes,
    })
}

fn vault_settings(given: GivenVault) -> Result<VaultSettings, SettingsError> {
    let login = match (given.token_file, given.role_id, given.secret_id_file) {
        (Some(file), None, None) => VaultLogin::TokenFile(file),
        (None, Some(role_id), Some(secret_id_file)) => {
            let mount = given.app_role_mount.unwrap_or_else(|| "approle".to_owned());
            VaultLogin::AppRole { mount, role_id, secret_id_file }
        }
        _ => {
            return Err(invalid(
                "vault",
                "needs either `token-file`, or both `role-id` and `secret-id-file`",
            ));
        }
    };
    Ok(VaultSettings { address: given.address, login, namespace: given.namespace, ca_file: given.ca_file })
}

fn origin(setting: &'static str, text: &str) -> Result<Origin, SettingsError> {
    parse_origin(&KnownVendorHosts, text)
        .map_err(|error| invalid(setting, format!("has `{text}` in `origins`, but a value here {error}")))
}

fn one<T: FromStr<Err: Display>>(
    setting: &'static str,
    member: &str,
    text: &str,
) -> Result<T, SettingsError> {
    text.parse()
        .map_err(|error| invalid(setting, format!("has `{member} = \"{text}\"`, but a value here {error}")))
}

fn all<T: FromStr<Err: Display>>(
    setting: &'static str,
    member: &str,
    texts: &[String],
) -> Result<Vec<T>, SettingsError> {
    texts.iter().map(|text| one(setting, member, text)).collect()
}

/// A grant for nobody is a mistake.
fn somebody(setting: &'static str, owners: &[String], workspaces: &[String]) -> Result<(), SettingsError> {
    if owners.is_empty() && workspaces.is_empty() {
        return Err(invalid(
            setting,
            "has a grant with neither `owners` nor `workspaces`: nobody could use it",
        ));
    }
    Ok(())
}
