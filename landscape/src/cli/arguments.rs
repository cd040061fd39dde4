//! Arguments of `demo` and `matrix`.

use clap::{Args, ValueEnum};

use super::milestones::{KILLABLE, Milestone, Milestones, ON_THE_WAY_BACK};
use super::scenario::{Insert, Scenario, Turn};
use crate::migration::Word;
use crate::processes::fake_gcp;

/// Format of the result on standard output; progress goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Text for people.
    Text,
    /// JSON value on the last line.
    Json,
}

/// Latency of the fake cloud's operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Latency {
    /// Done at once.
    None,
    /// Latencies as recorded from the real cloud.
    Recorded,
}

impl From<Latency> for fake_gcp::Latency {
    fn from(latency: Latency) -> Self {
        match latency {
            Latency::None => Self::None,
            Latency::Recorded => Self::Recorded,
        }
    }
}

/// The cloud-controller-manager of a demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ccm {
    /// A model of its route controller, as fast as the cloud.
    StandIn,
    /// Kubernetes' own with Google's provider, built by Go on first use.
    Real,
}

/// What others do in the middle.
#[derive(Debug, Clone, Copy, Args)]
pub struct IncidentArguments {
    /// Let one more machine join while this step is under way, M2b to M10.
    #[arg(long, value_name = "STEP", value_parser = Milestone::joined)]
    pub join_at: Option<Milestone>,
    /// Let the insert of that machine's route take so long that it outlives the cloud-controller-manager; join at M5 or M6 for that.
    #[arg(long, requires = "join_at")]
    pub slow_insert: bool,
    /// Let the cloud refuse the insert of that machine's route.
    #[arg(long, requires = "join_at", conflicts_with = "slow_insert")]
    pub refused_insert: bool,
}

impl IncidentArguments {
    fn insert(self) -> Insert {
        match (self.slow_insert, self.refused_insert) {
            (true, _) => Insert::Slow,
            (false, true) => Insert::Refused,
            (false, false) => Insert::Usual,
        }
    }
}

/// Arguments of `landscape demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Nodes of the shoot.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=8192))]
    pub nodes: u32,
    /// Duration of the cloud's operations.
    #[arg(long, value_enum, default_value_t = Latency::Recorded)]
    pub latency: Latency,
    /// Seed of everything random in the cloud.
    #[arg(long = "seed", value_name = "SEED", default_value_t = 1)]
    pub random_seed: u64,
    /// Kill the controller (SIGKILL) when its log says that this step is done, M2 to M11; then start it again. With `--undo-at` U1
    /// to U7, and without this option one of these by the seed; with `--bad-guest-agent` U1 to U7; with `--hold-at` a later step, so that
    /// it is killed after `resume`, and without this option while it is held.
    #[arg(long, value_name = "STEP", value_parser = Milestone::killable)]
    pub crash_at: Option<Milestone>,
    /// Run the command `undo` while this step is under way, M2b to M7, kill the controller on the way back, and end when all is as before.
    #[arg(long, value_name = "STEP", value_parser = Milestone::before_return)]
    pub undo_at: Option<Milestone>,
    /// Run the command `hold` while this step is under way, M2b to M7, and kill the controller; once the migration rests, run `resume`.
    #[arg(long, value_name = "STEP", value_parser = Milestone::before_return, conflicts_with = "undo_at")]
    pub hold_at: Option<Milestone>,
    /// Let the guest agents of the worker pool with this number take alias ranges for their own, which no file shows: its canary finds it
    /// out, and the migration is taken back.
    #[arg(long, value_name = "POOL", value_parser = clap::value_parser!(u32).range(1..=2), conflicts_with_all = ["undo_at", "hold_at"])]
    pub bad_guest_agent: Option<u32>,
    /// What others do in the middle.
    #[command(flatten)]
    pub incidents: IncidentArguments,
    /// The cloud-controller-manager, which gives Nodes their pod ranges and makes their routes.
    #[arg(long, value_enum, default_value_t = Ccm::StandIn)]
    pub ccm: Ccm,
    /// Factor by which time passes faster than in life: in the cloud, for the stand-ins and in the controller's waits. The waits of the
    /// real cloud-controller-manager stay as they are, so 3 is fast for it.
    #[arg(long, default_value_t = 10.0, value_parser = speed)]
    pub speed: f64,
    /// Format of the result.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Keep the run directory with all logs.
    #[arg(long)]
    pub keep: bool,
}

/// Arguments of `landscape journey`.
#[derive(Debug, Args)]
pub struct JourneyArguments {
    /// Nodes of the shoot.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub nodes: u32,
    /// Duration of the cloud's operations.
    #[arg(long, value_enum, default_value_t = Latency::Recorded)]
    pub latency: Latency,
    /// Seed of everything random in the cloud.
    #[arg(long = "seed", value_name = "SEED", default_value_t = 1)]
    pub random_seed: u64,
    /// Kill the controller and the cloud-controller-manager (SIGKILL) when the former's log says that this step of the migration is done,
    /// M2 to M11; then start them again.
    #[arg(long, value_name = "STEP", value_parser = Milestone::on_the_way_forward)]
    pub crash: Option<Milestone>,
    /// What others do in the middle.
    #[command(flatten)]
    pub incidents: IncidentArguments,
    /// Factor by which time passes faster than in life: in the cloud, for the stand-ins and in the controller's waits. The waits of the
    /// cloud-controller-manager stay as they are.
    #[arg(long, default_value_t = 3.0, value_parser = speed)]
    pub speed: f64,
    /// Format of the result.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Keep the run directory with all logs.
    #[arg(long)]
    pub keep: bool,
}

impl JourneyArguments {
    pub(super) fn scenario(&self) -> Scenario {
        Scenario {
            nodes: self.nodes,
            latency: self.latency.into(),
            random_seed: self.random_seed,
            turn: None,
            bad_guests: None,
            crash_at: self.crash,
            ccm_dies: true,
            joins_at: self.incidents.join_at,
            insert: self.incidents.insert(),
            speed: self.speed,
            keep: self.keep,
        }
    }
}

/// Arguments of `landscape matrix`.
#[derive(Debug, Args)]
pub struct MatrixArguments {
    /// Sizes of the shoot.
    #[arg(long, value_delimiter = ',', default_values_t = [20, 200], value_parser = clap::value_parser!(u32).range(1..=8192))]
    pub nodes: Vec<u32>,
    /// Steps after which the controller is killed: a range (both ends included) or a list.
    #[arg(long, default_value = "M2..M11")]
    pub steps: Milestones,
    /// Duration of the cloud's operations.
    #[arg(long, value_enum, default_value_t = Latency::Recorded)]
    pub latency: Latency,
    /// Seed of everything random in the cloud.
    #[arg(long = "seed", value_name = "SEED", default_value_t = 1)]
    pub random_seed: u64,
    /// Factor by which time passes faster than in life.
    #[arg(long, default_value_t = 10.0, value_parser = speed)]
    pub speed: f64,
    /// Format of the result.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

impl DemoArguments {
    /// What in the arguments does not go together, for people.
    pub fn contradiction(&self) -> Option<String> {
        let (ways, when) = match (self.undo_at, self.bad_guest_agent) {
            (Some(_), _) => (ON_THE_WAY_BACK, "with --undo-at"),
            (None, Some(_)) => (ON_THE_WAY_BACK, "with --bad-guest-agent"),
            (None, None) => (KILLABLE, "without --undo-at"),
        };
        let crash_at = self.crash_at?;
        if !ways.holds(crash_at) {
            return Some(format!("{crash_at} cannot be the step of --crash-at {when}: write one of {ways}"));
        }
        let hold_at = self.hold_at.filter(|hold_at| crash_at <= *hold_at)?;
        Some(format!("{crash_at} may be done before --hold-at {hold_at}: write a step after {hold_at}"))
    }

    pub(super) fn scenario(&self) -> Scenario {
        let turn = |word, at: Option<Milestone>| at.map(|at| Turn { word, at });
        let drawn = self.undo_at.map(|_| ON_THE_WAY_BACK.drawn(self.random_seed));
        Scenario {
            nodes: self.nodes,
            latency: self.latency.into(),
            random_seed: self.random_seed,
            turn: turn(Word::Undo, self.undo_at).or_else(|| turn(Word::Hold, self.hold_at)),
            bad_guests: self.bad_guest_agent,
            crash_at: self.crash_at.or(drawn),
            ccm_dies: false,
            joins_at: self.incidents.join_at,
            insert: self.incidents.insert(),
            speed: self.speed,
            keep: self.keep,
        }
    }
}

impl MatrixArguments {
    /// All combinations, by size, then by milestone.
    pub(super) fn scenarios(&self) -> impl Iterator<Item = Scenario> {
        self.nodes.iter().flat_map(|nodes| {
            self.steps.0.iter().map(|milestone| Scenario {
                nodes: *nodes,
                latency: self.latency.into(),
                random_seed: self.random_seed,
                turn: None,
                bad_guests: None,
                crash_at: Some(*milestone),
                ccm_dies: false,
                joins_at: None,
                insert: Insert::Usual,
                speed: self.speed,
                keep: false,
            })
        })
    }
}

/// Beyond 1000 the controller's shortest waits would round to nothing.
fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.1..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("write a number from 0.1 to 1000".to_owned()),
    }
}
