//! The elector wins, keeps and gives back the Lease, with client-go's semantics.
//!
//! Whether a Lease has run out is judged by how long ago this process saw it change, on its own monotonic clock. The times that
//! are written in it are for people: clocks of machines differ.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use planner::text::chain;
use thiserror::Error;
use tokio::time::{Instant, sleep, timeout};

use super::timing::JITTER;
use super::{Gate, Timing};
use crate::environment::{Clock, Rng};
use crate::kubernetes::{Error, LeaseClient};
use crate::serving::{Flag, Liveness};

/// A candidate for the leadership.
pub struct Elector {
    lease: LeaseClient,
    identity: String,
    timing: Timing,
    gate: Gate,
    liveness: Liveness,
    standing: Flag,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    seen: Option<Sighting>,
}

/// The Lease as it was last read.
struct Sighting {
    lease: Lease,
    /// The instant at which this spec was first read.
    since: Instant,
}

/// The loss of the leadership.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Lost {
    /// The Lease was not renewed within this time.
    #[error("the leadership is lost: it was not renewed within {} ms", .0.as_millis())]
    Late(Duration),
    /// The candidate of this name holds the Lease.
    #[error("the leadership is lost: {0} has it")]
    Taken(String),
}

/// The outcome of one try.
enum Tried {
    /// The leader is this process.
    Ours,
    /// The leader is the candidate of this name.
    Theirs(String),
}

impl Elector {
    /// A candidate called `identity`, which opens `gate` while it leads.
    pub fn new(
        lease: LeaseClient,
        identity: String,
        timing: Timing,
        gate: Gate,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        let (liveness, standing) = (Liveness::default(), Flag::default());
        Self { lease, identity, timing, gate, liveness, standing, clock, rng, seen: None }
    }

    /// The liveness of the election, which beats at each try.
    pub fn liveness(&self) -> Liveness {
        self.liveness.clone()
    }

    /// A flag that is raised once the Lease was read: the candidate leads, or stands by.
    pub fn standing(&self) -> Flag {
        self.standing.clone()
    }

    /// Tries until this process leads.
    pub async fn acquire(&mut self) {
        let (mut told, mut silent) = (None, false);
        loop {
            self.liveness.beat();
            match timeout(self.patience(), self.attempt()).await {
                Ok(Ok(Tried::Ours)) => {
                    tracing::info!(lease = %self.lease, identity = %self.identity, "this process leads");
                    return;
                }
                Ok(Ok(Tried::Theirs(holder))) => {
                    silent = false;
                    if told.as_ref() != Some(&holder) {
                        tracing::info!(lease = %self.lease, %holder, "somebody else leads; this process stands by");
                        told = Some(holder);
                    }
                }
                Ok(Err(error)) if error.is_away() => {}
                Ok(Err(error)) => {
                    tracing::warn!(error = %chain(&error), "cannot try for the leadership; it is tried again");
                }
                Err(_) => self.unanswered(&mut silent),
            }
            sleep(self.timing.retry.mul_f64(1.0 + JITTER * self.rng.unit())).await;
        }
    }

    /// Renews the Lease until the leadership is lost; the gate is shut then.
    pub async fn keep(&mut self) -> Lost {
        let mut silent = false;
        let lost = loop {
            sleep(self.timing.retry).await;
            self.liveness.beat();
            // A try whose answer comes too late must not open the gate anew: work was held back meanwhile.
            let left = self.gate.shuts_at().map(|end| end.saturating_duration_since(Instant::now()));
            let Some(left) = left.filter(|left| !left.is_zero()) else {
                break Lost::Late(self.timing.renew);
            };
            match timeout(left.min(self.patience()), self.attempt()).await {
                Ok(Ok(Tried::Ours)) => silent = false,
                Ok(Ok(Tried::Theirs(holder))) => break Lost::Taken(holder),
                Ok(Err(error)) if error.is_away() => {}
                Ok(Err(error)) => {
                    tracing::warn!(error = %chain(&error), "cannot renew the leadership; it is tried again");
                }
                Err(_) => self.unanswered(&mut silent),
            }
        };
        self.gate.shut();
        lost
    }

    /// Gives the Lease back, so that the next one need not wait for its end. Whatever fails here ends by itself with the Lease.
    pub async fn release(&mut self) {
        self.gate.shut();
        match timeout(self.patience(), self.free()).await {
            Ok(Ok(true)) => tracing::info!(lease = %self.lease, "the leadership is given back"),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "cannot give the leadership back"),
            Err(_) => tracing::warn!(lease = %self.lease, "cannot give the leadership back: no answer"),
        }
    }

    /// Frees the Lease if it is this process's. It is read anew each time: a try that was cut off may have written it, or may still do so.
    async fn free(&self) -> Result<bool, Error> {
        loop {
            let Some(lease) = self.lease.get().await?.filter(|lease| self.leads(lease)) else {
                return Ok(false);
            };
            let now = Some(self.clock.now().into());
            let freed = LeaseSpec {
                holder_identity: Some(String::new()),
                lease_duration_seconds: Some(1),
                renew_time: now.clone(),
                acquire_time: now,
                ..lease.spec.clone().unwrap_or_default()
            };
            match self.lease.replace(&lease, freed).await {
                Err(Error::Changed { .. }) => {}
                freed => return freed.map(|_| true),
            }
        }
    }

    /// Logs that there is no answer, unless the last try that ended had none either.
    fn unanswered(&self, silent: &mut bool) {
        if !std::mem::replace(silent, true) {
            tracing::warn!(lease = %self.lease, "no answer; it is tried again until there is one");
        }
    }

    /// The longest time that one try may take.
    fn patience(&self) -> Duration {
        self.timing.renew / 2
    }

    async fn attempt(&mut self) -> Result<Tried, Error> {
        // Without looking first, as long as nobody else has written.
        if self.gate.is_open()
            && let Some(Sighting { lease, .. }) = &self.seen
            && self.leads(lease)
        {
            let (sent, spec) = (Instant::now(), self.spec(Some(lease)));
            match self.lease.replace(lease, spec).await {
                Ok(lease) => return Ok(self.won(lease, sent)),
                Err(error) => tracing::debug!(error = %chain(&error), "the Lease is read anew"),
            }
        }
        let Some(lease) = self.lease.get().await? else {
            let sent = Instant::now();
            let made = self.lease.create(self.spec(None)).await?;
            return Ok(self.won(made, sent));
        };
        self.saw(lease.clone());
        if let Some(holder) = self.other_holder(&lease) {
            return Ok(Tried::Theirs(holder));
        }
        let sent = Instant::now();
        let lease = self.lease.replace(&lease, self.spec(Some(&lease))).await?;
        Ok(self.won(lease, sent))
    }

    fn won(&mut self, lease: Lease, sent: Instant) -> Tried {
        self.saw(lease);
        self.gate.renew(sent);
        Tried::Ours
    }

    fn saw(&mut self, lease: Lease) {
        let since = match &self.seen {
            Some(seen) if seen.lease.spec == lease.spec => seen.since,
            _ => Instant::now(),
        };
        self.seen = Some(Sighting { lease, since });
        self.standing.raise();
    }

    fn leads(&self, lease: &Lease) -> bool {
        lease.spec.as_ref().is_some_and(|spec| spec.holder_identity.as_ref() == Some(&self.identity))
    }

    /// The holder of `lease`, if that is somebody else whose time is not up.
    fn other_holder(&self, lease: &Lease) -> Option<String> {
        let spec = lease.spec.as_ref()?;
        let holder = spec.holder_identity.as_ref()?;
        let seconds = spec.lease_duration_seconds.and_then(|seconds| u64::try_from(seconds).ok());
        let lasts = seconds.map_or(self.timing.lease, Duration::from_secs);
        let since = self.seen.as_ref()?.since;
        let others = !holder.is_empty() && *holder != self.identity && since.elapsed() < lasts;
        others.then(|| holder.clone())
    }

    /// The spec by which this candidate takes or keeps a Lease that is `before`.
    fn spec(&self, before: Option<&Lease>) -> LeaseSpec {
        let before = before.and_then(|lease| lease.spec.clone());
        let now = Some(self.clock.now().into());
        let goes_on = before.as_ref().filter(|spec| spec.holder_identity.as_ref() == Some(&self.identity));
        let acquired = goes_on.map_or_else(|| now.clone(), |spec| spec.acquire_time.clone());
        let transitions = before.as_ref().map_or(0, |spec| {
            spec.lease_transitions.unwrap_or_default().saturating_add(i32::from(goes_on.is_none()))
        });
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: Some(self.timing.lease_seconds()),
            acquire_time: acquired,
            renew_time: now,
            lease_transitions: Some(transitions),
            ..before.unwrap_or_default()
        }
    }
}
