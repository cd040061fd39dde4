//! Regional forwarding rules: external ones, which lead to a target pool, and internal ones of passthrough
//! load balancers, which take an address of a subnet. Rules are never patched; the data plane does not look at them.

pub(crate) mod address;
pub(crate) mod delete;
pub(crate) mod insert;
mod internal;
mod ports;
pub(crate) mod read;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::scope::Scoped;

/// The effect of an operation on a forwarding rule.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Gives the forwarding rule an address and makes it.
    Insert(Box<insert::Wanted>),
    /// Deletes the rule of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(wanted) => insert::apply(world, context, *wanted),
            Self::Delete(place) => {
                delete::apply(world, context, &place);
                Ok(())
            }
        }
    }
}
