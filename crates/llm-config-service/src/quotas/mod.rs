//! Quotas: how many configurations and tokens may be stored. Soft: no creation waits for another one to be
//! counted, so creations at the same moment may pass a limit together.

pub(crate) mod limit;
mod memory;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::time::Duration;

use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::Tx;
use tokio::time::{Instant, timeout};

use crate::error::Error;
use crate::service::Service;
use crate::session::Session;
use limit::{Quota, QuotaLimits, QuotaReached};
use memory::Admission;
pub(crate) use memory::{CountMemory, Counted};

/// How many tokens, those that have expired included, a user may have for each token that may be valid.
const ROWS_PER_VALID_TOKEN: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// The maximum number of expired tokens that one issue of a token deletes.
const DELETED_AT_ONCE: u16 = 100;

impl Service {
    /// Whether `scope` and the installation have room for one more configuration. The operator is exempt.
    ///
    /// The inner result is for the transaction, which first checks that the caller may create it.
    pub(crate) async fn config_quota(
        &self,
        session: &Session,
        scope: Scope,
    ) -> Result<Result<(), QuotaReached>, Error> {
        let QuotaLimits { configs_per_owner, total_configs, tokens_per_user: _ } = self.quota_limits;
        let scope_quota = (Quota::ConfigsPerOwner, configs_per_owner, Counted::Scope(scope));
        let total_quota = (Quota::TotalConfigs, total_configs, Counted::AllConfigs);
        for (quota, limit, counted) in [scope_quota, total_quota] {
            if let Err(reached) = self.room(session, quota, limit, counted).await? {
                return Ok(Err(reached));
            }
        }
        Ok(Ok(()))
    }

    /// Whether `holder` may have one more token. As [`config_quota`](Self::config_quota).
    pub(crate) async fn token_quota(
        &self,
        session: &Session,
        holder: PrincipalId,
    ) -> Result<Result<(), QuotaReached>, Error> {
        let limit = self.quota_limits.tokens_per_user;
        self.room(session, Quota::TokensPerUser, limit, Counted::TokensOf(holder)).await
    }

    /// Deletes the tokens that expired first of a holder who has [`ROWS_PER_VALID_TOKEN`] times as many
    /// tokens as may be valid. Called after a token was issued to the holder, so that only callers with the
    /// right to do that cause it. A failure is logged only, and a database that does not answer delays the
    /// answer with the token by a second at most: the next issue deletes them.
    pub(crate) async fn delete_expired_tokens(&self, holder: PrincipalId) {
        let Some(limit) = self.quota_limits.tokens_per_user else { return };
        let limit = limit.saturating_mul(ROWS_PER_VALID_TOKEN);
        let deleted = async {
            if self.is_below(Counted::TokenRowsOf(holder), limit).await? {
                return Ok(0);
            }
            let operator = Caller::operator();
            let delete = move |tx: &mut Tx<'_>| {
                Ok::<_, Error>(tx.delete_expired_tokens(holder, DELETED_AT_ONCE, &operator)?)
            };
            self.store.write(delete).await
        };
        match timeout(Duration::from_secs(1), deleted).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "expired tokens could not be deleted"),
            Err(_) => tracing::warn!("expired tokens could not be deleted within a second"),
        }
    }

    /// A configuration of `scope` was deleted, so its owner need not wait until it is counted again.
    pub(crate) fn forget_config_counts(&self, scope: Scope) {
        self.quota_counts.forget(&Counted::Scope(scope));
        self.quota_counts.forget(&Counted::AllConfigs);
    }

    /// A token of `holder` was revoked.
    pub(crate) fn forget_token_count(&self, holder: PrincipalId) {
        self.quota_counts.forget(&Counted::TokensOf(holder));
    }

    async fn room(
        &self,
        session: &Session,
        quota: Quota,
        limit: Option<NonZeroU32>,
        counted: Counted,
    ) -> Result<Result<(), QuotaReached>, Error> {
        let Some(limit) = limit else { return Ok(Ok(())) };
        if matches!(session.caller.identity, Identity::Operator) {
            return Ok(Ok(()));
        }
        if self.is_below(counted, limit).await? {
            return Ok(Ok(()));
        }
        self.limit_metrics.count(quota.label());
        Ok(Err(QuotaReached { quota, limit }))
    }

    /// Whether the number is below `limit`. If so, counts one more.
    async fn is_below(&self, counted: Counted, limit: NonZeroU32) -> Result<bool, Error> {
        match self.quota_counts.admit(counted, limit, Instant::now()) {
            Admission::Admitted => Ok(true),
            Admission::Refused => Ok(false),
            Admission::MustCount(counting) => {
                let number = self.store.read(move |tx| count(tx, counted, limit)).await?;
                Ok(counting.finish(number, limit))
            }
        }
    }
}

fn count(tx: &mut Tx<'_>, counted: Counted, limit: NonZeroU32) -> Result<u64, Error> {
    let limit = limit.get();
    Ok(match counted {
        Counted::Scope(scope) => tx.count_configs_up_to(scope, limit)?,
        Counted::AllConfigs => tx.count_all_configs_up_to(limit)?,
        Counted::TokensOf(holder) => tx.count_tokens_up_to(holder, tx.now(), limit)?,
        Counted::TokenRowsOf(holder) => {
            tx.count_tokens_up_to(holder, Timestamp::from_micros(i64::MIN), limit)?
        }
    })
}
