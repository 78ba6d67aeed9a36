//! What needs the attention of a caller: configurations that do not work, tokens that expire, and rows that
//! cannot be used. Each list has its own index, so none costs more where more configurations work.

mod background;
mod corrupt_rows;
mod expiring_tokens;
mod failing;
mod inaccessible;

use llm_config_core::time::Timestamp;
use llm_config_store::{Failing, VisibleConfigs};

use crate::configs::ScopeNames;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

pub(crate) use corrupt_rows::CorruptRows;
pub use expiring_tokens::ExpiringToken;
pub use failing::AttentionConfig;
pub use inaccessible::{Inaccessibility, InaccessibleConfig};

/// The maximum number of entries of a list.
const LISTED: u8 = 20;

const HOUR: i64 = 3600 * 1_000_000;

/// How long, in microseconds, the state of a configuration may be unknown. Most outages of providers are
/// shorter.
const UNDETERMINED: i64 = 24 * HOUR;

/// What needs the attention of a caller, as far as they may list it.
#[derive(Debug)]
pub struct Attention {
    /// Configurations whose last check says that they do not work, those that failed last first.
    pub rejected: AttentionList<AttentionConfig>,
    /// Configurations whose state no check could decide for more than 24 hours, in the same order.
    pub undetermined: AttentionList<AttentionConfig>,
    /// Tokens that can be used and expire within 14 days, the next one first.
    pub expiring_tokens: AttentionList<ExpiringToken>,
    /// Configurations that cannot be read, or whose credential no key of this server opens.
    pub unreadable: AttentionList<InaccessibleConfig>,
}

/// The beginning of a list.
#[derive(Debug)]
pub struct AttentionList<T> {
    /// At most twenty entries.
    pub first: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
}

impl<T> AttentionList<T> {
    /// The list of which `found` has one entry more than fit, if there are more.
    fn new(mut found: Vec<T>) -> Self {
        let has_more = found.len() > usize::from(LISTED);
        found.truncate(LISTED.into());
        Self { first: found, has_more }
    }

    fn map<U>(self, convert: impl FnMut(T) -> U) -> AttentionList<U> {
        let Self { first, has_more } = self;
        AttentionList { first: first.into_iter().map(convert).collect(), has_more }
    }
}

impl Service {
    /// What needs the attention of the caller. Each list has what the caller may list: it never fails for
    /// lack of rights.
    ///
    /// Rows that cannot be read have no index. Each call reads a few more rows of the database, as
    /// [`find_corrupt_rows`](Self::find_corrupt_rows) does in the background, and the list has those that
    /// were found so far and still cannot be read.
    pub async fn attention(&self, session: &Session) -> Result<Attention, Error> {
        let actor = session.actor.clone();
        let corrupt = self.corrupt_rows.clone();
        self.store
            .read(move |tx| {
                let visible = VisibleConfigs::to(&actor);
                let before = |micros: i64| Timestamp::from_micros(tx.now().as_micros() - micros);
                let undetermined = Failing::UndeterminedSince(before(UNDETERMINED));
                let rejected =
                    AttentionList::new(tx.failing_configs(&visible, Failing::Rejected, LISTED + 1)?);
                let undetermined =
                    AttentionList::new(tx.failing_configs(&visible, undetermined, LISTED + 1)?);
                let unreadable = AttentionList::new(inaccessible::find(tx, &visible, &actor, &corrupt)?);
                let failing = rejected.first.iter().chain(&undetermined.first).map(|found| found.scope);
                let unreadable_scopes = unreadable.first.iter().filter_map(|found| found.row.scope);
                let names = ScopeNames::read(tx, &actor, failing.chain(unreadable_scopes).collect())?;
                Ok(Attention {
                    rejected: rejected.map(|found| AttentionConfig::new(found, &names)),
                    undetermined: undetermined.map(|found| AttentionConfig::new(found, &names)),
                    expiring_tokens: expiring_tokens::find(tx, &actor)?,
                    unreadable: unreadable.map(|found| found.named(&names)),
                })
            })
            .await
    }
}
