//! Leader election on the command line: its options, and the work that is done only while this process leads.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{ArgAction, Args};
use tokio_util::sync::CancellationToken;

use super::connect::NO_CLIENT;
use super::duration;
use crate::environment::{SystemClock, SystemRng};
use crate::kubernetes::{self, Layers, LeaseClient, Reach};
use crate::leader::{Announcer, Elector, Gate, Timing, identity};
use crate::serving::{Flag, Liveness, Metrics};

/// The name under which events are reported.
pub(super) const COMPONENT: &str = "gardener-extension-infra-gcp";
/// The file in which a pod finds the namespace it is in.
const POD_NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// The options of leader election.
#[derive(Debug, Args)]
pub(super) struct Election {
    /// Work only while holding a Lease, so that several processes can stand by for each other.
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true")]
    #[arg(num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    leader_election: bool,
    /// The Lease's name.
    #[arg(long, value_name = "NAME", default_value = "gardener-extension-infra-gcp-leader-election")]
    leader_election_id: String,
    /// The Lease's namespace. Without it: the namespace of the pod.
    #[arg(long, value_name = "NAMESPACE", env = "LEADER_ELECTION_NAMESPACE")]
    leader_election_namespace: Option<String>,
    /// Time for which others leave a Lease alone that is not renewed.
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration::parse)]
    leader_election_lease_duration: Duration,
    /// Time for which the leader goes on without having renewed the Lease.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration::parse)]
    leader_election_renew_deadline: Duration,
    /// Time between two tries to get or to renew the Lease.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    leader_election_retry_period: Duration,
}

/// The Lease that decides who works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) timing: Timing,
}

impl Election {
    /// The Lease that is to be held; `None`: every process works.
    pub(super) fn seat(&self) -> anyhow::Result<Option<Seat>> {
        if !self.leader_election {
            return Ok(None);
        }
        if self.leader_election_id.is_empty() {
            bail!("--leader-election-id is empty: name a Lease");
        }
        let timing = Timing {
            lease: self.leader_election_lease_duration,
            renew: self.leader_election_renew_deadline,
            retry: self.leader_election_retry_period,
        };
        let timing =
            timing.checked().context("--leader-election-{lease-duration,renew-deadline,retry-period}")?;
        let namespace = self.namespace().context(
            "no namespace for the Lease: give --leader-election-namespace or set $LEADER_ELECTION_NAMESPACE, or switch it off \
             with --leader-election=false",
        )?;
        Ok(Some(Seat { namespace, name: self.leader_election_id.clone(), timing }))
    }

    /// The namespace of this process's own Leases, if there is one.
    pub(super) fn namespace(&self) -> Option<String> {
        let given = self.leader_election_namespace.clone().filter(|given| !given.is_empty());
        given.or_else(|| {
            let found = std::fs::read_to_string(Path::new(POD_NAMESPACE)).ok()?;
            Some(found.trim().to_owned()).filter(|found| !found.is_empty())
        })
    }
}

/// The candidacy of this process.
pub(super) struct Leadership {
    elector: Elector,
    announcer: Announcer,
    metrics: Metrics,
    seat: Seat,
}

impl Leadership {
    /// A candidacy for `seat`, over connections of its own: nothing that the work does can keep a renewal waiting.
    pub(super) fn new(
        seat: Seat,
        config: &kube::Config,
        gate: &Gate,
        metrics: &Metrics,
        reach: &Reach,
    ) -> anyhow::Result<Self> {
        let layers = Layers { reach: reach.clone(), ..Layers::default() };
        let client = kubernetes::client(config.clone(), layers).context(NO_CLIENT)?;
        let identity = identity(&SystemRng);
        let announcer =
            Announcer::new(client.clone(), COMPONENT, identity.clone(), &seat.namespace, &seat.name);
        let lease = LeaseClient::new(client, &seat.namespace, &seat.name);
        let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
        let elector = Elector::new(lease, identity, seat.timing, gate.clone(), clock, rng);
        metrics.leads(&seat.name, false);
        Ok(Self { elector, announcer, metrics: metrics.clone(), seat })
    }

    /// The liveness of the election, which beats at each try for the Lease.
    pub(super) fn liveness(&self) -> Liveness {
        self.elector.liveness()
    }

    /// The longest time that may lie between two tries.
    pub(super) fn bound(&self) -> Duration {
        self.seat.timing.lease + self.seat.timing.renew
    }

    /// A flag that is raised once the Lease was read.
    pub(super) fn standing(&self) -> Flag {
        self.elector.standing()
    }

    /// Does `work` once this process leads, and gives the leadership back when that is done. If it is lost before, the process is to end
    /// at once: work that was cut off is taken up by whoever leads now.
    pub(super) async fn during(
        mut self,
        work: impl Future<Output = anyhow::Result<()>>,
        stop: &CancellationToken,
    ) -> anyhow::Result<ExitCode> {
        tokio::select! {
            () = self.elector.acquire() => {}
            () = stop.cancelled() => {
                // It may have come to lead at this very moment.
                self.elector.release().await;
                return Ok(ExitCode::SUCCESS);
            }
        }
        self.metrics.leads(&self.seat.name, true);
        let announcer = &self.announcer;
        let worked = tokio::select! {
            lost = self.elector.keep() => Err(lost),
            (worked, ()) = async { tokio::join!(work, announcer.leads()) } => Ok(worked),
        };
        self.metrics.leads(&self.seat.name, false);
        match worked {
            Err(lost) => {
                tracing::error!("{lost}: this process ends");
                Ok(ExitCode::FAILURE)
            }
            Ok(worked) => {
                self.elector.release().await;
                self.announcer.stopped().await;
                worked.map(|()| ExitCode::SUCCESS)
            }
        }
    }
}
