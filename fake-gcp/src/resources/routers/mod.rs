//! Cloud routers with their NATs: fields, and what their operations do. BGP is kept as it was sent, NATs are
//! checked; neither has an effect on the data plane.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod nat;
pub(crate) mod patch;
pub(crate) mod read;
pub mod status;

use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::engine::store::Scoped;
use crate::engine::{Context, World};
use crate::resources::subnetworks::SubnetKey;
use crate::time::Instant;
use nat::{NamedSubnet, Nat};

/// A router.
#[derive(Debug, Clone)]
pub struct Router {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Name of its network.
    pub network: String,
    /// Value of `bgp`, as it was sent.
    pub bgp: Option<Map<String, Value>>,
    /// NATs in the order they were given.
    pub nats: Vec<Nat>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Router {
    /// Path of the router: `projects/P/regions/R/routers/X`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "routers", &self.name)
    }

    /// Whether one of its NATs uses an address, given by its path.
    pub fn uses_address(&self, path: &str) -> bool {
        self.nats.iter().any(|nat| nat.addresses.iter().any(|address| address == path))
    }

    /// Whether one of its NATs names a subnet.
    pub fn names_subnet(&self, subnet: &SubnetKey) -> bool {
        self.named_subnets().any(|named| named.subnet == *subnet)
    }

    /// Whether one of its NATs names a secondary range.
    pub fn names_range(&self, subnet: &SubnetKey, range_name: &str) -> bool {
        self.named_subnets()
            .any(|named| named.subnet == *subnet && named.range_names.iter().any(|name| name == range_name))
    }

    fn named_subnets(&self) -> impl Iterator<Item = &NamedSubnet> {
        self.nats.iter().flat_map(|nat| &nat.subnetworks)
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
        Object::kind("compute#router")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with("network", self_link(&reference::global(project, "networks", &self.network)))
            .with("region", self_link(&format!("projects/{project}/regions/{}", self.region)))
            .with("encryptedInterconnectRouter", false)
            .with_some("bgp", self.bgp.clone())
            .with_list("nats", self.nats.iter().map(|nat| nat.printed.clone().into()).collect())
            .with("selfLink", self_link(&self.path(project)))
            .build()
    }
}

/// The effect of an operation on a router.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the router.
    Insert(Box<Router>),
    /// Puts the router in place of the one of its name.
    Patch(Box<Router>),
    /// Deletes the router of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(router) => insert::apply(world, context, *router),
            Self::Patch(router) => patch::apply(world, context, *router),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}
