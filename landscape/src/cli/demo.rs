//! One demonstration: everything is started, the story is told, and all ends with it.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::arguments::Latency;
use super::controller::supervise;
use super::error::DemoError;
use super::report::Report;
use super::screen::{Screen, Watching};
use super::steps::Step;
use crate::journey::{HYBRID_INSTANCES, Journey, Options};
use crate::processes::RunDir;
use crate::processes::controller::plan_command;
use crate::setting::{Setting, SettingOptions};

/// What is to be shown.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub(super) nodes: u32,
    pub(super) latency: Latency,
    pub(super) seed: u64,
    pub(super) crash_at: Option<Step>,
    pub(super) speed: f64,
    pub(super) keep: bool,
}

pub(super) async fn run(scenario: &Scenario, screen: &Arc<dyn Screen>) -> Result<Report, DemoError> {
    let run_dir = RunDir::create("demo")?;
    if scenario.keep {
        run_dir.keep();
    }
    screen.note("starting kube-apiserver, the fake cloud and the controller");
    let options =
        SettingOptions { speed: scenario.speed, latency: scenario.latency.into(), seed: scenario.seed };
    let setting = Setting::start(&options, &run_dir).await?;
    let world = setting.world();
    let controller = setting.controller();
    screen.note("while this runs, see from another terminal what the controller would do next:");
    let plan = plan_command(&controller, &world.shoot.name).await?;
    screen.note(&format!("{plan} {}", setting.plan_options()));
    let options = Options::new(scenario.nodes, scenario.seed, setting.given(&world).await?);
    if options.is_beyond_hybrid_limits() {
        screen.note(&format!(
            "more than {HYBRID_INSTANCES} VMs: beyond Google's published limits of hybrid subnets, so the shoot carries \
             the annotation that allows it"
        ));
    }
    let crashes = AtomicU32::new(0);
    let journey = Journey::new(world, options, Arc::new(Watching(Arc::clone(screen))));
    let outcome = tokio::select! {
        outcome = journey.run() => outcome,
        error = supervise(&controller, &run_dir, scenario.crash_at, screen, &crashes) => return Err(error),
    };
    if outcome.is_err() {
        run_dir.keep();
    }
    let report = Report { outcome: outcome?, scenario: scenario.clone(), crashes: crashes.into_inner() };
    if !report.is_ok() {
        run_dir.keep();
    }
    Ok(report)
}
