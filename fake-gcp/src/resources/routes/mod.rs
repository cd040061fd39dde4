//! Static routes: fields, and what their operations do. Routes are never patched.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod internet;
pub(crate) mod read;
pub(crate) mod subnet;
pub(crate) mod warnings;

use crate::api::error::ApiError;
use crate::engine::{Context, World};
use crate::model::routes::Route;

/// The effect of an operation on a route.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the route.
    Insert(Box<Route>),
    /// Deletes the route of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(route) => insert::apply(world, context, *route),
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}
