//! `config list`: lists LLM configurations of both APIs, page by page.

use std::num::NonZeroU16;

use llm_config_service::{Cursor, FoundConfigs, PageRequest, UnreadableConfig};
use serde::Serialize;

use super::filter::ListArgs;
use super::view::ConfigView;
use crate::cli::command_error::CommandError;
use crate::cli::list_output::ListOutput;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::{Format, or_dash};

const HEADER: &[&str] =
    &["NAME", "BELONGS TO", "PROVIDER", "MODEL", "USABLE", "CHECKED", "CREDENTIAL", "SINCE", "ID"];

/// The number of configurations that are in memory at a time.
const PAGE: NonZeroU16 = NonZeroU16::new(500).expect("a limit of at least 1");

pub(super) async fn run(
    operator: &OperatorSession,
    args: ListArgs,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let filter = args.filter(operator).await?;
    let mut output = ListOutput::new(format, HEADER);
    let mut cursor = None;
    loop {
        let page = PageRequest { limit: PAGE, cursor };
        let FoundConfigs { configs, unreadable, next } =
            service.find_configs(session, &filter, &page).await?;
        let intact = configs.into_iter().map(|found| Entry::Intact(Box::new(found.into())));
        let entries: Vec<_> = intact.chain(unreadable.into_iter().map(Entry::from)).collect();
        output.print(&entries, Entry::row)?;
        let Some(text) = next else { break };
        cursor = Some(Cursor { text, parameter: "cursor" });
    }
    output.finish("no configurations")?;
    Ok(())
}

/// An entry of the list. A corrupt row is an entry too, so that the list does not fail because of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Intact(Box<ConfigView>),
    Corrupt { id: String, unreadable: String },
}

impl From<UnreadableConfig> for Entry {
    fn from(UnreadableConfig { id, error }: UnreadableConfig) -> Self {
        Self::Corrupt { id, unreadable: error.to_string() }
    }
}

impl Entry {
    fn row(&self) -> Vec<String> {
        match self {
            Self::Intact(view) => vec![
                view.name.clone(),
                view.scope.to_string(),
                view.provider.to_owned(),
                or_dash(view.model.as_ref()),
                view.usable(),
                or_dash(view.checked_at()),
                view.credential(),
                or_dash(view.sealed_at()),
                view.id.clone(),
            ],
            Self::Corrupt { id, .. } => {
                let row = ["(not readable)", "-", "-", "-", "-", "-", "-", "-", id];
                row.map(str::to_owned).to_vec()
            }
        }
    }
}
