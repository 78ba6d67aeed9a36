//! Quotas: how many configurations and tokens may be stored. Soft: no creation waits for another one to be
//! counted, so creations at the same moment may pass a limit together.

pub(crate) mod limit;
mod memory;

use std::num::NonZeroU32;

use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::Tx;
use tokio::time::Instant;

use crate::error::Error;
use crate::service::Service;
use crate::session::Session;
use limit::{Quota, QuotaLimits, QuotaReached};
use memory::Admission;
pub(crate) use memory::{CountMemory, Counted};

/// How many tokens of a user are kept for each that may be valid: the others have expired.
const EXPIRED: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// How many of them one issue of a token deletes.
const EXPIRED_AT_ONCE: u16 = 100;

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
        let Some(limit) = self.quota_limits.tokens_per_user else { return Ok(Ok(())) };
        let room = self.room(session, Quota::TokensPerUser, Some(limit), Counted::TokensOf(holder)).await?;
        if room.is_ok() {
            self.drop_expired_tokens(holder, limit).await?;
        }
        Ok(room)
    }

    /// Deletes expired tokens of a holder who has ten times as many tokens as may be valid at a time: those
    /// that expired first.
    async fn drop_expired_tokens(&self, holder: PrincipalId, limit: NonZeroU32) -> Result<(), Error> {
        let (counted, limit) = (Counted::TokenRowsOf(holder), limit.saturating_mul(EXPIRED));
        let is_below = match self.quota_counts.admit(counted, limit, Instant::now()) {
            Admission::Admitted => true,
            Admission::Refused => false,
            Admission::MustCount(counting) => {
                let number = self.store.read(move |tx| count(tx, counted, limit)).await?;
                counting.finish(number, limit)
            }
        };
        if !is_below {
            let operator = Caller::operator();
            let delete = self.store.write(move |tx| {
                Ok::<_, Error>(tx.delete_expired_tokens(holder, EXPIRED_AT_ONCE, &operator)?)
            });
            delete.await?;
        }
        Ok(())
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
        let is_admitted = match self.quota_counts.admit(counted, limit, Instant::now()) {
            Admission::Admitted => true,
            Admission::Refused => false,
            Admission::MustCount(counting) => {
                let number = self.store.read(move |tx| count(tx, counted, limit)).await?;
                counting.finish(number, limit)
            }
        };
        if is_admitted {
            return Ok(Ok(()));
        }
        self.limit_metrics.count(quota.label());
        Ok(Err(QuotaReached { quota, limit }))
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
