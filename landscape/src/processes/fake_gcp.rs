//! The fake cloud as a child process.

use std::ffi::OsString;
use std::time::Duration;

use serde::Deserialize;

use super::{Child, ProcessError, Program, Programs, RunDir};
use crate::time::Time;

const START_DEADLINE: Duration = Duration::from_secs(60);

/// Duration of the fake's operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// Operations are done at once.
    None,
    /// Operations take as long as was recorded from the real cloud.
    #[default]
    Recorded,
}

/// Options of a fake cloud process.
#[derive(Debug, Clone)]
pub struct FakeGcpOptions {
    /// Seconds of the cloud per second of the wall clock.
    pub time_scale: f64,
    /// Duration of operations.
    pub latency: Latency,
    /// Start of everything random in the fake.
    pub random_seed: u64,
    /// Further arguments of `fake-gcp serve`.
    pub args: Vec<OsString>,
}

impl Default for FakeGcpOptions {
    fn default() -> Self {
        Self { time_scale: 1.0, latency: Latency::default(), random_seed: 1, args: Vec::new() }
    }
}

/// A running fake cloud.
#[derive(Debug)]
pub struct FakeGcp {
    /// Child process, to kill or pause.
    pub child: Child,
    /// Base URL, `http://127.0.0.1:<port>`.
    pub url: String,
    /// Time as it passes in this cloud, for all that lives with it.
    pub time: Time,
}

#[derive(Deserialize)]
struct Ready {
    url: String,
}

impl FakeGcp {
    /// Starts a fake cloud on a free port of the loopback interface and waits until it listens. Its clock goes from then on,
    /// and may go fast, so nothing that takes real time belongs between this and what the cloud is there for.
    pub async fn start(
        programs: &Programs,
        options: &FakeGcpOptions,
        run_dir: &RunDir,
    ) -> Result<Self, ProcessError> {
        let latency = match options.latency {
            Latency::None => "none",
            Latency::Recorded => "recorded",
        };
        let program = Program::new("fake-gcp", programs.fake_gcp())
            .args(["serve", "--listen", "127.0.0.1:0", "--exit-with-stdin"])
            .args(["--clock", &format!("scaled={}", options.time_scale)])
            .args(["--latency", latency, "--seed", &options.random_seed.to_string()])
            .args(&options.args);
        let mut child = Child::start(&program, run_dir)?;
        let Ready { url } = child.first_json(START_DEADLINE).await?;
        Ok(Self { child, url, time: Time::real(options.time_scale) })
    }
}
