//! What others do in the middle of a migration: a machine joins, and the insert of its route may outlive whoever began it, or be refused.

use std::sync::Arc;

use serde_json::json;

use super::error::DemoError;
use super::milestones::Milestone;
use super::scenario::{Insert, Scenario};
use super::screen::Screen;
use crate::neighbours::machines::Machines;
use crate::neighbours::{World, controlplane};

/// Number of the machine that joins, far from those that are there, and from those that replace others.
const NUMBER: u32 = 3000;
/// Length of an insert that outlives a cloud-controller-manager, on the cloud's clock.
const SLOW: &str = "90s";

/// The incidents of a scenario, and by whom they come about.
pub(super) struct Incidents<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) machines: Machines,
    pub(super) world: &'a World,
    pub(super) screen: &'a Arc<dyn Screen>,
}

impl Incidents<'_> {
    /// Lets happen what is to happen once `done` is over, that is, while the next milestone is under way; returns whether a machine joined.
    pub(super) async fn after(&self, done: Milestone) -> Result<bool, DemoError> {
        let Some(at) = self.scenario.joins_at.filter(|at| at.previous() == done) else { return Ok(false) };
        let fault = match self.scenario.insert {
            Insert::Usual => None,
            Insert::Slow => Some(json!({"delayOperation": SLOW})),
            Insert::Refused => Some(json!({"refuse": {
                "status": 400, "reason": "invalid", "message": "Invalid value for field 'resource.destRange'.",
            }})),
        };
        if let Some(fault) = fault {
            let rule = json!({"method": "compute.routes.insert", "count": null, "fault": fault});
            self.world.cloud.add_fault(&rule).await?;
        }
        let machine = self.machines.machine(NUMBER)?;
        let how = match self.scenario.insert {
            Insert::Usual => "",
            Insert::Slow => ", and the insert of a route takes 90 s",
            Insert::Refused => ", and no route is taken any more",
        };
        self.screen.note(&format!("{at} is under way: {} joins{how}", machine.name));
        self.machines.boot(&machine).await?;
        Ok(true)
    }

    /// Lets happen what is to happen at the instant at which the controller is killed.
    pub(super) async fn at_the_crash(&self) -> Result<(), DemoError> {
        if !self.scenario.ccm_dies {
            return Ok(());
        }
        let killed = controlplane::kill(self.world).await?;
        self.screen.note(&format!("pods of the cloud-controller-manager killed with it: {killed}"));
        Ok(())
    }
}
