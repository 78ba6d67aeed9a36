//! To call a model once, or some times, and to measure how long it takes.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::stream::{self, FuturesUnordered};
use futures_util::{Stream, StreamExt};
use llm_config_core::access::ConfigAction;
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::target::Purpose;
use llm_config_probe::ping::{self, Message, Pong};
use llm_config_store::OpenedTarget;
use tokio::time::Instant;

use crate::{Error, ScopeFilter, Service, Session};

/// One ping of a configuration of an owner.
#[derive(Clone, Debug)]
pub struct Ping {
    /// The configuration.
    pub target: ConfigId,
    /// What the model is sent.
    pub message: Message,
    /// How long to wait for the answer.
    pub timeout: Duration,
}

/// Some pings, one after the other.
#[derive(Clone, Debug)]
pub struct PingSeries {
    /// Each of them.
    pub ping: Ping,
    /// How many: 1 to [`PingSeries::COUNT`].
    pub count: u32,
    /// From the start of one to the start of the next.
    pub interval: Duration,
    /// How many may wait for an answer: 1 to [`PingSeries::IN_FLIGHT`].
    pub max_in_flight: usize,
    /// Whether the interval is longer or shorter by up to a quarter.
    pub jitter: bool,
}

impl PingSeries {
    /// The most pings.
    pub const COUNT: u32 = 100;
    /// The most that wait for an answer.
    pub const IN_FLIGHT: usize = 4;
}

/// A ping that was made.
#[derive(Clone, Debug)]
pub struct Pinged {
    /// Its place in the series, from 1.
    pub number: u32,
    /// Who was called.
    pub provider: Provider,
    /// What came of it.
    pub pong: Pong,
}

/// What happens in a series.
pub enum PingProgress {
    /// One was made.
    Pinged(Box<Pinged>),
    /// The series ends before its time.
    Ended(Error),
    /// All were made that could be; how long it took.
    Done(Duration),
}

impl Service {
    /// Calls the model of a configuration once, with its stored credential.
    pub async fn ping(&self, session: &Session, ping: &Ping) -> Result<Pinged, Error> {
        self.permitted(session, ScopeFilter::Owners, ping.target, ConfigAction::Ping).await?;
        self.limits.pings(session.actor.id, ping.target, 1)?;
        self.ping_now(session, ping, 1).await
    }

    /// Calls the model some times. Dropping the stream ends the series, running calls included.
    pub async fn ping_series(
        &self,
        session: Session,
        series: PingSeries,
    ) -> Result<impl Stream<Item = PingProgress> + use<>, Error> {
        self.permitted(&session, ScopeFilter::Owners, series.ping.target, ConfigAction::Ping).await?;
        self.limits.pings(session.actor.id, series.ping.target, series.count)?;
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

    fn clock(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.now().as_micros().unsigned_abs())
    }

    /// Opens the credential for this one call, so that a right that was taken away ends a series.
    async fn ping_now(&self, session: &Session, ping: &Ping, number: u32) -> Result<Pinged, Error> {
        let _slot = self.outgoing.slot().await;
        let opened = self.store.open_target(ping.target, &session.caller, Purpose::Call).await?;
        // By the role of this moment, not of the series' beginning.
        let prober = self.outgoing.prober(session, opened.role);
        let OpenedTarget { scope, target, credential, pending, .. } = opened;
        let resolved = self.resolve(credential.as_ref(), &scope, &target, pending).await?;
        let (message, timeout) = (ping.message.clone(), ping.timeout);
        let call = ping::Ping { message, timeout, now: self.clock() };
        let outcome = match resolved {
            Ok(credential) => prober.ping(&target, credential.as_ref(), &call).await,
            Err(error) => prober.unsent(&target, error, &call),
        };
        Ok(Pinged { number, provider: target.provider, pong: outcome })
    }
}

type Call = Pin<Box<dyn Future<Output = Result<Pinged, Error>> + Send>>;

/// A series on its way.
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
                // Whatever comes first: the moment of the next, or the answer to one before.
                (true, false) => {
                    tokio::time::timeout_at(self.next_at, self.in_flight.next()).await.unwrap_or(None)
                }
            };
            match progress {
                Some(Ok(pinged)) => return Some((PingProgress::Pinged(Box::new(pinged)), self)),
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
        // 75 % to 125 %; any source of chance is good enough to keep series apart.
        let chance = u32::try_from(RandomState::new().hash_one(self.next) % 501).unwrap_or(250);
        self.series.interval * (750 + chance) / 1000
    }
}
