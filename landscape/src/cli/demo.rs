//! The demonstration: everything is started, the story is told, and all ends with it.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use tokio::time::timeout;

use super::controller::supervise;
use super::error::DemoError;
use super::report::Report;
use super::scenario::Scenario;
use super::screen::{Screen, Watching};
use crate::journey::{HYBRID_INSTANCES, Journey, Options};
use crate::processes::controller::plan_command;
use crate::processes::{Programs, RunDir};
use crate::setting::{Setting, SettingOptions};

/// Time that the end of a process may take to be seen.
const MOMENT: Duration = Duration::from_secs(1);

/// Shows the scenario and reports what came of it. The caller keeps the run directory if it is not satisfied.
pub(super) async fn run(
    scenario: &Scenario,
    programs: Programs,
    run_dir: &RunDir,
    screen: &Arc<dyn Screen>,
) -> Result<Report, DemoError> {
    if scenario.keep {
        run_dir.keep();
    }
    screen.note("starting kube-apiserver, the fake cloud and the controller");
    let options = SettingOptions {
        speed: scenario.speed,
        latency: scenario.latency,
        random_seed: scenario.random_seed,
    };
    let setting = Setting::start_built(programs, &options, run_dir).await?;
    let world = setting.world();
    let controller = setting.controller();
    screen.note("while this runs, see from another terminal what the controller would do next:");
    let plan = plan_command(&controller, &world.shoot.name);
    screen.note(&format!("{plan} {}", setting.plan_options()));
    let options = Options::new(scenario.nodes, scenario.random_seed, setting.given(&world).await?);
    if options.is_beyond_hybrid_limits() {
        screen.note(&format!(
            "more than {HYBRID_INSTANCES} VMs: beyond Google's published limits of hybrid subnets, so the shoot carries \
             the annotation that allows it"
        ));
    }
    let crashes = AtomicU32::new(0);
    let journey = Journey::new(world, options, Arc::new(Watching(Arc::clone(screen))));
    let supervised = supervise(&controller, run_dir, scenario.crash_at, screen, &crashes);
    let outcome = tokio::select! {
        outcome = journey.run() => outcome.map_err(DemoError::from),
        error = supervised => Err(error),
    };
    match outcome {
        Ok(outcome) => Ok(Report { outcome, scenario: scenario.clone(), crashes: crashes.into_inner() }),
        // A process that ended is the cause of what failed after it; its end may take a moment to show.
        Err(error) => Err(timeout(MOMENT, setting.ended()).await.map_or(error, DemoError::from)),
    }
}
