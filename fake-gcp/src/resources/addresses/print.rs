//! An address as it is printed: with its users.

use serde_json::Value;

use crate::api::json::Object;
use crate::api::reference::self_link;
use crate::model::addresses::Address;
use crate::model::instances::Instance;
use crate::model::placed::Key;
use crate::model::store::Project;

impl Address {
    /// The paths of its users: routers, forwarding rules, instances.
    pub fn users(&self, project_id: &str, project: &Project) -> Vec<String> {
        let same = Key::Address(self.subnet.clone(), self.address);
        let rules = project.forwarding_rules.with(&same).map(|rule| rule.path(project_id));
        self.holders(project_id, project).into_iter().chain(rules).collect()
    }

    /// The paths of the users without which it cannot be deleted: routers and instances. A forwarding rule keeps its address as an
    /// ephemeral one.
    pub fn holders(&self, project_id: &str, project: &Project) -> Vec<String> {
        let used = Key::Uses(self.path(project_id));
        let routers = project.routers.with(&used).map(|router| router.path(project_id));
        let instances: Vec<String> = match &self.subnet {
            Some(subnet) => {
                project.instances.with_address(subnet, self.address).map(Instance::path).collect()
            }
            None => project.instances.with_external_address(self.address).map(Instance::path).collect(),
        };
        routers.chain(instances).collect()
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project_id: &str, project: &Project) -> Value {
        let users = self.users(project_id, project);
        Object::kind("compute#address")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("address", self.address.to_string())
            .with("addressType", if self.subnet.is_some() { "INTERNAL" } else { "EXTERNAL" })
            .with_some("purpose", self.subnet.is_some().then_some("GCE_ENDPOINT"))
            .with_some("subnetwork", self.subnet.as_ref().map(|subnet| self_link(&subnet.path())))
            .with("networkTier", self.network_tier.clone())
            .with("status", if users.is_empty() { "RESERVED" } else { "IN_USE" })
            .with("region", self_link(&format!("projects/{project_id}/regions/{}", self.region)))
            .with("labelFingerprint", self.label_fingerprint())
            .with_some("labels", (!self.labels.is_empty()).then(|| self.labels.clone()))
            .with_list("users", users.iter().map(|path| self_link(path).into()).collect())
            .with("selfLink", self_link(&self.path(project_id)))
            .build()
    }
}
