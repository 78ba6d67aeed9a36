//! Checks that are recorded without a provider.

use llm_config_core::check::Usable;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::time::Timestamp;
use llm_config_store::{CheckTrigger, NewCheck, RecordedCheck, Verdict};

use super::TestApp;

impl TestApp {
    /// Records a check of a configuration as it is stored, which was opened at `at`.
    pub(crate) fn record_verdict(&self, id: ConfigId, usable: Usable, reason: &str, at: Timestamp) {
        let verdict = Verdict { usable, reason: reason.parse().expect("a reason code"), is_judgement: true };
        let recorded = self.store.write(move |tx| {
            let config = tx.find_config(id)?.expect("the configuration exists");
            tx.record_check(&NewCheck {
                config: id,
                incarnation: config.incarnation,
                revision: config.revision,
                at,
                trigger: CheckTrigger::Background,
                checked_by: PrincipalId::OPERATOR,
                works: None,
                verdict: verdict.clone(),
                report: "{}".to_owned().try_into().expect("JSON"),
            })
        });
        assert_ne!(self.block_on(recorded).expect("a recorded check"), RecordedCheck::Outdated);
    }
}
