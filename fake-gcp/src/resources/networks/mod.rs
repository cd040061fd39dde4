//! Networks: fields, and what their operations do.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod patch;
pub(crate) mod peer;
pub(crate) mod peerings;
mod print;
pub(crate) mod read;

use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::networks::Network;

/// The effect of an operation on a network.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the network, and the route to the internet.
    Insert(Box<Network>),
    /// Changes the routing mode of the network.
    Patch {
        /// Name of the network.
        name: String,
        /// Value of `routingConfig.routingMode`.
        routing_mode: String,
    },
    /// Adds a peering to the network.
    AddPeering {
        /// Name of the network.
        name: String,
        /// Peering without its state, as it is printed.
        peering: Map<String, Value>,
        /// Project and name of the other network.
        peer: (String, String),
    },
    /// Removes a peering from the network.
    RemovePeering {
        /// Name of the network.
        name: String,
        /// Name of the peering.
        peering: String,
    },
    /// Deletes the network of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(network) => insert::apply(world, context, *network),
            Self::Patch { name, routing_mode } => patch::apply(world, context, &name, routing_mode),
            Self::AddPeering { name, peering, peer } => peer::add(world, context, &name, peering, &peer),
            Self::RemovePeering { name, peering } => {
                peer::remove(world, context, &name, &peering);
                Ok(())
            }
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}
