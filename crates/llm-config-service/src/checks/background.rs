//! Background checks: every configuration once per interval, each by one replica at a time, without calling
//! models.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use llm_config_core::caller::Caller;
use llm_config_core::id::ConfigId;
use llm_config_core::target::Purpose;
use llm_config_core::time::Timestamp;
use llm_config_probe::report::Depth;
use llm_config_store::{CheckTrigger, OpenTargetError, Tx};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::lanes::{Candidate, End, Lanes, Started};
use crate::error::Error;
use crate::service::Service;

/// How long a replica holds a configuration: longer than a check takes.
const LEASE: Duration = Duration::from_mins(2);
/// When a configuration is due again whose check this server was too busy for.
const BUSY_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause between two queries for due configurations.
const POLL: Duration = Duration::from_secs(30);
/// The shortest pause.
const SHORTEST_POLL: Duration = Duration::from_secs(1);
/// How many due configurations are read at once. Many may be due whose owner or host is busy.
const DUE: u32 = 10_000;
/// A check that takes longer has a host that hangs.
const HUNG_AFTER: Duration = Duration::from_secs(5);

/// What the loop of background checks waits for.
enum Event {
    /// The due checks were read.
    Queried(VecDeque<Candidate>),
    /// A check has ended.
    Ended(Started, End),
}

impl Service {
    /// Checks every configuration once per `every`, until the future is dropped.
    ///
    /// Eight checks run at once, of different owners and hosts. A slow one delays no other owner's: the next
    /// begins when any of them ends.
    ///
    /// These checks have the network policy of callers without an organisation-wide role, so they reach this
    /// machine only if the operator lists the host.
    pub async fn check_in_background(&self, every: Duration) {
        // Unique among all servers of the database.
        let replica = self.store.new_token_id().to_string();
        let (mut lanes, mut due) = (Lanes::default(), VecDeque::new());
        // One set, because a check that is not polled would lose its time to a slow query.
        let mut running = FuturesUnordered::<Pin<Box<dyn Future<Output = Event> + Send + '_>>>::new();
        let (mut next_query, mut is_querying) = (Instant::now(), false);
        loop {
            if !is_querying && Instant::now() >= next_query {
                running.push(Box::pin(self.due_checks(every).map(Event::Queried)));
                is_querying = true;
            }
            while let Some(started) = lanes.start(&mut due) {
                running.push(Box::pin(self.check_due(started, every, &replica)));
            }
            let event = if is_querying {
                running.next().await
            } else {
                timeout_at(next_query, running.next()).await.unwrap_or(None)
            };
            match event {
                Some(Event::Queried(found)) => {
                    let pause = if found.is_empty() { POLL.min(every) } else { SHORTEST_POLL };
                    (due, next_query, is_querying) = (found, Instant::now() + pause, false);
                }
                Some(Event::Ended(started, end)) => {
                    lanes.end(started, end);
                    if end == End::Unavailable {
                        due.clear();
                    }
                }
                None => sleep_until(next_query).await,
            }
        }
    }

    /// The checks that are due, longest overdue first. Also enrols new configurations.
    async fn due_checks(&self, every: Duration) -> VecDeque<Candidate> {
        let enrolled = self.store.write(move |tx| Ok::<_, Error>(tx.enrol_checks(every, LEASE)?)).await;
        let due = match enrolled {
            Ok(()) => self.store.read(|tx| Ok::<_, Error>(tx.due_checks(DUE)?)).await,
            Err(error) => Err(error),
        };
        match due {
            Ok(due) => due.into_iter().map(Candidate::from).collect(),
            Err(error) => {
                tracing::warn!(error = %error, "due background checks could not be read");
                VecDeque::new()
            }
        }
    }

    /// Checks a configuration unless another replica does.
    async fn check_due(&self, started: Started, every: Duration, replica: &str) -> Event {
        let (config, holder) = (started.candidate.config, replica.to_owned());
        let claim = move |tx: &mut Tx<'_>| Ok::<_, Error>(tx.claim_due_check(&holder, LEASE, config)?);
        match self.store.write(claim).await {
            Ok(true) => {}
            Ok(false) => return Event::Ended(started, End::NotMade),
            Err(error) => {
                tracing::warn!(%config, %error, "a due background check could not be claimed");
                return Event::Ended(started, End::Unavailable);
            }
        }
        let end = self.check_and_finish(config, every, replica).await;
        Event::Ended(started, end)
    }

    /// Checks a configuration and ends its lease, also after a failure or a panic: one bad row must neither
    /// be checked repeatedly nor block the other rows.
    async fn check_and_finish(&self, config: ConfigId, every: Duration, replica: &str) -> End {
        let began = Instant::now();
        let result = AssertUnwindSafe(self.check_claimed(config)).catch_unwind().await;
        let end = match &result {
            Ok(Err(Error::Busy)) => End::NotMade,
            _ if began.elapsed() >= HUNG_AFTER => End::Hung,
            _ => End::Done,
        };
        let pause = match result {
            Ok(Ok(())) => every,
            Ok(Err(Error::Busy)) => BUSY_PAUSE.min(every),
            Ok(Err(error)) => {
                tracing::warn!(config = %config, error = %error, "a background check failed");
                every
            }
            Err(_) => {
                tracing::error!(config = %config, "a background check panicked");
                every
            }
        };
        let replica = replica.to_owned();
        let finish = move |tx: &mut Tx<'_>| {
            let next_due = next_due(tx.now(), pause);
            Ok::<_, Error>(tx.finish_scheduled_check(config, &replica, next_due)?)
        };
        if let Err(error) = self.store.write(finish).await {
            tracing::warn!(%config, %error, "the lease of a background check could not be ended");
        }
        end
    }

    async fn check_claimed(&self, config: ConfigId) -> Result<(), Error> {
        let caller = Caller::operator();
        let slot = self.providers.background_slot()?;
        match self.store.open_target(config, &caller, Purpose::Validate).await {
            Ok(opened) => {
                let (prober, trigger) = (slot.background_prober(&opened.scope), CheckTrigger::Background);
                self.check_opened(&slot, &prober, &caller, opened, Depth::Credential, trigger).await.map(drop)
            }
            // Deleted since it was claimed, together with its row in the schedule.
            Err(OpenTargetError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn next_due(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_add(pause))
}
