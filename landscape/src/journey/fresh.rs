//! A shoot that asks for both families from its first day: no routes, no migration, no roll-out.

use serde_json::json;

use super::told::Chapter;
use super::{Journey, Result};
use crate::neighbours::ccm::owned_routes;
use crate::neighbours::controlplane;

/// Number of the first machine, so that none bears a name that was there before.
const FIRST: u32 = 1000;

impl Journey<'_> {
    /// Plays the creation.
    pub(super) async fn fresh(&mut self) -> Result<()> {
        self.record.begin(Chapter::Fresh);
        self.story.create_infrastructure(&["IPv4", "IPv6"]).await?;
        controlplane::deploy_with(&self.world, false).await?;
        self.services.forget_ranges().await?;
        let ranges = self.activate().await?;
        for number in FIRST..FIRST.saturating_add(self.nodes) {
            self.join(number).await?;
        }
        let nodes = self.until_initialised(2).await?;
        let routes = owned_routes(&self.world.cloud, &self.world.shoot).await?.len();
        let record = &self.record;
        record.check(
            "each Node has a pod range of either family and no route",
            nodes.len() == self.nodes as usize && routes == 0,
            format!("{} of {} Nodes, {routes} routes", nodes.len(), self.nodes),
        );
        self.check_ranges_differ(&nodes);
        self.balancer(json!({"ipFamilyPolicy": "PreferDualStack"})).await?;
        self.check_services(&ranges).await?;
        self.check_last_reconcile().await?;
        self.check_gap().await
    }
}
