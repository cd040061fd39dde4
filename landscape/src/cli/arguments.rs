//! Arguments of `demo` and `matrix`.

use clap::{Args, ValueEnum};

use super::milestones::{Milestone, Milestones};
use super::scenario::Scenario;
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
    /// Kill the controller (SIGKILL) when its log says that this step is done, M2 to M11; then start it again.
    #[arg(long, value_name = "STEP")]
    pub crash_at: Option<Milestone>,
    /// Factor by which time passes faster than in life: in the cloud, for the stand-ins and in the controller's waits.
    #[arg(long, default_value_t = 10.0, value_parser = speed)]
    pub speed: f64,
    /// Format of the result.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Keep the run directory with all logs.
    #[arg(long)]
    pub keep: bool,
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
    pub(super) fn scenario(&self) -> Scenario {
        Scenario {
            nodes: self.nodes,
            latency: self.latency.into(),
            random_seed: self.random_seed,
            crash_at: self.crash_at,
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
                crash_at: Some(*milestone),
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
