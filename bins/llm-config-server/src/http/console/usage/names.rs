//! The names of what sums of usage are about.

use std::collections::BTreeMap;

use llm_config_core::id::WorkspaceId;
use llm_config_service::{Error, ScopeFilter, Service, Session, UsageCounters, UsageGroup, UsageRow};

/// A sum as the page shows it.
pub(super) struct NamedSum {
    pub(super) name: String,
    /// The page about it, below that of the console.
    pub(super) path: Option<String>,
    pub(super) counters: UsageCounters,
}

/// The largest sums, with the names of what they are about.
pub(super) async fn named(
    service: &Service,
    session: &Session,
    rows: Vec<UsageRow>,
) -> Result<Vec<NamedSum>, Error> {
    let workspaces: BTreeMap<WorkspaceId, String> = service
        .list_workspaces(session)
        .await?
        .into_iter()
        .map(|found| (found.id, found.name.into()))
        .collect();
    let mut sums = Vec::new();
    for UsageRow { group, counters } in rows {
        let (name, path) = match group {
            UsageGroup::Config(id) => match service.config(session, ScopeFilter::All, id).await {
                Ok(config) => (config.settings.name.to_string(), Some(format!("/configs/{id}"))),
                // Usage stays after its configuration is deleted.
                Err(Error::NotFound(_) | Error::Denied(_)) => (id.to_string(), None),
                Err(other) => return Err(other),
            },
            UsageGroup::Token(None) => ("Other tokens".to_owned(), None),
            UsageGroup::Token(Some((id, _))) => match service.token(session, id).await {
                Ok(token) => {
                    let labels = token.labels.into_iter().map(|(key, value)| format!("{key}={value}"));
                    let labels: Vec<_> = labels.collect();
                    (format!("{}… {}", token.prefix, labels.join(" ")), None)
                }
                Err(Error::NotFound(_) | Error::Denied(_)) => (id.to_string(), None),
                Err(other) => return Err(other),
            },
            UsageGroup::Model(model) => (model, None),
            UsageGroup::Workspace(None) => ("Configurations of people".to_owned(), None),
            UsageGroup::Workspace(Some(id)) => {
                let name = workspaces.get(&id).cloned();
                let path = name.is_some().then(|| format!("/workspaces/{id}"));
                (name.unwrap_or_else(|| id.to_string()), path)
            }
            UsageGroup::Hour(_) => continue,
        };
        sums.push(NamedSum { name, path, counters });
    }
    Ok(sums)
}
