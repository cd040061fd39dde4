//! Regional external addresses: fields, and what their operations do. Addresses are never patched.

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
use crate::time::Instant;

/// A reserved address.
#[derive(Debug, Clone)]
pub struct Address {
    /// Numeric id.
    pub id: u64,
    /// Region.
    pub region: String,
    /// Name.
    pub name: String,
    /// Free text; printed even if it is empty.
    pub description: String,
    /// The address itself.
    pub address: Ipv4Addr,
    /// `PREMIUM` or `STANDARD`.
    pub network_tier: String,
    /// Labels as they are printed.
    pub labels: Map<String, Value>,
    /// When it was made.
    pub created: Instant,
}

impl Address {
    /// `projects/P/regions/R/addresses/A`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "addresses", &self.name)
    }

    /// The paths of the routers that it is used by.
    pub fn users(&self, project_id: &str, project: &Project) -> Vec<String> {
        let path = self.path(project_id);
        let routers = project.routers.values().filter(|router| router.uses_address(&path));
        routers.map(|router| router.path(project_id)).collect()
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
            .with("addressType", "EXTERNAL")
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

/// What operations on addresses do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Reserve it.
    Insert(Box<Address>),
    /// Release the address of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(address) => insert::apply(world, context, *address),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}
