//! Calls a model several times.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::time::Duration;

use futures_util::stream::{self, FuturesUnordered};
use futures_util::{Stream, StreamExt};
use llm_config_core::access::ConfigAction;
use tokio::time::Instant;

use super::ping::{PingOutcome, PingProgress, PingSeries};
use crate::configs::ScopeFilter;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Starts a series of pings. Dropping the stream ends the series and cancels the calls in flight.
    pub async fn ping_series(
        &self,
        session: Session,
        series: PingSeries,
    ) -> Result<impl Stream<Item = PingProgress> + use<>, Error> {
        let target = series.ping.target;
        self.authorize_config(&session, ScopeFilter::Owners, target, &[ConfigAction::Ping]).await?;
        self.limits.pings(session.actor.id, target, series.count)?;
        let now = Instant::now();
        let running = Running {
            service: self.clone(),
            session,
            series,
            started: now,
            next: 1,
            next_at: now,
            in_flight: FuturesUnordered::new(),
            is_done: false,
        };
        Ok(stream::unfold(running, Running::step))
    }
}

type Call = Pin<Box<dyn Future<Output = Result<PingOutcome, Error>> + Send>>;

/// A running series.
struct Running {
    service: Service,
    session: Session,
    series: PingSeries,
    started: Instant,
    next: u32,
    next_at: Instant,
    in_flight: FuturesUnordered<Call>,
    is_done: bool,
}

impl Running {
    async fn step(mut self) -> Option<(PingProgress, Self)> {
        if self.is_done {
            return None;
        }
        loop {
            let has_more = self.next <= self.series.count;
            let has_room = self.in_flight.len() < self.series.max_in_flight;
            let progress = match (has_more && has_room, self.in_flight.is_empty()) {
                (false, true) => {
                    self.is_done = true;
                    return Some((PingProgress::Done(self.started.elapsed()), self));
                }
                (false, false) => self.in_flight.next().await,
                (true, true) => {
                    tokio::time::sleep_until(self.next_at).await;
                    None
                }
                // Until the next ping is due, or an earlier one is finished.
                (true, false) => {
                    tokio::time::timeout_at(self.next_at, self.in_flight.next()).await.unwrap_or(None)
                }
            };
            match progress {
                Some(Ok(outcome)) => return Some((PingProgress::Finished(Box::new(outcome)), self)),
                Some(Err(error)) => {
                    self.series.count = 0;
                    self.in_flight.clear();
                    return Some((PingProgress::Ended(error), self));
                }
                None => self.start_next(),
            }
        }
    }

    fn start_next(&mut self) {
        let (service, session) = (self.service.clone(), self.session.clone());
        let (ping, number) = (self.series.ping.clone(), self.next);
        self.in_flight.push(Box::pin(async move { service.ping_now(&session, &ping, number).await }));
        self.next += 1;
        self.next_at = Instant::now() + self.pause();
    }

    fn pause(&self) -> Duration {
        if !self.series.jitter {
            return self.series.interval;
        }
        // 75 % to 125 %. Weak randomness is enough to keep concurrent series out of step.
        let random = u32::try_from(RandomState::new().hash_one(self.next) % 501).unwrap_or(250);
        self.series.interval * (750 + random) / 1000
    }
}
