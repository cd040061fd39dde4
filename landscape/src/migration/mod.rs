//! The story of one shoot: created with IPv4, filled with nodes and with objects of others, made dual-stack, verified.
//!
//! The story drives the stand-ins and looks at the cloud from outside. It does not run the controller: that is
//! somebody else's child process or task. Nor does it print: whoever wants to follow it is an [`Observer`].

mod canaries;
mod error;
mod foreign;
mod observer;
mod options;
mod outcome;
#[cfg(test)]
mod tests;
mod turns;
mod waiting;
mod word;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub use canaries::Canary;
pub use error::{MigrationError, Result};
pub use observer::{Observer, Progress, Quiet, Stage};
pub use options::{ALLOW_BEYOND_HYBRID_LIMITS, ANNOTATION, HYBRID_INSTANCES, Options};
pub use outcome::{End, Outcome, Rest};
pub use turns::{Cause, Held};
pub use word::Word;

use self::canaries::Canaries;
use self::foreign::Foreign;
use crate::cloud::fake::RequestCount;
use crate::neighbours::gardenlet::Gardenlet;
use crate::neighbours::machines::{Machine, Machines};
use crate::neighbours::{Neighbours, World, constraint, controlplane};

/// Prefix of the controller's user agent, by which its requests are counted.
pub const CONTROLLER_AGENT: &str = "gardener-extension-infra-gcp";

/// Time after which every change is taken to be programmed on every host.
const HOSTS_LAG: Duration = Duration::from_secs(30);

/// One shoot on its way. The phases are meant to be called once each, in the order in which they stand here;
/// [`Story::run`] does that. The running stand-ins stop when the story is dropped.
pub struct Story {
    world: World,
    options: Options,
    gardenlet: Gardenlet,
    machines: Machines,
    observer: Arc<dyn Observer>,
    canaries: Canaries,
    _neighbours: Neighbours,
}

/// An IPv4 shoot at work, as it was before the change.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// Worker machines of the shoot.
    pub machines: Vec<Machine>,
    foreign: Foreign,
    foreign_before: BTreeMap<String, Value>,
}

/// The beginning of a change: the number of the next request, and the instant on the cloud's clock.
#[derive(Debug, Clone, Copy)]
struct Begin {
    request: u64,
    at: Timestamp,
}

/// A change of the shoot that the Infrastructure has completed.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Seconds on the cloud's clock from the trigger to readiness.
    pub seconds: f64,
    /// Requests of the controller to the cloud in that time.
    pub requests: RequestCount,
}

impl Story {
    /// Starts the stand-ins that live all the time, with their usual delays.
    pub fn new(world: World, options: Options, observer: Arc<dyn Observer>) -> Self {
        let neighbours = Neighbours::start(&world, options.random_seed);
        Self::with_neighbours(world, options, observer, neighbours)
    }

    /// A story among stand-ins that the caller has started.
    pub fn with_neighbours(
        world: World,
        options: Options,
        observer: Arc<dyn Observer>,
        neighbours: Neighbours,
    ) -> Self {
        Self {
            gardenlet: Gardenlet::new(&world),
            machines: Machines::new(&world, options.random_seed)
                .with(options.guests.clone(), options.workload.clone())
                .registering(options.registration),
            world,
            options,
            observer,
            canaries: Canaries::default(),
            _neighbours: neighbours,
        }
    }

    /// Goes through all phases and measures what came of them.
    pub async fn run(self) -> Result<Outcome> {
        let baseline = self.prepare().await?;
        let migration = self.migrate().await?;
        self.conclude().await?;
        self.verify(&baseline, &migration).await
    }

    /// The gardenlet of this shoot, for what a test wants beside the story.
    pub fn gardenlet(&self) -> &Gardenlet {
        &self.gardenlet
    }

    /// The machine controller of this shoot, for what a test wants beside the story.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// Creates an Infrastructure with these families; without any, with the usual ones, which are IPv4 alone.
    pub async fn create_infrastructure(&self, families: &[&str]) -> Result<()> {
        self.observer.stage(Stage::CreateInfrastructure);
        self.gardenlet.prepare(&self.options.given).await?;
        if !families.is_empty() {
            self.gardenlet.set_families(families).await?;
        }
        self.gardenlet.deploy_infrastructure().await?;
        self.until_ready(Stage::CreateInfrastructure).await?;
        Ok(self.gardenlet.take_over_networking().await?)
    }

    /// Creates an IPv4 shoot whose nodes are all reachable over routes and watched, with objects of others around it.
    pub async fn prepare(&self) -> Result<Baseline> {
        self.create_infrastructure(&[]).await?;
        controlplane::deploy(&self.world).await?;

        self.observer.stage(Stage::CreateNodes { nodes: self.options.nodes });
        let machines = self.machines.create(0..self.options.nodes).await?;
        for machine in &machines {
            self.world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await?;
        }
        self.until_routed(machines.len() as u64).await?;

        self.observer.stage(Stage::AddForeignObjects);
        let foreign = Foreign::create(&self.world, machines.first()).await?;
        let foreign_before = foreign.read().await?;
        Ok(Baseline { machines, foreign, foreign_before })
    }

    /// Adds IPv6 to the shoot's families and waits until the Infrastructure has followed.
    pub async fn migrate(&self) -> Result<Measured> {
        let begin = self.begin().await?;
        self.until_ready(Stage::Migrate).await?;
        self.measure(begin).await
    }

    /// Adds IPv6 to the shoot's families and waits until the controller has taken it up.
    async fn begin(&self) -> Result<Begin> {
        self.observer.stage(Stage::Migrate);
        let cloud = &self.world.cloud;
        let begin =
            Begin { request: cloud.requests(CONTROLLER_AGENT, 0).await?.next_seq, at: cloud.clock().await? };
        self.gardenlet.set_families(&["IPv4", "IPv6"]).await?;
        self.gardenlet.deploy_infrastructure().await?;
        self.until_picked_up(Stage::Migrate).await?;
        constraint::set(&self.world).await?;
        Ok(begin)
    }

    /// The time and the requests that were spent since `begin`.
    async fn measure(&self, begin: Begin) -> Result<Measured> {
        let cloud = &self.world.cloud;
        let seconds = seconds_between(begin.at, cloud.clock().await?);
        Ok(Measured { seconds, requests: cloud.requests(CONTROLLER_AGENT, begin.request).await? })
    }

    /// Does what the rest of Gardener does after a migration: networks into the
    /// Cluster, ControlPlane reconciled, constraint lifted.
    pub async fn conclude(&self) -> Result<()> {
        self.reconcile_control_plane().await?;
        Ok(constraint::lift(&self.world).await?)
    }

    /// Does what follows at once: networks into the Cluster, ControlPlane reconciled.
    pub async fn reconcile_control_plane(&self) -> Result<()> {
        self.observer.stage(Stage::ReconcileControlPlane);
        self.gardenlet.take_over_networking().await?;
        Ok(controlplane::reconcile(&self.world).await?)
    }

    /// Asks for one more reconcile, and counts the controller's requests from then until all hosts know what came of it.
    pub async fn reconcile_once_more(&self) -> Result<RequestCount> {
        let cloud = &self.world.cloud;
        let begun = cloud.requests(CONTROLLER_AGENT, 0).await?.next_seq;
        self.gardenlet.deploy_infrastructure().await?;
        self.until_ready(Stage::Verify).await?;
        // The last changes may still be on their way to the hosts.
        self.world.time.sleep(HOSTS_LAG).await;
        Ok(cloud.requests(CONTROLLER_AGENT, begun).await?)
    }

    /// Asks for one more reconcile, which should change nothing, and measures the outcome.
    pub async fn verify(&self, baseline: &Baseline, migration: &Measured) -> Result<Outcome> {
        self.observer.stage(Stage::Verify);
        let second_pass = self.reconcile_once_more().await?;
        let foreign_after = baseline.foreign.read().await?;
        let (world, end) = (&self.world, End::DualStack);
        let outcome = outcome::judge(world, baseline, &foreign_after, migration, &second_pass, end).await?;
        Ok(Outcome { canaries: self.canaries.all(), ..outcome })
    }
}

impl Baseline {
    /// Takes the objects of others away, as they do when they leave the VPC.
    pub async fn remove_foreign(&self) -> Result<()> {
        self.foreign.remove().await
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
