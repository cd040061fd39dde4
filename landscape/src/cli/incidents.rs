//! What others do in the middle of a migration: a machine joins, and the insert of its route may outlive whoever began it.

use std::sync::Arc;

use serde_json::json;

use super::error::DemoError;
use super::milestones::Milestone;
use super::scenario::Scenario;
use super::screen::Screen;
use crate::cloud::Cloud;
use crate::neighbours::machines::Machines;

/// Number of the machine that joins, far from those that are there, and from those that replace others.
const NUMBER: u32 = 3000;
/// Length of an insert that outlives a cloud-controller-manager, on the cloud's clock.
const SLOW: &str = "90s";

/// The incidents of a scenario, and by whom they come about.
pub(super) struct Incidents<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) machines: Machines,
    pub(super) cloud: Cloud,
    pub(super) screen: &'a Arc<dyn Screen>,
}

impl Incidents<'_> {
    /// Lets happen what is to happen once `done` is over, that is, while the next milestone is under way.
    pub(super) async fn after(&self, done: Milestone) -> Result<(), DemoError> {
        let Some(at) = self.scenario.joins_at.filter(|at| at.previous() == done) else { return Ok(()) };
        let slow = self.scenario.slow_insert;
        if slow {
            let rule = json!({"method": "compute.routes.insert", "fault": {"delayOperation": SLOW}});
            self.cloud.add_fault(&rule).await?;
        }
        let machine = self.machines.machine(NUMBER)?;
        let how = if slow { ", and the insert of a route takes 90 s" } else { "" };
        self.screen.note(&format!("{at} is under way: {} joins{how}", machine.name));
        Ok(self.machines.boot(&machine).await?)
    }
}
