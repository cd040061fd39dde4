//! A shoot that asks for both families from its first day: no routes, no migration, no roll-out.

use serde_json::json;

use super::told::Chapter;
use super::{Journey, Result};
use crate::neighbours::ccm::owned_routes;
use crate::neighbours::controlplane;
use crate::neighbours::machines::Machine;

impl Journey<'_> {
    /// Plays the creation; returns the shoot's machines.
    pub(super) async fn fresh(&mut self) -> Result<Vec<Machine>> {
        self.record.begin(Chapter::Fresh);
        self.story.create_infrastructure(&["IPv4", "IPv6"]).await?;
        controlplane::deploy_with(&self.world, false).await?;
        self.services.forget_ranges().await?;
        let ranges = self.activate().await?;
        let first = self.nodes.saturating_mul(2);
        let mut machines = Vec::new();
        for number in first..first.saturating_add(self.nodes) {
            machines.push(self.join(number).await?);
        }
        let nodes = self.until_initialised(2).await?;
        let routes = owned_routes(&self.world.cloud, &self.world.shoot).await?.len();
        let record = &self.record;
        record.check(
            "each Node has a pod range of either family and no route",
            nodes.len() == machines.len() && routes == 0,
            format!("{} of {} Nodes, {routes} routes", nodes.len(), machines.len()),
        );
        self.check_ranges_differ(&nodes);
        self.balancer(json!({"ipFamilyPolicy": "PreferDualStack"})).await?;
        self.check_services(&ranges).await?;
        self.check_last_reconcile().await?;
        self.check_gap().await?;
        Ok(machines)
    }
}
