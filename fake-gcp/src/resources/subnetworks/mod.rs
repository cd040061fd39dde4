//! Subnetworks: fields, and what their operations do.

pub(crate) mod delete;
pub(crate) mod expand;
pub(crate) mod insert;
pub(crate) mod ipv6;
pub(crate) mod patch;
pub(crate) mod read;
pub(crate) mod secondary;

use ipnet::Ipv4Net;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::subnetworks::SubnetKey;
use crate::model::subnetworks::Subnetwork;

/// The effect of an operation on a subnet.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the subnet.
    Insert(Box<Subnetwork>),
    /// Changes fields of one group (or of several, where that is allowed).
    Patch(SubnetKey, Vec<patch::Change>),
    /// Widens the primary range.
    Expand(SubnetKey, Ipv4Net),
    /// Deletes the subnet.
    Delete(SubnetKey),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(subnetwork) => insert::apply(world, context, *subnetwork),
            Self::Patch(key, changes) => patch::apply(world, context, &key, changes),
            Self::Expand(key, range) => expand::apply(world, context, &key, range),
            Self::Delete(key) => delete::apply(world, context, &key),
        }
    }
}
