//! A network as it is printed: with its subnets.

use serde_json::{Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::networks::{Mode, Network};
use crate::model::store::Project;
use crate::state::State;

impl Network {
    /// The resource as Google prints it.
    pub fn to_json(&self, project_id: &str, project: &Project) -> Value {
        let path = self.path(project_id);
        let subnets =
            project.subnetworks_of(&self.name).map(|s| self_link(&s.path(project_id)).into()).collect();
        Object::kind("compute#network")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with_some(
                "autoCreateSubnetworks",
                (self.mode != Mode::Legacy).then_some(self.mode == Mode::Auto),
            )
            .with_some("IPv4Range", self.ipv4_range.clone())
            .with(
                "routingConfig",
                json!({"routingMode": self.routing_mode, "bgpBestPathSelectionMode": "LEGACY"}),
            )
            .with("networkFirewallPolicyEnforcementOrder", "AFTER_CLASSIC_FIREWALL")
            .with_some("mtu", self.mtu)
            .with_some("enableUlaInternalIpv6", self.ula_internal_ipv6.then_some(true))
            .with_some("internalIpv6Range", self.internal_ipv6_range.map(|range| range.to_string()))
            .with_list("subnetworks", subnets)
            .with_list("peerings", self.peerings.clone())
            .with("selfLink", self_link(&path))
            .with(
                "selfLinkWithId",
                self_link(&reference::global(project_id, "networks", &self.id.to_string())),
            )
            .build()
    }
}

/// All networks of a project, as they are printed.
pub(super) fn all(state: &State, project_id: &str) -> Vec<Value> {
    let Some(project) = state.store.project(project_id) else { return Vec::new() };
    project.networks.values().map(|one| one.to_json(project_id, project)).collect()
}
