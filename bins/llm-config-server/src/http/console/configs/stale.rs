//! A configuration that another person changed while this one edited it: both versions.

use std::collections::BTreeMap;

use llm_config_core::config::LlmConfig;
use llm_config_core::time::Timestamp;
use llm_config_service::Service;

use super::facts::user_name;
use super::fields::{LABELS, REVISION};
use crate::http::console::browser::Viewer;
use crate::http::console::form::PostedForm;
use crate::http::error::RequestError;

/// The change that came first.
pub(super) struct Stale {
    pub(super) by: String,
    pub(super) at: Timestamp,
    /// The fields whose stored values are not the typed ones.
    pub(super) differences: Vec<Difference>,
}

/// A field with two values.
pub(super) struct Difference {
    pub(super) label: &'static str,
    pub(super) stored: String,
    pub(super) typed: String,
}

impl Stale {
    pub(super) async fn new(
        service: &Service,
        viewer: &Viewer,
        (config, shown): (&LlmConfig, &[(&'static str, String)]),
        form: &PostedForm,
    ) -> Result<Self, RequestError> {
        let by = config.updated.by;
        let emails = service.user_emails(&viewer.session, vec![by]).await?;
        let mut stored = BTreeMap::<&str, Vec<&str>>::new();
        for (name, value) in shown.iter().filter(|(name, _)| *name != REVISION) {
            stored.entry(*name).or_default().push(value.trim());
        }
        let difference = |&(name, label): &(&str, &'static str)| {
            let stored = stored.get(name)?.join(", ");
            let typed: Vec<_> = form.values(name).map(str::trim).filter(|value| !value.is_empty()).collect();
            let typed = typed.join(", ");
            (stored != typed).then_some(Difference { label, stored, typed })
        };
        Ok(Self {
            by: user_name(by, &emails),
            at: config.updated.at,
            differences: LABELS.iter().filter_map(difference).collect(),
        })
    }
}
