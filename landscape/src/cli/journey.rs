//! The journey for people: everything is started, each phase is told, and all ends with it.

use std::sync::Arc;

use super::controller::Supervisor;
use super::error::DemoError;
use super::incidents::Incidents;
use super::life::Life;
use super::operator::Operator;
use super::scenario::Scenario;
use super::screen::{Screen, Telling, Watching};
use crate::journey::{Journey, Outcome};
use crate::processes::{Programs, RunDir};

/// Plays the journey of the scenario. The caller keeps the run directory if it is not satisfied.
pub(super) async fn run(
    scenario: &Scenario,
    programs: Programs,
    run_dir: &RunDir,
    screen: &Arc<dyn Screen>,
) -> Result<Outcome, DemoError> {
    let setting = scenario.start(programs, run_dir, screen).await?;
    let (controller, world) = (setting.controller(), setting.world());
    let (telling, watching) = (Telling(Arc::clone(screen)), Arc::new(Watching(Arc::clone(screen))));
    let mut journey = Journey::new(setting, scenario.nodes, run_dir, watching, &telling).await?;
    let operator = Operator { options: &controller, namespace: &world.shoot.name, run_dir, screen };
    let incidents = Incidents { scenario, machines: journey.machines().clone(), world: &world, screen };
    let supervisor = Supervisor { operator: &operator, incidents: &incidents };
    let mut life = Life::default();
    let outcome = tokio::select! {
        outcome = journey.run() => outcome.map_err(DemoError::from),
        error = supervisor.run(&mut life) => Err(error),
    };
    match outcome {
        Ok(outcome) => Ok(Outcome { missed: life.missed(scenario), ..outcome }),
        Err(error) => Err(error.or_end(journey.ended()).await),
    }
}
