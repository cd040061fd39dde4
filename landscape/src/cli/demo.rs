//! The demonstration: everything is started, the story is told, and all ends with it.

use std::sync::Arc;

use super::controller::Supervisor;
use super::error::DemoError;
use super::incidents::Incidents;
use super::life::Life;
use super::operator::Operator;
use super::report::Report;
use super::scenario::Scenario;
use super::screen::{Screen, Watching};
use crate::migration::{Cause, HYBRID_INSTANCES, Options, Outcome, Story, Word};
use crate::processes::{Programs, RunDir};

/// Shows the scenario and reports what came of it. The caller keeps the run directory if it is not satisfied.
pub(super) async fn run(
    scenario: &Scenario,
    programs: Programs,
    run_dir: &RunDir,
    screen: &Arc<dyn Screen>,
) -> Result<Report, DemoError> {
    let setting = scenario.start(programs, run_dir, screen).await?;
    let (controller, world) = (setting.controller(), setting.world());
    let options = setting.migration(&world, scenario.nodes).await?;
    let options = Options { guests: scenario.guests(&world.shoot), ..options };
    if options.is_beyond_hybrid_limits() {
        screen.note(&format!(
            "more than {HYBRID_INSTANCES} VMs: beyond Google's published limits of hybrid subnets, so the shoot carries \
             the annotation that allows it"
        ));
    }
    let mut life = Life::default();
    let neighbours = setting.neighbours(&world, run_dir).await?;
    let watching = Arc::new(Watching(Arc::clone(screen)));
    let story = Story::with_neighbours(world.clone(), options, watching, neighbours);
    let operator = Operator { options: &controller, namespace: &world.shoot.name, run_dir, screen };
    let incidents = Incidents { scenario, machines: story.machines().clone(), world: &world, screen };
    let supervisor = Supervisor { operator: &operator, incidents: &incidents };
    let outcome = tokio::select! {
        outcome = told(story, scenario, &operator) => outcome,
        error = supervisor.run(&mut life) => Err(error),
    };
    match outcome {
        Ok(outcome) => Ok(Report { outcome, scenario: scenario.clone(), life }),
        Err(error) => Err(error.or_end(setting.ended()).await),
    }
}

/// Tells the story with the turn that it takes in the scenario.
async fn told(story: Story, scenario: &Scenario, operator: &Operator<'_>) -> Result<Outcome, DemoError> {
    Ok(match scenario.turn.map(|turn| turn.word) {
        None if scenario.bad_guests.is_some() => story.run_back(Cause::Canary).await?,
        None => story.run().await?,
        Some(Word::Undo) => story.run_back(Cause::Word(Word::Undo)).await?,
        Some(Word::Hold) => {
            let held = story.run_until_held().await?;
            operator.runs("resume").await?;
            story.run_resumed(held).await?
        }
    })
}
