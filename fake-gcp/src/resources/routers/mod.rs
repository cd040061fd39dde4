//! Cloud routers with their NATs: fields, and what their operations do. BGP is kept as it was sent, NATs are
//! checked; neither has an effect on the data plane.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod nat;
pub(crate) mod patch;
pub(crate) mod read;
pub mod status;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::routers::Router;
use crate::model::scope::Scoped;

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
