//! The scenario of one demonstration.

use std::sync::Arc;

use super::error::DemoError;
use super::milestones::Milestone;
use super::screen::Screen;
use crate::migration::Word;
use crate::neighbours::{Guest, Guests, Shoot};
use crate::processes::controller::plan_command;
use crate::processes::fake_gcp::Latency;
use crate::processes::{Programs, RunDir};
use crate::setting::{Setting, SettingOptions};

/// A demonstration, as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    /// Nodes of the shoot.
    pub(super) nodes: u32,
    /// Duration of the cloud's operations.
    pub(super) latency: Latency,
    /// Start of everything random in the cloud and in the machines' names.
    pub(super) random_seed: u64,
    /// A word that is said while a milestone is under way.
    pub(super) turn: Option<Turn>,
    /// Number of the worker pool, from 1 on, whose guests take alias ranges although they were told not to.
    pub(super) bad_guests: Option<u32>,
    /// Milestone after which the controller is killed; without one it is killed right after a word that holds the migration. Where it is
    /// held one that comes after it is resumed.
    pub(super) crash_at: Option<Milestone>,
    /// Whether the cloud-controller-manager is killed together with the controller, if it is there.
    pub(super) ccm_dies: bool,
    /// Milestone during which one more machine joins.
    pub(super) joins_at: Option<Milestone>,
    /// What becomes of that machine's route.
    pub(super) insert: Insert,
    /// Seconds of the cloud and of the stand-ins per second of the wall clock.
    pub(super) speed: f64,
    /// Whether the run directory outlives a demonstration that went well.
    pub(super) keep: bool,
}

/// What becomes of an insert of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Insert {
    /// The route is made as fast as others.
    #[default]
    Usual,
    /// The insert takes so long that it outlives a cloud-controller-manager.
    Slow,
    /// The cloud refuses the insert.
    Refused,
}

/// A turn of the story: an operator says a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// The word.
    pub(super) word: Word,
    /// Milestone that is under way when the word is said.
    pub(super) at: Milestone,
}

impl Scenario {
    /// Starts what it is played in, from `programs`, and says by which command the controller's plan can be seen meanwhile.
    ///
    /// # Errors
    /// If something cannot be started.
    pub(super) async fn start(
        &self,
        programs: Programs,
        run_dir: &RunDir,
        screen: &Arc<dyn Screen>,
    ) -> Result<Setting, DemoError> {
        screen.note("starting kube-apiserver, the fake cloud and the controller");
        if self.keep {
            run_dir.keep();
        }
        let Self { speed, latency, random_seed, .. } = *self;
        let options = SettingOptions { speed, latency, random_seed };
        let setting = Setting::start_built(programs, &options, run_dir).await?;
        screen.note("while this runs, see from another terminal what the controller would do next:");
        let plan = plan_command(&setting.controller(), &setting.world().shoot.name);
        screen.note(&format!("{plan} {}", setting.plan_options()));
        Ok(setting)
    }

    /// The guests of the machines of `shoot`, whose worker pools take turns.
    pub(super) fn guests(&self, shoot: &Shoot) -> Guests {
        let Some(pool) = self.bad_guests else { return Guests::default() };
        let first = pool.saturating_sub(1);
        let of =
            (first..self.nodes).step_by(shoot.pools.len().max(1)).map(|index| (index, Guest::Deaf)).collect();
        Guests { of, ..Guests::default() }
    }

    /// The milestone at which `word` is said; `None`: it is not.
    pub(super) fn said_at(&self, word: Word) -> Option<Milestone> {
        self.turn.filter(|turn| turn.word == word).map(|turn| turn.at)
    }
}
