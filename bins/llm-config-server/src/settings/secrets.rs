//! Settings of secret references: the secret stores and the grants. They are lists of tables, so only the
//! settings file can have them.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use llm_config_core::endpoint::{Origin, parse_origin};
use llm_config_core::grant::{GoogleGrant, Grants, SecretGrant};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::secret::SecretStore;
use llm_config_egress::{OperatorClient, RootCertificates};
use llm_config_probe::KnownVendorHosts;
use llm_config_secrets::{
    EnvironmentSource, FileSource, GoogleIdentity, SecretResolver, VaultLogin, VaultSource,
};
use llm_config_store::private_path::check_authorities;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::SettingsError;
use super::source::Sources;
use super::view::SettingView;

/// `[[secret-grants]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSecretGrant {
    /// The prefix of the references, such as `vault://kv/team-a`.
    pub prefix: String,
    /// Ids of users.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Ids of workspaces.
    #[serde(default)]
    pub workspaces: Vec<String>,
    /// The origins that the secret may be sent to, such as `https://api.openai.com`.
    #[serde(default)]
    pub origins: Vec<String>,
}

/// `[[google-grants]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawGoogleGrant {
    /// Ids of users.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Ids of workspaces.
    #[serde(default)]
    pub workspaces: Vec<String>,
    /// The projects that may be billed.
    #[serde(default)]
    pub projects: Vec<String>,
    /// The OAuth scopes that may be requested.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawVault {
    /// The address of Vault, such as `https://vault.example.com:8200`.
    pub address: String,
    /// The file with the server's token; replaces a role.
    pub token_file: Option<PathBuf>,
    /// The id of the server's role.
    pub role_id: Option<String>,
    /// The file with the role's secret id.
    pub secret_id_file: Option<PathBuf>,
    /// The mount path of the auth method; the default is `approle`.
    pub app_role_mount: Option<String>,
    /// The namespace, for Vault Enterprise.
    pub namespace: Option<String>,
    /// A PEM file with certificate authorities to trust for Vault, in addition to the system's.
    pub ca_file: Option<PathBuf>,
}

/// The settings that only the file has, not validated.
#[derive(Clone, Debug, Default)]
pub(super) struct RawSecretSettings {
    pub(super) secret_grants: Vec<RawSecretGrant>,
    pub(super) vault: Option<RawVault>,
    pub(super) google_grants: Vec<RawGoogleGrant>,
    pub(super) google_metadata_url: Option<String>,
}

impl RawSecretSettings {
    /// The keys of the file.
    pub(super) const NAMES: [&'static str; 4] =
        ["secret-grants", "vault", "google-grants", "google-metadata-url"];
}

/// Settings of secret references.
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
    pub(super) fn check(sources: &Sources, raw: RawSecretSettings) -> Result<Self, SettingsError> {
        let RawSecretSettings { secret_grants, vault, google_grants, google_metadata_url } = raw;
        let invalid = |name: &'static str, reason: String| SettingsError::new(sources, name, reason);
        let secrets = secret_grants.iter().map(secret_grant).collect::<Result<Vec<_>, _>>();
        let secrets = secrets.map_err(|reason| invalid("secret-grants", reason))?;
        let google = google_grants.into_iter().map(google_grant).collect::<Result<Vec<_>, _>>();
        let google = google.map_err(|reason| invalid("google-grants", reason))?;
        let needs_vault = secrets.iter().any(|grant| grant.prefix.store() == SecretStore::Vault);
        if needs_vault && vault.is_none() {
            let reason = "has `vault://` prefixes, but there is no table `[vault]`".to_owned();
            return Err(invalid("secret-grants", reason));
        }
        if let Some(unsupported) =
            secrets.iter().find(|grant| grant.prefix.store() == SecretStore::GcpSecretManager)
        {
            return Err(invalid(
                "secret-grants",
                format!(
                    "has `{}`, but this server does not support `gcp-sm://` references yet",
                    unsupported.prefix
                ),
            ));
        }
        let vault = vault.map(vault_settings).transpose();
        let vault = vault.map_err(|reason| invalid("vault", reason.to_owned()))?;
        let grants = Grants { secrets, google };
        Ok(Self { grants, vault, google_metadata: google_metadata_url })
    }

    /// The resolver of references, with its stores and grants.
    pub(super) fn open(&self, sources: &Sources) -> Result<SecretResolver, SettingsError> {
        let mut resolver = SecretResolver::new(self.grants.clone(), Arc::new(KnownVendorHosts))
            .with_source(SecretStore::Env, EnvironmentSource)
            .with_source(SecretStore::File, FileSource::new(&self.grants));
        if let Some(vault) = &self.vault {
            resolver = resolver.with_source(SecretStore::Vault, vault.open(sources)?);
        }
        if !self.grants.google.is_empty() {
            resolver = resolver.with_google(self.google_identity(sources)?);
        }
        Ok(resolver)
    }

    /// Opens each file and builds each client, without calling a server. Returns what was opened, with the
    /// setting that names it.
    pub(super) fn try_open(&self, sources: &Sources) -> Vec<(&'static str, Result<String, SettingsError>)> {
        let mut tried = Vec::new();
        if let Some(vault) = &self.vault {
            tried.push(("vault", vault.try_open(sources)));
        }
        if !self.grants.google.is_empty() {
            let address = self.google_metadata_address();
            let opened = self.google_identity(sources).map(|_| format!("{address} is not called"));
            tried.push(("google-metadata-url", opened));
        }
        tried
    }

    fn google_metadata_address(&self) -> &str {
        self.google_metadata.as_deref().unwrap_or(GoogleIdentity::ADDRESS)
    }

    fn google_identity(&self, sources: &Sources) -> Result<GoogleIdentity, SettingsError> {
        let invalid = |error: &dyn Display| SettingsError::new(sources, "google-metadata-url", error);
        let trust = RootCertificates::new(None).map_err(|error| invalid(&error))?;
        let client = OperatorClient::new(self.google_metadata_address(), &trust);
        Ok(GoogleIdentity::new(client.map_err(|error| invalid(&error))?))
    }

    /// Every setting, without the contents of files.
    pub(super) fn views(&self) -> Vec<SettingView> {
        let Grants { secrets, google } = &self.grants;
        let secrets: Vec<_> = secrets.iter().map(secret_grant_view).collect();
        let google: Vec<_> = google.iter().map(google_grant_view).collect();
        vec![
            SettingView::list("secret-grants", secrets),
            self.vault.as_ref().map_or_else(|| SettingView::new("vault", Value::Null), VaultSettings::view),
            SettingView::list("google-grants", google),
            SettingView::new("google-metadata-url", self.google_metadata_address()),
        ]
    }
}

impl VaultSettings {
    fn open(&self, sources: &Sources) -> Result<VaultSource, SettingsError> {
        let Self { address, login, namespace, ca_file } = self;
        let invalid = |name, error: &dyn Display| SettingsError::new(sources, name, error);
        if let Some(path) = ca_file {
            check_authorities(path)?;
        }
        let trust = RootCertificates::new(ca_file.as_deref())
            .map_err(|error| SettingsError::caused(sources, "vault.ca-file", error))?;
        let client =
            OperatorClient::new(address, &trust).map_err(|error| invalid("vault.address", &error))?;
        let vault = VaultSource::new(client, login.clone());
        match namespace {
            None => Ok(vault),
            Some(name) => vault.in_namespace(name).map_err(|error| invalid("vault.namespace", &error)),
        }
    }

    /// Also reads the file of the login, which a server reads when it logs in.
    fn try_open(&self, sources: &Sources) -> Result<String, SettingsError> {
        self.open(sources)?;
        let path = self.login.file();
        self.login
            .check_file()
            .map_err(|error| SettingsError::LoginFile { path: path.display().to_string(), error })?;
        let ca_file = self.ca_file.as_ref().map(|path| format!("{}, ", path.display())).unwrap_or_default();
        Ok(format!("{ca_file}{}; {} is not called", path.display(), self.address))
    }

    fn view(&self) -> SettingView {
        let Self { address, login, namespace, ca_file } = self;
        let ca_file = ca_file.as_ref().map(|path| path.display().to_string());
        let (login_text, mut value) = match login {
            VaultLogin::TokenFile(path) => {
                let path = path.display().to_string();
                (format!("the token in {path}"), json!({"tokenFile": path}))
            }
            VaultLogin::AppRole { mount, role_id, secret_id_file } => {
                let path = secret_id_file.display().to_string();
                let text = format!("the role {role_id} of {mount} and the secret id in {path}");
                (text, json!({"roleId": role_id, "secretIdFile": path, "appRoleMount": mount}))
            }
        };
        value["address"] = address.clone().into();
        value["namespace"] = namespace.clone().into();
        value["caFile"] = ca_file.clone().into();
        let namespace = namespace.as_ref().map(|name| format!(", namespace {name}")).unwrap_or_default();
        let ca_file = ca_file.map(|path| format!(", CA file {path}")).unwrap_or_default();
        SettingView::new("vault", value).with_text(format!("{address} with {login_text}{namespace}{ca_file}"))
    }
}

/// A secret grant as JSON and as text: prefix, grantees and origins.
fn secret_grant_view(grant: &SecretGrant) -> (Value, String) {
    let SecretGrant { prefix, owners, workspaces, origins } = grant;
    let (prefix, origins) = (prefix.to_string(), texts(origins));
    let text = format!("{prefix} for {} to {}", grantees(owners, workspaces), origins.join(" and "));
    let (owners, workspaces) = (texts(owners), texts(workspaces));
    (json!({"prefix": prefix, "owners": owners, "workspaces": workspaces, "origins": origins}), text)
}

fn google_grant_view(grant: &GoogleGrant) -> (Value, String) {
    let GoogleGrant { owners, workspaces, projects, scopes } = grant;
    let listed = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(" and ") };
    let text = format!(
        "for {}, projects: {}, scopes: {}",
        grantees(owners, workspaces),
        listed(projects),
        listed(scopes)
    );
    let (owners, workspaces) = (texts(owners), texts(workspaces));
    (json!({"owners": owners, "workspaces": workspaces, "projects": projects, "scopes": scopes}), text)
}

fn grantees(owners: &[PrincipalId], workspaces: &[WorkspaceId]) -> String {
    let owners = owners.iter().map(|id| format!("owner {id}"));
    let workspaces = workspaces.iter().map(|id| format!("workspace {id}"));
    owners.chain(workspaces).collect::<Vec<_>>().join(" and ")
}

fn texts(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn secret_grant(raw: &RawSecretGrant) -> Result<SecretGrant, String> {
    require_grantee(&raw.owners, &raw.workspaces)?;
    if raw.origins.is_empty() {
        return Err(format!("has `{}` without `origins`; list at least one origin", raw.prefix));
    }
    Ok(SecretGrant {
        prefix: parse_member("prefix", &raw.prefix)?,
        owners: parse_members("owners", &raw.owners)?,
        workspaces: parse_members("workspaces", &raw.workspaces)?,
        origins: raw.origins.iter().map(|text| origin(text)).collect::<Result<_, _>>()?,
    })
}

fn google_grant(raw: RawGoogleGrant) -> Result<GoogleGrant, String> {
    require_grantee(&raw.owners, &raw.workspaces)?;
    Ok(GoogleGrant {
        owners: parse_members("owners", &raw.owners)?,
        workspaces: parse_members("workspaces", &raw.workspaces)?,
        projects: raw.projects,
        scopes: raw.scopes,
    })
}

fn vault_settings(raw: RawVault) -> Result<VaultSettings, &'static str> {
    let login = match (raw.token_file, raw.role_id, raw.secret_id_file) {
        (Some(file), None, None) => VaultLogin::TokenFile(file),
        (None, Some(role_id), Some(secret_id_file)) => {
            let mount = raw.app_role_mount.unwrap_or_else(|| "approle".to_owned());
            VaultLogin::AppRole { mount, role_id, secret_id_file }
        }
        _ => return Err("needs either `token-file`, or both `role-id` and `secret-id-file`"),
    };
    Ok(VaultSettings { address: raw.address, login, namespace: raw.namespace, ca_file: raw.ca_file })
}

fn origin(text: &str) -> Result<Origin, String> {
    parse_origin(&KnownVendorHosts, text)
        .map_err(|error| format!("has `{text}` in `origins`, but a value here {error}"))
}

fn parse_member<T: FromStr<Err: Display>>(member: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("has `{member} = \"{text}\"`, but a value here {error}"))
}

fn parse_members<T: FromStr<Err: Display>>(member: &str, texts: &[String]) -> Result<Vec<T>, String> {
    texts.iter().map(|text| parse_member(member, text)).collect()
}

/// Fails for a grant without owners and workspaces, which is a mistake.
fn require_grantee(owners: &[String], workspaces: &[String]) -> Result<(), String> {
    if owners.is_empty() && workspaces.is_empty() {
        return Err(
            "has a grant without `owners` and `workspaces`; list at least one id in either".to_owned()
        );
    }
    Ok(())
}
