//! Target pools: the instances behind an external forwarding rule. The data plane does not look at them.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod members;
pub(crate) mod read;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::scope::Scoped;
use crate::model::target_pools::TargetPool;

/// The effect of an operation on a target pool.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the target pool.
    Insert(Box<TargetPool>),
    /// Adds instances, given by their paths, to the pool of this region and name.
    AddInstances(Scoped, Vec<String>),
    /// Takes instances, given by their paths, out of the pool of this region and name.
    RemoveInstances(Scoped, Vec<String>),
    /// Deletes the pool of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(pool) => {
                insert::apply(world, context, *pool);
                Ok(())
            }
            Self::AddInstances(place, paths) => members::add(world, context, &place, paths),
            Self::RemoveInstances(place, paths) => members::remove(world, context, &place, &paths),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}
