//! Regional addresses, external ones and those of a subnet: fields, and what their operations do. Addresses are never patched.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod read;

use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::engine::ids::fingerprint;
use crate::engine::store::{Project, Scoped};
use crate::engine::{Context, World};
use crate::resources::subnetworks::SubnetKey;
use crate::time::Instant;

/// A reserved address.
#[derive(Debug, Clone)]
pub struct Address {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// Subnet whose address it is; none for external addresses.
    pub subnet: Option<SubnetKey>,
    /// The address itself.
    pub address: Ipv4Addr,
    /// Network tier: `PREMIUM` or `STANDARD`.
    pub network_tier: String,
    /// Labels as they are printed.
    pub labels: Map<String, Value>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Address {
    /// Path of the address: `projects/P/regions/R/addresses/A`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "addresses", &self.name)
    }

    /// The paths of its users: routers, forwarding rules, instances.
    pub fn users(&self, project_id: &str, project: &Project) -> Vec<String> {
        let path = self.path(project_id);
        let routers = project.routers.values().filter(|router| router.uses_address(&path));
        let rules = project
            .forwarding_rules
            .values()
            .filter(|rule| rule.address == self.address && rule.subnet() == self.subnet.as_ref());
        let instances = project.instances.values().filter(|instance| {
            let mut nics = instance.nics.iter().filter(|nic| nic.network_ip == self.address);
            nics.any(|nic| self.subnet == Some(nic.subnet(instance)))
        });
        let routers = routers.map(|router| router.path(project_id));
        routers
            .chain(rules.map(|rule| rule.path(project_id)))
            .chain(instances.map(super::instances::Instance::path))
            .collect()
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
            .with("labelFingerprint", fingerprint(self.id, 0))
            .with_some("labels", (!self.labels.is_empty()).then(|| self.labels.clone()))
            .with_list("users", users.iter().map(|path| self_link(path).into()).collect())
            .with("selfLink", self_link(&self.path(project_id)))
            .build()
    }
}

/// The effect of an operation on an address.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Reserves the address that was asked for, or any.
    Insert(Box<Address>, Option<Ipv4Addr>),
    /// Releases the address of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(address, wanted) => insert::apply(world, context, *address, wanted),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}
