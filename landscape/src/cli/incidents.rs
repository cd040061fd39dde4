//! What others do in the middle of a migration: a machine joins, and the insert of its route may outlive whoever began it, or be refused.

use std::sync::Arc;

use serde_json::{Value, json};

use super::error::DemoError;
use super::life::Life;
use super::milestones::Milestone;
use super::scenario::{Insert, Scenario};
use super::screen::Screen;
use crate::json::{at, text};
use crate::neighbours::machines::Machines;
use crate::neighbours::{World, controlplane};

/// Number of the machine that joins, far from those that are there, and from those that replace others.
const NUMBER: u32 = 3000;
/// The milestone at whose end the cloud-controller-manager is gone.
const FREEZE: &str = "M7";
/// Seconds on the cloud's clock that an insert takes which outlives the cloud-controller-manager, if it is begun at M5 or M6. The migration
/// waits for it, and a machine whose Node is told to have no network is replaced after ten minutes: much longer would be too long.
const SLOW: u32 = 180;

/// The incidents of a scenario, and by whom they come about.
pub(super) struct Incidents<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) machines: Machines,
    pub(super) world: &'a World,
    pub(super) screen: &'a Arc<dyn Screen>,
}

impl Incidents<'_> {
    /// Lets happen what is to happen once `done` is over, that is, while the next milestone is under way; `life` says what did.
    pub(super) async fn after(&self, done: Milestone, life: &mut Life) -> Result<(), DemoError> {
        if done.name() == FREEZE {
            life.insert_met |= self.insert_met().await?;
        }
        match self.scenario.joins_at.filter(|at| at.previous() == done) {
            Some(at) => self.joins(at, life).await,
            None => Ok(()),
        }
    }

    async fn joins(&self, at: Milestone, life: &mut Life) -> Result<(), DemoError> {
        let fault = match self.scenario.insert {
            Insert::Usual => None,
            Insert::Slow => Some(json!({"delayOperation": format!("{SLOW}s")})),
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
            Insert::Usual => String::new(),
            Insert::Slow => format!(", and the insert of a route takes {SLOW} s"),
            Insert::Refused => ", and no route is taken any more".to_owned(),
        };
        self.screen.note(&format!("{at} is under way: {} joins{how}", machine.name));
        self.machines.boot(&machine).await?;
        life.joined = true;
        Ok(())
    }

    /// Whether an insert of a route, now that nobody is left who would begin one, has met what was to become of it.
    async fn insert_met(&self) -> Result<bool, DemoError> {
        let cloud = &self.world.cloud;
        Ok(match self.scenario.insert {
            Insert::Usual => false,
            Insert::Slow => cloud.list("global/operations").await?.iter().any(is_insert_under_way),
            Insert::Refused => cloud.faults().await?.iter().any(|rule| at(rule, "/fired").as_u64() > Some(0)),
        })
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

fn is_insert_under_way(operation: &Value) -> bool {
    text(operation, "/operationType") == "insert"
        && text(operation, "/targetLink").contains("/global/routes/")
        && text(operation, "/status") != "DONE"
}
