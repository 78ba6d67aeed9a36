//! Usage of configurations, without calls of models.

use llm_config_core::id::{ConfigId, TokenId};
use llm_config_store::usage::{UsageCounters, UsageHour, UsageKey};

use super::TestApp;

/// The counters of a call that consumed these tokens.
pub(crate) fn tokens(input: u64, output: u64) -> UsageCounters {
    UsageCounters { calls: 1, ok: 1, input, output, ..UsageCounters::default() }
}

impl TestApp {
    /// The key of requests to a configuration in the present hour.
    pub(crate) fn usage_key(&self, config: ConfigId, token: Option<TokenId>, model: &str) -> UsageKey {
        let found = self.block_on(self.store.config(config)).expect("the database answers");
        UsageKey {
            config,
            incarnation: found.expect("the configuration exists").incarnation,
            token,
            dialect: "openai",
            model: model.to_owned(),
            hour: UsageHour::containing(self.store.now()),
        }
    }

    /// Counts requests to a configuration in the present hour, without writing them.
    pub(crate) fn count_usage(
        &self,
        config: ConfigId,
        token: Option<TokenId>,
        model: &str,
        counters: UsageCounters,
    ) {
        self.service.usage_recorder().record(&self.usage_key(config, token, model), counters);
    }

    /// Writes what was counted.
    pub(crate) fn write_usage(&self) {
        self.block_on(self.service.flush_usage()).expect("usage is written");
    }
}
