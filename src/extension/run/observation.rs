//! The observation of one Infrastructure's world: what shall be, and what is. Reads only.

use std::time::Duration;

use planner::desired::{self, Goal, Inputs, Reported, Target, TargetError};
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::journal::{self, State};
use planner::plan::{self, Decision, History, ReadSet};
use planner::snapshot::{Cloud, Parts, Settings, Shoot, Snapshot};
use tokio::time::Instant;

use crate::api::infrastructure::Infrastructure;
use crate::environment::Clock;
use crate::extension::contract::state;
use crate::extension::tell::Failure;
use crate::gcp::Clients;
use crate::kubernetes::{Neighbours, Seed};
use crate::observe::{self, ShootApi, Sources, Windows};
use crate::shoot::Shoots;

/// The world of one Infrastructure: what shall be, and what is.
pub(super) struct Observation {
    pub(super) target: Target,
    /// The name of the Cluster.
    cluster: String,
    pub(super) seen: Snapshot,
    pub(super) neighbours: Neighbours,
    /// The parts of the cloud that were read for this observation.
    read: Parts,
    /// The parts that were read for this observation or an earlier observation of the same run.
    known: Parts,
    /// The instant at which all parts were last read.
    whole: Instant,
}

/// The age up to which the next observation may keep parts that were read before.
const KEEP: Duration = Duration::from_secs(120);

/// The parts of the cloud that an observation reads, and the earlier observation that has all the rest.
pub(super) struct Refresh {
    pub(super) earlier: Observation,
    pub(super) parts: Parts,
}

/// An observer of seed and cloud, who may decide what is to be done.
pub struct Observer<'a> {
    /// The client of the seed.
    pub seed: &'a Seed,
    /// The clients of Google Cloud.
    pub cloud: &'a Clients,
    /// The ways to the shoots' own APIs.
    pub shoots: &'a Shoots,
    /// The wall clock, for the instants of the snapshot.
    pub clock: &'a dyn Clock,
    /// The looks at canaries of this process.
    pub windows: &'a Windows,
    /// The operator's settings, by which is decided and looked.
    pub settings: &'a Settings,
    /// Whether every shoot has a service account of its own, and not only those that have one already.
    pub service_accounts: bool,
    /// Whether nothing but reads may be sent, as for a dry run.
    pub reads_only: bool,
}

impl Observer<'_> {
    /// Observes the world of `infrastructure` and decides what to do. Reads only.
    ///
    /// # Errors
    /// A [`Failure`]; nothing was changed.
    pub async fn decide(&self, infrastructure: &Infrastructure) -> Result<Decision, Failure> {
        let mut observation = self.observe(goal(infrastructure), infrastructure, None).await?;
        self.decide_on(&mut observation, &History::default()).await
    }

    /// What of `reads` is sent.
    fn sent(&self, reads: ReadSet) -> ReadSet {
        ReadSet { proves: reads.proves && !self.reads_only, ..reads }
    }

    /// Decides what to do about `observation`, once all is read that the decision rests on.
    pub(super) async fn decide_on(
        &self,
        observation: &mut Observation,
        history: &History,
    ) -> Result<Decision, Failure> {
        loop {
            let decision = plan::plan(&observation.target, &observation.seen, self.settings, history);
            let unread = plan::unread(&decision, &observation.seen, &observation.read, &observation.known);
            if unread.is_empty() {
                return Ok(decision);
            }
            let kept = std::mem::take(&mut observation.seen.cloud);
            let (target, state) = (&observation.target, &observation.seen.state);
            let reads = self.sent(plan::reads(target, state, &kept, &unread));
            observation.seen.cloud =
                Box::pin(observe::cloud(target, state, self.cloud, &reads, kept)).await?;
            let kept = std::mem::take(&mut observation.seen.shoot);
            let api = self.shoot_api(&observation.cluster);
            observation.seen.shoot =
                Box::pin(observe::shoot(target, state, &observation.seen.cloud, &reads.parts, &api, kept))
                    .await;
            observation.seen.at = self.clock.now();
            observation.has_read(unread);
        }
    }

    /// Observes the world of `infrastructure`; as little of it as `refresh` says, as long as what shall be is the same as before.
    pub(super) async fn observe(
        &self,
        goal: Goal,
        infrastructure: &Infrastructure,
        refresh: Option<Refresh>,
    ) -> Result<Observation, Failure> {
        let since = self.clock.now();
        let cluster_name = infrastructure.metadata.namespace.clone().unwrap_or_default();
        let cluster = self.seed.cluster(&cluster_name).await?;
        let state = state::read(self.seed, infrastructure, self.service_accounts).await?;
        of_project(&state, self.cloud.compute.project())?;
        let target = desired::build(&Inputs {
            cluster: &cluster_name,
            project: self.cloud.compute.project(),
            spec: &infrastructure.spec,
            shoot: &cluster.spec.shoot,
            goal,
            reported: &Reported::of(infrastructure.status.as_ref()),
            state: &state,
            words: infrastructure
                .metadata
                .annotations
                .as_ref()
                .and_then(|annotations| annotations.get(MIGRATION_ANNOTATION))
                .map(String::as_str),
            service_account: state.is_marked(journal::SERVICE_ACCOUNT_EXISTS)
                || match goal {
                    Goal::Present => self.service_accounts,
                    Goal::Absent => state.is_marked(journal::SERVICE_ACCOUNT_PENDING),
                },
        })?;
        let neighbours =
            Neighbours::new(self.seed.clone(), &cluster_name, target.control_plane_namespace.as_deref());
        // What may go depends on whoever else is there: a deletion looks at everything each time.
        let keeps = |Refresh { earlier, .. }: &Refresh| {
            goal == Goal::Present && earlier.target == target && earlier.whole.elapsed() < KEEP
        };
        let (kept, parts, known, whole) = match refresh.filter(keeps) {
            Some(Refresh { earlier: Observation { seen, known, whole, .. }, parts }) => {
                ((seen.cloud, seen.shoot), parts, known, whole)
            }
            None => ((Cloud::default(), Shoot::default()), plan::whole(&state), Parts::new(), Instant::now()),
        };
        let sources = Sources { cloud: self.cloud, seed: &neighbours, clock: self.clock };
        let (kept, shoot) = kept;
        let mut reads = self.sent(plan::reads(&target, &state, &kept, &parts));
        // On the heap, as many calls at a time are a large future.
        let mut seen = Box::pin(observe::observe(&target, state, since, &sources, &reads, kept)).await?;
        if let Some(lacking) = plan::lacking(&target, &seen.state, &seen.cloud, &parts, &reads) {
            let lacking = self.sent(lacking);
            let more = observe::observe(&target, seen.state, since, &sources, &lacking, seen.cloud);
            seen = Box::pin(more).await?;
            reads.parts.extend(lacking.parts);
        }
        let api = self.shoot_api(&cluster_name);
        seen.shoot =
            Box::pin(observe::shoot(&target, &seen.state, &seen.cloud, &reads.parts, &api, shoot)).await;
        seen.at = self.clock.now();
        let cluster = cluster_name;
        let mut observation =
            Observation { target, cluster, seen, neighbours, read: Parts::new(), known, whole };
        observation.has_read(parts);
        Ok(observation)
    }
}

impl<'a> Observer<'a> {
    /// The way to the API of the shoot whose Cluster is called `cluster`.
    fn shoot_api(&self, cluster: &'a str) -> ShootApi<'a> {
        let Self { shoots, windows, seed, clock, settings, .. } = *self;
        ShootApi { shoots, windows, seed, cluster, clock, settings }
    }
}

/// Refuses a project other than the recorded one. What was made is known by its names, and in another project the same names are
/// other things: all would be made anew there, or nothing be found to delete.
fn of_project(state: &State, project: &str) -> Result<(), TargetError> {
    match state.project() {
        Some(recorded) if recorded != project => {
            Err(TargetError::Project { found: project.to_owned(), recorded: recorded.clone() })
        }
        _ => Ok(()),
    }
}

impl Observation {
    fn has_read(&mut self, parts: Parts) {
        self.known.extend(&parts);
        self.read.extend(parts);
    }
}

/// Whether the network of `infrastructure` shall be there.
fn goal(infrastructure: &Infrastructure) -> Goal {
    if infrastructure.metadata.deletion_timestamp.is_some() { Goal::Absent } else { Goal::Present }
}
