//! The whole journey of one shoot to dual-stack, with the real cloud-controller-manager and a real API server: its
//! infrastructure is migrated, its nodes are replaced, Kubernetes gets both families; then back, and the end.
//!
//! A journey does what gardenlet, machine controller and the shoot's owner do, one after the other, and holds each phase against
//! what is promised. It does not run the controller: that is somebody else's child process.

mod absence;
mod activation;
mod back;
mod deletion;
mod error;
mod fresh;
mod infrastructure;
mod nodes;
mod outcome;
mod roll_out;
mod services;
mod told;
mod witness;

use std::sync::Arc;
use std::time::Duration;

pub use error::{JourneyError, Result};
pub use outcome::Outcome;
pub use told::{Chapter, Check, Narrator};

use self::services::Services;
use self::told::Record;
use self::witness::Witness;
use crate::migration::{Baseline, Observer, Story};
use crate::neighbours::World;
use crate::neighbours::machines::Machines;
use crate::processes::{ProcessError, RunDir};
use crate::setting::Setting;

/// Longest wait for anything, on the wall clock: the cloud-controller-manager lives on it.
const PATIENCE: Duration = Duration::from_secs(300);
/// Pause between two looks, on the wall clock.
const LOOK: Duration = Duration::from_millis(500);
/// Time for which nobody asks what is being waited for, on the wall clock.
const SILENCE: Duration = Duration::from_secs(3);

/// A shoot on its journey. What was started for it ends when it is dropped.
pub struct Journey<'a> {
    setting: Setting,
    run_dir: &'a RunDir,
    world: World,
    story: Story,
    nodes: u32,
    services: Services,
    record: Record<'a>,
    witness: Witness,
    /// The shoot as it was before its migration, with the objects of others around it as long as they are there.
    baseline: Option<Baseline>,
}

impl<'a> Journey<'a> {
    /// A journey of a shoot with `nodes` nodes in `setting`, whose neighbours are at work from now on.
    pub async fn new(
        setting: Setting,
        nodes: u32,
        run_dir: &'a RunDir,
        observer: Arc<dyn Observer>,
        narrator: &'a dyn Narrator,
    ) -> Result<Self> {
        let world = setting.world();
        let options = setting.migration(&world, nodes).await?;
        let neighbours = setting.neighbours(&world, run_dir).await?;
        let story = Story::with_neighbours(world.clone(), options, observer, neighbours);
        let (services, witness) = (Services::new(&world), Witness::start(&world));
        Ok(Self {
            setting,
            run_dir,
            world,
            story,
            nodes,
            services,
            record: Record::new(narrator),
            witness,
            baseline: None,
        })
    }

    /// The machine controller of the shoot, for what happens beside the story.
    pub fn machines(&self) -> &Machines {
        self.story.machines()
    }

    /// Returns when a process has ended by itself, without which nothing can go on.
    pub async fn ended(&self) -> ProcessError {
        self.setting.ended().await
    }

    /// Goes all the way.
    pub async fn run(&mut self) -> Result<Outcome> {
        let migration = self.infrastructure().await?;
        self.roll_out().await?;
        self.activation().await?;
        self.back_to_ipv4().await?;
        self.deletion().await?;
        self.fresh().await?;
        self.deletion().await?;
        self.nobody_suffered();
        Ok(Outcome::new(self.nodes, migration, self.record.checks()))
    }

    /// Waits until `look` finds something; it says what it sees instead.
    async fn until<T>(
        &self,
        awaited: &str,
        mut look: impl AsyncFnMut() -> Result<Result<T, String>>,
    ) -> Result<T> {
        let begun = tokio::time::Instant::now();
        let mut told = false;
        loop {
            let last = match look().await? {
                Ok(found) => {
                    self.record.waits(None);
                    return Ok(found);
                }
                Err(last) => last,
            };
            if begun.elapsed() >= PATIENCE {
                return Err(JourneyError::Late {
                    awaited: awaited.to_owned(),
                    seconds: PATIENCE.as_secs(),
                    last,
                });
            }
            if begun.elapsed() >= SILENCE && !told {
                told = true;
                self.record.waits(Some(awaited));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Looks at what the witness has seen in the whole time.
    fn nobody_suffered(&self) {
        let seen = &self.witness.seen;
        let listed = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let unavailable = seen.unavailable();
        self.record.check(
            "no Node ever turned NetworkUnavailable",
            unavailable.is_empty(),
            listed(unavailable),
        );
        let moved = seen.moved();
        self.record.check("no pod and no Node got another address", moved.is_empty(), listed(moved));
    }
}
